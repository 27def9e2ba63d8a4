"""Shapes given by floating-point coordinates: the order of the corners of polygons, room for texts in them."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, hypot

Point = tuple[float, ...]
CHARACTER = 0.52
"""Width of a character, as a part of the size of the font."""
STEPS = 24
"""Places along each side of a box around a polygon where a text is tried."""


def in_cyclic_order(points: Sequence[Sequence[float]]) -> list[Point]:
    """Return the corners of a convex polygon in cyclic order, by their first two coordinates.

    >>> in_cyclic_order([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    """
    x, y = (sum(point[k] for point in points) / len(points) for k in (0, 1))
    return sorted(map(tuple, points), key=lambda p: atan2(p[1] - y, p[0] - x))


def polygon_in_space(points: Sequence[Sequence[float]]) -> list[Point]:
    """Return the corners of a convex polygon in space in cyclic order, that of its largest coordinate projection.

    >>> polygon_in_space([(0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
    [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)]
    """
    orders = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        shadows = [(point[a], point[b], place) for place, point in enumerate(points)]
        order = in_cyclic_order(shadows)
        orders.append((area([(x, y) for x, y, _ in order]), [int(place) for _, _, place in order]))
    _, best = max(orders)
    return [tuple(points[place]) for place in best]


def area(polygon: Sequence[Sequence[float]]) -> float:
    """Return the area of a polygon in the plane, its corners in cyclic order.

    >>> area([(0, 0), (2, 0), (2, 1), (0, 1)])
    2.0
    """
    pairs = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in pairs)) / 2


def text_size(text: str, font_size: float) -> tuple[float, float]:
    """Return about the width and the height of a line of text, in the unit of its font size."""
    return CHARACTER * font_size * len(text), 1.1 * font_size


def spot_for(box: tuple[float, float], polygon: Sequence[Sequence[float]]) -> Point | None:
    """Return where in a convex polygon the center of a box has most room, None if it fits nowhere.

    Args:
        box: width and height.
        polygon: corners in cyclic order, counterclockwise.

    >>> spot_for((1, 1), [(0, 0), (4, 0), (4, 2), (0, 2)])
    (2.0, 1.0)
    >>> spot_for((3, 3), [(0, 0), (4, 0), (4, 2), (0, 2)]) is None
    True
    """
    (left, right), (low, high) = ((min(column), max(column)) for column in zip(*polygon, strict=True))
    middle = tuple(sum(column) / len(polygon) for column in zip(*polygon, strict=True))
    places = [
        (left + (right - left) * i / STEPS, low + (high - low) * j / STEPS)
        for i in range(1, STEPS)
        for j in range(1, STEPS)
    ]
    rooms = [(_room(place, box, polygon), -hypot(place[0] - middle[0], place[1] - middle[1]), place)
             for place in (*places, middle)]  # fmt: skip
    room, _, best = max(rooms)
    return best if room >= 0 else None


def _room(place: Sequence[float], box: tuple[float, float], polygon: Sequence[Sequence[float]]) -> float:
    """Return the least distance of a box around a place from the sides of a polygon; negative if it sticks out."""
    room = float("inf")
    for (x, y), (u, v) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        length = hypot(u - x, v - y)
        if length:
            normal = ((y - v) / length, (u - x) / length)
            depth = normal[0] * (place[0] - x) + normal[1] * (place[1] - y)
            room = min(room, depth - (abs(normal[0]) * box[0] + abs(normal[1]) * box[1]) / 2)
    return room
