"""The command ``tropical convert``: a network as a tropical rational map."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table

from polytopes.errors import InputError, LimitReached
from tropical._version import __version__
from tropical.cli.documents import as_text, check_targets, printable
from tropical.cli.functions.sources import terms_progress
from tropical.cli.running import Stop, TimeUp, held_signals, time_limit
from tropical.cli.starting import interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.algebra.rational_function import TropicalMap
    from tropical.representations.conversion import Conversion

ENDINGS = (".json", ".txt", ".tex")
FEW = 20
"""Longest polynomials that are printed for a person."""


@frozen
class Options:
    """The options of the command, as they were spelled."""

    net: Path
    input_shape: str | None
    component: int | None
    latex: bool
    as_json: bool
    output: Path | None
    limit: int | None
    deadline: float | None


def run(options: Options) -> Stop | None:
    """Convert the network, report and write it; return what stopped the work, if anything did."""
    _check(options)
    from tropical.cli.arguments import read_network
    from tropical.representations.conversion import conversion_bounds, convert

    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(options.deadline):
        network = read_network(options.net, options.input_shape)
        if options.component is not None:
            network = network.output(options.component)
        if not network.output_dim:
            raise InputError(f"{options.net}: a network without outputs is no tropical map")
        bounds = conversion_bounds(network)
        if max(map(max, bounds)) > FEW:
            note(f"at most {max(map(max, bounds)):,} terms in a numerator or denominator")
    try:
        with terms_progress() as progress, time_limit(options.deadline):
            found = convert(network, limit=options.limit, progress=progress)
    except LimitReached as stop:
        return _stopped("limit", str(stop), bounds, options)
    except TimeUp:
        return _stopped("timeout", "the clock; give more time with --timeout", bounds, options)
    except KeyboardInterrupt:
        return _stopped("interrupt", "interrupted", bounds, options)
    with held_signals():
        _publish(found, options, time.perf_counter() - started)
    return None


def _stopped(reason: Stop, message: str, bounds: tuple[tuple[int, int], ...], options: Options) -> Stop:
    """Say what stopped the work; nothing is written."""
    note(f"stopped, and nothing is written: {message}")
    if options.as_json:
        sys.stdout.write(
            as_text({"source": str(options.net), "bounds": bounds, "complete": False, "stopped_by": reason})
        )
    return reason


def _check(options: Options) -> None:
    """Refuse what cannot work before any work is done."""
    if options.latex and options.as_json:
        raise InputError("--latex and --json are both given; give one")
    check_targets((options.output,), (options.net,))
    if options.output is not None and options.output.suffix.lower() not in ENDINGS:
        raise InputError(f"{options.output}: a tropical map is written to {', '.join(ENDINGS)}")


def _publish(found: Conversion, options: Options, seconds: float) -> None:
    """Print the map or its sizes, and write the file."""
    if options.output is not None:
        from polytopes.formats.files import write_text

        write_text(options.output, _written(found, options, seconds))
        note(f"the map is in {options.output}")
    if options.as_json:
        sys.stdout.write(as_text(document(found, str(options.net), seconds)))
    elif options.latex:
        sys.stdout.write(latex(found.map))
    else:
        show(found, str(options.net), seconds, written=options.output is not None)
    sys.stdout.flush()


def _written(found: Conversion, options: Options, seconds: float) -> str:
    from tropical.algebra.files import to_text

    assert options.output is not None
    match options.output.suffix.lower():
        case ".txt":
            return to_text(found.map)
        case ".tex":
            return latex(found.map)
    return as_text(document(found, str(options.net), seconds))


def document(found: Conversion, source: str, seconds: float) -> dict[str, Any]:
    """Return the map as :mod:`tropical.algebra.files` reads it, with what was met on the way."""
    from tropical.algebra.files import to_json

    components = found.map.components
    reports = [{"numerator": asdict(top), "denominator": asdict(bottom)} for top, bottom in found.outputs]
    return {
        **json.loads(to_json(components[0] if len(components) == 1 else found.map)),
        "source": source,
        "layers": [asdict(layer) for layer in found.layers],
        "outputs": reports,
        "complete": True,
        "stopped_by": None,
        "seconds": seconds,
        "written_by": f"tropical-polytopes {__version__}",
    }


def latex(map_: TropicalMap) -> str:
    """Return a line of LaTeX for every output."""
    from tropical.algebra.notation import rational_latex

    parts = ((component.numerator.forms, component.denominator.forms) for component in map_.components)
    return "".join(f"{rational_latex(*pair)}\n" for pair in parts)


def show(found: Conversion, source: str, seconds: float, written: bool) -> None:
    """Print the sizes of a conversion, and the map if it is short."""
    console = Console(highlight=False)
    dims = f"Q^{found.map.ambient_dim} → Q^{found.map.output_dim}"
    console.print(f"{printable(source)}: {dims} as a tropical rational map", markup=False, soft_wrap=True)
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
