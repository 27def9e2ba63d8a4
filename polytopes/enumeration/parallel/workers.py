"""Workers that walk slices: this process or any executor of :mod:`concurrent.futures`; see also ``processes``.

A worker takes a task and gives a slice back. A task names its problem by digest, because workers keep the problem they
work on; one that does not know it asks for it. Workers may die at any moment, and the task they had is then reported.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from typing import Any

from attrs import frozen

from polytopes.enumeration.parallel.slices import Problem, Slice, Slicer, never
from polytopes.enumeration.splitting_tree import Path
from polytopes.errors import WorkersLost

LOST = (BrokenExecutor, CancelledError)
"""What an executor reports of a task whose worker is gone; dask has an error of its own, known by its name."""
_desk = threading.local()


@frozen
class Task:
    """A stack of paths to walk below for about so many seconds."""

    digest: str
    paths: tuple[Path, ...]
    seconds: float
    problem: Problem | None = None
    pile: int = 0
    """Where the sender keeps what is left."""


def work(task: Task, hurried: Callable[[], bool] = never) -> Slice | None:
    """Walk the slices of a task, in any process; None if its problem is not known here and was not sent along.

    ``hurried`` is that of :meth:`polytopes.enumeration.parallel.slices.Slicer.slices`.
    """
    if getattr(_desk, "digest", None) != task.digest:
        if task.problem is None:
            return None
        learn(task.problem)
    slicer: Slicer = _desk.slicer
    return slicer.slices(task.paths, task.seconds, hurried)


def learn(problem: Problem) -> Slicer:
    """Make the slicer of a problem the one that this thread works with."""
    if getattr(_desk, "digest", None) != problem.digest:
        _desk.slicer, _desk.digest = problem.slicer(), problem.digest
    slicer: Slicer = _desk.slicer
    return slicer


@frozen
class Outcome:
    """A task and its slice; without one the problem has to be sent along, or the worker is ``lost``."""

    task: Task
    slice: Slice | None
    lost: bool = False


class Workers(ABC):
    """What tasks are handed to; some are slow to start."""

    slow_start = True

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many tasks may be under way at once."""

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Begin a task; fewer than ``capacity`` are under way."""

    @abstractmethod
    def outcomes(self, seconds: float) -> list[Outcome]:
        """Wait for so long at most and return what has ended."""

    def hurry(self) -> None:  # noqa: B027
        """Ask for what is under way to be ended soon, since there is nothing else to hand out; those who can do it."""

    @abstractmethod
    def close(self) -> None:
        """Drop what is under way."""


class Here(Workers):
    """This process alone."""

    capacity = 1
    slow_start = False

    def __init__(self) -> None:
        self._task: Task | None = None

    def submit(self, task: Task) -> None:
        self._task = task

    def outcomes(self, seconds: float) -> list[Outcome]:
        task, self._task = self._task, None
        return [] if task is None else [Outcome(task, work(task))]

    def close(self) -> None:
        self._task = None


class Futures(Workers):
    """Any executor, for example of a cluster.

    Args:
        executor: an executor, or what makes one; only then can one that broke be replaced.
        n_workers: how many tasks it runs at once; a function where that changes.
        options: further arguments of its ``submit``.
    """

    def __init__(
        self,
        executor: Executor | Callable[[], Executor],
        n_workers: int | Callable[[], int],
        **options: Any,
    ) -> None:
        self._make = None if isinstance(executor, Executor) else executor
        self._executor = executor if isinstance(executor, Executor) else executor()
        self._n_workers = n_workers
        self._options = options
        self._tasks: dict[Future[Slice | None], Task] = {}

    @property
    def capacity(self) -> int:
        """Two tasks a worker, so that it has one at hand when it is done with the other."""
        return 2 * max(1, self._n_workers if isinstance(self._n_workers, int) else self._n_workers())

    def submit(self, task: Task) -> None:
        try:
            future = self._executor.submit(work, task, **self._options)
        except BrokenExecutor as error:
            if self._make is None:
                raise WorkersLost(
                    "the executor broke, because a process of it died; give a function that makes a new one"
                ) from error
            self._executor.shutdown(wait=False)
            self._executor = self._make()
            future = self._executor.submit(work, task, **self._options)
        self._tasks[future] = task

    def outcomes(self, seconds: float) -> list[Outcome]:
        done, _ = wait(self._tasks, seconds, FIRST_COMPLETED)
        return [_outcome(self._tasks.pop(future), future) for future in done]

    def close(self) -> None:
        for future in self._tasks:
            future.cancel()
        self._tasks.clear()
        if self._make is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)


def _outcome(task: Task, future: Future[Slice | None]) -> Outcome:
    error = None if future.cancelled() else future.exception()
    if future.cancelled() or isinstance(error, LOST) or type(error).__name__ == "KilledWorker":
        return Outcome(task, None, lost=True)
    return Outcome(task, future.result())
