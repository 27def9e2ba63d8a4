"""A count that a limit, the clock or Ctrl-C may stop, and that then says what was found."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from polytopes.errors import DomainError, LimitReached
from tropical.cli.starting import is_importing

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Method
    from polytopes.enumeration.compiled_walk import Patterns
    from polytopes.enumeration.records import Records
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.tally import RegionCount, Tally

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
SHORTEST_JOIN = 5.0
"""Seconds that the joining of linear regions is always given after a time-out or Ctrl-C."""
JOIN_PART = 0.1
"""What it is given after a long count, as a part of the time of the count."""


@frozen
class Request:
    """What is to be counted, and when to stop: ``deadline`` is a time of ``time.monotonic``."""

    linear: bool
    limit: int | None
    deadline: float | None
    method: Method | None
    relative: bool
    jobs: int = 1
    cluster: str | None = None
    resume: Path | None = None
    bounded: bool | None = None


class TimeUp(BaseException):
    """Raised wherever the count happens to be, as KeyboardInterrupt is."""


@contextmanager
def time_limit(deadline: float | None) -> Iterator[None]:
    """Raise TimeUp in the block at a time of ``time.monotonic``, or when the import that goes on then is done.

    The alarm goes on ringing, because an exception that hits a callback of the interpreter is lost (and reported
    through ``sys.unraisablehook``, which is of no use to anyone here).
    """

    def ring(signum: int, frame: FrameType | None) -> None:
        if not over and not is_importing(frame):
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


def count(
    network: Network,
    domain: Polyhedron | None,
    request: Request,
    progress: Callable[[Tally], None] | None,
    take: Callable[[Records], None] | None = None,
    write: Callable[[Patterns], None] | None = None,
) -> tuple[RegionCount, Stop | None]:
    """Return the counts, and what stopped them if they are not complete; ``take`` is given the records for a proof,
    ``write`` the patterns.

    Raises:
        DomainError: if the domain is empty, or lower-dimensional and that was not asked for.
        ShapeError: if the domain lies in another space than the inputs.
    """
    from polytopes.enumeration.limits import Limits
    from tropical.regions.certificate import fill_with_records
    from tropical.regions.counting import counts_bounded, fill, fill_with_patterns
    from tropical.regions.parallel import Sharing, fill_in_slices
    from tropical.regions.tally import Tally

    bounded = counts_bounded(network, domain, request.method) if request.bounded is None else request.bounded
    tally = Tally(linear=request.linear, bounded=bounded)
    try:
        with time_limit(request.deadline):
            add = partial(fill, tally) if take is None else partial(fill_with_records, tally, take)
            if write is not None:
                add = partial(fill_with_patterns, tally, write)
            sharing = Sharing(jobs=request.jobs, cluster=request.cluster, resume=request.resume)
            if sharing.is_needed:
                add = partial(fill_in_slices, tally, sharing)
            limits = Limits(request.limit, progress=progress)
            add(network, domain, limits, method=request.method, relative=request.relative)
            return tally.result(complete=True), None
    except LimitReached as stop:
        return stop.partial, "limit"
    except TimeUp:
        return _partial(tally), "timeout"
    except KeyboardInterrupt:
        return _partial(tally), "interrupt"
    except DomainError as error:
        raise with_way_out(error, domain) from None


def _partial(tally: Tally) -> RegionCount:
    """Return what was found; linear regions are left out if joining them takes too long, or at another Ctrl-C."""
    try:
        with time_limit(time.monotonic() + max(tally.seconds * JOIN_PART, SHORTEST_JOIN)):
            return tally.result(complete=False)
    except (KeyboardInterrupt, TimeUp):
        return tally.result(complete=False, joined=False)


def with_way_out(error: DomainError, domain: Polyhedron | None) -> DomainError:
    """Return the error on a lower-dimensional domain with the option that allows it; others as they are."""
    if domain is None or domain.is_empty:
        return error
    return DomainError(f"{error}: add --relative")


@contextmanager
def held_signals() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done, so that an answer is written as a whole."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
