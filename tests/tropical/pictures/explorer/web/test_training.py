"""The page of a training in a browser: slider, curves and keys go to checkpoints, and the picture follows."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.tropical.pictures.explorer.training_files import checkpoint, training
from tests.tropical.pictures.explorer.web.opening import opened, until
from tropical.networks.network import Network
from tropical.networks.readers import save
from tropical.pictures.explorer.page import page
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.training.frames import rounded
from tropical.pictures.explorer.training.request import TrainingRequest
from tropical.pictures.explorer.training.scene import opening_scene, training_scene
from tropical.pictures.explorer.training.subject import TrainingSubject

WINDOW = ((-2, 3), (-2, 3))
SHOWN = """() => document.querySelector('#explorer').explorer.view.inner.scene.regions
    .map(({ pattern, map, vertices }) => [pattern, map, vertices])"""

TINTED = """() => {
    const { regions, sides } = document.querySelector('#explorer').explorer.view.inner.scene;
    return [regions.map(({ number, tint }) => [number, tint]), sides.map((side) => side.regions)];
}"""


@pytest.fixture(scope="module")
def scene():
    return training_scene(training(title="steps", window=WINDOW))


def shows(tab, k):
    """Whether the picture is that of a checkpoint, as the library has it, and all counts are."""
    expected = regions_scene(RegionsRequest(checkpoint(k), window=WINDOW))
    assert tab.evaluate(SHOWN) == [[own["pattern"], own["map"], own["vertices"]] for own in expected["regions"]]
    counts = expected["counts"]
    words = f"{counts['activation_regions']} activation regions, {counts['linear_regions']} linear regions"
    assert words in tab.inner_text(".tx-counts")
    assert tab.inner_text(".tx-checkpoint") == f"Checkpoint {k} of 0 to 4: step{k}"
    assert tab.get_by_label("checkpoint", exact=True).input_value() == str(k)
    assert tab.locator(".tx-now").first.text_content() == str(counts["activation_regions"])


def test_the_slider_the_curves_and_the_address(tab, tmp_path, scene):
    path = opened(tab, tmp_path, scene)
    shows(tab, 4)
    slider = tab.get_by_label("checkpoint", exact=True)
    slider.fill("1")
    shows(tab, 1)
    slider.press("ArrowRight")
    shows(tab, 2)
    box = tab.locator(".tx-curve-frame").nth(3).bounding_box()
    tab.mouse.click(box["x"] + 0.77 * box["width"], box["y"] + box["height"] / 2)
    shows(tab, 3)
    tab.get_by_label("previous checkpoint").click()
    tab.get_by_label("previous checkpoint").click()
    shows(tab, 1)
    assert tab.locator(".tx-marks .tx-halo").count() == len(scene["wrong"][1])
    tab.wait_for_timeout(300)
    fragment = tab.evaluate("location.hash")
    assert "checkpoint=1" in fragment
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    shows(tab, 1)


def test_the_path_through_the_fan(tab, tmp_path, scene):
    opened(tab, tmp_path, scene)
    walls = scene["path"]["walls"]
    assert f"{walls} walls crossed" in tab.inner_text(".tx-path .tx-summary")
    tab.get_by_label("checkpoint", exact=True).fill("0")
    own = [crossing for crossing in scene["path"]["crossings"] if crossing["place"] <= 1]
    assert tab.locator(".tx-crossings li").count() == len(own) > 0
    tab.locator(".tx-crossings button").last.click()
    assert tab.locator(".tx-marks .tx-ringed").count() == len(own[-1]["points"])


def test_checkpoints_on_walls(tab, tmp_path):
    """The score of a point goes from 1 through 0 to -1, back to 0, and stays there."""
    nets = tuple(Network.from_weights([([[1]], [bias])]) for bias in (1, 0, -1, 0, 0))
    own = training_scene(TrainingRequest(nets, tuple("abcde"), ((0,),), (1,)))
    places = [(crossing["at"], crossing["kind"], crossing["step"]) for crossing in own["path"]["crossings"]]
    assert places == [("1", "wall", 1), ("3", "entering", 3)]
    opened(tab, tmp_path, own)
    tab.get_by_label("change between light and dark").click()
    for k, words in enumerate(["cone 1", "a face of cones 1 and 2", "cone 2", "cone 3", "cone 3"]):
        tab.get_by_label("checkpoint", exact=True).fill(str(k))
        assert f"Checkpoint {k}: {words} of 3." in tab.inner_text(".tx-path")
        assert tab.locator(".tx-now").last.text_content() == f"{words} of 3"
    tab.get_by_label("checkpoint", exact=True).fill("1")
    assert "crosses a wall at point 1; loss 0 → 1 → 1" in tab.inner_text(".tx-crossings")


def test_playing_stops_at_the_end(tab, tmp_path, scene):
    opened(tab, tmp_path, scene)
    slider, player = tab.get_by_label("checkpoint", exact=True), tab.get_by_label("play the training")
    slider.fill("3")
    player.click()
    slider.fill("4")
    until(tab, "() => document.querySelector('[aria-label=\"play the training\"]').textContent === 'Play'")
    shows(tab, 4)


def test_rounded_numbers_are_not_called_exact(tab, tmp_path, scene):
    opened(tab, tmp_path, {**scene, "frames": list(map(rounded, scene["frames"]))})
    assert tab.locator(".tx-detail summary").inner_text() == "Map and vertices, rounded"
    assert "≈" in tab.locator(".tx-detail details code").first.text_content()


def test_maps_have_one_color_and_meet_in_two(tab, tmp_path):
    """At some checkpoints regions have the map of their neighbor that have another one at others."""
    factors = ((1, 1, 1), (1, 0, 1), (0, 1, 1), (1, 1, 0), (1, 1, 1), (0, 0, 1))
    hidden = [[1, 0], [0, 1], [1, 1]], [0, 0, -1]
    nets = tuple(Network.from_weights([hidden, ([own], [0])]) for own in factors)
    opened(tab, tmp_path, training_scene(TrainingRequest(nets, tuple("abcdef"), window=WINDOW)))
    for k in range(len(nets)):
        tab.get_by_label("checkpoint", exact=True).fill(str(k))
        regions, sides = tab.evaluate(TINTED)
        tints = dict(regions)
        assert all(tints[number] == tint for number, tint in regions)
        assert all((regions[a][0] == regions[b][0]) == (regions[a][1] == regions[b][1]) for a, b in sides)


def test_frames_are_computed_on_demand_and_ahead(tab):
    """A page with one frame, and what computes the others, in the place of a server."""
    request = training(title="steps", window=WINDOW)
    subject = TrainingSubject.parse(TrainingSubject.of(request).document)
    text = page(opening_scene(request), compute="/scene?token=0")
    tab.route("http://page.test/?token=0", lambda route: route.fulfill(body=text, content_type="text/html"))
    held, busy = [], ["Service Unavailable"]

    def answer(route):
        content = json.loads(route.request.post_data)
        if busy and content["checkpoint"] == 0:
            route.fulfill(status=503, body=busy.pop())
        elif content["checkpoint"] == 3 and not held:
            held.append(route)
        elif content["checkpoint"] == 2:
            route.fulfill(body='{"error": "too many regions"}\n')
        else:
            body = json.dumps(subject.answer(route.request.post_data))
            route.fulfill(body=f'{{"progress": "computing"}}\n{body}\n')

    tab.route("http://page.test/scene?token=0", answer)
    tab.goto("http://page.test/?token=0")
    tab.locator(".tx-tour").get_by_text("Close").click()
    shows(tab, 4)
    slider, waiting = tab.get_by_label("checkpoint", exact=True), tab.locator(".tx-waiting")
    slider.fill("3")
    waiting.get_by_text("Computing this checkpoint").wait_for()
    assert tab.locator(".tx-old-picture").count() == 1
    tab.get_by_label("change between light and dark").click()
    slider.fill("1")
    waiting.get_by_text("Computing the other checkpoints").wait_for()
    shows(tab, 1)
    slider.fill("2")
    waiting.get_by_text("too many regions").wait_for()
    slider.fill("3")
    held[0].fulfill(body=json.dumps(subject.answer(held[0].request.post_data)) + "\n")
    waiting.wait_for(state="hidden")
    shows(tab, 3)
    slider.fill("0")
    until(tab, "() => document.querySelector('#explorer').explorer.view.frames[0]")
    shows(tab, 0)
    assert not busy and tab.locator(".tx-old-picture").count() == 0
    tab.problems[:] = [line for line in tab.problems if "503" not in line]  # the browser notes the refusal


@pytest.mark.slow
def test_the_server(tab, tmp_path):
    for k in range(5):
        save(checkpoint(k), tmp_path / f"step{k}.json")
    command = [sys.executable, "-m", "tropical", "explore", *(tmp_path / f"step{k}.json" for k in range(5))]
    with subprocess.Popen([*command, "--window=-2,3", "--no-browser"], stdout=subprocess.PIPE, text=True) as process:
        try:
            tab.goto(process.stdout.readline().strip())
            tab.locator(".tx-tour").get_by_text("Close").click()
            tab.locator(".tx-waiting").wait_for(state="hidden")
            for k in (0, 3, 1):
                tab.get_by_label("checkpoint", exact=True).fill(str(k))
                expected = regions_scene(RegionsRequest(checkpoint(k), window=WINDOW))
                assert tab.evaluate(SHOWN) == [[r["pattern"], r["map"], r["vertices"]] for r in expected["regions"]]
        finally:
            process.terminate()
