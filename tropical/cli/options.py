"""Options and arguments that several commands take."""

from __future__ import annotations

import math
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer
from attrs import frozen


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


def no_component(context: typer.Context, path: Path | None) -> Path | None:
    """Refuse a number where ``--output`` names a file; in earlier versions it chose a coordinate."""
    has_components = any(parameter.name == "component" for parameter in context.command.params)
    if path is not None and has_components and path.name.removeprefix("-").isdecimal():
        raise typer.BadParameter(
            f"{path} is not the name of a file; choose an output coordinate with --component {path}"
        )
    return path


NetworkPath = Annotated[
    Path,
    typer.Argument(
        metavar="NET",
        help="A network: .onnx, .keras, .h5, .nnet, .npz, .json, a state dict (.pt, .safetensors), or an expression.",
        show_default=False,
    ),
]
InputShape = Annotated[
    str | None,
    typer.Option(metavar="N,N,...", help="Shape of one input, where the file does not say it.", show_default=False),
]
Activation = Annotated[
    str | None,
    typer.Option(
        metavar="relu|leaky:1/100|abs|none",
        help="What stands between the layers of a .pt file, which does not say it.",
        show_default=False,
    ),
]
OutputName = Annotated[
    str | None,
    typer.Option("--output-name", metavar="NAME", help="Cut an ONNX graph at this value.", show_default=False),
]
Logits = Annotated[
    bool,
    typer.Option("--logits", help="Leave out softmax, sigmoid or argmax at the end of an ONNX graph or a Keras model."),
]
NoCheck = Annotated[
    bool, typer.Option("--no-check", help="Do not compare the network that was read with the library it is from.")
]
Component = Annotated[
    int | None, typer.Option("--component", metavar="K", help="Take output K only, counted from 0.", show_default=False)
]

BoxText = Annotated[
    str | None,
    typer.Option(
        "--box",
        metavar="LO,HI",
        help="A box: LO,HI for all inputs, or 'LO,HI;LO,HI;...'; numbers such as 0.1 or 1/3.",
        show_default=False,
    ),
]
DomainPath = Annotated[
    Path | None,
    typer.Option(
        "--domain",
        metavar="FILE",
        help="A polyhedron: .ine, .ext, .poly, .mrdi, .json with lower and upper, or the inputs of a .vnnlib property.",
        show_default=False,
    ),
]
CaseNumber = Annotated[
    int | None,
    typer.Option(
        "--case",
        metavar="K",
        min=0,
        help="Of a property whose inputs are in several parts, part K, counted from 0.",
        show_default=False,
    ),
]
Relative = Annotated[bool, typer.Option("--relative", help="Allow a lower-dimensional domain.")]

Limit = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Stop if there are more than N activation regions.")
]
Deadline = Annotated[
    float | None, typer.Option("--timeout", metavar="S", callback=_deadline, help="Stop after S seconds.")
]
Method = Annotated[
    MethodName | None, typer.Option(help="How the engine keeps a cell; chosen by the dimension if not given.")
]

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", callback=no_component, help="Write the JSON document to a file."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

DataPath = Annotated[
    Path, typer.Argument(metavar="DATA", help="A table: a point on each line, such as 0.5,1/3.", show_default=False)
]
TwoTerms = Annotated[
    str | None,
    typer.Option(
        "--terms",
        metavar="N,M",
        help="The numbers of terms of g and of h in sign(g - h); 'tropical fan' takes one number.",
        show_default=False,
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="COLUMN",
        help="The column of labels, which is not a coordinate; of two values the greater, or the last in the alphabet, "
        "is +.",
    ),
]
WeightColumn = Annotated[
    str | None, typer.Option("--weights", metavar="COLUMN", help="The column of weights, which is not a coordinate.")
]
ConeLimit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="Stop if there are more than N maximal cones.")
]

FunctionPath = Annotated[
    Path,
    typer.Argument(
        metavar="NET|FILE",
        help="A network, or a tropical function: a .json or .txt file, or an expression such as 'max(x, y) - abs(z)'.",
        show_default=False,
    ),
]


@frozen
class WalkOptions:
    """How far the walk over all activation regions goes, and how; ``deadline`` is a time of ``time.monotonic``."""

    limit: Limit = None
    deadline: Deadline = None
    method: Method = None

    @property
    def method_name(self) -> Literal["vertices", "witness"] | None:
        """The method as the library takes it."""
        return None if self.method is None else self.method.value
