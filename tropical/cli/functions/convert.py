"""The command ``tropical convert``: a network as a tropical rational map."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import asdict
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.answers import print_text
from tropical.cli.app import Panel, command
from tropical.cli.arguments import NetworkFile
from tropical.cli.assumptions import assumed, show_assumptions
from tropical.cli.documents import as_text, check_targets, printable
from tropical.cli.functions.sources import terms_progress
from tropical.cli.options import AsJson, Component, Deadline, no_component
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.algebra.rational_function import TropicalMap
    from tropical.representations.conversion import Conversion

ENDINGS = (".json", ".txt", ".tex")
FEW = 20
"""Longest polynomials that are printed for a person."""


@command(
    Panel.functions,
    {"source": None, "complete": False, "stopped_by": None, "written_by": f"tropical-polytopes {__version__}"},
)
def convert(
    file: NetworkFile,
    component: Component = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print the map in LaTeX and nothing else.")] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop if a polynomial has more than N terms.")
    ] = None,
    deadline: Deadline = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            callback=no_component,
            help="Write the map: .json or .txt, to be read again, or .tex.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> Stop | None:
    """Write a network as an exact quotient of tropical polynomials without a redundant term.

    'tropical boundary' and 'tropical subdivision' read the file. Exit codes: 0 done; 2 bad input; 3 stopped at a limit
    or by the clock; 4 network not supported; 130 Ctrl-C.
    """
    if latex and as_json:
        raise InputError("--latex and --json are both given; give one")
    check_targets((output,), (file.net,))
    if output is not None and output.suffix.lower() not in ENDINGS:
        raise InputError(f"{output}: a tropical map is written to {', '.join(ENDINGS)}")
    from tropical.representations import conversion

    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(deadline):
        network = file.read()
        named = {"source": str(file.net), **assumed()}
        if component is not None:
            network = network.output(component)
        if not network.output_dim:
            raise InputError(f"{file.net}: a network without outputs is not a tropical map")
        bounds = conversion.conversion_bounds(network)
        if max(map(max, bounds)) > FEW:
            note(f"at most {max(map(max, bounds)):,} terms in a numerator or denominator")
    try:
        with terms_progress() as progress, time_limit(deadline):
            found = conversion.convert(network, limit=limit, progress=progress)
    except (LimitReached, TimeUp, KeyboardInterrupt) as stop:
        stopped_by, message = _reason(stop)
        note(f"stopped, and nothing is written: {message}")
        if as_json:
            document = {**named, "bounds": bounds, "complete": False, "stopped_by": stopped_by}
            print_text(as_text(document))
        return stopped_by
    with held_signals():
        _publish(found, named, time.perf_counter() - started, output=output, as_json=as_json, latex=latex)
    return None


def _reason(stop: BaseException) -> tuple[Stop, str]:
    """Return what stopped the work, for a document and for a person."""
    if isinstance(stop, LimitReached):
        return "limit", str(stop)
    if isinstance(stop, TimeUp):
        return "timeout", "the clock; give more time with --timeout"
    return "interrupt", "interrupted"


def _publish(
    found: Conversion, named: Mapping[str, str], seconds: float, *, output: Path | None, as_json: bool, latex: bool
) -> None:
    """Print the map or its sizes, and write the file; ``named`` says what was converted."""
    if output is not None:
        from polytopes.output_files import write_text

        write_text(output, _written(found, output.suffix.lower(), named, seconds))
        note(f"the map is in {output}")
    if as_json:
        print_text(as_text(map_document(found, named, seconds)))
    elif latex:
        print_text(latex_text(found.map))
    else:
        show(found, named, seconds, written=output is not None)
        show_assumptions()


def _written(found: Conversion, ending: str, named: Mapping[str, str], seconds: float) -> str:
    """Return the map as a file of this ending has it."""
    from tropical.algebra.files import to_text

    match ending:
        case ".txt":
            return to_text(found.map)
        case ".tex":
            return latex_text(found.map)
    return as_text(map_document(found, named, seconds))


def map_document(found: Conversion, named: Mapping[str, str], seconds: float) -> Document:
    """Return the map as :mod:`tropical.algebra.files` reads it, with the sizes met on the way."""
    from tropical.algebra.files import to_json

    components = found.map.components
    reports = [{"numerator": asdict(top), "denominator": asdict(bottom)} for top, bottom in found.outputs]
    return {
        **json.loads(to_json(components[0] if len(components) == 1 else found.map)),
        **named,
        "layers": [asdict(layer) for layer in found.layers],
        "outputs": reports,
        "complete": True,
        "stopped_by": None,
        "seconds": seconds,
        "written_by": f"tropical-polytopes {__version__}",
    }


def latex_text(map_: TropicalMap) -> str:
    """Return a line of LaTeX for every output."""
    from tropical.algebra.notation import rational_latex

    parts = ((component.numerator.forms, component.denominator.forms) for component in map_.components)
    return "".join(f"{rational_latex(*pair)}\n" for pair in parts)


def show(found: Conversion, named: Mapping[str, str], seconds: float, written: bool) -> None:
    """Print the sizes of a conversion, and the map if it is short."""
    console = Console(highlight=False)
    dims = f"Q^{found.map.ambient_dim} → Q^{found.map.output_dim}"
    console.print(f"{printable(named['source'])}: {dims} as a tropical rational map", markup=False, soft_wrap=True)
    console.print(_layer_table(found))
    console.print(_output_table(found))
    console.print(f"seconds {seconds:.2f}")
    for k, component in enumerate(found.map.components):
        if max(component.numerator.n_terms, component.denominator.n_terms) <= FEW:
            console.print(f"f{k} = {component}", markup=False, soft_wrap=True)
        elif not written:
            console.print(f"f{k} is long; write it to a file with -o")


def _layer_table(found: Conversion) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("layer", "units", "terms before pruning", "terms", "of the largest unit", "Newton vertices"):
        table.add_column(heading, justify="left" if heading == "layer" else "right")
    for layer in found.layers:
        numbers = (layer.n_units, layer.n_before, layer.n_after, layer.largest, layer.n_newton_vertices)
        table.add_row(printable(layer.name), *(f"{number:,}" for number in numbers))
    return table


def _output_table(found: Conversion) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("output", "summands", "terms before pruning", "bound", "terms", "Newton vertices"):
        table.add_column(heading, justify="left" if heading == "output" else "right")
    for k, sides in enumerate(found.outputs):
        for name, side in zip(("numerator", "denominator"), sides, strict=True):
            numbers = (side.n_summands, side.n_before, side.bound, side.n_after, side.n_newton_vertices)
            table.add_row(f"{k}, {name}", *(f"{number:,}" for number in numbers))
    return table
