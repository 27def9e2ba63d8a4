"""Questions over boxes of many inputs: the same answers as in few inputs that are padded, or a refusal."""

from __future__ import annotations

from fractions import Fraction

import pytest

from polytopes.errors import DomainError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical import Network, activation_regions, count_regions, local_complexity, network_boundary
from tropical.regions import dual_graph

SMALL = [([[1, 2], [2, -1], [1, 1]], [0, 0, -1]), ([[1, -1, 1]], [0])]
PADDED = 40


def padded():
    """The network in two of 42 inputs."""
    (weights, bias), last = SMALL
    return Network.from_weights([([[*row, *[0] * PADDED] for row in weights], bias), last])


def test_dual_graph_and_facets():
    small, wide = Network.from_weights(SMALL), padded()
    box, wide_box = ([[-1, 1]] * dim for dim in (2, 2 + PADDED))
    near, far = (dual_graph(activation_regions(net, area)) for net, area in ((small, box), (wide, wide_box)))
    assert set(near.nodes) == set(far.nodes)
    assert {frozenset(edge) for edge in near.edges} == {frozenset(edge) for edge in far.edges}
    for pattern, region in far.nodes(data="region"):
        assert len(region.facets) == len(near.nodes[pattern]["region"].facets) + 2 * PADDED


def test_half_spaces_and_slices():
    """Rows in the two inputs that are read cut the regions as in the plane."""
    small, wide, half = Network.from_weights(SMALL), padded(), Fraction(1, 2)
    for row in ([half, 1, -1], [-2, 1, 1], [-1, 3, 0]):
        flat, cut = (Polyhedron.box([-1] * dim, [1] * dim) for dim in (2, 2 + PADDED))
        flat &= Polyhedron.from_rows([row])
        cut &= Polyhedron.from_rows([[*row, *[0] * PADDED]])
        assert cut.dim == (2 + PADDED if flat.dim == 2 else PADDED)
        expected = count_regions(small, flat, relative=True).activation_regions
        assert count_regions(wide, cut, relative=True).activation_regions == expected
        assert count_regions(wide, cut, linear=True, relative=True).activation_regions == expected


@pytest.mark.parametrize("question", [network_boundary, local_complexity])
def test_what_needs_vertices_is_refused(question):
    with pytest.raises(DomainError, match=r"42 free coordinates have too many vertices.*; "):
        question(padded(), [[-1, 1]] * (2 + PADDED))
