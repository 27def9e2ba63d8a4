"""Compiled search for a combination of walls or a point beyond a form's zero: the method of Lawson and Hanson.

It guesses; only the points that it finds are certain.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    Array,
    Probe,
)
from polytopes.enumeration.kernels.signs import sign_at
from polytopes.jit.compilation import compiled

ACROSS, LOST = -1, -2
RESIDUAL = 2.0**-40
"""Relative size of a residual that is guessed to be zero."""
IDLE = 2.0**-36
"""Relative size of a coefficient that is guessed to be zero."""
DEPENDENT = 2.0**-46
"""Relative square of a distance that is guessed to be zero."""


@compiled
def descend(
    q: Probe, form: Array, walls: Array, rays: Array, new_rays: Array, point: int, here: int, start: int, m: int, n: int
) -> int:
    """Return the number of passive walls whose combination the form is guessed to be, ACROSS or LOST.

    Few arrays are handed to what is called here often: each costs as much as some multiplications.
    """
    target, residual, rooms, passive = q.target, q.residual, q.rooms, q.passive
    norm, height = 0.0, 0.0
    for k in range(n):
        target[k] = here * form[0, k]
        residual[k] = target[k]
        norm += target[k] * target[k]
        height += target[k] * rays[point, k]
    for i in range(start, m):
        rooms[i] = times(walls, i, rays, point, n)
    size = 0
    for _ in range(3 * n + 10):
        length, fall = 0.0, 0.0
        for k in range(n):
            length += residual[k] * residual[k]
            fall += target[k] * residual[k]
        if not length > norm * RESIDUAL * RESIDUAL:
            return size
        entering = turn(walls, residual, q.slopes, passive, size, start, m, n)
        step = stride(q.slopes, rooms, height, fall, start, m)
        if step > 0.0:
            place = 0 if here > 0 else 1
            for k in range(n):
                new_rays[place, k] = rays[point, k] - step * residual[k]
            if is_inside(form, walls, new_rays, place, -here, start, m, n):
                return ACROSS
        if entering < 0 or size == n:
            return LOST
        passive[size] = entering
        q.coefficients[size] = 0.0
        size = fit(walls, target, passive, q.coefficients, q.solution, q.half, q.system, size, n)
        if size < 0:
            return LOST
        for k in range(n):
            residual[k] = target[k]
        for c in range(size):
            for k in range(n):
                residual[k] -= q.coefficients[c] * walls[passive[c], k]
    return LOST


@compiled
def times(a: Array, i: int, b: Array, j: int, n: int) -> float:
    """Return the product of two rows, rounded."""
    value = 0.0
    for k in range(n):
        value += a[i, k] * b[j, k]
    return value


@compiled
def turn(
    walls: Array, residual: Array, slopes: Array, passive: Array, size: int, start: int, m: int, n: int
) -> int:  # fmt: skip
    """Find how fast the way against the residual nears each wall; return the one not passive that it nears fastest."""
    entering, best = -1, 0.0
    for i in range(start, m):
        slope = 0.0
        for k in range(n):
            slope += walls[i, k] * residual[k]
        slopes[i] = slope
        if slope > best and not is_member(passive, size, i):
            best, entering = slope, i
    return entering


@compiled
def stride(slopes: Array, rooms: Array, height: float, fall: float, start: int, m: int) -> float:
    """Return a step against the residual past the form's zero, before the first wall; 0 if there is none."""
    if not fall > 0.0:
        return 0.0
    near, far = height / fall, np.inf
    for i in range(start, m):
        if slopes[i] > 0.0 and rooms[i] < far * slopes[i]:
            far = rooms[i] / slopes[i]
    return min(2.0 * near, 0.5 * (near + far)) if near < far else 0.0


@compiled
def is_member(passive: Array, size: int, wall: int) -> bool:
    """Whether a wall is in the passive set."""
    found = False
    for c in range(size):
        found = found or passive[c] == wall
    return found


@compiled
def fit(
    walls: Array, target: Array, passive: Array, coefficients: Array, solution: Array, half: Array, system: Array,
    factored: int, n: int,
) -> int:  # fmt: skip
    """Fit the coefficients of the passive walls, the last of which is new, dropping those that would turn negative.

    Return their number; -1 if the walls are numerically dependent. Of the Cholesky factor of their products
    ``factored`` rows are known.
    """
    size = factored + 1
    while size > 0:
        for row in range(factored, size):
            if not extend(walls, target, passive, half, system, row, n):
                return -1
        for i in range(size - 1, -1, -1):
            value = half[i]
            for k in range(i + 1, size):
                value -= system[k, i] * solution[k]
            solution[i] = value / system[i, i]
        ratio, leaving = 1.0, -1
        for c in range(size):
            if solution[c] <= 0.0:
                gap = coefficients[c] - solution[c]
                part = coefficients[c] / gap if gap > 0.0 else 0.0
                if part < ratio or leaving < 0:
                    ratio, leaving = part, c
        if leaving < 0:
            for c in range(size):
                coefficients[c] = solution[c]
            return size
        for c in range(size):
            coefficients[c] += ratio * (solution[c] - coefficients[c])
        drop(passive, coefficients, leaving, size)
        size -= 1
        factored = leaving
    return 0


@compiled
def drop(passive: Array, coefficients: Array, leaving: int, size: int) -> None:
    """Take a wall out of the passive set."""
    for c in range(leaving, size - 1):
        passive[c] = passive[c + 1]
        coefficients[c] = coefficients[c + 1]


@compiled
def drop_idle(q: Probe, size: int) -> int:
    """Drop the passive walls whose coefficients are guessed to be zero; return how many are left."""
    largest = 0.0
    for c in range(size):
        largest = max(largest, q.coefficients[c])
    kept = size
    for c in range(size - 1, -1, -1):
        if q.coefficients[c] <= largest * IDLE:
            drop(q.passive, q.coefficients, c, kept)
            kept -= 1
    return kept


@compiled
def extend(walls: Array, target: Array, passive: Array, half: Array, system: Array, row: int, n: int) -> bool:
    """Add a row to the Cholesky factor of the products of the passive walls, and to the half-solved right-hand side."""
    wall = passive[row]
    right = 0.0
    for k in range(n):
        right += walls[wall, k] * target[k]
    square = 0.0
    for j in range(row):
        value = times(walls, wall, walls, passive[j], n)
        for k in range(j):
            value -= system[row, k] * system[j, k]
        value /= system[j, j]
        system[row, j] = value
        square += value * value
        right -= value * half[j]
    length = times(walls, wall, walls, wall, n)
    rest = length - square
    if not rest > length * DEPENDENT:
        return False
    system[row, row] = np.sqrt(rest)
    half[row] = right / system[row, row]
    return True


@compiled
def is_inside(form: Array, walls: Array, points: Array, place: int, side: int, start: int, m: int, n: int) -> bool:
    """Scale a new point, and say whether it is certainly off all walls and on this side of the form."""
    largest = 0.0
    for k in range(n):
        largest = max(largest, abs(points[place, k]))
    if not (0.0 < largest < np.inf):
        return False
    scale = 2.0 ** -np.floor(np.log2(largest))
    for k in range(n):
        points[place, k] *= scale
        points[place, n + k] = 0.0
    points[place, 2 * n] = 0.0
    if sign_at(form, 0, points, place, n) != side:
        return False
    for i in range(start, m):  # noqa: SIM110
        if sign_at(walls, i, points, place, n) != 1:
            return False
    return True
