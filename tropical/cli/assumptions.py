"""What a command assumed of networks whose files do not say all of it.

:func:`tropical.cli.arguments.read_network` notes it, which every command reads networks by; every answer says it, on
standard error, in its document and in its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from tropical.cli.documents import printable
from tropical.cli.starting import Document
from tropical.cli.tables import note

_assumed: dict[str, str] = {}
"""What the command that runs has assumed, by the names of the files."""


def begin_without() -> None:
    """Forget what a command before assumed."""
    _assumed.clear()


def assume(source: Path, text: str) -> None:
    """Note what is assumed of a file, and say it on standard error."""
    _assumed[str(source)] = text
    note(f"assumed of {source}: {text}")


def assumed_of(source: Path) -> dict[str, str]:
    """Return what the description of a network in a document says of it."""
    return {"assumed": _assumed[str(source)]} if str(source) in _assumed else {}


def assumed() -> dict[str, str]:
    """Return the entry of a document that has no description of the networks; with their names if they are several."""
    if not _assumed:
        return {}
    return {"assumed": "; ".join(f"{name}: {text}" if len(_assumed) > 1 else text for name, text in _assumed.items())}


def with_assumptions(document: Document) -> Document:
    """Return a document that says what was assumed: in its description of a network, or in an entry of its own."""
    described = [document.get("network"), *document.get("networks", ())]
    if any(isinstance(network, Mapping) and "assumed" in network for network in described):
        return document
    return {**document, **assumed()}


def show_assumptions() -> None:
    """Print what was assumed, under a table."""
    for name, text in _assumed.items():
        line = printable(f"assumed of {name}: {text}")
        Console(highlight=False, soft_wrap=True, markup=False).print(line)
