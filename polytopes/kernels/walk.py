"""The compiled walk: the engine of :mod:`polytopes.cells` on certified floating point.

The walk keeps a stack of cells, each by its rays with error bounds and their tight walls. It stops whenever a sign is
undecided (:mod:`polytopes.answers` finds it in exact arithmetic and the walk goes on where it stood), when a block of
leaves is full, when an array must grow, or after a number of steps. So every decision is certain or exact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numba.core import config

from polytopes.kernels.arrays import (
    ASK,
    ASKED,
    BOTH,
    BOUNDED,
    CHOSEN,
    COUNT,
    CURSOR,
    DECIDED,
    DONE,
    FIRST,
    FOUND,
    FULL,
    GIVEN,
    GROW_NODES,
    GROW_RAYS,
    HIGH,
    LEAVES,
    LOW,
    NEGATIVE,
    OF_GATE,
    OPEN,
    ORIENTATION,
    PAIR,
    PAUSE,
    PENDING,
    POINTS,
    POSITIVE,
    QUESTION_GATE,
    QUESTION_HIGH,
    QUESTION_LOW,
    RANK,
    REFUSE,
    RIVAL,
    SEED,
    SIDE,
    STAGE,
    TOP,
    WALLS,
    WANTED,
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.kernels.compilation import compiled, entry
from polytopes.kernels.cuts import cut_rays, put_part, put_ray
from polytopes.kernels.facets import has_room, record
from polytopes.kernels.probes import UNSURE, is_wall, is_zero, probe, probe_infinity
from polytopes.kernels.rays import scale_entry
from polytopes.kernels.references import Bundle, address, reference
from polytopes.kernels.signs import TINY, UNDECIDED, lowest, sign_at
from polytopes.kernels.stages import enter_stage, leave_stage, load_form
from polytopes.kernels.zeros import vanish

WALK, PROBE, PROGRAM = Bundle(Walk), Bundle(Probe), Bundle(Program)


@compiled
def is_refused(state: Array) -> bool:
    """Whether the tests want a certain sign refused: 0 never, 1 always, 2 at random."""
    if state[REFUSE] == 1:
        return True
    state[SEED] = (state[SEED] * 1103515245 + 12345) % 2147483648
    return (state[SEED] >> 16) % 4 == 0


@compiled
def glance(
    form: Array, tape: Array, rays: Array, signs: Array, a: int, b: int, first: int, count: int, n: int, early: bool
) -> int:
    """Do what :func:`find_signs` does where error bounds are enough; few arguments make it cheap to call."""
    forms, row = tape, b
    if tape[a, 2 * n + 1] == 0.0:
        load_form(form, tape, a, b, n)
        forms, row = form, 0
    bits, unsure = 0, 0
    for i in range(count):
        sign = sign_at(forms, row, rays, first + i, n)
        signs[i] = sign
        if sign == UNDECIDED:
            unsure = 4
        elif sign > 0:
            bits |= POSITIVE
        elif sign < 0:
            bits |= NEGATIVE
        if early and bits == BOTH:
            return BOTH
    return bits | unsure


@compiled
def find_signs(w: Walk, q: Probe | None, p: Program, node: int, a: int, b: int, n: int, early: bool) -> int:
    """Fill ``signs`` for the form slot b - slot a on the rays of a node; return which signs occur, plus 4 if unsure.

    With ``early`` it stops as soon as both signs have occurred. Answers given from outside are taken as they are.
    """
    state, form, rays, signs = w.state, w.form, w.rays, w.signs
    first, count = w.nodes[node, FIRST], w.nodes[node, COUNT]
    load_form(form, w.tape, a, b, n)
    if q is not None:
        return find_by_point(w, q, p, node, a, b, n)
    bits, unsure = 0, 0
    for i in range(count):
        if state[GIVEN] == 0:
            sign = sign_at(form, 0, rays, first + i, n)
            if sign == UNDECIDED and vanish(w, p, node, a, b, first + i, n):
                sign = 0
            if state[REFUSE] != 0 and is_refused(state):
                sign = UNDECIDED
            signs[i] = sign
        sign = signs[i]
        if sign == UNDECIDED:
            unsure = 4
        elif sign > 0:
            bits |= POSITIVE
        elif sign < 0:
            bits |= NEGATIVE
        if early and bits == BOTH:
            unsure = 0
            break
    state[GIVEN] = 0
    return bits | unsure


@compiled
def find_by_point(w: Walk, q: Probe, p: Program, node: int, a: int, b: int, n: int) -> int:
    """Fill ``signs`` on the points of a cell, with a new one if all lie on one side; return which signs occur.

    An answer from outside is in ``signs[0]``, with points in rows 0 and 1 of ``new_rays`` if both signs occur.
    """
    state, signs, first = w.state, w.signs, w.nodes[node, FIRST]
    given, answer = state[GIVEN], signs[0]
    state[GIVEN] = 0
    if given and answer != BOTH:
        return answer
    bits, start = 0, -1
    for i in range(w.nodes[node, COUNT]):
        signs[i] = sign_at(w.form, 0, w.rays, first + i, n)
        if signs[i] == 1 or signs[i] == -1:
            bits |= POSITIVE if signs[i] > 0 else NEGATIVE
            start = i
    if given:
        keep_point(w, node, 0)
        keep_point(w, node, 1)
        return BOTH
    if start < 0:
        bits = 0 if is_zero(w.form, n) else UNSURE
    elif bits != BOTH:
        single = w.tape[a, 2 * n + 1] == 1.0
        if not (single and is_wall(w, p, node, b, n)):
            here = signs[start]
            bits = probe(w, q, p, node, b if single else min(a, b), first + start, here, n)
            if bits == BOTH:
                keep_point(w, node, 0 if here > 0 else 1)
    if state[REFUSE] != 0 and is_refused(state):
        return UNSURE
    return bits


@compiled
def keep_point(w: Walk, node: int, side: int) -> None:
    """Add the new point where the form is negative (row 0) or positive (row 1) to those of the cell.

    Beyond POINTS the last but one is given up, so that two points added in turn are both kept.
    """
    count = w.nodes[node, COUNT]
    place = w.nodes[node, FIRST] + count
    if count == POINTS:
        place -= 1
        put_ray(w.rays, w.tight, place - 1, w.rays, w.tight, place)
        w.signs[count - 2] = w.signs[count - 1]
        count -= 1
    put_ray(w.rays, w.tight, place, w.new_rays, w.new_tight, side)
    w.signs[count] = 2 * side - 1
    w.nodes[node, COUNT] = count + 1


@compiled
def ask(state: Array, gate: int, low: int, high: int) -> int:
    """Note the question to be answered exactly: the undecided signs of one form on the rays of the top node."""
    state[QUESTION_GATE], state[QUESTION_LOW], state[QUESTION_HIGH] = gate, low, high
    state[ASKED] += 1
    return ASK


@compiled
def classify(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Close the open gates of a node that one form wins on the whole cell, from the cursor on."""
    state, nodes, beaten, open_gates, open_rivals = w.state, w.nodes, w.beaten, w.open_gates, w.open_rivals
    gates, rival_slots = p.gates, p.rivals
    one = np.uint64(1)
    kept = nodes[node, CURSOR]
    place = kept
    total = nodes[node, OPEN]
    first, count = nodes[node, FIRST], nodes[node, COUNT]
    while place < total:
        gate, rivals = open_gates[node, place], open_rivals[node, place]
        base, rank = gates[gate, RIVAL], gates[gate, RANK]
        pair = 0
        for low in range(rank):
            if rivals >> np.uint64(low) & one == 0:
                continue
            for high in range(low + 1, rank):
                if rivals >> np.uint64(high) & one == 0:
                    continue
                pair += 1
                if pair <= nodes[node, PAIR]:
                    continue
                a, b = rival_slots[base + low, 0], rival_slots[base + high, 0]
                if q is None and state[GIVEN] == 0 and state[REFUSE] == 0:
                    bits = glance(w.form, w.tape, w.rays, w.signs, a, b, first, count, n, True)
                else:
                    bits = 4
                if bits & 4:
                    bits = find_signs(w, q, p, node, a, b, n, True)
                if bits & 4:
                    # Close the gap that closed gates have left, so that the cursor can start here again.
                    for k in range(place, total):
                        open_gates[node, kept + k - place] = open_gates[node, k]
                        open_rivals[node, kept + k - place] = open_rivals[node, k]
                    nodes[node, OPEN] = total - (place - kept)
                    nodes[node, CURSOR] = kept
                    return ask(state, gate, low, high)
                if bits & POSITIVE == 0:
                    beaten[node] |= one << np.uint64(high)
                elif bits & NEGATIVE == 0:
                    beaten[node] |= one << np.uint64(low)
                nodes[node, PAIR] = pair
        left = rivals & ~beaten[node]
        if left & (left - one) == 0:
            w.winners[node, gate] = lowest(left)
        else:
            open_gates[node, kept], open_rivals[node, kept] = gate, left
            kept += 1
        place += 1
        nodes[node, PAIR] = 0
        beaten[node] = np.uint64(0)
    nodes[node, OPEN] = kept
    nodes[node, CURSOR] = kept
    return DONE


@compiled
def set_wall(w: Walk, wall: int, side: int, gate: int, low: int, high: int, n: int) -> None:
    """Make the form a wall, oriented by ``side`` and scaled by a power of 2 unless it has integer entries."""
    largest = 0.0
    for k in range(n):
        largest = max(largest, abs(w.form[0, k]))
    exact = w.form[0, 2 * n] == 1.0
    scale = 1.0 if exact or not TINY < largest < 1.0 / TINY else 2.0 ** -np.floor(np.log2(largest))
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
def branch(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Split the top node by its first open gate."""
    rivals = w.open_rivals[node, 0]
    others = rivals & (rivals - np.uint64(1))
    if others & (others - np.uint64(1)):
        return fan_out(w, p, node)
    return split(w, q, p, node, n)


@compiled
def count_bounded(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Return 1 if the cell is bounded, that is if no ray of it lies at infinity, which is wall 0; -1 if not sure."""
    if w.state[GIVEN]:
        w.state[GIVEN] = 0
        return w.signs[0]
    if w.state[WANTED] == 0:
        return 0
    if q is not None:
        outcome = probe_infinity(w, q, p, node, n)
        if w.state[REFUSE] != 0 and is_refused(w.state):
            return -1
        return 2 - outcome if outcome else -1
    first = w.nodes[node, FIRST]
    at_infinity = np.uint64(0)
    for i in range(first, first + w.nodes[node, COUNT]):
        at_infinity |= w.tight[i, 0] & np.uint64(1)
    return 1 if at_infinity == 0 else 0


@compiled
def proceed(w: Walk, q: Probe | None, p: Program, last_stage: int, steps: int) -> int:
    """Go on with the walk until it is done or must stop; return why."""
    n = w.form.shape[1] // 2
    keep = w.leaves.shape[0] > 0
    status = DONE
    while w.state[TOP] >= 0:
        if steps <= 0:
            return PAUSE
        steps -= 1
        node = w.state[TOP]
        if q is not None and w.nodes[node, FIRST] + 3 * POINTS > w.rays.shape[0]:
            return GROW_RAYS
        orient(w, node, n)
        if w.nodes[node, PENDING] >= 0:
            status = cut_down(w, q, p, node, n)
        elif w.nodes[node, STAGE] > last_stage:
            bounded = count_bounded(w, q, p, node, n)
            if bounded < 0:
                return ask(w.state, -1, 0, 0)
            if keep:
                if w.state[LEAVES] == w.leaves.shape[0] or not has_room(w, node):
                    w.state[GIVEN], w.signs[0] = 1, bounded
                    return FULL
                for k in range(w.winners.shape[1]):
                    w.leaves[w.state[LEAVES], k] = w.winners[node, k]
                if w.records.points.shape[0]:
                    record(w, p, node, n)
                w.state[LEAVES] += 1
            w.state[FOUND] += 1
            w.state[BOUNDED] += bounded
            w.state[TOP] -= 1
        else:
            status = classify(w, q, p, node, n)
            if status == DONE and w.nodes[node, OPEN] > 0:
                status = branch(w, q, p, node, n)
            elif status == DONE:
                leave_stage(w, p, node)
                if w.nodes[node, STAGE] <= last_stage:
                    enter_stage(w, p, node, n)
        if status != DONE:
            return status
    return DONE


as_walk, as_probe, as_program = reference(WALK), reference(PROBE), reference(PROGRAM)


@entry
def walk_by_rays(w: int, p: int, last_stage: int, steps: int) -> int:
    """Go on with a walk on bundles at these addresses."""
    return proceed(as_walk(w), None, as_program(p), last_stage, steps)


@entry
def walk_by_points(w: int, q: int, p: int, last_stage: int, steps: int) -> int:
    """Go on with a walk with a probe on bundles at these addresses."""
    return proceed(as_walk(w), as_probe(q), as_program(p), last_stage, steps)


def walk_on(w: Walk, q: Probe | None, p: Program) -> Callable[[int, int], int]:
    """Return a function of the last stage and a number of steps that goes on with the walk and says why it stops."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return partial(proceed, w, q, p)
    walks, programs = WALK.tables(w), PROGRAM.tables(p)
    probes = [] if q is None else PROBE.tables(q)
    places = [address(tables[0]) for tables in (walks, probes, programs) if tables]
    kept = (w, q, p, walks, probes, programs)
    run: Callable[..., int] = walk_by_points if probes else walk_by_rays

    def go(last_stage: int, steps: int) -> int:
        assert kept
        return run(*places, last_stage, steps)

    return go
