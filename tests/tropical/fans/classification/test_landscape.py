"""Landscapes of the 0/1 loss: numbers known, brute force over raw cones and walls, the graph, degenerate data."""

from __future__ import annotations

import json
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached, ShapeError
from tests.paths import DATA
from tests.tropical.fans.classification import oracles
from tests.tropical.fans.classification.strategies import labeled_data, terms
from tropical.fans.classification.dichotomies import chambers, dichotomies, sign_vectors
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.graph import (
    chamber_components,
    classification_graph,
    landscape_document,
    sublevel_components,
)
from tropical.fans.classification.landscape import Landscape, landscape
from tropical.fans.classification.orbits import SignedOrbits
from tropical.fans.data_set import DataSet

KNOWN = json.loads((DATA / "activation_fans.json").read_text())
SQUARE = [(0, 0), (1, 0), (0, 1), (1, 1)]


def fan_of(case: dict[str, Any]) -> ClassificationFan:
    return ClassificationFan.of(KNOWN["data"][case["data"]], case["terms"], case.get("labels"))


@pytest.mark.parametrize("case", KNOWN["classification"])
def test_dichotomies_chambers_and_cones_are_as_many_as_known(case: dict[str, Any]) -> None:
    fan = fan_of(case)
    found = dichotomies(fan)
    assert len(found) == len({one.signs for one in found}) == case["dichotomies"]
    assert sum(one.cones for one in found) == fan.n_cones == case.get("cones", fan.n_cones)
    n_chambers = sum(one.chambers for one in found)
    assert n_chambers == case.get("chambers", n_chambers) == len(chamber_components(classification_graph(fan)))
    assert all(fan.signs(one.parameter) == one.signs for one in found)


@pytest.mark.parametrize("case", KNOWN["loss"])
def test_levels_are_those_known(case: dict[str, Any]) -> None:
    levels = landscape(fan_of(case)).as_dict()
    assert levels.keys() == case["levels"].keys()
    for loss, level in case["levels"].items():
        assert levels[loss]["cones"] == level["cones"] and levels[loss]["components"] == level["components"]
        modulo = levels[loss]["components_modulo_symmetry"]
        assert modulo == level.get("modulo_symmetry", modulo)


def check_by_brute_force(fan: ClassificationFan) -> Landscape:
    """Compare all levels with the raw cones and walls that exact programs find."""
    data, found = fan.data, landscape(fan)
    graph = oracles.dual_graph(data, fan.n_terms)
    losses = {c: fan.loss_of_signs(oracles.signs(c, fan.terms)) for c in graph}
    assert found.minimum == min(losses.values())
    changes = {level.loss for level in found.levels}
    before: Any = None
    for most in range(sum(data.weights) + 1):
        sublevel = oracles.sublevel(graph, data, fan.terms, most)
        components = list(nx.connected_components(sublevel))
        cones = sum(1 for loss in losses.values() if loss == most)
        assert (most in changes) == (cones > 0 or (before is not None and len(components) != before))
        before = len(components) if components else None
        if most not in changes:
            continue
        level = found[most]
        bottoms = [part for part in components if min(losses[c] for c in part) == most]
        spurious = bottoms if most > found.minimum else []
        assert (level.cones, level.components) == (cones, len(components))
        assert level.components_modulo_symmetry == oracles.modulo(components, fan.terms)
        assert (level.local_minima, level.spurious_minima) == (len(bottoms), len(spurious))
        assert level.local_minima_modulo_symmetry == oracles.modulo(bottoms, fan.terms)
        assert level.spurious_minima_modulo_symmetry == oracles.modulo(spurious, fan.terms)
    return found


@given(labeled_data(), terms)
def test_landscapes_by_brute_force(data: DataSet, terms: tuple[int, int]) -> None:
    check_by_brute_force(ClassificationFan.of(data, terms))


@settings(max_examples=20)
@given(labeled_data(3, 1))
def test_landscapes_with_two_terms_each_by_brute_force(data: DataSet) -> None:
    check_by_brute_force(ClassificationFan.of(data, (2, 2)))


@given(labeled_data(5, 2), st.sampled_from([(1, 1), (2, 1), (2, 2), (1, 3)]))
def test_orbits_and_raw_graphs_agree(data: DataSet, terms: tuple[int, int]) -> None:
    fan = ClassificationFan.of(data, terms)
    graph, found = classification_graph(fan), landscape(fan)
    for level in found.levels:
        components = sublevel_components(graph, level.loss)
        assert level.components == len(components)
        assert level.components_modulo_symmetry == oracles.modulo(components, terms)
        assert level.cones == sum(1 for _, facts in graph.nodes(data=True) if facts["loss"] == level.loss)
    parts = chamber_components(graph)
    joined = chambers(SignedOrbits.of(fan))
    assert (joined.total, len(joined.roots)) == (len(parts), oracles.modulo(parts, terms))
    per_signs = {one.signs: (one.chambers, one.cones) for one in dichotomies(fan)}
    assert per_signs.keys() == dict(sign_vectors(fan)).keys()
    for signs, (n_chambers, n_cones) in per_signs.items():
        own = [part for part in parts if fan.signs_of_colors(next(iter(part))) == signs]
        assert (n_chambers, n_cones) == (len(own), sum(map(len, own)))


def test_contradictory_copies_raise_walls_above_both_sides() -> None:
    data = DataSet.of([[0], [0]], labels=[1, -1], weights=[1, 1])
    found = check_by_brute_force(ClassificationFan.of(data, (1, 1)))
    assert [(level.loss, level.cones, level.components) for level in found.levels] == [(1, 2, 2), (2, 0, 1)]


def test_weights_count_points() -> None:
    copied = ClassificationFan.of([*SQUARE, (1, 1)], (2, 1), labels=[1, -1, -1, 1, 1])
    weighted = ClassificationFan.of(DataSet.of(SQUARE, [1, -1, -1, 1], [1, 1, 1, 2]), (2, 1))
    assert landscape(copied).as_dict() == landscape(weighted).as_dict()


def test_many_idle_terms() -> None:
    """With a term to spare on each side the names do not matter; the raw graph of few of them agrees."""
    for sizes in ((4, 1), (3, 3), (9, 8)):
        fan = ClassificationFan.of([[0], [1], [2]], sizes, labels=[1, -1, 1])
        found = landscape(fan)
        if max(sizes) < 5:
            graph = classification_graph(fan)
            parts = [len(sublevel_components(graph, level.loss)) for level in found.levels]
            assert [level.components for level in found.levels] == parts
        assert sum(level.cones for level in found.levels) == fan.n_cones
        assert found[0].components == 1


def test_a_spurious_minimum() -> None:
    """No threshold has + - + on a line; to miss the first point is best, and from the last one there is no way down."""
    data = DataSet.of([[0], [1], [2]], [1, -1, 1], [2, 3, 3])
    found = check_by_brute_force(ClassificationFan.of(data, (1, 1)))
    assert found.minimum == 2 and found.spurious_minima > 0


def test_ties_as_correct_join_everything() -> None:
    fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    zero = [(0, 0)] * 3
    assert (fan.loss(zero), fan.loss(zero, "correct"), fan.signs(zero)) == (3, 0, (0, 0, 0))
    found = landscape(fan, "correct")
    assert [level.components for level in found.levels] == [1, 1, 1]
    assert [level.cones for level in found.levels] == [level.cones for level in landscape(fan).levels]
    linear = ClassificationFan.of(SQUARE, (1, 1), labels=[1, -1, -1, 1])
    assert [level.loss for level in landscape(linear, "correct").levels] == [0, 1, 2, 3]


def test_the_document_is_plain_and_agrees() -> None:
    fan = ClassificationFan.of(KNOWN["data"]["SC5"], (2, 1), labels=[1, 1, 1, 1, -1])
    document = json.loads(json.dumps(landscape_document(fan)))
    assert len(document["cones"]) == 147 and len(document["walls"]) == classification_graph(fan).number_of_edges()
    for cone in document["cones"]:
        assert fan.loss(cone["parameter"]) == cone["loss"] and list(fan.signs(cone["parameter"])) == cone["signs"]
    for text, level in document["levels"].items():
        numbers = {number for number in level["members"] if number is not None}
        assert numbers == set(range(level["components"])) and len(level["minima"]) == level["local_minima"]
        for wall in document["walls"]:
            ends = [level["members"][i] for i in wall["cones"]]
            assert wall["loss"] > int(text) or ends[0] == ends[1] is not None


def test_no_points() -> None:
    fan = ClassificationFan.of(DataSet.of([], labels=[], dim=2), (2, 1))
    assert [level.as_dict()["components"] for level in landscape(fan).levels] == [1]
    assert [one.signs for one in dichotomies(fan)] == [()]


def test_refusals() -> None:
    fan = ClassificationFan.of(SQUARE, (1, 1))
    with pytest.raises(InputError, match="without labels"):
        landscape(fan)
    with pytest.raises(InputError, match="'errors' or 'correct'"):
        landscape(fan, "some")  # type: ignore[arg-type]
    with pytest.raises(LimitReached, match="more than 10 maximal cones"):
        landscape_document(ClassificationFan.of(SQUARE, (1, 1), labels=[1, -1, -1, 1]), limit=10)
    with pytest.raises(InputError, match="two positive integers"):
        ClassificationFan.of(SQUARE, (2, 0))
    with pytest.raises(InputError, match="two positive integers"):
        ClassificationFan.of(SQUARE, (2, 1, 1))
    with pytest.raises(ShapeError, match="3 terms for a fan of 2"):
        fan.signs([(0, 0, 0)] * 3)
