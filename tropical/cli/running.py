"""Work that a limit, the clock or Ctrl-C may stop, and how far it is."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Literal, TypeVar

from polytopes.errors import LimitReached
from tropical.cli.starting import ENDING, interrupts_held, is_delicate

T = TypeVar("T")
Stop = Literal["limit", "timeout", "interrupt"]
STOPS: dict[Stop, str] = {
    "limit": "stopped at the limit",
    "timeout": "stopped by the clock",
    "interrupt": "interrupted",
}
"""What is said of a stop."""

LONGEST_TIMEOUT = 10**8
"""Seconds that every system's timer takes."""
SOON = 1e-6
RING = 0.2
"""Seconds between two rings of the alarm."""
REFRESH = 0.1
"""Seconds between two updates of the progress line."""


class TimeUp(BaseException):
    """Raised wherever the work happens to be, as KeyboardInterrupt is."""


@contextmanager
def time_limit(deadline: float | None) -> Iterator[None]:
    """Raise TimeUp in the block at a time of ``time.monotonic``, or, if something delicate goes on, when that is done.

    The alarm keeps ringing, because an exception in a callback of the interpreter is lost; it is only reported through
    ``sys.unraisablehook``, which is silenced here.
    """

    def ring(signum: int, frame: FrameType | None) -> None:
        if not over and not is_delicate(frame):
            raise TimeUp

    seconds = None if deadline is None else max(deadline - time.monotonic(), SOON)
    if seconds is None or seconds > LONGEST_TIMEOUT:
        yield
        return
    over = False
    previous, report = signal.signal(signal.SIGALRM, ring), sys.unraisablehook
    sys.unraisablehook = lambda lost: None if lost.exc_type is TimeUp else report(lost)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, RING)
            yield
        finally:
            over = True
    finally:
        # Reached even if the alarm rang in the line above.
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        sys.unraisablehook = report


@contextmanager
def held_signals() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done, so that an answer is written as a whole."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        # Another thread may take a signal that this one blocks; the handler then runs here nevertheless.
        with interrupts_held():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def said(text: str | None) -> Iterator[None]:
    """Show what is being done while the block runs, if standard error is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if text is None or not console.is_terminal:
        yield
        return
    with console.status(text):
        yield


def guarded(deadline: float | None, work: Callable[[], None], saying: str | None = None) -> Stop | None:
    """Do the work, and return what stopped it, if anything did.

    Args:
        deadline: a time of ``time.monotonic``.
        work: what is done.
        saying: what is shown meanwhile, for work that shows nothing itself.
    """
    try:
        with said(saying), time_limit(deadline):
            work()
    except LimitReached:
        return "limit"
    except TimeUp:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupt"
    return None


@contextmanager
def running_count(what: str) -> Iterator[Callable[[int], None]]:
    """Show a number that grows on standard error, if that is a terminal; yields what is to be called with it."""
    with running_line(lambda number: f"{number:,} {what}") as show:
        yield show


@contextmanager
def running_line(text: Callable[[T], str]) -> Iterator[Callable[[T], None]]:
    """Show the text of a state on standard error, if that is a terminal; yields what is to be called with the state."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda state: None
        return
    shown = 0.0
    with console.status("working") as status:

        def show(state: T) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown > REFRESH:
                status.update(text(state))
                shown = now

        yield show
