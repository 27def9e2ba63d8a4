"""Compiled beginning of a count by sections: the root is written into the workspace from its arrays."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    ASKED,
    BEGIN,
    BLOCK,
    BOUNDED,
    CELLS,
    DECIDED,
    FACETS,
    FIRST,
    GUIDED,
    LEAVES,
    LOADED,
    OPEN,
    PHASE,
    QUESTION,
    RAYS,
    SIZE,
    TOP,
    UNITS,
    WALLS,
    Chain,
    Count,
    Root,
)
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def open_root(w: Count, c: Chain, root: Root) -> None:
    """Make a cell the root of a count, with all units of the first block open and its forms in the input."""
    n, count = root.vertices.shape[1] - 1, root.vertices.shape[0]
    for k in range(root.walls.shape[0]):
        w.slots[0, k] = -1 - k
        for j in range(2 * n):
            w.walls[k, j] = root.walls[k, j]
    for v in range(count):
        for k in range(n + 1):
            w.vertices[v, k] = root.vertices[v, k]
        for k in range(w.marks.shape[1]):
            w.marks[v, k] = np.uint64(0)
        w.marks[v, WALLS], w.marks[v, ACTIVE] = root.tight[v], ~np.uint64(0)
    for k in range(n + 2):
        w.constant[k] = root.constant[k]
    for k in range(n + 3):
        for i in range(c.start.shape[1]):
            w.forms[k, i] = c.start[k, i]
    for k in range(w.words.shape[1]):
        w.words[0, k] = np.uint64(0)
    mask = ~np.uint64(0) >> np.uint64(64 - c.blocks[0, UNITS])
    w.words[0, OPEN] = mask & ~c.copies[0] if c.blocks.shape[0] == 1 and w.leaves.shape[0] == 0 else mask
    w.nodes[0, FIRST], w.nodes[0, SIZE], w.nodes[0, DECIDED] = 0, count, 0
    w.nodes[0, BLOCK], w.nodes[0, PHASE] = 0, BEGIN
    w.state[TOP] = 0
    for k in (CELLS, BOUNDED, ASKED, GUIDED, QUESTION, LOADED, LEAVES, FACETS, RAYS):
        w.state[k] = 0
