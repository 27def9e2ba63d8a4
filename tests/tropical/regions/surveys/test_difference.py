"""Differences of networks: known functions, identities, brute force on refinements."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import LimitReached, NoAnswerError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import box, networks
from tropical.networks.layers import Affine, Conv, MaxPool, ReLU, Reshape
from tropical.networks.network import Network
from tropical.regions.activation_regions import activation_regions
from tropical.regions.surveys.difference import difference, difference_network, differing_regions


def doubled(net):
    """The same function with every hidden layer's rows doubled and the next columns halved."""
    layers = [node.layer for node in net.nodes if isinstance(node.layer, Affine)]
    weights = [(layer.weight.fractions.copy(), layer.bias.fractions.copy()) for layer in layers]
    for (W, b), (V, _) in pairwise(weights):
        W *= 2
        b *= 2
        V /= Fraction(2)
    return Network.from_weights([(W.tolist(), b.tolist()) for W, b in weights])


@given(networks())
def test_rescaled_network_is_equal(net):
    found = difference(net, doubled(net))
    assert found.equal is True
    assert found.n_differing == 0
    assert found.largest_of_all.value == 0
    # The gates of both networks have the same winners, so the refinement is the subdivision itself.
    assert found.n_regions == len(list(activation_regions(net)))


@given(networks(dims=(2,), outputs=(2,)), networks(dims=(2,), outputs=(2,)))
def test_two_networks_by_vertices_of_the_refinement(A, B):
    domain = box(2)
    found = difference(A, B, domain, volume=True)
    cells = list(activation_regions(difference_network(A, B), domain))
    differing = [cell for cell in cells if any(A(v) != B(v) for v in cell.vertices)]
    gaps = [[abs(a - b) for a, b in zip(A(v), B(v), strict=True)] for cell in cells for v in cell.vertices]
    assert (found.n_regions, found.n_differing) == (len(cells), len(differing))
    assert found.equal == (not differing)
    assert [cell.pattern for cell in differing_regions(A, B, domain)] == [cell.pattern for cell in differing]
    assert [top.value for top in found.largest] == [max(column) for column in zip(*gaps, strict=True)]
    assert found.largest_of_all.value == max(map(max, gaps))
    assert found.differing_volume == sum(cell.volume for cell in differing)
    assert found.domain_volume == 4
    top = found.largest_of_all
    assert max(abs(a - b) for a, b in zip(A(top.point), B(top.point), strict=True)) == top.value
    back = difference(B, A, domain)
    assert back.largest_of_all.value == top.value


@given(
    networks(dims=(2,), outputs=(1,)),
    networks(dims=(2,), outputs=(1,)),
    st.tuples(*[st.fractions(-1, 1, max_denominator=9)] * 2),
)
def test_random_points_are_bounds(A, B, point):
    assert abs(A(point)[0] - B(point)[0]) <= difference(A, B, box(2)).largest_of_all.value


def test_equal_on_a_part_only():
    """max(0, x) and x agree for x >= 0."""
    A = Network.from_weights([([[1]], [0]), ([[1]], [0])])
    B = Network.from_weights([([[1]], [0])])
    assert difference(A, B, Polyhedron.box([0], [4])).equal is True
    found = difference(A, B, Polyhedron.box([-1], [3]), volume=True)
    assert found.equal is False
    assert found.differing_fraction == Fraction(1, 4)
    assert (found.largest_of_all.value, found.largest_of_all.point) == (1, (-1,))
    whole = difference(A, B)
    assert whole.largest_of_all.value is None
    assert whole.largest_of_all.ray == (-1,)


def test_a_difference_that_floating_point_does_not_see():
    A = Network.from_weights([([[1, 1]], [0]), ([[1]], [0])])
    B = Network.from_weights([([[1, 1]], [0]), ([[1]], [Fraction(1, 10**40)])])
    found = difference(A, B)
    assert found.equal is False
    assert found.largest_of_all.value == Fraction(1, 10**40)


def test_other_architecture_and_shapes():
    """Convolution and pooling written out as dense layers and a maximum."""
    image = Network.chain((1, 4), [Conv([[[1, -1]]]), ReLU(), Reshape((-1,))])
    dense = Network.chain(4, [Affine([[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]]), ReLU()])
    found = difference(image, dense)
    assert found.equal is True
    assert found.n_regions == 8
    pooled = Network.chain((1, 2), [MaxPool(2), Reshape((-1,))])  # max(x, y) = y + max(0, x - y)
    written = Network.from_weights([([[1, -1], [0, 1], [0, -1]], [0, 0, 0]), ([[1, 1, -1]], [0])])
    assert difference(pooled, written).equal is True


def test_dimensions_must_agree():
    one, two = (Network.from_weights([([[1] * n], [0])]) for n in (1, 2))
    with pytest.raises(ShapeError, match="1 inputs, the second 2"):
        difference(one, two)
    with pytest.raises(ShapeError, match="outputs"):
        difference(one, Network.from_weights([([[1], [1]], [0, 0])]))


def test_volume_needs_a_bounded_domain():
    net = Network.from_weights([([[1]], [0])])
    with pytest.raises(NoAnswerError, match="box"):
        difference(net, net, volume=True)


def test_limit_leaves_only_what_is_proven():
    A = Network.from_weights([([[1], [1], [1]], [0, -1, -2]), ([[1, 1, 1]], [0])])
    with pytest.raises(LimitReached) as stop:
        difference(A, A, limit=2)
    assert stop.value.partial.equal is None
    B = Network.from_weights([([[1], [1], [1]], [0, -1, -2]), ([[1, 1, 1]], [1])])
    with pytest.raises(LimitReached) as stop:
        difference(A, B, limit=2)
    assert stop.value.partial.equal is False
    assert not stop.value.partial.complete
