"""Covectors: for every row of a matrix the columns where its entries less a point are greatest.

The covector of x is the bipartite graph ``C(x)_i = argmax_k (v_ik - x_k)``. Sets of columns are bits of an integer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

Number = TypeVar("Number", int, Fraction)
Covector = tuple[int, ...]
"""For every row the set of its columns, as bits."""


def covector(rows: Sequence[Sequence[Number]], point: Sequence[Number]) -> Covector:
    """Return the covector of a point.

    >>> covector([[0, 0, 0], [0, 1, 3]], [0, 0, 2])
    (3, 6)
    """
    return tuple(_greatest([entry - x for entry, x in zip(row, point, strict=True)]) for row in rows)


def _greatest(entries: Sequence[Number]) -> int:
    top = max(entries)
    return sum(1 << k for k, entry in enumerate(entries) if entry == top)


@lru_cache(4096)
def columns(part: int) -> tuple[int, ...]:
    """Return the columns in a set of bits, in order.

    >>> columns(6)
    (1, 2)
    """
    return tuple(k for k in range(part.bit_length()) if part >> k & 1)


def covered(graph: Iterable[int]) -> int:
    """Return the columns that some row has."""
    found = 0
    for part in graph:
        found |= part
    return found


def components(graph: Iterable[int], n_columns: int) -> list[int]:
    """Return the columns of each connected component of the graph on rows and columns, the least first.

    No row may be alone.

    >>> components([3, 4], 4)
    [3, 4, 8]
    """
    parts = [1 << k for k in range(n_columns)]
    for row in set(graph):
        met = [part for part in parts if part & row]
        if len(met) > 1:
            parts = [part for part in parts if not part & row]
            parts.append(covered(met))
    return sorted(parts, key=lambda part: part & -part)


def n_components(graph: Iterable[int], n_columns: int) -> int:
    """Return the number of connected components of the graph on rows and columns; no row is alone.

    >>> n_components([3, 4], 4)
    3
    """
    return len(components(graph, n_columns))


def refined(graph: Covector, block: int) -> Covector:
    """Return the refinement by a block: of every row the columns in the block, or all if there is none."""
    return tuple(part & block or part for part in graph)


def refinements(graphs: Iterable[Covector], n_columns: int) -> set[Covector]:
    """Return graphs with all their refinements by ordered partitions of the columns: by blocks, one after the other.

    >>> sorted(refinements([(3, 2)], 2))
    [(1, 2), (2, 2), (3, 2)]
    """
    found = set(graphs)
    waiting = list(found)
    while waiting:
        graph = waiting.pop()
        new = {refined(graph, block) for block in proper_blocks(n_columns)} - found
        found |= new
        waiting += new
    return found


def proper_blocks(n_columns: int) -> range:
    """Return the sets of columns that are neither empty nor all."""
    return range(1, (1 << n_columns) - 1)
