"""Tropical polytopes: their cells, complexes, half-spaces, subdivisions and duals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Vector, VectorLike
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import RegularSubdivision
from polytopes.errors import InputError, ShapeError, UnsupportedError, VerificationFailed
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.convexity.complexes import cell_polyhedron, complex_of, subdivision_of
from tropical.convexity.covectors import Covector
from tropical.convexity.decomposition import Decomposition, Listed, Progress, decomposition
from tropical.convexity.entries import Convention, as_rows, finite
from tropical.convexity.halfspaces import HalfSpace, by_apex, halfspaces
from tropical.convexity.intersections import common_generators, intersection_generators
from tropical.convexity.intersections import irredundant as without_redundant
from tropical.convexity.mixed import MixedCell, mixed_volumes
from tropical.convexity.point_hull import Graph, PointHull, named


@frozen(slots=False)
class TropicalPolytope(PointHull):
    """The tropical convex hull ``{max_i (lambda_i + v_i)}`` of the rows of a matrix, modulo (1, ..., 1).

    Entries may be minus infinity, which is None here; of the points of the hull those with finite coordinates are
    divided into cells. By :meth:`min` it is the hull for minima, with infinity in place of minus infinity.

    ``points`` are the rows that have a finite entry, ``left_out`` the numbers of those that were given and have none.

    >>> square = TropicalPolytope.of([[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]])
    >>> square.f_vector, square.extreme_points, bool(square.contains([0, "1/2", "1/2"]))
    ((4, 5, 2), (0, 1, 2), True)
    """

    limit: int | None = field(default=None, kw_only=True, eq=False, repr=False)
    progress: Progress | None = field(default=None, kw_only=True, eq=False, repr=False)
    listed: Listed = field(factory=Listed, init=False, eq=False, repr=False)

    @classmethod
    def of(
        cls,
        points: MatrixLike,
        limit: int | None = None,
        progress: Progress | None = None,
        *,
        convention: Convention = "max",
    ) -> TropicalPolytope:
        """Return the hull of points.

        Args:
            points: n x d rationals, or "-oo" or None for minus infinity.
            limit: the most pseudovertices, and the most cells, that are listed.
            progress: called now and then with the number of what was found.
            convention: "max"; with "min" it is the hull of :meth:`min`.

        Raises:
            ShapeError: if there is no point or no coordinate, or rows have different lengths.
            InputError: if a coordinate is finite in no point.
        """
        rows = as_rows(points, convention)
        kept = [any(entry is not None for entry in row) for row in rows]
        if not any(kept):
            raise ShapeError("no point has a finite coordinate; give at least one that has")
        own = tuple([row for row, is_kept in zip(rows, kept, strict=True) if is_kept])
        for k, column in enumerate(zip(*own, strict=True)):
            if all(entry is None for entry in column):
                raise InputError(f"coordinate {k} is never finite; leave it out")
        left_out = tuple([i for i, is_kept in enumerate(kept) if not is_kept])
        return cls(own, convention=convention, left_out=left_out, limit=limit, progress=progress)

    @classmethod
    def min(cls, points: MatrixLike, limit: int | None = None, progress: Progress | None = None) -> TropicalPolytope:
        """Return the hull ``{min_i (lambda_i + v_i)}``; entries may be infinity. Arguments are those of :meth:`of`.

        Covectors are the columns where rows less a point are least. All is that of the opposite points, for max.

        >>> TropicalPolytope.min([[0, 1, 1], [1, 0, 1], [1, 1, 0]]).f_vector
        (6, 6, 1)
        """
        return cls.of(points, limit, progress, convention="min")

    @classmethod
    def from_halfspaces(
        cls, halfspaces: Iterable[HalfSpace], limit: int | None = None, progress: Progress | None = None
    ) -> TropicalPolytope:
        """Return the intersection of half-spaces, by its extreme points; the limit is also one of rays on the way.

        If it is not bounded, extreme points have coordinates minus infinity, with min infinity.

        Raises:
            ShapeError: if there is no half-space, or the lengths of apices differ.
            InputError: if half-spaces are of both conventions.
            DomainError: if the intersection is empty.
            LimitReached: if there are more rays on the way than the limit.

        >>> triangle = TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]])
        >>> TropicalPolytope.from_halfspaces(triangle.halfspaces()).f_vector
        (6, 6, 1)
        """
        given = list(halfspaces)
        rows = intersection_generators(given, limit, progress)
        return cls.of(rows, limit, progress, convention=given[0].convention)

    # Cells

    @cached_property
    def decomposition(self) -> Decomposition:
        """The cells into which the points divide the torus; with min, those of the opposite points."""
        return decomposition(self.max_rows, self.limit, self.progress, self.listed)

    @cached_property
    def pseudovertices(self) -> tuple[tuple[Vector, Graph], ...]:
        """The cells of dimension 0 with their covectors."""
        return self._named(self.decomposition.pseudovertices)

    @property
    def known_pseudovertices(self) -> tuple[tuple[Vector, Graph], ...]:
        """Those found so far, also if the listing was stopped."""
        return self._named(self.listed.vertices)

    def _named(self, vertices: Iterable[tuple[Vector, Covector]]) -> tuple[tuple[Vector, Graph], ...]:
        sign = 1 if self.convention == "max" else -1
        return tuple(sorted((tuple([sign * x for x in point]), named(graph)) for point, graph in vertices))

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells of the polytope by dimension."""
        return self.decomposition.f_vector

    @property
    def bounded_f_vector(self) -> tuple[int, ...]:
        """The numbers of bounded cells by dimension: the same, unless a coordinate of a point is infinite."""
        return self.decomposition.bounded_f_vector

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

    def covectors(self, dim: int, bounded: bool = False) -> Iterator[Graph]:
        """Yield the covectors of the cells of a dimension; there are none in dimensions below 0 or above d - 1."""
        for graph in self.decomposition.cells[dim] if 0 <= dim < self.n_columns else ():
            if not bounded or self.decomposition.is_bounded(graph):
                yield named(graph)

    def cell(self, point: VectorLike) -> Polyhedron:
        """Return the closed cell that has a point in its relative interior, in all coordinates but the first, as 0."""
        graph = self._query(finite(self._inner(point), "a cell")).covector
        return cell_polyhedron(self.max_rows, graph, self.convention)

    def complex(self) -> PolyhedralComplex:
        """Return the cells of the polytope, in all coordinates but the first, which is 0.

        >>> TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).complex().f_vector()
        (6, 6, 1)
        """
        return complex_of(self.decomposition, self.convention, inside=True)

    def torus_complex(self) -> PolyhedralComplex:
        """Return all cells of the torus, in all coordinates but the first, which is 0."""
        return complex_of(self.decomposition, self.convention, inside=False)

    def subdivision(self) -> RegularSubdivision:
        """Return the regular subdivision of the product of two simplices with heights ``v_ik``.

        Its points are ``(e_i, f_k)`` for the finite entries, row by row, without the coordinates of e_0 and f_0. Its
        cells that use every row are those of the torus: the maximal ones are pseudovertices. With min the heights are
        the opposite ones.
        """
        return subdivision_of(self.max_rows)

    def mixed_cells(self) -> tuple[MixedCell, ...]:
        """Return the maximal cells of the mixed subdivision, in the order of the pseudovertices.

        The cell of a covector T is the sum of the simplices ``conv {f_k : k in T_i}``.

        Raises:
            VerificationFailed: if their volumes do not add up to that of the whole.

        >>> [cell.volume for cell in TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]]).mixed_cells()]
        [1, 2, 1, 2, 1, 2]
        """
        graphs = [graph for _, graph in self.pseudovertices]
        volumes = mixed_volumes(self.decomposition)
        own = dict(zip((named(graph) for _, graph in self.decomposition.pseudovertices), volumes, strict=True))
        return tuple([MixedCell(graph, own[graph]) for graph in graphs])

    # Other descriptions

    def halfspaces(self, irredundant: bool = False) -> list[HalfSpace]:
        """Return half-spaces whose intersection is the polytope, the inclusion-minimal ones at pseudovertices.

        Args:
            irredundant: leave out further ones, one after the other, as long as the intersection is the same. Which
                ones stay depends on the order.

        Raises:
            UnsupportedError: if a coordinate of a point is infinite.
            LimitReached: if there are more rays of an intersection than the limit.
            VerificationFailed: if the intersection is not the polytope, by an error of this program.

        >>> segment = TropicalPolytope.of([[0, 0, 0], [0, 1, 2]])
        >>> len(segment.halfspaces()), len(segment.halfspaces(irredundant=True))
        (4, 4)
        """
        if not self.is_finite:
            raise UnsupportedError(
                "half-spaces are listed for points with finite coordinates, and these have infinite ones; ask where a "
                "point lies instead: one that is outside comes with a half-space that shows it"
            )
        found = halfspaces(self.decomposition.pseudovertices)
        found = found if self.convention == "max" else by_apex(half.negated() for half in found)
        if not irredundant or not found:
            return found
        kept = without_redundant(found, self.limit, self.progress)
        if not all(map(self.contains, intersection_generators(kept, self.limit, self.progress))):
            raise VerificationFailed("half-spaces that are left bound more than the polytope; please report this")
        return kept

    def intersection(self, other: TropicalPolytope) -> TropicalPolytope:
        """Return the intersection with another polytope: of the half-spaces of both, or of combinations of both.

        Raises:
            ShapeError: for polytopes with different numbers of coordinates.
            InputError: for polytopes of different conventions.
            DomainError: if they do not meet.
            VerificationFailed: if an extreme point is not in both, by an error of this program.

        >>> P = TropicalPolytope.of([[0, 0, 0], [0, 2, 0]])
        >>> Q = TropicalPolytope.of([[0, 1, -1], [0, 1, 1]])
        >>> [list(map(int, point)) for point in P.intersection(Q).points]
        [[-1, 0, -1]]
        """
        if self.n_columns != other.n_columns:
            raise ShapeError(f"polytopes with {self.n_columns} and {other.n_columns} coordinates do not intersect")
        if self.convention != other.convention:
            raise InputError("one polytope is a hull for max, the other for min; give two of one convention")
        if self.n_columns == 1:
            return self
        if self.is_finite and other.is_finite:
            rows = intersection_generators([*self.halfspaces(), *other.halfspaces()], self.limit, self.progress)
        else:
            common = common_generators(self.max_rows, other.max_rows, self.limit, self.progress)
            rows = tuple(map(self._turned, common))
        found = TropicalPolytope.of(rows, self.limit, self.progress, convention=self.convention)
        if not all(polytope.contains(point) for polytope in (self, other) for point in found.points):
            raise VerificationFailed("a point of an intersection is not in both polytopes; please report this")
        return found

    def dual(self) -> TropicalPolytope:
        """Return the hull of the columns, which has the same bounded cells.

        Raises:
            UnsupportedError: if a coordinate of a point is infinite.
        """
        if not self.is_finite:
            raise UnsupportedError("duality of rows and columns is of finite points")
        columns = list(zip(*self.points, strict=True))
        return TropicalPolytope.of(columns, self.limit, self.progress, convention=self.convention)
