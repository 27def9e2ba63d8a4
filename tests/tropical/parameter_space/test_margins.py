"""Margins, descents and best networks against known answers, brute force and definitions; degenerate data."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.rationals import as_matrix, as_vector, dot
from polytopes.errors import InputError, LimitReached, NoAnswerError, NumberError, ShapeError, UnsupportedError
from polytopes.optimization import Nearest, nearest_point
from tests.paths import DATA
from tropical import Network
from tropical.networks.layers.activation import LeakyReLU
from tropical.parameter_space.margins import (
    Inseparable,
    LeakyUnits,
    MaxMargin,
    hinge_descent,
    linear_error,
    max_margin,
    max_margin_network,
    signal_noise,
)

KNOWN = json.loads((DATA / "kernels_and_margins.json").read_text())["entries"]
SMALL = st.integers(-3, 3).map(Fraction)
Labelled = tuple[list[list[Fraction]], list[int]]


def known(kind: str) -> list[Any]:
    return [pytest.param(entry["input"], entry["answer"], id=entry["id"]) for entry in KNOWN if entry["kind"] == kind]


@st.composite
def labelled(draw: st.DrawFn, most: int = 5) -> Labelled:
    """Points with labels, often repeated, opposite or 0."""
    d = draw(st.integers(1, 2))
    n = draw(st.integers(1, most))
    points = [draw(st.lists(SMALL, min_size=d, max_size=d)) for _ in range(n)]
    return points, [draw(st.sampled_from([1, -1])) for _ in range(n)]


@pytest.mark.parametrize(("given_", "answer"), known("leaky_gd"))
def test_known_margins_and_descents(given_: dict[str, Any], answer: dict[str, Any]) -> None:
    X, y, alpha, m = (given_[name] for name in ("X", "y", "alpha", "m"))
    margin = max_margin(X, y)
    assert isinstance(margin, MaxMargin) == answer["linearly_separable"]
    if isinstance(margin, Inseparable):
        assert not any(
            sum(c * b * x for c, b, x in zip(margin.multipliers, y, column, strict=True))
            for column in zip(*as_matrix(X), strict=True)
        )
        assert max_margin_network(X, y, alpha) == margin
        return
    assert margin.w == as_vector(answer["w_star"])
    assert str(margin.norm_squared) == answer["w_star_norm_squared"] and sum(margin.multipliers) == margin.norm_squared
    found = hinge_descent(X, y, alpha, m).as_dict()
    for key, name in (("eta", "eta"), ("T", "T"), ("U", "sum_of_active"), ("W", "W"), ("outputs", "outputs")):
        assert found[key] == answer[name]
    assert found["W_norm_squared"] == answer["W_norm_squared"]
    assert found["margin_factor_squared"] == answer["margin_factor_squared"]
    assert found["bounds"]["updates"] == answer["bound_U_zero_start"]
    assert found["bounds"]["norm_squared"] == answer["bound_W_norm_squared_zero_start"]
    best, expected = max_margin_network(X, y, alpha).as_dict(), answer["max_margin_network"]
    assert {key: best[key] for key in ("norm_squared", "w_plus", "w_minus")} == expected
    assert best["linear_embedding_norm_squared"] == answer["linear_embedding_norm_squared"]


@given(labelled())
def test_margins_by_their_definition(case: Labelled) -> None:
    points, labels = case
    found = max_margin(points, labels)
    if isinstance(found, Inseparable):
        assert min(found.multipliers) >= 0 and any(found.multipliers)
        terms = list(zip(found.multipliers, labels, points, strict=True))
        assert not any(sum(m * y * x[k] for m, y, x in terms) for k in range(len(points[0])))
    else:
        assert min(y * dot(found.w, x) for x, y in zip(points, labels, strict=True)) == 1
        assert set(found.support) <= set(found.tight)


def best_by_patterns(points: list[list[Fraction]], labels: list[int], alpha: Fraction) -> Fraction | None:
    """The least squared norm among the programs for all pairs of patterns, of w_plus and of w_minus at all points."""
    values = []
    d, zero = len(points[0]), [Fraction(0)] * len(points[0])
    for plus, minus in product(product((True, False), repeat=len(points)), repeat=2):
        rows = []
        for x, y, above, other in zip(points, labels, plus, minus, strict=True):
            p, q = Fraction(1) if above else alpha, Fraction(1) if other else alpha
            rows.append([Fraction(-1), *(y * p * e for e in x), *(-y * q * e for e in x)])
            rows.append([Fraction(0), *((e if above else -e) for e in x), *zero])
            rows.append([Fraction(0), *zero, *((e if other else -e) for e in x)])
        found = nearest_point([Fraction(0)] * (2 * d), rows)
        if isinstance(found, Nearest):
            values.append(dot(found.point, found.point))
    return min(values, default=None)


@given(labelled(most=3), st.sampled_from([Fraction(1, 2), Fraction(1, 10), Fraction(1)]))
@settings(max_examples=25)
def test_best_networks_by_all_patterns(case: Labelled, alpha: Fraction) -> None:
    points, labels = case
    found, expected = max_margin_network(points, labels, alpha), best_by_patterns(points, labels, alpha)
    if isinstance(found, Inseparable):
        assert expected is None
    else:
        assert found.norm_squared == found.units.norm_squared == expected and found.is_best
        assert found.norm_squared <= found.embedding
        assert found.units.weights == (found.w_minus, found.w_plus)


@given(labelled(), st.sampled_from(["1/2", "1/7", 1]), st.integers(1, 2), st.data())
def test_descent_step_by_step(case: Labelled, alpha: Any, m: int, data: st.DataObject) -> None:
    """In fractions, as the definition has it, with first weights and weights of points."""
    points, labels = case
    if not isinstance(max_margin(points, labels), MaxMargin):
        return
    a, d = Fraction(alpha), len(points[0])
    start = [data.draw(st.lists(SMALL, min_size=d, max_size=d)) for _ in range(2 * m)]
    counts = [data.draw(st.integers(1, 2)) for _ in points]
    found = hinge_descent(points, labels, alpha, m, eta="1/3", start=start, weights=counts, limit=200)
    weights = [list(row) for row in start]
    for active, norm in zip(found.active, found.norms_squared, strict=True):
        f = LeakyUnits.of(weights, a)
        chosen = [i for i, (x, y) in enumerate(zip(points, labels, strict=True)) if y * f(x) < 1]
        assert active == sum(counts[i] for i in chosen) and norm == f.norm_squared
        before = [list(row) for row in weights]
        for j, row in enumerate(weights):
            for i in chosen:
                slope = 1 if dot(before[j], points[i]) >= 0 else a
                for k in range(d):
                    row[k] += Fraction(1, 3) * (-1) ** (j + 1) * counts[i] * labels[i] * points[i][k] * slope
    assert found.units.weights == as_matrix(weights) and found.converged
    repeated = [x for x, count in zip(points, counts, strict=True) for _ in range(count)]
    doubled = [y for y, count in zip(labels, counts, strict=True) for _ in range(count)]
    assert hinge_descent(repeated, doubled, alpha, m, eta="1/3", start=start, limit=200).units == found.units


def test_bounds_are_given_where_they_are_proved() -> None:
    points, labels = [(1, "1/2"), (1, -1), (-1, "1/2")], [1, 1, -1]
    short = hinge_descent(points, labels, "1/2", start=[["1/2", 0], [0, "1/3"]])
    assert short.bounds is not None and (short.bounds.updates, short.bounds.norm_squared) == (96, 72)
    assert hinge_descent(points, labels, "1/2", start=[[9, 0], [0, 1]]).no_bounds == "the first weights are too long"
    assert hinge_descent(points, labels, "1/2", eta="1/5").no_bounds == "the step exceeds 1/6"
    apart = [(1, 0), (-1, 0), (0, 1), (0, -1)], [1, 1, -1, -1]
    with pytest.raises(NoAnswerError, match="after 0 steps the weights no longer change"):
        hinge_descent(*apart, "1/2")
    with pytest.raises(LimitReached) as stop:
        hinge_descent(*apart, "1/2", start=[[1, 0], [0, 2]], limit=20)
    assert (stop.value.partial.steps, stop.value.partial.converged) == (20, False)
    assert stop.value.partial.no_bounds == "the data are not linearly separable"


def test_descent_of_data_that_no_linear_classifier_parts() -> None:
    """Two units of each sign can do what a linear classifier cannot: |x| - |y| up to a factor."""
    points, labels = [(1, 0), (-1, 0), (0, 1), (0, -1)], [1, 1, -1, -1]
    start = [[0, 1], [1, 0], [0, -1], [-1, 0]]
    found = hinge_descent(points, labels, "1/2", 2, start=start, eta="1/8")
    assert found.converged and min(y * f for y, f in zip(labels, found.outputs, strict=True)) >= 1


def test_steps_that_are_kept_for_pictures() -> None:
    found = hinge_descent([(100, 1), (-100, 1)], [1, 1], "1/2")
    assert found.steps > 1000 and 64 <= len(found.frames) <= 129
    assert found.frames[0][0] == 0 and found.frames[-1] == (found.steps, found.units.weights)


def test_one_class_and_one_point() -> None:
    assert max_margin([[2]], [-1]).as_dict()["w"] == ["-1/2"]
    found = max_margin_network([[1]], [1], "1/2")
    assert not isinstance(found, Inseparable) and found.norm_squared == Fraction(4, 5)
    for points in ([[0, 0]], [[1, 0], [0, 0]]):
        assert isinstance(max_margin(points, [1] * len(points)), Inseparable)


def test_repeated_points_share_their_margin() -> None:
    once, twice = max_margin([[1, 2]], [1]), max_margin([[1, 2], [1, 2]], [1, 1])
    assert isinstance(once, MaxMargin) and isinstance(twice, MaxMargin)
    assert once.w == twice.w and twice.tight == (0, 1) and sum(twice.multipliers) == sum(once.multipliers)


def test_a_search_that_is_stopped_has_bounds() -> None:
    points = [(1, "1/2"), (1, -1), (-1, "1/2")]
    with pytest.raises(LimitReached) as stop:
        max_margin_network(points, [1, 1, -1], "1/2", limit=2)
    found = stop.value.partial
    assert found.lower_bound <= Fraction(196, 225) <= found.norm_squared <= found.embedding
    assert not found.is_best


def test_networks_as_units() -> None:
    net = Network.from_weights(
        [([[1, 2], [0, 0], [3, -1]], [0] * 3), ([[2, 0, "-1/3"]], [0])], activation=LeakyReLU("1/5")
    )
    with pytest.raises(UnsupportedError, match="outer weights are 0"):
        LeakyUnits.of_network(Network.from_weights([([[1]], [0]), ([[0]], [0])], activation=LeakyReLU("1/5")))
    units = LeakyUnits.of_network(net)
    assert units.signs == (1, -1)
    for point in ([1, 1], [-2, "1/3"], [0, 5]):
        assert (units(point),) == net(point) == units.network(point)
    biased = Network.from_weights([([[1]], [1]), ([[1]], [0])], activation=LeakyReLU("1/5"))
    relu = Network.from_weights([([[1]], [0]), ([[1]], [0])])
    for other in (biased, relu):
        with pytest.raises(UnsupportedError):
            LeakyUnits.of_network(other)


@pytest.mark.parametrize(("given_", "answer"), known("signal_noise"))
def test_known_signals(given_: dict[str, Any], answer: dict[str, Any]) -> None:
    found = signal_noise(given_["W"], given_["v"], given_["alpha"]).as_dict()
    names = {"a": "a", "z_norm_squared": "Z_norm_squared", "a_plus": "A_plus", "a_minus": "A_minus", "a_min": "A_min"}
    assert found == {own: answer[name] for own, name in names.items()} | {"ratio_squared": answer["ratio_squared"]}


@pytest.mark.parametrize(("given_", "answer"), known("linear_error"))
def test_known_errors(given_: dict[str, Any], answer: dict[str, Any]) -> None:
    found = linear_error(given_["w"], given_["v"], given_["gamma"], given_["d"], digits=19)
    assert str(found.squared_argument) == answer["squared_argument"] and str(found.signal) == answer["a_v"]
    assert found.upper_bound is not None and found.lower_bound is not None
    for enclosure, name in ((found.error, "error"), (found.upper_bound, "paper_upper_bound")):
        assert enclosure.contains(Fraction(answer[name])) or abs(float(enclosure) - float(answer[name])) < 1e-17
    assert abs(float(found.lower_bound) - float(answer["paper_lower_bound"])) < 1e-17


@given(st.lists(SMALL, min_size=3, max_size=3), st.fractions("1/50", "49/50", max_denominator=50))
def test_errors_of_linear_classifiers(w: list[Fraction], gamma: Fraction) -> None:
    v = [Fraction(2, 3), Fraction(-1, 3), Fraction(2, 3)]
    if not any(w):
        return
    found = linear_error(w, v, gamma)
    a = dot(w, v)
    noise = dot(w, w) - a * a
    with mpmath.workdps(40):
        if noise:
            argument = (
                mpmath.sqrt(mpmath.mpf(gamma.numerator) / gamma.denominator)
                * mpmath.mpf(str(a.numerator))
                / a.denominator
            )
            deviation = mpmath.sqrt(
                (1 - mpmath.mpf(gamma.numerator) / gamma.denominator)
                * (mpmath.mpf(noise.numerator) / noise.denominator)
                / 3
            )
            expected = mpmath.ncdf(-argument / deviation)
        else:
            expected = mpmath.mpf(int(a < 0))
        assert abs(expected - mpmath.mpf(found.error.value)) < 1e-14 * max(1, expected)
    opposite = linear_error([-entry for entry in w], v, gamma)
    assert abs(float(found.error) + float(opposite.error) - 1) < 1e-15


def test_errors_too_small_for_digits() -> None:
    """The bounds are true on both sides of the place from which errors are only bounded."""
    for along, is_far in ((70, False), (71, True), (10**30, True)):
        found, opposite = (linear_error([sign * along, 1], [1, 0], "1/2") for sign in (1, -1))
        assert found.upper_bound is not None and found.squared_argument == 2 * along**2
        assert 0 <= found.error.lower < found.error.upper <= Fraction(1, 10**2000)
        assert (found.error.value == "0") == (found.upper_bound.value == "0") == is_far
        assert opposite.error.contains(1 - found.error.upper) and opposite.error.value == "1"
        assert found.as_dict()["error"]["upper"] != "0"


def test_bad_input() -> None:
    with pytest.raises(InputError, match="labels are 1 and -1"):
        max_margin([[1]], [0])
    for points, labels in (([], []), ([[1]], [1, 1]), ([[1], [1, 2]], [1, 1])):
        with pytest.raises(ShapeError):
            max_margin(points, labels)
    for alpha in (0, "-1/2", "3/2"):
        with pytest.raises(InputError, match="0 < alpha <= 1"):
            hinge_descent([[1]], [1], alpha)
    with pytest.raises(NumberError):
        max_margin([[float("inf")]], [1])
    for eta in (0, -1):
        with pytest.raises(InputError, match="a step is above 0"):
            hinge_descent([[1]], [1], "1/2", eta=eta)
    with pytest.raises(InputError, match="positive integer"):
        hinge_descent([[1]], [1], "1/2", 0)
    with pytest.raises(ShapeError, match="give 2"):
        hinge_descent([[1]], [1], "1/2", start=[[1]])
    with pytest.raises(NoAnswerError, match="point 1 is 0"):
        hinge_descent([[1], [0]], [1, 1], "1/2")
    with pytest.raises(NoAnswerError, match="the other label"):
        hinge_descent([[1], [1]], [1, -1], "1/2")
    with pytest.raises(InputError, match="squared length 2"):
        signal_noise([[1, 0], [0, 1]], [1, 1], "1/2")
    with pytest.raises(ShapeError, match="an even number"):
        signal_noise([[1, 0]], [1, 0], "1/2")
    for gamma in (0, 1, 2, "-1/2"):
        with pytest.raises(InputError, match="gamma"):
            linear_error([1, 1], [1, 0], gamma)
    with pytest.raises(NoAnswerError):
        linear_error([0, 0], [1, 0], "1/2")
    with pytest.raises(ShapeError, match="in dimension 3"):
        linear_error([1, 1], [1, 0], "1/2", 3)
