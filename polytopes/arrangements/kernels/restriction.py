"""Deletion-restriction: the characteristic polynomial of projective points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from polytopes.arrangements.kernels.arithmetic import MIXED, inverse_of, leading, product, rest_of
from polytopes.arrangements.kernels.points import distinct, normalize, units_first

Array = np.ndarray[Any, Any]

COINCIDENT = -2
"""Two points met where they must not."""


@njit(cache=True, error_model="numpy")
def restrict(points: Array, index: int, primes: Array, out: Array) -> int:
    """Write the restrictions of the points before ``index`` to its hyperplane; return how many differ, or MIXED.

    The first points, as many as columns, are unit vectors. So they are afterwards: the one of the pivot is moved
    behind the others.
    """
    size, n_primes = points.shape[1], primes.size
    pivot = leading(points[index], 0)
    if pivot == MIXED:
        return MIXED
    wall = points[index]
    scaled = np.empty((size, n_primes), np.int64)
    for k in range(n_primes):
        factor = inverse_of(wall[pivot, k], primes[k])
        for j in range(size):
            scaled[j, k] = primes[k] - wall[j, k] * factor % primes[k]
    for i in range(index):
        target = i
        if i < size:
            target = size - 1 if i == pivot else i - (i > pivot)
        for k in range(n_primes):
            prime = primes[k]
            reciprocal = 1 / prime
            factor = points[i, pivot, k]
            for j in range(size):
                if j != pivot:
                    value = points[i, j, k]
                    if factor and scaled[j, k] != prime:
                        value += product(factor, scaled[j, k], prime, reciprocal)
                        if value >= prime:
                            value -= prime
                    out[target, j - (j > pivot), k] = value
    if not normalize(out, index, primes):
        return MIXED
    return distinct(out, index)


@njit(cache=True, error_model="numpy")
def inverses_modulo(prime: int) -> Array:
    """Return the table of inverses modulo a prime; 0 at 0."""
    table = np.zeros(prime, np.int32)
    table[1] = 1
    for value in range(2, prime):
        table[value] = (prime - prime // value) * table[prime % value] % prime
    return table


@njit(cache=True, error_model="numpy")
def _lines_through(points: Array, index: int, prime: int, inverses: Array, seen: Array) -> int:
    """Return how many lines of a plane join a point to those before it; ``seen`` marks the slopes met.

    The points have three coordinates modulo one prime, of which ``inverses`` is the table.
    """
    x, y, z = 0, 1, 2
    if points[index, 0, 0] == 0:
        x, y = (1, 0) if points[index, 1, 0] else (2, 0)
        z = 3 - x - y
    reciprocal = 1 / prime
    factor = inverses[points[index, x, 0]]
    a = prime - points[index, y, 0] * factor % prime
    b = prime - points[index, z, 0] * factor % prime
    found = 0
    for i in range(index):
        lead = points[i, x, 0]
        u = rest_of(points[i, y, 0] + lead * a, prime, reciprocal)
        v = rest_of(points[i, z, 0] + lead * b, prime, reciprocal)
        slope = rest_of(v * inverses[u], prime, reciprocal) if u else prime
        if seen[slope] != index:
            seen[slope] = index
            found += 1
    return found


@njit(cache=True, error_model="numpy")
def _coefficients(points: Array, n: int, primes: Array, inverses: Array, chi: Array, simple: bool) -> int:
    """Write chi(t) / (t - 1), highest power first, of n distinct points that begin with the unit vectors.

    With ``simple`` the points must stay distinct in every restriction, or COINCIDENT is returned.
    """
    size = points.shape[1]
    chi[0] = 1
    for j in range(1, size):
        chi[j] = 0
    if size <= 2:
        if size == 2:
            chi[1] = 1 - n
        return 0
    for power in range(1, size):
        for j in range(power, 0, -1):
            chi[j] -= chi[j - 1]
    if size == 3 and inverses.size:
        seen = np.full(inverses.size + 1, -1, np.int32)
        for i in range(3, n):
            found = _lines_through(points, i, inverses.size, inverses, seen)
            if simple and found < i:
                return COINCIDENT
            chi[1] -= 1
            chi[2] -= 1 - found
        return 0
    out = np.empty((n, size - 1, primes.size), np.int64)
    below = np.empty(size - 1, np.int64)
    for i in range(size, n):
        found = restrict(points, i, primes, out)
        if found == MIXED:
            return MIXED
        if simple and found < i:
            return COINCIDENT
        if size == 3:
            below[0], below[1] = 1, 1 - found
        else:
            status = _coefficients(out, found, primes, inverses, below, simple)
            if status < 0:
                return status
        for j in range(size - 1):
            chi[j + 1] -= below[j]
    return 0


@njit(cache=True, error_model="numpy")
def reduced_polynomial(points: Array, primes: Array, inverses: Array, chi: Array, simple: bool) -> int:
    """Write the coefficients of chi(t) / (t - 1) for distinct projective points that span; change the points.

    ``inverses`` is the table of a single prime below 2**16, or empty. Returns 0, MIXED, or COINCIDENT if ``simple``
    is set and some points, no more than columns, are dependent.
    """
    found = units_first(points, primes, np.arange(points.shape[0]))
    if found < points.shape[1]:
        return MIXED
    if not normalize(points, points.shape[0], primes):
        return MIXED
    return _coefficients(points, points.shape[0], primes, inverses, chi, simple)
