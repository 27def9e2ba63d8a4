"""The compiled walk over boxes: as by rays in few dimensions, whatever floats tell, in one piece or in many."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from polytopes.enumeration.blocks import program_blocks
from polytopes.enumeration.boxes import box_walk
from polytopes.enumeration.boxes.box_walk import CompiledBoxWalk
from polytopes.enumeration.cells import cells
from polytopes.enumeration.domain_cell import box_problem
from polytopes.enumeration.parallel.slices import Problem
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.polytopes.polyhedra.test_cut_boxes import cuts

INTEGERS, FLOATS = (-1, 0, 1, 2), (0.37, -0.21, 1.1, -0.9)
SMALL = tuple(entry * Fraction(1, 10**200) for entry in INTEGERS)


def random_program(seed, dim, coefficients=INTEGERS, width=4):
    """Three layers, each with two units that repeat the forms of others."""
    choose = random.Random(seed)
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for _ in range(3):
        rows = [{slot: Fraction(choose.choice(coefficients)) for slot in (0, *slots)} for _ in range(width)]
        forms = build.linear([*rows, rows[0], {slot: -2 * entry for slot, entry in rows[1].items()}])
        slots = build.relu(forms, Fraction(choose.choice([0, 0, 1, -2]), 4))
    return build.finish(slots)


def random_box(seed, dim):
    choose = random.Random(seed)
    lower = [Fraction(choose.choice([-1, 0, choose.randint(-8, 8) / 8])) for _ in range(dim)]
    widths = [Fraction(choose.choice([0, 1, 2, choose.randint(1, 8) / 8])) for _ in range(dim)]
    widths[0] = widths[0] or Fraction(1)
    return Polyhedron.box(lower, [a + w for a, w in zip(lower, widths, strict=True)])


def walked(program, box):
    problem = box_problem(program, box, "witness", True, keep_outputs=False)
    found = [row for _, rows in CompiledBoxWalk(problem).blocks() for row in rows.tolist()]
    whole = [problem.reduced.whole_pattern(row) for row in found]
    assert len(whole) == len(set(whole))
    return set(whole)


@pytest.mark.parametrize("coefficients", [INTEGERS, FLOATS])
@pytest.mark.parametrize("seed", range(12))
def test_the_same_as_by_rays(seed, coefficients):
    dim = seed % 4 + 1
    program, box = random_program(seed, dim, coefficients), random_box(seed, dim)
    assert walked(program, box) == {cell.pattern for cell in cells(program, box, "vertices", relative=True)}


@pytest.mark.parametrize("seed", [18, 28, 37, 38])
def test_forms_below_the_range_of_floats_are_not_zero(seed):
    dim = seed % 4 + 1
    program, box = random_program(seed, dim, SMALL), random_box(seed, dim)
    assert walked(program, box) == {cell.pattern for cell in cells(program, box, "vertices", relative=True)}


@pytest.mark.parametrize("seed", [2, 13, 18, 26, 29, 49, 53, 54, 62, 73])
def test_boxes_cut_by_rows(seed):
    """Rows that touch the box or cut it, and equations: all cells, in one piece or in many, and their facets."""
    dim, rows, equations = cuts(seed, seed % 3 + 2)
    domain = Polyhedron.from_rows(rows, equations, dim)
    assert domain.dim > 0 and domain.given_box is None
    program = random_program(seed, dim, width=3)
    expected = {cell.pattern: cell for cell in cells(program, domain, "vertices", relative=True)}
    assert walked(program, domain) == expected.keys()
    for cell in cells(program, domain, "witness", relative=True):
        assert cell.polyhedron == expected.pop(cell.pattern).polyhedron and cell.polyhedron.interior_contains(
            cell.point
        )
    assert not expected
    slicer = Problem.of(program, domain, "witness", relative=True).slicer()
    stack, total = [()], 0
    while stack:
        part = slicer.slice(stack.pop(), 0.0)
        total, stack = total + part.count, stack + list(part.left)
    assert total == len(walked(program, domain))


def program_of_maxima(seed, dim):
    """Maxima of three and four forms, some equal or zero, before and after units that are often closed."""
    choose = random.Random(seed)
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for _ in range(2):
        rows = [{slot: Fraction(choose.choice(INTEGERS)) for slot in (0, *slots)} for _ in range(4)]
        forms = build.linear([*rows, rows[0], {}])
        units = build.relu(forms[:5])
        slots = [*build.gates([choose.sample(units, 3)]), *build.gates([choose.sample(forms, 4), forms[:2]])]
    return build.finish(slots)


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_maxima_of_several_forms(seed, certain, monkeypatch):
    """Which form wins is told by floats or in exact arithmetic; in one piece or in many."""
    dim = seed % 3 + 1
    program, box = program_of_maxima(seed, dim), random_box(seed, dim)
    if not certain:
        monkeypatch.setattr(CompiledBoxWalk, "_place", lambda self, cell, row: row.fill(0.0) or 0)
    expected = {cell.pattern for cell in cells(program, box, "vertices", relative=True)}
    assert walked(program, box) == expected
    monkeypatch.setattr(box_walk, "STEPS", 3)
    slicer = Problem.of(program, box, "witness", relative=True).slicer()
    stack, total = [()], 0
    while stack:
        part = slicer.slice(stack.pop(), 0.0)
        total, stack = total + part.count, stack + list(part.left)
    assert total == len(expected)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_certain(seed, monkeypatch):
    """Every sign is asked for in exact arithmetic, and no point is held by floats."""
    dim = seed % 3 + 1
    program, box = random_program(seed, dim), random_box(seed, dim)
    expected = walked(program, box)
    started = CompiledBoxWalk._start

    def unsure(self, path):
        found = started(self, path)
        self._walk.measures[1, : self.problem.space.size] += 2.0**60
        return found

    monkeypatch.setattr(CompiledBoxWalk, "_start", unsure)
    assert walked(program, box) == expected
    monkeypatch.setattr(CompiledBoxWalk, "_place", lambda self, cell, row: row.fill(0.0) or 0)
    assert walked(program, box) == expected


@pytest.mark.parametrize("seed", range(3))
def test_slices(seed, monkeypatch):
    """Cut anywhere, the parts have as many cells as the whole."""
    monkeypatch.setattr(box_walk, "STEPS", 40)
    program, box = random_program(seed, 7, FLOATS, width=6), random_box(seed, 7)
    expected = sum(block.count for block in program_blocks(program, box, method="witness", relative=True, keep=False))
    slicer = Problem.of(program, box, "witness", relative=True, bounded=True).slicer()
    stack, total = [()], 0
    while stack:
        part = slicer.slice(stack.pop(), 0.0)
        assert part.count == part.n_bounded
        total += part.count
        stack += part.left
    assert total == expected > 1


def dense_program(sizes, seed, dim=None):
    """A network with random float32 weights that reads the first of ``dim`` inputs."""
    numbers = np.random.default_rng(seed)
    build = ProgramBuilder(dim or sizes[0])
    slots = list(build.inputs[: sizes[0]])
    for width in sizes[1:]:
        weights = (numbers.standard_normal((width, len(slots))) * np.sqrt(2 / len(slots))).astype(np.float32)
        forms = [dict(zip(slots, map(Fraction, row), strict=True)) for row in weights.tolist()]
        slots = build.relu(build.linear(forms))
    return build.finish(slots)


def box_around(dim, radius, seed):
    numbers = np.random.default_rng(seed)
    center = [Fraction(x) for x in numbers.random(dim).astype(np.float32).tolist()]
    return Polyhedron.box([x - radius for x in center], [x + radius for x in center])


def test_every_pattern_of_a_sample_is_found():
    program, box = dense_program([120, 12, 12], 1), box_around(120, Fraction(1, 20), 2)
    blocks = list(program_blocks(program, box))
    found = {tuple(row) for block in blocks for row in block.patterns.tolist()}
    assert sum(block.count for block in blocks) == len(found) > 50
    choose = random.Random(3)
    for _ in range(100):
        bounds = zip(box.given_box.lower, box.given_box.upper, strict=True)
        point = [a + (b - a) * Fraction(choose.choice([0, 1, choose.random()])) for a, b in bounds]
        assert program.pattern_at(point) in found


def test_fixed_and_unread_coordinates_change_nothing():
    """Padded with coordinates that are fixed, or that no form reads, a program has the same patterns."""
    program, box = dense_program([8, 8, 4], 4), box_around(8, Fraction(1, 4), 5)
    expected = {tuple(row) for block in program_blocks(program, box) for row in block.patterns.tolist()}
    wide = dense_program([8, 8, 4], 4, 300)
    low, high = box.given_box.lower, box.given_box.upper
    fixed = [Fraction(k, 7) for k in range(146)]
    domain = Polyhedron.box([*low, *fixed, *[0] * 146], [*high, *fixed, *[1] * 146])
    found = {tuple(row) for block in program_blocks(wide, domain, relative=True) for row in block.patterns.tolist()}
    assert found == expected and len(found) > 10
