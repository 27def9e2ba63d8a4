"""Cones of all dimensions: known numbers, the hull of the activation polytope, all patterns one by one."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import chain, combinations, islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.compiled_walk import blocks
from polytopes.errors import LimitReached
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.paths import DATA
from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.activation.adjacency import dual_graph
from tropical.fans.activation.faces import f_vector, lineality_space, n_patterns, pattern_cones, polyhedral_fan, rays
from tropical.fans.activation.fan import ActivationCone, ActivationFan
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.activation.polytope import activation_polytope, minkowski_sum, polytope_document, polytope_vertex
from tropical.fans.activation.realization import Realized, activation_cone, cone_dimension, realize
from tropical.fans.data_set import DataSet

KNOWN = json.loads((DATA / "activation_fans.json").read_text())
DATA = {name: DataSet.of(points) for name, points in KNOWN["data"].items()}


def all_patterns(data: DataSet, n_terms: int) -> set[ActivationPattern]:
    """Every family of nonempty sets of terms that a parameter realizes, one exact program each."""
    sets = list(chain.from_iterable(combinations(range(n_terms), k) for k in range(1, n_terms + 1)))
    every = (ActivationPattern(choice, n_terms) for choice in product(sets, repeat=data.n_points))
    return {pattern for pattern in every if isinstance(realize(data, pattern), Realized)}


@pytest.mark.parametrize(("name", "n_terms", "expected"), KNOWN["f_vector"])
def test_f_vectors(name: str, n_terms: int, expected: list[int]) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    assert f_vector(fan) == tuple(expected)
    euler = sum((-1) ** k * entry for k, entry in enumerate(expected))
    assert euler == 1 - (-1) ** len(expected)


@pytest.mark.parametrize(("name", "n_terms", "count"), KNOWN["all_patterns"])
def test_all_patterns(name: str, n_terms: int, count: int) -> None:
    fan = ActivationFan.of(DATA[name], n_terms)
    found = list(pattern_cones(fan))
    assert len(found) == len({cone.pattern for cone in found}) == n_patterns(f_vector(fan)) == count
    assert all(fan.pattern(cone.parameter) == cone.pattern for cone in found)
    assert all(cone_dimension(fan.data, cone.pattern) == cone.dim for cone in found[:300])


@settings(max_examples=12)
@given(data_sets(3, 2), st.integers(1, 3))
def test_patterns_are_those_that_exact_programs_realize(data: DataSet, n_terms: int) -> None:
    found = {cone.pattern for cone in pattern_cones(ActivationFan.of(data, n_terms))}
    assert found == all_patterns(data, n_terms)


@settings(max_examples=25)
@given(data_sets(4, 2), st.integers(1, 3), st.integers(1, 3))
def test_the_polytope_from_the_fan_is_the_hull_of_its_vertices(data: DataSet, n_terms: int, weight: int) -> None:
    weighted = DataSet.of(data.points, weights=[weight, *[1] * (data.n_points - 1)])
    fan = ActivationFan.of(weighted, n_terms)
    polytope = activation_polytope(fan)
    hull = Polyhedron.from_generators(polytope.vertices)
    assert (polytope.inequalities, polytope.equations) == (hull.inequalities, hull.equations)
    assert polytope.vertices == hull.vertices
    assert polytope.dim == hull.dim == (n_terms - 1) * data.rank
    assert f_vector(fan) == (hull.f_vector() or (1,))


@settings(max_examples=15)
@given(data_sets(3, 2), st.integers(1, 3))
def test_the_polytope_is_the_sum_of_its_simplices(data: DataSet, n_terms: int) -> None:
    fan = ActivationFan.of(data, n_terms)
    vertices = {vertex.point for vertex in minkowski_sum(fan).vertices()}
    assert vertices == set(activation_polytope(fan).vertices)


@pytest.mark.parametrize(
    ("points", "n_terms"),
    [
        (KNOWN["data"]["H6"], 3),
        (list(product(range(3), range(2))), 3),
        ([(0, 0, 0), (1, 2, 3), (2, 1, 0), (3, 3, 3), (0, 1, 1), (1, 2, 3)], 3),
        ([[0], [1], [2], [4]], 4),
    ],
)
def test_the_engine_of_gates_counts_the_same(points: list[list[int]], n_terms: int) -> None:
    """Cells of the normal fan of the sum of simplices, in all N (d + 1) dimensions, without partitions."""
    fan = ActivationFan.of(points, n_terms)
    assert sum(block.count for block in blocks(minkowski_sum(fan).program, keep=False)) == fan.n_maximal_cones


def test_hull_of_all_colorings() -> None:
    """Every coloring is a point of the polytope, and those of maximal cones are its vertices."""
    fan = ActivationFan.of(DATA["S4"], 3)
    points = {polytope_vertex(fan, colors): colors for colors in product(range(3), repeat=4)}
    hull = Polyhedron.from_generators(list(points))
    assert {points[vertex] for vertex in hull.vertices} == {cone.colors for cone in fan.cones()}
    assert hull.f_vector() == f_vector(fan)


@pytest.mark.parametrize(("name", "n_terms"), [("L3", 3), ("S4", 2), ("C4", 2), ("TRI", 3)])
def test_the_polyhedral_fan(name: str, n_terms: int) -> None:
    activation = ActivationFan.of(DATA[name], n_terms)
    fan = polyhedral_fan(activation)
    assert fan.is_complete
    assert fan.lineality_dim == activation.lineality_dim
    assert tuple(reversed(fan.f_vector())) == f_vector(activation)
    assert fan.dual_graph().number_of_edges() == dual_graph(activation).number_of_edges()
    if fan.n_maximal_cones < 25:
        assert fan.is_fan()
    for cone in activation.cones():
        assert fan.locate([entry for row in cone.parameter for entry in row]) is not None


@settings(max_examples=10)
@given(data_sets(3, 2), st.integers(1, 3))
def test_cones_of_patterns(data: DataSet, n_terms: int) -> None:
    fan = ActivationFan.of(data, n_terms)
    for cone in islice(pattern_cones(fan), 0, None, 7):
        polyhedral = activation_cone(data, cone.pattern)
        assert polyhedral.dim == cone.dim
        assert polyhedral.lineality_space == lineality_space(fan)
        assert polyhedral.interior_contains(list(chain.from_iterable(cone.parameter)))
        if cone.pattern.is_maximal:
            colors = tuple(terms[0] for terms in cone.pattern.sets)
            assert polyhedral.n_facets == len(list(fan.walls(ActivationCone(colors, cone.parameter))))


def test_rays_are_the_facets_and_lines_change_nothing() -> None:
    fan = ActivationFan.of(DATA["S4"], 3)
    found = list(rays(fan))
    assert len(found) == 24 == activation_polytope(fan).n_facets
    for line in lineality_space(fan):
        moved = [a + 5 * b for a, b in zip(chain.from_iterable(found[0].parameter), line, strict=True)]
        assert fan.pattern([moved[i : i + 3] for i in range(0, 9, 3)]) == found[0].pattern


def test_repeated_points_change_the_polytope_but_not_the_fan() -> None:
    once, twice = (ActivationFan.of(points, 2) for points in ([[0], [1], [2]], [[0], [1], [1], [2]]))
    assert f_vector(once) == f_vector(twice)
    assert set(activation_polytope(once).vertices) != set(activation_polytope(twice).vertices)
    weighted = ActivationFan.of(DataSet.of([[0], [1], [2]], weights=[1, 2, 1]), 2)
    assert activation_polytope(weighted) == activation_polytope(twice)


def test_limits() -> None:
    fan = ActivationFan.of(DATA["S4"], 3)
    with pytest.raises(LimitReached, match="75 vertices"):
        activation_polytope(fan, limit=74)
    with pytest.raises(LimitReached, match="more than 10 orbits"):
        f_vector(fan, limit=10)


def test_document_of_the_polytope() -> None:
    document = json.loads(json.dumps(polytope_document(ActivationFan.of([["1/3"], [1]], 2))))
    vertices = [list(map(Fraction, vertex)) for vertex in document["vertices"]]
    assert document["dim"] == 2 and len(vertices) == 4
    for row in document["inequalities"]:
        values = [dot(list(map(int, row)), [1, *vertex]) for vertex in vertices]
        assert min(values) == 0 and max(values) > 0
    for row in document["equations"]:
        assert not any(dot(list(map(int, row)), [1, *vertex]) for vertex in vertices)
