"""Regular subdivisions, their dual complexes and secondary cones."""

from fractions import Fraction
from itertools import combinations, product
from math import comb

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant, solve
from polytopes.complexes.regular_subdivision import regular_subdivision
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron


def simplex_points(dim, size):
    """The lattice points of ``size`` times the standard simplex."""
    return [point for point in product(range(size + 1), repeat=dim) if sum(point) <= size]


def concave(point):
    """Heights of the alcoved triangulation (Lam, Postnikov, Alcoved polytopes I, 2007)."""
    return -sum(sum(point[i:j]) ** 2 for j in range(len(point) + 1) for i in range(j))


@st.composite
def lifted_points(draw):
    dim = draw(st.integers(1, 3))
    points = draw(st.lists(st.tuples(*[st.integers(-2, 2)] * dim), min_size=1, max_size=8))
    return points, draw(st.lists(st.integers(-3, 3), min_size=len(points), max_size=len(points)))


def cells_by_definition(points, heights):
    """All maximal sets of points on a common upper hyperplane, for a full-dimensional configuration."""
    dim = len(points[0])
    found = set()
    for basis in combinations(range(len(points)), dim + 1):
        matrix = [(1, *points[i]) for i in basis]
        if not determinant(matrix):
            continue
        form = solve(matrix, [heights[i] for i in basis])
        values = [sum(a * b for a, b in zip(form, (1, *point), strict=True)) for point in points]
        if all(height <= value for height, value in zip(heights, values, strict=True)):
            found.add(tuple(i for i, value in enumerate(values) if heights[i] == value))
    return tuple(sorted(found))


@settings(max_examples=25)
@given(lifted_points())
def test_cells_volumes_and_euler_characteristic(lifted):
    points, heights = lifted
    sub = regular_subdivision(points, heights)
    hull = Polyhedron.from_generators(points)
    assert sub.dim == hull.dim
    assert sum((-1) ** k * count for k, count in enumerate(sub.f_vector())) == 1
    if hull.is_full_dimensional:
        assert sub.maximal_cells == cells_by_definition(points, heights)
        assert sum(sub.polytope(cell).volume() for cell in sub.maximal_cells) == hull.volume()
    complex_ = sub.complex()
    assert complex_.f_vector() == sub.f_vector() and complex_.is_complex()
    assert sub.maximal_cells == sub.cells(sub.dim)


@settings(max_examples=25)
@given(lifted_points())
def test_duality(lifted):
    """Dual cells have complementary dimension, reverse inclusion, and make up all of space."""
    points, heights = lifted
    sub = regular_subdivision(points, heights)
    d = sub.ambient_dim
    dual = sub.dual_complex()
    for k in range(sub.dim + 1):
        for cell in sub.cells(k):
            polyhedron = sub.dual_cell(cell)
            assert polyhedron.dim == d - k
            values = [
                c + sum(a * b for a, b in zip(s, polyhedron.interior_point(), strict=True))
                for s, c in zip(points, heights, strict=True)
            ]
            assert tuple(i for i, value in enumerate(values) if value == max(values)) == cell
    assert dual.f_vector() == (*[0] * (d - sub.dim), *reversed(sub.f_vector()))
    assert dual.boundary().n_maximal_cells == 0
    assert nx.is_isomorphic(dual.dual_graph(), sub.edge_graph())


@settings(max_examples=25)
@given(lifted_points(), st.data())
def test_secondary_cone(lifted, data):
    """The relative interior is exactly the set of heights with this subdivision."""
    points, heights = lifted
    sub = regular_subdivision(points, heights)
    cone = sub.secondary_cone()
    assert cone.contains(heights) and cone.interior_contains(heights)
    assert sub.is_induced_by(cone.interior_point())
    others = data.draw(st.lists(st.integers(-3, 3), min_size=len(points), max_size=len(points)))
    assert cone.interior_contains(others) == sub.is_induced_by(others)
    if cone.contains(others):
        between = [a + b for a, b in zip(heights, others, strict=True)]
        assert sub.is_induced_by(between)
    affine = [5 + sum(point) for point in points]
    assert cone.contains(affine) and cone.contains([-value for value in affine])


@pytest.mark.parametrize("size", range(1, 6))
def test_honeycomb_of_the_triangle(size):
    """A unimodular triangulation of size times the triangle: size^2 triangles, 3 size (size + 1) / 2 edges."""
    points = simplex_points(2, size)
    sub = regular_subdivision(points, map(concave, points))
    assert sub.f_vector() == (comb(size + 2, 2), 3 * size * (size + 1) // 2, size**2)
    assert sub.is_triangulation
    cone = sub.secondary_cone()
    assert cone.is_full_dimensional and cone.lineality_dim == 3


@pytest.mark.parametrize("dim, size", [(3, 2), (3, 3), (4, 2)])
def test_alcoved_triangulations_are_unimodular(dim, size):
    points = simplex_points(dim, size)
    sub = regular_subdivision(points, map(concave, points))
    counts = sub.f_vector()
    assert sub.is_triangulation and (counts[0], counts[-1]) == (comb(size + dim, dim), size**dim)


def test_the_subdivisions_of_a_square():
    square = [(0, 0), (1, 0), (0, 1), (1, 1)]
    up, flat, down = (regular_subdivision(square, [h, 0, 0, h]) for h in (1, 0, -1))
    assert up.maximal_cells == ((0, 1, 3), (0, 2, 3))
    assert flat.maximal_cells == ((0, 1, 2, 3),)
    assert down.maximal_cells == ((0, 1, 2), (1, 2, 3))
    assert up.secondary_cone() & down.secondary_cone() == flat.secondary_cone()
    assert up != down and up == regular_subdivision(square, [7, 2, 2, "7/2"])
    assert len({up, regular_subdivision(square, [5, 0, 0, 1])}) == 1


def test_marked_and_unused_points():
    """A point in the middle of a segment is on its cell, below it, or splits it; the three are told apart."""
    points = [[0], [1], [2]]
    on, below, above = (regular_subdivision(points, [0, h, 0]) for h in (0, -1, 1))
    assert on.maximal_cells == ((0, 1, 2),) and on.vertices == ((0,), (2,))
    assert below.maximal_cells == ((0, 2),) and above.maximal_cells == ((0, 1), (1, 2))
    assert below.is_triangulation and above.is_triangulation and not on.is_triangulation
    dims = [sub.secondary_cone().dim for sub in (on, below, above)]
    assert dims == [2, 3, 3]


def test_repeated_points():
    """Of two points in one place the higher one is used; at one height both are on the cell."""
    sub = regular_subdivision([[0], [0], [1]], [0, 0, 0])
    assert sub.vertices == ((0, 1), (2,)) and sub.maximal_cells == ((0, 1, 2),)
    assert regular_subdivision([[0], [0], [1]], [0, 1, 0]).maximal_cells == ((1, 2),)


def test_one_point_and_lower_dimensions():
    point = regular_subdivision([(1, 2, 3)], [5])
    assert point.dim == 0 and point.f_vector() == (1,) and point.maximal_cells == ((0,),)
    assert point.dual_cell((0,)) == Polyhedron.whole_space(3)
    segment = regular_subdivision([(0, 0, 0), (2, 2, 2)], [0, 4])
    assert segment.dim == 1 and segment.f_vector() == (2, 1)
    assert segment.dual_cell((0, 1)) == Polyhedron.from_rows([], [(4, 2, 2, 2)])
    nothing = regular_subdivision([()], [Fraction(1, 2)])
    assert nothing.maximal_cells == ((0,),) and nothing.ambient_dim == 0


def test_refusals():
    with pytest.raises(ShapeError, match="no points"):
        regular_subdivision([], [])
    with pytest.raises(ShapeError, match="expected 2 numbers"):
        regular_subdivision([[0], [1]], [0])
    with pytest.raises(ShapeError, match="2 labels"):
        regular_subdivision([[0], [1], [2]], [0, 1, 0]).mixed_cells("+-", 1)
    with pytest.raises(InputError, match="no cell"):
        regular_subdivision([[0], [1], [2]], [0, 1, 0]).dual_cell((0, 2))
