"""Pieces of hypergraphs: consecutive windows, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.minkowski_sums.hypergraph import Hypergraph, Window


def rows(windows: Sequence[Window]) -> list[list[Window]]:
    """Cut the list of windows where one does not meet the one before.

    >>> rows([(0, 1), (1, 2), (3, 4), (4, 5)])
    [[(0, 1), (1, 2)], [(3, 4), (4, 5)]]
    """
    found: list[list[Window]] = []
    for window in windows:
        if found and set(found[-1][-1]) & set(window):
            found[-1].append(window)
        else:
            found.append([window])
    return found


def joined(pieces: Sequence[Sequence[Window]]) -> list[Window]:
    """Return the windows of some pieces in a row."""
    return [window for piece in pieces for window in piece]


def numbered(windows: Sequence[Window]) -> Hypergraph:
    """Return the windows on the elements that occur, numbered in their order.

    >>> numbered([(3, 7), (5, 7)]).windows
    ((0, 2), (1, 2))
    """
    number = {element: i for i, element in enumerate(sorted({element for window in windows for element in window}))}
    return Hypergraph([[number[element] for element in window] for window in windows], len(number))
