"""Steps from colorings to colorings: which elements are in S, which in T, and what connects them so far.

Byte 0 of a state has bit 0 if S is complete and bit 1 if T is. Byte i + 1 is the label of slot i: positive for the
pieces of S, negative for those of T, numbered as they come.
"""

from __future__ import annotations

import numpy as np

from polytopes.jit.compilation import compiled, entry
from polytopes.minkowski_sums.frontier.kernels.arrays import Array, ColoringPlan
from polytopes.minkowski_sums.frontier.kernels.states import NONE, has_room, record

IN_S, IN_T = 1, 2
LOOSE = 0
"""The label of elements of T that no window read so far inside T contains."""
ALONE = -128
"""The label of an element that is all of T."""
MIDDLE = 128
"""Labels are counted from here on in tables of their new names."""
BYTE = np.uint64(255)
PER_WORD = 8


@entry
def expand_colorings(
    states: Array,
    first: int,
    plan: ColoringPlan,
    kinds: Array,
    table: Array,
    found: Array,
    n_found: int,
    moves: Array,
    scratch: tuple[Array, Array],
) -> tuple[int, int, int]:
    """Step from colorings to colorings: the new atoms get colors, and the window connects what it should.

    An atom is in S or in T as a whole, or T is one element of it, of which the kind of weight says how many there are;
    then the rest of the atom is in S.
    """
    before, total, n_moves = plan.before, plan.total, 0
    fresh = total - before
    subsets = 1 << fresh
    most = subsets + fresh
    words, labels = scratch
    old, new = labels[0], labels[1]
    for s in range(first, len(states)):
        if not has_room(table, found, n_found, moves, n_moves, most):
            return s, n_found, n_moves
        done = _read(states[s], before, old)
        for choice in range(most):
            tops, lone = choice, choice - subsets
            if lone >= 0:
                tops = subsets - 1
                if done & IN_T or _meets_lower(old, before):
                    break
            if (tops and done & IN_S) or (tops != subsets - 1 and done & IN_T):
                continue
            for i in range(total):
                new[i] = old[i] if i < before else total + i if (tops >> (i - before)) & 1 else LOOSE
            now, kind = done, np.int64(0)
            if lone >= 0:
                now, kind = done | IN_T, kinds[before + lone]
                if kind == 0:
                    new[before + lone] = ALONE
            _join(new, total, plan.window)
            now = _forget(new, plan.keep, plan.dropped, now)
            if now >= 0:
                _write(new, plan.keep, now, labels[2], words)
                n_found = record(words, table, found, n_found, moves[n_moves], s, 0, kind, choice)
                n_moves += 1
    return len(states), n_found, n_moves


@compiled
def _read(state: Array, n: int, labels: Array) -> int:
    """Write the labels of the first n slots; return which sides are complete."""
    for i in range(n):
        byte = np.int64((state[(i + 1) // PER_WORD] >> np.uint64(8 * ((i + 1) % PER_WORD))) & BYTE)
        labels[i] = byte - 256 if byte >= MIDDLE else byte
    return int(np.int64(state[0] & BYTE))


@compiled
def _write(labels: Array, keep: Array, done: int, names: Array, words: Array) -> None:
    """Write a state: the labels of the slots that are kept, numbered anew as they come."""
    for w in range(len(words)):
        words[w] = NONE
    words[0] = np.uint64(done)
    for slot in keep:
        names[MIDDLE + labels[slot]] = 0
    upper = lower = 0
    for i in range(len(keep)):
        label = labels[keep[i]]
        name = label
        if label != LOOSE and label != ALONE:
            name = names[MIDDLE + label]
            if name == 0 and label > 0:
                upper += 1
                name = upper
            elif name == 0:
                lower -= 1
                name = lower
            names[MIDDLE + label] = name
        words[(i + 1) // PER_WORD] |= np.uint64(name & 255) << np.uint64(8 * ((i + 1) % PER_WORD))


@compiled
def _meets_lower(labels: Array, n: int) -> bool:
    """Whether some slot is in T."""
    meets = False
    for i in range(n):
        meets |= labels[i] <= 0
    return meets


@compiled
def _join(labels: Array, total: int, window: Array) -> None:
    """Connect the trace of the window on S or, if it is empty, the window."""
    joined = -total - 1
    for i in window:
        if labels[i] > 0:
            joined = labels[i]
    for i in window:
        label = labels[i]
        if label == LOOSE and joined < 0:
            labels[i] = joined
        elif label not in (joined, ALONE) and (label > 0) == (joined > 0):
            for k in range(total):
                if labels[k] == label:
                    labels[k] = joined


@compiled
def _forget(labels: Array, keep: Array, dropped: Array, done: int) -> int:
    """Return which sides are complete without the dropped slots; -1 if a dropped piece is not a whole side."""
    for d in range(len(dropped)):
        label = labels[dropped[d]]
        if label == LOOSE:
            return -1
        if label == ALONE or _is_among(label, labels, keep, len(keep)) or _is_among(label, labels, dropped, d):
            continue
        side = IN_S if label > 0 else IN_T
        if done & side:
            return -1
        for slot in keep:
            if (labels[slot] > 0) == (label > 0):
                return -1
        done |= side
    return done


@compiled
def _is_among(label: int, labels: Array, slots: Array, n: int) -> bool:
    """Whether one of the first n slots has a label."""
    among = False
    for i in range(n):
        among |= labels[slots[i]] == label
    return among
