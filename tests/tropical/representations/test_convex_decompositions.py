"""Decomposition polyhedra: published and small cases, and a second way to compute them."""

from itertools import pairwise, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant, kernel, solve
from polytopes.arithmetic.rationals import dot
from polytopes.complexes.fan import Fan
from polytopes.complexes.normal_fan import normal_fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, LimitReached, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import functions, polynomials
from tropical.algebra.expressions import parse
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational
from tropical.networks.function_networks import maxout_network
from tropical.regions.activation_regions import activation_regions
from tropical.representations.convex_decompositions import decomposition_polyhedron, own_complex

HEXAGON = [(1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1)]


def around(rays):
    """The complete fan of rays in the plane, in their cyclic order."""
    return Fan.from_rays(rays, [(i, (i + 1) % len(rays)) for i in range(len(rays))])


def check(found, function):
    """Every vertex is a decomposition into functions that are affine on the cells."""
    for pair in found.vertices:
        assert pair.same_function(function) and pair.pruned() == pair
        for part in (pair.numerator, pair.denominator):
            for cell in found.complex.maximal_cells:
                [winner] = part.winners(cell.interior_point())
                assert all(winner in part.winners(vertex) for vertex in cell.vertices)
    assert set(found.minimal) <= set(found.vertices) and found.minimal


@pytest.mark.parametrize("text", ["min(max(x, y), max(x, 0), max(y, 0))", "x + y - max(x, y, 0) - min(x, y, 0)"])
def test_median_on_the_hexagonal_fan(text):
    """The median of x, y and 0 (Brandenburg, Grillo, Hertrich 2025)."""
    median = parse(text)
    for complex in (around(HEXAGON), own_complex(median)):
        found = decomposition_polyhedron(median, complex)
        assert (found.polyhedron.n_vertices, found.polyhedron.n_rays, found.polyhedron.dim) == (1, 5, 4)
        check(found, median)
        [minimal] = found.minimal
        assert (minimal.numerator.n_terms, minimal.denominator.n_terms) == (3, 3)


def test_median_of_three_variables():
    """The same with a lineality space, on the normal fan of the permutohedron."""
    median = parse("min(max(x, y), max(x, z), max(y, z))")
    braid = normal_fan(Polyhedron.from_generators(list(permutations((0, 1, 2)))))
    found = decomposition_polyhedron(median, braid)
    assert (found.polyhedron.n_vertices, found.polyhedron.n_rays) == (1, 5)
    check(found, median)


def test_the_extreme_convex_functions_on_the_hexagonal_fan():
    """Three lines and two triangles."""
    found = decomposition_polyhedron(parse("0", ambient_dim=2), around(HEXAGON))
    rays = [found.convex_function(ray) for ray in found.polyhedron.rays]
    assert sorted(ray.n_terms for ray in rays) == [2, 2, 2, 3, 3]
    assert found.vertices[0].numerator.n_terms == found.vertices[0].denominator.n_terms == 1


def by_values(values, rays):
    """The polyhedron in the values at the rays of a simplicial fan, which vanish on the first cone."""
    n = len(rays)
    rows = []
    for i in range(n):
        left, ray, right = rays[i - 1], rays[i], rays[(i + 1) % n]
        [relation] = kernel(list(zip(left, ray, right, strict=True)), 3)
        relation = relation if relation[0] > 0 else tuple(-entry for entry in relation)
        row = [0] * (n + 1)
        for j, entry in zip(((i - 1) % n, i, (i + 1) % n), relation, strict=True):
            row[j + 1] = entry
        own = dot(row[1:], values)
        rows += [row, [-own, *row[1:]]]
    fixed = [[0, *(int(i == j) for j in range(n))] for i in (0, 1)]
    return Polyhedron.from_rows(rows, fixed, n)


CIRCLE = [(1, 0), (2, 1), (1, 1), (0, 1), (-1, 2), (-2, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]


@settings(max_examples=settings.default.max_examples // 3)
@given(st.sets(st.integers(0, 9), min_size=3), st.lists(st.integers(-3, 3), min_size=10, max_size=10))
def test_two_ways_on_fans_of_the_plane(chosen, values):
    rays = [CIRCLE[i] for i in sorted(chosen)]
    assume(all(determinant([a, b]) > 0 for a, b in pairwise([*rays, rays[0]])))
    function = interpolated(rays, values)
    assert all(function(ray) == value for ray, value in zip(rays, values, strict=False))
    found = decomposition_polyhedron(function, around(rays)).polyhedron
    expected = by_values(values[: len(rays)], rays)
    assert (found.n_vertices, found.n_rays, found.dim) == (expected.n_vertices, expected.n_rays, expected.dim)


def interpolated(rays, values):
    """The function on the fan with given values at the rays: the maximum of functions that are right on one cone."""
    n = len(rays)
    cones = [solve([rays[i], rays[(i + 1) % n]], [values[i], values[(i + 1) % n]]) for i in range(n)]
    return TropicalRational.maximum(on_one_cone(cones[i], rays[i], rays[(i + 1) % n]) for i in range(n))


def on_one_cone(gradient, p, q):
    """The linear form on the cone of two rays, and far below outside."""
    steep = 10**3
    left = TropicalPolynomial.from_forms([(0, steep * p[1], -steep * p[0]), (0, 0, 0)])
    right = TropicalPolynomial.from_forms([(0, -steep * q[1], steep * q[0]), (0, 0, 0)])
    return TropicalRational(TropicalPolynomial.monomial(gradient), left * right)


@settings(max_examples=15)
@given(polynomials(max_size=4))
def test_convex_functions_are_their_only_minimal_decomposition(F):
    found = decomposition_polyhedron(F)
    assert found.polyhedron.n_vertices == 1
    [minimal] = found.minimal
    assert minimal.denominator.n_terms == 1 and minimal.numerator.n_terms == F.normal_form().n_terms


@settings(max_examples=10)
@given(functions)
def test_quotients_on_their_own_complex(f):
    found = decomposition_polyhedron(f)
    check(found, f)
    assert found.complex.is_complex()
    size = f.pruned().numerator.n_terms, f.pruned().denominator.n_terms
    assert any(p.numerator.n_terms <= size[0] and p.denominator.n_terms <= size[1] for p in found.minimal)


def test_sums_of_units_on_their_arrangement():
    """With hyperplanes in general position the positive and the negative units are the only minimal decomposition."""
    f = parse("relu(x) + 2 * relu(y) - relu(x + y - 1) - 3 * relu(x - y - 5)")
    found = decomposition_polyhedron(f)
    assert (found.polyhedron.n_vertices, found.polyhedron.n_rays, found.polyhedron.dim) == (1, 4, 4)
    [minimal] = found.minimal
    assert (minimal.numerator.n_terms, minimal.denominator.n_terms) == (4, 4)
    assert [face.n_vertices for face in found.bounded_faces()] == [1]


def test_one_variable():
    """Three breakpoints: the weights are free, and the jumps of each sign are the minimal decomposition."""
    found = decomposition_polyhedron(parse("relu(x) - 2 * relu(x - 1) + relu(x - 2)"))
    assert (found.polyhedron.n_vertices, found.polyhedron.n_rays, found.polyhedron.dim) == (1, 3, 3)
    assert [str(w) for w in sorted(map(abs, found.weights))] == ["1", "1", "2"]


def test_refusals():
    median = parse("min(max(x, y), max(x, 0), max(y, 0))")
    half = PolyhedralComplex.from_polyhedra([Polyhedron.from_rows([(0, 1, 0)])])
    with pytest.raises(InputError, match="does not cover"):
        decomposition_polyhedron(median, half)
    with pytest.raises(InputError, match="not affine on cell"):
        decomposition_polyhedron(median, around([(1, 0), (0, 1), (-1, -1)]))
    with pytest.raises(ShapeError, match="Q\\^3"):
        decomposition_polyhedron(parse("x + y + z"), around(HEXAGON))
    found = decomposition_polyhedron(median)
    with pytest.raises(InputError, match="not convex"):
        found.decomposition([-100] * 4)


@settings(max_examples=30)
@given(functions)
def test_own_complex_by_the_engine(function):
    """The regions of g (.) h are the activation regions of the network of g and h."""
    expected = {region.polyhedron for region in activation_regions(maxout_network(function.pruned()))}
    assert set(own_complex(function).maximal_cells) == expected


def test_affine_where_neither_part_is():
    """max(x, 0) - max(x, 0) + y on the plane as one cell, and a function that is not affine there."""
    plane = PolyhedralComplex(2, (Polyhedron.whole_space(2),))
    found = decomposition_polyhedron(parse("max(x + y, y) - max(x, 0)"), plane)
    assert found.forms == ((0, 0, 1),) and found.polyhedron.n_vertices == 1
    with pytest.raises(InputError, match="not affine on cell 0"):
        decomposition_polyhedron(parse("max(x, y)"), plane)


def test_limit():
    median = parse("min(max(x, y), max(x, 0), max(y, 0))")
    assert decomposition_polyhedron(median, limit=6).complex.n_maximal_cells == 6
    for complex in (None, around(HEXAGON)):
        with pytest.raises(LimitReached, match="more than 5 cells") as stopped:
            decomposition_polyhedron(median, complex, limit=5)
        assert stopped.value.partial == 6
