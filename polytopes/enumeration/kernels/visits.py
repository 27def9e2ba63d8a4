"""Visits of cells for their patterns or records: the last block is split too, as far as its words leave anything open.

A node with one open unit falls into two cells, whose patterns are known without their vertices.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.cell_facets import meet
from polytopes.enumeration.kernels.goals import is_steep, note_kept, put_inner, seeks_norms, seeks_outputs
from polytopes.enumeration.kernels.section_arrays import (
    ADDED,
    BLOCK,
    BOUNDED,
    CELLS,
    DECIDED,
    DONE,
    FIRST,
    FOUND,
    GUIDED,
    LEAVES,
    NEGATIVE,
    NOTHING,
    ON,
    OPEN,
    POSITIVE,
    QUESTION,
    ROWS,
    SIZE,
    TOP,
    WALLS,
    WANTED,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.stage_sums import add_fresh, add_units
from polytopes.enumeration.kernels.visit_records import fits, put_outputs, record, room
from polytopes.enumeration.kernels.word_splits import cut, divide
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def visits(w: Count) -> bool:
    """Whether every cell is visited, and its pattern kept."""
    return w.leaves.shape[0] > 0


@indexed_from_start
def visit(w: Count, c: Chain, node: int, n: int) -> int:
    """Keep the cells that the top node, in its last block, is or falls into at once; else split it."""
    left = w.words[node, OPEN]
    w.state[QUESTION] = NOTHING
    add_fresh(w, c, node, n)
    if left & (left - np.uint64(1)) == 0 and falls_apart(w, node, left):
        w.nodes[node, FOUND] = 0
        status = room(w, node, 2 if left else 1)
        if status != DONE:
            return status
        if seeks_outputs(w):
            note_kept(w)
        keep(w, c, node, node, np.uint64(0), POSITIVE, w.words[node, ON + w.leaves.shape[1] - 1], left, n)
        w.state[TOP] = node - 1
        return DONE
    if left == 0:
        w.state[TOP] = node - 1  # above the node that is wanted
        return DONE
    status = cut(w, c, node, n)
    return part(w, c, node, n) if status == DONE else status


@indexed_from_start
def falls_apart(w: Count, node: int, left: np.uint64) -> bool:
    """Whether nothing but the words of a node is asked for, which has at most one open unit."""
    return w.nodes[node, DECIDED] >= w.state[GUIDED] and (left == 0 or w.n_rays.shape[0] == 0)


@indexed_from_start
def is_unbounded(w: Count, node: int, bit: np.uint64, other: int, left: np.uint64, away: int) -> bool:
    """Whether a cell has a vertex at infinity: that of a part of a node, as :func:`list_part` has it, on one side.

    On this side of the unit ``left`` no vertex has it in the column ``away`` of its marks.
    """
    first, size = w.nodes[node, FIRST], w.nodes[node, SIZE]
    for v in range(first, first + size + (w.nodes[node, FOUND] if bit else 0)):
        if w.marks[v, WALLS] & np.uint64(1) and w.marks[v, other] & bit == 0 and w.marks[v, away] & left == 0:
            return True
    return False


@indexed_from_start
def keep(
    w: Count, c: Chain, node: int, sums: int, bit: np.uint64, other: int, on: np.uint64, left: np.uint64, n: int
) -> None:
    """Keep the pattern with these units of the last block on, and the one with the unit that is left too.

    They are of cells of a part of a node, as :func:`record` has it; the node ``sums`` has the sums of the units that
    are on. Records are kept too if they are wanted, or the forms of the outputs alone.
    """
    mapped, state, last = keeps_maps(w), w.state, w.leaves.shape[1] - 1
    if w.n_facets.shape[0] > 0:
        record(w, c, node, sums, bit, other, on, left, n)
    for number in range(2 if left else 1):
        row = w.leaves[state[LEAVES]]
        for block in range(last):
            row[block] = w.words[node, ON + block]
        row[last] = on | left if number else on
        if mapped:
            if number:
                add_units(w, c, sums, left, n)
            put_outputs(w, c, sums, state[LEAVES], n)
        if not seeks_norms(w):
            state[LEAVES] += 1
        elif is_steep(w, c, n):
            put_inner(w, c, node, left, POSITIVE if number else NEGATIVE, bit, other, n)
            state[LEAVES] += 1
        state[CELLS] += 1
        if state[WANTED]:
            state[BOUNDED] += not is_unbounded(w, node, bit, other, left, NEGATIVE if number else POSITIVE)


@indexed_from_start
def keeps_maps(w: Count) -> bool:
    """Whether the forms of the outputs are kept with each pattern, without vertices."""
    return w.n_rays.shape[0] == 0 and w.outputs.shape[0] > 0


@indexed_from_start
def copy_sums(w: Count, c: Chain, source: int, target: int, n: int) -> None:
    """Copy the sums of a node, which are the forms of the outputs, to another one."""
    w.nodes[target, BLOCK], w.nodes[target, ADDED] = w.nodes[source, BLOCK], w.nodes[source, ADDED]
    for k in range(n + 2):
        before, after = w.sums[source * (n + 2) + k], w.sums[target * (n + 2) + k]
        for i in range(c.stages[c.stages.shape[0] - 1, ROWS]):
            after[i] = before[i]


@indexed_from_start
def part(w: Count, c: Chain, node: int, n: int) -> int:
    """Keep the cells of both parts of the top node, which was cut, if no more cuts are needed; else divide it."""
    left = w.words[node, OPEN]
    bit = left & (~left + np.uint64(1))
    below, on_below = words_of_part(w, node, bit, NEGATIVE)
    above, on_above = words_of_part(w, node, bit, POSITIVE)
    one, size = np.uint64(1), w.nodes[node, SIZE] + w.nodes[node, FOUND]
    single = below & (below - one) == 0 and above & (above - one) == 0
    if w.n_rays.shape[0] > 0:
        single = below | above == 0 and not seeks_outputs(w) and fits(w, size, 2)
    if not single or not falls_apart(w, node, np.uint64(0)):
        return divide(w, c, node, n)
    status = room(w, node, 4 if w.n_rays.shape[0] == 0 else 2)
    if status != DONE:
        return status
    on, summed = w.words[node, ON + w.leaves.shape[1] - 1], w.outputs.shape[0] > 0
    if w.n_facets.shape[0] > 0:
        meet(w, node, bit)
    if summed:
        copy_sums(w, c, node, node + 1, n)
        add_units(w, c, node, on_below & ~on, n)
    keep(w, c, node, node, bit, POSITIVE, on_below, below, n)
    if summed:
        add_units(w, c, node + 1, on_above & ~on | bit, n)
    keep(w, c, node, node + 1 if summed else node, bit, NEGATIVE, on_above | bit, above, n)
    w.state[TOP] = node - 1
    return DONE


@indexed_from_start
def words_of_part(w: Count, node: int, bit: np.uint64, side: int) -> tuple[np.uint64, np.uint64]:
    """Return which units are open in the part of a cut node on one side of a unit, and which are on."""
    other = POSITIVE + NEGATIVE - side
    first, size = w.nodes[node, FIRST], w.nodes[node, SIZE]
    positive, negative = np.uint64(0), np.uint64(0)
    for v in range(first, first + size + w.nodes[node, FOUND]):
        if w.marks[v, other] & bit == 0:
            positive |= w.marks[v, POSITIVE]
            negative |= w.marks[v, NEGATIVE]
    left = w.words[node, OPEN] & ~bit
    return left & positive & negative, w.words[node, ON + w.leaves.shape[1] - 1] | left & positive & ~negative
