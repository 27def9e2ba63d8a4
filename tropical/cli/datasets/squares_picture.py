"""The picture that ``tropical squares --plot`` draws: ranks by points and units, or losses of stationary points."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from tropical.cli.arguments import refuse_unused
from tropical.cli.networks.pictures import check_picture
from tropical.cli.running import running_count
from tropical.cli.starting import Document
from tropical.cli.tables import note

if TYPE_CHECKING:
    from tropical.parameter_space.loss_landscape import UnitPatterns
    from tropical.pictures.squares import Arc


@frozen
class SquaresPlot:
    """The picture: where the Jacobian has full rank; with outer weights the losses of stationary points."""

    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw full rank by points and units, or with --outer the losses: .pdf, .svg or .png."
        ),
    ] = None
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="With --plot: means over N random subsets of the points of each size, not over the first points.",
            show_default=False,
        ),
    ] = None
    seed: Annotated[int | None, typer.Option(metavar="S", help="Seed of the samples; 0 if not given.")] = None

    def check(self, has_outer: bool, units: int | None) -> None:
        """Refuse what cannot be drawn, and options that would do nothing."""
        if self.samples is None:
            refuse_unused("is the seed of samples; give --samples too", seed=self.seed)
        if self.plot is None:
            refuse_unused("says what to draw; name the picture with --plot", samples=self.samples)
            return
        check_picture(self.plot)
        if has_outer:
            refuse_unused("is for the ranks, which are not drawn with --outer", samples=self.samples)
        elif units == 0:
            refuse_unused("has nothing to draw without units; give --units 1 or more", plot=self.plot)

    def fractions(self, patterns: UnitPatterns, units: int) -> list[list[Fraction]]:
        """Return what is drawn of the ranks."""
        from polytopes.enumeration.limits import Limits
        from tropical.parameter_space.loss_landscape.phases import full_rank_fractions

        points = patterns.points
        with running_count("subspaces for the picture") as progress:
            limits: Limits[int] = Limits(progress=progress)
            # the points have their 1 already
            return full_rank_fractions(points.rows, units, False, self.samples, self.seed or 0, limits)

    def draw_ranks(
        self, document: Document, patterns: UnitPatterns | None, fractions: list[list[Fraction]] | None
    ) -> None:
        """Draw the ranks, if all of them are known."""
        if self.plot is None:
            return
        if patterns is None or fractions is None:
            note(f"{self.plot} was not drawn, because the counts are not complete")
            return
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.squares import plot_ranks

        rows = document["table"]
        volume = None
        if "probability" in rows[0]:
            nothing = float(patterns.points.n_points == 0)
            volume = [nothing, *(float(row["probability"]["value"]) for row in rows)]
        names = ("$w$", "$b$") if patterns.points.bias else ("$w_1$", "$w_2$")
        points = "points" if self.samples is None else f"points, means of {self.samples} random subsets"
        save_picture(plot_ranks(fractions, volume, _arcs(patterns), names, points), self.plot)
        note(f"the picture is in {self.plot}")

    def draw_losses(self, document: Document) -> None:
        """Draw the losses of stationary points, if all of them are known."""
        if self.plot is None:
            return
        if not document["complete"]:
            note(f"{self.plot} was not drawn, because the counts are not complete")
            return
        from polytopes.drawing.figures import save_picture
        from tropical.pictures.squares import plot_losses

        losses = {Fraction(loss): number for loss, number in document["stationary_by_loss"].items()}
        save_picture(plot_losses(losses, document["regions"]), self.plot)
        note(f"the picture is in {self.plot}")


def _arcs(patterns: UnitPatterns) -> list[Arc] | None:
    """Return the patterns of a unit with two weights as arcs of the circle, None if there are others."""
    from tropical.pictures.squares import Arc

    points = patterns.points
    if points.dim != 2 or points.rank != 2:
        return None
    found = []
    for pattern, cone in zip(patterns, patterns.cones, strict=True):
        (a, b), (c, d) = cone.rays
        first, last = ((a, b), (c, d)) if a * d > b * c else ((c, d), (a, b))
        found.append(Arc(pattern.text, (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))))
    return found
