"""``tropical regions --patterns``: the patterns of all regions in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tropical.commands.running import Request, Stop, count
from tropical.commands.tables import note

if TYPE_CHECKING:
    from polytopes.polyhedron import Polyhedron
    from tropical.counting import RegionCount, Tally
    from tropical.network import Network


class _Unfinished(Exception):
    """The count was stopped, so not all patterns are known."""


def count_and_write(
    path: Path,
    network: Network,
    domain: Polyhedron | None,
    request: Request,
    progress: Callable[[Tally], None] | None,
) -> tuple[RegionCount, Stop | None]:
    """Count as :func:`tropical.commands.running.count` does, and write the patterns; none if it was stopped."""
    from tropical.patterns import pattern_file

    outcome: tuple[RegionCount, Stop | None] | None = None
    try:
        with pattern_file(path) as take:
            outcome = count(network, domain, request, progress, write=take)
            if outcome[1] is not None:
                raise _Unfinished
    except _Unfinished:
        note(f"{path} is not written: it would not have the patterns of all regions")
    assert outcome is not None
    return outcome
