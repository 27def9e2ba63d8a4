"""The faces of a polyhedron: all of them, their numbers, their lattice and graph, and the volume that they give."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Self

import networkx as nx

from polytopes.errors import NoAnswerError
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.face_lattice import Levels, face_levels, incidence_graph, lattice_digraph
from polytopes.polyhedra.incidence import bits, incidences, neighbors, pack, transpose
from polytopes.polyhedra.representation import Representation, unit_row
from polytopes.polyhedra.systems import System
from polytopes.polyhedra.volume import triangulation, volume


class FaceStructure(Representation):
    """The part of :class:`polytopes.polyhedra.polyhedron.Polyhedron` that follows from incidences."""

    @cached_property
    def _masks(self) -> tuple[int, ...]:
        """Incidences of the homogenization with :attr:`generators`, the face at infinity (if a facet) last.

        It is a facet iff the homogenization has one more; its row is 1 modulo the equations.
        """
        at_infinity = not self.is_empty and len(self.homogenization.inequalities) > self.n_facets
        far = [unit_row(self.ambient_dim)] if at_infinity else []
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

    def faces(self, k: int) -> tuple[Self, ...]:
        """Return the faces of dimension ``k``; -1 is the empty face."""
        if k == -1:
            return (self.empty(self.ambient_dim),)
        level = k + 1 - len(self.lines)
        if not 1 <= level < len(self.face_levels):
            return ()
        return tuple(self.face(mask) for mask in self.face_levels[level])

    def facets(self) -> tuple[Self, ...]:
        """Return the faces of codimension 1, in the order of :attr:`inequalities`."""
        return tuple(self.face(mask) for mask in self.incidence)

    def face(self, mask: int) -> Self:
        """Return the face with the given bit set of generators."""
        tight = [row for row, facet in zip(self.inequalities, self.incidence, strict=True) if mask & ~facet == 0]
        rows = tuple(sorted(self.generators[i] for i in bits(mask)))
        return type(self)(
            Cone(
                self.ambient_dim + 1,
                System((*self.inequalities, unit_row(self.ambient_dim)), (*self.equations, *tight)),
                System(rows, self.homogenization.lines, minimal=True),
            )
        )

    def f_vector(self, with_trivial: bool = False) -> tuple[int, ...]:
        """Return the numbers of faces of dimension 0, 1, ..., dim - 1.

        Args:
            with_trivial: also count the empty face in front and the polyhedron at the end.

        Dimensions below that of the lineality space have no face and count 0.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0, 0], [1, 1, 1]).f_vector()
        (8, 12, 6)
        """
        counts = [len(level) for level in self.face_levels]
        counts[1:1] = [0] * len(self.lines)
        return tuple(counts if with_trivial else counts[1:-1])

    def h_vector(self) -> tuple[int, ...]:
        """Return the h-vector of the boundary complex of a simplicial polytope, or of the polar of a simple one.

        ``sum_i h_i t^(d - i) = sum_i f_(i - 1) (t - 1)^(d - i)``; it is symmetric and unimodal (Dehn and Sommerville,
        Stanley). In polymake it is H_VECTOR of a simplicial polytope, DUAL_H_VECTOR of a simple one.

        Raises:
            NoAnswerError: if the polyhedron is not bounded, or neither simplicial nor simple.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0, 0], [1, 1, 1]).h_vector()
        (1, 3, 3, 1)
        """
        if self.is_empty or not self.is_bounded:
            raise NoAnswerError("an h-vector is one of a polytope; this is empty or unbounded")
        if not (self.is_simplicial or self.is_simple):
            raise NoAnswerError("the polytope is neither simplicial nor simple, and has no h-vector; see f_vector()")
        faces = self.f_vector(with_trivial=True)[:-1]  # of dimensions -1, 0, ..., d - 1
        if not self.is_simplicial:
            faces = self.f_vector(with_trivial=True)[:0:-1]
        d = self.dim
        return tuple(sum((-1) ** (k - i) * comb(d - i, k - i) * faces[i] for i in range(k + 1)) for k in range(d + 1))

    def triangulation(self) -> tuple[tuple[int, ...], ...]:
        """Return a triangulation of a polytope without new vertices: simplices as index sets of :attr:`vertices`.

        It is the pulling triangulation (:func:`polytopes.polyhedra.volume.triangulation`).

        Raises:
            NoAnswerError: if the polyhedron is unbounded.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.box([0, 0], [1, 1]).triangulation()
        ((0, 1, 3), (0, 2, 3))
        """
        if not self.is_bounded:
            raise NoAnswerError(f"a triangulation of an unbounded polyhedron; intersect with a box first: {self!r}")
        return () if self.is_empty else tuple(triangulation(self.n_vertices, self.incidence))

    def face_lattice(self) -> nx.DiGraph:
        """Return the Hasse diagram of the faces; an edge leads from a face to one that covers it.

        Nodes are bit sets of :attr:`generators` (0 is the empty face) with an attribute ``dim``.
        """
        graph = lattice_digraph(self.face_levels, len(self.lines) - 1)
        graph.nodes[0]["dim"] = -1
        return graph

    def edge_graph(self) -> nx.Graph:
        """Return the graph of vertices and bounded edges; node i carries ``point``, the vertex ``vertices[i]``.

        >>> from polytopes import Polyhedron
        >>> sorted(Polyhedron.box([0, 0], [1, 1]).edge_graph().edges)
        [(0, 1), (0, 2), (1, 3), (2, 3)]
        """
        graph = nx.Graph()
        graph.add_nodes_from((i, {"point": vertex}) for i, vertex in enumerate(self.vertices))
        zero_sets = pack(transpose(self._masks, len(self.generators)), len(self._masks))
        rank = self.dim + 1 - len(self.lines)
        for i in range(self.n_vertices):
            graph.add_edges_from((i, j) for j in neighbors(zero_sets, i, rank) if i < j < self.n_vertices)
        return graph

    def is_combinatorially_isomorphic(self, other: Self) -> bool:
        """Return whether the face lattices are isomorphic (dimensions of unbounded faces included)."""
        if self.dim != other.dim or len(self.lines) != len(other.lines):
            return False
        if self.is_empty:
            return True
        graphs = [
            incidence_graph(P.incidence, ["point" if row[0] else "ray" for row in P.generators]) for P in (self, other)
        ]
        return bool(nx.vf2pp_is_isomorphic(*graphs, node_label="kind"))

    @cached_property
    def is_simple(self) -> bool:
        """Whether it is pointed and every vertex lies on exactly ``dim`` facets."""
        facets_at = transpose(self.incidence, len(self.generators))[: self.n_vertices]
        degrees = [mask.bit_count() for mask in facets_at]
        return self.is_pointed and all(degree == self.dim for degree in degrees)

    @cached_property
    def is_simplicial(self) -> bool:
        """Whether it is bounded and every facet is a simplex."""
        return self.is_bounded and all(mask.bit_count() == self.dim for mask in self.incidence)

    def volume(self) -> Fraction:
        """Return the exact volume: 0 for a lower-dimensional polytope.

        Raises:
            NoAnswerError: if the polyhedron is unbounded.

        >>> from polytopes import Polyhedron
        >>> Polyhedron.from_generators([(0, 0), (1, 0), (0, 1)]).volume()
        Fraction(1, 2)
        """
        if not self.is_bounded:
            raise NoAnswerError(f"the volume of an unbounded polyhedron; intersect with a box first: {self!r}")
        if not self.is_full_dimensional:
            return Fraction(0)
        return volume(self.vertices, self.incidence)
