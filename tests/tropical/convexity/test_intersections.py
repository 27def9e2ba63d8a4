"""Half-spaces, intersections, polytropes, Kleene stars and row spaces, by two ways each."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import DomainError, InputError, NoAnswerError, ShapeError, UnsupportedError
from tests.tropical.convexity.test_properties import Rows, matrices
from tropical.algebra.matrix import TropicalMatrix
from tropical.convexity import (
    HalfSpace,
    NotPolytrope,
    Polytrope,
    TropicalPolytope,
    column_space,
    finite_solution,
    is_polytrope,
    row_space,
    solve_two_sided,
)

GRID = list(product([Fraction(k, 2) for k in range(-5, 6)], repeat=2))


def generators(polytope: TropicalPolytope) -> set[tuple[Fraction, ...]]:
    """The extreme points, with first coordinate 0."""
    return {tuple(x - row[0] for x in row) for row in (polytope.points[i] for i in polytope.extreme_points)}


@settings(max_examples=30)
@given(matrices(4, 3))
def test_back_from_halfspaces(V: Rows) -> None:
    polytope = TropicalPolytope.of(V)
    assert generators(TropicalPolytope.from_halfspaces(polytope.halfspaces())) == generators(polytope)


@settings(max_examples=30)
@given(matrices(3, 3), matrices(3, 3))
def test_intersections(V: Rows, W: Rows) -> None:
    """By half-spaces, and as combinations of both: V^T x = W^T y."""
    P, Q = TropicalPolytope.of(V), TropicalPolytope.of(W)
    rays = solve_two_sided(list(zip(*V, strict=True)), list(zip(*W, strict=True)), "=", separate=True)
    common = [
        tuple(max(x + row[k] for x, row in zip(ray, P.points, strict=False) if x is not None) for k in range(3))
        for ray in rays
    ]
    try:
        found = P.intersection(Q)
    except DomainError:
        assert not common
        assert not any(P.contains((0, *x)) and Q.contains((0, *x)) for x in GRID)
        return
    assert generators(found) == generators(TropicalPolytope.of(common))
    assert all(bool(found.contains((0, *x))) == bool(P.contains((0, *x)) and Q.contains((0, *x))) for x in GRID[::7])


@given(matrices(2, 4), matrices(2, 4))
def test_rows_in_any_order(A: Rows, B: Rows) -> None:
    m = min(len(A), len(B))
    rays = solve_two_sided(A[:m], B[:m])
    assert rays == solve_two_sided(A[:m][::-1], B[:m][::-1])
    scaled = solve_two_sided(
        [[Fraction(a, 3) for a in row] for row in A[:m]], [[Fraction(b, 3) for b in row] for row in B[:m]]
    )
    assert scaled == tuple(tuple(None if x is None else x / 3 for x in ray) for ray in rays)
    x = finite_solution(rays)
    finite = [all(ray[k] is None for ray in rays) for k in range(4)]
    assert (x is None) == any(finite)
    for a, b in zip(A[:m], B[:m], strict=True) if x is not None else ():
        assert max(p + q for p, q in zip(a, x, strict=True)) <= max(p + q for p, q in zip(b, x, strict=True))


@given(matrices(4, 3))
def test_polytropes_are_convex(V: Rows) -> None:
    """Midpoints of pseudovertices lie in a polytrope; the witness of another polytope is out of it, in its hull."""
    polytope = TropicalPolytope.of(V)
    found = is_polytrope(polytope)
    assert bool(found) == polytope.is_polytrope()
    corners = [point for point, _ in polytope.pseudovertices]
    middles = [[(a + b) / 2 for a, b in zip(p, q, strict=True)] for p, q in product(corners, repeat=2)]
    if isinstance(found, NotPolytrope):
        assert not polytope.contains(found.point)
        assert not found.halfspace.contains(found.point)
        assert all(found.halfspace.contains(row) for row in polytope.points)
        assert found.point == polytope.alcoved_generators()[found.row]
    else:
        assert all(map(polytope.contains, middles))
        assert generators(found.tropical_polytope) == generators(polytope) == set(found.tropical_vertices)
        assert set(found.vertices) == {point for point, _ in found.tropical_polytope.pseudovertices} <= set(corners)
        assert len(found.vertices) <= comb(4, 2)


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(-4, 0), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kleene_stars(A: Rows) -> None:
    star = Polytrope.of_star(A)
    assert star.kleene_star == TropicalMatrix.of(A).kleene_star()
    assert row_space(star.kleene_star) == star.tropical_polytope
    assert column_space(star.kleene_star.transpose()) == star.tropical_polytope
    for x in GRID[::5]:
        point = (Fraction(0), *x)
        inside = all(point[k] - point[j] >= A[j][k] for j in range(3) for k in range(3) if j != k)
        assert inside == bool(star.tropical_polytope.contains(point))


def test_refusals() -> None:
    zero = Fraction(0)
    with pytest.raises(ShapeError):
        TropicalPolytope.from_halfspaces([])
    with pytest.raises(DomainError):
        TropicalPolytope.from_halfspaces([HalfSpace((zero, zero), (0,)), HalfSpace((zero, zero + 1), (1,))])
    with pytest.raises(InputError, match="convention"):
        TropicalPolytope.from_halfspaces(
            [HalfSpace((zero, zero), (0,)), HalfSpace((zero, zero), (0,), convention="min")]
        )
    with pytest.raises(InputError, match="convention"):
        TropicalPolytope.of([[0, 0]]).intersection(TropicalPolytope.min([[0, 0]]))
    with pytest.raises(ShapeError):
        TropicalPolytope.of([[0]]).intersection(TropicalPolytope.of([[0, 0]]))
    with pytest.raises(UnsupportedError, match="not bounded"):
        Polytrope.of_star([[0, None], [None, 0]])
    with pytest.raises(NoAnswerError):
        Polytrope.of_star([[1]])
    assert TropicalPolytope.of([[3]]).intersection(TropicalPolytope.of([[0]])).points == ((3,),)


def test_unbounded_intersections() -> None:
    """A half-space has an extreme point minus infinity; so have hulls of such points, where they meet."""
    half = HalfSpace((Fraction(0), Fraction(0)), (0,))
    assert TropicalPolytope.from_halfspaces([half]).points == ((0, 0), (0, None))
    P, Q = TropicalPolytope.of([[0, None, 0], [0, 0, None]]), TropicalPolytope.of([[0, 0, 0], [1, 0, None]])
    found = P.intersection(Q)
    for x in product([Fraction(k, 2) for k in range(-4, 5)], repeat=2):
        assert bool(found.contains((0, *x))) == bool(P.contains((0, *x)) and Q.contains((0, *x)))


@settings(max_examples=20)
@given(matrices(3, 3), matrices(3, 3))
def test_min_by_name(V: Rows, W: Rows) -> None:
    P, Q = (TropicalPolytope.min([[-entry for entry in row] for row in rows]) for rows in (V, W))
    try:
        expected = TropicalPolytope.of(V).intersection(TropicalPolytope.of(W))
    except DomainError:
        with pytest.raises(DomainError):
            P.intersection(Q)
        return
    assert {tuple(-x for x in row) for row in generators(P.intersection(Q))} == generators(expected)
    assert bool(is_polytrope(P)) == bool(is_polytrope(V))
