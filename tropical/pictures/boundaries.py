"""Pictures of decision boundaries of tropical functions and of networks. Needs matplotlib.

All cells are clipped exactly; only their drawing is done in floating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import Vector
from polytopes.drawing.figures import draw_legend, pyplot, style
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.classes import decided
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational
from tropical.networks.readers.loading import is_expression
from tropical.networks.sources import as_network
from tropical.pictures.data_points import DataPoints, draw_data, named_classes
from tropical.pictures.plane_cells import draw_curve, draw_network_cells, draw_scores
from tropical.pictures.scenes import Scene, drawn_dim, matched, new_axes, scene_window
from tropical.pictures.surfaces import draw_surface
from tropical.regions.surveys.decision_boundary import NetworkBoundary, network_boundary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FUNCTIONS = (TropicalPolynomial, TropicalRational, TropicalMap)


def plot_boundary(
    boundary: Any,
    window: object = None,
    *,
    data: Any = None,
    labels: Any = None,
    classes: Sequence[str] | None = None,
    axis_labels: Sequence[str] | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
    legend: bool = True,
) -> Figure:
    """Draw a decision boundary in one, two or three variables.

    In the plane the regions have the color of their class, and the boundary is bold; in space its two-dimensional
    cells are drawn, in one color for each pair of classes that meet there; on the line the scores are.

    Args:
        boundary: of tropical polynomials or of a network; or a function or its text, whose sign decides, or a network
            or what :func:`tropical.load` reads, whose boundary is then found in what is shown.
        window: bounds of what is shown, a pair for each variable or one for all. If None, the surroundings of the
            data, or of the vertices without those that are far off, whose number is noted.
        data: points to be shown on top, n x d, or a DataSet.
        labels: a label of any kind for every point; points of one label have one marker. Labels that are names or
            numbers of classes, or signs where a sign decides, have dark colors of the regions' tints.
        classes: names of the classes.
        axis_labels: names of the axes.
        ax: axes of matplotlib to draw in (of space for three variables); a new figure if None.
        figsize: width and height of a new figure in inches.
        legend: whether to draw a legend.

    Raises:
        ShapeError: for other numbers of variables, and for a network with one input, whose graph plot_regions draws.
        MissingExtraError: if matplotlib is not installed.
    """
    pyplot()
    points = DataPoints.of(data, labels)
    found = _found(boundary, window, points)
    dim = found.complex.ambient_dim
    if dim not in (1, 2, 3) or (dim == 1 and isinstance(found, NetworkBoundary)):
        raise ShapeError(f"a boundary in {dim} dimensions is not drawn; restrict it to a plane")
    drawn_dim(dim, points)
    count, by_sign = _classes(found)
    names = named_classes(classes, count, by_sign)
    with style(ax):
        figure, axes = new_axes(dim, ax, figsize)
        shown, note = scene_window(_corners(found), dim, window, points)
        scene = Scene(axes, shown, note, names)
        if dim == 3:
            draw_surface(axes, _walls(found, names), shown, note)
        elif isinstance(found, NetworkBoundary):
            draw_network_cells(scene, found)
        else:
            (draw_curve if dim == 2 else draw_scores)(scene, found)
        draw_data(axes, points, matched(points, names, by_sign), classes)
        for axis, name in zip("xyz", axis_labels or (), strict=False):
            axes.set(**{f"{axis}label": name})
        if legend:
            draw_legend(axes, below=ax is not None)
    return figure


def _found(source: Any, window: object, points: DataPoints | None) -> DecisionBoundary | NetworkBoundary:
    """Return the boundary itself or that of a function or a network; that of a network only in what is shown."""
    if isinstance(source, (DecisionBoundary, NetworkBoundary)):
        return source
    if isinstance(source, FUNCTIONS) or (isinstance(source, str) and is_expression(source)):
        return decided(source)
    network = as_network(source)
    if window is None and points is None:
        return network_boundary(network)
    shown, _ = scene_window([], network.input_dim, window, points)
    return network_boundary(network, Polyhedron.box(shown.lower, shown.upper))


def _classes(boundary: DecisionBoundary | NetworkBoundary) -> tuple[int, bool]:
    """Return the number of classes, and whether a sign decides."""
    if isinstance(boundary, NetworkBoundary):
        return len(boundary.regions), boundary.by_sign
    return boundary.n_classes, boundary.by_sign


def _corners(boundary: DecisionBoundary | NetworkBoundary) -> list[Vector]:
    """Return the points that a window has to be around."""
    if isinstance(boundary, DecisionBoundary):
        return boundary.corners
    if len(boundary.complex.vertices) > 1:
        return list(boundary.complex.vertices)
    return [vertex for region, _ in boundary.cells for vertex in region.vertices]


def _walls(boundary: DecisionBoundary | NetworkBoundary, names: Sequence[str]) -> list[tuple[Polyhedron, str | None]]:
    """Return the maximal cells of a boundary, each with the names of the classes that meet there if there are more."""
    if isinstance(boundary, NetworkBoundary):
        ties = list(boundary.ties)
    else:
        ties = [boundary.classes_on(cell) for cell in boundary.minimal_mixed_cells]
    found = sorted(zip(map(sorted, ties), boundary.complex.maximal_cells, strict=True), key=lambda pair: pair[0])
    return [(cell, " | ".join(names[k] for k in tie) if len(names) > 2 else None) for tie, cell in found]
