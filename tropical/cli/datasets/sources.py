"""What the questions about classifiers sign(g - h) on data share: their source, documents and tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.datasets.fan import described
from tropical.cli.documents import check_target, printable, publish
from tropical.cli.running import Stop, held_signals
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from tropical.fans.classification.fan import ClassificationFan
    from tropical.fans.data_set import DataSet

Document = dict[str, Any]


@frozen
class Source:
    """Where the data is, how it is read, and when to stop; as the options were spelled."""

    data: Path
    terms: str | None
    labels: str | None
    weights: str | None
    limit: int | None
    deadline: float | None
    output: Path | None
    as_json: bool

    def read(self, *inputs: Path) -> DataSet:
        """Read the data; refuse to write to it, or to another input."""
        from tropical.fans.data_files import read_data

        if self.output is not None:
            check_target(self.output, self.data, *inputs)
        return read_data(self.data, self.labels, self.weights)

    def fan(self, *inputs: Path) -> ClassificationFan:
        """Read the data, for the terms that are given."""
        from tropical.fans.classification.fan import ClassificationFan

        terms = parse_terms(self.terms)
        return ClassificationFan.of(self.read(*inputs), terms)


def parse_terms(text: str | None) -> tuple[int, int]:
    """Return the numbers of terms of g and h from a text.

    >>> parse_terms("2,1")
    (2, 1)
    """
    way_out = "give two positive integers N,M: the terms of g and those of h in sign(g - h)"
    if text is None:
        raise InputError(f"no --terms; {way_out}")
    numbers = positive_integers(text)
    if numbers is None or len(numbers) != 2:
        raise InputError(f"--terms {text!r}; {way_out}")
    return numbers[0], numbers[1]


def positive_integers(text: str) -> tuple[int, ...] | None:
    """Return positive integers separated by commas, None if the text spells none.

    >>> positive_integers("2,1"), positive_integers("2,x")
    ((2, 1), None)
    """
    parts = text.split(",")
    if not all(len(part) < 10 and part.strip().isdecimal() and int(part) > 0 for part in parts):
        return None
    return tuple(map(int, parts))


def finish(
    source: Source,
    data: DataSet,
    answer: Document,
    stopped_by: Stop | None,
    started: float,
    show: Callable[[Document], None],
) -> Stop | None:
    """Publish the document of an answer; return what stopped the work, if anything did."""
    document = {
        "data": described(data, source.data),
        **answer,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        publish(document, source.output, source.as_json, show)
        note_stop(stopped_by)
    return stopped_by


def number(value: int | None) -> str:
    """Return a number for a person."""
    return "not found" if value is None else f"{value:,}"


def sign_text(signs: Sequence[int]) -> str:
    """Return signs as they are written on the command line.

    >>> sign_text((1, 0, -1))
    '+0-'
    """
    return "".join("-0+"[sign + 1] for sign in signs)


def form_rows(forms: Sequence[Sequence[str]], n_positive: int) -> list[tuple[str, str]]:
    """Return the rows of a table with the forms of g and those of h."""
    sides = (("g", forms[:n_positive]), ("h", forms[n_positive:]))
    return [(name, "\n".join(" ".join(form) for form in side)) for name, side in sides]


def print_summary(document: Document, what: str, rows: list[tuple[str, str]]) -> None:
    """Print what was asked for, as a table of names and texts under a line that says of what."""
    data = document["data"]
    console = Console(highlight=False, soft_wrap=True)
    console.print(printable(f"{data['source']}: {data['points']} points in Q^{data['dim']}, {what}"), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    complete = "yes" if document["complete"] else "no"
    for name, text in (*rows, ("complete", complete), ("seconds", f"{document['seconds']:.2f}")):
        table.add_row(name, text)
    console.print(table)


def print_table(names: Sequence[str], rows: list[list[str]]) -> None:
    """Print a table of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, soft_wrap=True).print(table)
