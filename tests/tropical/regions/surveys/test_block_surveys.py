"""Surveys that take regions in blocks, against the same surveys of all regions one by one in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from polytopes.enumeration.cell_adjacency import cells_beyond
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, on_grid
from tropical.networks.network import Network
from tropical.regions.activation_regions import ActivationRegion, Walk, activation_regions
from tropical.regions.surveys.decision_boundary import BoundarySurvey, NetworkBoundary
from tropical.regions.surveys.degeneracy import DegeneracySurvey
from tropical.regions.surveys.difference import DifferenceSurvey, difference_network
from tropical.regions.surveys.survey import Survey

WEIGHTS: dict[str, Any] = {
    "generic": gaussian(0, 2, 6, 5, 1),
    "three classes": gaussian(1, 2, 5, 3),
    "coincident units": coincident(gaussian(1, 3, 5, 1)),
    "weights in {-1, 0, 1}": on_grid(4, 1, 1, 2, 6, 5, 3),
    "dead units": [(np.vstack([W, -np.ones((1, 2))]), np.append(b, -9)) for W, b in gaussian(5, 2, 4)]
    + on_grid(3, 1, 1, 5, 4, 1),
    "no biases": [(W, 0 * b) for W, b in on_grid(6, 1, 1, 3, 5, 3, 1)],
}


def network(name: str) -> Network:
    return Network.from_weights([(W.tolist(), b.tolist()) for W, b in WEIGHTS[name]])


def domain(net: Network, boxed: bool) -> Polyhedron | None:
    return Polyhedron.box([-1] * net.input_dim, [2] * net.input_dim) if boxed else None


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("boxed", [False, True])
def test_boundaries(name: str, boxed: bool) -> None:
    survey = BoundarySurvey.of(network(name))
    walk = Walk(survey.scores, domain(survey.scores, boxed))
    found, exact = survey.fill(walk), Survey.fill(BoundarySurvey.of(network(name)), walk)

    def told(boundary: NetworkBoundary) -> tuple[Any, ...]:
        ties = dict(zip(boundary.complex.maximal_cells, boundary.ties, strict=True))
        cells = [(region.pattern, classes) for region, classes in boundary.cells]
        return boundary.regions, boundary.bounded_regions, ties, cells

    assert told(found) == told(exact)
    for cell, classes in zip(found.complex.maximal_cells, found.ties, strict=True):
        behind = survey.scores(cell.interior_point())
        assert classes == {k for k, value in enumerate(behind) if not value}
    assert [region.pattern for region, _ in found.cells[1:3]] == [region.pattern for region, _ in exact.cells[1:3]]


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("rounded", [0, 1, 4])
def test_differences(name: str, rounded: int) -> None:
    A = network(name)
    weights = [((W * rounded).round() / rounded if rounded else W, b) for W, b in WEIGHTS[name]]
    B = Network.from_weights([(W.tolist(), b.tolist()) for W, b in weights])
    for box in (None, domain(A, True)):
        volume = None if box is None else box.volume()
        walk = Walk(difference_network(A, B), box)
        found = DifferenceSurvey(domain_volume=volume).fill(walk)
        exact = Survey.fill(DifferenceSurvey(domain_volume=volume), walk)
        assert [top.value for top in found.largest] == [top.value for top in exact.largest]
        assert (found.equal, found.n_differing, found.n_regions) == (exact.equal, exact.n_differing, exact.n_regions)
        assert found.differing_volume == exact.differing_volume


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("boxed", [False, True])
def test_degeneracy(name: str, boxed: bool) -> None:
    net = network(name)
    walk = Walk(net, domain(net, boxed))
    found, exact = (
        fill(DegeneracySurvey(network=net, domain=walk.domain), walk).as_dict()
        for fill in (DegeneracySurvey.fill, Survey.fill)
    )
    for report in (found, exact):
        del report["seconds"]
        report["shared_walls"] = sorted(map(str, report["shared_walls"]))
    assert found == exact


@pytest.mark.parametrize("name", WEIGHTS)
def test_neighbors_and_volumes(name: str) -> None:
    net = network(name)
    box = domain(net, True)
    blocks = Walk(net, box).blocks()
    assert blocks is not None and box is not None
    found = list(blocks)
    regions = list(activation_regions(net, box))
    places = {region.pattern: k for k, region in enumerate(regions)}
    expected = [
        -1 if beyond == region.pattern else places.get(beyond, -1)
        for region in regions
        for _, beyond in super(type(region.cell), region.cell).neighbor_patterns()  # type: ignore[misc]
    ]
    assert sorted(cells_beyond(found).tolist()) == sorted(expected)
    own = [ActivationRegion(net, cells.cell(place)) for cells in found for place in range(len(cells))]
    assert all(region.volume == region.polyhedron.volume() for region in own)
    assert sum((region.volume for region in own), Fraction(0)) == box.volume()
