"""Compiled steps from states to states.

A state is a relation on the slots of the frontier, with the rows of its matrix packed into 64-bit words: as many rows
to a word as fit, bit j of row i for "i beats j". The diagonal marks the slots that can be chosen no more. If states
remember, one more row marks the slots whose atom was chosen. Many rows are changed at once: a word with a 1 at the
start of some rows, times a row, is that row in these places.

All functions stand in one module, because numba looks at the age of one module only when it reuses compiled code. They
allocate nothing: ``scratch`` has three rows for a state before and after a step and for its packed words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from polytopes.kernels.compilation import compiled, entry

Array = np.ndarray[Any, Any]

BEFORE, TOTAL, WINDOW, AFTER, KEPT, FIXED, RUNS, SIZE, WIDTH, REMEMBERED, PRIVATE = range(11)
"""The entries of a plan: numbers of slots, masks, the bits of a row, the place of the row of used slots or -1."""

ONE = np.uint64(1)
NONE = np.uint64(0)
MIXER = np.uint64(0x9E3779B97F4A7C15)


def _count_zeros(typing: Any, mask: Any) -> Any:
    """The number of the lowest bit of a mask that is not 0, by one instruction."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), generate


_lowest: Any = intrinsic(_count_zeros)


@compiled
def _bit(slot: int) -> Any:
    return ONE << np.uint64(slot)


@compiled
def _unpack(words: Array, plan: Array, rows: Array) -> Any:
    """Write the rows of a state, without the diagonal; return the masks of dead and of used slots."""
    width, n = plan[WIDTH], plan[BEFORE]
    per_word, full = 64 // width, ~NONE >> np.uint64(64 - width)
    dead = used = NONE
    for i in range(n):
        row = (words[i // per_word] >> np.uint64(i % per_word * width)) & full
        dead |= row & _bit(i)
        rows[i] = row & ~_bit(i)
    for i in range(n, plan[TOTAL]):
        rows[i] = NONE
    if plan[REMEMBERED] >= 0:
        i = plan[REMEMBERED]
        used = (words[i // per_word] >> np.uint64(i % per_word * width)) & full
    return dead, used


@compiled
def _squeeze(mask: Any, runs: Array, n_runs: int, each: Any) -> Any:
    """Move the columns that live on together, in one row or (``each``: a 1 at the start of some) in many."""
    out = NONE
    for r in range(n_runs):
        out |= ((mask >> runs[r, 0]) & (runs[r, 1] * each)) << runs[r, 2]
    return out


@compiled
def _pack(rows: Array, dead: Any, used: Any, keep: Array, plan: Array, runs: Array, words: Array) -> None:
    """Write the state after a step: kept slots only, nothing of dead ones but that they are dead."""
    width, n_runs = plan[WIDTH], plan[RUNS]
    per_word = 64 // width
    for w in range(len(words)):
        words[w] = NONE
    for i in range(plan[AFTER]):
        if dead & _bit(keep[i]):
            row = _bit(i)
        else:
            row = _squeeze(rows[keep[i]] & ~dead, runs, n_runs, ONE)
        words[i // per_word] |= row << np.uint64(i % per_word * width)
    if plan[REMEMBERED] >= 0:
        i = plan[REMEMBERED]
        words[i // per_word] |= _squeeze(used & ~dead, runs, n_runs, ONE) << np.uint64(i % per_word * width)


@compiled
def _find(words: Array, table: Array, found: Array, n_found: int) -> int:
    """Return the number of a state, which is ``n_found`` if it is new; then it is entered."""
    mix = NONE
    for w in range(len(words)):
        mix = (mix ^ words[w]) * MIXER
        mix ^= mix >> np.uint64(29)
    mix *= MIXER
    mask = np.uint64(len(table) - 1)
    at = (mix >> np.uint64(20)) & mask
    while True:
        number = table[at]
        if number < 0:
            table[at] = n_found
            for w in range(len(words)):
                found[n_found, w] = words[w]
            return n_found
        same = True
        for w in range(len(words)):
            same &= found[number, w] == words[w]
        if same:
            return int(number)
        at = (at + ONE) & mask


@entry
def rehash(table: Array, found: Array, n_found: int) -> None:
    """Enter the states into an empty table."""
    for number in range(n_found):
        _find(found[number], table, found, number)


@compiled
def _kill(rows: Array, check: Any, dead: Any, rivals: Array, first_rival: Array) -> Any:
    """Return the dead slots: in every window to come something beats them, so they are never chosen again."""
    while check:
        v = _lowest(check)
        check &= check - ONE
        beaten = True
        for m in range(first_rival[v], first_rival[v + 1]):
            rest, beaten = rivals[m], False
            while rest:
                u = _lowest(rest)
                rest &= rest - ONE
                if (rows[u] >> np.uint64(v)) & ONE and not (rows[v] >> np.uint64(u)) & ONE:
                    beaten = True
                    break
            if not beaten:
                break
        if beaten:
            dead |= _bit(v)
    return dead


@compiled
def _kill_at_once(words: Array, check: Any, dead: Any, spread: Array, first_rival: Array) -> Any:
    """As :func:`_kill`, for orders: ``spread`` has a 1 at the start of the rows of the rivals."""
    while check:
        v = _lowest(check)
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
            dead |= _bit(v)
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
                at = _lowest(marks)
                marks &= marks - ONE
                dead |= _bit(at % plan[WIDTH])
        living = window & ~dead
        beaten, rest = NONE, living
        while rest:
            i = _lowest(rest)
            rest &= rest - ONE
            beaten |= _row(old, i, full, place)
        free = living & ~beaten
        lone = private >= 0
        while free or lone:
            if lone:
                lone, c, rest, below, own = False, private, living, living, NONE
            else:
                c = _lowest(free)
                free &= free - ONE
                own, rest = _bit(c), living & ~_bit(c)
                below = _row(old, c, full, place) | rest
            while rest:
                i = _lowest(rest)
                rest &= rest - ONE
                below |= _row(old, i, full, place)
            kind, now_used = np.int64(0), used
            if kinds[c] and not used & own:
                kind, now_used = kinds[c], used | own
            signs, high = 1, 0
            if fixed >= 0 and c != fixed and not below & _bit(fixed):
                high = 1 if own and _row(old, fixed, full, place) & own else 0
                signs = 2 - high
            for sign in range(signs):
                for w in range(n_words):
                    new[w] = old[w]
                check = living | below
                if own:
                    _raise(old, new, c, below, starts, place)
                if signs == 2 and sign == 0 and own:
                    under = _bit(fixed) | _row(new, fixed, full, place)
                    _raise(old, new, c, under, starts, place)
                    check |= under
                elif signs == 2 and sign == 1:
                    _raise(old, new, fixed, own | below, starts, place)
                    check |= own
                label = 2 * c + high + sign
                fallen = _kill_at_once(new, check & kept & ~dead, dead, spread, first_rival)
                columns = kept & ~fallen
                for w in range(n_words):
                    new[w] = _squeeze(new[w] & (columns * starts[w]), runs, n_runs, starts[w])
                    words[w] = NONE
                for i in range(after):
                    if fallen & _bit(keep[i]):
                        row = _bit(i)
                    else:
                        row = _row(new, keep[i], full, place)
                    words[place[i, 0]] |= row << np.uint64(place[i, 1])
                if used_row >= 0:
                    row = _squeeze(now_used & columns, runs, n_runs, ONE)
                    words[place[used_row, 0]] |= row << np.uint64(place[used_row, 1])
                number = _find(words, table, found, n_found)
                n_found = max(n_found, number + 1)
                moves[n_moves, 0], moves[n_moves, 1] = s, number
                moves[n_moves, 2], moves[n_moves, 3], moves[n_moves, 4] = 0, kind, label
                n_moves += 1
    return len(states), n_found, n_moves


@entry
def expand_preorders(
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
    """Step from preorders to preorders, as :func:`expand_orders` does; in row i are also the slots that equal i.

    The degree of a move is the number of classes that were merged, less 1; its label is the mask of the slots chosen,
    and its kind the sum of the kinds (powers of 2) of the atoms that were chosen for the first time.
    """
    total, window, kept = plan[TOTAL], np.uint64(plan[WINDOW]), np.uint64(plan[KEPT])
    n_moves, most = 0, 1 << plan[SIZE]
    rows, new, words = scratch[0], scratch[1], scratch[2, : found.shape[1]]
    room = min(len(found), len(table) // 2)
    for s in range(first, len(states)):
        if n_moves + most > len(moves) or n_found + most > room:
            return s, n_found, n_moves
        dead, used = _unpack(states[s], plan, rows)
        living = window & ~dead
        free = _unbeaten(rows, living)
        chosen = free
        while chosen:
            merged, below, classes, legal = _merge(rows, total, chosen, living, new)
            if legal:
                kind, now_used, rest = np.int64(0), used, chosen & ~used
                while rest:
                    i = _lowest(rest)
                    rest &= rest - ONE
                    if kinds[i]:
                        kind += kinds[i]
                        now_used |= _bit(i)
                fallen = _kill(new, (below | merged) & kept & ~dead, dead, rivals, first_rival)
                _pack(new, fallen, now_used, keep, plan, runs, words)
                number = _find(words, table, found, n_found)
                n_found = max(n_found, number + 1)
                moves[n_moves, 0], moves[n_moves, 1] = s, number
                moves[n_moves, 2], moves[n_moves, 3], moves[n_moves, 4] = classes - 1, kind, np.int64(chosen)
                n_moves += 1
            chosen = (chosen - ONE) & free
    return len(states), n_found, n_moves


@compiled
def _unbeaten(rows: Array, living: Any) -> Any:
    """The slots of a set that none of them is strictly larger than; no other one can be a winner."""
    free, rest = living, living
    while rest:
        i = _lowest(rest)
        rest &= rest - ONE
        others = rows[i] & living
        while others:
            j = _lowest(others)
            others &= others - ONE
            if not rows[j] & _bit(i):
                free &= ~_bit(j)
    return free


@compiled
def _merge(rows: Array, total: int, chosen: Any, living: Any, new: Array) -> Any:
    """Make the chosen slots equal and larger than the other living slots of the window.

    Return the class they form, what is below it, how many classes were merged, and whether this makes no cycle.
    """
    merged, reach, classes, rest = NONE, NONE, 0, chosen
    while rest:
        i = _lowest(rest)
        rest &= rest - ONE
        own, others = _bit(i), rows[i]
        reach |= others
        while others:
            j = _lowest(others)
            others &= others - ONE
            if rows[j] & _bit(i):
                own |= _bit(j)
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
        i = _lowest(rest)
        rest &= rest - ONE
        others = rows[i] & merged
        while others:
            j = _lowest(others)
            others &= others - ONE
            if not rows[j] & _bit(i):
                return merged, reach, classes, False
    below, rest = (reach & ~merged) | losers, losers
    while rest:
        i = _lowest(rest)
        rest &= rest - ONE
        if rows[i] & merged:
            return merged, reach, classes, False
        below |= rows[i]
    for a in range(total):
        if merged & _bit(a):
            new[a] = (merged | below) & ~_bit(a)
        elif rows[a] & merged:
            new[a] = rows[a] | merged | below
        else:
            new[a] = rows[a]
    return merged, below, classes, True
