"""Regions of a network as floats, to be drawn before they are known exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import atan2, isfinite

from polytopes.enumeration.recorded_cells import RecordedCell
from tropical.regions.activation_regions import ActivationRegion

AT_A_TIME = 400
"""Polygons that are drawn together."""
Place = list[float]


def sketched(regions: Sequence[ActivationRegion]) -> Iterator[list[list[Place]]]:
    """Yield the polygons of bounded regions in the plane, as far as floats are recorded, some at a time.

    >>> from tropical import Network
    >>> from tropical.regions import activation_regions
    >>> net = Network.from_weights([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    >>> regions = list(activation_regions(net, (-1, 1)))
    >>> [[len(polygon) for polygon in polygons] for polygons in sketched(regions)]
    [[4, 4, 4, 4]]
    """
    for start in range(0, len(regions), AT_A_TIME):
        found = [_polygon(region) for region in regions[start : start + AT_A_TIME]]
        yield [polygon for polygon in found if len(polygon) > 2]


def _polygon(region: ActivationRegion) -> list[Place]:
    """Return the vertices in their order around the middle, nothing if they are not recorded."""
    cell = region.cell
    if not isinstance(cell, RecordedCell) or not cell.block.is_full_dimensional:
        return []
    shapes = cell.block.records.shapes
    rays = [] if shapes is None or not shapes.has_floats else shapes.rays[cell.block.rays(cell.place)].tolist()
    if not rays or not all(ray[0] > 0 for ray in rays):
        return []
    points = [(x / w, y / w) for w, x, y in rays]
    if not all(map(isfinite, (entry for point in points for entry in point))):
        return []
    u, v = (sum(column) / len(points) for column in zip(*points, strict=True))
    points.sort(key=lambda point: atan2(point[1] - v, point[0] - u))
    return [[float(f"{x:.7g}"), float(f"{y:.7g}")] for x, y in points]
