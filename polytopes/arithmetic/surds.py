"""Sums of square roots of rational numbers, exactly: rational coefficients on square roots of square-free integers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, isqrt, sqrt
from typing import TYPE_CHECKING

from attrs import frozen
from flint import fmpz

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError

if TYPE_CHECKING:
    import sympy


MOST_BITS = 170
"""Longest numbers that are factored: about a second."""
SMALL = 10_000
"""Up to here longer numbers are divided."""


@frozen
class RadicalSum:
    """The number ``sum c sqrt(n)`` over pairs (n, c) with different square-free n >= 1, n increasing, and c not 0.

    Square roots of different square-free integers are linearly independent over Q, so equal numbers have equal pairs.
    Radicands of more than MOST_BITS bits are divided by small squares only: the number is exact then too, but it may
    be written in another way.

    >>> print(RadicalSum.root(8) + RadicalSum.root("1/2") + RadicalSum.of(1))
    1 + 5/2 sqrt(2)
    """

    terms: tuple[tuple[int, Fraction], ...]

    @classmethod
    def of(cls, value: RationalLike) -> RadicalSum:
        """Return a rational number."""
        return cls._collected([(1, as_fraction(value))])

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
        top, bottom = (_square_free(number) for number in (q.numerator, q.denominator))
        return cls._collected([(top[1] * bottom[1], Fraction(top[0], bottom[0] * bottom[1]))])

    @classmethod
    def _collected(cls, pairs: Iterable[tuple[int, Fraction]]) -> RadicalSum:
        total: dict[int, Fraction] = {}
        for n, c in pairs:
            total[n] = total.get(n, Fraction(0)) + c
        return cls(tuple((n, total[n]) for n in sorted(total) if total[n]))

    def __add__(self, other: RadicalSum) -> RadicalSum:
        return self._collected([*self.terms, *other.terms])

    def __mul__(self, other: RadicalSum) -> RadicalSum:
        """Return the product; ``sqrt(n) sqrt(m) = g sqrt(n m / g^2)`` with g the greatest common divisor."""
        pairs = ((n, c, m, e, gcd(n, m)) for n, c in self.terms for m, e in other.terms)
        return self._collected((n * m // (g * g), c * e * g) for n, c, m, e, g in pairs)

    def __float__(self) -> float:
        return float(sum(float(c) * _float_root(n) for n, c in self.terms))

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


def _float_root(number: int) -> float:
    """Return the square root of an integer of any length."""
    return sqrt(number) if number.bit_length() < 1000 else float(isqrt(number))


def _square_free(number: int) -> tuple[int, int]:
    """Return (s, n) with ``number = s^2 n`` and n square-free, for a positive integer; see :class:`RadicalSum`.

    >>> _square_free(72)
    (6, 2)
    """
    s = n = 1
    factors = fmpz(number).factor() if number.bit_length() <= MOST_BITS else fmpz(number).factor(SMALL)
    for factor, power in factors:
        root = isqrt(int(factor))
        base, exponent = (root, 2 * int(power)) if root * root == factor else (int(factor), int(power))
        s *= base ** (exponent // 2)
        n *= base ** (exponent % 2)
    return s, n
