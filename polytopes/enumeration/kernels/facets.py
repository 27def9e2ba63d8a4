"""Compiled records of cells: their facets among the walls, and an interior point that is exact as floats."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    COUNT,
    FIRST,
    HIGH,
    LEAVES,
    LOW,
    OF_GATE,
    RIVAL,
    WALLS,
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.signs import lowest, popcount, sign_at
from polytopes.enumeration.kernels.stages import put_outputs
from polytopes.jit.compilation import compiled


@compiled
def has_room(w: Walk, node: int) -> bool:
    """Whether the records, if any are wanted, have room for one more cell."""
    records = w.records
    if records.points.shape[0] == 0:
        return True
    count, places = w.nodes[node, COUNT], records.rays.shape[0]
    if count <= places and records.used[1] + count > places:
        return False
    return records.used[0] + w.nodes[node, WALLS] <= records.facets.shape[0]


@compiled
def record(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> None:
    """Write an interior point of a cell, and its facets if it is kept by its rays, to the place of the present leaf.

    Facets are the walls whose sets of tight rays are maximal, the first of equal ones; wall 0 lies at infinity. One of
    a gate is written as the place of the losing form among all forms of gates, one of the start as -1 - its index.
    """
    records, place = w.records, w.state[LEAVES]
    members, first, count, walls = records.members, w.nodes[node, FIRST], w.nodes[node, COUNT], w.nodes[node, WALLS]
    words = (count + 63) >> 6
    start = end = records.used[0]
    if q is None:
        list_members(w, first, count, walls, words)
        end = put_facets(records.facets, start, members, words, walls, n)
        if records.n_rays.shape[0]:
            put_rays(w, first, count, start, end, n)
    else:
        for wall in range(1, walls):
            records.facets[end] = wall
            end += 1
    if records.n_rays.shape[0]:
        put_outputs(w, p, node, n)
    add_rays(w, first, count, n)
    if not (is_inside(w, start, end, True, n) or is_inside(w, start, end, False, n)):
        records.point[0, 0] = 0.0
    for k in range(n):
        records.points[place, k] = records.point[0, k]
    if q is not None:
        records.n_facets[place] = 0
        return
    for k in range(start, end):
        wall = records.facets[k]
        gate, low, high = w.origins[wall, OF_GATE], w.origins[wall, LOW], w.origins[wall, HIGH]
        loser = low if gate < 0 or w.winners[node, gate] == high else high
        records.facets[k] = p.gates[gate, RIVAL] + loser if gate >= 0 else -1 - loser
    records.n_facets[place] = end - start
    records.used[0] = end


@compiled
def put_rays(w: Walk, first: int, count: int, start: int, end: int, n: int) -> None:
    """Write the rays of a cell, unless they are too many; and which of the first 64 lie on its facets."""
    records, place = w.records, w.state[LEAVES]
    at_infinity = np.uint64(0)
    for word in range((count + 63) >> 6):
        at_infinity |= records.members[word, 0]
    records.n_rays[place], records.at_infinity[place] = 0, at_infinity
    for k in range(start, end):
        records.incidence[k] = records.members[0, records.facets[k]]
    if count <= records.rays.shape[0]:
        records.n_rays[place] = count
        for i in range(count):
            for c in range(2 * n + 1):
                records.rays[records.used[1] + i, c] = w.rays[first + i, c]
        records.used[1] += count


@compiled
def list_members(w: Walk, first: int, count: int, walls: int, words: int) -> None:
    """List for every wall the rays on which it is tight as bits, and their number after them."""
    members = w.records.members
    for word in range(words + 1):
        for wall in range(walls):
            members[word, wall] = np.uint64(0)
    for i in range(count):
        bit = np.uint64(1) << np.uint64(i & 63)
        for word in range(w.tight.shape[1]):
            bits = w.tight[first + i, word]
            while bits:
                members[i >> 6, (word << 6) + lowest(bits)] |= bit
                bits &= bits - np.uint64(1)
    for word in range(words):
        for wall in range(walls):
            members[words, wall] += np.uint64(popcount(members[word, wall]))


@compiled
def put_facets(facets: Array, start: int, members: Array, words: int, walls: int, n: int) -> int:
    """Write the walls that are facets from ``start`` on, and return where they end.

    Only walls with n - 1 tight rays can be facets, or hide others. Wall 0 hides others and is then left out.
    """
    last = start
    for wall in range(walls):
        if members[words, wall] >= np.uint64(n - 1):
            facets[last] = wall
            last += 1
    end = start
    for k in range(start, last):
        wall = facets[k]
        if is_maximal(facets, start, end, members, words, wall) and is_maximal(
            facets, k + 1, last, members, words, wall
        ):
            facets[end] = wall
            end += 1
    if end > start and facets[start] == 0:
        end -= 1
        for k in range(start, end):
            facets[k] = facets[k + 1]
    return end


@compiled
def is_maximal(facets: Array, start: int, end: int, members: Array, words: int, wall: int) -> bool:
    """Whether none of these walls is tight on all rays of this one and more, and none before it on the same."""
    size = members[words, wall]
    for k in range(start, end):
        other = facets[k]
        larger = members[words, other]
        if larger < size or (larger == size and other > wall):
            continue
        inside = True
        for word in range(words):
            if members[word, wall] & ~members[word, other]:
                inside = False
                break
        if inside:
            return False
    return True


@compiled
def add_rays(w: Walk, first: int, count: int, n: int) -> None:
    """Put the sum of the normalized rays into row 1 of the workspace."""
    point = w.records.point
    for k in range(n):
        point[1, k] = 0.0
    for i in range(first, first + count):
        largest = 0.0
        for k in range(n):
            largest = max(largest, abs(w.rays[i, k]))
        for k in range(n):
            point[1, k] += w.rays[i, k] / largest


@compiled
def is_inside(w: Walk, start: int, end: int, single: bool, n: int) -> bool:
    """Whether the sum, rounded to single precision if wanted (for shorter files), is certainly inside all these walls.

    The floats are taken as the exact point that they are.
    """
    point = w.records.point
    for k in range(n):
        point[0, k] = np.float64(np.float32(point[1, k])) if single else point[1, k]
        if not abs(point[0, k]) < np.inf:
            return False
    for k in range(start, end):
        if sign_at(w.walls, w.records.facets[k], point, 0, n) != 1:
            return False
    return point[0, 0] > 0.0
