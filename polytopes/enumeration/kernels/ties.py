"""Units that vanish on a wall of a cell without having the hyperplane of the wall in every pattern.

Across a facet the units change that have the hyperplane of its own, and those that vanish on the facet for another
reason may change. If a unit of an earlier block vanishes on a facet of a cell, then it did so on a facet of the cell
above that left the block, with the same wall: units that cut cells later do not touch its hyperplane.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.section_arrays import (
    BLOCK,
    FIRST,
    GATE,
    NEGATIVE,
    POSITIVE,
    SIZE,
    STAGE,
    START,
    TIED,
    UNITS,
    WALLS,
    WEIGHT,
    WIDTH,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.signs import lowest
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def vanishing(w: Count, c: Chain, node: int, block: int, wall: int, signs: np.uint64, n: int) -> np.uint64:
    """Return the units of a block that are 0 on a wall, where all others are in ``signs``, and may change beyond it.

    Left out are those with the hyperplane of the wall, and those that are 0 everywhere.
    """
    mask = ~np.uint64(0) >> np.uint64(WIDTH - c.blocks[block, UNITS])
    gate, stage, found = w.slots[node, wall], c.blocks[block, STAGE], np.uint64(0)
    left = mask & ~signs
    while left:
        j = lowest(left)
        bit = np.uint64(1) << np.uint64(j)
        left ^= bit
        other = c.blocks[block, GATE] + j
        own = gate >= 0 and c.places[gate, 0] == stage and c.lines[gate] == c.lines[other]
        if not own and not is_zero(w, c, stage, c.blocks[block, START] + j, n):
            found |= bit
    return found


@indexed_from_start
def is_zero(w: Count, c: Chain, stage: int, unit: int, n: int) -> bool:
    """Whether the form of a unit is 0 in every pattern."""
    if stage > 0:
        return c.uses[stage, unit] == 0 and c.weights[c.stages[stage, WEIGHT], unit] == 0.0
    zero = w.forms[n, unit] < np.inf
    for k in range(n):
        zero = zero and w.forms[k, unit] == 0.0
    return zero


@indexed_from_start
def note_ties(w: Count, c: Chain, node: int, n: int) -> None:
    """Note on which walls of the cell of a node, all units of whose block are closed, some of these vanish."""
    first, size, block = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, BLOCK]
    walls, tied = np.uint64(0), np.uint64(0)
    for v in range(first, first + size):
        walls |= w.marks[v, WALLS]
    while walls:
        wall = lowest(walls)
        bit = np.uint64(1) << np.uint64(wall)
        walls ^= bit
        signs, count = np.uint64(0), 0
        for v in range(first, first + size):
            if w.marks[v, WALLS] & bit:
                signs |= w.marks[v, POSITIVE] | w.marks[v, NEGATIVE]
                count += 1
        if count >= n - 1 and vanishing(w, c, node, block, wall, signs, n):
            tied |= bit
    w.words[node, TIED] |= tied
