"""Bounds against exact counts; the sampled estimate against the expectation over the whole tree."""

import json
from fractions import Fraction
from itertools import combinations, permutations
from math import comb
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arrangements.arrangement import Arrangement
from polytopes.enumeration.cells import cells
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.splitting_tree import advance, branch, settle
from polytopes.errors import InputError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA
from tropical.networks.layers import Affine, Conv, Maxout, ReLU
from tropical.networks.network import Network
from tropical.regions.bounds import lower_bounds, regions_by_supports, upper_bounds
from tropical.regions.confidence import at_least, summarize
from tropical.regions.counting import count_regions
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


integers = st.integers(-2, 2)
matrices = st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32))


@given(matrices)
@settings(max_examples=40, deadline=None)
def test_bounds_of_relu_networks_against_counts(shape):
    inputs, first, second, seed = shape
    random = np.random.default_rng(seed)
    sizes = [(first, inputs), (second, first), (1, second)]
    weights = [(random.integers(-2, 3, size), random.integers(-2, 3, size[0])) for size in sizes]
    program = Network.from_weights([(w.tolist(), b.tolist()) for w, b in weights]).program
    count = sum(1 for _ in cells(program))
    assert all(bound.value >= count for bound in upper_bounds(program, inputs))
    assert all(b.value <= count for b in lower_bounds(program, True) if b.valid_for == "this network")


@given(st.integers(1, 3), st.integers(2, 3), st.integers(1, 3), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_bounds_of_maxout_networks_against_counts(inputs, rank, units, seed):
    random = np.random.default_rng(seed)
    layers = []
    for size in (inputs, units):
        shape = (rank * units, size)
        layers += [Affine(random.integers(-3, 4, shape).tolist(), random.integers(-3, 4, shape[0]).tolist())]
        layers += [Maxout(rank)]
    program = Network.chain(inputs, layers).program
    count = sum(1 for _ in cells(program))
    assert all(bound.value >= count for bound in upper_bounds(program, inputs))
    assert all(b.value <= count for b in lower_bounds(program, True) if b.valid_for == "this network")


def test_published_values():
    random = np.random.default_rng(0)
    weights = [(random.normal(size=size), random.normal(size=size[0])) for size in [(4, 2), (4, 4), (1, 4)]]
    program = Network.from_weights(weights).program
    upper = {bound.name: bound.value for bound in upper_bounds(program, 2)}
    full = sum(comb(4, j) for j in range(3))
    assert upper["layer by layer"] == full**2
    # 0, 1 or 2 of 4 units off leave dimension 2 in the plane.
    assert upper["dimensions of images"] == full**2
    [folding] = [b for b in lower_bounds(program, True) if b.name == "folding"]
    assert folding.value == 2**2 * full
    assert folding.valid_for == "some network of this architecture"


def test_narrow_layers_lower_the_bound():
    random = np.random.default_rng(0)
    weights = [(random.normal(size=size), random.normal(size=size[0])) for size in [(2, 3), (6, 2), (1, 6)]]
    upper = {b.name: b.value for b in upper_bounds(Network.from_weights(weights).program, 3)}
    # Both units on: a plane; one off: a line; both off: a point.
    assert upper["dimensions of images"] == 22 + 2 * 7 + 1
    assert upper["layer by layer"] == 4 * 22


def test_summary_by_hand():
    found = summarize([Fraction(2), Fraction(4)], 5)
    assert (found.mean, found.standard_error, found.samples, found.seed) == (3.0, 1.0, 2, 5)


def test_networks_without_gates_and_too_few_samples():
    network = Network.from_weights([([[1, 1]], [0])])
    found = estimate_regions(network, samples=2)
    assert found.exact == 1 and found.sampled.mean == 1 and {b.value for b in found.upper} == {1}
    with pytest.raises(InputError, match="at least 2"):
        estimate_regions(network, samples=1)


CONVOLUTIONS = [
    # input shape, output channels, window, stride
    ((1, 5), 2, (2,), 1),
    ((1, 7), 2, (3,), 2),
    ((2, 4), 3, (2,), 1),
    ((1, 3, 4), 1, (2, 3), 1),
    ((1, 3, 3), 3, (3, 3), 1),
]


@pytest.mark.parametrize(("shape", "channels", "window", "stride"), CONVOLUTIONS)
def test_windows_give_the_regions_of_a_generic_convolution(shape, channels, window, stride):
    random = np.random.default_rng(1)
    weight, bias = random.normal(size=(channels, shape[0], *window)), random.normal(size=channels)
    network = Network.chain(shape, [Conv(weight.tolist(), bias.tolist(), stride=stride), ReLU()])
    upper = {bound.name: bound.value for bound in upper_bounds(network.program, network.input_dim)}
    assert upper.get("windows of the first layer", upper["layer by layer"]) == count_regions(network).activation_regions


def test_two_filters_that_commute():
    """Filters f, g of 2 x 2 on 3 x 3 numbers: f * g = g * f is a relation between the 8 normals, of rank 7."""
    random = np.random.default_rng(1)
    weight, bias = random.normal(size=(2, 1, 2, 2)), random.normal(size=2)
    network = Network.chain((1, 3, 3), [Conv(weight.tolist(), bias.tolist()), ReLU()])
    upper = {bound.name: bound.value for bound in upper_bounds(network.program, 9)}
    assert upper["windows of the first layer"] == 256
    assert count_regions(network).activation_regions == 255


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_supports_bound_the_chambers(dim, n, seed):
    random = np.random.default_rng(seed)
    normals = random.integers(-2, 3, (n, dim)) * random.integers(0, 2, (n, dim))
    rows = np.column_stack([random.integers(-2, 3, n), normals]).tolist()
    arrangement = Arrangement.from_rows(rows, dim, drop_constant=True)
    supports = [tuple(np.flatnonzero(normal).tolist()) for normal in arrangement.normals]
    by_definition = sum(
        any(all(i in s for i, s in zip(places, chosen, strict=True)) for places in permutations(range(dim), k))
        for k in range(min(dim, len(supports)) + 1)
        for chosen in combinations(supports, k)
    )
    assert regions_by_supports(supports) == by_definition >= arrangement.n_chambers


def test_many_windows_are_given_up():
    """The number of places that are looked at is limited; without that this would take years."""
    windows = [(i, i + 1, i + 8, i + 9) for i in range(0, 55)]
    assert regions_by_supports(windows * 8) is None


def test_the_confidence_is_kept_for_a_distribution_of_heavy_tail():
    """2^k with probability 2^-k, cut off at k = 12, has mean 13 and is mostly much less."""
    random = Random(2)
    law = [2**k for k in range(1, 13)] + [2**12]
    chances = [2**-k for k in range(1, 13)] + [2**-12]
    wrong = 0
    for _ in range(60):
        weights = [Fraction(w) for w in random.choices(law, chances, k=100)]
        wrong += at_least(weights) > 13
    assert wrong <= 6


def test_the_limit_is_close_for_samples_of_small_spread():
    weights = [Fraction(1000 + k % 7) for k in range(400)]
    assert 970 < at_least(weights) <= 1003
    assert at_least([Fraction(1)] * 10) == 1


def test_weights_beyond_floats():
    weights = [Fraction(2**3000), Fraction(2**3001)] * 20
    found = summarize(weights, 0)
    assert isinstance(found.mean, int) and found.mean == 3 * 2**2999
    assert 2**2999 < found.at_least <= found.mean
    json.dumps(found.as_dict())


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
