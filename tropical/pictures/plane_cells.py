"""How the cells of tropical hypersurfaces and decision boundaries are drawn, in the plane and on the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot
from typing import TYPE_CHECKING

from polytopes.complexes.regular_subdivision import Cell
from polytopes.drawing.figures import CLASS_TINTS, INK, THIN, draw_note, floats, legend_text
from polytopes.drawing.shapes import in_cyclic_order, spot_for
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.hypersurface import edge_lengths
from tropical.algebra.notation import short_term
from tropical.pictures.scenes import Scene
from tropical.regions.surveys.decision_boundary import NetworkBoundary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TIED = "#BBBBBB"
DOT = 3.2
TERM_SIZE, MULTIPLICITY_SIZE = 8.5, 8


def draw_curve(scene: Scene, boundary: DecisionBoundary, terms: bool = False, multiplicities: bool = False) -> None:
    """Draw the regions of terms and the tropical hypersurface in the plane, in bold the boundary between classes.

    Args:
        scene: where.
        boundary: of two variables.
        terms: whether to write each term in its region, if there is room.
        multiplicities: whether to write those other than 1 at the edges.
    """
    sub, box = boundary.subdivision, scene.box
    shown: set[int] = set()
    for vertex in sub.vertices:
        part = sub.dual_cell(vertex) & box
        if part.dim == 2:
            shown |= boundary.classes_on(vertex)
            corners = _fill(scene.axes, part, boundary.classes_on(vertex), boundary.n_classes)
            if terms:
                _write_term(scene, boundary, vertex, corners)
    lengths = edge_lengths(sub) if multiplicities else {}
    for edge in sub.cells(1):
        is_bold = boundary.n_classes == 1 or len(boundary.classes_on(edge)) > 1
        part = sub.dual_cell(edge) & box
        _draw_segment(scene.axes, part, is_bold)
        if lengths.get(edge, 1) != 1 and part.dim == 1:
            _write_beside(scene.axes, floats(part.vertices), str(lengths[edge]))
    touching = [cell for cell in boundary.minimal_mixed_cells if len(cell) > 2 and cell in sub.cells(2)]
    for cell in touching:
        _draw_segment(scene.axes, sub.dual_cell(cell) & box, True)
    scene.finish_plane(shown)


def draw_network_cells(scene: Scene, boundary: NetworkBoundary) -> None:
    """Draw the activation regions in the colors of their classes and the boundary in bold."""
    box, shown = scene.box, set[int]()
    for region, classes in boundary.cells:
        part = region.polyhedron & box
        if part.dim == 2:
            shown |= classes
            _fill(scene.axes, part, classes, len(boundary.regions))
    for cell in boundary.complex.maximal_cells:
        if cell.dim < 2:
            _draw_segment(scene.axes, cell & box, True)
    scene.finish_plane(shown)


def draw_scores(scene: Scene, boundary: DecisionBoundary, multiplicities: bool = False) -> None:
    """Draw the scores of one variable over an interval; dots are the boundary, or the bends of the only score."""
    axes, (left,), (right,) = scene.axes, scene.window.lower, scene.window.upper
    is_single = boundary.n_classes == 1
    for label, polynomial in enumerate(boundary.classes):
        if not polynomial.n_terms:
            continue
        bends = DecisionBoundary((polynomial,)).subdivision.dome.vertices
        inner = sorted({left, right, *(v[0] for v in bends if left < v[0] < right and polynomial.n_terms > 1)})
        [xs, ys] = floats([inner, [polynomial([x]) for x in inner]])
        color = INK if is_single else CLASS_TINTS[label % len(CLASS_TINTS)]
        axes.plot(xs, ys, color=color, linewidth=1.4, label=None if is_single else legend_text(scene.names[label]))
        if is_single:
            axes.plot(xs[1:-1], ys[1:-1], "o", color=INK, markersize=DOT)
    if is_single and multiplicities:
        sub = boundary.subdivision
        for edge, length in edge_lengths(sub).items():
            [(bend,)] = sub.dual_cell(edge).vertices
            if left < bend < right and length != 1:
                [(u, v)] = floats([(bend, boundary.classes[0]([bend]))])
                axes.annotate(str(length), (u, v), xytext=(0, 5), textcoords="offset points", ha="center", size=8)
    for vertex in () if is_single else boundary.complex.vertices:
        if left <= vertex[0] <= right:
            [(x, y)] = floats([(vertex[0], max(F(vertex) for F in boundary.classes if F.n_terms))])
            axes.plot([x], [y], "o", color=INK, markersize=4.5, zorder=3)
    axes.set_xlabel("$x$")
    axes.set_ylabel("$F(x)$")
    draw_note(axes, scene.note)


def _fill(axes: Axes, polygon: Polyhedron, classes: Iterable[int], count: int) -> list[tuple[float, ...]]:
    """Draw a polygon in the color of its class and return its corners in cyclic order."""
    own = sorted(classes)
    tied = len(own) > 1
    face = TIED if tied else "white" if count == 1 else CLASS_TINTS[own[0] % len(CLASS_TINTS)]
    corners = in_cyclic_order(floats(polygon.vertices))
    axes.fill(*zip(*corners, strict=True), facecolor=face, edgecolor=THIN, linewidth=0.3, hatch="///" if tied else None)
    return corners


def _draw_segment(axes: Axes, segment: Polyhedron, is_bold: bool) -> None:
    if segment.is_empty:
        return
    xs, ys = zip(*floats(segment.vertices), strict=True)
    color, width, order = (INK, 1.8, 2) if is_bold else (THIN, 0.6, 1)
    marker = "o" if segment.dim == 0 else None
    axes.plot(xs, ys, color=color, linewidth=width, zorder=order, marker=marker, markersize=DOT)


def _write_term(scene: Scene, boundary: DecisionBoundary, vertex: Cell, corners: Sequence[Sequence[float]]) -> None:
    point = vertex[0]
    sub = boundary.subdivision
    plain, formula = short_term((sub.heights[point], *sub.points[point]))
    spot = spot_for(scene.text_box(plain, TERM_SIZE), corners)
    if spot is not None:
        scene.axes.text(spot[0], spot[1], f"${formula}$", ha="center", va="center", size=TERM_SIZE, zorder=2.5)


def _write_beside(axes: Axes, ends: Sequence[Sequence[float]], text: str) -> None:
    """Write a number beside the middle of a segment."""
    from matplotlib.patheffects import withStroke

    (x, y), (u, v) = ends
    length = hypot(u - x, v - y) or 1.0
    aside = (6 * abs(v - y) / length, -6 * (u - x) / length if v >= y else 6 * (u - x) / length)
    note = axes.annotate(
        text, ((x + u) / 2, (y + v) / 2), xytext=aside, textcoords="offset points", ha="center", va="center",
        size=MULTIPLICITY_SIZE, color="#A6194A", zorder=4,
    )  # fmt: skip
    note.set_path_effects([withStroke(linewidth=2, foreground="white")])
