"""Gates of more than two forms on the cells of a walk over a box: which forms win in parts of a cell.

The form that is largest at the cell's point is compared with each of the others first; where one is nowhere larger, it
does not matter. For each of the rest one linear program asks for a point where it is larger than all others: its part
of the cell is cut out by one wall for each of them.
"""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.box_arrays import (
    CHOSEN,
    DEPTH,
    FRESH,
    GATE,
    LOSES,
    NO_ANSWER,
    OF_GATE,
    OF_KEY,
    OF_SIDE,
    PARTED,
    PLACE,
    RIVALS,
    SIDE,
    SPLIT,
    SURE,
    TRIED,
    UNKNOWN,
    WINS,
    ZERO,
    BoxProgram,
    BoxWalk,
)
from polytopes.enumeration.kernels.box_gates import answer_for, bound_of, copy, of_wall, reach, subtract
from polytopes.enumeration.kernels.cube_proofs import dot
from polytopes.jit.compilation import compiled


@compiled
def selector(p: BoxProgram, gate: int, i: int) -> int:
    """Return the slot of a selector of a gate."""
    return p.forms[p.first_forms[gate] + i, 0]


@compiled
def set_wall(w: BoxWalk, p: BoxProgram, place: int, gate: int, i: int, j: int) -> None:
    """Write the wall that form i of a gate is greater than form j."""
    high, low = selector(p, gate, i), selector(p, gate, j)
    side = i * (p.first_forms[gate + 1] - p.first_forms[gate]) + j
    subtract(w, low, high, 1.0, w.walls[place])
    w.wall_measures[0, place], w.wall_measures[1, place] = w.form_measures[0, 0], w.form_measures[1, 0]
    w.decisions[place, OF_GATE], w.decisions[place, OF_SIDE] = gate, side
    w.decisions[place, OF_KEY] = p.keys[gate] + side
    w.origins[place, 0], w.origins[place, 1] = w.first_slots[low], w.first_slots[high]


@compiled
def set_walls(w: BoxWalk, p: BoxProgram, place: int, gate: int, i: int, rivals: int) -> int:
    """Write the walls that form i is greater than all others of a set; return how many."""
    count = 0
    for j in range(p.first_forms[gate + 1] - p.first_forms[gate]):
        if j != i and rivals >> j & 1:
            set_wall(w, p, place + count, gate, i, j)
            count += 1
    return count


@compiled
def compare(w: BoxWalk, p: BoxProgram, node: int, gate: int, i: int, j: int) -> int:
    """Return WINS, LOSES or ZERO if form i minus form j has that sign on the cell, SPLIT or NO_ANSWER.

    Form i is greater at the cell's point, where floats tell.
    """
    high, low = selector(p, gate, i), selector(p, gate, j)
    known = of_wall(w, node, low, high)
    if known != UNKNOWN:
        return known
    form, inside = w.form[0], w.points[node]
    subtract(w, low, high, -1.0, form)
    size, error = w.form_measures[0, 0], w.form_measures[1, 0]
    if size == 0.0 and error == 0.0:
        return ZERO
    bound = bound_of(size, error, inside.shape[0])
    if form[0] < -reach(form) - bound:
        return WINS
    if not form[0] + dot(form, inside, inside.shape[0]) < -bound:
        return NO_ANSWER
    k = p.first_forms[gate + 1] - p.first_forms[gate]
    answer = answer_for(w, node, w.nodes[node, DEPTH], p.keys[gate] + j * k + i, size, error)
    return SPLIT if answer > 0 else (WINS if answer < 0 else NO_ANSWER)


@compiled
def largest(w: BoxWalk, p: BoxProgram, gate: int, point: Array) -> int:
    """Return the form of a gate that is largest at a point, as floats say."""
    best, top = 0, 0.0
    for i in range(p.first_forms[gate + 1] - p.first_forms[gate]):
        row = w.tape[selector(p, gate, i)]
        value = row[0] + dot(row, point, point.shape[0])
        if i == 0 or value > top:
            best, top = i, value
    return best


@compiled
def is_repeated(w: BoxWalk, p: BoxProgram, gate: int, j: int, rivals: int) -> bool:
    """Whether a form of a set, all before form j, is the same as that one."""
    for i in range(j):
        if rivals >> i & 1 and w.first_slots[selector(p, gate, i)] == w.first_slots[selector(p, gate, j)]:
            return True
    return False


@compiled
def members(rivals: int) -> int:
    """Return the number of members of a set."""
    count = 0
    while rivals:
        rivals &= rivals - 1
        count += 1
    return count


@compiled
def choose(w: BoxWalk, p: BoxProgram, node: int, gate: int) -> int:
    """Return CHOSEN + i if form i of a gate wins on a cell, SPLIT with points of its parts, or NO_ANSWER."""
    if w.nodes[node, SURE] == 0:
        return NO_ANSWER
    best = largest(w, p, gate, w.points[node])
    first, rivals = best, 1 << best
    for j in range(p.first_forms[gate + 1] - p.first_forms[gate]):
        if j != best:
            answer = compare(w, p, node, gate, best, j)
            if answer in (NO_ANSWER, LOSES):
                return NO_ANSWER
            if answer == ZERO:
                first = min(first, j)
            elif answer == SPLIT and not is_repeated(w, p, gate, j, rivals):
                rivals |= 1 << j
    # forms that are equal on the cell count as the first of them
    rivals = rivals & ~(1 << best) | 1 << first
    if rivals == 1 << first:
        return CHOSEN + first
    return part(w, p, node, gate, first, rivals)


@compiled
def part(w: BoxWalk, p: BoxProgram, node: int, gate: int, best: int, rivals: int) -> int:
    """Return what :func:`choose` does, given a form that wins at the point and those that exceed it somewhere."""
    k, depth, parted = p.first_forms[gate + 1] - p.first_forms[gate], w.nodes[node, DEPTH], 1 << best
    form = w.form[0]
    copy(w.points[node], w.given[best])
    for i in range(k):
        if i == best or not rivals >> i & 1:
            continue
        count = set_walls(w, p, depth, gate, i, rivals & ~(1 << best))
        subtract(w, selector(p, gate, best), selector(p, gate, i), 1.0, form)
        size, error = w.form_measures[0, 0], w.form_measures[1, 0]
        answer = answer_for(w, node, depth + count, p.keys[gate] + i * k + best, size, error)
        if answer == 0:
            return NO_ANSWER
        if answer > 0:
            parted |= 1 << i
            copy(w.point[0], w.given[i])
    if parted == 1 << best:
        return CHOSEN + best
    w.state[PARTED], w.parts[0] = parted, parted
    return SPLIT


@compiled
def open_parts(w: BoxWalk, p: BoxProgram, node: int, gate: int) -> int:
    """Replace a node by the parts of its cell on which one form of a gate wins each; return how many."""
    parted, exact = w.state[PARTED], w.parts[0]
    count = members(parted)
    place = node + count - 1
    for i in range(p.first_forms[gate + 1] - p.first_forms[gate]):
        if parted >> i & 1:
            for column in range(w.nodes.shape[1]):
                w.nodes[place, column] = w.nodes[node, column]
            if place != node:
                copy(w.winners[node], w.winners[place])
            w.nodes[place, DEPTH] += count - 1
            w.nodes[place, PLACE] += 1
            w.nodes[place, FRESH], w.nodes[place, TRIED] = 1, 0
            w.nodes[place, GATE], w.nodes[place, SIDE], w.nodes[place, RIVALS] = gate, i, parted
            w.nodes[place, SURE] = exact >> i & 1
            w.winners[place, gate] = i
            copy(w.given[i], w.points[place])
            place -= 1
    return count
