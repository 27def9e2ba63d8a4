"""Activation patterns of data for affine forms with fixed slopes: the cells of an arrangement of tropical hyperplanes.

The pattern of offsets a on data x_i is ``G(a)_i = argmax_k (a_k + <s_k, x_i>)``. With ``V = (<s_k, x_i>)`` it is the
covector of a in the arrangement of max-hyperplanes with the rows of -V as apices. So the patterns with given slopes are
the cells of the arrangement, every term is used on the data iff -a lies in the tropical hull of the rows of V, and the
values of ``f(x) = max_k (a_k + <s_k, x>)`` on the data are V times a in the max-plus sense.
"""

from __future__ import annotations

from attrs import frozen

from polytopes.arithmetic.linalg import matmul
from polytopes.arithmetic.rationals import Matrix, MatrixLike, VectorLike, as_matrix, as_vector
from polytopes.errors import ShapeError
from tropical.convexity.arrangement import HyperplaneArrangement
from tropical.convexity.systems import OneSided, solve


@frozen
class SlopePatterns:
    """The activation patterns of data for forms with given slopes and all offsets.

    ``values`` are the inner products of data and slopes.
    """

    values: Matrix
    arrangement: HyperplaneArrangement

    def pattern(self, offsets: VectorLike) -> tuple[tuple[int, ...], ...]:
        """Return for every data point the forms that are greatest there."""
        return self.arrangement.covector(offsets)

    def uses_all_terms(self, offsets: VectorLike) -> bool:
        """Whether every form is greatest at some data point."""
        point = [-a for a in as_vector(offsets)]
        return bool(self.arrangement.negative.contains(point))

    def fit(self, targets: VectorLike) -> OneSided:
        """Return whether some offsets interpolate targets at the data, and those of the least greatest error."""
        return solve(self.values, targets)


def patterns_with_slopes(data: MatrixLike, slopes: MatrixLike) -> SlopePatterns:
    """Return the activation patterns of data for forms with fixed slopes.

    Args:
        data: M points in Q^D.
        slopes: N vectors in Q^D.

    Raises:
        ShapeError: if there are none, or dimensions differ.

    Source: the analogy of activation patterns and tropical oriented matroids is that of Brandenburg, Loho, Montúfar,
        arXiv 2403.11871; what is stated here is proved in the documentation.

    >>> found = patterns_with_slopes([[0], [1], [2], [4]], [[0], [1], [2]])
    >>> found.arrangement.f_vector, found.pattern([0, -1, -4])
    ((10, 24, 15), ((0,), (0, 1), (1,), (2,)))
    """
    points, directions = as_matrix(data), as_matrix(slopes)
    if not points or not directions or len(points[0]) != len(directions[0]):
        raise ShapeError("give data points and slopes of one dimension, some of each")
    if not points[0]:
        raise ShapeError("data and slopes have no coordinates; give at least one")
    values = matmul(points, list(zip(*directions, strict=True)))
    return SlopePatterns(values, HyperplaneArrangement.of([[-entry for entry in row] for row in values]))
