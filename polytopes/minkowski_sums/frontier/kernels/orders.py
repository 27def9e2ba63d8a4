"""Steps from orders to orders.

A state has the rows of the matrix of its relation, as many to a word as fit: bit j of row i for "i beats j". The
diagonal marks the slots that can be chosen no more. If states remember, one more row marks the slots whose atom was
chosen. Many rows are changed at once: a word with a 1 at the start of some rows, times a row, is that row in these
places.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.jit.compilation import compiled, entry
from polytopes.minkowski_sums.frontier.kernels.states import NONE, ONE, bit, find, lowest

Array = np.ndarray[Any, Any]

BEFORE, TOTAL, WINDOW, AFTER, KEPT, FIXED, RUNS, SIZE, WIDTH, REMEMBERED, PRIVATE = range(11)
"""The entries of a plan: numbers of slots, masks, the bits of a row, the place of the row of used slots or -1."""


@compiled
def squeeze(mask: Any, runs: Array, n_runs: int, each: Any) -> Any:
    """Move the columns that live on together, in one row or (``each``: a 1 at the start of some) in many."""
    out = NONE
    for r in range(n_runs):
        out |= ((mask >> runs[r, 0]) & (runs[r, 1] * each)) << runs[r, 2]
    return out


@compiled
def _kill_at_once(words: Array, check: Any, dead: Any, spread: Array, first_rival: Array) -> Any:
    """Return the dead slots: in every window to come something beats them, so they are never chosen again.

    ``spread`` has a 1 at the start of the rows of the rivals.
    """
    while check:
        v = lowest(check)
        check &= check - ONE
        beaten, shift = True, np.uint64(v)
        for m in range(first_rival[v], first_rival[v + 1]):
            hit = NONE
            for w in range(len(words)):
                hit |= (words[w] >> shift) & spread[m, w]
            if hit == NONE:
                beaten = False
                break
        if beaten:
            dead |= bit(v)
    return dead


@compiled
def _raise(words: Array, new: Array, top: int, below: Any, starts: Array, place: Array) -> None:
    """Put ``below`` under a slot and all that beat it in ``words``."""
    for w in range(len(words)):
        new[w] |= ((words[w] >> np.uint64(top)) & starts[w]) * below
    new[place[top, 0]] |= below << np.uint64(place[top, 1])


@compiled
def _row(words: Array, slot: int, full: Any, place: Array) -> Any:
    return (words[place[slot, 0]] >> np.uint64(place[slot, 1])) & full


@entry
def expand_orders(
    states: Array,
    first: int,
    plan: Array,
    keep: Array,
    runs: Array,
    rivals: Array,
    spread: Array,
    first_rival: Array,
    starts: Array,
    diagonal: Array,
    place: Array,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
    scratch: Array,
) -> tuple[int, int, int]:
    """Step from orders to orders; return the next state to be read, the states found and the moves made.

    A move has a source, a target, a degree (0), a kind of weight and a label: twice the slot chosen, and 1 more if the
    element that stays beats it. It stops where ``moves``, ``found`` or ``table`` could become too small. An atom that
    lies in this window only has no row: if it is chosen nothing else is known afterwards.
    """
    window, kept = np.uint64(plan[WINDOW]), np.uint64(plan[KEPT])
    n_runs, after, private, used_row = plan[RUNS], plan[AFTER], plan[PRIVATE], plan[REMEMBERED]
    fixed, n_moves, most, n_words = plan[FIXED], 0, 2 * plan[SIZE], found.shape[1]
    full = ~NONE >> np.uint64(64 - plan[WIDTH])
    old, new, words = scratch[0], scratch[1], scratch[2]
    room = min(len(found), len(table) // 2)
    for s in range(first, len(states)):
        if n_moves + most > len(moves) or n_found + most > room:
            return s, n_found, n_moves
        used = dead = NONE
        for w in range(n_words):
            old[w] = states[s, w]
        if used_row >= 0:
            used = _row(old, used_row, full, place)
            old[place[used_row, 0]] ^= used << np.uint64(place[used_row, 1])
        for w in range(n_words):
            marks = old[w] & diagonal[w]
            old[w] ^= marks
            while marks:
                at = lowest(marks)
                marks &= marks - ONE
                dead |= bit(at % plan[WIDTH])
        living = window & ~dead
        beaten, rest = NONE, living
        while rest:
            i = lowest(rest)
            rest &= rest - ONE
            beaten |= _row(old, i, full, place)
        free = living & ~beaten
        lone = private >= 0
        while free or lone:
            if lone:
                lone, c, rest, below, own = False, private, living, living, NONE
            else:
                c = lowest(free)
                free &= free - ONE
                own, rest = bit(c), living & ~bit(c)
                below = _row(old, c, full, place) | rest
            while rest:
                i = lowest(rest)
                rest &= rest - ONE
                below |= _row(old, i, full, place)
            kind, now_used = np.int64(0), used
            if kinds[c] and not used & own:
                kind, now_used = kinds[c], used | own
            signs, high = 1, 0
            if fixed >= 0 and c != fixed and not below & bit(fixed):
                high = 1 if own and _row(old, fixed, full, place) & own else 0
                signs = 2 - high
            for sign in range(signs):
                for w in range(n_words):
                    new[w] = old[w]
                check = living | below
                if own:
                    _raise(old, new, c, below, starts, place)
                if signs == 2 and sign == 0 and own:
                    under = bit(fixed) | _row(new, fixed, full, place)
                    _raise(old, new, c, under, starts, place)
                    check |= under
                elif signs == 2 and sign == 1:
                    _raise(old, new, fixed, own | below, starts, place)
                    check |= own
                label = 2 * c + high + sign
                fallen = _kill_at_once(new, check & kept & ~dead, dead, spread, first_rival)
                columns = kept & ~fallen
                for w in range(n_words):
                    new[w] = squeeze(new[w] & (columns * starts[w]), runs, n_runs, starts[w])
                    words[w] = NONE
                for i in range(after):
                    if fallen & bit(keep[i]):
                        row = bit(i)
                    else:
                        row = _row(new, keep[i], full, place)
                    words[place[i, 0]] |= row << np.uint64(place[i, 1])
                if used_row >= 0:
                    row = squeeze(now_used & columns, runs, n_runs, ONE)
                    words[place[used_row, 0]] |= row << np.uint64(place[used_row, 1])
                number = find(words, table, found, n_found)
                n_found = max(n_found, number + 1)
                moves[n_moves, 0], moves[n_moves, 1] = s, number
                moves[n_moves, 2], moves[n_moves, 3], moves[n_moves, 4] = 0, kind, label
                n_moves += 1
    return len(states), n_found, n_moves
