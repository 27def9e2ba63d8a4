"""The command ``tropical estimate``: bounds, a sampled estimate and a predicted time, as a table or a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import DomainError, InputError
from tropical._version import __version__
from tropical.commands.documents import as_text, check_target, network_document, space_document
from tropical.commands.running import with_way_out

if TYPE_CHECKING:
    from polytopes.polyhedron import Polyhedron

LARGEST_SHOWN = 10**15
"""Greater numbers are shown as powers of ten; documents have them in full."""


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
    output: Path | None
    as_json: bool


def run(options: Options) -> None:
    """Estimate and report."""
    from tropical.commands.arguments import read_network
    from tropical.estimate import estimate_regions

    if options.box is not None and options.domain is not None:
        raise InputError("--box and --domain are both given; give one domain")
    if options.output is not None:
        check_target(options.output, options.net, options.domain)
    network = read_network(options.net, options.input_shape)
    domain, domain_read = _domain(options, network.input_dim)
    try:
        found = estimate_regions(network, domain, samples=options.samples, seed=options.seed, relative=options.relative)
    except DomainError as error:
        raise with_way_out(error, domain) from None
    read = network_document(network, str(options.net))
    _report({**found.as_dict(), "domain": domain_read, "network": read, "version": __version__}, options)


def _domain(options: Options, dim: int) -> tuple[Polyhedron | None, dict[str, Any]]:
    from tropical.commands.arguments import box_domain, read_domain

    if options.box is not None:
        return box_domain(options.box, dim)
    if options.domain is not None:
        return read_domain(options.domain)
    return None, space_document(dim)


def _report(document: dict[str, Any], options: Options) -> None:
    from polytopes.formats.files import write_text

    if options.output is not None:
        write_text(options.output, as_text(document))
    if options.as_json:
        sys.stdout.write(as_text(document))
        sys.stdout.flush()
    else:
        show_estimate(document)


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
    if document["activation_regions"] is not None:
        table.add_row("activation regions", _number(document["activation_regions"]), "counted")
    else:
        sampled = document["estimate"]
        between = f"{_number(round(sampled['low']))} to {_number(round(sampled['high']))}, 95% (normal approximation)"
        table.add_row("estimate", _number(round(sampled["mean"])), f"{between}, {sampled['samples']} samples")
    table.add_row("a count takes about", f"{document['predicted_seconds']:.3g} s", "on this machine, one process")
    Console(highlight=False, soft_wrap=True).print(table)


def _number(value: int) -> str:
    if value < LARGEST_SHOWN:
        return f"{value:,}"
    return f"10^{len(str(value)) - 1}"
