"""The page of a network that is served before its regions are found."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tropical.networks.network import Network
from tropical.networks.readers import save

PATIENCE = 120_000
"""Milliseconds: on a busy machine compiled code may have to be made first."""


def test_a_network_is_drawn_when_its_regions_are_found(tab, tmp_path):
    pytest.importorskip("uvicorn", reason="needs the extra 'explore'")
    path = tmp_path / "net.json"
    save(Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [-1])]), path)
    command = [sys.executable, "-m", "tropical", "explore", str(path), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            tab.goto(process.stdout.readline().strip())
            tab.locator(".tx-counts", has_text="7 activation regions, 7 linear").wait_for(timeout=PATIENCE)
            assert tab.locator(".tx-region").count() == 7 and tab.locator(".tx-early").count() == 0
            tab.reload()
            assert tab.locator(".tx-region").count() == 7
        finally:
            process.terminate()


def test_polygons_are_drawn_early(tab, tmp_path):
    """A scene that waits, and what tells of it, in the place of a server."""
    from tropical.pictures.explorer.page import page

    text = page({"kind": "waiting", "title": "net"}, first="/first?token=0")
    tab.route("http://page.test/?token=0", lambda route: route.fulfill(body=text, content_type="text/html"))
    lines = '{"progress": "drawing 2 regions"}\n{"polygons": [[[0, 0], [1, 0], [0, 1]], [[1, 1], [1, 0], [0, 1]]]}\n'
    tab.route("http://page.test/first?token=0", lambda route: route.fulfill(body=lines + '{"error": "too many"}\n'))
    tab.goto("http://page.test/?token=0")
    tab.get_by_role("alert").wait_for()
    assert tab.get_by_role("alert").inner_text() == "too many" and tab.inner_text("h1") == "net"
    pixel = "([x, y]) => [...document.querySelector('.tx-early').getContext('2d').getImageData(x, y, 1, 1).data]"
    assert tab.evaluate(pixel, [200, 1000]) != tab.evaluate(pixel, [1000, 200])
    assert tab.evaluate(pixel, [200, 1000])[3] > 0
    tab.route("http://page.test/first?token=0", lambda route: route.fulfill(body='{"progress": "half"}\n'))
    tab.goto("about:blank")
    tab.goto("http://page.test/?token=0")
    tab.get_by_role("alert").get_by_text("The server has ended").wait_for()
    assert tab.locator("progress").count() == 0
