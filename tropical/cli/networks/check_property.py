"""What ``tropical check`` does with the certificate that no input satisfies a property."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.errors import FileFormatError
from tropical.cli.starting import Document
from tropical.property_checker import (
    ERRORS,
    MISFIT,
    MOST_DIGITS,
    Cell,
    Header,
    Levels,
    NotACertificate,
    Proven,
    Refused,
    Run,
    check_file,
    one_by_one,
    require,
    together,
    visit,
)

if TYPE_CHECKING:
    from tropical.networks.network import Network


Packed = tuple[dict[str, Any], list[bytes]]
"""What a cell has but for its levels, and the lines of the tree below it."""
CUT = 8
"""Splits from a case down to the trees that are verified in other processes."""


class PartChecker:
    """Verifies trees below cells, which are sent to other processes without the levels that all of them share."""

    def __init__(self, levels: Levels) -> None:
        self.levels = levels

    def check(self, packed: Packed) -> Proven:
        """Verify a tree that was sent."""
        sys.set_int_max_str_digits(MOST_DIGITS)
        content, lines = packed
        cell = object.__new__(Cell)
        cell.__dict__.update(content, levels=self.levels)
        waiting = iter(lines)
        try:
            found = together(one_by_one([cell], lambda: next(waiting, b"")))
        except ERRORS:
            raise Refused(MISFIT) from None
        require(next(waiting, None) is None, "malformed: a tree with nodes left over")
        return found


def packed_parts(cells: Iterable[Cell], line: Callable[[], bytes], above: list[Proven]) -> Iterator[Packed]:
    """Yield the trees below cells that are CUT splits away from their case; what is ``above`` is verified here."""
    for case in cells:
        stack = [(case, 0)]
        while stack:
            cell, depth = stack.pop()
            if depth == CUT:
                content = {name: value for name, value in cell.__dict__.items() if name != "levels"}
                yield content, list(_tree(line))
                continue
            found, parts = visit(cell, line())
            above.append(found)
            stack += [(part, depth + 1) for part in parts]


def _tree(line: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield the lines of a tree: as many leaves as splits, and one more."""
    waiting = 1
    while waiting:
        found = line()
        require(bool(found), "malformed: it ends within a tree")
        waiting += -1 if found.replace(b" ", b"").endswith(b"null]\n") else 1
        yield found


def verified(certificate: Path, network: Network, wanted: Path | None, run: Run = one_by_one) -> Document:
    """Return the header of a valid certificate for this network, and for this property if one is named.

    Raises:
        Refused: with the first reason.
        FileFormatError: if the file is no certificate.
    """
    from tropical.regions.certificate import program_document
    from tropical.verification.exact_cells import case_document
    from tropical.verification.property import Property

    program = json.loads(json.dumps(program_document(network.program)))
    asked = None if wanted is None else [case_document(case) for case in Property.read(wanted).cases]

    def accept(header: Header) -> None:
        if header["program"] != program:
            raise Refused("it is of another network")
        try:
            quoted = Property.parse(header["property"])
        except FileFormatError as error:
            raise Refused(f"the property that it quotes cannot be read: {error}") from None
        cases = [case_document(case) for case in quoted.cases]
        if json.loads(json.dumps(cases)) != header["cases"] or quoted.n_inputs != network.input_dim:
            raise Refused("its cases are not those of the property that it quotes")
        if asked is not None and json.loads(json.dumps(asked)) != header["cases"]:
            raise Refused("it is of another property")

    try:
        return check_file(certificate, accept, run)
    except NotACertificate as error:
        raise FileFormatError(str(error)) from None


def document_of(header: Header) -> Document:
    """Return what is said of a certificate that was verified."""
    margin = header["margin"]
    return {
        "verified": True,
        "verdict": "unsat",
        "leaves": header["leaves"],
        "margin": None if margin is None else str(margin),
        "property": header["property"],
    }


def show(document: Document) -> None:
    """Print the verdict for a person, with the property if none was named to compare with."""
    margin = document["margin"]
    amount = "" if margin is None else f"; every input misses every clause by at least {rounded_down(margin)}"
    sys.stdout.write(f"verified: unsat, no input satisfies the property ({document['leaves']:,} leaves{amount})\n")
    if not document["compared"]:
        sys.stdout.write("the property that it proves unsatisfiable:\n" + document["property"].rstrip() + "\n")


def rounded_down(margin: str) -> str:
    """Return a positive rational for a person, rounded down to six digits.

    >>> rounded_down("2/3"), rounded_down("5/" + "1" + 400 * "0")
    ('0.666666', '5e-400')
    """
    from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, Decimal, localcontext

    numerator, _, denominator = margin.partition("/")
    with localcontext(prec=6, rounding=ROUND_DOWN, Emax=MAX_EMAX, Emin=MIN_EMIN):
        return f"{(Decimal(numerator) / Decimal(denominator or 1)).normalize():g}"
