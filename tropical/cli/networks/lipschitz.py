"""The command ``tropical lipschitz``: the Lipschitz constants of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.networks.surveys import NOTHING, TAIL, Question, answer_table, ask, finish, point_text
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey


@command(Panel.networks, {**NOTHING, **TAIL})
def lipschitz(file: NetworkFile, where: DomainOptions, walk: WalkOptions, answer: Answer) -> Stop | None:
    """Find the exact Lipschitz constants of a network for the l1, l2 and maximum norms.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    return ask(Question(_survey, show), [file], where, walk, answer)


def _survey(network: Network, domain: Polyhedron | None) -> Survey[Any]:
    from tropical.regions.surveys.lipschitz import LipschitzSurvey

    return LipschitzSurvey()


def show(document: Document) -> None:
    """Print the Lipschitz constants for a person."""
    table, proven = answer_table(), "" if document["complete"] else "at least "
    for key, name in (("l1", "l1"), ("linf", "max norm"), ("l2_squared", "l2, squared")):
        found = document.get(key)
        if found is not None:
            text = found["value"]
            if not document["complete"]:
                text = found["at_least"]
            shown = short_number(found["upper"] if text is None else text)
            bound = None if document["complete"] else found["at_most"]
            most = "" if bound is None else f"at most {short_number(bound)}, "
            table.add_row(name, f"{most}{proven}{shown}, around {point_text(found['point'])}")
    finish(table, document)
