"""Bounds of programs on boxes: never exceeded by exact values, and as good as they can be where that is known."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from polytopes.enumeration.boxes.program_bounds import OPEN, program_bounds
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.polyhedra.boxes import Box


def random_program(seed, dim, width=4):
    """ReLU, leaky ReLU, absolute values and maxima of three forms, in three stages."""
    choose = random.Random(seed)
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for _ in range(3):
        rows = [
            {
                slot: Fraction(choose.gauss(0, 1)) if seed % 2 else Fraction(choose.randint(-2, 2))
                for slot in (0, *slots)
            }
            for _ in range(width + 3)
        ]
        forms = build.linear(rows)
        slope = Fraction(choose.choice([0, 1, -2]), 4)
        slots = [*build.relu(forms[:width], slope), *build.gates([forms[width:]])]
    return build.finish(slots)


@pytest.mark.parametrize("seed", range(12))
def test_bounds_hold(seed):
    choose, dim = random.Random(seed), 3
    program = random_program(seed, dim)
    lower = [Fraction(choose.randint(-8, 8), 8) for _ in range(dim)]
    box = Box(tuple(lower), tuple(a + Fraction(choose.randint(0, 6), 8) for a in lower))
    bounds = program_bounds(program, box)
    integral = all(abs(entry) < 2**26 for stage in program.stages for row in stage.rows for entry in row)
    for _ in range(30):
        place = [choose.choice([0, 1, Fraction(choose.random())]) for _ in range(dim)]
        point = [a + (b - a) * t for a, b, t in zip(box.lower, box.upper, place, strict=True)]
        tape, winners, scale = program._trace(point, None)
        for slot, [value] in enumerate(tape):
            true = Fraction(int(value), scale) * (1 if integral else program.scales[slot])
            assert bounds.lower[slot] <= true <= bounds.upper[slot]
        assert all(winner in left for left, winner in zip(bounds.rivals, winners, strict=True))


def test_forms_that_cannot_win():
    """Of a maximum one form is left out that another one exceeds, and zeros but the first."""
    build = ProgramBuilder(2)
    x, y, low, *zeros = build.linear([{1: 1}, {2: 1}, {0: -1, 1: 1}, {}, {}])
    program = build.finish(build.gates([(x, low, y), (zeros[0], x, zeros[1]), (zeros[0], zeros[1])]))
    assert program_bounds(program, Box((Fraction(0),) * 2, (Fraction(1),) * 2)).rivals == ((0, 2), (0, 1), (0,))


def test_one_stage_is_exact():
    build = ProgramBuilder(2)
    program = build.finish(build.relu(build.linear([{1: 1, 2: 1}, {0: -2, 1: 1, 2: 1}, {0: 1, 1: -1, 2: -2}])))
    bounds = program_bounds(program, Box((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
    assert bounds.winners == (OPEN, OPEN, OPEN)  # two touch the box from outside, which floats do not decide
    assert abs(bounds.lower[3:6] - [0, -2, -2]).max() < 1e-12 and abs(bounds.upper[3:6] - [2, 0, 1]).max() < 1e-12
    assert bounds.n_open == 3


def test_differences_through_open_gates_keep_their_correlation():
    """max(0, x) - max(0, x) / 2 >= 0 on [-1, 1] is seen up to the width of one relaxation, not of two."""
    build = ProgramBuilder(1)
    [slot] = build.relu([1])
    [form] = build.linear([{0: Fraction(1, 8), slot: Fraction(1)}])
    [other] = build.linear([{0: Fraction(-1, 4), slot: Fraction(1), form: Fraction(-1)}])
    program = build.finish(build.relu([other]))
    assert program_bounds(program, Box((Fraction(-1),), (Fraction(1),))).winners == (OPEN, 0)
