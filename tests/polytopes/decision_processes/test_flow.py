"""Flows: closed forms on the simplex, bounds that hold along the path, and exact gaps beside floats."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from mpmath import mp, mpf

from polytopes import Polyhedron
from polytopes.decision_processes import (
    MDP,
    central_path,
    flow_bounds,
    lp_rates,
    occupancy,
    simplex_flow,
    transportation_polytope,
    uniform_policy,
)
from polytopes.errors import InputError
from tests.paths import ROOT

KNOWN = json.loads((ROOT / "tests/data/decision_processes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "simplex_flow"], ids=lambda e: e["id"])
def test_known_flows_on_the_simplex(known: dict[str, Any]) -> None:
    given, answer = known["input"], known["answer"]
    found = simplex_flow(given["c"], given["mu0"], given["t"], digits=20)
    for entry, expected in zip(found, answer["mu_t"], strict=True):
        assert abs(Fraction(entry.value) - Fraction(expected)) < Fraction(1, 10**19)
    limit = [tuple(map(Fraction, answer["limit"]))]
    bounds = flow_bounds(limit, None, given["mu0"], digits=20)
    assert abs(Fraction(bounds.divergence.value) - Fraction(answer["KL0_of_limit"])) < Fraction(1, 10**18)
    gap = bounds.gap_at(given["t"])
    assert abs(Fraction(gap.value) - Fraction(answer["sublinear_bound_KL0_over_t"])) < Fraction(1, 10**18)
    assert gap.upper > Fraction(answer["gap"])


@pytest.mark.parametrize("known", [e for e in KNOWN if e["kind"] == "mdp"], ids=lambda e: e["id"])
def test_known_constants_of_bounds(known: dict[str, Any]) -> None:
    given, answer = known["input"], known["answer"]
    if "t0" not in answer:
        return
    process = MDP(given["P"], given["r"], given["gamma"], given["mu"])
    start = occupancy(process, uniform_policy(process))
    assert list(map(str, start)) == answer["start_distribution"]
    rates = process.rates()
    bounds = flow_bounds([process.occupancy(rates.solution.policy)], rates.delta_tv, start, digits=20)
    assert bounds.begin is not None
    assert bounds.exponent is not None
    for found, name in (
        (bounds.divergence, "KL_optimum_from_start"),
        (bounds.begin, "t0"),
        (bounds.exponent, "exponent_kappa"),
    ):
        assert abs(Fraction(found.value) / Fraction(answer[name]) - 1) < Fraction(1, 10**19)


def test_exponential_bound_by_another_arithmetic() -> None:
    bounds = flow_bounds([(Fraction(1), Fraction(0))], Fraction(2), ["1/10", "9/10"], digits=25)
    with mp.workdps(40):
        first = mp.log(10)
        begin, t = first / 2, mpf(30)
        expected = first * (t / begin) ** first * mp.exp(-2 * (t - begin))
        found = bounds.divergence_at(30)
        assert found is not None
        assert abs(mpf(found.value) / expected - 1) < mpf(10) ** -24
    assert bounds.divergence_at(1) is None


def test_bounds_hold_along_the_path() -> None:
    polytope = transportation_polytope(["1/3"] * 3, ["1/3"] * 3)
    costs = [5, 1, 0, 2, 4, 1, 0, 3, 6]
    rated = lp_rates(polytope, costs)
    start = [Fraction(1, 9)] * 9
    bounds = flow_bounds(rated.optimal_face.vertices, rated.delta_tv, start)
    for point in central_path(polytope, costs, start, rated.optimum, [1, 2, 4, 8]):
        assert point.rational in polytope
        assert point.gap == rated.optimum - sum(c * x for c, x in zip(costs, point.rational, strict=True))
        assert 0 < point.gap < bounds.gap_at(Fraction(point.time)).upper
        assert max(abs(float(a) - b) for a, b in zip(point.rational, point.point, strict=True)) < 1e-9


def test_path_is_the_closed_form_on_the_simplex() -> None:
    polytope = Polyhedron.from_rows([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)], [(-1, 1, 1, 1)])
    start = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    for point in central_path(polytope, [1, 2, 3], start, Fraction(3), [0, 1, 50]):
        expected = [float(entry) for entry in simplex_flow([1, 2, 3], start, Fraction(point.time))]
        assert max(abs(a - b) for a, b in zip(point.point, expected, strict=True)) < 1e-9


def test_starts_that_are_none() -> None:
    for optimum, start in (([1, 0], [1, 0]), ([1, 0], [2, -1]), ([2, 0], ["1/2", "1/2"]), ([1, 0], [1])):
        with pytest.raises(InputError):
            flow_bounds([tuple(map(Fraction, optimum))], Fraction(1), start)
    with pytest.raises(InputError, match="negative"):
        simplex_flow([1, 2], ["1/2", "1/2"], -1)


def test_start_at_the_optimum() -> None:
    bounds = flow_bounds([(Fraction(1, 2), Fraction(1, 2))], None, ["1/2", "1/2"])
    assert bounds.divergence.value == "0"
    assert bounds.gap_at(3).value == "0"
    assert bounds.begin is None


def test_times_that_are_enormous() -> None:
    bounds = flow_bounds([(Fraction(1), Fraction(0))], Fraction(2), ["1/2", "1/2"])
    for time in (10**6, 10**3000):
        late = bounds.gap_at(time)
        assert 0 < late.lower < Fraction(1, 10**8000)
        assert len(late.value) < 40
