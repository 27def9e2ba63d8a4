"""Pictures of two-dimensional complexes in space, their cells in colors with a legend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polytopes.drawing.figures import INK, TINTS, draw_note, floats, legend_text
from polytopes.drawing.shapes import polygon_in_space
from polytopes.drawing.windows import Window
from polytopes.polyhedra.polyhedron import Polyhedron

TIED = "#BBBBBB"
SHEET: dict[str, Any] = {"edgecolors": INK, "linewidths": 0.5, "alpha": 0.75}


def draw_surface(axes: Any, cells: Iterable[tuple[Polyhedron, str | None]], window: Window, note: str) -> None:
    """Draw cells in a window, those of one name in one color; cells of dimension 3 are drawn by their facets, in gray.

    Args:
        axes: in space.
        cells: polyhedra of any dimension, each with a name or None.
        window: in which they are drawn.
        note: what is written above.
    """
    from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection

    box = Polyhedron.box(window.lower, window.upper)
    named = [(cell & box, name) for cell, name in cells]
    for k, name in enumerate(dict.fromkeys(name for _, name in named)):
        own = [cell for cell, other in named if other == name]
        solid = [facet for cell in own if cell.dim == 3 for facet in cell.facets()]
        for parts, color in ((solid, TIED), ([cell for cell in own if cell.dim == 2], TINTS[k % len(TINTS)])):
            outlines = [polygon_in_space(floats(cell.vertices)) for cell in parts]
            if outlines:
                axes.add_collection3d(Poly3DCollection(outlines, facecolors=color, **SHEET))
        lines = [floats(cell.vertices) for cell in own if cell.dim == 1]
        if lines:
            axes.add_collection3d(Line3DCollection(lines, colors=INK, linewidths=1.6))
        dots = [floats(cell.vertices)[0] for cell in own if cell.dim == 0]
        if dots:
            axes.plot(*zip(*dots, strict=True), "o", color=INK, markersize=3)
        if name is not None:
            axes.plot([], [], [], "s", color=TINTS[k % len(TINTS)], markersize=7, label=legend_text(name))
    low, high = floats([window.lower, window.upper])
    for k, (axis, a, b) in enumerate(zip("xyz", low, high, strict=True), 1):
        getattr(axes, f"set_{axis}lim")(a, b)
        getattr(axes, f"set_{axis}label")(f"$x_{k}$")
    draw_note(axes, note)
