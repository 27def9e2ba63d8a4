"""Sign changes along lines: the theorem on one hidden layer, the networks that show it, and bounds for more layers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tropical.fans.activation.strategies import data_sets
from tests.tropical.parameter_space.test_attained_dichotomies import attained_by_programs, random_network, signs_of
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.parameter_space.attained_dichotomies import attained_dichotomies
from tropical.parameter_space.hidden_layer import Budget, layer_dichotomies
from tropical.parameter_space.sign_changes import (
    changes_bound,
    lines,
    most_changes,
    possible_dichotomies,
    univariate,
    with_changes,
)


def changes(signs: Any) -> int:
    return sum(a != b for a, b in pairwise(signs))


@pytest.mark.parametrize(("size", "most"), [(0, 2), (1, 0), (4, 1), (5, 3), (5, 9)])
def test_signs_with_few_changes(size: int, most: int) -> None:
    found = list(with_changes(size, most))
    assert len(found) == len(set(found))
    assert set(found) == {signs for signs in product((1, -1), repeat=size) if changes(signs) <= most}


@given(st.lists(st.fractions(-9, 9), min_size=1, max_size=8, unique=True), st.integers(1, 5), st.data())
def test_networks_for_signs_on_a_line(values: list[Fraction], width: int, data: Any) -> None:
    ordered = sorted(values)
    signs = data.draw(st.sampled_from(list(with_changes(len(ordered), most_changes(width)))))
    layers = univariate(ordered, signs, width)
    assert [len(biases) for _, biases in layers] == [width, 1]
    network = Network.from_weights(layers)
    assert tuple(1 if network([value])[0] > 0 else -1 for value in ordered) == signs
    assert all(network([value])[0] for value in ordered)


@pytest.mark.parametrize(
    ("points", "width"), [([0, 1, 2, 3], 1), ([0, 1, 5, 6, 20], 1), ([0, 1, 2, 3], 2), ([0, 1, 7, 9, 10], 2)]
)
def test_one_layer_on_a_line_by_the_engine_and_by_programs(points: list[int], width: int) -> None:
    data = DataSet.of([[p] for p in points])
    by_engine = {signs for signs, _ in layer_dichotomies(data, width, (), Budget())}
    by_changes = set(with_changes(len(points), most_changes(width)))
    assert by_engine == by_changes == set(attained_dichotomies(data, (width,)).signs)
    if len(points) == 4 and width == 2:
        assert attained_by_programs(data, width) == by_changes


@pytest.mark.slow
def test_three_units_on_a_line_have_four_changes_by_the_engine() -> None:
    data = DataSet.of([[p] for p in (0, 1, 4, 5, 11, 12)])
    assert {signs for signs, _ in layer_dichotomies(data, 3, (), Budget())} == set(with_changes(6, 4))


def test_a_line_in_the_plane_with_repeated_points() -> None:
    data = DataSet.of([(2, 4), (0, 0), (1, 2), (3, 6), (1, 2)])
    found = attained_dichotomies(data, (1,))
    assert found.is_complete and len(found.networks) == 8
    assert all(signs_of(network, data) == signs for signs, network in found.networks.items())
    vertical = attained_dichotomies(DataSet.of([(5, 0), (5, 2), (5, 1)]), (1,))
    assert (1, 1, -1) not in vertical.networks and len(vertical.networks) == 6


@settings(max_examples=30)
@given(st.sampled_from([(2, 2), (3, 2), (2, 3), (1, 3), (1, 2, 2), (2, 2, 2), (3, 1)]), st.integers(0, 10**6))
def test_no_network_has_more_changes_than_the_bound(hidden: tuple[int, ...], seed: int) -> None:
    network = random_network((1, *hidden, 1), seed)
    signs = [network([Fraction(x, 7)])[0] > 0 for x in range(-70, 71)]
    assert changes(signs) <= changes_bound(hidden)


def test_bounds() -> None:
    assert [changes_bound(hidden) for hidden in ((), (1,), (3,), (1, 3), (2, 2), (1, 1, 2))] == [1, 1, 4, 4, 7, 2]
    line = DataSet.of([[p] for p in range(9)])
    assert possible_dichotomies(line, (2, 2)) == len(list(with_changes(9, 7))) == 2**9 - 2
    found = attained_dichotomies(line, (2, 2), tries=0)
    assert len(found.networks) <= found.at_most == 510 and not found.is_complete
    assert possible_dichotomies(DataSet.of([(p, p) for p in range(9)] + [(0, 1)]), (2, 2)) == 2 * 510
    square = DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)])
    assert possible_dichotomies(square, (2, 2)) == 16
    six = DataSet.of([(2, 0), (5, 0), (7, 3), (5, 6), (2, 6), (0, 3)])
    assert possible_dichotomies(six, (1, 2)) == len(attained_dichotomies(six, (1, 2)).networks)


@settings(max_examples=25)
@given(data_sets(6, 2))
def test_lines_are_the_collinear_sets(data: DataSet) -> None:
    random = Random(0)
    found = lines(data)
    for line in found:
        points = [data.points[data.copies[k][0]] for k in line]
        direction = [b - a for a, b in zip(points[0], points[-1], strict=True)]
        steps = [sum(x * (q - p) for x, p, q in zip(direction, a, b, strict=True)) for a, b in pairwise(points)]
        assert all(step > 0 for step in steps)
    for _ in range(10):
        if len(data.rows) > 2:
            chosen = random.sample(range(len(data.rows)), 3)
            points = [data.points[data.copies[k][0]] for k in chosen]
            flat = DataSet.of(points).rank == 2
            assert flat == any(set(chosen) <= set(line) for line in found)
