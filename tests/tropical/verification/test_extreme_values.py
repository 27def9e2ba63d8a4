"""Extrema by bounds and regions, against those of all regions one by one; intervals of work that was stopped."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from polytopes.enumeration.cells import Cell
from polytopes.errors import LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, on_grid
from tests.tropical.strategies import box, networks
from tropical.networks.network import Network
from tropical.regions.activation_regions import Walk
from tropical.regions.surveys.extrema import Extrema
from tropical.regions.surveys.extrema import extrema as by_regions
from tropical.regions.surveys.lipschitz import lipschitz_constants
from tropical.verification import extreme_values
from tropical.verification.extreme_values import extrema
from tropical.verification.unbounded import FarValues


def of(layers: list[tuple[np.ndarray, np.ndarray]]) -> Network:
    return Network.from_weights([(list(map(list, W)), list(b)) for W, b in layers])


KINDS: dict[str, Callable[[], Network]] = {
    "generic": lambda: of(gaussian(1, 2, 8, 8, 2)),
    "coincident": lambda: of(coincident(gaussian(2, 3, 6, 6, 1))),
    "weights in {-1, 0, 1}": lambda: of(on_grid(4, 1, 1, 3, 6, 5, 1)),
    "constant": lambda: of([gaussian(6, 2, 6, 1)[0], (np.zeros((1, 6)), np.ones(1))]),
}


def values(found: Extrema) -> list[Fraction | None]:
    return [end.value for end in (*found.minima, *found.maxima)]


@pytest.mark.parametrize("name", KINDS)
def test_bounds_and_regions_agree(name: str) -> None:
    """The search by bounds alone and the walk find the same, over boxes, slices of boxes and other polyhedra."""
    net = KINDS[name]()
    d = net.input_dim
    simplex = Polyhedron.from_rows([(2, *[-1] * d), *((1, *(int(i == k) for i in range(d))) for k in range(d))])
    flat = Polyhedron.box([-1] * d, [*[2] * (d - 1), -1])
    for domain in (Polyhedron.box([-3] * d, [2] * d), simplex, flat, None):
        expected = by_regions(net, domain, relative=domain is flat)
        survey = extreme_values.ExtremeValues(walk=Walk(net, domain, None, domain is flat))
        survey._search(np.inf)
        assert all(map(survey._is_known, range(2 * net.output_dim)))
        for found in (survey.answer(complete=True), extrema(net, domain, relative=domain is flat)):
            assert values(found) == values(expected)
            assert found.complete
            for end in (*found.minima, *found.maxima):
                k = next(k for k in range(net.output_dim) if end in (found.minima[k], found.maxima[k]))
                assert end.value is None or net(end.point)[k] == end.value


@given(networks())
@settings(max_examples=8)
def test_stopped_work_gives_intervals(net: Network) -> None:
    for domain in (box(net.input_dim), None):
        whole = by_regions(net, domain)
        if whole.n_regions == 1:
            continue
        with pytest.MonkeyPatch.context() as patch, pytest.raises(LimitReached) as stop:
            patch.setattr(extreme_values, "GRACE", 60.0)
            extrema(net, domain, limit=1)
        for low, true in zip(stop.value.partial.minima, whole.minima, strict=True):
            assert low.bound is None or (true.value is not None and low.bound <= true.value)
            assert true.value is None or (low.value is not None and true.value <= low.value)
        for high, true in zip(stop.value.partial.maxima, whole.maxima, strict=True):
            assert high.bound is None or (true.value is not None and true.value <= high.bound)
            assert true.value is None or (high.value is not None and high.value <= true.value)
            assert domain is None or high.bound is not None


@given(networks(dims=(1, 2), outputs=(1,)))
@settings(max_examples=4)
def test_unbounded_domains(net: Network) -> None:
    """By the recession function, pyramids and bounds alone, also in strips and rays; intervals when stopped."""
    d = net.input_dim
    corner = Polyhedron.from_rows([(1, *(int(i == k) for i in range(d))) for k in range(d)])
    strip = Polyhedron.from_rows([(1, 1, *[0] * (d - 1)), *([(1, -1, 0)] if d > 1 else [])])
    ray = Polyhedron.from_rows([(-1, 1, *[0] * (d - 1))], [(2, 1, -1)] if d > 1 else [])
    for domain in (None, corner, strip, ray):
        flat = domain is ray and d > 1
        expected = by_regions(net, domain, relative=flat)
        survey = extreme_values.ExtremeValues(walk=Walk(net, domain, None, flat))
        survey._search(np.inf)
        stopped = extreme_values.ExtremeValues(walk=survey.walk, n_regions=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(extreme_values, "GRACE", 0.02)
            known = stopped.answer(complete=False)
        assert values(survey.answer(complete=True)) == values(expected)
        assert all(map(survey._is_known, range(2)))
        for found, true in zip((*known.minima, *known.maxima), (*expected.minima, *expected.maxima), strict=True):
            assert found.bound is None or true.value is not None
            if true.value is not None and found.bound is not None and found.value is not None:
                assert min(found.value, found.bound) <= true.value <= max(found.value, found.bound)


def test_cones_that_the_clock_interrupts_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network grows on two narrow cones alone, and each is interrupted once."""
    layers = [([[0, 1], [0, -1], [1, 0], [-1, 0]], [0] * 4), ([[-200, -200, 1, -1]], [0]), ([[1]], [0])]
    far, note = FarValues(Walk(Network.from_weights(layers))), FarValues._note_cell
    rings = iter([True, True])

    def interrupted(far: FarValues, cell: Cell) -> None:
        if next(rings, False):
            raise KeyboardInterrupt
        note(far, cell)

    monkeypatch.setattr(FarValues, "_note_cell", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            far.decide(np.inf)
    far.decide(np.inf)
    assert far.is_decided and list(far.directions) == [0]


def test_many_regions_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Polyhedron.box([-10] * 4, [10] * 4)
    monkeypatch.setattr(extreme_values, "FIRST_TURN", 0.0)
    extrema(of(gaussian(3, 4, 6, 1)), box)  # compiles what is not compiled yet
    monkeypatch.setattr(extreme_values, "FIRST_TURN", 0.05)
    net = of(gaussian(3, 4, 24, 24, 1))
    found = extrema(net, box)
    assert found.complete
    assert found.n_regions < 180_000


def test_stopped_before_a_region_is_seen() -> None:
    """A point inside has a value, and bounds need no region."""
    net = of(gaussian(5, 5, 48, 48, 48, 1))
    for domain in (Polyhedron.box([-10] * 5, [10] * 5), None):
        survey = extreme_values.ExtremeValues(walk=Walk(net, domain))
        found = survey.answer(complete=False)
        [low], [high] = found.minima, found.maxima
        assert net(low.point)[0] == low.value and net(high.point)[0] == high.value
        assert (low.bound is None) == (high.bound is None) == (domain is None)
        assert domain is None or low.bound <= low.value <= high.value <= high.bound


@pytest.mark.parametrize("size", [0, 10**40, 10**400])
def test_single_points_and_boxes_beyond_the_range_of_floats(size: int) -> None:
    """A point has no facets; numbers that are infinite as floats bound nothing, and the answers stay exact."""
    net = of([(np.array([[1, 2], [-1, 1], [3, 1]]), np.array([0, 1, -2])), (np.array([[1, -1, 1]]), np.zeros(1))])
    domain = Polyhedron.box([-size] * 2, [size] * 2)
    survey = extreme_values.ExtremeValues(walk=Walk(net, domain, None, relative=size == 0))
    survey._search(np.inf)
    assert all(map(survey._is_known, range(2)))
    expected = [-1, -1] if size == 0 else [-1 - Fraction(3 * size, 2), 7 * size - 3]
    assert values(survey.answer(complete=True)) == expected
    assert values(by_regions(net, domain, relative=size == 0)) == expected
    if size:
        with pytest.raises(LimitReached) as stop:
            lipschitz_constants(net, domain, limit=1)
        known = stop.value.partial.l1
        assert known.value <= 5 <= known.bound


HUGE = "1e300", "-1e300"
BEYOND: list[list[tuple[Any, Any]]] = [
    [([[HUGE[0]], [HUGE[1]]], HUGE[::-1]), ([[HUGE[0], "1e-300"], [HUGE[1], 1]], [-1, -1]), ([[HUGE[0]] * 2], [0])],
    [([[-1], [1]], ["1e-300", -1]), ([[HUGE[0], 0], [HUGE[1]] * 2], [0, "1e-300"]), ([[HUGE[1]] * 2], [0])],
]


@pytest.mark.parametrize("layers", BEYOND)
def test_units_of_later_layers_wait_where_scores_are_no_numbers(layers: list[tuple[Any, Any]]) -> None:
    net, interval = Network.from_weights(layers), Polyhedron.box([-1], [1])
    survey = extreme_values.ExtremeValues(walk=Walk(net, interval))
    survey._search(np.inf)
    assert values(survey.answer(complete=True)) == values(by_regions(net, interval))
