"""Single weights of networks changed: against networks that are built with the other weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, NumberError
from tropical.networks.changes import Change, tensors, with_changes
from tropical.networks.layers import Affine, Conv, LeakyReLU, ReLU, Reshape
from tropical.networks.network import Network

number = st.fractions(-3, 3, max_denominator=9)


@given(st.lists(number, min_size=9, max_size=9), st.lists(st.tuples(st.integers(0, 8), number), max_size=6))
def test_against_networks_built_afresh(entries, changed):
    def build(own):
        return Network.from_weights([([own[:2], own[2:4]], own[4:6]), ([own[6:8]], own[8:])])

    places = [("affine0", "weight", k) for k in range(4)] + [("affine0", "bias", k) for k in range(2)]
    places += [("affine1", "weight", k) for k in range(2)] + [("affine1", "bias", 0)]
    after = list(entries)
    for k, value in changed:
        after[k] = value
    found = with_changes(build(entries), [Change(*places[k], value) for k, value in changed])
    assert found == build(after)
    for point in ((0, 0), (1, "1/2"), (-3, 2)):
        assert found(point) == build(after)(point)


def test_tensors_of_other_layers():
    network = Network.chain((1, 2, 2), [Conv([[[[1, 2], [3, 4]]]], [0]), Reshape((1,)), LeakyReLU("1/2")])
    assert [[name for name, _ in tensors(node.layer)] for node in network.nodes[1:]] == [
        ["weight", "bias"],
        [],
        ["slope"],
    ]
    changed = with_changes(network, [("conv0", "weight", 3, "-5/2"), ("leakyrelu0", "slope", 0, 0)])
    assert changed([0, 0, 0, 2]) == (0,) and changed([1, 0, 0, 0]) == (1,) and network([0, 0, 0, 2]) == (8,)
    assert with_changes(network, []) == network


def test_refusals():
    network = Network.chain(1, [Affine([[1]]), ReLU()])
    for change in (("none", "weight", 0, 1), ("relu0", "weight", 0, 1), ("affine0", "kind", 0, 1)):
        with pytest.raises(InputError, match="of a layer"):
            with_changes(network, [change])
    for place in (-1, 1, 10**9):
        with pytest.raises(InputError, match="which has 1 numbers"):
            with_changes(network, [("affine0", "weight", place, 1)])
    with pytest.raises(NumberError):
        with_changes(network, [("affine0", "weight", 0, "1/0")])
