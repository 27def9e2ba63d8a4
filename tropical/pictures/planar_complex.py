"""The activation regions of a network on Q^2 as exact polygons: what a picture shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.enumeration.gate_program import Pattern
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.pictures.view import View
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.linear_regions import dual_graph


@frozen
class Polygon:
    """A region in the window: its vertices in cyclic order, and the number of its affine map."""

    region: ActivationRegion
    vertices: tuple[Vector, ...]
    affine_map: int


@frozen
class Segment:
    """A common side of two regions.

    ``gate`` is the first whose winner changes there and ``layer`` its layer (among those with gates); ``jump`` is the
    square of the norm by which the Jacobian changes.
    """

    ends: tuple[Vector, Vector]
    gate: int
    layer: int
    jump: Fraction

    @property
    def bends(self) -> bool:
        """Whether the affine map changes."""
        return self.jump != 0


@frozen
class PlanarComplex:
    """The activation regions of a network in a bounded window of the plane."""

    window: Polyhedron
    polygons: tuple[Polygon, ...]
    segments: tuple[Segment, ...]
    n_maps: int
    map_graph: nx.Graph
    """Numbers of affine maps; an edge joins those of adjacent regions."""

    @cached_property
    def bounds(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The least and the largest coordinate, for each axis."""
        return tuple((min(values), max(values)) for values in zip(*self.window.vertices, strict=True))

    @cached_property
    def layers(self) -> tuple[int, ...]:
        """The layers that have a boundary in the window."""
        return tuple(sorted({segment.layer for segment in self.segments}))

    def boundaries(self, layer: int, bends: bool) -> list[tuple[Vector, ...]]:
        """Return the segments of a layer, those of one gate joined to broken lines wherever they go on."""
        by_gate: dict[int, list[tuple[Vector, Vector]]] = {}
        for segment in self.segments:
            if segment.layer == layer and segment.bends == bends:
                by_gate.setdefault(segment.gate, []).append(segment.ends)
        return [line for ends in by_gate.values() for line in _broken_lines(ends)]


def planar_complex(network: Network, view: View | None = None) -> PlanarComplex:
    """Return the activation regions of a network on Q^2 as polygons.

    Args:
        network: an exact network with two inputs.
        view: the domain, and the part of it that is shown; by default a box around all vertices in the whole plane.

    Raises:
        ShapeError: if the network has not two inputs.
        DomainError, LimitReached: as :meth:`tropical.pictures.view.View.regions`.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    >>> complex = planar_complex(net)
    >>> len(complex.polygons), len(complex.segments), complex.bounds[0]
    (7, 9, (Fraction(-1, 8), Fraction(9, 8)))
    """
    if network.input_dim != 2:
        raise ShapeError(f"polygons need a network with two inputs, this one has {network.input_dim}; choose a plane")
    regions, window = (view or View()).regions(network)
    return _assemble(regions, window)


def _assemble(regions: Sequence[ActivationRegion], window: Polyhedron) -> PlanarComplex:
    numbers: dict[tuple[Vector, ...], int] = {}
    polygons: dict[Pattern, Polygon] = {}
    for region in regions:
        number = numbers.setdefault(region.cell.forms, len(numbers))
        polygons[region.pattern] = Polygon(region, cycle(region.polyhedron), number)
    layer_of = _layers(regions[0])
    segments, map_graph = [], nx.empty_graph(len(numbers))
    for a, b, row in dual_graph(regions).edges(data="facet"):
        maps = polygons[a].affine_map, polygons[b].affine_map
        gate = next(g for g, (i, j) in enumerate(zip(a, b, strict=True)) if i != j)
        segments.append(Segment(_side(polygons[a], row), gate, layer_of[gate], _jump(polygons[a], polygons[b])))
        if maps[0] != maps[1]:
            map_graph.add_edge(*maps)
    return PlanarComplex(window, tuple(polygons.values()), tuple(segments), len(numbers), map_graph)


def cycle(polygon: Polyhedron) -> tuple[Vector, ...]:
    """Return the vertices of a bounded polygon in cyclic order."""
    [order] = nx.cycle_basis(polygon.edge_graph())
    return tuple(polygon.vertices[i] for i in order)


def _jump(left: Polygon, right: Polygon) -> Fraction:
    """Return the square of the norm of the difference of two Jacobians; it is not zero if the affine maps differ."""
    if left.affine_map == right.affine_map:
        return Fraction(0)
    pairs = zip(left.region.cell.forms, right.region.cell.forms, strict=True)
    return sum(((a - b) ** 2 for p, q in pairs for a, b in zip(p[1:], q[1:], strict=True)), Fraction(0))


def _side(polygon: Polygon, row: Row) -> tuple[Vector, Vector]:
    first, second = (v for v in polygon.vertices if dot(row, (1, *v)) == 0)
    return first, second


def _layers(region: ActivationRegion) -> list[int]:
    """Return the layer of every gate."""
    return [layer for layer, part in enumerate(region.layer_patterns) for _ in part]


def _broken_lines(segments: Sequence[tuple[Vector, Vector]]) -> Iterator[tuple[Vector, ...]]:
    """Join segments at points where exactly two of them meet."""
    graph = nx.Graph(segments)
    for component in nx.connected_components(graph):
        part = graph.subgraph(component)
        if nx.has_eulerian_path(part) and max(degree for _, degree in part.degree) <= 2:
            path = list(nx.eulerian_path(part))
            yield (path[0][0], *(end for _, end in path))
        else:
            yield from part.edges
