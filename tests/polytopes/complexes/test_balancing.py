"""Lattice normals and the balancing condition."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.lattice import saturated
from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import dot
from polytopes.complexes.balancing import is_balanced, lattice_normal
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.polytopes.arithmetic.test_lattice import lattice_index


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


@settings(max_examples=30)
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


def test_refusals():
    mixed = PolyhedralComplex.from_polyhedra([Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 1], [2, 1])])
    with pytest.raises(InputError, match="different dimensions"):
        is_balanced(mixed, [1, 1])
    with pytest.raises(ShapeError, match="one for each"):
        is_balanced(star([(1, 0)]), [])
