"""Parts of cells over a cube counted at once, against the walk that visits every cell."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb
from random import Random

import numpy as np
import pytest

from polytopes import Polyhedron
from polytopes.enumeration.boxes import box_walk, part_counts
from polytopes.enumeration.boxes.box_walk import CompiledBoxWalk
from polytopes.enumeration.boxes.float_forms import FloatForms
from polytopes.enumeration.boxes.pace import Pace
from polytopes.enumeration.boxes.part_counts import PartCount, number_of_cells
from polytopes.enumeration.domain_cell import box_problem
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.zero_counts import NOT_PROVEN, PAUSED, TOO_LONG
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.stage_watch import watching


def forms(*rows: tuple[float, ...]) -> FloatForms:
    """Forms over a cube that are exact."""
    table = np.array(rows, dtype=float).reshape(len(rows), -1) if rows else np.zeros((0, 4))
    return FloatForms(table, np.abs(table).sum(axis=1), np.zeros(len(table)))


def layers(*widths: int, seed: int, low: int = -3, high: int = 3, step: int = 1) -> GateProgram:
    """A program of layers max(0, z) with random integer weights, multiples of ``step``."""
    random = Random(seed)
    build = ProgramBuilder(widths[0])
    slots = list(range(1, widths[0] + 1))
    for width in widths[1:]:
        rows = [{slot: step * random.randint(low, high) for slot in [0, *slots]} for _ in range(width)]
        slots = build.relu(build.linear(rows))
    return build.finish(slots)


def counts(program: GateProgram, side: int = 1) -> tuple[int, int, CompiledBoxWalk]:
    """The numbers of cells found by counting and by visiting, and the walk that counted."""
    n = program.input_dim
    problem = box_problem(program, Polyhedron.box([-side] * n, [side] * n), None, False, keep_outputs=False)
    assert problem is not None
    counting = CompiledBoxWalk(problem, keep=False)
    return sum(c for c, _ in counting.blocks()), sum(c for c, _ in CompiledBoxWalk(problem).blocks()), counting


@pytest.mark.parametrize(("k", "n"), [(1, 3), (3, 3), (5, 7), (12, 20)])
def test_forms_that_vanish_together_are_cut_into_all_patterns(k: int, n: int) -> None:
    rows = np.eye(n + 1)[1 : k + 1]
    assert number_of_cells(forms(*map(tuple, rows)), forms()[:0] if n == 3 else forms(tuple(np.eye(n + 1)[0]))) == 2**k


def test_hyperplanes_that_cut_off_corners() -> None:
    """Each of the forms s . u - 5/2 cuts off the corner s of a cube, and no two of them meet: 2^3 + 1 parts."""
    corners = [(-2.5, *signs) for signs in product((-1.0, 1.0), repeat=3)]
    assert number_of_cells(forms(*corners), forms()) == 9


def test_generic_lines_in_a_square_are_not_independent() -> None:
    """Three lines through no common point: pairs are asked of, and the triple is apart."""
    lines = forms((0.1, 1, 0.3), (-0.2, 0.4, 1), (0.05, 1, -1))
    assert number_of_cells(lines, lines[:0]) == sum(comb(3, i) for i in range(3))


@pytest.mark.parametrize(
    "rows",
    [
        [(0.0, 1, 1, 0), (0.0, 1, -1, 0), (0.0, 1, 0, 0)],
        [(0.0, 1, 0, 0), (0.0, 2, 0, 0)],
        [(1.0, 1, 0, 0)],
    ],
    ids=["dependent", "proportional", "touching"],
)
def test_what_floats_cannot_prove_is_left_open(rows: list[tuple[float, ...]]) -> None:
    assert number_of_cells(forms(*rows), forms()) == NOT_PROVEN


@pytest.mark.parametrize(
    ("rows", "walls", "number"),
    [
        ([(1, 1, 0, 0)], [], 1),
        ([(2, 1, 1, 0), (0, 1, 0, 0), (0, 0, 1, 0)], [], 4),
        ([(0, 1, 0, 0)], [(0, 1, 1, 0), (0, 1, -1, 0)], 1),
        ([(0, 1, 1, 0), (0, 1, -1, 0), (0, 1, 0, 0)], [], NOT_PROVEN),
    ],
    ids=["a side", "an edge", "walls", "dependent"],
)
def test_what_floats_leave_open_is_decided_exactly(
    rows: list[tuple[int, ...]], walls: list[tuple[int, ...]], number: int
) -> None:
    """Hyperplanes that touch the cell in its boundary only do not cut it."""
    assert number_of_cells(forms(*rows), forms(*walls), lambda: (rows, walls)) == number


@pytest.mark.parametrize("step", [-1, 0, 1])
@pytest.mark.parametrize("size", [2.0**-24, 2.0**-30, 2.0**-50])
def test_hyperplanes_that_meet_just_inside_or_outside(size: float, step: int) -> None:
    """Two hyperplanes meet where u_0 = 1 + e and u_1 = 0, which is in the cube for e < 0; a third one crosses all."""
    build = ProgramBuilder(9)
    beyond = Fraction(1) + step * Fraction(size)
    rows = [{0: -beyond, 1: Fraction(1), 2: Fraction(sign)} for sign in (1, -1)]
    rows.append({0: Fraction(1, 3), 5: Fraction(1)})
    found, expected, walk = counts(build.finish(build.relu(build.linear(rows))))
    assert found == expected == (8 if step < 0 else 6)
    assert walk.gains == 1


def test_sets_of_many_forms() -> None:
    """More forms than bits of an integer are counted if they vanish together, and else left to the walk."""
    rows = np.eye(80)[1:]
    assert number_of_cells(forms(*map(tuple, rows)), forms(tuple(np.eye(80)[0]))) == 2**79
    rows[0, 0], rows[1, 1] = 0.5, 1.0
    assert number_of_cells(forms(*map(tuple, rows)), forms(tuple(np.eye(80)[0]))) == 2**79
    rows[1, 0] = 1.75
    assert number_of_cells(forms(*map(tuple, rows)), forms(tuple(np.eye(80)[0]))) == TOO_LONG
    random = np.random.default_rng(0)
    table = random.standard_normal((14, 31)) * np.array([16.0, *[1.0] * 30])
    many = FloatForms(table, np.abs(table).sum(axis=1), np.zeros(14))
    assert number_of_cells(many, many[:0], most=5) == TOO_LONG
    assert number_of_cells(many, many[:0]) > 14


@pytest.mark.parametrize("seed", range(6))
def test_one_layer(seed: int) -> None:
    found, expected, walk = counts(layers(14, 9, seed=seed, low=-5 - seed, high=7))
    assert found == expected
    assert walk.gains


@pytest.mark.parametrize("seed", range(6))
def test_two_layers(seed: int) -> None:
    found, expected, walk = counts(layers(13, 4, 7, seed=seed, low=-4, high=4))
    assert found == expected
    assert walk.gains


@pytest.mark.parametrize("seed", range(4))
def test_forms_in_special_position(seed: int) -> None:
    """Weights from -1, 0 and 1: zero, equal, opposite and dependent forms, and some that touch the box in a face."""
    found, expected, _ = counts(layers(11, 7, 5, seed=seed, low=-1, high=1))
    assert found == expected


@pytest.mark.parametrize("seed", range(2))
def test_ways_that_change_at_any_time(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also between a question that floats leave open and what is done with its exact answer."""
    random = Random(seed)
    monkeypatch.setattr(box_walk, "STEPS", 3)
    monkeypatch.setattr(Pace, "record", lambda pace, *_: setattr(pace, "way", random.randrange(2)))
    found, expected, walk = counts(layers(9, 4, 5, seed=seed, low=-1, high=1))
    assert found == expected
    assert walk.gains


def test_many_patterns_of_many_inputs() -> None:
    """All 2^40 patterns of 40 independent forms that vanish together, which no walk could visit."""
    build = ProgramBuilder(50)
    program = build.finish(build.relu(build.linear([{i: 1, i + 1: 1} for i in range(1, 41)])))
    problem = box_problem(program, Polyhedron.box([-1] * 50, [1] * 50), None, False, keep_outputs=False)
    assert problem is not None
    assert sum(count for count, _ in CompiledBoxWalk(problem, keep=False).blocks()) == 2**40


def test_more_cells_than_an_integer_of_64_bits_holds() -> None:
    """Eight times all 2^62 patterns of independent forms, below cells of a layer before: each of them a block."""
    build = ProgramBuilder(63)
    first = build.relu(build.linear([{1: 1}, {2: 1}, {3: 1}]))
    last = build.relu(build.linear([{i: 1, s: Fraction(1, 9)} for i, s in zip(range(4, 64), 20 * first, strict=True)]))
    problem = box_problem(build.finish(last), Polyhedron.box([-1] * 63, [1] * 63), None, False, keep_outputs=False)
    assert problem is not None
    assert sum(count for count, _ in CompiledBoxWalk(problem, keep=False).blocks()) == 2**63


def test_cells_found_before_a_pause_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pause ends a block, and the blocks have all cells."""
    monkeypatch.setattr(part_counts, "AT_ONCE", 1)
    program = layers(13, 4, 7, seed=1, low=-4, high=4)
    found, expected, walk = counts(program)
    assert found == expected
    assert walk.gains > 1
    blocks = [count for count, _ in CompiledBoxWalk(walk.problem, keep=False).blocks()]
    assert sum(blocks) == expected
    assert sum(map(bool, blocks)) > 1


def test_parts_counted_by_now_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """At any time those given and those that the watch knows of are no more than all, and now and then more."""
    monkeypatch.setattr(part_counts, "AT_ONCE", 1)
    _, expected, walk = counts(layers(13, 4, 7, seed=1, low=-4, high=4))
    given, more = 0, []
    with watching() as watch:
        for count, _ in CompiledBoxWalk(walk.problem, keep=False).blocks():
            given += count
            more.append(watch.more)
            assert given + watch.more <= expected
            assert watch.place is None or watch.place.layers == 2
    assert given == expected and any(more)


@pytest.mark.parametrize("seed", [1, 2])
def test_bounds_on_the_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any time the number of parts lies between those counted and what is not ruled out, which ends at it."""
    monkeypatch.setattr(part_counts, "AT_ONCE", 0)
    random = np.random.default_rng(seed)
    table = random.standard_normal((9, 31)) * np.array([16.0, *[1.0] * 30])
    some = FloatForms(table, np.abs(table).sum(axis=1), np.zeros(9))
    count = PartCount(some, some[:0])
    known = [(count.found, count.at_most)]
    while (parts := count.go_on()) == PAUSED:
        known.append((count.found, count.at_most))
    assert known[0] == (0, 2**9) and len(known) > 5
    assert all(low <= parts <= high for low, high in known)
    assert count.found == count.at_most == parts == number_of_cells(some, some[:0])
    highs = [high for _, high in known]
    assert highs == sorted(highs, reverse=True)


def test_a_bound_is_of_all_cells_of_the_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_counts, "AT_ONCE", 0)
    one = layers(14, 12, seed=3, low=-9, high=9)
    _, expected, walk = counts(one)
    with watching() as watch:
        tops = [watch.most for _ in CompiledBoxWalk(walk.problem, keep=False).blocks()]
    told = [top for top in tops if top is not None]
    assert told and min(told) >= expected
    _, _, walk = counts(layers(13, 4, 7, seed=1, low=-4, high=4))
    with watching() as watch:
        assert not any(watch.most for _ in CompiledBoxWalk(walk.problem, keep=False).blocks())


@pytest.mark.filterwarnings("error")
def test_forms_beyond_the_range_of_floats_prove_nothing():
    for size in (1e200, np.inf):
        assert number_of_cells(forms((0, size, 0, 0), (1, 0, 3, 0)), forms()) == NOT_PROVEN
    huge = ProgramBuilder(7)
    rows = [{slot: Fraction(10) ** power for slot in range(8)} for power in (-320, 0, 320)]
    rows[1][1], rows[2][2] = Fraction(0), Fraction(0)
    problem = box_problem(
        huge.finish(huge.relu(huge.linear(rows))), Polyhedron.box([-1] * 7, [1] * 7), None, False, keep_outputs=False
    )
    assert problem is not None
    assert sum(count for count, _ in CompiledBoxWalk(problem, False).blocks()) == 8
