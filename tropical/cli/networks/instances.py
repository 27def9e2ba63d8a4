"""``tropical verify --instances``: the verdicts on a list of networks and properties."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

from attrs import evolve
from rich.console import Console
from rich.table import Table

from polytopes.errors import FileFormatError, ToolkitError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.networks import verdicts
from tropical.cli.networks.searching import Files, VerifyOptions, searched
from tropical.cli.networks.sharing import SharingOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import plain

LIST = "instances.csv"
"""The name of the list of a folder."""
Line = tuple[Path, Path, float | None]
"""A network, a property and the seconds that are given to it."""


def read_instances(path: Path) -> list[Line]:
    """Return the lines NET,PROP,SECONDS of a list; names are relative to its folder, the seconds may be left out.

    A folder stands for ``instances.csv`` in it, perhaps compressed.

    Raises:
        FileFormatError: if a line is of another form, with its number.
    """
    from tropical.verification.vnnlib import property_text

    found: list[Line] = []
    if path.is_dir():
        path = _beside(path / LIST, LIST)
    try:
        rows = list(csv.reader(io.StringIO(property_text(path))))
    except csv.Error as error:
        raise FileFormatError(f"{path}: not a table of instances ({error})") from None
    for number, row in enumerate(rows, 1):
        entries = [entry.strip() for entry in row]
        if not any(entries):
            continue
        try:
            net, prop, *rest = entries
            [seconds] = map(float, rest or ["inf"])
            if not seconds > 0 or not net or not prop:
                raise ValueError
        except ValueError:
            raise FileFormatError(f"{path}: line {number} is not NET,PROP,SECONDS") from None
        limit = None if seconds == float("inf") else seconds
        found.append((_beside(path, net), _beside(path, prop), limit))
    if not found:
        raise FileFormatError(f"{path}: no instance; lines are NET,PROP,SECONDS")
    return found


def _beside(path: Path, name: str) -> Path:
    """Return the file of this name in the folder of the list, or the one that has .gz added."""
    found = path.parent / name
    packed = found.with_name(found.name + ".gz")
    return packed if packed.exists() and not found.exists() else found


def decide(path: Path, files: Files, options: VerifyOptions, sharing: SharingOptions, answer: Answer) -> Stop | None:
    """Decide the instances of a list one after the other: a table, or one JSON document on each line.

    What is wrong with an instance is said in its line; the others are decided all the same, and then it is an error.
    """
    table = Table("network", "property", "verdict", "seconds", box=None)
    documents: list[Document] = []
    stopped: Stop | None = None
    for net, prop, seconds in read_instances(path):
        document = _one(evolve(files, net=net, property_file=prop, instances=None), options, sharing, seconds)
        documents.append(document)
        if answer.as_json:
            sys.stdout.write(json.dumps(document) + "\n")
            sys.stdout.flush()
        named = map(plain, (net.name, prop.name, document["verdict"] or document["error"]))
        table.add_row(*named, f"{document['seconds']:.2f}")
        if document["stopped_by"] is not None:
            stopped = document["stopped_by"]
        if stopped == "interrupt":
            break
    answer.write({"instances": documents, "version": __version__})
    if not answer.as_json:
        Console(highlight=False).print(table)
    wrong = sum(document["error"] is not None for document in documents)
    if wrong and stopped != "interrupt":
        raise FileFormatError(f"{path}: {wrong} of {len(documents)} instances cannot be asked; their lines say why")
    return stopped


def _one(files: Files, options: VerifyOptions, sharing: SharingOptions, seconds: float | None) -> Document:
    """Return the document of one instance; what is wrong with its files is said in it."""
    started = time.monotonic()
    until = [end for end in (options.deadline, None if seconds is None else started + seconds) if end is not None]
    head: dict[str, Any] = {"network": str(files.net), "property_file": str(files.property_file)}
    try:
        network, prop = files.read()
        _, found = searched(network, prop, evolve(options, deadline=min(until, default=None)), sharing)
        document = {**head, "error": None, **verdicts.document(prop, found), "certificate": None}
        if found.point is not None:
            execution = verdicts.execution(network, prop, found, files, asked=not options.no_onnxruntime)
            document["float32"] = verdicts.execution_document(execution)
    except ToolkitError as error:
        document = {**head, "error": str(error), "verdict": None, "stopped_by": None}
    return {**document, "seconds": time.monotonic() - started, "version": __version__}
