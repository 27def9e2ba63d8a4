"""What ``tropical squares`` prints for a person: ranks by units, losses of stationary points, patterns and examples."""

from __future__ import annotations

from fractions import Fraction

from rich.console import Console
from rich.table import Table

from tropical.cli.documents import printable
from tropical.cli.functions.sources import many
from tropical.cli.starting import Document
from tropical.cli.tables import large_number, short_number

WALLS = "stationary points on the walls between regions, where the loss has no derivative, are not looked at"
"""What an answer about stationary points leaves out."""


def show(document: Document) -> None:
    """Print the ranks and the landscape of a document."""
    console = Console(highlight=False, soft_wrap=True)
    bias = "with bias" if document["bias"] else "without bias"
    patterns = "" if document["patterns"] is None else f", {many(document['patterns'], 'pattern')} of a unit"
    what = f"{many(document['points'], 'point')} in Q^{document['dimension']} {bias}{patterns}"
    console.print(printable(f"{document['source']}: {what}"), markup=False)
    if document["table"]:
        _print_ranks(document["table"])
    if "outer" in document:
        _print_landscape(document, console)
    _print_list(document)
    complete = "yes" if document["complete"] else "no"
    console.print(f"complete: {complete}, seconds: {document['seconds']:.2f}", markup=False)


def _print_ranks(rows: list[Document]) -> None:
    by_volume = "probability" in rows[0]
    names = ["units", "regions", "full rank", "fraction", "largest rank", "of it"]
    names += ["probability"] if by_volume else []
    _print_wide(names, [_rank_row(row, by_volume) for row in rows])


def _print_wide(names: list[str], rows: list[list[str]]) -> None:
    """Print a table of which no number is cut, however narrow the terminal is."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        table.add_column(name, justify="right", no_wrap=True, min_width=max(map(len, (name, *column))))
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, soft_wrap=True).print(table)


def _rank_row(row: Document, by_volume: bool) -> list[str]:
    fraction = Fraction(row["fraction"])
    return [
        str(row["units"]),
        large_number(row["regions"]),
        large_number(row["full_rank"]),
        f"{float(fraction):.6g}",
        str(row["largest_rank"]),
        large_number(row["regions_of_largest_rank"]),
        *([row["probability"]["value"]] if by_volume else []),
    ]


def _print_landscape(document: Document, console: Console) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    table.add_row("outer weights", " ".join(map(short_number, document["outer"] or ())))
    for key in ("regions", "full_rank", "zero_loss", "zero_loss_full_rank", "with_stationary_points", "bad"):
        table.add_row(key.replace("_", " "), f"{document[key]:,}")
    console.print(table)
    if document["stationary_by_loss"]:
        least = document["least_loss_found"]
        rows = [
            [short_number(loss), f"{number:,}", "least" if loss == least else "bad"]
            for loss, number in document["stationary_by_loss"].items()
        ]
        _print_wide(["loss", "regions with stationary points", ""], rows)
    console.print(WALLS, markup=False)


def _print_list(document: Document) -> None:
    if document.get("all_patterns"):
        rows = [[own["pattern"], _numbers(own["weights"])] for own in document["all_patterns"]]
        _print_wide(["pattern", "weights"], rows)
    if document.get("all_patterns") and document.get("examples"):
        lines = [
            [short_number(own["loss"]), str(own["rank"]), " ".join(own["patterns"]), _units(own["weights"])]
            for own in document["examples"]
        ]
        _print_wide(["loss", "rank", "patterns", "weights"], lines)


def _units(rows: list[list[str]]) -> str:
    return "; ".join(map(_numbers, rows))


def _numbers(row: list[str]) -> str:
    return " ".join(map(short_number, row))
