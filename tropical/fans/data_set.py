"""Finite data sets over Q: points, labels +1 and -1, and how often each point counts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import Matrix, MatrixLike, Row, as_vector, exact_text, homogeneous
from polytopes.arithmetic.rationals import as_matrix as rational_matrix
from polytopes.errors import InputError, ShapeError
from polytopes.messages import exact_repr, made_by
from tropical.fans.labels import signs_of_labels


@made_by("write DataSet.of(points, labels)", tuple)
@frozen(slots=False)
class DataSet:
    """M points of Q^d in the order given, some perhaps repeated, with labels and multiplicities.

    ``labels`` is empty if there are none. A point of weight w stands for w equal points.

    >>> data = DataSet.of([(0, 0), (1, 0), (0, "1/2"), (1, 0)], labels=[1, -1, -1, 1])
    >>> data.n_points, data.dim, data.rows, data.position
    (4, 2, ((1, 0, 0), (1, 1, 0), (2, 0, 1)), (0, 1, 2, 1))
    """

    points: Matrix = field(repr=exact_repr)
    dim: int
    labels: tuple[int, ...] = ()
    weights: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        points: MatrixLike,
        labels: Iterable[Any] | None = None,
        weights: Iterable[int] | None = None,
        dim: int | None = None,
    ) -> DataSet:
        """Return a data set.

        Args:
            points: M x d rationals.
            labels: M numbers +1 or -1, or any two values (:func:`signs_of_labels`): of two numbers the greater is
                +1, of two texts the last in alphabetical order.
            weights: M positive integers; 1 for every point if None.
            dim: d, needed only if there are no points.

        Raises:
            ShapeError: if lengths differ, or there is neither a point nor a dimension.
            InputError: if labels are not of two values, or a weight is not a positive integer.
        """
        matrix = rational_matrix(points)
        size = len(matrix)
        width = common_dimension((len(point) for point in matrix), dim, "points")
        signs = () if labels is None else signs_of_labels(labels)
        if labels is not None and len(signs) != size:
            raise ShapeError(f"{len(signs)} labels for {size} points; give one each")
        counts = (1,) * size if weights is None else _checked_weights(weights, size)
        return cls(matrix, width, signs, counts)

    @property
    def n_points(self) -> int:
        """M, the number of points, repeated ones counted."""
        return len(self.points)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The distinct points as primitive homogeneous rows (t, t x), in the order of their first appearance."""
        return tuple(dict.fromkeys(map(homogeneous, self.points)))

    @cached_property
    def position(self) -> tuple[int, ...]:
        """The index in :attr:`rows` of every point."""
        index = {row: i for i, row in enumerate(self.rows)}
        return tuple(index[homogeneous(point)] for point in self.points)

    @cached_property
    def copies(self) -> tuple[tuple[int, ...], ...]:
        """The indices of the points that are equal to each of the distinct ones."""
        found: list[list[int]] = [[] for _ in self.rows]
        for point, place in enumerate(self.position):
            found[place].append(point)
        return tuple(map(tuple, found))

    @cached_property
    def pivots(self) -> tuple[int, ...]:
        """Columns of [1 | X] that form a basis of its column space, the constant column first."""
        return echelon(self.rows)[1]

    @property
    def rank(self) -> int:
        """r, the rank of [1 | X]: one more than the dimension of the affine hull."""
        return len(self.pivots)

    @cached_property
    def pivot_rows(self) -> tuple[Row, ...]:
        """The distinct homogeneous rows in the pivot columns only: M' x r integers of rank r."""
        return tuple(tuple(row[j] for j in self.pivots) for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the data with numbers as exact texts."""
        return {
            "points": [[exact_text(entry) for entry in point] for point in self.points],
            "dim": self.dim,
            "labels": list(self.labels) or None,
            "weights": list(self.weights),
        }


def _checked_weights(values: Iterable[Any], size: int) -> tuple[int, ...]:
    found = as_vector(values)
    if len(found) != size:
        raise ShapeError(f"{len(found)} weights for {size} points; give one each")
    for value in found:
        if value.denominator != 1 or value < 1:
            said = exact_text(value)
            raise InputError(f"weight {said}; weights are positive integers; leave out a point of weight 0")
    return tuple(map(int, found))
