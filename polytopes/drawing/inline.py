"""Small pictures in HTML, as notebooks show them beside the name of an object; without matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import cos, radians, sin

from polytopes.drawing.shapes import Point, in_cyclic_order, polygon_in_space
from polytopes.drawing.solids import Cells

SIZE, ROOM = 130, 8
"""Width and height of the picture, and free space around what is drawn, in pixels."""
ELEVATION, AZIMUTH = radians(22), radians(-55)


def inline_picture(cells: Cells, caption: str) -> str:
    """Return a figure of HTML with a picture of cells above a caption.

    >>> from polytopes.drawing.solids import Cells
    >>> inline_picture(Cells(2, segments=[[(0.0, 0.0), (1.0, 2.0)]]), "a < b").count("polyline")
    1
    """
    flat = {
        "polygon": [[_flat(p) for p in _corners(polygon)] for polygon in cells.polygons],
        "polyline": [[_flat(p) for p in segment] for segment in cells.segments],
        "circle": [[_flat(dot)] for dot in cells.dots],
    }
    points = [point for parts in flat.values() for part in parts for point in part]
    if not points:
        return f"<pre>{escape(caption)}</pre>"
    left, low = (min(column) for column in zip(*points, strict=True))
    width = max(max(x - left, y - low) for x, y in points) or 1.0

    def pixel(point: Point) -> Point:
        scale = (SIZE - 2 * ROOM) / width
        return round(ROOM + (point[0] - left) * scale, 1), round(SIZE - ROOM - (point[1] - low) * scale, 1)

    lines = []
    for part, color in zip(flat["polygon"], cells.colors, strict=True):
        lines.append(f'<polygon points="{_path(map(pixel, part))}" fill="{color}" fill-opacity="{_opacity(cells)}"/>')
    for part in flat["polyline"]:
        lines.append(f'<polyline points="{_path(map(pixel, part))}" stroke="#225588" stroke-width="1.2" fill="none"/>')
    for (dot,) in flat["circle"]:
        x, y = pixel(dot)[:2]
        lines.append(f'<circle cx="{x}" cy="{y}" r="1.8" fill="#1A1A1A"/>')
    picture = f'<svg width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">{"".join(lines)}</svg>'
    return f'<figure style="margin:0">{picture}<figcaption>{escape(caption)}</figcaption></figure>'


def _opacity(cells: Cells) -> float:
    return 0.35 if cells.dim == 3 else 1


def _corners(polygon: Sequence[Point]) -> Sequence[Point]:
    return polygon_in_space(polygon) if len(polygon[0]) == 3 else in_cyclic_order(polygon)


def _flat(point: Point) -> Point:
    """Return where a point of the line, the plane or space is drawn in the plane, without perspective."""
    if len(point) < 3:
        return point if len(point) == 2 else (*point, 0.0)
    x, y, z = point
    across = -x * sin(AZIMUTH) + y * cos(AZIMUTH)
    toward = x * cos(AZIMUTH) + y * sin(AZIMUTH)
    return across, z * cos(ELEVATION) - toward * sin(ELEVATION)


def _path(points: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
