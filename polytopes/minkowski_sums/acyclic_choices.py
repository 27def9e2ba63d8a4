"""Acyclic choice functions: one element chosen from each window, such that "chosen over" has no directed cycle.

A choice c with c(j) in W_j is *acyclic* if the digraph with the arcs c(j) -> i for i in W_j, i != c(j), has no directed
cycle. Then the arcs generate a strict partial order, kept as one bit set for each element: the elements below it.

Every partial acyclic choice can be completed, by the winners of any linear order that extends its order. So every leaf
of the search trees here is an answer, and the time between two answers is polynomial.

The choices come one by one with their orders (:func:`acyclic_choices`), or many at once as rows of arrays
(:func:`choice_blocks`), which is faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import InputError
from polytopes.polyhedra.incidence import bits

Choice = tuple[int, ...]
"""The chosen element of each window."""
Order = tuple[int, ...]
"""A strict partial order: the bit set of the elements below each element."""
Window = Sequence[int]
Array = np.ndarray[Any, Any]

BLOCK = 1 << 14
"""The number of partial choices that are extended at once."""
MOST_ELEMENTS = 64
"""Blocks keep the bit sets of the orders as 64-bit words."""


def mask_of(elements: Sequence[int]) -> int:
    """Return elements as a bit set.

    >>> mask_of([0, 2])
    5
    """
    mask = 0
    for element in elements:
        mask |= 1 << element
    return mask


def raised(below: Order, winner: int, losers: int) -> Order | None:
    """Return the order in which also ``winner`` is above all ``losers`` (a bit set), or None if that makes a cycle.

    Algorithm:
        A new cycle uses a new arc, so it needs an old chain from a loser to the winner. Otherwise everything that is
        at least the winner rises above everything that is at most a loser.
    """
    bit, added = 1 << winner, losers
    rest = losers
    while rest:
        low = rest & -rest
        under = below[low.bit_length() - 1]
        if under & bit:
            return None
        added |= under
        rest ^= low
    if not added & ~below[winner]:
        return below
    return tuple(under | added if under & bit or element == winner else under for element, under in enumerate(below))


def acyclic_choices(windows: Sequence[Window], size: int) -> Iterator[tuple[Choice, Order]]:
    """Yield the acyclic choice functions of windows over {0, ..., size - 1}, in lexicographic order, with their orders.

    Args:
        windows: nonempty sets of elements, in any number and with any overlaps.
        size: the number of elements.

    >>> [choice for choice, order in acyclic_choices([(0, 1), (1, 2), (0, 2)], 3)]
    [(0, 1, 0), (0, 2, 0), (0, 2, 2), (1, 1, 0), (1, 1, 2), (1, 2, 2)]
    """
    masks = [mask_of(window) for window in windows]
    members = [sorted(set(window)) for window in windows]

    def extended(depth: int, below: Order) -> Iterator[tuple[int, Order]]:
        for winner in members[depth]:
            order = raised(below, winner, masks[depth] & ~(1 << winner))
            if order is not None:
                yield winner, order

    chosen: list[int] = []
    start: Order = (0,) * size
    if not windows:
        yield (), start
        return
    stack = [extended(0, start)]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            if chosen:
                chosen.pop()
            continue
        winner, order = step
        if len(stack) == len(windows):
            yield (*chosen, winner), order
        else:
            chosen.append(winner)
            stack.append(extended(len(stack), order))


def order_of(windows: Sequence[Window], choice: Sequence[int], size: int) -> Order | None:
    """Return the partial order that a choice function generates, or None if the choice is not acyclic.

    >>> order_of([(0, 1), (1, 2)], (0, 1), 3)
    (6, 4, 0)
    """
    below: Order | None = (0,) * size
    for window, winner in zip(windows, choice, strict=True):
        assert below is not None
        below = raised(below, winner, mask_of(window) & ~(1 << winner))
        if below is None:
            return None
    return below


def covers(below: Order) -> list[tuple[int, int]]:
    """Return the cover relations of a strict partial order: the pairs (a, b), a above b and nothing between.

    >>> covers((6, 4, 0))
    [(0, 1), (1, 2)]
    """
    pairs = []
    for a, under in enumerate(below):
        between = 0
        for b in bits(under):
            between |= below[b]
        pairs += [(a, b) for b in bits(under & ~between)]
    return pairs


def heights(below: Order) -> tuple[int, ...]:
    """Return integers that respect a strict partial order: how many elements are below each.

    >>> heights((6, 4, 0))
    (2, 1, 0)
    """
    return tuple(under.bit_count() for under in below)


def flipped(windows: Sequence[Window], choice: Choice, loser: int, winner: int) -> Choice:
    """Return the choice beyond the wall x_loser = x_winner; ``loser`` covers ``winner`` in the order of the choice.

    >>> flipped([(0, 1), (1, 2)], (0, 1), 0, 1)
    (1, 1)
    """
    return tuple(
        winner if chosen == loser and winner in window else chosen
        for window, chosen in zip(windows, choice, strict=True)
    )


def choice_with_point(windows: Sequence[Window], point: Sequence[int]) -> Choice | None:
    """Return the acyclic choice that chooses element i exactly ``point[i]`` times, or None if there is none.

    Algorithm:
        One of the chosen elements of an acyclic choice is maximal; it is chosen in every window that contains it.
        Conversely an element that is to be chosen as often as there are windows with it wins all of them. Remove it
        with these windows and repeat. This also shows that there is at most one such choice.

    >>> choice_with_point([(0, 1), (1, 2)], (1, 0, 1)), choice_with_point([(0, 1), (0, 1)], (1, 1))
    ((0, 2), None)
    """
    left = list(point)
    holders: list[set[int]] = [set() for _ in point]
    for index, window in enumerate(windows):
        for element in window:
            holders[element].add(index)
    choice = [-1] * len(windows)
    ready = [element for element, count in enumerate(left) if count and count == len(holders[element])]
    while ready:
        element = ready.pop()
        if left[element] != len(holders[element]) or not left[element]:
            continue
        left[element] = 0
        for index in tuple(holders[element]):
            choice[index] = element
            for other in set(windows[index]):
                holders[other].discard(index)
                if left[other] and left[other] == len(holders[other]):
                    ready.append(other)
    return None if any(left) or -1 in choice else tuple(choice)


@frozen(eq=False)
class Block:
    """Partial choices of one depth, one a row, and for each the bit sets of the elements below each element."""

    choices: Array
    below: Array

    def parts(self, length: int) -> Iterator[Block]:
        """Yield the block in parts of at most ``length`` rows, in order."""
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

    Algorithm:
        Depth first, a block at a time: a block is extended by one window and cut into blocks of at most ``block`` rows,
        so that the memory stays bounded.

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
    """Return all legal choices in one more window; see :func:`raised`."""
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
