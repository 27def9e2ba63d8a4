"""Pictures of tropical polytopes with three or four coordinates: cells, points and pseudovertices. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from polytopes.drawing.figures import INK, THIN, floats, new_panels, space_axes, style
from polytopes.drawing.shapes import in_cyclic_order, polygon_in_space
from polytopes.drawing.windows import Window, as_window
from polytopes.errors import ShapeError
from tropical.convexity.covectors import Covector
from tropical.convexity.entries import finite, shifted
from tropical.convexity.polytope import TropicalPolytope
from tropical.pictures.mixed_subdivisions import colors_of, draw_mixed_subdivision

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHEET = "#DCE4EC"
"""The tint of cells of dimension 2."""
MARGIN = 0.18
"""Free space around the points, as a part of the width."""
Places = dict[Covector, tuple[float, ...]]


def plot_tropical_polytope(
    polytope: TropicalPolytope,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
    *,
    window: object = None,
) -> Figure:
    """Draw a tropical polytope with three or four finite coordinates, of which the first is 0.

    In the plane, cells of dimension 2 are tinted and those of dimension 1 are bold. Thin rays are the hyperplanes of
    the other convention with the points as apices, which divide the plane. Pseudovertices are dots, with a black ring
    around the points that were given; beside the picture the mixed subdivision of n triangles has a cell for each, in
    the same color. In space, the bounded complex is drawn alone.

    Args:
        polytope: of points without infinite coordinates.
        ax: axes to draw in: two, or one and then without the mixed subdivision; in space for four coordinates.
        figsize: width and height of a new figure in inches.
        window: bounds of what is shown, a pair for each coordinate but the first, or one for all.

    Raises:
        ShapeError: for another number of coordinates.
        NumberError: if a coordinate is infinite.
        MissingExtraError: if matplotlib is not installed.
    """
    if polytope.n_columns not in (3, 4):
        raise ShapeError(f"tropical polytopes with 3 or 4 coordinates are drawn, this one has {polytope.n_columns}")
    shown = None if window is None else as_window(window, polytope.n_columns - 1)
    given = floats([shifted(finite(row, "the picture"))[1:] for row in polytope.points])
    sign = 1 if polytope.convention == "max" else -1
    vertices = polytope.decomposition.pseudovertices
    places = {graph: floats([[sign * x for x in point[1:]]])[0] for point, graph in vertices}
    with style(ax):
        if polytope.n_columns == 4:
            figure, space = space_axes(ax, figsize or (4.6, 4.2))
            _draw_in_space(polytope, given, places, space)
            _show(space, "xyz", shown)
            return figure
        is_alone = ax is not None and not hasattr(ax, "__len__")
        figure, axes = new_panels(
            7.0, 3.4, 1 if is_alone else 2, ax=ax, figsize=figsize, width_ratios=None if is_alone else (1.15, 1)
        )
        if not is_alone:
            draw_mixed_subdivision(axes[1], polytope)
        _draw_in_plane(axes[0], polytope, given, places)
        _show(axes[0], "xy", shown)
    return figure


def _show(axes: Any, names: str, shown: Window | None) -> None:
    """Set the limits of axes to a window that is given."""
    for name, low, high in () if shown is None else zip(names, *floats([shown.lower, shown.upper]), strict=True):
        axes.set(**{f"{name}lim": (low, high)})


def _draw_in_plane(axes: Axes, polytope: TropicalPolytope, given: Sequence[Any], places: Places) -> None:
    xs, ys = zip(*[*places.values(), *given], strict=True)
    width = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    far = 2 * width if polytope.convention == "max" else -2 * width
    for x, y in given:
        for dx, dy in ((-1.0, 0.0), (0.0, -1.0), (1.0, 1.0)):
            axes.plot([x, x + far * dx], [y, y + far * dy], color=THIN, lw=0.6, zorder=1)
    for corners in _cells(polytope, 2, places):
        axes.fill(*zip(*in_cyclic_order(corners), strict=True), facecolor=SHEET, edgecolor="none", zorder=2)
    for corners in _cells(polytope, 1, places):
        axes.plot(*zip(*corners, strict=True), color=INK, lw=1.6, zorder=3)
    marked = [place in given for place in _in_order(polytope)]
    for (x, y), color, is_given in zip(_in_order(polytope), colors_of(polytope), marked, strict=True):
        axes.plot([x], [y], "o", ms=6.5, mfc=color, mec=INK, mew=1.8 if is_given else 0.6, zorder=5)
    gap = MARGIN * width
    axes.set_xlim(min(xs) - gap, max(xs) + gap)
    axes.set_ylim(min(ys) - gap, max(ys) + gap)
    axes.set_aspect("equal")
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")


def _draw_in_space(polytope: TropicalPolytope, given: Sequence[Any], places: Places, axes: Any) -> None:
    from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection

    sheets = [polygon_in_space(corners) for corners in _cells(polytope, 2, places)]
    if sheets:
        look: dict[str, Any] = {"facecolors": SHEET, "edgecolors": "none", "alpha": 0.45}
        axes.add_collection3d(Poly3DCollection(sheets, **look))
    if edges := _cells(polytope, 1, places):
        axes.add_collection3d(Line3DCollection(edges, colors=INK, linewidths=1.0))
    for place, color in zip(_in_order(polytope), colors_of(polytope), strict=True):
        axes.plot(*[[x] for x in place], "o", ms=6 if place in given else 4, mfc=color, mec=INK, mew=0.6)
    for k, name in enumerate("xyz"):
        side = [place[k] for place in places.values()]
        gap = MARGIN * ((max(side) - min(side)) or 1.0) / 2
        getattr(axes, f"set_{name}lim")(min(side) - gap, max(side) + gap)
        getattr(axes, f"set_{name}label")(f"$x_{k + 1}$")
    axes.view_init(elev=22, azim=-55)


def _in_order(polytope: TropicalPolytope) -> list[tuple[float, ...]]:
    """Return the places of the pseudovertices in their order."""
    return floats([point[1:] for point, _ in polytope.pseudovertices])


def _cells(polytope: TropicalPolytope, dim: int, places: Places) -> list[list[tuple[float, ...]]]:
    """Return the vertices of the cells of a dimension in the polytope, pseudovertices whose graphs contain theirs."""
    cells = polytope.decomposition
    chosen = [graph for graph in cells.cells[dim] if cells.is_inside(graph)]
    return [[place for other, place in places.items() if _is_face(other, graph)] for graph in chosen]


def _is_face(vertex: Covector, cell: Covector) -> bool:
    """Whether the cell of the one graph is a face of that of the other: whether it contains that graph."""
    return all(part & other == other for part, other in zip(vertex, cell, strict=True))
