"""A count that a limit, the clock or Ctrl-C may stop, and that then says what was found."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from attrs import frozen

from polytopes.errors import DomainError, LimitReached

if TYPE_CHECKING:
    from polytopes.cells import Method
    from polytopes.polyhedron import Polyhedron
    from polytopes.records import Records
    from tropical.counting import RegionCount, Tally
    from tropical.network import Network

Stop = Literal["limit", "timeout", "interrupt"]

LONGEST_TIMEOUT = 10**8
"""Seconds that every system's timer takes."""
SHORTEST_JOIN = 5.0
"""Seconds that the joining of linear regions is always given after a time-out or Ctrl-C."""


@frozen
class Request:
    """What is to be counted, and when to stop."""

    linear: bool
    limit: int | None
    timeout: float | None
    method: Method | None
    relative: bool
    jobs: int = 1
    cluster: str | None = None
    resume: Path | None = None


class TimeUp(BaseException):
    """Raised wherever the count happens to be, as KeyboardInterrupt is."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise TimeUp in the block after so many seconds.

    The alarm goes on ringing, because an exception that hits a callback of the interpreter is lost (and reported
    through ``sys.unraisablehook``, which is of no use to anyone here).
    """

    def ring(signum: int, frame: FrameType | None) -> NoReturn:
        raise TimeUp

    if seconds is None or seconds > LONGEST_TIMEOUT:
        yield
        return
    previous, report = signal.signal(signal.SIGALRM, ring), sys.unraisablehook
    sys.unraisablehook = lambda lost: None if lost.exc_type is TimeUp else report(lost)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        sys.unraisablehook = report


def count(
    network: Network,
    domain: Polyhedron | None,
    request: Request,
    progress: Callable[[Tally], None] | None,
    take: Callable[[Records], None] | None = None,
) -> tuple[RegionCount, Stop | None]:
    """Return the counts, and what stopped them if they are not complete; ``take`` is given the records for a proof.

    Raises:
        DomainError: if the domain is empty, or lower-dimensional and that was not asked for.
        ShapeError: if the domain lies in another space than the inputs.
    """
    from tropical.certificate import fill_with_records
    from tropical.counting import Tally
    from tropical.slicing import Sharing, fill_in_slices

    tally = Tally(linear=request.linear, bounded=domain is None)
    try:
        with time_limit(request.timeout):
            fill = tally.fill if take is None else partial(fill_with_records, tally, take)
            sharing = Sharing(jobs=request.jobs, cluster=request.cluster, resume=request.resume)
            if sharing.is_needed:
                fill = partial(fill_in_slices, tally, sharing)
            fill(
                network,
                domain,
                limit=request.limit,
                method=request.method,
                relative=request.relative,
                progress=progress,
            )
            return tally.result(complete=True), None
    except LimitReached as stop:
        return stop.partial, "limit"
    except TimeUp:
        return _partial(tally, request.timeout or 0.0), "timeout"
    except KeyboardInterrupt:
        return _partial(tally, 0.0), "interrupt"
    except DomainError as error:
        raise with_way_out(error, domain) from None


def _partial(tally: Tally, timeout: float) -> RegionCount:
    """Return what was found; linear regions are left out if joining them takes too long, or at another Ctrl-C."""
    try:
        with time_limit(max(timeout, SHORTEST_JOIN)):
            return tally.result(complete=False)
    except (KeyboardInterrupt, TimeUp):
        return tally.result(complete=False, joined=False)


def with_way_out(error: DomainError, domain: Polyhedron | None) -> DomainError:
    """Return the error on a lower-dimensional domain with the option that allows it; others as they are."""
    if domain is None or domain.is_empty:
        return error
    return DomainError(f"{error}: add --relative")


def nothing_found(request: Request) -> dict[str, Any]:
    """Return the counts of a run that was interrupted before it began."""
    linear = {"linear_regions": 0, "distinct_affine_maps": 0} if request.linear else {}
    return {"activation_regions": 0, **linear, "complete": False, "seconds": 0.0}
