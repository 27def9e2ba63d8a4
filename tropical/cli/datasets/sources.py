"""What the commands on data sets share: the table that holds the data, documents, and tables for a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import FOUND, Answer
from tropical.cli.documents import printable
from tropical.cli.options import ConeLimit, DataPath, Deadline, LabelColumn, WeightColumn
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from tropical.fans.classification.fan import ClassificationFan
    from tropical.fans.data_set import DataSet


@frozen
class DataFile:
    """A table of points, and the columns that are not coordinates."""

    data: DataPath
    labels: LabelColumn = None
    weights: WeightColumn = None

    def read(self) -> DataSet:
        """Return the data set in the table."""
        from tropical.fans.data_files import read_data

        found = read_data(self.data, self.labels, self.weights)
        if not found.n_points:
            note(f"{self.data} has no points: its only line is a header")
        return found

    def fan(self, terms: str | None) -> ClassificationFan:
        """Return the classification fan of the data, for terms spelled ``N,M``."""
        from tropical.fans.classification.fan import ClassificationFan

        numbers = parse_terms(terms)
        return ClassificationFan.of(self.read(), numbers)


def tell_labels(data: Path, column: str | None) -> None:
    """Say on standard error which labels of a table are 1 and -1, if it has other texts."""
    from tropical.fans.data_files import label_names

    usual = {1: ("1", "+1", "+"), -1: ("-1", "-")}
    names = label_names(data, column)
    if any(text not in usual[sign] for sign, text in names.items()):
        said = ", ".join(f"{text} is {sign}" for sign, text in sorted(names.items(), reverse=True))
        note(printable(f"{data}: of the labels {said}"))


@frozen
class ConeLimits:
    """When to stop; ``deadline`` is a time of ``time.monotonic``."""

    limit: ConeLimit = None
    deadline: Deadline = None


def described(data: DataSet, source: Path, constant: bool = True) -> Document:
    """Return what a document says of a data set; its ``rank`` is that of [1 | X], without a constant that of X."""
    from polytopes.arithmetic.linalg import rank

    return {
        "source": str(source),
        "points": data.n_points,
        "distinct_points": len(data.rows),
        "dim": data.dim,
        "rank": data.rank if constant else rank(data.points),
    }


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
        alone = " (only 'tropical fan' takes one number)" if numbers is not None and len(numbers) == 1 else ""
        raise InputError(f"--terms {text!r}; {way_out}{alone}")
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


def report(
    answer: Answer,
    show: Callable[[Document], None],
    found: Document,
    *,
    data: Document,
    stopped_by: Stop | None,
    started: float,
    said: str = FOUND,
) -> Stop | None:
    """Publish what was found about a data set; return what stopped the work, if anything did.

    Args:
        answer: where it goes.
        show: prints the document for a person.
        found: the entries of the document that answer what was asked.
        data: what the document says of the data, as :func:`described`.
        stopped_by: what stopped the work.
        started: when the work began, a time of ``time.perf_counter``.
        said: what is said of the answer if the work was stopped.
    """
    document = {
        "data": data,
        **found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, said)
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
    return [(name, "\n".join(" ".join(map(short_number, form)) for form in side)) for name, side in sides]


def print_summary(document: Document, what: str | None, rows: list[tuple[str, str]]) -> None:
    """Print what was asked for, as a table of names and texts under a line that says of what."""
    data = document["data"]
    console = Console(highlight=False, soft_wrap=True)
    headline = f"{data['source']}: {data['points']} points in Q^{data['dim']}"
    console.print(printable(headline if what is None else f"{headline}, {what}"), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", overflow="fold")
    complete = "yes" if document["complete"] else "no"
    for name, text in (*rows, ("complete", complete), ("seconds", f"{document['seconds']:.2f}")):
        table.add_row(name, text)
    console.print(table)


def of_terms(document: Document) -> str:
    """Return the numbers of terms in words."""
    n, m = document["terms"]
    return f"{n} terms less {m}"


def positive_where(outputs: int | None) -> str:
    """Return where the sign of a classifier is +, given the number of outputs of a network, None for terms.

    >>> positive_where(2), positive_where(None)
    ('output 1 exceeds output 0', 'g exceeds h')
    """
    if outputs is None:
        return "g exceeds h"
    return "the output is positive" if outputs == 1 else "output 1 exceeds output 0"


def print_table(names: Sequence[str], rows: list[list[str]]) -> None:
    """Print a table of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, soft_wrap=True).print(table)
