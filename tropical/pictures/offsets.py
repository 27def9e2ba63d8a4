"""Pictures of the offsets of affine forms with fixed slopes, in a plane: the cells of patterns. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import dist
from typing import TYPE_CHECKING

from polytopes.arithmetic.rationals import Matrix, Vector, VectorLike, as_vector
from polytopes.drawing.figures import TINTS, floats, new_figure, pyplot, style
from polytopes.drawing.shapes import in_cyclic_order
from tropical.convexity.arrangement import Signs, sign_text
from tropical.convexity.offset_slices import FREE, offset_slice
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
    *,
    through: VectorLike | None = None,
) -> Figure:
    """Draw the cells of offsets in the plane of ``a_1 - a_0`` and ``a_2 - a_0``.

    A cell of full dimension has the pattern that is written in it, the form that is greatest at each data point. With
    signs of the forms, cells of one labeling of the data have one color, and walls between labelings are bold. Of more
    than three forms the offsets of the others are fixed; if some of them tie at a data point all over the plane, they
    are written in parentheses.

    Args:
        patterns: of data and slopes.
        signs: of the forms, 1 or -1, or "+" or "-".
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.
        through: offsets in the plane, which are marked. May be None if there are three forms.

    Raises:
        ShapeError: if there are fewer than three forms, or more and no offsets.
        MissingExtraError: if matplotlib is not installed.
    """
    plane = offset_slice(patterns, through)
    labelings = plane.labelings([1] * patterns.polytope.n_columns if signs is None else signs)
    marked = () if through is None else [[0, *(plane.through[k] - plane.through[0] for k in FREE)]]
    window = _window([*(point for point, _ in plane.merged.polytope.pseudovertices), *map(as_vector, marked)])
    vectors = sorted(set(labelings.values()), reverse=True)
    pyplot()
    with style(ax):
        figure, axes = new_figure(*(figsize or (4.6, 4.0)), ax)
        for k, (cell, vector) in enumerate(labelings.items()):
            tint = TINTS[(k if signs is None else vectors.index(vector)) % len(TINTS)]
            _draw_cell(axes, _text(plane.named(cell)), _corners(plane.merged.values, cell, window), tint, window)
        for wall in plane.merged.polytope.covectors(1):
            if len({labelings[side] for side in _sides(wall)}) > 1:
                axes.plot(*zip(*_corners(plane.merged.values, wall, window), strict=True), color=INK, lw=2.0, zorder=3)
        if signs is not None:
            for number, vector in enumerate(vectors):
                axes.fill([], [], facecolor=TINTS[number % len(TINTS)], label=sign_text(vector))
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1.0)
        for _, *place in floats(map(as_vector, marked)):
            axes.plot(*place, "o", color=INK, markersize=4, zorder=5)
        (left, right), (low, high) = window
        axes.set_xlim(float(left), float(right))
        axes.set_ylim(float(low), float(high))
        axes.set_aspect("equal")
        axes.set_xlabel("$a_1 - a_0$")
        axes.set_ylabel("$a_2 - a_0$")
    return figure


def _sides(wall: Graph) -> list[Graph]:
    """Return the two cells beside a wall; the columns of its only tie are the same in all rows that have it."""
    tie = next(part for part in wall if len(part) > 1)
    return [tuple((k,) if len(part) > 1 else part for part in wall) for k in tie]


def _text(pattern: Graph) -> str:
    """Return a pattern as it is written in cells: the form of each data point, with spaces if numbers are long.

    >>> _text(((0,), (1, 3))), _text(((0,), (12,)))
    ('0(13)', '0 12')
    """
    is_short = all(k < 10 for part in pattern for k in part)
    parts = [("" if is_short else " ").join(map(str, part)) for part in pattern]
    texts = [f"({text})" if len(part) > 1 else text for part, text in zip(pattern, parts, strict=True)]
    return ("" if is_short else " ").join(texts)


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


def _draw_cell(axes: Axes, text: str, corners: Corners, tint: str, window: Window) -> None:
    """Fill a cell, and write a text in it if there is room."""
    axes.fill(*zip(*corners, strict=True), facecolor=tint, edgecolor=THIN, lw=0.5, zorder=1)
    smallest = SMALLEST * float(max(high - low for low, high in window))
    width = max(x for x, _ in corners) - min(x for x, _ in corners)
    if _thickness(corners) > smallest and width > smallest * len(text):
        x, y = (sum(column) / len(corners) for column in zip(*corners, strict=True))
        axes.text(x, y, text, ha="center", va="center", fontsize=6.5, color=INK, zorder=4)


def _thickness(corners: Corners) -> float:
    """Return twice the area of a polygon by its perimeter: between the inradius and its double."""
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    area = abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in edges)) / 2
    return 2 * area / sum(dist(a, b) for a, b in edges)
