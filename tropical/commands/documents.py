"""The JSON documents of the command line, and the files it may write them to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import InputError
from tropical._version import __version__

if TYPE_CHECKING:
    from tropical.commands.running import Stop
    from tropical.network import Network


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


def space_document(dim: int) -> dict[str, Any]:
    """Return the domain that is the whole input space."""
    return {"kind": "space", "dim": dim}


def regions_document(
    network: dict[str, Any] | None, domain: dict[str, Any] | None, counts: dict[str, Any], stopped_by: Stop | None
) -> dict[str, Any]:
    """Return the answer of ``tropical regions``; network and domain are None if they were not read yet."""
    return {
        **counts,
        "stopped_by": stopped_by,
        "domain": domain,
        "network": network,
        "version": __version__,
    }


def as_text(document: dict[str, Any]) -> str:
    """Return the JSON text of a document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def check_target(path: Path, *sources: Path | None) -> None:
    """Refuse a file that cannot be written, or that is one of the inputs, before any work is done.

    Raises:
        InputError: with the reason.
    """
    if path.is_dir():
        raise InputError(f"{path} is a directory; name a file to write to")
    if not path.parent.is_dir():
        raise InputError(f"{path}: the directory {path.parent} does not exist; make it first")
    if any(source is not None and path.exists() and source.exists() and path.samefile(source) for source in sources):
        raise InputError(f"{path} is an input and would be overwritten; name another file to write to")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InputError(f"{path}: no permission to write")
