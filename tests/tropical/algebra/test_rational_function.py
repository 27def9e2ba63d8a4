"""Tropical rational functions and maps."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError
from tests.tropical.strategies import functions, points, rationals
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational


def x_only(number):
    """The monomial 1/2 + number x + y."""
    return TropicalRational.of(TropicalPolynomial.monomial([number, 1], "1/2"))


@settings(max_examples=30)
@given(functions, functions, rationals, points)
def test_arithmetic(f, g, c, x):
    assert (f + g)(x) == max(f(x), g(x)) and (f * g)(x) == f(x) + g(x) and (f / g)(x) == f(x) - g(x)
    assert (f**c)(x) == c * f(x) and f.inverse()(x) == -f(x) and f.pruned()(x) == f(x)
    assert (2 * f)(x) == 2 + f(x) and (1 / f)(x) == 1 - f(x)
    assert f.cleared()(x) == f(x)
    normal = f.normal_form()
    assert normal(x) == f(x) and normal.denominator.rows[-1] == (0, 0, 0) and normal.normal_form() == normal
    assert (f * x_only(c) / x_only(c)).normal_form() == normal


@settings(max_examples=20)
@given(functions, functions, functions)
def test_equality_as_functions(f, g, h):
    """Cancelling, distributing and ordering do not change the function; adding 1 does."""
    assert (f * g / g).same_function(f) and (f * (g + h)).same_function(f * g + f * h)
    assert not (1 * f).same_function(f)


@settings(max_examples=25)
@given(st.lists(functions, min_size=1, max_size=3), points)
def test_maps(parts, x):
    whole = TropicalMap.of(parts)
    assert whole(x) == tuple(part(x) for part in parts)
    numerators, h = whole.common_denominator()
    assert whole(x) == tuple(g(x) - h(x) for g in numerators)
    assert whole.same_function(TropicalMap.of([TropicalRational(g, h) for g in numerators]))
    assert np.allclose(whole.evaluate([[float(a) for a in x]]), [[float(value) for value in whole(x)]])


def test_polynomials_among_rational_functions():
    x, y = TropicalPolynomial.variables(2)
    f = TropicalRational(x * y + y, y)
    assert f.as_polynomial() == x + 0
    assert TropicalRational(x, y + y).as_polynomial()([5, 3]) == 2
    touching = TropicalPolynomial.from_terms({(2, 0): 0, (1, 0): 0, (0, 0): 0})
    assert touching.n_terms == 3
    with pytest.raises(InputError, match="2 essential terms"):
        TropicalRational(x, touching).as_polynomial()


def test_identity_and_substitution():
    identity = TropicalMap.identity(3)
    assert identity([1, "1/2", 3]) == (1, Fraction(1, 2), 3) and identity.output_dim == 3
    assert identity.substitute([[1], [2], [3]], [0, 0, 1])([2]) == (2, 4, 7)
    assert not identity.same_function(TropicalMap.identity(3).substitute([[0, 1, 0], [1, 0, 0], [0, 0, 1]]))
    assert not identity.same_function(TropicalMap.of(TropicalPolynomial.variables(3)[:2]))


def test_refusals():
    x, _ = TropicalPolynomial.variables(2)
    with pytest.raises(InputError, match="denominator without terms"):
        TropicalRational(x, TropicalPolynomial.zero(2))
    with pytest.raises(ShapeError, match="dimensions 1, 2"):
        TropicalRational(x, TropicalPolynomial.variables(1)[0])
    with pytest.raises(ShapeError, match="at least one component"):
        TropicalMap(())
    with pytest.raises(InputError):
        TropicalRational.of(x) / TropicalRational.of(TropicalPolynomial.zero(2))
