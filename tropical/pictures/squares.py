"""Pictures of the squared loss of a hidden layer: where the Jacobian has full rank, and losses of stationary points.

Numbers are exact and drawn in floating point. Needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import atan2, cos, degrees, pi, sin
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import exact_text
from polytopes.drawing.figures import new_panels, pyplot, style
from polytopes.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_NUMBERS = 144
"""Cells of a heat map that have their numbers in them."""
MOST_WORDS = 40
"""Losses that have their names below them."""
NARROWEST = 0.12
"""The angle of an arc that has its name beside it."""
LEAST, BAD = "#4477AA", "#EE8866"
SHORTEST = 7
"""Characters of a fraction that is written as such."""


@frozen
class Arc:
    """The directions of the units with one pattern, in the plane: between two vectors, counterclockwise."""

    name: str
    first: tuple[float, float]
    last: tuple[float, float]

    @property
    def angles(self) -> tuple[float, float]:
        """The angles of the vectors, the second at least the first."""
        start, end = atan2(self.first[1], self.first[0]), atan2(self.last[1], self.last[0])
        return start, end if end > start else end + 2 * pi


def plot_ranks(
    fractions: Sequence[Sequence[Fraction]],
    by_volume: Sequence[float] | None = None,
    arcs: Sequence[Arc] | None = None,
    axes_names: tuple[str, str] = ("$w_1$", "$w_2$"),
    rows_name: str = "points",
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the part of the regions that have full rank, by points and units; its curve; and the patterns of a unit.

    Args:
        fractions: a row for 1, 2, ..., n points, a column for 0, 1, ... units.
        by_volume: for the points of the last row the probabilities of full rank for isotropic weights.
        arcs: the patterns of a unit in the plane; this part is left out if None.
        axes_names: what the coordinates of a unit are called.
        rows_name: what the rows of fractions are.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is no row, or no column for 1 unit.
    """
    if not fractions or len(fractions[0]) < 2:
        raise InputError("nothing to draw; give at least one point and one unit")
    pyplot()
    n_parts = 2 + (arcs is not None)
    with style(ax):
        figure, axes = new_panels(3.5 * n_parts, 3.1, n_parts, ax=ax, figsize=figsize)
        _draw_heat(axes[0], fractions, rows_name)
        _draw_curves(axes[1], fractions[-1], by_volume, len(fractions))
        if arcs is not None:
            _draw_circle(axes[2], arcs, axes_names)
    return figure


def _draw_heat(axes: Axes, fractions: Sequence[Sequence[Fraction]], rows_name: str) -> None:
    values = [[float(part) for part in row[1:]] for row in fractions]
    rows, columns = len(values), len(values[0])
    extent = (0.5, columns + 0.5, 0.5, rows + 0.5)
    image = axes.imshow(values, origin="lower", extent=extent, cmap="viridis", vmin=0, vmax=1, aspect="auto")
    bar = axes.figure.colorbar(image, ax=axes)
    bar.set_label("part of the regions with full rank")
    if rows * columns <= MOST_NUMBERS:
        size = min(7.0, 60 / max(rows, columns))
        for i, row in enumerate(values):
            for j, value in enumerate(row):
                color = "black" if value > 0.55 else "white"
                axes.text(j + 1, i + 1, _part(value), ha="center", va="center", color=color, fontsize=size)
    _integer_ticks(axes.xaxis)
    _integer_ticks(axes.yaxis)
    axes.set_xlabel("units")
    axes.set_ylabel(rows_name)
    axes.tick_params(length=0)


def _part(value: float) -> str:
    """Return a number from 0 to 1 for a cell.

    >>> _part(0.0), _part(0.123), _part(0.9999), _part(1.0)
    ('0', '.12', '>.99', '1')
    """
    if value in (0, 1):
        return str(int(value))
    text = f"{value:.2f}"
    return {"1.00": ">.99", "0.00": "<.01"}.get(text, text[1:])


def _draw_curves(axes: Axes, by_count: Sequence[Fraction], by_volume: Sequence[float] | None, n: int) -> None:
    units = range(len(by_count))
    axes.plot(units, list(map(float, by_count)), "o-", color=LEAST, markersize=3.5, linewidth=1.2, label="by count")
    if by_volume is not None:
        axes.plot(units, by_volume, "s--", color=BAD, markersize=3.2, linewidth=1.2, label="by volume")
    axes.axhline(1, color="0.8", linewidth=0.6, zorder=0)
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlim(0, len(by_count) - 1)
    _integer_ticks(axes.xaxis)
    axes.set_xlabel("units")
    axes.set_ylabel(f"part with full rank, {n} point{'s' if n > 1 else ''}")
    axes.legend(frameon=False, loc="upper left" if by_count[-1] < Fraction(1, 2) else "lower right")


def _integer_ticks(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))


def _draw_circle(axes: Axes, arcs: Sequence[Arc], names: tuple[str, str]) -> None:
    """Draw the patterns as sectors, darker the more points are active, with the names of those that have room."""
    from matplotlib import colormaps
    from matplotlib.patches import Wedge

    shades = colormaps["Blues"]
    for arc in arcs:
        start, end = arc.angles
        color = shades(0.05 + 0.6 * arc.name.count("1") / max(len(arc.name), 1))
        sector = Wedge((0, 0), 1, degrees(start), degrees(end), facecolor=color, edgecolor="black", linewidth=0.5)
        axes.add_patch(sector)
        if end - start > NARROWEST:
            _name_arc(axes, arc.name, (start + end) / 2)
    arrow = {"arrowstyle": "-|>", "linewidth": 0.9, "color": "black", "shrinkA": 0, "shrinkB": 0}
    for (x, y), name in zip(((1, 0), (0, 1)), names, strict=True):
        axes.annotate("", (0.55 * x, 0.55 * y), (0, 0), arrowprops=arrow)
        axes.text(0.57 * x + 0.1 * y, 0.57 * y + 0.1 * x, name, ha="center", va="center")
    reach = 1.15 + 0.05 * max((len(arc.name) for arc in arcs), default=0)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(f"{len(arcs)} patterns of a unit, by its direction", fontsize=9)


def _name_arc(axes: Axes, name: str, angle: float) -> None:
    """Write a name outside of the circle, upright."""
    x, y = 1.06 * cos(angle), 1.06 * sin(angle)
    turn, side = (degrees(angle) + 180, "right") if x < 0 else (degrees(angle), "left")
    shown: dict[str, Any] = {"ha": side, "va": "center", "fontsize": 7, "family": "monospace"}
    axes.text(x, y, name, rotation=turn, rotation_mode="anchor", **shown)


def plot_losses(
    by_loss: Mapping[Fraction, int], regions: int, *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw how many regions hold stationary points, by their loss; bad ones in another color than the least.

    Args:
        by_loss: the numbers of regions by loss.
        regions: the number of all regions.
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is no loss.
    """
    if not by_loss:
        raise InputError("no region holds stationary points; there is nothing to draw")
    losses = sorted(by_loss)
    width = min(max(3.4, 0.42 * len(losses) + 1.2), 9.0)
    pyplot()
    with style(ax):
        figure, [axes] = new_panels(width, 2.9, ax=ax, figsize=figsize)
        colors = [LEAST, *[BAD] * (len(losses) - 1)]
        bars = axes.bar(range(len(losses)), [by_loss[loss] for loss in losses], color=colors, width=0.75)
        if len(losses) <= MOST_WORDS:
            axes.bar_label(bars, fontsize=6.5, padding=1.5)
            axes.set_xticks(range(len(losses)), [_loss_text(loss) for loss in losses])
            if len(losses) > 12:
                axes.tick_params(axis="x", rotation=60)
        else:
            places = range(0, len(losses), -(-len(losses) // 12))
            axes.set_xticks(places, [_loss_text(losses[k]) for k in places], rotation=60)
        axes.set_yscale("log")
        axes.set_ylim(0.7, 3 * max(by_loss.values()))
        axes.set_xlabel("loss of the stationary points")
        axes.set_ylabel(f"regions, of {regions:,}")
        _add_legend(axes, losses[0], bars)
    return figure


def _add_legend(axes: Axes, least: Fraction, bars: Any) -> None:
    names = ["zeros of the loss" if not least else "least loss found", "bad"]
    shown = list(zip((bars[0], *bars[1:2]), names, strict=False))
    axes.legend([bar for bar, _ in shown], [name for _, name in shown], frameon=False, loc="upper right")


def _loss_text(loss: Fraction) -> str:
    text = exact_text(loss)
    return text if len(text) <= SHORTEST else f"{float(loss):.3g}"
