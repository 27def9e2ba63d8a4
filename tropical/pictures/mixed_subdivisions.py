"""Pictures of mixed subdivisions of sums of triangles, with the colors of the pseudovertices they are dual to."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import sqrt
from typing import TYPE_CHECKING

from polytopes.drawing.figures import INK, TINTS
from polytopes.drawing.shapes import in_cyclic_order
from tropical.convexity.point_hull import Graph
from tropical.convexity.polytope import TropicalPolytope

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, sqrt(3) / 2))
"""Where the unit vectors f_0, f_1, f_2 are drawn."""


def colors_of(polytope: TropicalPolytope) -> list[str]:
    """Return the colors of the pseudovertices, in their order, and of their mixed cells."""
    return [TINTS[number % len(TINTS)] for number in range(len(polytope.pseudovertices))]


def draw_mixed_subdivision(axes: Axes, polytope: TropicalPolytope) -> None:
    """Draw the mixed subdivision of n triangles; a cell has the color of its pseudovertex, with its volume in it."""
    for cell, color in zip(polytope.mixed_cells(), colors_of(polytope), strict=True):
        corners = in_cyclic_order([_place(point) for point in corners_of(cell.covector)])
        axes.fill(*zip(*corners, strict=True), facecolor=color, edgecolor=INK, lw=0.8, joinstyle="round")
        if len(polytope.pseudovertices) <= 3 * len(TINTS):
            x, y = (sum(column) / len(corners) for column in zip(*corners, strict=True))
            axes.text(x, y, str(cell.volume), ha="center", va="center", fontsize=8, color=INK)
    n = len(polytope.points)
    for k, (x, y) in enumerate(CORNERS):
        axes.annotate(
            f"${n if n > 1 else ''}f_{k}$",
            (n * x, n * y),
            xytext=(0, 5 if y else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if y else "top",
        )
    axes.set_aspect("equal")
    axes.set_axis_off()


def corners_of(graph: Graph) -> list[tuple[int, ...]]:
    """Return the corners of a sum of faces of a triangle, as multiples of the unit vectors.

    In a direction in general position every summand has the corner that comes first in one order of the columns.

    >>> corners_of(((0, 1), (1, 2)))
    [(0, 1, 1), (0, 2, 0), (1, 0, 1), (1, 1, 0)]
    """
    found = set()
    for order in permutations(range(3)):
        chosen = Counter(next(k for k in order if k in part) for part in graph)
        found.add(tuple([chosen[k] for k in range(3)]))
    return sorted(found)


def _place(point: tuple[int, ...]) -> tuple[float, float]:
    x, y = (sum(times * corner[axis] for times, corner in zip(point, CORNERS, strict=True)) for axis in (0, 1))
    return x, y
