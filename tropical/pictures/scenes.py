"""Where tropical functions are drawn: axes of the line, the plane or space, and the window that they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.drawing.figures import CLASS_TINTS, draw_note, floats, legend_text, new_figure, set_limits, space_axes
from polytopes.drawing.shapes import text_size
from polytopes.drawing.windows import Window, as_window, box_around, check_bounds, window_around
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.pictures.data_points import DataPoints, classes_of_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZES = {1: (4.2, 3.2), 2: (4.2, 3.6), 3: (4.8, 3.8)}
MARGIN = Fraction(1, 2)
"""Free space around the vertices of a curve, as a part of their extent: unbounded regions need room."""


@frozen
class Scene:
    """Axes of the plane or the line, the window that is shown in them, a note, and the names of classes."""

    axes: Axes
    window: Window
    note: str
    names: Sequence[str]

    @property
    def box(self) -> Polyhedron:
        """The window as a polyhedron."""
        return Polyhedron.box(self.window.lower, self.window.upper)

    def finish_plane(self, shown: Iterable[int]) -> None:
        """Set limits and labels, and name the classes that are shown."""
        set_limits(self.axes, *floats([self.window.lower, self.window.upper]))
        self.axes.set_xlabel("$x_1$")
        self.axes.set_ylabel("$x_2$")
        for k in sorted(set(shown)) if len(self.names) > 1 else ():
            self.axes.fill([], [], facecolor=CLASS_TINTS[k % len(CLASS_TINTS)], label=legend_text(self.names[k]))
        draw_note(self.axes, self.note)

    def text_box(self, text: str, size: float) -> tuple[float, float]:
        """Return about the width and height of a text in the coordinates of the window."""
        figure = self.axes.get_figure(root=True)
        assert figure is not None, "axes are in a figure"
        extent = self.axes.get_window_extent()
        (left, bottom), (right, top) = floats([self.window.lower, self.window.upper])
        across = (right - left) / (extent.width * 72 / figure.dpi)
        up = (top - bottom) / (extent.height * 72 / figure.dpi)
        width, height = text_size(text, size)
        return width * max(across, up), height * max(across, up)


def drawn_dim(dim: int, points: DataPoints | None) -> int:
    """Return the number of variables, in which the points have to be; on a line they may have values too."""
    if dim not in (1, 2, 3):
        raise ShapeError(f"functions of 1, 2 or 3 variables are drawn, this one has {dim}")
    if points is not None:
        points.check_dim(*((1, 2) if dim == 1 else (dim,)))
    return dim


def new_axes(dim: int, ax: Axes | None, figsize: tuple[float, float] | None) -> tuple[Figure, Any]:
    """Return a new figure with axes for 1, 2 or 3 variables, or the axes that are given with their figure."""
    size = figsize or SIZES[dim]
    return space_axes(ax, size) if dim == 3 else new_figure(*size, ax)


def scene_window(
    corners: Sequence[Vector], dim: int, window: object, points: DataPoints | None, margin: Fraction = MARGIN
) -> tuple[Window, str]:
    """Return the window, by default around the data or the corners, and a note on corners outside."""
    if window is not None:
        return as_window(window, dim), ""
    if points is not None and points.points:
        shown = Window(*box_around([point[:dim] for point in points.points]))
    else:
        shown = window_around(corners or [(Fraction(0),) * dim], margin)
    check_bounds(shown.lower, shown.upper)
    return shown, shown.note("vertices")


def matched(points: DataPoints | None, names: Sequence[str], by_sign: bool) -> dict[Any, int] | None:
    """Return the class that each label of the points stands for, None if that is not clear or there are no points."""
    return None if points is None else classes_of_labels(points.names, names, by_sign)
