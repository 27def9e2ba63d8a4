"""``tropical extrema --maximize K``: the greatest value of one output, by branch and bound."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from polytopes.errors import DomainError, InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.arguments import DomainOptions, NetworkFile, refuse_unused
from tropical.cli.networks.surveys import PROVEN, answer_table, point_text
from tropical.cli.networks.verdicts import print_table
from tropical.cli.options import WalkOptions
from tropical.cli.running import Stop, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.verification.case import Case


LARGEST = "max"
"""Stands for the largest of all outputs."""


def find_maximum(
    file: NetworkFile,
    output: str,
    chosen: Callable[[Sequence[Network]], Network],
    where: DomainOptions,
    walk: WalkOptions,
    answer: Answer,
) -> Stop | None:
    """Find the greatest value of an output over a bounded domain, print it, and return what stopped the work."""
    from polytopes.arithmetic.linalg import identity
    from polytopes.arithmetic.rationals import exact_text
    from tropical.verification.maximum import maximum
    from tropical.verification.output_questions import output_property

    refuse_unused("is for walks over all regions; leave it out", method=walk.method)
    where.check()
    answer.check(where.domain, file.net)
    interrupts_are_raised()
    with time_limit(walk.deadline):
        network = chosen([file.read()])
        domain, domain_read = where.read(network.input_dim, True)
        unit = identity(1 + network.output_dim)
        prop = output_property(network, _case(domain), [[unit[1 + k]] for k in _outputs(output, network.output_dim)])
    left = None if walk.deadline is None else max(walk.deadline - time.monotonic(), 0.0)
    found = maximum(network, prop, limit=walk.limit, timeout=left)
    taken_by = None if found.clause is None else found.clause.conjunction if output == LARGEST else int(output)
    document: Document = {
        "output": output if output == LARGEST else int(output),
        "maximum": None if found.value is None else exact_text(found.value),
        "at_most": None if found.upper is None else exact_text(found.upper),
        "point": None if found.point is None else list(map(exact_text, found.point)),
        "taken_by": taken_by,
        "nodes": found.n_nodes,
        "complete": found.complete,
        "stopped_by": found.stopped_by,
        "seconds": found.seconds,
        "domain": domain_read,
        "network": file.document(network),
        "version": __version__,
    }
    answer.publish(document, show, PROVEN)
    stop: Stop | None = found.stopped_by  # type: ignore[assignment]
    return stop


def _outputs(output: str, count: int) -> list[int]:
    """Return the outputs whose greatest value is wanted.

    Raises:
        InputError: if there is no such output.
    """
    if output == LARGEST:
        return list(range(count))
    if not re.fullmatch("[0-9]{1,9}", output) or int(output) >= count:
        raise InputError(f"--maximize {output}: the outputs are 0 to {count - 1}, and {LARGEST} is the largest of them")
    return [int(output)]


def _case(domain: Polyhedron | None) -> Case:
    """Return a bounded polyhedron as the inputs of a case."""
    from tropical.verification.output_questions import bounded_case

    if domain is None or domain.is_empty:
        raise DomainError("--maximize needs a bounded domain with a point; give --box or --domain")
    found = bounded_case(domain)
    if found is None:
        raise DomainError("--maximize needs a bounded domain; give --box, or a bounded polyhedron")
    return found


def show(document: Document) -> None:
    """Print the maximum for a person."""
    table = answer_table()
    value, top = document["maximum"], document["at_most"]
    named = "largest output" if document["output"] == LARGEST else f"output {document['output']}"
    table.add_row(f"{named}: maximum", "not found" if value is None else short_number(value))
    if not document["complete"]:
        table.add_row("at most", "not known" if top is None else short_number(top))
    if document["point"] is not None:
        table.add_row("at", point_text(document["point"], document["domain"]))
    if document["output"] == LARGEST and document["taken_by"] is not None:
        table.add_row("taken by", f"output {document['taken_by']}")
    table.add_row("nodes", f"{document['nodes']:,}")
    table.add_row("complete", "yes" if document["complete"] else "no")
    table.add_row("seconds", f"{document['seconds']:.2f}")
    print_table(table)
