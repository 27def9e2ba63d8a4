"""The command ``tropical axioms``: is a set of types a tropical oriented matroid, and is it that of a matrix?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from polytopes.errors import InputError, VerificationFailed
from polytopes.messages import shortened
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.fans.activation.axioms import Violation
    from tropical.fans.activation.patterns import ActivationPattern

AXIOMS = ("boundary", "elimination", "comparability", "surrounding")
MOST_COLUMNS = 10_000
"""More columns than any set of types that can be checked has; a number far above it would fill the memory."""
KEYS = ("n", "d", "types", *AXIOMS, "violation", "realised", "matrix", "proof")
NOTHING: Document = {
    "source": None,
    **dict.fromkeys(KEYS),
    "complete": False,
    "stopped_by": None,
    "seconds": 0.0,
    "version": __version__,
}


@command(Panel.functions, NOTHING)
def axioms(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="TYPES",
            help='A .json file {"types": [[[0, 1], [1]], ...]}: for each type its columns in every row.',
            show_default=False,
        ),
    ],
    *,
    realised: Annotated[
        bool, typer.Option("--realise", help="Find a matrix with exactly these types, or prove that there is none.")
    ] = False,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Check the axioms of tropical oriented matroids on a set of types, with the first violation.

    The document that `tropical hull --cells --json` writes is read too. With --realise, types that are all connected
    are taken as those of the pseudovertices.

    Exit codes: 0 done, whatever the answer; 2 bad input; 3 stopped by the clock; 4 too many columns for --realise;
    130 Ctrl-C.
    """
    answer.check(source)
    interrupts_are_raised()
    started, found = time.perf_counter(), Document({"source": str(source), **dict.fromkeys(KEYS)})

    def work() -> None:
        from tropical.fans.activation.axioms import OF_ARRANGEMENTS, first_violation

        types = _read(source)
        found.update(n=types[0].n_points, d=types[0].n_terms, types=len(types))
        for name in OF_ARRANGEMENTS:
            violation = first_violation(types, [name])
            found[name] = violation is None
            if violation is not None and found["violation"] is None:
                found["violation"] = _violation(violation)
        if realised:
            _realise(types, found)

    stopped_by = guarded(deadline, work, "checking the axioms")
    ending = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**found, **ending, "version": __version__}, show, KNOWN)
    return stopped_by


def _read(path: Path) -> list[ActivationPattern]:
    from polytopes.formats.files import read_document
    from polytopes.formats.limits import reading

    with reading():
        return read_document(path, _types)


def _types(document: Any) -> list[ActivationPattern]:
    """Return the types of a document: those under "types", or the covectors of "cells"."""
    from tropical.fans.activation.patterns import ActivationPattern

    given = document if isinstance(document, dict) else {}
    types = given.get("types")
    if types is None and isinstance(given.get("cells"), list):
        types = [cell.get("covector") if isinstance(cell, dict) else None for cell in given["cells"]]
    if not isinstance(types, list):
        raise InputError('no types; give an object {"types": [[[0, 1], [1]], ...]}, a list of columns for every row')
    if not types:
        raise InputError("there is no type; give at least one")
    for number, own in enumerate(types):
        if not _is_type(own):
            raise InputError(f"type {number} is not a list of lists of columns, which are integers from 0")
    most = max((k for own in types for part in own for k in part), default=0)
    n, d = given.get("n", len(types[0])), given.get("d", 1 + most)
    if not all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in (n, d)):
        raise InputError('"n" and "d" are the numbers of rows and columns, integers from 1')
    if d > MOST_COLUMNS:
        raise InputError(f"types of up to {MOST_COLUMNS:,} columns are read, not of {shortened(d)}")
    for number, own in enumerate(types):
        if len(own) != n:
            raise InputError(f"type {number} has {len(own)} rows, not {n}")
        if not all(own):
            raise InputError(f"type {number} has no column in row {own.index([])}; every row has at least one")
        if any(k >= d for part in own for k in part):
            raise InputError(f"type {number} has a column that is not below {d}")
    return [ActivationPattern.of(own, d) for own in types]


def _is_type(own: Any) -> bool:
    return isinstance(own, list) and all(
        isinstance(part, list) and all(isinstance(k, int) and not isinstance(k, bool) and k >= 0 for k in part)
        for part in own
    )


def _violation(found: Violation) -> Document:
    """Return a violation as it is written in documents."""
    return {
        "axiom": found.axiom,
        "types": [list(map(list, pattern.sets)) for pattern in found.patterns],
        "position": found.point,
        "missing": None if found.missing is None else list(map(list, found.missing.sets)),
    }


def _realise(types: list[ActivationPattern], found: Document) -> None:
    from tropical.convexity.covectors import n_components
    from tropical.convexity.realization import realise

    answer = realise([pattern.sets for pattern in types], found["d"])
    all_types = any(n_components(pattern.masks, found["d"]) > 1 for pattern in types)
    if answer and all_types and not all(found[name] for name in AXIOMS):
        raise VerificationFailed("a matrix has these types, but they violate an axiom; please report this")
    found.update(answer.as_dict())


def show(document: Document) -> None:
    """Print the axioms for a person."""
    table = answer_table()
    if document["n"] is not None:
        table.add_row("types", f"{document['types']:,}, {document['n']} rows, {document['d']} columns")
    for name in AXIOMS:
        if document[name] is not None:
            table.add_row(name, "yes" if document[name] else "no")
    found = document["violation"]
    if found is not None:
        table.add_row("first violation", f"{found['axiom']}{_of(found['types'])}{_at(found)}")
    if document["realised"] is not None:
        table.add_row("types of a matrix", "yes" if document["realised"] else "no")
    for row in document["matrix"] or []:
        table.add_row("", ", ".join(row))
    if document["proof"] is not None:
        table.add_row("proof", f"{len(document['proof']):,} conditions whose sum is 0; see the document")
    Console(highlight=False, markup=False).print(table)


def _text(own: list[list[int]]) -> str:
    """Return a type as it is written in tables: rows separated by commas.

    >>> _text([[0, 1], [1]])
    '0 1, 1'
    """
    return ", ".join(" ".join(map(str, part)) for part in own)


def _of(types: list[list[list[int]]]) -> str:
    return f" of ({'), ('.join(map(_text, types))})" if types else ""


def _at(found: Document) -> str:
    place = "" if found["position"] is None else f" at row {found['position']}"
    return place + ("" if found["missing"] is None else f"; ({_text(found['missing'])}) is missing")
