"""Networks in classification fans: attained dichotomies, derivatives, functional dimensions, positions."""

from __future__ import annotations

import importlib
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached, NoAnswerError, UnsupportedError, VerificationFailed
from polytopes.optimization import cddlib
from tests.tropical.fans.activation.strategies import data_sets
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational
from tropical.fans.classification.dichotomies import sign_vectors
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.data_set import DataSet
from tropical.networks.layers.activation import LeakyReLU, Maxout
from tropical.networks.network import Network
from tropical.parameter_space.attained_dichotomies import _after_first_layers, attained_dichotomies
from tropical.parameter_space.hidden_layer import Budget
from tropical.parameter_space.jacobian import (
    functional_dimension,
    image_dimension,
    jacobian,
    n_parameters,
    scaling_dimension,
)
from tropical.parameter_space.position import position_of_network, position_of_rational

SQUARE = DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)])


def rational_signs(data: DataSet, terms: tuple[int, int]) -> set[tuple[int, ...]]:
    return {signs for signs, _ in sign_vectors(ClassificationFan.of(data, terms))}


def signs_of(network: Network, data: DataSet) -> tuple[int, ...]:
    values = [network(point)[0] for point in data.points]
    return tuple((value > 0) - (value < 0) for value in values)


def attained_by_programs(data: DataSet, width: int) -> set[tuple[int, ...]]:
    """Hidden signs, outer signs and targets one by one; an exact program for the weights each."""
    size, unit = data.n_points, data.dim + 1
    linear = rational_signs(data, (1, 1))
    found = set()
    for target in product((1, -1), repeat=size):
        choices = product(product(linear, repeat=width), product((1, -1), repeat=width))
        if any(feasible(data, target, hidden, outer, unit) for hidden, outer in choices):
            found.add(target)
    return found


def feasible(data: DataSet, target: Any, hidden: Any, outer: Any, unit: int) -> bool:
    rows = []
    for p, point in enumerate(data.points):
        total = [Fraction(0)] * (unit * len(outer))
        for j, (signs, weight) in enumerate(zip(hidden, outer, strict=True)):
            own = [Fraction(0)] * (unit * len(outer) + 1)
            own[j * unit : (j + 1) * unit] = [Fraction(signs[p]), *(signs[p] * entry for entry in point)]
            rows.append((Fraction(-1), *own))
            if signs[p] > 0:
                total[j * unit : (j + 1) * unit] = [Fraction(weight), *(weight * entry for entry in point)]
        rows.append((Fraction(-1), *(target[p] * entry for entry in total), Fraction(target[p])))
    return cddlib.maximum([0] * len(rows[0]), rows)[0] == "optimal"


@pytest.mark.parametrize("points", [[[0], [1], [2], [3]], [[0], [1], [5]], [[0, 0], [1, 0], [0, 1]]])
def test_two_hidden_units_by_exact_programs(points: list[list[int]]) -> None:
    data = DataSet.of(points)
    found = attained_dichotomies(data, (2,))
    assert found.is_complete and set(found.signs) == attained_by_programs(data, 2)


@settings(max_examples=25)
@given(data_sets(4, 2))
def test_one_hidden_unit_attains_what_an_affine_function_does(data: DataSet) -> None:
    """{f > 0} is a half-space, empty or everything."""
    assume(data.dim > 0)
    affine, one = attained_dichotomies(data, ()), attained_dichotomies(data, (1,))
    assert affine.is_complete and one.is_complete
    assert set(affine.signs) == set(one.signs) == rational_signs(data, (1, 1))
    for found in (affine, one):
        assert all(signs_of(network, data) == signs for signs, network in found.networks.items())


@settings(max_examples=6)
@given(data_sets(4, 1))
def test_two_hidden_units_lie_between_one_and_their_rational_functions(data: DataSet) -> None:
    """k positive units and l negative ones are a rational function with (2^k, 2^l) terms."""
    assume(data.dim > 0)
    two = attained_dichotomies(data, (2,))
    assert all(signs_of(network, data) == signs for signs, network in two.networks.items())
    larger = rational_signs(data, (4, 1)) | rational_signs(data, (2, 2)) | rational_signs(data, (1, 4))
    assert rational_signs(data, (1, 1)) <= set(two.signs) <= larger


def test_five_points_in_the_plane_and_their_opposites() -> None:
    data = DataSet.of([(0, 0), (4, 0), (5, 3), (2, 5), (1, 2)])
    found = attained_dichotomies(data, (2,))
    assert all(signs_of(network, data) == signs for signs, network in found.networks.items())
    assert {tuple(-sign for sign in signs) for signs in found.signs} == set(found.signs)
    assert rational_signs(data, (1, 1)) <= set(found.signs)


def test_xor_needs_two_units() -> None:
    xor = (-1, 1, 1, -1)
    assert xor not in attained_dichotomies(SQUARE, (1,)).networks
    network = attained_dichotomies(SQUARE, (2,)).networks[xor]
    assert signs_of(network, SQUARE) == xor and network.layers[0].output_shape == (2,)


@pytest.mark.parametrize("hidden", [(2, 2), (2, 2, 2), (3, 2)])
def test_deeper_networks_are_bounded(hidden: tuple[int, ...]) -> None:
    found = attained_dichotomies(SQUARE, hidden)
    assert found.is_complete and len(found.networks) == found.at_most == 16
    assert all(signs_of(network, SQUARE) == signs for signs, network in found.networks.items())
    assert all(hidden_widths(network) == hidden for network in found.networks.values())
    none = attained_dichotomies(SQUARE, hidden, tries=0)
    assert not none.is_complete and not none.networks and none.at_most == 16


def test_no_points_and_one() -> None:
    for hidden in ((), (2,), (1, 2), (2, 2), (2, 1)):
        assert attained_dichotomies(DataSet.of([[0]]), hidden).is_complete
        assert attained_dichotomies(DataSet.of([[3, 1]] * 2), hidden).signs == [(-1, -1), (1, 1)]
        assert attained_dichotomies(DataSet.of([], dim=1), hidden).signs == [()]


def hidden_widths(network: Network) -> tuple[int, ...]:
    return tuple(layer.output_shape[0] for layer in network.layers if layer.kind == "Affine")[:-1]


@settings(max_examples=8)
@given(data_sets(4, 2))
def test_ones_at_the_end_change_nothing(data: DataSet) -> None:
    assume(data.dim > 0)
    for hidden in ((1,), (2,), (1, 2)):
        with_ones = attained_dichotomies(data, (*hidden, 1, 1))
        assert with_ones.is_complete and with_ones.signs == attained_dichotomies(data, hidden).signs
        assert all(signs_of(network, data) == signs for signs, network in with_ones.networks.items())
        assert all(hidden_widths(network) == (*hidden, 1, 1) for network in with_ones.networks.values())


@settings(max_examples=8)
@given(data_sets(5, 2))
def test_one_unit_and_then_two_by_first_layers(data: DataSet) -> None:
    """Searching through first layers finds nothing more than the orders, and on few points all of it."""
    assume(data.dim > 0 and data.rows)
    exact = attained_dichotomies(data, (1, 2))
    assert exact.is_complete
    assert all(signs_of(network, data) == signs for signs, network in exact.networks.items())
    searched = {signs for signs, _ in _after_first_layers(data, (1, 2), (), 60, Random(0), Budget())}
    assert searched <= set(exact.signs)
    if len(data.rows) <= 4:
        assert searched == set(exact.signs)


@pytest.mark.parametrize(
    ("points", "number"),
    [
        ([(2, 0), (5, 0), (7, 3), (5, 6), (2, 6), (0, 3)], 62),
        ([(0, 0), (2, 0), (0, 2), (2, 2), (1, 1), (1, 0)], 60),
        ([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (0, 1)], 44),
    ],
)
def test_six_points_that_one_unit_and_then_two_do_not_shatter(points: list[tuple[int, int]], number: int) -> None:
    data = DataSet.of(points)
    found = attained_dichotomies(data, (1, 2))
    searched = {signs for signs, _ in _after_first_layers(data, (1, 2), (), 80, Random(0), Budget())}
    assert searched == set(found.signs) and len(searched) == found.at_most == number


def test_refusals_of_architectures() -> None:
    with pytest.raises(InputError, match="positive integers"):
        attained_dichotomies(SQUARE, (0,))
    with pytest.raises(InputError, match="dimension 0"):
        attained_dichotomies(DataSet.of([[]]), (1,))
    with pytest.raises(LimitReached) as stop:
        attained_dichotomies(SQUARE, (2,), limit=5)
    assert not stop.value.partial.is_complete and stop.value.partial.networks


def random_network(widths: tuple[int, ...], seed: int, activation: Any = "relu") -> Network:
    random = Random(seed)
    weights = [
        ([[random.randint(-9, 9) for _ in range(a)] for _ in range(b)], [random.randint(-9, 9) for _ in range(b)])
        for a, b in pairwise(widths)
    ]
    return Network.from_weights(weights, activation)


def flat(network: Network) -> list[Any]:
    """The parameters in the order of derivatives."""
    layers = [node.layer for node in network.nodes if hasattr(node.layer, "bias")]
    return [
        x
        for layer in layers
        for row, b in zip(layer.weight.nested(), layer.bias.nested(), strict=True)
        for x in (*row, b)
    ]


def of_flat(values: list[Any], widths: tuple[int, ...], activation: Any) -> Network:
    entries = iter(values)
    weights = []
    for a, b in pairwise(widths):
        rows = [[next(entries) for _ in range(a + 1)] for _ in range(b)]
        weights.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    return Network.from_weights(weights, activation)


@settings(max_examples=20)
@given(
    st.sampled_from([(2, 3, 1), (1, 2, 2, 1), (2, 2, 2)]), st.integers(0, 99), st.sampled_from(["relu", "abs", "leaky"])
)
def test_derivatives_are_exact_difference_quotients(widths: tuple[int, ...], seed: int, name: str) -> None:
    """The value is piecewise linear in each single parameter, so a small enough difference quotient is exact."""
    activation = LeakyReLU(Fraction(1, 3)) if name == "leaky" else name
    network = random_network(widths, seed, activation)
    values, step = [Fraction(x) for x in flat(network)], Fraction(1, 10**9)
    point = [Fraction(5, 7), Fraction(-11, 13)][: widths[0]]
    try:
        rows = jacobian(network, [point])
    except NoAnswerError:
        return
    before = network(point)
    assert len(rows[0]) == len(values) == n_parameters(network)
    for k in range(len(values)):
        moved = of_flat([x + step * (i == k) for i, x in enumerate(values)], widths, activation)(point)
        assert [row[k] for row in rows] == [(a - b) / step for a, b in zip(moved, before, strict=True)]


@pytest.mark.parametrize(("widths", "seed"), [((1, 2, 1), 1), ((2, 3, 1), 2), ((2, 2, 1), 5), ((2, 2, 2, 1), 3)])
def test_functional_dimension_is_the_rank_at_many_points(widths: tuple[int, ...], seed: int) -> None:
    network, random = random_network(widths, seed), Random(seed)
    points = [[Fraction(random.randint(-4000, 4000), 977) for _ in range(widths[0])] for _ in range(400)]
    dimension = functional_dimension(network)
    assert image_dimension(network, points) == dimension <= scaling_dimension(widths[1:-1], widths[0])


def test_functional_dimension_of_known_networks() -> None:
    generic = Network.from_weights([([[1, 2], [3, -1], [1, 1]], [1, -2, -7]), ([[1, 1, -1]], [2])])
    assert functional_dimension(generic) == scaling_dimension((3,), 2) == n_parameters(generic) - 3
    affine = Network.from_weights([([[1, 2]], [3])])
    assert functional_dimension(affine) == 3
    dead = Network.from_weights([([[0], [1]], [-1, 0]), ([[1, 1]], [0])])
    assert functional_dimension(dead) == 3
    unread = Network.from_weights([([[1], [1]], [0, -1]), ([[0, 1]], [0])])
    assert functional_dimension(unread) == 4
    with pytest.raises(LimitReached) as stop:
        functional_dimension(generic, limit=1)
    assert 0 < stop.value.partial < 10


def test_refusals_of_derivatives() -> None:
    network = Network.from_weights([([[1]], [0]), ([[1]], [0])])
    with pytest.raises(NoAnswerError, match="bends"):
        jacobian(network, [[0]])
    with pytest.raises(NoAnswerError, match="bends"):
        functional_dimension(Network.from_weights([([[0]], [0]), ([[1]], [0])]))
    with pytest.raises(UnsupportedError, match="Maxout"):
        jacobian(Network.chain(2, [Maxout(2)]), [[1, 2]])


@settings(max_examples=15)
@given(st.integers(0, 999), data_sets(4, 2))
def test_positions_agree_with_values(seed: int, data: DataSet) -> None:
    assume(data.dim > 0)
    network = random_network((data.dim, 2, 1), seed)
    labeled = [1 if p % 2 else -1 for p in range(data.n_points)]
    found = position_of_network(network, data, labeled)
    assert found.signs == signs_of(network, data)
    assert found.fan.activation.pattern(found.parameter) == found.pattern
    assert found.loss == sum(a != b for a, b in zip(found.signs, labeled, strict=True))


def test_positions_of_two_classes_and_refusals() -> None:
    two = Network.from_weights([([[1], [-1]], [0, 1])])
    assert position_of_network(two, [[0], [1], ["1/2"]]).signs == (1, -1, 0)
    with pytest.raises(InputError, match="3 outputs"):
        position_of_network(Network.from_weights([([[1], [2], [3]], [0, 0, 0])]), [[0]])
    with pytest.raises(InputError, match="numerator without terms"):
        position_of_rational(TropicalRational(TropicalPolynomial.zero(1), TropicalPolynomial.constant(0, 1)), [[0]])


@pytest.mark.parametrize("hidden", [(), (1,), (2,), (1, 2), (2, 2), (2, 1)])
@pytest.mark.parametrize("data", [SQUARE, DataSet.of([[0], [1], [3]])], ids=["square", "line"])
def test_networks_with_other_signs_are_not_given(
    monkeypatch: pytest.MonkeyPatch, data: DataSet, hidden: tuple[int, ...]
) -> None:
    """Whatever made a network, its values at the data are looked at."""
    module = importlib.import_module("tropical.parameter_space.attained_dichotomies")
    original = module._dichotomies

    def spoiled(*arguments: Any) -> Any:
        for signs, layers in original(*arguments):
            (*others, (rows, biases)) = layers
            yield signs, [*others, ([[-entry for entry in row] for row in rows], [-bias for bias in biases])]

    found = attained_dichotomies(data, hidden, tries=1)
    assert all(signs_of(network, data) == signs for signs, network in found.networks.items())
    monkeypatch.setattr(module, "_dichotomies", spoiled)
    with pytest.raises(VerificationFailed, match="other signs at the data"):
        attained_dichotomies(data, hidden, tries=1)
