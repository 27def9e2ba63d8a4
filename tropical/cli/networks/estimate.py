"""The command ``tropical estimate``: bounds, a sampled estimate and a predicted time, as a table or a document."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import DomainError
from tropical._version import __version__
from tropical.cli.documents import check_one_domain, check_target, network_document, publish
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit, with_way_out
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note_stop

if TYPE_CHECKING:
    from tropical.regions.estimate import Estimate, Estimation

LARGEST_SHOWN = 10**15
"""Greater numbers are shown as powers of ten; documents have them in full."""
LONGEST_SAMPLING = 5.0
"""Seconds of descents, if no time-out is given."""


@frozen
class Options:
    """The options of the command, as they were spelled."""

    net: Path
    input_shape: str | None
    box: str | None
    domain: Path | None
    relative: bool
    samples: int
    seed: int
    deadline: float | None
    output: Path | None
    as_json: bool


def run(options: Options) -> Stop | None:
    """Estimate and report; return what stopped the work, if anything did."""
    from tropical.cli.arguments import chosen_domain, read_network
    from tropical.regions.estimate import Estimation

    check_one_domain(options.box, options.domain)
    if options.output is not None:
        check_target(options.output, options.net, options.domain)
    interrupts_are_raised()
    with time_limit(options.deadline):
        network = read_network(options.net, options.input_shape)
        domain, domain_read = chosen_domain(options.box, options.domain, network.input_dim)
    estimation = Estimation(network, domain, options.relative, options.samples, options.seed)
    try:
        found, stopped_by = _estimate(estimation, options.deadline)
    except DomainError as error:
        raise with_way_out(error, domain) from None
    read = network_document(network, str(options.net))
    answer = {**found.as_dict(), "stopped_by": stopped_by}
    with held_signals():
        document = {**answer, "domain": domain_read, "network": read, "version": __version__}
        publish(document, options.output, options.as_json, show_estimate)
        note_stop(stopped_by, "this is what is known by now")
    return stopped_by


def _estimate(estimation: Estimation, deadline: float | None) -> tuple[Estimate, Stop | None]:
    """Return the estimate as far as the clock allows; half of the time is for sampling."""
    budget = LONGEST_SAMPLING if deadline is None else max(deadline - time.monotonic(), 0) / 2
    try:
        with time_limit(deadline):
            estimation.run(budget)
        return estimation.result(complete=True), None
    except TimeUp:
        return estimation.result(complete=False), "timeout"
    except KeyboardInterrupt:
        return estimation.result(complete=False), "interrupt"


def show_estimate(document: dict[str, Any]) -> None:
    """Print an estimate for a person."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(style="dim")
    for key, label in (("lower_bounds", "at least"), ("upper_bounds", "at most")):
        for bound in document[key]:
            own = bound["valid_for"] == "this network"
            named = f"{bound['name']} ({bound['source']})"
            table.add_row(label if own else bound["valid_for"], _number(bound["value"]), named)
    sampled = document["estimate"]
    if document["activation_regions"] is not None:
        table.add_row("activation regions", _number(document["activation_regions"]), "counted")
    elif sampled is not None:
        between = f"{_number(round(sampled['low']))} to {_number(round(sampled['high']))} by the normal approximation"
        table.add_row("estimate", _number(round(sampled["mean"])), f"{between}, {sampled['samples']} samples")
        surely = "whatever the spread of the samples"
        table.add_row("at least, with 95% confidence", _number(sampled["at_least"]), surely)
    if document["predicted_seconds"] is not None:
        seconds = f"{document['predicted_seconds']:.3g} s"
        table.add_row("a count takes about", seconds, "on this machine, one process")
    Console(highlight=False, soft_wrap=True).print(table)


def _number(value: int) -> str:
    if value < LARGEST_SHOWN:
        return f"{value:,}"
    return f"10^{len(str(value)) - 1}"
