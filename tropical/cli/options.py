"""Options and arguments that several commands take, and what they make of them."""

from __future__ import annotations

import math
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from tropical.cli.exits import STOPPED
from tropical.cli.starting import INTERRUPTED

REFUSED = 1


class MethodName(StrEnum):
    """How the engine keeps a cell; the counts are the same."""

    vertices = "vertices"
    witness = "witness"


def _deadline(context: typer.Context, seconds: float | None) -> float | None:
    """Return the time so many seconds after the run began."""
    if seconds is None:
        return None
    if not (0 < seconds < math.inf):
        raise typer.BadParameter(f"{seconds} is not a positive number of seconds")
    began = context.find_root().obj
    return seconds + (time.monotonic() if began is None else began)


NetworkPath = Annotated[
    Path,
    typer.Argument(metavar="NET", help="A network: .onnx, .npz, .json, or .pt with a state dict.", show_default=False),
]
InputShape = Annotated[
    str | None,
    typer.Option(metavar="N,N,...", help="Shape of one input, where the file does not say it.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

Box = Annotated[
    str | None,
    typer.Option(
        metavar="LO,HI", help="A box: LO,HI for all inputs, or 'LO,HI;LO,HI;...'; numbers such as 0.1 or 1/3."
    ),
]
Domain = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A polyhedron: .ine, .ext, or .json with lower and upper.")
]
Relative = Annotated[bool, typer.Option("--relative", help="Allow a lower-dimensional domain.")]
Limit = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N activation regions.")
]
Deadline = Annotated[
    float | None, typer.Option("--timeout", metavar="S", callback=_deadline, help="Stop after S seconds.")
]
Method = Annotated[MethodName | None, typer.Option(help="How the engine works; chosen by dimension if not given.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the JSON document to a file.")
]

DataPath = Annotated[
    Path, typer.Argument(metavar="DATA", help="A table: a point on each line, such as 0.5,1/3.", show_default=False)
]
TwoTerms = Annotated[
    str | None, typer.Option("--terms", metavar="N,M", help="Numbers of terms of g and of h.", show_default=False)
]
LabelColumn = Annotated[
    str | None, typer.Option("--labels", metavar="COLUMN", help="The column of labels, which is no coordinate.")
]
WeightColumn = Annotated[
    str | None, typer.Option("--weights", metavar="COLUMN", help="The column of weights, which is no coordinate.")
]
ConeLimit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="Stop if there are more than N maximal cones.")
]

FunctionPath = Annotated[
    Path,
    typer.Argument(
        metavar="NET|FILE", help="A network, or a tropical function in a .json or .txt file.", show_default=False
    ),
]
OneOutput = Annotated[int | None, typer.Option("--output", metavar="K", help="Take output K only, counted from 0.")]
Document = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write the JSON document to a file.")]


def name_of(method: MethodName | None) -> Literal["vertices", "witness"] | None:
    """Return the method as the library takes it."""
    return None if method is None else method.value


def exit_if_stopped(stopped_by: str | None) -> None:
    """Exit with the code of what stopped the work, if anything did."""
    if stopped_by is not None:
        raise typer.Exit(INTERRUPTED if stopped_by == "interrupt" else STOPPED)
