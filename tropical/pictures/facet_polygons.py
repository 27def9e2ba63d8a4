"""The facets of a three-dimensional sum of simplices as polygons, for drawing."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.minkowski_sums.simplex_sum import SimplexSumFacet

Array = np.ndarray[Any, Any]


def facet_polygon(facet: SimplexSumFacet, points: Array, places: Array) -> Array:
    """Return the indices of the vertices of a facet in cyclic order.

    Which vertices lie on it is decided in integers; the order is read off the floats at which they are drawn.

    Args:
        facet: of the sum.
        points: the integer vertices of the sum, n x N.
        places: where they are drawn in space, n x 3.

    >>> from polytopes import SimplexSum
    >>> P = SimplexSum.of([[0, 1], [2, 3], [4, 5]], 6)  # a cube
    >>> points = np.array([vertex.point for vertex in P.vertices()])
    >>> sorted(len(facet_polygon(facet, points, points[:, ::2] * 1.0)) for facet in P.facets)
    [4, 4, 4, 4, 4, 4]
    """
    on = np.flatnonzero(points[:, list(facet.top)].sum(axis=1) == facet.bound)
    centered = places[on] - places[on].mean(axis=0)
    first, second = np.linalg.svd(centered, full_matrices=False)[2][:2]
    found: Array = on[np.argsort(np.arctan2(centered @ second, centered @ first))]
    return found
