"""Sums of simplices P = sum of conv(e_i : i in W) over windows W: hypergraphic polytopes, without convex hulls.

The normal fan of P is the common refinement of the fans on which each window has one maximal coordinate. So a vertex is
an acyclic choice of one element from each window (:mod:`polytopes.minkowski_sums.acyclic_choices`), its normal cone is
the cone of the partial order that the choice generates, and two vertices are adjacent iff one arises from the other by
exchanging a covering pair. Faces and facets are in :mod:`polytopes.minkowski_sums.simplex_sum_faces`;
:mod:`polytopes.minkowski_sums.frontier` counts without listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING

from attrs import field, frozen

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import Row, VectorLike, as_vector, dot
from polytopes.complexes.fan import Fan
from polytopes.errors import InputError, NoAnswerError, ShapeError
from polytopes.minkowski_sums import frontier
from polytopes.minkowski_sums.acyclic_choices import (
    Array,
    Choice,
    Order,
    acyclic_choices,
    choice_blocks,
    choice_with_point,
    covers,
    flipped,
    heights,
    order_of,
    points_of,
)
from polytopes.minkowski_sums.hypergraph import Hypergraph, Window
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.minkowski_sums.simplex_sum_faces import Subsets, faces, facet_splits
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.systems import System

if TYPE_CHECKING:
    import networkx as nx

IntegerPoint = tuple[int, ...]


@frozen
class SimplexSumVertex:
    """A vertex of a sum of simplices: its choice function, and the partial order whose cone is the normal cone.

    The normal cone is the *cone of winners*: the inputs for which every window has the chosen element as a maximum.
    """

    choice: Choice
    order: Order = field(repr=False)
    windows: tuple[Window, ...] = field(repr=False)

    @property
    def point(self) -> IntegerPoint:
        """The vertex: how often each element is chosen."""
        counts = [0] * len(self.order)
        for element in self.choice:
            counts[element] += 1
        return tuple(counts)

    @property
    def direction(self) -> IntegerPoint:
        """An input at which every window has its chosen element as the only maximum."""
        return heights(self.order)

    @property
    def walls(self) -> tuple[tuple[int, int], ...]:
        """The facets x_a >= x_b of the cone of winners, as pairs (a, b): the cover relations of the order."""
        return tuple(covers(self.order))

    @property
    def normal_cone(self) -> Cone:
        """The cone of winners, ``{x : x_a >= x_b for all walls (a, b)}``."""
        size = len(self.order)
        rows = [tuple((i == a) - (i == b) for i in range(size)) for a, b in self.walls]
        return Cone.from_rows(rows, ambient_dim=size)

    def neighbors(self) -> Iterator[tuple[tuple[int, int], Choice]]:
        """Yield the adjacent vertices: the wall (a, b), and the choice beyond it, where b replaces a."""
        for a, b in self.walls:
            yield (a, b), flipped(self.windows, self.choice, a, b)


@frozen
class SimplexSumFace:
    """A face of a sum of simplices: the sum of the simplices over subsets of the windows."""

    subsets: Subsets
    dim: int
    size: int = field(repr=False)

    def as_sum(self) -> SimplexSum:
        """Return the face as a sum of simplices."""
        return SimplexSum.of(self.subsets, self.size)


@frozen
class SimplexSumFacet:
    """The facet on which the sum over ``top`` is largest; ``top`` lies in one connected component of the windows."""

    top: tuple[int, ...]
    bound: int
    """The number of windows that meet ``top``: the largest sum of its coordinates."""
    size: int = field(repr=False)

    @property
    def row(self) -> Row:
        """The homogeneous row of the inequality ``sum of x_i over top <= bound``, constant first."""
        return (self.bound, *(-entry for entry in _indicator(self.top, self.size)))


@frozen(repr=False, slots=False)
class SimplexSum:
    """The sum of conv(e_i : i in W) over the windows W of a hypergraph, which may repeat and overlap.

    >>> hexagon = SimplexSum.of([(0, 1), (1, 2), (0, 2)])
    >>> hexagon
    SimplexSum of 3 windows on 3 elements
    >>> sorted(vertex.point for vertex in hexagon.vertices())
    [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    >>> hexagon.dim, len(hexagon.facets), hexagon.n_edges
    (2, 6, 6)
    """

    hypergraph: Hypergraph

    @classmethod
    def of(cls, windows: Iterable[Iterable[int]], size: int | None = None) -> SimplexSum:
        """Return the sum over windows on the elements 0, ..., size - 1 (to the largest one that occurs, if not given).

        Raises:
            InputError: for an empty window or an element out of range.
        """
        return cls(Hypergraph.of(windows) if size is None else Hypergraph(windows, size))

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows."""
        return self.hypergraph.windows

    @property
    def size(self) -> int:
        """The number of elements, so the dimension of the space."""
        return self.hypergraph.size

    def __repr__(self) -> str:
        return f"SimplexSum of {len(self.windows)} windows on {self.size} elements"

    # Structure

    @property
    def dim(self) -> int:
        """The dimension: the number of elements less that of connected components."""
        return self.hypergraph.dimension

    @cached_property
    def _windows_within(self) -> tuple[list[tuple[int, ...]], ...]:
        """The windows of each component, with its elements numbered from 0, repeats kept."""
        home = {element: i for i, part in enumerate(self.hypergraph.components) for element in part}
        place = {element: k for part in self.hypergraph.components for k, element in enumerate(part)}
        within: tuple[list[tuple[int, ...]], ...] = tuple([] for _ in self.hypergraph.components)
        for window in self.windows:
            within[home[window[0]]].append(tuple(place[element] for element in window))
        return within

    @cached_property
    def equations(self) -> tuple[Row, ...]:
        """Homogeneous rows of the affine hull: the coordinates of a component add up to its number of windows."""
        parts = zip(self.hypergraph.components, self._windows_within, strict=True)
        return tuple((-len(inside), *_indicator(component, self.size)) for component, inside in parts)

    @cached_property
    def facets(self) -> tuple[SimplexSumFacet, ...]:
        """The facets, sorted; see :func:`polytopes.minkowski_sums.simplex_sum_faces.facet_splits`."""
        found = []
        for component, inside in zip(self.hypergraph.components, self._windows_within, strict=True):
            for upper in facet_splits(inside, len(component)):
                bound = sum(not upper.isdisjoint(window) for window in inside)
                found.append(SimplexSumFacet(tuple(component[i] for i in sorted(upper)), bound, self.size))
        return tuple(sorted(found, key=lambda facet: facet.top))

    # Counts, without enumeration

    @cached_property
    def n_vertices(self) -> int:
        """The number of vertices, by :func:`polytopes.minkowski_sums.frontier.count_vertices`."""
        return frontier.count_vertices(self.hypergraph)

    @cached_property
    def n_facets(self) -> int:
        """The number of facets, by :func:`polytopes.minkowski_sums.frontier.count_facets`."""
        return frontier.count_facets(self.hypergraph)

    @cached_property
    def f_polynomial(self) -> tuple[int, ...]:
        """The coefficients f_0, ..., f_d of the f-polynomial; f_d = 1 is the polytope itself."""
        return frontier.f_vector(self.hypergraph)

    def f_vector(self) -> tuple[int, ...]:
        """Return the numbers of faces of dimensions 0, ..., dim - 1, as :meth:`Polyhedron.f_vector` does.

        >>> SimplexSum.of([(i, i + 1, i + 2) for i in range(8)]).f_vector()
        (919, 4447, 9414, 11368, 8567, 4143, 1273, 237, 24)
        """
        return self.f_polynomial[: self.dim]

    # Faces

    def faces(self, dim: int | None = None) -> Iterator[SimplexSumFace]:
        """Yield the nonempty faces, P itself included, or those of one dimension."""
        for subsets, own in faces(self.windows, self.size):
            if dim is None or own == dim:
                yield SimplexSumFace(subsets, own, self.size)

    # Vertices

    def vertices(self) -> Iterator[SimplexSumVertex]:
        """Yield the vertices one by one, by their choice functions in lexicographic order.

        The time between two vertices is polynomial, and none is stored.
        """
        for choice, order in acyclic_choices(self.windows, self.size):
            yield SimplexSumVertex(choice, order, self.windows)

    def vertex_blocks(self) -> Iterator[tuple[Array, Array]]:
        """Yield the vertices in blocks, in the same order: choices and points, one a row. At most 64 elements.

        This is many times faster than one by one; the memory is bounded.

        >>> [len(points) for choices, points in SimplexSum.of([(i, i + 1, i + 2) for i in range(12)]).vertex_blocks()]
        [16384, 7043]
        """
        for choices in choice_blocks(self.windows, self.size):
            yield choices, points_of(choices, self.size)

    def vertex(self, choice: Sequence[int]) -> SimplexSumVertex:
        """Return the vertex with a choice function.

        Raises:
            NoAnswerError: if no input has these winners.

        >>> SimplexSum.of([(0, 1), (1, 2)]).vertex((0, 1)).direction
        (2, 1, 0)
        """
        chosen = self._checked(choice)
        order = order_of(self.windows, chosen, self.size)
        if order is None:
            raise NoAnswerError(f"the choice {chosen} has a directed cycle, so no input has these winners")
        return SimplexSumVertex(chosen, order, self.windows)

    def is_acyclic(self, choice: Sequence[int]) -> bool:
        """Return whether a choice function belongs to a vertex."""
        return order_of(self.windows, self._checked(choice), self.size) is not None

    def _checked(self, choice: Sequence[int]) -> Choice:
        chosen = tuple(map(index, choice))
        if len(chosen) != len(self.windows):
            raise ShapeError(f"a choice of {len(chosen)} elements for {len(self.windows)} windows; give one for each")
        for number, (window, element) in enumerate(zip(self.windows, chosen, strict=True)):
            if element not in window:
                raise InputError(f"element {element} is not in window {number}, {window}")
        return chosen

    def vertex_at(self, point: VectorLike) -> SimplexSumVertex | None:
        """Return the vertex that is a point, or None if the point is not a vertex.

        >>> SimplexSum.of([(0, 1), (0, 1)]).vertex_at((2, 0)).choice
        (0, 0)
        >>> SimplexSum.of([(0, 1), (0, 1)]).vertex_at((1, 1)) is None
        True
        """
        coordinates = as_vector(point, self.size)
        if any(entry.denominator != 1 for entry in coordinates):
            return None
        choice = choice_with_point(self.windows, [entry.numerator for entry in coordinates])
        return None if choice is None else self.vertex(choice)

    def is_vertex(self, point: VectorLike) -> bool:
        """Return whether a point is a vertex."""
        return self.vertex_at(point) is not None

    def winners(self, direction: VectorLike) -> SimplexSumFace:
        """Return the face on which a direction is largest: in each window, the elements with the largest entry.

        >>> SimplexSum.of([(0, 1, 2), (2, 3)]).winners((1, 1, 0, 2)).subsets
        ((0, 1), (3,))
        """
        x = as_vector(direction, self.size)
        best = [max(x[i] for i in window) for window in self.windows]
        subsets = tuple(tuple(i for i in window if x[i] == top) for window, top in zip(self.windows, best, strict=True))
        return SimplexSumFace(subsets, Hypergraph(subsets, self.size).dimension, self.size)

    def edge_graph(self) -> nx.Graph:
        """Return the graph of vertices and edges; a node is a choice, with its ``point``, an edge has its ``wall``."""
        import networkx as nx

        graph = nx.Graph()
        for vertex in self.vertices():
            graph.add_node(vertex.choice, point=vertex.point)
            graph.add_edges_from(
                (vertex.choice, other, {"wall": wall}) for wall, other in vertex.neighbors() if vertex.choice < other
            )
        return graph

    @cached_property
    def n_edges(self) -> int:
        """The number of edges: the walls of all cones of winners, each counted from both sides."""
        return sum(len(vertex.walls) for vertex in self.vertices()) // 2

    # Membership

    def contains(self, point: VectorLike) -> bool:
        """Return whether a point lies in P, by the inequalities of the facets and the equations of the hull."""
        x = (Fraction(1), *as_vector(point, self.size))
        return not any(dot(row, x) for row in self.equations) and all(dot(facet.row, x) >= 0 for facet in self.facets)

    __contains__ = contains

    # Other representations

    def as_minkowski_sum(self) -> MinkowskiSum:
        """Return P as a Minkowski sum of point configurations, whose vertices are found as cells of a gate program."""
        unit = identity(self.size)
        return MinkowskiSum.from_points([[unit[i] for i in window] for window in self.windows], self.size)

    def from_vertices(self) -> Polyhedron:
        """Return P as a polyhedron given by the listed vertices; its facets come from a convex hull."""
        return Polyhedron.from_generators([vertex.point for vertex in self.vertices()], ambient_dim=self.size)

    def as_polyhedron(self) -> Polyhedron:
        """Return P as a polyhedron with the listed vertices, none of which is redundant; what files hold of it.

        >>> SimplexSum.of([(0, 1), (1, 2)]).as_polyhedron()
        Polyhedron in Q^3, 4 vertices (facets not computed)
        """
        rows = sorted((1, *vertex.point) for vertex in self.vertices())
        return Polyhedron(Cone(self.size + 1, given_generators=System(tuple(rows), (), minimal=True)))

    def from_facets(self) -> Polyhedron:
        """Return P as a polyhedron given by the listed facets; its vertices come from double description."""
        return Polyhedron.from_rows([facet.row for facet in self.facets], self.equations, self.size)

    def normal_fan(self) -> Fan:
        """Return the outer normal fan; cone i is the cone of winners of the i-th vertex."""
        return Fan.from_cones((vertex.normal_cone for vertex in self.vertices()), self.size)


def _indicator(elements: Iterable[int], size: int) -> Row:
    chosen = set(elements)
    return tuple(int(i in chosen) for i in range(size))
