"""Where in the splitting tree a walk is, for what is said of one that was stopped.

The walks tell the watch of the context, if there is one: what gates they look at, and which of them is next. Nothing
else depends on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import accumulate

from attrs import define, field, frozen

from polytopes.enumeration.gate_program import GateProgram


@frozen
class Place:
    """The gates that a walk was looking at, on a cell that was split off from the domain by so many splits.

    ``layer`` of ``layers`` is counted from 1, among the stages with gates. Of its ``gates`` ``closed`` have one winner
    on the cell. If they were still being looked at, ``looked_at`` is the number of those of which it was known whether
    they have one, and ``seconds`` the time that the next one has taken; else it is None.
    """

    layer: int
    layers: int
    gates: int
    closed: int
    looked_at: int | None
    splits: int
    seconds: float


@define
class Watch:
    """What a walk has told of where it is; it is read when the walk has stopped."""

    _program: GateProgram | None = None
    _stage: int = 0
    _splits: int = 0
    _closed: int = 0
    _gates: list[int] = field(factory=list)
    """Comparisons up to the end of each gate that is looked at."""
    _compared: int | None = None
    _since: float = field(factory=time.perf_counter)
    _open: list[tuple[int, int]] = field(factory=list)
    """For every layer of a program that was reduced: its gates, and those that the reduced program has."""
    _found: Callable[[], tuple[int, int, int] | None] | None = None
    _more: Callable[[], int] | None = None
    _most: Callable[[], int | None] | None = None

    def reduce(self, program: GateProgram, winners: Sequence[int]) -> None:
        """Note that a walk goes over a program with the gates of this one whose winner is negative, as it is open."""
        rest = iter(winners)
        layers = [[next(rest) for _ in stage.gates] for stage in program.stages if stage.gates]
        self._open = [(len(layer), sum(winner < 0 for winner in layer)) for layer in layers]

    def look(self, program: GateProgram, stage: int, splits: int, comparisons: Sequence[int]) -> None:
        """Begin to look at the open gates of a stage, which take so many comparisons each."""
        self._program, self._stage, self._splits = program, stage, splits
        self._found = self._more = self._most = None
        self._closed = len(program.stages[stage].gates) - len(comparisons)
        self._gates, self._compared, self._since = list(accumulate(comparisons)), 0, time.perf_counter()

    def compared(self) -> None:
        """Note that one more comparison is made."""
        if self._compared is not None:
            self._compared, self._since = self._compared + 1, time.perf_counter()

    def looked(self, n_open: int) -> None:
        """Note that all gates were looked at, and so many are open."""
        if self._program is not None:
            self._compared, self._closed = None, len(self._program.stages[self._stage].gates) - n_open

    def follow(
        self,
        program: GateProgram,
        found: Callable[[], tuple[int, int, int] | None],
        more: Callable[[], int] | None = None,
        most: Callable[[], int | None] | None = None,
    ) -> None:
        """Follow a walk that tells when asked: the stage, the open gates and the splits of its cell, or None.

        ``more`` tells how many cells are proven to be there besides those that the walk has given, and ``most`` a
        number that all cells of the domain together are proven not to exceed, or None.
        """
        self._program, self._found, self._more, self._most, self._compared = program, found, more, most, None

    @property
    def more(self) -> int:
        """A number of cells that are there besides those that the walk has given."""
        return 0 if self._more is None else self._more()

    @property
    def most(self) -> int | None:
        """A number that all cells of the domain do not exceed, if the walk knows one."""
        return None if self._most is None else self._most()

    @property
    def place(self) -> Place | None:
        """Where the walk is; None if it has not begun."""
        program = self._program
        if program is None:
            return None
        number, splits, closed = self._stage, self._splits, self._closed
        told = None if self._found is None else self._found()
        if told is not None:
            number, n_open, splits = told
            number = min(number, program.last_gated_stage)
            closed = len(program.stages[number].gates) - n_open
        layers = [k for k, stage in enumerate(program.stages) if stage.gates]
        if number not in layers:
            return None
        looked_at = None
        if self._compared is not None:
            looked_at = self._closed + sum(end <= self._compared for end in self._gates)
        seconds = time.perf_counter() - self._since
        gates, layer, total = len(program.stages[number].gates), layers.index(number), len(layers)
        if program.n_gates == sum(n for _, n in self._open):
            layer = [k for k, (_, n_open) in enumerate(self._open) if n_open][layer]
            total, decided = len(self._open), self._open[layer][0] - gates
            gates, closed = gates + decided, closed + decided
            looked_at = None if looked_at is None else looked_at + decided
        return Place(layer + 1, total, gates, closed, looked_at, splits, seconds)


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


def current_watch() -> Watch | None:
    """Return the watch of this context."""
    return _WATCH.get()


@contextmanager
def unwatched() -> Iterator[None]:
    """Let walks in a block tell nothing to the watch around it, which is about another walk."""
    token = _WATCH.set(None)
    try:
        yield
    finally:
        _WATCH.reset(token)


@contextmanager
def watching() -> Iterator[Watch]:
    """Let the walks in a block tell where they are.

    >>> from polytopes import ProgramBuilder
    >>> from polytopes.enumeration import cells
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{1: 1}, {0: 1, 1: 1}])))
    >>> with watching() as watch:
    ...     first = next(cells(program))
    >>> watch.place.closed, watch.place.gates, watch.place.splits
    (1, 2, 1)
    """
    watch = Watch()
    token = _WATCH.set(watch)
    try:
        yield watch
    finally:
        _WATCH.reset(token)
