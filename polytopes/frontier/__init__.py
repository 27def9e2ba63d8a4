"""Counting without a hull: vertices, faces and facets of sums of simplices by dynamic programming along a frontier."""

from __future__ import annotations

from polytopes.frontier.bounding import Bounds, bounds
from polytopes.frontier.counts import (
    count_edges,
    count_signed,
    count_vertices,
    f_vector,
    mean_neighbours,
    selections,
)
from polytopes.frontier.facets import count_facets

__all__ = [
    "Bounds",
    "bounds",
    "count_edges",
    "count_facets",
    "count_signed",
    "count_vertices",
    "f_vector",
    "mean_neighbours",
    "selections",
]
