"""The command ``tropical diff``: where two networks differ as functions, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile, ReadingOptions
from tropical.cli.networks.surveys import NOTHING, Question, answer_table, ask, extremum_text, finish
from tropical.cli.options import Relative, WalkOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey


@command(Panel.networks, {**NOTHING, "stopped_by": None, "domain": None, "networks": None, "version": __version__})
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="A network.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another network.", show_default=False)],
    reading: ReadingOptions,
    *,
    where: DomainOptions,
    volume: Annotated[
        bool, typer.Option("--volume", help="Also find the part of the volume of a bounded domain where they differ.")
    ] = False,
    relative: Relative = False,
    walk: WalkOptions,
    answer: Answer,
) -> Stop | None:
    """Compare two networks as functions: are they equal, where do they differ, and by how much at most?

    Exit codes: 0 done, equal or not; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported;
    130 Ctrl-C.
    """

    def survey(network: Network, domain: Polyhedron | None) -> Survey[Any]:
        from tropical.regions.surveys.difference import DifferenceSurvey, measure

        return DifferenceSurvey(domain_volume=measure(domain) if volume else None)

    paths = (first, second)
    files = [NetworkFile(net=net, **own.given) for net, own in zip(paths, reading.of_each(*paths), strict=True)]
    return ask(Question(survey, show, _difference), files, where, walk, answer, relative=relative)


def _difference(networks: Sequence[Network]) -> Network:
    from tropical.regions.surveys.difference import difference_network

    return difference_network(*networks)


def show(document: Document) -> None:
    """Print where two networks differ for a person."""
    table = answer_table()
    words = {True: "yes", False: "no", None: "not known"}
    table.add_row("equal", words[document.get("equal")])
    if "differing_regions" in document:
        table.add_row("largest difference", extremum_text(document["largest_difference"], "+inf", document))
        table.add_row("regions where they differ", f"{document['differing_regions']:,}")
    if document.get("differing_fraction") is not None:
        table.add_row("part of the volume where they differ", short_number(document["differing_fraction"]))
    finish(table, document)
