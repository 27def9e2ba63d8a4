"""Shallow networks: chambers by the characteristic polynomial against the walk, degenerate networks included."""

import json
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.library.arrangements import resonance
from tests.paths import DATA
from tropical.networks.layers import Abs, Affine, LeakyReLU, Maxout, ReLU
from tropical.networks.network import Network
from tropical.regions import chamber_counts
from tropical.regions.chamber_counts import arrangement_of, chambers_of
from tropical.regions.counting import count_regions

KNOWN = json.loads((DATA / "regions.json").read_text())["networks"]
SHALLOW = [name for name in KNOWN if name.split("_")[1].count("x") == 2]


def read(name):
    arrays = np.load(DATA / "nets" / f"{name}.npz")
    return Network.from_weights([(arrays[f"W{k}"], arrays[f"b{k}"]) for k in range(len(arrays.files) // 2)])


def walked(network):
    found = count_regions(network, method="vertices")
    return found.activation_regions, found.bounded_activation_regions


def both(network):
    found = chambers_of(network)
    assert found is not None
    return found.count, found.bounded


@pytest.mark.parametrize("name", SHALLOW)
def test_known_networks_both_ways(name):
    network = read(name)
    assert both(network)[0] == KNOWN[name]["R^d"]
    if network.input_dim < 6:
        assert both(network) == walked(network)


@pytest.mark.parametrize("name", sorted(set(KNOWN) - set(SHALLOW)))
def test_deep_networks_are_left_to_the_walk(name):
    assert chambers_of(read(name)) is None


integers = st.integers(-2, 2)


@given(st.integers(1, 3), st.lists(st.tuples(*[integers] * 4), min_size=1, max_size=8), st.sampled_from("rla"))
def test_small_weights_both_ways(dim, rows, kind):
    layer = {"r": ReLU(), "l": LeakyReLU("1/10"), "a": Abs()}[kind]
    weights = [list(row[:dim]) for row in rows]
    network = Network.from_weights([(weights, [row[3] for row in rows]), ([[1] * len(rows)], [0])], layer)
    assert both(network) == walked(network)


def test_linear_layers_around_are_folded():
    first, second = [[1, 2], [3, 4], [1, 1]], [[1, 0, 1], [0, 1, 1], [2, 2, 4]]
    network = Network.chain(2, [Affine(first, [1, 0, 2]), Affine(second, [0, 1, 1]), ReLU(), Affine([[1, 1, 1]], [0])])
    assert both(network) == walked(network)


def test_generic_networks_by_the_formula():
    random = np.random.default_rng(5)
    network = Network.from_weights([(random.normal(size=(40, 4)), random.normal(size=40)), (np.ones((1, 40)), [0.0])])
    assert both(network) == (sum(comb(40, k) for k in range(5)), comb(39, 4))


def test_units_that_are_no_hyperplanes():
    nothing = Network.from_weights([([[0, 0]], [1]), ([[1]], [0])])
    assert both(nothing) == (1, 0) == walked(nothing)
    assert both(Network.from_weights([([[1, 0], [0, 1]], [0, 0])])) == (1, 0)


def test_maxout_of_rank_two_has_hyperplanes_of_higher_rank_it_has_none():
    affine = Affine([[1, 0], [0, 1], [1, 1], [2, 1], [1, -1], [0, 3]], [0, 1, 0, 1, 2, 0])
    pairs = Network.chain(2, [affine, Maxout(2)])
    assert both(pairs) == walked(pairs)
    assert arrangement_of(Network.chain(2, [affine, Maxout(3)]).program) is None


def test_what_would_take_long_is_left_to_the_walk(monkeypatch):
    network = Network.from_weights([(resonance(4).arrangement.normals, [0] * 15), ([[1] * 15], [0])])
    assert both(network) == (370, 0)
    monkeypatch.setattr(chamber_counts, "MOST_STEPS", 10)
    assert chambers_of(network) is None
    assert count_regions(network).activation_regions == 370
