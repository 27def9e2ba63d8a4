"""The command ``tropical extrema``: the least and greatest values of the outputs of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polytopes.errors import InputError
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile, numbers
from tropical.cli.networks.surveys import NOTHING, TAIL, Question, answer_table, ask, extremum_text, finish
from tropical.cli.options import Component, Relative, WalkOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey


@command(Panel.networks, {**NOTHING, **TAIL})
def extrema(
    file: NetworkFile,
    *,
    where: DomainOptions,
    component: Component = None,
    functional: Annotated[
        list[str] | None,
        typer.Option(
            metavar="C,C,...",
            help="Look at this linear functional of the outputs, such as 1,-1; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    maximize: Annotated[
        str | None,
        typer.Option(
            metavar="K",
            help="Only the greatest value of output or functional K, or of the largest of them (max), over a bounded "
            "domain: by bounds.",
            show_default=False,
        ),
    ] = None,
    relative: Relative = False,
    walk: WalkOptions,
    answer: Answer,
) -> Stop | None:
    """Find the exact minimum and maximum of the outputs, and points where they are taken.

    With --maximize only one maximum is found: regions that cannot have it are not visited, and --limit counts nodes.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    if component is not None and functional:
        raise InputError("--component and --functional are both given; give one of them")

    def chosen(networks: Sequence[Network]) -> Network:
        from tropical.regions.surveys.extrema import functionals

        [network] = networks
        if component is not None:
            return network.output(component)
        if functional:
            return functionals(network, [numbers(weights, "--functional") for weights in functional])
        return network

    if maximize is not None:
        from tropical.cli.networks.maximizing import find_maximum

        if component is not None:
            raise InputError("--component and --maximize are both given; --maximize K names the output")
        return find_maximum(file, maximize, chosen, where, walk, answer)
    return ask(Question(_survey, show, chosen), [file], where, walk, answer, relative=relative)


def _survey(network: Network, domain: Polyhedron | None) -> Survey[Any]:
    from tropical.verification.extreme_values import ExtremeValues

    return ExtremeValues()


def show(document: Document) -> None:
    """Print the least and greatest values for a person."""
    table = answer_table()
    for k, output in enumerate(document.get("outputs", ())):
        table.add_row(f"output {k}: minimum", extremum_text(output["minimum"], "-inf", document))
        table.add_row(f"output {k}: maximum", extremum_text(output["maximum"], "+inf", document))
    finish(table, document)
