"""Linear regions: activation regions joined across facets, and their dual graph."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.regions.test_activation_regions import absolute_values
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.counting import count_regions
from tropical.regions.linear_regions import dual_graph, linear_regions


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_coincident_hyperplanes_do_not_hide_regions(dim):
    network = absolute_values(dim)
    count = count_regions(network, linear=True)
    assert count.activation_regions == count.linear_regions == count.distinct_affine_maps == 2**dim
    assert count.bounded_activation_regions == 0
    graph = dual_graph(activation_regions(network))
    assert nx.is_isomorphic(graph, nx.hypercube_graph(dim))


def test_equal_maps_on_separate_regions_stay_apart():
    """The hat max(0, x + 1) - 2 max(0, x) + max(0, x - 1) is 0 on both sides."""
    network = Network.from_weights([([[1], [1], [1]], [-1, 0, 1]), ([[1, -2, 1]], [0])])
    count = count_regions(network, linear=True)
    assert (count.activation_regions, count.linear_regions, count.distinct_affine_maps) == (4, 4, 3)


def test_linear_regions_join_across_facets():
    network = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), ([[0, 0, 1]], [0])])
    regions = linear_regions(network)
    assert sorted(len(region.regions) for region in regions) == [3, 3]
    assert {region.affine_map.matrix for region in regions} == {((0, 0),), ((1, 1),)}


weights = st.integers(-2, 2)


@settings(max_examples=20)
@given(
    st.lists(st.lists(weights, min_size=3, max_size=3), min_size=4, max_size=4),
    st.lists(weights, min_size=4, max_size=4),
)
def test_linear_regions_between_maps_and_activation_regions(first, last):
    network = Network.from_weights([([row[:2] for row in first], [row[2] for row in first]), ([last], [0])])
    count = count_regions(network, linear=True)
    assert count.distinct_affine_maps <= count.linear_regions <= count.activation_regions
    box = Polyhedron.box([-3, -3], [3, 3])
    regions = linear_regions(network, box)
    assert sum(part.volume for region in regions for part in region.regions) == 36
    for region in regions:
        for part in region.regions:
            assert region.affine_map(part.point) == network(part.point)
