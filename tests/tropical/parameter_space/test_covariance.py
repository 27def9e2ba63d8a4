"""Bures-Wasserstein distances and critical points: known answers, other arithmetic, and the edges of a hypersimplex."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import matrix, mp

from polytopes.errors import InputError, ShapeError
from polytopes.library.polytopes import hypersimplex
from tests.paths import ROOT
from tropical.parameter_space import bures_wasserstein, bw_critical_points, bw_minimum
from tropical.parameter_space.covariance import checked_covariance, eigenvalues, negative_direction

KNOWN = json.loads((ROOT / "tests/data/decision_processes.json").read_text(encoding="utf-8"))
ENTRIES = st.integers(-2, 2)
Rows = list[list[Fraction]]


@st.composite
def covariances(draw: st.DrawFn) -> Rows:
    """Gram matrices, singular ones too."""
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rows = [[draw(ENTRIES) for _ in range(m)] for _ in range(n)]
    return [[Fraction(sum(a * b for a, b in zip(x, y, strict=True))) for y in rows] for x in rows]


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "bw_critical"], ids=lambda e: e["id"])
def test_known_critical_points(known: dict[str, Any]) -> None:
    given, answer = known["input"], known["answer"]
    found = list(bw_critical_points(given["Sigma0"], given["k"]))
    assert [str(root.exact) for root in eigenvalues(given["Sigma0"]) for _ in range(root.multiplicity)] == answer[
        "eigenvalues"
    ]
    assert str(bw_minimum(given["Sigma0"], given["k"])) == answer["minimum"]
    if not answer["distinct"]:
        assert not all(point.isolated for point in found)
        return
    listed = [{"J": [i + 1 for i in p.kept], "value": str(p.value), "index": p.index} for p in found]
    assert listed == answer["critical"]


@pytest.mark.parametrize("known", [e for e in KNOWN if "bures" in e["kind"]], ids=lambda e: e["id"])
def test_known_distances(known: dict[str, Any]) -> None:
    found = bures_wasserstein(known["input"]["A"], known["input"]["B"], digits=20)
    assert abs(Fraction(found.value) - Fraction(known["answer"]["value"])) < Fraction(1, 10**19)


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "bw_minimum"], ids=lambda e: e["id"])
def test_known_minima(known: dict[str, Any]) -> None:
    found = bw_minimum(known["input"]["Sigma0"], known["input"]["k"])
    assert abs(float(str(float(found))) - float(known["answer"]["float"])) < 1e-15


@given(covariances())
def test_distance_from_the_definition(A: Rows) -> None:
    C = [[Fraction(int(i == j) * (i + 1)) for j in range(len(A))] for i in range(len(A))]
    found = bures_wasserstein(A, C, digits=15)
    with mp.workdps(40):
        left, right = (matrix([[mp.mpf(e.numerator) / e.denominator for e in row] for row in rows]) for rows in (A, C))
        root = matrix(len(A), len(A))
        for i in range(len(A)):
            root[i, i] = mp.sqrt(right[i, i])
        levels = mp.eigsy(root * left * root, eigvals_only=True)
        roots = sum(mp.sqrt(max(level, 0)) for level in levels)
        expected = sum(left[i, i] + right[i, i] for i in range(len(A))) - 2 * roots
        assert abs(mp.mpf(float(found)) - expected) < 1e-12


@given(covariances())
def test_points_are_critical_and_counted(S: Rows) -> None:
    rank = sum(root.multiplicity for root in eigenvalues(S) if root.rational != 0)
    for k in range(1, rank + 1):
        points = list(bw_critical_points(S, k))
        values = [float(point.value) for point in points]
        assert min(values) == pytest.approx(float(bw_minimum(S, k)))
        assert [point.index for point in points].count(0) == 1
        assert points[values.index(min(values))].index == 0


def test_indices_count_improving_edges_of_a_hypersimplex() -> None:
    levels = [Fraction(9), Fraction(4), Fraction(1), Fraction(1, 4)]
    diagonal = [[level * (i == j) for j in range(4)] for i, level in enumerate(levels)]
    points = {point.kept: point for point in bw_critical_points(diagonal, 2)}
    graph = hypersimplex(4, 2).polyhedron.edge_graph()
    kept = {i: tuple(j for j in range(4) if graph.nodes[i]["point"][j]) for i in graph}
    for i, own in kept.items():
        better = sum(points[kept[j]].value < points[own].value for j in graph[i])
        assert points[own].index == better
        assert points[own].point == tuple(tuple(levels[a] * (a == b and a in own) for b in range(4)) for a in range(4))


@given(st.lists(ENTRIES, min_size=6, max_size=6))
def test_witnesses_of_negative_directions(entries: list[int]) -> None:
    a, b, c, d, e, f = map(Fraction, entries)
    rows = ((a, b, c), (b, d, e), (c, e, f))
    witness = negative_direction(rows)
    minors = [a, d, f, a * d - b * b, a * f - c * c, d * f - e * e]
    minors.append(a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d))
    assert (witness is None) == (min(minors) >= 0)
    if witness is not None:
        assert sum(witness[i] * rows[i][j] * witness[j] for i in range(3) for j in range(3)) < 0


def test_what_is_no_covariance() -> None:
    for bad, error in (([[1, 2]], ShapeError), ([], ShapeError), ([[1, 2], [3, 9]], InputError)):
        with pytest.raises(error):
            checked_covariance(bad)
    with pytest.raises(InputError, match=r"x = \(-2, 1\) has x.Ax = -3"):
        checked_covariance([[1, 2], [2, 1]])
    with pytest.raises(InputError, match="rank"):
        list(bw_critical_points([[1, 0], [0, 0]], 2))
    with pytest.raises(ShapeError):
        bures_wasserstein([[1]], [[1, 0], [0, 1]])


def test_eigenvalues_closer_than_floats() -> None:
    step = Fraction(1, 10**30)
    levels = [1 + step, Fraction(1), 1 + 2 * step]
    found = eigenvalues([[level * (i == j) for j in range(3)] for i, level in enumerate(levels)])
    assert [root.rational for root in found] == sorted(levels, reverse=True)


def test_distance_of_covariances_that_almost_agree() -> None:
    step = Fraction(1, 10**30)
    found = bures_wasserstein([[2, 1], [1, 2]], [[2, 1 + step], [1 + step, 2]])
    assert found.value.endswith("E-61")
    assert float(found) == pytest.approx(1e-60 / 3)


def test_zero_has_no_critical_points() -> None:
    with pytest.raises(InputError, match="is 0"):
        list(bw_critical_points([[0]], 1))
