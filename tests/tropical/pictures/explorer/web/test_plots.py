"""Plots of the page: axes, colors, marks, legends, exported figures, the tour, and data without labels."""

from __future__ import annotations

import random
import time
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.paths import ROOT
from tests.tropical.pictures.explorer.web.opening import PATIENCE, opened, scene_of, small_regions
from tropical.networks.network import Network
from tropical.pictures.data_points import DataPoints
from tropical.pictures.explorer.page import module
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene

SVG = "{http://www.w3.org/2000/svg}"
MEET = "(a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom"
MEETINGS = f"""name => {{ const meet = {MEET};
    const boxes = [...document.querySelectorAll(name)].map((mark) => mark.getBoundingClientRect());
    return boxes.filter((a, i) => boxes.some((b, j) => i < j && meet(a, b))).length; }}"""
COVERED = f"""names => {{ const meet = {MEET};
    const box = document.querySelector('.tx-tour').getBoundingClientRect();
    return [...document.querySelectorAll(names)].filter((e) => meet(e.getBoundingClientRect(), box)).length; }}"""


def three_classes():
    rng = random.Random(2)
    rows = [[rng.randint(-9, 9) for _ in range(2)] for _ in range(5)]
    last = [[rng.randint(-9, 9) for _ in range(5)] for _ in range(3)]
    return Network.from_weights([(rows, [rng.randint(-9, 9) for _ in range(5)]), (last, [1, 2, -3])])


def exported(tab, count):
    found = []
    tab.on("download", lambda item: found.append(item))
    tab.get_by_label("export the pictures as SVG").click()
    deadline = time.monotonic() + PATIENCE
    while len(found) < count:
        assert time.monotonic() < deadline
        tab.wait_for_timeout(50)
    return {item.suggested_filename: Path(item.path()).read_text(encoding="utf-8") for item in found}


def test_axes_of_data_have_the_names_of_the_file(tab, tmp_path):
    opened(tab, tmp_path, scene_of([[0, 0], [1, 3]], [1, -1], (1, 1), columns=("length", "x2")))
    assert tab.locator(".tx-axis-name").all_text_contents() == ["x2", "length (x1)"]
    assert tab.locator(".tx-axis-below .tx-ticks text").all_text_contents()[:-1] == ["−1", "0", "1", "2"]
    box = tab.locator(".tx-data .tx-plane").bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tab.inner_text(".tx-data .tx-where") == "length (x1) = 0.5, x2 = 1.5"


TICKS = [
    ("0", "1", 5, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ("-1/3", "1/3", 3, ["−0.2", "0", "0.2"]),
    ("1e300", "3e300", 4, ["1e300", "1.5e300", "2e300", "2.5e300", "3e300"]),
    ("0", "3e-12", 3, ["0", "1e−12", "2e−12", "3e−12"]),
    ("100000000000000000000", "100000000000000000004", 4, ["−2", "−1", "0", "+1", "+2"]),
]


def test_ticks(tab):
    """The numbers are multiples of 1, 2 or 5 times a power of ten."""
    tab.route("http://page.test/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    tab.goto("http://page.test/")
    found = tab.evaluate(
        """async ([text, cases]) => {
        const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
        const { ticks, parseRational } = await import(url);
        return cases.map(([low, high, most]) => ticks([low, high].map(parseRational), most));
    }""",
        [module(), TICKS],
    )
    for (*_, texts), answer in zip(TICKS, found, strict=True):
        assert answer["texts"] == texts
        assert len({round(b - a, 9) for a, b in pairwise(answer["places"])}) == 1


def test_the_whole_network_is_above_the_fold(tab, tmp_path):
    opened(tab, tmp_path, regions_scene(RegionsRequest(three_classes())))
    for name in (".tx-chart", ".tx-axis-below"):
        box = tab.locator(name).bounding_box()
        assert box["y"] + box["height"] <= 900
    assert tab.locator(".tx-chart").bounding_box()["width"] > 560


def test_classes_are_colored_exactly(tab, tmp_path):
    """The area of each color in a region is that of the set where the output is the largest, by the library."""
    net = three_classes()
    scene = regions_scene(RegionsRequest(net))
    opened(tab, tmp_path, scene, "#colors=class")
    parts = tab.evaluate("document.querySelector('#explorer').explorer.view.chart.coloring.parts")
    assert len({part["fill"] for part in parts}) == 3
    for part in parts:
        place = [sum(column) / len(part["points"]) for column in zip(*part["points"], strict=True)]
        values = net(list(map(Fraction, place)))
        assert values.index(max(values)) == part["key"]
    assert {f"y{k} largest" for k in (1, 2, 3)} <= set(tab.locator(".tx-key text").all_text_contents())


def test_a_tie_is_no_class(tab, tmp_path):
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    opened(tab, tmp_path, regions_scene(RegionsRequest(net)), "#colors=class")
    assert tab.locator(".tx-key text").all_text_contents()[:2] == ["y1 > 0", "tie"]
    fills = tab.eval_on_selector_all(".tx-region", "marks => marks.map(mark => mark.getAttribute('fill'))")
    assert sorted(fills).count("#8c8c8c") == 1 and len(fills) == 4


def test_values_and_gradients_have_a_scale(tab, tmp_path):
    opened(tab, tmp_path, small_regions())
    for way, legend in (("value0", "y1"), ("gradient", "norm of the Jacobian")):
        tab.get_by_label("color of the regions").select_option(way)
        assert legend in tab.locator(".tx-key text").all_text_contents()
        assert tab.locator(".tx-region").count() == 7


def test_a_region_with_a_very_short_side_is_filled_whole(tab, tmp_path):
    """Chromium fills less of such a convex polygon where it smooths its sides."""
    points = "640,328.2286 388.439,287.3777 388.4679,287.4043 514.2246,329.4733 640,358.1435"
    opened(tab, tmp_path, small_regions())
    assert tab.eval_on_selector(".tx-region", "mark => getComputedStyle(mark).shapeRendering") == "crispedges"
    assert "crispedges" in exported(tab, 1)["regions.svg"].lower()
    code = (ROOT / "tropical/pictures/explorer/web/chartcanvas.js").read_text(encoding="utf-8")
    filled = """text => { CODE
        const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 1280 });
        const points = text.split(" ").map((place) => place.split(",").map(Number));
        paintChart({ canvas, zoom: 0.5, corner: [0, 0], parts: [{ points, fill: "#000000" }], lines: [],
          view: { hidden: new Set(), showsBoundary: false, selected: null } }, 640);
        const { data } = canvas.getContext("2d").getImageData(0, 0, 1280, 1280);
        return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? value : 0), 0) / 255 / 0.8; }"""
    assert abs(tab.evaluate(filled.replace("CODE", code.replace("export ", "")), points) - 4608) < 100


def test_data_over_the_regions_of_a_network(tab, tmp_path):
    """A mark of the shape of its label at its place, whatever the zoom, also in the exported figure."""
    points = [(0, 0), (1, 0), (0, 1), (1, 1)]
    request = RegionsRequest(three_classes(), data=DataPoints.of(points, list("abba")), columns=("length", "width"))
    opened(tab, tmp_path, regions_scene(request))
    assert [tab.locator(f".tx-marks {shape}").count() for shape in ("circle", "rect")] == [2, 2]
    assert "4 data points." in tab.inner_text(".tx-region-pane")
    assert {"a", "b"} <= set(tab.locator(".tx-key text").all_text_contents())
    assert tab.locator(".tx-axis-name").all_text_contents() == ["width (x2)", "length (x1)"]
    box, plot = (tab.locator(name).bounding_box() for name in (".tx-marks circle >> nth=0", ".tx-chart"))
    share = (box["x"] + box["width"] / 2 - plot["x"]) / plot["width"]
    assert abs(share - 0.125 / 1.25) < 0.01  # the window is [-1/8, 9/8]
    tab.get_by_label("zoom in").click()
    assert tab.locator(".tx-marks .tx-mark").count() == 0  # the corners of the middle are out of sight
    tab.get_by_label("reset the view").click()
    figure = ElementTree.fromstring(exported(tab, 1)["regions.svg"])
    assert len([mark for mark in figure.iter() if mark.get("class") == "tx-mark"]) == 4 + 2


def test_layers_keep_their_dashes_on_a_canvas(tab, tmp_path):
    opened(tab, tmp_path, small_regions())
    dashes = tab.evaluate("""async () => {
        const { view } = document.querySelector('#explorer').explorer;
        const found = [];
        const own = CanvasRenderingContext2D.prototype.setLineDash;
        CanvasRenderingContext2D.prototype.setLineDash = function (parts) { found.push(parts); own.call(this, parts); };
        view.app.scene.sides.forEach((side, i) => (side.layer = i % 2));
        view.chart.load(view.app.scene, true);
        view.chart.draw();
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return found;
    }""")
    assert [6, 2] in dashes and [] in dashes


def test_numbers_of_thirty_points_do_not_collide(tab, tmp_path):
    rng = random.Random(3)
    points = [[rng.randint(0, 100), rng.randint(0, 100)] for _ in range(30)]
    opened(tab, tmp_path, scene_of(points, [rng.choice([1, -1]) for _ in points], (1, 1), limit=20))
    assert tab.locator(".tx-number").count() >= 25
    assert tab.evaluate(MEETINGS, ".tx-number") == 0


def test_exported_figures_have_axes_title_and_legend(tab, tmp_path):
    scene = scene_of([[0, 0], [1, 0], [0, 1], [1, 1]], [1, -1, -1, 1], (2, 1), title="xor", columns=("length", "width"))
    opened(tab, tmp_path, scene)
    files = exported(tab, 2)
    data, fan = (ElementTree.fromstring(files[name]) for name in ("data.svg", "fan.svg"))
    texts = [mark.text for mark in data.iter(f"{SVG}text")]
    assert any(text.startswith("75 activation cones") for text in texts)
    assert {"xor", "length (x1)", "width (x2)", "0.8", "decision boundary g = h", "g1 is largest"} <= set(texts)
    assert {"xor", "loss 0", "loss 2"} <= {mark.text for mark in fan.iter(f"{SVG}text")}
    assert tab.locator(".tx-figure").count() == 0
    tab.goto("about:blank")
    opened(tab, tmp_path, regions_scene(RegionsRequest(three_classes(), title="net")), "#colors=value1")
    regions = ElementTree.fromstring(exported(tab, 1)["regions.svg"])
    texts = {mark.text for mark in regions.iter(f"{SVG}text")}
    assert {"net", "x1", "x2", "layer 1", "decision boundary", "y2"} <= texts
    assert next(regions.iter(f"{SVG}linearGradient")).get("id")


def test_data_without_labels_have_no_losses_and_no_signs(tab, tmp_path):
    scene = scene_of([[0, 0], [2, 0], [0, 2]], None, (1, 1))
    assert scene["levels"] == [] and scene["data"]["labels"] == []
    assert all(cone["loss"] is None for cone in scene["cones"]) and all(wall[2] is None for wall in scene["walls"])
    opened(tab, tmp_path, scene)
    assert "The data has no labels: there are no losses, and points have no signs." in tab.inner_text(".tx-data")
    assert tab.locator(".tx-point rect, .tx-halo, .tx-point text:not(.tx-number)").count() == 0
    assert not tab.locator(".tx-filter").is_visible() and "loss" not in tab.inner_text(".tx-cone")
    assert "loss" not in tab.inner_text(".tx-fan") and "minimum" not in tab.inner_text(".tx-cone")
    assert "label" not in tab.locator("[data-point='0']").get_attribute("aria-label")


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.slow), 800, 390])
def test_the_tour_covers_nothing_and_is_offered_once(tab, tmp_path, width):
    tab.set_viewport_size({"width": width, "height": 900})
    opened(tab, tmp_path, scene_of([[0], [1]], [1, -1], (1, 1)), closes=False)
    tab.evaluate("localStorage.clear()")
    tab.context.clear_cookies()
    tab.reload()
    for _ in range(4):
        tab.locator(".tx-tour").wait_for()
        assert tab.evaluate(COVERED, ".tx-plane, .tx-stage, .tx-tools, .tx-filter, .tx-body") == 0
        tab.locator(".tx-tour button").first.click()
    assert not tab.locator(".tx-tour").is_visible()
    tab.reload()
    tab.locator(".tx-plane").first.wait_for()
    assert tab.locator(".tx-tour").count() == 0


def test_no_number_covers_another(tab, tmp_path):
    """Points on top of one another keep their marks; a number that has no place is left out."""
    points = [[x, y] for x, y in combinations(range(6), 2)] * 2
    opened(tab, tmp_path, scene_of(points, [1, -1] * 15, (1, 1), limit=20))
    assert tab.locator(".tx-point").count() == 30 and tab.evaluate(MEETINGS, ".tx-number") == 0
