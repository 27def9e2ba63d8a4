"""What pictures take from blocks of recorded cells, against the exact cells one by one; also of degenerate networks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from polytopes.arithmetic.rationals import dehomogeneous
from polytopes.drawing.windows import box_around
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import coincident, gaussian, on_grid
from tropical.networks.network import Network
from tropical.pictures.planar_complex import cycle
from tropical.pictures.view import View
from tropical.regions.activation_regions import Walk, activation_regions
from tropical.regions.surveys.decision_boundary import boundary_complex, network_boundary

LAYERS = {
    "generic": gaussian(1, 2, 8, 8, 1),
    "two outputs": gaussian(2, 2, 7, 6, 2),
    "coincident": coincident(gaussian(3, 2, 8, 6, 3)),
    "weights in {-1, 0, 1}": on_grid(4, 1, 1, 2, 6, 5, 1),
    "biases zero": [(W, 0 * b) for W, b in gaussian(5, 2, 6, 4, 2)],
}


def network(name: str) -> Network:
    return Network.from_weights([(list(map(list, W)), list(b)) for W, b in LAYERS[name]])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("boxed", [False, True])
def test_boundary_of_regions_that_may_meet_it(name: str, boxed: bool) -> None:
    net, domain = network(name), Polyhedron.box([-2, -3], [3, 2]) if boxed else None
    expected = network_boundary(net, domain).complex
    assert set(boundary_complex(net, domain).maximal_cells) == set(expected.maximal_cells)


@pytest.mark.parametrize("name", LAYERS)
def test_window_of_the_whole_plane(name: str) -> None:
    """It has every vertex that is not far off in its interior, and the note counts the others."""
    net = network(name)
    vertices = {vertex for region in activation_regions(net) for vertex in region.vertices}
    view = View().settled(net)
    assert view.domain is not None and view.window is not None
    outside = sum(not view.domain.contains(vertex) for vertex in vertices)
    assert (view.window.n_points, view.window.n_outside) == (len(vertices), outside)
    assert outside <= len(vertices) / 2
    if not outside:
        assert view.domain == Polyhedron.box(*box_around(vertices))


@pytest.mark.parametrize("name", LAYERS)
def test_polygons_are_the_vertices_in_cyclic_order(name: str) -> None:
    net = network(name)
    blocks = Walk(net, Polyhedron.box([-2, -3], [3, 2])).blocks()
    assert blocks is not None
    for cells in blocks:
        for place in range(len(cells)):
            found = cells.polygon(place)
            assert found is not None
            assert sides([dehomogeneous(row) for row in found]) == sides(cycle(cells.cell(place).polyhedron))
    unbounded = Walk(net).blocks()
    assert unbounded is not None
    assert any(cells.polygon(place) is None for cells in unbounded for place in range(len(cells)))


def sides(polygon: Sequence[object]) -> set[frozenset[object]]:
    return {frozenset(pair) for pair in zip(polygon, [*polygon[1:], polygon[0]], strict=True)}
