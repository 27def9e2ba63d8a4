"""Boxes with fixed coordinates: the representations read off the bounds are those computed from rows."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import identity, kernel
from polytopes.enumeration.domain_cell import hull_basis
from polytopes.enumeration.domain_frame import Frame
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.polyhedron import Polyhedron

bounds = st.lists(
    st.tuples(st.fractions(-3, 3, max_denominator=4), st.sampled_from([0, 0, Fraction(1, 2), 1])),
    min_size=1,
    max_size=5,
)


def by_rows(lower, upper):
    """The box by inequalities that are not taken for a box: one more, implied, with two coordinates."""
    n = len(lower)
    unit = [[int(i == j) for j in range(n)] for i in range(n)]
    rows = [(-a, *e) for a, e in zip(lower, unit, strict=True)]
    rows += [(b, *(-x for x in e)) for b, e in zip(upper, unit, strict=True)]
    return Polyhedron.from_rows([*rows, (sum(upper) + 1, *[-1] * n)])


@given(bounds)
def test_the_same_as_by_rows(pairs):
    lower, upper = [a for a, _ in pairs], [a + width for a, width in pairs]
    box, other = Polyhedron.box(lower, upper), by_rows(lower, upper)
    assert box == other and hash(box) == hash(other)
    assert (box.inequalities, box.equations) == (other.inequalities, other.equations)
    one, two = box.homogenization, other.homogenization
    assert (one.inequalities, one.equations) == (two.inequalities, two.equations)
    assert box.vertices == other.vertices and box.dim == other.dim == sum(width > 0 for _, width in pairs)
    assert box.interior_contains(box.interior_point()) and box.contains(other) and other.contains(box)
    assert tuple(hull_basis(box)) == kernel(box.equations, len(pairs) + 1)


@given(bounds)
def test_boxes_are_seen_in_rows(pairs):
    lower, upper = [a for a, _ in pairs], [a + width for a, width in pairs]
    box = Polyhedron.box(lower, upper)
    again = Polyhedron.from_rows(box.inequalities, box.equations, len(pairs))
    assert again.given_box == box.given_box == Box(tuple(lower), tuple(upper))


def test_what_is_no_box():
    assert Polyhedron.from_rows([(0, 1, 0), (1, -1, 0), (0, 0, 1)]).given_box is None  # unbounded
    assert Polyhedron.from_rows([(0, 1, 1), (1, -1, 0), (1, 0, -1)]).given_box is None
    assert Polyhedron.from_rows([(-1, 1), (0, -1)]).is_empty and Polyhedron.box([1], [0]).is_empty
    assert Polyhedron.from_rows([(1, 0), (0, 1), (1, -1)]) == Polyhedron.box([0], [1])
    assert not Polyhedron.box([], []).is_empty


def test_opposite_inequalities_are_equations():
    plane = Polyhedron.from_rows([(1, 1, 1), (-1, -1, -1), (0, 1, 0)])
    assert plane.dim == 1 and plane.equations == ((1, 1, 1),)


@pytest.mark.parametrize("free", [0, 2, 3000])
def test_thousands_of_coordinates(free):
    lower = [Fraction(1, 3)] * 3000
    box = Polyhedron.box(lower, [*[1] * free, *lower[free:]])
    assert box.dim == free and len(box.inequalities) == 2 * free and len(box.equations) == 3000 - free
    assert len(hull_basis(box)) == free + 1 and box.contains(box.interior_point()) and [0] * 3000 not in box


def test_no_row_is_written_down_before_it_is_asked_for():
    box = Polyhedron.box([0] * 3000, [1] * 3000)
    tracemalloc.start()
    try:
        known = box.dim, box.is_empty, box.is_bounded, box.n_facets, box.cut_box.dim, len(hull_basis(box)), repr(box)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert known[:6] == (3000, False, True, 6000, 3000, 3001)
    assert known[6] == "Polyhedron in Q^3000, 6000 facets (vertices not computed)"
    assert most < 10**7


@given(bounds, st.data())
def test_the_basis_of_the_hull_is_a_sequence_of_rows(pairs, data):
    basis = hull_basis(Polyhedron.box([a for a, _ in pairs], [a + width for a, width in pairs]))
    rows, size = tuple(basis), len(pairs) + 1
    assert len(basis) == len(rows) and all(len(row) == size for row in rows)
    k = data.draw(st.integers(-len(rows), len(rows) - 1))
    assert basis[k] == rows[k] and basis[k:] == rows[k:]
    frame, known = Frame(basis, len(pairs)), Frame(rows, len(pairs))
    assert frame.sparse_columns() == known.sparse_columns() and frame.columns == known.columns
    assert frame.is_identity == known.is_identity == (rows == identity(size))
