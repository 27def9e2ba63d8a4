"""Steps from preorders to preorders: matrices of relations as for orders, in which equal slots beat each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.jit.compilation import compiled, entry
from polytopes.minkowski_sums.frontier.kernels.arrays import (
    AFTER,
    BEFORE,
    KEPT,
    REMEMBERED,
    SIZE,
    TOTAL,
    WIDTH,
    WINDOW,
    Array,
    PreorderPlan,
)
from polytopes.minkowski_sums.frontier.kernels.states import NONE, ONE, bit, has_room, lowest, record, squeeze


@compiled
def _unpack(words: Array, numbers: Array, rows: Array) -> Any:
    """Write the rows of a state, without the diagonal; return the masks of dead and of used slots."""
    width, n = numbers[WIDTH], numbers[BEFORE]
    per_word, full = 64 // width, ~NONE >> np.uint64(64 - width)
    dead = used = NONE
    for i in range(n):
        row = (words[i // per_word] >> np.uint64(i % per_word * width)) & full
        dead |= row & bit(i)
        rows[i] = row & ~bit(i)
    for i in range(n, numbers[TOTAL]):
        rows[i] = NONE
    if numbers[REMEMBERED] >= 0:
        i = numbers[REMEMBERED]
        used = (words[i // per_word] >> np.uint64(i % per_word * width)) & full
    return dead, used


@compiled
def _pack(rows: Array, dead: Any, used: Any, keep: Array, numbers: Array, runs: Array, words: Array) -> None:
    """Write the state after a step: kept slots only, nothing of dead ones but that they are dead."""
    width = numbers[WIDTH]
    per_word = 64 // width
    for w in range(len(words)):
        words[w] = NONE
    for i in range(numbers[AFTER]):
        row = bit(i) if dead & bit(keep[i]) else squeeze(rows[keep[i]] & ~dead, runs, ONE)
        words[i // per_word] |= row << np.uint64(i % per_word * width)
    if numbers[REMEMBERED] >= 0:
        i = numbers[REMEMBERED]
        words[i // per_word] |= squeeze(used & ~dead, runs, ONE) << np.uint64(i % per_word * width)


@compiled
def _kill(rows: Array, check: Any, dead: Any, rivals: Array, first_rival: Array) -> Any:
    """Return the dead slots: in every window to come something beats them, so they are never chosen again."""
    while check:
        v = lowest(check)
        check &= check - ONE
        beaten = True
        for m in range(first_rival[v], first_rival[v + 1]):
            rest, beaten = rivals[m], False
            while rest:
                u = lowest(rest)
                rest &= rest - ONE
                if (rows[u] >> np.uint64(v)) & ONE and not (rows[v] >> np.uint64(u)) & ONE:
                    beaten = True
                    break
            if not beaten:
                break
        if beaten:
            dead |= bit(v)
    return dead


@entry
def expand_preorders(
    states: Array,
    first: int,
    plan: PreorderPlan,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
    scratch: Array,
) -> tuple[int, int, int]:
    """Step from preorders to preorders, as :func:`expand_orders` does; in row i are also the slots that equal i.

    The degree of a move is the number of classes that were merged, less 1; its label is the mask of the slots chosen,
    and its kind the sum of the kinds (powers of 2) of the atoms that were chosen for the first time.
    """
    numbers = plan.numbers
    total, window, kept = numbers[TOTAL], np.uint64(numbers[WINDOW]), np.uint64(numbers[KEPT])
    n_moves, most = 0, 1 << numbers[SIZE]
    rows, new, words = scratch[0], scratch[1], scratch[2, : found.shape[1]]
    for s in range(first, len(states)):
        if not has_room(table, found, n_found, moves, n_moves, most):
            return s, n_found, n_moves
        dead, used = _unpack(states[s], numbers, rows)
        living = window & ~dead
        free = _unbeaten(rows, living)
        chosen = free
        while chosen:
            merged, below, classes, legal = _merge(rows, total, chosen, living, new)
            if legal:
                kind, now_used, rest = np.int64(0), used, chosen & ~used
                while rest:
                    i = lowest(rest)
                    rest &= rest - ONE
                    if kinds[i]:
                        kind += kinds[i]
                        now_used |= bit(i)
                fallen = _kill(new, (below | merged) & kept & ~dead, dead, plan.rivals, plan.first_rival)
                _pack(new, fallen, now_used, plan.keep, numbers, plan.runs, words)
                label = np.int64(chosen)
                n_found = record(words, table, found, n_found, moves[n_moves], s, classes - 1, kind, label)
                n_moves += 1
            chosen = (chosen - ONE) & free
    return len(states), n_found, n_moves


@compiled
def _unbeaten(rows: Array, living: Any) -> Any:
    """The slots of a set that none of them is strictly larger than; no other one can be a winner."""
    free, rest = living, living
    while rest:
        i = lowest(rest)
        rest &= rest - ONE
        others = rows[i] & living
        while others:
            j = lowest(others)
            others &= others - ONE
            if not rows[j] & bit(i):
                free &= ~bit(j)
    return free


@compiled
def _merge(rows: Array, total: int, chosen: Any, living: Any, new: Array) -> Any:
    """Make the chosen slots equal and larger than the other living slots of the window.

    Return the class they form, what is below it, how many classes were merged, and whether this makes no cycle.
    """
    merged, reach, classes, rest = NONE, NONE, 0, chosen
    while rest:
        i = lowest(rest)
        rest &= rest - ONE
        own, others = bit(i), rows[i]
        reach |= others
        while others:
            j = lowest(others)
            others &= others - ONE
            if rows[j] & bit(i):
                own |= bit(j)
        if merged & own == NONE:
            classes += 1
            if merged & rows[i]:
                return merged, reach, classes, False
        merged |= own
    losers = living & ~chosen
    if losers & merged:
        return merged, reach, classes, False
    rest = merged
    while rest:
        i = lowest(rest)
        rest &= rest - ONE
        others = rows[i] & merged
        while others:
            j = lowest(others)
            others &= others - ONE
            if not rows[j] & bit(i):
                return merged, reach, classes, False
    below, rest = (reach & ~merged) | losers, losers
    while rest:
        i = lowest(rest)
        rest &= rest - ONE
        if rows[i] & merged:
            return merged, reach, classes, False
        below |= rows[i]
    for a in range(total):
        if merged & bit(a):
            new[a] = (merged | below) & ~bit(a)
        elif rows[a] & merged:
            new[a] = rows[a] | merged | below
        else:
            new[a] = rows[a]
    return merged, below, classes, True
