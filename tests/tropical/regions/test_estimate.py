"""The sampled estimate against the expectation over the whole tree, and the forecast of a count."""

import json
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from polytopes.enumeration.cells import cells
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.splitting_tree import advance, branch, settle
from polytopes.errors import InputError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA
from tropical.networks.network import Network
from tropical.regions.estimate import Estimation, Forecast, descend, estimate_regions, size_of

KNOWN = json.loads((DATA / "regions.json").read_text())["networks"]


def read(name):
    arrays = np.load(DATA / "nets" / f"{name}.npz")
    return Network.from_weights([(arrays[f"W{k}"], arrays[f"b{k}"]) for k in range(len(arrays.files) // 2)])


def expectation(program, node, dim):
    """The expected weight and the number of leaves below a settled node, child by child."""
    node = advance(program, node)
    if not node.open:
        return Fraction(1), 1
    children = [settle(program, child) for child in branch(program, node)]
    sizes = [size_of(child, dim) for child in children]
    below = [expectation(program, child, dim) for child in children]
    assert min(sizes) > 0
    mean = sum(
        (Fraction(size, sum(sizes)) * Fraction(sum(sizes), size) * value)
        for size, (value, _) in zip(sizes, below, strict=True)
    )
    return mean, sum(leaves for _, leaves in below)


@pytest.mark.parametrize("name", ["int_2x8x8x1_s0", "int_3x10x1_s0", "nobias_2x8x8x1"])
def test_every_leaf_is_reached_with_the_weight_of_its_probability(name):
    program = read(name).program
    _, root = root_node(program, None, None, False)
    mean, leaves = expectation(program, settle(program, root), program.input_dim)
    assert mean == leaves == KNOWN[name]["R^d"]


def test_frequencies_match_the_weights_and_the_leaves_are_regions():
    program = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])]).program
    _, root = root_node(program, None, None, False)
    random = Random(3)
    descents = [descend(program, root, random) for _ in range(3000)]
    weights = {d.pattern: d.weight for d in descents}
    assert set(weights) == {cell.pattern for cell in cells(program)}
    assert sum(1 / weight for weight in weights.values()) == 1
    for pattern, weight in weights.items():
        share = sum(d.pattern == pattern for d in descents) / 3000
        assert abs(share - 1 / weight) < 0.05


@pytest.mark.parametrize("name", ["he_2x32x32x1_s0", "he_3x16x16x1_s0", "int_2x8x8x8x1_s0"])
@pytest.mark.parametrize("where", ["R^d", "box"])
def test_the_interval_and_the_bounds_hold(name, where):
    network = read(name)
    dim = network.input_dim
    domain = Polyhedron.box([-1] * dim, [1] * dim) if where == "box" else None
    found = estimate_regions(network, domain, samples=300, seed=1, budget=20)
    known = KNOWN[name][where]
    assert abs(found.sampled.mean - known) < 5 * found.sampled.standard_error
    assert all(bound.value >= known for bound in found.upper)
    assert all(bound.value <= known for bound in found.lower if bound.valid_for == "this network")
    assert found.exact in (None, known)


def test_the_same_seed_gives_the_same_estimate():
    network = read("int_2x8x8x1_s0")
    first, again = (estimate_regions(network, samples=20, seed=7, budget=60).sampled for _ in range(2))
    assert first == again


def test_networks_without_gates_and_too_few_samples():
    network = Network.from_weights([([[1, 1]], [0])])
    found = estimate_regions(network, samples=2)
    assert found.exact == 1 and found.sampled.mean == 1 and {b.value for b in found.upper} == {1}
    with pytest.raises(InputError, match="at least 2"):
        estimate_regions(network, samples=1)


def test_a_stopped_estimation_says_what_is_known():
    network = read("int_2x8x8x1_s0")
    estimation = Estimation(network)
    nothing = estimation.result(complete=False).as_dict()
    assert nothing["estimate"] is None and nothing["predicted_seconds"] is None and not nothing["complete"]
    estimation.run(budget=0)
    found = estimation.result(complete=True)
    assert found.sampled.samples == 2 and found.upper and found.lower


def test_a_forecast_waits_and_then_comes_close():
    forecast = Forecast(read("he_2x32x32x1_s0"))
    assert forecast.after(0.9, 10) is None
    expected = forecast.after(40.0, 10)
    assert KNOWN["he_2x32x32x1_s0"]["R^d"] / 2 < expected < KNOWN["he_2x32x32x1_s0"]["R^d"] * 2
    assert forecast.after(40.0, 10**9) is None
