"""Programs from rows of integers are those from rows of fractions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.peers import gaussian, on_grid
from tropical.networks.layers import Affine, LinearLayer
from tropical.networks.network import Network


def programs(weights):
    by_integers = Network.from_weights(weights).program
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Affine, "integer_rows", LinearLayer.integer_rows)
        by_fractions = Network.from_weights(weights).program
    return by_integers, by_fractions


@pytest.mark.parametrize("seed", range(12))
def test_programs_are_equal(seed):
    widths = (1 + seed % 3, 5, 4, 3, 2)
    for weights in (gaussian(seed, *widths), on_grid(seed, 1, 1, *widths), on_grid(seed, 3, 0.5, *widths)):
        by_integers, by_fractions = programs(weights)
        assert by_integers == by_fractions


def test_rows_without_entries_and_rows_that_are_slots():
    identity = [(np.eye(3), np.zeros(3)), (np.zeros((3, 3)), np.array([1.0, 0, 2])), (np.ones((1, 3)) / 4, np.ones(1))]
    by_integers, by_fractions = programs(identity)
    assert by_integers == by_fractions
    assert by_integers([5, 6, 7]) == by_fractions([5, 6, 7])


def test_rows_of_integers_as_fractions():
    layer = Affine([["1/2", 0], [2, "1/3"]], [0, "1/4"])
    for shape in ((2,), (3, 2)):
        found = [{k: v for k, v in row.items() if v} for row in layer.rows(shape)]
        assert layer.integer_rows(shape).fractions() == found
