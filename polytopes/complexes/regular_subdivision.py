"""Regular subdivisions of point configurations, by the upper hull: the max convention.

Points ``s_i`` in Q^d with heights ``c_i`` are lifted to ``(s_i, c_i)``; the bounded faces of
``conv {(s_i, c_i)} - R_{>=0} (0, 1)`` project to the cells of the regular subdivision of ``conv {s_i}``. Everything is
read off the dual polyhedron, the *dome* ``{(x, a) : a >= c_i + s_i . x}`` above the graph of
``F(x) = max_i (c_i + s_i . x)``: a k-cell is dual to a (d - k)-face of the dome, whose projection is the set of x
where exactly the forms of that cell are largest (Joswig, Essentials of Tropical Combinatorics, 2021, chapter 1).

A *cell* is the sorted tuple of the indices of all points that lie on it, those that are not vertices included.
Points may be repeated.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.linalg import echelon, solve
from polytopes.arithmetic.rationals import (
    MatrixLike,
    Row,
    Vector,
    VectorLike,
    as_matrix,
    as_vector,
    common_denominator,
    primitive,
)
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.upper_hull import upper_vertices
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.incidence import bits, incidences, transpose
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.systems import System

Cell = tuple[int, ...]
"""The sorted indices of the points on a cell."""


@frozen(eq=False, repr=False, slots=False)
class RegularSubdivision:
    """The regular subdivision of n points in Q^d induced by n heights, upper hull.

    Make one with :func:`regular_subdivision`. Two are equal if they have the same points and the same cells.

    >>> square = regular_subdivision([(0, 0), (1, 0), (0, 1), (1, 1)], [0, 0, 0, -1])
    >>> square
    RegularSubdivision of 4 points in Q^2
    >>> square.maximal_cells, square.f_vector()
    (((0, 1, 2), (1, 2, 3)), (4, 5, 2))
    """

    points: tuple[Vector, ...]
    heights: Vector
    ambient_dim: int

    def __repr__(self) -> str:
        return f"RegularSubdivision of {self.n_points} points in Q^{self.ambient_dim}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RegularSubdivision):
            return NotImplemented
        return self.points == other.points and self.maximal_cells == other.maximal_cells

    def __hash__(self) -> int:
        return hash((self.points, self.maximal_cells))

    @property
    def n_points(self) -> int:
        """The number n of points."""
        return len(self.points)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The inequalities of the dome, ``a - c_i - s_i . x`` as integer rows in the coordinates (1, x, a)."""
        lifted = [(-c, *(-entry for entry in s), Fraction(1)) for s, c in zip(self.points, self.heights, strict=True)]
        return tuple(primitive(row) for row in lifted)

    @cached_property
    def dome(self) -> Polyhedron:
        """The polyhedron ``{(x, a) : a >= c_i + s_i . x for all i}`` in Q^(d+1); its facets are the essential forms."""
        scale = common_denominator(entry for point in self.points for entry in point)
        scale = lcm(scale, common_denominator(self.heights))
        forms = [tuple(int(entry * scale) for entry in (c, *s)) for s, c in zip(self.points, self.heights, strict=True)]
        essential = [self.rows[i] for i in upper_vertices(forms)]
        return Polyhedron.from_rows(essential, ambient_dim=self.ambient_dim + 1)

    @property
    def dim(self) -> int:
        """The dimension of the convex hull of the points."""
        return self.ambient_dim - len(self.dome.lines)

    # Cells

    @cached_property
    def _tight(self) -> tuple[int, ...]:
        """For each generator of the dome the bit set of the points whose inequality is tight there."""
        generators = self.dome.generators
        return tuple(transpose(incidences(self.rows, generators), len(generators)))

    @cached_property
    def _levels(self) -> tuple[dict[Cell, int], ...]:
        """The cells by dimension, each with the bit set of the generators of its dual face."""
        proper = self.dome.face_levels[1:-1]
        return tuple({self._cell(mask): mask for mask in level} for level in reversed(proper))

    def _cell(self, face: int) -> Cell:
        common = (1 << self.n_points) - 1
        for generator in bits(face):
            common &= self._tight[generator]
        return tuple(bits(common))

    @cached_property
    def maximal_cells(self) -> tuple[Cell, ...]:
        """The cells of the largest dimension, sorted."""
        vertices = range(self.dome.n_vertices)
        return tuple(sorted(self._cell(1 << v) for v in vertices))

    def cells(self, k: int) -> tuple[Cell, ...]:
        """Return the cells of dimension k, sorted."""
        return tuple(sorted(self._levels[k])) if 0 <= k <= self.dim else ()

    def interior_cells(self, k: int) -> tuple[Cell, ...]:
        """Return the k-cells with a bounded dual cell: those not in the boundary of a full-dimensional convex hull.

        >>> regular_subdivision([[0], [1], [2]], [0, 1, 0]).interior_cells(0)
        ((1,),)
        """
        if self.dome.lines or not 0 <= k <= self.dim:
            return ()
        at_infinity = -1 << self.dome.n_vertices
        return tuple(sorted(cell for cell, face in self._levels[k].items() if not face & at_infinity))

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., dim."""
        return tuple(len(level) for level in self._levels)

    @cached_property
    def vertices(self) -> tuple[Cell, ...]:
        """The cells of dimension 0; one has several indices where points are repeated."""
        return self.cells(0)

    def mixed_cells(self, labels: Sequence[Hashable], k: int) -> tuple[Cell, ...]:
        """Return the k-cells with points of several labels, one label (such as a sign) for each point.

        >>> square = regular_subdivision([(0, 0), (1, 0), (0, 1), (1, 1)], [0, 0, 0, -1])
        >>> square.mixed_cells("+--+", 1)
        ((0, 1), (0, 2), (1, 3), (2, 3))
        """
        if len(labels) != self.n_points:
            raise ShapeError(f"{len(labels)} labels for {self.n_points} points; give one for each")
        return tuple(cell for cell in self.cells(k) if len({labels[i] for i in cell}) > 1)

    def polytope(self, cell: Iterable[int]) -> Polyhedron:
        """Return the convex hull of the points with these indices."""
        return Polyhedron.from_generators([self.points[i] for i in cell], ambient_dim=self.ambient_dim)

    def complex(self) -> PolyhedralComplex:
        """Return the subdivision as a complex of polytopes."""
        return PolyhedralComplex(self.ambient_dim, tuple(self.polytope(cell) for cell in self.maximal_cells))

    @property
    def is_triangulation(self) -> bool:
        """Whether every cell is a simplex with no point but its vertices on it."""
        return all(len(cell) == self.dim + 1 for cell in self.maximal_cells)

    def edge_graph(self) -> nx.Graph:
        """Return the graph of vertices (nodes are cells) and 1-cells of the subdivision; edges carry their ``cell``.

        Algorithm:
            A vertex lies on an edge iff the dual face of the edge is contained in that of the vertex.
        """
        graph = nx.Graph()
        graph.add_nodes_from(self.vertices)
        of_point = {i: vertex for vertex in self.vertices for i in vertex}
        for edge in self.cells(1):
            ends = {of_point[i] for i in edge if i in of_point}
            assert len(ends) == 2, "an edge has two ends, and its other points are no vertices"
            graph.add_edge(*ends, cell=edge)
        return graph

    # Duality

    def dual_cell(self, cell: Cell) -> Polyhedron:
        """Return the set of x in Q^d where all forms of a cell attain the maximum; it has dimension d minus the cell's.

        Raises:
            InputError: if this is no cell.

        >>> regular_subdivision([[0], [1]], [0, -2]).dual_cell((0, 1)).vertices
        ((Fraction(2, 1),),)
        """
        for level in self._levels:
            if cell in level:
                return self._shadow(level[cell])
        raise InputError(f"{cell} is no cell of the subdivision; see the method cells")

    def _shadow(self, face: int) -> Polyhedron:
        """Return the projection of a proper face of the dome, which is a bijection on it."""
        generators = [self.dome.generators[i][:-1] for i in bits(face)]
        lines = [(0, *line[:-1]) for line in self.dome.lines]
        return Polyhedron(Cone(self.ambient_dim + 1, given_generators=System(*canonical(generators, lines), True)))

    def dual_complex(self, cells: Iterable[Cell] | None = None) -> PolyhedralComplex:
        """Return the complex of the dual cells of the given cells, by default of the vertices: all of Q^d, divided.

        No given cell may contain another one.
        """
        chosen = self.vertices if cells is None else tuple(cells)
        return PolyhedralComplex(self.ambient_dim, tuple(self.dual_cell(cell) for cell in chosen))

    # Heights with this subdivision

    def secondary_cone(self) -> Cone:
        """Return the closed cone in Q^n of all heights whose subdivision is this one or coarser.

        Its relative interior consists of the heights that induce exactly this subdivision; its lineality space contains
        the restrictions of affine functions (De Loera, Rambau, Santos, Triangulations, 2010, section 5.2).

        Algorithm:
            On every maximal cell the heights are affine, and no other point lies above their continuation.
        """
        inequalities: list[Row] = []
        equations: list[Row] = []
        for cell in self.maximal_cells:
            rows = _continuations(self.points, cell)
            inside = set(cell)
            equations += [row for i, row in rows.items() if i in inside]
            inequalities += [row for i, row in rows.items() if i not in inside]
        return Cone.from_rows(inequalities, equations, self.n_points)

    def is_induced_by(self, heights: VectorLike) -> bool:
        """Return whether other heights, n rationals, induce the same subdivision of the points.

        >>> square = regular_subdivision([(0, 0), (1, 0), (0, 1), (1, 1)], [0, 0, 0, -1])
        >>> square.is_induced_by([5, 5, 5, 4]), square.is_induced_by([0, 0, 0, 0])
        (True, False)
        """
        other = as_vector(heights, self.n_points)
        return self.maximal_cells == regular_subdivision(self.points, other, self.ambient_dim).maximal_cells


def regular_subdivision(points: MatrixLike, heights: VectorLike, ambient_dim: int | None = None) -> RegularSubdivision:
    """Return the regular subdivision of points in Q^d, at least one, by their heights.

    Args:
        points: n x d rationals; repeated points are told apart by their index.
        heights: n rationals.
        ambient_dim: d, checked if it is given.

    Raises:
        ShapeError: if the lengths do not fit, or there is no point.
    """
    table = as_matrix(points)
    if not table:
        raise ShapeError("a subdivision of no points; give at least one")
    dim = common_dimension((len(point) for point in table), ambient_dim, "points")
    return RegularSubdivision(table, as_vector(heights, len(table)), dim)


def _continuations(points: Sequence[Vector], cell: Cell) -> dict[int, Row]:
    """Return for every point outside an affine basis of a cell the row of ``continuation - height`` in the heights."""
    basis = _affine_basis(points, cell)
    matrix = list(zip(*((1, *points[i]) for i in basis), strict=True))
    rows = {}
    for j, point in enumerate(points):
        if j in basis:
            continue
        weights = solve(matrix, (1, *point))
        assert weights is not None, "a maximal cell spans the points"
        row = [Fraction(0)] * len(points)
        for i, weight in zip(basis, weights, strict=True):
            row[i] = weight
        row[j] -= 1
        rows[j] = primitive(row)
    return rows


def _affine_basis(points: Sequence[Vector], cell: Cell) -> tuple[int, ...]:
    """Return indices of affinely independent points of a cell that span it."""
    pivots = echelon(list(zip(*((1, *points[i]) for i in cell), strict=True)))[1]
    return tuple(cell[j] for j in pivots)
