"""What a command assumed of networks whose files do not say all of it.

:func:`tropical.cli.arguments.read_network` notes it, which every command reads networks by; every answer says it, on
standard error, in its document and in its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def assumed() -> dict[str, str]:
    """Return the entry of a document that has no description of the networks; with their names if they are several."""
    if not _assumed:
        return {}
    return {"assumed": "; ".join(f"{name}: {text}" if len(_assumed) > 1 else text for name, text in _assumed.items())}


def kinds_of_assumptions() -> list[str]:
    """Return what was assumed of any network, each text once."""
    return list(dict.fromkeys(_assumed.values()))


def with_assumptions(document: Document) -> Document:
    """Return a document that says what was assumed: in its descriptions of networks, or in an entry of its own."""
    if not _assumed:
        return document
    network, networks = document.get("network"), document.get("networks")
    if isinstance(networks, list) and all(isinstance(one, Mapping) for one in networks):
        return {**document, "networks": [{**one, **_assumed_of(one)} for one in networks]}
    if isinstance(network, Mapping) and _assumed_of(network):
        return {**document, "network": {**network, **_assumed_of(network)}}
    return {**document, **assumed()}


def _assumed_of(network: Mapping[str, Any]) -> dict[str, str]:
    source = str(network.get("source"))
    return {"assumed": _assumed[source]} if source in _assumed else {}


def show_assumptions() -> None:
    """Print what was assumed, under a table."""
    for name, text in _assumed.items():
        line = printable(f"assumed of {name}: {text}")
        Console(highlight=False, soft_wrap=True, markup=False).print(line)
