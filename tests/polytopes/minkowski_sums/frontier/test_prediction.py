"""Predictions against what counts really take."""

from itertools import product

import pytest

from polytopes.errors import LimitReached
from polytopes.minkowski_sums.frontier import cost, count_vertices, f_vector
from polytopes.minkowski_sums.frontier.counts import machine_of
from polytopes.minkowski_sums.frontier.machine import Budget
from polytopes.minkowski_sums.frontier.sums import total
from polytopes.minkowski_sums.hypergraph import Hypergraph


def layer(height: int, width: int, window: int, stride: int) -> Hypergraph:
    cells = list(product(range(window), repeat=2))
    tops, lefts = (range(0, size - window + 1, stride) for size in (height, width))
    return Hypergraph([[width * (y + i) + x + j for i, j in cells] for y in tops for x in lefts], height * width)


@pytest.mark.parametrize(
    ("h", "faces"), [(layer(6, 6, 2, 1), False), (layer(4, 5, 2, 1), True), (layer(7, 9, 3, 2), False)]
)
def test_small_counts_are_gone_through(h: Hypergraph, faces: bool) -> None:
    expected, budget = cost(h, faces=faces), Budget()
    machine = machine_of(h.parts[0], faces)
    total(machine, budget)
    assert expected.exact
    assert (expected.states, expected.width) == (budget.peak_states, max(machine.plan.widths))


@pytest.mark.parametrize(("h", "states"), [(layer(9, 9, 2, 1), 248_969), (layer(10, 10, 2, 1), 1_586_429)])
def test_predictions_are_right_up_to_a_factor_of_2(h: Hypergraph, states: int) -> None:
    expected = cost(h)
    assert not expected.exact
    assert states / 2 < expected.states < 2 * states


def test_what_cannot_be_done_is_refused_at_once() -> None:
    huge = layer(41, 41, 3, 2)
    assert cost(huge).seconds > 1e9
    with pytest.raises(LimitReached, match="GiB"):
        f_vector(huge)
    with pytest.raises(LimitReached, match="seconds"):
        count_vertices(layer(11, 11, 2, 1), seconds=1, memory=1 << 40)


def test_nothing_costs_nothing() -> None:
    assert cost(Hypergraph.of([(0,)])).moves == 0
