"""Pictures of tropical hypersurfaces and dual subdivisions. Needs matplotlib.

All cells are clipped exactly; only their drawing is done in floating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polytopes.drawing.figures import draw_legend, new_panels, pyplot, style
from polytopes.errors import ShapeError
from tropical.algebra.classes import subdivided
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.hypersurface import TropicalHypersurface
from tropical.pictures.data_points import DataPoints, draw_data, named_classes
from tropical.pictures.newton_polygons import draw_lifted_points, draw_newton_polygon
from tropical.pictures.plane_cells import draw_curve, draw_scores
from tropical.pictures.scenes import Scene, drawn_dim, matched, new_axes, scene_window
from tropical.pictures.surfaces import draw_surface

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tropical.algebra.classes import FunctionLike


def plot_hypersurface(
    function: FunctionLike,
    window: object = None,
    *,
    terms: bool = True,
    multiplicities: bool = True,
    data: Any = None,
    labels: Any = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the tropical hypersurface of a polynomial in one, two or three variables.

    In the plane each region of linearity shows its term if there is room, and edges their multiplicity if it is not 1;
    on the line the graph is drawn, in space the two-dimensional cells, in colors by multiplicity.

    Args:
        function: a tropical polynomial, its hypersurface, or its text, such as "max(2x, y + 1, 0)".
        window: bounds of what is shown, a pair for each variable or one for all. If None, the surroundings of the
            data, or of the vertices without those that are far off.
        terms: whether terms are written in their regions.
        multiplicities: whether multiplicities are written.
        data: points to be shown on top.
        labels: a label of any kind for every point; points of one label have one marker and color.
        ax: axes of matplotlib to draw in (of space for three variables); a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        InputError: for a function that is no polynomial.
        ShapeError: for other numbers of variables.
        MissingExtraError: if matplotlib is not installed.
    """
    boundary = DecisionBoundary((TropicalHypersurface(function).polynomial,))
    points = DataPoints.of(data, labels)
    dim = drawn_dim(boundary.ambient_dim, points)
    pyplot()
    with style(ax):
        figure, axes = new_axes(dim, ax, figsize)
        window, note = scene_window(boundary.corners, dim, window, points)
        if dim == 3:
            surface = TropicalHypersurface(boundary.classes[0])
            several = len(set(surface.multiplicities)) > 1
            pairs = zip(surface.complex.maximal_cells, surface.multiplicities, strict=True)
            draw_surface(axes, [(cell, f"multiplicity {m}" if several else None) for cell, m in pairs], window, note)
        elif dim == 2:
            draw_curve(Scene(axes, window, note, [""]), boundary, terms, multiplicities)
        else:
            draw_scores(Scene(axes, window, note, [""]), boundary, multiplicities)
        draw_data(axes, points)
        draw_legend(axes, below=ax is not None)
    return figure


def plot_subdivision(
    function: FunctionLike,
    window: object = None,
    *,
    data: Any = None,
    labels: Any = None,
    classes: Sequence[str] | None = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the dual subdivision on the lattice beside the hypersurface, in one or two variables.

    Points are filled if they are vertices of the subdivision. Where there are signs or classes, points and regions have
    the color of their class, and the edges between classes and the boundary are bold.

    Args:
        function: a tropical polynomial or its text, or a difference of two or several as the classes of a boundary.
        window: bounds of the part of the space to be shown, as for :func:`plot_hypersurface`.
        data: points to be shown on top of the hypersurface.
        labels: a label of any kind for every point.
        classes: names of the classes.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        ShapeError: for other numbers of variables.
        MissingExtraError: if matplotlib is not installed.
    """
    boundary = subdivided(function)
    dim = boundary.ambient_dim
    if dim not in (1, 2):
        raise ShapeError(f"a subdivision in {dim} variables is not drawn; give one in 1 or 2")
    points = DataPoints.of(data, labels)
    drawn_dim(dim, points)
    names = named_classes(classes, boundary.n_classes, by_sign=boundary.by_sign)
    pyplot()
    with style(ax):
        figure, (left, right) = new_panels(7.2, 3.4, 2, ax=ax, figsize=figsize)
        (draw_newton_polygon if dim == 2 else draw_lifted_points)(left, boundary, names)
        scene = Scene(right, *scene_window(boundary.corners, dim, window, points), names)
        if dim == 2:
            draw_curve(scene, boundary, terms=boundary.n_classes == 1, multiplicities=boundary.n_classes == 1)
        else:
            draw_scores(scene, boundary, multiplicities=True)
        draw_data(right, points, matched(points, names, boundary.by_sign), classes)
        draw_legend(right, below=ax is not None)
    return figure


def plot_newton_polygon(
    function: FunctionLike,
    *,
    classes: Sequence[str] | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the dual subdivision alone, on the lattice: the left half of :func:`plot_subdivision`.

    Arguments and errors are those of :func:`plot_subdivision`; ``ax`` are axes of matplotlib to draw in.
    """
    boundary = subdivided(function)
    dim = boundary.ambient_dim
    if dim not in (1, 2):
        raise ShapeError(f"a subdivision in {dim} variables is not drawn; give one in 1 or 2")
    names = named_classes(classes, boundary.n_classes, by_sign=boundary.by_sign)
    pyplot()
    with style(ax):
        figure, axes = new_axes(dim, ax, figsize)
        (draw_newton_polygon if dim == 2 else draw_lifted_points)(axes, boundary, names)
        draw_legend(axes, below=ax is not None)
    return figure
