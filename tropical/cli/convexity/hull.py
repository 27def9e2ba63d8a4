"""The command ``tropical hull``: tropical polytopes, their cells, and where points lie."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen
from rich.console import Console

from polytopes.errors import InputError, ShapeError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import numbers, refuse_unused
from tropical.cli.convexity.slopes import Asked, BridgeOptions, answer_bridge
from tropical.cli.networks.pictures import check_picture
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.running import Stop, guarded, running_count
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Vector
    from tropical.convexity.polytope import TropicalPolytope

KEYS = (
    "n",
    "d",
    "f_vector",
    "torus_f_vector",
    "pseudovertices",
    "extreme",
    "dim",
    "tropical_rank",
    "generic",
    "polytrope",
)
NOTHING: Document = {
    "source": None,
    "convention": "max",
    **dict.fromkeys(KEYS),
    "complete": False,
    "stopped_by": None,
    "seconds": 0.0,
    "version": __version__,
}


@frozen
class HullOptions:
    """What is asked of the points."""

    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="X0,...", help="Ask where a point lies; may be repeated.", show_default=False),
    ] = None
    cells: Annotated[bool, typer.Option("--cells", help="List the covectors of all cells.")] = False
    halfspaces: Annotated[
        bool, typer.Option("--halfspaces", help="List half-spaces whose intersection is the polytope.")
    ] = False
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N pseudovertices or cells.")
    ] = None
    deadline: Deadline = None


@command(Panel.functions, NOTHING)
def hull(
    source: Annotated[
        Path, typer.Argument(metavar="POINTS", help="A table: a point on each line.", show_default=False)
    ],
    *,
    options: HullOptions,
    bridge: BridgeOptions,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw points with 3 coordinates: .pdf, .svg or .png.", show_default=False),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Find the tropical convex hull of points: covectors, pseudovertices, cells, extreme points, half-spaces.

    The convention is max; sums with a constant vector are one point. With --slopes the points are data, and the cells
    are the activation patterns of affine forms with these slopes; --at then names offsets.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit or by the clock, with what is known; 130 Ctrl-C.
    """
    answer.check(source, bridge.slopes, others=(plot,))
    if plot is not None:
        check_picture(plot)
    interrupts_are_raised()
    if bridge.slopes is not None:
        refuse_unused("is of points, not of data with --slopes; leave it out", halfspaces=options.halfspaces or None)
        asked = Asked(options.at or [], options.cells, options.limit, options.deadline, plot)
        return answer_bridge(source, bridge, asked, answer)
    refuse_unused("needs --slopes; give them", signs=bridge.signs, fit=bridge.fit)
    started = time.perf_counter()
    found: Document = {"source": str(source), "convention": "max", **dict.fromkeys(KEYS)}

    def work() -> None:
        from tropical.convexity.polytope import TropicalPolytope
        from tropical.fans.data_files import read_points

        points = read_points(source)
        asked = [_point(text, len(points[0])) for text in options.at or []] if points else []
        with running_count("pseudovertices or cells") as progress:
            polytope = TropicalPolytope.of(points, options.limit, progress)
            if plot is not None and polytope.n_columns != 3:
                raise ShapeError(f"--plot draws points with 3 coordinates, these have {polytope.n_columns}")
            found.update(n=len(points), d=polytope.n_columns, extreme=list(polytope.extreme_points))
            found["polytrope"] = polytope.is_polytrope()
            if asked:
                found["at"] = [_where(polytope, point) for point in asked]
            _cells(polytope, options, found)
        if plot is not None:
            from polytopes.drawing.figures import save_picture
            from tropical.pictures.tropical_polytopes import plot_tropical_polytope

            save_picture(plot_tropical_polytope(polytope), plot)

    stopped_by = guarded(options.deadline, work)
    ending = {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**found, **ending, "version": __version__}, show, KNOWN)
    return stopped_by


def _point(text: str, n_columns: int) -> Vector:
    point = numbers(text, "--at")
    if len(point) != n_columns:
        raise InputError(f"--at {text}: {len(point)} coordinates for points with {n_columns}")
    return point


def _where(polytope: TropicalPolytope, point: Vector) -> Document:
    """Return what a document says of a point."""
    from polytopes.arithmetic.rationals import exact_text
    from tropical.convexity.covectors import n_components
    from tropical.convexity.entries import entry_text, shifted
    from tropical.convexity.membership import Inside

    found, graph, distance = polytope.contains(point), polytope.covector(point), polytope.distance(point)
    columns = set(range(polytope.n_columns))
    return {
        "x": list(map(exact_text, point)),
        "covector": list(map(list, graph)),
        "cell_dim": n_components([sum(1 << k for k in part) for part in graph], polytope.n_columns) - 1,
        "inside": bool(found),
        "coefficients": list(map(entry_text, found.coefficients)) if isinstance(found, Inside) else None,
        "projection": list(map(entry_text, shifted(polytope.nearest_point(point)))),
        "distance": None if distance is None else exact_text(distance),
        "separating_sector": None if isinstance(found, Inside) else sorted(columns - set(found.halfspace.sectors)),
    }


def _cells(polytope: TropicalPolytope, options: HullOptions, found: Document) -> None:
    from polytopes.arithmetic.rationals import exact_text

    found["pseudovertices"] = [
        {"x": list(map(exact_text, point)), "covector": list(map(list, graph))}
        for point, graph in polytope.pseudovertices
    ]
    found["generic"] = polytope.is_generic
    if options.halfspaces:
        found["halfspaces"] = [half.as_dict() for half in polytope.halfspaces()]
    found["torus_f_vector"], found["f_vector"] = list(polytope.torus_f_vector), list(polytope.f_vector)
    found["dim"], found["tropical_rank"] = polytope.dim, polytope.tropical_rank
    if options.cells:
        whole = set(range(polytope.n_columns))
        found["cells"] = [
            {"covector": list(map(list, graph)), "dim": dim, "bounded": set().union(*graph) == whole}
            for dim in range(polytope.n_columns)
            for graph in polytope.covectors(dim)
        ]


def show(document: Document) -> None:
    """Print what is known of a hull for a person."""
    table = answer_table()
    for name, key in (("points", "n"), ("coordinates", "d"), ("dimension", "dim"), ("tropical rank", "tropical_rank")):
        if document[key] is not None:
            table.add_row(name, f"{document[key]:,}")
    if document["extreme"] is not None:
        table.add_row("extreme points", " ".join(map(str, document["extreme"])))
    if document["pseudovertices"] is not None:
        table.add_row("pseudovertices", f"{len(document['pseudovertices']):,}")
    for name, key in (("cells of dimension 0, 1, ...", "f_vector"), ("cells of the torus", "torus_f_vector")):
        if document[key] is not None:
            table.add_row(name, " ".join(f"{n:,}" for n in document[key]))
    for name, key in (("generic", "generic"), ("polytrope", "polytrope")):
        if document[key] is not None:
            table.add_row(name, "yes" if document[key] else "no")
    for half in document.get("halfspaces", []):
        table.add_row("half-space", f"apex {', '.join(half['apex'])}; sectors {' '.join(map(str, half['sectors']))}")
    for own in document.get("at", []):
        where = "inside" if own["inside"] else f"at distance {own['distance']} from {', '.join(own['projection'])}"
        table.add_row(f"point {', '.join(own['x'])}", where)
    Console(highlight=False, markup=False).print(table)
