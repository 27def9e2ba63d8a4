"""The progress of a count along a frontier."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from tropical.cli.running import REFRESH

PATIENCE = 0.5
"""Seconds before anything is shown."""


@contextmanager
def frontier_progress() -> Iterator[None]:
    """Show the windows that were read and the states in memory, if standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    from polytopes.minkowski_sums.frontier import watching

    shown = time.monotonic() + PATIENCE
    with console.status("", spinner="dots") as status:

        def show(done: int, windows: int, states: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown > REFRESH:
                shown = now
                status.update(progress_text(done, windows, states))

        with watching(show):
            yield


def progress_text(done: int, windows: int, states: int) -> str:
    """Return the line that is shown; families have no number of windows.

    >>> progress_text(9, 42, 12345), progress_text(0, 0, 7)
    ('window 9 of 42, 12,345 states', '7 states')
    """
    place = f"window {done} of {windows}, " if windows else ""
    return f"{place}{states:,} states"
