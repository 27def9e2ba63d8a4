"""Coordinates of a data set that suit floating point: barycentric ones in points that lie far from one another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.kernels.signs import TINY, UNIT
from tropical.fans.activation.parameters import Parameter, from_pivots
from tropical.fans.data_set import DataSet

Array = np.ndarray[Any, Any]
Table = list[list[Fraction]]


@frozen(slots=False, eq=False, repr=False)
class Frame:
    """The distinct points of a data set by their coordinates in r of them, chosen as a basis.

    A form is known by its values at the points of the basis, so forms with short values are short here whatever the
    data; :meth:`forms` goes back to coefficients and exponents.
    """

    data: DataSet
    basis: tuple[int, ...]
    coordinates: tuple[tuple[Fraction, ...], ...] = field(repr=False)

    @classmethod
    def of(cls, data: DataSet) -> Frame:
        """Return a frame; the basis is chosen by complete pivoting, so that the coordinates are small."""
        table = [[Fraction(row[j], row[0]) for j in data.pivots] for row in data.rows]
        chosen = [-1] * data.rank
        for _ in chosen:
            p, k = max(
                ((p, k) for p in range(len(table)) for k, place in enumerate(chosen) if place < 0),
                key=lambda place: abs(table[place[0]][place[1]]),
            )
            chosen[k] = p
            _pivot(table, p, k)
        return cls(data, tuple(chosen), tuple(map(tuple, table)))

    @cached_property
    def floats(self) -> Array:
        """M x (2 r): the coordinates to the nearest float, and bounds on the errors."""
        rank = self.data.rank
        found = np.zeros((len(self.coordinates), 2 * rank))
        for row, exact in zip(found, self.coordinates, strict=True):
            for k, value in enumerate(exact):
                row[k] = float(value)
                row[rank + k] = 0.0 if row[k] == value else abs(row[k]) * UNIT * 2 + TINY
        return found

    @cached_property
    def _inverse(self) -> tuple[list[list[int]], list[int]]:
        """The inverse of the basis points (1, x) in the pivot columns, as integers up to a positive factor."""
        rows = [self.data.pivot_rows[p] for p in self.basis]
        inverse: Any = integer_matrix(rows, len(rows)).inv()
        numerators, denominator = inverse.numer_denom()
        sign = 1 if denominator > 0 else -1
        return [[sign * int(entry) for entry in row] for row in numerators.tolist()], [row[0] for row in rows]

    def forms(self, values: Sequence[Sequence[int]]) -> Parameter:
        """Return the forms (coefficient, exponents) with these values at the points of the basis, times one number."""
        inverse, scales = self._inverse
        found: list[int] = []
        for row in values:
            scaled = [value * scale for value, scale in zip(row, scales, strict=True)]
            found += [dot(line, scaled) for line in inverse]
        return from_pivots(found, self.data, len(values))


def _pivot(table: Table, p: int, k: int) -> None:
    """Turn row p into the k-th unit vector by operations on columns."""
    pivot = list(table[p])
    for row in table:
        factor = row[k] / pivot[k]
        if factor:
            for j, entry in enumerate(pivot):
                if entry:
                    row[j] -= factor * entry
        row[k] = factor
