"""Tropical hypersurfaces: complexes, multiplicities, balancing, regions."""

from fractions import Fraction
from itertools import product
from math import comb

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import NoAnswerError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import polynomials
from tropical.algebra.hypersurface import TropicalHypersurface, lattice_length
from tropical.algebra.polynomial import TropicalPolynomial

integers = st.integers(-3, 3)


@st.composite
def in_any_dimension(draw):
    return draw(polynomials(dim=draw(st.integers(1, 3)), max_size=6, entries=integers))


@settings(max_examples=35)
@given(in_any_dimension())
def test_structure_theorem(F):
    """A pure balanced complex of dimension d - 1 with positive integer weights, dual to the subdivision."""
    T = TropicalHypersurface(F)
    assert T.complex.is_pure and T.complex.is_complex() and T.is_balanced()
    assert T.complex.dim in (F.ambient_dim - 1, -1)
    assert all(m > 0 and m.denominator == 1 for m in T.multiplicities)
    counts = T.complex.f_vector()
    assert counts == T.f_vector()[: len(counts)] and sum(counts) == sum(T.f_vector())


@settings(max_examples=30)
@given(in_any_dimension(), st.data())
def test_points_of_the_hypersurface(F, data):
    """A point lies on it iff two essential terms attain the maximum."""
    T, essential = TropicalHypersurface(F), set(F.essential_terms)
    assert set(T.essential_terms) == essential
    x = data.draw(st.tuples(*[st.fractions(-2, 2, max_denominator=2)] * F.ambient_dim))
    assert T.complex.contains(x) == (len(essential & set(F.winners(x))) > 1)
    for cell in T.complex.maximal_cells:
        assert len(essential & set(F.winners(cell.interior_point()))) == 2


@settings(max_examples=30)
@given(in_any_dimension())
def test_regions(F):
    T = TropicalHypersurface(F)
    assert len(T.regions) == len(F.essential_terms) == T.region_graph.number_of_nodes()
    for i, region in zip(T.essential_terms, T.regions, strict=True):
        assert region.is_full_dimensional and F.winners(region.interior_point()) == (i,)
    graph = nx.Graph(
        (i, j)
        for (i, P), (j, Q) in product(zip(T.essential_terms, T.regions, strict=True), repeat=2)
        if i < j and (P & Q).dim == F.ambient_dim - 1
    )
    assert set(map(frozenset, graph.edges)) == set(map(frozenset, T.region_graph.edges))


def smooth_curve(degree):
    """A curve dual to the unimodular honeycomb triangulation."""
    terms = {(i, j): -(i * i + j * j + (i + j) ** 2) for i in range(degree + 1) for j in range(degree + 1 - i)}
    return TropicalHypersurface(TropicalPolynomial.from_terms(terms))


@pytest.mark.parametrize("degree", range(1, 6))
def test_smooth_plane_curves(degree):
    """d^2 vertices, 3 d rays, 3 d (d - 1) / 2 bounded edges, genus (d - 1)(d - 2) / 2 (Maclagan, Sturmfels, 1.3)."""
    T = smooth_curve(degree)
    assert T.f_vector() == (degree**2, 3 * degree + 3 * degree * (degree - 1) // 2)
    assert set(T.multiplicities) == {1} and T.is_balanced()
    assert sum(not cell.is_bounded for cell in T.complex.maximal_cells) == 3 * degree
    assert sum(region.is_bounded for region in T.regions) == comb(degree - 1, 2)


def test_multiplicities_change_nothing_but_the_balance():
    """max(2x, 2y, 0) has the line of max(x, y, 0) with multiplicity 2; with other weights it is not balanced."""
    x, y = TropicalPolynomial.variables(2)
    single, double = TropicalHypersurface(x + y + 0), TropicalHypersurface((x + y + 0) ** 2)
    assert single.complex == double.complex and double.multiplicities == (2, 2, 2)
    skew = TropicalHypersurface(TropicalPolynomial.from_terms({(2, 0): 0, (0, 1): 0, (0, 0): 0}))
    assert sorted(skew.multiplicities) == [1, 1, 2] and skew.is_balanced()


def test_a_product_has_the_union():
    F, G = smooth_curve(2).polynomial, TropicalPolynomial.from_terms({(1, 0): 0, (0, 1): 1, (0, 0): "1/2"})
    union = TropicalHypersurface(F * G)
    assert union.is_balanced()
    for part in (F, G):
        for cell in TropicalHypersurface(part).complex.maximal_cells:
            assert union.complex.contains(cell.interior_point())
    for cell in union.complex.maximal_cells:
        point = cell.interior_point()
        assert any(TropicalHypersurface(part).complex.contains(point) for part in (F, G))


def test_rational_exponents():
    T = TropicalHypersurface(TropicalPolynomial.from_terms({("1/2", 0): 0, (0, "2/3"): 0, (0, 0): 0}))
    assert sorted(T.multiplicities) == [Fraction(1, 6), Fraction(1, 2), Fraction(2, 3)] and T.is_balanced()


def test_few_terms():
    """One term has no hypersurface; two have a hyperplane."""
    x, y, z = TropicalPolynomial.variables(3)
    none = TropicalHypersurface(x * y)
    assert none.complex.n_maximal_cells == 0 and none.is_balanced() and none.regions == (Polyhedron.whole_space(3),)
    plane = TropicalHypersurface(x * y + z)
    assert plane.complex.maximal_cells == (Polyhedron.from_rows([], [(0, 1, 1, -1)]),)
    assert plane.f_vector() == (0, 0, 1)
    points = TropicalHypersurface(TropicalPolynomial.from_terms({2: 0, 1: 1, 0: 0}))
    assert sorted(points.complex.vertices) == [(-1,), (1,)] and points.multiplicities == (1, 1)
    with pytest.raises(NoAnswerError, match="at least one term"):
        _ = TropicalHypersurface(TropicalPolynomial.zero(2)).complex


def test_lattice_lengths():
    assert lattice_length((Fraction(-3, 2), Fraction(9, 4))) == Fraction(3, 4)
    assert lattice_length((Fraction(0), Fraction(0))) == 0
