"""Sums and termwise products of rational power series, against their terms."""

from math import prod

import pytest

from polytopes.arithmetic.rational_series import RationalSeries, satisfies
from polytopes.arithmetic.series_algebra import added, multiplied
from polytopes.errors import LimitReached

FIBONACCI = RationalSeries((1,), (1, -1, -1))
DELAYED = RationalSeries((5, 0, 1), (1, -2))


@pytest.mark.parametrize("factors", [{FIBONACCI: 3}, {FIBONACCI: 2, DELAYED: 1}, {DELAYED: 4}, {FIBONACCI: 1}])
def test_sums_and_products_have_the_terms(factors: dict[RationalSeries, int]) -> None:
    rows = [(series.terms(60), times) for series, times in factors.items()]
    assert multiplied(factors).terms(60) == [prod(row[i] ** times for row, times in rows) for i in range(60)]
    assert added(factors).terms(60) == [sum(row[i] * times for row, times in rows) for i in range(60)]


def test_long_coefficients() -> None:
    """The denominator of the 14th powers has order 680 and coefficients of 2,530 bits."""
    series = RationalSeries((1, 1, -1), (1, -3, 1, 2, -2))
    power = multiplied({series: 14})
    assert power.order == 680 and satisfies(power, [term**14 for term in series.terms(2000)])
    assert max(abs(c) for c in power.denominator).bit_length() == 2530


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(LimitReached, match="order"):
        multiplied({RationalSeries((1,), (1, -1, -1, -1, -7)): 30})
    with pytest.raises(LimitReached, match="coefficients"):
        multiplied({RationalSeries((1,), (1, -(10**9), -1)): 60})
