"""Entries of tropical vectors: rationals, or the tropical zero, None: minus infinity for max, infinity for min.

Everything is computed for max. What is given or asked in the convention min has the opposite sign; :data:`ZERO` says
how its tropical zero is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from math import inf, lcm
from typing import Any, Literal, TypeVar

from polytopes.arithmetic.rationals import as_fraction, exact_text
from polytopes.errors import NumberError, ShapeError
from polytopes.messages import shortened

Entry = Fraction | None
Entries = tuple[Entry, ...]
Whole = tuple[int | None, ...]
"""Entries that are integers."""
Number = TypeVar("Number", int, Fraction)
Convention = Literal["max", "min"]
ZERO: dict[Convention, str] = {"max": "-oo", "min": "oo"}
"""How the tropical zero is written."""
SPELLINGS: dict[Convention, tuple[str, ...]] = {"max": ("-oo", "-inf"), "min": ("oo", "+oo", "inf", "+inf")}


def as_entry(value: Any, convention: Convention = "max") -> Entry:
    """Return an entry; None, "-oo", "-inf" and the float -inf are minus infinity; with min the opposite ones, infinity.

    Raises:
        NumberError: for nan, the other infinity, and what is no number.

    >>> as_entry("-oo"), as_entry("1/2"), as_entry("oo", "min")
    (None, Fraction(1, 2), None)
    """
    if type(value) is Fraction:
        return value
    if value is None or (isinstance(value, str) and value.strip() in SPELLINGS[convention]):
        return None
    if isinstance(value, float) and value == (-inf if convention == "max" else inf):
        return None
    try:
        return as_fraction(value)
    except NumberError as error:
        zero = "-oo is minus infinity" if convention == "max" else "oo is infinity"
        raise NumberError(f"{error}; {zero}" if isinstance(value, str | float) else str(error)) from None


def as_entries(rows: Iterable[Iterable[Any]], convention: Convention = "max") -> list[Entries]:
    """Return rows of entries."""
    return [tuple([as_entry(value, convention) for value in row]) for row in rows]


def as_point(values: Any, length: int, convention: Convention = "max") -> Entries:
    """Return a point with this number of coordinates.

    Raises:
        ShapeError: if it is none.

    >>> as_point([0, "-oo"], 2)
    (Fraction(0, 1), None)
    """
    if isinstance(values, (str, bytes, bytearray, Mapping, Set)) or not isinstance(values, Iterable):
        raise ShapeError(f"expected a sequence of {length} numbers, got {shortened(values)}")
    [point] = as_entries([values], convention)
    if len(point) != length:
        raise ShapeError(f"expected {length} coordinates, got {len(point)}")
    return point


def as_rows(rows: Any, convention: Convention = "max") -> list[Entries]:
    """Return the rows of a matrix that has some, all of one length, which is not 0.

    Raises:
        ShapeError: if it is none.
    """
    if isinstance(rows, (str, bytes, bytearray, Mapping, Set)) or not isinstance(rows, Iterable):
        raise ShapeError(f"expected rows of numbers, got {shortened(rows)}")
    given = [list(row) if isinstance(row, Iterable) and not isinstance(row, str) else row for row in rows]
    if not given or given[0] == []:
        raise ShapeError("no point, or one without coordinates; give at least one point, with at least one coordinate")
    length = len(given[0]) if isinstance(given[0], list) else 1
    return [as_point(row, length, convention) for row in given]


def entry_text(entry: Entry, convention: Convention = "max") -> str:
    """Return an entry as it is written."""
    return ZERO[convention] if entry is None else exact_text(entry)


def opposite(row: Iterable[Entry]) -> Entries:
    """Return the entries with the opposite sign, which take one convention to the other."""
    return tuple([None if entry is None else -entry for entry in row])


def finite(point: Entries, what: str) -> tuple[Fraction, ...]:
    """Return a point without infinite coordinates.

    Raises:
        NumberError: if it has one.
    """
    found = tuple(entry for entry in point if entry is not None)
    if len(found) < len(point):
        raise NumberError(f"{what} is of points with finite coordinates; membership and nearest points are of all")
    return found


def whole(entries: Iterable[Entry], scale: int) -> Whole:
    """Return entries multiplied by a common multiple of their denominators, as integers."""
    return tuple(None if entry is None else int(entry * scale) for entry in entries)


def common_scale(entries: Iterable[Entry]) -> int:
    """Return the least common denominator of the finite entries."""
    return lcm(*{entry.denominator for entry in entries if entry is not None})


def value(row: Sequence[Number | None], point: Sequence[Number | None]) -> Number | None:
    """Return ``max_j (a_j + x_j)``, minus infinity if no summand is finite."""
    return max((a + x for a, x in zip(row, point, strict=True) if a is not None and x is not None), default=None)


def shifted(row: Entries) -> Entries:
    """Return a row with its first finite entry subtracted."""
    first = next(entry for entry in row if entry is not None)
    return tuple([None if entry is None else entry - first for entry in row])


def least_difference(rows: Iterable[Entries], k: int, j: int) -> Entry:
    """Return the least ``v_ik - v_ij`` over the rows that are finite at j; None if one of them is not at k."""
    pairs = [(row[k], row[j]) for row in rows if row[j] is not None]
    found = [a - b for a, b in pairs if a is not None and b is not None]
    return min(found) if len(found) == len(pairs) else None
