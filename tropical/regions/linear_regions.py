"""Linear regions of a network: activation regions with one affine map, joined through common facets.

A *linear region* is a maximal set of activation regions, connected through common facets, on which the network is one
affine map. Of the six notions compared by Stargalla, Hertrich and Reichman, arXiv 2505.16716, this is R4; activation
regions are R2, and the number of distinct affine maps is R6: R2 >= R4 >= R6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.enumeration.cell_adjacency import common_facets
from polytopes.enumeration.cells import Method
from tropical.networks.sources import asked
from tropical.regions.activation_regions import ActivationRegion, AffineMap, activation_regions

if TYPE_CHECKING:
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike


@frozen(eq=False, repr=False)
class LinearRegion:
    """A maximal set of activation regions, connected through facets, with one affine map."""

    regions: tuple[ActivationRegion, ...]

    def __repr__(self) -> str:
        return f"Linear region of {len(self.regions)} activation regions"

    @property
    def affine_map(self) -> AffineMap:
        """The affine map on the linear region."""
        return self.regions[0].affine_map


def linear_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    method: Method | None = None,
    relative: bool = False,
) -> tuple[LinearRegion, ...]:
    """Return the linear regions of ``network`` in ``domain``; all activation regions are held in memory.

    Arguments and errors as for :func:`tropical.regions.activation_regions.activation_regions`.
    """
    network, domain = asked(network, domain)
    return merge(activation_regions(network, domain, method=method, relative=relative))


def merge(regions: Iterable[ActivationRegion]) -> tuple[LinearRegion, ...]:
    """Join activation regions that share a facet and an affine map, among the regions given.

    Facets are computed only for regions whose map occurs more than once.
    """
    by_map: dict[tuple[Vector, ...], list[ActivationRegion]] = {}
    for region in regions:
        by_map.setdefault(region.cell.forms, []).append(ActivationRegion(region.network, region.cell.light()))
    return tuple(LinearRegion(part) for group in by_map.values() for part in _components(group))


def _components(group: Sequence[ActivationRegion]) -> Iterator[tuple[ActivationRegion, ...]]:
    """Yield the connected components of a group of regions; regions are joined through facets."""
    if len(group) == 1:
        yield tuple(group)
        return
    graph = dual_graph(group, facets=False)
    for component in nx.connected_components(graph):
        yield tuple(graph.nodes[pattern]["region"] for pattern in sorted(component))


def dual_graph(regions: Iterable[ActivationRegion], *, facets: bool = True) -> nx.Graph:
    """Return the graph on the patterns of ``regions`` whose edges are common facets.

    Args:
        regions: some activation regions of one network in one domain.
        facets: give the exact inequality of every common facet too, nonnegative on one of the two regions; this takes
            most of the time. Pairs of regions in arrays are in
            :func:`tropical.regions.region_blocks.adjacent_regions`.

    Nodes carry ``region``, edges the ``facet``.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -1]], [0])])
    >>> list(dual_graph(activation_regions(net)).edges(data="facet"))
    [((0, 0), (1, 0), (0, -1)), ((1, 0), (1, 1), (1, -1))]
    """
    graph = nx.Graph()
    for region in regions:
        graph.add_node(region.pattern, region=region)
    found = [region for _, region in graph.nodes(data="region")]
    cells = [region.cell for region in found]
    for i, j, k in common_facets(cells):
        data = {"facet": cells[i].facet_row(k)} if facets else {}
        graph.add_edge(found[i].pattern, found[j].pattern, **data)
    return graph
