"""Counting without a hull: vertices, faces and facets of sums of simplices by dynamic programming along a frontier."""

from __future__ import annotations

from polytopes.minkowski_sums.frontier.bounding import Bounds, best_bounds, bounds
from polytopes.minkowski_sums.frontier.counts import (
    count_edges,
    count_signed,
    count_vertices,
    f_vector,
    mean_neighbours,
    selections,
)
from polytopes.minkowski_sums.frontier.facets import count_facets
from polytopes.minkowski_sums.frontier.machine import watching
from polytopes.minkowski_sums.frontier.prediction import Cost, cost
from polytopes.minkowski_sums.frontier.tables import VertexTable, vertex_table

__all__ = [
    "Bounds",
    "Cost",
    "VertexTable",
    "best_bounds",
    "bounds",
    "cost",
    "count_edges",
    "count_facets",
    "count_signed",
    "count_vertices",
    "f_vector",
    "mean_neighbours",
    "selections",
    "vertex_table",
    "watching",
]
