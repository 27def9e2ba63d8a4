"""Numbers given by certified bounds, and by exact terms where these are short; sums of many square roots as balls.

A sum over thousands of facets has as many different square roots, each with a long coefficient. Its value to some
digits is what people read, so that is what is computed; the terms are kept as long as they may be few and short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import ceil, log2

from attrs import define, field, frozen
from flint import arb, ctx, fmpq, fmpz

from polytopes.arithmetic.rationals import exact_text
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError

MOST_TERMS, LONGEST_TERM = 64, 170
"""Terms that a short sum has, and bits of the longest of their numbers."""
MOST_KEPT, LONGEST_KEPT = 128, 20_000
"""Terms of one sum, and bits of a coefficient, up to which it may still turn out to be short."""
GUARD = 48
"""Bits by which balls are more precise than what is asked for."""
MOST_BITS = 1 << 14
"""Precision beyond which digits are given up; what is certain is then returned."""


def bits_for(digits: int) -> int:
    """Return the precision of balls that give so many digits.

    Raises:
        InputError: if the digits are not between 1 and 1000.
    """
    if not 1 <= digits <= 1000:
        raise InputError(f"{digits} digits; give a number from 1 to 1000")
    return ceil(digits * log2(10)) + GUARD


@frozen(eq=False)
class Enclosure:
    """A real number between two rational ones, which differ by little, and exactly where its terms are known.

    >>> number = Enclosure.of(RadicalSum.root(2), digits=5)
    >>> number.value, str(number.exact), number.lower < number.upper
    ('1.4142', 'sqrt(2)', True)
    """

    lower: Fraction
    upper: Fraction
    exact: RadicalSum | None = None
    digits: int = 15

    @classmethod
    def of(cls, number: RadicalSum | Fraction | int, digits: int = 15) -> Enclosure:
        """Return the enclosure of a number that is known exactly."""
        exact = number if isinstance(number, RadicalSum) else RadicalSum.of(number)
        rational = exact.rational
        if rational is not None:
            return cls(rational, rational, exact, digits)
        found = enclosed(lambda: _ball(exact.terms), digits)
        return cls(found.lower, found.upper, exact, digits)

    @classmethod
    def around(cls, ball: arb, digits: int = 15, exact: RadicalSum | None = None) -> Enclosure:
        """Return the bounds of a ball."""
        middle, radius = _dyadic(ball.mid()), _dyadic(ball.rad())
        return cls(middle - radius, middle + radius, exact, digits)

    @property
    def value(self) -> str:
        """The middle in decimal notation, rounded to the digits asked for, or to those that are certain.

        It is 0 if not even the first digit is certain and 0 is between the bounds.
        """
        for digits in range(self.digits, 0, -1):
            context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)
            text, step = _decimal((self.lower + self.upper) / 2, context)
            if max(abs(Fraction(text) - self.lower), abs(self.upper - Fraction(text))) <= step:
                return text
        if self.contains(Fraction(0)):
            return "0"
        return _decimal((self.lower + self.upper) / 2, Context(prec=1, Emin=MIN_EMIN, Emax=MAX_EMAX))[0]

    @property
    def is_precise(self) -> bool:
        """Whether the bounds leave an error of at most a unit in the last of the digits asked for."""
        return self.upper - self.lower <= abs(self.lower) / Fraction(10) ** (self.digits - 1)

    def __float__(self) -> float:
        return float((self.lower + self.upper) / 2)

    def __str__(self) -> str:
        return self.value

    def __mul__(self, other: Enclosure) -> Enclosure:
        """Return the product of two numbers that are not negative."""
        exact = None if self.exact is None or other.exact is None else self.exact * other.exact
        digits = min(self.digits, other.digits)
        if exact is not None and exact.rational is not None:
            return Enclosure.of(exact, digits)
        return Enclosure(self.lower * other.lower, self.upper * other.upper, exact, digits)

    def __truediv__(self, divisor: Fraction) -> Enclosure:
        """Return the quotient by a positive rational number."""
        exact = None if self.exact is None else self.exact * RadicalSum.of(1 / divisor)
        return Enclosure(self.lower / divisor, self.upper / divisor, exact, self.digits)

    def contains(self, number: Fraction) -> bool:
        """Whether a rational number lies between the bounds."""
        return self.lower <= number <= self.upper

    def as_dict(self, exactly: bool = False) -> dict[str, str | None]:
        """Return the number as it is written in documents; the terms only if they are short or ``exactly`` is set.

        >>> Enclosure.of(Fraction(7, 4)).as_dict()
        {'value': '1.75', 'lower': '7/4', 'upper': '7/4', 'exact': '7/4'}
        """
        shown = self.exact is not None and (exactly or is_short(self.exact))
        low, high = (self.lower, self.upper) if exactly else self._outward()
        bounds = {"lower": exact_text(low), "upper": exact_text(high)}
        return {"value": self.value, **bounds, "exact": str(self.exact) if shown else None}

    def _outward(self) -> tuple[Fraction, Fraction]:
        """Return the bounds, long ones rounded outward to some more digits than those asked for."""
        precise = self.digits + 8
        below = Context(prec=precise, rounding=ROUND_FLOOR, Emin=MIN_EMIN, Emax=MAX_EMAX)
        above = Context(prec=precise, rounding=ROUND_CEILING, Emin=MIN_EMIN, Emax=MAX_EMAX)
        return _rounded(self.lower, below), _rounded(self.upper, above)


@define
class RootTotal:
    """A growing sum of terms ``c sqrt(n)`` with c >= 0 and n >= 0 rational: a ball, and the terms while they are few.

    ``exactly`` keeps them however many there are. Nothing cancels, so the ball stays as precise as its arithmetic.

    >>> total = RootTotal(digits=15)
    >>> for n in (2, 8):
    ...     total.add(Fraction(1, 3), n)
    >>> str(total.enclosure().exact), total.enclosure().value
    ('sqrt(2)', '1.4142135623731')
    """

    digits: int = 15
    exactly: bool = False
    _ball: arb = field(factory=arb)
    _terms: dict[int, Fraction] | None = field(factory=dict)

    def add(self, coefficient: Fraction, square: Fraction | int) -> None:
        """Add ``coefficient sqrt(square)``."""
        if not coefficient or not square:
            return
        n, c = int(square.numerator * square.denominator), coefficient / square.denominator
        with ctx.workprec(bits_for(self.digits)):
            self._ball += arb(fmpq(c.numerator, c.denominator)) * arb(fmpz(n)).sqrt()
        if self._terms is not None:
            self._terms[n] = self._terms.get(n, Fraction(0)) + c
            if not self.exactly:
                self._forget(self._terms, n)

    def extend(self, other: RootTotal) -> None:
        """Add all terms of another sum of the same kind."""
        with ctx.workprec(bits_for(self.digits)):
            self._ball += other._ball
        if self._terms is not None and other._terms is not None:
            for n, c in other._terms.items():
                self._terms[n] = self._terms.get(n, Fraction(0)) + c
        else:
            self._terms = None

    def _forget(self, terms: dict[int, Fraction], last: int) -> None:
        """Drop the terms if they are too many or too long to become few and short."""
        if terms[last].denominator.bit_length() > LONGEST_KEPT:
            self._terms = None
        elif len(terms) > MOST_KEPT:
            collected = RadicalSum(terms.items()).terms
            self._terms = dict(collected) if len(collected) <= MOST_TERMS else None

    def enclosure(self, divisor: Fraction = Fraction(1)) -> Enclosure:
        """Return the sum divided by a positive rational number."""
        if self._terms is None:
            return Enclosure.around(self._ball, self.digits) / divisor
        exact = RadicalSum((n, c / divisor) for n, c in self._terms.items())
        if not self.exactly and not _may_be_short(exact):
            return Enclosure.around(self._ball, self.digits) / divisor
        exact = exact.simplified()
        if exact.rational is not None or is_short(exact):
            return Enclosure.of(exact, self.digits)
        found = Enclosure.around(self._ball, self.digits) / divisor
        return Enclosure(found.lower, found.upper, exact if self.exactly else None, self.digits)


def enclosed(number: Callable[[], arb], digits: int) -> Enclosure:
    """Return the enclosure of a number that is computed with more and more bits until its digits are certain.

    >>> from flint import arb
    >>> enclosed(lambda: arb(1) - (arb(1) - arb(10) ** -60), 15).value
    '1.00000000000000E-60'
    """
    bits = bits_for(digits) + GUARD
    while True:
        with ctx.workprec(bits):
            found = Enclosure.around(number(), digits)
        if found.is_precise or bits > MOST_BITS:
            return found
        bits *= 2


def is_short(number: RadicalSum) -> bool:
    """Whether a sum has at most MOST_TERMS terms, of numbers of at most LONGEST_TERM bits."""
    longest = (max(n.bit_length(), c.numerator.bit_length(), c.denominator.bit_length()) for n, c in number.terms)
    return len(number.terms) <= MOST_TERMS and max(longest, default=0) <= LONGEST_TERM


def _may_be_short(number: RadicalSum) -> bool:
    """Whether a sum may be short after squares are divided from its radicands.

    A square s^2 in a radicand n multiplies the coefficient by s, which shortens its denominator by half of the bits of
    n at most.
    """
    least = (c.denominator.bit_length() - n.bit_length() // 2 - 2 for n, c in number.terms)
    return len(number.terms) <= MOST_TERMS and max(least, default=0) <= LONGEST_TERM


def _ball(terms: Iterable[tuple[int, Fraction]]) -> arb:
    return sum((arb(fmpq(c.numerator, c.denominator)) * arb(fmpz(n)).sqrt() for n, c in terms), arb(0))


def _dyadic(number: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in number.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def _rounded(number: Fraction, context: Context) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) <= LONGEST_TERM:
        return number
    return Fraction(context.divide(Decimal(number.numerator), Decimal(number.denominator)))


def _decimal(number: Fraction, context: Context) -> tuple[str, Fraction]:
    """Return a number in decimal notation, rounded, and a unit in its last place."""
    found = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    exponent = found.as_tuple().exponent
    step = Fraction(10) ** (found.adjusted() - context.prec + 1) if found else Fraction(0)
    assert isinstance(exponent, int)
    return f"{found.normalize(context):f}" if -20 < found.adjusted() < 20 else str(found), step
