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
    GATE,
    GUIDED,
    LEAVES,
    LOADED,
    ON,
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
    """Make a cell the root of a count, with all units of the first block open and its forms in the input.

    If gates open it, the parts on all their sides are the first nodes, as if the count had split it by them.
    """
    n, n_gates, n_walls = root.vertices.shape[1] - 1, root.gates.shape[0], root.walls.shape[0]
    for k in range(n_walls):
        for j in range(2 * n):
            w.walls[k, j] = root.walls[k, j]
    for k in range(n + 2):
        w.constant[k] = root.constant[k]
    for k in range(n + 3):
        for i in range(c.start.shape[1]):
            w.forms[k, i] = c.start[k, i]
    mask = ~np.uint64(0) >> np.uint64(64 - c.blocks[0, UNITS])
    mask = mask & ~c.copies[0] if c.blocks.shape[0] == 1 and w.leaves.shape[0] == 0 else mask
    for k in range(n_gates):
        w.decisions[k] = root.gates[k]
    for node in range(1 << n_gates):
        for k in range(n_walls):
            w.slots[node, k] = -1 - k
        for k in range(w.words.shape[1]):
            w.words[node, k] = np.uint64(0)
        w.words[node, OPEN] = mask
        for k in range(n_gates):
            w.slots[node, n_walls + k] = root.gates[k]
            if is_positive(node, k, n_gates):
                put_winner(w, c, node, root.gates[k])
        put_vertices(w, root, node, n)
        w.nodes[node, DECIDED], w.nodes[node, BLOCK], w.nodes[node, PHASE] = n_gates, 0, BEGIN
    w.state[TOP] = (1 << n_gates) - 1
    for k in (CELLS, BOUNDED, ASKED, GUIDED, QUESTION, LOADED, LEAVES, FACETS, RAYS):
        w.state[k] = 0


@indexed_from_start
def is_positive(node: int, k: int, n_gates: int) -> bool:
    """Whether gate k of those that open a cell is positive on the part with this number."""
    return node >> (n_gates - 1 - k) & 1 == 0


@indexed_from_start
def put_winner(w: Count, c: Chain, node: int, gate: int) -> None:
    """Note that a gate of the first stage is on at a node."""
    block = 0
    while gate >= c.blocks[block, GATE] + c.blocks[block, UNITS]:
        block += 1
    w.words[node, ON + block] |= np.uint64(1) << np.uint64(gate - c.blocks[block, GATE])


@indexed_from_start
def put_vertices(w: Count, root: Root, node: int, n: int) -> None:
    """Write the vertices of a part: the last ones each lie off the wall of one of the gates, on its side."""
    size, n_gates = root.vertices.shape[0], root.gates.shape[0]
    w.nodes[node, FIRST], w.nodes[node, SIZE] = node * size, size
    for v in range(size):
        gate, place = v - (size - n_gates), node * size + v
        sign = 1.0 if gate < 0 or is_positive(node, gate, n_gates) else -1.0
        for k in range(n):
            w.vertices[place, k] = sign * root.vertices[v, k]
        w.vertices[place, n] = root.vertices[v, n]
        for k in range(w.marks.shape[1]):
            w.marks[place, k] = np.uint64(0)
        w.marks[place, WALLS], w.marks[place, ACTIVE] = root.tight[v], ~np.uint64(0)
