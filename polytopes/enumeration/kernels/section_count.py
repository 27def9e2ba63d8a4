"""The count by sections: cells are split down to the last layer, whose parts are counted and not visited.

The nodes of the walk are those of :mod:`polytopes.enumeration.kernels.walk`, in another order. Forms of the next stage
are kept up to date at every node (:mod:`polytopes.enumeration.kernels.stage_sums`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import numpy as np
from numba.core import config

from polytopes.enumeration.kernels.count_roots import open_root
from polytopes.enumeration.kernels.goals import is_worth_a_visit, seeks_outputs
from polytopes.enumeration.kernels.section_arrays import (
    ACTIVE,
    ANSWER,
    ASK,
    ASKED,
    BEGIN,
    BLOCK,
    BOUNDED,
    BOUNDED_PARTS,
    CELLS,
    COUNTING,
    CROSSING,
    DEAD,
    DECIDED,
    DONE,
    ENTER,
    ERROR,
    FIRST,
    FRESH,
    GROW_EDGES,
    GROW_SECTIONS,
    GUIDED,
    LARGEST,
    LEVEL,
    LOADED,
    NEGATIVE,
    NOTHING,
    ON,
    OPEN,
    ORIGIN,
    OWN,
    PARTS,
    PAUSE,
    PHASE,
    POSITIVE,
    QUESTION,
    READY,
    REST,
    SIGNS_OF_CELL,
    SIZE,
    SPLIT,
    STAGE,
    START,
    STEPS,
    TOP,
    UNBOUNDED,
    UNITS,
    WALLS,
    WANTED,
    ZEROS_OF_SEGMENT,
    Chain,
    Count,
    Root,
)
from polytopes.enumeration.kernels.sections import count_parts, count_zeros, list_edges
from polytopes.enumeration.kernels.sign_words import (
    certain_words,
    error_bound,
    evaluate,
    has_no_constant,
    is_exact,
    larger,
    reach,
    read_words,
)
from polytopes.enumeration.kernels.signs import lowest
from polytopes.enumeration.kernels.stage_sums import add_fresh, finish_forms, start_sums
from polytopes.enumeration.kernels.ties import note_ties
from polytopes.enumeration.kernels.visits import part, visit, visits
from polytopes.enumeration.kernels.word_splits import cut, divide
from polytopes.jit.bundles import Bundle, Table, address, reference
from polytopes.jit.compilation import entry, indexed_from_start

CHAIN, COUNT, ROOT = Bundle(Chain), Bundle(Count), Bundle(Root)


@indexed_from_start
def is_last(c: Chain, block: int) -> bool:
    """Whether nothing comes after a block."""
    return block + 1 == c.blocks.shape[0]


@indexed_from_start
def enter_block(w: Count, c: Chain, node: int, block: int) -> None:
    """Open the units of a block, whose signs are not known yet."""
    mask = ~np.uint64(0) >> np.uint64(64 - c.blocks[block, UNITS])
    w.nodes[node, BLOCK], w.nodes[node, PHASE] = block, ENTER
    w.words[node, OPEN] = mask & ~c.copies[block] if is_last(c, block) and not visits(w) else mask
    w.words[node, FRESH] = w.words[node, OWN] = np.uint64(0)


@indexed_from_start
def go_on(w: Count, c: Chain, node: int, n: int) -> None:
    """Let the top node, all units of whose block are closed, enter the next block."""
    block = w.nodes[node, BLOCK]
    stage, alone = c.blocks[block, STAGE], c.blocks[block, START] == 0
    first = w.nodes[node, FIRST]
    if w.tied.shape[0] > 0:
        note_ties(w, c, node, n)
    enter_block(w, c, node, block + 1)
    if c.blocks[block + 1, STAGE] == stage:
        return
    finish_forms(w, c, node, stage + 1, n)
    start_sums(w, c, node, stage + 2, n)
    for v in range(first, first + w.nodes[node, SIZE]):
        used = w.marks[v, POSITIVE] & w.words[node, ON + block] | w.marks[v, NEGATIVE] & c.leaking[block]
        w.marks[v, ACTIVE] = used if alone else ~np.uint64(0)


@indexed_from_start
def find_words(w: Count, c: Chain, node: int, n: int) -> int:
    """Find the signs of the units of the top node's block at its vertices; their values are kept for the last block."""
    first, size, block = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, BLOCK]
    if size > w.values.shape[0]:
        return GROW_SECTIONS
    mask, unsure = w.words[node, OPEN], np.uint64(0)
    for v in range(first, first + size):
        evaluate(w, c, v, block, v - first, n)
        positive, negative = certain_words(w, c, v, block, v - first, n)
        w.marks[v, POSITIVE], w.marks[v, NEGATIVE] = positive & mask, negative & mask
        rest = mask & ~(positive | negative)
        if rest:
            unsure |= read_words(w, c, node, v, block, rest, v - first, n)
    w.nodes[node, PHASE] = READY
    if unsure:
        w.state[QUESTION] = SIGNS_OF_CELL
        return ASK
    return DONE


@indexed_from_start
def close(w: Count, node: int) -> None:
    """Close the units that have one sign on the whole cell, all at once."""
    positive, negative = np.uint64(0), np.uint64(0)
    first, block = w.nodes[node, FIRST], w.nodes[node, BLOCK]
    for v in range(first, first + w.nodes[node, SIZE]):
        positive |= w.marks[v, POSITIVE]
        negative |= w.marks[v, NEGATIVE]
    left = w.words[node, OPEN]
    on = left & positive & ~negative
    w.words[node, ON + block] |= on
    w.words[node, FRESH] |= on
    w.words[node, OPEN] = left & positive & negative


@indexed_from_start
def units_at_origin(w: Count, units: np.uint64, base: int, start: int, n: int) -> np.uint64:
    """Return which of these units of the stage of the root have no constant."""
    found, rest = np.uint64(0), units
    while rest:
        j = lowest(rest)
        rest &= rest - np.uint64(1)
        found |= np.uint64(has_no_constant(w, base, start + j, n)) << np.uint64(j)
    return found


@indexed_from_start
def begin_parts(w: Count, c: Chain, node: int, n: int) -> int:
    """Make the cell of the top node level 0 of the count of its parts, unless it has one or two parts."""
    state, levels, bits = w.state, w.levels, w.bits
    first, size, block, left = w.nodes[node, FIRST], w.nodes[node, SIZE], w.nodes[node, BLOCK], w.words[node, OPEN]
    unbounded = np.uint64(0)
    if state[WANTED]:
        for v in range(first, first + size):
            unbounded |= w.marks[v, WALLS] & np.uint64(1)
    levels[0, UNBOUNDED] = np.int64(unbounded)
    state[PARTS], state[BOUNDED_PARTS] = 1, 1 - levels[0, UNBOUNDED]
    state[LEVEL], bits[0, CROSSING], bits[0, REST] = 0, left, left
    if left & (left - np.uint64(1)) == 0 and levels[0, UNBOUNDED] == 0:
        if left:
            state[PARTS], state[BOUNDED_PARTS], bits[0, REST] = 2, 2, np.uint64(0)
        return DONE
    levels[0, FIRST], levels[0, SIZE] = 0, size
    base, start = c.blocks[block, STAGE] * (n + 3), c.blocks[block, START]
    bits[0, ORIGIN] = units_at_origin(w, left, base, start, n) if c.blocks[block, STAGE] == state[LOADED] else 0
    for row in range(size):
        v = first + row
        w.tags[row, WALLS] = w.marks[v, WALLS]
        w.tags[row, POSITIVE], w.tags[row, NEGATIVE] = w.marks[v, POSITIVE] & left, w.marks[v, NEGATIVE] & left
        a, b = reach(w, v, n)
        error, largest, rest = 0.0, 0.0, left
        while rest:
            j = lowest(rest)
            rest &= rest - np.uint64(1)
            if not is_exact(w, base, start + j, v, n):
                bound = error_bound(w, base, start + j, a, b, n)
                error = larger(error, bound if bound < np.inf else np.inf)
            largest = larger(largest, abs(w.values[row, j]))
        w.values[row, ERROR], w.values[row, LARGEST] = error, largest
    if n > 2 and not list_edges(w, 0, n - 1):
        return GROW_EDGES
    return DONE


@indexed_from_start
def count_cell(w: Count, c: Chain, node: int, n: int) -> int:
    """Count the parts of the top node, in its last block, and drop it."""
    state = w.state
    if w.nodes[node, PHASE] == READY:
        first = w.nodes[node, FIRST]
        if state[QUESTION] == SIGNS_OF_CELL:  # they have been answered, and vertices may be others now
            for row in range(w.nodes[node, SIZE]):
                evaluate(w, c, first + row, w.nodes[node, BLOCK], row, n)
        status = begin_parts(w, c, node, n)
        if status != DONE:
            return status
        w.nodes[node, PHASE], state[QUESTION] = COUNTING, NOTHING
    if n > 2:
        status = count_parts(w, n)
        if status != DONE:
            return status
    elif w.bits[0, REST]:
        zeros = state[ANSWER] if state[QUESTION] == ZEROS_OF_SEGMENT else count_zeros(w, 0, w.bits[0, REST])
        if zeros < 0:
            state[QUESTION] = ZEROS_OF_SEGMENT
            return ASK
        state[QUESTION] = NOTHING
        state[PARTS], state[BOUNDED_PARTS] = 1 + zeros, 1 - w.levels[0, UNBOUNDED] + zeros
    state[CELLS] += state[PARTS]
    state[BOUNDED] += state[BOUNDED_PARTS] if state[WANTED] else 0
    state[TOP] = node - 1
    return DONE


@indexed_from_start
def step(w: Count, c: Chain, node: int, n: int) -> int:
    """Do the next thing with the top node."""
    phase = w.nodes[node, PHASE]
    last = is_last(c, w.nodes[node, BLOCK])
    visited = last and visits(w)
    led = w.nodes[node, DECIDED] >= w.state[GUIDED]
    if phase == DEAD:
        w.state[TOP] = node - 1
        return DONE
    if phase == BEGIN:
        start_sums(w, c, node, c.blocks[w.nodes[node, BLOCK], STAGE] + 1, n)
        w.nodes[node, PHASE] = ENTER
        return DONE
    if phase == ENTER:
        if last and not visited and not led:
            w.state[TOP] = node - 1
            return DONE
        status = find_words(w, c, node, n)
        if status != DONE:
            return status
    elif phase == SPLIT:
        w.state[QUESTION] = NOTHING
        return part(w, c, node, n) if visited else divide(w, c, node, n)
    if phase != COUNTING:
        close(w, node)
    if visited and seeks_outputs(w):
        if w.nodes[node, SIZE] > w.values.shape[0]:
            return GROW_SECTIONS
        visited = is_worth_a_visit(w, c, node, phase == ENTER, n)
        if not visited:
            w.words[node, OPEN] &= ~c.copies[w.nodes[node, BLOCK]]
    if visited:
        return visit(w, c, node, n)
    if last:
        return count_cell(w, c, node, n)
    w.state[QUESTION] = NOTHING
    add_fresh(w, c, node, n)
    if w.words[node, OPEN] == 0:
        go_on(w, c, node, n)
        return DONE
    status = cut(w, c, node, n)
    return divide(w, c, node, n) if status == DONE else status


@indexed_from_start
def proceed(w: Count, c: Chain, steps: int) -> int:
    """Go on with the count until it is done or must stop; return why."""
    n = w.vertices.shape[1] - 1
    w.state[STEPS] = steps
    while w.state[TOP] >= 0:
        node = w.state[TOP]
        if w.state[STEPS] <= 0 and w.nodes[node, DECIDED] >= w.state[GUIDED]:
            return PAUSE
        status = step(w, c, node, n)
        w.state[STEPS] -= 1
        if status != DONE:
            w.state[ASKED] += status == ASK
            return status
    return DONE


as_count, as_chain, as_root = reference(COUNT), reference(CHAIN), reference(ROOT)


@entry
def count_on(w: int, c: int, root: int, steps: int) -> int:
    """Go on with a count on bundles at these addresses, from the beginning if there is a root."""
    if root != 0:
        open_root(as_count(w), as_chain(c), as_root(root))
    return proceed(as_count(w), as_chain(c), steps)


_tables: OrderedDict[int, tuple[Chain | Count, list[Table]]] = OrderedDict()
"""The tables of the last few chains and small workspaces, by the id of these, which are kept with them."""
TABLES_KEPT, MOST_VERTICES = 16, 1 << 10


def _kept_tables(bundle: Bundle, arrays: Chain | Count) -> list[Table]:
    known = _tables.get(id(arrays))
    if known is None:
        known = _tables[id(arrays)] = arrays, bundle.tables(arrays)
        while len(_tables) > TABLES_KEPT:
            _tables.popitem(last=False)
    return known[1]


def begin_count(w: Count, c: Chain, root: Root, place: int, steps: int) -> int:
    """Begin a count at a root, whose table is at this place; return why it stops."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        open_root(w, c, root)
        return proceed(w, c, steps)
    counts, chains = _tables_of(w), _kept_tables(CHAIN, c)
    return count_on(address(counts[0]), address(chains[0]), place, steps)


def _tables_of(w: Count) -> list[Table]:
    return _kept_tables(COUNT, w) if len(w.vertices) <= MOST_VERTICES else COUNT.tables(w)


def counting(w: Count, c: Chain) -> Callable[[int], int]:
    """Return a function of a number of steps that goes on with the count and says why it stops."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return partial(proceed, w, c)
    counts, chains = _tables_of(w), _kept_tables(CHAIN, c)
    places, kept = (address(counts[0]), address(chains[0])), (w, c, counts, chains)

    def go(steps: int) -> int:
        assert kept
        return count_on(*places, 0, steps)

    return go
