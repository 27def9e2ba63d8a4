"""Compiled splitting of a cell by a unit, with the words of its new vertices.

A vertex x strictly between the ends u and v of an edge has the sign of u at every form where v has the same or 0, and
that of v where u has 0. So only where u and v have opposite signs a value is computed. Signs by this rule are exact.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.rays import are_independent, inverse_power, null_vector
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    ASK,
    BLOCK,
    DEAD,
    DECIDED,
    DONE,
    FIRST,
    FOUND,
    FRESH,
    GATE,
    GROW_NODES,
    GROW_VERTICES,
    GUIDED,
    HARD,
    LIMIT,
    NEGATIVE,
    ON,
    OPEN,
    OWN,
    PHASE,
    POSITIVE,
    QUESTION,
    READY,
    ROWS,
    SIGNS_OF_CELL,
    SIZE,
    SLOT,
    SPLIT,
    STAGE,
    START,
    TIED,
    TOP,
    UNSURE,
    WALLS,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.sign_words import error_bound, is_exact, larger, reach, sign_of_unit
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNDECIDED, UNIT, lowest, popcount
from polytopes.jit.compilation import indexed_from_start

COARSE, KEPT = 2.0**-24, 2.0**-14
"""Relative error above which a vertex is found afresh from its walls; and one of the last block that is kept."""


@indexed_from_start
def gcd(x: float, y: float) -> float:
    """Return the greatest common divisor of two nonnegative integers below 2^53."""
    a, b = np.uint64(x), np.uint64(y)  # the remainder of unsigned numbers takes less time
    while b:
        a, b = b, a % b
    return float(a)


@indexed_from_start
def put_heights(w: Count, c: Chain, first: int, size: int, block: int, j: int, n: int) -> None:
    """Write the absolute values of a unit at the vertices of a cell, and bounds on their errors, 0 if exact."""
    base, unit = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START] + j
    for v in range(first, first + size):
        value = 0.0
        for k in range(n):
            value += w.forms[base + k, unit] * w.vertices[v, k]
        w.heights[v, 0] = abs(value)
        a, b = reach(w, v, n)
        w.heights[v, 1] = 0.0 if is_exact(w, base, unit, v, n) else error_bound(w, base, unit, a, b, n)


@indexed_from_start
def slip(g: float, h: float, g_error: float, h_error: float) -> float:
    """Bound the error of h / (g + h) for positive g and h with these errors, rounding left out.

    ``|h / s - h' / s'| = |h (g' - g) - g (h' - h)| / (s s')`` with s = g + h and ``s' >= s - errors``; the denominator
    takes the errors twice, which covers the rounding of the difference.
    """
    total = g + h
    gap = total - 2.0 * (g_error + h_error)
    return (h * g_error + g * h_error) / (total * gap) if gap > 0.0 else np.inf


@indexed_from_start
def put_integers(w: Count, u: int, v: int, place: int, n: int) -> bool:
    """Write the primitive integer vector between two vertices on which the unit vanishes; False if it is too long."""
    g, h = w.heights[u, 0], w.heights[v, 0]
    common = gcd(g, h)
    a, b = h / common, g / common
    content = 0.0
    for k in range(n):
        x, y = a * w.vertices[u, k], b * w.vertices[v, k]
        if not abs(x) + abs(y) < EXACT:
            return False
        w.vertices[place, k] = x + y
        content = gcd(content, abs(x + y))
    if content > 1.0:
        for k in range(n):
            w.vertices[place, k] = w.vertices[place, k] / content
    w.vertices[place, n] = 0.0
    return True


@indexed_from_start
def put_vertex(w: Count, c: Chain, node: int, u: int, v: int, place: int, n: int, coarse: float) -> None:
    """Write the vertex between u and v on which the unit vanishes, from its heights, with a bound on its error.

    With a relative error above ``coarse`` it is found afresh.

    It is s u + t v with s + t = 1. The true s is at most ``slip`` off, and that moves it by as much times u - v;
    the errors of u and v are taken with the true weights; rounding costs less than 6 u times the largest entry.
    """
    g, h, g_error, h_error = w.heights[u, 0], w.heights[v, 0], w.heights[u, 1], w.heights[v, 1]
    u_error, v_error = w.vertices[u, n], w.vertices[v, n]
    exact = g_error == 0.0 and h_error == 0.0 and u_error == 0.0 and v_error == 0.0
    if exact and put_integers(w, u, v, place, n):
        return
    total = g + h
    s, t = h / total, g / total
    size, apart, largest = 0.0, 0.0, 0.0
    for k in range(n):
        x, y = w.vertices[u, k], w.vertices[v, k]
        w.vertices[place, k] = s * x + t * y
        largest = larger(largest, abs(w.vertices[place, k]))
        size, apart = larger(size, larger(abs(x), abs(y))), larger(apart, abs(x - y))
    off = slip(g, h, g_error, h_error)
    error = s * u_error + t * v_error + off * (u_error + v_error + apart) + 6.0 * UNIT * size
    w.vertices[place, n] = error * SLACK + TINY
    # Written so that a NaN is seen too.
    if not (error < LIMIT and size < LIMIT):
        for k in range(n):
            w.vertices[place, k] = 1.0
        w.vertices[place, n] = np.inf
    elif error > coarse * largest:
        refresh(w, c, node, place, n)


@indexed_from_start
def refresh(w: Count, c: Chain, node: int, place: int, n: int) -> None:
    """Find a vertex that is not at infinity from n - 1 of its walls, if that leaves a smaller error."""
    bits, count = w.marks[place, WALLS], 0
    if bits & np.uint64(1):
        return
    many = popcount(bits) >= n
    while bits and count < n - 1:
        gate = w.slots[node, lowest(bits)]
        bits &= bits - np.uint64(1)
        for k in range(n):
            if gate < 0:
                w.rows[count, k], w.rows[count, n + k] = w.walls[-1 - gate, k], w.walls[-1 - gate, n + k]
            else:
                base, unit = c.places[gate, 0] * (n + 3), c.places[gate, 1]
                w.rows[count, k], w.rows[count, n + k] = w.forms[base + k, unit], w.forms[base + n, unit]
        count += 1
        if many and not are_independent(w.rows, w.work, count, n):
            count -= 1
    if count < n - 1 or not null_vector(w.rows, w.work, w.fresh, 0, n - 1):
        return
    largest, error = 0.0, 0.0
    for k in range(n):
        largest, error = larger(largest, abs(w.fresh[0, k])), larger(error, w.fresh[0, n + k])
    # Written so that a NaN is not taken either.
    if not (abs(w.fresh[0, 0]) > w.fresh[0, n] and error < w.vertices[place, n] * largest and largest < LIMIT):
        return
    scale = inverse_power(largest) if w.fresh[0, 0] > 0.0 else -inverse_power(largest)
    for k in range(n):
        w.vertices[place, k] = scale * w.fresh[0, k]
    w.vertices[place, n] = abs(scale) * error + TINY


@indexed_from_start
def are_joined(w: Count, first: int, size: int, u: int, v: int, n: int) -> bool:
    """Whether two vertices of a cell are the ends of an edge: no third is on all walls that they share.

    An edge has n - 2 walls; if one of its ends is on just n - 1, any n - 2 of these leave an edge.
    """
    marks = w.marks
    common = marks[u, WALLS] & marks[v, WALLS]
    shared = popcount(common)
    if shared < n - 2:
        return False
    if shared == n - 2 and (popcount(marks[u, WALLS]) == n - 1 or popcount(marks[v, WALLS]) == n - 1):
        return True
    for other in range(first, first + size):
        if marks[other, WALLS] & common == common and other != u and other != v:
            return False
    return True


@indexed_from_start
def cut(w: Count, c: Chain, node: int, n: int) -> int:
    """Write the new vertices of the top node on its lowest open unit above its own; GROW_* if there is no room.

    Those of the last block that are not kept are found afresh only where a sign asks for it.
    """
    first, size, block = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, BLOCK]
    marks = w.marks
    j = lowest(w.words[node, OPEN])
    bit = np.uint64(1) << np.uint64(j)
    used = np.uint64(1)  # wall 0 lies at infinity
    for v in range(first, first + size):
        used |= marks[v, WALLS]
    if ~used == 0:
        return HARD
    if node + 1 >= w.nodes.shape[0]:
        return GROW_NODES
    slot = lowest(~used)
    w.slots[node, slot] = c.blocks[block, GATE] + j
    w.words[node, TIED] &= ~(np.uint64(1) << np.uint64(slot))
    put_heights(w, c, first, size, block, j, n)
    place, unsure, last = first + size, np.uint64(0), block + 1 == c.blocks.shape[0]
    coarse = (KEPT if w.n_rays.shape[0] > 0 else np.inf) if last else COARSE
    for u in range(first, first + size):
        if marks[u, NEGATIVE] & bit == 0:
            continue
        for v in range(first, first + size):
            if marks[v, POSITIVE] & bit and are_joined(w, first, size, u, v, n):
                if place == w.vertices.shape[0]:
                    return GROW_VERTICES
                marks[place, WALLS] = marks[u, WALLS] & marks[v, WALLS] | np.uint64(1) << np.uint64(slot)
                put_vertex(w, c, node, u, v, place, n, coarse)
                if put_words(w, c, node, u, v, place, j, n):
                    if last:
                        refresh(w, c, node, place, n)
                    unsure |= put_words(w, c, node, u, v, place, j, n)
                place += 1
    w.nodes[node, FOUND], w.nodes[node, SLOT], w.nodes[node, PHASE] = place - first - size, slot, SPLIT
    if unsure:
        w.state[QUESTION] = SIGNS_OF_CELL
        return ASK
    return DONE


@indexed_from_start
def put_words(w: Count, c: Chain, node: int, u: int, v: int, place: int, j: int, n: int) -> np.uint64:
    """Write the words of a new vertex between u and v on unit j; return its unsure units."""
    marks, block = w.marks, w.nodes[node, BLOCK]
    here = c.mates[block, j]
    above, below = marks[u, POSITIVE] | marks[v, POSITIVE], marks[u, NEGATIVE] | marks[v, NEGATIVE]
    positive, negative, unsure = above & ~below & ~here, below & ~above & ~here, np.uint64(0)
    open_bits = above & below & w.words[node, OPEN] & ~here
    marks[place, ACTIVE] = marks[u, ACTIVE] | marks[v, ACTIVE]
    if open_bits:
        a, b = reach(w, place, n)
        while open_bits:
            k = lowest(open_bits)
            other = np.uint64(1) << np.uint64(k)
            open_bits ^= other
            sign = sign_of_unit(w, c, node, place, block, k, a, b, n)
            if sign == UNDECIDED:
                unsure |= other
            elif sign > 0:
                positive |= other
            elif sign < 0:
                negative |= other
    marks[place, POSITIVE], marks[place, NEGATIVE], marks[place, UNSURE] = positive, negative, unsure
    return unsure


@indexed_from_start
def put_copy(w: Count, source: int, target: int, wall: np.uint64, n: int) -> None:
    """Copy a vertex, on one wall more."""
    for k in range(n + 1):
        w.vertices[target, k] = w.vertices[source, k]
    for k in range(w.marks.shape[1]):
        w.marks[target, k] = w.marks[source, k]
    w.marks[target, WALLS] |= wall


@indexed_from_start
def divide(w: Count, c: Chain, node: int, n: int) -> int:
    """Make the top node two: its positive part in its place, its negative part above, which comes first.

    With decisions prescribed, only the part on the way is left.
    """
    first, size, found, block = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, FOUND], w.nodes[node, BLOCK]
    j = lowest(w.words[node, OPEN])
    bit, wall, none = np.uint64(1) << np.uint64(j), np.uint64(1) << np.uint64(w.nodes[node, SLOT]), np.uint64(0)
    middle = first + size + found
    if middle + size + found > w.vertices.shape[0]:
        return GROW_VERTICES
    copy_node(w, c, node, n)
    top = middle
    for v in range(first, first + size):
        if w.marks[v, POSITIVE] & bit == 0:
            put_copy(w, v, top, none if w.marks[v, NEGATIVE] & bit else wall, n)
            top += 1
    for v in range(first + size, middle):
        put_copy(w, v, top, none, n)
        top += 1
    w.nodes[node + 1, FIRST], w.nodes[node + 1, SIZE] = middle, top - middle
    top = first
    for v in range(first, first + size):
        if w.marks[v, NEGATIVE] & bit == 0:
            on_it = none if w.marks[v, POSITIVE] & bit else wall
            if v > top:
                put_copy(w, v, top, on_it, n)
            else:
                w.marks[v, WALLS] |= on_it
            top += 1
    for v in range(first + size, middle):
        put_copy(w, v, top, none, n)
        top += 1
    w.nodes[node, SIZE] = top - first
    depth = w.nodes[node, DECIDED]
    w.decisions[depth] = c.blocks[block, GATE] + j
    for part in range(node, node + 2):
        w.nodes[part, DECIDED], w.nodes[part, PHASE] = depth + 1, READY
        w.words[part, OPEN] &= ~bit
        w.words[part, OWN] |= wall
    w.words[node, FRESH] |= bit
    w.words[node, ON + block] |= bit
    w.state[TOP] = node + 1
    if depth < w.state[GUIDED]:
        wanted = w.guide[depth, 1] if w.guide[depth, 0] == w.decisions[depth] else -1
        if wanted != 0:
            w.state[TOP] = node
        if wanted != 1:
            w.nodes[node, PHASE] = DEAD
    return DONE


@indexed_from_start
def copy_node(w: Count, c: Chain, node: int, n: int) -> None:
    """Copy the top node without its vertices to the place above."""
    for k in range(w.nodes.shape[1]):
        w.nodes[node + 1, k] = w.nodes[node, k]
    for k in range(w.words.shape[1]):
        w.words[node + 1, k] = w.words[node, k]
    for k in range(w.slots.shape[1]):
        w.slots[node + 1, k] = w.slots[node, k]
    stage = c.blocks[w.nodes[node, BLOCK], STAGE] + 1
    if stage < c.stages.shape[0]:
        rows, source, target = c.stages[stage, ROWS], node * (n + 2), (node + 1) * (n + 2)
        for k in range(n + 2):
            before, after = w.sums[source + k], w.sums[target + k]
            for i in range(rows):
                after[i] = before[i]
