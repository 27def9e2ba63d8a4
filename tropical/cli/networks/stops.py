"""What is known of a count of regions that was stopped: bounds that need no count, and where the walk was."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import asdict

from tropical.cli.running import TimeUp, time_limit
from tropical.cli.starting import Document
from tropical.cli.tables import large_number

if TYPE_CHECKING:
    from polytopes.enumeration.stage_watch import Watch
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.bounds import Bound

GRACE = 1.0
"""Seconds after a stop in which bounds are looked for that take more than a moment."""


def known_at_stop(network: Network, domain: Polyhedron | None, found: int, watch: Watch) -> Document:
    """Return what a document says of a stopped count: bounds on the number of activation regions, and the stage.

    Args:
        network: whose regions are counted.
        domain: where, of full dimension or taken relative to its hull.
        found: the regions that were found.
        watch: was told where the walk is.
    """
    from tropical.regions.bounds import Bound

    place = watch.place
    lower, upper = _bounds(network, domain, found)
    if watch.more:
        lower.append(Bound("parts counted of a cell", found + watch.more, "this network", "the count"))
    if watch.most is not None:
        upper.append(Bound("parts that are not ruled out", watch.most, "this network", "the count"))
    return {
        "lower_bounds": [asdict(bound) for bound in lower],
        "upper_bounds": [asdict(bound) for bound in upper],
        "stage": None if place is None else asdict(place),
    }


def _bounds(network: Network, domain: Polyhedron | None, found: int) -> tuple[list[Bound], list[Bound]]:
    """Return lower and upper bounds on the number of regions, those that take longest last.

    No compiled code is called: the clock may have stopped its compilation.
    """
    from tropical.regions.bounds import Bound, bound_by_sizes, closed_form_bounds, independent_units

    lower = [Bound("some region", 1, "this network", "the domain has interior points")]
    if found:
        lower = [Bound("regions found", found, "this network", "the count")]
    dim = network.input_dim if domain is None else domain.dim
    upper = [bound_by_sizes([layer.gate_ranks for layer in network.layers], dim)]
    with suppress(TimeUp, KeyboardInterrupt), time_limit(time.monotonic() + GRACE):
        upper += closed_form_bounds(network.program, dim)
        if domain is None:
            lower.append(independent_units(network.program))
    return lower, upper


def stop_rows(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the rows of a table that say what is known of a stopped count."""
    for key, label, best in (("lower_bounds", "at least", max), ("upper_bounds", "at most", min)):
        if document.get(key):
            bound = best(document[key], key=lambda one: one["value"])
            if bound["value"] != document.get("activation_regions"):
                yield f"activation regions, {label}", f"{large_number(bound['value'])} ({bound['name']})"
    if "stage" in document:
        stage = document["stage"]
        yield "stopped", "before the first gate was looked at" if stage is None else stage_text(stage)


def stage_text(stage: Document) -> str:
    """Return where a walk was, for a person.

    >>> stage_text({"layer": 1, "gates": 256, "closed": 0, "looked_at": 0, "splits": 0, "seconds": 7.26})
    'the first of 256 gates of layer 1 took 7.3 s and was not done, on the whole domain'
    >>> stage_text({"layer": 2, "gates": 300, "closed": 120, "looked_at": None, "splits": 14, "seconds": 0.1})
    'closed 120 of 300 gates of layer 2, in a cell after 14 splits'
    """
    gates = f"{stage['gates']:,} gates of layer {stage['layer']}"
    where = f"in a cell after {stage['splits']:,} splits" if stage["splits"] else "on the whole domain"
    if stage["looked_at"] is None:
        return f"closed {stage['closed']:,} of {gates}, {where}"
    seconds = f"took {stage['seconds']:.1f} s and was not done"
    if not stage["looked_at"]:
        return f"the first of {gates} {seconds}, {where}"
    return f"looked at {stage['looked_at']:,} of {gates}, the next {seconds}, {where}"
