"""Counts cut into slices at arbitrary places add up to the whole."""

from __future__ import annotations

from fractions import Fraction

import pytest

from polytopes.cells import cells
from polytopes.gates import ProgramBuilder
from polytopes.slices import Slicer


def example():
    """A layer of maxima of rank 3, then ReLUs that read them."""
    build = ProgramBuilder(2)
    forms = [[{0: Fraction(a * b), 1: Fraction(a), 2: Fraction(b)} for a in (-1, 0, 2)] for b in (-2, 1, 3)]
    maxima = build.gates([build.linear(group) for group in forms])
    mixed = [
        {0: Fraction(-k), maxima[0]: Fraction(1), maxima[1]: Fraction(-k), maxima[2]: Fraction(1)} for k in range(4)
    ]
    return build.finish(build.relu(build.linear(mixed)))


@pytest.mark.parametrize("method", ["vertices", "witness"])
@pytest.mark.parametrize("seconds", [0.0, 0.002])
def test_slices_add_up(method, seconds, monkeypatch):
    monkeypatch.setattr("polytopes.compiled.STEPS", 3)
    program = example()
    slicer = Slicer(program, method=method, bounded=True)
    total = bounded = 0
    left, rounds = [()], 0
    while left:
        part = slicer.slice(left.pop(rounds % len(left)), seconds if rounds < 100 else 60.0)
        total, bounded, rounds = total + part.count, bounded + part.n_bounded, rounds + 1
        assert len(set(part.left)) == len(part.left)
        left.extend(part.left)
    found = list(cells(program))
    assert total == len(found)
    assert bounded == sum(cell.is_bounded for cell in found)
    assert rounds > 1 or seconds


def test_every_cell_is_at_the_end_of_its_own_path():
    slicer = Slicer(example())
    whole = slicer.slice().count
    assert whole == slicer.slice(seconds=60).count
    assert slicer.slice(((0, 0),)).count < whole
