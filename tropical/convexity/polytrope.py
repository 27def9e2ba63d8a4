"""Polytropes: sets {x : x_j - x_k <= c_jk}, which are convex in the usual and in the tropical sense."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

from attrs import frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, Vector, as_matrix
from polytopes.errors import DomainError, ShapeError, UnsupportedError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.matrix import TropicalMatrix
from tropical.convexity.alcoved import alcoved_polyhedron
from tropical.convexity.covectors import n_components
from tropical.convexity.entries import Entries, entry_text, finite, opposite
from tropical.convexity.halfspaces import HalfSpace
from tropical.convexity.membership import Outside
from tropical.convexity.point_hull import PointHull
from tropical.convexity.polytope import TropicalPolytope


@frozen(slots=False)
class Polytrope:
    """A set ``{x : x_j - x_k <= c_jk}`` modulo (1, ..., 1), with the least possible bounds c.

    >>> hexagon = Polytrope.of([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    >>> hexagon.dim, hexagon.polyhedron.n_vertices, len(hexagon.tropical_polytope.extreme_points)
    (2, 6, 3)
    """

    bounds: Matrix

    @classmethod
    def of(cls, bounds: MatrixLike) -> Polytrope:
        """Return the polytrope with these bounds; they are replaced by the least ones, the lengths of shortest paths.

        Raises:
            ShapeError: if the matrix is not square, or empty.
            DomainError: if the set is empty: if the bounds around a cycle, which is named, have a negative sum.
        """
        rows = [list(row) for row in as_matrix(bounds)]
        n = len(rows)
        if not n or any(len(row) != n for row in rows):
            raise ShapeError("bounds of differences make up a square matrix")
        after = [[k for k in range(n)] for _ in range(n)]
        for m in range(n):
            for j in range(n):
                for k in range(n):
                    if rows[j][m] + rows[m][k] < rows[j][k]:
                        rows[j][k], after[j][k] = rows[j][m] + rows[m][k], after[j][m]
                        if j == k:
                            raise DomainError(
                                f"no point: the bounds around the cycle {_cycle(after, j)} have a negative sum"
                            )
        for j in range(n):
            rows[j][j] *= 0
        return cls(tuple(map(tuple, rows)))

    @classmethod
    def of_star(cls, matrix: TropicalMatrix | MatrixLike) -> Polytrope:
        """Return ``{x : x_k - x_j >= a_jk}``, the span of the rows of the Kleene star of a matrix.

        Args:
            matrix: square; entries None or "-oo" bound nothing.

        Raises:
            ShapeError: if the matrix is not square, or empty.
            NoAnswerError: if a cycle has positive weight, so that there is no star.
            UnsupportedError: if the star has an entry minus infinity, so that the set is not bounded.

        >>> star = Polytrope.of_star([[0, -1, None], [None, 0, -2], [-3, None, 0]])
        >>> [list(map(int, row)) for row in star.bounds], star.dim
        ([[0, 1, 3], [5, 0, 2], [3, 4, 0]], 2)
        """
        star = _matrix(matrix).kleene_star().entries
        if any(None in row for row in star):
            raise UnsupportedError("the Kleene star has an entry -oo, so that a difference is not bounded")
        return cls.of([opposite(row) for row in star])

    @property
    def kleene_star(self) -> TropicalMatrix:
        """The matrix -c, which is its own Kleene star; its rows span the set."""
        return TropicalMatrix.of([[-bound for bound in row] for row in self.bounds])

    @cached_property
    def tropical_vertices(self) -> tuple[Vector, ...]:
        """The extreme points as a max-polytope, at most d, with first coordinate 0: among the rows of -c."""
        hull = self.tropical_polytope
        points = [finite(hull.points[i], "a polytrope") for i in hull.extreme_points]
        return tuple(sorted(map(_from_zero, points)))

    @cached_property
    def vertices(self) -> tuple[Vector, ...]:
        """The ordinary vertices, with first coordinate 0.

        Raises:
            VerificationFailed: if at one of them the differences that take their bounds do not join all coordinates.
        """
        found = tuple((Fraction(0), *point) for point in self.polyhedron.vertices)
        if not all(self._is_vertex(point) for point in found):
            raise VerificationFailed("a point is not a vertex of the polytrope that it should be one of")
        return found

    def _is_vertex(self, point: Vector) -> bool:
        n = range(len(self.bounds))
        tight = [1 << j | 1 << k for j in n for k in n if point[j] - point[k] == self.bounds[j][k]]
        return n_components(tight, len(self.bounds)) == 1

    @property
    def dim(self) -> int:
        """The dimension: one less than the number of classes of coordinates whose differences are fixed."""
        n = range(len(self.bounds))
        return len([j for j in n if all(self.bounds[j][k] + self.bounds[k][j] for k in range(j))]) - 1

    @cached_property
    def tropical_polytope(self) -> TropicalPolytope:
        """The set as a tropical hull: of the rows of -c."""
        return TropicalPolytope.of([[-bound for bound in row] for row in self.bounds])

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The part with first coordinate 0, in the other coordinates."""
        return alcoved_polyhedron(self.bounds)


@frozen
class NotPolytrope:
    """A row of the smallest alcoved hull that is not in a tropical polytope, with a half-space that shows it. False.

    ``point`` is the one with this number of those that span the hull, the rows of -C, or the columns of C with min;
    ``halfspace`` contains the polytope, and not the point.
    """

    row: int
    point: Entries
    halfspace: HalfSpace

    def __bool__(self) -> bool:
        return False

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written in documents."""
        point = [entry_text(entry, self.halfspace.convention) for entry in self.point]
        return {"row": self.row, "point": point, **self.halfspace.as_dict()}


def is_polytrope(polytope: TropicalPolytope | MatrixLike) -> Polytrope | NotPolytrope:
    """Return a tropical polytope as a polytrope if it is convex in the usual sense too, and a witness if it is not.

    Args:
        polytope: a tropical polytope, or points that span it.

    Raises:
        NumberError: if a coordinate is infinite.

    Algorithm:
        ``C_jk = max_i (v_ij - v_ik)`` are the least bounds that all points meet. The polytope is a polytrope iff it
        contains the rows of -C, which span the set of these bounds.

    >>> is_polytrope([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).dim
    2
    >>> found = is_polytrope([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    >>> bool(found), found.row, found.halfspace.sectors
    (False, 0, (1, 2))
    """
    given = polytope if isinstance(polytope, TropicalPolytope) else TropicalPolytope.of(polytope)
    points = [finite(point, "a polytrope") for point in given.points]
    witness = not_polytrope(given)
    if witness is not None:
        return witness
    d = range(given.n_columns)
    return Polytrope.of([[max(point[j] - point[k] for point in points) for k in d] for j in d])


def not_polytrope(hull: PointHull) -> NotPolytrope | None:
    """Return the first witness that a tropical polytope is no polytrope; None if it is one.

    Coordinates may be infinite; the algorithm is that of :func:`is_polytrope`.

    >>> not_polytrope(TropicalPolytope.of([[0, -1], ["-oo", 0]])) is None
    True
    >>> found = not_polytrope(TropicalPolytope.of([[0, 1, 1], [1, 0, 1], [1, 1, 0]]))
    >>> found.row, found.as_dict()["point"], found.as_dict()["sectors"]
    (0, ['0', '-1', '-1'], [1, 2])
    """
    for number, row in enumerate(hull.alcoved_generators()):
        found = hull.contains(row)
        if isinstance(found, Outside):
            return NotPolytrope(number, row, found.halfspace)
    return None


def row_space(matrix: TropicalMatrix | MatrixLike) -> TropicalPolytope:
    """Return the tropical polytope that the rows of a matrix span; its entries may be minus infinity.

    Raises:
        ShapeError: if no row has a finite entry.
        InputError: if a column has none.
    """
    return TropicalPolytope.of(_matrix(matrix).entries)


def column_space(matrix: TropicalMatrix | MatrixLike) -> TropicalPolytope:
    """Return the tropical polytope that the columns of a matrix span; errors are those of :func:`row_space`.

    >>> column_space(TropicalMatrix.of([[0, 2], [1, 0], [4, 4]])).f_vector
    (3, 2)
    """
    return TropicalPolytope.of(_matrix(matrix).transpose().entries)


def _matrix(given: TropicalMatrix | MatrixLike) -> TropicalMatrix:
    return given if isinstance(given, TropicalMatrix) else TropicalMatrix.of(given)


def _from_zero(point: Vector) -> Vector:
    return tuple(entry - point[0] for entry in point)


def _cycle(after: list[list[int]], start: int) -> list[int]:
    """Return a cycle on the paths of which the bounds are the lengths."""
    path, node = [start], after[start][start]
    while node not in path:
        path.append(node)
        node = after[node][start]
    return path[path.index(node) :]
