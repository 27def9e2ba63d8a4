"""The command ``tropical fan``: the activation fan of a data set, as a table or a document."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import perm
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import LimitReached
from tropical._version import __version__
from tropical.cli.documents import check_target, printable, publish
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from tropical.fans.activation.fan import ActivationFan
    from tropical.fans.data_set import DataSet

REFRESH = 0.1
"""Seconds between two updates of the progress line."""


@frozen
class Options:
    """The options of the command, as they were spelled."""

    data: Path
    terms: int
    labels: str | None
    weights: str | None
    f_vector: bool
    patterns: bool
    polytope: bool
    cones: bool
    limit: int | None
    deadline: float | None
    output: Path | None
    as_json: bool


@frozen
class Found:
    """How many partitions into argmax classes were found so far."""

    n_terms: int
    counts: dict[int, int] = field(factory=dict)

    @property
    def classes(self) -> list[int]:
        """(a_1, a_2, ...) as far as they are not 0."""
        return [self.counts.get(k, 0) for k in range(1, max(self.counts, default=0) + 1)]

    @property
    def maximal_cones(self) -> int:
        """The number of maximal cones, by the counting law."""
        return sum(count * perm(self.n_terms, k) for k, count in self.counts.items())


def run(options: Options) -> Stop | None:
    """Count and report; return what stopped the work, if anything did."""
    from tropical.fans.activation.argmax_classes import most_colorings
    from tropical.fans.activation.fan import ActivationFan
    from tropical.fans.data_files import read_data

    started = time.perf_counter()
    if options.output is not None:
        check_target(options.output, options.data)
    interrupts_are_raised()
    data = read_data(options.data, options.labels, options.weights)
    fan = ActivationFan.of(data, options.terms)
    found, more = Found(options.terms), _wanted(options)
    stopped_by = guarded(options.deadline, lambda: _count(fan, found, options))
    if stopped_by is None and more:
        stopped_by = guarded(options.deadline, lambda: _answer(fan, options, more))
    document = {
        "data": described(data, options.data),
        "terms": options.terms,
        "maximal_cones": found.maximal_cones,
        "classes": found.classes,
        "dimension": fan.dim,
        "lineality": fan.lineality_dim,
        "polytope_dimension": fan.dim - fan.lineality_dim,
        "at_most": most_colorings(data, options.terms),
        **more,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        _report(document, options)
    return stopped_by


def guarded(deadline: float | None, work: Callable[[], None]) -> Stop | None:
    """Do the work, and return what stopped it, if anything did."""
    try:
        with time_limit(deadline):
            work()
    except LimitReached:
        return "limit"
    except TimeUp:
        return "timeout"
    except KeyboardInterrupt:
        return "interrupt"
    return None


def _wanted(options: Options) -> dict[str, Any]:
    """Return what else was asked for, still without answers."""
    wanted = {
        "f_vector": options.f_vector,
        "patterns": options.patterns,
        "all_patterns": options.patterns,
        "polytope": options.polytope,
        "cones": options.cones,
    }
    return {name: None for name, is_wanted in wanted.items() if is_wanted}


def _count(fan: ActivationFan, found: Found, options: Options) -> None:
    """Find the partitions into argmax classes, as far as the limit allows."""
    from tropical.fans.activation.argmax_classes import realized_colors

    total = 0
    with running_count("maximal cones") as show:
        for _, n_classes in realized_colors(fan.search, fan.n_terms):
            found.counts[n_classes] = found.counts.get(n_classes, 0) + 1
            total += perm(fan.n_terms, n_classes)
            if options.limit is not None and total > options.limit:
                raise LimitReached(f"more than {options.limit} maximal cones", total)
            show(total)


@contextmanager
def running_count(what: str) -> Iterator[Callable[[int], None]]:
    """Show a number that grows on standard error, if that is a terminal; yields what is to be called with it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda number: None
        return
    shown = 0.0
    with console.status("") as status:

        def show(number: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown > REFRESH:
                status.update(f"{number:,} {what}")
                shown = now

        yield show


def _answer(fan: ActivationFan, options: Options, more: dict[str, Any]) -> None:
    """Answer what else was asked for, one question after the other."""
    from tropical.fans.activation.faces import f_vector, pattern_cones
    from tropical.fans.activation.polytope import polytope_document

    if options.f_vector:
        more["f_vector"] = list(f_vector(fan))
    if options.patterns:
        cones = [cone.as_dict() for cone in pattern_cones(fan)]
        more |= {"patterns": len(cones), "all_patterns": cones}
    if options.polytope:
        more["polytope"] = polytope_document(fan)
    if options.cones:
        more["cones"] = [cone.as_dict() for cone in fan.cones()]


def described(data: DataSet, source: Path) -> dict[str, Any]:
    """Return what is said of a data set."""
    return {
        "source": str(source),
        "points": data.n_points,
        "distinct_points": len(data.rows),
        "dim": data.dim,
        "rank": data.rank,
    }


def _report(document: dict[str, Any], options: Options) -> None:
    publish(document, options.output, options.as_json, show_fan)
    note_stop(document["stopped_by"])


def show_fan(document: dict[str, Any]) -> None:
    """Print an activation fan for a person."""
    data = document["data"]
    distinct = "" if data["points"] == data["distinct_points"] else f" ({data['distinct_points']} distinct)"
    console = Console(highlight=False, soft_wrap=True)
    headline = f"{data['source']}: {data['points']} points{distinct} in Q^{data['dim']}, {document['terms']} terms"
    console.print(printable(headline), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    table.add_row("maximal cones", f"{document['maximal_cones']:,}")
    table.add_row("classes a_1, a_2, ...", _numbers(document["classes"]))
    table.add_row("dimension", f"{document['dimension']}, lineality {document['lineality']}")
    if document.get("f_vector") is not None:
        table.add_row("f-vector", _numbers(document["f_vector"]))
    if document.get("patterns") is not None:
        table.add_row("patterns", f"{document['patterns']:,}")
    if document.get("polytope") is not None:
        polytope = document["polytope"]
        sizes = f"{len(polytope['vertices']):,} vertices, {len(polytope['inequalities']):,} facets"
        table.add_row("activation polytope", f"dimension {polytope['dim']}, {sizes}")
    if document.get("cones") is not None:
        table.add_row("cones", "\n".join("".join(_colour(c) for c in cone["colours"]) for cone in document["cones"]))
    table.add_row("complete", "yes" if document["complete"] else "no")
    table.add_row("seconds", f"{document['seconds']:.2f}")
    console.print(table)


def _colour(colour: int) -> str:
    return str(colour) if colour < 10 else f"({colour})"


def _numbers(values: list[int]) -> str:
    return " ".join(f"{value:,}" for value in values) or "none"
