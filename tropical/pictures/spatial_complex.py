"""The activation regions of a network on Q^3 as exact polytopes with their common vertices and faces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.pictures.view import View
from tropical.regions.activation_regions import ActivationRegion


@frozen
class Face:
    """A facet of one or two regions: its vertices in cyclic order, by their numbers.

    ``regions`` are the numbers of its regions, two unless it lies on the boundary of what is shown. Between two regions
    ``gate`` is the first whose winner changes, counted in its ``layer``; else both are -1.
    """

    cycle: tuple[int, ...]
    regions: tuple[int, ...]
    gate: int = -1
    layer: int = -1


@frozen
class SpatialComplex:
    """The activation regions of a network in a bounded part of space."""

    window: Polyhedron
    regions: tuple[ActivationRegion, ...]
    vertices: tuple[Vector, ...]
    faces: tuple[Face, ...]
    affine_maps: tuple[int, ...]
    """The number of the affine map of every region."""
    note: str = field(default="")

    @property
    def n_maps(self) -> int:
        """The number of affine maps."""
        return len(set(self.affine_maps))

    def bends(self, face: Face) -> bool:
        """Return whether a face lies between two affine maps."""
        return len({self.affine_maps[place] for place in face.regions}) == 2

    @cached_property
    def n_linear_regions(self) -> int:
        """The number of linear regions: regions joined through faces where the affine map does not change."""
        graph = nx.empty_graph(len(self.regions))
        graph.add_edges_from(face.regions for face in self.faces if len(face.regions) == 2 and not self.bends(face))
        return len(list(nx.connected_components(graph)))

    @property
    def map_graph(self) -> nx.Graph:
        """Numbers of affine maps; an edge joins those of adjacent regions."""
        graph = nx.empty_graph(self.n_maps)
        graph.add_edges_from([self.affine_maps[k] for k in face.regions] for face in self.faces if self.bends(face))
        return graph


def spatial_complex(network: Network, view: View | None = None) -> SpatialComplex:
    """Return the activation regions of a network on Q^3 with their vertices and faces.

    Args:
        network: an exact network with three inputs.
        view: the domain, and the part of it that is shown; by default a box around the vertices in the whole space.

    Raises:
        ShapeError: if the network has not three inputs.
        DomainError, LimitReached: as :meth:`tropical.pictures.view.View.regions`.

    >>> net = Network.from_weights([([[1, 0, 0], [0, 1, 1]], [0, 0]), ([[1, 1]], [0])])
    >>> complex = spatial_complex(net, View(Polyhedron.box([-1] * 3, [1] * 3)))
    >>> len(complex.regions), len([face for face in complex.faces if len(face.regions) == 2])
    (4, 4)
    """
    if network.input_dim != 3:
        raise ShapeError(f"solids need a network with three inputs, this one has {network.input_dim}")
    regions, window, note = (view or View()).regions(network)
    maps: dict[tuple[Vector, ...], int] = {}
    numbers = tuple(maps.setdefault(region.cell.forms, len(maps)) for region in regions)
    places: dict[Row, int] = {}
    own = [[places.setdefault(row, len(places)) for row in region.vertex_rows] for region in regions]
    rows = list(places)
    faces = tuple(_faces(regions, own, rows))
    return SpatialComplex(window, tuple(regions), tuple(map(dehomogeneous, rows)), faces, numbers, note)


def _faces(regions: Sequence[ActivationRegion], own: Sequence[Sequence[int]], rows: Sequence[Row]) -> Iterator[Face]:
    """Yield the faces of all regions, given the numbers of their vertices."""
    place_of = {region.pattern: place for place, region in enumerate(regions)}
    layer_of = [layer for layer, part in enumerate(regions[0].layer_patterns) for _ in part]
    for place, region in enumerate(regions):
        neighbors = region.neighbors()
        cycles = face_cycles([[k for k in own[place] if not dot(row, rows[k])] for row, _ in neighbors])
        for (_, beyond), cycle in zip(neighbors, cycles, strict=True):
            other = place_of.get(beyond, place)
            if other == place:
                yield Face(cycle, (place,))
            elif other > place:
                gate = next(g for g, (i, j) in enumerate(zip(region.pattern, beyond, strict=True)) if i != j)
                layer = layer_of[gate]
                yield Face(cycle, (place, other), gate - layer_of.index(layer), layer)


def face_cycles(facets: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the vertices of every facet of a three-dimensional polytope in cyclic order.

    Two facets meet in a face of dimension at most 1: if they have two vertices in common these are the ends of an edge,
    and every edge of a facet lies on another one.

    Args:
        facets: the numbers of the vertices of each facet.

    >>> face_cycles([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]])[0]
    (0, 1, 2)
    """
    edges: list[nx.Graph] = [nx.Graph() for _ in facets]
    sets = list(map(set, facets))
    for (i, one), (j, other) in combinations(enumerate(sets), 2):
        common = one & other
        if len(common) == 2:
            edges[i].add_edge(*sorted(common))
            edges[j].add_edge(*sorted(common))
    return [_round(graph) for graph in edges]


def _round(graph: nx.Graph) -> tuple[int, ...]:
    """Return the nodes of a cycle in their order, from the least one to its smaller neighbor."""
    start = min(graph)
    found, here = [start], min(graph[start])
    while here != start:
        before = found[-1]
        found.append(here)
        here = next(node for node in graph[here] if node != before)
    return tuple(found)
