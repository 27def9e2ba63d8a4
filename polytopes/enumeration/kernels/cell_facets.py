"""Facets of a cell, or of a part of it, by the words of its vertices.

A vertex is on at least n - 1 walls. If these are all, they are independent, and each of them is a facet.

A unit that takes both signs on a cell divides it in two. A facet of the cell is one of the part where the unit is
negative iff the unit is negative at one of its vertices: then it is on an open set of the facet. The hyperplane of the
unit is a facet of both parts. So their facets are known although their vertices are not.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.facets import put_facets
from polytopes.enumeration.kernels.section_arrays import (
    FACETS,
    FIRST,
    FOUND,
    GATE,
    NEGATIVE,
    ON,
    OWN,
    POSITIVE,
    SIZE,
    SLOT,
    TIED,
    UNITS,
    WALLS,
    WIDTH,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.signs import lowest, popcount
from polytopes.enumeration.kernels.ties import vanishing
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def list_part(w: Count, node: int, bit: np.uint64, other: int) -> int:
    """List the vertices of a node without this bit in the column ``other`` of their marks; return how many there are.

    So the part of a cell that was cut is listed, on one side of the unit ``bit``; with bit 0 it is the whole cell.
    """
    first, size, count = w.nodes[node, FIRST], w.nodes[node, SIZE], 0
    for v in range(first, first + size + (w.nodes[node, FOUND] if bit else 0)):
        if w.marks[v, other] & bit == 0:
            w.ends[count, 0] = v
            count += 1
    return count


@indexed_from_start
def meet(w: Count, node: int, bit: np.uint64) -> None:
    """Note that vertices of a node which was cut by the unit ``bit`` are on its wall if the unit is 0 there."""
    first, wall = w.nodes[node, FIRST], np.uint64(1) << np.uint64(w.nodes[node, SLOT])
    for v in range(first, first + w.nodes[node, SIZE]):
        if (w.marks[v, POSITIVE] | w.marks[v, NEGATIVE]) & bit == 0:
            w.marks[v, WALLS] |= wall


@indexed_from_start
def own_walls(w: Count, node: int, bit: np.uint64) -> np.uint64:
    """Return the walls of a part by units of the block of its node."""
    return w.words[node, OWN] | (np.uint64(1) << np.uint64(w.nodes[node, SLOT]) if bit else np.uint64(0))


@indexed_from_start
def facets_of(w: Count, count: int, n: int) -> np.uint64:
    """Return the walls that are facets of the part whose vertices are listed, without the one at infinity."""
    everything, sure = np.uint64(0), np.uint64(0)
    for i in range(count):
        walls = w.marks[w.ends[i, 0], WALLS]
        everything |= walls
        if popcount(walls) == n - 1:
            sure |= walls
    if everything == sure:
        return sure & ~np.uint64(1)
    words, start, sure = (count + 63) >> 6, w.state[FACETS], np.uint64(0)
    list_members(w, count, words, everything)
    for k in range(start, put_facets(w.facets, start, w.members, words, WIDTH, n)):
        sure |= np.uint64(1) << np.uint64(w.facets[k])
    return sure


@indexed_from_start
def list_members(w: Count, count: int, words: int, used: np.uint64) -> None:
    """List for the walls in use the listed vertices on them, as bits, and for every wall their number after these."""
    members = w.members
    for wall in range(WIDTH):
        members[words, wall] = np.uint64(0)
        if used >> np.uint64(wall) & np.uint64(1):
            for word in range(words):
                members[word, wall] = np.uint64(0)
    for i in range(count):
        bit, bits = np.uint64(1) << np.uint64(i & 63), w.marks[w.ends[i, 0], WALLS]
        while bits:
            wall = lowest(bits)
            bits &= bits - np.uint64(1)
            members[i >> 6, wall] |= bit
            members[words, wall] += np.uint64(1)


@indexed_from_start
def ties_of(w: Count, c: Chain, node: int, facets: np.uint64, own: np.uint64, count: int, n: int) -> np.uint64:
    """Return on which of these facets of the listed part other gates may vanish that do not have its hyperplane.

    A vertex is plain if the units of the block that are 0 there are those of its walls, and their multiples. No unit
    vanishes on a facet with a plain vertex but its own: it would be that of another wall, and two walls by units of one
    block have different hyperplanes. A unit that is 0 on the whole part is so beyond all walls by units of its block.
    """
    block = c.blocks.shape[0] - 1
    mask, signs = ~np.uint64(0) >> np.uint64(WIDTH - c.blocks[block, UNITS]), np.uint64(0)
    for i in range(count):
        v = w.ends[i, 0]
        signs |= w.marks[v, POSITIVE] | w.marks[v, NEGATIVE]
    dead, plain, tied = mask & ~signs, np.uint64(0), w.words[node, TIED] & facets
    for i in range(count):
        v = w.ends[i, 0]
        zeros = mask & ~(w.marks[v, POSITIVE] | w.marks[v, NEGATIVE] | dead | c.copies[block])
        if popcount(zeros) == popcount(w.marks[v, WALLS] & own):
            plain |= w.marks[v, WALLS]
    doubtful = facets & ~plain & ~tied
    if dead:
        doubtful |= facets & ~own & ~tied
    while doubtful:
        wall = lowest(doubtful)
        bit, signs = np.uint64(1) << np.uint64(wall), dead if own >> np.uint64(wall) & np.uint64(1) else np.uint64(0)
        doubtful ^= bit
        for i in range(count):
            v = w.ends[i, 0]
            if w.marks[v, WALLS] & bit:
                signs |= w.marks[v, POSITIVE] | w.marks[v, NEGATIVE]
        if vanishing(w, c, node, block, wall, signs, n):
            tied |= bit
    return tied


@indexed_from_start
def number_of(w: Count, c: Chain, node: int, gate: int, on: np.uint64) -> int:
    """Return the number of a facet of a gate, twice that of the gate and 1 more if its second form loses there.

    ``on`` are the units of the last block that are on; a negative gate is a wall of the root, and stays as it is.
    """
    if gate < 0:
        return gate
    block = c.blocks.shape[0] - 1
    word = on
    if gate < c.blocks[block, GATE]:
        while gate < c.blocks[block, GATE]:
            block -= 1
        word = w.words[node, ON + block]
    bit = np.uint64(1) << np.uint64(gate - c.blocks[block, GATE])
    return 2 * gate if word & bit else 2 * gate + 1


@indexed_from_start
def put_numbers(w: Count, c: Chain, node: int, facets: np.uint64, tied: np.uint64, on: np.uint64, place: int) -> None:
    """Write the numbers of these facets as those of the cell at a place, and if wanted which of them are tied."""
    start = end = w.state[FACETS]
    while facets:
        wall = lowest(facets)
        facets &= facets - np.uint64(1)
        w.facets[end] = number_of(w, c, node, w.slots[node, wall], on)
        if w.tied.shape[0] > 0:
            w.tied[end] = np.int64(tied >> np.uint64(wall) & np.uint64(1))
        end += 1
    w.n_facets[place], w.state[FACETS] = end - start, end


@indexed_from_start
def add_facet(w: Count, c: Chain, unit: int, on: int, place: int) -> None:
    """Write the facet of a unit of the last block, which is on or not, as one more of the cell at a place."""
    end = w.state[FACETS]
    w.facets[end] = 2 * (c.blocks[c.blocks.shape[0] - 1, GATE] + unit) + 1 - on
    if w.tied.shape[0] > 0:
        w.tied[end] = 0
    w.n_facets[place] += 1
    w.state[FACETS] = end + 1
