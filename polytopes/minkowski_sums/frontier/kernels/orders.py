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
from polytopes.minkowski_sums.frontier.kernels.arrays import (
    FIXED,
    KEPT,
    PRIVATE,
    REMEMBERED,
    SIZE,
    WIDTH,
    WINDOW,
    Array,
    OrderPlan,
)
from polytopes.minkowski_sums.frontier.kernels.states import NONE, ONE, bit, has_room, lowest, record, squeeze


@compiled
def _row(words: Array, slot: int, full: Any, place: Array) -> Any:
    return (words[place[slot, 0]] >> np.uint64(place[slot, 1])) & full


@compiled
def _below(words: Array, slots: Any, full: Any, place: Array) -> Any:
    """Return what is below some of the slots of a mask."""
    below = NONE
    while slots:
        i = lowest(slots)
        slots &= slots - ONE
        below |= _row(words, i, full, place)
    return below


@compiled
def _raise(words: Array, new: Array, top: int, below: Any, starts: Array, place: Array) -> None:
    """Put ``below`` under a slot and all that beat it in ``words``."""
    for w in range(len(words)):
        new[w] |= ((words[w] >> np.uint64(top)) & starts[w]) * below
    new[place[top, 0]] |= below << np.uint64(place[top, 1])


@compiled
def _read(state: Array, numbers: Array, diagonal: Array, place: Array, full: Any, words: Array) -> Any:
    """Write the rows of a state without the diagonal; return the masks of dead and of used slots."""
    dead = used = NONE
    for w in range(len(words)):
        words[w] = state[w]
    row = numbers[REMEMBERED]
    if row >= 0:
        used = _row(words, row, full, place)
        words[place[row, 0]] ^= used << np.uint64(place[row, 1])
    for w in range(len(words)):
        marks = words[w] & diagonal[w]
        words[w] ^= marks
        while marks:
            at = lowest(marks)
            marks &= marks - ONE
            dead |= bit(at % numbers[WIDTH])
    return dead, used


@compiled
def _write(new: Array, fallen: Any, used: Any, plan: OrderPlan, full: Any, words: Array) -> None:
    """Write the state after a step: kept slots only, nothing of dead ones but that they are dead; ``new`` is spent."""
    numbers, keep, runs, place = plan.numbers, plan.keep, plan.runs, plan.place
    columns = np.uint64(numbers[KEPT]) & ~fallen
    for w in range(len(new)):
        new[w] = squeeze(new[w] & (columns * plan.starts[w]), runs, plan.starts[w])
        words[w] = NONE
    for i in range(len(keep)):
        row = bit(i) if fallen & bit(keep[i]) else _row(new, keep[i], full, place)
        words[place[i, 0]] |= row << np.uint64(place[i, 1])
    last = numbers[REMEMBERED]
    if last >= 0:
        words[place[last, 0]] |= squeeze(used & columns, runs, ONE) << np.uint64(place[last, 1])


@compiled
def _kill(words: Array, check: Any, dead: Any, spread: Array, first_rival: Array) -> Any:
    """Return the dead slots: in every window to come something beats them, so they are never chosen again."""
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
def _sides(words: Array, winner: int, own: Any, below: Any, fixed: int, full: Any, place: Array) -> tuple[int, int]:
    """Return the least and the largest side of the element that stays: 1 if it beats the winner, else 0."""
    if fixed < 0 or winner == fixed or below & bit(fixed):
        return 0, 0
    if own and _row(words, fixed, full, place) & own:
        return 1, 1
    return 0, 1


@compiled
def _compare(words: Array, new: Array, winner: int, own: Any, below: Any, side: int, plan: OrderPlan, full: Any) -> Any:
    """Put the element that stays on one side of the winner; return the slots that are beaten then."""
    fixed = plan.numbers[FIXED]
    if side == 1:
        _raise(words, new, fixed, own | below, plan.starts, plan.place)
        return own
    if not own:
        return NONE
    under = bit(fixed) | _row(new, fixed, full, plan.place)
    _raise(words, new, winner, under, plan.starts, plan.place)
    return under


@entry
def expand_orders(
    states: Array,
    first: int,
    plan: OrderPlan,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
    scratch: Array,
) -> tuple[int, int, int]:
    """Step from orders to orders.

    The degree of a move is 0, its label twice the slot chosen, and 1 more if the element that stays beats it. An atom
    that lies in this window only has no row: if it is chosen nothing else is known afterwards.
    """
    numbers, place, fixed, private = plan.numbers, plan.place, plan.numbers[FIXED], plan.numbers[PRIVATE]
    window, kept = np.uint64(numbers[WINDOW]), np.uint64(numbers[KEPT])
    full, n_moves, most = ~NONE >> np.uint64(64 - numbers[WIDTH]), 0, 2 * numbers[SIZE]
    old, new, words = scratch[0], scratch[1], scratch[2]
    for s in range(first, len(states)):
        if not has_room(table, found, n_found, moves, n_moves, most):
            return s, n_found, n_moves
        dead, used = _read(states[s], numbers, plan.diagonal, place, full, old)
        living = window & ~dead
        free = living & ~_below(old, living, full, place)
        lone = private >= 0
        while free or lone:
            c, own, below = private, NONE, living
            if not lone:
                c = lowest(free)
                own = bit(c)
                free ^= own
                below = _row(old, c, full, place) | (living & ~own)
            lone = False
            below |= _below(old, living & ~own, full, place)
            is_new = kinds[c] > 0 and not used & own
            low, high = _sides(old, c, own, below, fixed, full, place)
            for side in range(low, high + 1):
                for w in range(len(old)):
                    new[w] = old[w]
                if own:
                    _raise(old, new, c, below, plan.starts, place)
                check = living | below
                if low < high:
                    check |= _compare(old, new, c, own, below, side, plan, full)
                fallen = _kill(new, check & kept & ~dead, dead, plan.spread, plan.first_rival)
                _write(new, fallen, used | own if is_new else used, plan, full, words)
                kind = kinds[c] if is_new else 0
                n_found = record(words, table, found, n_found, moves[n_moves], s, 0, kind, 2 * c + side)
                n_moves += 1
    return len(states), n_found, n_moves
