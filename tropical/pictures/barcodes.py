"""Pictures of barcodes and of Betti numbers of sublevel sets. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from polytopes.drawing.figures import floats, new_panels, pyplot, style
from tropical.pictures.region_colors import LINES
from tropical.topology.cell_complex import CellComplex, Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LABELS = 14
"""Bars up to which their ends are written beside them."""
LONGEST = 9
"""Longer numbers are rounded."""


def plot_barcode(
    cells: CellComplex, field: int = 2, *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw the barcode of {f <= t} and the Betti numbers of {f <= t} as functions of t.

    Infinite bars end in arrows. Of few bars the ends are written beside them.

    Args:
        cells: the complex of a function.
        field: the characteristic of the coefficients.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.
    """
    pyplot()
    with style(ax):
        figure, (left, right) = new_panels(6.8, 2.8, 2, ax=ax, figsize=figsize)
        draw_barcode(left, cells, field)
        draw_betti_curves(right, cells, field)
    return figure


def color_of(degree: int) -> str:
    """Return the colour of a degree of homology."""
    return str(LINES[degree % len(LINES)][0])


def draw_barcode(axes: Axes, cells: CellComplex, field: int = 2) -> None:
    """Draw the bars into axes, those of degree 0 at the top."""
    bars = cells.barcode(field)
    low, high = _range(cells, bars)
    for place, bar in enumerate(bars):
        color, y = color_of(bar.degree), -place
        left = low if bar.birth is None else float(bar.birth)
        right = high if bar.death is None else float(bar.death)
        axes.plot([left, right], [y, y], color=color, linewidth=2.4, solid_capstyle="butt")
        for end, x, marker, side in ((bar.birth, left, "<", "right"), (bar.death, right, ">", "left")):
            if end is None:
                axes.plot([x], [y], marker=marker, color=color, markersize=5, clip_on=False)
            elif len(bars) <= MOST_LABELS:
                axes.text(x, y, f" {_short(end)} ", va="center", ha=side, fontsize=7)
    for degree in dict.fromkeys(bar.degree for bar in bars):
        axes.plot([], [], color=color_of(degree), linewidth=2.4, label=f"$H_{degree}$")
    axes.set_ylim(-len(bars) + 0.3, 0.9)
    axes.set_xlim(low, high)
    axes.set_yticks([])
    axes.set_xlabel("$t$")
    axes.set_title("barcode of $\\{f \\leq t\\}$", fontsize=9)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def draw_betti_curves(axes: Axes, cells: CellComplex, field: int = 2) -> None:
    """Draw the Betti numbers of {f <= t} into axes, as step functions."""
    from matplotlib.ticker import MaxNLocator

    bars, curve = cells.barcode(field), cells.betti_curve(field)
    low, high = _range(cells, bars)
    places = [low, *(float(start) for start, _ in curve[1:] if start is not None), high]
    for degree in dict.fromkeys(bar.degree for bar in bars):
        numbers = [betti[degree] for _, betti in curve]
        color, dashes, width = LINES[degree % len(LINES)]
        axes.step(
            places, [*numbers, numbers[-1]], where="post", color=color, linestyle=dashes, linewidth=width,
            label=f"$b_{degree}$",
        )  # fmt: skip
    axes.set_xlim(low, high)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("$t$")
    axes.set_title("Betti numbers of $\\{f \\leq t\\}$", fontsize=9)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _range(cells: CellComplex, bars: Sequence[Interval]) -> tuple[float, float]:
    """Return the part of the line that is drawn: the finite ends of bars with a margin, or around 0."""
    ends = [end for bar in bars for end in (bar.birth, bar.death) if end is not None]
    if not ends:
        ends = [*cells.ranges.values[:1], *cells.ranges.values[-1:]] or [Fraction(0)]
    [(low, high)] = floats([(min(ends), max(ends))])
    margin = 0.25 * (high - low) or 1.0
    return low - margin, high + margin


def _short(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{float(value):.4g}"
