"""Regions in space: solids and faces by counts, sections of the page against regions in planes by the library."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import DomainError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.web.opening import await_state, opened
from tropical.networks.network import Network
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.space_scene import space_scene
from tropical.pictures.plane import Plane
from tropical.pictures.spatial_complex import spatial_complex
from tropical.pictures.view import View
from tropical.regions.activation_regions import activation_regions
from tropical.regions.linear_regions import linear_regions

BOX = Polyhedron.box([-2] * 3, [2] * 3)
SECTION = """([axis, text]) => {
    const { view } = document.querySelector('#explorer').explorer;
    const [top, bottom = '1'] = text.split('/');
    const found = view.sections.at(axis, [BigInt(top), BigInt(bottom)]);
    return { regions: found.regions.map(({ pattern, map, vertices }) => ({ pattern, map, vertices })),
      sides: found.sides.map(({ regions, layer, gate, bends }) => [...regions, layer, gate, bends]) }; }"""


def network(seed=4, outputs=1):
    """A network whose lines pass through integer points, so that planes go through vertices and walls."""
    rng = random.Random(seed)
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, -1], [1, -1, 1]]
    middle = [[rng.randint(-1, 1) for _ in rows] for _ in range(3)]
    last = [[rng.randint(-2, 2) for _ in range(3)] for _ in range(outputs)]
    return Network.from_weights([(rows, [0, 1, 0, -1, 0, 1]), (middle, [0, 1, -1]), (last, [-1] * outputs)])


def test_the_solids_of_a_network():
    net = network()
    complex = spatial_complex(net, View(BOX))
    assert len(complex.regions) == len(list(activation_regions(net, BOX)))
    assert complex.n_linear_regions == len(linear_regions(net, BOX))
    for place, region in enumerate(complex.regions):
        faces = [face for face in complex.faces if place in face.regions]
        vertices = {k for face in faces for k in face.cycle}
        assert {complex.vertices[k] for k in vertices} == set(region.vertices)
        edges = {
            frozenset(pair) for face in faces for pair in zip(face.cycle, face.cycle[1:] + face.cycle[:1], strict=True)
        }
        assert len(vertices) - len(edges) + len(faces) == 2 and len(faces) == len(region.facets)
        assert sum(len(face.cycle) for face in faces) == 2 * len(edges)
    for face in complex.faces:
        if len(face.regions) == 2:
            one, other = (complex.regions[k].layer_patterns for k in face.regions)
            changed = [(n, g) for n, layer in enumerate(one) for g in range(len(layer)) if layer[g] != other[n][g]]
            assert (face.layer, face.gate) == changed[0]


def test_what_is_refused():
    with pytest.raises(ShapeError):
        spatial_complex(Network.from_weights([([[1, 1]], [0])]))
    with pytest.raises(LimitReached):
        space_scene(RegionsRequest(network(), BOX, limit=5))
    with pytest.raises(DomainError):
        space_scene(RegionsRequest(network(), Polyhedron.box([0, 0, 0], [1, 1, 0])))


def cells(regions):
    """Patterns with their maps and vertices, in no order."""
    return {
        str(region["pattern"]): (
            tuple(tuple(map(as_fraction, form)) for form in region["map"]),
            frozenset(tuple(map(as_fraction, vertex)) for vertex in region["vertices"]),
        )
        for region in regions
    }


def test_sections_are_the_regions_of_planes(tab, tmp_path):
    """In planes that meet vertices too; a plane in a wall shows the regions above it."""
    net = network()
    opened(tab, tmp_path, space_scene(RegionsRequest(net, BOX)))
    for axis, text in [(2, "1/3"), (2, "1"), (0, "-3/7"), (1, "1/2"), (0, "1")]:
        base = [Fraction(0)] * 3
        base[axis] = Fraction(text)
        first, second = (k for k in range(3) if k != axis)
        expected = regions_scene(RegionsRequest(net, BOX, Plane.along_axes(first, second, base)))
        found = tab.evaluate(SECTION, [axis, text])
        assert cells(found["regions"]) == cells(expected["regions"])
        place = {str(region["pattern"]): k for k, region in enumerate(found["regions"])}
        names = [place[str(region["pattern"])] for region in expected["regions"]]
        sides = {
            (*sorted(names[k] for k in side["regions"]), side["layer"], side["gate"], side["bends"])
            for side in expected["sides"]
        }
        assert sides == {(*sorted(own[:2]), *own[2:]) for own in found["sides"]}


def test_a_plane_in_a_wall_leaves_no_hole(tab, tmp_path):
    """The areas of the cells add up to that of the window, also where walls lie in the plane."""
    opened(tab, tmp_path, space_scene(RegionsRequest(network(), BOX)))
    for axis, text in [(2, "0"), (0, "0"), (1, "-1"), (1, "0")]:
        regions = tab.evaluate(SECTION, [axis, text])["regions"]
        assert sum(area([tuple(map(as_fraction, v)) for v in region["vertices"]]) for region in regions) == 16


def area(points):
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(a * d - b * c for (a, b), (c, d) in pairs)) / 2


def test_the_page_in_space(tab, tmp_path):
    scene = space_scene(RegionsRequest(network(outputs=2), BOX, title="cube"))
    path = opened(tab, tmp_path, scene)
    assert tab.inner_text(".tx-counts").endswith("affine maps in space")
    cut = tab.locator(".tx-cut")
    before = cut.count()
    assert before > 4 and tab.locator(".tx-box").count() == 12 and tab.locator(".tx-sheet").count() > 0
    tab.get_by_label("exact place of the plane").fill("5/3")
    tab.keyboard.press("Enter")
    assert tab.input_value("[aria-label='exact place of the plane']") == "5/3" and cut.count() != before
    tab.get_by_label("coordinate of the plane").select_option("0")
    tab.get_by_label("place of the plane", exact=True).press("ArrowRight")
    assert tab.input_value("[aria-label='exact place of the plane']") == "0.02"
    assert tab.locator(".tx-axis-below .tx-axis-name").text_content() == "x2"
    tab.get_by_label("color of the regions").select_option("class")
    fills = set(tab.eval_on_selector_all(".tx-cut", "marks => marks.map(mark => mark.getAttribute('fill'))"))
    assert fills <= {"#0072b2", "#d55e00", "#8c8c8c"}
    place = "[...document.querySelectorAll('.tx-box')].map(mark => mark.getAttribute('d')).join()"
    turned = tab.evaluate(place)
    tab.locator(".tx-space .tx-stage").press("PageUp")
    assert tab.evaluate(place) != turned
    await_state(tab, "axis=0", "at=0.02")
    fragment = tab.evaluate("location.hash")
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    assert tab.input_value("[aria-label='exact place of the plane']") == "0.02"
    assert tab.input_value("[aria-label='coordinate of the plane']") == "0"


def test_a_cell_is_picked_in_space(tab, tmp_path):
    opened(tab, tmp_path, space_scene(RegionsRequest(network(), BOX)))
    largest = "document.querySelector('#explorer').explorer.view.section.largest()"
    own = tab.evaluate(largest)
    other = tab.evaluate(f"document.querySelector('#explorer').explorer.view.around({own})[0]")
    tab.evaluate(f"document.querySelector('#explorer').explorer.view.pick({other})")
    box = tab.locator(".tx-space .tx-stage").bounding_box()
    x, y, _ = tab.evaluate(f"document.querySelector('#explorer').explorer.view.at[{own}]")
    tab.mouse.click(box["x"] + x / 520 * box["width"], box["y"] + y / 520 * box["height"])
    assert tab.inner_text(".tx-summary").startswith(f"Region {own + 1} of ")
    assert tab.locator(".tx-solid").count() >= 4
