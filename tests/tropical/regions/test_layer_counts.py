"""Numbers of regions after each layer, against the beginnings of the patterns that occur."""

from hypothesis import given, settings

from polytopes import Polyhedron
from tests.tropical.strategies import box, networks
from tropical import Network, activation_regions
from tropical.initialization import random_maxout
from tropical.regions import regions_by_layer


def beginnings(network: Network, domain: Polyhedron | None) -> tuple[int, ...]:
    """Every region after a layer holds a region of the network, so beginnings of patterns tell them apart."""
    patterns = [region.pattern for region in activation_regions(network, domain)]
    ends, found = 0, []
    for layer in network.layers:
        if layer.n_gates:
            ends += layer.n_gates
            found.append(len({pattern[:ends] for pattern in patterns}))
    return tuple(found)


@settings(max_examples=25)
@given(networks())
def test_relu_networks(network: Network) -> None:
    assert regions_by_layer(network) == beginnings(network, None)
    square = box(network.input_dim)
    assert regions_by_layer(network, square) == beginnings(network, square)


def test_maxout_and_no_gates() -> None:
    network = random_maxout([2, 3, 3, 1], rank=4, seed=0, scheme="sphere")
    assert regions_by_layer(network) == beginnings(network, None)
    assert regions_by_layer(Network.from_weights([([[1]], [0])])) == ()
