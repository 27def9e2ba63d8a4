"""The max-pooling polytope that ``tropical pool --export`` writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polytopes.errors import InputError
from tropical.cli.exports import check_export, export
from tropical.cli.running import STOPS, Stop, guarded
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts

MOST_IN_FILE = 10**6
"""Vertices that are written to one file."""


def check_polytope_file(path: Path) -> None:
    """Refuse files of other kinds."""
    from polytopes.polyhedra.polyhedron import Polyhedron

    check_export(path, Polyhedron)


def export_polytope(counts: PoolingCounts, path: Path, stopped_by: Stop | None, deadline: float | None) -> Stop | None:
    """Write the sum of simplices whose normal cones are the regions; return what stopped the work.

    Where the constant 0 is among the inputs, it is the last coordinate.

    Raises:
        InputError: if there are too many vertices for a file that lists them.
    """
    from polytopes.minkowski_sums.simplex_sum import SimplexSum

    def write() -> None:
        if path.suffix.lower() != ".ine" and counts.n_vertices() > MOST_IN_FILE:
            raise InputError(
                f"{path}: more than {MOST_IN_FILE:,} vertices for one file; write the facets to an .ine file, or list "
                "regions with 'tropical pool list'"
            )
        last = "; its last coordinate is the constant 0" if counts.has_zero else ""
        export(SimplexSum(counts.expanded), path, f"the polytope{last}")

    stopped_by = stopped_by or guarded(deadline, write)
    if stopped_by is not None:
        note(f"{STOPS[stopped_by]}; {path} is not written")
    return stopped_by
