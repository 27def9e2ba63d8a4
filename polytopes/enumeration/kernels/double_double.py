"""Compiled arithmetic with pairs of floats: a number is the sum of a large and a small one, about 32 digits.

Sums and products have an error of at most EPS times the sum of the sizes of what is added, or times the product,
barring underflow, for which TINY stands in (Dekker, A floating-point technique for extending the available precision,
1971; Joldes, Muller, Popescu, Tight and rigorous error bounds for basic building blocks of double-word arithmetic,
2017: below 2^-102 each).
"""

from __future__ import annotations

from math import sqrt

from polytopes.jit.compilation import compiled

EPS = 2.0**-98
TINY = 2.0**-900
SPLITTER = 134217729.0
"""2^27 + 1; numbers above 2^900 are not split, which shows as an infinite result."""


@compiled
def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return the rounded sum of two floats and its error, exactly."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


@compiled
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return the rounded product of two floats and its error, exactly."""
    p = a * b
    c = SPLITTER * a
    a_high = c - (c - a)
    c = SPLITTER * b
    b_high = c - (c - b)
    a_low, b_low = a - a_high, b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@compiled
def add(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Return the sum of a + b and c + d."""
    s, e = two_sum(a, c)
    e += b + d
    high = s + e
    return high, e - (high - s)


@compiled
def multiply(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Return the product of a + b and c + d."""
    p, e = two_product(a, c)
    e += a * d + b * c
    high = p + e
    return high, e - (high - p)


@compiled
def root(a: float, b: float) -> tuple[float, float]:
    """Return the square root of a + b >= 0, with a relative error below EPS."""
    if not a > 0.0:
        return 0.0, 0.0
    s = sqrt(a)
    p, e = two_product(s, s)
    rest = ((a - p) - e) + b
    low = rest / (2.0 * s)
    high = s + low
    return high, low - (high - s)
