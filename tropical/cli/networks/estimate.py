"""The command ``tropical estimate``: bounds, a sampled estimate and a predicted time, as a table or a document."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.options import Deadline, Relative
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import large_number, working

if TYPE_CHECKING:
    from tropical.regions.estimate import Estimate, Estimation

LONGEST_SAMPLING = 5.0
"""Seconds of descents, if no time-out is given."""
KNOWN = "this is what is known by now"


@command(
    Panel.networks,
    {
        "activation_regions": None,
        "lower_bounds": [],
        "upper_bounds": [],
        "complete": False,
        "stopped_by": None,
        "domain": None,
        "network": None,
        "version": __version__,
    },
)
def estimate(
    file: NetworkFile,
    *,
    where: DomainOptions,
    relative: Relative = False,
    samples: Annotated[int, typer.Option(metavar="N", min=2, help="Random descents of the splitting tree.")] = 400,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the random numbers.")] = 0,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Bound and estimate the number of activation regions, and predict the time of a count, within seconds.

    Exit codes: 0 done; 2 bad input; 3 stopped by the clock, with what is known; 4 network not supported; 130 Ctrl-C.
    """
    from tropical.regions.estimate import Estimation

    where.check(relative)
    answer.check(file.net, where.domain)
    interrupts_are_raised()
    with time_limit(deadline):
        network = file.read()
        domain, domain_read = where.read(network.input_dim, relative)
    estimation = Estimation(network, domain, relative, samples, seed)
    found, stopped_by = _estimate(estimation, deadline)
    read = {"domain": domain_read, "network": file.document(network)}
    answer.publish({**found.as_dict(), "stopped_by": stopped_by, **read, "version": __version__}, show, KNOWN)
    return stopped_by


def _estimate(estimation: Estimation, deadline: float | None) -> tuple[Estimate, Stop | None]:
    """Return the estimate as far as the clock allows; half of the time is for sampling."""
    budget = LONGEST_SAMPLING if deadline is None else max(deadline - time.monotonic(), 0) / 2
    try:
        with working("estimating the number of regions"), time_limit(deadline):
            estimation.run(budget)
        return estimation.result(complete=True), None
    except TimeUp:
        return estimation.result(complete=False), "timeout"
    except KeyboardInterrupt:
        return estimation.result(complete=False), "interrupt"


def show(document: Document) -> None:
    """Print an estimate for a person."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(style="dim")
    for key, label in (("lower_bounds", "at least"), ("upper_bounds", "at most")):
        for bound in document[key]:
            own = bound["valid_for"] == "this network"
            named = f"{bound['name']} ({bound['source']})"
            table.add_row(label if own else bound["valid_for"], large_number(bound["value"]), named)
    sampled = document["estimate"]
    if document["activation_regions"] is not None:
        table.add_row("activation regions", large_number(document["activation_regions"]), "counted")
    elif sampled is not None:
        low, high = (large_number(round(sampled[end])) for end in ("low", "high"))
        between = f"{low} to {high} by the normal approximation"
        table.add_row("estimate", large_number(round(sampled["mean"])), f"{between}, {sampled['samples']} samples")
        surely = "whatever the spread of the samples"
        table.add_row("at least, with 95% confidence", large_number(sampled["at_least"]), surely)
    if document["predicted_seconds"] is not None:
        seconds = f"{document['predicted_seconds']:.3g} s"
        table.add_row("a count takes about", seconds, "on this machine, one process")
    Console(highlight=False, soft_wrap=True).print(table)
