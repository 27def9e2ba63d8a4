"""A table of rows of words, in which rows are looked up: by open addressing with linear probing."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.jit.compilation import compiled, entry

FACTOR, SHIFT = np.uint64(0xBF58476D1CE4E5B9), np.uint64(32)


@compiled
def place_of(rows: Array, row: int, table: Array) -> np.int64:
    """Return where the search for a row begins."""
    total = np.uint64(0)
    for k in range(rows.shape[1]):
        total = (total ^ rows[row, k]) * FACTOR
        total ^= total >> SHIFT
    return np.int64(total & np.uint64(table.shape[0] - 1))


@compiled
def are_equal(rows: Array, i: int, others: Array, j: int) -> bool:
    """Whether a row is one of the others."""
    for k in range(rows.shape[1]):  # noqa: SIM110
        if rows[i, k] != others[j, k]:
            return False
    return True


@entry
def look_up(among: Array, wanted: Array, table: Array, found: Array) -> bool:
    """Write the places of the wanted rows among others, -1 where there is none; return whether these differ.

    ``table`` has -1 in all places, the number of which is a power of 2 above that of the rows.
    """
    mask = table.shape[0] - 1
    for i in range(among.shape[0]):
        place = place_of(among, i, table)
        while table[place] >= 0:
            if are_equal(among, i, among, table[place]):
                return False
            place = (place + 1) & mask
        table[place] = i
    for i in range(wanted.shape[0]):
        place = place_of(wanted, i, table)
        while table[place] >= 0 and not are_equal(wanted, i, among, table[place]):
            place = (place + 1) & mask
        found[i] = table[place]
    return True
