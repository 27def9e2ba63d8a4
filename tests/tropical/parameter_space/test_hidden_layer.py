"""Dichotomies of one hidden layer, against networks drawn at random and linear separability."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import LimitReached
from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical import Network
from tropical.fans.data_set import DataSet
from tropical.parameter_space.hidden_layer import Budget, layer_dichotomies
from tropical.parameter_space.position import signs_of_network


def attained(data: DataSet, width: int) -> dict[tuple[int, ...], Network]:
    return {s: Network.from_weights(layers) for s, layers in layer_dichotomies(data, width, (), Budget())}


POINTS = st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=4)


@settings(max_examples=15)
@given(POINTS)
def test_affine_functions_attain_the_linearly_separable(points: list[tuple[int, int]]) -> None:
    found = attained(DataSet.of(points), 0)
    for signs in product((1, -1), repeat=len(points)):
        rows = [(sign, sign * x, sign * y) for sign, (x, y) in zip(signs, points, strict=True)]
        assert (signs in found) == isinstance(strictly_feasible(rows), StrictPoint)


@settings(max_examples=5)
@given(POINTS, st.integers(0, 2), st.randoms(use_true_random=False))
def test_networks_have_their_dichotomies_and_none_is_missed(points: list[tuple[int, int]], width: int, random) -> None:  # type: ignore[no-untyped-def]
    data = DataSet.of(points)
    found = attained(data, width)
    for signs, network in found.items():
        assert signs_of_network(network, data) == signs
    assert {tuple(-sign for sign in signs) for signs in found} == set(found)
    for _ in range(50):
        first = [[random.randint(-5, 5) for _ in range(2)] for _ in range(max(width, 1))]
        layers = [(first, [random.randint(-5, 5) for _ in first])]
        if width:
            layers.append(([[random.choice((1, -1)) for _ in first]], [random.randint(-5, 5)]))
        signs = signs_of_network(Network.from_weights(layers), data)
        assert 0 in signs or signs in found


def test_known_dichotomies_are_left_out_and_the_budget_ends() -> None:
    data = DataSet.of([[0], [1], [3]])
    everything = attained(data, 2)
    assert len(everything) == 8
    assert not list(layer_dichotomies(data, 2, set(everything), Budget()))
    with pytest.raises(LimitReached):
        list(layer_dichotomies(data, 2, (), Budget(limit=1)))
