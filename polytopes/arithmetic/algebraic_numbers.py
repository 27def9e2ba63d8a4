"""Largest roots of integer polynomials all of whose roots are real: eigenvalues of symmetric matrices, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen
from flint import fmpq, fmpq_poly

from polytopes.arithmetic.linalg import rational_matrix

if TYPE_CHECKING:
    import sympy

BITS = 60
"""The interval of a root that is not rational has at most 2^-BITS of its upper end as its width."""


@frozen
class LargestRoot:
    """The largest root of an irreducible integer polynomial all of whose roots are real and nonnegative.

    ``coefficients`` are those of the polynomial, constant first, the last one positive.

    >>> golden = LargestRoot((1, -3, 1))
    >>> golden.is_below(Fraction(27, 10)), golden.is_below(Fraction(13, 5)), golden.as_sympy()
    (True, False, sqrt(5)/2 + 3/2)
    """

    coefficients: tuple[int, ...]
    _bits: int = field(default=BITS, repr=False, eq=False)

    @property
    def degree(self) -> int:
        """The degree of the number over Q."""
        return len(self.coefficients) - 1

    @property
    def value(self) -> Fraction | None:
        """The number if it is rational, else None."""
        return Fraction(-self.coefficients[0], self.coefficients[1]) if self.degree == 1 else None

    def is_below(self, x: Fraction) -> bool:
        """Whether the root is less than ``x``.

        All roots of p are real, so all are less than x iff the coefficients of p(x + t) are all positive: these are
        then products of factors t + (x - root), and conversely no polynomial with positive coefficients has a
        nonnegative root.
        """
        shift = fmpq_poly([fmpq(x.numerator, x.denominator), 1])
        return all(c > 0 for c in fmpq_poly(list(self.coefficients))(shift).coeffs())

    @cached_property
    def interval(self) -> tuple[Fraction, Fraction]:
        """Rational bounds of the number, lower <= number <= upper; equal ones if it is rational."""
        if self.value is not None:
            return self.value, self.value
        low, high = Fraction(0), self._bound
        while (high - low) * 2**self._bits > high:
            low, high = self._halved(low, high)
        return low, high

    @property
    def _bound(self) -> Fraction:
        """A power of two above the root: the roots are nonnegative, and this is their sum."""
        total = Fraction(-self.coefficients[-2], self.coefficients[-1])
        return Fraction(2) ** (total.numerator.bit_length() - total.denominator.bit_length() + 1)

    def _halved(self, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        middle = (low + high) / 2
        return (low, middle) if self.is_below(middle) else (middle, high)

    def exceeds(self, other: LargestRoot) -> bool:
        """Whether this number is larger; two irreducible polynomials have no common root, so halving ends."""
        if self == other:
            return False
        low, high = Fraction(0), max(self._bound, other._bound)
        while True:
            middle = (low + high) / 2
            mine, theirs = self.is_below(middle), other.is_below(middle)
            if mine != theirs:
                return theirs
            low, high = (low, middle) if mine else (middle, high)

    def as_sympy(self) -> sympy.Expr:
        """Return the number in sympy, by radicals up to degree 2."""
        import sympy

        t = sympy.Symbol("t")
        p = sympy.Poly(list(reversed(self.coefficients)), t)
        return max(sympy.roots(p)) if self.degree <= 2 else sympy.CRootOf(p, self.degree - 1)


def largest_eigenvalue(matrix: Sequence[Sequence[Fraction]]) -> LargestRoot:
    """Return the largest eigenvalue of a symmetric positive semidefinite rational matrix.

    >>> str(largest_eigenvalue([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]]).value)
    '3'
    """
    p = rational_matrix(matrix, len(matrix)).charpoly().numer()
    best: LargestRoot | None = None
    for factor, _ in p.factor()[1]:
        sign = 1 if factor[factor.degree()] > 0 else -1
        root = LargestRoot(tuple(sign * int(c) for c in factor.coeffs()))
        if best is None or root.exceeds(best):
            best = root
    assert best is not None, "a matrix with a row has an eigenvalue"
    return best
