"""Lattice normals and the balancing condition."""

from itertools import combinations
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant, rank
from polytopes.arithmetic.rationals import dot
from polytopes.complexes.balancing import is_balanced, lattice_normal, saturated
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron


def star(rays):
    return PolyhedralComplex.from_polyhedra([Polyhedron.from_generators([(0,) * len(rays[0])], [ray]) for ray in rays])


def test_curves():
    assert is_balanced(star([(1, 2), (-1, 0), (0, -1)]), [1, 1, 2])
    assert not is_balanced(star([(1, 2), (-1, 0), (0, -1)]), [1, 1, 1])
    assert is_balanced(star([(1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, -1, -1)]), ["1/2"] * 4)
    line = PolyhedralComplex.from_polyhedra([Polyhedron.from_generators([(0, 0)], lines=[(2, 3)])])
    assert is_balanced(line, [7])
    points = PolyhedralComplex.from_polyhedra([Polyhedron.from_generators([(0,)]), Polyhedron.from_generators([(1,)])])
    assert is_balanced(points, [1, 5]) and is_balanced(PolyhedralComplex(2, ()), [])


@pytest.mark.parametrize("weights, balanced", [((1, 1, 1), True), ((1, 1, 2), False)])
def test_a_surface_with_lines(weights, balanced):
    """The line in the plane times a line: every cell has lineality."""
    rays = [(1, 1, 0), (-1, 0, 0), (0, -1, 0)]
    halves = [Polyhedron.from_generators([(0, 0, 0)], [ray], [(0, 0, 1)]) for ray in rays]
    assert is_balanced(PolyhedralComplex.from_polyhedra(halves), weights) == balanced


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-6, 6)] * 4), min_size=1, max_size=3))
def test_saturated(vectors):
    """As many vectors as the rank, spanning the same space; their maximal minors have no common divisor."""
    basis = saturated(vectors, 4)
    assert len(basis) == rank(vectors) == rank([*vectors, *basis])
    assert not basis or lattice_index(basis) == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-4, 4)] * 3), min_size=3, max_size=6))
def test_lattice_normals(points):
    """With a basis of the facet's lattice, the normal is one of the cell's, and it points inward."""
    cell = Polyhedron.from_generators(points)
    for facet in cell.facets():
        normal = lattice_normal(cell, facet)
        base = facet.vertices[0]
        directions = [tuple(a - b for a, b in zip(v, base, strict=True)) for v in facet.vertices[1:]]
        small = saturated(directions, 3) if directions else ()
        span = [tuple(a - b for a, b in zip(v, cell.vertices[0], strict=True)) for v in cell.vertices[1:]]
        basis = (*small, normal)
        assert rank(basis) == cell.dim == rank([*basis, *span]) and lattice_index(basis) == 1
        [row] = [r for r in cell.inequalities if all(dot(r, (1, *v)) == 0 for v in facet.vertices)]
        assert dot(row[1:], normal) > 0


def lattice_index(basis):
    """The index of the lattice spanned in the integer points of its span: the gcd of the maximal minors."""
    columns = combinations(range(len(basis[0])), len(basis))
    return gcd(*(int(determinant([[row[j] for j in chosen] for row in basis])) for chosen in columns))


def test_refusals():
    mixed = PolyhedralComplex.from_polyhedra([Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 1], [2, 1])])
    with pytest.raises(InputError, match="different dimensions"):
        is_balanced(mixed, [1, 1])
    with pytest.raises(ShapeError, match="one for each"):
        is_balanced(star([(1, 0)]), [])
