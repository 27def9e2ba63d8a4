"""Pictures of the regions of a network in the plane, and of the graph of a network with one input.

The polygons are exact (:mod:`tropical.pictures.planar_complex`); only their drawing is done in floating point. Needs
matplotlib.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal, get_args

import networkx as nx
from networkx.algorithms.coloring.greedy_coloring import strategy_smallest_last

from polytopes.arithmetic.rationals import VectorLike, as_vector, dot
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from tropical.networks.sources import asked
from tropical.pictures.figures import TINTS, floats, new_figure, pyplot, style
from tropical.pictures.linear_pieces import Piece, pieces
from tropical.pictures.planar_complex import PlanarComplex, planar_complex
from tropical.pictures.view import View, check_bounds, check_interior, square_around

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polytopes.enumeration.cells import Method
    from polytopes.polyhedra.domains import DomainLike
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.networks.sources import NetworkLike
    from tropical.pictures.plane import Plane

LINES = (
    ("#1A1A1A", "-", 1.3),
    ("#AA3377", (0, (4, 1.2)), 1.0),
    ("#225588", (0, (1, 1)), 1.1),
    ("#225522", (0, (5, 1, 1, 1)), 0.9),
    ("#663333", (0, (7, 1.5)), 0.8),
    ("#555555", (0, (1, 2.5)), 0.8),
)
"""Colour, dashes and width of the boundaries of layer 1, 2, ...; each of the three tells the first layers apart."""
PALE = 0.3
"""Opacity of boundaries across which the affine map stays the same."""
MARKERS = "osD^vP*X"
Coloring = Literal["map", "value", "gradient"]
SHADES = "YlGnBu"
NAMES = {"value": "value in the middle of the region", "gradient": "norm of the Jacobian"}


def plot_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    plane: Plane | None = None,
    window: tuple[VectorLike, VectorLike] | None = None,
    points: Any = None,
    classes: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    colors: Coloring = "map",
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
    limit: int | None = None,
    method: Method | None = None,
) -> Figure:
    """Draw the activation regions of a network with two inputs, in a plane of more inputs, or the graph for one input.

    Regions with one affine map have one colour, adjacent ones with different maps have different colours. The
    boundaries of each layer have a line style of their own; they are pale where the affine map does not change.

    Args:
        network: a network, or what :func:`tropical.load` reads without options.
        domain: a polyhedron in its input space, or bounds (:func:`~polytopes.polyhedra.domains.as_domain`); the whole
            space if None.
        plane: where to cut, for a network with more than two inputs.
        window: lower and upper bounds of what is shown, in the coordinates of the picture; two numbers bound them all.
            If None, the domain, or for
            an unbounded one a box that contains all vertices, or the surroundings of the points a plane goes through.
        points: data to be shown on top, n x 2 in the coordinates of the picture.
        classes: a name for every point; points of one class get one marker.
        labels: names of the axes.
        colors: "map" for a colour for each affine map; "value" for the value of the only output in the middle of each
            region, or "gradient" for the norm of the Jacobian there (square root of the sum of squares), with a bar.
        ax: axes of matplotlib to draw in, for figures of several pictures; a new figure if None.
        figsize: width and height of a new figure in inches.
        limit: raise LimitReached if there are more regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.

    Raises:
        InputError: for colors of another name, or the value of several outputs.
        ShapeError: for more than two inputs without a plane.
        DomainError: if the domain has no interior in the picture.
        MissingExtraError: if matplotlib is not installed.
    """
    network, domain = asked(network, domain)
    pyplot()
    if colors not in get_args(Coloring):
        raise InputError(f"colors {shortened(colors)}; give one of {', '.join(get_args(Coloring))}")
    if colors == "value" and network.output_dim > 1:
        raise InputError(f"the value of {network.output_dim} outputs is no number; give network.output(k)")
    domain, window = frame(network, domain, plane=plane, window=window)
    if plane is not None:
        network = plane.restrict(network)
    view = View(domain, window, limit, method)
    if network.input_dim == 1:
        return _plot_graph(pieces(network, view), labels, ax, figsize)
    with style():
        figure, axes = new_figure(*(figsize or (4.2, 3.6)), ax)
        _draw_complex(axes, planar_complex(network, view), colors)
        x_label, y_label = labels or _axis_labels(plane)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        _draw_marks(axes, () if plane is None else plane.marks)
        if points is not None:
            draw_points(axes, points, classes)
        _draw_legend(axes)
    return figure


def frame(
    network: Network,
    domain: Polyhedron | None = None,
    *,
    plane: Plane | None = None,
    window: tuple[VectorLike, VectorLike] | None = None,
) -> tuple[Polyhedron | None, tuple[VectorLike, VectorLike] | None]:
    """Return the domain and the window in the coordinates of a picture; no region has to be known for that.

    Arguments and errors as for :func:`plot_regions`; what cannot be drawn is refused, as far as it can be seen here.
    """
    if plane is not None and domain is not None:
        domain = plane.section(domain)
    dim = network.input_dim if plane is None else 2
    if dim > 2:
        raise ShapeError(f"a network with {dim} inputs needs a plane in which its regions are drawn")
    if domain is not None:
        check_interior(domain)
    is_bounded = domain is not None and domain.is_bounded
    if window is None and plane is not None and plane.marks and not is_bounded:
        window = square_around(plane.marks)
    if window is not None:
        lower, upper = ([bound] * dim if isinstance(bound, (int, float, str)) else bound for bound in window)
        window = as_vector(lower, dim), as_vector(upper, dim)
        check_bounds(*window)
    elif domain is not None and is_bounded:
        columns = list(zip(*domain.vertices, strict=True))
        check_bounds(list(map(min, columns)), list(map(max, columns)))
    return domain, window


def _axis_labels(plane: Plane | None) -> tuple[str, str]:
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
    else:
        numbers = _values(complex) if coloring == "value" else _gradients(complex)
        shades = PolyCollection(outlines, array=numbers, cmap=SHADES, edgecolors="face", linewidths=0.3)
        axes.add_collection(shades)
        axes.figure.colorbar(shades, ax=axes, location="bottom", shrink=0.8, label=NAMES[coloring])
    fine = min(1.0, (200 / len(complex.polygons)) ** 0.25)
    for layer in complex.layers:
        color, dashes, width = LINES[layer % len(LINES)]
        for bends, alpha in ((False, PALE), (True, 1.0)):
            lines = [floats(line) for line in complex.boundaries(layer, bends)]
            style = {"colors": color, "linestyles": [dashes], "linewidths": fine * width, "alpha": alpha}
            axes.add_collection(LineCollection(lines, **style, zorder=2 - layer / 100))
        axes.plot([], [], color=color, linestyle=dashes, linewidth=width, label=f"layer {layer + 1}")
    if not all(segment.bends for segment in complex.segments):
        axes.plot([], [], color=LINES[0][0], alpha=PALE, linewidth=LINES[0][2], label="same affine map")
    _fit(axes, complex)


def _values(complex: PlanarComplex) -> list[float]:
    """Return the value of the output at the mean of the vertices of every polygon."""
    found = []
    for polygon in complex.polygons:
        [form] = polygon.region.cell.forms
        middle = [sum(column, Fraction(0)) / len(polygon.vertices) for column in zip(*polygon.vertices, strict=True)]
        found.append(dot(form, (Fraction(1), *middle)))
    return list(floats([found])[0])


def _gradients(complex: PlanarComplex) -> list[float]:
    squares = [
        sum((entry**2 for form in polygon.region.cell.forms for entry in form[1:]), Fraction(0))
        for polygon in complex.polygons
    ]
    return [sqrt(square) for square in floats([squares])[0]]


def _fit(axes: Axes, complex: PlanarComplex) -> None:
    """Show the window; true proportions unless it is very long."""
    (left, right), (bottom, top) = (tuple(map(float, pair)) for pair in complex.bounds)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    ratio = (top - bottom) / (right - left)
    axes.set_aspect("equal" if 0.6 < ratio < 1.7 else "auto")
    axes.tick_params(direction="out", length=2.5)


def map_colors(complex: PlanarComplex) -> list[tuple[float, ...]]:
    """Return a colour for every affine map: adjacent ones differ in tint, all of one tint differ a little in shade."""
    from matplotlib.colors import to_rgb

    tint_of = map_tints(complex.map_graph)
    sizes, ranks = Counter(tint_of), Counter[int]()
    colors = []
    for tint in tint_of:
        white = 0.15 + 0.4 * ranks[tint] / sizes[tint]
        ranks[tint] += 1
        colors.append(tuple(part + (1 - part) * white for part in to_rgb(TINTS[tint])))
    return colors


def map_tints(graph: nx.Graph) -> list[int]:
    """Return a tint for each node, no neighbour's, and of those the one least used nearby and so far.

    A planar graph has a node with at most five neighbours, and so have all its parts: in the order in which such
    nodes are put back there is always a tint left. A map whose parts touch many others may have to share one.
    """
    tints: dict[int, int] = {}
    uses: Counter[int] = Counter()
    for node in strategy_smallest_last(graph, {}):
        near = Counter(tints[n] for n in graph[node] if n in tints)
        around = Counter(tints[m] for n in graph[node] for m in graph[n] if m in tints)
        tints[node] = min(range(len(TINTS)), key=lambda tint: (near[tint], around[tint], uses[tint]))
        uses[tints[node]] += 1
    return [tints[node] for node in range(len(graph))]


def _draw_marks(axes: Axes, marks: Sequence[Sequence[Fraction]]) -> None:
    from matplotlib.patheffects import withStroke

    for name, mark in zip("pqr", marks, strict=False):
        [(x, y)] = floats([mark])
        axes.plot(x, y, "o", color="black", markersize=3)
        text = axes.annotate(f"${name}$", (x, y), xytext=(4, 4), textcoords="offset points")
        text.set_path_effects([withStroke(linewidth=2, foreground="white")])


def draw_points(axes: Axes, points: Any, classes: Sequence[Any] | None) -> None:
    rows = floats(points)
    names = [None] * len(rows) if classes is None else list(classes)
    for marker, name in zip(cycle(MARKERS), dict.fromkeys(names), strict=False):
        xs, ys = zip(*(row for row, own in zip(rows, names, strict=True) if own == name), strict=True)
        dots = axes.scatter(xs, ys, s=11, marker=marker, label=name, clip_on=False, zorder=3)
        dots.set(facecolor="white", edgecolor="black", linewidth=0.5)


def _draw_legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0, handlelength=2.4)


def _plot_graph(
    parts: Sequence[Piece],
    labels: Sequence[str] | None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw the value over an interval; dots are the breakpoints, filled where a first layer bends."""
    check_bounds([parts[0].ends[0]], [parts[-1].ends[1]])
    with style():
        figure, axes = new_figure(*(figsize or (4.2, 3.0)), ax)
        n_outputs = len(parts[0].values[0])
        xs = [float(piece.ends[0]) for piece in parts] + [float(parts[-1].ends[1])]
        for output in range(n_outputs):
            color, dashes, width = LINES[output % len(LINES)]
            values = [piece.values[0][output] for piece in parts] + [parts[-1].values[1][output]]
            [ys] = floats([values])
            axes.plot(xs, ys, color=color, linestyle=dashes, linewidth=width, label=f"$f_{{{output + 1}}}$")
            axes.plot(xs[1:-1], ys[1:-1], "o", color=color, markersize=2.5)
        axes.set_xlim(xs[0], xs[-1])
        x_label, y_label = labels or ("$x$", "$f(x)$")
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if n_outputs > 1:
            _draw_legend(axes)
    return figure
