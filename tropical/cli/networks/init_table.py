"""What ``tropical init`` shows a person: constants of maxout units, a table of ranks, and Jacobians."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from tropical.cli.starting import Document
from tropical.cli.tables import domain_text, network_text, short_number

NAMES = {
    "M": "M = E (max Z)^2",
    "L": "L = E max Z^2",
    "S": "S = E min Z^2",
    "gain": "gain, 1/M",
    "breakpoints": "breakpoints on a line, B",
}


def show(document: Document) -> None:
    """Print the constants for a person."""
    if "table" in document:
        rows = [[str(row["rank"]), *(row[name]["value"] for name in NAMES)] for row in document["table"]]
        _print_rows([["rank", "M", "L", "S", "1/M", "B"], *rows])
        return
    console = Console(highlight=False)
    if document.get("network") is not None:
        console.print(network_text(document["network"]))
    if document.get("domain") is not None:
        console.print(f"domain: {domain_text(document['domain'])}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", style="bold")
    for row in _rows(document):
        table.add_row(*row)
    console.print(table)


def _print_rows(rows: list[list[str]]) -> None:
    """Print all digits of a table, however wide the terminal is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    console = Console(highlight=False, soft_wrap=True)
    for row in rows:
        console.print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _rows(document: Document) -> Iterator[tuple[str, str]]:
    if "rank" in document:
        yield "rank", f"{document['rank']:,}"
        for name, label in NAMES.items():
            yield label, document[name]["value"]
    if "gradient" in document:
        yield "widths", ", ".join(map(str, document["widths"]))
        yield "variance of weights × fan-in, c", document["c"]["value"]
        for name, label in (("lower", "at least"), ("along_data", "along the data"), ("upper", "at most")):
            yield f"E |J u|^2, {label}", document["gradient"][name]["value"]
    regions = document.get("regions", {})
    if regions:
        yield "regions of the first layer, at most", f"{regions['first_layer_maximum']:,}"
        yield "regions, at most", f"{regions['upper_bound']:,}"
        yield "regions, growth", short_number(regions["growth"]["regions"])
    if "expected_bound" in regions:
        yield "regions expected, at most", short_number(regions["expected_bound"])
        yield "boundary pieces expected, at most", short_number(regions["expected_boundary_bound"])
    found = document.get("square_jacobian")
    if found is not None:
        yield "activation regions", f"{found['activation_regions']:,}"
        for name, label in (("min", "least"), ("max", "largest"), ("mean", "mean")):
            if found[name] is not None:
                yield f"|J|^2 of the network, {label}", found[name]["value"]
    yield "complete", "yes" if document["complete"] else "no"
