"""The command ``tropical decompose``: all decompositions of a function into a difference of convex ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.functions.sources import FunctionFile, complex_document, input_dim, many, terms_progress, texts
from tropical.cli.options import Component, Deadline
from tropical.cli.running import Stop, guarded, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.complexes.polyhedral_complex import PolyhedralComplex
    from tropical.algebra.polynomial import TropicalPolynomial
    from tropical.algebra.rational_function import TropicalMap, TropicalRational
    from tropical.networks.network import Network
    from tropical.representations.convex_decompositions import DecompositionPolyhedron

MOST_ROWS = 20
"""Decompositions, or rays, that are listed for a person."""
MANY = 100_000
"""Vertices from which a person is warned."""
LONGEST = 160
"""Longer functions are not printed for a person."""


@command(Panel.functions, {"source": None, "complete": False, "stopped_by": None, "version": __version__})
def decompose(
    file: FunctionFile,
    *,
    component: Component = None,
    complex_: Annotated[
        Path | None,
        typer.Option(
            "--complex",
            metavar="FILE",
            help="A complete complex: .json of polymake, .mrdi of OSCAR or .sage.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N cells, or terms.")
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find all decompositions of a function into a difference of convex ones, and those with the fewest pieces.

    They are the points of a polyhedron, for functions that are affine on the cells of a complex: the regions of g and h
    in a quotient g - h, unless another one is given. Its vertices and rays are found.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 4 network not supported; 130 Ctrl-C.
    """
    answer.check(file.source, complex_)
    from tropical.cli.apart import apart

    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(deadline):
        source = file.chosen(component)
        if source.output_dim != 1:
            raise InputError(f"{file.source} has {source.output_dim} outputs; choose one with --component K")
        cells = _read_complex(complex_)
    found: Document = {}
    maps: list[TropicalMap] = []
    stopped_by = guarded(deadline, lambda: maps.append(_as_map(source, limit)))
    if stopped_by is None:
        try:
            work = partial(_work, maps[0], cells, limit)
            stopped_by = apart(work, found.update, deadline, "finding all differences of convex functions")
        except LimitReached:
            stopped_by = "limit"
    document = {
        "source": str(file.source),
        "dim": input_dim(source),
        **found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, "nothing is found; give a higher limit or more time, or a coarser complex")
    return stopped_by


def _read_complex(path: Path | None) -> PolyhedralComplex | None:
    if path is None:
        return None
    from polytopes.formats import load_complex

    return load_complex(path)


def _as_map(source: TropicalMap | Network, limit: int | None) -> TropicalMap:
    """Return a function, or that of a network."""
    from tropical.networks.network import Network
    from tropical.representations.conversion import tropical_map

    if not isinstance(source, Network):
        return source
    with terms_progress() as progress:
        return tropical_map(source, limit=limit, progress=progress)


def _work(
    source: TropicalMap, complex_: PolyhedralComplex | None, limit: int | None, send: Callable[[Document], None]
) -> None:
    """Hand on what a document says of the decompositions."""
    from tropical.representations.convex_decompositions import decomposition_polyhedron

    [function] = source.components
    found = decomposition_polyhedron(function, complex_, limit=limit)
    dim, n_facets = found.polyhedron.ambient_dim, len(found.polyhedron.inequalities)
    if (most := _most_vertices(n_facets, dim)) > MANY:
        note(f"{n_facets} inequalities in dimension {dim} may have up to {most:,} vertices, which are listed")
    send(_described(found))


def _most_vertices(n_facets: int, dim: int) -> int:
    """Return how many vertices a polyhedron with so many facets has at most (McMullen 1970).

    >>> _most_vertices(6, 3), _most_vertices(2, 2)
    (8, 1)
    """
    if n_facets <= dim:
        return 1
    low, high = dim // 2, dim - dim // 2
    return comb(n_facets - high, low) + comb(n_facets - low - 1, high - 1) if dim else 1


def _described(found: DecompositionPolyhedron) -> Document:
    """Return what a document says of a polyhedron of decompositions."""
    polyhedron, vertices = found.polyhedron, found.vertices
    minimal = set(found.minimal)
    return {
        "cells": found.complex.n_maximal_cells,
        "walls": len(found.walls),
        "polyhedron": {"dim": polyhedron.dim, "vertices": len(vertices), "rays": polyhedron.n_rays},
        "vertices": [_fraction(pair.normal_form()) for pair in vertices],
        "rays": [_terms(found.convex_function(ray)) for ray in polyhedron.rays],
        "minimal": [k for k, pair in enumerate(vertices) if pair in minimal],
        "complex": complex_document(found.complex),
    }


def _fraction(pair: TropicalRational) -> Document:
    return {"numerator": _terms(pair.numerator), "denominator": _terms(pair.denominator)}


def _terms(polynomial: TropicalPolynomial) -> list[list[str]]:
    return [texts(form) for form in polynomial.forms]


def show(document: Document) -> None:
    """Print the decompositions."""
    if "polyhedron" not in document:
        return
    from tropical.algebra.polynomial import TropicalPolynomial
    from tropical.algebra.rational_function import TropicalRational

    console = Console(highlight=False, soft_wrap=True, markup=False)
    polyhedron = document["polyhedron"]
    console.print(f"complex of {many(document['cells'], 'cell')} in dimension {document['dim']}")
    sizes = f"{many(polyhedron['vertices'], 'vertex', 'vertices')}, {many(polyhedron['rays'], 'ray')}"
    console.print(f"polyhedron of decompositions: dimension {polyhedron['dim']}, {sizes}")
    pairs = []
    for k in document["minimal"]:
        sides = [document["vertices"][k][name] for name in ("numerator", "denominator")]
        pair = TropicalRational(*(TropicalPolynomial.from_forms(side, document["dim"]) for side in sides))
        pairs.append(f"{len(sides[0])} - {len(sides[1])} pieces: {_short(pair.cleared())}")
    _list(console, "minimal decompositions", pairs)
    rays = [_short(TropicalPolynomial.from_forms(terms, document["dim"])) for terms in document["rays"]]
    _list(console, "rays, the extreme convex functions on the complex", rays)


def _list(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(f"{title}:")
    for line in lines[:MOST_ROWS]:
        console.print(f"  {line}")
    if len(lines) > MOST_ROWS:
        console.print(f"  and {len(lines) - MOST_ROWS:,} more; --json lists all")


def _short(function: TropicalRational | TropicalPolynomial) -> str:
    text = str(function)
    return text if len(text) <= LONGEST else "long; see --json"
