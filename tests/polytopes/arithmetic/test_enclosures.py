"""Enclosures against sympy and exact sums."""

from __future__ import annotations

from fractions import Fraction

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.enclosures import Enclosure, RootTotal, is_short
from polytopes.arithmetic.surds import RadicalSum

terms = st.lists(
    st.tuples(st.fractions(0, 3, max_denominator=9), st.fractions(0, 40, max_denominator=6)), min_size=1, max_size=6
)


@given(terms, st.integers(1, 40))
@settings(max_examples=30)
def test_totals(found, digits):
    total = RootTotal(digits)
    for c, square in found:
        total.add(c, square)
    exact = RadicalSum.total(RadicalSum.of(c) * RadicalSum.root(square) for c, square in found)
    number = total.enclosure()
    assert number.exact == exact and number.is_precise
    assert RadicalSum.of(number.lower) <= exact <= RadicalSum.of(number.upper)
    error = abs(exact.as_sympy() - sympy.Rational(number.value))
    assert error <= abs(exact.as_sympy()) / 10 ** (digits - 1)


def test_long_sums_are_balls():
    total = RootTotal(20)
    for n in range(2, 2000):
        total.add(Fraction(1), n)
    found = total.enclosure()
    assert found.exact is None and found.is_precise
    kept = RootTotal(20, exactly=True)
    for n in range(2, 2000):
        kept.add(Fraction(1), n)
    exact = kept.enclosure().exact
    assert exact is not None and not is_short(exact)
    assert RadicalSum.of(found.lower) < exact < RadicalSum.of(found.upper)


def test_documents():
    assert Enclosure.of(0).as_dict() == {"value": "0", "lower": "0", "upper": "0", "exact": "0"}
    third = Enclosure.of(Fraction(1, 3), digits=5)
    assert (third.value, third.lower, third.is_precise) == ("0.33333", Fraction(1, 3), True)
    long = Enclosure.of(Fraction(1, 3**200) + 1, digits=5).as_dict()
    assert long["exact"] is None and Fraction(long["lower"]) < Fraction(1, 3**200) + 1 < Fraction(long["upper"])
    small = Enclosure.of(RadicalSum.root(2) * RadicalSum.of(Fraction(1, 10**30)))
    assert small.value == "1.41421356237310E-30" or small.value == "1.4142135623731E-30"
    half = Enclosure.of(RadicalSum.root(2)) / Fraction(2)
    assert str((half * half).exact) == "1/2"
