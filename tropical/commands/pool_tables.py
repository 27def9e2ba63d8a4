"""What a person sees of ``tropical pool``."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

LONGEST = 60
"""Longer numbers are cut in the middle for a person; documents have them in full."""


def show_pool(document: dict[str, Any]) -> None:
    """Print the answer of ``tropical pool`` for a person."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(_headline(document), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    for label, value in _rows(document):
        table.add_row(label, value)
    console.print(table)


def _headline(document: dict[str, Any]) -> str:
    if "source" in document:
        return f"{document['source']}: {document['windows']} windows on {document['inputs']} inputs"
    sizes = ", ".join(f"{name} {_times(document[name])}" for name in ("input", "window", "stride"))
    rest = [f"padding {_times(document['padding'])}"] if any(document["padding"]) else []
    rest += [f"dilation {_times(document['dilation'])}"] if set(document["dilation"]) != {1} else []
    rest += [f"{document['channels']} channels"] if document["channels"] > 1 else []
    return f"max-pooling: {', '.join([sizes, *rest])}: {_times(document['output'])} windows"


def _rows(document: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [("linear regions (vertices)", short(document["vertices"]))]
    if "facets" in document:
        rows.append(("facets", short(str(document["facets"]))))
    if "dimension" in document:
        rows.append(("dimension", str(document["dimension"])))
    if "f_vector" in document:
        rows.append(("f-vector", " ".join(short(str(entry)) for entry in document["f_vector"])))
    return rows


def short(digits: str) -> str:
    """Return a number for a person, with the middle of long ones left out.

    >>> short("12345"), short(100 * "7")
    ('12,345', '77777777...77777777 (100 digits)')
    """
    if len(digits) <= LONGEST:
        return f"{int(digits):,}"
    return f"{digits[:8]}...{digits[-8:]} ({len(digits)} digits)"


def _times(lengths: list[int]) -> str:
    return " × ".join(map(str, lengths))
