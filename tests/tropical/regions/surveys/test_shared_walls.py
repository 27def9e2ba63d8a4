"""Shared walls against their definition: every facet, every unit."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from tests.tropical.regions.surveys.test_degeneracy import preactivations
from tests.tropical.strategies import box, networks
from tropical.networks.layers import Affine, Max, Maxout
from tropical.networks.network import GraphBuilder, Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.shared_walls import shared_walls
from tropical.regions.surveys.structure import Structure


def found(net, domain, method):
    structure = Structure(net)
    walls = Counter()
    for region in activation_regions(net, domain, method=method):
        tape = structure.program.run(region.cell.frame.columns, region.pattern)
        walls.update(shared_walls(region.cell, structure.gates, tape, domain))
    return walls


@given(networks(dims=(1, 2)), st.sampled_from([None, 1, 2]), st.sampled_from(["vertices", "witness"]))
def test_against_the_definition(net, half_width, method):
    domain = None if half_width is None else box(net.input_dim, half_width)
    expected: Counter[tuple[int, ...]] = Counter()
    for region in activation_regions(net, domain):
        forms = preactivations(net, region.pattern)
        for row, point in region.cell.facets:
            inside = domain is None or domain.interior_contains(point)
            together = tuple(g for g, form in enumerate(forms) if any(form[1:]) and rank([row, form]) == 1)
            if inside and len(together) > 1:
                expected[together] += 1
    assert found(net, domain, method) == expected


def test_maxima_of_several_forms():
    """max(x, y, 0) and max(x, y) share the half-line x = y >= 0, seen from both sides."""
    graph = GraphBuilder((2,))
    three = graph.add(Maxout(3), [graph.add(Affine([[1, 0], [0, 1], [0, 0]]), [0])])
    two = graph.add(Maxout(2), [graph.add(Affine([[1, 0], [0, 1]]), [0])])
    net = graph.finish(graph.add(Max(), [three, two]))
    walls = found(net, None, None)
    assert walls[0, 1] == 2


@pytest.mark.parametrize("scale", [10**400, 3])
def test_large_numbers(scale):
    """Quotients that no float holds bring forms together all the same."""
    rows = [[scale, 1], [2 * scale, 2], [1, scale]]
    net = Network.from_weights([(rows, [0, 0, 0]), ([[1, 1, 1]], [0])])
    walls = found(net, None, None)
    assert sum(count for gates, count in walls.items() if {0, 1} <= set(gates)) == 4
