"""Pictures of polyhedral complexes and fans. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from polytopes.arithmetic.rationals import Row, Vector
from polytopes.complexes.face_sets import FaceSet
from polytopes.drawing.figures import floats
from polytopes.drawing.shapes import Point
from polytopes.drawing.solids import Array, Cells, draw_cells, tints
from polytopes.drawing.windows import Window, as_window, window_around
from polytopes.errors import ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARGIN = Fraction(1, 2)
"""Free space around the vertices of an unbounded complex, as a part of their extent."""
MOST_LABELS = 30
"""Of more rays the vectors are not written."""
REACH = 1.1
"""How far a picture of a fan goes; its rays have length 1."""
ARC = 24
"""Corners on the arc of half a circle."""


def plot_cells(
    cells: Sequence[Polyhedron],
    vertices: Sequence[Vector],
    dim: int,
    window: object,
    ax: Axes | None,
    figsize: tuple[float, float] | None,
) -> Figure:
    """Draw polyhedra of one space of dimension 1, 2 or 3, each in a color.

    Args:
        cells: the polyhedra; faces that they share are drawn again.
        vertices: of all of them; the window is around these.
        dim: of the space.
        window: bounds of what is shown, or None.
        ax: axes of matplotlib to draw in, or None.
        figsize: width and height of a new figure, or None.

    Raises:
        ShapeError: in other dimensions.
    """
    if dim not in (1, 2, 3):
        raise ShapeError(f"complexes in 1, 2 or 3 dimensions are drawn, this one has {dim}; restrict or project it")
    shown: Window | None = None
    if window is not None:
        shown = as_window(window, dim)
    elif not all(cell.is_bounded for cell in cells) or not cells:
        points = vertices or [cell.interior_point() for cell in cells] or [(Fraction(0),) * dim]
        shown = window_around(points, MARGIN)
    parts = [cell.clipped_cells(shown, tint=tint) for cell, tint in zip(cells, tints(len(cells)), strict=True)]
    whole = Cells(
        dim,
        polygons=[polygon for part in parts for polygon in part.polygons],
        segments=[segment for part in parts for segment in part.segments],
        dots=[dot for part in parts for dot in part.dots],
        colors=[color for part in parts for color in part.colors],
    )
    return draw_cells(whole, None if shown is None else corners_of(shown), ax, figsize)[0]


def corners_of(window: Window) -> tuple[Point, Point]:
    """Return the least and the largest corner of a window as they are drawn."""
    low, high = floats([window.lower, window.upper])
    return low, high


def plot_fan(cells: Cells, ax: Axes | None, figsize: tuple[float, float] | None) -> Figure:
    """Draw the cells of a fan."""
    bounds: tuple[Point, Point] = ((-REACH,) * cells.dim, (REACH,) * cells.dim)
    return draw_cells(cells, bounds, ax, figsize, is_framed=False)[0]


def fan_cells(
    rays: Sequence[Row],
    lines: Sequence[Row],
    dim: int,
    cones: Sequence[FaceSet],
    maximal: Sequence[FaceSet],
    labels: bool | None,
) -> Cells:
    """Return what is drawn of a fan modulo its lineality space, in dimension 1, 2 or 3.

    Args:
        rays: primitive vectors.
        lines: a basis of the lineality space.
        dim: of the space.
        cones: the cones with two more dimensions than the lineality space, as sets of rays.
        maximal: the maximal cones.
        labels: whether vectors are written at their rays; by default up to 30.

    Raises:
        ShapeError: in higher dimensions.
    """
    small = dim - len(lines)
    if small > 3:
        raise ShapeError(
            f"a fan of {small} dimensions modulo its lineality space is not drawn; draw one of up to 3, such as a star"
        )
    places = _unit_vectors(rays, lines, dim) if small else np.zeros((0, 1))
    width = max(small, 1)
    origin: Point = (0.0,) * width
    tips: list[Point] = [tuple(map(float, place)) for place in places]
    polygons = [[origin, *_arc(tips[cone[0]], tips[cone[1]])] for cone in cones] if small > 1 else []
    is_written = len(rays) <= MOST_LABELS if labels is None else labels
    colors = tints(len(polygons)) if small == 2 or any(len(cone) == 2 for cone in maximal) else tints(1) * len(polygons)
    texts = [(tip, f"({', '.join(map(str, ray))})") for tip, ray in zip(tips, rays, strict=True)]
    return Cells(
        width,
        polygons=polygons,
        segments=[[origin, tip] for tip in tips],
        dots=[origin],
        colors=colors,
        texts=texts if is_written else [],
        is_radial=True,
    )


def _unit_vectors(rays: Sequence[Row], lines: Sequence[Row], dim: int) -> Array:
    """Return the directions of rays in orthonormal coordinates orthogonal to the lines."""
    scaled = [[entry / max(map(abs, row)) for entry in row] for row in (*rays, *lines)]
    table = np.array(scaled, dtype=float).reshape(len(scaled), dim)
    own = table[: len(rays)]
    if lines:
        basis = np.linalg.svd(table[len(rays) :])[2][len(lines) :]
        own = own @ basis.T
    found: Array = own / np.linalg.norm(own, axis=1, keepdims=True)
    return found


def _arc(one: Point, two: Point) -> list[Point]:
    """Return points on the shorter arc between unit vectors.

    >>> len(_arc((1.0, 0.0), (-1.0, 0.1)))
    23
    """
    u, v = np.array(one), np.array(two)
    cosine = float(u @ v)
    across = v - cosine * u
    length = float(np.linalg.norm(across))
    angle = atan2(length, cosine)
    steps = max(2, round(ARC * angle / pi))
    across = across / (length or 1.0)
    return [
        tuple(map(float, cos(angle * k / (steps - 1)) * u + sin(angle * k / (steps - 1)) * across))
        for k in range(steps)
    ]
