"""Pictures of margins: boundaries of classifiers in the plane, and how a descent goes on. Needs matplotlib.

Boundaries of networks are drawn from their values on a grid, in floating point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.drawing.figures import floats, new_panels, pyplot, style
from polytopes.drawing.windows import as_window
from polytopes.errors import InputError
from tropical.pictures.region_colors import LINES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GRID = 300
BORDER = 0.25
"""Free space around the points, as a part of their extent."""


@frozen(eq=False)
class Units:
    """Leaky ReLU units with outer weights: ``f(x) = sum_j signs[j] max(w_j.x, alpha w_j.x)``."""

    weights: NDArray[np.float64]
    signs: NDArray[np.float64]
    alpha: float

    @classmethod
    def of(cls, weights: Sequence[Sequence[Fraction]], signs: Sequence[int], alpha: Fraction) -> Units:
        """Return the units in floating point."""
        return cls(np.array(floats(weights)), np.array(signs, dtype=float), float(alpha))

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at the rows of an array."""
        z = points @ self.weights.T
        return np.asarray(np.maximum(z, self.alpha * z) @ self.signs)


@frozen
class Curve:
    """A descent: active points and squared norm of the weights before each step, and the bound on the latter."""

    active: Sequence[int]
    norms_squared: Sequence[float]
    bound: float | None


def plot_margins(
    points: Sequence[Sequence[float]],
    labels: Sequence[int],
    w: Sequence[float] | None,
    units: Mapping[str, Units],
    curve: Curve | None = None,
    *,
    window: object = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw labelled points of the plane with boundaries of classifiers, and a descent.

    Args:
        points: two coordinates each; points in other dimensions are not drawn, and then there must be a descent.
        labels: 1 or -1 for each.
        w: the linear classifier of largest margin; its margin is drawn too.
        units: networks by their names.
        curve: a descent.
        window: bounds of what is shown of the plane, a pair for each coordinate or one for both; the surroundings of
            the points and the origin if None.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if there is nothing to draw.
    """
    planar = len(points[0]) == 2
    if not planar and window is not None:
        raise InputError("a window is for data in the plane; leave it out")
    if not planar and curve is None:
        raise InputError("only data in the plane are drawn, and descents; give --descend, or leave --plot out")
    pyplot()
    panels = planar + 2 * (curve is not None)
    with style(ax):
        figure, own = new_panels(3.4 * panels, 3.1, panels, ax=ax, figsize=figsize)
        if planar:
            _draw_plane(own.pop(0), np.array(points), labels, w, units, window)
        if curve is not None:
            _draw_active(own[0], curve)
            _draw_norms(own[1], curve)
    return figure


def _draw_plane(
    axes: Axes,
    points: NDArray[np.float64],
    labels: Sequence[int],
    w: Sequence[float] | None,
    units: Mapping[str, Units],
    window: object,
) -> None:
    low, high = _around(points) if window is None else _bounds(window)
    first, second = (np.linspace(low[k], high[k], GRID) for k in (0, 1))
    grid = np.stack(np.meshgrid(first, second), axis=-1)
    if w is not None:
        values = grid @ np.array(w)
        axes.contourf(first, second, values, levels=[-1, 1], colors=["0.9"])
        axes.contour(first, second, values, levels=[0], colors=["0.4"], linewidths=1.4)
        axes.plot([], [], color="0.4", lw=1.4, label="$w$ and its margin")
    for k, (name, own) in enumerate(units.items()):
        color, dashes = LINES[(k + 1) % len(LINES)][0], ("-", "--", ":", "-.")[k % 4]
        values = own(grid.reshape(-1, 2)).reshape(GRID, GRID)
        if values.min() < 0 < values.max():
            axes.contour(first, second, values, levels=[0], colors=[color], linewidths=1.0, linestyles=[dashes])
        axes.plot([], [], color=color, ls=dashes, lw=1.0, label=name)
    for label, marker, color in ((1, "o", "#4477AA"), (-1, "s", "#EE6677")):
        chosen = points[[own == label for own in labels]]
        axes.plot(chosen[:, 0], chosen[:, 1], marker, color=color, ms=4.5, mec="white", mew=0.4, zorder=5)
    axes.plot([0], [0], "+", color="black", ms=6, zorder=4)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_aspect("equal")
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
    if w is not None or units:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, frameon=False)


def _around(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bounds of a square around the points and the origin."""
    corners = np.vstack([points, np.zeros((1, 2))])
    middle, radius = (corners.max(axis=0) + corners.min(axis=0)) / 2, float(np.ptp(corners, axis=0).max()) / 2 or 1.0
    radius *= 1 + 2 * BORDER
    return middle - radius, middle + radius


def _bounds(window: object) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shown = as_window(window, 2)
    low, high = floats([shown.lower, shown.upper])
    return np.array(low), np.array(high)


def _draw_active(axes: Axes, curve: Curve) -> None:
    axes.step(range(len(curve.active)), curve.active, where="post", color=LINES[0][0], lw=1.0)
    axes.set_xlabel("step")
    axes.set_ylabel("active points")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(pyplot().MaxNLocator(integer=True))


def _draw_norms(axes: Axes, curve: Curve) -> None:
    steps = range(len(curve.norms_squared))
    axes.plot(steps, curve.norms_squared, color=LINES[1][0], lw=1.2, label="$|W|^2$")
    if curve.bound is not None:
        axes.axhline(curve.bound, color="0.35", ls="--", lw=0.9, label="bound")
        positive = [value for value in curve.norms_squared if value > 0]
        if positive and curve.bound > 20 * max(positive):
            axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("squared norm of the weights")
    axes.legend(frameon=False)
