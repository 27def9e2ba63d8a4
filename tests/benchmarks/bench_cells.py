"""Time per activation region of random ReLU networks, over all of R^d. Run by ``make bench-all``."""

import random
import time
from fractions import Fraction
from math import comb

import pytest

from polytopes.enumeration.cells import Method, cells
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.program_builder import ProgramBuilder

SHAPES = [(2, 16), (2, 16, 16), (3, 16), (3, 12, 12), (4, 12), (5, 10)]


def random_program(widths: tuple[int, ...]) -> GateProgram:
    """A ReLU network with these widths, input first, and weights that are dyadic numbers in (-1, 1)."""
    generator = random.Random(str(widths))
    build = ProgramBuilder(widths[0])
    slots = list(range(1, widths[0] + 1))
    for width in widths[1:]:
        rows = [
            {slot: Fraction(generator.randrange(1 - 2**30, 2**30), 2**30) for slot in (0, *slots)} for _ in range(width)
        ]
        slots = build.relu(build.linear(rows))
    return build.finish(slots)


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("widths", SHAPES, ids=lambda widths: "-".join(map(str, widths)))
def test_cells(widths: tuple[int, ...], method: Method) -> None:
    program = random_program(widths)
    start = time.perf_counter()
    count = sum(1 for _ in cells(program, method=method))
    seconds = time.perf_counter() - start
    print(f"\n{count} regions in {seconds:.2f} s, {1e6 * seconds / count:.0f} us each")
    if len(widths) == 2:
        dim, n = widths
        assert count == sum(comb(n, i) for i in range(dim + 1))
