"""Exact linear programming against cddlib, known answers and its own certificates."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, dot
from polytopes.errors import NumberError, ShapeError
from polytopes.optimization import cddlib, feasibility, highs, linear_program, simplex
from polytopes.optimization.linear_program import (
    Farkas,
    Infeasible,
    Optimal,
    StrictPoint,
    Unbounded,
    maximize,
    minimize,
    redundant_rows,
    relative_interior,
    strictly_feasible,
)

Rows = list[Row]


def small_rows(width: int, most: int = 5, size: int = 3) -> st.SearchStrategy[Rows]:
    return st.lists(st.tuples(*[st.integers(-size, size)] * width), max_size=most)


def mixed(least_width: int = 1) -> st.SearchStrategy[tuple[Rows, Rows, Rows]]:
    """Strict rows, weak rows and equations of one length."""
    return st.integers(least_width, 4).flatmap(lambda n: st.tuples(small_rows(n), small_rows(n), small_rows(n, 2)))


def random_rows(rng: random.Random, m: int, n: int, bits: int) -> Rows:
    return [tuple(rng.randint(-(2**bits), 2**bits) for _ in range(n)) for _ in range(m)]


def feasible_by_cdd(strict: Rows, weak: Rows, equations: Rows) -> bool:
    """A cone has a strict point iff it has one where the strict rows are at least 1."""
    width = len((strict + weak + equations)[0])
    inequalities = [(-1, *row) for row in strict] + [(0, *row) for row in weak]
    status, _ = cddlib.maximum([0] * (width + 1), inequalities, [(0, *row) for row in equations])
    return status == "optimal"


def wedge(rng: random.Random, n: int, m: int, k: int, is_open: bool) -> Rows:
    """A cone of width about 2^-k round a point z, closed (``r + s = 2 b`` against ``-b``) if not ``is_open``."""
    z = [rng.randint(1, 9) for _ in range(n)]
    a = [rng.randint(-50, 50) for _ in range(n - 1)]
    a = [*[z[-1] * entry for entry in a], -sum(x * y for x, y in zip(a, z[:-1], strict=True))]
    b = [rng.randint(1, 50) for _ in range(n)]
    rows = [tuple(sign * 2**k * x + y for x, y in zip(a, b, strict=True)) for sign in (1, -1)]
    for row in random_rows(rng, m, n, 20):
        rows.append(row if dot(row, z) > 0 else tuple(-entry for entry in row))
    rows = [row for row in rows if dot(row, z)]
    return rows if is_open else [*rows, tuple(-entry for entry in b)]


# -- strict feasibility -------------------------------------------------------------------------------------------


def test_strict_point_and_farkas_of_known_cones() -> None:
    assert strictly_feasible([]) == StrictPoint(())
    assert strictly_feasible([(1,), (-2,)]) == Farkas((2, 1))
    assert strictly_feasible([(1, 2), (0, 0), (3, 1)]) == Farkas((0, 1, 0))
    assert strictly_feasible([()]) == Farkas((1,))
    assert strictly_feasible([], [(1, 0)], [(0, 1)]).check([], [(1, 0)], [(0, 1)])
    assert strictly_feasible([(1, 0)], equations=[(1, 0)]) == Farkas((1,), (), (-1,))
    assert strictly_feasible([(1, 1)], [(-1, 0), (0, -1)]) == Farkas((1,), (1, 1))


def test_row_lengths_must_agree() -> None:
    with pytest.raises(ShapeError, match="lengths"):
        strictly_feasible([(1, 2), (1,)])
    with pytest.raises(ShapeError, match="lengths"):
        strictly_feasible([(1, 2)], [(1,)])


def test_start_is_used_if_it_is_strict() -> None:
    assert strictly_feasible([(1, 0), (0, 1)], start=(4, 6)) == StrictPoint((2, 3))
    assert strictly_feasible([(1, 0), (0, 1)], start=(4, 0)).check([(1, 0), (0, 1)])


@given(mixed())
def test_strict_feasibility_agrees_with_cdd(problem: tuple[Rows, Rows, Rows]) -> None:
    strict, weak, equations = problem
    answer = strictly_feasible(strict, weak, equations)
    assert answer.check(strict, weak, equations)
    if strict or weak or equations:
        assert isinstance(answer, StrictPoint) == feasible_by_cdd(strict, weak, equations)


@pytest.mark.parametrize("k", [10, 20, 30, 40, 50, 60, 200])
@pytest.mark.parametrize("n", [2, 3, 6])
def test_thin_wedges(n: int, k: int) -> None:
    rng = random.Random(100 * n + k)
    for is_open in (True, False) * 3:
        rows = wedge(rng, n, 3 * n, k, is_open)
        answer = strictly_feasible(rows)
        assert isinstance(answer, StrictPoint) == is_open
        assert answer.check(rows)


def test_cones_made_by_double_rounding() -> None:
    """The second row is the first but for the last bit of its floats; beyond 2^53 floats cannot tell them apart."""
    for shift in (0, 53, 80):
        first = (2**53 << shift, (2**53 - 1) << shift)
        second = (-(2**53 << shift), -((2**53 - 1) << shift) + 1)
        for rows in ([first, second], [first, second, (0, -1)]):
            answer = strictly_feasible(rows)
            assert answer.check(rows)
            assert isinstance(answer, StrictPoint) == (len(rows) == 2)


def test_integers_beyond_the_range_of_floats() -> None:
    rows = [(2**5000, -1), (-(2**4999), 3**1000), (-(3**4000), 1), (0, 2**2000)]
    assert strictly_feasible(rows[:1]).check(rows[:1])
    answer = strictly_feasible(rows)
    assert answer.check(rows)
    assert isinstance(answer, StrictPoint) == feasible_by_cdd(rows, [], [])


def test_columns_of_different_size() -> None:
    rows = [(10**30, 1, 0), (-(10**30), 1, 1), (0, -1, 10**25)]
    answer = strictly_feasible(rows)
    assert answer.check(rows) and isinstance(answer, StrictPoint)


@given(mixed(), st.integers(0, 20), st.integers(0, 4))
def test_a_changed_certificate_fails(problem: tuple[Rows, Rows, Rows], place: int, entry: int) -> None:
    strict, weak, equations = problem
    answer = strictly_feasible(strict, weak, equations)
    if isinstance(answer, StrictPoint):
        assert not strict or not StrictPoint(tuple(-x for x in answer.point)).check(strict, weak, equations)
        return
    rows = strict + weak + equations
    parts = [answer.multipliers, answer.weak_multipliers, answer.equation_multipliers]
    flat = [x for part in parts for x in part]
    place %= len(flat)
    flat[place] += 1
    s, w = len(strict), len(strict) + len(weak)
    changed = Farkas(tuple(flat[:s]), tuple(flat[s:w]), tuple(flat[w:]))
    assert changed.check(strict, weak, equations) == (not any(rows[place]))
    assert not evolve(answer, multipliers=(0,) * len(strict)).check(strict, weak, equations)
    assert not Farkas(*[tuple(-x for x in part) for part in parts]).check(strict, weak, equations)


# -- wrong guesses ------------------------------------------------------------------------------------------------


def refuse(rows: Rows) -> None:
    return None


def reverse(rows: Rows) -> highs.Guess:
    """The point is wrong, every row is in the support, the order has no meaning."""
    m, n = len(rows), len(rows[0])
    return highs.Guess(np.arange(n, dtype=float), 3, np.ones(m), list(reversed(range(m))))


def deny(rows: Rows) -> highs.Guess:
    """Two rows are said to cancel."""
    m, n = len(rows), len(rows[0])
    multipliers = np.zeros(m)
    multipliers[:2] = 1.0
    return highs.Guess(np.zeros(n), -1, multipliers, list(range(m)))


def cases() -> Iterator[Rows]:
    rng = random.Random(7)
    for n, m in product((1, 2, 3, 5), (1, 2, 4, 9, 15)):
        for bits in (1, 2, 40):
            yield random_rows(rng, m, n, bits)
    for k in (30, 60):
        for is_open in (True, False):
            yield wedge(rng, 4, 8, k, is_open)


@pytest.mark.parametrize("wrong", [refuse, reverse, deny])
@pytest.mark.parametrize("behind", ["simplex", "cdd"])
def test_a_wrong_guess_changes_no_verdict(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Rows], Any], behind: str
) -> None:
    expected = [type(strictly_feasible(rows)) for rows in cases()]
    assert {StrictPoint, Farkas} == set(expected)
    monkeypatch.setattr(highs, "widest_point", wrong)
    if behind == "cdd":
        monkeypatch.setattr(feasibility, "maximize_from", lambda *_: None)
    else:
        monkeypatch.setattr(feasibility, "_by_cdd", None)
    for rows, verdict in zip(cases(), expected, strict=True):
        answer = strictly_feasible(rows)
        assert type(answer) is verdict
        assert answer.check(rows)


def test_the_float_solver_usually_suffices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Well-conditioned problems never reach the exact simplex method; thin ones do."""
    calls: list[int] = []
    inner = feasibility._by_simplex
    monkeypatch.setattr(feasibility, "_by_simplex", lambda *args: calls.append(1) or inner(*args))
    rng = random.Random(3)
    for _ in range(50):
        strictly_feasible(random_rows(rng, 20, 6, 53))
    assert not calls
    strictly_feasible(wedge(rng, 6, 20, 60, True))
    assert calls


@pytest.mark.parametrize("behind", ["simplex", "steps"])
def test_weak_rows_that_cancel(monkeypatch: pytest.MonkeyPatch, behind: str) -> None:
    """With x_i = 0 for all i < n written as weak rows only x_n is free; so is nothing if x_n <= 0 is added."""
    if behind == "steps":
        monkeypatch.setattr(feasibility, "_in_one_step", lambda *_: None)
    for n in (2, 3, 6):
        unit = [tuple(int(i == j) for j in range(n)) for i in range(n)]
        weak = [*unit[:-1], tuple(-sum(column) for column in zip(*unit[:-1], strict=True))]
        assert strictly_feasible([unit[-1]], weak) == StrictPoint(unit[-1])
        assert strictly_feasible(unit[-2:], weak) == Farkas((1, 0), (1,) * (n - 2) + (0, 1))
        weak.append(tuple(-entry for entry in unit[-1]))
        assert strictly_feasible([unit[-1]], weak).check([unit[-1]], weak)


def test_a_float_solver_without_a_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        value_valid = dual_valid = False

        def __getattr__(self, _: str) -> Any:
            return lambda *_: self

        def modelStatusToString(self, _: Any) -> str:
            return "Unknown"

    monkeypatch.setattr(highs, "_minimize", lambda *_: Silent())
    assert strictly_feasible([(1, 0), (0, 1)]).check([(1, 0), (0, 1)])
    assert maximize([1, 1], cube(2)).value == 2  # type: ignore[union-attr]


# -- optima -------------------------------------------------------------------------------------------------------


def agrees_with_cdd(objective: Row, inequalities: Rows, equations: Rows) -> None:
    answer = maximize(objective, inequalities, equations, ambient_dim=len(objective) - 1)
    status, point = cddlib.maximum(objective, inequalities, equations)
    match answer:
        case Optimal():
            assert status == "optimal"
            assert answer.value == dot(objective, (1, *point))
            assert answer.check(objective, inequalities, equations)
            assert not evolve(answer, value=answer.value + 1).check(objective, inequalities, equations)
            least = minimize([-entry for entry in objective], inequalities, equations, len(objective) - 1)
            assert isinstance(least, Optimal) and least.value == -answer.value
        case Infeasible():
            assert status == "infeasible"
            assert answer.check(inequalities, equations)
            opposite = Infeasible(
                *[tuple(-x for x in part) for part in (answer.multipliers, answer.equation_multipliers)]
            )
            assert not opposite.check(inequalities, equations)
        case Unbounded():
            assert status == "unbounded"
            assert answer.check(objective, inequalities, equations)
            assert not evolve(answer, maximum=False).check(objective, inequalities, equations)
            assert not evolve(answer, ray=tuple(-x for x in answer.ray)).check(objective, inequalities, equations)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Row, Rows, Rows]:
    n = draw(st.integers(1, 4))
    return draw(st.tuples(*[st.integers(-3, 3)] * (n + 1))), draw(small_rows(n + 1, 8)), draw(small_rows(n + 1, 2))


@given(programs())
def test_maximize_agrees_with_cdd(program: tuple[Row, Rows, Rows]) -> None:
    agrees_with_cdd(*program)


@pytest.mark.parametrize("wrong", [("optimal", 1), ("optimal", -1), ("infeasible", 1), ("unbounded", -1)])
@pytest.mark.parametrize("behind", ["simplex", "cdd"])
def test_a_wrong_guess_changes_no_optimum(monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, int], behind: str) -> None:
    status, step = wrong
    monkeypatch.setattr(highs, "optimum", lambda rows, _: (status, list(range(len(rows)))[::step]))
    if behind == "cdd":
        monkeypatch.setattr(linear_program, "maximize_from", lambda *_: None)
    rng = random.Random(11)
    for n, m, e, bits in product((0, 1, 2, 4), (0, 1, 5, 9), (0, 1, 2), (1, 20)):
        inequalities, equations = random_rows(rng, m, n + 1, bits), random_rows(rng, e, n + 1, bits)
        agrees_with_cdd(random_rows(rng, 1, n + 1, bits)[0], inequalities, equations)


def cube(n: int) -> Rows:
    """The rows of [0, 1]^n."""
    unit = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    return [(0, *row) for row in unit] + [(1, *(-entry for entry in row)) for row in unit]


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_optimum_over_the_cube(n: int) -> None:
    """The maximum of a linear function over [0, 1]^n is the sum of its positive coefficients."""
    objective = [Fraction(i * i % 7 - 3, i + 1) for i in range(n)]
    answer = maximize(objective, cube(n))
    assert isinstance(answer, Optimal)
    assert answer.value == sum(entry for entry in objective if entry > 0)
    least = minimize([5, *objective], cube(n))
    assert isinstance(least, Optimal)
    assert least.value == 5 + sum(entry for entry in objective if entry < 0)
    assert least.check([5, *objective], cube(n))
    assert not evolve(least, maximum=True).check([5, *objective], cube(n))


@pytest.mark.parametrize("n", [3, 6, 10])
def test_klee_minty_cube(n: int) -> None:
    """max sum 2^(n-j) x_j, sum_{j<i} 2^(i-j+1) x_j + x_i <= 5^i: the optimum is 5^n."""
    rows = [tuple(int(i == j) for j in range(-1, n)) for i in range(n)]
    for i in range(1, n + 1):
        rows.append((5**i, *(-(2 ** (i - j + 1)) if j < i else -int(j == i) for j in range(1, n + 1))))
    answer = maximize([2 ** (n - j) for j in range(1, n + 1)], rows)
    assert isinstance(answer, Optimal) and answer.value == 5**n
    vertex = simplex.maximize_from(rows, [2 ** (n - j) for j in range(1, n + 1)], range(2 * n), 2**n)
    assert isinstance(vertex, simplex.Vertex)
    assert Fraction(vertex.point[-1], vertex.point[0]) == 5**n


@pytest.mark.parametrize("bland", [False, True])
def test_beale_cycle(monkeypatch: pytest.MonkeyPatch, bland: bool) -> None:
    """Beale's program, on which the textbook rule cycles: the maximum is 1/20."""
    if bland:
        monkeypatch.setattr(simplex, "_BLAND_AFTER", -1)
    rows = [(0, -25, 6000, 4, -900), (0, -25, 4500, 1, -150), (1, 0, 0, -1, 0)]
    rows += [tuple(int(i == j) for j in range(5)) for i in range(1, 5)]
    objective = (Fraction(3, 4), -150, Fraction(1, 50), -6)
    answer = maximize(objective, rows)
    assert isinstance(answer, Optimal) and answer.value == Fraction(1, 20)
    vertex = simplex.maximize_from(rows, (75, -15000, 2, -600), (3, 4, 5, 6, 0, 1, 2))
    assert isinstance(vertex, simplex.Vertex)
    assert dot((0, 75, -15000, 2, -600), vertex.point) == 5 * vertex.point[0]


def test_the_simplex_method_gives_up_after_its_pivots() -> None:
    for pivots in (0, 2):
        assert simplex.maximize_from(cube(4), (1, 1, 1, 1), range(8), max_pivots=pivots) is None


def test_columns_dependent_only_modulo_the_prime() -> None:
    assert simplex.independent_columns(fmpz_mat([[simplex._PRIME, 0], [0, 1]])) == [0, 1]
    assert simplex.independent_columns(fmpz_mat([[1, 2], [2, 4]])) == [0]
    assert simplex.independent_columns(fmpz_mat(0, 3)) == []


def test_programs_without_rows_or_coordinates() -> None:
    assert maximize([0, 0], [], ambient_dim=2).value == 0  # type: ignore[union-attr]
    assert isinstance(maximize([1, 0], [], ambient_dim=2), Unbounded)
    assert isinstance(minimize([3], [(1,)], ambient_dim=0), Optimal)
    assert maximize([3], [(-1,)]) == Infeasible((1,))
    assert minimize([3], [(-1,)]) == Infeasible((1,))
    assert minimize([3, 1], [(2, -1)]).check([3, 1], [(2, -1)])
    assert maximize([1, 1], [], [(0, 0)]).check([1, 1], [], [(0, 0)])
    with pytest.raises(ShapeError, match="ambient_dim"):
        maximize([1, 0], [])
    with pytest.raises(ShapeError, match="objective"):
        maximize([1, 0, 0, 0], [(1, 1)])
    with pytest.raises(ShapeError, match="lengths"):
        maximize([1, 0], [(1, 1, 1)], ambient_dim=5)


# -- relative interior and redundancy -----------------------------------------------------------------------------


@given(programs())
def test_relative_interior_by_definition(program: tuple[Row, Rows, Rows]) -> None:
    """An inequality is an implicit equation iff its maximum is 0."""
    objective, inequalities, equations = program
    found = relative_interior(inequalities, equations, len(objective) - 1)
    if found is None:
        assert cddlib.maximum([0] * len(objective), inequalities, equations)[0] == "infeasible"
        return
    point, implicit = found
    assert all(dot(row, (1, *point)) == 0 for row in equations)
    for i, row in enumerate(inequalities):
        status, best = cddlib.maximum(row, inequalities, equations)
        assert (i in implicit) == (status == "optimal" and dot(row, (1, *best)) == 0)
        assert (dot(row, (1, *point)) > 0) == (i not in implicit)


def is_implied(row: Row, inequalities: Rows, equations: Rows) -> bool:
    """Whether the minimum of the row is not negative, or there is no point."""
    status, point = cddlib.maximum([-entry for entry in row], inequalities, equations)
    return status == "infeasible" or (status == "optimal" and dot(row, (1, *point)) >= 0)


@given(programs())
def test_redundant_rows_by_definition(program: tuple[Row, Rows, Rows]) -> None:
    _, inequalities, equations = program
    dropped = redundant_rows(inequalities, equations)
    kept = [row for i, row in enumerate(inequalities) if i not in dropped]
    assert all(is_implied(inequalities[i], kept, equations) for i in dropped)
    for i, row in enumerate(kept):
        assert not is_implied(row, kept[:i] + kept[i + 1 :], equations)


@pytest.mark.parametrize("n", [2, 4, 8])
def test_redundancy_of_cuts_through_the_cube(n: int) -> None:
    """sum x <= n touches the cube in a vertex, sum x <= n - 1/2 cuts it off; duplicates and multiples go."""
    doubled = [tuple(2 * entry for entry in row) for row in cube(n)]
    assert redundant_rows(cube(n) + doubled) == tuple(range(2 * n, 4 * n))
    assert redundant_rows([*cube(n), (n, *[-1] * n), (1, *[0] * n)]) == (2 * n, 2 * n + 1)
    assert redundant_rows([(n, *[-1] * n), *cube(n)]) == (0,)
    assert redundant_rows([*cube(n), (2 * n - 1, *[-2] * n)]) == ()


def test_redundancy_where_the_polyhedron_is_flat_or_empty() -> None:
    flat = [*cube(3), (0, -1, 0, 0), (0, -2, 0, 0), (0, 1, 1, 0)]
    assert redundant_rows(flat) == (3, 7, 8)
    assert redundant_rows(cube(2), [(0, 1, 0)]) == (0, 2)
    assert redundant_rows([(1, 1), (-1, -1), (-1, 1), (0, -1)]) == (0, 3)
    assert redundant_rows([(-1, 0), (0, 1)]) == (1,)
    assert redundant_rows([]) == ()
    with pytest.raises(ShapeError, match="ambient_dim"):
        relative_interior([])


@pytest.mark.slow
def test_redundancy_in_high_dimension() -> None:
    """The facets of a cube in dimension 64 among random cuts that miss it."""
    rng = random.Random(5)
    n = 64
    cuts = []
    for _ in range(172):
        normal = [rng.randint(-(2**20), 2**20) for _ in range(n)]
        cuts.append((sum(entry for entry in normal if entry > 0) + 1, *(-entry for entry in normal)))
    assert redundant_rows(cube(n) + cuts) == tuple(range(2 * n, 300))


@st.composite
def scaled_programs(draw: st.DrawFn) -> tuple[Row, Rows, Rows, Any, Any]:
    """A program, and its rows divided by positive integers, so that most entries are fractions."""
    objective, inequalities, equations = draw(programs())
    shrunk = [
        [[Fraction(entry, draw(st.integers(1, 5))) for _ in [0] for entry in row] for row in rows]
        for rows in (inequalities, equations)
    ]
    cleared = [[tuple(map(int, (entry * 60 for entry in row))) for row in rows] for rows in shrunk]
    return objective, *cleared, *shrunk


@given(scaled_programs())
def test_rational_rows_mean_what_their_integer_multiples_mean(program: tuple[Row, Rows, Rows, Any, Any]) -> None:
    objective, inequalities, equations, weak, linear = program
    answer = maximize(objective, weak, linear, len(objective) - 1)
    expected = maximize(objective, inequalities, equations, len(objective) - 1)
    assert type(answer) is type(expected)
    if isinstance(answer, Optimal) and isinstance(expected, Optimal):
        assert answer.value == expected.value
        assert answer.check(objective, weak, linear)
        assert minimize([-c for c in objective], weak, linear, len(objective) - 1).check(
            [-c for c in objective], weak, linear
        )
    elif isinstance(answer, Infeasible):
        assert answer.check(weak, linear)
        assert all(isinstance(entry, int) for entry in (*answer.multipliers, *answer.equation_multipliers))
    elif isinstance(answer, Unbounded):
        assert answer.check(objective, weak, linear)
    dim = len(objective) - 1
    assert (relative_interior(weak, linear, dim) is None) == (relative_interior(inequalities, equations, dim) is None)
    strict = [(1,) + (0,) * dim]
    verdict = strictly_feasible(strict, weak, linear)
    assert verdict.check(strict, weak, linear)
    assert verdict.check(strict, inequalities, equations) or isinstance(verdict, Farkas)
    assert redundant_rows(weak, linear) == redundant_rows(inequalities, equations)


def test_entries_are_never_cut_to_integers() -> None:
    half = Fraction(1, 2)
    assert maximize([1], [(half, -1)]) == Optimal((half,), half, (Fraction(1),))
    assert maximize([1], np.array([[0.5, -1.0]])).value == half  # type: ignore[union-attr]
    assert relative_interior([(half, -1), ("1/2", 1)]) == ((Fraction(0),), ())
    assert redundant_rows([("1/2", -1), (1, -2), (half, 1)]) == (1,)
    assert strictly_feasible([(half, -1), (-half, 1)]).check([(half, -1), (-half, 1)])
    # The float nearest to 1/3 would leave an open cone.
    assert isinstance(strictly_feasible([(Fraction(1, 3), -1), (-1, 3)]), Farkas)
    wide = np.array([[2**62, -(2**62)], [1, 1]])
    assert strictly_feasible(wide, start=[2**40 + 1, 2**40]).check(wide.tolist())
    for rows in ([(float("nan"), 1)], [("x", 1)]):
        with pytest.raises(NumberError):
            strictly_feasible(rows)
        with pytest.raises(NumberError):
            maximize([1], rows)


def test_an_integer_matrix_refuses_fractions() -> None:
    assert integer_matrix([(Fraction(4, 2), np.int64(3), 1.0)], 3) == fmpz_mat(1, 3, [2, 3, 1])
    with pytest.raises(NumberError, match="common denominator"):
        integer_matrix([(Fraction(1, 2),)], 1)
