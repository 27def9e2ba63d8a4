"""Compiled branching: the cell on top of the stack gives way to its parts."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    BASE,
    CHOSEN,
    COUNT,
    CURSOR,
    DECIDED,
    DONE,
    FIRST,
    GIVEN,
    GROW_NODES,
    GROW_RAYS,
    GUIDED,
    HIGH,
    LOW,
    NEGATIVE,
    OF_GATE,
    OPEN,
    ORIENTATION,
    PAIR,
    PENDING,
    POSITIVE,
    RANK,
    RIVAL,
    SIDE,
    TOP,
    WALLS,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.cuts import cut_rays, put_part, put_ray
from polytopes.enumeration.kernels.finding import ask, find_signs
from polytopes.enumeration.kernels.rays import inverse_power, scale_entry
from polytopes.enumeration.kernels.signs import TINY, lowest
from polytopes.jit.compilation import compiled


@compiled
def set_wall(w: Walk, wall: int, side: int, gate: int, low: int, high: int, n: int) -> None:
    """Make the form a wall, oriented by ``side`` and scaled by a power of 2 unless it has integer entries."""
    largest = 0.0
    for k in range(n):
        largest = max(largest, abs(w.form[0, k]))
    exact = w.form[0, 2 * n] == 1.0
    scale = 1.0 if exact or not TINY < largest < 1.0 / TINY else inverse_power(largest)
    for k in range(n):
        scale_entry(w.walls, wall, k, w.form, 0, side, scale, n)
    w.walls[wall, 2 * n] = w.form[0, 2 * n]
    w.origins[wall, OF_GATE], w.origins[wall, LOW], w.origins[wall, HIGH] = gate, low, high
    w.origins[wall, ORIENTATION] = side


@compiled
def orient(w: Walk, node: int, n: int) -> None:
    """Turn the last wall of the node to the node's own side; its sibling may have turned it."""
    wall, side = w.nodes[node, WALLS] - 1, w.nodes[node, SIDE]
    if side != w.origins[wall, ORIENTATION]:
        for k in range(n):
            w.walls[wall, k] = -w.walls[wall, k]
        w.origins[wall, ORIENTATION] = side


@compiled
def copy_node(w: Walk, source: int, target: int) -> None:
    """Copy a node without its rays and its first open gate."""
    n_open = w.nodes[source, OPEN] - 1
    for k in range(n_open):
        w.open_gates[target, k] = w.open_gates[source, k + 1]
        w.open_rivals[target, k] = w.open_rivals[source, k + 1]
    if source != target:
        for k in range(w.nodes.shape[1]):
            w.nodes[target, k] = w.nodes[source, k]
        for k in range(w.winners.shape[1]):
            w.winners[target, k] = w.winners[source, k]
    w.nodes[target, OPEN] = n_open
    w.nodes[target, DECIDED] = w.nodes[source, DECIDED]
    w.nodes[target, CURSOR], w.nodes[target, PAIR], w.nodes[target, PENDING] = 0, 0, -1
    w.beaten[target] = np.uint64(0)


@compiled
def split(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Replace the top node, whose first open gate has two rivals, by its two parts, the lower winner on top."""
    gate, rivals = w.open_gates[node, 0], w.open_rivals[node, 0]
    low = lowest(rivals)
    high = lowest(rivals & (rivals - np.uint64(1)))
    base = p.gates[gate, RIVAL]
    if find_signs(w, q, p, node, p.rivals[base + low, 0], p.rivals[base + high, 0], n, False) & 4:
        return ask(w.state, gate, low, high)
    first, count, wall = w.nodes[node, FIRST], w.nodes[node, COUNT], w.nodes[node, WALLS]
    found = 0
    if q is None:
        found = cut_rays(
            w.form, w.walls, w.rays, w.tight, w.signs, first, count, wall, w.new_rays, w.new_tight, w.rows, w.work, n
        )
    if found < 0 or first + 3 * count + 2 * found > w.rays.shape[0]:
        w.state[GIVEN] = q is None
        return GROW_RAYS
    if node + 1 >= w.nodes.shape[0]:
        w.state[GIVEN] = q is None
        return GROW_NODES
    start = first + count
    middle = put_part(w.rays, w.tight, w.signs, first, count, 1, w.new_rays, w.new_tight, found, start)
    end = put_part(w.rays, w.tight, w.signs, first, count, -1, w.new_rays, w.new_tight, found, middle)
    for i in range(end - start):
        put_ray(w.rays, w.tight, first + i, w.rays, w.tight, start + i)
    bear(w, node, gate, low, high, n)
    w.nodes[node, COUNT] = middle - start
    w.nodes[node + 1, FIRST], w.nodes[node + 1, COUNT] = first + middle - start, end - middle
    return DONE


@compiled
def bear(w: Walk, node: int, gate: int, low: int, high: int, n: int) -> None:
    """Make the top node two, the lower winner on top, with the form as their wall; the rays are left to the caller.

    The copy comes first: copy_node moves the open gates of the node itself down.
    """
    wall = w.nodes[node, WALLS]
    copy_node(w, node, node + 1)
    copy_node(w, node, node)
    w.nodes[node, WALLS], w.nodes[node, SIDE] = wall + 1, 1
    w.nodes[node + 1, WALLS], w.nodes[node + 1, SIDE] = wall + 1, -1
    w.winners[node, gate], w.winners[node + 1, gate] = high, low
    w.decisions[w.nodes[node, DECIDED]] = gate
    w.nodes[node, DECIDED] += 1
    w.nodes[node + 1, DECIDED] += 1
    set_wall(w, wall, -1, gate, low, high, n)
    w.state[TOP] = node + 1


@compiled
def fan_out(w: Walk, p: Program, node: int) -> int:
    """Replace the top node by a copy for each rival of its first open gate, to be cut down to where that one wins."""
    gate, rivals = w.open_gates[node, 0], w.open_rivals[node, 0]
    one = np.uint64(1)
    size = 0
    for rival in range(p.gates[gate, RANK]):
        size += int(rivals >> np.uint64(rival) & one)
    first, count = w.nodes[node, FIRST], w.nodes[node, COUNT]
    if node + size >= w.nodes.shape[0]:
        return GROW_NODES
    if first + (size + 1) * count > w.rays.shape[0]:
        return GROW_RAYS
    w.decisions[w.nodes[node, DECIDED]] = gate
    place = node + size - 1
    for rival in range(p.gates[gate, RANK]):
        if rivals >> np.uint64(rival) & one == 0:
            continue
        copy_node(w, node, place)
        start = first + (place - node) * count
        if place != node:
            for i in range(count):
                put_ray(w.rays, w.tight, start + i, w.rays, w.tight, first + i)
        w.nodes[place, FIRST] = start
        w.nodes[place, DECIDED] += 1
        w.nodes[place, PENDING], w.nodes[place, CHOSEN] = gate, rival
        w.beaten[place] = ~rivals
        place -= 1
    w.state[TOP] = node + size - 1
    return DONE


@compiled
def cut_down(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Cut the top node down to where its chosen rival wins, from the cursor on; drop it if nothing is left."""
    nodes = w.nodes
    gate, chosen = nodes[node, PENDING], nodes[node, CHOSEN]
    base = p.gates[gate, RIVAL]
    while nodes[node, CURSOR] < p.gates[gate, RANK]:
        rival = nodes[node, CURSOR]
        if rival == chosen or w.beaten[node] >> np.uint64(rival) & np.uint64(1):
            nodes[node, CURSOR] += 1
            continue
        bits = find_signs(w, q, p, node, p.rivals[base + rival, 0], p.rivals[base + chosen, 0], n, False)
        first, count, wall = nodes[node, FIRST], nodes[node, COUNT], nodes[node, WALLS]
        if bits & 4:
            return ask(w.state, gate, rival, chosen)
        if bits & POSITIVE == 0:
            w.state[TOP] = node - 1
            return DONE
        if bits & NEGATIVE:
            found = 0
            if q is None:
                found = cut_rays(
                    w.form, w.walls, w.rays, w.tight, w.signs, first, count, wall, w.new_rays, w.new_tight,
                    w.rows, w.work, n,
                )  # fmt: skip
            if found < 0 or first + count + found > w.rays.shape[0]:
                w.state[GIVEN] = q is None
                return GROW_RAYS
            end = put_part(w.rays, w.tight, w.signs, first, count, 1, w.new_rays, w.new_tight, found, first)
            set_wall(w, wall, 1, gate, rival, chosen, n)
            nodes[node, COUNT], nodes[node, WALLS], nodes[node, SIDE] = end - first, wall + 1, 1
        nodes[node, CURSOR] += 1
    w.winners[node, gate] = chosen
    nodes[node, PENDING], nodes[node, CURSOR] = -1, 0
    w.beaten[node] = np.uint64(0)
    return DONE


@compiled
def narrow(w: Walk, start: int) -> None:
    """Of the parts just made, from node ``start`` to the top, keep the one that the guide leads to, if it leads on."""
    depth = w.nodes[start, DECIDED]
    if depth > w.state[GUIDED]:
        return
    gate, winner, place = w.decisions[depth - 1], w.guide[depth - 1, 1], w.state[TOP]
    if gate != w.guide[depth - 1, 0]:
        place = start - 1
    while place >= start and winner != (
        w.nodes[place, CHOSEN] if w.nodes[place, PENDING] >= 0 else np.int64(w.winners[place, gate])
    ):
        place -= 1
    w.state[BASE] = start if place < start else place
    w.state[TOP] = place


@compiled
def branch(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Split the top node by its first open gate."""
    rivals = w.open_rivals[node, 0]
    others = rivals & (rivals - np.uint64(1))
    if others & (others - np.uint64(1)):
        return fan_out(w, p, node)
    return split(w, q, p, node, n)
