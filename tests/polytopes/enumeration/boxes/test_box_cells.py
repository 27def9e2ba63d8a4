"""Cells over boxes by linear programs with few rows: as by rays in few dimensions, as in the plane in many."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import accumulate

import pytest

from polytopes.arithmetic.rationals import dehomogeneous, dot
from polytopes.enumeration.boxes import box_programs
from polytopes.enumeration.cells import cells
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.optimization.cube_bases import value_at
from polytopes.optimization.cube_maximum import positive_point
from polytopes.polyhedra.polyhedron import Polyhedron


def random_program(seed, dim, coefficients=(-1, 0, 1, 2), width=3):
    """Three stages of ReLUs, leaky ones or absolute values, and a maximum of three; ties are frequent."""
    choose = random.Random(seed)
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for _ in range(2):
        rows = [{slot: Fraction(choose.choice(coefficients)) for slot in (0, *slots)} for _ in range(width + 3)]
        forms = build.linear([*rows, rows[0], {slot: -2 * entry for slot, entry in rows[1].items()}])
        slope = Fraction(choose.choice([0, 0, 1, -2]), 4)
        slots = [*build.relu([*forms[:width], *forms[-2:]], slope), *build.gates([forms[width : width + 3]])]
    return build.finish(slots)


def random_box(seed, dim):
    choose = random.Random(seed)
    lower = [Fraction(choose.choice([-1, 0, choose.randint(-8, 8) / 8])) for _ in range(dim)]
    widths = [Fraction(choose.choice([0, 1, 2, choose.randint(1, 8) / 8])) for _ in range(dim)]
    widths[0] = widths[0] or Fraction(1)
    return Polyhedron.box(lower, [a + w for a, w in zip(lower, widths, strict=True)])


@pytest.fixture(params=["floats", "never sure", "no guess"])
def decisions(request, monkeypatch):
    """Floats decide; or nothing is certain in floats; or their guesses are useless too."""
    if request.param != "floats":
        monkeypatch.setattr(box_programs, "decide_sign", lambda *arguments: 0)
    if request.param == "no guess":
        monkeypatch.setattr(box_programs, "answer_of", lambda *arguments: None)


@pytest.mark.parametrize("seed", range(24))
def test_the_same_as_by_rays(seed, decisions):
    dim = seed % 3 + 1
    program, box = random_program(seed, dim), random_box(seed, dim)
    by_rays = {cell.pattern: cell for cell in cells(program, box, "vertices", relative=True)}
    found = list(cells(program, box, "witness", relative=True))
    assert len(found) == len(by_rays) and {cell.pattern for cell in found} == by_rays.keys()
    for cell in found[:3]:
        other = by_rays[cell.pattern]
        assert cell.forms == other.forms and cell.is_bounded
        assert {row for row, _ in cell.facets} == {row for row, _ in other.facets}
        assert all(cell.polyhedron.contains(point) for _, point in cell.facets)
        assert cell.polyhedron == other.polyhedron and other.polyhedron.interior_contains(cell.point)
        assert sorted(cell.neighbor_patterns()) == sorted(other.neighbor_patterns())
        form = (1, 1, -2, 3)[: dim + 1]
        top = dehomogeneous(cell.frame.lift(cell.geometry.highest(cell.frame.pull_back(form))))
        assert cell.polyhedron.contains(top)
        assert dot(form, (1, *top)) == max(dot(form, (1, *vertex)) for vertex in other.polyhedron.vertices)


def embedded(program_of, dim, seed):
    """A program on the plane after a linear map from Q^dim, and the image of the cube, which is a zonogon."""
    choose = random.Random(seed)
    rows = [[Fraction(choose.randint(-3, 3)) for _ in range(dim)] for _ in range(2)]
    build = ProgramBuilder(dim)
    plane = build.linear([dict(zip(build.inputs, row, strict=True)) for row in rows])
    steps = list(zip(*rows, strict=True))
    up = [step if (step[1], step[0]) > (0, 0) else (-step[0], -step[1]) for step in steps]
    up.sort(key=lambda step: -step[0] / (abs(step[0]) + abs(step[1])) if any(step) else 0)
    start = [sum(step[k] for step in steps if (step[1], step[0]) <= (0, 0)) for k in (0, 1)]
    half = list(accumulate(up, lambda p, step: (p[0] + step[0], p[1] + step[1]), initial=tuple(start)))
    total = [half[0][k] + half[-1][k] for k in (0, 1)]
    corners = [*half, *((total[0] - x, total[1] - y) for x, y in half)]
    return build.finish(program_of(build, plane)), Polyhedron.from_generators(corners)


def planar(seed):
    """Two layers on two slots of any builder."""

    def emit(build, slots):
        choose = random.Random(seed)
        for _ in range(2):
            rows = [
                {s: Fraction(choose.randint(-2, 2)) for s in slots} | {0: Fraction(choose.randint(-9, 9))}
                for _ in "abcd"
            ]
            slots = build.relu(build.linear(rows))
        return slots

    return emit


@pytest.mark.parametrize("seed", range(3))
def test_a_plane_in_many_dimensions(seed):
    """As many regions over the cube in 60 dimensions as over its image in the plane."""
    dim = 60
    program, image = embedded(planar(seed), dim, seed)
    build = ProgramBuilder(2)
    flat = build.finish(planar(seed)(build, build.inputs))
    expected = {cell.pattern for cell in cells(flat, image)}
    found = [cell.pattern for cell in cells(program, Polyhedron.box([0] * dim, [1] * dim))]
    assert len(found) == len(set(found)) and set(found) == expected and len(expected) > 3


def test_gates_that_touch_the_box_in_its_boundary():
    build = ProgramBuilder(8)
    total = dict.fromkeys(build.inputs, Fraction(1))
    program = build.finish(build.relu(build.linear([{**total, 0: Fraction(-8)}, {**total, 0: Fraction(0)}, total])))
    assert [cell.pattern for cell in cells(program, Polyhedron.box([0] * 8, [1] * 8))] == [(0, 1, 1)]


def test_the_exact_simplex_method():
    choose = random.Random(5)
    for _ in range(60):
        n, m = choose.randint(1, 4), choose.randint(0, 4)
        inside = [Fraction(choose.randint(-7, 7), 8) for _ in range(n)]
        forms = [[choose.randint(-3, 3) for _ in range(n + 1)] for _ in range(m + 1)]
        rows = [row if value_at(row, inside) > 0 else [-entry for entry in row] for row in forms[1:]]
        rows = [row for row in rows if value_at(row, inside)]
        point = positive_point(forms[0], rows, inside)
        cell = Polyhedron.box([-1] * n, [1] * n) & Polyhedron.from_rows(rows, ambient_dim=n)
        assert (point is not None) == (cell.support(forms[0][1:]) + forms[0][0] > 0)
        if point is not None:
            assert all(value_at(row, point) > 0 for row in [forms[0], *rows]) and all(-1 < u < 1 for u in point)
