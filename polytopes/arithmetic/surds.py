"""Sums of square roots of rational numbers, exactly: rational coefficients on square roots of integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, total_ordering
from math import gcd, isqrt
from typing import TYPE_CHECKING

from attrs import field, frozen
from flint import fmpz

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError

if TYPE_CHECKING:
    import sympy


MOST_BITS = 100
"""Longest numbers that are factored, which takes some hundredths of a second."""
SMALL = 10_000
"""Longer numbers are divided by the primes up to this bound only."""
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
"""Primes by which most square classes are told apart."""

Term = tuple[int, Fraction]
"""A radicand n and a coefficient c: the number c sqrt(n)."""


def _collected(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return one term for each square class of radicands, radicands increasing and no coefficient 0.

    Algorithm:
        n and m are in one class iff n m is a square. With g their greatest common divisor, n / g and m / g are coprime
        and their product is a square, so both are squares: ``sqrt(n) = sqrt(n / g) sqrt(g)`` with a rational factor,
        and g is a radicand for both. Nothing is factored.
    """
    same: dict[int, Fraction] = defaultdict(Fraction)
    for n, c in terms:
        if n < 1:
            raise InputError(f"the radicand {n} of a sum of square roots; give positive integers")
        same[n] += c
    classes: dict[object, list[Term]] = defaultdict(list)
    for n, c in same.items():
        if c:
            root = isqrt(n)
            square = root * root == n
            _join(classes[_signature(1 if square else n)], 1 if square else n, c * root if square else c)
    return tuple(sorted((n, c) for found in classes.values() for n, c in found if c))


def _join(found: list[Term], n: int, c: Fraction) -> None:
    """Add a term to terms of different square classes."""
    for place, (m, e) in enumerate(found):
        if fmpz(n * m).is_square():
            g = gcd(n, m)
            found[place] = (g, c * isqrt(n // g) + e * isqrt(m // g))
            return
    found.append((n, c))


@lru_cache(maxsize=10_000)
def _signature(n: int) -> tuple[int, ...]:
    """Return an invariant of the square class of a positive integer, such that most classes have different ones.

    It is the class in the fields of p-adic numbers: for every p whether its power in n is odd, and whether the rest is
    a square modulo p.

    >>> _signature(5 * 41**2) == _signature(5), _signature(3) == _signature(5)
    (True, False)
    """
    found = []
    for p in PRIMES:
        rest, odd = n, 0
        while not rest % p:
            rest, odd = rest // p, 1 - odd
        found.append(2 * odd + (pow(rest, p // 2, p) == 1))
    return tuple(found)


@total_ordering
@frozen(eq=False, slots=False)
class RadicalSum:
    """The number ``sum c sqrt(n)`` over pairs (n, c) with n >= 1 in different square classes, and c not 0.

    Square roots of integers are linearly independent over Q if no product of two of them is a square (Besicovitch,
    J. London Math. Soc. 15, 1940). So two sums are equal iff they have the same numbers ``c sqrt(n)``, and these are
    known by their squares and signs. No radicand need be factored to compare exactly, and ``==``, ``<`` and the hash
    are those of the real numbers. Radicands are square-free up to MOST_BITS bits; longer ones are divided by small
    squares only, so that equal numbers may be written in different ways.

    >>> print(RadicalSum.root(8) + RadicalSum.root("1/2") + RadicalSum.of(1))
    1 + 5/2 sqrt(2)
    >>> RadicalSum.root(5) + RadicalSum.root(6) < RadicalSum.root(3) + RadicalSum.root(8)
    False
    """

    terms: tuple[Term, ...] = field(converter=_collected)

    @classmethod
    def of(cls, value: RationalLike) -> RadicalSum:
        """Return a rational number."""
        return cls([(1, as_fraction(value))])

    @classmethod
    def root(cls, value: RationalLike) -> RadicalSum:
        """Return the square root of a rational number >= 0.

        Raises:
            InputError: if it is negative.
        """
        q = as_fraction(value)
        if q < 0:
            raise InputError(f"the square root of {exact_text(q)} is not real")
        if not q:
            return cls(())
        top, bottom = (_without_squares(number) for number in (q.numerator, q.denominator))
        return cls([(top[1] * bottom[1], Fraction(top[0], bottom[0] * bottom[1]))])

    @classmethod
    def total(cls, numbers: Iterable[RadicalSum]) -> RadicalSum:
        """Return the sum of any number of such numbers."""
        return cls(term for number in numbers for term in number.terms)

    @cached_property
    def _squares(self) -> frozenset[Fraction]:
        """The numbers ``c sqrt(n)``, each as its square with its sign."""
        return frozenset(c * abs(c) * n for n, c in self.terms)

    def __eq__(self, other: object) -> bool:
        return self._squares == other._squares if isinstance(other, RadicalSum) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._squares)

    def __lt__(self, other: object) -> bool:
        return (self - other).sign < 0 if isinstance(other, RadicalSum) else NotImplemented

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: RadicalSum) -> RadicalSum:
        return RadicalSum([*self.terms, *other.terms])

    def __neg__(self) -> RadicalSum:
        return RadicalSum((n, -c) for n, c in self.terms)

    def __sub__(self, other: RadicalSum) -> RadicalSum:
        return self + -other

    def __mul__(self, other: RadicalSum) -> RadicalSum:
        """Return the product; ``sqrt(n) sqrt(m) = g sqrt(n m / g^2)`` with g the greatest common divisor."""
        pairs = ((n, c, m, e, gcd(n, m)) for n, c in self.terms for m, e in other.terms)
        return RadicalSum((n * m // (g * g), c * e * g) for n, c, m, e, g in pairs)

    def simplified(self) -> RadicalSum:
        """Return the same number with radicands from which squares are divided, as :meth:`root` does it.

        >>> print(RadicalSum([(8, Fraction(1))]), "=", RadicalSum([(8, Fraction(1))]).simplified())
        sqrt(8) = 2 sqrt(2)
        """
        parts = ((c, _without_squares(n)) for n, c in self.terms)
        return RadicalSum((n, c * root) for c, (root, n) in parts)

    @property
    def rational(self) -> Fraction | None:
        """The number if it is rational, else None.

        >>> str(RadicalSum.root(Fraction(9, 4)).rational), RadicalSum.root(2).rational
        ('3/2', None)
        """
        return sum((c for _, c in self.terms), Fraction(0)) if all(n == 1 for n, _ in self.terms) else None

    @property
    def sign(self) -> int:
        """1, 0 or -1, as the number is positive, zero or negative.

        Algorithm:
            A sum without terms is zero and no other is, so an interval around another one leaves out 0 as soon as it
            is short enough.
        """
        signs = {1 if c > 0 else -1 for _, c in self.terms}
        if len(signs) < 2:
            return sum(signs)
        bits = 64
        while True:
            low, high = self.enclosure(bits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            bits *= 2

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Return bounds of the number whose difference is the number of terms over ``2^bits``.

        >>> tuple(map(str, RadicalSum.root(2).enclosure(4)))     # 22/16 and 23/16
        ('11/8', '23/16')
        """
        low = 0
        for square in self._squares:
            floor = isqrt((abs(square.numerator) << 2 * bits) // square.denominator)
            low += floor if square > 0 else -floor - 1
        return Fraction(low, 1 << bits), Fraction(low + len(self.terms), 1 << bits)

    def __float__(self) -> float:
        """Return the nearest float.

        Raises:
            OverflowError: if the number is too large for a float.

        Algorithm:
            A number that is not rational lies on no border between two floats, so both bounds get the same one.
        """
        rational = self.rational
        if rational is not None:
            return float(rational)
        bits = 64
        while True:
            low, high = map(float, self.enclosure(bits))
            if low == high:
                return low
            bits *= 2

    def __str__(self) -> str:
        text = ""
        for n, c in self.terms:
            size = "" if abs(c) == 1 and n > 1 else exact_text(abs(c))
            part = " ".join(piece for piece in (size, f"sqrt({n})" if n > 1 else "") if piece)
            text += (" - " if c < 0 else " + ") + part if text else f"{'-' if c < 0 else ''}{part}"
        return text or "0"

    def as_sympy(self) -> sympy.Expr:
        """Return the number in sympy."""
        import sympy

        return sum((sympy.Rational(c.numerator, c.denominator) * sympy.sqrt(n) for n, c in self.terms), sympy.S.Zero)


def _without_squares(number: int) -> tuple[int, int]:
    """Return (s, n) with ``number = s^2 n``, for a positive integer; n is square-free if the number is not long.

    >>> _without_squares(72)
    (6, 2)
    """
    s = n = 1
    factors: Sequence[tuple[fmpz, int]]
    factors = fmpz(number).factor() if number.bit_length() <= MOST_BITS else fmpz(number).factor(SMALL)
    for factor, power in factors:
        root = isqrt(int(factor))
        base, exponent = (root, 2 * int(power)) if root * root == factor else (int(factor), int(power))
        s *= base ** (exponent // 2)
        n *= base ** (exponent % 2)
    return s, n
