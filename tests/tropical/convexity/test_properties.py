"""Tropical convexity against brute force: all bipartite graphs, grids of points, minors, and the definitions."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product
from math import comb
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import dot
from polytopes.errors import InputError, LimitReached, ShapeError
from tests.tropical.cli.helpers import document, refused, tropical
from tropical.convexity import HalfSpace, Polytrope, TropicalPolytope, solve, solve_two_sided
from tropical.convexity.covectors import n_components

Rows = list[list[int]]


def matrices(n: int, d: int) -> st.SearchStrategy[Rows]:
    """Small matrices with many ties."""
    rows = st.lists(st.integers(-2, 2), min_size=d, max_size=d)
    return st.lists(rows, min_size=1, max_size=n)


def cells_by_definition(V: Rows) -> list[int]:
    """All graphs T for which some x has exactly the covector T, counted by dimension."""
    d = len(V[0])
    counts = [0] * d
    subsets = [[k for k in range(d) if part >> k & 1] for part in range(1, 1 << d)]
    for graph in product(subsets, repeat=len(V)):
        equal, less = [], []
        for row, own in zip(V, graph, strict=True):
            for k in range(d):
                form = [0] * (d + 1)
                # v_f - x_f - (v_k - x_k) is 0 for k in T and positive otherwise.
                form[0] = row[own[0]] - row[k]
                form[1 + own[0]] -= 1
                form[1 + k] += 1
                if k != own[0]:
                    (equal if k in own else less).append(form)
        if _is_feasible(equal, less, d):
            counts[n_components([sum(1 << k for k in own) for own in graph], d) - 1] += 1
    return counts


def _is_feasible(equal: Rows, less: Rows, d: int) -> bool:
    from polytopes import Polyhedron

    P = Polyhedron.from_rows(less, equal, ambient_dim=d)
    if P.is_empty:
        return False
    point = P.interior_point()
    return all(dot(row, (Fraction(1), *point)) > 0 for row in less)


@settings(max_examples=15)
@given(matrices(2, 3))
def test_cells_by_definition(V: Rows) -> None:
    assert list(TropicalPolytope.of(V).torus_f_vector) == cells_by_definition(V)


@given(matrices(4, 3), st.lists(st.fractions(-3, 3, max_denominator=2), min_size=3, max_size=3))
def test_points_and_halfspaces(V: Rows, x: list[Fraction]) -> None:
    polytope = TropicalPolytope.of(V)
    inside = bool(polytope.contains(x))
    halves = polytope.halfspaces()
    assert inside == all(half.contains(tuple(x)) for half in halves)
    assert all(half.contains(tuple(map(Fraction, row))) for half in halves for row in V)
    near = polytope.nearest_point(x)
    assert polytope.contains(near)
    assert inside == (polytope.distance(x) == 0)
    generators = [V[i] for i in polytope.extreme_points]
    assert bool(TropicalPolytope.of(generators).contains(x)) == inside
    for row in V:
        apart = [a - b for a, b in zip(x, row, strict=True)]
        assert polytope.distance(x) <= max(apart) - min(apart)


@given(matrices(4, 3))
def test_symmetries(V: Rows) -> None:
    polytope = TropicalPolytope.of(V)
    moved = [[entry + i + 3 * k for k, entry in enumerate(row)] for i, row in enumerate(V)]
    turned = [row[::-1] for row in V[::-1]]
    for other in (moved, turned):
        assert TropicalPolytope.of(other).torus_f_vector == polytope.torus_f_vector
    assert polytope.dual().f_vector == polytope.f_vector
    assert polytope.tropical_rank == rank_by_minors(V)


def rank_by_minors(V: Rows) -> int:
    """The size of the largest minor whose maximum is attained once."""
    d = len(V[0])
    for size in range(min(len(V), d), 0, -1):
        for rows in permutations(range(len(V)), size):
            for chosen in permutations(range(d), size):
                if list(rows) == sorted(rows) and list(chosen) == sorted(chosen):
                    sums = [sum(V[i][k] for i, k in zip(rows, order, strict=True)) for order in permutations(chosen)]
                    if sums.count(max(sums)) == 1:
                        return size
    return 0


def test_generic_numbers() -> None:
    V = [[0, 7**i % 101, 5 ** (i + 1) % 97, 3 ** (2 * i) % 89] for i in range(6)]
    polytope = TropicalPolytope.of(V)
    assert polytope.is_generic
    n, d = 6, 4
    assert list(polytope.torus_f_vector) == [comb(n + d - 1, i) * comb(n + d - 2 - i, n - 1) for i in range(d)]


@given(matrices(3, 3), st.lists(st.integers(-2, 2), min_size=3, max_size=3))
def test_systems_with_a_solution(A: Rows, x: list[int]) -> None:
    b = [max(a + y for a, y in zip(row, x, strict=True)) for row in A]
    found = solve(A, b)
    assert found.solvable
    assert all(p is not None and p >= y for p, y in zip(found.principal, x, strict=True))
    for cover in found.covers:
        low = [p if j in cover else None for j, p in enumerate(found.principal)]
        assert [max(a + y for a, y in zip(row, low, strict=True) if y is not None) for row in A] == b


@given(matrices(2, 3), matrices(2, 3))
def test_rays_span_the_solutions(A: Rows, B: Rows) -> None:
    m = min(len(A), len(B))
    rays = solve_two_sided(A[:m], B[:m])
    for x in product((None, -2, -1, 0), repeat=3):
        if all(entry is None for entry in x):
            continue
        values = [
            [max((a + y for a, y in zip(row, x, strict=True) if y is not None), default=-99) for row in rows[:m]]
            for rows in (A, B)
        ]
        holds = all(p <= q for p, q in zip(*values, strict=True))
        assert holds == spanned(rays, x)


def spanned(rays: object, x: tuple[int | None, ...]) -> bool:
    total: list[Fraction | None] = [None] * len(x)
    for ray in rays:  # type: ignore[attr-defined]
        if all(y is not None for r, y in zip(ray, x, strict=True) if r is not None):
            up = min(y - r for r, y in zip(ray, x, strict=True) if r is not None and y is not None)
            total = [
                t if r is None else max(r + up, r + up if t is None else t) for t, r in zip(total, ray, strict=True)
            ]
    return total == list(x)


@pytest.mark.parametrize("points", [[], [[]], [[0, 1], [0]]])
def test_shapes(points: Rows) -> None:
    with pytest.raises(ShapeError):
        TropicalPolytope.of(points)


def test_refusals() -> None:
    with pytest.raises(LimitReached):
        _ = TropicalPolytope.of([[0, 0, 0], [0, 1, 3], [0, 4, 2]], limit=3).f_vector
    with pytest.raises(InputError):
        solve_two_sided([[0]], [[0]], "<")
    with pytest.raises(ShapeError):
        solve([[0]], [0, 1])
    with pytest.raises(ShapeError):
        Polytrope.of([[0, 1]])
    assert HalfSpace((Fraction(0), Fraction(0)), (0,)).contains((Fraction(1), Fraction(0)))


def test_commands(tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("0,0,0\n0,1,3\n0,4,2\n")
    found = document("hull", points, "--at", "0,-1,-1", "--cells", "--halfspaces")
    assert (found["f_vector"], found["torus_f_vector"], found["extreme"]) == ([6, 6, 1], [6, 15, 10], [0, 1, 2])
    assert len(found["cells"]) == 31
    assert found["at"][0].items() >= {"inside": False, "distance": "1", "cell_dim": 1}.items()
    assert document("hull", points, "--limit", 4, code=3)["extreme"] == [0, 1, 2]
    assert "3 coordinates" not in tropical("hull", points).stdout
    assert tropical("polytope", points).stdout == tropical("hull", points).stdout
    assert "coordinates" in refused("hull", points, "--at", "0,1")
    points.write_text("x,y\n")
    assert "only line is a header" in refused("hull", points)
    points.write_text("0,-1,-4\n-oo,0,-2\n-oo,-oo,0\n")
    assert "finite coordinates" in tropical("hull", points, "--halfspaces").stderr
    assert "; oo is infinity" in refused("hull", points, "--min")
    left, right = tmp_path / "A.csv", tmp_path / "b.csv"
    left.write_text("0,3,1\n2,0,4\n1,2,0\n")
    right.write_text("5\n6\n4\n")
    assert document("solve", left, "--equals", right)["principal"] == ["3", "2", "2"]
    assert "one of" in refused("solve", left)
    ties = tmp_path / "ties.csv"
    ties.write_text("0,0\n")
    ties.with_name("one.csv").write_text("0\n")
    assert "what was known" in tropical("solve", ties, "--equals", ties.with_name("one.csv"), "--limit", 1).stderr
    left.write_text("weight,y,z\n0,3,1\n2,0,4\n1,2,0\n")
    right.write_text("label\n5\n6\n4\n")
    assert document("solve", left, "--equals", right)["principal"] == ["3", "2", "2"]
    for text, words in (
        ("5\nx\n", "b.csv"),
        ("b\n", "only line"),
        ("oo\n6\n4\n", "; -oo is"),
        ("b\n5\n6\n", "3 equations"),
    ):
        right.write_text(text)
        assert words in refused("solve", left, "--equals", right)
    left.write_text("0,2,1\n3,0,5\n")
    right.write_text("9\n0\n")
    assert "rows that stay below 0" in " ".join(tropical("solve", left, "--equals", right).stdout.split())
    right.write_text("-1,1,0\n2,-1,4\n")
    assert "only -oo in all unknowns" in tropical("solve", left, "--below", right).stdout
    left.write_text("0,1,-oo\n1,0,2\n")
    right.write_text("1,0,2\n0,1,1\n")
    assert document("solve", left, "--same", right)["rays"] == [["0", "0", "-oo"], ["-oo", "0", "-1"]]
