"""Certified signs of the units of a block at a vertex, one bit a unit: words of positive, negative and unsure ones.

The error model is that of :mod:`polytopes.enumeration.kernels.signs`. Let the entries of a vertex x be at most e off
those of the true x', and the coefficients of a form f at most c off those of f'; let S be the sum of the absolute
values of f, R that of x, and M the largest of x. Then ``|f . x - f' . x'| <= S e + c (R + n e)``, and evaluation adds
at most ``(n + 2) u S M``. So ``S a + c b`` with ``a = e + (n + 2) u M`` and ``b = R + n e`` bounds the whole error.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.finding import is_refused
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    GATE,
    LOADED,
    NEGATIVE,
    POSITIVE,
    REFUSE,
    STAGE,
    START,
    UNITS,
    UNSURE,
    WALLS,
    WEIGHT,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNDECIDED, UNIT, lowest
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def larger(x: float, y: float) -> float:
    """Return the larger of two numbers; the builtin function takes longer."""
    return x if x > y else y


@indexed_from_start
def largest_entry(w: Count, v: int, n: int) -> float:
    """Return the largest absolute value among the coordinates of a vertex."""
    size = 0.0
    for k in range(n):
        size = larger(size, abs(w.vertices[v, k]))
    return size


@indexed_from_start
def reach(w: Count, v: int, n: int) -> tuple[float, float]:
    """Return a and b of a vertex: see above."""
    size, total = 0.0, 0.0
    for k in range(n):
        entry = abs(w.vertices[v, k])
        size = larger(size, entry)
        total += entry
    error = w.vertices[v, n]
    return (error + (n + 2) * UNIT * size) * SLACK, (total + n * error) * SLACK


@indexed_from_start
def error_bound(w: Count, base: int, unit: int, a: float, b: float, n: int) -> float:
    """Return a bound on the error of a form, in rows from ``base`` on, at a vertex with these a and b."""
    return (w.forms[base + n + 1, unit] * a + w.forms[base + n, unit] * b) * SLACK + TINY


@indexed_from_start
def evaluate(w: Count, c: Chain, v: int, block: int, row: int, n: int) -> None:
    """Write the values of all units of a block at a vertex to a row of ``values``."""
    base, start, units = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START], c.blocks[block, UNITS]
    out, first, second = w.values[row], w.forms[base, start:], w.forms[base + 1, start:]  # slices, so as to start at 0
    x, y = w.vertices[v, 0], w.vertices[v, 1]
    if n == 2:
        for j in range(units):
            out[j] = x * first[j] + y * second[j]
        return
    z, third = w.vertices[v, 2], w.forms[base + 2, start:]
    for j in range(units):
        out[j] = x * first[j] + y * second[j] + z * third[j]
    for k in range(3, n):
        x, form = w.vertices[v, k], w.forms[base + k, start:]
        for j in range(units):
            out[j] += x * form[j]


@indexed_from_start
def certain_words(w: Count, c: Chain, v: int, block: int, row: int, n: int) -> tuple[np.uint64, np.uint64]:
    """Return the words of the units of a block that are certainly positive and negative at a vertex, by their values.

    This is the loop that a count spends most of its time in; it has no branches.
    """
    positive, negative = np.uint64(0), np.uint64(0)
    if w.state[REFUSE] != 0:
        return positive, negative
    base, start, units = c.blocks[block, STAGE] * (n + 3) + n, c.blocks[block, START], c.blocks[block, UNITS]
    values, errors, sizes = w.values[row], w.forms[base, start:], w.forms[base + 1, start:]
    a, b = reach(w, v, n)
    for j in range(units):
        bound = (sizes[j] * a + errors[j] * b) * SLACK + TINY
        positive |= np.uint64(values[j] > bound) << np.uint64(j)
        negative |= np.uint64(values[j] < -bound) << np.uint64(j)
    return positive, negative


@indexed_from_start
def read_words(w: Count, c: Chain, node: int, v: int, block: int, mask: np.uint64, row: int, n: int) -> np.uint64:
    """Add the units of ``mask`` to the words of a vertex, from its values; return those that are unsure."""
    base, start = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START]
    a, b = reach(w, v, n)
    positive, negative, unsure, rest = np.uint64(0), np.uint64(0), np.uint64(0), mask
    while rest:
        j = lowest(rest)
        bit = np.uint64(1) << np.uint64(j)
        rest ^= bit
        value = w.values[row, j]
        bound = error_bound(w, base, start + j, a, b, n)
        if w.state[REFUSE] != 0 and is_refused(w.state):
            sign = UNDECIDED
        elif value > bound:
            sign = 1
        elif value < -bound:
            sign = -1
        else:
            sign = exact_sign(w, c, node, v, block, j, value, n)
        if sign == UNDECIDED:
            unsure |= bit
        elif sign > 0:
            positive |= bit
        elif sign < 0:
            negative |= bit
    w.marks[v, POSITIVE] |= positive
    w.marks[v, NEGATIVE] |= negative
    w.marks[v, UNSURE] = unsure
    return unsure


@indexed_from_start
def sign_of_unit(w: Count, c: Chain, node: int, v: int, block: int, j: int, a: float, b: float, n: int) -> int:
    """Return the certain sign of one unit at a vertex with these a and b, or UNDECIDED."""
    base, unit = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START] + j
    value = 0.0
    for k in range(n):
        value += w.forms[base + k, unit] * w.vertices[v, k]
    bound = error_bound(w, base, unit, a, b, n)
    if w.state[REFUSE] != 0 and is_refused(w.state):
        return UNDECIDED
    if value > bound:
        return 1
    if value < -bound:
        return -1
    return exact_sign(w, c, node, v, block, j, value, n)


@indexed_from_start
def is_exact(w: Count, base: int, unit: int, v: int, n: int) -> bool:
    """Whether the value of a form at a vertex is a sum of integers without rounding."""
    exact = w.forms[base + n, unit] == 0.0 and w.vertices[v, n] == 0.0
    return exact and w.forms[base + n + 1, unit] * largest_entry(w, v, n) < EXACT


@indexed_from_start
def exact_sign(w: Count, c: Chain, node: int, v: int, block: int, j: int, value: float, n: int) -> int:
    """Return the sign of a value within its bound if it is an exact integer, or 0 for a reason without arithmetic.

    A form vanishes where none of the units that it uses is positive and it has no constant, or at infinity, which is
    wall 0; on the wall of a unit with the same hyperplane; if its coefficients are known to be zero or not, where each
    product is zero; and if then it has no constant, where all walls go through the origin, so that this is the vertex.
    """
    stage, unit = c.blocks[block, STAGE], c.blocks[block, START] + j
    base = stage * (n + 3)
    if is_exact(w, base, unit, v, n):
        return 1 if value > 0.0 else (-1 if value < 0.0 else 0)
    constant = stage > 0 and c.uses[stage, unit] & w.marks[v, ACTIVE] == 0
    if constant and (w.marks[v, WALLS] & np.uint64(1) != 0 or c.weights[c.stages[stage, WEIGHT], unit] == 0.0):
        return 0
    if stage == w.state[LOADED]:
        zero = w.vertices[v, n] == 0.0 and w.forms[base + n, unit] < np.inf  # one that was given up is no zero
        for k in range(n):
            zero = zero and (w.forms[base + k, unit] == 0.0 or w.vertices[v, k] == 0.0)
        if zero:
            return 0
    line, central = c.lines[c.blocks[block, GATE] + j], stage == w.state[LOADED] and has_no_constant(w, base, unit, n)
    bits = w.marks[v, WALLS]
    while bits:
        gate = w.slots[node, lowest(bits)]
        bits &= bits - np.uint64(1)
        if gate >= 0 and c.lines[gate] == line:
            return 0
        if gate < 0:
            central &= w.walls[-1 - gate, 0] == 0.0
        elif central:
            central = c.places[gate, 0] == stage and has_no_constant(w, base, c.places[gate, 1], n)
    return 0 if central else UNDECIDED


@indexed_from_start
def has_no_constant(w: Count, base: int, unit: int, n: int) -> bool:
    """Whether a form of the stage of the root vanishes at the origin, the vector (1, 0, ..., 0)."""
    return w.forms[base, unit] == 0.0 and w.forms[base + n, unit] < np.inf
