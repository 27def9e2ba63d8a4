"""Recession functions against values far out, also where constants compete in gates."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.recession import recession_domain, recession_program
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.tropical.strategies import networks

FAR = 10**9


@given(networks())
def test_values_far_out(net) -> None:
    program = net.program
    limit = recession_program(program)
    for direction in ([1] * program.input_dim, [-1, 2, 1][: program.input_dim]):
        point = list(map(Fraction, direction))
        far = program([FAR * x for x in point])
        for value, slope in zip(far, limit(point), strict=True):
            assert abs(value - FAR * slope) < 10**5
    assert limit([Fraction(0)] * program.input_dim) == (0,) * len(program.outputs)


@pytest.mark.parametrize(("point", "value"), [(5, 5), (-5, 0)])
def test_a_constant_in_a_gate(point: int, value: int) -> None:
    """max(1, x) grows as max(0, x) does."""
    build = ProgramBuilder(1)
    program = build.finish(build.gates([(0, 1)]))
    assert program([Fraction(point)]) == (max(1, point),)
    assert recession_program(program)([Fraction(point)]) == (value,)


def test_cones() -> None:
    assert recession_domain(None) is None
    assert recession_domain(Polyhedron.box([0, 0], [1, 1])).dim == 0
    strip = Polyhedron.from_rows([(1, 1, 0), (1, -1, 0)])
    assert recession_domain(strip).lines == ((0, 1),)
