"""Pictures of tropical polytopes with three coordinates: their cells, points and pseudovertices. Needs matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polytopes.drawing.figures import TINTS, floats, new_figure, style
from polytopes.drawing.shapes import in_cyclic_order
from polytopes.errors import ShapeError
from tropical.convexity.covectors import Covector
from tropical.convexity.entries import finite, shifted
from tropical.convexity.polytope import TropicalPolytope

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, THIN = "#1A1A1A", "#9A9A9A"
MARGIN = 0.18
"""Free space around the points, as a part of the width."""


def plot_tropical_polytope(polytope: TropicalPolytope, ax: Axes | None = None) -> Figure:
    """Draw a tropical polytope with three coordinates in the plane x_0 = 0.

    Cells of dimension 2 have tints, cells of dimension 1 are bold. Thin rays are the min-hyperplanes with the points as
    apices, which divide the plane; dots are pseudovertices, filled if they are points that were given.

    Raises:
        ShapeError: for another number of coordinates.
        MissingExtraError: if matplotlib is not installed.
    """
    if polytope.n_columns != 3:
        raise ShapeError(f"tropical polytopes with 3 coordinates are drawn, this one has {polytope.n_columns}")
    cells = polytope.decomposition
    places = {graph: floats([point[1:]])[0] for point, graph in cells.pseudovertices}
    given = floats([shifted(finite(row, "the picture"))[1:] for row in polytope.points])
    with style():
        figure, axes = new_figure(4.0, 3.6, ax)
        xs, ys = zip(*[*places.values(), *given], strict=True)
        width = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
        low, high = (min(xs), min(ys)), (max(xs), max(ys))
        far = 2 * width
        for x, y in given:
            for dx, dy in ((-1.0, 0.0), (0.0, -1.0), (1.0, 1.0)):
                axes.plot([x, x + far * dx], [y, y + far * dy], color=THIN, lw=0.6, zorder=1)
        for dim in (2, 1):
            shown = [graph for graph in cells.cells[dim] if cells.is_bounded(graph)] if len(cells.cells) > dim else []
            for k, graph in enumerate(shown):
                corners = in_cyclic_order([place for other, place in places.items() if _is_face(other, graph)])
                if dim == 2:
                    axes.fill(*zip(*corners, strict=True), facecolor=TINTS[k % len(TINTS)], edgecolor="none", zorder=2)
                else:
                    axes.plot(*zip(*corners, strict=True), color=INK, lw=1.6, zorder=3)
        axes.plot(xs, ys, "o", ms=3.5, mfc="white", mec=INK, mew=0.8, zorder=4)
        axes.plot(*zip(*given, strict=True), "o", color=INK, ms=4, zorder=5)
        gap = MARGIN * width
        axes.set_xlim(low[0] - gap, high[0] + gap)
        axes.set_ylim(low[1] - gap, high[1] + gap)
        axes.set_aspect("equal")
        axes.set_xlabel("$x_1$")
        axes.set_ylabel("$x_2$")
    return figure


def _is_face(vertex: Covector, cell: Covector) -> bool:
    """Whether the cell of the one graph is a face of that of the other: whether it contains that graph."""
    return all(part & other == other for part, other in zip(vertex, cell, strict=True))
