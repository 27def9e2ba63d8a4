"""Counts cut into slices at arbitrary places add up to the whole."""

from __future__ import annotations

import functools
from fractions import Fraction

import pytest

from polytopes.enumeration.cells import cells
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.parallel.slices import Slice, Slicer
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.splitting_tree import advance, branch, settle


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
    monkeypatch.setattr("polytopes.enumeration.compiled_count.STEPS", 3)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS", 3)
    monkeypatch.setattr("polytopes.enumeration.compiled_walk.STEPS_OF_PROBE", 3)
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
    whole = slicer.slice(seconds=60).count
    assert whole == sum(1 for _ in cells(example()))
    assert slicer.slice(((0, 0),), seconds=60).count < whole


@pytest.mark.parametrize("method", ["vertices", "witness"])
def test_the_way_is_led_by_the_path(method):
    """Below each node of the exact tree the compiled walk finds as many cells; on no way, none."""
    program = example()
    slicer = Slicer(program, method=method)
    paths = {cell.path[:length] for cell in leaves(program, method) for length in range(len(cell.path) + 1)}
    for path in sorted(paths)[::3]:
        below = sum(1 for cell in leaves(program, method) if cell.path[: len(path)] == path)
        assert slicer.slice(path, seconds=60) == Slice(below, 0, ())
    longest = max(paths, key=len)
    for path in ((*longest, (0, 0)), ((10**6, 0),), (*longest[:-1], (longest[-1][0], 77)), longest * 50):
        assert slicer.slice(path, seconds=60) == Slice(0, 0, ())


@functools.cache
def leaves(program, method):
    """The leaves of the exact splitting tree."""
    _, root = root_node(program, None, method, False)
    found, stack = [], [root]
    while stack:
        node = advance(program, settle(program, stack.pop()))
        if node.open:
            stack.extend(branch(program, node))
        else:
            found.append(node)
    return found
