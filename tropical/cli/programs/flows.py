"""What the commands on flows share: times, and rows of bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console

from polytopes.errors import InputError
from tropical.cli.arguments import numbers
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from rich.table import Table

    from polytopes.arithmetic.rationals import Vector


DIGITS = 15
"""Digits of bounds, if no number is given."""


def checked_times(text: str | None) -> Vector:
    """Return the times in a list, in order.

    >>> checked_times("2,1/2")
    (Fraction(1, 2), Fraction(2, 1))
    """
    if text is None:
        return ()
    found = numbers(text, "--times")
    if min(found) < 0:
        raise InputError(f"--times {text}: times are numbers >= 0")
    return tuple(sorted(found))


def bound_rows(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the rows of a table that tell the bounds of a flow."""
    yield "KL0 = D(optimum, start)", document["KL0"]["value"]
    if document["t0"] is not None:
        yield "exponential bound from t0", document["t0"]["value"]
        yield "power of t in it", document["exponent"]["value"]
    for row in document["bounds"]:
        said = "no bound at time 0" if row["gap"] is None else f"gap at most {row['gap']['value']}"
        if row["D"] is not None:
            said += f", divergence at most {row['D']['value']} (proved here)"
        yield f"t = {row['t']}", said


def print_table(table: Table) -> None:
    """Print a table in which nothing is markup."""
    Console(highlight=False, markup=False).print(table)
