"""A network that is touched in a browser: fields, lines that are dragged, undo, what is saved; and a page in a file."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.web.opening import await_state
from tropical.networks.changes import with_changes
from tropical.networks.network import Network
from tropical.networks.readers import save
from tropical.networks.readers.json import read_bytes
from tropical.pictures.explorer.network_requests import touchable_scene
from tropical.pictures.explorer.page import page
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene

PATIENCE = 120
"""Seconds: on a busy machine everything may take long."""
NET = Network.from_weights(
    [([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -2], [0, 1, 1]], [-1, 0]), ([[1, -1]], ["-1/4"])]
)
BOX = Polyhedron.box([-2, -2], [2, 2])


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("touch") / "net.json"
    save(NET, path)
    command = [sys.executable, "-m", "tropical", "explore", str(path), "--box=-2,2", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


def opened(tab, address):
    tab.goto("about:blank")
    tab.goto(address)
    closer = tab.locator(".tx-tour").get_by_text("Close")
    if closer.is_visible():
        closer.click()


def field(tab, name):
    return tab.get_by_label(name, exact=True)


def changes(tab):
    return [tuple(own) for own in tab.evaluate("document.querySelector('#explorer').explorer.view.touch.listed")]


def follows(tab):
    """Wait until the picture is that of the changed network, as the library has it; return this."""
    network = with_changes(NET, changes(tab))
    expected = regions_scene(RegionsRequest(network, BOX))
    script = """() => { const { scene } = document.querySelector('#explorer').explorer;
        return [scene.regions.map(r => [r.pattern, r.map, r.vertices]), scene.boundary]; }"""
    wanted = [[[r["pattern"], r["map"], r["vertices"]] for r in expected["regions"]], expected["boundary"]]
    deadline = time.monotonic() + PATIENCE
    while tab.evaluate(script) != wanted:
        assert time.monotonic() < deadline
        tab.wait_for_timeout(50)
    assert tab.locator(".tx-counts").inner_text().startswith(f"{len(expected['regions'])} activation regions")
    return network


def test_a_weight_is_typed_and_taken_back(tab, address):
    opened(tab, address)
    tab.get_by_label("unit", exact=True).select_option("2")
    own = field(tab, "affine0 weight[2][1]")
    own.fill("1/3")
    own.press("Enter")
    assert changes(tab) == [("affine0", "weight", 5, "1/3")]
    follows(tab)
    own.fill("0.50")
    own.press("Enter")
    assert changes(tab) == [("affine0", "weight", 5, "1/2")]
    with tab.expect_download() as caught:
        tab.get_by_label("save the changed network as JSON").click()
    assert caught.value.suggested_filename == "net-changed.json"
    assert read_bytes(Path(caught.value.path()).read_bytes()) == follows(tab)
    tab.get_by_label("undo the last change").click()
    assert own.input_value() == "1/3"
    own.fill("x")
    own.press("Enter")
    assert "x is not a number" in tab.locator(".tx-alert").inner_text() and own.input_value() == "1/3"
    own.fill("9" * 41)
    own.press("Enter")
    tab.locator(".tx-alert", has_text="at most 40 digits").wait_for()
    assert own.input_value() == "1/3" and follows(tab)
    tab.get_by_label("take all changes back").click()
    assert changes(tab) == [] and follows(tab) == NET


def test_a_slider_and_the_address(tab, address):
    opened(tab, address)
    tab.get_by_label("layer", exact=True).select_option("affine1")
    slider = tab.get_by_label("slider of affine1 bias[0]", exact=True)
    for value in ("-2.5", "-0.7", "0.123456"):
        slider.fill(value)
    [(node, tensor, place, text)] = changes(tab)
    assert (node, tensor, place) == ("affine1", "bias", 0) and abs(Fraction(text) - Fraction("0.123456")) < Fraction(
        1, 50
    )
    follows(tab)
    await_state(tab, "changes=", text)
    opened(tab, address + tab.evaluate("location.hash"))
    assert changes(tab) == [("affine1", "bias", 0, text)]
    follows(tab)


def test_lines_are_dragged_and_turned(tab, address):
    opened(tab, address)
    tab.get_by_label("unit", exact=True).select_option("1")
    box = tab.locator(".tx-chart").bounding_box()

    def at(x, y):
        return box["x"] + (x + 2) / 4 * box["width"], box["y"] + (2 - y) / 4 * box["height"]

    def drag(start, end):
        tab.mouse.move(*at(*start))
        tab.mouse.down()
        for k in range(1, 5):
            tab.mouse.move(*at(*(a + (b - a) * k / 4 for a, b in zip(start, end, strict=True))))
        tab.mouse.up()

    drag((1.5, 0), (1.3, 0.5))
    [(*name, text)] = changes(tab)
    assert name == ["affine0", "bias", 1] and abs(Fraction(text) + Fraction(1, 2)) < Fraction(1, 20)
    follows(tab)
    drag((-1.84, 0.5), (-1.5, -1))
    assert {tuple(own[:3]) for own in changes(tab)} == {
        ("affine0", "weight", 2),
        ("affine0", "weight", 3),
        *[tuple(name)],
    }
    network = follows(tab)
    a, b = network.nodes[1].layer.weight.fractions[1]
    c = network.nodes[1].layer.bias.fractions[1]
    assert abs(a * 2 + b / 2 + c) < Fraction(1, 20) and abs(a * Fraction(-3, 2) - b + c) < Fraction(1, 20)
    tab.get_by_label("undo the last change").click()
    assert changes(tab) == [(*name, text)]


def test_a_page_in_a_file_says_that_it_cannot(tab, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page(touchable_scene(RegionsRequest(NET, BOX))), encoding="utf-8")
    opened(tab, path.as_uri())
    assert "cannot compute regions exactly" in tab.locator(".tx-touch").inner_text()
    own = field(tab, "affine0 bias[0]")
    assert own.is_disabled() and own.input_value() == "0" and tab.locator(".tx-unit").count() == 0
    assert json.loads(json.dumps(changes(tab))) == []
