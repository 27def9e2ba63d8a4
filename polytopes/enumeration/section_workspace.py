"""The workspaces of counts by sections: flat arrays that grow, and are kept for the next count of the same shape."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from polytopes.enumeration.kernels.section_arrays import ON, REFUSE, ROWS, SEED, WIDTH, Chain, Count
from polytopes.enumeration.packed_arrays import FACETS_EACH, RAYS_EACH

Array = np.ndarray[Any, Any]
GROWING = {
    "nodes": ("nodes", "words", "slots", "sums"),
    "vertices": ("vertices", "marks", "heights", "members"),
    "sections": ("values", "tags", "ends"),
    "edges": ("edges",),
}
"""What grows together."""
_idle: dict[tuple[int, ...], list[Count]] = {}
"""Workspaces that are not in use, by the shape of the chain: a network of every epoch of a training has one shape."""
MOST_IDLE, MOST_ENTRIES = 4, 1 << 18
"""At most so many workspaces are kept for as many shapes, and none whose largest arrays have more entries."""

CELLS_AT_ONCE = 4
"""At most so many cells are kept in one step, for whose facets an empty block must have room."""


class Kept(NamedTuple):
    """What is kept of so many visited cells at a time, beside their patterns."""

    cells: int = 0
    facets: bool = False
    points: bool = False
    rays: bool = False
    outputs: bool = False
    sought: tuple[int, int] = (0, 0)
    """The numbers of values of goals and of their scales."""


def take_count(c: Chain, n: int, refuse: int, seed: int, kept: Kept = Kept()) -> Count:  # noqa: B008
    """Return a workspace for counts of a chain in n homogeneous coordinates, or for visits of cells that are kept."""
    try:
        w = _idle[_shape(c, n, kept)].pop()
    except (KeyError, IndexError):
        w = _new_count(c, n, kept)
    w.state[REFUSE], w.state[SEED] = refuse, seed
    return w


def give_back(w: Count, c: Chain, kept: Kept = Kept()) -> None:  # noqa: B008
    """Keep a workspace that is not used any more for a count of the same shape."""
    key = _shape(c, w.vertices.shape[1] - 1, kept)
    if max(w.sums.size, w.vertices.size, w.values.size, w.edges.size) > MOST_ENTRIES:
        return
    if key not in _idle and len(_idle) == MOST_IDLE:
        _idle.clear()
    idle = _idle.setdefault(key, [])
    if len(idle) < MOST_IDLE:
        idle.append(w)


def _shape(c: Chain, n: int, kept: Kept) -> tuple[int, ...]:
    return (
        n,
        *kept[:-1],
        *kept.sought,
        int(c.stages[-1, ROWS]),
        len(c.lines),
        len(c.stages),
        len(c.blocks),
        c.weights.shape[1],
    )


def _new_count(c: Chain, n: int, kept: Kept) -> Count:
    n_nodes, n_vertices, n_rows = 16, 256, 256
    n_gates, widest, n_outputs = len(c.lines), c.weights.shape[1], kept.cells * int(c.stages[-1, ROWS])
    n_facets, n_rays = FACETS_EACH * kept.cells + CELLS_AT_ONCE * (WIDTH + 1), RAYS_EACH * kept.cells + WIDTH
    tied = kept.rays or kept.outputs or not kept.points  # not for certificates
    return Count(
        state=np.zeros(18, dtype=np.int64),
        nodes=np.zeros((n_nodes, 8), dtype=np.int64),
        words=np.zeros((n_nodes, ON + len(c.blocks)), dtype=np.uint64),
        slots=np.zeros((n_nodes, WIDTH), dtype=np.int64),
        sums=np.zeros((n_nodes * (n + 2), widest)),
        forms=np.zeros((len(c.stages) * (n + 3), widest)),
        constant=np.zeros(n + 2),
        vertices=np.zeros((n_vertices, n + 1)),
        marks=np.zeros((n_vertices, 5), dtype=np.uint64),
        decisions=np.zeros(n_gates, dtype=np.int64),
        guide=np.zeros((n_gates, 2), dtype=np.int64),
        heights=np.zeros((n_vertices, 2)),
        levels=np.zeros((n + 1, 6), dtype=np.int64),
        bits=np.zeros((n + 1, 3), dtype=np.uint64),
        values=np.zeros((n_rows, WIDTH + 2)),
        tags=np.zeros((n_rows, 4), dtype=np.uint64),
        ends=np.zeros((n_rows, 2), dtype=np.int64),
        edges=np.zeros((n_rows, 2), dtype=np.int64),
        zeros=np.zeros((2, WIDTH)),
        places=np.zeros((WIDTH + 1, 2 * WIDTH)),
        chord=np.zeros((2, WIDTH + 1)),
        walls=np.zeros((WIDTH, 2 * n)),
        rows=np.zeros((n - 1, 2 * n)),
        work=np.zeros((n + 3, 2 * n)),
        fresh=np.zeros((1, 2 * n + 1)),
        leaves=np.zeros((kept.cells, len(c.blocks)), dtype=np.uint64),
        points=np.zeros((kept.points * kept.cells, n)),
        n_facets=np.zeros(kept.facets * kept.cells, dtype=np.int64),
        facets=np.zeros(kept.facets * n_facets, dtype=np.int64),
        members=np.zeros((n_vertices // 64 + 2, WIDTH), dtype=np.uint64),
        n_rays=np.zeros(kept.rays * kept.cells, dtype=np.int64),
        at_infinity=np.zeros(kept.facets * kept.cells, dtype=np.uint64),
        incidence=np.zeros(kept.rays * n_facets, dtype=np.uint64),
        tied=np.zeros(kept.facets * tied * n_facets, dtype=np.int64),
        rays=np.zeros((kept.rays * n_rays, n)),
        ray_errors=np.zeros((kept.rays * n_rays, n)),
        outputs=np.zeros((kept.outputs * n_outputs, n)),
        output_errors=np.zeros((kept.outputs * n_outputs, n)),
        goals=np.zeros((4 if kept.sought[0] else 0, kept.sought[0])),
        scales=np.zeros(kept.sought[1]),
        inner=np.zeros((kept.cells if kept.sought[1] else 0, n)),
    )


def grown(w: Count, kind: str) -> Count:
    """Return the workspace with twice as many places of a kind."""
    doubled = {name: getattr(w, name) for name in GROWING[kind]}
    more: dict[str, Any] = {name: np.concatenate([array, np.zeros_like(array)]) for name, array in doubled.items()}
    return w._replace(**more)
