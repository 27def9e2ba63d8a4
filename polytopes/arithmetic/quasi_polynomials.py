"""Quasi-polynomials: functions of an integer n that are one polynomial for each class of n modulo a period."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import NoAnswerError, VerificationFailed

MOST_TERMS = 10**6
"""Terms of a series that are looked at."""


@frozen(repr=False)
class QuasiPolynomial:
    """The function with the value of ``constituents[n % period]`` at n; coefficients are listed constant first.

    >>> half = QuasiPolynomial(((Fraction(0), Fraction(1, 2)), (Fraction(-1, 2), Fraction(1, 2))))
    >>> half, half(7), half.period
    (QuasiPolynomial: 1/2 n if n % 2 = 0; 1/2 n - 1/2 if n % 2 = 1, Fraction(3, 1), 2)
    """

    constituents: tuple[Vector, ...]

    @property
    def period(self) -> int:
        """The smallest period."""
        return len(self.constituents)

    @property
    def degree(self) -> int:
        """The degree in n; -1 for 0."""
        return max((k for part in self.constituents for k, entry in enumerate(part) if entry), default=-1)

    @property
    def coefficients(self) -> Vector:
        """The coefficients of the polynomial, constant first.

        Raises:
            NoAnswerError: if there are several constituents.
        """
        if self.period > 1:
            raise NoAnswerError(f"a quasi-polynomial of period {self.period} is no polynomial; see its constituents")
        return self.constituents[0]

    def __call__(self, n: int) -> Fraction:
        """Return the value at an integer, also at negative ones."""
        value = Fraction(0)
        for entry in reversed(self.constituents[n % self.period]):
            value = value * n + entry
        return value

    def __repr__(self) -> str:
        return f"QuasiPolynomial: {self}"

    def __str__(self) -> str:
        if self.period == 1:
            return _text(self.constituents[0])
        return "; ".join(f"{_text(part)} if n % {self.period} = {r}" for r, part in enumerate(self.constituents))


def quasi_polynomial_of(series: RationalSeries, period: int, degree: int) -> QuasiPolynomial:
    """Return the quasi-polynomial that gives the terms of a series, by interpolation.

    Args:
        series: a series whose terms are a quasi-polynomial from the first one on.
        period: a period of it.
        degree: the largest degree that it may have.

    Raises:
        NoAnswerError: if so many terms would be needed that this is pointless.
        VerificationFailed: if a further term is another one.

    >>> quasi_polynomial_of(RationalSeries((1,), (1, -3, 3, -1)), 1, 2)
    QuasiPolynomial: 1/2 n^2 + 3/2 n + 1
    """
    if period * (degree + 2) > MOST_TERMS:
        raise NoAnswerError(f"a quasi-polynomial of period {period} is too long to write; ask the series for its terms")
    terms = series.terms(period * (degree + 2))
    parts = []
    for r in range(period):
        places = range(r, period * (degree + 1), period)
        parts.append(_interpolated(places, [terms[n] for n in places]))
    shortest = next(p for p in range(1, period + 1) if period % p == 0 and parts == parts[:p] * (period // p))
    found = QuasiPolynomial(tuple(parts[:shortest]))
    if any(found(n) != terms[n] for n in range(period * (degree + 1), period * (degree + 2))):
        raise VerificationFailed("the terms of a series are not those of its quasi-polynomial")
    return found


def _interpolated(places: Sequence[int], values: Sequence[int]) -> Vector:
    """Return the coefficients of the polynomial with these values, from Newton's divided differences."""
    differences = list(map(Fraction, values))
    for step in range(1, len(places)):
        for k in range(len(places) - 1, step - 1, -1):
            differences[k] = (differences[k] - differences[k - 1]) / (places[k] - places[k - step])
    coefficients = [Fraction(0)] * len(places)
    for k in range(len(places) - 1, -1, -1):
        shifted = [Fraction(0), *coefficients[:-1]]
        coefficients = [a - places[k] * b for a, b in zip(shifted, coefficients, strict=True)]
        coefficients[0] += differences[k]
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(coefficients)


def _text(coefficients: Vector) -> str:
    """Return a polynomial in n, the highest power first."""
    words = ""
    for power, value in reversed([*enumerate(coefficients)]):
        if value:
            variable = "" if not power else "n" if power == 1 else f"n^{power}"
            size = exact_text(abs(value)) if abs(value) != 1 or not power else ""
            sign = (" - " if value < 0 else " + ") if words else "-" if value < 0 else ""
            words += sign + " ".join(part for part in (size, variable) if part)
    return words or "0"
