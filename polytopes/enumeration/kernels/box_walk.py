"""The compiled walk over a box with many coordinates: cells by a point and the forms that cut them out.

The tree is that of :mod:`polytopes.enumeration.splitting_tree`, but a gate is looked at only when those before it are
decided, in an order in which gates that rarely change come first: so few cells are split late and the tree is slim.
What a gate is on a cell is told by :mod:`polytopes.enumeration.kernels.box_gates`, or
:mod:`polytopes.enumeration.kernels.box_choices` if it has more than two forms. The walk stops
when an answer is not certain, and goes on with the exact one; and, if only numbers are wanted, at cells of the last
stage, whose parts may be counted at once (:mod:`polytopes.enumeration.kernels.zero_counts`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from numba.core import config

from polytopes.enumeration.kernels.box_arrays import (
    CHOSEN,
    COUNTING,
    DEPTH,
    ENTERED,
    FOUND,
    FRESH,
    GATE,
    GIVEN,
    LEAVES,
    LOSES,
    NO_ANSWER,
    OF_GATE,
    OF_KEY,
    OF_SIDE,
    PLACE,
    QUESTION,
    RIVALS,
    SIDE,
    SPLIT,
    STAGE,
    SURE,
    SURE_BELOW,
    TOP,
    TRIED,
    UNKNOWN,
    WINS,
    BoxProgram,
    BoxWalk,
)
from polytopes.enumeration.kernels.box_choices import choose, members, open_parts, set_walls
from polytopes.enumeration.kernels.box_gates import copy, enter, load, look_at, pass_on, put_in_order
from polytopes.jit.bundles import Bundle, address, reference
from polytopes.jit.compilation import compiled, entry

DONE, ASK, FULL, PAUSE, PARTS = 0, 1, 2, 3, 4


@compiled
def is_choice(p: BoxProgram, gate: int) -> bool:
    """Whether a gate has more than two forms."""
    return p.first_forms[gate + 1] - p.first_forms[gate] > 2


@compiled
def install(w: BoxWalk, p: BoxProgram, node: int) -> None:
    """Write the last walls of a node: the form of its gate, positive on the side of the node, or several."""
    gate, side = w.nodes[node, GATE], w.nodes[node, SIDE]
    w.nodes[node, FRESH] = 0
    if is_choice(p, gate):
        rivals = w.nodes[node, RIVALS]
        set_walls(w, p, w.nodes[node, DEPTH] - members(rivals) + 1, gate, side, rivals)
        return
    last = w.nodes[node, DEPTH] - 1
    load(w, p, gate, 1.0 if side == WINS else -1.0, w.walls[last])
    w.wall_measures[0, last], w.wall_measures[1, last] = w.form_measures[0, 0], w.form_measures[1, 0]
    w.decisions[last, OF_GATE], w.decisions[last, OF_SIDE], w.decisions[last, OF_KEY] = gate, side, p.keys[gate] + side
    low, high = p.gates[gate, 0], p.gates[gate, 1]
    w.origins[last, 0] = w.first_slots[low if side == WINS else high]
    w.origins[last, 1] = w.first_slots[high if side == WINS else low]


@compiled
def split(w: BoxWalk, p: BoxProgram, node: int, gate: int) -> None:
    """Replace a node by its two parts; the part where the second form wins comes first."""
    for k in range(w.nodes.shape[1]):
        w.nodes[node + 1, k] = w.nodes[node, k]
    copy(w.winners[node], w.winners[node + 1])
    for part in range(2):
        child, side = node + part, LOSES if part == 0 else WINS
        w.nodes[child, DEPTH] += 1
        w.nodes[child, PLACE] += 1
        w.nodes[child, GATE], w.nodes[child, SIDE], w.nodes[child, FRESH] = gate, side, 1
        w.nodes[child, TRIED] = 0
        w.nodes[child, SURE] = w.state[SURE_BELOW + part]
        w.winners[child, gate] = side
        copy(w.given[part], w.points[child])
    w.state[TOP] = node + 1


@compiled
def number_of(w: BoxWalk, p: BoxProgram, node: int, gate: int) -> int:
    """Return the number of the form of a gate that wins."""
    winner = w.winners[node, gate]
    return int(winner) if is_choice(p, gate) or winner == WINS else LOSES


@compiled
def leave(w: BoxWalk, p: BoxProgram, node: int, stage: int) -> None:
    """Pass on the outputs of the winners of a stage."""
    first = p.stages[stage, 0] + p.stages[stage, 1]
    for k in range(p.stages[stage, 3]):
        gate = p.stages[stage, 2] + k
        winner = number_of(w, p, node, gate)
        pass_on(w, p.forms[p.first_forms[gate] + winner, 1], first + k)
    w.nodes[node, STAGE] += 1
    w.nodes[node, ENTERED] = 0


@compiled
def count_leaf(w: BoxWalk, p: BoxProgram, node: int) -> None:
    """Count a cell and keep its pattern if there is room for any."""
    if w.leaves.shape[0] > 0:
        for gate in range(w.winners.shape[1]):
            w.leaves[w.state[LEAVES], gate] = number_of(w, p, node, gate)
        w.state[LEAVES] += 1
    w.state[FOUND] += 1
    w.state[TOP] -= 1


@compiled
def first_row_of(p: BoxProgram, stage: int) -> int:
    """Return the number of rows before a stage."""
    total = 0
    for s in range(stage):
        total += p.stages[s, 1]
    return total


@compiled
def proceed(w: BoxWalk, p: BoxProgram, steps: int) -> int:
    """Go on with the walk until it is done or must stop; return why."""
    n_stages = p.stages.shape[0]
    while w.state[TOP] >= 0:
        if steps <= 0:
            return PAUSE
        steps -= 1
        node = w.state[TOP]
        if w.nodes[node, FRESH] == 1:
            install(w, p, node)
        stage = w.nodes[node, STAGE]
        if stage == n_stages:
            if w.leaves.shape[0] > 0 and w.state[LEAVES] == w.leaves.shape[0]:
                return FULL
            count_leaf(w, p, node)
            continue
        if w.nodes[node, ENTERED] == 0:
            enter(w, p, stage, first_row_of(p, stage))
            put_in_order(w, p, stage)
            w.nodes[node, ENTERED], w.nodes[node, PLACE] = 1, 0
        if w.nodes[node, PLACE] == p.stages[stage, 3]:
            leave(w, p, node, stage)
            continue
        # an answer that was given is about this node, which is gone when it is counted
        is_asked = w.state[COUNTING] and w.state[GIVEN] == NO_ANSWER
        if is_asked and stage == n_stages - 1 and w.nodes[node, TRIED] == 0:
            return PARTS
        gate = w.order[p.stages[stage, 2] + w.nodes[node, PLACE]]
        if w.winners[node, gate] == UNKNOWN:
            answer = w.state[GIVEN]
            w.state[GIVEN] = NO_ANSWER
            if answer == NO_ANSWER:
                answer = choose(w, p, node, gate) if is_choice(p, gate) else look_at(w, p, node, gate, stage)
            if answer == NO_ANSWER:
                w.state[QUESTION] = gate
                return ASK
            if answer == SPLIT and is_choice(p, gate):
                w.state[TOP] = node + open_parts(w, p, node, gate) - 1
                continue
            if answer == SPLIT:
                split(w, p, node, gate)
                continue
            w.winners[node, gate] = answer - CHOSEN if answer >= CHOSEN else answer
        w.nodes[node, PLACE] += 1
    return DONE


WALK, PROGRAM = Bundle(BoxWalk), Bundle(BoxProgram)
as_walk, as_program = reference(WALK), reference(PROGRAM)


@entry
def walk_over_box(w: int, p: int, steps: int) -> int:
    """Go on with a walk on bundles at these addresses."""
    return proceed(as_walk(w), as_program(p), steps)


def walk_on(w: BoxWalk, p: BoxProgram) -> Callable[[int], int]:
    """Return a function of a number of steps that goes on with the walk and says why it stops."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return partial(proceed, w, p)
    walks, programs = WALK.tables(w), PROGRAM.tables(p)
    places = address(walks[0]), address(programs[0])
    kept = (w, p, walks, programs)

    def go(steps: int) -> int:
        assert kept
        return int(walk_over_box(*places, steps))

    return go
