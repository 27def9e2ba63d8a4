"""Sums, termwise products and interlacings of rational power series, all exact.

The n-th terms of a series are sums of z^n n^j over the zeros z of the reversed denominator, from some n on. So the
products of the terms of several series satisfy a recurrence whose order is bounded by the number of products of such
zeros; a recurrence that was fitted is proven by as many terms as this bound and the terms before add up to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from math import comb, prod

from flint import fmpz_poly

from polytopes.arithmetic.rational_series import RationalSeries, fitted_series, satisfies
from polytopes.errors import LimitReached

LONGEST = 1000
"""Largest order of a recurrence of products that is looked for."""


def added(series: Mapping[RationalSeries, int]) -> RationalSeries:
    """Return the sum of series, each with its multiplicity.

    >>> added({RationalSeries((1,), (1, -1)): 2, RationalSeries((0, 1), (1, -1)): 1}).terms(4)
    [2, 3, 3, 3]
    """
    above, below = fmpz_poly([0]), fmpz_poly([1])
    for one, times in series.items():
        own_above, own_below = fmpz_poly(list(one.numerator)), fmpz_poly(list(one.denominator))
        above, below = above * own_below + times * own_above * below, below * own_below
    return RationalSeries(above, below)


def multiplied(series: Mapping[RationalSeries, int]) -> RationalSeries:
    """Return the termwise product of series, each with its multiplicity.

    Raises:
        LimitReached: if the recurrence may be of an order above 1000, or its coefficients are too large to be found.

    >>> multiplied({RationalSeries((1,), (1, -2)): 2, RationalSeries((1,), (1, -1, -1)): 1}).terms(5)
    [1, 4, 32, 192, 1280]
    """
    if len(series) == 1 and set(series.values()) == {1}:
        return next(iter(series))
    delay = max((max(len(one.numerator) - one.order, 0) for one in series), default=0)
    factors: Counter[tuple[int, ...]] = Counter()
    for one, times in series.items():
        factors[one.denominator] += times
    order = prod(comb(len(below) + times - 2, times) for below, times in factors.items()) + delay
    if order > LONGEST:
        raise LimitReached(
            f"products of {sum(series.values())} numbers may have a recurrence of order {order}, and at most {LONGEST} "
            "is looked for; look at one of the pieces that the layer falls apart into"
        )
    n = 2 * order + 4
    rows = [(one.terms(n), times) for one, times in series.items()]
    terms = [prod(row[i] ** times for row, times in rows) for i in range(n)]
    found = fitted_series(terms)
    if found is None or not satisfies(found, terms):
        raise LimitReached(
            f"the recurrence of the products of {sum(series.values())} numbers, of order at most {order}, has "
            "coefficients too large to be found; look at one of the pieces that the layer falls apart into"
        )
    return found


def interlaced(series: Sequence[RationalSeries]) -> RationalSeries:
    """Return the series that takes its terms from each of c series in turn: sum of x^i S_i(x^c).

    >>> interlaced([RationalSeries((1,), (1, -1)), RationalSeries((1,), (1, -2))]).terms(6)
    [1, 1, 1, 2, 1, 4]
    """
    spread = [
        RationalSeries([0] * i + _spread(one.numerator, len(series)), _spread(one.denominator, len(series)))
        for i, one in enumerate(series)
    ]
    return reduce(lambda a, b: added({a: 1, b: 1} if a != b else {a: 2}), spread)


def _spread(coefficients: Sequence[int], step: int) -> list[int]:
    """Return p(x^step)."""
    out = [0] * (step * len(coefficients))
    out[::step] = coefficients
    return out


def advanced(series: RationalSeries) -> RationalSeries:
    """Return the series without its first term.

    >>> advanced(RationalSeries((1,), (1, -2))).terms(3)
    [2, 4, 8]
    """
    above, below = fmpz_poly(list(series.numerator)), fmpz_poly(list(series.denominator))
    first = above[0]
    return RationalSeries((above - first * below) // fmpz_poly([0, 1]), below)
