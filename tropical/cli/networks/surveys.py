"""What ``inspect``, ``diff``, ``extrema`` and ``lipschitz`` share: they ask one question of all regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.arguments import DomainOptions, NetworkFile
from tropical.cli.networks.stops import known_at_stop, stop_rows
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, TimeUp, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import progress_bar, short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.regions.surveys.survey import Survey

NOTHING: Document = {"activation_regions": 0, "complete": False}
TAIL: Document = {"stopped_by": None, "domain": None, "network": None, "version": __version__}
"""What follows the answer in a document of one network."""
PROVEN = "what is said is proven by the regions that were seen"
MOST_NAMES = 12
"""So many units, or coordinates of a point, are shown in a line of a table."""


def only(networks: Sequence[Network]) -> Network:
    """Return the only network."""
    [network] = networks
    return network


@frozen
class Question:
    """A question: the survey that answers it, the table of the answer, and the network that is walked over."""

    survey: Callable[[Network, Polyhedron | None], Survey[Any]]
    show: Callable[[Document], None]
    network: Callable[[Sequence[Network]], Network] = only


def ask(
    question: Question,
    files: Sequence[NetworkFile],
    where: DomainOptions,
    walk: WalkOptions,
    answer: Answer,
    *,
    relative: bool | None = None,
) -> Stop | None:
    """Answer a question as far as the limits allow, print it, and return what stopped the work, if anything did.

    ``relative`` is the option; None if the command has none.
    """
    where.check(relative)
    answer.check(where.domain, *(file.net for file in files))
    interrupts_are_raised()
    with time_limit(walk.deadline):
        networks = [file.read() for file in files]
        joint = question.network(networks)
        domain, domain_read = where.read(joint.input_dim, relative)
    found, stopped_by = _answer(question, joint, domain, walk, bool(relative))
    read = [file.document(net) for net, file in zip(networks, files, strict=True)]
    names = {"network": read[0]} if len(read) == 1 else {"networks": read}
    document = {**found, "stopped_by": stopped_by, "domain": domain_read, **names, "version": __version__}
    answer.publish(document, question.show, PROVEN)
    return stopped_by


def _answer(
    question: Question, network: Network, domain: Polyhedron | None, walk: WalkOptions, relative: bool
) -> tuple[Document, Stop | None]:
    """Return the answer as a document, and what stopped the work."""
    from polytopes.enumeration.limits import Limits
    from polytopes.enumeration.stage_watch import watching
    from tropical.regions.activation_regions import Walk

    survey: Survey[Any] | None = None
    stopped_by: Stop
    with watching() as watch:
        try:
            with progress_bar(walk.limit, network, domain, relative) as progress, time_limit(walk.deadline):
                survey = question.survey(network, domain)
                limits: Limits[Survey[Any]] = Limits(walk.limit, progress=progress)
                answer = survey.fill(Walk(network, domain, walk.method_name, relative), limits)
                return answer.as_dict(), None
        except LimitReached as stop:
            found, stopped_by = stop.partial.as_dict(), "limit"
        except TimeUp:
            found, stopped_by = _found(survey), "timeout"
        except KeyboardInterrupt:
            found, stopped_by = _found(survey), "interrupt"
    return found | known_at_stop(network, domain, found["activation_regions"], watch), stopped_by


def _found(survey: Survey[Any] | None) -> Document:
    """Return what is proven so far; nothing if the walk had not begun."""
    return dict(NOTHING) if survey is None else survey.answer(complete=False).as_dict()


def answer_table() -> Table:
    """Return the table to which an answer is added."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(overflow="fold", style="bold")
    return table


def finish(table: Table, document: Document) -> None:
    """Print a table, with how much was seen."""
    table.add_row("activation regions", f"{document['activation_regions']:,}")
    for row in stop_rows(document):
        table.add_row(*row)
    table.add_row("complete", "yes" if document["complete"] else "no")
    if "seconds" in document:
        table.add_row("seconds", f"{document['seconds']:.2f}")
    Console(highlight=False, markup=False).print(table)


def point_text(entries: Sequence[str], domain: Document | None = None) -> str:
    """Return a point of a domain for a person; coordinates that are fixed there are left out.

    >>> point_text(["1/2", "0"])
    '(0.5, 0)'
    >>> point_text(["3", "1/3", "1/4", 99 * "7"], {"free": [1, 2, 3]})
    'x[1] = 1/3, x[2] = 0.25, x[3] ≈ 7.77777777778e+98'
    """
    free = (domain or {}).get("free")
    more = ["..."] if len(entries if free is None else free) > MOST_NAMES else []
    if not free:
        return f"({', '.join([*map(short_number, entries[:MOST_NAMES]), *more])})"
    numbers = ((i, short_number(entries[i])) for i in free[:MOST_NAMES])
    return ", ".join([*(f"x[{i}] {text if text[0] == '≈' else f'= {text}'}" for i, text in numbers), *more])


def extremum_text(found: Document | None, infinite: str, document: Document) -> str:
    """Return a least or greatest value, with a point where it is taken, or a ray along which there is none.

    Of work that was stopped it is a bound: the value at the point is one that the function takes. Where the other bound
    is proven too, it is shown before.
    """
    if found is None:
        return "not found"
    domain = document["domain"]
    point = point_text(found["point"], domain)
    if found["value"] is None:
        return f"{infinite}, along {point_text(found['ray'], domain)} from {point}"
    if document["complete"] or found.get("at_least") == found.get("at_most") is not None:
        return f"{short_number(found['value'])} at {point}"
    near, far = ("at_most", "at_least") if infinite == "-inf" else ("at_least", "at_most")
    bound = found.get(far)
    beyond = "" if bound is None else f"{far.replace('_', ' ')} {short_number(bound)}, "
    return f"{beyond}{near.replace('_', ' ')} {short_number(found['value'])}, at {point}"
