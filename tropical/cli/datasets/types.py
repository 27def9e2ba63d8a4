"""The command ``tropical types``: all combinatorial types of decision boundaries with given exponents."""

from __future__ import annotations

import time
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.datasets.fan import guarded, running_count
from tropical.cli.datasets.sources import print_table
from tropical.cli.documents import check_target, printable, publish
from tropical.cli.functions.sources import is_function_file, texts
from tropical.cli.running import Stop, held_signals
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from tropical.algebra.signed_secondary_fan import SignedSecondaryFan

Points = list[tuple[Fraction, ...]]


@frozen
class Options:
    """The options of the command, as they were spelled."""

    source: Path
    labels: str | None
    isomorphism: bool
    limit: int | None
    deadline: float | None
    output: Path | None
    as_json: bool


def run(options: Options) -> Stop | None:
    """Find the types, and report; return what stopped the work, if anything did."""
    if options.output is not None:
        check_target(options.output, options.source)
    interrupts_are_raised()
    started = time.perf_counter()
    positive, negative, coefficients = _read(options)
    answer: dict[str, Any] = {"triangulations": 0, "types": None}
    answer |= {"types_up_to_isomorphism": None} if options.isomorphism else {}
    answer |= {} if coefficients is None else {"type_of_function": None}

    def work() -> None:
        from tropical.algebra.signed_secondary_fan import SignedSecondaryFan

        with running_count("triangulations") as show:

            def found(number: int) -> None:
                answer["triangulations"] = number
                show(number)

            fan = SignedSecondaryFan.of(positive, negative, options.limit, found)
        _answer(fan, answer, coefficients)

    stopped_by = guarded(options.deadline, work)
    document = {
        "source": str(options.source),
        "dim": len(positive[0]),
        "positive": [texts(row) for row in positive],
        "negative": [texts(row) for row in negative],
        **answer,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        publish(document, options.output, options.as_json, show)
        note_stop(stopped_by)
    return stopped_by


def _read(options: Options) -> tuple[Points, Points, list[Fraction] | None]:
    """Return the exponents of g and of h, and the coefficients if the file has some."""
    if is_function_file(options.source):
        return _of_function(options.source)
    from tropical.fans.data_files import read_data

    data = read_data(options.source, options.labels)
    if not data.labels:
        raise InputError(f"{options.source}: no signs of the terms; name their column with --labels")
    sides = [[point for point, own in zip(data.points, data.labels, strict=True) if own == sign] for sign in (1, -1)]
    if not all(sides):
        raise InputError(
            f"{options.source}: {len(sides[0])} exponents of g and {len(sides[1])} of h; give some of each"
        )
    return sides[0], sides[1], None


def _of_function(path: Path) -> tuple[Points, Points, list[Fraction] | None]:
    from tropical.algebra.files import load_function
    from tropical.algebra.rational_function import TropicalMap, TropicalRational

    function = load_function(path)
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
        console.print(f"{document['triangulations']:,} triangulations found")
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
            " ".join(one["coefficients"]),
        ]
        for i, one in enumerate(document["types"])
    ]
    print_table(names, lines)
