"""Bounds on the time and the memory that a reader may take for a small file."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 20
"""Seconds for one file of some hundred bytes: far more than any takes, also where other tests run at the same time."""
MEMORY = 2**31
"""Bytes that one file may take beyond what the process has."""


class Hangs(BaseException):
    """A reader that does not come to an end; no reader may catch it."""


@contextmanager
def bounded() -> Iterator[None]:
    """Bound the time and the memory of the block."""

    def ring(*_: object) -> None:
        raise Hangs

    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else None
    limits = resource.getrlimit(resource.RLIMIT_AS)
    if pages is not None:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, limits[1]))
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)
