"""Entries of tropical vectors: rationals, or minus infinity, which is None."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from polytopes.arithmetic.rationals import as_fraction, exact_text

Entry = Fraction | None
Entries = tuple[Entry, ...]
NEVER = "-oo"
"""How minus infinity is written."""


def as_entry(value: Any) -> Entry:
    """Return an entry; None, "-oo", "-inf" and the float -inf are minus infinity.

    >>> as_entry("-oo"), as_entry("1/2")
    (None, Fraction(1, 2))
    """
    if value is None or (isinstance(value, str) and value.strip() in (NEVER, "-inf")):
        return None
    if isinstance(value, float) and value == -inf:
        return None
    return as_fraction(value)


def as_entries(rows: Iterable[Iterable[Any]]) -> list[Entries]:
    """Return rows of entries."""
    return [tuple(map(as_entry, row)) for row in rows]


def entry_text(entry: Entry) -> str:
    """Return an entry as it is written."""
    return NEVER if entry is None else exact_text(entry)


def value(row: Sequence[Entry], point: Sequence[Entry]) -> Entry:
    """Return ``max_j (a_j + x_j)``, minus infinity if no summand is finite."""
    return max((a + x for a, x in zip(row, point, strict=True) if a is not None and x is not None), default=None)
