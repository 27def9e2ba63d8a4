"""What the explorer shows of a max-pooling layer: its polytope, whose vertices are the linear regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from polytopes.errors import LimitReached
from tropical._version import __version__
from tropical.pictures.explorer.fan_scene import Scene

if TYPE_CHECKING:
    from polytopes.minkowski_sums.hypergraph import Hypergraph

LIMIT = 5000
"""Vertices of the largest polytope that is shown."""


@frozen
class PoolingRequest:
    """The windows of a max-pooling layer."""

    windows: Hypergraph
    title: str = ""
    limit: int = LIMIT


def polytope_scene(request: PoolingRequest) -> Scene:
    """Return the scene of a max-pooling polytope.

    Raises:
        LimitReached: if there are more vertices than the limit.

    >>> from polytopes import Hypergraph
    >>> scene = polytope_scene(PoolingRequest(Hypergraph([[0, 1, 2], [1, 2, 3]], 4)))
    >>> scene["counts"]
    {'linear_regions': 7, 'edges': 11, 'dimension': 3, 'facets': 6}
    """
    import numpy as np

    from polytopes.minkowski_sums.simplex_sum import SimplexSum
    from tropical.pictures.explorer.layout import three_directions
    from tropical.pictures.facet_polygons import facet_polygon

    P = SimplexSum.of(request.windows.windows, request.windows.size)
    if any(number >= request.limit for number, _ in enumerate(P.vertices())):
        raise LimitReached(f"{P!r} has more than {request.limit} vertices; explore a smaller layer", request.limit)
    graph = P.edge_graph()
    choices = list(graph.nodes)
    index = {choice: i for i, choice in enumerate(choices)}
    points = np.array([graph.nodes[choice]["point"] for choice in choices])
    places = three_directions(points.astype(float))
    return {
        "kind": "polytope",
        "version": __version__,
        "title": request.title,
        "note": _note(P.dim),
        "counts": {
            "linear_regions": len(choices),
            "edges": graph.number_of_edges(),
            "dimension": P.dim,
            "facets": P.n_facets,
        },
        "windows": [list(window) for window in P.windows],
        "vertices": [
            {"winners": list(choice), "point": list(map(str, point)), "place": place}
            for choice, point, place in zip(choices, points.tolist(), places, strict=True)
        ],
        "edges": sorted(sorted((index[a], index[b])) for a, b in graph.edges),
        "facets": [facet_polygon(facet, points, np.array(places)).tolist() for facet in P.facets] if P.dim == 3 else [],
    }


def _note(dim: int) -> str:
    if dim <= 3:
        return "The polytope itself, in coordinates of its affine hull."
    return f"The graph of a polytope of dimension {dim}, projected."
