"""Statements on the expectation of independent samples of which nothing is known but that they are at least 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, floor, log, log1p, sqrt
from typing import Any

from attrs import asdict, frozen

QUANTILE = 1.96
"""The quantile of the normal distribution for an interval of 95%."""
ALPHA = 0.05
STAKES = tuple(0.99 * 2 ** (-k / 2) for k in range(24))
"""Fractions of the capital that are staked; about the square root of 1/n is best for n samples."""

LARGE = Fraction(10) ** 300
PRECISION = 20
"""Bits to which a large bound is found; it is rounded down."""
Number = int | float


@frozen
class Sampled:
    """An unbiased estimate with its standard error, and two statements on the number that is estimated.

    ``at_least`` is a lower bound at confidence 95%, whatever the distribution of the samples. The interval from ``low``
    to ``high`` is the normal approximation: good for many samples of moderate spread, without a guarantee.
    """

    mean: Number
    standard_error: Number
    low: Number
    high: Number
    at_least: int
    samples: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as a document."""
        return asdict(self)


def summarize(weights: Sequence[Fraction], seed: int) -> Sampled:
    """Return mean, standard error, bound and interval for the weights of independent descents (two or more).

    >>> summarize([Fraction(2), Fraction(4)], 5).mean
    3.0
    """
    n = len(weights)
    mean = sum(weights, Fraction(0)) / n
    # In units of the mean, no number is too large for a float.
    variance = float(sum(((weight / mean - 1) ** 2 for weight in weights), Fraction(0))) / (n - 1)
    error = Fraction(sqrt(variance / n)) * mean
    spread = Fraction(QUANTILE) * error
    ends = (as_number(mean), as_number(error), as_number(max(mean - spread, Fraction(1))), as_number(mean + spread))
    return Sampled(*ends, at_least(weights), n, seed)


def at_least(weights: Sequence[Fraction]) -> int:
    """Return a lower bound at confidence 95% on the expectation N of the samples, an integer.

    Args:
        weights: independent samples with expectation N, each at least 1. Their number may depend on the
            samples themselves, as it does if a clock ends the sampling.

    Algorithm:
        Bets against the claim N <= m (Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting,
        2024; no upper bound of the samples is needed for this side). The capital, the mean over stakes s of the
        products of 1 + s ((x_i - 1)/(m - 1) - 1), is not negative, begins with 1, and does not grow in expectation if
        the claim is true; so the probability that it ever reaches 20 is at most 1/20 (Ville). The claims that it
        refutes are those with m below some number, which bisection finds.

    >>> at_least([Fraction(100)] * 50)
    89
    """
    # Whatever the stakes, where m is the mean or more, the capital is less than 1.
    below, above = 0, floor(sum(weights, Fraction(0)) / len(weights)) + 1
    while above - below > max(1, below >> PRECISION):
        middle = (below + above) // 2
        if _refuted(middle, weights):
            below = middle
        else:
            above = middle
    return below + 1


def _refuted(claim: int, weights: Sequence[Fraction]) -> bool:
    """Whether the capital won against the claim that the expectation is at most this integer reaches 1/ALPHA."""
    if claim == 1:
        return any(weight > 1 for weight in weights)
    # A smaller ratio only wins less.
    ratios = [float(min((weight - 1) / (claim - 1), LARGE)) for weight in weights]
    gains = [sum(log1p(stake * (ratio - 1)) for ratio in ratios) for stake in STAKES]
    most = max(gains)
    return most + log(sum(exp(gain - most) for gain in gains) / len(gains)) >= -log(ALPHA)


def as_number(value: Fraction) -> Number:
    """Return a float, or an integer beyond the range of floats."""
    try:
        return float(value)
    except OverflowError:
        return round(value)
