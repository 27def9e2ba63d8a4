"""Pictures of the regions of a network in the plane, and of the graph of a network with one input.

The polygons are exact (:mod:`tropical.pictures.planar_complex`); only their drawing is done in floating point. Needs
matplotlib.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from typing import TYPE_CHECKING, Any

import networkx as nx
from networkx.algorithms.coloring.greedy_coloring import strategy_smallest_last

from polytopes.arithmetic.rationals import VectorLike, as_vector
from polytopes.errors import ShapeError
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


def plot_regions(
    network: NetworkLike,
    domain: DomainLike = None,
    *,
    plane: Plane | None = None,
    window: tuple[VectorLike, VectorLike] | None = None,
    points: Any = None,
    classes: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
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
        limit: raise LimitReached if there are more regions.
        method: as for :func:`tropical.regions.activation_regions.activation_regions`.

    Raises:
        ShapeError: for more than two inputs without a plane.
        DomainError: if the domain has no interior in the picture.
        MissingExtraError: if matplotlib is not installed.
    """
    network, domain = asked(network, domain)
    pyplot()
    domain, window = frame(network, domain, plane=plane, window=window)
    if plane is not None:
        network = plane.restrict(network)
    view = View(domain, window, limit, method)
    if network.input_dim == 1:
        return _plot_graph(pieces(network, view), labels)
    with style():
        figure = draw_complex(planar_complex(network, view))
        axes = figure.axes[0]
        x_label, y_label = labels or _axis_labels(plane)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        _draw_marks(axes, () if plane is None else plane.marks)
        if points is not None:
            _draw_points(axes, points, classes)
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


def draw_complex(complex: PlanarComplex) -> Figure:
    """Draw polygons and boundaries; the legend and the labels are left to the caller."""
    from matplotlib.collections import LineCollection, PolyCollection

    check_bounds(*zip(*complex.bounds, strict=True))
    figure, axes = new_figure(4.2, 3.6)
    colors = map_colors(complex)
    faces = [colors[polygon.affine_map] for polygon in complex.polygons]
    outlines = [floats(polygon.vertices) for polygon in complex.polygons]
    axes.add_collection(PolyCollection(outlines, facecolors=faces, edgecolors=faces, linewidths=0.3))
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
    return figure


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


def _draw_points(axes: Axes, points: Any, classes: Sequence[Any] | None) -> None:
    rows = floats(points)
    names = [None] * len(rows) if classes is None else list(classes)
    for marker, name in zip(cycle(MARKERS), dict.fromkeys(names), strict=False):
        xs, ys = zip(*(row for row, own in zip(rows, names, strict=True) if own == name), strict=True)
        dots = axes.scatter(xs, ys, s=11, marker=marker, label=name, clip_on=False, zorder=3)
        dots.set(facecolor="white", edgecolor="black", linewidth=0.5)


def _draw_legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, borderaxespad=0, handlelength=2.4)


def _plot_graph(parts: Sequence[Piece], labels: Sequence[str] | None) -> Figure:
    """Draw the value over an interval; dots are the breakpoints, filled where a first layer bends."""
    check_bounds([parts[0].ends[0]], [parts[-1].ends[1]])
    with style():
        figure, axes = new_figure(4.2, 3.0)
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
