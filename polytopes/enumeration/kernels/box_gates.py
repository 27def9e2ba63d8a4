"""Gates on the cells of a walk over a box: the forms of a stage, and which signs the form of a gate takes on a cell.

All forms are over the cube (:mod:`polytopes.enumeration.boxes.float_forms`), those of a stage from the outputs of the
winners before it. One linear program says whether a form takes, somewhere in the cell, the sign that it does not have
at the cell's point (:mod:`polytopes.enumeration.kernels.bounded_simplex`), unless what is remembered tells it
(:mod:`polytopes.enumeration.kernels.box_hints`).
"""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.bounded_simplex import decide
from polytopes.enumeration.kernels.box_arrays import (
    DEPTH,
    LOSES,
    NO_ANSWER,
    REMEMBERED,
    SPLIT,
    SURE,
    SURE_ABOVE,
    SURE_BELOW,
    UNKNOWN,
    WINS,
    ZERO,
    BoxProgram,
    BoxWalk,
)
from polytopes.enumeration.kernels.box_hints import is_on_the_way, is_still_negative, keep_multipliers, set_corner
from polytopes.enumeration.kernels.cube_proofs import dot
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.jit.compilation import compiled


@compiled
def copy(source: Array, target: Array) -> None:
    """Copy a vector."""
    for j in range(source.shape[0]):
        target[j] = source[j]


@compiled
def pass_on(w: BoxWalk, source: int, slot: int) -> None:
    """Give a slot the form of another one."""
    copy(w.tape[source], w.tape[slot])
    w.measures[0, slot], w.measures[1, slot] = w.measures[0, source], w.measures[1, source]
    is_zero = w.measures[0, source] == 0.0 and w.measures[1, source] == 0.0
    w.first_slots[slot] = -1 if is_zero else w.first_slots[source]


@compiled
def enter(w: BoxWalk, p: BoxProgram, stage: int, first_row: int) -> None:
    """Compute the linear forms of a stage from the slots before it."""
    width = w.tape.shape[1]
    for i in range(p.stages[stage, 1]):
        slot = p.stages[stage, 0] + i
        row = w.tape[slot]
        if p.copies[first_row + i] >= 0:
            pass_on(w, p.copies[first_row + i], slot)
            continue
        w.first_slots[slot] = slot
        for j in range(width):
            row[j] = 0.0
        size, error, is_zero = 0.0, 0.0, True
        start, end = p.starts[first_row + i], p.starts[first_row + i + 1]
        for k in range(start, end):
            source, weight = p.sources[k], p.weights[k]
            if w.measures[0, source] == 0.0 and w.measures[1, source] == 0.0:
                continue
            is_zero = is_zero and weight == 0.0
            other = w.tape[source]
            for j in range(width):
                row[j] += weight * other[j]
            size += abs(weight) * w.measures[0, source]
            error += abs(weight) * w.measures[1, source]
        rounding = (end - start + 4) * UNIT + 2 * p.weight_error[0]
        w.measures[0, slot] = size * SLACK
        whole = (error * (1.0 + p.weight_error[0]) + rounding * size) * SLACK
        # What is below the range of floats is not 0.
        w.measures[1, slot] = whole if is_zero else whole + TINY
        if is_zero:
            w.first_slots[slot] = -1


@compiled
def load(w: BoxWalk, p: BoxProgram, gate: int, sign: float, row: Array) -> None:
    """Put ``sign`` times the second selector of a gate minus the first into a row, its measures into scratch."""
    subtract(w, p.gates[gate, 0], p.gates[gate, 1], sign, row)


@compiled
def subtract(w: BoxWalk, low: int, high: int, sign: float, row: Array) -> None:
    """Put ``sign`` times the form of one slot minus that of another into a row, its measures into scratch."""
    for j in range(row.shape[0]):
        row[j] = sign * (w.tape[high, j] - w.tape[low, j])
    size = w.measures[0, low] + w.measures[0, high]
    error = w.measures[1, low] + w.measures[1, high]
    if w.measures[0, low] > 0.0 and w.measures[0, high] > 0.0:
        error += 2 * UNIT * size
        size *= SLACK
        error = error * SLACK + TINY
    w.form_measures[0, 0], w.form_measures[1, 0] = size, error


@compiled
def reach(row: Array) -> float:
    """Return how far a form may be from its value at the center."""
    total = 0.0
    for j in range(1, row.shape[0]):
        total += abs(row[j])
    return total


@compiled
def load_leaders(w: BoxWalk, p: BoxProgram, gate: int, row: Array) -> None:
    """Put the difference of the two forms of a gate that are largest at the center into a row."""
    start, end = p.first_forms[gate], p.first_forms[gate + 1]
    first, second = p.forms[start, 0], p.forms[start + 1, 0]
    if w.tape[second, 0] > w.tape[first, 0]:
        first, second = second, first
    for k in range(start + 2, end):
        slot = p.forms[k, 0]
        if w.tape[slot, 0] > w.tape[first, 0]:
            first, second = slot, first
        elif w.tape[slot, 0] > w.tape[second, 0]:
            second = slot
    subtract(w, second, first, 1.0, row)


@compiled
def put_in_order(w: BoxWalk, p: BoxProgram, stage: int) -> None:
    """Order the gates of a stage: those come first whose form has one sign on most of the box."""
    first, count = p.stages[stage, 2], p.stages[stage, 3]
    for k in range(count):
        gate = first + k
        load_leaders(w, p, gate, w.form[0])
        spread = reach(w.form[0])
        balance = (spread - abs(w.form[0, 0])) / spread if spread > 0.0 else -1.0
        place = k
        while place > 0 and w.rarity[first + place - 1] > balance:
            w.rarity[first + place] = w.rarity[first + place - 1]
            w.order[first + place] = w.order[first + place - 1]
            place -= 1
        w.rarity[first + place] = balance
        w.order[first + place] = gate


@compiled
def of_equal_line(w: BoxWalk, p: BoxProgram, node: int, gate: int, stage: int) -> int:
    """Return what follows for a gate from one with a proportional form that is decided, or UNKNOWN."""
    first = p.stages[stage, 2]
    for other in range(first, first + p.stages[stage, 3]):
        known = w.winners[node, other]
        if other != gate and known != UNKNOWN and p.lines[other, 0] == p.lines[gate, 0]:
            if known == ZERO:
                return ZERO
            same = p.lines[other, 1] == p.lines[gate, 1]
            return known if same else (WINS if known == LOSES else LOSES)
    return UNKNOWN


@compiled
def bound_of(size: float, error: float, n: int) -> float:
    """Return how far a form in n coordinates may be from what floats say it is at a point of the cube."""
    return (error + (n + 2) * UNIT * size) * SLACK + TINY


@compiled
def of_wall(w: BoxWalk, node: int, low: int, high: int) -> int:
    """Return what is known of the difference of two slots from a wall that is the same, or UNKNOWN."""
    first, second = w.first_slots[low], w.first_slots[high]
    if first == second:
        return ZERO
    for i in range(w.nodes[node, DEPTH]):
        if w.origins[i, 0] == first and w.origins[i, 1] == second:
            return WINS
        if w.origins[i, 0] == second and w.origins[i, 1] == first:
            return LOSES
    return UNKNOWN


@compiled
def look_at(w: BoxWalk, p: BoxProgram, node: int, gate: int, stage: int) -> int:
    """Return what is known of a gate on a cell, SPLIT with two points in ``given``, or NO_ANSWER."""
    known = of_equal_line(w, p, node, gate, stage)
    if known == UNKNOWN:
        known = of_wall(w, node, p.gates[gate, 0], p.gates[gate, 1])
    if known != UNKNOWN:
        return known
    form, inside = w.form[0], w.points[node]
    load(w, p, gate, 1.0, form)
    size, error = w.form_measures[0, 0], w.form_measures[1, 0]
    if size == 0.0 and error == 0.0:
        return ZERO
    n = inside.shape[0]
    bound = bound_of(size, error, n)
    spread = reach(form) + bound
    if form[0] > spread:
        return WINS
    if form[0] < -spread:
        return LOSES
    value = form[0] + dot(form, inside, n)
    if w.nodes[node, SURE] == 0 or not abs(value) > bound:
        return NO_ANSWER
    above = value > 0.0
    if above:
        for j in range(n + 1):
            form[j] = -form[j]
    answer = answer_for(w, node, w.nodes[node, DEPTH], p.keys[gate] + (0 if above else 1), size, error)
    if answer == 0:
        return NO_ANSWER
    if answer < 0:
        return WINS if above else LOSES
    copy(inside, w.given[1 if above else 0])
    copy(w.point[0], w.given[0 if above else 1])
    w.state[SURE_BELOW] = w.state[SURE_ABOVE] = 1
    return SPLIT


@compiled
def make_room(table: Array, first: int) -> None:
    """Move what is remembered of a gate and a side back by one place."""
    for k in range(first + REMEMBERED - 1, first, -1):
        copy(table[k - 1], table[k])


@compiled
def answer_for(w: BoxWalk, node: int, m: int, key: int, size: float, error: float) -> int:
    """Return what :func:`decide` does for ``form``, which is remembered by a key, on the cell of the first m walls."""
    form, inside = w.form[0], w.points[node]
    sizes, errors = w.wall_measures[0], w.wall_measures[1]
    remembered = key < w.hints.shape[0] // REMEMBERED
    first = REMEMBERED * key
    if remembered:
        for k in range(first, first + REMEMBERED):
            if is_still_negative(w, m, size, error, w.hints[k]):
                return -1
        for k in range(first, first + REMEMBERED):
            if is_on_the_way(w, m, size, error, inside, w.goals[k]):
                return 1
    set_corner(form, w.line[0])
    if is_on_the_way(w, m, size, error, inside, w.line[0]):
        return 1
    for i in range(m):
        w.shares[i] = 0.125 * sizes[i] / size
    answer = decide(
        form, size, error, w.walls, sizes, errors, w.shares, m,
        w.table, w.line, w.names, w.columns, w.point[0], w.multipliers, w.total,
    )  # fmt: skip
    if remembered and answer > 0:
        make_room(w.goals, first)
        copy(w.point[0], w.goals[first])
    if remembered and answer < 0:
        make_room(w.hints, first)
        keep_multipliers(w, m, w.hints[first])
    return answer
