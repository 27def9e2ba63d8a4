"""The command ``tropical shallow``: is a function a network with one hidden layer?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.functions.sources import FunctionFile, form_text, input_dim, many, texts
from tropical.cli.options import Component, Deadline, Limit
from tropical.cli.running import STOPS, Stop, guarded, running_count, time_limit
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from polytopes.arithmetic.surds import RadicalSum
    from tropical.representations.shallow_form import ShallowForm, Witness

MOST_ROWS = 20
"""Neurons that are listed for a person."""


@command(
    Panel.functions,
    {"source": None, "shallow": None, "complete": False, "stopped_by": None, "version": __version__},
)
def shallow(
    file: FunctionFile,
    *,
    component: Component = None,
    limit: Limit = None,
    deadline: Deadline = None,
    network: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the network with one hidden layer, .json.", show_default=False),
    ] = None,
    answer: Answer,
) -> Stop | None:
    """Test whether a function is an affine map plus a network with one hidden layer of ReLU units.

    If it is, its least number of units and its seminorm are found; else a hyperplane along which it bends by two
    amounts. Exit codes: 0 done, shallow or not; 2 bad input; 3 stopped at a limit; 4 network not supported; 130 Ctrl-C.
    """
    answer.check(file.source, others=(network,))
    if network is not None:
        from tropical.networks.readers.json import check_ending

        check_ending(network)
    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(deadline):
        function = file.chosen(component)
    found: list[ShallowForm | Witness] = []

    def work() -> None:
        from tropical.representations.shallow_form import shallow_form

        with running_count("activation regions") as progress:
            found.append(shallow_form(function, limit=limit, progress=progress))

    stopped_by = guarded(deadline, work)
    document = {
        "source": str(file.source),
        "dim": input_dim(function),
        **(_described(found[0]) if found else {"shallow": None}),
        "complete": bool(found),
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, "whether it is shallow is not known")
    if network is not None:
        _write(found, network)
    return stopped_by


def _write(found: Sequence[ShallowForm | Witness], path: Path) -> None:
    from tropical.networks.readers.json import save
    from tropical.representations.shallow_form import ShallowForm

    for form in found:
        if isinstance(form, ShallowForm):
            save(form.network(), path)
            note(f"the network is in {path}")
            return
    note("there is no network to write")


def _described(found: ShallowForm | Witness) -> Document:
    from tropical.representations.shallow_form import ShallowForm

    if not isinstance(found, ShallowForm):
        jumps, points = ([texts(vector) for vector in pair] for pair in (found.jumps, found.points))
        return {"shallow": False, "witness": {"hyperplane": texts(found.row), "jumps": jumps, "points": points}}
    bends = [
        {"hyperplane": texts(bend.row), "jump": texts(bend.jump), "strength": _radical(bend.strength)}
        for bend in found.bends
    ]
    affine = [texts(form) for form in found.affine]
    return {
        "shallow": True,
        "neurons": found.n_neurons,
        "seminorm": _radical(found.seminorm),
        "affine": affine,
        "bends": bends,
    }


def _radical(value: RadicalSum) -> Document:
    """Return a sum of c sqrt(n) as its text, its pairs (n, c), and about how much it is; None if that is no float."""
    try:
        about: float | None = float(value)
    except OverflowError:
        about = None
    return {"text": str(value), "terms": [[n, *texts([c])] for n, c in value.terms], "about": about}


def show(document: Document) -> None:
    """Print the answer."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    if document["shallow"] is None:
        console.print(f"not known: {STOPS[document['stopped_by']]}")
    elif document["shallow"]:
        _show_form(console, document)
    else:
        witness = document["witness"]
        console.print("not a network with one hidden layer and an affine map")
        console.print(f"hyperplane h = 0 with h = {form_text(witness['hyperplane'])}")
        for jump, point in zip(witness["jumps"], witness["points"], strict=True):
            console.print(f"the function bends by {_tuple(jump)} max(h, 0) at {_tuple(point, always=True)}")


def _show_form(console: Console, document: Document) -> None:
    neurons, seminorm = document["neurons"], document["seminorm"]
    console.print(f"one hidden layer of {many(neurons, 'ReLU unit')} and an affine map; fewer units are not enough")
    exact, about = seminorm["text"], seminorm["about"]
    console.print(f"seminorm {exact}" + ("" if exact.isdigit() or about is None else f" ≈ {about:.6g}"))
    if neurons:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("unit", "factor", "length"):
            table.add_column(heading, justify="right" if heading == "length" else "left")
        for bend in document["bends"][:MOST_ROWS]:
            unit = f"max({form_text(bend['hyperplane'])}, 0)"
            table.add_row(unit, _tuple(bend["jump"]), bend["strength"]["text"])
        console.print(table)
        if neurons > MOST_ROWS:
            console.print(f"and {neurons - MOST_ROWS:,} more; --json lists all")
    for k, form in enumerate(document["affine"]):
        name = "affine map" if len(document["affine"]) == 1 else f"affine map, output {k}"
        console.print(f"{name}: {form_text(form)}")


def _tuple(entries: Sequence[str], always: bool = False) -> str:
    numbers = [short_number(entry) for entry in entries]
    return numbers[0] if len(numbers) == 1 and not always else f"({', '.join(numbers)})"
