"""Projective points as vectors of residues: coordinates in which some are unit vectors, and which points differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from polytopes.arrangements.kernels.arithmetic import MIXED, inverse_of, leading, product

Array = np.ndarray[Any, Any]


@njit(cache=True, error_model="numpy")
def units_first(points: Array, primes: Array, order: Array) -> int:
    """Change coordinates, and order, so that the first rows are the unit vectors; return how many, or MIXED.

    What happens to the rows happens to ``order`` too.
    """
    n, size, n_primes = points.shape
    factors = np.empty(n_primes, np.int64)
    found = 0
    for i in range(n):
        if found == size:
            break
        pivot = leading(points[i], found)
        if pivot == MIXED:
            return MIXED
        if pivot == size:
            continue
        for k in range(n_primes):
            factors[k] = inverse_of(points[i, pivot, k], primes[k])
        # Column operations: column ``found`` becomes the pivot column over the pivot, the others lose row i.
        for r in range(n):
            for k in range(n_primes):
                lead = points[r, pivot, k] * factors[k] % primes[k]
                points[r, pivot, k] = points[r, found, k]
                points[r, found, k] = lead
        row = points[i].copy()
        for r in range(n):
            for j in range(size):
                if j != found:
                    for k in range(n_primes):
                        points[r, j, k] = (points[r, j, k] - points[r, found, k] * row[j, k]) % primes[k]
        unit, number = points[i].copy(), order[i]
        for r in range(i, found, -1):
            points[r] = points[r - 1]
            order[r] = order[r - 1]
        points[found], order[found] = unit, number
        found += 1
    return found


@njit(cache=True, error_model="numpy")
def normalize(points: Array, n: int, primes: Array) -> bool:
    """Make the leading entries of the first n points 1, with one inversion a prime; False if some are mixed."""
    n_primes = primes.size
    leads = np.empty(n, np.int64)
    products = np.empty((n + 1, n_primes), np.int64)
    products[0] = 1
    for i in range(n):
        leads[i] = leading(points[i], 0)
        if leads[i] == MIXED:
            return False
        for k in range(n_primes):
            lead = points[i, leads[i], k]
            products[i + 1, k] = products[i, k]
            if lead != 1:
                products[i + 1, k] = product(lead, products[i, k], primes[k], 1 / primes[k])
    for k in range(n_primes):
        prime = primes[k]
        reciprocal = 1 / prime
        inverse = inverse_of(products[n, k], prime)
        for i in range(n - 1, -1, -1):
            lead = points[i, leads[i], k]
            if lead != 1:
                factor = product(inverse, products[i, k], prime, reciprocal)
                inverse = product(inverse, lead, prime, reciprocal)
                points[i, leads[i], k] = 1
                for j in range(leads[i] + 1, points.shape[1]):
                    points[i, j, k] = product(points[i, j, k], factor, prime, reciprocal)
    return True


@njit(cache=True, error_model="numpy")
def _equal(left: Array, right: Array) -> bool:
    for j in range(left.shape[0]):
        for k in range(left.shape[1]):
            if left[j, k] != right[j, k]:
                return False
    return True


@njit(cache=True, error_model="numpy")
def distinct(points: Array, n: int) -> int:
    """Move the first occurrences of the first n points to the front, in order; return their number."""
    capacity = 4
    while capacity < 2 * n:
        capacity *= 2
    table = np.full(capacity, -1, np.int64)
    found = 0
    for i in range(n):
        place = 0
        for j in range(points.shape[1]):
            place = place * 1000003 + points[i, j, 0]
        place = (place ^ (place >> 17)) & (capacity - 1)
        while table[place] >= 0 and not _equal(points[table[place]], points[i]):
            place = (place + 1) & (capacity - 1)
        if table[place] < 0:
            table[place] = found
            if found != i:
                points[found] = points[i]
            found += 1
    return found
