"""Characteristic polynomials of linear forms through residues modulo primes, exactly.

Deletion-restriction only asks which numbers are 0, and each of these numbers is, up to units, a minor of the matrix of
forms. Hadamard's inequality bounds the minors; modulo primes whose product exceeds the bound a minor vanishes iff all
its residues do. So the answer is exact, and numbers stay small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import comb, isqrt, prod
from typing import Any

import numpy as np
from attrs import frozen
from flint import fmpz

from polytopes.arithmetic.rationals import Row

Array = np.ndarray[Any, Any]
Coefficients = tuple[int, ...]

LARGEST_COEFFICIENT = 1 << 62
LARGEST_ENTRY = 1 << 30
TABLE = 1 << 16
"""Below this a prime has a table of inverses."""
MANY_STEPS = 30_000
"""Above this many steps restrictions are remembered, if their entries are so small that they are likely to recur."""
SMALL = 1 << 10
BITS = 30
"""Primes lie between 2**BITS and 2**(BITS + 1), so that a product of residues fits 64 bits."""
FEW_PRIMES = 2
"""The number of primes in the search for a certificate of general position."""


def steps(n: int, rank: int) -> int:
    """Return the number of lines that deletion-restriction of n generic forms of this rank visits.

    Each costs some nanoseconds for each prime. For forms in special position the number is an upper bound.

    >>> steps(50, 5)
    211876
    """
    return comb(max(n - 1, 0), max(rank - 1, 0))


def are_generic(points: Sequence[Row], rank: int) -> bool:
    """Whether a certificate was found that every ``rank`` of the points are independent.

    True is certain: a minor that is not 0 modulo a prime is not 0. False says that some points are dependent or,
    rarely, that a minor vanishes modulo the primes by chance.

    Args:
        points: distinct projective points that span a space of dimension ``rank``.
        rank: the length of the rows.

    >>> are_generic([(1, 0), (0, 1), (1, 1)], 2), are_generic([(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)], 3)
    (True, False)
    """
    few = Residues(tuple(_primes_below(2 << BITS, FEW_PRIMES)))
    return few.polynomial(few.reduce(points), simple=True) is not None


def reduced_polynomial(points: Sequence[Row], rank: int) -> Coefficients | None:
    """Return chi(t) / (t - 1) of distinct projective points that span, or None if residues do not give it.

    They do not if a divisor vanishes modulo some of the primes only, or a coefficient may exceed 64 bits.

    Args:
        points: integer rows of length ``rank``, none a multiple of another.
        rank: the dimension of their span.

    >>> reduced_polynomial([(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)], 3)
    (1, -3, 2)
    """
    residues = Residues(deciding_primes(points, rank))
    if steps(len(points), rank) > MANY_STEPS and all(abs(entry) <= SMALL for row in points for entry in row):
        return residues.remembering(np.array(points, dtype=np.int64), {})
    return residues.polynomial(residues.reduce(points))


def deciding_primes(points: Sequence[Row], rank: int) -> tuple[int, ...]:
    """Return primes whose product exceeds the absolute value of every minor of the points (Hadamard's inequality).

    >>> deciding_primes([(3, 0), (0, 4)], 2)
    (17,)
    """
    squares = sorted((sum(entry * entry for entry in row) for row in points), reverse=True)
    bound = isqrt(prod(squares[:rank])) + 1
    if bound < 2 << BITS - 1:
        prime = bound + 1
        while not fmpz(prime).is_prime():
            prime += 1
        return (prime,)
    return tuple(_primes_below(2 << BITS, bound.bit_length() // BITS + 1))


def _primes_below(start: int, count: int) -> Iterator[int]:
    """Yield the largest primes below a number."""
    candidate = start
    for _ in range(count):
        candidate -= 1
        while not fmpz(candidate).is_prime():
            candidate -= 1
        yield candidate


@frozen
class Residues:
    """The recursion modulo primes that decide whether minors of the given points vanish."""

    moduli: tuple[int, ...]

    @cached_property
    def primes(self) -> Array:
        """The primes as an array."""
        return np.array(self.moduli, dtype=np.int64)

    @cached_property
    def inverses(self) -> Array:
        """The table of inverses of a single small prime; else empty."""
        from polytopes.arrangements.kernels.restriction import inverses_modulo

        has_table = len(self.moduli) == 1 and self.moduli[0] < TABLE
        return inverses_modulo(self.moduli[0]) if has_table else np.empty(0, dtype=np.int32)

    def reduce(self, points: Sequence[Row]) -> Array:
        """Return the residues of integer points, with the primes along the last axis."""
        rows = [[[entry % p for p in self.moduli] for entry in row] for row in points]
        return np.array(rows, dtype=np.int64)

    def polynomial(self, residues: Array, *, simple: bool = False) -> Coefficients | None:
        """Return chi(t) / (t - 1), or None; with ``simple`` only if no ``rank`` of the points are dependent."""
        from polytopes.arrangements.kernels.restriction import reduced_polynomial as compiled

        n, rank = residues.shape[:2]
        if max(comb(n, k) for k in range(rank + 1)) > LARGEST_COEFFICIENT:
            return None
        chi = np.zeros(rank, dtype=np.int64)
        status = compiled(residues, self.primes, self.inverses, chi, simple)
        return tuple(chi.tolist()) if status == 0 else None

    def remembering(self, points: Array, memo: dict[bytes, Coefficients]) -> Coefficients | None:
        """Return chi(t) / (t - 1) of integer points; each restriction is computed once.

        Entries stay small: up to a common factor they are minors of the points at the start.
        """
        from polytopes.arrangements.kernels.integers import restrict_integers

        n, rank = points.shape
        key = points.tobytes() + bytes([rank])
        if key in memo:
            return memo[key]
        if steps(n, rank) <= MANY_STEPS:
            found = self.polynomial(points[:, :, None] % self.primes)
            if found is not None:
                memo[key] = found
            return found
        ordered = self._basis_first(points)
        if ordered is None or np.abs(points).max() > LARGEST_ENTRY:
            return None
        total = [(-1) ** k * comb(rank - 1, k) for k in range(rank)]
        for index in range(rank, n):
            below = self.remembering(restrict_integers(ordered, index), memo)
            if below is None:
                return None
            for k, value in enumerate(below, start=1):
                total[k] -= value
        memo[key] = tuple(total)
        return memo[key]

    def _basis_first(self, points: Array) -> Array | None:
        from polytopes.arrangements.kernels.points import units_first

        order = np.arange(len(points))
        found = units_first(points[:, :, None] % self.primes, self.primes, order)
        return points[order] if found == points.shape[1] else None
