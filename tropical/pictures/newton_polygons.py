"""Pictures of Newton polygons on the lattice, divided by the dual subdivision; in one variable the lifted points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from polytopes.drawing.figures import CLASS_TINTS, INK, floats, legend_text
from polytopes.drawing.shapes import in_cyclic_order
from tropical.algebra.decision_boundary import DecisionBoundary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DOTS = 2500
"""A lattice with more points in the picture is not drawn."""


def draw_newton_polygon(axes: Axes, boundary: DecisionBoundary, names: Sequence[str]) -> None:
    """Draw the dual subdivision of a polynomial in two variables, with the points of the lattice around it."""
    from matplotlib.ticker import MaxNLocator

    sub = boundary.subdivision
    places = floats(sub.points)
    for cell in sub.cells(2):
        corners = in_cyclic_order([places[i] for i in cell])
        axes.fill(*zip(*corners, strict=True), facecolor="#F4F4F4", edgecolor="none")
    _draw_lattice(axes, sub.points)
    _draw_edges(axes, boundary, places)
    _draw_points(axes, boundary, places, names)
    axes.set_aspect("equal")
    axes.margins(0.12)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("$s_1$")
    axes.set_ylabel("$s_2$")


def draw_lifted_points(axes: Axes, boundary: DecisionBoundary, names: Sequence[str]) -> None:
    """Draw exponents and coefficients of a polynomial in one variable, and the upper hull."""
    sub = boundary.subdivision
    places = floats([(*point, height) for point, height in zip(sub.points, sub.heights, strict=True)])
    _draw_edges(axes, boundary, places)
    _draw_points(axes, boundary, places, names)
    axes.margins(0.12)
    axes.set_xlabel("$s$")
    axes.set_ylabel("$c$")


def lattice_box(points: Sequence[Sequence[Fraction]]) -> list[tuple[int, int]]:
    """Return the lattice points in the smallest box around points of the plane whose bounds are integers.

    >>> lattice_box([(Fraction(1, 2), Fraction(0)), (Fraction(1), Fraction(0))])
    [(0, 0), (1, 0)]
    """
    sides = [range(floor(min(column)), ceil(max(column)) + 1) for column in zip(*points, strict=True)]
    if len(sides[0]) * len(sides[1]) > MOST_DOTS:
        return []
    return [(x, y) for x in sides[0] for y in sides[1]]


def _draw_lattice(axes: Axes, points: Sequence[Sequence[Fraction]]) -> None:
    dots = lattice_box(points)
    if dots:
        axes.plot(*zip(*dots, strict=True), ".", color="0.6", markersize=3, zorder=2.5)


def _draw_edges(axes: Axes, boundary: DecisionBoundary, places: Sequence[Sequence[float]]) -> None:
    sub = boundary.subdivision
    for edge in sub.cells(1):
        ends = [min(edge, key=lambda i: sub.points[i]), max(edge, key=lambda i: sub.points[i])]
        is_mixed = len(boundary.classes_on(edge)) > 1
        axes.plot(*zip(*(places[i] for i in ends), strict=True), color=INK, linewidth=2.0 if is_mixed else 0.8)


def _draw_points(
    axes: Axes, boundary: DecisionBoundary, places: Sequence[Sequence[float]], names: Sequence[str]
) -> None:
    used = {i for vertex in boundary.subdivision.vertices for i in vertex}
    for label in range(boundary.n_classes):
        own = [i for i, k in enumerate(boundary.labels) if k == label]
        color = INK if boundary.n_classes == 1 else CLASS_TINTS[label % len(CLASS_TINTS)]
        name = None if boundary.n_classes == 1 else legend_text(names[label])
        for points, face in (([i for i in own if i in used], color), ([i for i in own if i not in used], "white")):
            if points:
                xs, ys = zip(*(places[i] for i in points), strict=True)
                axes.plot(xs, ys, "o", markersize=6, markerfacecolor=face, markeredgecolor=INK, markeredgewidth=0.7,
                          label=name, zorder=3)  # fmt: skip
                name = None
