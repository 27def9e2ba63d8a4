"""Networks whose weights are changed in a page: scenes against the library, what is refused, processes, the server."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.test_server import HEADERS, serving
from tropical.networks.changes import with_changes
from tropical.networks.network import Network
from tropical.networks.readers.json import read_bytes
from tropical.pictures.explorer.network_requests import MOST_WEIGHTS, Subject, touchable_scene
from tropical.pictures.explorer.notebook import Explorer
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.subjects import workers_for
from tropical.pictures.plane import Plane
from tropical.regions.counting import count_regions

NET = Network.from_weights(
    [([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, -2], [0, 1, 1]], [-1, 0]), ([[1, -1]], ["-1/4"])]
)
DEEP = Network.from_weights([([[1, 0, 2], [0, 1, 1]], [0, 0]), ([[1, 1]], [-1])])
BOX = Polyhedron.box([-2, -2], [2, 2])
TRIANGLE = Polyhedron.from_inequalities([[-3, 0], [0, -1], [1, 1]], ["1", 0, "7/3"])
REQUESTS = [
    RegionsRequest(NET, BOX, None, "net"),
    RegionsRequest(NET, TRIANGLE),
    RegionsRequest(NET),
    RegionsRequest(DEEP, None, Plane.through([0, 0, 1], [1, 0, 0], [0, 2, 0])),
    RegionsRequest(DEEP, Polyhedron.box([-1] * 3, [1] * 3), Plane.along_axes(0, 2, [0, "1/3", 0])),
]


def asked(subject, changes=(), **others):
    return subject.answer(json.dumps({"changes": list(changes), **others}).encode())


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda own: own.title or repr(own.domain))
def test_scenes_are_those_of_the_changed_network(request_):
    """What a process reads of its subject gives what the library gives; ties and rows of zeros are usual."""
    subject, numbers = Subject.parse(Subject(request_).document), random.Random(1)
    assert asked(subject)["scene"]["regions"] == regions_scene(request_)["regions"]
    for _ in range(6):
        node = numbers.choice([node for node in request_.network.nodes if node.layer.kind == "Affine"])
        size = len(node.layer.weight.numerators)
        changes = [[node.name, "weight", numbers.randrange(size), numbers.choice(["0", "1", "-1", "1/3", "0.5"])]]
        changes.append([node.name, "bias", 0, numbers.choice(["0", "-1", "2/7"])])
        network = with_changes(request_.network, map(tuple, changes))
        expected = regions_scene(RegionsRequest(network, request_.domain, request_.plane, request_.title))
        found = asked(subject, changes)["scene"]
        for key in ("regions", "sides", "boundary", "window"):
            assert found[key] == expected[key]


def test_the_window_stays_and_the_whole_plane_is_counted():
    subject = Subject(RegionsRequest(NET))
    window = regions_scene(RegionsRequest(NET))["window"]
    changes = [["affine0", "bias", 2, "-100"]]
    found = asked(subject, changes, window=window)["scene"]
    network = with_changes(NET, map(tuple, changes))
    assert found["window"] == window and asked(subject, changes)["scene"]["window"] != window
    assert found["counts"]["whole_plane"] == count_regions(network).activation_regions
    box = Polyhedron.box(*window)
    assert found["counts"]["activation_regions"] == count_regions(network, box).activation_regions
    assert "whole_plane" not in asked(Subject(REQUESTS[0]))["scene"]["counts"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"changes": 1}, "changes are a list"),
        ({"changes": [[]] * (MOST_WEIGHTS + 1)}, "changes are a list"),
        ({"changes": [["affine0", "weight", 0]]}, "a change is a list"),
        ({"changes": [["affine0", "weight", True, "1"]]}, "a change is a list"),
        ({"changes": [["affine0", "weight", 0, 1]]}, "a change is a list"),
        ({"changes": [["affine0", "weight", 0, "1e999999999"]]}, "at most 40 digits"),
        ({"changes": [["affine0", "weight", 0, "9" * 41]]}, "at most 40 digits"),
        ({"changes": [["affine0", "weight", 0, "1/0"]]}, "not a rational number"),
        ({"changes": [["affine0", "weight", -1, "1"]]}, "which has 6 numbers"),
        ({"changes": [["affine0", "weight", 10**40, "1"]]}, "which has 6 numbers"),
        ({"changes": [["nothing", "weight", 0, "1"]]}, "in the network"),
        ({"window": [[0, 0]]}, "two corners"),
        ({"window": [[0, "0"], [1, 1]]}, "finite numbers"),
        ({"window": [[0, 0], [1, float("inf")]]}, "finite numbers"),
        ({"window": [[0, 0], [0, 1]]}, "a lower corner and an upper one"),
        ({"window": [[0, 0], [1e301, 1]]}, "beyond 1e+300"),
        ([], "not a JSON object"),
    ],
)
def test_what_is_refused(content, reason):
    assert reason in Subject(RegionsRequest(NET)).answer(json.dumps(content).encode())["error"]


def test_absurd_requests():
    subject = Subject(RegionsRequest(NET, limit=5))
    for body in (b"", b"{", b"[" * 100_000, b'"' + b"x" * 200_000 + b'"'):
        assert "error" in subject.answer(body)
    assert "more than 5 activation regions" in asked(subject)["error"]
    huge = [["affine0", "weight", 0, "9" * 40], ["affine0", "bias", 0, "1/" + "9" * 40]]
    scene = asked(Subject(RegionsRequest(NET)), huge, window=[[-1, -1], [1, 1]])["scene"]
    assert json.dumps(scene, allow_nan=False) and scene["counts"]["activation_regions"] > 0
    zero = [["affine0", "weight", k, "0"] for k in range(6)]
    assert asked(Subject(RegionsRequest(NET)), zero, window=[[-1, -1], [1, 1]])["scene"]["counts"]["affine_maps"] == 1


def test_what_a_page_is_given():
    scene = touchable_scene(REQUESTS[0])
    assert read_bytes(json.dumps(scene["network"]).encode()) == NET
    wide = Network.from_weights([([[1, 0]] * 1700, [0] * 1700), ([[1] * 1700], [0])])
    scene = touchable_scene(RegionsRequest(wide, BOX))
    assert scene["network"] is None and scene["untouched"].startswith("6,801 weights; networks of up to 5,000")
    assert Explorer.of_network(wide, BOX)._computed is None


@pytest.mark.slow  # the server and the widget ask such processes each time
def test_processes_are_told_the_network():
    async def found():
        workers, lines = workers_for(REQUESTS[0]), []

        async def take(line):
            lines.append(json.loads(line))

        body = json.dumps({"changes": [["affine0", "weight", 0, "0"], ["affine0", "bias", 0, "1/3"]]}).encode()
        await workers.answer("a", body, take)
        await workers.answer("a", b'{"network": "another"}', take)
        await workers.close()
        return [line for line in lines if "progress" not in line]

    changed, same = asyncio.run(found())
    changes = [("affine0", "weight", 0, 0), ("affine0", "bias", 0, "1/3")]
    expected = regions_scene(RegionsRequest(with_changes(NET, changes), BOX))
    assert changed["scene"]["regions"] == expected["regions"]
    assert same["scene"]["regions"] == regions_scene(REQUESTS[0])["regions"]


def test_the_server():
    request = REQUESTS[0]
    with serving(touchable_scene(request), request) as client:
        change = {"client": "a", "changes": [["affine1", "bias", 0, "3"]]}
        found = client.last_line(change)["scene"]
        network = with_changes(NET, [("affine1", "bias", 0, 3)])
        assert found["counts"] == regions_scene(RegionsRequest(network, BOX))["counts"]
        assert "in the network" in client.last_line({**change, "changes": [["x", "y", 0, "1"]]})["error"]
        assert client.post("/scene", content=b"[]", headers=HEADERS).status_code == 400
        assert client.last_line(change)["scene"]["counts"] == found["counts"]


def test_the_widget():
    pytest.importorskip("anywidget", reason="needs the extra 'explore'")
    from tests.tropical.pictures.explorer.test_notebook import answer

    widget = Explorer.of_network(NET, BOX).widget
    assert widget.can_compute
    found = answer(widget, {"changes": [["affine0", "bias", 0, "1/7"]], "number": 1})["scene"]
    expected = regions_scene(RegionsRequest(with_changes(NET, [("affine0", "bias", 0, "1/7")]), BOX))
    assert found["counts"] == expected["counts"]
