"""Files that are written while regions are counted, and that are not kept if the count was stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tropical.cli.running import Request, Stop, count
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.tally import RegionCount, Tally

T = TypeVar("T")


class _Unfinished(Exception):
    """The count was stopped, so what was written is not all."""


def count_into(
    file: AbstractContextManager[Callable[[T], None]],
    run: Callable[[Callable[[T], None]], tuple[RegionCount, Stop | None]],
    stopped: str,
) -> tuple[RegionCount, Stop | None]:
    """Count while a file takes what is found; if the count was stopped, drop the file and say so."""
    outcome: tuple[RegionCount, Stop | None] | None = None
    try:
        with file as take:
            outcome = run(take)
            if outcome[1] is not None:
                raise _Unfinished
    except _Unfinished:
        note(stopped)
    assert outcome is not None
    return outcome


def count_and_write(
    path: Path,
    network: Network,
    domain: Polyhedron | None,
    request: Request,
    progress: Callable[[Tally], None] | None,
) -> tuple[RegionCount, Stop | None]:
    """Count as :func:`tropical.cli.running.count` does, and write the patterns; none if it was stopped."""
    from tropical.regions.pattern_files import pattern_file

    return count_into(
        pattern_file(path),
        lambda take: count(network, domain, request, progress, write=take),
        f"{path} is not written: it would not have the patterns of all regions",
    )
