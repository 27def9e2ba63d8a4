"""Work in a process of its own, which the clock and Ctrl-C stop wherever it is: also in a library written in C."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any

from polytopes.errors import LimitReached, WorkersLost
from tropical.cli.running import Stop, TimeUp, said, time_limit
from tropical.cli.starting import ENDING, is_delicate, is_own_process

Send = Callable[[Any], None]
"""What work calls with the parts of its answer."""
GRACE = 0.5
"""Seconds in which work may remove what it has half written."""
DIES_WITH_PARENT = 1
"""The name PR_SET_PDEATHSIG of Linux."""


def apart(work: Callable[[Send], None], take: Send, deadline: float | None, saying: str | None = None) -> Stop | None:
    """Do some work, hand on the parts of its answer as they come, and return what stopped it, if anything did.

    The process is a fork. Where forks are not safe (elsewhere than on Linux, and in a process that is not the command's
    own) the work is done in this process, and stops when Python comes to its next step.

    Args:
        work: is called with a function that takes the parts of the answer.
        take: is called with these parts, here.
        deadline: a time of ``time.monotonic``.
        saying: what is shown meanwhile.

    Raises:
        WorkersLost: if the process dies.
        Exception: what the work raises.
    """
    if sys.platform != "linux" or threading.active_count() > 1 or not is_own_process():
        with said(saying):
            return _here(work, take, deadline)
    ours, theirs = Pipe(duplex=False)
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        ours.close()
        _work(work, theirs)
    theirs.close()
    try:
        with ours, said(saying):
            return _follow(ours, take, deadline)
    except KeyboardInterrupt:
        return "interrupt"
    finally:
        _end(pid)


def _here(work: Callable[[Send], None], take: Send, deadline: float | None) -> Stop | None:
    try:
        with time_limit(deadline):
            work(take)
    except TimeUp:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupt"
    return None


def _follow(line: Connection, take: Send, deadline: float | None) -> Stop | None:
    """Hand on what comes until the work is done, or the clock says that it is time."""
    while line.poll(None if deadline is None else max(0.0, deadline - time.monotonic())):
        try:
            kind, content = line.recv()
        except EOFError:
            raise WorkersLost("the process that worked on this died; look for a lack of memory") from None
        if kind == "part":
            take(content)
        elif kind == "error":
            raise content
        else:
            return None
    return "timeout"


def _end(pid: int) -> None:
    """End the process if it goes on, and wait for it."""
    until = time.monotonic() + GRACE
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGTERM)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(0.005)


def _work(work: Callable[[Send], None], line: Connection) -> None:
    """Do the work in the new process, and leave it."""
    code = 1
    try:
        for number in ENDING:
            signal.signal(number, _stop if number == signal.SIGTERM else signal.SIG_IGN)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        _die_with_parent()
        try:
            work(lambda part: line.send(("part", part)))
            answer: tuple[str, Any] = ("end", None)
        except LimitReached as limit:
            answer = ("error", LimitReached(str(limit)))
        except Exception as error:  # whatever goes wrong here is raised in the process that waits
            error.add_note("".join(traceback.format_exception(error)))
            answer = ("error", error)
        line.send(answer)
        code = 0
    except TimeUp:
        pass
    finally:
        sys.stdout.flush()
        os._exit(code)


def _stop(signum: int, frame: Any) -> None:
    if is_delicate(frame):
        os._exit(1)
    raise TimeUp


def _die_with_parent() -> None:
    """Ask the system to kill this process when the one that waits for it is killed."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
