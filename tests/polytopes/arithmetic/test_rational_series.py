"""Rational series: terms far out, growth."""

import json
from math import log

import pytest
from flint import fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import InputError, NoAnswerError
from tests.paths import POOLING

STRIPS = json.loads((POOLING / "pooling_2d_strip_gf.json").read_text())
SMALL = st.integers(-3, 3)


@given(st.lists(SMALL, max_size=4), st.lists(SMALL, max_size=4), st.integers(0, 40))
def test_terms(numerator: list[int], below: list[int], n: int) -> None:
    series = RationalSeries(numerator, [1, *below])
    terms = series.terms(n + 1)
    assert series.term(n) == terms[n]
    check = fmpz_poly(terms).mul_low(fmpz_poly([1, *below]), n + 1)
    assert check.coeffs() == fmpz_poly(numerator[: n + 1]).coeffs()


def test_lowest_terms() -> None:
    assert RationalSeries((-1, 1), (-1, 0, 1)) == RationalSeries((1,), (1, 1))
    assert RationalSeries((2, 4), (2,)).terms(3) == [1, 2, 0]


@pytest.mark.parametrize(("above", "below"), [((1,), (0, 1)), ((1,), (2, 1)), ((1,), ())])
def test_what_is_refused(above: tuple[int, ...], below: tuple[int, ...]) -> None:
    with pytest.raises(InputError):
        RationalSeries(above, below)
    with pytest.raises(InputError, match="from 0"):
        RationalSeries((1,), (1,)).term(-1)


def test_growth_of_what_ends() -> None:
    with pytest.raises(NoAnswerError, match="end"):
        _ = RationalSeries((1, 2), (1,)).growth


def test_growth_with_multiple_and_other_poles() -> None:
    squares = RationalSeries((0, 1, 1), (1, -3, 3, -1)).growth
    assert (squares.minimal_polynomial, squares.multiplicity, squares.constant) == ((-1, 1), 3, None)
    periodic = RationalSeries((1,), (1, 0, -2)).growth
    assert (periodic.minimal_polynomial, periodic.constant, periodic.asymptotic_constant) == ((-2, 0, 1), None, None)
    two = RationalSeries((3, -5), (1, -5, 6)).growth
    assert two.number.interval == (3, 3) and float(two) == 3 and two.constant == (4,)


def test_growth_of_strips() -> None:
    for entry in STRIPS:
        series = RationalSeries(map(int, entry["num"]), map(int, entry["den"]))
        assert series.order == int(entry["order"])
        assert series.terms(len(entry["seq"])) == list(map(int, entry["seq"]))
        rate = series.growth
        assert rate.degree == int(entry["growth_factor_degree"])
        assert float(rate) == pytest.approx(float(entry["growth"]), rel=1e-14)
        estimate = log(rate.asymptotic_constant) + 300 * log(float(rate))
        assert estimate == pytest.approx(log(series.term(300)), abs=1e-9)


def test_expressions() -> None:
    series = RationalSeries((1,), (1, -4, 2))
    assert str(series.as_sympy()) == "1/(2*x**2 - 4*x + 1)"
    assert str(series.growth.as_sympy()) == "sqrt(2) + 2"
