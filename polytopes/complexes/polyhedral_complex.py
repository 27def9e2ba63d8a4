"""Polyhedral complexes: polyhedra of any dimension, bounded or not, that meet in common faces."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, SupportsIndex

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import Row, Vector, VectorLike, as_vector, dehomogeneous
from polytopes.complexes.face_sets import FaceSet, Member, faces_of, maximal, members, wall_graph, walls
from polytopes.complexes.fan import Fan
from polytopes.messages import made_by
from polytopes.polyhedra.polyhedron import Polyhedron

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.polyhedra.cone import Cone


@made_by("write PolyhedralComplex.from_polyhedra(polyhedra)", SupportsIndex, tuple)
@frozen(eq=False, repr=False, slots=False)
class PolyhedralComplex:
    """A polyhedral complex in Q^d, given by its maximal cells in any order; the other cells are their faces.

    Make one with :meth:`from_polyhedra`; the bare constructor takes cells that are known to be maximal. That cells
    meet in common faces is assumed; :meth:`is_complex` checks it.

    >>> square, segment = Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 0], [3, 0])
    >>> complex = PolyhedralComplex.from_polyhedra([square, segment, Polyhedron.box([1, 0], [1, 1])])
    >>> complex
    PolyhedralComplex in Q^2, 2 maximal cells
    >>> complex.f_vector()
    (5, 5, 1)
    """

    ambient_dim: int
    maximal_cells: tuple[Polyhedron, ...]

    @classmethod
    def from_polyhedra(cls, polyhedra: Iterable[Polyhedron], ambient_dim: int | None = None) -> PolyhedralComplex:
        """Return the complex of the polyhedra and their faces; empty ones and faces of others are left out.

        Args:
            polyhedra: polyhedra of one space.
            ambient_dim: d, needed only if there are none.

        Raises:
            ShapeError: if the spaces differ, or there is neither a polyhedron nor a dimension.
            InputError: if the vertices and rays of a polyhedron are vertices and rays of another one without it being
                a face of that one (a point and a line through it).
        """
        given = list(polyhedra)
        dim = common_dimension((polyhedron.ambient_dim for polyhedron in given), ambient_dim, "polyhedra")
        cells = [polyhedron for polyhedron in given if not polyhedron.is_empty]
        _, labelled = members(cells, [cell.generators for cell in cells])
        return cls(dim, tuple(cells[i] for i in maximal(labelled)))

    def __repr__(self) -> str:
        return f"PolyhedralComplex in Q^{self.ambient_dim}, {self.n_maximal_cells} maximal cells"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PolyhedralComplex):
            return NotImplemented
        mine, others = frozenset(self.maximal_cells), frozenset(other.maximal_cells)
        return self.ambient_dim == other.ambient_dim and mine == others

    def __hash__(self) -> int:
        return hash((self.ambient_dim, frozenset(self.maximal_cells)))

    # Cells

    @cached_property
    def _labelled(self) -> tuple[tuple[Row, ...], tuple[Member, ...]]:
        return members(self.maximal_cells, [cell.generators for cell in self.maximal_cells])

    @property
    def generators(self) -> tuple[Row, ...]:
        """The vertices and rays of all cells as homogeneous rows; face sets are indices into them."""
        return self._labelled[0]

    @property
    def _members(self) -> tuple[Member, ...]:
        return self._labelled[1]

    @cached_property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices of all cells (one point of each minimal face where there are lines)."""
        return tuple(dehomogeneous(row) for row in self.generators if row[0])

    @cached_property
    def rays(self) -> tuple[Row, ...]:
        """The directions of the unbounded edges of all cells, modulo their lines."""
        return tuple(row[1:] for row in self.generators if not row[0])

    @property
    def n_maximal_cells(self) -> int:
        """The number of inclusion-maximal cells."""
        return len(self.maximal_cells)

    @cached_property
    def dim(self) -> int:
        """The largest dimension of a cell; -1 for the complex without cells."""
        return max((cell.dim for cell in self.maximal_cells), default=-1)

    def face_sets(self, k: int) -> dict[FaceSet, tuple[int, ...]]:
        """Return the cells of dimension k as index sets of generators, each with the maximal cells that contain it."""
        found: dict[FaceSet, tuple[int, ...]] = {}
        for lines in dict.fromkeys(cell.lines for cell in self.maximal_cells):
            position = [i for i, cell in enumerate(self.maximal_cells) if cell.lines == lines]
            of_one_kind = [self._members[i] for i in position]
            for face, indices in faces_of(of_one_kind, k + 1 - len(lines)).items():
                if face:
                    found[face] = tuple(position[i] for i in indices)
        return found

    def cells(self, k: int) -> tuple[Polyhedron, ...]:
        """Return the cells of dimension k."""
        return tuple(self.cell(face, indices[0]) for face, indices in sorted(self.face_sets(k).items()))

    def cell(self, face: FaceSet, within: int) -> Polyhedron:
        """Return the face of maximal cell ``within`` that has the given generators."""
        member = self._members[within]
        return _polyhedron(member).face(member.mask(face))

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of cells of dimension 0, 1, ..., dim."""
        return tuple(len(self.face_sets(k)) for k in range(self.dim + 1))

    @cached_property
    def euler_characteristic(self) -> int:
        """The alternating sum of the numbers of cells.

        For bounded cells it is that of the union; in general the one with compact support, so that Q^d has (-1)^d.
        """
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector()))

    # Properties

    @property
    def is_pure(self) -> bool:
        """Whether all maximal cells have one dimension."""
        return all(cell.dim == self.dim for cell in self.maximal_cells)

    @property
    def is_bounded(self) -> bool:
        """Whether all cells are polytopes."""
        return all(cell.is_bounded for cell in self.maximal_cells)

    @cached_property
    def _walls(self) -> dict[FaceSet, tuple[int, ...]]:
        return walls(self._members)

    def dual_graph(self) -> nx.Graph:
        """Return the graph on the indices of the maximal cells; edges are pairs with a common facet.

        An edge carries the index set of its ``wall``.
        """
        return wall_graph(self.n_maximal_cells, self._walls)

    def boundary(self) -> PolyhedralComplex:
        """Return the complex of the facets of maximal cells that lie in one maximal cell only.

        For a pure complex of the dimension of the space this is the topological boundary of the union.
        """
        once = [(face, cells[0]) for face, cells in self._walls.items() if len(cells) == 1]
        return PolyhedralComplex.from_polyhedra([self.cell(face, index) for face, index in once], self.ambient_dim)

    def connected_components(self) -> tuple[PolyhedralComplex, ...]:
        """Return the components of the union; cells are connected already if they share one vertex or line."""
        graph = nx.Graph()
        for index, member in enumerate(self._members):
            points = [label for label in member.labels if self.generators[label][0]]
            graph.add_edges_from((("cell", index), ("point", label)) for label in points)
        components = [sorted(i for kind, i in nodes if kind == "cell") for nodes in nx.connected_components(graph)]
        return tuple(
            PolyhedralComplex(self.ambient_dim, tuple(self.maximal_cells[i] for i in component))
            for component in sorted(components)
        )

    def locate(self, point: VectorLike) -> int | None:
        """Return the index of the first maximal cell that contains the point, or None."""
        vector = as_vector(point, self.ambient_dim)
        return next((i for i, cell in enumerate(self.maximal_cells) if cell.contains(vector)), None)

    def contains(self, point: VectorLike) -> bool:
        """Return whether the point lies in the support, the union of the cells."""
        return self.locate(point) is not None

    def is_complex(self) -> bool:
        """Return whether any two maximal cells meet in a common face or not at all: all pairs are intersected.

        >>> overlapping = [Polyhedron.box([0], [2]), Polyhedron.box([1], [3])]
        >>> PolyhedralComplex.from_polyhedra(overlapping).is_complex()
        False
        """
        return all(_meet_in_a_face(a, b) for a, b in combinations(self._members, 2))

    # New complexes

    def restriction(self, domain: Polyhedron) -> PolyhedralComplex:
        """Return the complex of the intersections of all cells with a polyhedron."""
        return PolyhedralComplex.from_polyhedra([cell & domain for cell in self.maximal_cells], self.ambient_dim)

    def plot(
        self, *, window: object = None, ax: Axes | None = None, figsize: tuple[float, float] | None = None
    ) -> Figure:
        """Draw a complex in Q^1, Q^2 or Q^3, its maximal cells in colors.

        Args:
            window: bounds of what is shown, a pair ``(low, high)`` for every coordinate or one pair for all. If None,
                all of a bounded complex, or the surroundings of the vertices.
            ax: axes of matplotlib to draw in (of space for three coordinates); a new figure if None.
            figsize: width and height of a new figure in inches.

        Raises:
            ShapeError: in other dimensions.
            MissingExtraError: if matplotlib is not installed.

        >>> from polytopes import regular_subdivision
        >>> complex = regular_subdivision([(0, 0), (1, 0), (0, 1), (1, 1)], [0, 0, 0, -1]).complex()
        >>> len(complex.plot().axes[0].patches)
        2
        """
        from polytopes.complexes.complex_pictures import plot_cells

        return plot_cells(self.maximal_cells, self.vertices, self.ambient_dim, window, ax, figsize)

    def skeleton(self, k: int) -> PolyhedralComplex:
        """Return the complex of all cells of dimension at most k."""
        faces = [cell for level in range(k + 1) for cell in self.cells(level)]
        return PolyhedralComplex.from_polyhedra(faces, self.ambient_dim)

    def recession_fan(self) -> Fan:
        """Return the fan of the recession cones of all cells.

        Raises:
            InputError: if the recession cones are no fan for different lineality spaces (they need not be one:
                Burgos Gil, Sombra, When do the recession cones of a polyhedral complex form a fan?, 2011).
        """
        cones: list[Cone] = [cell.recession_cone for cell in self.maximal_cells]
        return Fan.from_cones(cones, self.ambient_dim)


def _polyhedron(member: Member) -> Polyhedron:
    assert isinstance(member.cell, Polyhedron)
    return member.cell


def _meet_in_a_face(a: Member, b: Member) -> bool:
    """Return whether two cells have an empty intersection or a common face as intersection."""
    P, Q = _polyhedron(a), _polyhedron(b)
    meet = P & Q
    if meet.is_empty:
        return True
    if P.lines != Q.lines:
        return False
    common = set(a.labels) & set(b.labels)
    return a.has_face(common) and b.has_face(common) and meet == P.face(a.mask(common)) == Q.face(b.mask(common))
