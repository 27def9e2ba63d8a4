"""Derivatives by the parameters, against exact difference quotients, and ranks against known dimensions."""

from fractions import Fraction
from itertools import count, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polytopes.errors import LimitReached, NoAnswerError, UnsupportedError
from tropical import Network
from tropical.networks.layers.activation import LeakyReLU, Maxout
from tropical.parameter_space.jacobian import (
    functional_dimension,
    image_dimension,
    jacobian,
    n_parameters,
    scaling_dimension,
)

Layers = list[tuple[list[list[Fraction]], list[Fraction]]]
ENTRIES = st.integers(-3, 3).map(Fraction)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Layers, list[Fraction]]:
    """The layers of a network, and a point."""
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = []
    for inputs, outputs in pairwise(widths):
        rows = [draw(st.lists(ENTRIES, min_size=inputs, max_size=inputs)) for _ in range(outputs)]
        layers.append((rows, draw(st.lists(ENTRIES, min_size=outputs, max_size=outputs))))
    return layers, draw(st.lists(ENTRIES, min_size=widths[0], max_size=widths[0]))


def moved(layers: Layers, parameter: int, step: Fraction) -> Network:
    """The network with one of its parameters, counted as in the Jacobian, changed by a step."""
    numbers = count()
    changed = []
    for weight, bias in layers:
        rows, constants = [], []
        for row, constant in zip(weight, bias, strict=True):
            rows.append([entry + step * (next(numbers) == parameter) for entry in row])
            constants.append(constant + step * (next(numbers) == parameter))
        changed.append((rows, constants))
    return Network.from_weights(changed)


@given(chains())
def test_derivatives_are_difference_quotients(chain: tuple[Layers, list[Fraction]]) -> None:
    """A network is affine in each single parameter, as long as no unit changes its sign."""
    layers, point = chain
    network = Network.from_weights(layers)
    try:
        rows = jacobian(network, [point])
    except NoAnswerError:
        assume(False)
    step = Fraction(1, 10**9)
    for parameter in range(n_parameters(network)):
        difference = [a - b for a, b in zip(moved(layers, parameter, step)(point), network(point), strict=True)]
        assert [row[parameter] * step for row in rows] == difference


def test_a_point_on_a_bend_has_no_derivatives() -> None:
    network = Network.from_weights([([[1, 1]], [0]), ([[1]], [0])])
    with pytest.raises(NoAnswerError, match="bends at the point"):
        jacobian(network, [[1, -1]])


def test_derivatives_where_a_unit_bends_are_those_on_the_side_that_is_named() -> None:
    """The derivative at 0 stands for one of the sides; elsewhere it changes nothing."""
    network = Network.from_weights([([[1], [2]], [0, -2]), ([[3, 5]], [7])])
    left, right = jacobian(network, [["1/100"], ["-1/100"]])
    at = [jacobian(network, [[0]], at_zero=side) for side in (1, 0)]
    assert [row[1] for [row] in at] == [left[1], right[1]] == [3, 0]  # by the bias of the first unit
    assert jacobian(network, [[4]], at_zero="1/2") == jacobian(network, [[4]])


def test_slopes_one_do_not_bend() -> None:
    network = Network.from_weights([([[1]], [0]), ([[2]], [0])], activation=LeakyReLU(1))
    assert jacobian(network, [[0]]) == [(0, 2, 0, 1)]


@pytest.mark.parametrize("hidden", [(1,), (2,), (3,), (2, 2)])
def test_dimension_of_generic_networks(hidden: tuple[int, ...]) -> None:
    """At generic weights of one hidden layer only the scalings of the units are lost."""
    widths, layers = (2, *hidden, 1), []
    primes = iter((2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83))
    for inputs, outputs in pairwise(widths):
        rows = [[Fraction((-1) ** (i + j) * next(primes), 7) for j in range(inputs)] for i in range(outputs)]
        layers.append((rows, [Fraction((-1) ** i * next(primes), 11) for i in range(outputs)]))
    network = Network.from_weights(layers)
    found = functional_dimension(network)
    assert found <= scaling_dimension(hidden, 2)
    if len(hidden) == 1:
        assert found == scaling_dimension(hidden, 2) == n_parameters(network) - sum(hidden)
    points = [[Fraction(i * i - 40, 7), Fraction(7 * i - 50, 3)] for i in range(20)]
    assert image_dimension(network, points) <= found


def test_a_dead_network_has_only_its_constant() -> None:
    network = Network.from_weights([([[1]], [0]), ([[0]], [-1]), ([[1]], [5])])
    assert functional_dimension(network) == 1


def test_limits_and_refusals() -> None:
    network = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    with pytest.raises(LimitReached) as stop:
        functional_dimension(network, limit=1)
    assert stop.value.partial <= functional_dimension(network)
    maxout = Network.from_weights([([[1], [1]], [0, 0]), ([[1]], [0])], activation=Maxout(2))
    with pytest.raises(UnsupportedError, match="chain of affine layers"):
        jacobian(maxout, [[1]])
