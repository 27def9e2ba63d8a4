"""Boxes cut by rows that often touch a face, contradict each other or hold with equality only, as any polyhedron is."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import primitive
from polytopes.optimization import cube_maximum
from polytopes.optimization.highs import CubeGuess
from polytopes.polyhedra import representation
from polytopes.polyhedra.cut_boxes import cut_box
from polytopes.polyhedra.polyhedron import Polyhedron


def cuts(seed, dim=None):
    """A dimension, inequalities and equations: bounds of all coordinates, then rows, of which half touch the box."""
    choose = Random(seed)
    dim = dim or choose.randint(1, 4)
    sides = []
    for _ in range(dim):
        low = Fraction(choose.randint(-4, 4), choose.choice([1, 2]))
        sides.append((low, low + Fraction(choose.choice([0, 1, 2, choose.randint(1, 8)]), choose.choice([1, 3]))))
    rows, equations = [], []
    for j, ends in enumerate(sides):
        for end, sign in zip(ends, (1, -1), strict=True):
            rows.append([-sign * end, *(sign * (k == j) for k in range(dim))])
    for _ in range(choose.randint(1, 3)):
        row = [choose.choice([-1, 0, 1, 2, 1]) for _ in range(dim + 1)]
        if choose.random() < 0.5:
            highest = sum(entry * (b if entry > 0 else a) for entry, (a, b) in zip(row[1:], sides, strict=True))
            row[0] = -highest + choose.choice([0, 0, 0, Fraction(1, 3), Fraction(-1, 3)])
        (equations if choose.random() < 0.25 else rows).append(row)
        if choose.random() < 0.15:
            rows.append([-2 * entry for entry in row])
    choose.shuffle(rows)
    return dim, list(map(primitive, rows)), list(map(primitive, equations))


@pytest.fixture(params=["floats", "no guess"])
def guesses(request, monkeypatch):
    """Linear programs begin where floats end, or anywhere."""
    if request.param == "no guess":
        corner = lambda rows, goal: CubeGuess(np.full(len(goal) - 1, -1.0), (), ())  # noqa: E731
        monkeypatch.setattr(cube_maximum, "over_cube", corner)


@pytest.mark.parametrize("seed", range(40))
def test_the_same_as_any_polyhedron(seed, guesses, monkeypatch):
    choose, (dim, rows, equations) = Random(seed), cuts(seed)
    expected = Polyhedron.from_rows(rows, equations, dim)
    cut = cut_box(rows, equations, dim)
    assert cut.dim == expected.dim
    if expected.is_empty:
        return
    assert expected.interior_contains(cut.inside)
    assert tuple(cut.hull_basis) == (kernel(expected.equations, dim + 1) or tuple(cut.hull_basis))
    assert len(cut.hull_basis) == expected.dim + 1
    assert Polyhedron.from_rows(*cut.system(), dim) == expected
    bare = expected.inequalities, expected.equations, expected.is_bounded
    monkeypatch.setattr(representation, "MANY", 1)
    found = Polyhedron.from_rows(rows, equations, dim)
    assert (found.inequalities, found.equations, found.is_bounded) == bare
    grid = [tuple(Fraction(choose.randint(-8, 8), choose.choice([1, 2])) for _ in range(dim)) for _ in range(5)]
    for point in (*grid, *expected.vertices[:5], cut.inside):
        assert found.contains(point) == expected.contains(point)


def test_many_coordinates():
    """A half-space that touches the box at a corner, or cuts off a simplex of two coordinates."""
    dim = 120
    box = [(0, *(int(k == j) for k in range(dim))) for j in range(dim)]
    box += [(1, *(-int(k == j) for k in range(dim))) for j in range(dim)]
    corner = Polyhedron.from_rows([*box, (-dim, *[1] * dim)])
    assert corner.dim == 0 and set(corner.interior_point()) == {1}
    assert Polyhedron.from_rows([*box, (-dim - 1, *[1] * dim)]).is_empty
    cut = Polyhedron.from_rows([*box, (1, -1, -1, *[0] * (dim - 2))])
    assert cut.is_full_dimensional and cut.n_facets == 2 * dim - 1
    flat = Polyhedron.from_rows(box, [(-1, 2, *[0] * (dim - 2), 2)])
    assert flat.dim == dim - 1 and flat.n_facets == 2 * dim - 2
