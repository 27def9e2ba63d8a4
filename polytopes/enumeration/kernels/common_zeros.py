"""Whether affine forms vanish together in a cell of a cube, proven in floating point.

Cell, forms and walls are those of :mod:`polytopes.enumeration.kernels.zero_search`, which looks for a point. What it
finds is proven here:

* :func:`is_apart` proves from the multipliers that there is no common zero: a combination of the forms, and of the
  walls with multipliers that are not negative, is negative on the whole cube;
* :func:`is_met` proves from a point u and a matrix B that there is one, and that the forms are linearly independent.
  If ``|I - A B| <= q < 1`` in the norm of row sums, where A has the coefficients of the forms, then A B is invertible,
  so the rows of A are independent; and f(u + B t) = 0 for some t with ``|t| <= |f(u)| / (1 - q)``. A matrix B for all
  forms has in its columns for some of them one for these, with a bound q that is no larger; so where all forms are
  independent, B is computed once.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.cube_proofs import dot
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.enumeration.kernels.zero_search import (
    APART,
    ASKED,
    FACES,
    FORMS,
    GAPS,
    MET,
    UNSURE,
    WALLS,
    Zeros,
    choose,
    climb,
    combine,
    gram,
    size_of,
)
from polytopes.jit.compilation import compiled, summed_in_any_order

POLISHED = 2


@compiled
def shorten(z: Zeros, m: int) -> None:
    """Leave out multipliers, the smallest first, without which there is still no common zero."""
    n = z.values.shape[0]
    constant = combine(z, m, z.duals)
    for a in range(m):
        z.fixed[a] = 0
    for _ in range(m):
        least = -1
        for a in range(m):
            if not z.fixed[a] and (least < 0 or abs(z.duals[a]) < abs(z.duals[least])):
                least = a
        z.fixed[least] = 1
        factor, row = z.duals[least], z.rows[z.used[least]]
        reach, largest = reach_without(z.values, row, factor)
        if constant - factor * row[0] + reach < -1e-9 * largest:
            constant -= factor * row[0]
            for j in range(n):
                z.values[j] -= factor * row[j + 1]
            z.duals[least] = 0.0


@summed_in_any_order
def reach_without(values: Array, row: Array, factor: float) -> tuple[float, float]:
    """Return the sum of absolute values after a multiple of a row is taken away, and the largest one before."""
    reach, largest = 0.0, 0.0
    for j in range(values.shape[0]):
        reach += abs(values[j] - factor * row[j + 1])
        largest = max(largest, abs(values[j]))
    return reach, largest


@compiled
def is_apart(z: Zeros, m: int) -> bool:
    """Whether the multipliers prove that the rows have no common zero in the cell."""
    n = z.values.shape[0]
    bound = combine(z, m, z.duals)
    size, error = 0.0, 0.0
    for a in range(m):
        size += abs(z.duals[a]) * z.measures[0, z.used[a]]
        error += abs(z.duals[a]) * z.measures[1, z.used[a]]
    bound += size_of(z.values)
    return bound + (error + (n + m + 8) * UNIT * size) * SLACK + TINY < 0.0


@compiled
def invert(z: Zeros, k: int) -> bool:
    """Write the inverse of the first k rows and columns of ``matrix``, by elimination; return whether it was found."""
    h, inverse = z.matrix, z.inverse
    for a in range(k):
        for b in range(k):
            inverse[a, b] = 1.0 if a == b else 0.0
    for a in range(k):
        if not h[a, a] > 1e-12:
            return False
        pivot = h[a, a]
        for b in range(k):
            h[a, b] /= pivot
            inverse[a, b] /= pivot
        for c in range(k):
            factor = h[c, a]
            if c != a and factor != 0.0:
                for b in range(k):
                    h[c, b] -= factor * h[a, b]
                    inverse[c, b] -= factor * inverse[a, b]
    return True


@compiled
def defect(z: Zeros, k: int) -> float:
    """Return a bound q of ``|I - A B|``; the sums of absolute values in the rows of B are left in ``reach``."""
    n = z.values.shape[0]
    for j in range(n):
        z.reach[j] = 0.0
    for a in range(k):
        z.residues[a] = 0.0
    for c in range(k):
        for j in range(n):
            z.scratch[j] = 0.0
        for b in range(k):
            factor, row = z.inverse[b, c], z.rows[z.used[b]]
            for j in range(n):
                z.scratch[j] += factor * row[j + 1]
        for j in range(n):
            z.reach[j] += abs(z.scratch[j])
        for a in range(k):
            z.residues[a] += abs((1.0 if a == c else 0.0) - dot(z.rows[z.used[a]], z.scratch, n))
    widest = 0.0
    for j in range(n):
        widest = max(widest, z.reach[j])
    q = 0.0
    for a in range(k):
        size, error = z.measures[0, z.used[a]], z.measures[1, z.used[a]]
        # every product in A B is at most size times an entry of B; those of one row of B add up to its sum
        rounding = (n + 8) * UNIT * (size * widest * SLACK + k)
        q = max(q, (z.residues[a] + error * widest + rounding) * SLACK)
    return q


@compiled
def polish(z: Zeros, k: int) -> None:
    """Move the point by least squares to where the first k rows nearly vanish; their inverse is known."""
    n = z.values.shape[0]
    for a in range(k):
        row = z.rows[z.used[a]]
        z.residues[a] = row[0] + dot(row, z.point, n)
    for a in range(k):
        factor, row = 0.0, z.rows[z.used[a]]
        for b in range(k):
            factor += z.inverse[a, b] * z.residues[b]
        for j in range(n):
            z.point[j] -= factor * row[j + 1]


@compiled
def is_met(z: Zeros, k: int, m: int) -> bool:
    """Whether the point and the multipliers' matrix prove a common zero of the first k rows, which are independent."""
    gram(z, k, np.inf)
    if not invert(z, k):
        return False
    for _ in range(POLISHED):
        polish(z, k)
    q = defect(z, k)
    if not q < 0.5:
        return False
    return is_zero_near(z, k, m, z.reach, q)


@compiled
def is_zero_near(z: Zeros, k: int, m: int, reach: Array, q: float) -> bool:
    """Whether the first k rows are proven to vanish together in the cell, near the point.

    ``q`` bounds ``|I - A B|`` for some B, the sums of whose absolute values are at most ``reach``.
    """
    n = z.values.shape[0]
    far = 0.0
    for a in range(k):
        row, r = z.rows[z.used[a]], z.used[a]
        value = abs(row[0] + dot(row, z.point, n))
        far = max(far, value + (z.measures[1, r] + (n + 4) * UNIT * z.measures[0, r]) * SLACK)
    far = (far / (1.0 - q)) * SLACK + TINY
    moved = 0.0
    for j in range(n):
        own = reach[j] * far * SLACK
        moved = max(moved, own)
        if not abs(z.point[j]) + own < 1.0 - UNIT:
            return False
    for a in range(k, m):
        row, r = z.rows[z.used[a]], z.used[a]
        value = row[0] + dot(row, z.point, n)
        bound = z.measures[1, r] + ((n + 4) * UNIT + moved) * z.measures[0, r]
        if not value > bound * SLACK + TINY:
            return False
    return True


@compiled
def learn(z: Zeros, members: int, answer: int) -> None:
    """Remember of a set of forms that they vanish together in the cell, or that they do not, and not the oldest one."""
    kept, place = (z.faces, FACES) if answer == MET else (z.gaps, GAPS)
    kept[z.state[place] % kept.shape[0]] = members
    z.state[place] += 1


@compiled
def n_around(sets: Array, count: int, members: int) -> int:
    """Return how many of the first sets have all of some members."""
    found = 0
    for i in range(count):
        found += 1 if members & ~sets[i] == 0 else 0
    return found


@compiled
def n_within(sets: Array, count: int, members: int) -> int:
    """Return how many of the first sets have no others than some members."""
    found = 0
    for i in range(count):
        found += 1 if sets[i] & ~members == 0 else 0
    return found


@compiled
def known(z: Zeros, members: int) -> int:
    """Return what is remembered of a set of forms, or follows from it; UNSURE if nothing does."""
    if n_around(z.faces, min(z.state[FACES], z.faces.shape[0]), members):
        return MET
    if n_within(z.gaps, min(z.state[GAPS], z.gaps.shape[0]), members):
        return APART
    return UNSURE


@compiled
def ask(z: Zeros, members: int) -> int:
    """Return MET if the forms of a set are independent and vanish together in the cell, APART if they nowhere do.

    UNSURE if neither is proven. The search begins at the multipliers in ``shares``, and leaves its own there.
    """
    z.state[ASKED] += 1
    k = choose(z, members)
    m = k + z.state[WALLS]
    for a in range(m):
        z.duals[a] = z.shares[z.used[a]]
    found = climb(z, k, m)
    for a in range(m):
        z.shares[z.used[a]] = z.duals[a]
    if found == MET and (is_met_as_all(z, k, m) or is_met(z, k, m)):
        learn(z, members, MET)
        return MET
    if found != APART or not is_apart(z, m):
        return UNSURE
    shorten(z, m)
    if is_apart(z, m):
        needed = 0
        for a in range(k):
            if z.duals[a] != 0.0:
                needed |= 1 << z.used[a]
        learn(z, needed, APART)
    return APART


@compiled
def is_met_as_all(z: Zeros, k: int, m: int) -> bool:
    """Whether the point proves a common zero of k rows, by the matrix that nearly inverts all forms.

    Its columns for a set of forms nearly invert these, with bounds that are no larger.
    """
    return z.all_defect[0] < 0.5 and is_zero_near(z, k, m, z.all_reach, z.all_defect[0])


@compiled
def invert_all(z: Zeros) -> None:
    """Find a matrix that nearly inverts all forms, if they are independent."""
    k = choose(z, (1 << z.state[FORMS]) - 1)
    for j in range(z.values.shape[0]):
        z.values[j] = 0.0
    gram(z, k, np.inf)
    z.all_defect[0] = 1.0
    if invert(z, k):
        z.all_defect[0] = defect(z, k)
        for j in range(z.values.shape[0]):
            z.all_reach[j] = z.reach[j]


@compiled
def all_vanish(z: Zeros) -> bool:
    """Whether all forms are proven to be independent and to vanish together in the cell, however many they are."""
    k = z.state[FORMS]
    m = k + z.state[WALLS]
    for a in range(m):
        z.used[a] = a
        z.duals[a] = 0.0
    z.state[ASKED] += 1
    return climb(z, k, m) == MET and is_met(z, k, m)
