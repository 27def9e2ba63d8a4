"""Pages of small scenes, opened in a browser."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.pictures.explorer.fan_scene import FanRequest, fan_scene
from tropical.pictures.explorer.page import page
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene

PATIENCE = 120
"""Seconds: on a busy machine compiled code may have to be made first."""


def missing(what: str) -> None:
    """Skip, or fail where everything should be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"the tests of the explorer need {what}, and CI=true says that it is installed", pytrace=False)
    pytest.skip(f"needs {what}")


def until(tab, script, arg=None):
    """Wait until a script says so; the page allows no script of the driver that waits by itself."""
    deadline = time.monotonic() + PATIENCE
    while not tab.evaluate(script, arg):
        assert time.monotonic() < deadline
        tab.wait_for_timeout(50)


def await_state(tab, *parts):
    """Wait until the address has these parts."""
    until(tab, "parts => parts.every(part => decodeURIComponent(location.hash).includes(part))", parts)


def scene_of(points, labels, terms, **options):
    return fan_scene(FanRequest(DataSet.of(points, labels), terms, **options))


def small_regions():
    net = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [-1])])
    return regions_scene(RegionsRequest(net, title="net"))


def opened(tab, tmp_path: Path, scene, fragment="", closes=True) -> Path:
    """Open the page of a scene, and close the tour."""
    path = tmp_path / "page.html"
    path.write_text(page(scene), encoding="utf-8")
    tab.goto(path.as_uri() + fragment)
    closer = tab.locator(".tx-tour").get_by_text("Close")
    if closes and closer.is_visible():
        closer.click()
    return path
