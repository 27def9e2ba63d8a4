"""What ``tropical train`` shows a person: the optimum or its bounds, the path, and the network."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tropical.cli.datasets.sources import print_summary
from tropical.cli.functions.sources import many
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

LONG = 60
"""Longer exact numbers are shown by their digits only."""
MOST_UNITS = 40
"""More units are not listed for a person."""


def show(document: Document) -> None:
    """Print the optimum and the network for a person."""
    print_summary(document, None, _lines(document))


def _lines(document: Document) -> list[tuple[str, str]]:
    beta = "" if document["beta"] is None else f", beta {document['beta']}"
    lines = [("asked for", f"{document['loss']}, norm {document['norm']}{beta}")]
    if document["feasible"] is False:
        lines.append(("optimum", "none: no network of this kind fits the targets"))
    elif document["value"] is not None:
        is_radical = "sqrt" in document["value"]
        value = f"{document['value']} ≈ {document['upper_float']:.10g}" if is_radical else _number(document["value"])
        lines.append(("optimum", value))
    else:
        lines += [(f"{side} bound", _number(document[side])) for side in ("lower", "upper")]
        if document["gap"] is not None:
            lines.append(("relative gap", f"{document['gap']:.2g}"))
    for name in ("patterns", "atoms"):
        if document[name] is not None:
            lines.append((name, f"{document[name]:,}"))
    if document.get("beta_max") is not None:
        lines.append(("beta max", _number(document["beta_max"])))
    lines += _path_lines(document.get("path")) + _set_lines(document.get("optimal_set"))
    units = document["units"]
    if units is not None:
        lines.append(("units", f"{len(units):,}"))
        lines += [("", _unit_text(unit)) for unit in units[:MOST_UNITS]]
        if len(units) > MOST_UNITS:
            lines.append(("", f"and {many(len(units) - MOST_UNITS, 'more unit')}"))
    return lines


def _path_lines(path: list[Document] | None) -> list[tuple[str, str]]:
    if path is None:
        return []
    pieces = [
        f"beta {short_number(own['low'])} to {'infinity' if own['high'] is None else short_number(own['high'])}: "
        f"{many(own['units'], 'unit')}"
        for own in path
    ]
    return [("path", f"{many(len(path), 'piece')}"), *(("", piece) for piece in pieces)]


def _set_lines(found: Document | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    lines = [
        (
            "optimal networks",
            f"a polytope of dimension {found['dim']} with {many(found['vertices'], 'vertex', 'vertices')}",
        )
    ]
    lines.append(("networks at vertices", f"{found['networks']:,}"))
    return [*lines, ("least width", many(found["least_blocks"], "unit"))]


def _unit_text(unit: dict[str, Any]) -> str:
    weights = " ".join(map(short_number, unit["weights"]))
    return f"{'+' if unit['sign'] > 0 else '-'} max(0, ({weights}) . x)"


def _number(text: str | None) -> str:
    """Return an exact number for a person, with its value if it is a fraction."""
    if text is None:
        return "not found"
    if "sqrt" in text or ("/" not in text and len(text) < LONG):
        return text
    return f"{text} ≈ {float(Fraction(text)):.10g}" if len(text) < LONG else short_number(text)
