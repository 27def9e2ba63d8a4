"""The count by sections against the walk that visits, a rational oracle and known answers."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.enumeration.compiled_count import counted_blocks
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.sections_oracle import box_corners, parts

NEVER, ALWAYS, SOMETIMES = 0, 1, 2


def relu_program(dim, layers):
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for weights, bias in layers:
        rows = [{0: b, **dict(zip(slots, row, strict=True))} for row, b in zip(weights, bias, strict=True)]
        slots = build.relu(build.linear([{k: Fraction(v) for k, v in row.items()} for row in rows]))
    return build.finish(slots)


def arrangement(forms):
    return relu_program(len(forms[0]) - 1, [([form[1:] for form in forms], [form[0] for form in forms])])


def by_sections(program, domain=None, refuse=NEVER, bounded=False, relative=False):
    found = list(counted_blocks(program, domain, bounded, relative, refuse, seed=3))
    return sum(block.count for block in found), sum(block.n_bounded for block in found)


def by_visits(program, domain=None, bounded=False, relative=False):
    found = list(blocks(program, domain, keep=False, bounded=bounded, method="vertices", relative=relative))
    return sum(block.count for block in found), sum(block.n_bounded for block in found)


def box(dim, side=1):
    return Polyhedron.box([-side] * dim, [side] * dim)


KNOWN = [
    ([(0, 1, 0), (0, 0, 1), (0, 1, 1)], 6),
    ([(0, 1, 0), (0, 2, 0), (0, -1, 0)], 2),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)], 8),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 1, 0)], 6),
    ([(-3, 1, 1, 1)], 1),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 1, 1, 1)], 14),
    ([(0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1)], 16),
    ([(0, 1), (-1, 2), (0, 3), (1, -2), (5, 1), (0, 0)], 3),
    ([(0, 0, 0), (1, 0, 0)], 1),
]


@pytest.mark.parametrize("refuse", [NEVER, ALWAYS, SOMETIMES])
@pytest.mark.parametrize(("forms", "count"), KNOWN)
def test_known_numbers_of_parts_of_a_box(forms, count, refuse):
    dim = len(forms[0]) - 1
    assert by_sections(arrangement(forms), box(dim), refuse, bounded=True) == (count, count)
    assert parts(forms, box_corners(dim)) == count


def forms_in(dim):
    return st.lists(st.tuples(*[st.integers(-2, 2)] * (dim + 1)), min_size=1, max_size=7)


@given(st.integers(2, 4).flatmap(forms_in))
def test_degenerate_arrangements_in_a_box(forms):
    dim = len(forms[0]) - 1
    expected = parts(forms, box_corners(dim))
    for refuse in (NEVER, ALWAYS, SOMETIMES):
        assert by_sections(arrangement(forms), box(dim), refuse) == (expected, 0)


def random_layers(rng, widths, kind):
    layers = []
    draws = {"floats": lambda: rng.gauss(0, 1), "grid": lambda: rng.randint(-1, 1)}
    draw = draws.get(kind, lambda: rng.randint(-2, 2))
    for inputs, units in pairwise(widths):
        rows = [[draw() for _ in range(inputs + 1)] for _ in range(units)]
        for k in range(1, units):
            if kind == "copies" and rng.random() < 0.4:
                rows[k] = [rng.choice((-1, 1, 2)) * entry for entry in rows[rng.randrange(k)]]
        if rng.random() < 0.2:
            rows = [[*row[:-1], 0] for row in rows]
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    return layers


def random_case(seed):
    rng = random.Random(seed)
    dim = rng.choice((1, 2, 2, 3, 3, 4, 5))
    most = (0, 6, 6, 5, 4, 4)[dim]
    widths = [dim, *(rng.randint(1, most) for _ in range(rng.randint(1, 3)))]
    program = relu_program(dim, random_layers(rng, widths, rng.choice(("floats", "grid", "small", "copies"))))
    domain = rng.choice((None, box(dim), box(dim, Fraction(7, 3)), Polyhedron.from_rows([(1, *[1] * dim)], [], dim)))
    return program, domain


@pytest.mark.parametrize("seed", range(60))
def test_sections_count_what_is_visited(seed):
    program, domain = random_case(seed)
    expected = by_visits(program, domain, bounded=True)
    for refuse in (NEVER, ALWAYS, SOMETIMES):
        assert by_sections(program, domain, refuse, bounded=True) == expected
    assert by_sections(program, domain)[0] == expected[0]
