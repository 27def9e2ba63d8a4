"""Pictures of max-pooling polytopes: up to dimension 3 the polytope itself, beyond it the graph of vertices and edges.

Needs matplotlib. What is drawn is exact (vertices, edges and facets without a hull); only its coordinates are rounded.
"""

from __future__ import annotations

from collections import Counter
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from polytopes.drawing.figures import new_figure, space_axes
from polytopes.errors import LimitReached
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from tropical.pictures.facet_polygons import facet_polygon

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray[Any, Any]

MOST_VERTICES = 5000
MOST_LABELS = 40
PLACES = 6
"""Decimals by which places of vertices in the picture are told apart."""
FACES, EDGES = "#9ecae1", "#2171b5"


def plot_polytope(
    P: SimplexSum, labels: bool | None = None, *, ax: Any = None, figsize: tuple[float, float] | None = None
) -> Figure:
    """Draw a sum of simplices; a vertex is labelled with its choice function.

    In dimension 4 and above it is projected to the plane such that the unit vectors go to a regular polygon.

    Args:
        P: the sum, with at most 5000 vertices.
        labels: whether vertices are labelled, but those projected to one point; by default up to 40 of them.
        ax: axes to draw in; a new figure if None.
        figsize: width and height of a new figure in inches.

    Raises:
        LimitReached: if there are more vertices.
        MissingExtraError: without matplotlib.
    """
    graph = P.edge_graph() if _is_small(P) else None
    if graph is None:
        raise LimitReached(f"{P!r} has more than {MOST_VERTICES} vertices; draw a smaller one")
    choices = list(graph.nodes)
    points = np.array([graph.nodes[choice]["point"] for choice in choices], dtype=float)
    solid = P.dim == 3
    size = figsize or (5.0, 5.0)
    axes: Any
    figure, axes = space_axes(ax, size) if solid else new_figure(*size, ax)
    flat = _in_its_hull(points, P.dim) if P.dim <= 3 else points @ _polygon(P.size)
    place = dict(zip(choices, flat, strict=True))
    if solid:
        _draw_facets(axes, P, points, flat)
    for one, two in graph.edges:
        axes.plot(*np.array([place[one], place[two]]).T, color=EDGES, linewidth=1.2 if P.dim <= 3 else 0.4)
    axes.scatter(*flat.T, color=EDGES, s=12 if len(choices) <= MOST_LABELS else 4)
    if len(choices) <= MOST_LABELS if labels is None else labels:
        shared = Counter(tuple(spot.round(PLACES)) for spot in place.values())
        for choice, spot in place.items():
            if shared[tuple(spot.round(PLACES))] > 1:
                continue  # texts of vertices that are projected to one point could not be read
            axes.text(*spot, " " + "".join(map(str, choice)), fontsize=8)
    axes.set_axis_off()
    if solid:
        axes.set_box_aspect(np.ptp(flat, axis=0), zoom=1.3)
        axes.view_init(elev=25, azim=40)
    else:
        axes.set_aspect("equal")
    return figure


def _is_small(P: SimplexSum) -> bool:
    return all(number < MOST_VERTICES for number, _ in enumerate(P.vertices()))


def _in_its_hull(points: Array, dim: int) -> Array:
    """Return orthonormal coordinates in the affine hull, with zeros added up to two of them."""
    centered = points - points.mean(axis=0)
    directions = np.linalg.svd(centered, full_matrices=False)[2][:dim]
    found: Array = centered @ directions.T
    return np.pad(found, ((0, 0), (0, max(0, 2 - dim))))


def _polygon(size: int) -> Array:
    return np.array([(cos(2 * pi * i / size), sin(2 * pi * i / size)) for i in range(size)])


def _draw_facets(axes: Any, P: SimplexSum, points: Array, flat: Array) -> None:
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    polygons = [flat[facet_polygon(facet, points, flat)] for facet in P.facets]
    faces = Poly3DCollection(polygons, facecolor=FACES, alpha=0.35, edgecolor="none")
    axes.add_collection3d(faces, autolim=False)
