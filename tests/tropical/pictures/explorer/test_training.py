"""The scene of a training against the library, checkpoint by checkpoint, and what it refuses."""

from __future__ import annotations

import json
from fractions import Fraction
from io import StringIO
from itertools import pairwise

import pytest

from polytopes.errors import InputError, LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.training_files import LABELS, POINTS, checkpoint, training
from tropical.fans.classification.shallow_parameters import training_path
from tropical.fans.data_set import DataSet
from tropical.fans.labels import class_numbers
from tropical.fans.network_losses import network_losses
from tropical.networks.network import Network
from tropical.pictures.explorer import worker_process
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.training import scene as scene_module
from tropical.pictures.explorer.training import subject as subject_module
from tropical.pictures.explorer.training.request import TrainingRequest
from tropical.pictures.explorer.training.scene import training_scene
from tropical.pictures.explorer.training.subject import TrainingSubject
from tropical.pictures.plane import Plane
from tropical.regions.complexity.local_complexity import local_complexity
from tropical.regions.counting import count_regions


def expanded(frame):
    """The regions of a frame as those of a scene."""
    return [(pattern, map_, [frame["exact"][i] for i in cycle]) for pattern, _, _, cycle, map_ in frame["regions"]]


def test_frames_are_those_of_the_library():
    request = training()
    scene = training_scene(request)
    low, high = (tuple(map(Fraction, corner)) for corner in scene["frames"][0]["window"])
    box = Polyhedron.box(low, high)
    assert json.loads(json.dumps(scene, allow_nan=False)) == scene
    for k, frame in enumerate(scene["frames"]):
        network = checkpoint(k)
        expected = regions_scene(RegionsRequest(network, box))
        assert expanded(frame) == [(own["pattern"], own["map"], own["vertices"]) for own in expected["regions"]]
        assert frame["boundary"] == expected["boundary"] and len(frame["sides"]) == len(expected["sides"])
        counted = count_regions(network, box, linear=True)
        counts = frame["counts"]
        assert (counts["activation_regions"], counts["linear_regions"]) == (
            counted.activation_regions,
            counted.linear_regions,
        )
        assert frame["complexity"] == str(local_complexity(network, box).densities["function_boundary"])
        for i, j, layer, gate, bends, *ends in frame["sides"]:
            side = next(own for own in expected["sides"] if own["regions"] == [i, j])
            assert [side["layer"], side["gate"], side["bends"]] == [layer, gate, bool(bends)]
            assert [frame["places"][end] for end in ends] == side["places"]


def test_losses_and_the_path():
    scene = training_scene(training())
    data = DataSet.of(POINTS, LABELS)
    path = training_path([checkpoint(k) for k in range(5)], data)
    assert (
        scene["path"]["losses"] == list(path.losses) == scene["curves"][0]["values"] == list(map(len, scene["wrong"]))
    )
    assert [own["at"] for own in scene["path"]["crossings"]] == [str(own.place) for own in path.crossings]
    for k, wrong in enumerate(scene["wrong"]):
        values = [checkpoint(k)(point)[0] * (1 if label else -1) for point, label in zip(POINTS, LABELS, strict=True)]
        assert wrong == [i for i, value in enumerate(values) if value <= 0]
        hinge = sum(max(Fraction(0), 1 - value) for value in values) / len(values)
        assert Fraction(scene["curves"][1]["exact"][k]) == hinge
    assert scene["notes"] == ["Label 0 stands for y1 < 0, 1 for y1 > 0."]


def made(*widths: int) -> Network:
    pairs = pairwise(widths)
    return Network.from_weights([([[1 + i * j for j in range(n)] for i in range(m)], [-1] * m) for n, m in pairs])


@pytest.mark.parametrize(
    ("widths", "options", "reason"),
    [
        ([(2, 3, 1)], {}, "1 checkpoints of a training; give at least two"),
        ([(2, 3, 1), (2, 4, 1)], {}, "b is 2-4-1 and a is 2-3-1; the checkpoints of a training have one shape"),
        ([(2, 3, 1), (3, 3, 1)], {}, "b is 3-3-1 and a is 2-3-1"),
        ([(2, 3, 1), (2, 3, 2)], {}, "b is 2-3-2"),
        ([(1, 3, 1), (1, 3, 1)], {}, "checkpoints with 1 input: give --data with labels"),
        ([(3, 3, 1), (3, 3, 1)], {}, "a plane with --slice"),
        ([(2, 3, 1), (2, 3, 1)], {"points": ((0, 0),), "labels": (1, 0)}, "2 labels for 1 points"),
        (
            [(1, 3, 1), (1, 3, 1)],
            {"points": ((0,),), "labels": (1,), "window": ((0,), (1,))},
            "a window shows a part of a plane",
        ),
        ([(2, 3, 1), (2, 3, 1)], {"points": ((0, 0, 0),)}, "3 coordinates; the picture needs 2"),
    ],
)
def test_refusals(widths, options, reason):
    with pytest.raises(InputError, match=reason):
        TrainingRequest(tuple(made(*own) for own in widths), ("a", "b")[: len(widths)], **options).check()


def test_networks_that_are_not_drawn_have_losses_and_a_path():
    networks = (made(1, 2, 1), made(1, 2, 1))
    scene = training_scene(TrainingRequest(networks, ("a", "b"), ((0,), (1,), (3,)), ("no", "yes", "yes")))
    assert scene["frames"] is None and scene["data"] is None
    assert [curve["name"] for curve in scene["curves"]] == ["0/1 loss", "mean hinge loss"]
    assert scene["path"]["walls"] == 0 and scene["path"]["losses"] == scene["curves"][0]["values"]


def test_a_plane_and_several_classes():
    plane = Plane.along_axes(0, 2, [0, 1, 0])
    points = ((0, 0, 0), (1, 1, 1), (2, 0, 1))
    request = TrainingRequest((made(3, 3, 3), made(3, 3, 3)), ("a", "b"), points, (0, 1, 2), plane=plane)
    scene = training_scene(request)
    network, window = plane.restrict(made(3, 3, 3)), request.last.window
    box = Polyhedron.box(*zip(*window, strict=True))
    for frame in scene["frames"]:
        assert frame["counts"]["activation_regions"] == count_regions(network, box).activation_regions
        assert frame["complexity"] == str(local_complexity(network, box).densities["function_boundary"])
        assert frame["axes"] == ["x1", "x3"]
    assert scene["data"]["labels"] == ["0", "1", "2"] and scene["wrong"][0] == list(
        network_losses(made(3, 3, 3), points, (0, 1, 2)).wrong
    )
    assert scene["path"] is None and "of 3 kinds" in scene["notes"][1]


def test_pages_are_bounded(monkeypatch):
    """Beyond a size exact numbers are left out; beyond another one the page is refused."""
    request = training(2, window=((-2, 3), (-2, 3)))
    whole = training_scene(request)["frames"]
    monkeypatch.setattr(scene_module, "MOST_EXACT", 100)
    short = training_scene(request)["frames"]
    for frame, own in zip(whole, short, strict=True):
        assert own["exact"] is None and frame["exact"] and own["counts"] == frame["counts"]
        assert [region[3] for region in own["regions"]] == [region[3] for region in frame["regions"]]
        pairs = zip(own["places"], frame["places"], strict=True)
        assert all(abs(a - b) < 1e-5 for p, q in pairs for a, b in zip(p, q, strict=True))
    monkeypatch.setattr(scene_module, "MOST_BYTES", 1000)
    with pytest.raises(LimitReached, match="fewer of them or a smaller --window"):
        training_scene(request)
    with pytest.raises(LimitReached, match="step0: more than 2 activation regions"):
        training_scene(request.limited(2))


def test_numbers_beyond_the_range_of_floats():
    networks = tuple(Network.from_weights([([[1e200, k], [0, 1]], [0, 0]), ([[1e200, 1]], [-1])]) for k in (1, 2))
    points = ((0, 1), (1, 0), (-1, -1))
    scene = training_scene(TrainingRequest(networks, ("a", "b"), points, (1, 0, 0), window=((-1, 1), (-1, 1))))
    assert [curve["name"] for curve in scene["curves"]] == ["0/1 loss"]
    assert "beyond the range of floats" in scene["notes"][1] and len(scene["frames"]) == 2


def test_labels_of_all_kinds():
    assert class_numbers([3, 1, 2], 3) == (2, 0, 1) and class_numbers(["b", "a"], 2) == (1, 0)
    assert class_numbers([0, 0], 1) == (0, 0) and class_numbers(["-"], 1) == (0,) and class_numbers(["x"], 1) == (1,)
    for labels, count in (([0, 1, 2], 1), ([5, 6], 3), ([0, 5], 3)):
        with pytest.raises(InputError, match="tells"):
            class_numbers(labels, count)


def test_what_a_page_may_ask_for():
    request = training(window=((-2, 3), (-2, 3)))
    subject = TrainingSubject.parse(TrainingSubject.of(request).document)
    whole = training_scene(request)["frames"]
    for k in range(5):
        assert subject.answer(json.dumps({"checkpoint": k}).encode()) == {"scene": whole[k]}
    for body in (b'{"checkpoint": 5}', b'{"checkpoint": -1}', b'{"checkpoint": "0"}', b'{"checkpoint": true}'):
        assert subject.answer(body)["error"] == "checkpoint is a number from 0 to 4"
    assert "not JSON" in subject.answer(b"x")["error"]


def test_a_process_computes_nothing_of_a_training_before_it_is_asked(monkeypatch):
    """A frame may take as long as a request may, and a process that starts has to be ready before."""
    computed, whole = [], subject_module.frame_of
    monkeypatch.setattr(subject_module, "frame_of", lambda own, say: computed.append(own.network) or whole(own, say))
    monkeypatch.setattr(worker_process, "_bound_memory", lambda: None)  # it would bound that of all tests
    request, told = training(window=(("-2", "3"), ("-2", "3"))), StringIO()
    worker_process.main(iter([TrainingSubject.of(request).document]), told, 0, True)
    assert len(computed) == 1 and computed[0] not in request.networks and told.getvalue() == ""
    worker_process.main(iter([TrainingSubject.of(request).document, b'{"checkpoint": 2}']), told, 0, True)
    assert computed[2:] == [request.networks[2]] and '"scene"' in told.getvalue()
