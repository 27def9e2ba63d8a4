"""Surveys that pass over regions by float bounds, against the same surveys of all regions."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from polytopes.enumeration.compiled_count import CompiledCount
from polytopes.enumeration.recorded_vertices import exact_vertex, vertex_key
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, on_grid
from tropical.networks.network import Network
from tropical.regions.activation_regions import Walk
from tropical.regions.surveys.extrema import Extrema, ExtremaSurvey
from tropical.regions.surveys.lipschitz import LipschitzSurvey
from tropical.regions.surveys.survey import Survey

WEIGHTS: dict[str, Any] = {
    "generic": gaussian(0, 2, 7, 5, 2),
    "coincident units": coincident(gaussian(1, 3, 6, 1)),
    "weights in {-1, 0, 1}": on_grid(4, 1, 1, 2, 6, 5, 3),
    "multiples of 1/2": on_grid(5, 3, 0.5, 2, 6, 4, 1),
    "tiny": [(1e-200 * W, 1e-200 * b) for W, b in gaussian(2, 2, 5, 1)],
    "constant": [gaussian(3, 2, 6, 1)[0], (np.zeros((1, 6)), np.array([0.1]))],
}
BOXES = {d: Polyhedron.box([-1] * d, [2] * d) for d in (2, 3)}


def network(name: str) -> Network:
    return Network.from_weights([(W.tolist(), b.tolist()) for W, b in WEIGHTS[name]])


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("boxed", [False, True])
def test_regions_that_are_passed_over_change_nothing(name: str, boxed: bool) -> None:
    net = network(name)
    walk = Walk(net, Polyhedron.box([-1] * net.input_dim, [2] * net.input_dim) if boxed else None)

    def values(found: Extrema) -> list[Any]:
        return [side.value for side in (*found.minima, *found.maxima)]

    found, whole = ExtremaSurvey().fill(walk), Survey.fill(ExtremaSurvey(), walk)
    assert values(found) == values(whole)
    # Where all extrema are infinite, work ends with the block in which the last of them is found.
    assert found.n_regions == whole.n_regions or set(values(found)) == {None}
    few, all_ = LipschitzSurvey().fill(walk), Survey.fill(LipschitzSurvey(), walk)
    assert few.l1 is not None and few.linf is not None and few.l2_squared is not None
    assert all_.l1 is not None and all_.linf is not None and all_.l2_squared is not None
    assert (few.l1.value, few.linf.value) == (all_.l1.value, all_.linf.value)
    assert few.l2_squared.value.coefficients == all_.l2_squared.value.coefficients


def test_few_vertices_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vertex at which several regions meet is computed once."""
    net, points = network("generic"), list[Any]()
    module = import_module("tropical.regions.surveys.extrema")

    def noted(*at: Any) -> Any:
        points.append(exact_vertex(*at))
        return points[-1]

    monkeypatch.setattr(module, "exact_vertex", noted)
    found = ExtremaSurvey().fill(Walk(net, Polyhedron.box([-1, -1], [2, 2])))
    assert 0 < len(points) == len(set(points)) < found.n_regions / 4


@pytest.mark.parametrize("refuse", [1, 2])
@pytest.mark.parametrize("name", ["coincident units", "multiples of 1/2"])
def test_filters_that_refuse_change_nothing(name: str, refuse: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs that are all, or some of them, asked for exactly."""
    net = network(name)
    expected, begin = ExtremaSurvey().fill(Walk(net, BOXES[net.input_dim])), CompiledCount.__init__

    def refusing(self: Any, program: Any, frame: Any, bounded: bool, _: int = 0, seed: int = 1, *rest: Any) -> None:
        begin(self, program, frame, bounded, refuse, seed, *rest)

    monkeypatch.setattr(CompiledCount, "__init__", refusing)
    found = ExtremaSurvey().fill(Walk(net, BOXES[net.input_dim]))
    for old, new in zip((*expected.minima, *expected.maxima), (*found.minima, *found.maxima), strict=True):
        assert old.value == new.value
    assert found.n_regions == expected.n_regions


@pytest.mark.parametrize("name", WEIGHTS)
def test_regions_that_are_not_given_are_counted(name: str) -> None:
    net, surveys = network(name), (ExtremaSurvey(), LipschitzSurvey())
    walk = Walk(net, BOXES[net.input_dim])
    number = sum(map(len, walk.blocks() or ()))
    for survey in surveys:
        found = list(survey.blocks(walk) or ())
        assert sum(count for count, _ in found) == number >= sum(len(cells) for _, cells in found) > 0


@pytest.mark.parametrize("name", ["generic", "coincident units", "multiples of 1/2"])
def test_vertices_with_one_key_are_one_point(name: str) -> None:
    net = network(name)
    points: dict[Any, set[Any]] = {}
    for cells in Walk(net, BOXES[net.input_dim]).blocks() or ():
        for place in range(len(cells)):
            for ray in range(cells.n_rays(place)):
                points.setdefault(vertex_key(cells, place, ray), set()).add(exact_vertex(cells, place, ray))
    assert all(len(found) == 1 for found in points.values())
    assert len(points) < 2 * len(set[Any]().union(*points.values()))
