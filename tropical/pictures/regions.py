"""Pictures of the regions of a network in the plane, and of the graph of a network with one input.

The polygons are exact (:mod:`tropical.pictures.planar_complex`); only their drawing is done in floating point. Needs
matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

from attrs import evolve

from polytopes.drawing.figures import (
    CLASS_TINTS,
    INK,
    THIN,
    draw_legend,
    draw_note,
    floats,
    legend_text,
    new_figure,
    pyplot,
    set_limits,
    style,
)
from polytopes.drawing.windows import check_bounds
from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.networks.sources import asked
from tropical.pictures.data_points import DataPoints, classes_of_labels, draw_data, named_classes
from tropical.pictures.linear_pieces import draw_graph, pieces
from tropical.pictures.planar_complex import PlanarComplex, planar_complex
from tropical.pictures.region_colors import BRIGHT, LINES, classes_on, gradients, map_colors, values
from tropical.pictures.view import View
from tropical.regions.surveys.decision_boundary import score_network

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.enumeration.cells import Method
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike
    from tropical.pictures.plane import Plane

PALE = 0.3
"""Opacity of boundaries across which the affine map stays the same."""
Coloring = Literal["map", "class", "value", "gradient", "layer"]
SHADES, TIED = "YlGnBu", "#BBBBBB"
NAMES = {"value": "value in the middle of the region", "gradient": "norm of the Jacobian"}


def plot_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    plane: Plane | str | None = None,
    window: object = None,
    data: Any = None,
    labels: Any = None,
    axis_labels: Sequence[str] | None = None,
    colors: Coloring = "map",
    classes: Sequence[str] | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
    legend: bool = True,
    limit: int | None = None,
    method: Method | None = None,
) -> Figure:
    """Draw the activation regions of a network with two inputs, in a plane of more inputs, or the graph for one input.

    Regions with one affine map have one color, adjacent ones with different maps have different colors. The
    boundaries of each layer have a line style of their own; they are pale where the affine map does not change.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        plane: where to cut, for a network with more than two inputs; or its text, such as "0,1"
            (:func:`~tropical.pictures.plane.parse_plane`).
        window: bounds of what is shown, a pair for each coordinate of the picture or one pair for both. If None, the
            domain if it is bounded, else the surroundings of the data; without data those of the points a plane goes
            through, or a box around the vertices of regions without those that are far off, whose number is noted.
        data: points to be shown on top, n x 2 in the coordinates of the picture, or a DataSet. With a plane, points of
            the input space are projected to it orthogonally; for one input, points may have a second coordinate.
        labels: a label of any kind for every point; points of one label have one marker and color.
        axis_labels: names of the axes.
        colors: of regions: "map" for a color for each affine map; "class" for the class with the largest score, or the
            sign of the only output, with the decision boundary in bold; "value" for the value of the only output in
            the middle of each region, or "gradient" for the norm of the Jacobian there (square root of the sum of
            squares), with a bar; "layer" for white regions and a bright color for the boundaries of each layer.
        classes: names of the classes for ``colors="class"``.
        ax: axes of matplotlib to draw in, for figures of several pictures; a new figure if None.
        figsize: width and height of a new figure in inches.
        legend: whether to draw a legend.
        limit: raise LimitReached if there are more regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.

    Raises:
        InputError: for colors of another name, or the value of several outputs.
        ShapeError: for more than two inputs without a plane, and where numbers of points, labels or names do not fit.
        DomainError: if the domain has no interior in the picture.
        MissingExtraError: if matplotlib is not installed.
    """
    network, domain = asked(network, domain)
    pyplot()
    if colors not in get_args(Coloring):
        raise InputError(f"colors {shortened(colors)}; give one of {', '.join(get_args(Coloring))}")
    if colors == "value" and network.output_dim > 1:
        raise InputError(f"the value of {network.output_dim} outputs is no number; give network.output(k)")
    if isinstance(plane, str):
        from tropical.pictures.plane import parse_plane

        plane = parse_plane(plane, network.input_dim, domain)
    points = DataPoints.of(data, labels, plane)
    if points is not None:
        points.check_dim(*((1, 2) if network.input_dim == 1 and plane is None else (2,)))
    view = evolve(View.of(network, domain, plane=plane, window=window, data=points), limit=limit, method=method)
    if plane is not None:
        network = plane.restrict(network)
    names = named_classes(classes, max(2, network.output_dim), by_sign=network.output_dim == 1)
    with style(ax):
        figure, axes = new_figure(*(figsize or (4.2, 3.0 if network.input_dim == 1 else 3.6)), ax)
        if network.input_dim == 1:
            draw_graph(axes, pieces(network, view))
        elif colors == "class":
            _draw_classes(axes, planar_complex(score_network(network), view), names)
        else:
            _draw_complex(axes, planar_complex(network, view), colors)
        _draw_marks(axes, () if plane is None else plane.marks)
        by_class = colors == "class" and points is not None
        matched = classes_of_labels(points.names, names, network.output_dim == 1) if by_class and points else None
        draw_data(axes, points, matched, classes)
        x_label, y_label = axis_labels or _axis_labels(network.input_dim, plane)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if legend:
            draw_legend(axes, below=ax is not None)
    return figure


def _axis_labels(dim: int, plane: Plane | None) -> tuple[str, str]:
    if dim == 1:
        return "$x$", "$f(x)$"
    first, second = ("x_1", "x_2") if plane is None else plane.labels
    return f"${first}$", f"${second}$"


def _draw_complex(axes: Axes, complex: PlanarComplex, coloring: Coloring) -> None:
    """Draw polygons and boundaries; the legend and the labels are left to the caller."""
    from matplotlib.collections import LineCollection, PolyCollection

    check_bounds(*zip(*complex.bounds, strict=True))
    outlines = [floats(polygon.vertices) for polygon in complex.polygons]
    if coloring == "map":
        colors = map_colors(complex)
        faces = [colors[polygon.affine_map] for polygon in complex.polygons]
        axes.add_collection(PolyCollection(outlines, facecolors=faces, edgecolors=faces, linewidths=0.3))
    elif coloring != "layer":
        numbers = values(complex) if coloring == "value" else gradients(complex)
        shades = PolyCollection(outlines, array=numbers, cmap=SHADES, edgecolors="face", linewidths=0.3)
        axes.add_collection(shades)
        room: dict[str, Any] = {} if axes.figure.get_layout_engine() else {"pad": 0.3}  # for the legend above the bar
        axes.figure.colorbar(shades, ax=axes, location="bottom", shrink=0.8, label=NAMES[coloring], **room)
    fine = min(1.0, (200 / len(complex.polygons)) ** 0.25)
    for layer in complex.layers:
        color, dashes, width = LINES[layer % len(LINES)]
        if coloring == "layer":
            color, dashes = BRIGHT[layer % len(BRIGHT)], "-"
        for bends, alpha in ((False, PALE), (True, 1.0)):
            lines = [floats(line) for line in complex.boundaries(layer, bends)]
            options = {"colors": color, "linestyles": [dashes], "linewidths": fine * width, "alpha": alpha}
            axes.add_collection(LineCollection(lines, **options, zorder=2 - layer / 100))
        axes.plot([], [], color=color, linestyle=dashes, linewidth=width, label=f"layer {layer + 1}")
    if not all(segment.bends for segment in complex.segments):
        axes.plot([], [], color=LINES[0][0], alpha=PALE, linewidth=LINES[0][2], label="same affine map")
    _fit(axes, complex)


def _draw_classes(axes: Axes, complex: PlanarComplex, names: Sequence[str]) -> None:
    """Draw the regions of a ``score_network`` in the color of their class, its decision boundary in bold."""
    from matplotlib.collections import LineCollection, PolyCollection

    check_bounds(*zip(*complex.bounds, strict=True))
    own = [tuple(classes_on(polygon)) for polygon in complex.polygons]
    outlines = [floats(polygon.vertices) for polygon in complex.polygons]
    faces = [CLASS_TINTS[k[0] % len(CLASS_TINTS)] if len(k) == 1 else TIED for k in own]
    axes.add_collection(PolyCollection(outlines, facecolors=faces, edgecolors=faces, linewidths=0.3))
    tied = [outline for outline, k in zip(outlines, own, strict=True) if len(k) > 1]
    axes.add_collection(PolyCollection(tied, facecolors="none", edgecolors="#777777", linewidths=0, hatch="///"))
    sides = [(segment, own[segment.polygons[0]] != own[segment.polygons[1]]) for segment in complex.segments]
    for is_bold, color, width in ((False, THIN, 0.4), (True, INK, 1.8)):
        lines = [floats(segment.ends) for segment, bold in sides if bold == is_bold]
        style = {"colors": color, "linewidths": width, "capstyle": "round"}
        axes.add_collection(LineCollection(lines, **style, zorder=2 + is_bold / 10))
    for k in sorted({k for classes in own for k in classes}):
        axes.fill([], [], facecolor=CLASS_TINTS[k % len(CLASS_TINTS)], label=legend_text(names[k]))
    _fit(axes, complex)


def _fit(axes: Axes, complex: PlanarComplex) -> None:
    """Show the window, with a note on vertices outside; true proportions unless it is very long."""
    set_limits(axes, *floats(zip(*complex.bounds, strict=True)))
    axes.tick_params(direction="out", length=2.5)
    draw_note(axes, complex.note)


def _draw_marks(axes: Axes, marks: Sequence[Sequence[Fraction]]) -> None:
    from matplotlib.patheffects import withStroke

    for name, mark in zip("pqr", marks, strict=False):
        [(x, y)] = floats([mark])
        axes.plot(x, y, "o", color="black", markersize=3)
        text = axes.annotate(f"${name}$", (x, y), xytext=(4, 4), textcoords="offset points")
        text.set_path_effects([withStroke(linewidth=2, foreground="white")])
