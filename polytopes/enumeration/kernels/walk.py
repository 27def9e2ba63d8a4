"""The compiled walk: the engine of :mod:`polytopes.enumeration.cells` on certified floating point.

The walk keeps a stack of cells, each by its rays with error bounds and their tight walls. It stops whenever a sign is
undecided (:mod:`polytopes.enumeration.exact_signs` finds it in exact arithmetic and the walk goes on where it stood),
when a block of leaves is full, when an array must grow, or after a number of steps. So every decision is certain or
exact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numba.core import config

from polytopes.enumeration.kernels.arrays import (
    BASE,
    BOUNDED,
    COUNT,
    DECIDED,
    DONE,
    FIRST,
    FOUND,
    FULL,
    GIVEN,
    GROW_RAYS,
    GUIDED,
    LEAVES,
    OPEN,
    PAUSE,
    PENDING,
    POINTS,
    REFUSE,
    STAGE,
    TOP,
    WANTED,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.branching import branch, cut_down, narrow, orient
from polytopes.enumeration.kernels.facets import has_room, record
from polytopes.enumeration.kernels.finding import ask, classify, is_refused
from polytopes.enumeration.kernels.probes import probe_infinity
from polytopes.enumeration.kernels.stages import enter_stage, leave_stage
from polytopes.jit.bundles import Bundle, address, reference
from polytopes.jit.compilation import compiled, entry

WALK, PROBE, PROGRAM = Bundle(Walk), Bundle(Probe), Bundle(Program)


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
    while w.state[TOP] >= w.state[BASE]:
        led = w.nodes[w.state[TOP], DECIDED] >= w.state[GUIDED]
        if steps <= 0 and led:
            return PAUSE
        steps -= led
        node = w.state[TOP]
        if q is not None and w.nodes[node, FIRST] + 3 * POINTS > w.rays.shape[0]:
            return GROW_RAYS
        orient(w, node, n)
        if w.nodes[node, PENDING] >= 0:
            status = cut_down(w, q, p, node, n)
        elif w.nodes[node, STAGE] > last_stage and not led:
            w.state[TOP] -= 1
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
                    record(w, q, p, node, n)
                w.state[LEAVES] += 1
            w.state[FOUND] += 1
            w.state[BOUNDED] += bounded
            w.state[TOP] -= 1
        else:
            status = classify(w, q, p, node, n)
            if status == DONE and w.nodes[node, OPEN] > 0:
                status = branch(w, q, p, node, n)
                if status == DONE and not led:
                    narrow(w, node)
            elif status == DONE and w.nodes[node, STAGE] == last_stage:
                w.nodes[node, STAGE] += 1
            elif status == DONE:
                leave_stage(w, p, node)
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
