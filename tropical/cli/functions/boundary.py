"""The command ``tropical boundary``: the decision boundary of a network or a tropical function."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import DomainError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import DomainOptions, refuse_unused
from tropical.cli.exports import ComplexFile, check_complex_file, export
from tropical.cli.functions.boundary_document import complex_of, from_regions, from_terms
from tropical.cli.functions.boundary_type import find_type, no_type, show_type, type_document
from tropical.cli.functions.sources import FunctionFile, input_dim
from tropical.cli.networks.pictures import check_picture
from tropical.cli.networks.stops import known_at_stop, stop_rows
from tropical.cli.options import Relative, WalkOptions
from tropical.cli.running import Stop, TimeUp, said, time_limit
from tropical.cli.scenes import Scene, SceneOptions
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, progress_bar, working

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.networks.network import Network
    from tropical.regions.surveys.decision_boundary import NetworkBoundary
    from tropical.regions.surveys.survey import Survey


@frozen
class Where:
    """A domain, None for the whole space, and whether it may be lower-dimensional."""

    domain: Polyhedron | None
    relative: bool


@frozen
class BoundaryFiles(SceneOptions):
    """Files that are written beside the document, and what the picture shows."""

    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the boundary: .pdf, .svg, .png or .pgf.", show_default=False),
    ] = None
    export: ComplexFile = None

    def check_all(self) -> None:
        """Refuse files of other kinds."""
        self.check(self.plot)
        if self.plot is not None:
            check_picture(self.plot)
        check_complex_file(self.export)


@command(
    Panel.functions,
    {
        "source": None,
        "classes": None,
        "class_names": None,
        "regions": None,
        "complete": False,
        "stopped_by": None,
        "domain": None,
        "version": __version__,
    },
)
def boundary(
    file: FunctionFile,
    *,
    where: DomainOptions,
    relative: Relative = False,
    walk: WalkOptions,
    files: BoundaryFiles,
    type_: Annotated[
        bool | None,
        typer.Option("--type/--no-type", help="Find the signed subdivision too; if not said, where that is cheap."),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Find the decision boundary: where the output changes its sign, or the largest of several outputs changes.

    It is an exact polyhedral complex, unbounded cells included. Its combinatorial type is the signed subdivision of the
    terms over the whole space; a network is converted for it, if that is cheap or --type is given.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 4 network not supported; 130 Ctrl-C.
    """
    where.check(relative)
    answer.check(file.source, where.domain, files.data, others=(files.plot, files.export))
    files.check_all()
    from tropical.algebra.classes import decided
    from tropical.networks.network import Network

    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(walk.deadline):
        source = file.read()
        dim = input_dim(source)
        domain, domain_read = where.read(dim, relative)
        _check_files(files, domain)
        scene = files.in_domain(dim, domain)
        given = source if isinstance(source, Network) else decided(source)
    found, numbers, stopped_by = _answer(given, Where(domain, relative), walk, type_)
    document = {
        "source": str(file.source),
        "kind": "network" if isinstance(source, Network) else "function",
        "dim": dim,
        **numbers,
        "complex": complex_of(found),
        "stopped_by": stopped_by,
        "domain": domain_read,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show)
    _write(found, scene, files)
    return stopped_by


def _answer(
    given: DecisionBoundary | Network, where: Where, walk: WalkOptions, wanted: bool | None
) -> tuple[DecisionBoundary | NetworkBoundary, Document, Stop | None]:
    """Return the boundary in the domain, what a document says of it, and what stopped the work."""
    from tropical.networks.network import Network

    if not isinstance(given, Network) and where.domain is None:
        refuse_unused(
            "is about activation regions, and the boundary of a function over the whole space is found without them; "
            "leave it out, or give --box",
            limit=walk.limit,
            method=walk.method,
        )
        with said("finding the boundary"), time_limit(walk.deadline):
            return given, {**from_terms(given), **_own_type(given, wanted), "complete": True}, None
    network = given if isinstance(given, Network) else _as_network(given)
    found, known, stopped_by = _of_network(network, where, walk)
    answer = from_regions(found) | known | {"complete": found.complete}
    if not found.complete:
        answer["bounded"] = answer["bounded"] and None
        return found, answer | no_type("the boundary is not complete"), stopped_by
    if found.pieces is not None and wanted is None:
        return found, answer | no_type("the box has many inputs; ask for it with --type"), stopped_by
    kind, stopped_by = find_type(given, found.n_activation_regions, wanted, walk)
    return found, answer | kind, stopped_by


def _check_files(files: BoundaryFiles, domain: Polyhedron | None) -> None:
    """Refuse to draw what lies in a lower-dimensional domain, and to write cells of too many vertices."""
    from tropical.regions.vertices import refuse_many_vertices

    if files.plot is not None or files.export is not None:
        refuse_many_vertices(domain, "leave --plot and --export out, or fix all but a few (--relative)")
    if files.plot is not None and domain is not None and not domain.is_full_dimensional:
        raise DomainError("a boundary is drawn in a full-dimensional domain only; leave --plot out")


def _own_type(boundary: DecisionBoundary, wanted: bool | None) -> Document:
    """Return what a document says of the type of a boundary that is read off the subdivision anyway."""
    return no_type("--no-type is given") if wanted is False else type_document(boundary)


def _as_network(boundary: DecisionBoundary) -> Network:
    from tropical.algebra.rational_function import TropicalMap, TropicalRational
    from tropical.networks.function_networks import maxout_network

    if boundary.by_sign:
        return maxout_network(TropicalRational(*boundary.classes))
    return maxout_network(TropicalMap.of(boundary.classes))


def _of_network(network: Network, where: Where, walk: WalkOptions) -> tuple[NetworkBoundary, Document, Stop | None]:
    """Return the boundary as far as it was found, what a document says of a stop, and what stopped the work."""
    from polytopes.enumeration.limits import Limits
    from polytopes.enumeration.stage_watch import watching
    from tropical.regions.activation_regions import Walk
    from tropical.regions.surveys.decision_boundary import BoundarySurvey

    survey = BoundarySurvey.of(network)
    scores, domain, relative = survey.scores, where.domain, where.relative
    stopped_by: Stop
    with watching() as watch:
        try:
            with progress_bar(walk.limit, scores, domain, relative) as progress, time_limit(walk.deadline):
                limits: Limits[Survey[Any]] = Limits(walk.limit, progress=progress)
                return survey.fill(Walk(scores, domain, walk.method_name, relative), limits), {}, None
        except LimitReached as stop:
            found, stopped_by = stop.partial, "limit"
        except TimeUp:
            found, stopped_by = survey.answer(complete=False), "timeout"
        except KeyboardInterrupt:
            found, stopped_by = survey.answer(complete=False), "interrupt"
    return found, known_at_stop(scores, domain, found.n_activation_regions, watch), stopped_by


def _write(found: DecisionBoundary | NetworkBoundary, scene: Scene, files: BoundaryFiles) -> None:
    """Write the complex and the picture."""
    if files.export is not None:
        export(found.complex, files.export, "the complex")
    if files.plot is not None:
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.boundaries import plot_boundary

        with working("drawing the boundary"):
            save_picture(plot_boundary(found, **scene.shown, axis_labels=scene.axis_labels), files.plot)
        note(f"the picture is in {files.plot}")


def show(document: Document) -> None:
    """Print the numbers of a boundary."""
    console = Console(highlight=False)
    what = "zero set" if "positive" in document["class_names"] else f"boundary of {document['classes']} classes"
    console.print(f"{what} in dimension {document['dim']}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    cells, pieces = document["f_vector"] or (), document.get("pieces")
    for dim, number in Counter(piece["dim"] for piece in pieces or ()).items():
        table.add_row(f"maximal cells of dimension {dim}", str(number))
    first = next((k for k, number in enumerate(cells) if number), 0)
    for k, number in enumerate(cells[first:], first):
        table.add_row(f"cells of dimension {k}", str(number))
    if pieces is None:
        table.add_row("connected components", str(document["components"]))
    if cells and document["bounded"] is not None:
        table.add_row("boundary is bounded", "yes" if document["bounded"] else "no")
    for label, (number, bounded) in enumerate(zip(document["regions"], document["bounded_regions"], strict=True)):
        table.add_row(f"regions, {document['class_names'][label]}", str(number))
        if bounded:
            table.add_row("  of these bounded", str(bounded))
    if document["tied_regions"]:
        table.add_row("full-dimensional ties", str(document["tied_regions"]))
    if "activation_regions" in document:
        table.add_row("activation regions seen", str(document["activation_regions"]))
    for row in stop_rows(document):
        table.add_row(*row)
    console.print(table)
    show_type(document)
