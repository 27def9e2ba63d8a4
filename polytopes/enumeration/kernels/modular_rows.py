"""Rows of integers modulo primes, and forms that are combinations of the walls tight on a ray.

Floating point cannot see that a form vanishes on a ray. Where form and walls are exact integers, a determinant shows it
that is 0 modulo primes whose product is beyond a bound on it (J. Hadamard, Bull. Sci. Math. 17, 1893).
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import PRIME, Array, Walk
from polytopes.enumeration.kernels.signs import lowest
from polytopes.jit.compilation import compiled

PRIMES = (PRIME, 2147483629, 2147483587, 2147483579, 2147483563, 2147483549, 2147483543, 2147483497)


@compiled
def add_row(rows: Array, rank: int, size: int, prime: int) -> int:
    """Reduce row ``rank`` modulo a prime by the reduced rows above it; 1 if something is left, which is then scaled.

    The entry just beyond a reduced row holds its pivot column.
    """
    for i in range(rank):
        pivot = rows[i, size]
        factor = rows[rank, pivot]
        if factor:
            for k in range(size):
                rows[rank, k] = (rows[rank, k] - factor * rows[i, k]) % prime
    for k in range(size):
        if rows[rank, k]:
            inverse, power, exponent = np.int64(1), rows[rank, k], prime - 2
            while exponent:
                if exponent & 1:
                    inverse = inverse * power % prime
                power = power * power % prime
                exponent >>= 1
            for c in range(size):
                rows[rank, c] = rows[rank, c] * inverse % prime
            rows[rank, size] = k
            return 1
    return 0


@compiled
def put_residues(rows: Array, place: int, forms: Array, form: int, n: int, prime: int) -> None:
    """Write a form with exact integers as a row modulo a prime."""
    for k in range(n):
        rows[place, k] = np.int64(forms[form, k]) % prime


@compiled
def norm(forms: Array, form: int, n: int) -> float:
    """Return a bound on the length of a form."""
    total = 0.0
    for k in range(n):
        total += abs(forms[form, k])
    return total


@compiled
def choose_walls(w: Walk, ray: int, n: int) -> float:
    """Write the numbers of d independent walls tight on a ray to ``unknown``; return a bound on the product of lengths.

    Only walls with exact integers are taken; infinity if there are not as many.
    """
    rank, bound = 0, 1.0
    for word in range(w.tight.shape[1]):
        bits = w.tight[ray, word]
        while bits and rank < n - 1:
            wall = (word << 6) + lowest(bits)
            bits &= bits - np.uint64(1)
            if w.walls[wall, 2 * n] == 1.0:
                put_residues(w.residues, rank, w.walls, wall, n, PRIME)
                if add_row(w.residues, rank, n, PRIME):
                    w.unknown[rank] = wall
                    bound *= norm(w.walls, wall, n)
                    rank += 1
    return bound if rank == n - 1 else np.inf


@compiled
def is_singular(w: Walk, n: int, prime: int) -> bool:
    """Whether the determinant of the chosen walls and the form is 0 modulo a prime."""
    for row in range(n):
        if row < n - 1:
            put_residues(w.residues, row, w.walls, w.unknown[row], n, prime)
        else:
            put_residues(w.residues, row, w.form, 0, n, prime)
        if not add_row(w.residues, row, n, prime):
            return True
    return False


@compiled
def is_in_span(w: Walk, ray: int, n: int) -> bool:
    """Whether the form at hand is seen to be a combination of the walls tight on a ray, and so vanishes there."""
    if w.form[0, 2 * n] != 1.0:
        return False
    bound, product = 2.0 * choose_walls(w, ray, n) * norm(w.form, 0, n), 1.0
    if not bound < np.inf:
        return False
    for prime in PRIMES:
        if not is_singular(w, n, prime):
            return False
        product *= prime
        if product > bound:
            return True
    return False
