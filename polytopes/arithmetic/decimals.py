"""Decimals of which every digit is proven: truncated, with dots for what was left out, or rounded up as a bound."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

DIGITS = 6
LONGEST = 18
"""Numbers with more digits before or zeros behind the point are written with a power of ten."""


def truncated(low: Fraction, high: Fraction | None = None, digits: int = DIGITS) -> str:
    """Return the first digits of a nonnegative number between two rational ones: those that both have.

    If they have none in common, it is the lower bound, rounded down.

    Args:
        low, high: the bounds; the number itself if there is one only.
        digits: how many significant ones at most.

    >>> truncated(Fraction(2, 3)), truncated(Fraction(5, 4)), truncated(Fraction(314, 100), Fraction(3142, 1000))
    ('0.666666...', '1.25', '3.14...')
    """
    return _decimals(low, low if high is None else high, 1, digits)


def truncated_root(low: Fraction, high: Fraction | None = None, digits: int = DIGITS) -> str:
    """Return the first digits of the square root of a nonnegative number; arguments as for :func:`truncated`.

    >>> truncated_root(Fraction(2)), truncated_root(Fraction(9, 4)), truncated_root(Fraction(0))
    ('1.41421...', '1.5', '0')
    """
    return _decimals(low, low if high is None else high, 2, digits)


def rounded_up(value: Fraction, digits: int = DIGITS, degree: int = 1) -> str:
    """Return a decimal that is not less than a nonnegative number, or than its square root for degree 2.

    >>> rounded_up(Fraction(2, 3)), rounded_up(Fraction(5, 4)), rounded_up(Fraction(2), degree=2)
    ('0.666667', '1.25', '1.41422')
    """
    if not value:
        return "0"
    point = digits - _magnitude(value, degree)
    whole = _floor(value, degree, point)
    is_exact = Fraction(whole) ** degree == value * _power(point) ** degree
    return _spelled(*_without_zeros(whole + (not is_exact), point))


def _decimals(low: Fraction, high: Fraction, degree: int, digits: int) -> str:
    """Return the common digits of the roots of this degree, 1 or 2, of two numbers."""
    if not high:
        return "0"
    point = digits - _magnitude(high, degree)
    while _floor(low, degree, point) != _floor(high, degree, point):
        point -= 1
    whole = _floor(low, degree, point)
    if not whole:
        return "0..." if not low else _decimals(low, low, degree, digits).removesuffix("...") + "..."
    is_exact = low == high and Fraction(whole) ** degree == low * _power(point) ** degree
    return _spelled(*_without_zeros(whole, point)) if is_exact else f"{_spelled(whole, point)}..."


def _without_zeros(whole: int, point: int) -> tuple[int, int]:
    """Return the same number without zeros at the end behind the point."""
    while whole % 10 == 0 and point > 0:
        whole, point = whole // 10, point - 1
    return whole, point


def _magnitude(value: Fraction, degree: int) -> int:
    """Return the number of digits before the point of a root; negative for zeros behind it.

    >>> _magnitude(Fraction(99), 1), _magnitude(Fraction(100), 2), _magnitude(Fraction(1, 1000), 1)
    (2, 2, -2)
    """
    found = (len(str(value.numerator)) - len(str(value.denominator))) // degree + 1
    while value >= _power(found) ** degree:
        found += 1
    while value < _power(found - 1) ** degree:
        found -= 1
    return found


def _floor(value: Fraction, degree: int, point: int) -> int:
    """Return the integer part of a root times a power of ten."""
    scaled = value * _power(point) ** degree
    whole = scaled.numerator // scaled.denominator
    return whole if degree == 1 else isqrt(whole)


def _power(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def _spelled(whole: int, point: int) -> str:
    """Return the number ``whole / 10^point``.

    >>> _spelled(1250, 3), _spelled(12, -2), _spelled(123, 30)
    ('1.250', '1200', '1.23e-28')
    """
    text = str(whole)
    if not 0 < len(text) - point <= LONGEST and not 0 <= point - len(text) < LONGEST // 3:
        mantissa = f"{text[0]}.{text[1:]}" if text[1:] else text
        return f"{mantissa}e{len(text) - 1 - point:+d}"
    if point <= 0:
        return text + "0" * -point
    text = text.rjust(point + 1, "0")
    return f"{text[:-point]}.{text[-point:]}"
