"""The command ``tropical trajectory``: the path of a training through the classification fan of its data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import ReadingOptions, read_network, refuse_unused
from tropical.cli.datasets.checkpoints import OrderOption, checkpoint_files
from tropical.cli.datasets.paths import parameter_document
from tropical.cli.datasets.sources import (
    DataFile,
    described,
    number,
    of_terms,
    positive_where,
    print_summary,
    print_table,
    report,
    sign_text,
    tell_labels,
)
from tropical.cli.networks.pictures import check_picture
from tropical.cli.options import Deadline, TwoTerms
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Document, interrupts_are_raised
from tropical.cli.tables import note, short_number, working

if TYPE_CHECKING:
    from tropical.fans.classification.trajectory import Trajectory
    from tropical.fans.data_set import DataSet

MOST_SHOWN = 20
"""Crossings that are shown in a table."""
MOST_SIGNS = 16
"""Points whose signs fit into a table."""
NOTHING: Document = {
    "terms": None,
    "positive_where": None,
    "checkpoints": [],
    "order": None,
    "ties": None,
    "walls": None,
    "distinct_cones": None,
    "highest_loss": None,
    "losses": None,
    "cones": [],
    "crossings": [],
}


@command(Panel.data_sets, {"data": None, **NOTHING, "complete": False, "stopped_by": None, "version": __version__})
def trajectory(
    file: DataFile,
    checkpoints: Annotated[
        list[Path],
        typer.Argument(
            metavar="CHECKPOINT...",
            help="Networks with at most one hidden layer, or .json files with a parameter, in order.",
            show_default=False,
        ),
    ],
    reading: ReadingOptions,
    *,
    order: OrderOption = None,
    terms: TwoTerms = None,
    ties: Annotated[
        str | None, typer.Option(metavar="errors|correct", help="How points with g = h count; errors if not given.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the loss along the path: .pdf, .svg or .png.")
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Follow a training through the classification fan of its data: the cones it passes, the walls it crosses, exactly.

    The path goes straight from each checkpoint to the next, in the parameters of g and h; a place 3/2 is halfway from
    checkpoint 1 to 2. A sign is + where the output is positive, or of two outputs the second greater. Exit codes: 0
    done; 2 bad input; 3 stopped by the clock; 4 network not supported; 130 Ctrl-C.
    """
    from tropical.fans.classification.fan import check_ties

    check_ties("errors" if ties is None else ties)
    files, chosen = checkpoint_files(checkpoints, order)
    answer.check(file.data, *files, others=(plot,))
    if plot is not None:
        check_picture(plot)
    interrupts_are_raised()
    started = time.perf_counter()
    data = file.read()
    if not data.labels and (ties is not None or plot is not None):
        refuse_unused(f"is about losses, and {file.data} has no labels; name their column with --labels", ties=ties)
        raise InputError(f"{file.data}: no labels, so there is no loss to --plot; name their column with --labels")
    found = dict(NOTHING) | {"checkpoints": list(map(str, files)), "order": chosen.value}
    paths: list[Trajectory] = []

    def work() -> None:
        with working("following the path") as say:
            path, where = path_of(files, reading, data, terms, ties or "errors", say)
            paths.append(path)
        found.update({**path.as_dict(), "checkpoints": found["checkpoints"], "positive_where": where})
        found["ties"] = (ties or "errors") if data.labels else None

    stopped_by = guarded(deadline, work)
    tell_labels(file.data, file.labels)
    report(answer, show, found, data=described(data, file.data), stopped_by=stopped_by, started=started, said=KNOWN)
    if plot is not None and paths:
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.trajectories import plot_trajectory

        save_picture(plot_trajectory(paths[0]), plot)
        note(f"the picture is in {plot}")
    return stopped_by


def path_of(
    files: Sequence[Path], reading: ReadingOptions, data: DataSet, terms: str | None, ties: Any, say: Any
) -> tuple[Trajectory, str]:
    """Return the path through the checkpoints in some files, and where signs are +.

    The checkpoints are networks, or parameters for the terms that are given.
    """
    from tropical.cli.datasets.sources import parse_terms
    from tropical.fans.classification.fan import ClassificationFan
    from tropical.fans.classification.shallow_parameters import training_path
    from tropical.fans.classification.trajectory import trajectory

    parameters = [parameter_document(path) for path in files]
    if all(rows is not None for rows in parameters):
        fan = ClassificationFan.of(data, parse_terms(terms))
        return trajectory(fan, [rows for rows in parameters if rows is not None], ties), positive_where(None)
    if any(rows is not None for rows in parameters):
        first = next(path for path, rows in zip(files, parameters, strict=True) if rows is not None)
        raise InputError(f"{first} holds a parameter and other checkpoints are networks; give checkpoints of one kind")
    refuse_unused("is for checkpoints that hold parameters; networks say theirs, leave it out", terms=terms)
    networks = []
    for path, own in zip(files, reading.of_each(*files), strict=True):
        say(f"reading {path}")
        networks.append(read_network(path, own))
    say(f"following the path through {len(files):,} checkpoints")
    return training_path(networks, data, ties=ties), positive_where(networks[0].output_dim)


def show(document: Document) -> None:
    """Print the path for a person."""
    rows = [("checkpoints", f"{len(document['checkpoints']):,}")]
    if document["positive_where"] is not None:
        rows.append(("+ is where", document["positive_where"]))
    if document["walls"] is not None:
        rows += [("cones passed", f"{document['distinct_cones']:,}"), ("walls crossed", f"{document['walls']:,}")]
    losses = document["losses"]
    if losses:
        rows.append(("loss", f"{losses[0]:,} at the first checkpoint, {losses[-1]:,} at the last"))
        rows.append(("highest loss", number(document["highest_loss"])))
    print_summary(document, None if document["terms"] is None else of_terms(document), rows)
    if document["crossings"]:
        print_table(*_crossings(document))
    if len(document["crossings"]) > MOST_SHOWN:
        note(f"{len(document['crossings']) - MOST_SHOWN:,} more crossings; --json has them all")


def _crossings(document: Document) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the table of the first crossings, with the signs and the loss after each."""
    rows = []
    for own in document["crossings"][:MOST_SHOWN]:
        after = next((cone for cone in document["cones"] if cone["from"] == own["at"]), None)
        row = [short_number(own["at"]), own["kind"], " ".join(map(str, own["points"])), str(own["codimension"])]
        row.append("" if after is None or len(own["signs"]) > MOST_SIGNS else sign_text(after["signs"]))
        if document["losses"] is not None:
            row += [str(own["loss"]), "" if after is None else str(after["loss"])]
        rows.append(row)
    names = ("place", "kind", "points", "codimension", "signs after")
    return (names if document["losses"] is None else (*names, "loss there", "loss after")), rows
