"""Where walks say they are, in Python, compiled, over boxes and by linear programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from polytopes import Polyhedron, ProgramBuilder
from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.stage_watch import Watch, unwatched, watching
from polytopes.enumeration.witness_cell import WitnessCell


def two_layers(dim: int) -> GateProgram:
    """Gates x_i and then sum |x_i| - 1."""
    build = ProgramBuilder(dim)
    first = build.absolute(build.linear([{i + 1: 1} for i in range(dim)]))
    return build.finish(build.relu(build.linear([{0: -1, **{slot: 1 for slot in first}}])))


def test_nothing_is_known_before_a_walk() -> None:
    with watching() as watch:
        assert watch.place is None


@pytest.mark.parametrize("walk", [cells, blocks])
def test_after_the_first_cells(walk: Callable[[GateProgram], Iterator[object]]) -> None:
    with watching() as watch:
        next(walk(two_layers(2)))
    place = watch.place
    assert place is not None and place.layer <= place.layers == 2 and place.looked_at is None
    assert 0 <= place.closed <= place.gates == (2, 1)[place.layer - 1] and place.splits >= place.layer


class Stopped(Exception):
    """What stops a walk in the middle."""


def stopped_at(monkeypatch: pytest.MonkeyPatch, comparison: int, domain: Polyhedron | None) -> Watch:
    """A walk by linear programs that is stopped in one of its first comparisons."""
    seen = 0
    signs = WitnessCell._signs

    def counted(cell: WitnessCell, form: tuple[int, ...]) -> int:
        nonlocal seen
        seen += 1
        if seen > comparison:
            raise Stopped
        return signs(cell, form)

    monkeypatch.setattr(WitnessCell, "_signs", counted)
    with watching() as watch, pytest.raises(Stopped):
        list(cells(two_layers(4), domain, "witness"))
    return watch


def test_in_the_middle_of_the_first_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    for comparison in range(4):
        place = stopped_at(monkeypatch, comparison, None).place
        assert place is not None
        assert (place.layer, place.layers, place.gates, place.closed) == (1, 2, 4, 0)
        assert (place.looked_at, place.splits) == (comparison, 0) and place.seconds >= 0
        monkeypatch.undo()


def test_gates_that_a_reduction_closes_are_counted() -> None:
    """Of four gates over a box in which x_0 and x_1 have one sign two are open, in the second layer one."""
    watch, whole = Watch(), two_layers(4)
    watch.reduce(whole, (1, 1, -1, -1, -1))
    watch.look(two_layers(2), 0, 3, (1, 1))
    watch.compared()
    place = watch.place
    assert place is not None and (place.gates, place.closed, place.looked_at, place.splits) == (4, 2, 3, 3)
    watch.looked(1)
    assert watch.place is not None and (watch.place.closed, watch.place.looked_at) == (3, None)


def test_another_walk_is_not_told_of() -> None:
    with watching() as watch:
        with unwatched():
            list(cells(two_layers(1)))
        assert watch.place is None
