"""Random maxout networks, and the published experiment."""

import json
from fractions import Fraction
from math import pi

import numpy as np
import pytest

from polytopes import Polyhedron
from polytopes.errors import InputError
from tests.paths import DATA
from tropical import Network, count_regions, load, network_boundary
from tropical.initialization import random_maxout
from tropical.networks.layers import Affine, Maxout
from tropical.regions import regions_by_layer

SQUARE = Polyhedron.box([-3, -3], [3, 3])


def weights(network: Network) -> list[np.ndarray]:
    return [node.layer.weight.floats for node in network.nodes if isinstance(node.layer, Affine)]


def test_published_experiment() -> None:
    """216 linear regions and 30 pieces of the boundary, in the README of the code of Tseran and Montúfar (2021)."""
    network = random_maxout([2, 7, 7, 6, 2], rank=2, seed=123)
    assert network == load(DATA / "maxout_seed_123.json")
    count = count_regions(network, SQUARE, linear=True)
    assert (count.activation_regions, count.linear_regions, count.distinct_affine_maps) == (216, 216, 216)
    assert regions_by_layer(network, SQUARE) == (24, 114, 216)
    assert network_boundary(network, SQUARE).complex.n_maximal_cells == 30
    whole = count_regions(network)
    assert (whole.activation_regions, whole.bounded_activation_regions) == (234, 202)


def test_weights_are_the_floats_that_numpy_draws() -> None:
    numbers = np.random.RandomState(7)
    first = numbers.normal(0, np.sqrt(2 / 3), (4, 2, 3)).reshape(8, 3)
    found = random_maxout([3, 4, 1], rank=2, seed=7, scheme="he").nodes[1].layer
    assert isinstance(found, Affine)
    assert found.weight.fractions.tolist() == [[Fraction(entry) for entry in row] for row in first.tolist()]


def test_sphere_and_many_regions() -> None:
    on_sphere = random_maxout([5, 6, 2], rank=3, seed=1, scheme="sphere").nodes[1].layer
    assert isinstance(on_sphere, Affine)
    bias = on_sphere.bias.floats + 1 / np.sqrt(3 * 5)
    assert np.allclose((on_sphere.weight.floats**2).sum(axis=1) + bias**2, 1)
    many = random_maxout([3, 6, 2], rank=4, seed=1, scheme="many-regions")
    forms = weights(many)[0].reshape(6, 4, 3)
    assert all(np.linalg.matrix_rank(own, tol=1e-9) == 1 for own in forms)
    assert abs(many.nodes[1].layer.bias.floats[0] - np.sin(pi / 4)) < 0.1  # type: ignore[union-attr]


def test_gains_and_zero_biases() -> None:
    small, large = (random_maxout([4, 30, 1], 5, 3, gain=g) for g in ("1/4", 1))
    assert np.allclose(2 * weights(small)[0], weights(large)[0])
    free = random_maxout([4, 3, 1], 2, 3, zero_bias=True)
    assert all(not node.layer.bias.floats.any() for node in free.nodes if isinstance(node.layer, Affine))


def test_rank_one_and_no_hidden_layer() -> None:
    linear = random_maxout([3, 4, 2], rank=1, seed=0)
    assert linear.n_gates == 0 and isinstance(linear.nodes[2].layer, Maxout)
    assert random_maxout([3, 2], rank=5).n_gates == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed -1"),
        ({"seed": 2**32}, "seed 4294967296"),
        ({"scheme": "xavier"}, "give one of he, maxout-he, sphere, many-regions"),
        ({"gain": 0}, "gain 0"),
        ({"scheme": "he", "gain": 1}, "has the gain 2"),
        ({"scheme": "sphere", "zero_bias": True}, "is about its biases"),
        ({"output_gain": -1}, "output_gain -1"),
        ({"widths": [2, 10**6, 1]}, "at most 10,000,000"),
        ({"rank": 0}, "maxout of rank 0"),
    ],
)
def test_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        random_maxout(**{"widths": [2, 3, 1], "rank": 5, **arguments})  # type: ignore[arg-type]


def test_file_is_readable() -> None:
    document = json.loads((DATA / "maxout_seed_123.json").read_text())
    assert document["input_shape"] == [2]
