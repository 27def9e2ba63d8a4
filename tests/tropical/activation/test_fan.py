"""Activation fans: counts known, counts by other ways, and what every maximal cone must satisfy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polytopes.rationals import dot
from tropical.activation.classes import class_counts
from tropical.activation.data import DataSet
from tropical.activation.fan import ActivationFan

KNOWN = json.loads((Path(__file__).parents[2] / "data" / "activation_fans.json").read_text())
DATA = {name: DataSet.of(points) for name, points in KNOWN["data"].items()}


@pytest.mark.parametrize(("name", "n_terms", "count"), KNOWN["maximal_cones"])
def test_maximal_cones_are_as_many_as_known_and_interior(name: str, n_terms: int, count: int) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    found = list(fan.cones())
    assert fan.n_maximal_cones == len(found) == len({cone.colours for cone in found}) == count
    for cone in found:
        for row, points in zip(fan.data.rows, fan.data.copies, strict=True):
            values = [dot(row, form) for form in cone.parameter]
            assert values.count(max(values)) == 1
            assert all(values[cone.colours[p]] == max(values) for p in points)


@pytest.mark.parametrize("name", KNOWN["a_k"])
def test_numbers_of_classes(name: str) -> None:
    assert list(class_counts(DATA[name])) == KNOWN["a_k"][name]


@pytest.mark.parametrize(("name", "n_terms", "f_vector"), KNOWN["f_vector"])
def test_walls_are_the_cones_of_codimension_one(name: str, n_terms: int, f_vector: list[int]) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    colours = {cone.colours for cone in fan.cones()}
    walls = [wall for cone in fan.cones() for wall in fan.walls(cone)]
    assert len(walls) == 2 * f_vector[1]
    assert all(wall.colours in colours for wall in walls)
