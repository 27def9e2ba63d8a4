"""Gate programs: scales, ties and the step off a facet."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from random import Random

import pytest
from flint import fmpz
from hypothesis import given
from hypothesis import strategies as st

from polytopes.enumeration.gate_program import SPARSE, Stage, apply_rows
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import ShapeError

rationals = st.fractions(min_value=-5, max_value=5, max_denominator=12)


def one_unit(slope: Fraction):
    build = ProgramBuilder(1)
    z = build.linear([{0: Fraction(-1, 3), 1: Fraction(2)}])
    return build.finish(build.relu(z, slope))


@given(rationals, rationals)
def test_leaky_unit_is_its_definition(slope, x):
    z = 2 * x - Fraction(1, 3)
    assert one_unit(slope)([x]) == ((z if z > 0 else slope * z),)


@given(st.lists(st.tuples(rationals, rationals), min_size=2, max_size=5), rationals)
def test_maximum_of_forms_on_mixed_scales(forms, x):
    build = ProgramBuilder(1)
    slots = [build.linear([{0: c, 1: a}])[0] for c, a in forms]
    program = build.finish(build.gates([slots]))
    values = [c + a * x for c, a in forms]
    assert program([x]) == (max(values),)
    assert program.pattern_at([x]) == (values.index(max(values)),)


def test_ties_go_to_the_smallest_index():
    build = ProgramBuilder(1)
    program = build.finish(build.gates([[1, 1], [0, 1]]))
    assert program.pattern_at([Fraction(1)]) == (0, 0)
    assert program.pattern_at([Fraction(1)], [Fraction(1)]) == (0, 1)
    assert program.pattern_at([Fraction(1)], [Fraction(-1)]) == (0, 0)


def test_gates_that_read_gates_of_the_same_layer():
    build = ProgramBuilder(2)
    [inner] = build.gates([[1, 2]])
    [outer] = build.gates([[inner, 0]])
    program = build.finish([outer])
    assert [program([Fraction(a), Fraction(b)])[0] for a, b in ((-3, 2), (0, -1), (5, 7))] == [2, 1, 7]
    assert len(program.stages) == 2


def test_outputs_follow_the_pattern():
    build = ProgramBuilder(2)
    z = build.linear([{1: Fraction(1, 2), 2: Fraction(1, 3)}])
    program = build.finish(build.absolute(z))
    assert program.forms([0]) == ((0, Fraction(-1, 2), Fraction(-1, 3)),)
    assert program.forms([1]) == ((0, Fraction(1, 2), Fraction(1, 3)),)


def test_refusals():
    build = ProgramBuilder(1)
    with pytest.raises(ShapeError, match="selectors"):
        build.gates([[]])
    with pytest.raises(ShapeError, match="expected 1 numbers"):
        one_unit(Fraction(0)).pattern_at([1, 2])


@pytest.mark.parametrize("seed", range(6))
def test_sparse_rows_are_multiplied_entry_by_entry(seed):
    source = Random(seed)
    rows = tuple(
        tuple(source.choice((-3, 5)) if source.random() < 0.02 * (seed % 3) else 0 for _ in range(64)) for _ in range(8)
    )
    tape = [[fmpz(source.randint(-9, 9)) for _ in range(2)] for _ in range(66)]
    stage = Stage(tuple(range(2, 66)), rows, (), "")
    few = sum(map(bool, chain(*rows))) * SPARSE <= 8 * 64
    assert (stage.entries is not None) == few
    known = [[sum(e * slot[k] for e, slot in zip(row, tape[2:], strict=True)) for k in range(2)] for row in rows]
    assert apply_rows(stage, tape, 2) == known
