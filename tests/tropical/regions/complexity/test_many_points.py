"""Points measured with winners in integers and gradients in extended floats, against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.enumeration.limits import Limits
from tests.tropical.strategies import networks
from tropical import Network
from tropical.networks.layers import Abs, Affine, LeakyReLU
from tropical.regions.complexity import Gaussian, Uniform, complexity_at, points
from tropical.regions.complexity.extended_floats import FloatProgram, are_extended
from tropical.regions.complexity.float_ranks import proven_rank
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.many_points import BLOCK, ManyPoints

NOISES = [Uniform("1/2"), Gaussian("1/4")]
pytestmark = pytest.mark.skipif(not are_extended(), reason="floats have 53 bits here, and all is exact")


def both_ways(network: Network, data: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enclosures overlap, those of floats are precise, and counts are equal."""
    found = []
    for much in (10**9, -1):
        monkeypatch.setattr(points, "MUCH", much)
        found.append(complexity_at(network, data, NOISES))  # type: ignore[arg-type]
    exact, floats = found
    assert exact.points_on_walls == floats.points_on_walls
    for own, other in zip(exact.numbers(), floats.numbers(), strict=True):
        assert own.lower <= other.upper and other.lower <= own.upper
        assert other.is_precise or other.upper < Fraction(1, 10**30)
    for name, rank in exact.local_rank.items():
        assert rank.as_dict() == floats.local_rank[name].as_dict()


@settings(max_examples=20)
@given(networks(dims=(1, 2, 3)), st.data())
def test_degenerate_networks(network: Network, data: st.DataObject) -> None:
    row = st.lists(st.sampled_from([0, 1, -1, "1/2", "1/3"]), min_size=network.input_dim, max_size=network.input_dim)
    with pytest.MonkeyPatch.context() as monkeypatch:
        both_ways(network, data.draw(st.lists(row, min_size=1, max_size=3)), monkeypatch)


@pytest.mark.parametrize("sizes", [(20, 12, 10, 1), (30, 12, 14, 3), (3, 9, 8, 2), (40, 6, 1)])
def test_trained_weights(sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """More inputs than units, with one output and several; single precision, as trained networks have it."""
    numbers = np.random.RandomState(sum(sizes))
    layers = [
        (numbers.normal(size=(m, n)).astype(np.float32), numbers.normal(size=m).astype(np.float32))
        for n, m in pairwise(sizes)
    ]
    network, data = Network.from_weights(layers), numbers.uniform(size=(5, sizes[0])).round(2)
    assert (FloatProgram(network.program).reduced is not None) == (sizes[0] > sizes[1])
    both_ways(network, data, monkeypatch)


def test_other_units_and_dead_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = Network.chain(4, [Affine([[1, 2, 0, 1], [0, 1, 1, 1]]), LeakyReLU("1/3"), Affine([[1, 1]], [1]), Abs()])
    dead = Network.from_weights([([[1] * 5] * 3, [-9] * 3), ([[1, 2, 3], [1, 1, 1]], [0, 1]), ([[1, 1]], [0])])
    same = Network.from_weights([([[1, 2, 3], [1, 2, 3], [-1, -2, -3]], [0, 0, 0]), ([[1, -1, 2]], [0])])
    both_ways(Network.from_weights([([[1, 2], [3, 4]], [0, 1])]), [[1, 2], [0, 0]], monkeypatch)
    both_ways(leaky, [[1, 0, -1, 0], [0, 0, 0, 0], ["1/3", 2, 1, 1]], monkeypatch)
    both_ways(dead, [[1, 0, 0, 0, 0], [0, 0, 1, 0, 1]], monkeypatch)
    both_ways(same, [[1, 1, -1], [0, 0, 0], [2, 0, 1]], monkeypatch)


def test_large_weights_are_left_to_exact_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = Network.from_weights([([[10**200, 1]], [0]), ([[1]], [0])])
    assert not ManyPoints(layers=GateLayers.of(huge), noises=()).is_usable
    monkeypatch.setattr(points, "MUCH", -1)
    assert complexity_at(huge, [[1, 0]]).mean_gradient.l1.exact is not None  # type: ignore[union-attr]


def test_proven_ranks() -> None:
    numbers = np.random.default_rng(0)
    wide = numbers.standard_normal((5, 9))
    assert proven_rank(wide, np.zeros(5)) == proven_rank(wide.T, np.zeros(9)) == 5
    flat = wide.copy()
    flat[4] = flat[0] + flat[1]
    assert proven_rank(flat, np.zeros(5)) is None
    assert proven_rank(wide, np.full(5, 2.0)) is None


def test_what_is_known_when_work_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The means are over the blocks that were finished, and there are none in the middle of a sum."""
    monkeypatch.setattr(points, "MUCH", -1)
    network = Network.from_weights([([[1, 2], [3, -1]], [0, 1]), ([[1, -1]], [0])])
    data = [(k, 1) for k in range(BLOCK + 5)]
    measure, calls = ManyPoints.measure, []

    def interrupted(self: ManyPoints, block: object) -> object:
        calls.append(block)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return measure(self, block)  # type: ignore[arg-type]

    monkeypatch.setattr(ManyPoints, "measure", interrupted)
    sums = points.PointSums(network=network, noises=NOISES)
    with pytest.raises(KeyboardInterrupt):
        sums.fill(points.checked_points(network, data), Limits())
    monkeypatch.setattr(ManyPoints, "measure", measure)
    found, expected = sums.answer(complete=False), complexity_at(network, data[:BLOCK], NOISES)
    assert found.n_points == BLOCK and not found.complete
    assert [own.value for own in found.numbers()] == [own.value for own in expected.numbers()]

    def stopped(self: points.PointSums, forms: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(points.PointSums, "_add_gradient", stopped)
    with pytest.raises(KeyboardInterrupt):
        sums.add(points.checked_points(network, [(1, 1)])[0])
    assert (sums.answer(complete=False).mean_gradient, sums.answer(complete=False).noisy) == (None, ())


def test_processes_give_the_same_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points whose gradients cancel are among them; those are left to exact arithmetic."""
    monkeypatch.setattr(points, "MUCH", -1)
    hidden = [([[1, 2], [3, -1], [1, 2]], [0, 1, 0]), ([[1, -1, -1], [1, 0, 2]], [0, 0])]
    network = Network.from_weights([*hidden, ([[1, 1]], [0])])
    data = [(k, Fraction(k * k % 7, 3)) for k in range(3 * BLOCK)]
    alone, shared = (complexity_at(network, data, NOISES, jobs=jobs) for jobs in (1, 2))
    assert alone.points_on_walls == shared.points_on_walls and shared.n_points == 3 * BLOCK
    for own, other in zip(alone.numbers(), shared.numbers(), strict=True):
        assert own.lower <= other.upper and other.lower <= own.upper
