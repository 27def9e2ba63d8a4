"""Pictures of splines: interpolants and the tubes of all minimizers, classifiers, wide networks. Needs matplotlib.

Coordinates are rounded; curves are drawn from values on a fine grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from polytopes.drawing.figures import TINTS, new_panels, pyplot, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tropical.representations.splines.breakpoints import Breakpoints
    from tropical.representations.splines.interpolation import LineData
    from tropical.representations.splines.line_classification import LineClassifier
    from tropical.representations.splines.linear_spline import LinearSpline
    from tropical.representations.splines.wide_interpolant import WideInterpolant

BLUE, RED, GRAY = "#0077BB", "#CC3311", "#777777"
GRID = 600
"""Values at which a curve is drawn."""
WIDTH = 300
"""Units of the random networks that are drawn."""
MARGIN = Fraction(1, 8)
"""How far a picture goes beyond the data, as a part of their extent."""
Floats = NDArray[np.float64]


def plot_spline(
    data: LineData, function: LinearSpline, *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw data with a function through them, and the tubes in which functions of least total variation may differ.

    Args:
        data: the data; their polygon and their tubes are drawn.
        function: the function that was found; its knots are marked.
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    pyplot()
    with style(ax):
        figure, [axes] = new_panels(5.6, 3.4, ax=ax, figsize=figsize)
        for k, tube in enumerate(data.tubes):
            corners = np.array([tube.start, tube.apex, tube.end], dtype=float)
            axes.fill(*corners.T, color=TINTS[0], alpha=0.6, lw=0, label="all minimizers" if k == 0 else None)
        low, high = _range([*data.x, *(knot.at for knot in function.knots)])
        _draw_linear(axes, data.polygon(), low, high, GRAY, "polygon", "--")
        _draw_linear(axes, function, low, high, BLUE, "function", "-")
        _draw_knots(axes, function)
        axes.scatter(*_floats(data.x, data.y), color="black", s=18, zorder=4, label="data")
        axes.legend(frameon=False)
        axes.set(xlabel="$x$", ylabel="$f(x)$")
    return figure


def plot_line_classifier(
    found: LineClassifier, *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw a classifier of points of the line; those with a multiplier, which decide on it, are filled.

    Args:
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    pyplot()
    with style(ax):
        figure, [axes] = new_panels(5.6, 3.0, ax=ax, figsize=figsize)
        for level in (-1, 0, 1):
            axes.axhline(level, color=GRAY, linewidth=0.6, linestyle="-" if level == 0 else ":")
        low, high = _range([*found.x, *(knot.at for knot in found.function.knots)])
        _draw_linear(axes, found.function, low, high, "black", None, "-")
        for sign, color in ((1, BLUE), (-1, RED)):
            own = [i for i, label in enumerate(found.labels) if label == sign]
            faces = [color if found.multipliers[i] else "white" for i in own]
            axes.scatter([float(found.x[i]) for i in own], [sign] * len(own), c=faces, edgecolors=color, s=26, zorder=4)
        _draw_knots(axes, found.function)
        axes.set(xlabel="$x$", ylabel="$f(x)$")
    return figure


def plot_wide(
    found: WideInterpolant,
    seeds: Sequence[int] = (0, 1, 2),
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw what a network of infinite width learns, random networks beside it, and the density of biases below.

    Args:
        found: the function.
        seeds: of the random networks of 300 units.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    low, high = _range([*found.x, *found.density.breaks])
    grid = np.linspace(float(low), float(high), GRID)
    exact = [low + (high - low) * Fraction(k, GRID - 1) for k in range(GRID)]
    pyplot()
    with style(ax):
        figure, (above, below) = new_panels(5.6, 4.2, 1, 2, ax=ax, figsize=figsize, height_ratios=[5, 1], sharex=True)
        for k, seed in enumerate(seeds):
            network = found.random_network(WIDTH, seed)
            above.plot(
                grid,
                network(grid),
                color=TINTS[2],
                linewidth=0.8,
                label=f"random networks of {WIDTH} units" if k == 0 else None,
            )
        polygon = np.interp(grid, *_floats(found.x, found.y))
        inside = (grid >= float(found.x[0])) & (grid <= float(found.x[-1]))
        above.plot(grid[inside], polygon[inside], color=GRAY, linewidth=0.8, linestyle="--", label="polygon")
        above.plot(grid, [float(found(t)) for t in exact], color=BLUE, linewidth=1.5, label="infinite width")
        above.scatter(*_floats(found.x, found.y), color="black", s=18, zorder=4, label="data")
        above.legend(frameon=False)
        above.set(ylabel="$h(x)$")
        for start, end, height in found.density.parts:
            below.fill_between([float(start), float(end)], 0, float(height), color=TINTS[0], lw=0)
        below.set(xlabel="$x$, $b$", ylabel="$p(b)$")
        below.set_ylim(bottom=0)
    return figure


def _range(places: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    low, high = min(places), max(places)
    beyond = (high - low) * MARGIN or Fraction(1)
    return low - beyond, high + beyond


def _floats(x: Sequence[Fraction], y: Sequence[Fraction]) -> tuple[Floats, Floats]:
    return np.array(x, dtype=float), np.array(y, dtype=float)


def _draw_linear(
    axes: Axes, function: LinearSpline, low: Fraction, high: Fraction, color: str, label: str | None, line: str
) -> None:
    places = sorted({low, function.anchor[0], *(knot.at for knot in function.knots), high})
    axes.plot(
        *_floats(places, function.values(places)), color=color, label=label, linestyle=line, linewidth=1.2, zorder=2
    )


def _draw_knots(axes: Axes, function: LinearSpline) -> None:
    places = [knot.at for knot in function.knots]
    if places:
        x, y = _floats(places, function.values(places))
        axes.scatter(x, y, marker="|", color=BLUE, s=90, zorder=3, label="knots")


def plot_breakpoints(found: Breakpoints, *, ax: Any = None, figsize: tuple[float, float] | None = None) -> Figure:
    """Draw the graph of a network along a line, a curve for each output, with ticks below where units switch, by layer.

    Args:
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    (x, values), layers = _line(found), sorted({unit.layer for own in found.switching for unit in own})
    pyplot()
    with style(ax):
        figure, [axes] = new_panels(5.6, 3.6, ax=ax, figsize=figsize)
        for k, own in enumerate(zip(*values, strict=True)):
            label = f"output {k}" if len(values[0]) > 1 else None
            axes.plot(*_floats(x, own), linewidth=1.3, color=BLUE if len(values[0]) == 1 else None, label=label)
        for k, layer in enumerate(layers):
            places = [
                float(t)
                for t, own in zip(found.bends, found.switching, strict=True)
                if any(unit.layer == layer for unit in own)
            ]
            axes.plot(
                places,
                [0.02 + 0.04 * k] * len(places),
                "|",
                color=(RED, GRAY, "#009988", "#EE7733")[k % 4],
                markersize=9,
                transform=axes.get_xaxis_transform(),
                label=f"units of {layer} switch",
            )
        axes.margins(y=0.05 + 0.05 * len(layers))
        axes.legend(frameon=False)
        axes.set(xlabel="$x$", ylabel="$f(x)$")
    return figure


def _line(found: Breakpoints) -> tuple[list[Fraction], list[Sequence[Fraction]]]:
    """Return the points that are drawn with their values: on the whole line, somewhat more than the breakpoints."""
    if found.is_bounded:
        return list(found.x), list(found.values)
    at, value = found.anchor
    low, high = _range(found.x or (at,))
    x, values = (list(found.x), list(found.values)) if found.x else ([at], [value])
    before = [v - slope * (x[0] - low) for v, slope in zip(values[0], found.slopes[0], strict=True)]
    after = [v + slope * (high - x[-1]) for v, slope in zip(values[-1], found.slopes[-1], strict=True)]
    return [low, *x, high], [before, *values, after]
