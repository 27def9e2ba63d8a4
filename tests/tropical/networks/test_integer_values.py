"""Values in integers over one denominator, against those in fractions, layer by layer."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.tropical.strategies import networks
from tropical.networks.integer_values import chain_of_integers, integer_value
from tropical.networks.layers import Affine, MaxPool, ReLU
from tropical.networks.network import Network
from tropical.networks.points import exact_point


@given(networks(), st.lists(st.fractions(-3, 3, max_denominator=50), min_size=3, max_size=3))
def test_both_ways_agree(net: Network, point: list[Fraction]) -> None:
    point = point[: net.input_dim]
    layers = chain_of_integers(net.nodes)
    by_fractions = tuple(net._evaluate(exact_point(point, net.input_shape)).ravel())
    assert net(point) == by_fractions == net.program(point)
    assert layers is None or integer_value(layers, point) == by_fractions


def test_other_layers_and_shapes_take_fractions() -> None:
    rows = Network.chain((2, 2), [Affine([["1/2", 1]], ["1/3"]), ReLU()])
    assert rows([[1, 1], [2, -3]]) == (Fraction(11, 6), 0)
    assert chain_of_integers(Network.chain((1, 2, 2), [MaxPool(2)]).nodes) is None
    assert chain_of_integers(Network.chain(2, [ReLU()]).nodes) is not None
