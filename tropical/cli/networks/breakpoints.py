"""The command ``tropical breakpoints``: where a network bends on a line or along a segment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen
from rich.console import Console

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile, naming
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.representations.splines.breakpoints import Breakpoints

MOST_SHOWN = 20
"""Breakpoints that are shown in a table."""
NOTHING: Document = {
    "x": None,
    "values": None,
    "slopes": None,
    "units": None,
    "anchor": None,
    "activation_regions": None,
    "total_variation": None,
    "graph_length": None,
    "image_length": None,
    "network": None,
}
"""What is said of breakpoints that are not known."""


@frozen
class LineOptions:
    """The part of a line that is meant."""

    box: Annotated[
        str | None,
        typer.Option("--box", metavar="LO,HI", help="An interval, for one input; else the whole line."),
    ] = None
    segment: Annotated[
        str | None,
        typer.Option(metavar="'P;Q'", help="A segment, such as '0,0;1,1/2', for any number of inputs."),
    ] = None

    def check(self) -> None:
        """Refuse two lines."""
        if self.box is not None and self.segment is not None:
            raise InputError("--box and --segment are both given; give one")

    def found(self, network: Network) -> Breakpoints:
        """Return the breakpoints that are asked for."""
        from tropical.representations.splines.breakpoints import along_segment, breakpoints

        if self.segment is not None:
            with naming("--segment", self.segment):
                points = [part.split(",") for part in self.segment.split(";")]
                if len(points) != 2:
                    raise InputError("a segment has two ends, P;Q")
                return along_segment(network, *points)
        if network.input_dim != 1:
            raise InputError(f"the network has {network.input_dim} inputs; give a segment, --segment 'P;Q'")
        if self.box is None:
            return breakpoints(network)
        with naming("--box", self.box):
            ends = self.box.split(",")
            if len(ends) != 2:
                raise InputError("an interval has two ends, LO,HI")
            return breakpoints(network, *ends)


@command(Panel.networks, {**NOTHING, "complete": False, "stopped_by": None, "version": __version__})
def breakpoints(
    file: NetworkFile,
    *,
    line: LineOptions,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the graph: .pdf, .svg or .png.", show_default=False),
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find all points where a network of one input bends, exactly, or those along a segment in its input space.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock; 4 network not supported; 130 Ctrl-C.
    """
    answer.check(file.net, others=(plot,))
    line.check()
    if plot is not None:
        from tropical.cli.networks.pictures import check_picture

        check_picture(plot)
    interrupts_are_raised()
    said: Document = {}
    found: list[Breakpoints] = []

    def work() -> None:
        network = file.read()
        said["network"] = file.document(network)
        found.append(line.found(network))
        said.update(found[0].as_dict())

    stopped_by = guarded(deadline, work, "finding breakpoints")
    document = {**NOTHING, **said, "complete": stopped_by is None, "stopped_by": stopped_by, "version": __version__}
    answer.publish(document, show, "the breakpoints are not known")
    if plot is not None:
        _draw(plot, found)
    return stopped_by


def _draw(path: Path, found: list[Breakpoints]) -> None:
    from polytopes.drawing.figures import save_picture
    from tropical.pictures.splines import plot_breakpoints

    if not found:
        note(f"{path} was not drawn, because the breakpoints are not known")
        return
    save_picture(plot_breakpoints(found[0]), path)
    note(f"the picture is in {path}")


def show(document: Document) -> None:
    """Print the breakpoints for a person."""
    table = answer_table()
    if document["x"] is not None:
        table.add_row("breakpoints", f"{len(document['units']):,}")
        table.add_row("activation regions", f"{document['activation_regions']:,}")
        for key, name in (
            ("total_variation", "total variation of the slope"),
            ("graph_length", "length of the graph"),
            ("image_length", "length of the image"),
        ):
            if document[key] is not None:
                table.add_row(name, document[key]["exact"] or document[key]["value"])
        slopes = document["slopes"]
        table.add_row("outer slopes", f"{_text(slopes[0])}, {_text(slopes[-1])}")
        for own in document["units"][:MOST_SHOWN]:
            switching = ", ".join(f"{unit['layer']}[{unit['unit']}]" for unit in own["units"])
            verb = "switches" if len(own["units"]) == 1 else "switch"
            table.add_row(f"  at {short_number(own['x'])}", f"{switching} {verb}")
        if len(document["units"]) > MOST_SHOWN:
            table.add_row("", "...")
    table.add_row("complete", "yes" if document["complete"] else "no")
    Console(highlight=False, markup=False).print(table)


def _text(vector: str | list[str]) -> str:
    return short_number(vector) if isinstance(vector, str) else f"({', '.join(map(short_number, vector))})"
