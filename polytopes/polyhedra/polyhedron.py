"""Convex polyhedra over Q, by inequalities or by generators; the other side is computed when it is asked for.

A polyhedron is kept as its *homogenization*, the closed cone over ``{1} x P``. Rows are homogeneous, constant first:
an inequality row ``r`` means ``r . (1, x) >= 0``, a generator is a point ``(t, t v)`` with ``t > 0`` or a direction
``(0, r)``.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.dimensions import checked_dimension, common_dimension
from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import (
    MatrixLike,
    RationalLike,
    Row,
    Vector,
    VectorLike,
    as_fraction,
    as_matrix,
    as_vector,
    constant_first,
    constant_last,
    dehomogeneous,
    dot,
    homogeneous,
    primitive,
)
from polytopes.errors import NoAnswerError, NumberError, ShapeError
from polytopes.messages import shortened_row
from polytopes.optimization.linear_program import Optimal, maximize
from polytopes.polyhedra import constructions
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.convex_set import ConvexSet, same_space
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.face_lattice import Levels, face_levels, incidence_graph, lattice_digraph
from polytopes.polyhedra.incidence import bits, incidences, neighbours, pack, transpose
from polytopes.polyhedra.systems import System
from polytopes.polyhedra.volume import volume


@frozen(eq=False, repr=False, slots=False)
class Polyhedron(ConvexSet):
    """A convex polyhedron in Q^d: a polytope, an unbounded or lower-dimensional polyhedron, or the empty set.

    Make one with :meth:`from_inequalities`, :meth:`from_rows`, :meth:`from_generators`, :meth:`box`,
    :meth:`whole_space` or :meth:`empty`. All public representations are canonical: two polyhedra are equal as sets
    iff their ``inequalities`` and ``equations`` are equal, iff their ``vertices``, ``rays`` and ``lines`` are.

    >>> square = Polyhedron.box([0, 0], [1, 1])
    >>> square
    Polyhedron in Q^2, 4 facets (vertices not computed)
    >>> [tuple(map(str, vertex)) for vertex in square.vertices]
    [('0', '0'), ('0', '1'), ('1', '0'), ('1', '1')]
    >>> square.f_vector(), square.volume()
    ((4, 4), Fraction(1, 1))
    """

    homogenization: Cone

    @classmethod
    def from_rows(
        cls, inequalities: MatrixLike = (), equations: MatrixLike = (), ambient_dim: int | None = None
    ) -> Polyhedron:
        """Return ``{x : r . (1, x) >= 0, e . (1, x) = 0}`` for homogeneous rows ``r`` and ``e``, constant first.

        Args:
            inequalities: m x (1 + d) rationals.
            equations: k x (1 + d) rationals.
            ambient_dim: d, needed only if there is no row.

        >>> Polyhedron.from_rows([(0, 1), (3, -2)]).vertices
        ((Fraction(0, 1),), (Fraction(3, 2),))
        """
        rows, linear = as_matrix(inequalities), as_matrix(equations)
        if not all((*rows, *linear)):
            raise ShapeError("a row without any entry; a row has the constant first, then the coefficients")
        dim = common_dimension((len(row) - 1 for row in (*rows, *linear)), ambient_dim, "rows")
        return cls._from_h(tuple(map(primitive, rows)), tuple(map(primitive, linear)), dim)

    @classmethod
    def _from_h(cls, inequalities: tuple[Row, ...], equations: tuple[Row, ...], dim: int) -> Polyhedron:
        return cls(Cone(dim + 1, given_inequalities=System((*inequalities, _unit(dim)), equations)))

    @classmethod
    def from_inequalities(
        cls,
        A: MatrixLike,
        b: VectorLike,
        equations: tuple[MatrixLike, VectorLike] | None = None,
        ambient_dim: int | None = None,
    ) -> Polyhedron:
        """Return ``{x : A x <= b}``, LESS OR EQUAL, with ``C x = d`` if ``equations=(C, d)`` is given.

        Args:
            A: m x d rationals.
            b: m rationals.
            equations: a k x d matrix and k right-hand sides.
            ambient_dim: d, needed only if there is no row.

        >>> Polyhedron.from_inequalities([[1], [-1]], [2, 0]) == Polyhedron.box([0], [2])
        True
        """
        return cls.from_rows(_upper_rows(A, b), _upper_rows(*equations) if equations else (), ambient_dim)

    @classmethod
    def from_generators(
        cls,
        vertices: MatrixLike = (),
        rays: MatrixLike = (),
        lines: MatrixLike = (),
        ambient_dim: int | None = None,
    ) -> Polyhedron:
        """Return ``conv(vertices) + cone(rays) + span(lines)``.

        Rays or lines without any vertex stand for the cone with apex 0, as in cddlib and Sage; without any generator
        the polyhedron is empty.

        Args:
            vertices: points, n x d rationals; need not be extreme.
            rays: k x d rationals.
            lines: l x d rationals.
            ambient_dim: d, needed only if there is no generator.

        >>> Polyhedron.from_generators([(0, 0), (2, 0), (1, 0), (0, 2)]).n_vertices
        3
        """
        families = [as_matrix(family) for family in (vertices, rays, lines)]
        dim = common_dimension((len(row) for family in families for row in family), ambient_dim, "generators")
        corners = families[0] or ([(Fraction(0),) * dim] if any(families) else [])
        points = tuple(homogeneous(vertex) for vertex in corners)
        directions = tuple(primitive((0, *ray)) for ray in families[1])
        return cls._from_v(points + directions, tuple(primitive((0, *line)) for line in families[2]), dim)

    @classmethod
    def _from_v(cls, generators: tuple[Row, ...], lines: tuple[Row, ...], dim: int) -> Polyhedron:
        if not any(row[0] for row in generators):
            return cls.empty(dim)
        return cls(Cone(dim + 1, given_generators=System(generators, lines)))

    @classmethod
    def box(cls, lower: VectorLike, upper: VectorLike) -> Polyhedron:
        """Return ``{x : lower <= x <= upper}``; empty if some lower bound exceeds the upper one."""
        low = as_vector(lower)
        high = as_vector(upper, len(low))
        unit = identity(len(low))
        above = [(-bound, *e) for bound, e in zip(low, unit, strict=True)]
        below = [(bound, *(-entry for entry in e)) for bound, e in zip(high, unit, strict=True)]
        if not low or any(a >= b for a, b in zip(low, high, strict=True)):
            return cls.from_rows([*above, *below], ambient_dim=len(low))
        # Of a full-dimensional box every row is a facet, and the middle is inside: nothing need be solved for.
        rows = tuple(sorted(primitive(row) for row in (*above, *below)))
        box = cls(Cone(len(low) + 1, System(rows, (), minimal=True)))
        middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        box.__dict__["_interior_row"] = homogeneous(middle)
        return box

    @classmethod
    def whole_space(cls, dim: int) -> Polyhedron:
        """Return Q^dim."""
        return cls._from_h((), (), checked_dimension(dim))

    @classmethod
    def empty(cls, dim: int) -> Polyhedron:
        """Return the empty set in Q^dim."""
        dim = checked_dimension(dim)
        return cls(Cone(dim + 1, System((), identity(dim + 1), minimal=True), System((), (), minimal=True)))

    # Representations

    @property
    def ambient_dim(self) -> int:
        """The dimension d of the space."""
        return self.homogenization.ambient_dim - 1

    @cached_property
    def _hrep(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Inequalities and equations, these in echelon form with respect to the coordinates before the constant."""
        unit = _unit(self.ambient_dim)
        if self.is_empty:
            return (), (unit,)
        cone = self.homogenization
        turned, basis = canonical(map(constant_last, cone.inequalities), [*map(constant_last, cone.equations)])
        rows = sorted(map(constant_first, turned))
        return tuple(row for row in rows if row != unit), tuple(map(constant_first, basis))

    @property
    def inequalities(self) -> tuple[Row, ...]:
        """One row ``r`` for each facet, ``r . (1, x) >= 0``, primitive and reduced modulo the equations."""
        return self._hrep[0]

    @property
    def equations(self) -> tuple[Row, ...]:
        """The equations of the affine hull, in reduced echelon form; the row ``1 = 0`` if it is empty."""
        return self._hrep[1]

    @cached_property
    def generators(self) -> tuple[Row, ...]:
        """Homogeneous rows of the vertices, then of the rays; empty for the empty set."""
        if self.is_empty:
            return ()
        rows = self.homogenization.rays
        points = sorted((row for row in rows if row[0]), key=dehomogeneous)
        return (*points, *(row for row in rows if not row[0]))

    @cached_property
    def vertices(self) -> tuple[Vector, ...]:
        """The vertices in lexicographic order; one point of each minimal face if there are lines."""
        return tuple(dehomogeneous(row) for row in self.generators if row[0])

    @cached_property
    def rays(self) -> tuple[Row, ...]:
        """The primitive extreme rays of the recession cone, modulo the lines."""
        return tuple(row[1:] for row in self.generators if not row[0])

    @cached_property
    def lines(self) -> tuple[Row, ...]:
        """A basis of the lineality space, in reduced echelon form."""
        return () if self.is_empty else tuple(row[1:] for row in self.homogenization.lines)

    @property
    def lineality_space(self) -> tuple[Row, ...]:
        """The same as :attr:`lines`."""
        return self.lines

    @cached_property
    def recession_cone(self) -> Cone:
        """The cone of directions in which one can go on for ever; ``{0}`` for the empty set."""
        system = self.homogenization.given_inequalities
        if system is not None and not self.is_empty:
            rows, linear = (tuple(row[1:] for row in part) for part in (system.rows, system.linear))
            return Cone(self.ambient_dim, System(rows, linear))
        return Cone(self.ambient_dim, given_generators=System(self.rays, self.lines, minimal=True))

    # Properties

    @cached_property
    def is_empty(self) -> bool:
        """Whether the polyhedron has no point."""
        return not self._interior_row[0]

    @cached_property
    def _interior_row(self) -> Row:
        """A homogeneous row of a relative interior point; constant 0 iff the polyhedron is empty."""
        return primitive(self.homogenization.interior_point())

    @cached_property
    def dim(self) -> int:
        """The dimension of the affine hull; -1 for the empty set."""
        return -1 if self.is_empty else self.homogenization.dim - 1

    @property
    def is_bounded(self) -> bool:
        """Whether the polyhedron is a polytope."""
        if self.homogenization.given_generators is not None:
            return not self.rays and not self.lines
        return self.is_empty or self.recession_cone.dim == 0

    @property
    def is_pointed(self) -> bool:
        """Whether it contains no line."""
        return self.is_empty or self.homogenization.is_pointed

    @property
    def is_full_dimensional(self) -> bool:
        """Whether it has the dimension of the space."""
        return self.dim == self.ambient_dim

    @property
    def n_vertices(self) -> int:
        """The number of vertices (minimal faces if there are lines)."""
        return len(self.vertices)

    @property
    def n_rays(self) -> int:
        """The number of extreme rays modulo the lines."""
        return len(self.rays)

    @property
    def n_facets(self) -> int:
        """The number of facets."""
        return len(self.inequalities)

    @property
    def is_simple(self) -> bool:
        """Whether it is pointed and every vertex lies on exactly ``dim`` facets."""
        facets_at = transpose(self.incidence, len(self.generators))[: self.n_vertices]
        degrees = [mask.bit_count() for mask in facets_at]
        return self.is_pointed and all(degree == self.dim for degree in degrees)

    @property
    def is_simplicial(self) -> bool:
        """Whether it is bounded and every facet is a simplex."""
        return self.is_bounded and all(mask.bit_count() == self.dim for mask in self.incidence)

    # Points

    def interior_point(self) -> Vector:
        """Return a point of the relative interior.

        Raises:
            NoAnswerError: if the polyhedron is empty.

        >>> Polyhedron.from_generators([(0, 0), (1, 0)]).interior_point()
        (Fraction(1, 2), Fraction(0, 1))
        """
        if self.is_empty:
            raise NoAnswerError("an empty polyhedron has no interior point; test is_empty first")
        return dehomogeneous(self._interior_row)

    def contains(self, other: VectorLike | Polyhedron) -> bool:
        """Return whether a point, or every point of another polyhedron, lies in this one.

        >>> Polyhedron.box([0], [1]).contains(["1/3"])
        True
        """
        if isinstance(other, Polyhedron):
            self._same_space(other)
            return other.is_empty or self.homogenization.contains(other.homogenization)
        return self.homogenization.contains((1, *as_vector(other, self.ambient_dim)))

    def interior_contains(self, point: VectorLike) -> bool:
        """Return whether a point lies in the relative interior."""
        row = (1, *as_vector(point, self.ambient_dim))
        return all(dot(r, row) > 0 for r in self.inequalities) and all(dot(e, row) == 0 for e in self.equations)

    def support(self, direction: VectorLike) -> Fraction:
        """Return the support function ``max {direction . x : x in P}``.

        Raises:
            NoAnswerError: if the polyhedron is empty or the form is unbounded on it.

        >>> Polyhedron.box([0, 0], [1, 2]).support([1, 1])
        Fraction(3, 1)
        """
        form = as_vector(direction, self.ambient_dim)
        if self.is_empty:
            raise NoAnswerError("the maximum over an empty polyhedron does not exist; test is_empty first")
        cone = self.homogenization
        if cone.given_inequalities is not None and cone.known_generators is None:
            answer = maximize(form, cone.given_inequalities.rows, cone.given_inequalities.linear)
            if isinstance(answer, Optimal):
                return answer.value
        elif not any(dot(form, ray) > 0 for ray in self.rays) and not any(dot(form, line) for line in self.lines):
            return max(Fraction(dot(form, vertex)) for vertex in self.vertices)
        raise NoAnswerError(f"the form {shortened_row(form)} is unbounded above; see recession_cone")

    # Faces

    @cached_property
    def _masks(self) -> tuple[int, ...]:
        """Incidences of the homogenization with :attr:`generators`, the face at infinity (if a facet) last."""
        unit = _unit(self.ambient_dim)
        far = [unit] if not self.is_empty and _is_facet_at_infinity(self, unit) else []
        return tuple(incidences((*self.inequalities, *far), self.generators))

    @property
    def incidence(self) -> tuple[int, ...]:
        """For each facet the bit set of the generators on it (bit i for ``generators[i]``)."""
        return self._masks[: self.n_facets]

    @cached_property
    def face_levels(self) -> Levels:
        """All faces as bit sets of generators by dimension: the empty face, then the minimal ones, up to the whole."""
        if self.is_empty:
            return ((0,),)
        points = (1 << self.n_vertices) - 1
        levels = face_levels(self._masks, len(self.generators))
        finite = [tuple(mask for mask in level if mask & points) for level in levels[1:]]
        return ((0,), *finite)

    def faces(self, k: int) -> tuple[Polyhedron, ...]:
        """Return the faces of dimension ``k``; -1 is the empty face."""
        if k == -1:
            return (Polyhedron.empty(self.ambient_dim),)
        level = k + 1 - len(self.lines)
        if not 1 <= level < len(self.face_levels):
            return ()
        return tuple(self.face(mask) for mask in self.face_levels[level])

    def facets(self) -> tuple[Polyhedron, ...]:
        """Return the faces of codimension 1, in the order of :attr:`inequalities`."""
        return tuple(self.face(mask) for mask in self.incidence)

    def face(self, mask: int) -> Polyhedron:
        """Return the face with the given bit set of generators."""
        tight = [row for row, facet in zip(self.inequalities, self.incidence, strict=True) if mask & ~facet == 0]
        rows = tuple(sorted(self.generators[i] for i in bits(mask)))
        return Polyhedron(
            Cone(
                self.ambient_dim + 1,
                System((*self.inequalities, _unit(self.ambient_dim)), (*self.equations, *tight)),
                System(rows, self.homogenization.lines, minimal=True),
            )
        )

    def f_vector(self, with_trivial: bool = False) -> tuple[int, ...]:
        """Return the numbers of faces of dimension 0, 1, ..., dim - 1.

        Args:
            with_trivial: also count the empty face in front and the polyhedron at the end.

        Dimensions below that of the lineality space have no face and count 0.

        >>> Polyhedron.box([0, 0, 0], [1, 1, 1]).f_vector()
        (8, 12, 6)
        """
        counts = [len(level) for level in self.face_levels]
        counts[1:1] = [0] * len(self.lines)
        return tuple(counts if with_trivial else counts[1:-1])

    def face_lattice(self) -> nx.DiGraph:
        """Return the Hasse diagram of the faces; an edge leads from a face to one that covers it.

        Nodes are bit sets of :attr:`generators` (0 is the empty face) with an attribute ``dim``.
        """
        graph = lattice_digraph(self.face_levels, len(self.lines) - 1)
        graph.nodes[0]["dim"] = -1
        return graph

    def edge_graph(self) -> nx.Graph:
        """Return the graph of vertices and bounded edges; node i carries ``point``, the vertex ``vertices[i]``.

        >>> sorted(Polyhedron.box([0, 0], [1, 1]).edge_graph().edges)
        [(0, 1), (0, 2), (1, 3), (2, 3)]
        """
        graph = nx.Graph()
        graph.add_nodes_from((i, {"point": vertex}) for i, vertex in enumerate(self.vertices))
        zero_sets = pack(transpose(self._masks, len(self.generators)), len(self._masks))
        rank = self.dim + 1 - len(self.lines)
        for i in range(self.n_vertices):
            graph.add_edges_from((i, j) for j in neighbours(zero_sets, i, rank) if i < j < self.n_vertices)
        return graph

    def is_combinatorially_isomorphic(self, other: Polyhedron) -> bool:
        """Return whether the face lattices are isomorphic (dimensions of unbounded faces included)."""
        if self.dim != other.dim or len(self.lines) != len(other.lines):
            return False
        if self.is_empty:
            return True
        graphs = [
            incidence_graph(P.incidence, ["point" if row[0] else "ray" for row in P.generators]) for P in (self, other)
        ]
        return bool(nx.vf2pp_is_isomorphic(*graphs, node_label="kind"))

    def volume(self) -> Fraction:
        """Return the exact volume: 0 for a lower-dimensional polytope.

        Raises:
            NoAnswerError: if the polyhedron is unbounded.

        >>> Polyhedron.from_generators([(0, 0), (1, 0), (0, 1)]).volume()
        Fraction(1, 2)
        """
        if not self.is_bounded:
            raise NoAnswerError(f"the volume of an unbounded polyhedron; intersect with a box first: {self!r}")
        if not self.is_full_dimensional:
            return Fraction(0)
        return volume(self.vertices, self.incidence)

    # New polyhedra

    def _same_space(self, other: Polyhedron) -> None:
        same_space(self.ambient_dim, other.ambient_dim, "polyhedra")

    def intersection(self, *others: Polyhedron) -> Polyhedron:
        """Return the intersection with other polyhedra of the same space.

        >>> (Polyhedron.box([0], [2]) & Polyhedron.box([1], [3])).vertices
        ((Fraction(1, 1),), (Fraction(2, 1),))
        """
        for other in others:
            self._same_space(other)
        return Polyhedron(self.homogenization.intersection(*(other.homogenization for other in others)))

    def convex_hull(self, *others: Polyhedron) -> Polyhedron:
        """Return the smallest closed convex set that contains this and the other polyhedra."""
        rows: tuple[Row, ...] = ()
        lines: tuple[Row, ...] = ()
        for other in (self, *others):
            self._same_space(other)
            if not other.is_empty:
                system = other._raw_generators
                rows, lines = rows + system.rows, lines + system.linear
        return Polyhedron._from_v(rows, lines, self.ambient_dim)

    @property
    def _raw_generators(self) -> System:
        return self.homogenization.given_generators or self.homogenization._generators

    @property
    def _raw_inequalities(self) -> System:
        return self.homogenization.given_inequalities or self.homogenization._halfspaces

    def minkowski_sum(self, other: Polyhedron) -> Polyhedron:
        """Return ``{x + y : x in P, y in Q}``.

        >>> (Polyhedron.box([0, 0], [1, 0]) + Polyhedron.box([0, 0], [0, 1])).volume()
        Fraction(1, 1)
        """
        self._same_space(other)
        if self.is_empty or other.is_empty:
            return Polyhedron.empty(self.ambient_dim)
        total = constructions.minkowski_sum(self._raw_generators, other._raw_generators)
        return Polyhedron._from_v(total.rows, total.linear, self.ambient_dim)

    def __add__(self, other: Polyhedron) -> Polyhedron:
        return self.minkowski_sum(other) if isinstance(other, Polyhedron) else NotImplemented

    def translate(self, vector: VectorLike) -> Polyhedron:
        """Return ``{x + vector : x in P}``."""
        return self.affine_image(identity(self.ambient_dim), vector)

    def dilate(self, factor: RationalLike) -> Polyhedron:
        """Return ``{factor x : x in P}``, also written ``factor * P``; a negative factor also reflects.

        The factor 0 gives the origin (the empty set, if P is empty).

        >>> 2 * Polyhedron.box([0], [1]) == Polyhedron.box([0], [2]), (1,) in Polyhedron.box([0], [1])
        (True, True)
        """
        scale = as_fraction(factor)
        return self.affine_image([[scale * entry for entry in row] for row in identity(self.ambient_dim)])

    def __mul__(self, factor: RationalLike) -> Polyhedron:
        try:
            scale = as_fraction(factor)
        except NumberError:
            return NotImplemented
        return self.dilate(scale)

    __rmul__ = __mul__

    def __neg__(self) -> Polyhedron:
        return self.dilate(-1)

    def affine_image(self, matrix: MatrixLike, shift: VectorLike | None = None) -> Polyhedron:
        """Return ``{M x + s : x in P}``.

        Args:
            matrix: M, k x d rationals.
            shift: s, k rationals; 0 if left out.

        >>> Polyhedron.box([0, 0], [1, 1]).affine_image([[1, 1]]).vertices
        ((Fraction(0, 1),), (Fraction(2, 1),))
        """
        M = as_matrix(matrix, self.ambient_dim)
        s = as_vector(shift, len(M)) if shift is not None else (Fraction(0),) * len(M)
        if self.is_empty:
            return Polyhedron.empty(len(M))
        image = constructions.mapped(self._raw_generators, constructions.affine_matrix(M, s, self.ambient_dim))
        return Polyhedron._from_v(image.rows, image.linear, len(M))

    def affine_preimage(self, matrix: MatrixLike, shift: VectorLike | None = None) -> Polyhedron:
        """Return ``{x : M x + s in P}``.

        Args:
            matrix: M, d x k rationals, at least one row.
            shift: s, d rationals; 0 if left out.

        >>> Polyhedron.box([0], [1]).affine_preimage([[1, 1]]).lines
        ((1, -1),)
        """
        M = as_matrix(matrix)
        if len(M) != self.ambient_dim or not M:
            raise ShapeError(f"the matrix has {len(M)} rows, needed are {self.ambient_dim} (at least one)")
        s = as_vector(shift, len(M)) if shift is not None else (Fraction(0),) * len(M)
        width = len(M[0])
        lift = tuple(zip(*constructions.affine_matrix(M, s, width), strict=True))
        preimage = constructions.mapped(self._raw_inequalities, lift)
        return Polyhedron._from_h(preimage.rows, preimage.linear, width)

    def product(self, other: Polyhedron) -> Polyhedron:
        """Return ``{(x, y) : x in P, y in Q}``.

        >>> Polyhedron.box([0], [1]).product(Polyhedron.box([0], [2])) == Polyhedron.box([0, 0], [1, 2])
        True
        """
        d, e = self.ambient_dim, other.ambient_dim
        both = constructions.product(self._raw_inequalities, other._raw_inequalities, d, e)
        return Polyhedron._from_h(both.rows, both.linear, d + e)

    def polar(self) -> Polyhedron:
        """Return the polar ``{y : y . x <= 1 for all x in P}``.

        >>> Polyhedron.box([-1, -1], [1, 1]).polar().n_vertices
        4
        """
        rows = tuple((row[0], *(-entry for entry in row[1:])) for row in self.generators)
        return Polyhedron._from_h(rows, tuple((0, *line) for line in self.lines), self.ambient_dim)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Polyhedron):
            return NotImplemented
        if self is other:
            return True
        if self.ambient_dim != other.ambient_dim or self.is_empty or other.is_empty:
            return self.ambient_dim == other.ambient_dim and self.is_empty and other.is_empty
        if self.homogenization.known_generators is not None and other.homogenization.known_generators is not None:
            return self.homogenization.known_generators == other.homogenization.known_generators
        return self._hrep == other._hrep

    def __hash__(self) -> int:
        return hash((self.ambient_dim, self._hrep))

    def __repr__(self) -> str:
        cone = self.homogenization
        generators, inequalities = cone.known_generators, cone.known_inequalities
        if generators is None and inequalities is None:
            if cone.given_inequalities is not None:
                unit = _unit(self.ambient_dim)
                rows = sum(row != unit for row in cone.given_inequalities.rows)
                parts = [f"given by {_count(rows, 'inequality')}"]
            else:
                assert cone.given_generators is not None
                parts = [f"given by {_count(len(cone.given_generators.rows), 'generator')}"]
        else:
            parts = [] if generators is None else _counts(generators)
            parts += [] if inequalities is None else [_count(self.n_facets, "facet")]
        known = generators if cone.given_inequalities is not None else inequalities
        missing = "vertices" if cone.given_inequalities is not None else "facets"
        note = "" if known is not None else f" ({missing} not computed)"
        return f"Polyhedron in Q^{self.ambient_dim}, {', '.join(parts)}{note}"


def _counts(generators: System) -> list[str]:
    points = sum(row[0] > 0 for row in generators.rows)
    others = {"ray": len(generators.rows) - points, "line": len(generators.linear)}
    return [_count(points, "vertex"), *(_count(number, name) for name, number in others.items() if number)]


def _count(number: int, name: str) -> str:
    plural = {"vertex": "vertices", "inequality": "inequalities"}.get(name, f"{name}s")
    return f"{number} {name if number == 1 else plural}"


def _is_facet_at_infinity(P: Polyhedron, unit: Row) -> bool:
    """Whether the directions span a facet of the homogenization; its row is 1 modulo the equations."""
    return len(P.homogenization.inequalities) > P.n_facets


def _unit(dim: int) -> Row:
    """Return the row ``1 >= 0``."""
    return (1, *(0,) * dim)


def _upper_rows(matrix: MatrixLike, right: VectorLike) -> list[Vector]:
    """Return ``b - A x`` as homogeneous rows."""
    rows = as_matrix(matrix)
    return [(bound, *(-entry for entry in row)) for bound, row in zip(as_vector(right, len(rows)), rows, strict=True)]
