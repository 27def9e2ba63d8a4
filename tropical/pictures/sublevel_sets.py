"""Pictures of level sets in the plane: components in colours, walls, flat cells, critical components by index.

The cells are exact; they are rounded to floats to be drawn. Needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row
from polytopes.drawing.figures import (
    TINTS,
    draw_legend,
    draw_note,
    floats,
    new_figure,
    new_panels,
    pyplot,
    set_limits,
    style,
)
from polytopes.drawing.windows import MARGIN
from polytopes.errors import ShapeError
from tropical.pictures.barcodes import draw_barcode, draw_betti_curves
from tropical.pictures.data_points import DataPoints, draw_data
from tropical.pictures.scenes import scene_window
from tropical.topology.cell_complex import CellComplex
from tropical.topology.classes import both_ways
from tropical.topology.level_sets import LevelSet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
Window = tuple[Point, Point]
SHAPES = {0: ("minimum", "o", "#004488"), 1: ("saddle", "X", "#BB5566"), 2: ("maximum", "^", "#DDAA33")}
"""Names, markers and colours of critical components by index (colours of Paul Tol, high contrast)."""
OTHER = ("other", "s", "#000000")


def plot_topology(
    cells: CellComplex,
    sets: Sequence[LevelSet] = (),
    *,
    field: int = 2,
    critical: bool = True,
    window: object = None,
    data: Any = None,
    labels: Any = None,
    ax: Any = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw a function: in the plane its sets and critical components, then its barcode and Betti numbers.

    Args:
        cells: the complex of a function.
        sets: level sets of it, each a panel of its own, if it is of two variables; without any the walls are drawn.
        field: the characteristic of the coefficients.
        critical: whether to mark critical components.
        window: bounds of the part of the plane that is shown, a pair for each variable or one for both. If None, a
            bounded domain, or the surroundings of the data, or of the vertices without those that are far off.
        data, labels: points on top of the sets, as for :func:`tropical.pictures.regions.plot_regions`.
        ax: axes to draw in, one for each panel; a new figure if None.
        figsize: width and height of a new figure in inches.
    """
    scene = _Scene.of(cells, window, data, labels) if cells.complex.dim == 2 else None
    panels: list[LevelSet | None] = []
    if cells.complex.dim == 2:
        panels = [*sets] or [None]
    count = len(panels) + 2
    pyplot()
    with style(ax):
        figure, axes = new_panels(3.3 * count, 2.9, count, ax=ax, figsize=figsize)
        for own, found in zip(axes, panels, strict=False):
            assert scene is not None, "there are panels of functions of two variables only"
            draw_set(own, cells, found, critical, scene)
        draw_barcode(axes[-2], cells, field)
        draw_betti_curves(axes[-1], cells, field)
    return figure


def plot_set(
    cells: CellComplex,
    found: LevelSet | None = None,
    *,
    critical: bool = True,
    window: object = None,
    data: Any = None,
    labels: Any = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] = (3.6, 3.2),
) -> Figure:
    """Draw a level set of a function of two variables, or only its walls; arguments as for :func:`plot_topology`.

    Raises:
        ShapeError: if there are not two variables.
    """
    if cells.complex.dim != 2:
        raise ShapeError(f"a filled set needs a function of 2 variables, this one has {cells.complex.dim}")
    pyplot()
    with style(ax):
        figure, axes = new_figure(*figsize, ax)
        draw_set(axes, cells, found, critical, _Scene.of(cells, window, data, labels))
    return figure


@frozen
class _Scene:
    """The part of the plane that is drawn, a note on vertices outside of it, and points on top."""

    window: Window
    note: str
    data: DataPoints | None

    @classmethod
    def of(cls, cells: CellComplex, window: object, data: Any, labels: Any) -> _Scene:
        points, complex_ = DataPoints.of(data, labels), cells.complex
        if points is not None:
            points.check_dim(2)
        if window is None and complex_.domain is not None and complex_.domain.is_bounded:
            window = complex_.domain.bounding_box()
        corners = [complex_.vertex(label) for label, vertex in enumerate(complex_.is_vertex) if vertex]
        shown, note = scene_window(corners, 2, window, points, MARGIN)
        (left, bottom), (right, top) = floats([shown.lower, shown.upper])
        return cls(((left, bottom), (right, top)), note, points)


def draw_set(axes: Axes, cells: CellComplex, found: LevelSet | None, critical: bool, scene: _Scene) -> None:
    """Draw a level set of a function of two variables into axes."""
    window = scene.window
    if found is not None:
        _draw_components(axes, found, window)
    _draw_walls(axes, cells, window)
    _draw_flat_cells(axes, cells, window)
    if critical:
        _draw_critical(axes, cells)
    draw_data(axes, scene.data)
    draw_legend(axes, below=True)
    set_limits(axes, *window)
    draw_note(axes, scene.note)
    axes.set_title("walls" if found is None else f"$f {_sign(found)} {found.level}$", fontsize=9)


def _sign(found: LevelSet) -> str:
    return {"<=": "\\leq", ">=": "\\geq"}.get(found.relation.value, found.relation.value)


def outline(rows: Iterable[Row], window: Window) -> list[Point]:
    """Return the corners of a polygon, given by generators as rows, in cyclic order; rays end outside of the window.

    >>> outline([(1, 0, 0), (1, 1, 0), (0, 0, 1)], ((0.0, 0.0), (1.0, 1.0)))
    [(0.0, 0.0), (1.0, 0.0), (1.0, 100.0), (0.0, 100.0)]
    """
    given = list(dict.fromkeys(rows))
    points = floats([[entry / row[0] for entry in row[1:]] for row in given if row[0]])
    rays = floats([row[1:] for row in given if not row[0]])
    (left, bottom), (right, top) = window
    reach = 100 * max(right - left, top - bottom, *(abs(entry) for point in points for entry in point))
    far = [(ray[0] * reach / size, ray[1] * reach / size) for ray in rays for size in [max(map(abs, ray))]]
    corners = [(x, y) for x, y in points]
    corners += [(x + u, y + v) for x, y in points for u, v in far]
    corners += [(x + u + a, y + v + b) for x, y in points for (u, v), (a, b) in combinations(far, 2)]
    return _hull(corners)


def _hull(points: Iterable[Point]) -> list[Point]:
    """Return the corners of the convex hull in cyclic order (Andrew 1979)."""
    order = sorted(set(points))
    halves = []
    for sequence in (order, order[::-1]):
        half: list[Point] = []
        for point in sequence:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return [*halves[0], *halves[1]] or order


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _draw_components(axes: Axes, found: LevelSet, window: Window) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    for number, component in enumerate(found.components()):
        tint = TINTS[number % len(TINTS)]
        pieces = [list(found.piece(region)) for region in component.regions]
        by_dim: dict[int, list[list[Point]]] = {0: [], 1: [], 2: []}
        for rows in pieces:  # on a line, rounding may move points off it
            by_dim[rank(rows) - 1].append(outline(rows, window))
        axes.add_collection(PolyCollection(by_dim[2], facecolors=tint, edgecolors=tint, linewidths=0.4))
        lines = [(min(own), max(own)) for own in by_dim[1]]
        axes.add_collection(LineCollection(lines, colors=tint, linewidths=2.2, capstyle="round"))
        dots = [own[0] for own in by_dim[0]]
        axes.plot([x for x, _ in dots], [y for _, y in dots], "o", color=tint, markersize=4)


def _rows(cells: CellComplex, k: int, index: int) -> list[Row]:
    return [*cells.complex.rows(k, index), *both_ways(cells.complex.lines)]


def _draw_walls(axes: Axes, cells: CellComplex, window: Window) -> None:
    from matplotlib.collections import LineCollection

    k = 1 - cells.lineality
    if k < 0:
        return
    outlines = [outline(_rows(cells, k, i), window) for i in range(len(cells.complex.poset.faces[k]))]
    axes.add_collection(LineCollection(outlines, colors="#777777", linewidths=0.35))


def _draw_flat_cells(axes: Axes, cells: CellComplex, window: Window) -> None:
    """Hatch the regions where the function is constant, and draw such walls thick."""
    from matplotlib.collections import LineCollection, PolyCollection

    ranges = cells.ranges
    outlines = {
        dim: [
            outline(_rows(cells, k, i), window)
            for i, (low, high) in enumerate(zip(ranges.low[k], ranges.high[k], strict=True))
            if low == high
        ]
        for dim in (1, 2)
        for k in [dim - cells.lineality]
        if 0 <= k <= cells.complex.depth
    }
    flat = PolyCollection(outlines.get(2, []), facecolors="none", edgecolors="#555555", linewidths=0, hatch="////")
    axes.add_collection(flat)
    axes.add_collection(LineCollection(outlines.get(1, []), colors="#333333", linewidths=1.1))


def _draw_critical(axes: Axes, cells: CellComplex) -> None:
    """Mark critical components at a point of each, by their index."""
    by_kind: dict[tuple[str, str, str], list[Sequence[float]]] = {}
    for component in cells.critical().components:
        kind = OTHER if component.index is None else SHAPES[component.index]
        by_kind.setdefault(kind, []).append(floats([component.point])[0])
    for (name, marker, color), points in by_kind.items():
        axes.plot(
            [point[0] for point in points], [point[1] for point in points], linestyle="", marker=marker, color=color,
            markersize=5, markeredgecolor="white", markeredgewidth=0.5, label=name, zorder=5,
        )  # fmt: skip
