"""Compiled steps from states to states, and the sums along them.

A state is a relation on the slots of the frontier, with the rows of its matrix packed into 64-bit words: as many rows
to a word as fit, bit j of row i for "i beats j". The diagonal marks the slots that can be chosen no more. If states
remember, one more row marks the slots whose atom was chosen.

All functions stand in one module, because numba looks at the age of one module only when it reuses compiled code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]

BEFORE, TOTAL, WINDOW, AFTER, REMEMBERS, FIXED, RUNS, SIZE = range(8)
"""The entries of a plan; the slots that live on stand in runs."""

ONE = np.uint64(1)
NONE = np.uint64(0)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MIXER = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, inline="always")
def _bit(slot: int) -> Any:
    return ONE << np.uint64(slot)


@njit(cache=True)
def _lowest(mask: Any) -> int:
    """The number of the lowest bit of a mask that is not 0."""
    slot = 0
    if mask & LOW == NONE:
        mask >>= HALF
        slot = 32
    if mask & np.uint64(0xFFFF) == NONE:
        mask >>= np.uint64(16)
        slot += 16
    if mask & np.uint64(0xFF) == NONE:
        mask >>= np.uint64(8)
        slot += 8
    if mask & np.uint64(0xF) == NONE:
        mask >>= np.uint64(4)
        slot += 4
    if mask & np.uint64(0x3) == NONE:
        mask >>= np.uint64(2)
        slot += 2
    return slot if mask & ONE else slot + 1


@njit(cache=True)
def _unpack(words: Array, n: int, remembers: bool, rows: Array) -> Any:
    """Write the rows of a state, without the diagonal; return the masks of dead and of used slots."""
    dead = used = NONE
    if n == 0:
        return dead, used
    per_word, full = 64 // n, (ONE << np.uint64(n)) - ONE
    for i in range(n):
        row = (words[i // per_word] >> np.uint64(i % per_word * n)) & full
        dead |= row & _bit(i)
        rows[i] = row & ~_bit(i)
    if remembers:
        used = (words[n // per_word] >> np.uint64(n % per_word * n)) & full
    return dead, used


@njit(cache=True)
def _squeeze(mask: Any, runs: Array, n_runs: int) -> Any:
    """Move the bits of the slots that live on together."""
    out = NONE
    for r in range(n_runs):
        out |= ((mask >> runs[r, 0]) & runs[r, 1]) << runs[r, 2]
    return out


@njit(cache=True)
def _pack(rows: Array, dead: Any, used: Any, keep: Array, plan: Array, runs: Array, words: Array) -> None:
    """Write the state after a step: kept slots only, nothing of dead ones but that they are dead."""
    n, n_runs = plan[AFTER], plan[RUNS]
    words[:] = NONE
    if n == 0:
        return
    per_word = 64 // n
    for i in range(n):
        if dead & _bit(keep[i]):
            row = _bit(i)
        else:
            row = _squeeze(rows[keep[i]] & ~dead, runs, n_runs)
        words[i // per_word] |= row << np.uint64(i % per_word * n)
    if plan[REMEMBERS]:
        words[n // per_word] |= _squeeze(used & ~dead, runs, n_runs) << np.uint64(n % per_word * n)


@njit(cache=True)
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
            found[n_found] = words
            return n_found
        same = True
        for w in range(len(words)):
            same &= found[number, w] == words[w]
        if same:
            return int(number)
        at = (at + ONE) & mask


@njit(cache=True)
def rehash(table: Array, found: Array, n_found: int) -> None:
    """Enter the states into an empty table."""
    words = np.empty(found.shape[1], np.uint64)
    for number in range(n_found):
        words[:] = found[number]
        _find(words, table, found, number)


@njit(cache=True)
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


@njit(cache=True)
def expand_orders(
    states: Array,
    first: int,
    plan: Array,
    keep: Array,
    kept: Any,
    runs: Array,
    rivals: Array,
    first_rival: Array,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
) -> tuple[int, int, int]:
    """Step from orders to orders; return the next state to be read, the states found and the moves made.

    A move has a source, a target, a degree (0), a kind of weight and a label: twice the slot chosen, and 1 more if the
    element that stays beats it. It stops where ``moves``, ``found`` or ``table`` could become too small.
    """
    before, total, window = plan[BEFORE], plan[TOTAL], np.uint64(plan[WINDOW])
    fixed, n_moves, most = plan[FIXED], 0, 2 * plan[SIZE]
    rows, new = np.zeros(64, np.uint64), np.zeros(64, np.uint64)
    words = np.zeros(found.shape[1], np.uint64)
    room = min(len(found), len(table) // 2)
    for s in range(first, len(states)):
        if n_moves + most > len(moves) or n_found + most > room:
            return s, n_found, n_moves
        dead, used = _unpack(states[s], before, plan[REMEMBERS] != 0, rows)
        rows[before:total] = NONE
        living = window & ~dead
        beaten, rest = NONE, living
        while rest:
            i = _lowest(rest)
            rest &= rest - ONE
            beaten |= rows[i]
        free = living & ~beaten
        while free:
            c = _lowest(free)
            free &= free - ONE
            below = rows[c]
            rest = living & ~_bit(c)
            below |= rest
            while rest:
                i = _lowest(rest)
                rest &= rest - ONE
                below |= rows[i]
            kind, now_used = np.int64(0), used
            if kinds[c] and not used & _bit(c):
                kind, now_used = kinds[c], used | _bit(c)
            signs = 1
            if fixed >= 0 and c != fixed and not below & _bit(fixed) and not rows[fixed] & _bit(c):
                signs = 2
            for sign in range(signs):
                check = below | _bit(c)
                for a in range(total):
                    hit = a == c or rows[a] & _bit(c) != NONE
                    new[a] = rows[a] | below if hit else rows[a]
                if signs == 2 and sign == 0:
                    under = _bit(fixed) | new[fixed]
                    check |= under
                    for a in range(total):
                        if a == c or rows[a] & _bit(c):
                            new[a] |= under
                elif signs == 2:
                    under = _bit(c) | new[c]
                    check |= under
                    for a in range(total):
                        if a == fixed or rows[a] & _bit(fixed):
                            new[a] |= under
                label = 2 * c
                if fixed >= 0 and new[fixed] & _bit(c):
                    label += 1
                fallen = _kill(new, check & kept & ~dead, dead, rivals, first_rival)
                _pack(new, fallen, now_used, keep, plan, runs, words)
                number = _find(words, table, found, n_found)
                n_found = max(n_found, number + 1)
                moves[n_moves, 0], moves[n_moves, 1] = s, number
                moves[n_moves, 2], moves[n_moves, 3], moves[n_moves, 4] = 0, kind, label
                n_moves += 1
    return len(states), n_found, n_moves


@njit(cache=True)
def expand_preorders(
    states: Array,
    first: int,
    plan: Array,
    keep: Array,
    kept: Any,
    runs: Array,
    rivals: Array,
    first_rival: Array,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
) -> tuple[int, int, int]:
    """Step from preorders to preorders, as :func:`expand_orders` does; in row i are also the slots that equal i.

    The degree of a move is the number of classes that were merged, less 1; its label is the mask of the slots chosen,
    and its kind the sum of the kinds (powers of 2) of the atoms that were chosen for the first time.
    """
    before, total, window = plan[BEFORE], plan[TOTAL], np.uint64(plan[WINDOW])
    n_moves, most = 0, 1 << plan[SIZE]
    rows, new = np.zeros(64, np.uint64), np.zeros(64, np.uint64)
    words = np.zeros(found.shape[1], np.uint64)
    room = min(len(found), len(table) // 2)
    for s in range(first, len(states)):
        if n_moves + most > len(moves) or n_found + most > room:
            return s, n_found, n_moves
        dead, used = _unpack(states[s], before, plan[REMEMBERS] != 0, rows)
        rows[before:total] = NONE
        living = window & ~dead
        chosen = living
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
            chosen = (chosen - ONE) & living
    return len(states), n_found, n_moves


@njit(cache=True)
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


@njit(cache=True)
def accumulate(values: Array, sums: Array, moves: Array, n_moves: int, weights: Array) -> None:
    """Add to the polynomial of each target that of the source times t^degree times the weight of the kind.

    ``values[s, i]`` is coefficient i of source s in base 2**64, lowest digit first; ``weights[kind, i]`` is below
    2**32. The digits of ``sums`` must be enough.
    """
    degrees, digits = values.shape[1], values.shape[2]
    for m in range(n_moves):
        source, target, degree, kind = moves[m, 0], moves[m, 1], moves[m, 2], moves[m, 3]
        for w in range(weights.shape[1]):
            weight = weights[kind, w]
            if weight == NONE:
                continue
            for i in range(degrees):
                if i + degree + w >= sums.shape[1]:
                    break
                carry = NONE
                for d in range(sums.shape[2]):
                    digit = values[source, i, d] if d < digits else NONE
                    if d >= digits and carry == NONE:
                        break
                    low = (digit & LOW) * weight + (carry & LOW)
                    high = (digit >> HALF) * weight + (carry >> HALF) + (low >> HALF)
                    term = (high << HALF) | (low & LOW)
                    carry = high >> HALF
                    total = sums[target, i + degree + w, d] + term
                    if total < term:
                        carry += ONE
                    sums[target, i + degree + w, d] = total
