"""Sets ``{x : x_k - x_j <= c_kj}`` as polyhedra, and the cells of covectors, which are such sets."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.convexity.covectors import Covector, columns
from tropical.convexity.entries import Entries, Entry


def alcoved_polyhedron(bounds: Sequence[Sequence[Entry]]) -> Polyhedron:
    """Return the part of ``{x : x_k - x_j <= c_kj}`` with ``x_0 = 0``, in the other coordinates.

    Args:
        bounds: d x d rationals; None where there is no bound.

    >>> alcoved_polyhedron([[0, 1, 1], [1, 0, 1], [1, 1, 0]]).n_vertices
    6
    """
    d = len(bounds)
    rows = [
        (bound, *((m == j) - (m == k) for m in range(1, d)))
        for k, own in enumerate(bounds)
        for j, bound in enumerate(own)
        if j != k and bound is not None
    ]
    return Polyhedron.from_rows(rows, ambient_dim=d - 1)


def cell_bounds(rows: Sequence[Entries], graph: Covector) -> list[list[Entry]]:
    """Return the bounds of a cell: ``x_k - x_j <= v_ik - v_ij`` for k in row i of the covector and all j.

    >>> cell_bounds([(0, 0), (0, 2)], (2, 1))
    [[None, -2], [0, None]]
    """
    d = len(rows[0])
    bounds: list[list[Entry]] = [[None] * d for _ in range(d)]
    for row, part in zip(rows, graph, strict=True):
        for k in columns(part):
            for j, entry in enumerate(row):
                own = row[k]
                if j == k or entry is None or own is None:
                    continue
                known = bounds[k][j]
                bounds[k][j] = own - entry if known is None else min(known, own - entry)
    return bounds
