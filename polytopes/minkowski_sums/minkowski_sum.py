"""Minkowski sums kept unexpanded: support function, faces, vertices and edges without the sum of all candidates.

The normal cone of a vertex of P_1 + ... + P_N is the set of directions y in which one and the same vertex of each
summand is maximal: a full-dimensional cell of the gate program in the dual variable y with one gate for each summand
and one form <v, y> for each point. So the vertices are streamed by :mod:`polytopes.enumeration.cells`, each with its
normal cone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import Matrix, MatrixLike, Row, Vector, VectorLike, as_matrix, as_vector, dot
from polytopes.complexes.fan import Fan
from polytopes.enumeration.cells import Cell, cells
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import NoAnswerError, ShapeError
from polytopes.messages import exact_repr, shortened_row
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron

Choice = tuple[int, ...]
"""One point of each summand, by index."""


@frozen
class SumVertex:
    """A vertex of a Minkowski sum, its unique decomposition into points of the summands, and its normal cone."""

    choice: Choice
    point: Vector = field(repr=exact_repr)
    cell: Cell = field(eq=False, repr=False)

    @property
    def direction(self) -> Vector:
        """A direction whose maximum over the sum is attained at this vertex only."""
        return self.cell.point

    @property
    def normal_cone(self) -> Cone:
        """The directions whose maximum is attained at this vertex."""
        rows = [row[1:] for row in self.cell.inequalities]
        return Cone.from_rows(rows, [row[1:] for row in self.cell.equations], len(self.point))


@frozen(repr=False)
class MinkowskiSum:
    """The Minkowski sum of the convex hulls of point configurations and of a cone ``cone(rays) + span(lines)``.

    Points of a summand are distinct and stay in the order given; they need not be vertices.

    >>> square = MinkowskiSum.from_points([[(0, 0), (1, 0)], [(0, 0), (0, 1)]])
    >>> square
    MinkowskiSum of 2 summands in Q^2
    >>> sorted(tuple(map(str, vertex.point)) for vertex in square.vertices())
    [('0', '0'), ('0', '1'), ('1', '0'), ('1', '1')]
    """

    ambient_dim: int
    summands: tuple[Matrix, ...]
    rays: tuple[Row, ...] = ()
    lines: tuple[Row, ...] = ()

    @classmethod
    def from_points(cls, summands: Iterable[MatrixLike], ambient_dim: int | None = None) -> MinkowskiSum:
        """Return the sum of the convex hulls of finite point sets.

        Args:
            summands: point configurations, n_i x d rationals; an empty one makes the sum empty.
            ambient_dim: d, needed only if there is no point at all.
        """
        matrices = [as_matrix(points, ambient_dim) for points in summands]
        dim = common_dimension((len(point) for points in matrices for point in points), ambient_dim, "points")
        return cls(dim, tuple(tuple(dict.fromkeys(points)) for points in matrices))

    @classmethod
    def from_polyhedra(cls, polyhedra: Iterable[Polyhedron], ambient_dim: int | None = None) -> MinkowskiSum:
        """Return the sum of polyhedra, bounded or not.

        >>> MinkowskiSum.from_polyhedra([Polyhedron.box([0], [1]), Polyhedron.from_rows([(0, 1)])]).rays
        ((1,),)
        """
        given = list(polyhedra)
        dim = common_dimension((polyhedron.ambient_dim for polyhedron in given), ambient_dim, "polyhedra")
        rays = dict.fromkeys(ray for polyhedron in given for ray in polyhedron.rays)
        lines = dict.fromkeys(line for polyhedron in given for line in polyhedron.lines)
        return cls(dim, tuple(polyhedron.vertices for polyhedron in given), tuple(rays), tuple(lines))

    @classmethod
    def zonotope(cls, generators: MatrixLike, ambient_dim: int | None = None) -> MinkowskiSum:
        """Return the sum of the segments from 0 to each generator."""
        matrix = as_matrix(generators, ambient_dim)
        return cls.from_points([[(0,) * len(row), row] for row in matrix], ambient_dim)

    def __repr__(self) -> str:
        return f"MinkowskiSum of {len(self.summands)} summands in Q^{self.ambient_dim}"

    def __add__(self, other: MinkowskiSum) -> MinkowskiSum:
        if not isinstance(other, MinkowskiSum):
            return NotImplemented
        if self.ambient_dim != other.ambient_dim:
            raise ShapeError(f"sums in Q^{self.ambient_dim} and Q^{other.ambient_dim}; give sums in one space")
        return MinkowskiSum(
            self.ambient_dim, self.summands + other.summands, self.rays + other.rays, self.lines + other.lines
        )

    @property
    def is_empty(self) -> bool:
        """Whether some summand has no point."""
        return not all(self.summands)

    # Directions

    @cached_property
    def directions(self) -> Polyhedron:
        """The directions in which the sum is bounded above: the polar of its recession cone."""
        rows = [(0, *(-entry for entry in ray)) for ray in self.rays]
        return Polyhedron.from_rows(rows, [(0, *line) for line in self.lines], self.ambient_dim)

    def support(self, direction: VectorLike) -> Fraction:
        """Return the support function max {direction . x : x in the sum}, the sum of those of the summands.

        Raises:
            NoAnswerError: if the sum is empty or unbounded in this direction.

        >>> MinkowskiSum.zonotope([(1, 0), (1, 1)]).support((1, -2))
        Fraction(1, 1)
        """
        y = self._checked(direction)
        return sum((max(dot(y, point) for point in points) for points in self.summands), Fraction(0))

    def face(self, direction: VectorLike) -> MinkowskiSum:
        """Return the face on which a direction is maximal: the sum of the faces of the summands."""
        y = self._checked(direction)
        best = [max(dot(y, point) for point in points) for points in self.summands]
        return MinkowskiSum(
            self.ambient_dim,
            tuple(
                tuple(point for point in points if dot(y, point) == value)
                for points, value in zip(self.summands, best, strict=True)
            ),
            tuple(ray for ray in self.rays if not dot(y, ray)),
            self.lines,
        )

    def _checked(self, direction: VectorLike) -> Vector:
        y = as_vector(direction, self.ambient_dim)
        if self.is_empty:
            raise NoAnswerError("a summand has no point, so the sum is empty and has no maximum")
        if not self.directions.contains(y):
            raise NoAnswerError(f"the sum is unbounded in the direction {shortened_row(y)}")
        return y

    # Vertices

    @cached_property
    def program(self) -> GateProgram:
        """The gate program in the dual variable: one gate for each summand with more than one point."""
        build = ProgramBuilder(self.ambient_dim)
        slots = iter(build.linear([_form(point) for points in self.summands for point in points]))
        groups = [[next(slots) for _ in points] for points in self.summands]
        build.gates([group for group in groups if len(group) > 1])
        return build.finish(())

    def vertices(self) -> Iterator[SumVertex]:
        """Yield the vertices one by one, each with its decomposition and its normal cone.

        If the sum contains lines, one point of each minimal face. Nothing is yielded if it is empty.

        Algorithm:
            The cells of :attr:`program` on the directions in which the sum is bounded. A vertex decomposes into
            vertices of the summands in one way only, so different cells are different vertices.
        """
        if self.is_empty:
            return
        for cell in cells(self.program, self.directions, relative=True):
            choice = self._choice(cell.pattern)
            yield SumVertex(choice, self.point(choice), cell)

    def _choice(self, pattern: Sequence[int]) -> Choice:
        winners = iter(pattern)
        return tuple(next(winners) if len(points) > 1 else 0 for points in self.summands)

    def point(self, choice: Choice) -> Vector:
        """Return the sum of the chosen points."""
        chosen = [points[i] for points, i in zip(self.summands, choice, strict=True)]
        return (
            tuple(sum(column, Fraction(0)) for column in zip(*chosen, strict=True)) or (Fraction(0),) * self.ambient_dim
        )

    @cached_property
    def n_vertices(self) -> int:
        """The number of vertices (of minimal faces, if the sum contains lines)."""
        return sum(1 for _ in self.vertices())

    def edge_graph(self) -> nx.Graph:
        """Return the graph of vertices and bounded edges; a node is a choice and carries its ``point``.

        Algorithm:
            Two vertices are adjacent iff their normal cones share a facet.
        """
        found = list(self.vertices())
        fan = Fan.from_cones((vertex.normal_cone for vertex in found), self.ambient_dim)
        graph = nx.Graph()
        graph.add_nodes_from((vertex.choice, {"point": vertex.point}) for vertex in found)
        graph.add_edges_from((found[i].choice, found[j].choice) for i, j in fan.dual_graph().edges)
        return graph

    def normal_fan(self) -> Fan:
        """Return the outer normal fan, the common refinement of those of the summands; cone i belongs to vertex i.

        Raises:
            NoAnswerError: if the sum is empty.
        """
        if self.is_empty:
            raise NoAnswerError("a summand has no point, so the sum is empty and has no normal fan")
        return Fan.from_cones((vertex.normal_cone for vertex in self.vertices()), self.ambient_dim)

    def expand(self) -> Polyhedron:
        """Return the sum as a polyhedron given by its vertices."""
        if self.is_empty:
            return Polyhedron.empty(self.ambient_dim)
        points = [vertex.point for vertex in self.vertices()]
        return Polyhedron.from_generators(points, self.rays, self.lines, self.ambient_dim)

    def as_polyhedron(self) -> Polyhedron:
        """Return the sum as :meth:`expand` does; what files hold of it."""
        return self.expand()


def _form(point: Vector) -> dict[int, Fraction]:
    """Return the linear form <point, y> over the slots of the coordinates."""
    return {k: value for k, value in enumerate(point, start=1) if value}
