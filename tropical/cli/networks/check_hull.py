"""What ``tropical check`` does with the document of ``tropical hull``."""

from __future__ import annotations

import sys
from pathlib import Path

from polytopes.errors import FileFormatError
from tropical.cli.starting import Document
from tropical.convexity.checker import NotACertificate, Refused, check_file, claim

SAID = ("n", "d", "convention", "f_vector", "torus_f_vector", "dim", "tropical_rank", "generic", "polytrope")


def verified(certificate: Path, points: Path) -> Document:
    """Return a valid document of the points in a table.

    Raises:
        Refused: with the first reason.
        FileFormatError: if the table cannot be read.
    """
    from tropical.convexity.entries import as_entry, entry_text
    from tropical.fans.data_files import read_rows

    def accept(document: Document) -> None:
        convention = document["convention"]
        rows = read_rows(points, lambda cell: as_entry(cell, convention))
        given = [[entry_text(x, convention) for x in row] for row in rows if any(x is not None for x in row)]
        if given != document["points"]:
            raise Refused("it is of other points")

    try:
        return check_file(certificate, accept)
    except NotACertificate as error:
        raise FileFormatError(str(error)) from None


def document_of(found: Document) -> Document:
    """Return what is said of a document that was verified."""
    numbers = {name: found[name] for name in (*SAID, "complete")}
    return {"verified": True, **numbers, "pseudovertices": len(found["pseudovertices"]), "claim": claim(found)}


def show(document: Document) -> None:
    """Print the verdict for a person."""
    sys.stdout.write(f"verified: {document['claim']} ({document['convention']})\n")
