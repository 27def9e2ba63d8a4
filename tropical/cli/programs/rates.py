"""The command ``tropical rates``: the rates of gradient flows of a linear program over a polytope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import naming, numbers, refuse_unused
from tropical.cli.networks.surveys import answer_table
from tropical.cli.options import Deadline
from tropical.cli.programs.flows import DIGITS, bound_rows, checked_times, print_table
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.decision_processes.rates import LPRates
    from polytopes.polyhedra.polyhedron import Polyhedron

NOTHING: Document = {
    "polyhedron": None,
    "objective": None,
    "optimum": None,
    "Delta": None,
    "delta": None,
    "complete": False,
    "stopped_by": None,
    "version": __version__,
}


@command(Panel.programs, NOTHING)
def rates(
    source: Annotated[
        Path,
        typer.Argument(metavar="POLYHEDRON", help="A polytope: .ine, .ext, .json, .poly or .sage.", show_default=False),
    ],
    *,
    objective: Annotated[
        str, typer.Option("--objective", metavar="C1,...,CN", help="What is maximized: c.mu.", show_default=False)
    ],
    start: Annotated[
        str | None,
        typer.Option(
            metavar="M1,...,MN",
            help="Also bound the flow from this positive probability vector of the polytope.",
            show_default=False,
        ),
    ] = None,
    times: Annotated[
        str | None, typer.Option(metavar="T,T,...", help="Times of the bounds; with --start.", show_default=False)
    ] = None,
    digits: Annotated[
        int | None, typer.Option(metavar="D", min=1, max=1000, help=f"Digits of the bounds; {DIGITS} if not given.")
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find the exact rates at which Fisher-Rao gradient flows of a linear program converge.

    Delta is the least loss of value for each unit of total variation on an edge that leaves the optimal face.

    Exit codes: 0 done; 2 bad input, or an unbounded or empty polyhedron; 3 stopped by the clock; 130 Ctrl-C.
    """
    if start is None:
        refuse_unused("is of the bounds of a flow; give --start too", times=times, digits=digits)
    answer.check(source)
    interrupts_are_raised()
    found: Document = {"polyhedron": None, "objective": None, "optimum": None, "Delta": None, "delta": None}

    def work() -> None:
        from polytopes.arithmetic.rationals import exact_text
        from polytopes.decision_processes.rates import lp_rates
        from polytopes.formats import load_polyhedron

        polytope = load_polyhedron(source)
        costs = numbers(objective, "--objective")
        if len(costs) != polytope.ambient_dim:
            n = polytope.ambient_dim
            raise InputError(f"--objective has {len(costs)} numbers; give {n}, one for each coordinate")
        found["polyhedron"] = {"source": str(source), "ambient_dim": polytope.ambient_dim, "dim": polytope.dim}
        found["objective"] = list(map(exact_text, costs))
        rated = lp_rates(polytope, costs)
        found.update(rated.as_dict())
        if start is not None:
            found.update(_bounds(polytope, rated, start, times, digits or DIGITS))

    stopped_by = guarded(deadline, work, "finding the rates")
    document = {**found, "complete": stopped_by is None, "stopped_by": stopped_by, "version": __version__}
    answer.publish(document, show, "nothing is known of the rates")
    return stopped_by


def _bounds(polytope: Polyhedron, rated: LPRates, start: str, times: str | None, digits: int) -> Document:
    from polytopes.arithmetic.rationals import exact_text
    from polytopes.decision_processes.flow_bounds import flow_bounds

    at = checked_times(times)
    with naming("--start", start):
        first = numbers(start, "--start")
        if len(first) != polytope.ambient_dim or first not in polytope:
            raise InputError("the start must be a point of the polytope")
        bounds = flow_bounds(rated.optimal_face.vertices, rated.delta_tv, first, digits)
    return {"start": list(map(exact_text, first)), **bounds.as_dict(at)}


def show(document: Document) -> None:
    """Print the rates for a person."""
    table = answer_table()
    if document["optimum"] is not None:
        corners = document["optimal_vertices"]
        table.add_row("optimum", short_number(document["optimum"]))
        table.add_row("optimal face", f"dimension {document['optimal_face_dim']}, vertices {len(corners):,}")
        table.add_row("edges that leave it", f"{document['outgoing_edges']:,}")
        if document["Delta"] is None:
            table.add_row("Delta", "none: every point is optimal")
        else:
            table.add_row("Delta", short_number(document["Delta"]))
            table.add_row("delta", short_number(document["delta"]))
            slowest = document["slowest"]
            table.add_row("slowest edge, from", ", ".join(slowest["from"]))
            table.add_row("to", ", ".join(slowest["to"]))
    if "KL0" in document:
        for row in bound_rows(document):
            table.add_row(*row)
    print_table(table)
