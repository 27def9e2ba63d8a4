"""Pictures of convex training: dual certificates on the circle, paths of regularization, gauges. Needs matplotlib.

Coordinates are rounded; curves are drawn from values on a fine grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.drawing.figures import TINTS, floats, new_panels, pyplot, set_limits, space_axes, style
from polytopes.drawing.windows import as_window
from polytopes.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ANGLES = 2400
POSITIVE, NEGATIVE, LINE = "#0077BB", "#CC3311", "#555555"
Floats = NDArray[np.float64]


def _lengths(units: Floats, norm: str) -> Floats:
    sizes = np.abs(units)
    if norm == "2":
        return np.asarray(np.sqrt((sizes**2).sum(axis=-1)))
    return np.asarray(sizes.sum(axis=-1) if norm == "1" else sizes.max(axis=-1))


def plot_dual_certificate(
    rows: Sequence[Sequence[float]],
    duals: Sequence[float],
    units: Sequence[tuple[int, Sequence[float]]],
    norm: str = "1",
    bound: float = 1.0,
    *,
    window: object = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw data in the plane with the units of a network, and the dual vector on the circle of directions.

    The curve is ``z . (X u)_+ / |u|`` over all directions u. It stays between the bound and minus the bound: that is
    the certificate; and it touches them at the units, positive ones above and negative ones below.

    Args:
        rows: the rows of the data, two numbers each.
        duals: the entry of z for each row.
        units: pairs of a sign and two weights.
        norm: "1", "2" or "inf", of units.
        bound: 1 for interpolation, else beta.
        window: bounds of what is shown of the plane of data, a pair for each coordinate or one for both.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: if rows do not lie in the plane.
        MissingExtraError: without matplotlib.
    """
    points = np.array(rows, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError("the certificate is drawn for units with two weights")
    pyplot()
    with style(ax):
        figure, (plane, circle) = new_panels(7.6, 3.3, 2, ax=ax, figsize=figsize, width_ratios=[1, 1.6])
        _draw_plane(plane, points, units)
        if window is not None:
            shown = as_window(window, 2)
            set_limits(plane, *floats([shown.lower, shown.upper]))
        _draw_circle(circle, points, np.array(duals, dtype=float), units, norm, bound)
    return figure


def _draw_plane(axes: Axes, points: Floats, units: Sequence[tuple[int, Sequence[float]]]) -> None:
    extent = 1.25 * max(float(np.abs(points).max(initial=0)), 1e-9)
    for x, y in points[np.any(points, axis=1)]:
        size = 2 * extent / np.hypot(x, y)
        axes.plot([-y * size, y * size], [x * size, -x * size], color="#CCCCCC", linewidth=0.7, zorder=1)
    axes.scatter(points[:, 0], points[:, 1], color="black", s=14, zorder=3)
    for sign, weights in units:
        direction = np.array(weights, dtype=float)
        direction *= 0.8 * extent / np.hypot(*direction)
        color = POSITIVE if sign > 0 else NEGATIVE
        axes.annotate(
            "", xy=tuple(direction), xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": color, "lw": 1.4}
        )
    axes.set(xlim=(-extent, extent), ylim=(-extent, extent), aspect="equal", title="data, chambers, units")
    axes.set_xticks([])
    axes.set_yticks([])


def _draw_circle(
    axes: Axes,
    points: Floats,
    duals: Floats,
    units: Sequence[tuple[int, Sequence[float]]],
    norm: str,
    bound: float,
) -> None:
    angles = np.linspace(-np.pi, np.pi, ANGLES)

    def curve(at: Floats) -> Floats:
        u = np.stack([np.cos(at), np.sin(at)], axis=1)
        return np.asarray(np.maximum(u @ points.T, 0) @ duals / _lengths(u, norm))

    for x, y in points[np.any(points, axis=1)]:
        for wall in (np.arctan2(x, -y), np.arctan2(-x, y)):
            axes.axvline(wall, color="#DDDDDD", linewidth=0.7, zorder=0)
    for level in (bound, -bound):
        axes.axhline(level, color=LINE, linewidth=0.8, linestyle="--", zorder=1)
    axes.plot(angles, curve(angles), color="black", linewidth=1.3, zorder=2)
    for sign, color, name in ((1, POSITIVE, "positive units"), (-1, NEGATIVE, "negative units")):
        own = np.array([np.arctan2(w[1], w[0]) for s, w in units if s == sign])
        if len(own):
            axes.scatter(own, curve(own), color=color, s=26, zorder=3, label=name)
    ticks = [-np.pi, -np.pi / 2, 0, np.pi / 2, np.pi]
    axes.set_xticks(ticks, [r"$-\pi$", r"$-\pi/2$", "0", r"$\pi/2$", r"$\pi$"])
    axes.set(xlim=(-np.pi, np.pi), xlabel="direction of u", title=r"$z \cdot (Xu)_+ \, / \, \|u\|$ and its bounds")
    if units:
        axes.legend(loc="best", frameon=True)


@frozen
class PathPoints:
    """Points of a path of regularization, and what changes only at breakpoints.

    ``betas``, ``values``, ``penalties`` and the rows of ``residuals`` belong together; ``units`` are of the pieces
    between 0, the breakpoints and infinity.
    """

    betas: Sequence[float]
    values: Sequence[float]
    penalties: Sequence[float]
    residuals: Sequence[Sequence[float]]
    breakpoints: Sequence[float]
    units: Sequence[int]


def plot_regularization_path(
    path: PathPoints, targets: Sequence[float], *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw the optimum and the penalty, the number of units, and the fit of each sample along all beta.

    Args:
        path: points of the path.
        targets: the targets.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    pyplot()
    with style(ax):
        figure, axes = new_panels(5.2, 6.2, 1, 3, ax=ax, figsize=figsize, sharex=True)
        value, units, fit = axes
        betas, y = np.array(path.betas, dtype=float), np.array(targets, dtype=float)
        breakpoints = [float(beta) for beta in path.breakpoints]
        for own in axes:
            for beta in breakpoints:
                own.axvline(beta, color="#DDDDDD", linewidth=0.7, zorder=0)
        value.plot(betas, np.array(path.values, dtype=float), color="black", label="optimum")
        value.plot(betas, np.array(path.penalties, dtype=float), color=POSITIVE, label="penalty")
        value.legend(frameon=False)
        ends = [0.0, *breakpoints, betas.max(initial=1.0)]
        units.stairs(path.units, ends, baseline=None, color="black", linewidth=1.3)
        units.set_ylabel("units")
        fits = y - np.array(path.residuals, dtype=float).reshape(len(betas), len(y))
        for k, (column, target) in enumerate(zip(fits.T, y, strict=True)):
            color = TINTS[k % len(TINTS)]
            fit.plot(betas, column, color=color, linewidth=1.3)
            fit.plot([0], [target], marker="o", markersize=4, color=color, clip_on=False)
        fit.set(ylabel="fit", xlabel=r"$\beta$", xlim=(0, betas.max(initial=1.0)))
    return figure


def plot_gauge(
    facets: Sequence[Sequence[Sequence[float]]],
    target: Sequence[float],
    value: float,
    *,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the rectified polytope of three samples, and where the ray to the targets leaves it.

    Args:
        facets: the vertices of each facet, in any order.
        target: the three targets.
        value: the gauge of the targets, positive.
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        MissingExtraError: without matplotlib.
    """
    pyplot()
    with style(ax):
        figure, axes = space_axes(ax, figsize or (4.6, 4.6))
        from mpl_toolkits.mplot3d.art3d import Poly3DCollection

        polygons = [_in_order(np.array(facet, dtype=float)) for facet in facets]
        axes.add_collection3d(
            Poly3DCollection(polygons, facecolor=TINTS[0], edgecolor="#336699", alpha=0.3, lw=0.8), autolim=False
        )
        spots = np.concatenate(polygons)
        axes.scatter(*np.unique(spots, axis=0).T, color="#336699", s=12)
        y = np.array(target, dtype=float)
        axes.plot(*np.stack([np.zeros(3), y], axis=1), color=NEGATIVE, linewidth=1.2)
        axes.scatter(*(y / value), color=NEGATIVE, s=26)
        axes.scatter(*y, color="black", s=18)
        axes.text(*y, " y")
        axes.locator_params(nbins=4)
        axes.set(xlabel="$q_1$", ylabel="$q_2$", zlabel="$q_3$")
        axes.set_box_aspect(np.ptp(np.vstack([spots, y]), axis=0) + 1e-9)
    return figure


def _in_order(points: Floats) -> Floats:
    """Return the vertices of a polygon in space in their order around its center."""
    centered = points - points.mean(axis=0)
    first, second = np.linalg.svd(centered, full_matrices=False)[2][:2]
    return np.asarray(points[np.argsort(np.arctan2(centered @ second, centered @ first))])
