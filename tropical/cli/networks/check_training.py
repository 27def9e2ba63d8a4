"""What ``tropical check`` does with the certificate of an optimal network."""

from __future__ import annotations

import sys
from pathlib import Path

from polytopes.errors import FileFormatError
from polytopes.messages import shortened
from tropical.cli.starting import Document
from tropical.cli.tables import short_number
from tropical.parameter_space.convex_training.checker import (
    Certificate,
    NotACertificate,
    Refused,
    check_file,
    claims,
)

LONGEST = 60
"""Longer numbers are shown by their digits only; documents have them in full."""


def verified(certificate: Path, data: Path) -> Certificate:
    """Return a valid certificate for the data in a table.

    Raises:
        Refused: with the first reason.
        FileFormatError: if the table cannot be read.
    """
    from polytopes.arithmetic.rationals import exact_text
    from polytopes.errors import InputError
    from tropical.fans.data_files import read_targets

    unread: list[FileFormatError] = []

    def accept(document: Certificate) -> None:
        try:
            points, targets = read_targets(data, document["target"])
        except FileFormatError as error:
            unread.append(error)  # which is no fault of the certificate
            raise
        except InputError as error:
            raise Refused(f"its targets are not in the table: {error}") from None
        given = [[exact_text(entry) for entry in point] for point in points], [exact_text(entry) for entry in targets]
        if given != (document["points"], document["targets"]):
            raise Refused("it is of other data")

    try:
        return check_file(certificate, accept)
    except Refused:
        if unread:
            raise unread[0] from None
        raise
    except NotACertificate as error:
        raise FileFormatError(str(error)) from None


def document_of(certificate: Certificate) -> Document:
    """Return what is said of a certificate that was verified."""
    lower, upper = certificate["lower"] or None, certificate["upper"] or None
    is_whole = certificate["places"] == [list(range(len(certificate["points"][0])))]
    return {
        "verified": True,
        **{name: certificate[name] for name in ("norm", "loss", "feasible", "bias", "target")},
        "beta": certificate["beta"] or None,
        "windows": None if is_whole else certificate["places"],
        "optimum": upper if lower == upper else None,
        "lower": lower,
        "upper": upper,
        "claims": list(claims(certificate)),
    }


def show(document: Document) -> None:
    """Print the verdict for a person."""
    beta = "" if document["beta"] is None else f", beta {document['beta']}"
    count = len(document["windows"] or ())
    windows = f", filters over {count} window{'s' if count > 1 else ''}" if count else ""
    bias = ", with biases" if document["bias"] else ""
    said = f"target {shortened(document['target'])}, {document['loss']}, norm {document['norm']}{beta}{bias}{windows}"
    sys.stdout.write(f"verified: {', '.join(map(_shortened, document['claims']))} ({said})\n")


def _shortened(claim: str) -> str:
    """Return a claim with its number as digits if it is long."""
    words, _, number = claim.rpartition(" ")
    return claim if len(number) <= LONGEST or "/" not in number else f"{words} {short_number(number)}"
