"""The command ``tropical types``: all combinatorial types of decision boundaries with given exponents."""

from __future__ import annotations

import time
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.datasets.sources import print_table, tell_labels
from tropical.cli.documents import printable
from tropical.cli.functions.sources import is_function_file, many, read_function, texts
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from tropical.algebra.signed_secondary_fan import SignedSecondaryFan

Points = list[tuple[Fraction, ...]]


@command(
    Panel.data_sets,
    {
        "source": None,
        "triangulations": 0,
        "types": None,
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def types(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DATA|FILE",
            help="A table of exponents with signs, or a difference of maxima: a .txt or .json file, or an expression.",
            show_default=False,
        ),
    ],
    *,
    labels: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of signs: + for g, - for h.", show_default=False),
    ] = None,
    up_to_isomorphism: Annotated[
        bool, typer.Option("--up-to-isomorphism", help="Also count signed subdivisions up to isomorphism.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N regular triangulations.")
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """List the combinatorial types of decision boundaries {g = h} with given exponents, over all coefficients.

    They are read off the signed secondary fan. Columns are named by their header or their number from 0. Exit codes:
    0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    answer.check(source)
    interrupts_are_raised()
    started = time.perf_counter()
    positive, negative, coefficients = _read(source, labels)
    found: Document = {"triangulations": 0, "types": None}
    found |= {"types_up_to_isomorphism": None} if up_to_isomorphism else {}
    found |= {} if coefficients is None else {"type_of_function": None}

    def work() -> None:
        from tropical.algebra.signed_secondary_fan import SignedSecondaryFan

        with running_count("triangulations") as show:

            def count(number: int) -> None:
                found["triangulations"] = number
                show(number)

            fan = SignedSecondaryFan.of(positive, negative, limit, count)
        _answer(fan, found, coefficients)

    stopped_by = guarded(deadline, work)
    document = {
        "source": str(source),
        "dim": len(positive[0]),
        "positive": [texts(row) for row in positive],
        "negative": [texts(row) for row in negative],
        **found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, "the types are read off when all regular triangulations are found")
    return stopped_by


def _read(source: Path, labels: str | None) -> tuple[Points, Points, list[Fraction] | None]:
    """Return the exponents of g and of h, and the coefficients if the file has some."""
    if is_function_file(source):
        refuse_unused(f"names a column of a table, and {source} is read as a function; leave it out", labels=labels)
        return _of_function(source)
    from tropical.fans.data_files import read_data

    data = read_data(source, labels)
    if not data.labels:
        raise InputError(f"{source}: no signs of the terms; name their column with --labels")
    sides = [[point for point, own in zip(data.points, data.labels, strict=True) if own == sign] for sign in (1, -1)]
    tell_labels(source, labels)
    if not all(sides):
        raise InputError(f"{source}: {len(sides[0])} exponents of g and {len(sides[1])} of h; give some of each")
    return sides[0], sides[1], None


def _of_function(path: Path) -> tuple[Points, Points, list[Fraction] | None]:
    from tropical.algebra.rational_function import TropicalMap, TropicalRational

    function = read_function(path)
    if isinstance(function, TropicalMap) and function.output_dim == 1:
        [function] = function.components
    if not isinstance(function, TropicalRational):
        raise InputError(f"{path}: a difference of two maxima is needed, such as max(x, y) - max(x + y, 0)")
    sides = function.numerator.forms, function.denominator.forms
    if not all(sides):
        raise InputError(f"{path}: a maximum without terms has no exponents")
    exponents = [[tuple(form[1:]) for form in side] for side in sides]
    return exponents[0], exponents[1], [form[0] for side in sides for form in side]


def _answer(fan: SignedSecondaryFan, answer: dict[str, Any], coefficients: Iterable[Fraction] | None) -> None:
    answer["types"] = [one.as_dict() for one in fan.boundary_types]
    if coefficients is not None:
        mixed = fan.type_of(coefficients)
        place = next((i for i, one in enumerate(fan.boundary_types) if one.mixed == mixed), None)
        answer["type_of_function"] = {"mixed": [list(cell) for cell in mixed], "index": place}
    if "types_up_to_isomorphism" in answer:
        answer["types_up_to_isomorphism"] = len(fan.types_up_to_isomorphism())


def show(document: dict[str, Any]) -> None:
    """Print the types for a person."""
    n, m = len(document["positive"]), len(document["negative"])
    console = Console(highlight=False, soft_wrap=True)
    console.print(printable(f"{document['source']}: {n} terms less {m} in Q^{document['dim']}"), markup=False)
    if document["types"] is None:
        console.print(f"{many(document['triangulations'], 'regular triangulation')} found")
        return
    counted = f"{document['triangulations']:,} triangulations, {len(document['types']):,} boundary types"
    if document.get("types_up_to_isomorphism") is not None:
        counted += f", {document['types_up_to_isomorphism']:,} signed subdivisions up to isomorphism"
    console.print(counted)
    own = document.get("type_of_function")
    if own is not None:
        where = "none of these: its coefficients are not generic" if own["index"] is None else f"type {own['index']}"
        console.print(f"the function has {where}")
    names = ("type", "positive regions", "negative regions", "mixed cells", "triangulations", "coefficients")
    lines = [
        [
            str(i),
            str(one["positive_regions"]),
            str(one["negative_regions"]),
            str(len(one["mixed"])),
            str(one["triangulations"]),
            " ".join(map(short_number, one["coefficients"])),
        ]
        for i, one in enumerate(document["types"])
    ]
    print_table(names, lines)
