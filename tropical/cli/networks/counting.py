"""The count of ``tropical regions``: what is asked of it, who does it, and the files that are written meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from attrs import frozen

from polytopes.errors import InputError, LimitReached
from tropical.cli.networks.sharing import SharingOptions
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_walk import Patterns
    from polytopes.enumeration.records import Records
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.tally import RegionCount, Tally

SHORTEST_JOIN = 5.0
"""Seconds that the joining of linear regions is always given after a time-out or Ctrl-C."""
JOIN_PART = 0.1
"""What it is given after a long count, as a part of the time of the count."""

T = TypeVar("T")
Outcome = tuple["RegionCount", Stop | None]
"""The counts, and what stopped them if they are not complete."""


@frozen
class CountOptions(WalkOptions, SharingOptions):
    """What is counted, by whom, and when to stop."""

    relative: Annotated[
        bool, typer.Option("--relative", help="Count regions relative to the hull of a lower-dimensional domain.")
    ] = False
    linear: Annotated[bool, typer.Option("--linear", help="Also count linear regions and distinct affine maps.")] = (
        False
    )
    bounded: Annotated[
        bool | None,
        typer.Option("--bounded/--no-bounded", help="Count bounded regions too; if not said, where that is cheap."),
    ] = None
    by_layer: Annotated[
        bool, typer.Option("--by-layer", help="Also count the regions after each layer with gates.")
    ] = False
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a certificate of the count, for 'tropical check'.")
    ] = None
    patterns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the patterns of all regions: .jsonl or .npz.")
    ] = None

    def check(self) -> None:
        """Refuse options that exclude each other."""
        shared = {
            "--jobs": self.jobs != 1,
            "--cluster": self.cluster is not None,
            "--resume": self.resume is not None,
        }
        others = {"--linear": self.linear, "--certificate": self.certificate is not None, **shared}
        conflicts = [
            (self.patterns is not None, others, "--patterns is written by one process in a run of its own"),
            (self.certificate is not None, shared, "--certificate is written by one process in one run"),
        ]
        for is_given, excluded, reason in conflicts:
            named = [option for option, is_excluded in excluded.items() if is_excluded]
            if is_given and named:
                raise InputError(f"{reason}; leave {' and '.join(named)} out")
        self.check_sharing()
        if self.patterns is not None:
            from tropical.regions.pattern_files import check_ending

            check_ending(self.patterns)


def count(
    network: Network,
    domain: Polyhedron | None,
    options: CountOptions,
    progress: Callable[[Tally], None] | None,
) -> Outcome:
    """Count as the options say, and write the files that they name; a file of a stopped count is not kept.

    Raises:
        DomainError: if the domain is empty, or lower-dimensional and that was not asked for.
        ShapeError: if the domain lies in another space than the inputs.
    """
    run = partial(_count, network, domain, options, progress)
    if options.patterns is not None:
        from tropical.regions.pattern_files import pattern_file

        return _count_into(
            pattern_file(options.patterns),
            lambda write: run(write=write),
            f"{options.patterns} is not written: it would not have the patterns of all regions",
        )
    if options.certificate is not None:
        from tropical.regions.certificate import certificate

        return _count_into(
            certificate(options.certificate, network.program, domain),
            lambda take: run(take=take),
            f"{options.certificate} is not written: a certificate is of a complete count",
        )
    return run()


def count_layers(
    network: Network, domain: Polyhedron | None, options: CountOptions
) -> tuple[list[int | None], Stop | None]:
    """Count the regions after each layer with gates but the last, and say what stopped that, if anything did.

    Those of the last layer, which the count itself finds, and of layers that were not counted are None.
    """
    from tropical.regions.counting import count_regions
    from tropical.regions.layer_counts import prefixes

    parts = prefixes(network)
    found: list[int | None] = [None] * len(parts)
    try:
        with time_limit(options.deadline):
            for k, part in enumerate(parts[:-1]):
                found[k] = count_regions(
                    part,
                    domain,
                    limit=options.limit,
                    method=options.method_name,
                    relative=options.relative,
                    bounded=False,
                ).activation_regions
    except LimitReached:
        return found, "limit"
    except TimeUp:
        return found, "timeout"
    except KeyboardInterrupt:
        return found, "interrupt"
    return found, None


def with_last(layers: list[int | None], found: RegionCount) -> list[int | None]:
    """Return the numbers of regions after layers with that of the last, if the count is complete.

    Raises:
        VerificationFailed: if a layer has fewer regions than the one before.
    """
    from tropical.regions.layer_counts import check_rising

    if layers and found.complete:
        layers = [*layers[:-1], found.activation_regions]
    check_rising([value for value in layers if value is not None])
    return layers


class _Unfinished(Exception):
    """The count was stopped, so what was written is not all."""


def _count_into(
    file: AbstractContextManager[Callable[[T], None]], run: Callable[[Callable[[T], None]], Outcome], stopped: str
) -> Outcome:
    """Count while a file takes what is found; if the count was stopped, drop the file and say so."""
    outcome: Outcome | None = None
    try:
        with file as take:
            outcome = run(take)
            if outcome[1] is not None:
                raise _Unfinished
    except _Unfinished:
        note(stopped)
    assert outcome is not None
    return outcome


def _count(
    network: Network,
    domain: Polyhedron | None,
    options: CountOptions,
    progress: Callable[[Tally], None] | None,
    take: Callable[[Records], None] | None = None,
    write: Callable[[Patterns], None] | None = None,
) -> Outcome:
    """Count; ``take`` is given the records for a certificate, ``write`` the patterns."""
    from polytopes.enumeration.limits import Limits
    from tropical.regions.activation_regions import Walk
    from tropical.regions.certificate import fill_with_records
    from tropical.regions.counting import counts_bounded, fill, fill_with_patterns
    from tropical.regions.parallel import Sharing, fill_in_slices
    from tropical.regions.tally import Tally

    method = options.method_name
    bounded = counts_bounded(network, domain, method) if options.bounded is None else options.bounded
    tally = Tally(linear=options.linear, bounded=bounded)
    try:
        with time_limit(options.deadline):
            add = partial(fill, tally) if take is None else partial(fill_with_records, tally, take)
            if write is not None:
                add = partial(fill_with_patterns, tally, write)
            sharing = Sharing(jobs=options.jobs, cluster=options.chosen_cluster, resume=options.resume)
            if sharing.is_needed:
                add = partial(fill_in_slices, tally, sharing)
            add(Walk(network, domain, method, options.relative), Limits(options.limit, progress=progress))
            return tally.result(complete=True), None
    except LimitReached as stop:
        return stop.partial, "limit"
    except TimeUp:
        return _partial(tally), "timeout"
    except KeyboardInterrupt:
        return _partial(tally), "interrupt"


def _partial(tally: Tally) -> RegionCount:
    """Return what was found; linear regions are left out if joining them takes too long, or at another Ctrl-C."""
    try:
        with time_limit(time.monotonic() + max(tally.seconds * JOIN_PART, SHORTEST_JOIN)):
            return tally.result(complete=False)
    except (KeyboardInterrupt, TimeUp):
        return tally.result(complete=False, joined=False)
