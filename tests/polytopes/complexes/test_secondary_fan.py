"""Secondary fans: known numbers of regular triangulations, random heights, completeness."""

from __future__ import annotations

from itertools import product
from math import comb
from random import Random
from typing import Any

import pytest

from polytopes.complexes.regular_subdivision import regular_subdivision
from polytopes.complexes.secondary_fan import flipped, secondary_cones, secondary_fan
from polytopes.errors import LimitReached, ShapeError

TRIANGLE = [(4, 0), (0, 4), (0, 0), (2, 1), (1, 2), (1, 1)]
"""Two triangles of one shape, one inside the other: two of the 18 triangulations are not regular."""
CUBE = list(product((0, 1), repeat=3))
TRIANGLE_TIMES_TETRAHEDRON = [
    (*(int(i == k) for k in range(2)), *(int(j == k) for k in range(3))) for i in range(3) for j in range(4)
]
PRISM = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1)]


def polygon(n: int) -> list[tuple[int, int]]:
    return [(t, t * t) for t in range(n)]


@pytest.mark.parametrize(
    ("points", "number"),
    [
        ([(0,)], 1),
        ([(3,), (3,)], 2),
        ([(0,), (1,), (2,), (5,)], 4),
        (polygon(5), 5),
        (polygon(6), 14),
        (TRIANGLE, 16),
        (PRISM, 6),
        ([(i, j) for i in range(3) for j in range(3 - i)], 14),
        ([(0, 0, 1), (1, 0, 1), (0, 1, 1)], 1),
        (CUBE, 74),
        ([(i, j) for i in range(3) for j in range(3)], 387),
        pytest.param(TRIANGLE_TIMES_TETRAHEDRON, 4488, marks=pytest.mark.slow),
    ],
)
def test_numbers_of_regular_triangulations(points: Any, number: int) -> None:
    found = list(secondary_cones(points))
    assert len(found) == len({cone.maximal_cells for cone in found}) == number
    for cone in found:
        assert cone.cone.is_full_dimensional
        assert len(cone.neighbors) == cone.cone.n_facets


@pytest.mark.parametrize(
    "points", [TRIANGLE, PRISM, polygon(6), [(0,), (0,), (1,), (2,)], [(0, 0, 1), (1, 0, 1), (0, 1, 1), (0, 1, 1)]]
)
def test_cells_and_cones_are_those_of_the_heights(points: Any) -> None:
    """What is found by flips alone, against the upper hull and the continuations of all cells."""
    for found in secondary_cones(points):
        again = regular_subdivision(points, found.triangulation.heights)
        assert again.is_triangulation and again.maximal_cells == found.maximal_cells
        assert again.secondary_cone() == found.cone and found.cone.interior_contains(again.heights)
        for row, cells in zip(found.cone.inequalities, found.neighbors, strict=True):
            assert flipped(cells, tuple(-entry for entry in row)) == found.maximal_cells


def test_lines_have_a_triangulation_for_each_set_of_inner_points() -> None:
    fan = secondary_fan([(x,) for x in range(6)])
    assert fan.n_maximal_cones == 2**4
    assert fan.f_vector() == tuple(comb(4, k) * 2**k for k in (1, 2, 3, 4))  # that of a cross-polytope


@pytest.mark.parametrize("points", [TRIANGLE, polygon(5), [(0,), (0,), (1,), (2,)]])
def test_the_cones_are_a_complete_fan_and_hold_all_heights(points: Any) -> None:
    fan, found = secondary_fan(points), list(secondary_cones(points))
    assert fan.is_complete and fan.is_fan
    by_cells = {cone.maximal_cells: cone for cone in found}
    random = Random(1)
    for _ in range(30):
        heights = [random.randint(-99, 99) for _ in points]
        cells = regular_subdivision(points, heights).maximal_cells
        holding = [cone for cone in found if cone.cone.contains(heights)]
        assert holding and (cells not in by_cells or holding == [by_cells[cells]])


def test_refusals() -> None:
    with pytest.raises(LimitReached, match="more than 3"):
        list(secondary_cones(polygon(6), limit=3))
    with pytest.raises(ShapeError):
        list(secondary_cones([]))
