"""Visits that pass over cells on which nothing that is sought can be greater than what is known; these are counted.

Sought are the greatest values of the outputs and of the negated outputs, or the largest norms of their linear parts.
On a cell in which some units of the last block are open an output is ``F(x) + sum a_j max(0, z_j(x))`` with affine F
and z_j. For ``a_j < 0`` a term is at most 0 and at most ``a_j z_j(x)``, both affine. With one of them in place of each
such term the output is at most a convex function, which is greatest at a vertex, unless it grows along a ray. At a
vertex the output itself is a value that the greatest one is at least; it has no greatest one if it grows along a ray.

The error model is that of :mod:`polytopes.enumeration.kernels.sign_words`.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.section_arrays import (
    BLOCK,
    COUNTING,
    FIRST,
    FOUND,
    INTEGRAL,
    KEPT,
    KNOWN,
    LEAST,
    LEAVES,
    MOST,
    OPEN,
    PHASE,
    POSITIVE,
    ROWS,
    SIZE,
    STAGE,
    START,
    WALLS,
    WEIGHT,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.sign_words import error_bound, evaluate, is_exact, larger, largest_entry, reach
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNIT, lowest
from polytopes.enumeration.kernels.stage_sums import add_fresh, finish_forms
from polytopes.jit.compilation import indexed_from_start

PART = 2.0**-40
"""Covers the roundings of quotients, products and sums of some thousand terms, relative to the result."""


@indexed_from_start
def seeks_outputs(w: Count) -> bool:
    """Whether greatest values of outputs are sought."""
    return w.goals.shape[0] > 0 and w.scales.shape[0] == 0


@indexed_from_start
def seeks_norms(w: Count) -> bool:
    """Whether largest norms are sought."""
    return w.scales.shape[0] > 0


@indexed_from_start
def raised(x: float) -> float:
    """Return a float that is at least the number of which this is a float."""
    return x + abs(x) * PART + TINY


@indexed_from_start
def lowered(x: float) -> float:
    """Return a float that is at most the number of which this is a float."""
    return x - abs(x) * PART - TINY


@indexed_from_start
def is_promising(w: Count) -> bool:
    """Whether a cell with these bounds may have a value that is greater than those of the cells that are kept."""
    goals = w.goals
    for k in range(goals.shape[1]):
        most, kept = goals[MOST, k], goals[KEPT, k]
        if not kept > -np.inf or (most > kept and most >= goals[KNOWN, k]):
            return True
    return False


@indexed_from_start
def note_kept(w: Count) -> None:
    """Note what the values of the cell just kept are at least."""
    goals = w.goals
    for k in range(goals.shape[1]):
        goals[KEPT, k] = larger(goals[KEPT, k], goals[LEAST, k])


@indexed_from_start
def begin_bounds(w: Count) -> None:
    """Begin with the bounds of a cell without vertices."""
    for k in range(w.goals.shape[1]):
        w.goals[MOST, k], w.goals[LEAST, k] = -np.inf, -np.inf


@indexed_from_start
def end_bounds(w: Count) -> None:
    """Note what the greatest values are at least by the bounds of a cell."""
    goals = w.goals
    for k in range(goals.shape[1]):
        goals[KNOWN, k] = larger(goals[KNOWN, k], goals[LEAST, k])


@indexed_from_start
def bound_outputs(w: Count, c: Chain, node: int, n: int) -> None:
    """Bound the outputs on the cell of a node in its last block, whose units have their values at its vertices."""
    stage, block, left = c.stages.shape[0] - 1, w.nodes[node, BLOCK], w.words[node, OPEN]
    first, size, half = w.nodes[node, FIRST], w.nodes[node, SIZE], w.goals.shape[1] // 2
    add_fresh(w, c, node, n)
    finish_forms(w, c, node, stage, n)
    own, start, base = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START], stage * (n + 3)
    chords, count = steep_units(w, left, size)
    rounding, row = c.rounding[stage] + (count + 4) * UNIT, c.stages[stage, WEIGHT] + 1 + start
    begin_bounds(w)
    for place in range(size):
        v = first + place
        a, b = reach(w, v, n)
        whole, error, bits = c.stages[stage, INTEGRAL] == 1, 0.0, left
        while bits:
            j = lowest(bits)
            bits &= bits - np.uint64(1)
            if not (whole and is_exact(w, own, start + j, v, n)):
                whole, bound = False, error_bound(w, own, start + j, a, b, n)
                error = larger(error, bound if bound < np.inf else np.inf)
        for i in range(half):
            value = 0.0
            for k in range(n):
                value += w.forms[base + k, i] * w.vertices[v, k]
            above, below, total, weights, bits = value, -value, abs(value), 0.0, left
            while bits:
                j = lowest(bits)
                bits &= bits - np.uint64(1)
                weight, z = c.weights[row + j, i], w.values[place, j]
                chord = z if chords >> np.uint64(j) & np.uint64(1) else 0.0
                if weight > 0.0:
                    above += weight * larger(z, 0.0)
                    below -= weight * chord
                else:
                    above += weight * chord
                    below -= weight * larger(z, 0.0)
                value += weight * larger(z, 0.0)
                total += abs(weight * z)
                weights += abs(weight)
            if whole and total < EXACT and is_exact(w, base, i, v, n):
                off = 0.0
            else:
                off = (error_bound(w, base, i, a, b, n) + weights * error + rounding * total) * SLACK + TINY
            put_bounds(w, v, i, half, value, above, below, off, n)
    end_bounds(w)


@indexed_from_start
def steep_units(w: Count, units: np.uint64, size: int) -> tuple[np.uint64, int]:
    """Return the units that are rather positive than negative on a cell, and the number of all.

    Where max(0, z) must not be taken for more than it is, z is taken for these, 0 for the others.
    """
    bits, found, count = units, np.uint64(0), 0
    while bits:
        j = lowest(bits)
        bits &= bits - np.uint64(1)
        total = 0.0
        for place in range(size):
            total += w.values[place, j]
        if total > 0.0:
            found |= np.uint64(1) << np.uint64(j)
        count += 1
    return found, count


@indexed_from_start
def put_bounds(
    w: Count, v: int, i: int, half: int, value: float, above: float, below: float, off: float, n: int
) -> None:
    """Let the bounds of an output, and of the negated one, hold at a vertex where these values are so much off."""
    goals, height, blur = w.goals, w.vertices[v, 0], w.vertices[v, n]
    up, down = above + off, below + off
    if w.marks[v, WALLS] & np.uint64(1):
        # Written so that a NaN is not passed over.
        goals[MOST, i] = goals[MOST, i] if up <= 0.0 else np.inf
        goals[MOST, half + i] = goals[MOST, half + i] if down <= 0.0 else np.inf
        if value - off > 0.0:
            goals[LEAST, i] = np.inf
        if -value - off > 0.0:
            goals[LEAST, half + i] = np.inf
        return
    low, high = height - blur, height + blur
    exact = off == 0.0 and blur == 0.0
    if not (low > 0.0 and abs(value) + off < np.inf and up < np.inf and down < np.inf):
        goals[MOST, i] = goals[MOST, half + i] = np.inf
        return
    goals[MOST, i] = larger(goals[MOST, i], quotient_above(up, low, high, exact))
    goals[MOST, half + i] = larger(goals[MOST, half + i], quotient_above(down, low, high, exact))
    goals[LEAST, i] = larger(goals[LEAST, i], -quotient_above(off - value, low, high, exact))
    goals[LEAST, half + i] = larger(goals[LEAST, half + i], -quotient_above(off + value, low, high, exact))


@indexed_from_start
def quotient_above(value: float, low: float, high: float, exact: bool) -> float:
    """Return a float that is at least a value over a number between two positive ones; an integer if that is exact."""
    quotient = value / low if value > 0.0 else value / high
    if exact and quotient == np.floor(quotient) and abs(quotient) < EXACT:
        return quotient
    return raised(quotient)


@indexed_from_start
def is_worth_a_visit(w: Count, c: Chain, node: int, evaluated: bool, n: int) -> bool:
    """Whether an output may be greater on the cell of the top node, in its last block, than what is known.

    The values of the units at its vertices are written before, unless they are there.
    """
    first, size, block = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, BLOCK]
    if w.nodes[node, PHASE] == COUNTING:
        return False
    for place in range(0 if evaluated else size):
        evaluate(w, c, first + place, block, place, n)
    bound_outputs(w, c, node, n)
    return is_promising(w)


@indexed_from_start
def bound_norms(w: Count, rows: int, n: int) -> None:
    """Bound the norms of the linear part written for the next leaf: l1, linf, and the square of l2.

    The last is at most the product of the others and the sum of all squares, and at least that of a row or column.
    """
    first = w.state[LEAVES] * rows
    begin_bounds(w)
    most, least, squares = w.goals[MOST], w.goals[LEAST], 0.0
    for k in range(1, n):
        high, low, low_squares = 0.0, 0.0, 0.0
        for i in range(rows):
            above, below = entry_bounds(w, first + i, k, w.scales[i])
            high += above
            low += below
            squares += above * above
            low_squares += below * below
        most[0], least[0], least[2] = larger(most[0], high), larger(least[0], low), larger(least[2], low_squares)
    for i in range(rows):
        high, low, low_squares = 0.0, 0.0, 0.0
        for k in range(1, n):
            above, below = entry_bounds(w, first + i, k, w.scales[i])
            high += above
            low += below
            low_squares += below * below
        most[1], least[1], least[2] = larger(most[1], high), larger(least[1], low), larger(least[2], low_squares)
    product = most[0] * most[1]
    most[2] = product if product < squares else squares
    for k in range(3):
        # Written so that a NaN is infinite.
        most[k] = raised(most[k]) if most[k] < np.inf else np.inf
        least[k] = lowered(least[k]) if least[k] < np.inf else -np.inf
    end_bounds(w)


@indexed_from_start
def entry_bounds(w: Count, row: int, k: int, scale: float) -> tuple[float, float]:
    """Return what the absolute value of an entry of a form of an output is at most and at least."""
    size, error = abs(w.outputs[row, k]), w.output_errors[row, k]
    return raised((size + error) * scale), larger(lowered((size - error) * scale), 0.0)


@indexed_from_start
def is_steep(w: Count, c: Chain, n: int) -> bool:
    """Whether a norm of the linear part written for the next leaf may be larger than what is known; note it then."""
    bound_norms(w, c.stages[c.stages.shape[0] - 1, ROWS], n)
    if not is_promising(w):
        return False
    note_kept(w)
    return True


@indexed_from_start
def put_inner(w: Count, c: Chain, node: int, left: np.uint64, sign: int, bit: np.uint64, other: int, n: int) -> None:
    """Write a point that lies likely inside the next leaf, where the unit that is left has this sign.

    It is a sum of the vertices that have that sign, and of as little of all vertices as leaves the sign.
    """
    block, first, point = w.nodes[node, BLOCK], w.nodes[node, FIRST], w.inner[w.state[LEAVES]]
    end = first + w.nodes[node, SIZE] + (w.nodes[node, FOUND] if bit else 0)
    base, unit = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START] + (lowest(left) if left else 0)
    near, far = 0.0, 0.0
    for v in range(first, end):
        if w.marks[v, other] & bit == 0:
            value, size = 0.0, largest_entry(w, v, n)
            for k in range(n):
                value += w.forms[base + k, unit] * w.vertices[v, k] / size
            value = value if sign == POSITIVE else -value
            far += value
            near += value if w.marks[v, sign] & left else 0.0
    share = 1.0 if far >= 0.0 or left == 0 else 0.5 * near / (near - far)
    for k in range(n):
        point[k] = 0.0
    for v in range(first, end):
        if w.marks[v, other] & bit == 0:
            weight = (share + 1.0 if w.marks[v, sign] & left else share) / largest_entry(w, v, n)
            for k in range(n):
                point[k] += weight * w.vertices[v, k]
    for k in range(n):
        point[k] = np.float64(np.float32(point[k]))
