"""Activation patterns of data for affine forms with fixed slopes: the cells of an arrangement of tropical hyperplanes.

The pattern of offsets a on data x_i is ``G(a)_i = argmax_k (a_k + <s_k, x_i>)``. With ``V = (<s_k, x_i>)`` it is the
covector of a in the arrangement of max-hyperplanes with the rows of -V as apices. So the patterns with given slopes are
the cells of the arrangement, every term is used on the data iff -a lies in the tropical hull of the rows of V, and the
values of ``f(x) = max_k (a_k + <s_k, x>)`` on the data are V times a in the max-plus sense.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from attrs import frozen

from polytopes.arithmetic.linalg import matmul
from polytopes.arithmetic.rationals import Matrix, MatrixLike, Vector, VectorLike, as_matrix, as_vector
from polytopes.errors import DomainError, NoAnswerError, ShapeError, VerificationFailed
from tropical.convexity.arrangement import HyperplaneArrangement
from tropical.convexity.decomposition import Progress
from tropical.convexity.entries import finite
from tropical.convexity.polytope import TropicalPolytope
from tropical.convexity.polytrope import Polytrope
from tropical.convexity.systems import OneSided, solve
from tropical.fans.activation.patterns import ActivationPattern


@frozen
class SlopePatterns(HyperplaneArrangement):
    """The arrangement of tropical hyperplanes whose cells are the activation patterns of data for fixed slopes.

    Points of the arrangement are offsets, apices are the rows of -V, where V are the inner products of data and slopes.
    """

    @property
    def values(self) -> Matrix:
        """The inner products ``V = (<s_k, x_i>)``: a row for every data point, a column for every slope."""
        return tuple([finite(row, "a table of values") for row in self.polytope.max_rows])

    def pattern(self, offsets: VectorLike) -> tuple[tuple[int, ...], ...]:
        """Return for every data point the forms that are greatest there."""
        return self.covector(offsets)

    def values_at_data(self, offsets: VectorLike) -> Vector:
        """Return the values of ``f(x) = max_k (a_k + <s_k, x>)`` at the data: V times a in the max-plus sense."""
        a = as_vector(offsets, self.polytope.n_columns)
        return tuple(max(v + own for v, own in zip(row, a, strict=True)) for row in self.values)

    def uses_all_terms(self, offsets: VectorLike) -> bool:
        """Whether every form is greatest at some data point."""
        return bool(self.polytope.contains(offsets))

    def offsets(self, pattern: Iterable[Iterable[int]]) -> Vector:
        """Return offsets with exactly this pattern, the first of them 0.

        Raises:
            ShapeError: if the pattern has not as many rows as there are data points.
            InputError: if a row is empty, or has a form that is not there.
            NoAnswerError: if no offsets have it; the message names forms around which the conditions contradict.

        Algorithm:
            ``a_j - a_k <= v_ik - v_ij`` for k in row i and all j, strictly for j that are not in the row. With integer
            bounds c, N times as large, strict ones less 1: around no cycle of the N forms does this change whether the
            sum is negative, where it is 0 without a strict bound, or positive. So shortest paths decide.

        >>> found = patterns_with_slopes([[0], [1], [2], [4]], [[0], [1], [2]])
        >>> list(map(str, found.offsets([[0], [0, 1], [1], [2]])))
        ['0', '-1', '-13/4']
        """
        wanted = ActivationPattern.of(pattern, self.polytope.n_columns).sets
        if len(wanted) != len(self.values):
            raise ShapeError(f"a pattern of {len(wanted)} rows for {len(self.values)} data points")
        scale = lcm(*(v.denominator for row in self.values for v in row)) * (self.polytope.n_columns + 1)
        try:
            bounds = Polytrope.of(_bounds(self.values, wanted, scale)).bounds
        except DomainError as error:
            raise NoAnswerError(f"no offsets have this pattern; {error}") from None
        found = tuple(Fraction(row[0] - bounds[0][0]) / scale for row in bounds)
        if self.pattern(found) != wanted:
            raise VerificationFailed("offsets do not have the pattern that was asked for; please report this")
        return found

    def fit(self, targets: VectorLike) -> OneSided:
        """Return whether some offsets interpolate targets at the data, and those of the least greatest error."""
        return solve(self.values, targets)


def _bounds(values: Matrix, pattern: tuple[tuple[int, ...], ...], scale: int) -> list[list[int]]:
    """Return integer bounds c of ``scale (a_j - a_k) <= c_jk``; there is a point iff some offsets have the pattern.

    Where the pattern bounds nothing, the sum of all bounds is one that a solution, if there is any, can meet.
    """
    n = range(len(values[0]))
    found: dict[tuple[int, int], int] = {}
    for row, own in zip(values, pattern, strict=True):
        for k in own:
            for j in n:
                bound = int((row[k] - row[j]) * scale) - (j not in own)
                found[j, k] = min(found.get((j, k), bound), bound)
    large = 1 + sum(map(abs, found.values()))
    return [[0 if j == k else found.get((j, k), large) for k in n] for j in n]


def patterns_with_slopes(
    data: MatrixLike, slopes: MatrixLike, limit: int | None = None, progress: Progress | None = None
) -> SlopePatterns:
    """Return the activation patterns of data for forms with fixed slopes.

    Args:
        data: M points in Q^D.
        slopes: N vectors in Q^D.
        limit: the most pseudovertices, and the most cells, that are listed.
        progress: called now and then with the number of what was found.

    Raises:
        ShapeError: if there are none, or dimensions differ.

    Source: the analogy of activation patterns and tropical oriented matroids is that of Brandenburg, Loho, Montúfar,
        arXiv 2403.11871; what is stated here is proved in the documentation.

    >>> found = patterns_with_slopes([[0], [1], [2], [4]], [[0], [1], [2]])
    >>> found.f_vector, found.pattern([0, -1, -4])
    ((10, 24, 15), ((0,), (0, 1), (1,), (2,)))
    """
    points, directions = as_matrix(data), as_matrix(slopes)
    if not points or not directions or len(points[0]) != len(directions[0]):
        raise ShapeError("give data points and slopes of one dimension, some of each")
    if not points[0]:
        raise ShapeError("data and slopes have no coordinates; give at least one")
    values = matmul(points, list(zip(*directions, strict=True)))
    apices = [[-value for value in row] for row in values]
    return SlopePatterns(TropicalPolytope.min(apices, limit, progress))
