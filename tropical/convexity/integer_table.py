"""Matrices of rationals and tropical zeros, multiplied by a positive integer, as arrays of integers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from attrs import frozen

from tropical.convexity.entries import Entries

Array = np.ndarray[Any, Any]
LARGEST = 2**62
"""Where larger numbers may come up, arrays hold integers of Python."""


def integers(values: Sequence[Any], bound: int) -> Array:
    """Return an array of integers, for work in which none is larger than a bound."""
    return np.array(values, dtype=np.int64 if bound < LARGEST else object)


@frozen(eq=False, slots=False)
class IntegerTable:
    """The rows of a matrix times ``scale``, with 0 where ``finite`` is false; ``size`` bounds them and is positive."""

    rows: tuple[tuple[int, ...], ...]
    finite: Array
    scale: int
    size: int

    @classmethod
    def of(cls, rows: Sequence[Entries]) -> IntegerTable:
        """Return the table of a matrix, with the least scale."""
        scale = lcm(*(entry.denominator for row in rows for entry in row if entry is not None))
        whole = tuple(tuple(scaled(row, scale)) for row in rows)
        finite = np.array([[entry is not None for entry in row] for row in rows])
        return cls(whole, finite, scale, max(1, *(abs(entry) for row in whole for entry in row)))

    @cached_property
    def is_finite(self) -> bool:
        """Whether no entry is a tropical zero."""
        return bool(self.finite.all())

    @cached_property
    def _small(self) -> Array:
        return integers(self.rows, self.size)

    def array(self, bound: int) -> Array:
        """Return the rows for work in which no number is larger than a bound."""
        return self._small if bound < LARGEST else integers(self.rows, bound)


def scaled(row: Entries, scale: int) -> list[int]:
    """Return the entries times an integer that their denominators divide; 0 for tropical zeros."""
    return [0 if entry is None else entry.numerator * (scale // entry.denominator) for entry in row]


def parts_of(tight: Array) -> list[Any]:
    """Return the sets of columns that are marked, as bits; the last axis is that of the columns.

    >>> parts_of(np.array([[True, False], [True, True]]))
    [1, 3]
    """
    width = tight.shape[-1]
    weights = np.array([1 << k for k in range(width)], dtype=np.int64 if width < 63 else object)
    found: list[Any] = tight.dot(weights).tolist()
    return found
