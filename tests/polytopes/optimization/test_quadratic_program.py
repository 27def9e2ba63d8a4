"""Nearest points of polyhedra: the conditions of optimality, projections that are known, bad input."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import solve
from polytopes.errors import ShapeError
from polytopes.optimization import Infeasible, Nearest, maximize, nearest_point

small = st.integers(-3, 3)


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Fraction], list[tuple[int, ...]], list[tuple[int, ...]]]:
    n = draw(st.integers(1, 3))
    row = st.tuples(*[small] * (n + 1))
    target = draw(st.lists(st.fractions(-5, 5, max_denominator=4), min_size=n, max_size=n))
    return target, draw(st.lists(row, max_size=6)), draw(st.lists(row, max_size=2))


@given(systems(), st.sets(st.integers(0, 5)))
def test_certified(system, guess) -> None:
    target, rows, equations = system
    found = nearest_point(target, rows, equations, guess)
    is_empty = isinstance(maximize([0] * len(target), rows, equations, len(target)), Infeasible)
    if isinstance(found, Nearest):
        assert not is_empty
        assert found.check(target, rows, equations)
        assert found.point == nearest_point(target, rows, equations).point
    else:
        assert is_empty
        assert found.check(rows, equations)


def brute_force(target: list[int], rows: list[tuple[int, ...]]) -> Fraction | None:
    """The least squared distance to a feasible foot of a perpendicular on a flat of tight rows."""
    best = None
    n = len(target)
    for size in range(n + 1):
        for tight in combinations(rows, size):
            gram = [[sum(a * b for a, b in zip(r[1:], s[1:], strict=True)) for s in tight] for r in tight]
            right = [-(r[0] + sum(a * b for a, b in zip(r[1:], target, strict=True))) for r in tight]
            weights = solve(gram, right) if tight else ()
            if weights is None:
                continue
            x = [t + sum(w * r[k + 1] for w, r in zip(weights, tight, strict=True)) for k, t in enumerate(target)]
            if all(r[0] + sum(a * b for a, b in zip(r[1:], x, strict=True)) >= 0 for r in rows):
                distance = sum((a - b) ** 2 for a, b in zip(x, target, strict=True))
                best = distance if best is None else min(best, distance)
    return best


@given(st.lists(st.tuples(small, small, small), max_size=5), st.tuples(small, small))
def test_by_brute_force(rows, target) -> None:
    found = nearest_point(target, rows)
    distance = brute_force(list(target), rows)
    if isinstance(found, Nearest):
        assert sum((a - b) ** 2 for a, b in zip(found.point, target, strict=True)) == distance
    else:
        assert distance is None


def test_multipliers_are_of_the_rows_as_given() -> None:
    found = nearest_point(["3/2"], [["1/2", "-1/2"], [2, -2]])
    assert found.check(["3/2"], [["1/2", "-1/2"], [2, -2]])
    assert not found.check([2], [["1/2", "-1/2"], [2, -2]])


def test_lengths_are_checked() -> None:
    with pytest.raises(ShapeError):
        nearest_point([1, 2], [(1, 2)])
