"""Exact rational numbers from whatever a user gives, and primitive integer rows.

Accepted are ``int``, ``str`` such as ``"3/2"`` or ``"0.3"`` (that decimal fraction), :class:`fractions.Fraction`,
:class:`decimal.Decimal`, ``float`` and numpy scalars (the dyadic rational they are, exactly), sympy rationals and
python-flint numbers. Booleans are 0 and 1, as they are for Python and numpy. ``nan`` and ``inf`` are refused.

A *row* is a tuple of integers in homogeneous coordinates, constant first. A row ``r`` of an H-representation
means ``r . (1, x) >= 0``; a row of a V-representation is a point ``(t, t v)`` with ``t > 0`` or a direction ``(0, r)``.
A row is *primitive* if its entries have greatest common divisor 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from itertools import starmap
from math import gcd
from numbers import Rational
from operator import mul
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from polytopes.arithmetic.long_numbers import common_multiple, count_digits, fraction_of, integer_of, text_of
from polytopes.errors import FileFormatError, NumberError, ShapeError
from polytopes.messages import shortened

Row = tuple[int, ...]
Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
RationalLike = Any
"""Anything :func:`as_fraction` takes: int, str, Fraction, float, numpy scalar, sympy or flint rational."""
MAX_EXPONENT = 100_000
"""Largest exponent of ten in a text such as ``1e20``; larger ones would exhaust the memory."""
_ZERO = Fraction(0)
VectorLike = Iterable[RationalLike]
MatrixLike = Iterable[VectorLike]


def as_fraction(value: RationalLike) -> Fraction:
    """Return ``value`` as an exact rational number.

    A float is the dyadic rational it stands for, never a nearby decimal; a string or a Decimal is the number it
    spells; False and True are 0 and 1.

    Raises:
        NumberError: for nan, inf, texts that spell no number, complex numbers, times and anything else without an
            exact value.

    >>> as_fraction(0.5), as_fraction("3/2"), as_fraction("0.1") == as_fraction(0.1)
    (Fraction(1, 2), Fraction(3, 2), False)
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, (Fraction, int)):
        return Fraction(value) if value else _ZERO
    if isinstance(value, (float, np.floating)):
        return _from_float(value)
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Decimal):
        return _from_decimal(value)
    if isinstance(value, np.timedelta64):  # numpy counts it among the integers
        raise NumberError(f"{value!r} is a time; divide it by a unit first")
    if isinstance(value, (fmpz, np.integer, np.bool_)):
        return Fraction(int(value))
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return _from_foreign(value)


def _from_float(value: Any) -> Fraction:
    try:
        numerator, denominator = value.as_integer_ratio()
    except (OverflowError, ValueError):
        raise NumberError(f"{value} is not a rational number; give finite numbers only") from None
    return Fraction(int(numerator), int(denominator))


def _from_decimal(value: Decimal) -> Fraction:
    if value.is_finite() and abs(value.adjusted()) > MAX_EXPONENT:
        raise NumberError(f"{shortened(value)} has an exponent beyond {MAX_EXPONENT}; scale the data")
    return _from_float(value)


def _from_text(text: str) -> Fraction:
    digits = text.lower().partition("e")[2]
    try:
        exponent = integer_of(digits) if digits else 0
        if abs(exponent) > MAX_EXPONENT:
            raise NumberError(f"{shortened(text)} has an exponent beyond {MAX_EXPONENT}; scale the data")
        count_digits(exponent, len(text))
        return fraction_of(text.strip())
    except (NumberError, FileFormatError):
        raise
    except (ValueError, ZeroDivisionError):
        raise NumberError(f"{shortened(text)} is not a rational number; write 3, 3/2 or 1.5") from None


def _from_foreign(value: Any) -> Fraction:
    """Sympy rationals carry ``p`` and ``q``; numpy 0-d arrays carry ``item``."""
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return as_fraction(value.item())
    raise NumberError(f"{shortened(value)} of type {type(value).__name__} has no exact rational value")


def as_vector(values: VectorLike, length: int | None = None) -> Vector:
    """Return ``values`` as a tuple of fractions, of the given length if one is asked for.

    >>> as_vector([1, "1/2"])
    (Fraction(1, 1), Fraction(1, 2))
    """
    if isinstance(values, (str, bytes, bytearray, Mapping, Set)):
        raise ShapeError(f"expected a sequence of numbers, got the {type(values).__name__} {shortened(values)}")
    vector = tuple(as_fraction(value) for value in _items(values, "a sequence of numbers"))
    if length is not None and len(vector) != length:
        raise ShapeError(f"expected {length} numbers, got {len(vector)}")
    return vector


def _items(values: Any, what: str) -> Iterator[Any]:
    try:
        items: Iterator[Any] = iter(values)
    except TypeError:
        raise ShapeError(f"expected {what}, got {shortened(values)}") from None
    return items


def as_matrix(rows: MatrixLike, columns: int | None = None) -> Matrix:
    """Return ``rows`` as a tuple of vectors of one length.

    >>> as_matrix([[1, 2], [3, 4]])[1]
    (Fraction(3, 1), Fraction(4, 1))
    """
    if isinstance(rows, (str, bytes, bytearray, Mapping)):
        raise ShapeError(f"expected rows of numbers, got the {type(rows).__name__} {shortened(rows)}")
    matrix = tuple(as_vector(row) for row in _items(rows, "rows of numbers"))
    if columns is None and matrix:
        columns = len(matrix[0])
    for index, row in enumerate(matrix):
        if len(row) != columns:
            raise ShapeError(f"row {index} has {len(row)} entries, expected {columns}")
    return matrix


def common_denominator(values: Iterable[Fraction]) -> int:
    """Return the least positive integer whose product with every value is an integer."""
    denominators = [value.denominator for value in values]
    return common_multiple(denominators, len(denominators))


def primitive(row: Sequence[Any]) -> Row:
    """Return the primitive integer row that is a positive multiple of ``row`` (integers or fractions).

    The zero row is returned as it is.

    >>> primitive([Fraction(1, 2), -1, 0])
    (1, -2, 0)
    """
    if any(not isinstance(entry, int) for entry in row):
        fractions = [as_fraction(entry) for entry in row]
        scale = common_denominator(fractions)
        row = [entry.numerator * (scale // entry.denominator) for entry in fractions]
    content = gcd(*row)
    return tuple(row) if content <= 1 else tuple(entry // content for entry in row)


def homogeneous(point: Sequence[Fraction]) -> Row:
    """Return the primitive row ``(t, t x)``, ``t > 0``, of a rational point ``x``.

    >>> homogeneous(as_vector(["1/2", 3]))
    (2, 1, 6)
    """
    return primitive((Fraction(1), *point))


def dehomogeneous(row: Sequence[int]) -> Vector:
    """Return the point ``x`` of a row ``(t, t x)`` with ``t`` not 0."""
    return tuple(Fraction(entry, row[0]) for entry in row[1:])


def constant_last(row: Sequence[int]) -> Row:
    """Return a homogeneous row with its constant moved to the end, so that echelon forms are in the coordinates."""
    return (*row[1:], row[0])


def constant_first(row: Sequence[int]) -> Row:
    """Undo :func:`constant_last`."""
    return (row[-1], *row[:-1])


def dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    """Return the scalar product of two rows of one length (exact for ints and fractions)."""
    return sum(starmap(mul, zip(left, right, strict=True)))


def exact_text(value: Fraction | int) -> str:
    """Return ``"3/2"`` or ``"3"``: the form in which rationals are written to files."""
    below = "" if value.denominator == 1 else f"/{text_of(value.denominator)}"
    return text_of(value.numerator) + below


def sum_of(numbers: Iterable[Fraction]) -> Fraction:
    """Return the sum of many fractions, by sums of equally many, so that most denominators are small.

    >>> sum_of(Fraction(1, n) for n in (2, 3, 6))
    Fraction(1, 1)
    """
    sums: list[fmpq] = []
    for count, number in enumerate(numbers, 1):
        total = fmpq(number.numerator, number.denominator)
        while not count & 1:
            total += sums.pop()
            count >>= 1
        sums.append(total)
    whole = fmpq(0)
    while sums:
        whole += sums.pop()
    return Fraction(int(whole.p), int(whole.q))
