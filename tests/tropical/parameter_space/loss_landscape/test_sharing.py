"""A landscape in slices, which may be cut anywhere, in this process and in others."""

from __future__ import annotations

import pickle
from random import Random

import pytest

from polytopes.enumeration.splitting_tree import Path
from tropical.parameter_space.loss_landscape import squares_landscape
from tropical.parameter_space.loss_landscape.sharing import SharedLayer
from tropical.parameter_space.loss_landscape.squares import answer_of, layer_problem
from tropical.parameter_space.loss_landscape.tally import Tally

POINTS, TARGETS = [[0], [1], [3]], [1, -1, 2]


@pytest.mark.parametrize("outer", [[1, 1, -1], [-1, -1], [1], []])
def test_slices_in_any_order(outer: list[int]) -> None:
    problem: SharedLayer = pickle.loads(pickle.dumps(SharedLayer.of_layer(layer_problem(POINTS, TARGETS, outer))))
    slicer, tally, random = problem.slicer(), Tally(), Random(1)
    paths: list[Path] = [()]
    n_slices = 0
    while paths:
        part = slicer.slice(paths.pop(random.randrange(len(paths))), seconds=-1)
        paths += part.left
        tally.add(part.tally)
        n_slices += 1
    assert n_slices == problem.layer.n_first
    found, expected = answer_of(problem.layer, tally), squares_landscape(POINTS, TARGETS, outer)
    assert found.stationary_by_loss == expected.stationary_by_loss and found.complete
    assert (found.regions, found.full_rank, found.pairs) == (expected.regions, expected.full_rank, expected.pairs)
    assert found.examples.keys() == expected.examples.keys()


def test_digests_tell_layers_apart() -> None:
    digests = {
        SharedLayer.of_layer(layer_problem(points, targets, outer)).digest
        for points in (POINTS, [[0], [1], [4]])
        for targets in (TARGETS, [1, 1, 2])
        for outer in ([1, -1], [1, -2])
    }
    assert len(digests) == 8


@pytest.mark.slow
def test_processes() -> None:
    found, expected = (squares_landscape([[0], [1], [3], [4]], [1, -1, 2, 0], [1, 1, -1], jobs=jobs) for jobs in (2, 1))
    assert found.stationary_by_loss == expected.stationary_by_loss and found.complete
