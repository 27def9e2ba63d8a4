"""Records of visited cells: facets, an interior point exact as floats, vertices and the forms of outputs."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.cell_facets import (
    add_facet,
    facets_of,
    list_part,
    number_of,
    own_walls,
    put_numbers,
    ties_of,
)
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    DONE,
    FACETS,
    FIRST,
    FOUND,
    GATE,
    GROW_SECTIONS,
    GROW_VERTICES,
    LEAVES,
    NEGATIVE,
    PAUSE,
    POSITIVE,
    RAYS,
    ROWS,
    SIZE,
    STAGE,
    START,
    WALLS,
    WIDTH,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.sign_words import error_bound, largest_entry, reach
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT, lowest
from polytopes.enumeration.kernels.stage_sums import finish_forms
from polytopes.enumeration.kernels.word_splits import refresh
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def room(w: Count, node: int, cells: int) -> int:
    """Return DONE if there is room for the records of so many cells that a node is or falls into, else what to do.

    Room for the vertices of each of them is only left where there may be some in an empty block.
    """
    state = w.state
    if state[LEAVES] + cells > w.leaves.shape[0]:
        return PAUSE
    if w.n_facets.shape[0] == 0:
        return DONE
    size = w.nodes[node, SIZE] + w.nodes[node, FOUND]
    if state[FACETS] + cells * (WIDTH + 1) > w.facets.shape[0]:
        return PAUSE
    if fits(w, size, cells) and state[RAYS] + cells * size > w.rays.shape[0]:
        return PAUSE
    words = (size + 63) >> 6
    if w.nodes[node, FIRST] + size + 1 >= w.vertices.shape[0] or words + 1 > w.members.shape[0]:
        return GROW_VERTICES
    return GROW_SECTIONS if size > w.ends.shape[0] else DONE


@indexed_from_start
def fits(w: Count, size: int, cells: int) -> bool:
    """Whether so many vertices of each of so many cells fit into a block."""
    return cells * size <= w.rays.shape[0]


@indexed_from_start
def record(
    w: Count, c: Chain, node: int, sums: int, bit: np.uint64, other: int, on: np.uint64, left: np.uint64, n: int
) -> None:
    """Write the records of a part of a node, or of the two cells into which its only open unit ``left`` divides it.

    The part is that of :func:`list_part`, with the units ``on`` of the last block; with rays it is one cell. Records
    come to the next places, first that of the cell where ``left`` is not on; the node ``sums`` has the sums of the
    units that are on.

    A facet of a gate is written as twice its number, and 1 more if its second form loses there; one of the root as
    -1 - its index. Where no point is certainly inside, it is 0.
    """
    place, none = w.state[LEAVES], np.uint64(0)
    count, own, tied = list_part(w, node, bit, other), own_walls(w, node, bit), none
    facets = facets_of(w, count, n)
    if w.tied.shape[0] > 0:
        tied = ties_of(w, c, node, facets, own, count, n)
    if w.n_rays.shape[0] > 0:
        w.at_infinity[place] = infinite(w, count)
        put_rays(w, facets, count, place, n)
        put_outputs(w, c, sums, place, n)
    if left == 0:
        if w.n_rays.shape[0] == 0:
            w.at_infinity[place] = infinite(w, count)
        put_inside(w, c, node, facets, on, none, POSITIVE, count, place, n)
        put_numbers(w, c, node, facets, tied, on, place)
        return
    below, above, low, high = none, none, none, none
    for i in range(count):
        v = w.ends[i, 0]
        walls = w.marks[v, WALLS]
        if w.marks[v, NEGATIVE] & left:
            below |= walls
        else:
            high |= walls
        if w.marks[v, POSITIVE] & left:
            above |= walls
        else:
            low |= walls
    unit, one = lowest(left), np.uint64(1)
    put_inside(w, c, node, facets & below, on, left, NEGATIVE, count, place, n)
    put_numbers(w, c, node, facets & below, tied, on, place)
    add_facet(w, c, unit, 0, place)
    put_inside(w, c, node, facets & above, on, left, POSITIVE, count, place + 1, n)
    put_numbers(w, c, node, facets & above, tied, on, place + 1)
    add_facet(w, c, unit, 1, place + 1)
    w.at_infinity[place], w.at_infinity[place + 1] = low & one, high & one


@indexed_from_start
def put_inside(
    w: Count, c: Chain, node: int, facets: np.uint64, on: np.uint64, left: np.uint64, side: int, count: int,
    place: int, n: int,
) -> None:  # fmt: skip
    """Write a point inside a cell, if points are wanted, to a place; 0 if none is certainly inside.

    The cell is that of the listed vertices, or its part on one side of the unit ``left``: the column of the marks where
    the vertices on this side have it. It has these facets, and that of the unit.
    """
    if w.points.shape[0] == 0:
        return
    point = w.nodes[node, FIRST] + w.nodes[node, SIZE] + w.nodes[node, FOUND]
    inside = put_point(w, c, node, facets, on, left, side, count, point, True, n)
    inside = inside or put_point(w, c, node, facets, on, left, side, count, point, False, n)
    if not inside:
        for i in range(count):
            refresh(w, c, node, w.ends[i, 0], n)
        inside = put_point(w, c, node, facets, on, left, side, count, point, False, n)
    for k in range(n):
        w.points[place, k] = w.vertices[point, k] if inside else 0.0


@indexed_from_start
def infinite(w: Count, count: int) -> np.uint64:
    """Return which of the listed vertices lie at infinity, as bits; those beyond the first 64 share them."""
    found = np.uint64(0)
    for i in range(count):
        found |= (w.marks[w.ends[i, 0], WALLS] & np.uint64(1)) << np.uint64(i & 63)
    return found


@indexed_from_start
def put_rays(w: Count, facets: np.uint64, count: int, place: int, n: int) -> None:
    """Write the listed vertices of a cell, unless they are too many; and which of the first 64 lie on its facets."""
    ray, facet = w.state[RAYS], w.state[FACETS]
    w.n_rays[place] = 0
    while facets:
        wall, word = np.uint64(lowest(facets)), np.uint64(0)
        facets &= facets - np.uint64(1)
        for i in range(count if count < WIDTH else WIDTH):
            word |= (w.marks[w.ends[i, 0], WALLS] >> wall & np.uint64(1)) << np.uint64(i)
        w.incidence[facet] = word
        facet += 1
    if ray + count > w.rays.shape[0]:
        return
    for i in range(count):
        v = w.ends[i, 0]
        for k in range(n):
            w.rays[ray, k], w.ray_errors[ray, k] = w.vertices[v, k], w.vertices[v, n]
        ray += 1
    w.n_rays[place], w.state[RAYS] = count, ray


@indexed_from_start
def put_outputs(w: Count, c: Chain, node: int, leaf: int, n: int) -> None:
    """Write the forms of the outputs on the cell at a place, from the sums of a node."""
    stage = c.stages.shape[0] - 1
    rows, source = c.stages[stage, ROWS], stage * (n + 3)
    if stage == c.blocks[c.blocks.shape[0] - 1, STAGE]:
        return
    finish_forms(w, c, node, stage, n)
    for i in range(rows):
        place = leaf * rows + i
        for k in range(n):
            w.outputs[place, k], w.output_errors[place, k] = w.forms[source + k, i], w.forms[source + n, i]


@indexed_from_start
def put_point(
    w: Count, c: Chain, node: int, facets: np.uint64, on: np.uint64, left: np.uint64, side: int, count: int,
    place: int, single: bool, n: int,
) -> bool:  # fmt: skip
    """Write the sum of the listed vertices, scaled to one size; return whether it is certainly inside all facets.

    On one side of the unit ``left`` those beyond and on its hyperplane count less, so that it keeps half of its value
    at the others. The sum is rounded to single precision if wanted, for shorter files, and taken as the exact point
    that it is.
    """
    point, away, last = w.vertices[place], w.vertices[place + 1], c.blocks.shape[0] - 1
    for k in range(n):
        point[k], away[k] = 0.0, 0.0
    for i in range(count):
        v = w.ends[i, 0]
        factor, target = 1.0 / largest_entry(w, v, n), point
        if left and w.marks[v, side] & left == 0:
            target = away
        for k in range(n):
            target[k] += w.vertices[v, k] * factor
    if left:
        base, unit = c.blocks[last, STAGE] * (n + 3), c.blocks[last, START] + lowest(left)
        value, lost = 0.0, 0.0
        for k in range(n):
            value += w.forms[base + k, unit] * point[k]
            lost += w.forms[base + k, unit] * away[k]
        value, lost = abs(value), abs(lost)
        share = 1.0 if 2.0 * lost <= value else 0.5 * value / lost
        for k in range(n):
            point[k] += share * away[k]
    for k in range(n):
        point[k] = np.float64(np.float32(point[k])) if single else point[k]
        if not abs(point[k]) < np.inf:
            return False
    point[n] = TINY  # no integers
    w.marks[place, WALLS], w.marks[place, ACTIVE] = np.uint64(0), ~np.uint64(0)
    a, b = reach(w, place, n)
    if left:
        gate = c.blocks[last, GATE] + lowest(left)
        if not is_inside_unit(w, c, place, gate, side == POSITIVE, a, b, n):
            return False
    while facets:
        gate = w.slots[node, lowest(facets)]
        facets &= facets - np.uint64(1)
        if gate < 0 and not is_inside_wall(w.walls, -1 - gate, point, n):
            return False
        is_on = gate >= 0 and number_of(w, c, node, gate, on) & 1 == 0
        if gate >= 0 and not is_inside_unit(w, c, place, gate, is_on, a, b, n):
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
def is_inside_unit(w: Count, c: Chain, place: int, gate: int, on: bool, a: float, b: float, n: int) -> bool:
    """Whether a vertex with these a and b is certainly on the side of a gate where it is on, or not."""
    base, unit = c.places[gate, 0] * (n + 3), c.places[gate, 1]
    value = 0.0
    for k in range(n):
        value += w.forms[base + k, unit] * w.vertices[place, k]
    value = value if on else -value
    return value > error_bound(w, base, unit, a, b, n)
