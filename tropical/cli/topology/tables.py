"""What a person sees of ``tropical topology``."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tropical.cli.starting import Document
from tropical.cli.tables import domain_text

MOST_ROWS = 40
"""Bars, critical components and parts that are listed for a person; documents have all."""


def show(document: Document) -> None:
    """Print the answer."""
    console = Console(highlight=False)
    if document["domain"] is not None:
        console.print(f"domain: {domain_text(document['domain'])}")
    table = _table()
    if document["activation_regions"] is not None:
        table.add_row("activation regions", f"{document['activation_regions']:,}")
    if document["cells"] is not None:
        table.add_row("cells of dimension 0, 1, ...", _numbers(document["cells"]))
    if document["lineality"]:
        table.add_row("dimension of lines in all cells", str(document["lineality"]))
    console.print(table)
    for part in (_show_levels, _show_classes, _show_bars, _show_critical):
        part(console, document)


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=bool(heads))
    for head in heads or ("", ""):
        table.add_column(head)
    return table


def _numbers(numbers: list[int]) -> str:
    return " ".join(f"{number:,}" for number in numbers)


def _groups(row: Document, key: str = "betti") -> str:
    torsion = row.get("torsion") or {}
    extra = [f"H_{degree}: Z/{' Z/'.join(orders)}" for degree, orders in torsion.items()]
    return "; ".join([_numbers(row[key]), *extra])


def _show_levels(console: Console, document: Document) -> None:
    if document["levels"] is None:
        return
    [theory] = {row["theory"] for row in document["levels"]}
    console.print(f"\nlevel sets, Betti numbers of {theory} homology over {_ring(document)}")
    table = _table("set", "Betti numbers", "components", "Euler", "bounded")
    for row in document["levels"]:
        said = f"f {row['relation']} {row['level']}"
        bounded = "yes" if row["bounded"] else "no"
        table.add_row(said, _groups(row), str(row["components"]), str(row["euler"]), bounded)
    console.print(table)


def _ring(document: Document) -> str:
    return {"Q": "Q", "Z": "Z"}.get(document["field"], f"GF({document['field']})")


def _show_classes(console: Console, document: Document) -> None:
    if document["classes"] is None:
        return
    console.print(f"\nclasses, Betti numbers over {_ring(document)}")
    table = _table("class", "closed region", "open region", "bounded")
    for row in document["classes"]:
        bounded = "yes" if row["bounded"] else "no"
        table.add_row(str(row["class"]), _numbers(row["closed"]), _numbers(row["open"]), bounded)
    console.print(table)
    console.print("\nboundary between classes")
    boundary, table = document["boundary"], _table()
    for theory in ("ordinary", "borel_moore", "compactified"):
        table.add_row(f"Betti numbers, {theory.replace('_', '-')}", _numbers(boundary[theory]))
    table.add_row("components", str(boundary["components"]))
    table.add_row("components of the rest", str(boundary["complement_components"]))
    console.print(table)


def _show_bars(console: Console, document: Document) -> None:
    if document["barcode"] is None:
        return
    field = "Q" if document["field"] == "Z" else _ring(document)
    console.print(f"\nbarcode of f <= t over {field}")
    table = _table("degree", "born", "dies")
    for bar in document["barcode"][:MOST_ROWS]:
        table.add_row(str(bar["degree"]), bar["birth"], bar["death"])
    console.print(table)
    _more(console, len(document["barcode"]), "bars")


def _show_critical(console: Console, document: Document) -> None:
    if document["critical"] is None:
        return
    console.print("\ncritical components")
    table = _table("value", "relative Betti numbers", "index", "dimension", "bounded", "point")
    for row in document["critical"][:MOST_ROWS]:
        index = "" if row["index"] is None else str(row["index"])
        bounded, point = "yes" if row["bounded"] else "no", f"({', '.join(row['point'])})"
        table.add_row(row["value"], _groups(row, "relative_betti"), index, str(row["flat_dim"]), bounded, point)
    console.print(table)
    _more(console, len(document["critical"]), "components")


def _more(console: Console, number: int, what: str) -> None:
    if number > MOST_ROWS:
        console.print(f"... {number - MOST_ROWS:,} more {what}; --json has all")
