"""The command ``tropical squares``: ranks and stationary points of the squared loss of a hidden layer on data."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import define, frozen

from polytopes.enumeration.limits import Limits
from polytopes.errors import InputError
from tropical._version import __version__
from tropical.cli.answers import Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import numbers, refuse_unused
from tropical.cli.datasets.squares_picture import SquaresPlot
from tropical.cli.datasets.squares_table import WALLS, show
from tropical.cli.options import DataPath, Deadline
from tropical.cli.running import Stop, guarded, running_line, said
from tropical.cli.starting import Asked, Document, interrupts_are_raised
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.arithmetic.rationals import Vector
    from tropical.parameter_space.loss_landscape import UnitPatterns
    from tropical.parameter_space.loss_landscape.tally import LayerProblem

UNITS = 4
"""Units of the largest layer of a table, if nothing is said."""
DIGITS = 15
BELOW = "the numbers are lower bounds, of what was found"
LANDSCAPE: Document = {
    "outer": None,
    "regions": 0,
    "full_rank": 0,
    "zero_loss": 0,
    "zero_loss_full_rank": 0,
    "with_stationary_points": 0,
    "stationary_by_loss": {},
    "least_loss_found": None,
    "bad": 0,
    "examples": [],
    "not_covered": WALLS,
}
NOTHING: Document = {"source": None, "points": None, "dimension": None, "bias": None, "patterns": None, "table": []}


@frozen
class SquaresOptions:
    """The layer, and what is asked of it."""

    units: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, help=f"Count ranks for 1 to N units; {UNITS}, or as many as --outer, if not given."
        ),
    ] = None
    outer: Annotated[
        str | None,
        typer.Option(
            metavar="V,V,...", help="Find the landscape of units with these outer weights.", show_default=False
        ),
    ] = None
    targets: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of targets; the one named target if not given."),
    ] = None
    no_bias: Annotated[bool, typer.Option("--no-bias", help="Units have no bias.")] = False
    by_volume: Annotated[
        bool, typer.Option("--by-volume", help="Also the probabilities of full rank for isotropic weights.")
    ] = False
    digits: Annotated[
        int | None, typer.Option(metavar="D", min=1, max=1000, help=f"Digits of probabilities; {DIGITS} if not given.")
    ] = None
    list_: Annotated[
        bool, typer.Option("--list", help="Also list the patterns, or a region with weights for every loss.")
    ] = False

    def check(self) -> Vector | None:
        """Return the outer weights, None if none are given; refuse options that would do nothing."""
        if not self.by_volume:
            refuse_unused("is for probabilities; give --by-volume too", digits=self.digits)
        if self.outer is None:
            refuse_unused("is for a landscape; give --outer too, the weights of the units", targets=self.targets)
            return None
        if self.units is not None:
            raise InputError("--units and --outer are both given; --outer has a weight for each unit")
        found = numbers(self.outer, "--outer")
        if 0 in found:
            raise InputError(f"outer weight {found.index(0)} is 0; leave the unit out")
        return found


@frozen
class SquaresLimits:
    """When to stop; ``deadline`` is a time of ``time.monotonic``."""

    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=1, help="Stop after N pairs of sets of patterns; without --outer, N subspaces."
        ),
    ] = None
    deadline: Deadline = None
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            min=0,
            help="With --outer: work with N processes; 0 for one on every core.",
            show_default=False,
        ),
    ] = None


@command(
    Panel.data_sets,
    {
        **NOTHING,
        **{key: Asked("outer", value) for key, value in LANDSCAPE.items()},
        "complete": False,
        "stopped_by": None,
        "version": __version__,
    },
)
def squares(
    data: DataPath, *, options: SquaresOptions, plot: SquaresPlot, limits: SquaresLimits, answer: Answer
) -> Stop | None:
    """Count the activation regions of a hidden layer on data by the rank of the Jacobian, for the squared loss.

    The outer weights are fixed. With --outer and targets also how many regions hold zeros of the loss, and stationary
    points by their loss. Exit codes: 0 done; 2 bad input; 3 stopped at a limit, with what was found; 130 Ctrl-C.
    """
    from polytopes.arithmetic.rationals import exact_text

    outer = options.check()
    if outer is None:
        refuse_unused("is for a landscape; give --outer too, the weights of the units", jobs=limits.jobs)
    answer.check(data, others=(plot.plot,))
    plot.check(outer is not None, options.units)
    interrupts_are_raised()
    started = time.perf_counter()
    found: Document = {**NOTHING, "source": str(data), "bias": not options.no_bias, "table": []}
    found |= LANDSCAPE | {"outer": list(map(exact_text, outer))} if outer is not None else {}
    points, targets = _read(data, options, outer)
    found |= {"points": len(points), "dimension": len(points[0])}
    work = _Work(options, limits, plot, found)
    stopped_by = guarded(limits.deadline, lambda: work.run(points, targets, outer))
    found |= {"complete": stopped_by is None, "stopped_by": stopped_by, "seconds": time.perf_counter() - started}
    answer.publish({**found, "version": __version__}, show, BELOW)
    if outer is None:
        plot.draw_ranks(found, work.patterns, work.fractions)
    else:
        plot.draw_losses(found)
    return stopped_by


def _read(path: Path, options: SquaresOptions, outer: Vector | None) -> tuple[list[Vector], Vector]:
    """Return the points and the targets in a table; none without outer weights."""
    from tropical.fans.data_files import read_layer_data

    points, targets, left_out = read_layer_data(path, options.targets)
    if left_out:
        note(f"{path}: the columns {', '.join(left_out)} are left out")
    if outer is None:
        if targets is not None:
            note(f"{path}: the column of targets is left out; give --outer for the landscape")
        return points, ()
    if targets is None:
        raise InputError(f"{path} has no column named target; name the column of targets with --targets")
    return points, targets


@define
class _Work:
    """What the command does, the document that it fills, and what is drawn."""

    options: SquaresOptions
    limits: SquaresLimits
    plot: SquaresPlot
    found: Document
    patterns: UnitPatterns | None = None
    fractions: list[list[Fraction]] | None = None

    def run(self, points: list[Vector], targets: Vector, outer: Vector | None) -> None:
        from tropical.parameter_space.loss_landscape import unit_patterns
        from tropical.parameter_space.loss_landscape.squares import layer_problem

        with said("finding the patterns of a unit"):
            self.patterns = patterns = unit_patterns(points, not self.options.no_bias)
        self.found["patterns"] = len(patterns)
        if self.options.list_:
            self.found["all_patterns"] = [pattern.as_dict() for pattern in patterns]
        units = UNITS if self.options.units is None else self.options.units
        if outer is not None:
            units = len(outer)
            self._landscape(layer_problem(patterns, targets, outer))
        self._table(patterns, units, None if outer is not None else self.limits.limit)
        if self.plot.plot is not None and outer is None:
            self.fractions = self.plot.fractions(patterns, units)

    def _landscape(self, problem: LayerProblem) -> None:
        from tropical.parameter_space.loss_landscape.squares import answer_of, fill
        from tropical.parameter_space.loss_landscape.tally import Tally

        tally, total = Tally(), problem.n_pairs
        with running_line(lambda pairs: f"{pairs:,} of {total:,} pairs of sets of patterns") as progress:
            limits: Limits[Tally] = Limits(self.limits.limit, progress=lambda tally: progress(tally.pairs))
            try:
                fill(problem, tally, limits, 1 if self.limits.jobs is None else self.limits.jobs)
            finally:
                self.found.update(answer_of(problem, tally).as_dict())

    def _table(self, patterns: UnitPatterns, units: int, limit: int | None) -> None:
        from tropical.parameter_space.loss_landscape.probabilities import pattern_probabilities, probability_rows
        from tropical.parameter_space.loss_landscape.rank_table import limited_spans, rank_rows

        digits = DIGITS if self.options.digits is None else self.options.digits
        weights = pattern_probabilities(patterns, digits) if self.options.by_volume else None
        with running_line(lambda count: f"{count:,} subspaces") as progress:
            spans = limited_spans(patterns, Limits(limit, progress=progress), None)
            by_volume = repeat(None) if weights is None else probability_rows(patterns, spans, weights, units, digits)
            for row, probable in zip(rank_rows(patterns, spans, units), by_volume, strict=False):
                if row.units or not units:
                    own = {} if probable is None else {"probability": probable.full.as_dict()}
                    self.found["table"].append({**row.as_dict(), **own})
