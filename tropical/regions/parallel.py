"""Counts of regions in slices: by several processes, on a cluster, and continued from a file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.enumeration.domain_section import section
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.enumeration.parallel.scheduler import slices, workers
from polytopes.enumeration.parallel.slices import Problem

if TYPE_CHECKING:
    from polytopes.enumeration.parallel.cluster import Cluster
    from tropical.regions.activation_regions import Walk
    from tropical.regions.tally import Tally


@frozen
class Sharing:
    """Which workers count, and the file that records what is done.

    ``jobs`` and ``executor`` as for :func:`polytopes.enumeration.parallel.scheduler.count_in_pool`; ``cluster`` is the
    address of a Dask scheduler, or a :class:`polytopes.enumeration.parallel.cluster.Cluster` with TLS; ``resume`` is a
    file for :class:`polytopes.enumeration.parallel.checkpoint.Checkpoint`.
    """

    jobs: int = 1
    executor: Executor | Callable[[], Executor] | None = None
    cluster: Cluster | str | None = None
    resume: Path | None = None

    @property
    def is_needed(self) -> bool:
        """Whether this is more than one process without a file."""
        return self != Sharing()


def fill_in_slices(tally: Tally, sharing: Sharing, walk: Walk, limits: Limits[Tally] = UNLIMITED) -> None:
    """Add regions to a tally as :func:`tropical.regions.counting.fill` does, with the work shared as ``sharing`` says.

    Raises:
        InputError: if the file cannot be used.
        WorkersLost: if workers die again and again over the same piece of work.
    """
    program, domain, bounded = walk.network.program, walk.domain, tally.bounded
    if tally.linear:
        tally.count_pieces(walk)
    else:
        program, domain, bounded = section(program, domain, walk.relative, bounded)
    problem = Problem.of(program, domain, walk.method, walk.relative, bounded, keyed=tally.linear)
    with ExitStack() as stack:
        store = None
        if sharing.resume is not None:
            from polytopes.enumeration.parallel.checkpoint import Checkpoint

            store = stack.enter_context(Checkpoint(sharing.resume, problem))
        if sharing.cluster is not None:
            from polytopes.enumeration.parallel.cluster import cluster_workers

            hands = stack.enter_context(cluster_workers(sharing.cluster))
        else:
            hands = workers(problem, sharing.jobs, sharing.executor)
        parts = stack.enter_context(closing(slices(problem, hands, store)))
        tally.add_blocks(parts, limits)
