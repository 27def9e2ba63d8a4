"""The command ``tropical inspect``: what is degenerate about a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.networks.surveys import MOST_NAMES, NOTHING, TAIL, Question, answer_table, ask, finish
from tropical.cli.options import Relative, WalkOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey


@command(Panel.networks, {**NOTHING, **TAIL})
def inspect(
    file: NetworkFile, *, where: DomainOptions, relative: Relative = False, walk: WalkOptions, answer: Answer
) -> Stop | None:
    """Report what is degenerate about a network: dead, constant, repeated and redundant units, rank drops.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """

    def survey(network: Network, domain: Polyhedron | None) -> Survey[Any]:
        from tropical.regions.surveys.degeneracy import DegeneracySurvey

        return DegeneracySurvey(network=network, domain=domain, relative=relative)

    return ask(Question(survey, show), [file], where, walk, answer, relative=relative)


def show(document: Document) -> None:
    """Print what is degenerate for a person."""
    table, none = answer_table(), "none" if document["complete"] else "none proven"
    if "units" in document:
        table.add_row("units", f"{document['units']:,}")
        for key in ("dead", "constant", "unread", "redundant"):
            table.add_row(key, _names(document[key]) or none)
        for key in ("proportional", "mergeable"):
            table.add_row(key, _lines(_class_line(group) for group in document[key]) or none)
        walls = (f"{_names(w['units'])}: {w['sides']} sides" for w in document["shared_walls"])
        table.add_row("shared walls", _lines(walls) or none)
        drops = _lines(_drop(weight) for weight in document["weight_ranks"] if weight["drops"])
        table.add_row("rank drops of weights", drops or "none")
        ranks = document["jacobian"]["regions_by_rank"]
        table.add_row("Jacobian", _lines(f"rank {r}: {n:,} regions" for r, n in ranks.items()))
    finish(table, document)


def _names(found: Sequence[Document]) -> str:
    names = [f"{unit['layer']}[{unit['unit']}]" for unit in found]
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown}, ... ({len(names)})" if len(names) > MOST_NAMES else shown


def _class_line(group: Document) -> str:
    factors = ", ".join(map(short_number, group["factors"][:MOST_NAMES]))
    units = _names([{"layer": group["layer"], "unit": unit} for unit in group["units"]])
    return f"{units} as {factors}"


def _drop(weight: Document) -> str:
    rows, columns = weight["shape"]
    return f"{weight['layer']} {rows} × {columns}: rank {weight['rank']}"


def _lines(lines: Iterable[str]) -> str:
    shown = list(lines)
    more = [f"... ({len(shown)})"] if len(shown) > MOST_NAMES else []
    return "\n".join([*shown[:MOST_NAMES], *more])
