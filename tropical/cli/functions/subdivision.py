"""The command ``tropical subdivision``: the dual subdivision and the hypersurface of a tropical polynomial."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.exports import check_complex_file
from tropical.cli.exports import export as write
from tropical.cli.functions.sources import complex_document, many, read_function, texts
from tropical.cli.networks.pictures import check_picture
from tropical.cli.options import Deadline
from tropical.cli.running import STOPS, Stop
from tropical.cli.scenes import Scene, SceneOptions
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.polynomial import TropicalPolynomial

WORK = 500
"""For every term that is allowed, the products of numbers that linear algebra with all of them may take."""


@command(
    Panel.functions,
    {"source": None, "f_vector": None, "complete": False, "stopped_by": None, "version": __version__},
)
def subdivision(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A tropical function: a .json or .txt file, or an expression such as 'max(2x + 1, y, 0)'.",
            show_default=False,
        ),
    ],
    *,
    limit: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help="Stop if there may be more than N terms, or are more than N faces of the dome."
        ),
    ] = 100_000,
    deadline: Deadline = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw subdivision and hypersurface: .pdf, .svg, .png or .pgf.", show_default=False
        ),
    ] = None,
    scene: SceneOptions,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the hypersurface: .json for polymake, .mrdi for OSCAR, .sage.",
            show_default=False,
        ),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Find the dual subdivision of a tropical polynomial, such as max(2x + 1, y, 0) in a text file.

    For a difference of two maxima it is the subdivision of both, with signs. The dome is the polyhedron above the
    graph; its faces are dual to the cells. Exit codes: 0 done; 2 bad input; 3 stopped, with what was found; 130 Ctrl-C.
    """
    answer.check(source, scene.data, others=(plot, export))
    scene.check(plot)
    if plot is not None:
        check_picture(plot)
    check_complex_file(export)
    from tropical.cli.apart import apart

    interrupts_are_raised()
    started = time.perf_counter()
    known: Document = {"source": str(source)}

    def publish(stopped_by: Stop | None) -> None:
        end = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
        answer.publish({**known, **end, "version": __version__}, show, "this is what was found")

    def take(part: Document) -> None:
        known.update(part)
        if "complete" in part:
            publish(None)

    stopped_by: Stop | None
    try:
        stopped_by = apart(partial(_work, source, limit, plot, scene, export), take, deadline, "subdividing")
    except LimitReached as error:
        note(f"{error}; allow more with --limit")
        stopped_by = "limit"
    if "complete" not in known:
        publish(stopped_by)
    elif stopped_by is not None:
        note(f"{STOPS[stopped_by]}; a picture or an export that was not announced is not written")
    return stopped_by


def _work(
    source: Path,
    limit: int,
    plot: Path | None,
    scene: SceneOptions,
    export: Path | None,
    send: Callable[[Document], None],
) -> None:
    """Hand on the parts of the document as they are found, then that it is complete, and write the files.

    Raises:
        LimitReached: if there may be more terms, or are more cells, or so many terms in so many dimensions that linear
            algebra takes too long.
    """
    from polytopes.polyhedra.face_lattice import faces_up_to
    from tropical.algebra.operations import terms_up_to

    with faces_up_to(limit), terms_up_to(limit):
        polynomial, boundary = _read(source)
        n, d = polynomial.n_terms, polynomial.ambient_dim + 1
        send({"dim": polynomial.ambient_dim})
        shown = scene.read(polynomial.ambient_dim)
        if n > limit or n * d * min(n, d) > WORK * limit:
            raise LimitReached(f"{many(n, 'term')} in dimension {d - 1} are too many")
        for part in _described(polynomial, boundary):
            send(part)
        send({"complete": True})
        _write(polynomial, boundary, plot, shown, export)


def _read(path: Path) -> tuple[TropicalPolynomial, DecisionBoundary | None]:
    """Return the polynomial in a file; if it has signs or classes, also its boundary."""
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.polynomial import TropicalPolynomial
    from tropical.algebra.rational_function import TropicalRational

    function = read_function(path)
    if isinstance(function, TropicalPolynomial):
        if not function.n_terms:
            raise InputError(f"{path}: a polynomial without terms has no subdivision")
        return function, None
    if isinstance(function, TropicalRational):
        function = DecisionBoundary.of_rational(function)
    elif not isinstance(function, DecisionBoundary):
        function = DecisionBoundary.of_scores(function)
    return TropicalPolynomial.maximum(function.classes), function


def _described(polynomial: TropicalPolynomial, boundary: DecisionBoundary | None) -> Iterator[Document]:
    """Yield the parts of the document, the quick ones first."""
    from tropical.algebra.hypersurface import TropicalHypersurface

    surface = TropicalHypersurface(polynomial)
    sub = surface.subdivision if boundary is None else boundary.subdivision
    signs = {} if boundary is None else {"labels": list(boundary.labels)}
    yield {"points": [texts(point) for point in sub.points], "heights": texts(sub.heights), **signs}
    cells = [list(cell) for cell in sub.maximal_cells]
    yield {"is_triangulation": sub.is_triangulation, "maximal_cells": cells}
    used = {i for vertex in sub.vertices for i in vertex}
    yield {"unused_points": sub.n_points - len(used), "f_vector": list(sub.f_vector())}
    yield {
        "hypersurface": {
            "f_vector": list(surface.f_vector()),
            "regions": len(surface.essential_terms),
            "multiplicities": texts(surface.multiplicities),
            "complex": complex_document(surface.complex),
        }
    }


def _write(
    polynomial: TropicalPolynomial,
    boundary: DecisionBoundary | None,
    plot: Path | None,
    scene: Scene,
    export: Path | None,
) -> None:
    """Write the hypersurface and the picture."""
    if export is not None:
        from tropical.algebra.hypersurface import TropicalHypersurface

        write(TropicalHypersurface(polynomial), export, "the hypersurface")
    if plot is not None:
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.tropical_curves import plot_subdivision

        save_picture(plot_subdivision(boundary or polynomial, **scene.shown), plot)
        note(f"the picture is in {plot}")


def show(document: Document) -> None:
    """Print the numbers of a subdivision, as far as they were found."""
    console = Console(highlight=False)
    if "points" in document:
        kind = "triangulation" if document.get("is_triangulation") else "subdivision"
        console.print(f"regular {kind} of {many(len(document['points']), 'point')} in dimension {document['dim']}")
    if "f_vector" in document:
        console.print(_cell_table(document["f_vector"], document["dim"]))
    elif "maximal_cells" in document:
        console.print(many(len(document["maximal_cells"]), "maximal cell"))
    if "hypersurface" in document:
        surface = document["hypersurface"]
        unused = many(document["unused_points"], "point is no vertex", "points are no vertices")
        console.print(f"{unused}; {many(surface['regions'], 'region')} of linearity")
        if surface["multiplicities"]:
            console.print(f"multiplicities {', '.join(map(short_number, sorted(set(surface['multiplicities']))))}")


def _cell_table(f_vector: Sequence[int], dim: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("dimension", "cells", "dual cells"):
        table.add_column(heading, justify="right")
    for k, number in enumerate(f_vector):
        table.add_row(str(k), str(number), f"of dimension {dim - k}")
    return table
