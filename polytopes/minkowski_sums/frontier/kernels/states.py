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


@entry
def rehash(table: Array, found: Array, n_found: int) -> None:
    """Enter the states into an empty table."""
    for number in range(n_found):
        find(found[number], table, found, number)
