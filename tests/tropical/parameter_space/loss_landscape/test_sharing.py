"""A landscape in slices, which may be cut anywhere, in this process and in others."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest

from polytopes.enumeration.splitting_tree import Path
from tropical.parameter_space.loss_landscape import squares_landscape
from tropical.parameter_space.loss_landscape import tally as tally_module
from tropical.parameter_space.loss_landscape.blocks import as_mask, as_words
from tropical.parameter_space.loss_landscape.sharing import SharedLayer
from tropical.parameter_space.loss_landscape.squares import answer_of, layer_problem
from tropical.parameter_space.loss_landscape.tally import Tally

POINTS, TARGETS = [[0], [1], [3]], [1, -1, 2]


@pytest.mark.parametrize("outer", [[1, 1, -1], [-1, -1], [1], []])
def test_slices_in_any_order(outer: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "MOST_SECOND", 2)
    monkeypatch.setattr(tally_module, "MOST_PAIRS", 6)
    monkeypatch.setattr(tally_module, "FEWEST_PAIRS", 1)
    problem: SharedLayer = pickle.loads(pickle.dumps(SharedLayer.of_layer(layer_problem(POINTS, TARGETS, outer))))
    slicer, tally, random = problem.slicer(), Tally(), Random(1)
    paths: list[Path] = [()]
    n_slices = 0
    while paths:
        part = slicer.slice(paths.pop(random.randrange(len(paths))), seconds=-1)
        paths += part.left
        tally.add(part.tally)
        n_slices += 1
    assert n_slices == problem.layer.n_blocks
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


def test_words_of_more_than_64_elements() -> None:
    masks = [0, 1, 1 << 63, 1 << 64, (1 << 130) - 1]
    assert [as_mask(row) for row in as_words(masks, 130)] == masks


def test_many_points() -> None:
    """34 patterns of a unit take two words; one unit has a stationary point where a regression line has its pattern."""
    n = 17
    targets = [i * i % 7 for i in range(n)]
    found = squares_landscape([[i] for i in range(n)], targets, [1])
    expected: Counter[Fraction] = Counter()
    for k in range(n):
        for active in (range(k, n), range(k)):
            expected.update(_regression(active, targets))
    assert found.complete and found.regions == 2 * n and found.stationary_by_loss == expected


def _regression(active: Sequence[int], targets: Sequence[int]) -> list[Fraction]:
    """The loss of the line of least squares on some points, if it is positive on these only; on one point 0 there."""
    rest = sum(Fraction(y * y) for i, y in enumerate(targets) if i not in active)
    if len(active) < 2:
        return [rest / 2] if all(targets[i] > 0 for i in active) else []
    x, y = Fraction(sum(active), len(active)), Fraction(sum(targets[i] for i in active), len(active))
    slope = sum((i - x) * (targets[i] - y) for i in active) / sum((i - x) ** 2 for i in active)
    values = [y + slope * (i - x) for i in range(len(targets))]
    if any((value > 0) != (i in active) or not value for i, value in enumerate(values)):
        return []
    return [(rest + sum((values[i] - targets[i]) ** 2 for i in active)) / 2]
