"""The command ``tropical subdivision``: the dual subdivision and the hypersurface of a tropical polynomial."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.documents import check_targets, publish
from tropical.cli.functions.sources import check_export, complex_document, many, texts
from tropical.cli.networks.pictures import check_picture
from tropical.cli.running import held_signals
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.polynomial import TropicalPolynomial


@frozen
class Options:
    """The options of the command, as they were spelled."""

    source: Path
    plot: Path | None
    export: Path | None
    output: Path | None
    as_json: bool


def run(options: Options) -> None:
    """Find the subdivision, report and draw it."""
    check_targets((options.output, options.plot, options.export), (options.source,))
    if options.plot is not None:
        check_picture(options.plot)
    if options.export is not None:
        check_export(options.export)
    interrupts_are_raised()
    started = time.perf_counter()
    polynomial, boundary = _read(options.source)
    document = {
        "source": str(options.source),
        "dim": polynomial.ambient_dim,
        **_described(polynomial, boundary),
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        publish(document, options.output, options.as_json, show)
    _write(polynomial, boundary, options)


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


def _described(polynomial: TropicalPolynomial, boundary: DecisionBoundary | None) -> dict[str, Any]:
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


def _write(polynomial: TropicalPolynomial, boundary: DecisionBoundary | None, options: Options) -> None:
    """Write the hypersurface and the picture."""
    if options.export is not None:
        from polytopes.formats import save_complex
        from tropical.algebra.hypersurface import TropicalHypersurface

        save_complex(TropicalHypersurface(polynomial).complex, options.export)
        note(f"the hypersurface is in {options.export}")
    if options.plot is not None:
        from tropical.pictures.regions import save_picture
        from tropical.pictures.tropical_curves import plot_subdivision

        save_picture(plot_subdivision(boundary or polynomial), options.plot)
        note(f"the picture is in {options.plot}")


def show(document: dict[str, Any]) -> None:
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
