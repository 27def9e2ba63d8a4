"""The page of a training in a browser: slider, curves and keys go to checkpoints, and the picture follows."""

from __future__ import annotations

import pytest

from tests.tropical.pictures.explorer.training_files import checkpoint, training
from tests.tropical.pictures.explorer.web.opening import opened
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.training.scene import training_scene

WINDOW = ((-2, 3), (-2, 3))
SHOWN = """() => document.querySelector('#explorer').explorer.view.inner.scene.regions
    .map(({ pattern, map, vertices }) => [pattern, map, vertices])"""


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
