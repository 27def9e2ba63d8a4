"""The command ``tropical solve``: tropical linear systems."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from polytopes.errors import FileFormatError, InputError, LimitReached, NumberError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.convexity.entries import Entries
    from tropical.convexity.systems import OneSided

NOTHING: Document = {"system": None, "complete": False, "stopped_by": None, "seconds": 0.0, "version": __version__}


def _side(option: str, help_text: str) -> object:
    return typer.Option(option, metavar="FILE", help=help_text, show_default=False)


@command(Panel.functions, NOTHING)
def solve(
    source: Annotated[
        Path,
        typer.Argument(metavar="A", help="A table: a row of the matrix on each line, -oo allowed.", show_default=False),
    ],
    *,
    equals: Annotated[Path | None, _side("--equals", "Solve A x = b: one number on each line.")] = None,
    below: Annotated[Path | None, _side("--below", "Solve A x <= B x.")] = None,
    same: Annotated[Path | None, _side("--same", "Solve A x = B x.")] = None,
    other: Annotated[Path | None, _side("--other", "Solve A x = B y; rays have x first.")] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N rays or covers.")
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Solve a tropical linear system, where sums are maxima and products are sums.

    Exit codes: 0 done, also if there is no solution; 2 bad input; 3 stopped at a limit or by the clock; 130 Ctrl-C.
    """
    sides = {"A x = b": equals, "A x <= B x": below, "A x = B x": same, "A x = B y": other}
    given = {name: path for name, path in sides.items() if path is not None}
    if len(given) != 1:
        raise InputError("give one of --equals, --below, --same and --other")
    [(system, right)] = given.items()
    answer.check(source, right)
    interrupts_are_raised()
    started, found = time.perf_counter(), Document(system=system)

    def work() -> None:
        from tropical.convexity.entries import entry_text
        from tropical.convexity.systems import solve as solved
        from tropical.convexity.two_sided import finite_solution, solve_two_sided

        A, B = _read(source), _read(right)
        if system == "A x = b":
            _one_sided(solved(A, _column(right, B)), limit, found)
            return
        relation = "<=" if "<=" in system else "="
        with running_count("rays") as progress:
            rays = solve_two_sided(A, B, relation, separate=system.endswith("y"), limit=limit, progress=progress)
        found["rays"] = [list(map(entry_text, ray)) for ray in rays]
        found["finite_solution"] = finite_solution(rays) is not None

    stopped_by = guarded(deadline, work)
    ending = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    said = KNOWN if "principal" in found else "no solution is known"
    answer.publish({**found, **ending, "version": __version__}, show, said)
    return stopped_by


def _one_sided(answer: OneSided, limit: int | None, found: Document) -> None:
    """Add what is known of A x = b to a document, the covers at last: there may be very many."""
    found.update({**answer.as_dict(), "covers": []})
    for cover in answer.each_cover():
        if limit is not None and len(found["covers"]) == limit:
            raise LimitReached(f"more than {limit} covers", limit)
        found["covers"].append(list(cover))
    found["covers"].sort()


def _read(path: Path) -> list[Entries]:
    from tropical.convexity.entries import as_entry
    from tropical.fans.data_files import read_matrix

    try:
        return read_matrix(path, as_entry)
    except NumberError as error:
        raise FileFormatError(f"{path}: {error}") from None


def _column(path: Path, rows: list[Entries]) -> Entries:
    if len(rows[0]) > 1 and len(rows) > 1:
        raise FileFormatError(f"{path}: the right side is one number on each line, or one line")
    return tuple(entry for row in rows for entry in row)


def show(document: Document) -> None:
    """Print the solutions for a person."""
    table = answer_table()
    table.add_row("system", str(document["system"]))
    if "principal" in document:
        table.add_row("solvable", "yes" if document["solvable"] else "no")
        table.add_row("greatest solution of A x <= b", ", ".join(document["principal"]))
        if document["solvable"]:
            table.add_row("unique", "yes" if document["unique"] else "no")
            table.add_row("minimal covers", "; ".join(" ".join(map(str, cover)) for cover in document["covers"]))
        else:
            table.add_row("rows that stay below", " ".join(map(str, document["failing_rows"])))
        if not document["solvable"] and document["error"] is not None:
            table.add_row("least error", f"{document['error']} at {', '.join(document['fit'])}")
    if "rays" in document:
        only = "" if document["rays"] else "; only -oo in all unknowns is a solution"
        table.add_row("extreme rays", f"{len(document['rays']):,}{only}")
        for ray in document["rays"][:40]:
            table.add_row("", ", ".join(ray))
    Console(highlight=False, markup=False).print(table)
