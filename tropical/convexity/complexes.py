"""Cells of a decomposition as polyhedra and complexes, in all coordinates but the first, which is 0.

In the convention min they are those of the opposite points, turned around.
"""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import RegularSubdivision, regular_subdivision
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.convexity.alcoved import alcoved_polyhedron, cell_bounds
from tropical.convexity.covectors import Covector, proper_blocks, refined
from tropical.convexity.decomposition import Decomposition
from tropical.convexity.entries import Convention, Entries


def cell_polyhedron(rows: Sequence[Entries], graph: Covector, convention: Convention) -> Polyhedron:
    """Return the closed cell of a covector: ``x_k - x_j <= v_ik - v_ij`` for k in row i and all j."""
    bounds = cell_bounds(rows, graph)
    return alcoved_polyhedron(bounds if convention == "max" else list(zip(*bounds, strict=True)))


def complex_of(cells: Decomposition, convention: Convention, *, inside: bool) -> PolyhedralComplex:
    """Return the complex of all cells of the torus, or of those in the polytope.

    A cell is maximal iff none of its refinements, which are the covectors of the cells around it, is one of those that
    are wanted.
    """
    maximal = [
        graph
        for graphs in cells.cells
        for graph in graphs
        if (not inside or cells.is_inside(graph)) and _is_maximal(cells, graph, inside)
    ]
    made = tuple([cell_polyhedron(cells.rows, graph, convention) for graph in maximal])
    return PolyhedralComplex(cells.n_columns - 1, made)


def _is_maximal(cells: Decomposition, graph: Covector, inside: bool) -> bool:
    around = {refined(graph, block) for block in proper_blocks(cells.n_columns)} - {graph}
    return not any(not inside or cells.is_inside(finer) for finer in around)


def subdivision_of(rows: Sequence[Entries]) -> RegularSubdivision:
    """Return the regular subdivision of the points ``(e_i, f_k)`` with finite heights ``v_ik``, row by row.

    Of the coordinates of the ``e_i`` and of the ``f_k`` the first is left out.
    """
    n, d = len(rows), len(rows[0])
    pairs = [(i, k) for i, row in enumerate(rows) for k, entry in enumerate(row) if entry is not None]
    points = [[*(int(i == m) for m in range(1, n)), *(int(k == m) for m in range(1, d))] for i, k in pairs]
    heights = [entry for row in rows for entry in row if entry is not None]
    return regular_subdivision(points, heights, n + d - 2)
