"""What ``tropical hull --slopes`` says: the activation patterns of data for affine forms with fixed slopes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen
from rich.console import Console

from polytopes.errors import InputError, ShapeError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.arguments import numbers
from tropical.cli.convexity.hull_document import about_cells
from tropical.cli.networks.surveys import answer_table
from tropical.cli.running import Stop, guarded, held_signals, running_count
from tropical.cli.starting import Document
from tropical.cli.tables import note

if TYPE_CHECKING:
    from fractions import Fraction

    from polytopes.arithmetic.rationals import Vector
    from tropical.convexity.polytope import TropicalPolytope
    from tropical.convexity.slopes import SlopePatterns
    from tropical.convexity.systems import OneSided

KEYS = (
    *("n", "d", "values", "f_vector", "torus_f_vector", "patterns", "maximal_patterns", "generic"),
    *("signs", "sign_vectors", "n_sign_vectors", "sign_components", "fit"),
)
MOST_SHOWN = 40
"""Sign vectors that are printed for a person; documents have all."""


@frozen
class BridgeOptions:
    """Slopes of affine forms: then the table is of data, and the cells are activation patterns."""

    slopes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Read data, and slopes of affine forms: the cells are the activation patterns of all offsets.",
            show_default=False,
        ),
    ] = None
    signs: Annotated[
        str | None,
        typer.Option(metavar="+,-,...", help="With --slopes: signs of the forms, for labelings.", show_default=False),
    ] = None
    fit: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="With --slopes: the column of targets, for the best offsets.", show_default=False
        ),
    ] = None


@frozen
class Asked:
    """What else is asked of the patterns."""

    at: list[str]
    cells: bool
    limit: int | None
    deadline: float | None
    plot: Path | None


def answer_bridge(source: Path, options: BridgeOptions, asked: Asked, answer: Answer) -> Stop | None:
    """Do what the command is asked for with slopes."""
    slopes = options.slopes
    assert slopes is not None, "the command has other work without slopes"
    started = time.perf_counter()
    found: Document = {
        "source": str(source),
        "slopes": str(slopes),
        "convention": "max",
        **dict.fromkeys(KEYS),
    }
    signs = None if options.signs is None else _signs(options.signs)
    listing: list[TropicalPolytope] = []

    def work() -> None:
        from tropical.convexity.slopes import patterns_with_slopes
        from tropical.fans.data_files import read_points

        points, targets = _data(source, options.fit)
        with running_count("pseudovertices or cells") as progress:
            patterns = patterns_with_slopes(points, read_points(slopes), asked.limit, progress)
            n_forms = patterns.polytope.n_columns
            if signs is not None and len(signs) != n_forms:
                raise InputError(f"--signs {options.signs}: {len(signs)} signs for {n_forms} slopes; give as many")
            if asked.plot is not None and (n_forms < 3 or (n_forms > 3 and len(asked.at) != 1)):
                raise ShapeError(_not_drawn(n_forms))
            found.update(n=len(points), d=n_forms, values=_texts(patterns.values), signs=signs)
            if targets is not None:
                found["fit"] = _fit(patterns.fit(targets))
            if asked.at:
                found["at"] = [_where(patterns, offsets) for offsets in [_offsets(text, n_forms) for text in asked.at]]
            listing.append(patterns.polytope)
            if asked.plot is not None and n_forms > 3:  # a plane is drawn without the list of all patterns
                _draw(patterns, signs, asked.plot, _offsets(asked.at[0], n_forms))
            _patterns(patterns, asked.cells, found)
            if signs is not None:
                _labelings(patterns, signs, found)
        if asked.plot is not None and n_forms == 3:
            _draw(patterns, signs, asked.plot)

    stopped_by = guarded(asked.deadline, work)
    if listing and found["patterns"] is None:
        with held_signals():  # the alarm rings on
            known = about_cells(listing[0])
            found.update({name: known[name] for name in ("f_vector", "torus_f_vector")})
            found["patterns"] = sum(known["torus_f_vector"])
    if stopped_by is not None and asked.plot is not None and found["d"] == 3:
        note("pictures are written when all is known, not now")
    ending = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**found, **ending, "version": __version__}, show, KNOWN)
    return stopped_by


def _draw(patterns: SlopePatterns, signs: list[str] | None, path: Path, through: Vector | None = None) -> None:
    from polytopes.drawing.figures import save_picture
    from tropical.pictures.offsets import plot_offsets

    save_picture(plot_offsets(patterns, signs, through=through), path)


def _not_drawn(n_forms: int) -> str:
    if n_forms < 3:
        return f"--plot draws the offsets of 3 forms or more, there are {n_forms} slopes"
    return f"of {n_forms} slopes --plot draws a plane of offsets, where those of 1 and 2 vary; give one --at in it"


def _data(source: Path, target: str | None) -> tuple[Sequence[Vector], Vector | None]:
    from tropical.fans.data_files import read_points, read_targets

    return (read_points(source), None) if target is None else read_targets(source, target)


def _signs(text: str) -> list[str]:
    found = [part.strip() for part in text.split(",")]
    if not all(part in ("+", "-") for part in found):
        raise InputError(f"--signs {text}: give + or - for every slope, separated by commas, such as +,+,-")
    return found


def _offsets(text: str, n_forms: int) -> Vector:
    offsets = numbers(text, "--at")
    if len(offsets) != n_forms:
        raise InputError(f"--at {text}: {len(offsets)} offsets for {n_forms} slopes; give as many")
    return offsets


def _texts(rows: Iterable[Iterable[Fraction]]) -> list[list[str]]:
    from polytopes.arithmetic.rationals import exact_text

    return [list(map(exact_text, row)) for row in rows]


def _lists(pattern: Sequence[Sequence[int]]) -> list[list[int]]:
    return list(map(list, pattern))


def _fit(found: OneSided) -> Document:
    """Return what a document says of offsets for targets."""
    content = found.as_dict()
    return {"interpolates": found.solvable, "error": content["error"], "offsets": content["fit"]}


def _where(patterns: SlopePatterns, offsets: Vector) -> Document:
    """Return what a document says of offsets."""
    [own, values] = _texts([offsets, patterns.values_at_data(offsets)])
    return {
        "offsets": own,
        "pattern": _lists(patterns.pattern(offsets)),
        "values": values,
        "all_terms": patterns.uses_all_terms(offsets),
    }


def _patterns(patterns: SlopePatterns, cells: bool, found: Document) -> None:
    polytope = patterns.polytope
    found["torus_f_vector"], found["f_vector"] = list(patterns.f_vector), list(polytope.f_vector)
    found.update(patterns=sum(patterns.f_vector), maximal_patterns=patterns.f_vector[-1], generic=polytope.is_generic)
    if cells:
        whole = set(range(polytope.n_columns))
        found["cells"] = [
            {"pattern": _lists(graph), "dim": dim, "all_terms": set().union(*graph) == whole}
            for dim in range(polytope.n_columns)
            for graph in polytope.covectors(dim)
        ]


def _labelings(patterns: SlopePatterns, signs: list[str], found: Document) -> None:
    from tropical.convexity.arrangement import SIGNS, sign_text

    row = [-1 if SIGNS[sign] else 1 for sign in signs]
    found["n_sign_vectors"] = len(patterns.sign_vectors(row))
    components = patterns.sign_components(row)
    found["sign_vectors"] = [sign_text(vector) for vector in components]
    found["sign_components"] = [
        {"sign_vector": sign_text(vector), "patterns": list(map(_lists, cells))}
        for vector, parts in components.items()
        for cells in parts
    ]


def show(document: Document) -> None:
    """Print what is known of the patterns for a person; numbers of what is not all listed are lower bounds."""
    table = answer_table()
    least = "at least " if document["maximal_patterns"] is None else ""
    for name, key in (("data points", "n"), ("forms", "d"), ("activation patterns", "patterns")):
        if document[key] is not None:
            table.add_row(name, f"{least if key == 'patterns' else ''}{document[key]:,}")
    for name, key in (("by dimension 0, 1, ...", "torus_f_vector"), ("with all forms used", "f_vector")):
        if document[key] is not None:
            table.add_row(name, least + " ".join(f"{n:,}" for n in document[key]))
    vectors = document["sign_vectors"]
    if vectors is not None:
        more = ", ..." if len(vectors) > MOST_SHOWN else ""
        table.add_row("labelings", f"{len(vectors):,}: {', '.join(vectors[:MOST_SHOWN])}{more}")
        table.add_row("their components", f"{len(document['sign_components']):,}")
    fit = document["fit"]
    if fit is not None:
        table.add_row("best fit", f"error {fit['error']} at offsets {', '.join(fit['offsets'])}")
    for own in document.get("at", []):
        pattern = ", ".join(" ".join(map(str, part)) for part in own["pattern"])
        table.add_row(f"offsets {', '.join(own['offsets'])}", f"pattern {pattern}; values {', '.join(own['values'])}")
    Console(highlight=False, markup=False).print(table)
