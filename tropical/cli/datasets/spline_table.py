"""What ``tropical spline`` prints for a person."""

from __future__ import annotations

from rich.console import Console

from tropical.cli.documents import printable
from tropical.cli.networks.surveys import answer_table
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

MOST_ROWS = 20
"""More knots or pieces are not listed for a person."""
NAMES = {
    "variation": "least total variation of the slope",
    "norm": "least norm, without a linear term",
    "sparsest": "least total variation, fewest knots",
    "wide": "network of infinite width",
}


def show(document: Document) -> None:
    """Print the function for a person."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    points = document["points"]
    count = "" if points is None else f": {len(points):,} distinct points"
    console.print(printable(f"{document['data']['source']}{count}"))
    table = answer_table()
    kind = document["asked"].removeprefix("classify, ")
    prefix = "classifier of " if "labels" in document else ""
    table.add_row("asked for", f"{prefix}{NAMES[kind]}")
    if document["total_variation"] is not None:
        for name, text in _lines(document, kind):
            table.add_row(name, text)
    table.add_row("complete", "yes" if document["complete"] else "no")
    table.add_row("seconds", f"{document['seconds']:.2f}")
    console.print(table)


def _lines(document: Document, kind: str) -> list[tuple[str, str]]:
    lines = [("least total variation", short_number(document["total_variation"]))]
    lines.append(("least norm", short_number(document["norm"])))
    if "unique" in document:
        lines.append(("only one of least variation", "yes" if document["unique"] else "no"))
        lines.append(("fewest knots", f"{document['fewest_knots']:,}"))
    if "support" in document:
        lines.append(("support points", " ".join(map(short_number, document["support"][:MOST_ROWS]))))
    return lines + (_wide_lines(document) if kind == "wide" else _spline_lines(document["function"]))


def _spline_lines(function: Document) -> list[tuple[str, str]]:
    at, value = map(short_number, function["anchor"])
    lines = [("through", f"({at}, {value})"), ("slope at -inf", short_number(function["left_slope"]))]
    knots = function["knots"]
    lines.append(("knots", f"{len(knots):,}"))
    for knot in knots[:MOST_ROWS]:
        lines.append(("", f"at {short_number(knot['at'])} the slope jumps by {short_number(knot['jump'])}"))
    return [*lines, *_more(len(knots))]


def _wide_lines(document: Document) -> list[tuple[str, str]]:
    lines = [("functional", short_number(document["functional"]))]
    if len(document["parts"]) > 1:
        lines.append(("its parts", " + ".join(map(short_number, document["parts"]))))
    lines.append(("slopes at -inf, inf", ", ".join(map(short_number, document["slopes_at_infinity"]))))
    pieces = document["pieces"]
    lines.append(("pieces", f"{len(pieces):,}"))
    for piece in pieces[:MOST_ROWS]:
        start, end = ("inf" if piece[name] is None else short_number(piece[name]) for name in ("from", "to"))
        terms = " ".join(map(short_number, piece["coefficients"]))
        lines.append((f"{'-' if start == 'inf' else ''}{start} to {end}", terms))
    return [*lines, *_more(len(pieces))]


def _more(count: int) -> list[tuple[str, str]]:
    return [("", f"and {count - MOST_ROWS:,} more; --json lists all")] if count > MOST_ROWS else []
