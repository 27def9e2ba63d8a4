"""Pictures of hyperplane arrangements on the line, in the plane and in space. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from polytopes.arithmetic.rationals import Row, Vector
from polytopes.drawing.figures import TINTS, draw_note, floats
from polytopes.drawing.shapes import Point
from polytopes.drawing.solids import Cells, draw_cells, tints
from polytopes.drawing.windows import Window, as_window, check_bounds, window_around
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARGIN = Fraction(1, 2)
"""Free space around the vertices, as a part of their extent."""
MOST_LABELS = 40
"""Of more hyperplanes the numbers are not written."""


def plot_hyperplanes(
    hyperplanes: Sequence[Row],
    dim: int,
    vertices: Sequence[Vector],
    bounded: Sequence[Polyhedron],
    window: object,
    labels: bool | None,
    ax: Axes | None,
    figsize: tuple[float, float] | None,
) -> Figure:
    """Draw hyperplanes in a window.

    Args:
        hyperplanes: rows, constant first.
        dim: 1, 2 or 3.
        vertices: of the arrangement; the window is around these.
        bounded: closures of bounded chambers, which get a tint in the plane.
        window: bounds of what is shown, or None.
        labels: whether hyperplanes have their numbers; by default up to 40.
        ax: axes of matplotlib to draw in, or None.
        figsize: width and height of a new figure, or None.

    Raises:
        ShapeError: in other dimensions.
    """
    if dim not in (1, 2, 3):
        raise ShapeError(f"arrangements in 1, 2 or 3 dimensions are drawn, this one has {dim}; restrict it to a flat")
    shown = _window(vertices or [_nearest(row) for row in hyperplanes], dim, window)
    box = Polyhedron.box(shown.lower, shown.upper)
    sections = [Polyhedron.from_rows([], [row]) & box for row in hyperplanes]
    parts = [(k, floats(part.vertices)) for k, part in enumerate(sections) if part.dim == dim - 1]
    texts: list[tuple[Point, str]] = []
    if len(hyperplanes) <= MOST_LABELS if labels is None else labels:
        texts = [(_end(corners), str(k)) for k, corners in parts]
    tint = tints(len(hyperplanes))
    chambers = [floats((chamber & box).vertices) for chamber in bounded] if dim == 2 else []
    chambers = [corners for corners in chambers if len(corners) > 2]
    low, high = floats([shown.lower, shown.upper])
    cells = Cells(
        dim,
        polygons=chambers if dim == 2 else [corners for _, corners in parts] if dim == 3 else [],
        segments=[corners for _, corners in parts] if dim == 2 else [[low, high]] if dim == 1 else [],
        dots=[corners[0] for _, corners in parts] if dim == 1 else [],
        colors=[TINTS[1]] * len(chambers) if dim == 2 else [tint[k] for k, _ in parts] if dim == 3 else [],
        texts=texts,
    )
    figure, axes = draw_cells(cells, (low, high), ax, figsize)
    draw_note(axes, shown.note("vertices"))
    return figure


def _window(points: Sequence[Vector], dim: int, window: object) -> Window:
    if window is not None:
        return as_window(window, dim)
    shown = window_around(points or [(Fraction(0),) * dim], MARGIN)
    check_bounds(shown.lower, shown.upper)
    return shown


def _nearest(row: Row) -> Vector:
    """Return the point of a hyperplane that is nearest to the origin.

    >>> _nearest((-2, 1, 1))
    (Fraction(1, 1), Fraction(1, 1))
    """
    square = sum(entry * entry for entry in row[1:])
    return tuple(Fraction(-row[0] * entry, square) for entry in row[1:])


def _end(corners: Sequence[Point]) -> Point:
    """Return where the number of a hyperplane is written: near its end at the right or above."""
    last = max(corners)
    first = min(corners)
    return tuple(0.94 * a + 0.06 * b for a, b in zip(last, first, strict=True))
