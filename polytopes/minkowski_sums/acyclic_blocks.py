"""Acyclic choice functions in blocks: the search of :mod:`polytopes.minkowski_sums.acyclic_choices` on many partial
choices at once.

A block holds partial choices of one depth as rows of an array, with the bit sets of their orders as 64-bit words. It is
extended by one window at a time; what is longer than a block is cut up, so that the memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import InputError
from polytopes.minkowski_sums.acyclic_choices import Window

Array = np.ndarray[Any, Any]

BLOCK = 1 << 14
"""Partial choices that are extended at once."""
MOST_ELEMENTS = 64


@frozen(eq=False)
class Block:
    """Partial choices, one a row, and for each the bit sets of the elements below each element."""

    choices: Array
    below: Array

    def parts(self, length: int) -> Iterator[Block]:
        """Yield the block in parts of at most so many rows, in order."""
        for start in range(0, len(self.choices), length):
            yield Block(self.choices[start : start + length], self.below[start : start + length])


def choice_blocks(windows: Sequence[Window], size: int, block: int = BLOCK) -> Iterator[Array]:
    """Yield the acyclic choice functions in lexicographic order, as rows of arrays.

    Args:
        windows: nonempty sets of elements.
        size: the number of elements, at most 64.
        block: the number of partial choices that are extended at once.

    Raises:
        InputError: for more elements.

    >>> [block.tolist() for block in choice_blocks([(0, 1), (1, 2)], 3)]
    [[[0, 1], [0, 2], [1, 1], [1, 2]]]
    """
    if size > MOST_ELEMENTS:
        raise InputError(f"{size} elements; blocks take at most {MOST_ELEMENTS}, so take one vertex after the other")
    members = [np.array(sorted(set(window))) for window in windows]
    waiting = [Block(np.empty((1, 0), np.int16), np.zeros((1, size), np.uint64))]
    while waiting:
        current = waiting.pop()
        depth = current.choices.shape[1]
        if depth == len(members):
            yield current.choices
        else:
            waiting += reversed(list(_extended(current, members[depth]).parts(block)))


def _extended(block: Block, members: Array) -> Block:
    """Return all legal choices in one more window; see :func:`polytopes.minkowski_sums.acyclic_choices.raised`."""
    one = np.uint64(1)
    bits = one << members.astype(np.uint64)
    under = block.below[:, members]
    is_above = (under[:, :, None] & bits) != 0  # loser, winner
    rows, places = np.nonzero(~is_above.any(axis=1))
    reached = under | bits
    winners, bit = members[places], bits[places]
    added = _joined_without(reached)[rows, places]
    below = block.below[rows]
    rises = (below & bit[:, None]) != 0
    rises[np.arange(len(rows)), winners] = True
    below |= np.where(rises, added[:, None], np.uint64(0))
    return Block(np.column_stack([block.choices[rows], winners.astype(np.int16)]), below)


def _joined_without(sets: Array) -> Array:
    """Return for each row and place the union of the bit sets of the row at all other places."""
    joined = np.zeros_like(sets)
    joined[:, 1:] = np.bitwise_or.accumulate(sets, axis=1)[:, :-1]
    joined[:, :-1] |= np.bitwise_or.accumulate(sets[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return joined


def points_of(choices: Array, size: int) -> Array:
    """Return the vertices of choice functions: how often each element is chosen.

    >>> points_of(np.array([[0, 1], [1, 1]]), 3).tolist()
    [[1, 1, 0], [0, 2, 0]]
    """
    points = np.zeros((len(choices), size), np.int32)
    rows = np.arange(len(choices))
    for column in choices.T:
        points[rows, column] += 1
    return points
