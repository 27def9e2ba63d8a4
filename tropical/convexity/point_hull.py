"""Hulls of points as far as no cells are needed: membership with a proof, nearest and extreme points, polytropes."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.rationals import VectorLike
from polytopes.errors import InputError
from tropical.convexity.covectors import Covector, columns, covered
from tropical.convexity.entries import Convention, Entries, as_point, finite, least_difference, opposite, shifted
from tropical.convexity.integer_table import IntegerTable
from tropical.convexity.membership import Inside, Outside, Query, negated

Graph = tuple[tuple[int, ...], ...]
"""A covector with its columns as numbers."""


@frozen(slots=False)
class PointHull:
    """Points with coordinates that are finite or the tropical zero, each with a finite one, and their hull.

    ``left_out`` are the numbers of rows that were given and have no finite entry.
    """

    points: tuple[Entries, ...]
    convention: Convention = field(default="max", kw_only=True)
    left_out: tuple[int, ...] = field(default=(), kw_only=True, eq=False)

    @property
    def n_columns(self) -> int:
        """The number of coordinates."""
        return len(self.points[0])

    @cached_property
    def max_rows(self) -> tuple[Entries, ...]:
        """The points, with the opposite sign if the convention is min."""
        return tuple([self._turned(row) for row in self.points])

    @cached_property
    def is_finite(self) -> bool:
        """Whether all coordinates of all points are finite."""
        return all(entry is not None for row in self.points for entry in row)

    def covector(self, point: VectorLike) -> Graph:
        """Return for every row the columns where it less the point, whose coordinates are finite, is greatest."""
        x = finite(self._inner(point), "a covector")
        return named(self._query(x).covector)

    def nearest_point(self, point: VectorLike) -> Entries:
        """Return the greatest element of the cone below a point, with min the least above; no other point is nearer."""
        return self._turned(self._query(self._inner(point)).nearest)

    def distance(self, point: VectorLike) -> Fraction | None:
        """Return the distance ``max(x - y) - min(x - y)`` from a point to the polytope; None if it is infinite."""
        x = self._inner(point)
        pairs = [pair for pair in zip(x, self._query(x).nearest, strict=True) if pair != (None, None)]
        apart = [a - b for a, b in pairs if a is not None and b is not None]
        return max(apart) - min(apart) if len(apart) == len(pairs) else None

    def contains(self, point: VectorLike) -> Inside | Outside:
        """Return whether a point lies in the polytope, with the proof, which is verified.

        Raises:
            ShapeError: if the point has another length.
            InputError: if it has no finite coordinate.
            VerificationFailed: if the proof is none, by an error of this program.
        """
        found = self._query(self._inner(point)).answer()
        return found if self.convention == "max" else negated(found)

    @cached_property
    def extreme_points(self) -> tuple[int, ...]:
        """The points that are not in the hull of the others, up to shifts; of equal ones the first index.

        Point i is extreme iff in its covector some column is covered by i and its copies only.
        """
        modulo_shifts = [shifted(row) for row in self.max_rows]
        found = []
        for i, row in enumerate(self.max_rows):
            if modulo_shifts.index(modulo_shifts[i]) == i:
                graph = self._query(row).covector
                own = modulo_shifts[i]
                others = covered(part for part, other in zip(graph, modulo_shifts, strict=True) if other != own)
                if others != sum(1 << k for k, entry in enumerate(row) if entry is not None):
                    found.append(i)
        return tuple(found)

    def is_polytrope(self) -> bool:
        """Whether the polytope is convex in the usual sense too: whether it is its smallest alcoved hull."""
        return all(self.contains(row) for row in self.alcoved_generators())

    def alcoved_generators(self) -> tuple[Entries, ...]:
        """Return points that span the smallest set ``{x : x_j - x_k <= C_jk}`` with all points: the rows of -C.

        ``C_jk`` is the greatest ``v_ij - v_ik``; it is infinite if a row is finite at j only.
        """
        d = range(self.n_columns)
        return tuple([self._turned(tuple([least_difference(self.max_rows, k, j) for k in d])) for j in d])

    def _turned(self, row: Entries) -> Entries:
        return row if self.convention == "max" else opposite(row)

    @cached_property
    def _table(self) -> IntegerTable:
        return IntegerTable.of(self.max_rows)

    def _inner(self, point: VectorLike) -> Entries:
        """Return a point as it is in the max convention."""
        x = as_point(point, self.n_columns, self.convention)
        if all(entry is None for entry in x):
            raise InputError("the point has no finite coordinate; give it one")
        return self._turned(x)

    def _query(self, point: Entries) -> Query:
        return Query(self._table, point)


def named(graph: Covector) -> Graph:
    """Return a covector with its columns as numbers."""
    return tuple(map(columns, graph))
