"""New rays of a cell on a wall, in integers where they are small, else from the walls with certified error bounds."""

from __future__ import annotations

from math import frexp, ldexp

import numpy as np

from polytopes.enumeration.kernels.signs import (
    EXACT,
    LARGE,
    SLACK,
    TINY,
    UNIT,
    Floats,
    Words,
    integer_value,
    lowest,
    n_common,
    sign_at,
)
from polytopes.jit.compilation import compiled, entry

DEPENDENT = 2.0**-36
"""Below this relative pivot rows are guessed dependent; a wrong guess loses a bound, never a sign."""


@compiled
def integer_ray(forms: Floats, rays: Floats, i: int, j: int, out: Floats, target: int, n: int) -> bool:
    """Write the primitive ray between i (negative) and j (positive) on which row 0 of ``forms`` vanishes.

    All three are exact integers; False if the new one does not fit in 2^53.
    """
    a, b, size = 0.0, 0.0, 0.0
    for k in range(n):
        x, y = forms[0, k] * rays[i, k], forms[0, k] * rays[j, k]
        a -= x
        b += y
        size += abs(x) + abs(y)
    if size >= EXACT:
        # Roundings are far below LARGE; a and b below 2^53 are floats again.
        if not (a < LARGE and b < LARGE):
            return False
        a, b = -np.float64(integer_value(forms, 0, rays, i, n)), np.float64(integer_value(forms, 0, rays, j, n))
        if not (a < EXACT and b < EXACT):
            return False
    content = np.int64(0)
    for k in range(n):
        x, y = a * rays[j, k], b * rays[i, k]
        if not abs(x) + abs(y) < EXACT:
            return False
        out[target, k] = x + y
        other = np.int64(abs(x + y))
        while other:
            content, other = other, content % other
    for k in range(n):
        if content > 1:
            out[target, k] = np.float64(np.int64(out[target, k]) // content)
        out[target, n + k] = 0.0
    out[target, 2 * n] = 1.0
    return True


@compiled
def eliminate(rows: Floats, work: Floats, d: int) -> bool:
    """Reduce [rows | identity] by Gauss-Jordan with complete pivoting; row d of ``work`` keeps the row of each pivot
    column and -1 for the free one. False if it breaks down."""
    n = d + 1
    for i in range(d):
        for j in range(n):
            work[i, j] = rows[i, j]
        for j in range(d):
            work[i, n + j] = 1.0 if i == j else 0.0
    for j in range(n):
        work[d, j] = -1.0
    for step in range(d):
        best, row, column = 0.0, -1, -1
        for i in range(step, d):
            for j in range(n):
                if work[d, j] < 0.0 and abs(work[i, j]) > best:
                    best, row, column = abs(work[i, j]), i, j
        if row < 0:
            return False
        pivot = work[row, column]
        for j in range(n + d):
            work[row, j], work[step, j] = work[step, j], work[row, j] / pivot
        work[d, column] = step
        for i in range(d):
            factor = work[i, column]
            if i != step and factor != 0.0:
                for j in range(n + d):
                    work[i, j] -= factor * work[step, j]
    return True


@entry
def null_vector(rows: Floats, work: Floats, out: Floats, target: int, d: int) -> bool:
    """Write the vector on which d rows in d + 1 entries vanish, up to sign and scale, with a bound on each entry.

    One entry of the vector is fixed to 1 (the free column of a complete pivoting). For the others let C be an
    approximate inverse of the remaining square matrix H, a_i the row sums of ``|I - C H|`` (all below 1/2) and r a
    bound on the residual: then ``|error_i| <= (|C| r)_i + a_i max(|C| r) / (1 - max a)``. False if that does not hold.
    """
    n = d + 1
    if not eliminate(rows, work, d):
        return False
    free = 0
    for j in range(n):
        if work[d, j] < 0.0:
            free = j
    for j in range(n):
        out[target, j] = 1.0 if j == free else -work[int(work[d, j]), free]
    for i in range(d):
        value, size, error = 0.0, 0.0, 0.0
        alive = False
        for j in range(n):
            product = rows[i, j] * out[target, j]
            value += product
            size += abs(product)
            error += rows[i, n + j] * abs(out[target, j])
            alive = alive or (out[target, j] != 0.0 and (rows[i, j] != 0.0 or rows[i, n + j] != 0.0))
        work[d + 1, i] = (abs(value) + error + (n + 2) * UNIT * size) * SLACK + TINY if alive else 0.0
    worst, largest = 0.0, 0.0
    for j in range(n):
        if j != free:
            reach, defect = _reach_and_defect(rows, work, j, free, d)
            # Written so that a NaN is not certain either.
            if not (defect < 0.5 and reach < np.inf and abs(out[target, j]) < np.inf):
                return False
            out[target, n + j] = reach
            work[d + 2, j] = defect
            worst = max(worst, defect)
            largest = max(largest, reach)
    for j in range(n):
        if j != free:
            error = (out[target, n + j] + work[d + 2, j] * largest / (1.0 - worst)) * SLACK
            out[target, n + j] = error + (TINY if largest > 0.0 else 0.0)
    out[target, n + free] = 0.0
    out[target, 2 * n] = 0.0
    return True


@compiled
def cross_product(rows: Floats, out: Floats, target: int) -> None:
    """Write the vector in the plane on which two rows vanish, up to sign and scale, with a bound on each entry."""
    for k in range(3):
        value, size, error = 0.0, 0.0, 0.0
        alive = False
        for sign in (1, -1):
            i, j = (k + sign) % 3, (k - sign) % 3
            a, b, c, d = rows[0, i], rows[1, j], rows[0, 3 + i], rows[1, 3 + j]
            value += sign * (a * b)
            size += abs(a * b)
            error += abs(a) * d + c * (abs(b) + d)
            alive = alive or ((a != 0.0 or c != 0.0) and (b != 0.0 or d != 0.0))
        out[target, k] = value
        out[target, 3 + k] = (error + 4 * UNIT * size) * SLACK + TINY if alive else 0.0
    out[target, 6] = 0.0


@compiled
def _reach_and_defect(rows: Floats, work: Floats, j: int, free: int, d: int) -> tuple[float, float]:
    """Return ``(|C| r)_j`` and the j-th row sum of ``|I - C H|``."""
    n = d + 1
    c = int(work[d, j])
    reach, alive = 0.0, False
    for i in range(d):
        reach += abs(work[c, n + i]) * work[d + 1, i]
        alive = alive or work[d + 1, i] != 0.0
    defect = 0.0
    for k in range(n):
        if k == free:
            continue
        value = -1.0 if k == j else 0.0
        size, error = abs(value), 0.0
        for i in range(d):
            product = work[c, n + i] * rows[i, k]
            value += product
            size += abs(product)
            error += abs(work[c, n + i]) * rows[i, n + k]
        defect += (abs(value) + error + (n + 2) * UNIT * size) * SLACK + TINY
    return reach * SLACK + (TINY if alive else 0.0), defect


@compiled
def are_independent(rows: Floats, work: Floats, count: int, n: int) -> bool:
    """Guess whether the first ``count`` rows are independent."""
    for i in range(count):
        largest = 0.0
        for k in range(n):
            largest = max(largest, abs(rows[i, k]))
        if largest == 0.0:
            return False
        for k in range(n):
            work[i, k] = rows[i, k] / largest
    for step in range(count):
        best, row, column = 0.0, step, 0
        for i in range(step, count):
            for k in range(n):
                if abs(work[i, k]) > best:
                    best, row, column = abs(work[i, k]), i, k
        if best < DEPENDENT:
            return False
        for k in range(n):
            work[row, k], work[step, k] = work[step, k], work[row, k]
        for i in range(step + 1, count):
            factor = work[i, column] / work[step, column]
            for k in range(n):
                work[i, k] -= factor * work[step, k]
            work[i, column] = 0.0
    return True


@compiled
def float_ray(
    forms: Floats, walls: Floats, rays: Floats, tight: Words, i: int, j: int, out: Floats, target: int,
    rows: Floats, work: Floats, n: int,
) -> bool:  # fmt: skip
    """Write the ray between i and j on which row 0 of ``forms`` vanishes, from the walls that i and j share.

    It is found afresh from d walls, not from the two rays, so that its error does not depend on its ancestors.
    """
    if not _collect(forms, walls, tight, i, j, rows, work, n):
        return False
    if n == 3:
        cross_product(rows, out, target)
    elif not null_vector(rows, work, out, target, n - 1):
        return False
    if tight[i, 0] & tight[j, 0] & np.uint64(1):
        out[target, 0], out[target, n] = 0.0, 0.0
        sign = _side(walls, tight, i, j, out, target, n)
    elif out[target, 0] > out[target, n]:
        sign = 1
    elif out[target, 0] < -out[target, n]:
        sign = -1
    else:
        return False
    if sign == 0:
        return False
    largest = 0.0
    for k in range(n):
        # Written so that a NaN is not certain either.
        if not abs(out[target, k]) < np.inf:
            return False
        largest = max(largest, abs(out[target, k]))
    if largest == 0.0:
        return False
    scale = inverse_power(largest)
    for k in range(n):
        scale_entry(out, target, k, out, target, sign, scale, n)
    return True


@compiled
def inverse_power(value: float) -> float:
    """Return the power of 2 that takes a positive value into [1, 2)."""
    return ldexp(1.0, 1 - frexp(value)[1])


@compiled
def scale_entry(out: Floats, place: int, k: int, source: Floats, row: int, sign: float, scale: float, n: int) -> None:
    """Write an entry and its error times a power of 2, with what underflow may cost."""
    value, error = source[row, k], source[row, n + k]
    out[place, k] = sign * scale * value
    out[place, n + k] = scale * error
    if error != 0.0 or (value != 0.0 and abs(out[place, k]) < TINY):
        out[place, n + k] += TINY


@compiled
def _collect(forms: Floats, walls: Floats, tight: Words, i: int, j: int, rows: Floats, work: Floats, n: int) -> bool:
    """Fill ``rows`` with d - 1 independent walls tight on both rays, and the form."""
    need = n - 2
    many = n_common(tight, i, j) > need
    count = 0
    for word in range(tight.shape[1]):
        bits = tight[i, word] & tight[j, word]
        while bits and count < need:
            wall = (word << 6) + lowest(bits)
            bits &= bits - np.uint64(1)
            for k in range(2 * n):
                rows[count, k] = walls[wall, k]
            count += 1
            if many and not are_independent(rows, work, count, n):
                count -= 1
    for k in range(2 * n):
        rows[need, k] = forms[0, k]
    return count == need


@compiled
def _side(walls: Floats, tight: Words, i: int, j: int, out: Floats, target: int, n: int) -> int:
    """Return the sign that turns ``out`` to the cell's side, or 0 if it is not certain.

    A wall tight on one of the two rays only is positive strictly between them.
    """
    for word in range(tight.shape[1]):
        bits = tight[i, word] ^ tight[j, word]
        while bits:
            sign = sign_at(walls, (word << 6) + lowest(bits), out, target, n)
            if sign == 1 or sign == -1:
                return sign
            bits &= bits - np.uint64(1)
    return 0
