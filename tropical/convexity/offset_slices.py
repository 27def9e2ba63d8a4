"""Planes of offsets of more than three forms: all forms but two keep their distances, and act as one."""

from __future__ import annotations

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector
from polytopes.errors import ShapeError
from tropical.convexity.arrangement import Signs, SignVector
from tropical.convexity.point_hull import Graph
from tropical.convexity.polytope import TropicalPolytope
from tropical.convexity.slopes import SlopePatterns

FREE = (1, 2)
"""The forms whose offsets vary."""


@frozen
class OffsetSlice:
    """The offsets whose differences ``a_k - a_0`` are given for all k but 1 and 2.

    There the forms other than 1 and 2 are ``a_0`` plus fixed functions. At a data point only the greatest of these
    counts, so the patterns are those of three columns, ``merged``. The column 0 stands at every data point for the
    forms in ``leaders``.
    """

    patterns: SlopePatterns
    through: Vector
    merged: SlopePatterns
    leaders: Graph

    def named(self, cell: Graph) -> Graph:
        """Return the pattern of all forms that a pattern of the merged columns stands for."""
        rows = zip(cell, self.leaders, strict=True)
        return tuple(tuple(sorted({*(own if 0 in part else ()), *(k for k in part if k)})) for part, own in rows)

    def labelings(self, signs: Signs) -> dict[Graph, SignVector]:
        """Return the sign vectors of all cells of full dimension; 0 if forms of both signs tie all over the slice."""
        cells = sorted(self.merged.polytope.covectors(len(FREE)))
        return dict(zip(cells, self.patterns.signs_of(map(self.named, cells), signs), strict=True))


def offset_slice(patterns: SlopePatterns, through: VectorLike | None = None) -> OffsetSlice:
    """Return the plane of offsets in which those of the forms 1 and 2 vary, and all others are as given.

    Args:
        patterns: of data and at least three slopes.
        through: offsets in the plane. May be None for three slopes, of which the plane has all offsets.

    Raises:
        ShapeError: if there are fewer than three slopes, or more and no offsets.

    >>> from tropical.convexity import patterns_with_slopes
    >>> found = offset_slice(patterns_with_slopes([[0], [1], [2], [4]], [[0], [1], [2], [3]]), [0, -1, -4, -6])
    >>> found.leaders, found.merged.f_vector
    (((0,), (0,), (0, 3), (3,)), (7, 19, 13))
    >>> found.named(((0,), (0, 1), (0, 1), (2,)))
    ((0,), (0, 1), (0, 1, 3), (2,))
    """
    n_forms = patterns.polytope.n_columns
    if n_forms < 1 + len(FREE):
        raise ShapeError(f"the offsets of at least 3 forms are drawn, there are {n_forms}")
    if through is None and n_forms > 1 + len(FREE):
        raise ShapeError(f"of {n_forms} forms a plane of offsets is drawn; give offsets in it: those of 1 and 2 vary")
    given = as_vector([0] * n_forms if through is None else through, n_forms)
    fixed = [k for k in range(n_forms) if k not in FREE]
    apart = [[(row[k] + given[k] - given[0], k) for k in fixed] for row in patterns.values]
    tops = [max(value for value, _ in own) for own in apart]
    leaders = tuple(tuple(k for value, k in own if value == top) for own, top in zip(apart, tops, strict=True))
    apices = [[-top, *(-row[k] for k in FREE)] for row, top in zip(patterns.values, tops, strict=True)]
    return OffsetSlice(patterns, given, SlopePatterns(TropicalPolytope.min(apices)), leaders)
