"""Workers that are processes of this one, each at the end of a connection."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess
from typing import Protocol

from attrs import define

from polytopes.enumeration.parallel.slices import Problem, Slice
from polytopes.enumeration.parallel.workers import Outcome, Task, Workers, work

HURRY = None
"""The message that asks a worker to end its task soon."""
SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGALRM)
"""Signals that mean something else to a worker than to the main process."""


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

    Ctrl-C and the end of a terminal are left to the main process; the others end when it does. A fork takes no time
    and is made where it is safe: on Linux, if no other thread runs, for work that only uses what was loaded before.
    Otherwise a fresh interpreter is started; it never runs the user's script, which needs no guard.
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
            process = _forked(other) if self._fork else started(other, __name__)
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


def started(line: Connection, module: str) -> subprocess.Popen[bytes]:
    """Start a process that calls ``serve_at`` of a module, by name, with the file number of a connection."""
    code = f"import sys; sys.path[:] = sys.argv[2:]; from {module} import serve_at; serve_at(int(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(line.fileno()), *sys.path]
    return subprocess.Popen(command, pass_fds=[line.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class _no_signals:
    """Signals are blocked while a process is started, until it has said how it handles them."""

    def __enter__(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)


def serve_at(number: int) -> None:
    """Work for the other end of the connection with a file number."""
    serve(Connection(number))


def serve(line: Connection) -> None:
    """Work for the other end of a connection until it, or the process that holds it, is gone."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
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
    except Exception as error:  # whatever goes wrong here is raised where the answer is read
        return error
