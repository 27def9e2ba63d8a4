"""Cells of tropical polytopes: other ways to find them, symmetries, complexes, mixed cells, infinite coordinates."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached, NumberError, ShapeError, UnsupportedError
from tests.tropical.convexity.oracles import cells, combination, is_joined, matrices
from tropical.convexity import HyperplaneArrangement, TropicalPolytope
from tropical.convexity.decomposition import n_generic_bounded_cells, n_generic_cells
from tropical.convexity.mixed import sum_volume
from tropical.convexity.point_hull import named

Rows = list[list[Any]]
FEW = settings(max_examples=25)


def listed(polytope: TropicalPolytope) -> dict[Any, tuple[int, bool]]:
    own = polytope.decomposition
    return {named(graph): (dim, own.is_bounded(graph)) for dim, graphs in enumerate(own.cells) for graph in graphs}


@FEW
@given(st.one_of(matrices(4, 3), matrices(3, 4), matrices(5, 2), matrices(3, 1), matrices(3, 3, infinite=True)))
def test_by_difference_constraints(V: Rows) -> None:
    assume(is_joined(V))
    polytope = TropicalPolytope.of(V)
    wanted = cells(V)
    assert listed(polytope) == wanted
    d = len(V[0])
    for name, is_counted in (
        ("torus_f_vector", lambda graph: True),
        ("f_vector", lambda graph: len(set().union(*graph)) == d),
        ("bounded_f_vector", lambda graph: wanted[graph][1]),
    ):
        dims = [dim for graph, (dim, _) in wanted.items() if is_counted(graph)]
        found = getattr(polytope, name)
        assert found == tuple(dims.count(dim) for dim in range(len(found)))
        assert len(dims) == sum(found)


@settings(max_examples=12)
@given(st.one_of(matrices(3, 3), matrices(2, 4), matrices(3, 3, infinite=True)))
def test_by_regular_subdivision(V: Rows) -> None:
    """Cells of the product of simplices that use every row are covectors; volumes of mixed cells add up."""
    assume(is_joined(V))
    n, d = len(V), len(V[0])
    polytope = TropicalPolytope.of(V)
    subdivision = polytope.subdivision()
    pairs = [(i, k) for i in range(n) for k in range(d) if V[i][k] is not None]
    found = {}
    for size in range(n + d - 1):
        for cell in subdivision.cells(size):
            graph = tuple(tuple(k for i, k in map(pairs.__getitem__, cell) if i == row) for row in range(n))
            if all(graph):
                found[graph] = n + d - 2 - size
    assert found == {graph: dim for graph, (dim, _) in listed(polytope).items()}
    volumes = [cell.volume for cell in polytope.mixed_cells()]
    assert all(volumes)
    if polytope.is_finite:
        assert sum(volumes) == n ** (d - 1)


@settings(max_examples=12)
@given(st.one_of(matrices(3, 3), matrices(3, 3, infinite=True)), st.booleans())
def test_complexes(V: Rows, is_min: bool) -> None:
    assume(is_joined(V))
    polytope = TropicalPolytope.min(opposite(V)) if is_min else TropicalPolytope.of(V)
    torus, own = polytope.torus_complex(), polytope.complex()
    assert torus.f_vector() == polytope.torus_f_vector
    assert own.f_vector() == polytope.f_vector
    for x in product((-2, 0, 1), repeat=2):
        assert own.contains(x) == bool(polytope.contains([0, *x]))
        cell = polytope.cell([0, *x])
        assert cell.contains(x)
        assert any(cell == other for other in torus.cells(cell.dim))
    assert {tuple(x[1:]) for x, _ in polytope.pseudovertices} == set(torus.vertices)


def opposite(V: Rows) -> Rows:
    return [[None if entry is None else -entry for entry in row] for row in V]


@FEW
@given(st.one_of(matrices(4, 3), matrices(3, 3, infinite=True)), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_symmetries(V: Rows, x: list[int]) -> None:
    """Order of rows and columns, constants added to them, and the opposite points for minima."""
    polytope = TropicalPolytope.of(V)
    moved = [[None if e is None else e + i + 3 * k for k, e in enumerate(row)] for i, row in enumerate(V)]
    assert TropicalPolytope.of(moved).covector([y + 3 * k for k, y in enumerate(x)]) == polytope.covector(x)
    turned = TropicalPolytope.of([row[::-1] for row in V[::-1]]).covector(x[::-1])
    assert [sorted(2 - k for k in part) for part in turned[::-1]] == list(map(list, polytope.covector(x)))
    least, y = TropicalPolytope.min(opposite(V)), [-entry for entry in x]
    assert least.covector(y) == polytope.covector(x)
    assert least.distance(y) == polytope.distance(x)
    assert bool(least.contains(y)) == bool(polytope.contains(x))
    assert least.extreme_points == polytope.extreme_points
    if is_joined(V):
        assert least.torus_f_vector == polytope.torus_f_vector
        assert HyperplaneArrangement.min(V).f_vector == polytope.torus_f_vector
        assert HyperplaneArrangement.min(V).covector(x) == polytope.covector(x)
        halves = least.halfspaces() if least.is_finite else []
        assert bool(least.contains(y)) == all(half.contains(y) for half in halves) or not least.is_finite
    apices = HyperplaneArrangement.of(opposite(V)) if polytope.is_finite else None
    if apices is not None:
        for row, part in zip(opposite(V), apices.covector(y), strict=True):
            less = [b - a for a, b in zip(row, y, strict=True)]
            assert part == tuple(k for k, entry in enumerate(less) if entry == max(less))


@FEW
@given(matrices(3, 3), st.lists(st.integers(-3, 3), min_size=6, max_size=6))
def test_duality_is_an_isometry(V: Rows, ends: list[int]) -> None:
    polytope = TropicalPolytope.of(V)
    dual = polytope.dual()
    assert dual.f_vector == polytope.f_vector

    def image(x: Any) -> list[Any]:
        return [max(v - y for v, y in zip(row, x, strict=True)) for row in V]

    def distance(x: Any, y: Any) -> Any:
        apart = [a - b for a, b in zip(x, y, strict=True)]
        return max(apart) - min(apart)

    x, y = (polytope.nearest_point(end) for end in (ends[:3], ends[3:]))
    assert dual.contains(image(x))
    assert distance(image(x), image(y)) == distance(x, y)
    transposed = tuple(tuple(i for i, part in enumerate(polytope.covector(x)) if k in part) for k in range(3))
    assert dual.covector(image(x)) == transposed


@given(matrices(3, 3, infinite=True), st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=3, max_size=3))
def test_points_with_infinite_coordinates(V: Rows, x: list[Any]) -> None:
    assume(any(entry is not None for entry in x))
    polytope = TropicalPolytope.of(V)
    near = combination(V, x)
    assert polytope.nearest_point(x) == near
    found = polytope.contains(x)
    assert bool(found) == (list(near) == x)
    if found:
        raised = [
            [None if v is None or up is None else v + up for v in row]
            for row, up in zip(V, found.coefficients, strict=True)
        ]
        assert [max((v for v in own if v is not None), default=None) for own in zip(*raised, strict=True)] == x
    else:
        assert not found.halfspace.contains(x)
        assert all(map(found.halfspace.contains, V))
    others = [[row for row in V if shape(row) != shape(own)] for own in V]
    extreme = [i for i, own in enumerate(V) if list(combination(others[i], own)) != own]
    assert list(polytope.extreme_points) == [i for i in extreme if shape(V[i]) not in map(shape, V[:i])]


def shape(row: list[Any]) -> list[Any]:
    first = next(entry for entry in row if entry is not None)
    return [None if entry is None else entry - first for entry in row]


@FEW
@given(matrices(3, 3, infinite=True))
def test_polytropes_are_alcoved(V: Rows) -> None:
    """Convex in the usual sense iff the points of a grid that satisfy all bounds of differences are inside."""
    polytope = TropicalPolytope.of(V)
    bounds = {}
    for j, k in product(range(3), repeat=2):
        gaps = [None if row[k] is None else row[j] - row[k] for row in V if row[j] is not None]
        bounds[j, k] = None if None in gaps else max(gaps)
    alcoved = [
        x
        for x in product([0], *[[Fraction(k, 2) for k in range(-9, 10)]] * 2)
        if all(c is None or x[j] - x[k] <= c for (j, k), c in bounds.items())
    ]
    assert polytope.is_polytrope() == all(map(polytope.contains, alcoved))


@FEW
@given(matrices(4, 3), st.lists(st.fractions(-3, 3, max_denominator=2), min_size=3, max_size=3))
def test_irredundant_halfspaces(V: Rows, x: list[Fraction]) -> None:
    polytope = TropicalPolytope.of(V)
    halves = polytope.halfspaces(irredundant=True)
    assert set(halves) <= set(polytope.halfspaces())
    assert bool(polytope.contains(x)) == all(half.contains(x) for half in halves)


def test_generic_numbers() -> None:
    chance = Random(1)
    for n, d in ((1, 1), (1, 4), (4, 1), (5, 3), (3, 5), (4, 4)):
        torus = [n_generic_cells(n, d, dim) for dim in range(d)]
        bounded = [n_generic_bounded_cells(n, d, dim) for dim in range(d)]
        V = [[chance.randrange(10**9) for _ in range(d)] for _ in range(n)]
        polytope = TropicalPolytope.of(V)
        assert polytope.is_generic
        assert list(polytope.torus_f_vector) == torus
        assert [*polytope.f_vector, *[0] * d][:d] == bounded


def test_volumes_of_sums() -> None:
    assert [sum_volume([(1 << d) - 1] * n, d) for n, d in ((3, 3), (2, 4), (5, 2), (4, 1))] == [9, 8, 5, 1]
    assert sum_volume([0b0011, 0b0011, 0b1100], 4) == 0
    assert sum_volume([0b0011, 0b0110, 0b1100], 4) == 6


def test_degenerate_points() -> None:
    one = TropicalPolytope.of([[5]])
    assert (one.f_vector, one.torus_f_vector, one.extreme_points, one.is_polytrope()) == ((1,), (1,), (0,), True)
    same = TropicalPolytope.of([[0, 1, 2], [3, 4, 5]])
    assert (same.f_vector, same.torus_f_vector, same.extreme_points) == ((1,), (1, 3, 3), (0,))
    assert [len(list(same.covectors(dim))) for dim in range(-1, 4)] == [0, 1, 3, 3, 0]
    left = TropicalPolytope.of([[0, 1], ["-oo", "-oo"], [None, 0]])
    assert (left.left_out, len(left.points)) == ((1,), 2)
    assert TropicalPolytope.of([[0, 10**30], [0, 10**30 + 1]]).f_vector == (2, 1)
    assert TropicalPolytope.of([[0, Fraction(1, 10**30)], [0, 0]]).distance([0, 1]) == 1 - Fraction(1, 10**30)


@pytest.mark.parametrize(
    ("points", "error", "words"),
    [
        ([], ShapeError, "at least one"),
        ([[]], ShapeError, "at least one"),
        ([[0, 1], [0]], ShapeError, "expected 2"),
        ("0,1", ShapeError, "rows"),
        ([["-oo", "-oo"]], ShapeError, "finite"),
        ([[0, "-oo"], [1, "-oo"]], InputError, "coordinate 1 is never finite"),
        ([[0, "oo"]], NumberError, "oo"),
        ([[0, float("inf")]], NumberError, "inf"),
        ([[0, float("nan")]], NumberError, "nan"),
    ],
)
def test_refused_points(points: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        TropicalPolytope.of(points)


def test_refused_questions() -> None:
    apart = TropicalPolytope.of([[0, "-oo", 1], ["-oo", 0, "-oo"]])
    with pytest.raises(UnsupportedError, match=r"2 parts \(rows 0 with columns 0, 2; rows 1 with columns 1\)"):
        _ = apart.f_vector
    assert apart.contains([0, 0, 1])
    infinite = TropicalPolytope.of([[0, "-oo"], [0, 1]])
    for question in (lambda: infinite.is_generic, infinite.dual, infinite.halfspaces):
        with pytest.raises(UnsupportedError):
            question()
    with pytest.raises(NumberError):
        infinite.covector([0, "-oo"])
    with pytest.raises(InputError):
        infinite.contains(["-oo", "-oo"])
    with pytest.raises(ShapeError):
        infinite.contains([0])
    with pytest.raises(UnsupportedError, match="20"):
        _ = TropicalPolytope.of([[0] * 21]).f_vector
    generic = [[0, 0, 0], [0, 1, 3], [0, 4, 2]]
    with pytest.raises(LimitReached) as stopped:
        _ = TropicalPolytope.of(generic, limit=3).pseudovertices
    assert len(stopped.value.partial) == 3
    small = TropicalPolytope.of(generic, limit=8)
    with pytest.raises(LimitReached):
        _ = small.f_vector
    assert len(small.known_pseudovertices) == 6
    assert sum(map(len, small.listed.cells)) == 8
