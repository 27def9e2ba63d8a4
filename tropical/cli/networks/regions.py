"""The command ``tropical regions``: read, count, report, draw.

The library is imported inside the functions, so that Ctrl-C finds a run even while it is loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.networks.counting import CountOptions, count, count_layers, with_last
from tropical.cli.networks.exporting import ExportOptions
from tropical.cli.networks.pictures import Picture, PlotOptions
from tropical.cli.networks.stops import known_at_stop, stop_rows
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.starting import Asked, Document, interrupts_are_raised, nothing_found
from tropical.cli.tables import domain_text, network_text, plain, progress_bar

COUNTS = {
    "activation_regions": "activation regions",
    "linear_regions": "linear regions",
    "distinct_affine_maps": "distinct affine maps",
    "bounded_activation_regions": "bounded activation regions",
}


@command(
    Panel.networks,
    {
        "activation_regions": 0,
        "linear_regions": Asked("linear", 0),
        "distinct_affine_maps": Asked("linear", 0),
        "by_layer": Asked("by_layer", None),
        "complete": False,
        "seconds": 0.0,
        "stopped_by": None,
        "domain": None,
        "network": None,
        "version": __version__,
    },
)
def regions(
    file: NetworkFile,
    where: DomainOptions,
    options: CountOptions,
    picture: PlotOptions,
    files: ExportOptions,
    answer: Answer,
) -> Stop | None:
    """Count the activation regions of a network, and with --linear its linear regions.

    They are counted over all of R^d, or over a box or polyhedron.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    where.check(options.relative)
    options.check()
    written = (picture.plot, files.export, options.certificate, options.resume, options.patterns)
    answer.check(file.net, where.domain, picture.data, others=written)
    picture.check_all()
    files.check()
    read: Document = {"domain": None, "network": None}
    drawn: Picture | None = None
    from polytopes.enumeration.stage_watch import watching

    try:
        interrupts_are_raised()
        with time_limit(options.deadline):
            network = file.read()
            read["network"] = file.document(network)
            domain, read["domain"] = where.read(network.input_dim, options.relative)
            files.check_domain(domain)
            drawn = picture.of(network, domain)
        layers, stopped_by = count_layers(network, domain, options) if options.by_layer else ([], None)
        if stopped_by == "interrupt":
            raise KeyboardInterrupt
        with progress_bar(options.limit, network, domain, options.relative) as progress, watching() as watch:
            result, stopped_by = count(network, domain, options, progress)
        counts = result.as_dict()
        if options.by_layer:
            counts["by_layer"] = with_last(layers, result)
        if stopped_by is not None:
            counts |= known_at_stop(network, domain, result.activation_regions, watch)
    except (KeyboardInterrupt, TimeUp) as stop:
        stopped_by = "timeout" if isinstance(stop, TimeUp) else "interrupt"
        counts = nothing_found("regions", stopped_by, lambda parameter: bool(getattr(options, parameter)))
    answer.publish({**counts, "stopped_by": stopped_by, **read, "version": __version__}, show)
    if read["domain"] is not None:
        stopped_by = files.write_after(stopped_by, network, domain, options)
    return stopped_by if drawn is None else drawn.draw_after(stopped_by, options)


def show(document: dict[str, Any]) -> None:
    """Print the counts for a person."""
    console = Console(highlight=False)
    if document["network"] is not None:
        console.print(network_text(document["network"]))
    if document["domain"] is not None:
        console.print(f"domain: {domain_text(document['domain'])}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", style="bold")
    for key, label in COUNTS.items():
        if key in document:
            value = document[key]
            table.add_row(label, "not joined" if value is None else f"{value:,}")
    for row in [*_layer_rows(document), *stop_rows(document)]:
        table.add_row(*row)
    table.add_row("complete", "yes" if document["complete"] else "no")
    table.add_row("seconds", f"{document['seconds']:.2f}")
    console.print(table)


def _layer_rows(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the rows of the regions after each layer with gates."""
    layers = [layer["name"] for layer in (document["network"] or {}).get("layers", ()) if layer["gates"]]
    for name, value in zip(layers, document.get("by_layer") or (), strict=False):
        yield f"after {plain(name)}", "not counted" if value is None else f"{value:,}"
