"""Which activation regions form one linear region, and which regions are neighbours?

A small network with weights -1, 0 and 1: many of its activation regions carry the same affine map.
Run: python examples/linear_regions_and_graph.py
"""

import random
from collections import Counter
from itertools import pairwise

import networkx as nx

from tropical import Network, activation_regions
from tropical.regions import dual_graph, merge


def ternary_network(seed, *widths):
    numbers = random.Random(seed)
    layers = []
    for n_in, n_out in pairwise(widths):
        weights = [[numbers.choice((-1, 0, 1)) for _ in range(n_in)] for _ in range(n_out)]
        layers.append((weights, [numbers.choice((-1, 0, 1)) for _ in range(n_out)]))
    return Network.from_weights(layers)


def main():
    network = ternary_network(1, 2, 8, 8, 1)
    regions = list(activation_regions(network))
    linear = merge(regions)
    maps = {region.affine_map for region in linear}
    print(f"{len(regions)} activation regions, {len(linear)} linear regions, {len(maps)} distinct affine maps")

    sizes = Counter(len(region.regions) for region in linear)
    print("linear regions by the number of activation regions in them:", dict(sorted(sizes.items())))

    graph = dual_graph(regions)
    print(f"adjacency graph: {graph.number_of_edges()} common facets, connected: {nx.is_connected(graph)}")
    path = max(nx.single_source_shortest_path(graph, regions[0].pattern).values(), key=len)
    print(f"from the first region one crosses at most {len(path) - 1} facets to any other")

    # A second way to the number of linear regions: remove the facets where the map changes, count what is connected.
    same = nx.Graph(graph)
    same.remove_edges_from(
        [(a, b) for a, b in graph.edges if graph.nodes[a]["region"].affine_map != graph.nodes[b]["region"].affine_map]
    )
    assert nx.number_connected_components(same) == len(linear)


if __name__ == "__main__":
    main()
