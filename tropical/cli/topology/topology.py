"""The command ``tropical topology``: homology of level sets and classes, barcodes, critical components."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions
from tropical.cli.functions.sources import FunctionFile
from tropical.cli.options import Deadline, Method, WalkOptions
from tropical.cli.running import Stop, TimeUp, running_line, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.topology.documents import UNKNOWN, classes_part, complex_part, function_part
from tropical.cli.topology.pictures import TopologyPlot
from tropical.cli.topology.questions import FunctionChoice, SetChoice, read_source
from tropical.cli.topology.tables import show

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.topology import CellComplex, CellCount


@frozen
class CellLimits:
    """How far the work goes."""

    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Stop if there are more than N cells; 2,000,000 if not given."),
    ] = None
    deadline: Deadline = None
    method: Method = None


TAIL: Document = {"stopped_by": None, "seconds": None, "domain": None, "version": __version__}


@command(Panel.functions, {"source": None, "kind": None, **UNKNOWN, **TAIL})
def topology(
    file: FunctionFile,
    *,
    where: DomainOptions,
    choice: FunctionChoice,
    asked: SetChoice,
    limits: CellLimits,
    picture: TopologyPlot,
    answer: Answer,
) -> Stop | None:
    """Find holes and components: homology of level sets or classes, the barcode of f <= t, critical components.

    All is exact, for hyperplanes in any position and unbounded sets too. Without --level and --classes the barcode and
    the critical components are found.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with counts only; 4 network not supported; 130 Ctrl-C.
    """
    where.check()
    choice.check()
    asked.check(choice.classes)
    answer.check(file.source, where.domain, picture.data, others=(picture.plot,))
    picture.check_all(choice, asked)
    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(limits.deadline):
        network = read_source(file)
        choice.check_network(network, file.source)
        picture.check_dimension(network.input_dim)
        domain, domain_read = where.read(network.input_dim, None)
    found, cells, stopped_by = _answer(network, domain, choice, asked, limits)
    document = {
        "source": str(file.source),
        "kind": "classes" if choice.classes else "function",
        **UNKNOWN,
        **found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "domain": domain_read,
        "version": __version__,
    }
    answer.publish(document, show, "of a part of the cells there is no topology; give a higher limit or more time")
    picture.draw_after(stopped_by, cells, asked)
    return stopped_by


def _answer(
    network: Network, domain: Polyhedron | None, choice: FunctionChoice, asked: SetChoice, limits: CellLimits
) -> tuple[Document, CellComplex | None, Stop | None]:
    """Return what a document says of the answer, or how far the work was; the cells; and what stopped the work."""
    from tropical.topology import CellCount

    count = CellCount()
    try:
        with running_line(_progress) as progress, time_limit(limits.deadline):
            return *_found(network, domain, choice, asked, limits, progress, count), None
    except LimitReached:
        return {"activation_regions": count.n_regions}, None, "limit"
    except TimeUp:
        return {"activation_regions": count.n_regions}, None, "timeout"
    except KeyboardInterrupt:
        return {"activation_regions": count.n_regions}, None, "interrupt"


def _found(
    network: Network,
    domain: Polyhedron | None,
    choice: FunctionChoice,
    asked: SetChoice,
    limits: CellLimits,
    progress: Callable[[CellCount], None],
    count: CellCount,
) -> tuple[Document, CellComplex | None]:
    """Return what a document says of the answer, and the cells of a function."""
    from tropical.topology import CellComplex, ScoreComplex
    from tropical.topology.region_complex import MOST_CELLS

    walk = WalkOptions(method=limits.method)
    limit = MOST_CELLS if limits.limit is None else limits.limit
    if choice.classes:
        scores = ScoreComplex.of(network, domain, limit=limit, method=walk.method_name, progress=progress, count=count)
        return complex_part(scores.complex) | classes_part(scores, asked), None
    cells = CellComplex.of(
        network,
        domain,
        output=choice.component,
        difference=choice.pair,
        limit=limit,
        method=walk.method_name,
        progress=progress,
        count=count,
    )
    return complex_part(cells.complex) | function_part(cells, asked), cells


def _progress(count: CellCount) -> str:
    return f"{count.n_regions:,} activation regions, {count.n_cells:,} cells"
