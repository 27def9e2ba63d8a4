"""The command ``tropical info``: the layers of a network."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile
from tropical.cli.options import AsJson, Deadline
from tropical.cli.running import time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import network_text, plain


@command(Panel.networks, {"network": None, "stopped_by": None, "version": __version__})
def info(file: NetworkFile, deadline: Deadline = None, as_json: AsJson = False) -> None:
    """Show the layers of a network and their gates."""
    interrupts_are_raised()
    with time_limit(deadline):
        network = file.document(file.read())
    Answer(as_json=as_json).publish({"network": network, "version": __version__}, show)


def show(document: Document) -> None:
    """Print a network's dimensions and the table of its layers."""
    network = document["network"]
    console = Console(highlight=False)
    console.print(network_text(network))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("layer", "kind", "output shape"):
        table.add_column(heading)
    table.add_column("gates", justify="right")
    for layer in network["layers"]:
        shape = " × ".join(map(str, layer["output_shape"]))
        table.add_row(plain(layer["name"]), layer["kind"], shape, str(layer["gates"] or "–"))
    console.print(table)
