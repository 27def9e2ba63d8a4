"""The command ``tropical pool``: the numbers of a max-pooling layer, as a table or a document."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import asdict, frozen

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, group
from tropical.cli.exports import PolytopeFile
from tropical.cli.options import Deadline
from tropical.cli.pooling.exporting import check_polytope_file, export_polytope
from tropical.cli.pooling.layers import LayerOptions
from tropical.cli.pooling.progress import frontier_progress
from tropical.cli.pooling.tables import show_pool
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised

if TYPE_CHECKING:
    from tropical.pooling.counts import PoolingCounts
    from tropical.pooling.numbers import Found, Missing

RIGHT = "the numbers that are given are right"
"""What is said of an answer that is not complete."""
OPTION_OF = {"facets": "--facets", "f_vector": "--f-vector", "generating_function": "--generating-function"}
MOVED = {
    "--list": "list",
    "--limit": "list",
    "--sample": "sample N",
    "--seed": "sample N",
    "--rank": "rank I,I,...",
    "--unrank": "unrank N",
    "--neighbors": "neighbors",
    "--selections": "selections",
    "--cost": "cost",
    "--verify": "verify",
    "--csv": "tables DIR",
}
"""Options that are commands of their own, or options of these."""


@frozen
class Counts:
    """What is counted at any cost."""

    facets: Annotated[bool, typer.Option("--facets", help="Count the facets, at any cost.")] = False
    f_vector: Annotated[bool, typer.Option("--f-vector", help="Count the faces, at any cost.")] = False
    generating_function: Annotated[
        bool, typer.Option("--generating-function", help="Find the generating function, at any cost.")
    ] = False


@group(
    Panel.pooling,
    {"windows": None, "complete": False, "stopped_by": None, "version": __version__},
    {option: f"give 'tropical pool {instead}' and the layer" for option, instead in MOVED.items()},
)
def pool(
    layer: LayerOptions, *, asked: Counts, deadline: Deadline = None, export: PolytopeFile = None, answer: Answer
) -> Stop | None:
    """Count the linear regions of a max-pooling layer and the faces of its polytope.

    Numbers that are cheap are given unasked. The commands below answer other questions about a layer.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    started = time.perf_counter()
    answer.check(layer.windows, others=(export,))
    if export is not None:
        check_polytope_file(export)
    interrupts_are_raised()
    counts, document = layer.read()
    if asked.facets or asked.f_vector or export is not None:
        counts.check_polytope()
    reached: list[Stop] = []

    def work() -> None:
        with frontier_progress():
            reached.extend(_count(document, counts, layer, asked, deadline))

    stopped_by = guarded(deadline, work) or next(iter(reached[-1:]), None)
    document |= {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**document, "version": __version__}, show_pool, RIGHT)
    return stopped_by if export is None else export_polytope(counts, export, stopped_by, deadline)


def _count(
    document: Document, counts: PoolingCounts, layer: LayerOptions, asked: Counts, deadline: float | None
) -> list[Stop]:
    """Put the numbers into the document, as far as time allows; return the limits that were reached."""
    from polytopes.arithmetic.long_numbers import text_of
    from tropical.pooling.numbers import attempt, layer_numbers

    left = None if deadline is None else max(deadline - time.monotonic(), 0)
    names = [name for name, is_asked in asdict(asked).items() if is_asked]
    stops = [enter(document, found) for found in layer_numbers(counts, names, left)]
    patterns = layer.read_patterns()
    if patterns is not None:
        stops.append(enter(document, attempt("patterns", lambda: {"patterns": text_of(patterns.n_vertices())})))
    return [stop for stop in stops if stop is not None]


def enter(document: Document, answer: Found | Missing) -> Stop | None:
    """Put a number into the document, or the reason why it is left out; return the limit that was reached."""
    from tropical.pooling.numbers import Found

    if isinstance(answer, Found):
        document.update(_entries(answer.name, answer.value))
        return None
    hint = f"; ask for it with {OPTION_OF[answer.name]}" if answer.is_unasked else ""
    document.setdefault("left_out", {})[answer.name] = f"{answer.reason}{hint}"
    return answer.stopped_by


def _entries(name: str, value: Any) -> Document:
    """Return what a document says of a number."""
    from polytopes.arithmetic.long_numbers import text_of

    match name:
        case "vertices":
            return {name: text_of(value)}
        case "bounds":
            return {name: {"lower": text_of(value.lower), "upper": text_of(value.upper), "log2": list(value.bits)}}
        case "f_vector":
            return _faces(value)
        case "generating_function":
            rate = value.growth_document()
            return {name: value.document(), **({} if rate is None else {"growth_rate": rate})}
        case "facets_generating_function":
            return {name: value.document()}
        case "dimension" | "facets":
            return {name: value}
        case _:
            return dict(value)


def _faces(vector: tuple[int, ...]) -> Document:
    """Return the f-vector, and the mean number of neighbors of a region: each edge is one wall of two regions."""
    from polytopes.arithmetic.rationals import exact_text
    from polytopes.minkowski_sums.frontier.counts import mean_degree

    return {"f_vector": list(vector), "mean_neighbors": exact_text(mean_degree(vector))}
