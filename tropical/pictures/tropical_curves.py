"""Pictures of dual subdivisions, tropical curves and decision boundaries. Needs matplotlib.

All cells are clipped exactly; only their drawing is done in floating point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import atan2
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import Vector, VectorLike, as_vector
from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.pictures.figures import TINTS, floats, new_figure, pyplot, style
from tropical.pictures.regions import draw_points
from tropical.pictures.view import check_bounds
from tropical.regions.surveys.decision_boundary import NetworkBoundary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Window = tuple[VectorLike, VectorLike]
CLASS_TINTS = (TINTS[0], TINTS[2], *TINTS[3:], TINTS[1])
INK, THIN = "#1A1A1A", "#8C8C8C"
MARGIN = Fraction(1, 3)
"""Free space around the vertices, as a part of the width."""
DOT = 3.2


def plot_subdivision(function: TropicalPolynomial | DecisionBoundary, window: Window | None = None) -> Figure:
    """Draw the dual subdivision beside the hypersurface, in one or two variables.

    Points are filled if they are vertices of the subdivision. Where there are signs or classes, points and regions have
    the colour of their class, and the edges between classes and the boundary are bold.

    Args:
        function: a tropical polynomial, or several as the classes of a boundary.
        window: lower and upper bounds of the part of the plane to be shown.

    Raises:
        ShapeError: for other numbers of variables.
        MissingExtraError: if matplotlib is not installed.
    """
    boundary = function if isinstance(function, DecisionBoundary) else DecisionBoundary((function,))
    if boundary.ambient_dim not in (1, 2):
        raise ShapeError(f"a subdivision in {boundary.ambient_dim} variables is not drawn; give one in 1 or 2")
    pyplot()
    with style():
        figure: Figure
        figure, (left, right) = pyplot().subplots(1, 2, figsize=(7.2, 3.4), layout="constrained")
        (_draw_newton_polygon if boundary.ambient_dim == 2 else _draw_lifted_points)(left, boundary)
        _draw_space(right, boundary, window)
    return figure


def plot_boundary(
    boundary: DecisionBoundary | NetworkBoundary,
    window: Window | None = None,
    *,
    points: Any = None,
    classes: Sequence[Any] | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw a decision boundary in one, two or three variables.

    In the plane the regions have the colour of their class, and the boundary is bold; in space its two-dimensional
    cells are drawn; on the line the scores are.

    Args:
        boundary: of tropical polynomials or of a network.
        window: lower and upper bounds of what is shown.
        points: data to be shown on top, n x 2, in the plane only.
        classes: a name for every point; points of one class get one marker.
        ax: axes of matplotlib to draw in, in the plane and on the line; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        ShapeError: for other numbers of variables, and for a network with one input, whose graph plot_regions draws.
        MissingExtraError: if matplotlib is not installed.
    """
    dim = boundary.complex.ambient_dim
    if dim not in (1, 2, 3) or (dim == 1 and isinstance(boundary, NetworkBoundary)):
        raise ShapeError(f"a boundary in {dim} dimensions is not drawn; restrict it to a plane")
    pyplot()
    with style():
        if dim == 3:
            if ax is not None or points is not None:
                raise InputError("axes and points are for boundaries in the plane; leave them out in space")
            return _plot_surface(boundary, window)
        figure, axes = new_figure(*(figsize or (4.2, 3.6)), ax)
        if isinstance(boundary, NetworkBoundary):
            _draw_network(axes, boundary, window)
        else:
            _draw_space(axes, boundary, window)
        if points is not None:
            draw_points(axes, points, classes)
            regions = axes.get_legend()
            if classes is not None:
                axes.legend(loc="lower left", bbox_to_anchor=(1.01, 0.0), frameon=False, borderaxespad=0)
            if regions is not None:
                axes.add_artist(regions)
    return figure


def _box(points: Sequence[Vector], dim: int, window: Window | None) -> Polyhedron:
    """Return the window, by default a box around the points."""
    if window is not None:
        lower, upper = (as_vector(bound, dim) for bound in window)
    else:
        columns = list(zip(*points, strict=True)) or [(Fraction(0),)] * dim
        widths = [max(column) - min(column) for column in columns]
        space = [MARGIN * width or max(widths) / 2 or Fraction(1) for width in widths]
        lower = tuple(min(column) - gap for column, gap in zip(columns, space, strict=True))
        upper = tuple(max(column) + gap for column, gap in zip(columns, space, strict=True))
    check_bounds(lower, upper)
    return Polyhedron.box(lower, upper)


def in_cyclic_order(points: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """Return the corners of a convex polygon in cyclic order."""
    x, y = (sum(column) / len(points) for column in zip(*points, strict=True))
    return sorted(map(tuple, points), key=lambda p: atan2(p[1] - y, p[0] - x))


def _draw_newton_polygon(axes: Axes, boundary: DecisionBoundary) -> None:
    sub = boundary.subdivision
    places = floats(sub.points)
    for cell in sub.cells(2):
        corners = in_cyclic_order([places[i] for i in cell])
        axes.fill(*zip(*corners, strict=True), facecolor="#F4F4F4", edgecolor="none")
    for edge in sub.cells(1):
        ends = [min(edge, key=lambda i: sub.points[i]), max(edge, key=lambda i: sub.points[i])]
        is_mixed = len(boundary.classes_on(edge)) > 1
        axes.plot(*zip(*(places[i] for i in ends), strict=True), color=INK, linewidth=2.0 if is_mixed else 0.8)
    _draw_points(axes, boundary, places)
    axes.set_aspect("equal")
    axes.margins(0.12)
    axes.set_xlabel("$s_1$")
    axes.set_ylabel("$s_2$")


def _draw_lifted_points(axes: Axes, boundary: DecisionBoundary) -> None:
    sub = boundary.subdivision
    places = floats([(*point, height) for point, height in zip(sub.points, sub.heights, strict=True)])
    for edge in sub.cells(1):
        ends = [min(edge, key=lambda i: sub.points[i]), max(edge, key=lambda i: sub.points[i])]
        is_mixed = len(boundary.classes_on(edge)) > 1
        axes.plot(*zip(*(places[i] for i in ends), strict=True), color=INK, linewidth=2.0 if is_mixed else 0.8)
    _draw_points(axes, boundary, places)
    axes.margins(0.12)
    axes.set_xlabel("$s$")
    axes.set_ylabel("$c$")


def _draw_points(axes: Axes, boundary: DecisionBoundary, places: Sequence[Sequence[float]]) -> None:
    used = {i for vertex in boundary.subdivision.vertices for i in vertex}
    for label in range(boundary.n_classes):
        own = [i for i, k in enumerate(boundary.labels) if k == label]
        color = INK if boundary.n_classes == 1 else CLASS_TINTS[label % len(CLASS_TINTS)]
        name = None if boundary.n_classes == 1 else _class_name(boundary.n_classes, label)
        for points, face in (([i for i in own if i in used], color), ([i for i in own if i not in used], "white")):
            if points:
                xs, ys = zip(*(places[i] for i in points), strict=True)
                axes.plot(xs, ys, "o", markersize=6, markerfacecolor=face, markeredgecolor=INK, markeredgewidth=0.7,
                          label=name, zorder=3)  # fmt: skip
                name = None


def _class_name(count: int, label: int) -> str:
    return ("positive", "negative")[label] if count == 2 else f"class {label}"


def _draw_space(axes: Axes, boundary: DecisionBoundary, window: Window | None) -> None:
    """Draw the regions, the tropical hypersurface, and in bold the boundary."""
    sub = boundary.subdivision
    corners = [vertex[:-1] for vertex in sub.dome.vertices] if sub.dim else []
    box = _box(corners, boundary.ambient_dim, window)
    if boundary.ambient_dim == 1:
        _draw_graphs(axes, boundary, box)
        return
    for vertex in sub.vertices:
        _fill(axes, sub.dual_cell(vertex) & box, boundary.classes_on(vertex), boundary.n_classes)
    for edge in sub.cells(1):
        is_bold = boundary.n_classes == 1 or len(boundary.classes_on(edge)) > 1
        _draw_segment(axes, sub.dual_cell(edge) & box, is_bold)
    touching = [cell for cell in boundary.minimal_mixed_cells if len(cell) > 2 and cell in sub.cells(2)]
    for cell in touching:
        _draw_segment(axes, sub.dual_cell(cell) & box, True)
    _finish(axes, box, boundary.n_classes)


def _draw_network(axes: Axes, boundary: NetworkBoundary, window: Window | None) -> None:
    corners: Sequence[Vector] = boundary.complex.vertices
    if len(corners) < 2:
        corners = [vertex for region, _ in boundary.cells for vertex in region.vertices]
    box = _box(corners, 2, window)
    count = len(boundary.regions)
    for region, classes in boundary.cells:
        _fill(axes, region.polyhedron & box, classes, count)
    for cell in boundary.complex.maximal_cells:
        if cell.dim < 2:
            _draw_segment(axes, cell & box, True)
    _finish(axes, box, count)


def _fill(axes: Axes, polygon: Polyhedron, classes: Iterable[int], count: int) -> None:
    if polygon.dim < 2:
        return
    own = sorted(classes)
    tied = len(own) > 1
    face = "#BBBBBB" if tied else "white" if count == 1 else CLASS_TINTS[own[0] % len(CLASS_TINTS)]
    corners = in_cyclic_order(floats(polygon.vertices))
    axes.fill(*zip(*corners, strict=True), facecolor=face, edgecolor=THIN, linewidth=0.3, hatch="///" if tied else None)


def _draw_segment(axes: Axes, segment: Polyhedron, is_bold: bool) -> None:
    if segment.is_empty:
        return
    xs, ys = zip(*floats(segment.vertices), strict=True)
    color, width, order = (INK, 1.8, 2) if is_bold else (THIN, 0.6, 1)
    marker = "o" if segment.dim == 0 else None
    axes.plot(xs, ys, color=color, linewidth=width, zorder=order, marker=marker, markersize=DOT)


def _finish(axes: Axes, box: Polyhedron, count: int) -> None:
    (left, bottom), (right, top) = floats([box.vertices[0], box.vertices[-1]])
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal" if 0.4 < (top - bottom) / (right - left) < 2.5 else "auto")
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
    _legend(axes, count)


def _legend(axes: Any, count: int) -> None:
    from matplotlib.patches import Patch

    if count > 1:
        names = [Patch(facecolor=CLASS_TINTS[k % len(CLASS_TINTS)], label=_class_name(count, k)) for k in range(count)]
        axes.legend(handles=names, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0)


def _draw_graphs(axes: Axes, boundary: DecisionBoundary, box: Polyhedron) -> None:
    """Draw the scores on an interval; dots are the boundary."""
    (left,), (right,) = box.vertices
    for label, polynomial in enumerate(boundary.classes):
        if not polynomial.n_terms:
            continue
        bends = DecisionBoundary((polynomial,)).subdivision.dome.vertices
        inner = sorted({left, right, *(v[0] for v in bends if left < v[0] < right and polynomial.n_terms > 1)})
        [xs, ys] = floats([inner, [polynomial([x]) for x in inner]])
        color = INK if boundary.n_classes == 1 else CLASS_TINTS[label % len(CLASS_TINTS)]
        name = None if boundary.n_classes == 1 else _class_name(boundary.n_classes, label)
        axes.plot(xs, ys, color=color, linewidth=1.4, label=name)
        if boundary.n_classes == 1:
            axes.plot(xs[1:-1], ys[1:-1], "o", color=INK, markersize=DOT)
    for vertex in boundary.complex.vertices if boundary.n_classes > 1 else ():
        if left <= vertex[0] <= right:
            [(x, y)] = floats([(vertex[0], max(F(vertex) for F in boundary.classes if F.n_terms))])
            axes.plot([x], [y], "o", color=INK, markersize=4.5, zorder=3)
    axes.set_xlabel("$x$")
    axes.set_ylabel("$F(x)$")
    if boundary.n_classes > 1:
        axes.legend(frameon=False)


def _plot_surface(boundary: DecisionBoundary | NetworkBoundary, window: Window | None) -> Figure:
    """Draw the two-dimensional cells of a boundary in space."""
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    box = _box(boundary.complex.vertices, 3, window)
    pieces = [cell & box for cell in boundary.complex.maximal_cells]
    polygons = [_corners_in_space(piece) for part in pieces for piece in ([part] if part.dim == 2 else part.facets())
                if piece.dim == 2]  # fmt: skip
    figure: Figure = pyplot().figure(figsize=(4.2, 3.8), layout="constrained")
    axes: Any = figure.add_subplot(projection="3d")
    axes.add_collection3d(Poly3DCollection(polygons, facecolors=TINTS[0], edgecolors=INK, linewidths=0.5, alpha=0.75))
    low, high = floats([box.vertices[0], box.vertices[-1]])
    for k, (axis, a, b) in enumerate(zip("xyz", low, high, strict=True), 1):
        getattr(axes, f"set_{axis}lim")(a, b)
        getattr(axes, f"set_{axis}label")(f"$x_{k}$")
    return figure


def _corners_in_space(polygon: Polyhedron) -> list[tuple[float, ...]]:
    """Return the corners of a polygon in space in cyclic order, found in a coordinate plane it is not orthogonal to."""
    [equation] = polygon.equations
    skipped = max(range(3), key=lambda k: abs(equation[k + 1]))
    kept = [k for k in range(3) if k != skipped]
    corners = floats(polygon.vertices)
    order = in_cyclic_order([tuple(corner[k] for k in kept) for corner in corners])
    place = {tuple(corner[k] for k in kept): corner for corner in corners}
    return [place[shadow] for shadow in order]
