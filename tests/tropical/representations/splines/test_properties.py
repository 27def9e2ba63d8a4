"""Splines against linear programs, symmetries and random features; degenerate and bad input."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import DomainError, InputError, ShapeError, UnsupportedError
from polytopes.optimization import Optimal, minimize
from tropical import Network
from tropical.representations.splines import (
    BiasDensity,
    Knot,
    LinearSpline,
    all_minimizers,
    along_segment,
    balanced,
    breakpoints,
    classify_line,
    least_norm,
    least_variation,
    path_norm,
    sparsest_interpolant,
    wide_interpolant,
)

DATA = st.lists(
    st.tuples(st.fractions(-4, 4, max_denominator=3), st.integers(-4, 4)),
    min_size=1,
    max_size=7,
    unique_by=lambda p: p[0],
)
QUICK = settings(max_examples=25)


def by_linear_program(x: list[Fraction], y: list[int], linear_term: bool) -> Fraction:
    """The least cost of c + l x + sum (p - q) max(x - t, 0) with knots at data and midpoints, by a linear program."""
    places = sorted([*x, *((a + b) / 2 for a, b in pairwise(sorted(x)))])
    m, n = len(places), 2 * len(places) + 3
    rows = [[0] * (1 + k) + [1] + [0] * (n - k - 1) for k in range(2 * m)]
    equations = []
    for a, b in zip(x, y, strict=True):
        units = [max(a - t, Fraction(0)) for t in places]
        equations.append([-b, *units, *(-u for u in units), 1, a, 0])
    rows.append([0, *[-1] * (2 * m), 0, 0, 1])
    if not linear_term:
        slopes = [*[1] * m, *[-1] * m, 0, 2]
        rows += [[0, *(sign * entry for entry in slopes), 1] for sign in (1, -1)]
    found = minimize([0] * (n - 1) + [1], rows, equations)
    assert isinstance(found, Optimal)
    return found.value


@QUICK
@given(DATA)
def test_costs_are_those_of_linear_programs(data: list[tuple[Fraction, int]]) -> None:
    x, y = [a for a, _ in data], [b for _, b in data]
    assert least_variation(x, y).total_variation == by_linear_program(x, y, True)
    assert least_norm(x, y).norm == by_linear_program(x, y, False)


@QUICK
@given(DATA, st.fractions(-3, 3, max_denominator=2), st.sampled_from([Fraction(-2), Fraction(1, 3)]))
def test_symmetries(data: list[tuple[Fraction, int]], slope: Fraction, scale: Fraction) -> None:
    x, y = [a for a, _ in data], [b for _, b in data]
    found = all_minimizers(x, y)
    tilted = all_minimizers(x, [b + slope * a + 1 for a, b in data])
    assert (tilted.total_variation, tilted.fewest_knots) == (found.total_variation, found.fewest_knots)
    moved = all_minimizers([scale * a + 1 for a in x], y)
    assert moved.total_variation == found.total_variation / abs(scale)
    assert moved.is_unique == found.is_unique
    if scale > 0:
        knots = [scale * knot.at + 1 for knot in found.sparsest().knots]
        assert [knot.at for knot in moved.sparsest().knots] == knots
    assert all(map(found.is_minimizer, (found.sparsest(), found.polygon())))


@QUICK
@given(DATA)
def test_networks_of_least_norm(data: list[tuple[Fraction, int]]) -> None:
    x, y = [a for a, _ in data], [b for _, b in data]
    for found in (least_norm(x, y), sparsest_interpolant(x, y)):
        network = found.network()
        assert [network([a])[0] for a in x] == y
    assert least_norm(x, y).norm <= min(least_variation(x, y).norm, sparsest_interpolant(x, y).norm)


@QUICK
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.sampled_from([1, -1])), min_size=1, max_size=7, unique_by=lambda p: p[0])
)
def test_classifiers(data: list[tuple[int, int]]) -> None:
    x, labels = [a for a, _ in data], [b for _, b in data]
    with_term, without = (classify_line(x, labels, linear_term=linear) for linear in (True, False))
    assert with_term.value <= without.value
    assert without.value <= least_norm(x, labels).norm
    assert with_term.value <= least_variation(x, labels).total_variation
    mirrored = classify_line([-a for a in x], [-b for b in labels])
    assert mirrored.value == with_term.value


@pytest.mark.parametrize("activation", ["relu", "abs"])
def test_random_features_approach_the_limit(activation: str) -> None:
    h = wide_interpolant(["-1/2", 0, "1/2", 2], [0, 1, 1, -1], BiasDensity.uniform(1), activation)
    grid = np.linspace(-1.5, 2.5, 41)
    exact = np.array([float(h(float(t))) for t in grid])
    assert np.abs(h.random_network(100_000, 1)(grid) - exact).max() < 0.02 * np.abs(exact).max()


def test_wide_interpolants_of_dependent_data() -> None:
    x = [2, 3, 4]
    h = wide_interpolant(x, [0, 1, 2])
    assert [h(t) for t in (*x, 5)] == [0, 1, 2, 3]
    # Of all c with K c = y the shortest: it is orthogonal to the combination on which all networks vanish.
    assert h.coefficients[0] - 2 * h.coefficients[1] + h.coefficients[2] == 0
    with pytest.raises(InputError, match="but the values give 1"):
        wide_interpolant(x, [0, 1, 3])
    assert wide_interpolant([5], [0])(7) == 0


def test_degenerate_data() -> None:
    for x, y in (([3], [2]), ([0, 1, 4], [2, 2, 2])):
        found = all_minimizers(x, y)
        assert (found.total_variation, found.norm, found.fewest_knots, found.is_unique) == (0, 0, 0, True)
        assert least_norm(x, y).network()([9]) == (2,)
    two = least_norm([0, 2], [0, 3])
    assert (two.total_variation, two.norm, two.knots) == (
        Fraction(3, 2),
        Fraction(3, 2),
        (Knot(Fraction(2), Fraction(-3, 2)),),
    )
    assert classify_line([0, 1], [1, 1]).value == 0
    assert [run.length for run in all_minimizers([0, 1, 2, 3, 4], [0, 0, 1, 2, 4]).runs] == [1, 1]
    with pytest.raises(InputError, match="points 0 and 2 are both at x = 0"):
        least_norm([0, 1, 0], [0, 1, 1])
    with pytest.raises(InputError, match="no point"):
        least_norm([], [])
    with pytest.raises(InputError, match="2 points and 1 values"):
        least_norm([0, 1], [1])
    with pytest.raises(InputError, match="must increase"):
        LinearSpline(Fraction(0), (Fraction(0), Fraction(0)), (Knot(Fraction(0), Fraction(0)),))


def test_bad_densities() -> None:
    for parts, said in (
        ([(-1, 1, 1)], "is 2; it must be 1"),
        ([(0, 1, 1)], "not symmetric"),
        ([(-1, 1, "1/4"), (0, 2, "1/4")], "overlap"),
        ([(-1, 0, -1), (0, 1, 2)], "at least 0"),
        ([(1, 1, 1)], "must have a length"),
        ([(1, 1)], "triple"),
        ([], "is 0; it must be 1"),
    ):
        with pytest.raises(InputError, match=said):
            BiasDensity.pieces(parts)
    gap = BiasDensity.pieces([(-2, -1, "1/2"), (0, 1, 0), (1, 2, "1/2")])
    h = wide_interpolant([-1, 1, 3], [0, 1, 3], gap)
    assert h("1/2") == (h(-1) + 3 * h(1)) / 4
    with pytest.raises(InputError, match="but the values give 1"):
        wide_interpolant([-1, 0, 1], [0, 1, 3], gap)


def test_breakpoints_by_bisection() -> None:
    rng = np.random.default_rng(5)
    weights = [rng.integers(-4, 5, size=shape) for shape in ((5, 1), (5,), (4, 5), (4,), (2, 4), (2,))]
    network = Network.from_weights(list(zip(weights[::2], weights[1::2], strict=True)))
    found = breakpoints(network)
    inside = breakpoints(network, found.x[0] - 1, found.x[-1] + 1)
    assert inside.bends == found.x
    assert inside.slopes == found.slopes
    assert all(found.switching)
    for (a, b), slope in zip(pairwise(found.x), found.slopes[1:-1], strict=True):
        thirds = [network([a + (b - a) * k / 3]) for k in range(4)]
        assert {tuple((q - p) * 3 / (b - a) for p, q in zip(*pair, strict=True)) for pair in pairwise(thirds)} == {
            slope
        }


def test_unusual_lines() -> None:
    # The second unit is 0 on a whole interval, and the first is no bend: it cancels.
    network = Network.from_weights([([[1], [1], [1]], [0, 0, -2]), ([[1, -1, 1]], [5])])
    assert breakpoints(network).x == (2,)
    constant = breakpoints(Network.from_weights([([[0]], [3]), ([[1]], [0])]))
    assert (constant.x, constant.slopes, constant.anchor[1]) == ((), ((0,),), (3,))
    plane = Network.from_weights([([[1, 1]], [0]), ([[1]], [0])])
    assert along_segment(plane, [1, -1], [2, -2]).x == (0, 1)
    for wrong in (lambda: breakpoints(plane), lambda: along_segment(plane, [1], [2])):
        with pytest.raises(ShapeError):
            wrong()
    for wrong in (
        lambda: breakpoints(network, 1, 1),
        lambda: breakpoints(network, 1),
        lambda: along_segment(plane, [1, 1], [1, 1]),
    ):
        with pytest.raises(DomainError):
            wrong()


def test_path_norms() -> None:
    network = Network.from_weights(
        [([[1, 1], [-1, -1], [0, 0], [3, 4]], [0, 0, 1, 1]), ([[1, -1, 7, 1], [0, 1, 0, 0]], [0, 0])]
    )
    found = path_norm(network)
    assert str(found.value) == "7 + sqrt(2)"
    assert found.merged == ((0, 1),)
    near = balanced(network)
    for point in ([1, 2], [-3, 1]):
        assert np.allclose([float(a) for a in near(point)], [float(a) for a in network(point)])
    assert (
        path_norm(Network.from_weights([([[1]], [0]), ([[0]], [2])])).value
        == path_norm(Network.from_weights([([[0]], [1]), ([[1]], [1])])).value
    )
    with pytest.raises(UnsupportedError, match="affine layer"):
        path_norm(Network.from_weights([([[1]], [0])]))
