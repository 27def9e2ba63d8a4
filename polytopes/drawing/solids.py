"""Cells of dimension 0, 1 and 2 on the line, in the plane or in space, given by floats; Schlegel diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from polytopes.drawing.figures import INK, TINTS, new_figure, pyplot, space_axes, style
from polytopes.drawing.shapes import Point, in_cyclic_order, polygon_in_space

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
EDGES = "#225588"
ALPHA = 0.35
"""Opacity of polygons in space, so that what is behind them is seen."""
ALIGNED = ("center", "left", "right")
SLANT = 0.3
"""A ray with a smaller coordinate points along the other axis, where its text is centered."""
SIZES = {1: (4.2, 1.2), 2: (3.8, 3.6), 3: (4.2, 4.0)}


@frozen
class Cells:
    """Polygons in any order of their corners, segments and dots, with the colors of the polygons and texts at points.

    All points have the same number of coordinates: 1, 2 or 3.
    """

    dim: int
    polygons: Sequence[Sequence[Point]] = ()
    segments: Sequence[Sequence[Point]] = ()
    dots: Sequence[Point] = ()
    colors: Sequence[str] = field(default=())
    texts: Sequence[tuple[Point, str]] = ()
    is_radial: bool = False
    """Whether texts are written away from the origin, and not right above their points."""


def draw_cells(
    cells: Cells,
    bounds: tuple[Point, Point] | None = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
    is_framed: bool = True,
) -> tuple[Figure, Any]:
    """Draw cells and return the figure and its axes.

    Args:
        cells: what is drawn.
        bounds: the corners of the window; the surroundings of the cells if None.
        ax: axes of matplotlib, in space if the cells are; a new figure if None.
        figsize: width and height of a new figure in inches.
        is_framed: whether coordinates mean something, so that axes are drawn.
    """
    pyplot()
    with style(ax):
        size = figsize or SIZES[cells.dim]
        figure, axes = space_axes(ax, size) if cells.dim == 3 else new_figure(*size, ax)
        if cells.dim == 3:
            _draw_in_space(axes, cells)
        else:
            _draw_in_plane(axes, cells)
        low, high = bounds or _around(cells)
        _show(axes, low, high, is_framed)
    return figure, axes


def _draw_in_plane(axes: Any, cells: Cells) -> None:
    from matplotlib.patheffects import withStroke

    def flat(points: Sequence[Point]) -> list[Point]:
        return [point if len(point) > 1 else (*point, 0.0) for point in points]

    for polygon, color in zip(cells.polygons, cells.colors, strict=True):
        corners = in_cyclic_order(polygon)
        axes.fill(*zip(*corners, strict=True), facecolor=color, edgecolor="none", zorder=1)
    for segment in cells.segments:
        axes.plot(*zip(*flat(segment), strict=True), color=EDGES, linewidth=1.3, zorder=2, solid_capstyle="round")
    if cells.dots:
        axes.plot(*zip(*flat(cells.dots), strict=True), "o", color=INK, markersize=3.5, zorder=3)
    for place, text in cells.texts:
        [(x, y)] = flat([place])
        style: dict[str, Any] = {"xytext": (4, 4)}
        if cells.is_radial:
            across, up = (0 if abs(entry) < SLANT else (1 if entry > 0 else -1) for entry in (x, y))
            style = {"xytext": (4 * across, 4 * up), "ha": ALIGNED[across], "va": ("center", "bottom", "top")[up]}
        note = axes.annotate(text, (x, y), textcoords="offset points", zorder=4, **style)
        note.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _draw_in_space(axes: Any, cells: Cells) -> None:
    from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection

    if cells.polygons:
        outlines = [polygon_in_space(polygon) for polygon in cells.polygons]
        axes.add_collection3d(Poly3DCollection(outlines, facecolors=cells.colors, edgecolors="none", alpha=ALPHA))
    if cells.segments:
        axes.add_collection3d(Line3DCollection(list(cells.segments), colors=EDGES, linewidths=1.2))
    if cells.dots:
        axes.plot(*zip(*cells.dots, strict=True), "o", color=INK, markersize=3)
    for place, text in cells.texts:
        axes.text(*place, f"  {text}", fontsize=8, zorder=9)


def _around(cells: Cells) -> tuple[Point, Point]:
    """Return the corners of a box around cells, with room for what is drawn at them."""
    points = [
        *cells.dots,
        *(point for part in (*cells.polygons, *cells.segments) for point in part),
        *(place for place, _ in cells.texts),
    ]
    columns = list(zip(*points, strict=True)) or [(0.0,)] * cells.dim
    widths = [max(column) - min(column) for column in columns]
    room = 0.06 * max(widths) or 1.0
    low, high = (tuple(bound(column) for column in columns) for bound in (min, max))
    return tuple(entry - room for entry in low), tuple(entry + room for entry in high)


def _show(axes: Any, low: Point, high: Point, is_framed: bool) -> None:
    """Show a box in true proportions."""
    from matplotlib.ticker import MaxNLocator

    dim = len(low)
    for axis, a, b in zip("xyz", low, high, strict=False):
        getattr(axes, f"set_{axis}lim")(a, b)
    if dim == 3:
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
            axis.set_major_locator(MaxNLocator(4))
        axes.set_box_aspect([b - a for a, b in zip(low, high, strict=True)], zoom=0.9 if is_framed else 1.15)
        axes.view_init(elev=22, azim=-55)
    elif dim == 2:
        axes.set_aspect("equal")
    else:
        axes.set_ylim(-1, 1)
        axes.set_yticks([])
    if not is_framed:
        axes.set_axis_off()
        return
    for k, axis in enumerate("xyz"[:dim], 1):
        getattr(axes, f"set_{axis}label")(f"$x_{k}$" if dim > 1 else "$x$")


def chart(points: Array, dim: int) -> Array:
    """Return points of an affine space of this dimension in orthonormal coordinates, up to rounding.

    >>> chart(np.array([[0.0, 0.0], [3.0, 4.0]]), 1).round(9).tolist() in ([[-2.5], [2.5]], [[2.5], [-2.5]])
    True
    """
    centered = points - points.mean(axis=0)
    directions = np.linalg.svd(centered, full_matrices=True)[2][:dim]
    found: Array = centered @ directions.T
    return found


def schlegel(points: Array, facet: Sequence[int], forms: Array) -> Array:
    """Return the vertices of a polytope as they are seen through a facet, from a point beyond this facet only.

    The polytope is seen inside of the facet, whose vertices stay where they are (Schlegel 1886; Ziegler, Lectures on
    Polytopes, section 5.2).

    Args:
        points: the vertices, full-dimensional, n x d.
        facet: indices of the vertices of the facet.
        forms: rows ``(c, a)`` with ``c + a . x >= 0``, one for each facet, that of the facet first.

    Returns:
        n x (d - 1) coordinates in the hyperplane of the facet, orthonormal.
    """
    outward = -forms[0, 1:] / np.linalg.norm(forms[0, 1:])
    middle = points[list(facet)].mean(axis=0)
    values, slopes = forms[1:, 0] + forms[1:, 1:] @ middle, forms[1:, 1:] @ outward
    reach = [-value / slope for value, slope in zip(values, slopes, strict=True) if slope < 0]
    height = min([*(entry / 2 for entry in reach), float(np.ptp(points, axis=0).max())])
    eye = middle + height * outward
    depth = (points - eye) @ outward  # negative: the eye is above all points
    seen = eye + (points - eye) * (-height / depth)[:, None]
    basis = np.linalg.svd(outward[None, :])[2][1:]
    found: Array = (seen - middle) @ basis.T
    return found


def tints(count: int) -> list[str]:
    """Return so many tints, in their order again and again.

    >>> len(set(tints(3)))
    3
    """
    return [TINTS[k % len(TINTS)] for k in range(count)]
