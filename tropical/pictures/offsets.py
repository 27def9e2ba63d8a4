"""Pictures of the offsets of three affine forms with fixed slopes: the cells of patterns. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import dist
from typing import TYPE_CHECKING

from polytopes.arithmetic.rationals import Matrix, Vector
from polytopes.drawing.figures import TINTS, floats, new_figure, pyplot, style
from polytopes.drawing.shapes import in_cyclic_order
from polytopes.errors import ShapeError
from tropical.convexity.arrangement import Signs, sign_text
from tropical.convexity.point_hull import Graph
from tropical.convexity.polytrope import Polytrope
from tropical.convexity.slopes import SlopePatterns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, THIN = "#1A1A1A", "#8C8C8C"
MARGIN = Fraction(2, 5)
"""Free space around the vertices, as a part of the width."""
SMALLEST = 0.045
"""Cells thinner than this part of the picture have no label."""
Corners = list[tuple[float, ...]]
Window = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
"""The least and the greatest first coordinate, and second coordinate."""


def plot_offsets(
    patterns: SlopePatterns,
    signs: Signs | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the cells of offsets of three forms in the plane of ``a_1 - a_0`` and ``a_2 - a_0``.

    A cell of full dimension has the pattern that is written in it, the form that is greatest at each data point. With
    signs of the forms, cells of one labeling of the data have one color, and walls between labelings are bold.

    Args:
        patterns: of data and three slopes.
        signs: of the forms, 1 or -1, or "+" or "-".
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        ShapeError: if there are not three forms.
        MissingExtraError: if matplotlib is not installed.
    """
    polytope = patterns.polytope
    if polytope.n_columns != 3:
        raise ShapeError(f"the offsets of 3 forms are drawn, there are {polytope.n_columns}")
    components = patterns.sign_components((1, 1, 1) if signs is None else signs)
    window = _window([point for point, _ in polytope.pseudovertices])
    width = float(max(high - low for low, high in window))
    pyplot()
    with style(ax):
        figure, axes = new_figure(*(figsize or (4.6, 4.0)), ax)
        for number, (vector, parts) in enumerate(components.items()):
            for k, cell in enumerate(cell for cells in parts for cell in cells):
                tint = TINTS[(k if signs is None else number) % len(TINTS)]
                _draw_cell(axes, cell, _corners(patterns.values, cell, window), tint, SMALLEST * width)
            if signs is not None:
                axes.fill([], [], facecolor=TINTS[number % len(TINTS)], label=sign_text(vector))
        for wall in () if signs is None else patterns.sign_walls(signs):
            axes.plot(*zip(*_corners(patterns.values, wall, window), strict=True), color=INK, lw=2.0, zorder=3)
        if signs is not None:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1.0)
        (left, right), (low, high) = window
        axes.set_xlim(float(left), float(right))
        axes.set_ylim(float(low), float(high))
        axes.set_aspect("equal")
        axes.set_xlabel("$a_1 - a_0$")
        axes.set_ylabel("$a_2 - a_0$")
    return figure


def _window(points: Sequence[Vector]) -> Window:
    """Return what is drawn: the vertices, and space around them."""
    sides = [[point[k] for point in points] for k in (1, 2)]
    gap = max(Fraction(1), MARGIN * max(max(side) - min(side) for side in sides))
    (left, right), (low, high) = ((min(side) - gap, max(side) + gap) for side in sides)
    return (left, right), (low, high)


def _corners(values: Matrix, cell: Graph, window: Window) -> Corners:
    """Return the corners of a cell within a window, in cyclic order: the two kinds of vertices of a polytrope."""
    (left, right), (low, high) = window
    bounds = [[Fraction(0), -left, -low], [right, Fraction(0), right - low], [high, high - left, Fraction(0)]]
    for row, own in zip(values, cell, strict=True):
        for k in own:
            for j in range(3):
                bounds[j][k] = min(bounds[j][k], row[k] - row[j])
    c = Polytrope.of(bounds).bounds
    rows = [[-entry for entry in row] for row in c] + [list(column) for column in zip(*c, strict=True)]
    return in_cyclic_order(floats({(row[1] - row[0], row[2] - row[0]) for row in rows}))


def _draw_cell(axes: Axes, cell: Graph, corners: Corners, tint: str, smallest: float) -> None:
    """Fill a cell, and write the forms of its pattern in it if there is room."""
    axes.fill(*zip(*corners, strict=True), facecolor=tint, edgecolor=THIN, lw=0.5, zorder=1)
    text = "".join(str(part[0]) for part in cell)
    if _thickness(corners) > smallest and max(x for x, _ in corners) - min(x for x, _ in corners) > smallest * len(
        text
    ):
        x, y = (sum(column) / len(corners) for column in zip(*corners, strict=True))
        axes.text(x, y, text, ha="center", va="center", fontsize=6.5, color=INK, zorder=4)


def _thickness(corners: Corners) -> float:
    """Return twice the area of a polygon by its perimeter: between the inradius and its double."""
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    area = abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in edges)) / 2
    return 2 * area / sum(dist(a, b) for a, b in edges)
