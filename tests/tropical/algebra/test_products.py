"""Products of many polynomials, their bounds, and the linear regions of quotients."""

from functools import reduce
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import functions, points, polynomials, rationals
from tropical.algebra import products
from tropical.algebra.expressions import parse
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.products import (
    expansion_bound,
    largest_held,
    product_bound,
    pruned_product,
    sum_of_parts,
    tropical_product,
)
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.regions.counting import count_regions
from tropical.representations.maxout import function_regions

factors = st.lists(polynomials(max_size=3), min_size=1, max_size=4)


@settings(max_examples=30)
@given(factors)
def test_products_and_bounds(parts):
    """The pruned product is the expanded one; no product has more essential terms than the bound."""
    product = tropical_product(parts)
    assert product == reduce(TropicalPolynomial.__mul__, parts).normal_form()
    counts = [part.n_terms for part in parts]
    assert product.n_terms <= product_bound(counts, 2) <= prod(counts)
    assert product.n_terms <= largest_held(counts, 2)


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("counts", [(2, 2, 2, 2), (3, 3), (2, 3, 4)])
def test_the_bound_is_sharp(dim, counts):
    """Attained by units that bend along parallel hyperplanes, in general position between units."""
    parts = []
    for i, count in enumerate(counts):
        normal, shift = [(i + 1) ** j for j in range(dim)], 13 * i**5 + i
        terms = {tuple(k * a for a in normal): -k * k * (7 + i) - shift * k for k in range(count)}
        parts.append(TropicalPolynomial.from_terms(terms))
    assert tropical_product(parts).n_terms == product_bound(counts, dim)


def test_bounds_by_hand():
    assert product_bound([], 2) == 1 and product_bound([5], 1) == 5 and product_bound([2] * 5, 1) == 6
    assert product_bound([2, 0], 2) == 0 and product_bound([4, 4], 0) == 1
    assert [product_bound([2] * n, 2) for n in range(5)] == [1, 2, 4, 7, 11]


@settings(max_examples=30)
@given(st.lists(st.tuples(rationals, polynomials(max_size=3)), min_size=1, max_size=4), points)
def test_sums_of_parts(parts, x):
    f = sum_of_parts(parts)
    assert f(x) == sum(c * F(x) for c, F in parts)
    up, down = expansion_bound(parts, 2)
    assert f.numerator.n_terms <= up and f.denominator.n_terms <= down


@pytest.mark.parametrize("most", [1, 5, 40])
def test_blocks_change_nothing(most, monkeypatch):
    F = TropicalPolynomial.from_terms({(i, j): -i * i - j * j for i in range(4) for j in range(4)})
    G = TropicalPolynomial.from_terms({(k, 3 * k): -5 * k * k for k in range(5)})
    whole = (F * G).normal_form()
    monkeypatch.setattr(products, "AT_ONCE", most)
    assert pruned_product(F, G) == pruned_product(G, F) == whole
    assert pruned_product(F, TropicalPolynomial.zero(2)).n_terms == 0
    assert pruned_product(F, G, limit=whole.n_terms + 20) == whole


def test_limits():
    wide = [TropicalPolynomial.from_terms({(k, k * k): 0, (0, 0): k**4}) for k in range(1, 12)]
    with pytest.raises(LimitReached, match="more than 20") as stop:
        tropical_product(wide, limit=20)
    assert 7 < stop.value.partial.n_terms <= 20
    with pytest.raises(LimitReached):
        sum_of_parts([(1, F) for F in wide], limit=20)
    assert tropical_product(wide, limit=largest_held([2] * 11, 2)).n_terms == product_bound([2] * 11, 2)
    assert tropical_product([], 3) == TropicalPolynomial.constant(0, 3)
    with pytest.raises(ShapeError):
        tropical_product([])
    with pytest.raises(InputError, match="cannot be subtracted"):
        sum_of_parts([(-1, TropicalPolynomial.zero(2))])


@settings(max_examples=20)
@given(functions, points)
def test_networks_of_functions(f, x):
    assert maxout_network(f)(x) == (f(x),)
    both = TropicalMap.of([f, f.inverse()])
    assert maxout_network(both)(x) == both(x)


@pytest.mark.parametrize(
    "text, count",
    [
        ("max(x, y, x + y) - max(x, x + 2y)", 4),
        ("max(x, y, 0)", 3),
        ("x - y", 1),
        ("max(x, y) - max(x, y)", 1),
        ("max(x, y, 0) - max(y, 0)", 3),
        ("abs(x) + abs(y)", 4),
        ("relu(x) - relu(x - 1)", 3),
        ("min(max(x, y), max(x, z), max(y, z))", 6),
    ],
)
def test_linear_regions(text, count):
    assert len(function_regions(parse(text))) == count


@settings(max_examples=15)
@given(polynomials(max_size=6))
def test_linear_regions_of_polynomials_are_their_essential_terms(F):
    f = TropicalRational.of(F)
    assert len(function_regions(f)) == F.normal_form().n_terms
    assert count_regions(maxout_network(f), linear=True).distinct_affine_maps == F.normal_form().n_terms


def test_linear_regions_in_a_box():
    f = parse("abs(x) + abs(y)")
    assert len(function_regions(f, Polyhedron.box([1, -1], [2, 1]))) == 2
    with pytest.raises(NoAnswerError, match="minus infinity"):
        maxout_network(TropicalRational.of(TropicalPolynomial.zero(2)))
