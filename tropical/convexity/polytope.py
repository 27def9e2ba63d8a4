"""Tropical polytopes: membership with a proof, nearest points, extreme points, cells, half-spaces, polytropes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, Vector, VectorLike, as_matrix, as_vector
from polytopes.errors import ShapeError, VerificationFailed
from tropical.convexity.covectors import Covector, columns, covector, covered, heights
from tropical.convexity.decomposition import Decomposition, Progress, decomposition
from tropical.convexity.halfspaces import HalfSpace, halfspaces


def _rows(given: MatrixLike) -> Matrix:
    rows = as_matrix(given)
    if not rows or not rows[0]:
        raise ShapeError("a tropical polytope needs at least one point, with at least one coordinate")
    return rows


@frozen
class Inside:
    """A point of a polytope: the maximum of the points, each raised by its coefficient, is the point. It is true."""

    coefficients: Vector

    def __bool__(self) -> bool:
        return True


@frozen
class Outside:
    """A point outside a polytope, and a half-space that contains the polytope and not the point. It is false."""

    halfspace: HalfSpace

    def __bool__(self) -> bool:
        return False


@frozen(slots=False)
class TropicalPolytope:
    """The tropical convex hull ``{max_i (lambda_i + v_i)}`` of the rows of a matrix, modulo (1, ..., 1).

    >>> square = TropicalPolytope.of([[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]])
    >>> square.f_vector, square.extreme_points, bool(square.contains([0, "1/2", "1/2"]))
    ((4, 5, 2), (0, 1, 2), True)
    """

    points: Matrix = field(converter=_rows)
    limit: int | None = field(default=None, kw_only=True, eq=False, repr=False)
    progress: Progress | None = field(default=None, kw_only=True, eq=False, repr=False)

    @classmethod
    def of(cls, points: MatrixLike, limit: int | None = None, progress: Progress | None = None) -> TropicalPolytope:
        """Return the hull of points; ``limit`` bounds the numbers of pseudovertices and of cells that are listed."""
        return cls(points, limit=limit, progress=progress)

    @property
    def n_columns(self) -> int:
        """The number of coordinates."""
        return len(self.points[0])

    def covector(self, point: VectorLike) -> tuple[tuple[int, ...], ...]:
        """Return for every row the columns where it less the point is greatest."""
        return named(covector(self.points, self._checked(point)))

    def nearest_point(self, point: VectorLike) -> Vector:
        """Return the greatest element of the cone below a point; it is a nearest point of the polytope."""
        x = self._checked(point)
        tops = heights(self.points, x)
        shifted = [[entry - y for entry in row] for row, y in zip(self.points, tops, strict=True)]
        return tuple(map(max, zip(*shifted, strict=True)))

    def distance(self, point: VectorLike) -> Fraction:
        """Return the distance ``max(x - y) - min(x - y)`` from a point to the polytope."""
        x = self._checked(point)
        apart = [a - b for a, b in zip(x, self.nearest_point(x), strict=True)]
        return max(apart) - min(apart)

    def contains(self, point: VectorLike) -> Inside | Outside:
        """Return whether a point lies in the polytope, with the proof, which is verified.

        Raises:
            ShapeError: if the point has another length.
            VerificationFailed: if the proof is none, by an error of this program.
        """
        x = self._checked(point)
        below = self.nearest_point(x)
        if below == x:
            if covered(covector(self.points, x)) != (1 << self.n_columns) - 1:
                raise VerificationFailed("a point is a combination, but a column is not covered; please report this")
            return Inside(tuple(-y for y in heights(self.points, x)))
        apex = tuple(entry - below[0] for entry in below)
        half = HalfSpace(apex, tuple(k for k, (a, b) in enumerate(zip(below, x, strict=True)) if a == b))
        if half.contains(x) or not all(map(half.contains, self.points)):
            raise VerificationFailed("a half-space does not separate what it should; please report this")
        return Outside(half)

    @cached_property
    def extreme_points(self) -> tuple[int, ...]:
        """The points that are not in the hull of the others, up to shifts; of equal ones the first index.

        Point i is extreme iff in its covector some column is covered by i and its copies only.
        """
        shifted = [tuple(entry - row[0] for entry in row) for row in self.points]
        found = []
        for i, row in enumerate(self.points):
            if shifted.index(shifted[i]) == i:
                graph = covector(self.points, row)
                others = covered(tuple(part for part, other in zip(graph, shifted, strict=True) if other != shifted[i]))
                if others != (1 << self.n_columns) - 1:
                    found.append(i)
        return tuple(found)

    @cached_property
    def decomposition(self) -> Decomposition:
        """The cells into which the points divide the torus."""
        return decomposition(self.points, self.limit, self.progress)

    @property
    def pseudovertices(self) -> tuple[tuple[Vector, tuple[tuple[int, ...], ...]], ...]:
        """The cells of dimension 0 with their covectors."""
        return tuple((point, named(graph)) for point, graph in self.decomposition.pseudovertices)

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells of the polytope by dimension."""
        return self.decomposition.f_vector

    @property
    def torus_f_vector(self) -> tuple[int, ...]:
        """The numbers of all cells of the torus by dimension."""
        return self.decomposition.torus_f_vector

    @property
    def dim(self) -> int:
        """The dimension: one less than the tropical rank of the matrix."""
        return len(self.f_vector) - 1

    @property
    def tropical_rank(self) -> int:
        """The size of the largest square submatrix whose greatest permutation sum is attained once."""
        return self.dim + 1

    @property
    def is_generic(self) -> bool:
        """Whether no square submatrix has its greatest permutation sum twice."""
        return self.decomposition.is_generic

    def covectors(self, dim: int, bounded: bool = False) -> Iterator[tuple[tuple[int, ...], ...]]:
        """Yield the covectors of the cells of a dimension."""
        for graph in self.decomposition.cells[dim]:
            if not bounded or self.decomposition.is_bounded(graph):
                yield named(graph)

    def halfspaces(self) -> list[HalfSpace]:
        """Return half-spaces whose intersection is the polytope, the inclusion-minimal ones at pseudovertices."""
        return halfspaces(self.decomposition.pseudovertices)

    def is_polytrope(self) -> bool:
        """Whether the polytope is convex in the usual sense too: whether it is its smallest alcoved hull."""
        return all(self.contains(row) for row in self.alcoved_generators())

    def alcoved_generators(self) -> Matrix:
        """Return points that span the smallest set ``{x : x_j - x_k <= C_jk}`` with all points: the rows of -C."""
        d = range(self.n_columns)
        return tuple(tuple(-max(row[j] - row[k] for row in self.points) for k in d) for j in d)

    def dual(self) -> TropicalPolytope:
        """Return the hull of the columns, which has the same bounded cells."""
        return TropicalPolytope.of(list(zip(*self.points, strict=True)), self.limit, self.progress)

    def _checked(self, point: VectorLike) -> Vector:
        return as_vector(point, self.n_columns)


def named(graph: Covector) -> tuple[tuple[int, ...], ...]:
    """Return a covector with its columns as numbers."""
    return tuple(map(columns, graph))
