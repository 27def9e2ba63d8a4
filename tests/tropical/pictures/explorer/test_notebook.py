"""The explorer as an object: a frame without any package, a widget, a file."""

from __future__ import annotations

import html
import queue
import re

import pytest

from polytopes.errors import InputError
from tropical.fans.data_set import DataSet
from tropical.networks.network import Network
from tropical.pictures.explorer.fan_scene import FanRequest
from tropical.pictures.explorer.notebook import Explorer

PATIENCE = 120
"""Seconds: on a busy machine a process takes long to start."""
MOVED = {"points": [["0"], ["1"], ["2"]], "labels": [1, -1, 1], "weights": [1, 1, 1], "terms": [2, 1]}
POINTS, LABELS = [[0, 0], [1, 0], [0, 1], [1, 1]], [1, -1, -1, 1]


def test_the_frame_holds_the_page():
    explorer = Explorer.of(POINTS, (2, 1), LABELS, title='"><script>alert(1)</script>')
    [source] = re.findall(r'^<iframe srcdoc="([^"]*)" sandbox="allow-scripts allow-downloads"', explorer._repr_html_())
    assert html.unescape(source) == explorer.html
    assert "<script>alert" not in explorer.html


@pytest.mark.parametrize("single", ["epoch1.npz", Network.from_weights([([[1, 0]], [0])])])
def test_a_training_is_a_list(single):
    with pytest.raises(InputError, match="give a list of at least two checkpoints"):
        Explorer.of_training(single)


def test_a_file(tmp_path):
    net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])])
    Explorer.of_network(net, title="net").save(tmp_path / "net.html")
    assert (tmp_path / "net.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def answer(widget, request):
    """The last message about a request."""
    found = queue.Queue()
    widget.observe(lambda change: found.put(change["new"]), "answer")
    widget.request = request
    while True:
        message = found.get(timeout=PATIENCE)
        if message["number"] == request["number"] and "progress" not in message:
            return message


def test_the_widget_computes_and_keeps_the_selection():
    pytest.importorskip("anywidget", reason="needs the extra 'explore'")
    explorer = Explorer.of(POINTS, (2, 1), LABELS)
    widget = explorer.widget
    assert explorer.selection is None and widget.scene["counts"]["maximal_cones"] == 75
    widget.selection = {"colors": [0, 2, 2, 1], "loss": 0}
    assert explorer.selection["loss"] == 0
    assert answer(widget, {**MOVED, "number": 1})["scene"]["counts"]["maximal_cones"] == 21
    assert answer(widget, {**MOVED, "number": 2, "only": "counts"})["counts"] == {"maximal_cones": 21}
    assert "terms" in answer(widget, {**MOVED, "number": 3, "terms": [9, 9]})["error"]


def test_the_widget_stops_a_computation():
    """The kernel is free while a process computes; after a stop, or at a newer request, that process is ended."""
    pytest.importorskip("anywidget", reason="needs the extra 'explore'")
    many = DataSet.of([[x, x**3 % 31] for x in range(20)], [1] * 20)
    widget = Explorer(FanRequest(DataSet.of(POINTS, LABELS), (2, 1), limit=10**9)).widget
    points = [list(map(str, point)) for point in many.points]
    long = {"points": points, "labels": [1] * 20, "weights": [1] * 20, "terms": [3, 3]}
    found = queue.Queue()
    widget.observe(lambda change: found.put(change["new"]), "answer")
    widget.request = {**long, "number": 1}
    assert found.get(timeout=PATIENCE).keys() == {"number", "progress"}
    widget.request = {"number": 1, "stop": True}
    while "progress" in (last := found.get(timeout=PATIENCE)):
        pass
    assert last == {"number": 1, "error": "the computation was ended"}
    widget.request = {**long, "number": 2}
    assert answer(widget, {**MOVED, "number": 3})["scene"]["counts"]["maximal_cones"] == 21
