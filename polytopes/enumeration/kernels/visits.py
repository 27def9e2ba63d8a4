"""Visits of cells for their patterns or records: the last block is split too, as far as its words leave anything open.

A node with one open unit falls into two cells, whose patterns are known without their vertices.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.goals import is_steep, note_kept, seeks_norms, seeks_outputs
from polytopes.enumeration.kernels.section_arrays import (
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
    PAUSE,
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
from polytopes.enumeration.kernels.visit_records import put_outputs, record
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
        if w.state[LEAVES] + 2 > w.leaves.shape[0]:
            return PAUSE
        status = record(w, c, node, n) if w.points.shape[0] > 0 else DONE
        if status != DONE:
            return status
        if seeks_outputs(w):
            note_kept(w)
        keep(w, c, node, w.words[node, ON + w.leaves.shape[1] - 1], left, n)
        w.state[TOP] = node - 1
        return DONE
    if left == 0:
        w.state[TOP] = node - 1  # above the node that is wanted
        return DONE
    status = cut(w, c, node, n)
    return part(w, c, node, n) if status == DONE else status


@indexed_from_start
def falls_apart(w: Count, node: int, left: np.uint64) -> bool:
    """Whether nothing but the words is asked of the parts of a node, or of its cell if no unit is left."""
    if left and w.points.shape[0] > 0:
        return False
    led = w.nodes[node, DECIDED] >= w.state[GUIDED]
    return led and (left == 0 or w.state[WANTED] == 0 or not is_unbounded(w, node))


@indexed_from_start
def is_unbounded(w: Count, node: int) -> bool:
    """Whether the cell of a node has a vertex at infinity."""
    walls, first = np.uint64(0), w.nodes[node, FIRST]
    for v in range(first, first + w.nodes[node, SIZE]):
        walls |= w.marks[v, WALLS]
    return walls & np.uint64(1) != 0


@indexed_from_start
def keep(w: Count, c: Chain, node: int, on: np.uint64, left: np.uint64, n: int) -> None:
    """Keep the pattern with these units of the last block on, and the one with the unit that is left too.

    If wanted without records, the forms of the outputs are kept; the sums of the node have them but for that unit.
    """
    mapped = keeps_maps(w)
    state, last = w.state, w.leaves.shape[1] - 1
    bounded = state[WANTED] != 0 and not is_unbounded(w, node)
    for number in range(2 if left else 1):
        row = w.leaves[state[LEAVES]]
        for block in range(last):
            row[block] = w.words[node, ON + block]
        row[last] = on | left if number else on
        if mapped:
            if number:
                add_units(w, c, node, left, n)
            put_outputs(w, c, node, n)
        state[LEAVES] += 0 if seeks_norms(w) and not is_steep(w, c, n) else 1
        state[CELLS] += 1
        state[BOUNDED] += 1 if bounded else 0


@indexed_from_start
def keeps_maps(w: Count) -> bool:
    """Whether the forms of the outputs are kept with each pattern, and nothing else."""
    return w.points.shape[0] == 0 and w.outputs.shape[0] > 0


@indexed_from_start
def copy_sums(w: Count, c: Chain, source: int, target: int, n: int) -> None:
    """Copy the sums of a node, which are the forms of the outputs, to another one."""
    for k in range(n + 2):
        before, after = w.sums[source * (n + 2) + k], w.sums[target * (n + 2) + k]
        for i in range(c.stages[c.stages.shape[0] - 1, ROWS]):
            after[i] = before[i]


@indexed_from_start
def part(w: Count, c: Chain, node: int, n: int) -> int:
    """Keep the cells of both parts of the top node, which was cut, if each has at most one open unit; else divide."""
    left = w.words[node, OPEN]
    bit = left & (~left + np.uint64(1))
    below, on_below = words_of_part(w, node, bit, NEGATIVE)
    above, on_above = words_of_part(w, node, bit, POSITIVE)
    one = np.uint64(1)
    if below & (below - one) or above & (above - one) or not falls_apart(w, node, left):
        return divide(w, c, node, n)
    if w.state[LEAVES] + 4 > w.leaves.shape[0]:
        return PAUSE
    on, mapped = w.words[node, ON + w.leaves.shape[1] - 1], keeps_maps(w)
    if mapped:
        copy_sums(w, c, node, node + 1, n)
        add_units(w, c, node, on_below & ~on, n)
    keep(w, c, node, on_below, below, n)
    if mapped:
        copy_sums(w, c, node + 1, node, n)
        add_units(w, c, node, on_above & ~on | bit, n)
    keep(w, c, node, on_above | bit, above, n)
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
