"""Largest and smallest roots of integer polynomials, exactly: eigenvalues of symmetric matrices, rates of growth."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen
from flint import fmpq, fmpq_poly, fmpz, fmpz_poly

from polytopes.arithmetic.linalg import rational_matrix
from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import NoAnswerError

if TYPE_CHECKING:
    import sympy

Interval = tuple[fmpq, fmpq]
BITS = 60
"""The interval of a root that is not rational has at most 2^-BITS of its upper end as its width."""


@frozen
class _Root:
    """A root of an irreducible integer polynomial, named by its coefficients, constant first."""

    coefficients: tuple[int, ...]

    @property
    def degree(self) -> int:
        """The degree of the number over Q."""
        return len(self.coefficients) - 1

    @property
    def value(self) -> Fraction | None:
        """The number if it is rational, else None."""
        return Fraction(-self.coefficients[0], self.coefficients[1]) if self.degree == 1 else None

    def _real_roots(self) -> list[sympy.Expr]:
        """Return all real roots of the polynomial in their order, by radicals up to degree 2."""
        import sympy

        return list(sympy.real_roots(sympy.Poly(list(reversed(self.coefficients)), sympy.Symbol("x"))))


@frozen
class LargestRoot(_Root):
    """The largest real root of an irreducible integer polynomial, if it is not negative.

    ``coefficients`` are those of the polynomial, constant first, without a common factor, the last one positive. So
    equal numbers have equal coefficients. If no root is real and nonnegative, the number does not exist, and its bounds
    and comparisons raise NoAnswerError.

    >>> golden = LargestRoot((1, -3, 1))
    >>> golden.is_below(Fraction(27, 10)), golden.is_below(Fraction(13, 5)), golden.as_sympy()
    (True, False, sqrt(5)/2 + 3/2)
    """

    @property
    def polynomial(self) -> fmpz_poly:
        """The polynomial in flint."""
        return fmpz_poly(list(self.coefficients))

    @property
    def exists(self) -> bool:
        """Whether the polynomial has a real and nonnegative root."""
        return self._found is not None

    @cached_property
    def _found(self) -> Interval | None:
        return isolating_interval(self.polynomial)

    @property
    def _isolating(self) -> Interval:
        """Bounds between which no other real root lies."""
        if self._found is None:
            raise NoAnswerError(f"no root is real and nonnegative; the coefficients are {self.coefficients}")
        return self._found

    def enclosure(self, bits: int) -> Interval:
        """Return rational bounds at most 2^-bits apart; equal ones if the number is rational."""
        return refined(self.polynomial, self._isolating, bits)

    @cached_property
    def interval(self) -> tuple[Fraction, Fraction]:
        """Rational bounds, lower <= number <= upper; equal ones if it is rational."""
        low, high = (Fraction(int(end.p), int(end.q)) for end in self._isolating)
        while (high - low) * 2**BITS > high:
            middle = (low + high) / 2
            low, high = (low, middle) if self.is_below(middle) else (middle, high)
        return low, high

    def is_below(self, x: Fraction) -> bool:
        """Whether the root is less than ``x``.

        The root is simple and the only one from the lower isolating bound on, so there the polynomial is positive
        exactly to the right of it.
        """
        point = fmpq(x.numerator, x.denominator)
        return bool(point > self._isolating[0] and self.polynomial(point) > 0)

    def exceeds(self, other: LargestRoot) -> bool:
        """Whether this number is larger; two irreducible polynomials have no common root, so refining ends."""
        if self == other:
            return False
        bits, mine, theirs = 1, self._isolating, other._isolating
        while mine[0] < theirs[1] and theirs[0] < mine[1]:
            bits *= 2
            mine, theirs = self.enclosure(bits), other.enclosure(bits)
        return bool(mine[0] >= theirs[1])

    def __float__(self) -> float:
        low, high = self.enclosure(2 * BITS)
        return float(int(((low + high) / 2 * (1 << 80)).floor()) / (1 << 80))

    def as_sympy(self) -> sympy.Expr:
        """Return the number in sympy, by radicals up to degree 2, else as a root of its polynomial."""
        return self._real_roots()[-1]


def largest_root(polynomial: fmpz_poly) -> tuple[LargestRoot, int] | None:
    """Return the largest real root of a polynomial, with its multiplicity; None if no root is real and nonnegative.

    >>> root, multiplicity = largest_root(fmpz_poly([-1, 1]) * fmpz_poly([-2, 1]) ** 3)
    >>> root.value, multiplicity
    (Fraction(2, 1), 3)
    """
    best: tuple[LargestRoot, int] | None = None
    for factor, multiplicity in polynomial.factor()[1]:
        sign = 1 if factor[factor.degree()] > 0 else -1
        root = LargestRoot(tuple(sign * int(c) for c in factor.coeffs()))
        if root.exists and (best is None or root.exceeds(best[0])):
            best = root, int(multiplicity)
    return best


def largest_eigenvalue(matrix: Sequence[Sequence[Fraction]]) -> LargestRoot:
    """Return the largest eigenvalue of a symmetric positive semidefinite rational matrix.

    >>> str(largest_eigenvalue([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]]).value)
    '3'
    """
    best = largest_root(rational_matrix(matrix, len(matrix)).charpoly().numer())
    assert best is not None, "a matrix with a row has an eigenvalue"
    return best[0]


@frozen
class SmallestRoot(_Root):
    """The smallest real root of an irreducible integer polynomial that has no negative one.

    ``coefficients`` are those of its minimal polynomial, constant first, without a common factor, the last one
    positive. So equal numbers have equal coefficients.

    >>> number = SmallestRoot((1, -3, 1))
    >>> number.is_below(Fraction(2, 5)), number.is_below(Fraction(3, 8)), number.as_sympy()
    (True, False, 3/2 - sqrt(5)/2)
    """

    @cached_property
    def reciprocal(self) -> LargestRoot:
        """One divided by the number, if that is not 0: the largest root of t^n p(1/t)."""
        return LargestRoot(_backwards(self.coefficients))

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        """Rational bounds, lower <= number <= upper, at most about 2^-60 of it apart; equal if it is rational."""
        return self.enclosure(BITS)

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Return rational bounds that differ by at most 2^-bits of the upper one; equal ones if it is rational."""
        if self.value is not None:
            return self.value, self.value
        below, above = self.reciprocal.interval
        size = below.numerator.bit_length() - below.denominator.bit_length()
        if bits > BITS - 2:
            below, above = (as_fraction(end) for end in self.reciprocal.enclosure(max(bits + 2 - size, 1)))
        return 1 / above, 1 / below

    def is_below(self, x: Fraction) -> bool:
        """Whether the number is less than ``x``."""
        if self.value is not None or x <= 0:
            return self.value is not None and self.value < x
        return not self.reciprocal.is_below(1 / x)

    def __float__(self) -> float:
        low, high = self.enclosure(2 * BITS)
        return float((low + high) / 2)

    def as_sympy(self) -> sympy.Expr:
        """Return the number in sympy, by radicals up to degree 2, else as a root of its polynomial."""
        return self._real_roots()[0]


def smallest_eigenvalue(matrix: Sequence[Sequence[Fraction]]) -> tuple[SmallestRoot, int]:
    """Return the smallest eigenvalue of a symmetric positive semidefinite rational matrix, and its multiplicity.

    Algorithm:
        The nonzero roots of the characteristic polynomial p are the reciprocals of those of t^n p(1/t).

    >>> number, multiplicity = smallest_eigenvalue([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]])
    >>> str(number.value), multiplicity
    ('1', 1)
    """
    polynomial = rational_matrix(matrix, len(matrix)).charpoly().numer()
    zeros = next(i for i, c in enumerate(polynomial.coeffs()) if c)
    if zeros:
        return SmallestRoot((0, 1)), zeros
    found = largest_root(fmpz_poly(list(reversed(polynomial.coeffs()))))
    assert found is not None, "a positive definite matrix has a positive eigenvalue"
    return SmallestRoot(_backwards(found[0].coefficients)), found[1]


def _backwards(coefficients: Sequence[int]) -> tuple[int, ...]:
    """Return the coefficients of t^n p(1/t), with the sign for which the last one is positive."""
    sign = 1 if coefficients[0] > 0 else -1
    return tuple(sign * c for c in reversed(coefficients))


def is_dominant(root: LargestRoot, polynomial: fmpz_poly) -> bool:
    """Whether all other complex roots of a polynomial are proven smaller than this one, a simple root, in modulus.

    >>> is_dominant(LargestRoot((-3, 1)), fmpz_poly([-3, 1]) * fmpz_poly([2, 1]))
    True
    """
    low, _ = root.enclosure(BITS)
    roots: Any = polynomial.complex_roots()
    return bool(sum(multiplicity for other, multiplicity in roots if not abs(other) < low) == 1)


def isolating_interval(polynomial: fmpz_poly) -> Interval | None:
    """Return bounds of the largest nonnegative root of an irreducible polynomial with no other root between them.

    They are equal if the root is rational, else they are no roots; None if no root is real and nonnegative.

    Algorithm:
        Vincent's theorem, by bisection and Descartes' rule of signs (Collins, Akritas 1976), largest part first.

    >>> low, high = isolating_interval(fmpz_poly([-2, 0, 1]))
    >>> low * low < 2 < high * high
    True
    """
    if polynomial.degree() == 1:
        zero = fmpq(-polynomial[0], polynomial[1])
        return (zero, zero) if zero >= 0 else None
    open_parts = [(fmpq(0), _bound(polynomial))]
    while open_parts:
        low, high = open_parts.pop()
        changes = _sign_changes(polynomial, low, high)
        if changes == 1:
            return low, high
        if changes > 1:
            middle = (low + high) / 2
            open_parts += [(low, middle), (middle, high)]
    return None


def _sign_changes(polynomial: fmpz_poly, low: fmpq, high: fmpq) -> int:
    """The number of sign changes of (1 + x)^d p((low + high x) / (1 + x)): at least the roots in (low, high)."""
    moved = fmpq_poly(polynomial)(fmpq_poly([low, high - low]))
    backwards = fmpq_poly(list(reversed(moved.coeffs())))
    signs = [c > 0 for c in backwards(fmpq_poly([1, 1])).coeffs() if c]
    return sum(a != b for a, b in pairwise(signs))


def _bound(polynomial: fmpz_poly) -> fmpq:
    """Return a power of 2 that exceeds all roots: twice the largest |c_(d-i) / c_d|^(1/i) does (Fujiwara)."""
    lead, *others = (int(c).bit_length() for c in reversed(polynomial.coeffs()))
    exponent = max(-(-(bits - lead + 1) // i) for i, bits in enumerate(others, start=1))
    return fmpq(2) ** max(exponent + 1, 0)


def refined(polynomial: fmpz_poly, interval: Interval, bits: int) -> Interval:
    """Narrow an interval with one simple root, not at its ends, until it is at most 2^-bits long.

    Of 2^e parts of the interval the one where the secant crosses 0 is tried; where signs prove it right the next
    e is doubled, else the interval is halved (quadratic interval refinement, Abbott 2006).
    """
    low, high = interval
    rational, depth = fmpq_poly(polynomial), 1
    while high - low > fmpq(1, fmpz(1) << bits):
        below, above = rational(low), rational(high)
        parts = fmpz(1) << depth
        place = min(max((parts * below / (below - above)).floor(), fmpz(0)), parts - 1)
        step = (high - low) / parts
        near = low + place * step, low + (place + 1) * step
        if (rational(near[0]) > 0) == (below > 0) and (rational(near[1]) > 0) == (above > 0):
            low, high = near
            depth = min(2 * depth, bits + 1)
        else:
            middle = (low + high) / 2
            low, high = (low, middle) if (rational(middle) > 0) == (above > 0) else (middle, high)
            depth = max(depth // 2, 1)
    return low, high
