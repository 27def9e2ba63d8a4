"""The command ``tropical subdivision``: the dual subdivision and the hypersurface of a tropical polynomial."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.functions.sources import check_export, complex_document, many, texts
from tropical.cli.networks.pictures import check_picture
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.polynomial import TropicalPolynomial


@command(
    Panel.functions,
    {"source": None, "f_vector": None, "complete": False, "stopped_by": None, "version": __version__},
)
def subdivision(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="A tropical function, .json or .txt.", show_default=False)
    ],
    *,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw subdivision and hypersurface: .pdf, .svg or .png.", show_default=False),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the hypersurface: .json for polymake, .sage for Sage.", show_default=False
        ),
    ] = None,
    answer: Answer,
) -> None:
    """Find the dual subdivision of a tropical polynomial, such as max(2x + 1, y, 0) in a text file.

    For a difference of two maxima it is the subdivision of both, with signs. Exit codes: 0 done; 2 bad input; 130
    Ctrl-C.
    """
    answer.check(source, others=(plot, export))
    if plot is not None:
        check_picture(plot)
    if export is not None:
        check_export(export)
    interrupts_are_raised()
    started = time.perf_counter()
    polynomial, boundary = _read(source)
    document = {
        "source": str(source),
        "dim": polynomial.ambient_dim,
        **_described(polynomial, boundary),
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show)
    _write(polynomial, boundary, plot, export)


def _read(path: Path) -> tuple[TropicalPolynomial, DecisionBoundary | None]:
    """Return the polynomial in a file; if it has signs or classes, also its boundary."""
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.files import load_function
    from tropical.algebra.polynomial import TropicalPolynomial
    from tropical.algebra.rational_function import TropicalRational

    function = load_function(path)
    if isinstance(function, TropicalPolynomial):
        if not function.n_terms:
            raise InputError(f"{path}: a polynomial without terms has no subdivision")
        return function, None
    if isinstance(function, TropicalRational):
        function = DecisionBoundary.of_rational(function)
    elif not isinstance(function, DecisionBoundary):
        function = DecisionBoundary.of_scores(function)
    return TropicalPolynomial.maximum(function.classes), function


def _described(polynomial: TropicalPolynomial, boundary: DecisionBoundary | None) -> Document:
    from tropical.algebra.hypersurface import TropicalHypersurface

    surface = TropicalHypersurface(polynomial)
    sub = surface.subdivision if boundary is None else boundary.subdivision
    signs = {} if boundary is None else {"labels": list(boundary.labels)}
    used = {i for vertex in sub.vertices for i in vertex}
    return {
        "points": [texts(point) for point in sub.points],
        "heights": texts(sub.heights),
        **signs,
        "unused_points": sub.n_points - len(used),
        "f_vector": list(sub.f_vector()),
        "is_triangulation": sub.is_triangulation,
        "maximal_cells": [list(cell) for cell in sub.maximal_cells],
        "hypersurface": {
            "f_vector": list(surface.f_vector()),
            "regions": len(surface.essential_terms),
            "multiplicities": texts(surface.multiplicities),
            "complex": complex_document(surface.complex),
        },
    }


def _write(
    polynomial: TropicalPolynomial, boundary: DecisionBoundary | None, plot: Path | None, export: Path | None
) -> None:
    """Write the hypersurface and the picture."""
    if export is not None:
        from polytopes.formats import save_complex
        from tropical.algebra.hypersurface import TropicalHypersurface

        save_complex(TropicalHypersurface(polynomial).complex, export)
        note(f"the hypersurface is in {export}")
    if plot is not None:
        from tropical.pictures.figures import save_picture
        from tropical.pictures.tropical_curves import plot_subdivision

        save_picture(plot_subdivision(boundary or polynomial), plot)
        note(f"the picture is in {plot}")


def show(document: Document) -> None:
    """Print the numbers of a subdivision."""
    console = Console(highlight=False)
    kind = "triangulation" if document["is_triangulation"] else "subdivision"
    console.print(f"regular {kind} of {many(len(document['points']), 'point')} in dimension {document['dim']}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("dimension", "cells", "dual cells"):
        table.add_column(heading, justify="right")
    for k, number in enumerate(document["f_vector"]):
        table.add_row(str(k), str(number), f"of dimension {document['dim'] - k}")
    console.print(table)
    surface = document["hypersurface"]
    unused = many(document["unused_points"], "point is no vertex", "points are no vertices")
    console.print(f"{unused}; {many(surface['regions'], 'region')} of linearity")
    if surface["multiplicities"]:
        console.print(f"multiplicities {', '.join(sorted(set(surface['multiplicities'])))}")
