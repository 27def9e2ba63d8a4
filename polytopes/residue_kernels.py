"""Compiled deletion-restriction on vectors of residues: ``points[i, j, k]`` is coordinate j of point i modulo prime k.

Every number that is compared with 0 here is, up to units, a minor of the integer matrix that the residues came from.
If the product of the primes exceeds all its minors, a minor is 0 iff all its residues are: nothing is left to chance.
A number that is divided by must be a unit modulo every prime; if it is one modulo some primes only, the kernels give
up (:data:`MIXED`), and the caller takes another way.

All functions stand in one module, because numba looks at the age of one module only when it reuses compiled code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]

MIXED = -1
"""A divisor vanishes modulo some of the primes only."""
COINCIDENT = -2
"""Two points met where they must not."""


@njit(cache=True, error_model="numpy")
def _inverse(value: int, prime: int) -> int:
    old, new, old_factor, factor = prime, value, 0, 1
    while new:
        quotient = old // new
        old, new = new, old - quotient * new
        old_factor, factor = factor, old_factor - quotient * factor
    return int(old_factor % prime)


@njit(cache=True, error_model="numpy")
def _product(a: int, b: int, prime: int, reciprocal: float) -> int:
    """Return a b modulo a prime below 2**31."""
    return int(_rest(a * b, prime, reciprocal))


@njit(cache=True, error_model="numpy")
def _rest(value: int, prime: int, reciprocal: float) -> int:
    """Return what division by a prime leaves of a value from 0 to prime**2; the quotient is guessed, at most 1 off."""
    rest = value - int(value * reciprocal) * prime
    if rest < 0:
        return rest + prime
    return rest - prime if rest >= prime else rest


@njit(cache=True, error_model="numpy")
def _leading(vector: Array, start: int) -> int:
    """Return the first column from ``start`` that is not 0, the number of columns if none, or MIXED."""
    columns, n_primes = vector.shape
    for j in range(start, columns):
        zeros = 0
        for k in range(n_primes):
            zeros += vector[j, k] == 0
        if zeros == 0:
            return j
        if zeros < n_primes:
            return MIXED
    return int(columns)


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
        pivot = _leading(points[i], found)
        if pivot == MIXED:
            return MIXED
        if pivot == size:
            continue
        for k in range(n_primes):
            factors[k] = _inverse(points[i, pivot, k], primes[k])
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
def _normalize(points: Array, n: int, primes: Array) -> bool:
    """Make the leading entries of the first n points 1, with one inversion a prime; False if some are mixed."""
    n_primes = primes.size
    leads = np.empty(n, np.int64)
    products = np.empty((n + 1, n_primes), np.int64)
    products[0] = 1
    for i in range(n):
        leads[i] = _leading(points[i], 0)
        if leads[i] == MIXED:
            return False
        for k in range(n_primes):
            lead = points[i, leads[i], k]
            products[i + 1, k] = products[i, k]
            if lead != 1:
                products[i + 1, k] = _product(lead, products[i, k], primes[k], 1 / primes[k])
    for k in range(n_primes):
        prime = primes[k]
        reciprocal = 1 / prime
        inverse = _inverse(products[n, k], prime)
        for i in range(n - 1, -1, -1):
            lead = points[i, leads[i], k]
            if lead != 1:
                factor = _product(inverse, products[i, k], prime, reciprocal)
                inverse = _product(inverse, lead, prime, reciprocal)
                points[i, leads[i], k] = 1
                for j in range(leads[i] + 1, points.shape[1]):
                    points[i, j, k] = _product(points[i, j, k], factor, prime, reciprocal)
    return True


@njit(cache=True, error_model="numpy")
def _equal(left: Array, right: Array) -> bool:
    for j in range(left.shape[0]):
        for k in range(left.shape[1]):
            if left[j, k] != right[j, k]:
                return False
    return True


@njit(cache=True, error_model="numpy")
def _distinct(points: Array, n: int) -> int:
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


@njit(cache=True, error_model="numpy")
def _restrict(points: Array, index: int, primes: Array, out: Array) -> int:
    """Write the restrictions of the points before ``index`` to its hyperplane; return how many differ, or MIXED.

    The first points, as many as columns, are unit vectors. So they are afterwards: the one of the pivot is moved
    behind the others.
    """
    size, n_primes = points.shape[1], primes.size
    pivot = _leading(points[index], 0)
    if pivot == MIXED:
        return MIXED
    wall = points[index]
    scaled = np.empty((size, n_primes), np.int64)
    for k in range(n_primes):
        factor = _inverse(wall[pivot, k], primes[k])
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
                        value += _product(factor, scaled[j, k], prime, reciprocal)
                        if value >= prime:
                            value -= prime
                    out[target, j - (j > pivot), k] = value
    if not _normalize(out, index, primes):
        return MIXED
    return _distinct(out, index)


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
        u = _rest(points[i, y, 0] + lead * a, prime, reciprocal)
        v = _rest(points[i, z, 0] + lead * b, prime, reciprocal)
        slope = _rest(v * inverses[u], prime, reciprocal) if u else prime
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
        found = _restrict(points, i, primes, out)
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
    if not _normalize(points, points.shape[0], primes):
        return MIXED
    return _coefficients(points, points.shape[0], primes, inverses, chi, simple)


@njit(cache=True, error_model="numpy")
def _primitive(row: Array) -> None:
    """Divide an integer row, not 0, by its content, and make its leading entry positive."""
    content, sign = 0, 0
    for entry in row:
        if entry:
            if sign == 0:
                sign = 1 if entry > 0 else -1
            a, b = content, abs(entry)
            while b:
                a, b = b, a % b
            content = a
            if content == 1:
                break
    content *= sign
    if content != 1:
        for j in range(row.size):
            row[j] //= content


@njit(cache=True, error_model="numpy")
def restrict_integers(points: Array, index: int) -> Array:
    """Return the distinct restrictions of the points before ``index`` to its hyperplane, as primitive integer rows.

    The columns are sorted by the absolute values in them, so that more restrictions come out equal; the rows by the
    number of zeros, then lexicographically.
    """
    size = points.shape[1]
    pivot = 0
    while points[index, pivot] == 0:
        pivot += 1
    out = np.empty((index, size - 1, 1), np.int64)
    lead = points[index, pivot]
    for i in range(index):
        factor = points[i, pivot]
        for j in range(size - 1):
            column = j + (j >= pivot)
            out[i, j, 0] = lead * points[i, column] - factor * points[index, column]
        _primitive(out[i, :, 0])
    found = _distinct(out, index)
    return _sorted_rows(_sorted_columns(out[:found, :, 0]))


@njit(cache=True, error_model="numpy")
def _sorted_columns(points: Array) -> Array:
    signature = np.zeros(points.shape[1], np.int64)
    for j in range(points.shape[1]):
        for i in range(points.shape[0]):
            mixed = (abs(points[i, j]) + 1) * 0x9E3779B97F4A7C1
            signature[j] += (mixed ^ (mixed >> 29)) * (mixed >> 17)
    sorted_points = points[:, np.argsort(signature)]
    for i in range(points.shape[0]):
        _primitive(sorted_points[i])
    return sorted_points


@njit(cache=True, error_model="numpy")
def _sorted_rows(points: Array) -> Array:
    n, size = points.shape
    bits = 56 // size
    bound = (1 << bits) // 2 - 1
    weight = np.zeros(n, np.int64)
    for i in range(n):
        for j in range(size):
            clipped = min(max(points[i, j], -bound), bound)
            weight[i] = (weight[i] << bits) + clipped + bound
        for j in range(size):
            weight[i] += (points[i, j] == 0) << 57
    return points[np.argsort(weight)]
