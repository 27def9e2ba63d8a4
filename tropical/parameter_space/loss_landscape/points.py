"""The points of a layer as an integer matrix of full column rank, in which units are simplest."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import Matrix, MatrixLike, Row, Vector, common_denominator, dot
from polytopes.arithmetic.rationals import as_matrix as rational_matrix
from polytopes.errors import InputError
from polytopes.messages import exact_repr
from tropical.fans.data_set import DataSet


@frozen(slots=False)
class LayerPoints:
    """The rows x_1, ..., x_n of Q^d that every unit sees, with the 1 of its bias at the end if there is one.

    A unit w matters through X w only, that is through the coordinates of w in the pivot columns of X: the others may
    be 0. ``matrix`` has these columns, times the common denominator of all entries; its column spaces are those of X.

    >>> points = LayerPoints.of([[0, "1/2"], [1, "1/2"]], bias=True)
    >>> points.rows[0], points.matrix, points.rank
    ((Fraction(0, 1), Fraction(1, 2), Fraction(1, 1)), ((0, 1), (2, 1)), 2)
    """

    rows: Matrix = field(repr=exact_repr)
    bias: bool
    dim: int

    @classmethod
    def of(cls, data: DataSet | MatrixLike | LayerPoints, bias: bool = True) -> LayerPoints:
        """Return the points of a data set, each with a 1 at its end if units have biases.

        Raises:
            InputError: if there is no point.
        """
        if isinstance(data, LayerPoints):
            return data
        given = data.points if isinstance(data, DataSet) else rational_matrix(data)
        points = DataSet.of(given, dim=None if given else 0)
        if not given:
            raise InputError("no point; give at least one")
        return cls(tuple((*point, Fraction(1)) if bias else point for point in points.points), bias, points.dim + bias)

    @property
    def n_points(self) -> int:
        """The number of points, repeated ones counted."""
        return len(self.rows)

    @property
    def inputs(self) -> int:
        """The dimension of the points as they were given."""
        return self.dim - self.bias

    @cached_property
    def _echelon(self) -> tuple[tuple[Row, ...], tuple[int, ...]]:
        return echelon([row for row in self.rows if any(row)] or [(0,) * self.dim])

    @property
    def pivots(self) -> tuple[int, ...]:
        """Columns that form a basis of the column space."""
        return self._echelon[1]

    @property
    def rank(self) -> int:
        """The rank of X."""
        return len(self.pivots)

    @cached_property
    def denominator(self) -> int:
        """The factor by which ``matrix`` is larger than X."""
        return common_denominator(entry for row in self.rows for entry in row)

    @cached_property
    def matrix(self) -> tuple[Row, ...]:
        """The pivot columns of X times ``denominator``: n rows of ``rank`` integers."""
        return tuple(tuple(int(row[j] * self.denominator) for j in self.pivots) for row in self.rows)

    @cached_property
    def row_space(self) -> tuple[Vector, ...]:
        """The matrix T with ones in the pivots for which X is its pivot columns times T."""
        basis, pivots = self._echelon
        return tuple(tuple(Fraction(entry, row[j]) for entry in row) for row, j in zip(basis, pivots, strict=True))

    def lift(self, coordinates: Sequence[Fraction | int]) -> Vector:
        """Return the unit w with these coordinates in the pivot columns, 0 in the others."""
        found = [Fraction(0)] * self.dim
        for j, value in zip(self.pivots, coordinates, strict=True):
            found[j] = Fraction(value)
        return tuple(found)

    def pattern_at(self, unit: Sequence[Fraction]) -> tuple[int, ...] | None:
        """Return the pattern of a unit, None if it is 0 at a point that is not 0: then it lies on a wall."""
        values = [dot(row, unit) for row in self.rows]
        if any(any(row) and not value for row, value in zip(self.rows, values, strict=True)):
            return None
        return tuple(int(value > 0) for value in values)
