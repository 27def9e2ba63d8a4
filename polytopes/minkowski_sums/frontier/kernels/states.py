"""Sets of states, found by their words, and single bits of words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from polytopes.jit.compilation import compiled, entry

Array = np.ndarray[Any, Any]

ONE = np.uint64(1)
NONE = np.uint64(0)
MIXER = np.uint64(0x9E3779B97F4A7C15)


def _count_zeros(typing: Any, mask: Any) -> Any:
    """The number of the lowest bit of a mask that is not 0, by one instruction."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), generate


lowest: Any = intrinsic(_count_zeros)


@compiled
def bit(slot: int) -> Any:
    return ONE << np.uint64(slot)


@compiled
def squeeze(mask: Any, runs: Array, each: Any) -> Any:
    """Close the gaps between kept columns, in one row or, with a 1 in ``each`` at the start of each, in many."""
    out = NONE
    for r in range(len(runs)):
        out |= ((mask >> runs[r, 0]) & (runs[r, 1] * each)) << runs[r, 2]
    return out


@compiled
def find(words: Array, table: Array, found: Array, n_found: int) -> int:
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


@compiled
def has_room(table: Array, found: Array, n_found: int, moves: Array, n_moves: int, most: int) -> bool:
    """Whether ``most`` more moves, each to a new state, can be recorded."""
    return n_moves + most <= len(moves) and n_found + most <= min(len(found), len(table) // 2)


@compiled
def record(
    words: Array, table: Array, found: Array, n_found: int, move: Array, source: int, degree: int, kind: Any, label: Any
) -> int:
    """Write a move to the state with these words; return the number of states found."""
    number = find(words, table, found, n_found)
    move[0], move[1], move[2], move[3], move[4] = source, number, degree, kind, label
    return max(n_found, number + 1)


@entry
def rehash(table: Array, found: Array, n_found: int) -> None:
    """Enter the states into an empty table."""
    for number in range(n_found):
        find(found[number], table, found, number)
