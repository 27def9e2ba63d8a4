"""Proofs in floats of the sign of a form on a cell: the part of the cube [-1, 1]^n where some rows are positive.

A point proves that a form is positive somewhere, multipliers of the rows that it is negative everywhere; all rounding
errors are bounded (:mod:`polytopes.enumeration.boxes.float_forms`).
"""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.jit.compilation import compiled, summed_in_any_order


@summed_in_any_order
def dot(row: Array, point: Array, n: int) -> float:
    """Return the sum of ``row[1 + j] point[j]``."""
    total = 0.0
    for j in range(n):
        total += row[j + 1] * point[j]
    return total


@compiled
def is_negative(
    target: Array,
    size: float,
    error: float,
    rows: Array,
    sizes: Array,
    errors: Array,
    shares: Array,
    m: int,
    multipliers: Array,
    total: Array,
) -> bool:
    """Whether the multipliers prove that the target is negative wherever all rows are nonnegative."""
    n = target.shape[0] - 1
    weight = 1.0
    for i in range(m):
        weight -= multipliers[i] * shares[i]
    if not weight > 0.0:
        return False
    for j in range(n + 1):
        total[j] = weight * target[j]
    whole_size, whole_error = weight * size, weight * error
    for i in range(m):
        factor = multipliers[i]
        if factor > 0.0:
            whole_size += factor * sizes[i]
            whole_error += factor * errors[i]
            for j in range(n + 1):
                total[j] += factor * rows[i, j]
    bound = total[0]
    for j in range(1, n + 1):
        bound += abs(total[j])
    bound += (whole_error + (n + m + 8) * UNIT * whole_size) * SLACK + TINY
    return bound < 0.0


@compiled
def surely_positive(row: Array, size: float, error: float, point: Array) -> bool:
    """Whether a form is proven to be positive at a point of the cube."""
    n = row.shape[0] - 1
    value = row[0] + dot(row, point, n)
    return value > (error + (n + 2) * UNIT * size) * SLACK + TINY


@compiled
def is_inside(
    target: Array, size: float, error: float, rows: Array, sizes: Array, errors: Array, m: int, point: Array
) -> bool:
    """Whether the target and all rows are proven to be positive at a point of the open cube."""
    for j in range(point.shape[0]):
        if not abs(point[j]) < 1.0:
            return False
    inside = surely_positive(target, size, error, point)
    for i in range(m):
        inside = inside and surely_positive(rows[i], sizes[i], errors[i], point)
    return inside
