"""Random networks: every dichotomy comes with a network that has it, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tropical.fans.activation.strategies import data_sets
from tests.tropical.parameter_space.test_attained_dichotomies import SQUARE, signs_of
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.parameter_space.attained_dichotomies import attained_dichotomies
from tropical.parameter_space.sampling import exact_values, sampled_dichotomies

Signs = tuple[int, ...]


def sampled(data: DataSet, hidden: tuple[int, ...], tries: int = 200) -> dict[Signs, Network]:
    found: dict[Signs, Network] = {}
    for signs, layers in sampled_dichotomies(data, hidden, tries, found):
        assert signs not in found
        found[signs] = Network.from_weights(layers)
        assert exact_values(layers, data) == [found[signs](point)[0] for point in data.points]
    return found


@settings(max_examples=10)
@given(data_sets(5, 3), st.sampled_from([(1,), (2,), (2, 2), (1, 3, 2)]))
def test_networks_have_their_signs(data: DataSet, hidden: tuple[int, ...]) -> None:
    assume(data.dim > 0)
    found = sampled(data, hidden)
    assert all(signs_of(network, data) == signs for signs, network in found.items())
    assert {tuple(-sign for sign in signs) for signs in found} == set(found)
    if data.rows:
        assert (1,) * data.n_points in found
    if hidden == (1,):
        assert set(found) <= set(attained_dichotomies(data, hidden).signs)


@pytest.mark.parametrize("scale", [1, Fraction(1, 10**30), 10**30])
def test_the_size_of_the_data_does_not_matter(scale: Fraction) -> None:
    shift = 7 * scale
    data = DataSet.of([[scale * x + shift for x in point] for point in SQUARE.points])
    assert len(sampled(data, (2, 2), 2000)) == 16


def test_points_too_near_for_floats_are_not_mistaken() -> None:
    near = Fraction(1, 10**40)
    data = DataSet.of([[0], [near], [1], [1 + near]])
    found = sampled(data, (2,))
    assert all(signs_of(network, data) == signs for signs, network in found.items())
    assert sampled(DataSet.of([], dim=1), (2,)) == {}
    assert sampled(DataSet.of([[5], [5]]), (2,)).keys() == {(1, 1), (-1, -1)}
