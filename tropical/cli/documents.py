"""The JSON documents of the command line, and the files it may write them to."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import InputError
from polytopes.output_files import target_of

if TYPE_CHECKING:
    from tropical.networks.network import Network


def network_document(network: Network, source: str) -> dict[str, Any]:
    """Return what is said of a network: dimensions, and the gates of every layer that has some."""
    layers = [
        {"name": layer.name, "kind": layer.kind, "output_shape": list(layer.output_shape), "gates": layer.n_gates}
        for layer in network.layers
    ]
    return {
        "source": source,
        "input_dim": network.input_dim,
        "output_dim": network.output_dim,
        "gates": network.n_gates,
        "gates_per_layer": [layer.n_gates for layer in network.layers if layer.n_gates],
        "layers": layers,
    }


def as_text(document: dict[str, Any]) -> str:
    """Return the JSON text of a document, which any stream of UTF-8 takes.

    >>> print(as_text({"π": "\\ud800"}), end="")
    {
      "π": "\\ud800"
    }
    """
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def printable(text: str) -> str:
    """Return text without characters that a terminal would act on or cannot show.

    >>> printable("a\\x1b[1m")
    'a\\\\x1b[1m'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def check_targets(targets: Sequence[Path | None], sources: Sequence[Path | None]) -> None:
    """Refuse files that cannot be written, that are inputs or one another, before any work is done.

    Raises:
        InputError: with the reason.
    """
    named = [path for path in targets if path is not None]
    for path in named:
        _check_target(path, *sources)
    for path, other in combinations(named, 2):
        if target_of(path) == target_of(other):
            raise InputError(f"{path} is to be written twice; give two names")


def _check_target(path: Path, *sources: Path | None) -> None:
    """Refuse a file that cannot be written, or that is one of the inputs, before any work is done.

    Raises:
        InputError: with the reason.
    """
    target = target_of(path)
    if not target.parent.is_dir():
        raise InputError(f"{path}: the directory {path.parent} does not exist; make it first")
    exists = target.exists()
    if any(source is not None and exists and os.path.exists(source) and target.samefile(source) for source in sources):
        raise InputError(f"{path} is an input and would be overwritten; name another file to write to")
    if exists and not os.access(target, os.W_OK):
        raise InputError(f"{path}: no permission to write")
    try:
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name a file elsewhere") from None
