"""The command ``tropical train``: the globally optimal network with one hidden ReLU layer, exactly."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import define, frozen

from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import refuse_unused
from tropical.cli.datasets.train_picture import check_plot, draw
from tropical.cli.datasets.train_table import show
from tropical.cli.options import DataPath, Deadline
from tropical.cli.running import Stop, guarded, running_count, running_line
from tropical.cli.scenes import WindowOptions
from tropical.cli.starting import Asked, Document, interrupts_are_raised
from tropical.cli.tables import note, short_number

if TYPE_CHECKING:
    from tropical.parameter_space.convex_training.convex_program import ConvexProgram
    from tropical.parameter_space.convex_training.cutting_planes import Bounds
    from tropical.parameter_space.convex_training.regularization_path import RegularizationPath
    from tropical.parameter_space.convex_training.trained import Trained
    from tropical.parameter_space.convex_training.training import Training

NOTHING: Document = {
    "value": None,
    "lower": None,
    "upper": None,
    "lower_float": None,
    "upper_float": None,
    "gap": None,
    "feasible": None,
    "patterns": None,
    "atoms": None,
    "fit": None,
    "residual": None,
    "dual": None,
    "units": None,
}
"""What is said of an optimum that is not known."""


@frozen
class TrainingOptions:
    """The networks that are meant, and what is least."""

    target: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of targets; all others are coordinates.", show_default=False),
    ] = None
    norm: Annotated[str, typer.Option(metavar="1|2|inf", help="The norm of the weights of a unit.")] = "1"
    loss: Annotated[
        str, typer.Option(metavar="interpolate|squared|hinge", help="What is least; hinge is for targets 1 and -1.")
    ] = "interpolate"
    beta: Annotated[
        str | None,
        typer.Option(metavar="Q", help="The factor of the penalty, for squared and hinge.", show_default=False),
    ] = None
    bias: Annotated[bool, typer.Option("--bias", help="Give units a bias, penalized as their weights are.")] = False
    filter: Annotated[
        int | None,
        typer.Option(metavar="H", help="Points are signals: sum filters of length H over all windows."),
    ] = None
    stride: Annotated[int, typer.Option(metavar="N", help="The distance between two windows.")] = 1
    circular: Annotated[bool, typer.Option("--circular", help="Let windows run over the end of a signal.")] = False

    def read(self, data: Path) -> ConvexProgram:
        """Return the problem in a table."""
        from tropical.fans.data_files import read_targets
        from tropical.parameter_space.convex_training.convex_program import ConvexProgram

        if self.target is None:
            raise InputError(f"no --target; name the column of {data} that the network is to fit")
        if self.filter is None:
            refuse_unused(
                "is of windows; give their length with --filter",
                stride=None if self.stride == 1 else self.stride,
                circular=self.circular,
            )
        points, targets = read_targets(data, self.target)
        return ConvexProgram(
            points,
            targets,
            self.norm,
            self.loss,
            self.beta,
            filter=self.filter,
            circular=self.circular,
            stride=self.stride,
            bias=self.bias,
        )


@frozen
class Questions:
    """What is asked beside the optimum."""

    beta_max: Annotated[
        bool, typer.Option("--beta-max", help="Also find the least beta for which the network 0 is optimal.")
    ] = False
    path: Annotated[
        bool,
        typer.Option("--path", help="Also find the optima of the squared loss for all beta, with all breakpoints."),
    ] = False
    optimal_set: Annotated[
        bool, typer.Option("--optimal-set", help="Also find the polytope of all optimal networks, and the least width.")
    ] = False
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=1,
            help="Stop if there are more than N atoms; with --optimal-set, if more than N blocks may be nonzero (30).",
        ),
    ] = None

    def check(self, program: ConvexProgram) -> None:
        """Refuse questions that have no answer for a problem, before any work is done."""
        if program.norm == 2 and (self.path or self.optimal_set):
            name = "--path" if self.path else "--optimal-set"
            raise InputError(f"{name} has rational answers for the norms 1 and inf only; leave it out for the norm 2")
        if program.loss == "hinge" and self.path:
            raise InputError("--path is of the squared loss; leave it out for the loss hinge")


@command(
    Panel.data_sets,
    {
        **NOTHING,
        "beta_max": Asked("beta_max", None),
        "path": Asked("path", None),
        "optimal_set": Asked("optimal_set", None),
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def train(
    data: DataPath,
    *,
    options: TrainingOptions,
    questions: Questions,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate", metavar="FILE", help="Write a certificate, for 'tropical check'.", show_default=False
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the dual certificate, with --path the optima along beta: .pdf, .svg or .png.",
            show_default=False,
        ),
    ] = None,
    window: WindowOptions,
    network: Annotated[
        Path | None,
        typer.Option("--network", metavar="FILE", help="Write the network to a .json file.", show_default=False),
    ] = None,
    deadline: Deadline = None,
    answer: Answer,
) -> Stop | None:
    """Find the globally optimal network sum_j a_j max(0, u_j . x) for data, exactly, with any number of units.

    The penalty of a network is the sum of the norms of a_j u_j, which is weight decay. A network that fits may not
    exist: that is an answer too. Columns are named by their header or their number from 0.

    Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with bounds; 130 Ctrl-C.
    """
    answer.check(data, others=(network, certificate, plot))
    interrupts_are_raised()
    started = time.perf_counter()
    program = options.read(data)
    questions.check(program)
    check_plot(plot, program, questions.path, window)
    asked = ("beta_max", "path", "optimal_set")
    found: Document = dict(NOTHING) | {name: None for name in asked if getattr(questions, name)}
    run = _Run(program, questions, found)
    stopped_by = guarded(deadline, run.work)
    run.finish()
    document = {
        "data": {"source": str(data), "points": len(program.points), "dim": len(program.points[0])},
        "norm": str(program.norm),
        "loss": program.loss,
        "beta": None if program.beta is None else str(program.beta),
        **found,
        "complete": stopped_by is None,
        "stopped_by": stopped_by,
        "seconds": time.perf_counter() - started,
        "version": __version__,
    }
    answer.publish(document, show, "the optimum lies between the bounds")
    if network is not None:
        _save(network, run.trained)
    if plot is not None:
        draw(plot, program, run.trained, run.path, window)
    if certificate is not None:
        _save_certificate(certificate, run.trained, options.target or "")
    return stopped_by


@define
class _Run:
    """The work on a problem, which may be stopped at any time, and what was found until then."""

    program: ConvexProgram
    questions: Questions
    found: Document
    training: Training | None = None
    trained: Trained | None = None
    path: RegularizationPath | None = None

    def work(self) -> None:
        """Find the optimum, and what is asked beside it."""
        from tropical.parameter_space.convex_training.training import Training

        questions, program = self.questions, self.program
        with running_line(_bounds_text) as show_bounds:
            self.training = Training(program, None if questions.optimal_set else questions.limit, show_bounds)
            self.trained = self.training.run()
        self.found["patterns"] = program.data.n_patterns
        if questions.beta_max:
            self.found["beta_max"] = str(program.beta_max())
        if questions.path:
            with running_count("optima") as show_count:
                self.path = program.path(show_count)
            self.found["path"] = self.path.as_dict()
        if questions.optimal_set and self.trained.feasible:
            from tropical.parameter_space.convex_training.optimal_set import optimal_set

            self.found["optimal_set"] = optimal_set(self.trained, questions.limit).as_dict()

    def finish(self) -> None:
        """Take what is known if the work was stopped, which the clock does not interrupt, and verify it."""
        if self.trained is None and self.training is not None:
            self.trained = self.training.partial()
        if self.trained is None:
            return
        if self.trained.feasible is not None:
            self.trained.check()
        self.found |= _described(self.trained)


def _bounds_text(bounds: Bounds) -> str:
    lower, upper = (short_number(str(number or 0)) for number in (bounds.lower, bounds.upper))
    return f"optimum between {lower} and {'?' if bounds.upper is None else upper}, {bounds.n_taken:,} atoms taken"


def _described(trained: Trained) -> Document:
    """Return what the document says of an answer or of bounds."""
    from polytopes.arithmetic.rationals import exact_text

    texts = [exact_text(entry) for entry in trained.dual]
    described: Document = {"feasible": trained.feasible, "atoms": trained.atoms, "dual": texts}
    if trained.feasible is not True or trained.upper is None:  # without a network
        known = {} if trained.feasible is False else {"lower": trained.lower}
        return described | {name: exact_text(bound) for name, bound in known.items()}
    lower, upper = trained.lower, trained.upper
    return described | {
        "value": exact_text(upper) if lower == upper else None if trained.exact is None else str(trained.exact),
        "lower": exact_text(lower),
        "upper": exact_text(upper),
        "lower_float": _float(lower),
        "upper_float": _float(upper),
        "gap": float((upper - lower) / upper) if upper else 0.0,
        "fit": [exact_text(entry) for entry in trained.fit],
        "residual": [exact_text(entry) for entry in trained.residual],
        "units": [unit.as_dict() for unit in trained.units],
    }


def _float(number: Fraction) -> float | None:
    """Return the nearest float, None if the number is too large."""
    try:
        return float(number)
    except OverflowError:
        return None


def _save(path: Path, trained: Trained | None) -> None:
    from tropical.networks.readers.json import save

    if trained is None or not trained.feasible:
        note(f"{path} was not written, because there is no network")
        return
    save(trained.network, path)
    note(f"the network is in {path}")


def _save_certificate(path: Path, trained: Trained | None, target: str) -> None:
    from tropical.parameter_space.convex_training.certificate import save_certificate

    if trained is None or trained.feasible is None:
        note(f"{path} was not written, because nothing is known of the optimum")
        return
    save_certificate(trained, path, target)
    note(f"the certificate is in {path}; verify it with 'tropical check'")
