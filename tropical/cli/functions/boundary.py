"""The command ``tropical boundary``: the decision boundary of a network or a tropical function."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import LimitReached
from tropical._version import __version__
from tropical.cli.documents import check_one_domain, check_targets, publish
from tropical.cli.functions.boundary_type import Request, find_type, no_type, show_type, type_document
from tropical.cli.functions.sources import boundary_of, check_export, complex_document, input_dim, read_source
from tropical.cli.networks.pictures import check_picture
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note, note_stop, progress_bar

if TYPE_CHECKING:
    from polytopes.enumeration.cells import Method
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.networks.network import Network
    from tropical.regions.surveys.decision_boundary import NetworkBoundary


@frozen
class Options:
    """The options of the command, as they were spelled."""

    source: Path
    input_shape: str | None
    box: str | None
    domain: Path | None
    limit: int | None
    deadline: float | None
    with_type: bool | None
    method: Method | None
    plot: Path | None
    export: Path | None
    output: Path | None
    as_json: bool


def run(options: Options) -> Stop | None:
    """Find the boundary, report and draw it; return what stopped the work, if anything did."""
    _check(options)
    from tropical.cli.arguments import chosen_domain
    from tropical.networks.network import Network

    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(options.deadline):
        source = read_source(options.source, options.input_shape)
        dim = input_dim(source)
        domain, domain_read = chosen_domain(options.box, options.domain, dim)
        given = source if isinstance(source, Network) else boundary_of(source)
    found, answer, stopped_by = _answer(given, domain, options)
    document = {
        "source": str(options.source),
        "kind": "network" if isinstance(source, Network) else "function",
        "dim": dim,
        **answer,
        "complex": complex_document(found.complex),
        "stopped_by": stopped_by,
        "domain": domain_read,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    with held_signals():
        publish(document, options.output, options.as_json, show)
        if not document["complete"]:
            note_stop(stopped_by)
    _write(found, domain, options)
    return stopped_by


def _check(options: Options) -> None:
    """Refuse what cannot work before any work is done."""
    check_one_domain(options.box, options.domain)
    check_targets((options.output, options.plot, options.export), (options.source, options.domain))
    if options.plot is not None:
        check_picture(options.plot)
    if options.export is not None:
        check_export(options.export)


def _answer(
    given: DecisionBoundary | Network, domain: Polyhedron | None, options: Options
) -> tuple[DecisionBoundary | NetworkBoundary, dict[str, Any], Stop | None]:
    """Return the boundary in the domain, what a document says of it, and what stopped the work."""
    from tropical.networks.network import Network

    if not isinstance(given, Network) and domain is None:
        with time_limit(options.deadline):
            return given, {**_from_terms(given), "complete": True}, None
    network = given if isinstance(given, Network) else _as_network(given)
    found, stopped_by = _of_network(network, domain, options)
    answer = _from_regions(found) | {"complete": found.complete}
    if not found.complete:
        answer["bounded"] = answer["bounded"] and None
        return found, answer | no_type("the boundary is not complete"), stopped_by
    request = Request(options.with_type, options.limit, options.deadline)
    kind, stopped_by = find_type(given, found.n_activation_regions, request)
    return found, answer | kind, stopped_by


def _as_network(boundary: DecisionBoundary) -> Network:
    from tropical.algebra.rational_function import TropicalMap, TropicalRational
    from tropical.representations.maxout import maxout_network

    if boundary.n_classes == 2:
        return maxout_network(TropicalRational(*boundary.classes))
    return maxout_network(TropicalMap.of(boundary.classes))


def _of_network(network: Network, domain: Polyhedron | None, options: Options) -> tuple[NetworkBoundary, Stop | None]:
    from polytopes.enumeration.limits import Limits
    from tropical.regions.surveys.decision_boundary import BoundarySurvey, score_network

    scores = score_network(network)
    survey = BoundarySurvey(scores=scores)
    try:
        with progress_bar(options.limit, scores, domain, False) as progress, time_limit(options.deadline):
            found = survey.fill(scores, domain, Limits(options.limit, progress=progress), method=options.method)
            return found, None
    except LimitReached as stop:
        return stop.partial, "limit"
    except TimeUp:
        return survey.answer(complete=False), "timeout"
    except KeyboardInterrupt:
        return survey.answer(complete=False), "interrupt"


def _from_terms(boundary: DecisionBoundary) -> dict[str, Any]:
    """Return what a document says of a boundary found from the terms of a function."""
    labels = range(boundary.n_classes)
    return {
        "classes": boundary.n_classes,
        "f_vector": list(boundary.f_vector()),
        "bounded": boundary.is_bounded,
        "components": boundary.n_components,
        "regions": [len(boundary.regions(label)) for label in labels],
        "bounded_regions": [len(boundary.bounded_regions(label)) for label in labels],
        "tied_regions": len(boundary.tied_terms),
        "ties": [sorted(boundary.classes_on(cell)) for cell in boundary.minimal_mixed_cells],
        **type_document(boundary),
    }


def _from_regions(boundary: NetworkBoundary) -> dict[str, Any]:
    """Return what a document says of a boundary found from regions."""
    return {
        "classes": len(boundary.regions),
        "f_vector": list(boundary.complex.f_vector()),
        "bounded": boundary.is_bounded,
        "components": boundary.n_components,
        "regions": list(boundary.regions),
        "bounded_regions": list(boundary.bounded_regions),
        "tied_regions": sum(cell.is_full_dimensional for cell in boundary.complex.maximal_cells),
        "ties": [sorted(tie) for tie in boundary.ties],
        "activation_regions": boundary.n_activation_regions,
    }


def _write(found: DecisionBoundary | NetworkBoundary, domain: Polyhedron | None, options: Options) -> None:
    """Write the complex and the picture."""
    if options.export is not None:
        from polytopes.formats import save_complex

        save_complex(found.complex, options.export)
        note(f"the complex is in {options.export}")
    if options.plot is not None:
        from tropical.pictures.regions import save_picture
        from tropical.pictures.tropical_curves import plot_boundary

        window = None
        if domain is not None and domain.is_bounded:
            columns = list(zip(*domain.vertices, strict=True))
            window = (list(map(min, columns)), list(map(max, columns)))
        save_picture(plot_boundary(found, window), options.plot)
        note(f"the picture is in {options.plot}")


def show(document: dict[str, Any]) -> None:
    """Print the numbers of a boundary."""
    console = Console(highlight=False)
    what = "zero set" if document["classes"] == 2 else f"boundary of {document['classes']} classes"
    console.print(f"{what} in dimension {document['dim']}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    cells = document["f_vector"]
    first = next((k for k, number in enumerate(cells) if number), 0)
    for k, number in enumerate(cells[first:], first):
        table.add_row(f"cells of dimension {k}", str(number))
    table.add_row("connected components", str(document["components"]))
    if cells and document["bounded"] is not None:
        table.add_row("boundary is bounded", "yes" if document["bounded"] else "no")
    for label, (number, bounded) in enumerate(zip(document["regions"], document["bounded_regions"], strict=True)):
        name = ("positive", "negative")[label] if document["classes"] == 2 else f"class {label}"
        table.add_row(f"regions, {name}", str(number))
        if bounded:
            table.add_row("  of these bounded", str(bounded))
    if document["tied_regions"]:
        table.add_row("full-dimensional ties", str(document["tied_regions"]))
    if "activation_regions" in document:
        table.add_row("activation regions seen", str(document["activation_regions"]))
    console.print(table)
    show_type(document)
