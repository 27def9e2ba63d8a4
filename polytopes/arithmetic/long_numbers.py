"""Conversion between numbers and decimal text of any length.

Python refuses more than 4300 digits, a limit that can only be changed for the whole process; longer numbers go through
flint.

>>> len(text_of(10**5000)), fraction_of("1" + "0" * 5000) == 10**5000
(5001, True)
"""

from __future__ import annotations

import re
from fractions import Fraction

from flint import fmpz

SHORT = 600
"""Shorter texts are left to Python, whose limit cannot be set below 640 digits."""
_DIGITS = "[0-9]+(?:_[0-9]+)*"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)(?=[0-9]|\.[0-9])(?P<whole>(?:{_DIGITS})?)"
    rf"(?:/(?P<below>{_DIGITS})|(?:\.(?P<places>(?:{_DIGITS})?))?(?:[eE](?P<exponent>[-+]?{_DIGITS}))?)"
)


def text_of(number: int) -> str:
    """Return the decimal digits of an integer, of any length."""
    return str(number) if number.bit_length() < 3 * SHORT else str(fmpz(number).str())


def integer_of(digits: str) -> int:
    """Return the integer with these decimal digits, of any length.

    Raises:
        ValueError: for other characters.
    """
    if len(digits) < SHORT:
        return int(digits)
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
    return sign * int(fmpz(digits.replace("_", "")))


def fraction_of(text: str) -> Fraction:
    """Return the rational number a text such as "3/2", "-0.25" or "1e-3" spells, of any length.

    Raises:
        ValueError: if it spells none.
        ZeroDivisionError: if the denominator is zero.
    """
    if len(text) < SHORT:
        return Fraction(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("not a rational number")
    sign = -1 if match["sign"] == "-" else 1
    if match["below"] is not None:
        return sign * Fraction(integer_of(match["whole"]), integer_of(match["below"]))
    places = (match["places"] or "").replace("_", "")
    digits = match["whole"].replace("_", "") + places
    power = integer_of(match["exponent"] or "0") - len(places)
    return sign * integer_of(digits) * Fraction(10) ** power
