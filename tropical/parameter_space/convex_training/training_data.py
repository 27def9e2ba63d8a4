"""Points and targets that a network with one hidden layer is to fit, and the patches that a convolution looks at."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from polytopes.arithmetic.rationals import (
    Matrix,
    MatrixLike,
    Row,
    Vector,
    VectorLike,
    as_matrix,
    as_vector,
    common_denominator,
    dot,
)
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import InputError, ShapeError
from tropical.networks.layers.windows import Windows


def windows(length: int, size: int, stride: int = 1, circular: bool = False) -> tuple[tuple[int, ...], ...]:
    """Return the places of a signal that each window of a filter looks at.

    Args:
        length: the length of the signal.
        size: the length of the filter.
        stride: the distance between two windows.
        circular: whether windows run over the end of the signal to its beginning.

    Raises:
        ShapeError: if the filter is longer than the signal, or a number is not positive.

    >>> windows(3, 2), windows(3, 2, circular=True)
    (((0, 1), (1, 2)), ((0, 1), (1, 2), (2, 0)))
    """
    if not 1 <= size <= length:
        raise ShapeError(f"a filter of length {size} on signals of length {length}; give 1 to {length}")
    padded = length + size - 1 if circular else length
    found = Windows.over(1, (size,), (stride,), ((0, 0),), (1,), False).indices((padded,))
    return tuple(tuple(int(place) % length for place in window) for window in found)


def patches(signal: VectorLike, size: int, stride: int = 1, circular: bool = False) -> Matrix:
    """Return the patches of a signal under the windows of a filter; arguments and errors as of :func:`windows`.

    >>> [tuple(map(int, patch)) for patch in patches([1, 2, 0], 2, circular=True)]
    [(1, 2), (2, 0), (0, 1)]
    """
    entries = as_vector(signal)
    return tuple(tuple(entries[i] for i in window) for window in windows(len(entries), size, stride, circular))


@frozen
class TrainingData:
    """Samples with targets: a unit ``u`` has at a sample the sum of ``max(0, u . r)`` over the rows r of the sample.

    A sample has one row, the point itself, or one row for each window of a filter; with a bias each row ends with 1.
    """

    points: Matrix
    targets: Vector
    places: tuple[tuple[int, ...], ...]
    """The coordinates that each row of a sample is made of."""
    bias: bool = False

    @classmethod
    def of(
        cls,
        points: MatrixLike,
        targets: VectorLike,
        *,
        filter: int | None = None,
        stride: int = 1,
        circular: bool = False,
        bias: bool = False,
    ) -> TrainingData:
        """Return the data of a problem.

        Args:
            points: n points of one length.
            targets: n numbers.
            filter: the length of the filters of a convolution whose outputs are added up; None without a convolution.
            stride, circular: as in :func:`patches`.
            bias: let units have a bias, which counts in their norm.

        Raises:
            ShapeError: if lengths do not fit, or there is no point.
            InputError: for windows without a filter.

        >>> TrainingData.of([[1, 0], [0, 1]], [1, 2], bias=True).rows[0][-1]
        Fraction(1, 1)
        """
        matrix, values = as_matrix(points), as_vector(targets)
        if not matrix or not matrix[0]:
            raise ShapeError("no points with coordinates; give at least one")
        if len(matrix) != len(values):
            raise ShapeError(f"{len(values)} targets for {len(matrix)} points; give one for each")
        length = len(matrix[0])
        if filter is None:
            if circular or stride != 1:
                raise InputError("stride and circular are of windows; give the length of a filter too")
            return cls(matrix, values, (tuple(range(length)),), bias)
        return cls(matrix, values, windows(length, filter, stride, circular), bias)

    @property
    def n_samples(self) -> int:
        """The number of samples."""
        return len(self.points)

    @property
    def dim(self) -> int:
        """The number of weights of a unit."""
        return len(self.places[0]) + self.bias

    @cached_property
    def rows(self) -> Matrix:
        """The rows of all samples, those of one sample together."""
        one = (Fraction(1),) if self.bias else ()
        return tuple(tuple(point[i] for i in window) + one for point in self.points for window in self.places)

    @cached_property
    def scale(self) -> int:
        """The least positive number by which all rows are integers."""
        return common_denominator(entry for row in self.rows for entry in row)

    @cached_property
    def integer_rows(self) -> tuple[Row, ...]:
        """The rows times ``scale``."""
        return tuple(tuple(int(entry * self.scale) for entry in row) for row in self.rows)

    def response(self, weights: VectorLike) -> Vector:
        """Return the values of a unit with these weights at all samples."""
        unit, k = as_vector(weights, self.dim), len(self.places)
        values = [max(Fraction(0), Fraction(dot(unit, row))) for row in self.rows]
        return tuple(sum(values[i : i + k], Fraction(0)) for i in range(0, len(values), k))

    @cached_property
    def _arrangement(self) -> Arrangement:
        return Arrangement.central([row for row in self.integer_rows if any(row)], self.dim)

    @property
    def n_patterns(self) -> int:
        """The number of chambers of the arrangement of the rows: sets of rows that one unit is active on."""
        return self._arrangement.n_chambers

    def chamber_signs(self) -> Iterator[tuple[int, ...]]:
        """Yield for each chamber of the rows their signs in it; that of a zero row is 0.

        >>> sorted(TrainingData.of([[1], [0], [-2]], [0, 0, 0]).chamber_signs())
        [(-1, 0, 1), (1, 0, -1)]
        """
        for chamber in self._arrangement.chambers():
            values = [dot(row, chamber.point) for row in self.integer_rows]
            yield tuple((value > 0) - (value < 0) for value in values)
