"""The command ``tropical length``: the length of the image of a polyline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile
from tropical.cli.networks.complexity import SHORT, points_of
from tropical.cli.networks.surveys import answer_table, point_text
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.regions.lengths import LengthSums

MOST_SHOWN = 12
"""Breakpoints that are shown in a table."""


@command(
    Panel.networks,
    {
        "length": None,
        "segments": 0,
        "pieces": 0,
        "breakpoints": [],
        "complete": False,
        "stopped_by": None,
        "network": None,
        "version": __version__,
    },
)
def length(
    file: NetworkFile,
    points: Annotated[
        Path,
        typer.Argument(metavar="POINTS", help="The vertices of a polyline, one on each line.", show_default=False),
    ],
    *,
    exact: Annotated[
        bool, typer.Option("--exact", help="Give all sums of square roots in full, however long they are.")
    ] = False,
    digits: Annotated[int, typer.Option(metavar="D", min=1, max=1000, help="Digits of the enclosures.")] = 15,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Measure the image of a polyline under a network, exactly: its length, and the points where it breaks.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock, with the first segments; 4 network not supported; 130
    Ctrl-C.
    """
    answer.check(file.net, points)
    interrupts_are_raised()
    found: Document = {}
    begun: list[LengthSums] = []

    def work() -> None:
        from tropical.regions.lengths import LengthSums

        network = file.read()
        found["network"] = file.document(network)
        polyline = points_of(points, network)
        begun.append(LengthSums(network=network, digits=digits, exactly=exact))
        with running_count("segments") as progress:
            found.update(begun[0].fill(polyline, progress).as_dict())

    stopped_by = guarded(deadline, work)
    if stopped_by is not None and begun:
        found.update(begun[0].answer(complete=False).as_dict())
    nothing: Document = {"length": None, "segments": 0, "pieces": 0, "breakpoints": [], "network": None}
    document = {**nothing, **found, "complete": stopped_by is None, "stopped_by": stopped_by, "version": __version__}
    answer.publish(document, show, "the lengths are of the first segments")
    return stopped_by


def show(document: Document) -> None:
    """Print the lengths for a person."""
    table, proven = answer_table(), "" if document["complete"] else "at least "
    if document["length"] is not None:
        for key, name in (("length", "length of the image"), ("input_length", "length"), ("end_distance", "distance")):
            number = document[key]
            exact = number["exact"]
            is_shown = exact is not None and exact != number["value"] and len(exact) <= SHORT
            table.add_row(name, f"{proven}{exact} = {number['value']}" if is_shown else f"{proven}{number['value']}")
        if document["distortion"] is not None:
            table.add_row("distortion", f"{document['distortion']:.6g}")
    table.add_row("segments", f"{document['segments']:,}")
    table.add_row("pieces", f"{document['pieces']:,}")
    table.add_row("breakpoints", f"{len(document['breakpoints']):,}")
    for own in document["breakpoints"][:MOST_SHOWN]:
        table.add_row(f"  segment {own['segment']}", f"{point_text(own['point'])}")
    if len(document["breakpoints"]) > MOST_SHOWN:
        table.add_row("", "...")
    table.add_row("complete", "yes" if document["complete"] else "no")
    Console(highlight=False, markup=False).print(table)
