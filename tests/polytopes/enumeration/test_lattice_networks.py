"""Programs that are minima and maxima, two forms at a time: few questions are left to exact arithmetic."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from numba import njit

from polytopes.arithmetic.rationals import dot
from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.kernels.rays import integer_ray
from polytopes.enumeration.kernels.signs import sign_at
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.polyhedra.polyhedron import Polyhedron

BOX = Polyhedron.box([-2, -2], [2, 2])


def lattice_program(forms, sets):
    """The maximum over the sets of the minimum of their forms, by four ReLUs for every two numbers."""
    build = ProgramBuilder(2)
    slots = build.linear([dict(enumerate(form)) for form in forms])
    groups = [[slots[i] for i in group] for group in sets]
    for side in (-1, 1):
        while len(groups[0]) > 1:
            pairs = [(a, b) for group in groups for a, b in zip(group[::2], group[1::2], strict=True)]
            wanted = [{a: s, b: t} for a, b in pairs for s, t in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
            units = build.relu(build.linear([{k: Fraction(v) for k, v in row.items()} for row in wanted]))
            half = Fraction(1, 2)
            sums = build.linear(
                [
                    dict(zip(units[i : i + 4], (half, -half, side * half, side * half), strict=True))
                    for i in range(0, len(units), 4)
                ]
            )
            size = len(groups[0]) // 2
            groups = [sums[i : i + size] for i in range(0, len(sums), size)]
        groups = [[group[0] for group in groups]]
    return build.finish(groups[0])


def single(number):
    return Fraction(float(np.float32(number)))


@pytest.mark.parametrize(("n_forms", "size", "seed"), [(4, 2, 0), (4, 4, 1)])
def test_cells_of_minima_and_maxima_of_floats_are_found_without_exact_questions(n_forms, size, seed):
    source = random.Random(seed)
    forms = [[single(source.gauss(0, 1)) for _ in range(3)] for _ in range(n_forms)]
    sets = [source.sample(range(n_forms), size) for _ in range(4)]
    program = lattice_program(forms, sets)
    point = [Fraction(1, 3), Fraction(-5, 7)]
    values = [dot(form, [1, *point]) for form in forms]
    assert program(point) == (max(min(values[i] for i in group) for group in sets),)
    known = {cell.pattern for cell in cells(program, BOX)}
    for refuse in (0, 2):
        found = list(blocks(program, BOX, refuse=refuse))
        assert {tuple(row) for block in found for row in block.patterns.tolist()} == known
        assert sum(block.count for block in found) == len(known)
        if not refuse:
            assert sum(block.asked for block in found) == 0


def vector(*entries):
    return np.array([[*entries, *[0.0] * len(entries), 1.0]])


def test_signs_of_integers_are_exact_beyond_2_to_the_53():
    large = 2.0**52 + 1
    form, ray = vector(large, -(large - 2), 3.0), vector(large - 2, large, 0.0)
    assert sign_at(form, 0, ray, 0, 3) == 0
    assert sign_at(form, 0, vector(large - 2, large, 1.0), 0, 3) == 1
    assert sign_at(form, 0, vector(large - 2, large, -1.0), 0, 3) == -1


def test_rays_said_to_be_exact_are():
    write, source = njit(lambda *arguments: integer_ray(*arguments)), random.Random(5)
    exact = 0
    for _ in range(300):
        form = vector(float(source.randint(1, 2**32)), *(float(source.randint(-(2**36), 2**36)) for _ in range(2)))
        far = vector(1.0, *(float(source.randint(2**16, 2**20)) for _ in range(2)))
        rays = np.vstack([far, vector(1.0, 0.0, 0.0)])
        if sign_at(form, 0, far, 0, 3) > 0:
            form[0, 1:3] *= -1
        new = np.zeros((1, 7))
        if sign_at(form, 0, far, 0, 3) < 0 and write(form, rays, 0, 1, new, 0, 3):
            exact += 1
            assert dot([int(x) for x in form[0, :3]], [int(x) for x in new[0, :3]]) == 0
    assert exact > 10
