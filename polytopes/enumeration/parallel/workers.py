"""Workers that walk slices: this process, processes of its own, or any executor of :mod:`concurrent.futures`.

A worker takes a task and gives a slice back. A task names its problem by digest, because workers keep the problem they
work on; one that does not know it asks for it. Workers may die at any moment, and the task they had is then reported.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from attrs import define, frozen

from polytopes.enumeration.parallel.slices import Problem, Slice, Slicer, never
from polytopes.enumeration.splitting_tree import Path
from polytopes.errors import WorkersLost

LOST = (BrokenExecutor, CancelledError)
"""What an executor reports of a task whose worker is gone; dask has an error of its own, known by its name."""
HURRY = None
"""The message that asks a worker to end its task soon."""
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


@define
class _Desk:
    process: _Process
    line: Connection
    task: Task | None = None
    hurried: bool = False


class _Process(Protocol):
    def kill(self) -> None: ...


class Processes(Workers):
    """Processes of its own, one connection each, so that a dead one takes nothing with it but its task.

    Ctrl-C is left to the main process; the others end when it does. A fork takes no time and is made where it is safe:
    on Linux, if no other thread runs, for work that only uses what was loaded before. Otherwise a fresh interpreter is
    started; it never runs the user's script, which needs no guard.
    """

    def __init__(self, n: int, fork: bool) -> None:
        self._n = n
        self._fork = fork
        self.slow_start = not fork
        self._desks: list[_Desk] = []

    @property
    def capacity(self) -> int:
        return self._n

    def submit(self, task: Task) -> None:
        desk = next((desk for desk in self._desks if desk.task is None), None) or self._hire()
        desk.task, desk.hurried = task, False
        with suppress(OSError):  # it is dead, which outcomes() will see
            desk.line.send(task)

    def hurry(self) -> None:
        for desk in self._desks:
            if desk.task is not None and not desk.hurried:
                desk.hurried = True
                with suppress(OSError):
                    desk.line.send(HURRY)

    def outcomes(self, seconds: float) -> list[Outcome]:
        lines = {desk.line: desk for desk in self._desks if desk.task is not None}
        return [self._outcome(lines[line]) for line in wait_for(list(lines), seconds) if isinstance(line, Connection)]

    def _outcome(self, desk: _Desk) -> Outcome:
        task, desk.task = desk.task, None
        assert task is not None
        try:
            answer = desk.line.recv()
        except (EOFError, OSError):
            self._dismiss(desk)
            return Outcome(task, None, lost=True)
        if isinstance(answer, BaseException):
            raise answer
        return Outcome(task, answer)

    def _hire(self) -> _Desk:
        line, other = multiprocessing.Pipe()
        with other, _no_signals():
            process = _forked(other) if self._fork else _started(other)
        self._desks.append(_Desk(process, line))
        return self._desks[-1]

    def _dismiss(self, desk: _Desk) -> None:
        self._desks.remove(desk)
        desk.line.close()
        desk.process.kill()
        if isinstance(desk.process, subprocess.Popen):
            desk.process.wait()
        elif isinstance(desk.process, BaseProcess):
            desk.process.join()

    def close(self) -> None:
        while self._desks:
            self._dismiss(self._desks[-1])


def fork_is_safe(problem: Problem) -> bool:
    """Whether workers for a problem may be forks of this process.

    A fork carries over no threads; the solver of linear programs, which only witnesses need, has some.
    """
    return sys.platform == "linux" and threading.active_count() == 1 and problem.method == "vertices"


def _forked(line: Connection) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=serve, args=(line,), daemon=True)
    process.start()
    return process


def _started(line: Connection) -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path[:] = sys.argv[2:]; from {__name__} import serve_at; serve_at(int(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(line.fileno()), *sys.path]
    return subprocess.Popen(command, pass_fds=[line.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class _no_signals:
    """Signals are blocked while a process is started, until it has said how it handles them."""

    def __enter__(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGALRM})

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)


def serve_at(number: int) -> None:
    """Work for the other end of the connection with a file number."""
    serve(Connection(number))


def serve(line: Connection) -> None:
    """Work for the other end of a connection until it, or the process that holds it, is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGALRM})
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            # The other end may be held open by a later fork, so the end of the stream is not the only sign.
            task = line.recv() if line.poll(1.0) else HURRY
            if task is not HURRY:
                line.send(_answer(task, _Ear(line)))
        except (EOFError, OSError):
            return


class _Ear:
    """Whether HURRY has come since a task began; before the task is answered nothing else comes."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._heard = False

    def __call__(self) -> bool:
        if not self._heard and self._line.poll():
            self._heard = self._line.recv() is HURRY
        return self._heard


def _answer(task: Task, hurried: Callable[[], bool]) -> Slice | Exception | None:
    try:
        return work(task, hurried)
    except Exception as error:
        return error


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
    try:
        return Outcome(task, future.result())
    except LOST:
        return Outcome(task, None, lost=True)
    except Exception as error:
        if type(error).__name__ == "KilledWorker":
            return Outcome(task, None, lost=True)
        raise
