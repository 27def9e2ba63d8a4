"""Records of visited cells: their facets among the walls of their vertices, and an interior point exact as floats."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.facets import put_facets
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    DONE,
    FACETS,
    FIRST,
    GATE,
    GROW_VERTICES,
    LEAVES,
    NEGATIVE,
    ON,
    PAUSE,
    POSITIVE,
    RAYS,
    ROWS,
    SIZE,
    STAGE,
    TIED,
    UNITS,
    WALLS,
    WIDTH,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.sign_words import error_bound, largest_entry, reach
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT, lowest
from polytopes.enumeration.kernels.stage_sums import finish_forms
from polytopes.enumeration.kernels.ties import vanishing
from polytopes.enumeration.kernels.word_splits import refresh
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def record(w: Count, c: Chain, node: int, n: int) -> int:
    """Write the facets and an interior point of the top node, which is a cell, to the place of the next leaf.

    A facet of a gate is written as twice its number, and 1 more if its second form loses there; one of the root as
    -1 - its index. Where no point is certainly inside, it is 0.
    """
    first, size, start = w.nodes[node, FIRST], w.nodes[node, SIZE], w.state[FACETS]
    if w.state[LEAVES] == w.leaves.shape[0] or start + WIDTH > w.facets.shape[0]:
        return PAUSE
    shaped = w.n_rays.shape[0] > 0
    if shaped and w.state[RAYS] + size > w.rays.shape[0] and size <= w.rays.shape[0]:
        return PAUSE
    words = (size + 63) >> 6
    if first + size == w.vertices.shape[0] or words + 1 >= w.members.shape[0]:
        return GROW_VERTICES
    list_members(w, first, size, words)
    end = put_facets(w.facets, start, w.members, words, WIDTH, n)
    place, point = w.state[LEAVES], w.points[w.state[LEAVES]]
    inside = put_point(w, c, node, start, end, True, n) or put_point(w, c, node, start, end, False, n)
    if not inside:
        for v in range(first, first + size):
            refresh(w, c, node, v, n)
        inside = put_point(w, c, node, start, end, False, n)
    for k in range(0 if inside else n):
        w.vertices[first + size, k] = 0.0
    for k in range(n):
        point[k] = w.vertices[first + size, k]
    if shaped:
        put_rays(w, first, size, start, end, n)
        put_ties(w, c, node, start, end, words, n)
        put_outputs(w, c, node, n)
    for k in range(start, end):
        gate = w.slots[node, w.facets[k]]
        w.facets[k] = gate if gate < 0 else 2 * gate + 1 - is_on(w, c, node, gate)
    w.n_facets[place] = end - start
    w.state[FACETS] = end
    return DONE


@indexed_from_start
def put_rays(w: Count, first: int, size: int, start: int, end: int, n: int) -> None:
    """Write the vertices of a cell, unless they are too many; and which of the first 64 lie on its facets."""
    place, ray, at_infinity = w.state[LEAVES], w.state[RAYS], np.uint64(0)
    for word in range((size + 63) >> 6):
        at_infinity |= w.members[word, 0]
    w.n_rays[place], w.at_infinity[place] = 0, at_infinity
    for k in range(start, end):
        w.incidence[k] = w.members[0, w.facets[k]]
    if size > w.rays.shape[0]:
        return
    for v in range(first, first + size):
        for k in range(n):
            w.rays[ray, k], w.ray_errors[ray, k] = w.vertices[v, k], w.vertices[v, n]
        ray += 1
    w.n_rays[place], w.state[RAYS] = size, ray


@indexed_from_start
def put_ties(w: Count, c: Chain, node: int, start: int, end: int, words: int, n: int) -> None:
    """Write for every facet 1 if a unit may vanish there whose hyperplane is not known to be that of the facet."""
    block = c.blocks.shape[0] - 1
    for k in range(start, end):
        wall = w.facets[k]
        tied = w.words[node, TIED] >> np.uint64(wall) & np.uint64(1)
        w.tied[k] = 1 if tied or vanishing(w, c, node, block, wall, w.members[words + 1, wall], n) else 0


@indexed_from_start
def put_outputs(w: Count, c: Chain, node: int, n: int) -> None:
    """Write the forms of the outputs on the cell of a node, from its sums."""
    stage = c.stages.shape[0] - 1
    rows, source = c.stages[stage, ROWS], stage * (n + 3)
    if stage == c.blocks[c.blocks.shape[0] - 1, STAGE]:
        return
    finish_forms(w, c, node, stage, n)
    for i in range(rows):
        place = w.state[LEAVES] * rows + i
        for k in range(n):
            w.outputs[place, k], w.output_errors[place, k] = w.forms[source + k, i], w.forms[source + n, i]


@indexed_from_start
def block_of(c: Chain, gate: int) -> int:
    """Return the block that a gate is in."""
    block = 0
    while gate >= c.blocks[block, GATE] + c.blocks[block, UNITS]:
        block += 1
    return block


@indexed_from_start
def is_on(w: Count, c: Chain, node: int, gate: int) -> int:
    """Return 1 if a gate is on at a node, else 0."""
    block = block_of(c, gate)
    return 1 if w.words[node, ON + block] >> np.uint64(gate - c.blocks[block, GATE]) & np.uint64(1) else 0


@indexed_from_start
def list_members(w: Count, first: int, size: int, words: int) -> None:
    """List for every wall the vertices on it as bits, then their number, then the units that are not 0 at all of them.

    Of a wall without vertices only the number is written, unless it is the one at infinity.
    """
    members, used = w.members, np.uint64(1)
    for i in range(first, first + size):
        used |= w.marks[i, WALLS]
    for wall in range(WIDTH):
        members[words, wall] = np.uint64(0)
    bits = used
    while bits:
        wall = lowest(bits)
        bits &= bits - np.uint64(1)
        for word in range(words):
            members[word, wall] = np.uint64(0)
        members[words + 1, wall] = np.uint64(0)
    for i in range(size):
        bit, bits = np.uint64(1) << np.uint64(i & 63), w.marks[first + i, WALLS]
        signs = w.marks[first + i, POSITIVE] | w.marks[first + i, NEGATIVE]
        while bits:
            wall = lowest(bits)
            bits &= bits - np.uint64(1)
            members[i >> 6, wall] |= bit
            members[words, wall] += np.uint64(1)
            members[words + 1, wall] |= signs


@indexed_from_start
def put_point(w: Count, c: Chain, node: int, start: int, end: int, single: bool, n: int) -> bool:
    """Write the sum of the vertices, scaled to one size, above them; return whether it is certainly inside all facets.

    It is rounded to single precision if wanted, for shorter files, and taken as the exact point that it is.
    """
    first, place = w.nodes[node, FIRST], w.nodes[node, FIRST] + w.nodes[node, SIZE]
    point = w.vertices[place]
    for k in range(n):
        point[k] = 0.0
    for v in range(first, place):
        size = largest_entry(w, v, n)
        for k in range(n):
            point[k] += w.vertices[v, k] / size
    for k in range(n):
        point[k] = np.float64(np.float32(point[k])) if single else point[k]
        if not abs(point[k]) < np.inf:
            return False
    point[n] = TINY  # no integers
    w.marks[place, WALLS], w.marks[place, ACTIVE] = np.uint64(0), ~np.uint64(0)
    a, b = reach(w, place, n)
    for k in range(start, end):
        gate = w.slots[node, w.facets[k]]
        if gate < 0 and not is_inside_wall(w.walls, -1 - gate, point, n):
            return False
        if gate >= 0 and not is_inside_unit(w, c, node, place, gate, a, b, n):
            return False
    return point[0] > 0.0


@indexed_from_start
def is_inside_wall(walls: Array, wall: int, point: Array, n: int) -> bool:
    """Whether an exact point is certainly on the positive side of a wall of the root."""
    value, size, error = 0.0, 0.0, 0.0
    for k in range(n):
        value += walls[wall, k] * point[k]
        size += abs(walls[wall, k] * point[k])
        error += walls[wall, n + k] * abs(point[k])
    return value > (error + (n + 2) * UNIT * size) * SLACK + TINY


@indexed_from_start
def is_inside_unit(w: Count, c: Chain, node: int, place: int, gate: int, a: float, b: float, n: int) -> bool:
    """Whether a vertex with these a and b is certainly on the side of a gate on which the node is."""
    base, unit = c.places[gate, 0] * (n + 3), c.places[gate, 1]
    value = 0.0
    for k in range(n):
        value += w.forms[base + k, unit] * w.vertices[place, k]
    value = value if is_on(w, c, node, gate) else -value
    return value > error_bound(w, base, unit, a, b, n)
