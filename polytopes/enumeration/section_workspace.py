"""The workspaces of counts by sections: flat arrays that grow, and are kept for the next count of the same shape."""

from __future__ import annotations

from typing import Any

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


def take_count(
    c: Chain,
    n: int,
    refuse: int,
    seed: int,
    kept: int = 0,
    recorded: bool = False,
    shaped: bool = False,
    sought: tuple[int, int] = (0, 0),
) -> Count:
    """Return a workspace for counts of a chain in n homogeneous coordinates.

    It keeps so many patterns at a time, or records if wanted; ``shaped`` says that forms of outputs are kept too, and
    vertices in records; ``sought`` are the numbers of values of goals and of their scales.
    """
    try:
        w = _idle[_shape(c, n, kept, recorded, shaped, sought)].pop()
    except (KeyError, IndexError):
        w = _new_count(c, n, kept, recorded, shaped, sought)
    w.state[REFUSE], w.state[SEED] = refuse, seed
    return w


def give_back(w: Count, c: Chain) -> None:
    """Keep a workspace that is not used any more for a count of the same shape."""
    sought = w.goals.shape[1], len(w.scales)
    key = _shape(c, w.vertices.shape[1] - 1, len(w.leaves), len(w.points) > 0, len(w.outputs) > 0, sought)
    if max(w.sums.size, w.vertices.size, w.values.size, w.edges.size) > MOST_ENTRIES:
        return
    if key not in _idle and len(_idle) == MOST_IDLE:
        _idle.clear()
    idle = _idle.setdefault(key, [])
    if len(idle) < MOST_IDLE:
        idle.append(w)


def _shape(c: Chain, n: int, kept: int, recorded: bool, shaped: bool, sought: tuple[int, int]) -> tuple[int, ...]:
    kind = n, kept, recorded, shaped, int(c.stages[-1, ROWS]), *sought
    return (*kind, len(c.lines), len(c.stages), len(c.blocks), c.weights.shape[1])


def _new_count(c: Chain, n: int, kept: int, recorded: bool, shaped: bool, sought: tuple[int, int]) -> Count:
    n_nodes, n_vertices, n_rows = 16, 256, 256
    n_gates, widest, n_records = len(c.lines), c.weights.shape[1], kept if recorded else 0
    n_shapes = n_records if shaped else 0  # without records, only the forms of the outputs are kept
    n_rays, n_outputs = min(n_shapes, 1) * (RAYS_EACH * kept + WIDTH), (kept if shaped else 0) * int(c.stages[-1, ROWS])
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
        bits=np.zeros((n + 1, 2), dtype=np.uint64),
        values=np.zeros((n_rows, WIDTH + 2)),
        tags=np.zeros((n_rows, 4), dtype=np.uint64),
        ends=np.zeros((n_rows, 2), dtype=np.int64),
        edges=np.zeros((n_rows, 2), dtype=np.int64),
        zeros=np.zeros((2, WIDTH)),
        walls=np.zeros((WIDTH, 2 * n)),
        rows=np.zeros((n - 1, 2 * n)),
        work=np.zeros((n + 3, 2 * n)),
        fresh=np.zeros((1, 2 * n + 1)),
        leaves=np.zeros((kept, len(c.blocks)), dtype=np.uint64),
        points=np.zeros((n_records, n)),
        n_facets=np.zeros(n_records, dtype=np.int64),
        facets=np.zeros(FACETS_EACH * n_records + WIDTH, dtype=np.int64),
        members=np.zeros((n_vertices // 64 + 2, WIDTH), dtype=np.uint64),
        n_rays=np.zeros(n_shapes, dtype=np.int64),
        at_infinity=np.zeros(n_shapes, dtype=np.uint64),
        incidence=np.zeros(FACETS_EACH * n_shapes + min(n_shapes, 1) * WIDTH, dtype=np.uint64),
        tied=np.zeros(FACETS_EACH * n_shapes + min(n_shapes, 1) * WIDTH, dtype=np.int64),
        rays=np.zeros((n_rays, n)),
        ray_errors=np.zeros((n_rays, n)),
        outputs=np.zeros((n_outputs, n)),
        output_errors=np.zeros((n_outputs, n)),
        goals=np.zeros((4 if sought[0] else 0, sought[0])),
        scales=np.zeros(sought[1]),
    )


def grown(w: Count, kind: str) -> Count:
    """Return the workspace with twice as many places of a kind."""
    doubled = {name: getattr(w, name) for name in GROWING[kind]}
    more: dict[str, Any] = {name: np.concatenate([array, np.zeros_like(array)]) for name, array in doubled.items()}
    return w._replace(**more)
