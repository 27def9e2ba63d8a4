"""Conversion between numbers and decimal text of any length.

Python refuses more than 4300 digits, a limit that can only be changed for the whole process; longer numbers go through
flint.

>>> len(text_of(10**5000)), fraction_of("1" + "0" * 5000) == 10**5000
(5001, True)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from math import lcm

from attrs import define
from flint import fmpz

from polytopes.errors import FileFormatError

SHORT = 600
"""Shorter texts are left to Python, whose limit cannot be set below 640 digits."""
USUAL_EXPONENT, USUAL_LENGTH = 400, 10_000
"""Exponents of ten and lengths of texts up to which numbers are not counted; float64 ends at 1e308."""
_DIGITS = "[0-9]+(?:_[0-9]+)*"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)(?=[0-9]|\.[0-9])(?P<whole>(?:{_DIGITS})?)"
    rf"(?:/(?P<below>{_DIGITS})|(?:\.(?P<places>(?:{_DIGITS})?))?(?:[eE](?P<exponent>[-+]?{_DIGITS}))?)"
)
PER_DIGIT = 256
"""Bytes for which a digit of a very long number counts: arithmetic takes more time than memory."""


@define
class _Digits:
    """The digits that the numbers of a file may ask for, and still may; the way out if they ask for more."""

    most: int
    left: int
    way_out: str


_digits: ContextVar[_Digits | None] = ContextVar("_digits", default=None)


@contextmanager
def digits_up_to(most: int, way_out: str) -> Iterator[None]:
    """Bound the digits for which all texts together ask that are read as numbers in the block.

    Counted are exponents beyond USUAL_EXPONENT and texts longer than USUAL_LENGTH: numbers with many digits are slow.

    Args:
        most: how many digits.
        way_out: what the error says to do if they are more.
    """
    token = _digits.set(_Digits(most, most, way_out))
    try:
        yield
    finally:
        _digits.reset(token)


def count_digits(exponent: int, length: int = 0) -> None:
    """Count the digits for which one number asks by its exponent of ten and by the length of its text.

    Raises:
        FileFormatError: in a block of :func:`digits_up_to` if they are too many.
    """
    budget = _digits.get()
    asked = (abs(exponent) if abs(exponent) > USUAL_EXPONENT else 0) + (length if length > USUAL_LENGTH else 0)
    if budget is not None and asked:
        _take(budget, asked)


def _take(budget: _Digits, asked: int) -> None:
    budget.left -= asked
    if budget.left < 0:
        raise FileFormatError(
            f"its long numbers and large exponents ask for more than {budget.most:,} digits; {budget.way_out}"
        )


def common_multiple(denominators: Sequence[int], entries: int) -> int:
    """Return the least common multiple of the denominators of so many entries, which will be written over it.

    In a block of :func:`digits_up_to` the memory that they take is counted, as digits of PER_DIGIT bytes.

    Raises:
        FileFormatError: if they are too many.

    >>> common_multiple([2, 4, 3], 3)
    12
    """
    budget = _digits.get()
    if budget is None:
        return lcm(*denominators)
    multiple, asked = 1, 0
    for denominator in set(denominators):
        multiple = lcm(multiple, denominator)
        asked = entries * multiple.bit_length() // (8 * PER_DIGIT)
        if asked > budget.left:
            break
    _take(budget, asked)
    return multiple


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
