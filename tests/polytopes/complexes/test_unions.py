"""Whether polyhedra cover another one."""

import random

import pytest

from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.unions import point_outside, same_support
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron


def test_cells_of_a_grid_cover_the_square():
    cells = [Polyhedron.box([i, j], [i + 1, j + 1]) for i in range(3) for j in range(3)]
    square = Polyhedron.box([0, 0], [3, 3])
    assert point_outside(square, cells) is None
    for i, cell in enumerate(cells):
        x = point_outside(square, cells[:i] + cells[i + 1 :])
        assert square.contains(x) and cell.contains(x)
        assert not any(other.contains(x) for other in cells[:i] + cells[i + 1 :])


def test_one_missing_point():
    """Two closed halves cover a segment; if they touch nowhere, what is between is found, be it small."""
    segment = Polyhedron.box([0], [2])
    assert point_outside(segment, [Polyhedron.box([0], [1]), Polyhedron.box([1], [2])]) is None
    gap = [Polyhedron.box([0], [1]), Polyhedron.box(["1000000000000001/1000000000000000"], [2])]
    [x] = point_outside(segment, gap)
    assert 1 < x < gap[1].vertices[0][0]


def test_lower_dimensional_covers_leave_most_of_a_square():
    square = Polyhedron.box([0, 0], [1, 1])
    lines = [Polyhedron.from_rows([], [(-k, 4, 0)]) for k in range(5)]
    x = point_outside(square, lines)
    assert square.contains(x) and not any(line.contains(x) for line in lines)
    assert point_outside(Polyhedron.box([1, 0], [1, 1]), lines) is None


def test_unbounded_and_empty():
    rows = [(0, 1, 0), (0, -1, 0)]
    halves = [Polyhedron.from_rows([row]) for row in rows]
    assert point_outside(Polyhedron.whole_space(2), halves) is None
    assert point_outside(Polyhedron.whole_space(2), halves[:1]) is not None
    assert point_outside(Polyhedron.empty(2), []) is None
    assert point_outside(Polyhedron.whole_space(2), [Polyhedron.empty(2)]) is not None
    with pytest.raises(ShapeError):
        point_outside(Polyhedron.whole_space(2), [Polyhedron.whole_space(1)])


def test_random_triangles_against_points():
    """Where no point outside is found, none of many random points is outside."""
    source = random.Random(4)
    square = Polyhedron.box([0, 0], [4, 4])
    for _ in range(20):
        triangles = [
            Polyhedron.from_generators([(source.randint(-3, 7), source.randint(-3, 7)) for _ in range(3)])
            for _ in range(6)
        ]
        x = point_outside(square, triangles)
        if x is None:
            samples = [(source.randint(0, 40), source.randint(0, 40)) for _ in range(100)]
            assert all(any(T.contains([a / 10 for a in p]) for T in triangles) for p in samples)
        else:
            assert square.contains(x) and not any(T.contains(x) for T in triangles)


def test_same_support():
    whole = PolyhedralComplex.from_polyhedra([Polyhedron.box([0, 0], [1, 1])])
    sides = [Polyhedron.from_rows([row]) for row in ((0, 1, -1), (0, -1, 1))]
    halves = PolyhedralComplex.from_polyhedra([Polyhedron.box([0, 0], [1, 1]) & side for side in sides])
    assert same_support(whole, halves) and not same_support(whole, PolyhedralComplex(2, halves.maximal_cells[:1]))
