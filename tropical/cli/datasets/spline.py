"""The command ``tropical spline``: functions of one input that networks learn from data, exactly."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import field, frozen

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.datasets.sources import tell_labels
from tropical.cli.datasets.spline_table import show
from tropical.cli.options import DataPath, Deadline
from tropical.cli.running import Stop, guarded
from tropical.cli.starting import Asked, Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import RationalLike, Vector
    from tropical.representations.splines.bias_density import BiasDensity
    from tropical.representations.splines.interpolation import LineData
    from tropical.representations.splines.line_classification import LineClassifier
    from tropical.representations.splines.linear_spline import LinearSpline
    from tropical.representations.splines.wide_interpolant import WideInterpolant

NOTHING: Document = {"points": None, "total_variation": None, "norm": None, "function": None}
"""What is said of a function that is not known."""


@frozen
class SplineOptions:
    """The function that is meant."""

    target: Annotated[
        str | None,
        typer.Option("--target", "--targets", metavar="COLUMN", help="The column of values.", show_default=False),
    ] = None
    classify: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Classify instead: the column of labels, of which the greater, or last in the alphabet, is 1.",
            show_default=False,
        ),
    ] = None
    norm: Annotated[
        bool, typer.Option("--norm", help="The function of least norm for networks without a linear term.")
    ] = False
    sparsest: Annotated[
        bool, typer.Option("--sparsest", help="Of the functions of least total variation that with the fewest knots.")
    ] = False
    wide: Annotated[
        bool, typer.Option("--wide", help="The function that a network of infinite width learns by gradient flow.")
    ] = False
    support: Annotated[
        str | None,
        typer.Option(
            metavar="R", help="With --wide: biases are uniform on [-R, R]; 1 if not given.", show_default=False
        ),
    ] = None
    density: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --wide: the density of biases, a table of from,to,height or a .json list of such triples.",
            show_default=False,
        ),
    ] = None
    activation: Annotated[
        str | None,
        typer.Option(metavar="relu|abs", help="With --wide: the units; relu if not given.", show_default=False),
    ] = None

    def check(self) -> None:
        """Refuse what does not go together."""
        if (self.target is None) == (self.classify is None):
            raise InputError("give one of --target, the column of values, and --classify, the column of labels")
        asked = [name for name in ("norm", "sparsest", "wide") if getattr(self, name)]
        if len(asked) > 1:
            raise InputError(f"--{asked[0]} and --{asked[1]} ask for different functions; give one")
        if self.classify is not None:
            refuse_unused("is of interpolants; give --target", sparsest=self.sparsest, wide=self.wide)
        if not self.wide:
            refuse_unused(
                "is of wide networks; give --wide too",
                support=self.support,
                density=self.density,
                activation=self.activation,
            )
        if self.support is not None and self.density is not None:
            raise InputError("--support and --density are both given; give one density")

    def read(self, data: Path) -> tuple[Vector, Sequence[RationalLike]]:
        """Return the points in a table, and their values or labels."""
        from tropical.fans.data_files import read_data, read_targets

        column = self.target if self.classify is None else self.classify
        points: Sequence[Vector]
        values: Sequence[RationalLike]
        if self.classify is None:
            points, values = read_targets(data, column or "")
        else:
            found = read_data(data, self.classify)
            points, values = found.points, found.labels
        if not points:
            raise InputError(f"{data}: no point, only a header; give a point on each line")
        if len(points[0]) != 1:
            raise InputError(f"{data}: {len(points[0])} coordinates beside the column {column}; splines have one input")
        return tuple(point[0] for point in points), values

    def bias_density(self) -> BiasDensity:
        """Return the density of biases."""
        from tropical.representations.splines.bias_density import BiasDensity
        from tropical.representations.splines.density_files import read_density

        if self.density is not None:
            return read_density(self.density)
        return BiasDensity.uniform(1 if self.support is None else self.support)


@frozen
class Found:
    """What was found; each list has at most one entry."""

    data: list[LineData] = field(factory=list)
    functions: list[LinearSpline] = field(factory=list)
    classifiers: list[LineClassifier] = field(factory=list)
    wide: list[WideInterpolant] = field(factory=list)


@command(
    Panel.data_sets,
    {
        **NOTHING,
        "labels": Asked("classify", None),
        "functional": Asked("wide", None),
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def spline(
    data: DataPath,
    *,
    options: SplineOptions,
    network: Annotated[
        Path | None,
        typer.Option("--network", metavar="FILE", help="Write the function as a network, .json.", show_default=False),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw data and function: .pdf, .svg or .png.", show_default=False),
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find the functions of one input that ReLU networks learn from data, as exact splines.

    Without another option: the polygon through the data, and all interpolants whose slope has the least total
    variation. Exit codes: 0 done; 2 bad input; 3 stopped by the clock; 130 Ctrl-C.
    """
    answer.check(data, options.density, others=(network, plot))
    options.check()
    _check_files(options, network, plot)
    interrupts_are_raised()
    started = time.perf_counter()
    found = Found()
    said: Document = dict(NOTHING)
    if options.classify is not None:
        said["labels"] = None
    if options.wide:
        said["functional"] = None
    stopped_by = guarded(deadline, lambda: _find(data, options, found, said), "finding splines")
    if found.classifiers:
        tell_labels(data, options.classify)
    document = {
        "data": {"source": str(data)},
        "asked": _asked(options),
        **said,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, "the function is not known")
    if network is not None:
        _save(network, found)
    if plot is not None:
        _draw(plot, found)
    return stopped_by


def _asked(options: SplineOptions) -> str:
    kind = next((name for name in ("norm", "sparsest", "wide") if getattr(options, name)), "variation")
    return kind if options.classify is None else f"classify, {kind}"


def _check_files(options: SplineOptions, network: Path | None, plot: Path | None) -> None:
    from tropical.networks.readers.json import check_ending

    if network is not None:
        if options.wide:
            raise InputError("--network writes piecewise linear functions; with --wide the function is a cubic spline")
        check_ending(network)
    if plot is not None:
        from tropical.cli.networks.pictures import check_picture

        check_picture(plot)


def _find(source: Path, options: SplineOptions, found: Found, said: Document) -> None:
    """Fill the document with what is found."""
    x, values = options.read(source)
    if options.classify is not None:
        _classify(x, values, options.norm, found, said)
        return
    from tropical.representations.splines.interpolation import all_minimizers

    data = all_minimizers(x, values)
    found.data.append(data)
    said.update(data.as_dict())
    if options.wide:
        from tropical.representations.splines.wide_interpolant import wide_interpolant

        wide = wide_interpolant(x, values, options.bias_density(), options.activation or "relu")
        found.wide.append(wide)
        said.update(wide.as_dict())
    function = data.least_norm() if options.norm else data.sparsest() if options.sparsest else data.polygon()
    found.functions.append(function)
    said["function"] = function.as_dict()


def _classify(x: Vector, labels: Sequence[RationalLike], norm: bool, found: Found, said: Document) -> None:
    from polytopes.arithmetic.rationals import exact_text
    from tropical.representations.splines.line_classification import classify_line

    both = [classify_line(x, labels, linear_term=linear) for linear in (True, False)]
    chosen = both[1 if norm else 0]
    found.classifiers.append(chosen)
    found.functions.append(chosen.function)
    said.update(
        {
            "points": [exact_text(entry) for entry in chosen.x],
            "labels": list(chosen.labels),
            "total_variation": exact_text(both[0].value),
            "norm": exact_text(both[1].value),
            "function": chosen.function.as_dict(),
            "multipliers": [exact_text(entry) for entry in chosen.multipliers],
            "support": [exact_text(chosen.x[i]) for i in chosen.support],
        }
    )


def _save(path: Path, found: Found) -> None:
    from tropical.networks.readers.json import save

    if not found.functions:
        note(f"{path} was not written, because there is no function")
        return
    save(found.functions[0].network(), path)
    note(f"the network is in {path}")


def _draw(path: Path, found: Found) -> None:
    from polytopes.drawing.figures import save_picture
    from tropical.cli.datasets.spline_picture import figure_of

    if not found.functions:
        note(f"{path} was not drawn, because there is no function")
        return
    save_picture(figure_of(found.data, found.functions[0], found.classifiers, found.wide), path)
    note(f"the picture is in {path}")
