"""The explorer as an object: a frame without any package, a widget, a file."""

from __future__ import annotations

import html
import re

import pytest

from tropical.explore.notebook import Explorer
from tropical.network import Network

POINTS, LABELS = [[0, 0], [1, 0], [0, 1], [1, 1]], [1, -1, -1, 1]


def test_the_frame_holds_the_page():
    explorer = Explorer.of(POINTS, LABELS, (2, 1), title='"><script>alert(1)</script>')
    [source] = re.findall(r'^<iframe srcdoc="([^"]*)" sandbox="allow-scripts allow-downloads"', explorer._repr_html_())
    assert html.unescape(source) == explorer.html
    assert "<script>alert" not in explorer.html


def test_a_file(tmp_path):
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
    Explorer.of_network(net, title="net").save(tmp_path / "net.html")
    assert (tmp_path / "net.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_widget_computes_and_keeps_the_selection():
    pytest.importorskip("anywidget", reason="needs the extra 'explore'")
    explorer = Explorer.of(POINTS, LABELS, (2, 1))
    widget = explorer.widget
    assert explorer.selection is None and widget.scene["counts"]["maximal_cones"] == 75
    widget.selection = {"colours": [0, 2, 2, 1], "loss": 0}
    assert explorer.selection["loss"] == 0
    moved = {"points": [["0"], ["1"], ["2"]], "labels": [1, -1, 1], "weights": [1, 1, 1], "terms": [2, 1]}
    widget.request = {**moved, "number": 1}
    assert widget.answer["number"] == 1 and widget.answer["scene"]["counts"]["maximal_cones"] == 21
    widget.request = {**moved, "number": 2, "terms": [9, 9]}
    assert widget.answer["number"] == 2 and "terms" in widget.answer["error"]
