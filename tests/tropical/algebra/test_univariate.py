"""One variable: roots with multiplicities, and the fundamental theorem."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.univariate import degree, factorize, roots

coefficients = st.lists(st.fractions(-5, 5, max_denominator=4), min_size=1, max_size=7)


@given(coefficients)
def test_fundamental_theorem(numbers):
    """As many roots as the degree, with multiplicity, and the product of the factors is the function."""
    F = TropicalPolynomial.from_terms(enumerate(numbers))
    found = factorize(F)
    assert sum(root.multiplicity for root in found.roots) + found.order == degree(F) == len(numbers) - 1
    assert found.expand() == F.normal_form()
    for root in found.roots:
        assert len(F.winners([root.value])) >= 2
        left, right = F([root.value - 1]), F([root.value + 1])
        assert left + right > 2 * F([root.value])


@given(st.lists(st.fractions(-4, 4, max_denominator=3), max_size=6))
def test_roots_of_products(values):
    product = TropicalPolynomial.constant(0, 1)
    for value in values:
        product = product * TropicalPolynomial.from_terms({1: 0, 0: value})
    found = {root.value: root.multiplicity for root in roots(product)}
    assert found == {value: values.count(value) for value in values}


def test_a_cubic():
    """max(3x, x + 3, 2): slope 1 up to x = -1, then 3 from x = 3/2."""
    found = factorize(TropicalPolynomial.from_terms({3: 0, 1: 3, 0: 2}))
    assert [(root.value, root.multiplicity) for root in found.roots] == [(-1, 1), (Fraction(3, 2), 2)]
    assert found.coefficient == 0 and found.order == 0


def test_monomials_and_laurent_polynomials():
    monomial = factorize(TropicalPolynomial.from_terms({2: 5}))
    assert monomial.roots == () and monomial.order == 2 and monomial.coefficient == 5
    laurent = factorize(TropicalPolynomial.from_terms({-1: 0, "1/2": 0}))
    assert laurent.order == -1 and laurent.roots[0].multiplicity == Fraction(3, 2)


def test_refusals():
    with pytest.raises(ShapeError, match="2 variables"):
        roots(TropicalPolynomial.variables(2)[0])
    with pytest.raises(InputError, match="no degree"):
        degree(TropicalPolynomial.zero(1))
