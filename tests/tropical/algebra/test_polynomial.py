"""Tropical polynomials: the semiring, values, essential terms."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.complexes.upper_hull import upper_vertices
from polytopes.errors import InputError, NoAnswerError, NumberError, ShapeError
from tests.tropical.strategies import points, polynomials, rationals
from tropical.algebra.polynomial import TropicalPolynomial


@settings(max_examples=25)
@given(polynomials(), polynomials(), polynomials(), points)
def test_semiring(F, G, H, x):
    assert (F + G)(x) == max(F(x), G(x)) and (F * G)(x) == F(x) + G(x)
    assert F + G == G + F and F * G == G * F and F + F == F
    assert (F + G) + H == F + (G + H) and (F * G) * H == F * (G * H)
    assert F * (G + H) == F * G + F * H
    zero, one = TropicalPolynomial.zero(2), TropicalPolynomial.constant(0, 2)
    assert F + zero == F == F * one and F * zero == zero


@settings(max_examples=25)
@given(polynomials(), st.integers(0, 3), rationals.filter(lambda c: c >= 0), points)
def test_powers(F, k, c, x):
    product = TropicalPolynomial.constant(0, 2)
    for _ in range(k):
        product = product * F
    assert (F**k).same_function(product)
    assert (F**c)(x) == c * F(x)


@settings(max_examples=25)
@given(polynomials(max_size=8), points)
def test_essential_terms(F, x):
    """The normal form is the same function; without any one of its terms it is not."""
    normal = F.normal_form()
    assert normal(x) == F(x) and normal.normal_form() is normal and F.same_function(normal)
    for i in range(normal.n_terms):
        fewer = TropicalPolynomial.from_rows(
            [row for j, row in enumerate(normal.rows) if j != i], normal.denominator, normal.ambient_dim
        )
        assert not fewer.same_function(normal)
    assert all(F.rows[i] in F.rows for i in F.essential_terms)
    known = TropicalPolynomial.from_rows(normal.rows, normal.denominator, 2, all_essential=True)
    assert known == normal and hash(known) == hash(normal) and (known**3).normal_form() == (normal**3).normal_form()
    assert known.essential_terms == upper_vertices(normal.rows) == tuple(range(normal.n_terms))


@settings(max_examples=25)
@given(polynomials(), points, st.lists(st.tuples(rationals, rationals), min_size=2, max_size=2), points)
def test_substitution(F, y, matrix, shift):
    image = [sum(a * b for a, b in zip(row, y, strict=True)) + s for row, s in zip(matrix, shift, strict=True)]
    assert F.substitute(matrix, shift)(y) == F(image)


@settings(max_examples=30)
@given(polynomials(), st.lists(points, min_size=1, max_size=4))
def test_floats(F, many):
    values = F.evaluate([[float(a) for a in x] for x in many])
    assert np.allclose(values, [float(F(x)) for x in many])


def test_shapes_of_floats():
    F = TropicalPolynomial.from_terms({(1, 0): 0, (0, 1): 0})
    assert F.evaluate(np.zeros((4, 5, 2))).shape == (4, 5) and F.evaluate([1.0, 2.0]) == 2.0
    assert TropicalPolynomial.zero(2).evaluate([[0, 0]]) == -np.inf
    with pytest.raises(InputError, match=r"needed is \(\.\.\., 2\)"):
        F.evaluate([1.0, 2.0, 3.0])


def test_canonical_terms():
    """Terms with one exponent are joined, sorted and brought to the least denominator."""
    F = TropicalPolynomial.from_terms([((0,), "1/2"), (1, 0), ((0,), "1/3"), (2, "3/2")])
    assert F.terms == {(2,): Fraction(3, 2), (1,): 0, (0,): Fraction(1, 2)}
    assert F.denominator == 2 and all(a > b for a, b in pairwise(F.exponents))
    same = TropicalPolynomial.from_forms([(1.5, 2), (0, 1), (0.5, 0)])
    assert same == F and len({F, same, TropicalPolynomial.from_terms(F.terms)}) == 1
    assert F.coefficients == (Fraction(3, 2), 0, Fraction(1, 2)) and F.n_terms == 3


def test_winners():
    F = TropicalPolynomial.from_terms({(1, 0): 0, (0, 1): 0, (0, 0): 0})
    assert F.winners([0, 0]) == (0, 1, 2) and F.winners([5, 5]) == (0, 1) and F.winners([-1, "-1/2"]) == (2,)


def test_numbers_are_constants():
    x, y = TropicalPolynomial.variables(2)
    assert (x + 0)([-2, 1]) == 0 and (3 * x)([1, 0]) == 4 and ("1/2" * y)([0, 0]) == Fraction(1, 2)
    with pytest.raises(TypeError):
        x + None


def test_no_variables_and_no_terms():
    number = TropicalPolynomial.from_forms([(2,), (5,)])
    assert number([]) == 5 and number.n_terms == 1 and number.ambient_dim == 0
    nothing = TropicalPolynomial.zero(3)
    assert nothing.normal_form() == nothing and nothing == TropicalPolynomial.from_terms({}, 3)
    with pytest.raises(NoAnswerError, match="minus infinity"):
        nothing([0, 0, 0])


def test_newton_polytope():
    F = TropicalPolynomial.from_terms({(2, 0): 1, (0, 2): 1, (1, 1): 2, (0, 0): 5})
    assert F.newton_polytope.volume() == 2 and F.newton_polytope.n_vertices == 3
    assert F.newton_polytope + F.newton_polytope == (F * F).newton_polytope
    assert TropicalPolynomial.zero(2).newton_polytope.is_empty
    assert F._repr_latex_().startswith(r"$\max\left(2 x + 1")


def test_refusals():
    x, _ = TropicalPolynomial.variables(2)
    with pytest.raises(ShapeError, match="dimensions 1, 2"):
        x + TropicalPolynomial.variables(1)[0]
    with pytest.raises(ShapeError):
        x([1])
    with pytest.raises(InputError, match="TropicalRational"):
        x**-1
    with pytest.raises(NumberError):
        TropicalPolynomial.from_terms({(1, 0): float("nan")})
    with pytest.raises(ShapeError, match="give ambient_dim"):
        TropicalPolynomial.from_terms({})
    with pytest.raises(ShapeError):
        TropicalPolynomial.from_terms({(1, 0): 0, (1,): 0})


@pytest.mark.parametrize("terms", ["text", ["x"], [(1, 2, 3)]])
def test_terms_that_are_no_pairs(terms) -> None:
    with pytest.raises(InputError, match="pairs"):
        TropicalPolynomial.from_terms(terms, 1)
