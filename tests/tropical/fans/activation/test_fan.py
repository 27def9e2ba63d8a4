"""Activation fans: counts known, counts by other ways, and what every maximal cone must satisfy."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations
from math import comb, perm
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import dot
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import InputError, ShapeError
from tests.paths import DATA
from tests.tropical.fans.activation.oracles import colorings, is_realized
from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.activation import coloring_search
from tropical.fans.activation.adjacency import Flip, _Marks, dual_graph, flips, graph_document
from tropical.fans.activation.argmax_classes import class_counts, class_partitions, most_colorings
from tropical.fans.activation.fan import ActivationCone, ActivationFan
from tropical.fans.activation.kernels import CANCELS, UNKNOWN
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.realization import Realized, Unrealizable, realize
from tropical.fans.data_set import DataSet

KNOWN = json.loads((DATA / "activation_fans.json").read_text())
DATA = {name: DataSet.of(points) for name, points in KNOWN["data"].items()}
SQUARE = DATA["S4"]


def is_interior(fan: ActivationFan, cone: ActivationCone) -> bool:
    return fan.locate(cone.parameter) == cone.colors


@pytest.mark.parametrize(("name", "n_terms", "count"), KNOWN["maximal_cones"])
def test_maximal_cones_are_as_many_as_known_and_interior(name: str, n_terms: int, count: int) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    found = list(fan.cones())
    assert fan.n_maximal_cones == len(found) == len({cone.colors for cone in found}) == count
    assert all(is_interior(fan, cone) for cone in found)


@pytest.mark.parametrize("name", KNOWN["a_k"])
def test_numbers_of_classes(name: str) -> None:
    assert list(class_counts(DATA[name])) == KNOWN["a_k"][name]


@pytest.mark.parametrize(("name", "n_terms", "f_vector"), KNOWN["f_vector"])
def test_walls_are_the_cones_of_codimension_one(name: str, n_terms: int, f_vector: list[int]) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    walls = {(cone.colors, wall.colors) for cone in fan.cones() for wall in fan.walls(cone)}
    graph = dual_graph(fan)
    assert len(walls) == 2 * graph.number_of_edges() == 2 * f_vector[1]
    assert all(graph.has_edge(*wall) for wall in walls)


@given(data_sets(4, 3), st.integers(1, 3))
def test_the_cones_are_all_colorings_that_an_exact_program_realizes(data: DataSet, n_terms: int) -> None:
    fan = ActivationFan.of(data, n_terms)
    found = list(fan.cones())
    assert {cone.colors for cone in found} == colorings(data, n_terms)
    assert len(found) == fan.n_maximal_cones <= most_colorings(data, n_terms)
    assert all(is_interior(fan, cone) for cone in found)


def test_order_types_of_one_size_differ() -> None:
    two_inside = DataSet.of([(0, 0), (9, 0), (0, 9), (2, 3), (3, 2)])
    assert class_counts(two_inside) == (1, 10, 21, 10, 1)
    assert class_counts(DATA["P5"]) == (1, 10, 20, 10, 1)
    assert len(colorings(two_inside, 3)) == 3 + 10 * 6 + 21 * 6


# Closed formulas


@pytest.mark.parametrize("size", range(1, 9))
def test_on_a_line_classes_are_compositions(size: int) -> None:
    points = [[Fraction(3 * k * k + k, 7)] for k in range(size)]
    assert class_counts(DataSet.of(points)) == tuple(comb(size - 1, k) for k in range(size))


@pytest.mark.parametrize("dim", range(6))
def test_all_colorings_of_affinely_independent_points(dim: int) -> None:
    points = [[0] * dim] + [[(i + 2) ** j for j in range(dim)] for i in range(dim)]
    for n_terms in (1, 2, 3, 4):
        assert ActivationFan.of(points, n_terms).n_maximal_cones == n_terms ** (dim + 1)


@pytest.mark.parametrize("size", range(3, 9))
def test_narayana_numbers_in_convex_position(size: int) -> None:
    narayana = tuple(comb(size, k) * comb(size, k - 1) // size for k in range(1, size + 1))
    assert class_counts(DataSet.of([(k, k * k) for k in range(size)])) == narayana


@pytest.mark.parametrize(("size", "dim"), [(5, 2), (7, 2), (8, 3), (9, 4), (12, 1)])
def test_two_terms_in_general_position(size: int, dim: int) -> None:
    points = [[k**j for j in range(1, dim + 1)] for k in range(size)]
    count = 2 * sum(comb(size - 1, k) for k in range(dim + 1))
    assert ActivationFan.of(points, 2).n_maximal_cones == count


@settings(max_examples=30)
@given(data_sets(6, 3))
def test_two_terms_are_a_central_arrangement(data: DataSet) -> None:
    planes = [(0, 1, *point) for point in data.points]
    assert ActivationFan.of(data, 2).n_maximal_cones == Arrangement.from_rows(planes).n_chambers


# Identities


@settings(max_examples=30)
@given(data_sets(5, 2), st.randoms(use_true_random=False))
def test_affine_maps_orders_and_copies_change_nothing(data: DataSet, random: Any) -> None:
    matrix = [[random.randint(-3, 3) for _ in range(data.dim)] for _ in range(data.dim)]
    if rank(matrix) < data.dim:
        return
    shift = [Fraction(random.randint(-9, 9), 7) for _ in range(data.dim)]
    moved = [[dot(row, point) + s for row, s in zip(matrix, shift, strict=True)] for point in data.points]
    random.shuffle(moved)
    image = DataSet.of([*moved, moved[0]], dim=data.dim)
    assert class_counts(image) == class_counts(data)


def test_counting_law() -> None:
    for n_terms in range(1, 6):
        by_law = sum(a * perm(n_terms, k) for k, a in enumerate((1, 8, 16, 8, 1), start=1))
        assert len(list(ActivationFan.of(DATA["SC5"], n_terms).cones())) == by_law


def test_orbits_under_renaming_are_the_partitions() -> None:
    fan = ActivationFan.of(SQUARE, 3)
    colors = {cone.colors for cone in fan.cones()}
    for cone in fan.orbits():
        images = {tuple(names[c] for c in cone.colors) for names in permutations(range(3))}
        assert images <= colors
        colors -= images
    assert not colors


def test_partitions_come_in_order_and_up_to_a_size() -> None:
    partitions = list(class_partitions(DATA["Q5"], 3))
    assert sorted(partition.colors for partition in partitions) == [partition.colors for partition in partitions]
    assert max(partition.n_classes for partition in partitions) == 3
    sizes = Counter(partition.n_classes for partition in class_partitions(DATA["Q5"]))
    assert tuple(sizes[k] for k in range(1, 4)) == class_counts(DATA["Q5"], 3)


def test_common_refinement_is_that_of_the_points_of_both() -> None:
    left, right = ActivationFan.of(SQUARE.points[:2], 3), ActivationFan.of(SQUARE.points[2:], 3)
    assert left.common_refinement(right).n_maximal_cones == 75
    with pytest.raises(ShapeError, match="no common refinement"):
        left.common_refinement(ActivationFan.of([[0]], 3))


# Walls


@settings(max_examples=20)
@given(data_sets(5, 2), st.integers(2, 3))
def test_walls_separate_their_cones_and_no_others(data: DataSet, n_terms: int) -> None:
    fan = ActivationFan.of(data, n_terms)
    maximal = {cone.colors for cone in fan.cones()}
    graph = dual_graph(fan)
    for cone in fan.cones():
        walls = list(fan.walls(cone))
        assert {wall.colors for wall in walls} == set(graph[cone.colors])
        for wall in walls:
            assert wall.colors in maximal
            assert graph.edges[cone.colors, wall.colors]["points"] == wall.points
            pattern = fan.pattern(wall.parameter)
            tied = tuple(sorted((wall.color, wall.rival)))
            expected = [tied if p in wall.points else (c,) for p, c in enumerate(cone.colors)]
            assert list(pattern.sets) == expected
            assert dot(wall.row, [entry for form in wall.parameter for entry in form]) == 0
            assert dot(wall.row, [entry for form in cone.parameter for entry in form]) > 0


@settings(max_examples=15)
@given(data_sets(4, 2), st.integers(2, 3))
def test_cones_that_differ_at_one_point_share_a_wall(data: DataSet, n_terms: int) -> None:
    """Observed in the plane for few points; the next test shows that it is not so in general."""
    fan = ActivationFan.of(data, n_terms)
    first = [copies[0] for copies in data.copies]
    close = 0
    for a, b in combinations([cone.colors for cone in fan.cones()], 2):
        close += sum(a[p] != b[p] for p in first) == 1
    assert dual_graph(fan).number_of_edges() == close


@settings(max_examples=30)
@given(data_sets(6, 2), st.integers(2, 4))
def test_marks_leave_no_wall_out(data: DataSet, n_terms: int) -> None:
    """Every change of one color that leads to an orbit is looked at."""
    orbits = ActivationFan(data, n_terms).class_parameters
    marks = _Marks(orbits, n_terms)
    for colors in orbits:
        may_lead, n_classes = marks.exchanges(colors), max(colors) + 1
        for place in range(len(colors)):
            for rival in set(range(min(n_classes + 1, n_terms))) - {colors[place]}:
                assert may_lead(place, rival) or Flip(colors, place, rival).reversed.colors not in orbits


def test_walls_of_many_points_on_a_line() -> None:
    """Two terms part a line of n points in n places, each next to two others up to names."""
    fan = ActivationFan.of([[i] for i in range(150)], 2)
    assert sum(1 for _ in flips(fan)) == 300
    graph = dual_graph(fan)
    assert graph.number_of_nodes() == graph.number_of_edges() == 300


def test_cones_that_differ_at_one_point_need_not_share_a_wall() -> None:
    """Both colorings are realized; no tie at the point 3 is, the other points keeping their colors."""
    data = DataSet.of([(2, -2, 0), (-2, -2, 2), (1, 2, 1), (1, 0, 0), (-2, -2, -1), (1, -1, -2), (-2, 0, 2)])
    here, there = (0, 1, 1, 0, 0, 2, 2), (0, 1, 1, 1, 0, 2, 2)
    for colors in (here, there):
        pattern = ActivationPattern.of_colors(colors, 3)
        answer = realize(data, pattern)
        assert isinstance(answer, Realized) and answer.check(data, pattern)
        assert is_realized(data, colors, 3)
    for tied in ({0, 1}, {0, 1, 2}):  # the second one means that weak elimination fails as well
        between = ActivationPattern.of([{0}, {1}, {1}, tied, {0}, {2}, {2}], 3)
        certificate = realize(data, between)
        assert isinstance(certificate, Unrealizable) and certificate.check(data, between)
    fan = ActivationFan.of(data, 3)
    [cone] = [cone for cone in fan.orbits() if cone.colors == here]
    assert there not in {wall.colors for wall in fan.walls(cone)}
    assert not dual_graph(fan).has_edge(here, there)


# Numbers of any length, and guesses of any quality


@pytest.mark.parametrize("bits", [5, 53, 200])
def test_long_numbers(bits: int) -> None:
    random = np.random.default_rng(bits)
    shift = 2 ** max(bits - 62, 0)
    points = [[int(entry) * shift + 1 for entry in random.integers(2 ** min(bits, 62), size=2)] for _ in range(5)]
    data = DataSet.of(points)
    assert {cone.colors for cone in ActivationFan.of(data, 3).cones()} == colorings(data, 3)


@pytest.mark.parametrize("exponent", [-20, -53, -60, -1100])
def test_points_next_to_a_line(exponent: int) -> None:
    tiny = Fraction(2) ** exponent
    above = DataSet.of([(0, 0), (1, 1), (2, 2 + tiny), (3, 3), (2, 0)])
    on = DataSet.of([(0, 0), (1, 1), (2, 2), (3, 3), (2, 0)])
    scaled = DataSet.of([(0, 0), (1, 1), (2, 3), (3, 3), (2, 0)])
    found = {partition.colors for partition in class_partitions(above)}
    assert len(found) > sum(class_counts(on))
    assert {colors for colors in found if max(colors) < 2} == {c for c in colorings(above, 2) if c[0] == 0}
    assert class_counts(above)[1] == class_counts(scaled)[1]


def test_far_from_the_origin() -> None:
    far = [[10**30 + x, 10**30 - y] for x, y in SQUARE.points]
    assert class_counts(DataSet.of(far)) == (1, 6, 6, 1)


@pytest.mark.parametrize("verdict", [UNKNOWN, CANCELS])
def test_guesses_decide_nothing(verdict: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With guesses that are useless or wrong the answers are the same, of exact programs."""

    def useless(*arguments: Any) -> tuple[int, int]:
        arguments[9][0] = (0, 0, 1, 1)
        return verdict, 1

    expected = {cone.colors for cone in ActivationFan.of(SQUARE, 3).cones()}
    monkeypatch.setattr(coloring_search, "decide", useless)
    fan = ActivationFan.of(SQUARE, 3)
    found = list(fan.cones())
    assert {cone.colors for cone in found} == expected
    assert all(is_interior(fan, cone) for cone in found)
    assert sum(1 for cone in found for _ in fan.walls(cone)) == 2 * 276


# Degenerate data and refusals


@pytest.mark.parametrize(
    ("points", "dim", "n_terms", "count"),
    [([], 0, 2, 1), ([], 3, 2, 1), ([[]], None, 3, 3), ([[], []], None, 3, 3), ([[1], [1]], None, 4, 4)],
)
def test_least_data(points: list[list[int]], dim: int | None, n_terms: int, count: int) -> None:
    fan = ActivationFan.of(DataSet.of(points, dim=dim), n_terms)
    found = list(fan.cones())
    assert len(found) == fan.n_maximal_cones == dual_graph(fan).number_of_nodes() == count
    assert all(is_interior(fan, cone) for cone in found)
    assert all(len(cone.parameter) == n_terms for cone in found)


def test_one_term_has_one_cone_without_walls() -> None:
    fan = ActivationFan.of(SQUARE, 1)
    [cone] = fan.cones()
    assert cone.colors == (0, 0, 0, 0) and not list(fan.walls(cone))
    assert fan.lineality_dim == fan.dim == 3


def test_a_parameter_on_a_wall_is_in_no_maximal_cone() -> None:
    fan = ActivationFan.of([[0], [1]], 2)
    assert fan.locate([(0, 0), (0, 1)]) is None
    assert fan.pattern([(0, 0), (0, 1)]) == ActivationPattern.of([{0, 1}, {1}], 2)
    with pytest.raises(ShapeError, match="3 terms for a fan of 2"):
        fan.pattern([(0, 0)] * 3)


def test_refusals() -> None:
    with pytest.raises(InputError, match="0 terms"):
        ActivationFan.of(SQUARE, 0)
    with pytest.raises(ShapeError, match="without any points"):
        DataSet.of([])
    with pytest.raises(ShapeError):
        DataSet.of([[1, 2], [3]])
    with pytest.raises(ShapeError, match="1 labels for 2 points"):
        DataSet.of([[1], [2]], labels=[1])
    with pytest.raises(InputError, match="labels are 1 and -1"):
        DataSet.of([[1]], labels=[0])
    with pytest.raises(InputError, match="weights are positive"):
        DataSet.of([[1]], weights=[0])


def test_bounds_are_attained() -> None:
    """By affinely independent points, and by two terms in general position."""
    assert most_colorings(DATA["TRI"], 4) == ActivationFan.of(DATA["TRI"], 4).n_maximal_cones
    assert most_colorings(DATA["H6"], 2) == ActivationFan.of(DATA["H6"], 2).n_maximal_cones
    assert most_colorings(SQUARE, 1) == 1


def test_the_document_of_the_dual_graph() -> None:
    fan = ActivationFan.of(SQUARE, 3)
    document = json.loads(json.dumps(graph_document(fan)))
    assert len(document["cones"]) == 75 and len(document["walls"]) == 276
    for wall in document["walls"]:
        here, there = (document["cones"][i]["colors"] for i in wall["cones"])
        assert [p for p in range(4) if here[p] != there[p]] == wall["points"]


def test_plain_documents() -> None:
    fan = ActivationFan.of(SQUARE, 2)
    cone = next(iter(fan.cones()))
    document = json.loads(json.dumps(cone.as_dict()))
    assert tuple(document["colors"]) == cone.colors
    assert [[int(entry) for entry in row] for row in document["parameter"]] == [list(row) for row in cone.parameter]
    assert all(json.dumps(wall.as_dict()) for wall in fan.walls(cone))
    assert json.loads(json.dumps(DataSet.of([["1/3", "0.1"]]).as_dict()))["points"] == [["1/3", "1/10"]]


@pytest.mark.parametrize("n_terms", [2.5, None, True, "2", 0])
def test_what_is_no_number_of_terms(n_terms) -> None:
    with pytest.raises(InputError, match="terms"):
        ActivationFan(DataSet.of([[1], [2]]), n_terms)


def test_a_fan_needs_a_data_set() -> None:
    with pytest.raises(InputError, match=r"ActivationFan\.of"):
        ActivationFan([[1], [2]], 2)
