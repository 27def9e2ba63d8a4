"""Bounds on the number of activation regions against exact counts and published values."""

from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arrangements.arrangement import Arrangement
from polytopes.enumeration.cells import cells
from polytopes.enumeration.gate_program import GateProgram
from tropical.networks.layers import Affine, Conv, Maxout, ReLU
from tropical.networks.network import Network
from tropical.regions.bounds import (
    bound_by_sizes,
    closed_form_bounds,
    independent_units,
    lower_bounds,
    regions_by_supports,
    upper_bounds,
)
from tropical.regions.counting import count_regions


def check_bounds(program: GateProgram, count: int) -> None:
    """All bounds hold for a count over the whole space, and those without ranks are no better than those with them."""
    inputs = program.input_dim
    upper, formulas = upper_bounds(program, inputs), closed_form_bounds(program, inputs)
    sizes = bound_by_sizes([[gate.rank for gate in stage.gates] for stage in program.stages], inputs)
    assert all(bound.value >= count for bound in (*upper, *formulas, sizes))
    assert all(a.value <= b.value and a.name == b.name for a, b in zip(upper, formulas, strict=False))
    assert formulas[0].value <= sizes.value
    lower = [b for b in lower_bounds(program, True) if b.valid_for == "this network"]
    assert all(bound.value <= count for bound in (*lower, independent_units(program)))


matrices = st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2**32))


@given(matrices)
def test_bounds_of_relu_networks_against_counts(shape):
    inputs, first, second, seed = shape
    random = np.random.default_rng(seed)
    sizes = [(first, inputs), (second, first), (1, second)]
    weights = [(random.integers(-2, 3, size), random.integers(-2, 3, size[0])) for size in sizes]
    program = Network.from_weights([(w.tolist(), b.tolist()) for w, b in weights]).program
    count = sum(1 for _ in cells(program))
    check_bounds(program, count)


@given(st.integers(1, 3), st.integers(2, 3), st.integers(1, 3), st.integers(0, 2**32))
@settings(max_examples=30)
def test_bounds_of_maxout_networks_against_counts(inputs, rank, units, seed):
    random = np.random.default_rng(seed)
    layers = []
    for size in (inputs, units):
        shape = (rank * units, size)
        layers += [Affine(random.integers(-3, 4, shape).tolist(), random.integers(-3, 4, shape[0]).tolist())]
        layers += [Maxout(rank)]
    program = Network.chain(inputs, layers).program
    count = sum(1 for _ in cells(program))
    check_bounds(program, count)


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
