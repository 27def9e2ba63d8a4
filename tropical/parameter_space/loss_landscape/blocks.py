"""Many pairs of sets of patterns at once: the spaces that they span, by table, and their elements as bits of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from math import comb
from typing import Any

import numpy as np
from attrs import frozen

from tropical.parameter_space.loss_landscape.spans import Spans

Array = np.ndarray[Any, Any]
WORD = 64


@frozen
class Side:
    """The units whose outer weights have one sign: the number of their first element, and how many they are."""

    begin: int
    units: int
    n_patterns: int

    @property
    def sizes(self) -> range:
        """How many patterns the units can use."""
        return range(1, min(self.units, self.n_patterns) + 1) if self.units else range(1)

    @property
    def n_sets(self) -> int:
        """The number of sets of patterns that the units can use."""
        return sum(comb(self.n_patterns, k) for k in self.sizes)

    def sets(self, begin: int, end: int) -> SetBlock:
        """Return the sets with these numbers; they come by size, and then in lexicographic order."""
        return SetBlock.of(self, list(islice(self._sets(), begin, end)))

    def _sets(self) -> Iterator[tuple[int, ...]]:
        for size in self.sizes:
            yield from combinations(range(self.n_patterns), size)


@frozen
class SetBlock:
    """Sets of patterns, in the order of columns: their sizes, their patterns one below the other, and their bits.

    Where a set has no more patterns, there is the number of all patterns, which stands for none.
    """

    sizes: Array
    patterns: Array
    words: Array

    @classmethod
    def of(cls, side: Side, sets: Sequence[tuple[int, ...]]) -> SetBlock:
        """Return the block of some sets of a side."""
        width = max(map(len, sets))
        filled = [(*own, *(side.n_patterns,) * (width - len(own))) for own in sets]
        patterns = np.array(filled, dtype=np.int64).reshape(len(sets), width).T
        words = as_words([sum(1 << (side.begin + a) for a in own) for own in sets], 2 * side.n_patterns)
        return cls(np.array([len(own) for own in sets]), patterns, words)


def as_words(masks: Sequence[int], bits: int) -> Array:
    """Return sets of so many elements as rows of words of 64 bits.

    >>> as_words([5, 1 << 64], 65).tolist()
    [[5, 0], [0, 1]]
    """
    n_words = -(-bits // WORD)
    return np.array([[mask >> WORD * w & 2**WORD - 1 for w in range(n_words)] for mask in masks], dtype=np.uint64)


def as_mask(words: Array) -> int:
    """Return a set from its words."""
    return sum(int(word) << WORD * w for w, word in enumerate(words))


class Joins:
    """The table of the sums of spaces and patterns, filled as it is used."""

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self._kinds = spans.kinds
        self._none = len(spans.kinds)
        self._table = np.full((0, self._none + 1), -1, dtype=np.int64)

    def span(self, first: SetBlock, second: SetBlock) -> Array:
        """Return the places of the spaces that every set of the first block spans with every one of the second."""
        spaces = np.zeros((len(first.sizes), 1), dtype=np.int64)
        for patterns in first.patterns:
            spaces = self._after(spaces, patterns[:, None])
        for patterns in second.patterns:
            spaces = self._after(spaces, patterns[None, :])
        return np.broadcast_to(spaces, (len(first.sizes), len(second.sizes)))

    def _after(self, spaces: Array, patterns: Array) -> Array:
        self._grow()
        found = self._table[spaces, patterns]
        missing = found < 0
        if missing.any():
            spaces, patterns = np.broadcast_arrays(spaces, patterns)
            for code in np.unique(spaces[missing] * (self._none + 1) + patterns[missing]).tolist():
                space, pattern = divmod(code, self._none + 1)
                joined = space if pattern == self._none else self.spans.join(space, self._kinds[pattern])
                self._table[space, pattern] = joined
            found = self._table[spaces, patterns]
        return found

    def _grow(self) -> None:
        """Let the table have a row for every space."""
        rows, needed = len(self._table), len(self.spans.found)
        if needed > rows:
            more = np.full((max(needed, 2 * rows) - rows, self._none + 1), -1, dtype=np.int64)
            self._table = np.concatenate([self._table, more])
