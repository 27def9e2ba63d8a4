"""Counts handed out in slices to workers of any kind; the answer does not depend on how many there are.

The open paths lie in piles, one for each task that may be under way. A task takes the upper half of its pile, walks
below these paths for a while and puts back what it left. What lies deepest is done first, next to what was done before,
so that the way there is short and a pile stays as small as the stack of one walk. Whose pile is empty takes the lower
half of the largest one: shallow paths, with most work below them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from polytopes.enumeration.domain_cell import Method
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.limits import Limits
from polytopes.enumeration.parallel.processes import Processes, fork_is_safe
from polytopes.enumeration.parallel.slices import Problem, Slice
from polytopes.enumeration.parallel.workers import Futures, Here, Task, Workers, learn
from polytopes.enumeration.splitting_tree import Path
from polytopes.errors import InputError, WorkersLost

if TYPE_CHECKING:
    from polytopes.enumeration.parallel.checkpoint import Checkpoint
    from polytopes.polyhedra.polyhedron import Polyhedron

SHORTEST, LONGEST = 0.3, 3.0
"""Seconds of a slice: short ones at first and whenever there is little to hand out."""
SHARE_OF_TIME = 1 / 4
"""A slice takes no larger share of the time that has passed."""
FIRST = 0.01
"""Seconds of the slices that this process walks, before it hands work out and until a worker answers."""
PATIENCE = 0.1
"""Seconds between two looks at the clock while all workers are busy."""
MOST_JOBS = 1024
ATTEMPTS = 4
"""How often a path is handed out if its workers die."""


@frozen
class Totals:
    """Numbers of cells and, where they were asked for, of bounded cells."""

    count: int
    n_bounded: int


def count_in_pool(
    program: GateProgram,
    domain: Polyhedron | None = None,
    *,
    jobs: int = 1,
    executor: Executor | Callable[[], Executor] | None = None,
    method: Method | None = None,
    relative: bool = False,
    bounded: bool = False,
    store: Checkpoint | None = None,
    progress: Callable[[Totals], None] | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Totals:
    """Count the cells of :func:`polytopes.enumeration.cells.cells` with many workers.

    Args:
        program, domain, method, relative: as there.
        jobs: the number of processes; 0 for one on every core.
        executor: an executor to use instead, with room for ``jobs`` tasks; or a function that makes one, so that one
            that broke can be replaced.
        bounded: count bounded cells too.
        store: where finished slices are recorded; what it has is not done again.
        progress: called with the totals now and then.
        limit: stop when there are more than this many cells.
        timeout: stop after this many seconds.

    Raises:
        LimitReached: with the totals so far as ``partial``.
        WorkersLost: if workers die again and again over the same piece of work.
        ShapeError, DomainError: as :func:`polytopes.enumeration.cells.cells`.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> count_in_pool(build.finish(build.relu([1, 2])), jobs=2)
    Totals(count=4, n_bounded=0)
    """
    started, limits = time.monotonic(), Limits(limit, timeout, progress)
    problem = Problem.of(program, domain, method, relative, bounded)
    totals = Totals(0, 0)

    def so_far() -> Totals:
        return totals

    with closing(slices(problem, workers(problem, jobs, executor), store)) as parts:
        for part in parts:
            totals = Totals(totals.count + part.count, totals.n_bounded + part.n_bounded * bounded)
            limits.check(totals.count, time.monotonic() - started, so_far)
            limits.report(totals)
    return totals


def workers(problem: Problem, jobs: int = 1, executor: Executor | Callable[[], Executor] | None = None) -> Workers:
    """Return the workers that the arguments of :func:`count_in_pool` name.

    Raises:
        InputError: if ``jobs`` is negative or larger than 1024.
    """
    if not 0 <= jobs <= MOST_JOBS:
        raise InputError(f"{jobs} jobs; give a number up to {MOST_JOBS}, or 0 for one on every core")
    n = jobs or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
    if executor is not None:
        return Futures(executor, n)
    return Here() if n == 1 else Processes(n, fork_is_safe(problem))


def slices(problem: Problem, workers: Workers, store: Checkpoint | None = None) -> Generator[Slice, None, None]:
    """Yield the slices of a count as they are finished, recorded ones at first; empty ones now and then.

    Errors as for :func:`count_in_pool`. The workers are closed at the end.
    """
    try:
        if store is None:
            yield from (part for _, part in _Deal(problem, workers, [()]).finished())
            return
        yield from _recorded(problem, store)
        for taken, part in _Deal(problem, workers, store.paths()).finished():
            if taken:
                store.record(taken, part)
            yield part
    finally:
        workers.close()


def _recorded(problem: Problem, store: Checkpoint) -> Iterator[Slice]:
    keyer = learn(problem).keyer if problem.keyed else None
    if keyer is None:
        yield Slice(store.count, store.n_bounded, ())
        yield from (Slice(0, 0, (), notes=text) for text in store.notes())
        return
    yield Slice(0, store.n_bounded, ())
    for cells in store.cells(keyer):
        yield Slice(len(cells), 0, (), cells=(keyer.keyed(cells),))


class _Deal:
    """The piles of open paths, and what is under way."""

    def __init__(self, problem: Problem, workers: Workers, paths: Sequence[Path]) -> None:
        self.problem = problem
        self.workers = workers
        self.piles: list[list[Path]] = [list(paths)]
        self.busy: set[int] = set()
        self.answered = not workers.slow_start
        self.losses: Counter[Path] = Counter()
        self.started = time.monotonic()

    @property
    def n_open(self) -> int:
        return sum(map(len, self.piles))

    def finished(self) -> Iterator[tuple[Sequence[Path], Slice]]:
        """Yield (paths, the slice below them); until one that is slow to start has answered, this process works too."""
        if not self.n_open:
            return
        yield self._here()
        while self.n_open or self.busy:
            self._hand_out()
            if len(self.busy) < self.workers.capacity:
                self.workers.hurry()
            if self.n_open and not self.answered:
                yield self._here()
            yield from self._outcomes(PATIENCE if self.answered or not self.n_open else 0.0)

    def _here(self) -> tuple[Sequence[Path], Slice]:
        slicer = learn(self.problem)
        pile = max(self.piles, key=len)
        path = pile.pop()
        part = slicer.slice(path, FIRST)
        pile.extend(part.left)
        return [path], part

    def _hand_out(self) -> None:
        capacity = self.workers.capacity
        while len(self.piles) < capacity:
            self.piles.append([])
        for number in range(capacity):
            if number not in self.busy and len(self.busy) < capacity and (self.piles[number] or self._steal(number)):
                self._submit(Task(self.problem.digest, self._take(self.piles[number]), self._seconds(), pile=number))

    def _steal(self, number: int) -> bool:
        """Move the lower half of the largest pile to an empty one."""
        largest = max(self.piles, key=len)
        half = (len(largest) + 1) // 2
        self.piles[number] = largest[:half]
        del largest[:half]
        return half > 0

    def _outcomes(self, seconds: float) -> Iterator[tuple[Sequence[Path], Slice]]:
        outcomes = self.workers.outcomes(seconds)
        for outcome in outcomes:
            task = outcome.task
            self.busy.remove(task.pile)
            if outcome.lost:
                self._count_loss(task)
            elif outcome.slice is None:
                self._submit(evolve(task, problem=self.problem))
            else:
                self.answered = True
                self.piles[task.pile].extend(outcome.slice.left)
                yield task.paths, outcome.slice
        if not outcomes:
            yield (), Slice(0, 0, ())

    def _submit(self, task: Task) -> None:
        self.workers.submit(task)
        self.busy.add(task.pile)

    def _take(self, pile: list[Path]) -> tuple[Path, ...]:
        """Take the upper half of a pile; one over which a worker was lost goes alone, to find out if it is to blame."""
        size = (len(pile) + 1) // 2
        taken = [pile.pop()]
        while len(taken) < size and taken[0] not in self.losses and pile[-1] not in self.losses:
            taken.append(pile.pop())
        return tuple(reversed(taken))

    def _seconds(self) -> float:
        if self.n_open < self.workers.capacity:
            return SHORTEST
        return min(LONGEST, max(SHORTEST, SHARE_OF_TIME * (time.monotonic() - self.started)))

    def _count_loss(self, task: Task) -> None:
        self.losses.update(task.paths)
        self.piles[task.pile].extend(task.paths)
        for path in task.paths:
            if self.losses[path] >= ATTEMPTS:
                raise WorkersLost(
                    f"workers died {ATTEMPTS} times over the same piece of work; look for a lack of memory"
                    " (and let fewer work at once), or for what else ends them"
                )
