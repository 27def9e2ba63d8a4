"""Whether a point lies in a tropical polytope, with the proof; and the greatest element of the cone below it.

With ``y_i = max_k (v_ik - x_k)`` the greatest element below x is ``max_i (v_i - y_i)``. A row that is finite where x is
minus infinity lies below no multiple of x, and takes no part. All is done in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from attrs import frozen

from polytopes.errors import VerificationFailed
from tropical.convexity.covectors import Covector, covered
from tropical.convexity.entries import Entries, opposite
from tropical.convexity.halfspaces import HalfSpace
from tropical.convexity.integer_table import Array, IntegerTable, integers, parts_of, scaled

ROOM = 64
"""No number here is larger than this many times the largest entry of rows and point."""


@frozen
class Inside:
    """A point of a polytope: the maximum of the points, each raised by its coefficient, is the point. It is true.

    A coefficient that is minus infinity is None.
    """

    coefficients: Entries

    def __bool__(self) -> bool:
        return True


@frozen
class Outside:
    """A point outside a polytope, and a half-space that contains the polytope and not the point. It is false."""

    halfspace: HalfSpace

    def __bool__(self) -> bool:
        return False


@frozen(slots=False, eq=False)
class Query:
    """A point against the rows of a table, in the max convention."""

    table: IntegerTable
    point: Entries

    @cached_property
    def scale(self) -> int:
        """The integer by which all is multiplied."""
        return lcm(self.table.scale, *(entry.denominator for entry in self.point if entry is not None))

    @cached_property
    def size(self) -> int:
        """The greatest absolute value of an entry, times the scale."""
        return max(self.table.size * (self.scale // self.table.scale), *map(abs, self._x))

    @cached_property
    def _x(self) -> list[int]:
        return scaled(self.point, self.scale)

    @cached_property
    def _usable(self) -> Array:
        """The entries of rows that are finite only where the point is."""
        finite = self.table.finite
        if None not in self.point:
            return finite
        known = np.array([entry is not None for entry in self.point])
        found: Array = finite & ~np.any(finite & ~known, axis=1, keepdims=True)
        return found

    @cached_property
    def _array(self) -> Array:
        times = self.scale // self.table.scale
        found: Array = self.table.array(ROOM * self.size)
        if times > 1:
            found = found * times
        return found

    def _less(self, taken: Array, usable: Array) -> Array:
        """Return the rows less what broadcasts to them, much less than all others where an entry is not usable."""
        found = self._array - taken
        is_whole = self.table.is_finite and usable is self.table.finite
        return found if is_whole else np.where(usable, found, -ROOM // 4 * self.size)

    @cached_property
    def _apart(self) -> tuple[Array, Array]:
        less = self._less(integers(self._x, ROOM * self.size), self._usable)
        return less, less.max(axis=1)

    @cached_property
    def _below(self) -> list[int | None]:
        """The greatest element below the point, times the scale."""
        tops = self._apart[1]
        values = self._less(tops[:, None], self._usable).max(axis=0).tolist()
        found: list[bool] = list(np.any(self._usable, axis=0))
        return [entry if known else None for entry, known in zip(values, found, strict=True)]

    @property
    def covector(self) -> Covector:
        """The columns where rows less the point are greatest; none for rows that take no part."""
        less, tops = self._apart
        return tuple(parts_of((less == tops[:, None]) & self._usable))

    @property
    def coefficients(self) -> Entries:
        """The greatest shifts of rows that lie below the point."""
        used: list[bool] = list(np.any(self._usable, axis=1))
        tops = self._apart[1].tolist()
        return tuple([Fraction(-top, self.scale) if own else None for top, own in zip(tops, used, strict=True)])

    @property
    def nearest(self) -> Entries:
        """The greatest element of the cone below the point."""
        return tuple([None if entry is None else Fraction(entry, self.scale) for entry in self._below])

    @property
    def is_inside(self) -> bool:
        """Whether the point is the greatest element below itself."""
        return all(entry is None or own == x for entry, own, x in zip(self.point, self._below, self._x, strict=True))

    def answer(self) -> Inside | Outside:
        """Return whether the point is in the hull, with the proof, which is verified.

        Raises:
            VerificationFailed: if the proof is none, by an error of this program.
        """
        if self.is_inside:
            wanted = sum(1 << k for k, entry in enumerate(self.point) if entry is not None)
            if covered(self.covector) != wanted:
                raise VerificationFailed("a point is a combination, but a column is not covered; please report this")
            return Inside(self.coefficients)
        sectors = [
            k
            for k, (entry, own, x) in enumerate(zip(self.point, self._below, self._x, strict=True))
            if entry is None or own == x
        ]
        apex = self._apex(sectors)
        self._verify(apex, sectors)
        start = apex[0]
        return Outside(HalfSpace(tuple([Fraction(entry - start, self.scale) for entry in apex]), tuple(sectors)))

    def _apex(self, sectors: Sequence[int]) -> list[int]:
        """Return the apex of a half-space that contains the hull and not the point.

        It is the greatest element below the point. Where this is minus infinity and the point is not, anything less
        than the point will do; where the point is minus infinity, what rows that are finite there leave.
        """
        apex = [x - 1 if own is None else own for own, x in zip(self._below, self._x, strict=True)]
        others = [k for k in range(len(apex)) if k not in sectors]
        less = self._less(integers(apex, ROOM * self.size), self.table.finite)[:, others].max(axis=1)
        for k in sectors:
            if self.point[k] is None:
                own = self.table.finite[:, k]
                reached = np.maximum(less[own], -self.size)
                apex[k] = int((self._array[own, k] - reached).min())
        return apex

    def _verify(self, apex: list[int], sectors: list[int]) -> None:
        less = self._less(integers(apex, ROOM * self.size), self.table.finite)
        inner = less[:, sectors].max(axis=1)
        own = [x - p for x, p, entry in zip(self._x, apex, self.point, strict=True) if entry is not None]
        inner_of_point = [
            x - p
            for k, (x, p, entry) in enumerate(zip(self._x, apex, self.point, strict=True))
            if k in sectors and entry is not None
        ]
        if (inner < less.max(axis=1)).any() or max(inner_of_point, default=min(own) - 1) >= max(own):
            raise VerificationFailed("a half-space does not separate what it should; please report this")


def negated(answer: Inside | Outside) -> Inside | Outside:
    """Return an answer of the one convention as one of the other."""
    if isinstance(answer, Inside):
        return Inside(opposite(answer.coefficients))
    return Outside(answer.halfspace.negated())
