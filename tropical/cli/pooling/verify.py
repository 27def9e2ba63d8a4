"""The commands ``tropical pool verify`` and ``tables``: formulas, counts and hulls side by side; tables of ranges."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import print_text
from tropical.cli.app import command
from tropical.cli.documents import as_text
from tropical.cli.exits import REFUSED
from tropical.cli.options import AsJson, Deadline
from tropical.cli.pooling.layers import LayerOptions
from tropical.cli.pooling.pool import pool
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, note_stop

if TYPE_CHECKING:
    from tropical.pooling.verify import Answer, Check, Way

T = TypeVar("T")
COMPARED = "what was compared by then is shown"


@command(pool, {"agree": None, "complete": False, "stopped_by": None, "version": __version__})
def verify(layer: LayerOptions, deadline: Deadline = None, as_json: AsJson = False) -> Stop | None:
    """Compare all ways to count a layer; if none is given, the published formulas with counts and hulls.

    Exit codes: 0 all agree; 1 some disagree; 2 bad input; 3 stopped by the clock, with what was compared; 130 Ctrl-C.
    """
    interrupts_are_raised()
    agree, stopped_by = (_one_layer if layer.is_given else _published)(layer, deadline, as_json)
    if not agree:
        raise typer.Exit(REFUSED)
    return stopped_by


def _published(layer: LayerOptions, deadline: float | None, as_json: bool) -> tuple[bool, Stop | None]:
    """Compare formulas with counts; return whether those that were compared agree, and what stopped the work."""
    from tropical.pooling.published import CITATION
    from tropical.pooling.verify import verify_published

    checks: list[Check] = []
    stopped_by = guarded(deadline, lambda: _collect(verify_published(), checks))
    agree = all(check.agrees for check in checks)
    if as_json:
        rows = [_check_document(check) for check in checks]
        _write({"checks": rows, **_verdict(agree, stopped_by), "source": CITATION})
        return agree, stopped_by
    table = _table("layer", "number", "statement", "formula", "s", "count", "s", "hull", "s", "")
    for check in checks:
        answers = (check.formula, check.count, check.hull)
        cells = [cell for answer in answers for cell in _cells(answer)]
        verdict = "agree" if check.agrees else "DISAGREE"
        table.add_row(check.layer, check.quantity, check.statement or "none: new", *cells, verdict)
    _show(table)
    note(f"statements of {CITATION}")
    note_stop(stopped_by, COMPARED)
    return agree, stopped_by


def _one_layer(layer: LayerOptions, deadline: float | None, as_json: bool) -> tuple[bool, Stop | None]:
    """Count a layer in every way; return whether those that were used agree, and what stopped the work."""
    from tropical.pooling.verify import agree, every_way

    ways: list[Way] = []
    stopped_by = guarded(deadline, lambda: _collect(every_way(layer.read()[0].expanded), ways))
    if as_json:
        rows = [{"way": way.name, **_way_numbers(way), "seconds": way.seconds} for way in ways]
        _write({"ways": rows, **_verdict(agree(ways), stopped_by)})
        return agree(ways), stopped_by
    table = _table("way", "vertices", "facets", "f-vector", "s")
    for way in ways:
        vector = "" if way.f_vector is None else " ".join(map(str, way.f_vector))
        table.add_row(way.name, _number(way.vertices), _number(way.facets), vector, f"{way.seconds:.4f}")
    _show(table)
    if stopped_by is None or not agree(ways):
        note("all ways agree" if agree(ways) else "the ways DISAGREE")
    note_stop(stopped_by, COMPARED)
    return agree(ways), stopped_by


def _collect(stream: Iterable[T], found: list[T]) -> None:
    """Add what a stream yields one by one, so that a stop leaves what came before."""
    for one in stream:
        found.append(one)


def _verdict(agree: bool, stopped_by: Stop | None) -> Document:
    """Return whether all agree; False also if the work was stopped later, None if the others are not known."""
    known = agree if stopped_by is None or not agree else None
    return {"agree": known, "complete": stopped_by is None, "stopped_by": stopped_by}


@command(pool, {"files": [], "complete": False, "stopped_by": None, "version": __version__})
def tables(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder; it is made if need be.", show_default=False)],
    deadline: Deadline = None,
    as_json: AsJson = False,
) -> Stop | None:
    """Write tables of whole ranges of layers as CSV files.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock: the tables that were done are written; 130 Ctrl-C.
    """
    from polytopes.output_files import write_text
    from tropical.pooling.tables import csv_text
    from tropical.pooling.tables import tables as all_tables

    interrupts_are_raised()
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made a folder ({error.strerror}); name another one") from None
    written: list[str] = []

    def work() -> None:
        for name, table in all_tables().items():
            path = folder / f"{name}.csv"
            write_text(path, csv_text(table))
            written.append(str(path))
            note(str(path))

    stopped_by = guarded(deadline, work)
    if as_json:
        _write({"files": written, "complete": stopped_by is None, "stopped_by": stopped_by})
    note_stop(stopped_by, "the tables that are named are written")
    return stopped_by


def _check_document(check: Check) -> Document:
    answers = {"formula": check.formula, "count": check.count, "hull": check.hull}
    numbers: Document = {"layer": check.layer, "quantity": check.quantity, "statement": check.statement or None}
    for name, answer in answers.items():
        numbers[name] = None if answer is None else str(answer.value)
        numbers[f"{name}_seconds"] = None if answer is None else answer.seconds
    return {**numbers, "agree": check.agrees}


def _way_numbers(way: Way) -> Document:
    return {
        "vertices": None if way.vertices is None else str(way.vertices),
        "facets": way.facets,
        "f_vector": None if way.f_vector is None else list(way.f_vector),
    }


def _cells(answer: Answer | None) -> tuple[str, str]:
    return ("", "") if answer is None else (_number(answer.value), f"{answer.seconds:.4f}")


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        numbers = heading in ("formula", "count", "hull", "s", "vertices", "facets")
        table.add_column(heading, justify="right" if numbers else "left", no_wrap=heading != "f-vector")
    return table


def _show(table: Table) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)


def _write(document: Document) -> None:
    print_text(as_text({**document, "version": __version__}))
