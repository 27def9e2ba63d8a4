"""The activation regions of a network on Q^2 as exact polygons: what a picture shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot, homogeneous
from polytopes.enumeration.recorded_cells import RecordedCell
from polytopes.enumeration.vertex_cell import VertexCell
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.pictures.view import View
from tropical.regions.activation_regions import ActivationRegion


@frozen
class Polygon:
    """A region in the window: its vertices in cyclic order, and the number of its affine map."""

    region: ActivationRegion
    vertices: tuple[Vector, ...]
    affine_map: int


@frozen
class Segment:
    """A common side of two regions, given by the numbers of their polygons.

    ``gate`` is the first whose winner changes there and ``layer`` its layer (among those with gates); it ``bends`` if
    the affine map, which has these ``forms`` on the two sides, changes.
    """

    polygons: tuple[int, int]
    ends: tuple[Vector, Vector]
    gate: int
    layer: int
    bends: bool
    forms: tuple[Sequence[Vector], Sequence[Vector]] = field(repr=False)

    @property
    def jump(self) -> Fraction:
        """The square of the norm by which the Jacobian changes."""
        pairs = zip(*self.forms, strict=True)
        return sum(((a - b) ** 2 for p, q in pairs for a, b in zip(p[1:], q[1:], strict=True)), Fraction(0))


@frozen
class PlanarComplex:
    """The activation regions of a network in a bounded window of the plane."""

    window: Polyhedron
    polygons: tuple[Polygon, ...]
    segments: tuple[Segment, ...]
    n_maps: int
    map_graph: nx.Graph
    """Numbers of affine maps; an edge joins those of adjacent regions."""
    note: str = ""
    """What is to be said of vertices outside of the window."""

    @cached_property
    def bounds(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The least and the largest coordinate, for each axis."""
        return self.window.bounding_box()

    @cached_property
    def n_linear_regions(self) -> int:
        """The number of linear regions: polygons joined across sides where the affine map does not change."""
        graph = nx.empty_graph(len(self.polygons))
        graph.add_edges_from(segment.polygons for segment in self.segments if not segment.bends)
        return len(list(nx.connected_components(graph)))

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
        view: the domain, and the part of it that is shown; by default a box around the vertices in the whole
            plane, those that are far off left out.

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
    return complex_of_regions(*(view or View()).regions(network))


def complex_of_regions(regions: Sequence[ActivationRegion], window: Polyhedron, note: str = "") -> PlanarComplex:
    """Return all regions in a window of the plane as polygons."""
    numbers: dict[tuple[Vector, ...], int] = {}
    corners = list(map(_corners, regions))
    # Regions share the objects of their vertices.
    vertices = {row: dehomogeneous(row) for row in {row for rows in corners for row in rows}}
    polygons = tuple(
        Polygon(region, tuple(vertices[row] for row in rows), numbers.setdefault(region.cell.forms, len(numbers)))
        for region, rows in zip(regions, corners, strict=True)
    )
    segments = tuple(_segments(polygons, corners))
    map_graph = nx.empty_graph(len(numbers))
    for segment in segments:
        if segment.bends:
            map_graph.add_edge(*(polygons[place].affine_map for place in segment.polygons))
    return PlanarComplex(window, polygons, segments, len(numbers), map_graph, note)


def _segments(polygons: Sequence[Polygon], corners: Sequence[Sequence[Row]]) -> Iterator[Segment]:
    """Yield the common sides of polygons, given their vertices as homogeneous rows too."""
    places = {polygon.region.pattern: place for place, polygon in enumerate(polygons)}
    layer_of = _layers(polygons[0].region)
    for place, polygon in enumerate(polygons):
        pattern = polygon.region.pattern
        for row, beyond in polygon.region.neighbors():
            other = places.get(beyond, place)
            if other > place:
                gate = next(g for g, (i, j) in enumerate(zip(pattern, beyond, strict=True)) if i != j)
                first, second = (k for k, corner in enumerate(corners[place]) if not dot(row, corner))
                ends = polygon.vertices[first], polygon.vertices[second]
                bends = polygon.affine_map != polygons[other].affine_map
                forms = polygon.region.cell.forms, polygons[other].region.cell.forms
                yield Segment((place, other), ends, gate, layer_of[gate], bends, forms)


def _corners(region: ActivationRegion) -> Sequence[Row]:
    """Return the homogeneous vertices of a bounded region in the plane, in cyclic order."""
    known = region.cell.block.polygon(region.cell.place) if isinstance(region.cell, RecordedCell) else None
    if known is not None:
        return known
    geometry, lift = region.cell.geometry, region.cell.frame.lift
    if not isinstance(geometry, VertexCell):
        return [homogeneous(vertex) for vertex in cycle(region.polyhedron)]
    beside: list[set[int]] = [set() for _ in geometry.rays]
    for k in range(len(geometry.constraints)):
        on = [i for i, mask in enumerate(geometry.tight) if mask >> k & 1]
        if len(on) == 2:
            beside[on[0]].add(on[1])
            beside[on[1]].add(on[0])
    order = [0, min(beside[0])]
    while len(order) < len(beside):
        order.append(next(i for i in beside[order[-1]] if i != order[-2]))
    return [lift([int(entry) for entry in geometry.rays[i]]) for i in order]


def cycle(polygon: Polyhedron) -> tuple[Vector, ...]:
    """Return the vertices of a bounded polygon in cyclic order."""
    [order] = nx.cycle_basis(polygon.edge_graph())
    return tuple(polygon.vertices[i] for i in order)


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
