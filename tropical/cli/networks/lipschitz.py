"""The command ``tropical lipschitz``: the Lipschitz constants of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.networks.surveys import NOTHING, TAIL, Question, answer_table, ask, finish, point_text
from tropical.cli.options import Relative, WalkOptions
from tropical.cli.running import Stop
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey

DIGITS = 12
ROUNDED = "≈"


@command(Panel.networks, {**NOTHING, **TAIL})
def lipschitz(
    file: NetworkFile, *, where: DomainOptions, relative: Relative = False, walk: WalkOptions, answer: Answer
) -> Stop | None:
    """Find the exact Lipschitz constants of a network for the l1, l2 and maximum norms.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what is proven; 4 network not supported; 130 Ctrl-C.
    """
    return ask(Question(_survey, show), [file], where, walk, answer, relative=relative)


def _survey(network: Network, domain: Polyhedron | None) -> Survey[Any]:
    from tropical.regions.surveys.lipschitz import LipschitzSurvey

    return LipschitzSurvey()


def show(document: Document) -> None:
    """Print the Lipschitz constants for a person."""
    table, proven = answer_table(), "" if document["complete"] else "at least "
    for key, name in (("l1", "l1"), ("linf", "max norm"), ("l2_squared", "l2")):
        found = document.get(key)
        if found is not None:
            most = "" if document["complete"] or found["at_most"] is None else f"at most {_above(key, found)}, "
            table.add_row(
                name, f"{most}{proven}{_shown(key, found)}, around {point_text(found['point'], document['domain'])}"
            )
    finish(table, document)


def _shown(key: str, found: Document) -> str:
    """Return a constant with digits that are proven; the l2 norm with its square."""
    from polytopes.arithmetic.decimals import truncated
    from polytopes.arithmetic.rationals import as_fraction
    from tropical.regions.surveys.lipschitz_report import root_text

    if key == "l2_squared":
        return root_text(as_fraction(found["lower"]), as_fraction(found["upper"]))
    short = short_number(found["value"])
    return truncated(as_fraction(found["value"]), digits=DIGITS) if short.startswith(ROUNDED) else short


def _above(key: str, found: Document) -> str:
    """Return an upper bound of a constant, rounded up."""
    from polytopes.arithmetic.decimals import rounded_up
    from polytopes.arithmetic.rationals import as_fraction

    return rounded_up(as_fraction(found["at_most"]), DIGITS, 2 if key == "l2_squared" else 1)
