"""The scene of a training against the library, checkpoint by checkpoint, and what it refuses."""

from __future__ import annotations

import json
from fractions import Fraction

from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.pictures.explorer.training_files import LABELS, POINTS, checkpoint, training
from tropical.fans.classification.shallow_parameters import training_path
from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.region_scene import RegionsRequest, regions_scene
from tropical.pictures.explorer.training.scene import training_scene
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
    assert scene["notes"] == []
