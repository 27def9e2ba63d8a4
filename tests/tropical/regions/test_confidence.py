"""Estimates, intervals and lower bounds from samples: by hand, and how often they hold."""

import json
from fractions import Fraction
from random import Random

from tropical.regions.confidence import at_least, summarize


def test_summary_by_hand():
    found = summarize([Fraction(2), Fraction(4)], 5)
    assert (found.mean, found.standard_error, found.samples, found.seed) == (3.0, 1.0, 2, 5)


def test_the_confidence_is_kept_for_a_distribution_of_heavy_tail():
    """2^k with probability 2^-k, cut off at k = 12, has mean 13 and is mostly much less."""
    random = Random(2)
    law = [2**k for k in range(1, 13)] + [2**12]
    chances = [2**-k for k in range(1, 13)] + [2**-12]
    wrong = 0
    for _ in range(60):
        weights = [Fraction(w) for w in random.choices(law, chances, k=100)]
        wrong += at_least(weights) > 13
    assert wrong <= 6


def test_the_limit_is_close_for_samples_of_small_spread():
    weights = [Fraction(1000 + k % 7) for k in range(400)]
    assert 970 < at_least(weights) <= 1003
    assert at_least([Fraction(1)] * 10) == 1


def test_weights_beyond_floats():
    weights = [Fraction(2**3000), Fraction(2**3001)] * 20
    found = summarize(weights, 0)
    assert isinstance(found.mean, int) and found.mean == 3 * 2**2999
    assert 2**2999 < found.at_least <= found.mean
    json.dumps(found.as_dict())
