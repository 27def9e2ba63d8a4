"""Rates of linear programs: known answers, and every vertex and edge by another way."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes import Polyhedron
from polytopes.decision_processes import LPRates, lp_rates, transportation_polytope
from polytopes.decision_processes.rates import total_variation
from polytopes.errors import DomainError, InputError, NoAnswerError, ShapeError
from polytopes.library.polytopes import birkhoff_polytope
from tests.paths import ROOT

KNOWN = json.loads((ROOT / "tests/data/decision_processes.json").read_text(encoding="utf-8"))
COSTS = st.lists(st.fractions(-3, 3, max_denominator=2), min_size=6, max_size=6)


def simplex(n: int, *equations: tuple[Any, ...]) -> Polyhedron:
    units = [(0, *(int(i == j) for j in range(n))) for i in range(n)]
    return Polyhedron.from_rows(units, [(-1, *[1] * n), *equations])


def polytope_of(given: dict[str, Any]) -> Polyhedron:
    if "row_sums" in given:
        return transportation_polytope(given["row_sums"], given["column_sums"])
    n, name = len(given["c"]), given["polytope"]
    fixed = [(-Fraction(name.rpartition("=")[2].strip()), 1, *[0] * (n - 1))] if "mu_1" in name else []
    return simplex(n, *fixed)


def by_all_edges(polytope: Polyhedron, costs: list[Any]) -> tuple[Fraction, set[tuple[Fraction, Fraction]]]:
    """The optimum, and gap and length of the edges with one optimal end, from the whole graph of the polytope."""
    graph = polytope.edge_graph()
    points = nx.get_node_attributes(graph, "point")
    value = {i: sum(Fraction(c) * x for c, x in zip(costs, point, strict=True)) for i, point in points.items()}
    top = max(value.values())
    pairs = ((i, j) if value[i] == top else (j, i) for i, j in graph.edges if (value[i] == top) != (value[j] == top))
    return Fraction(top), {(top - value[j], total_variation(points[i], points[j])) for i, j in pairs}


def pairs_of(found: LPRates) -> set[tuple[Fraction, Fraction]]:
    return {(edge.gap, edge.length) for edge in found.edges}


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "lp_rates"], ids=lambda e: e["id"])
def test_known_answers(known: dict[str, Any]) -> None:
    answer, polytope = known["answer"], polytope_of(known["input"])
    found = lp_rates(polytope, known["input"]["c"])
    assert str(found.optimum) == answer["optimum"]
    assert (found.delta_tv and str(found.delta_tv)) == answer["Delta"]
    assert (found.delta_gap and str(found.delta_gap)) == answer.get("delta")
    assert len(found.edges) == answer.get("outgoing_edges", 0)
    corners = [list(map(str, vertex)) for vertex in found.optimal_face.vertices]
    assert sorted(corners) == sorted(answer["optimal_vertices"])
    assert (polytope.n_vertices, polytope.dim) == (answer["n_vertices"], answer["dim"])


@settings(max_examples=25)
@given(COSTS)
def test_transportation_against_the_whole_graph(costs: list[Fraction]) -> None:
    polytope = transportation_polytope(["1/2", "1/2"], ["1/3", "1/3", "1/3"])
    found = lp_rates(polytope, costs)
    assert (found.optimum, pairs_of(found)) == by_all_edges(polytope, costs)
    if found.delta_tv is not None and found.delta_gap is not None:
        assert found.delta_gap <= found.delta_tv


@settings(max_examples=25)
@given(st.lists(st.integers(-2, 2), min_size=9, max_size=9))
def test_degenerate_vertices(costs: list[int]) -> None:
    """Vertices of Birkhoff's polytope lie on more facets than they have to."""
    polytope = birkhoff_polytope(3).polyhedron
    found = lp_rates(polytope, costs)
    assert (found.optimum, pairs_of(found)) == by_all_edges(polytope, costs)


@settings(max_examples=25)
@given(st.lists(st.fractions(-2, 2, max_denominator=3), min_size=2, max_size=5))
def test_on_the_simplex_both_rates_are_the_second_gap(costs: list[Fraction]) -> None:
    found = lp_rates(simplex(len(costs)), costs)
    values = sorted(set(costs), reverse=True)
    second = values[0] - values[1] if len(values) > 1 else None
    assert found.delta_tv == found.delta_gap == second


@pytest.mark.parametrize("alpha", ["9/10", "1/2", "1/1000"])
def test_published_example_of_two_rates(alpha: str) -> None:
    """Example 3.5 of arXiv 2403.19448: Delta = 1 and delta = 1 - alpha."""
    found = lp_rates(simplex(4, (-Fraction(alpha), 1, 0, 0, 0)), [0, 1, 0, 0])
    assert (found.delta_tv, found.delta_gap) == (1, 1 - Fraction(alpha))


def test_what_has_no_rates() -> None:
    with pytest.raises(NoAnswerError):
        lp_rates(Polyhedron.from_rows([(0, 1)]), [1])
    with pytest.raises(DomainError):
        lp_rates(Polyhedron.empty(2), [1, 1])
    with pytest.raises(ShapeError):
        lp_rates(simplex(2), [1])
    for rows, columns in ((["1/2"], ["1/3"]), ([-1, 2], [1]), ([], [])):
        with pytest.raises(InputError):
            transportation_polytope(rows, columns)


def test_one_point() -> None:
    found = lp_rates(Polyhedron.from_generators([[1, 0]]), [3, 4])
    assert (found.optimum, found.delta_tv, found.delta_gap, found.slowest_edge) == (3, None, None, None)
