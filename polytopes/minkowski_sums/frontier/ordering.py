"""Orders of the windows that keep the frontier narrow.

The number of states grows exponentially with the width of the frontier, so the measure of an order is the sum of
2**width over its steps. An order that is not the best one costs time only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from polytopes.minkowski_sums.frontier.schedule import split_atoms
from polytopes.minkowski_sums.hypergraph import Hypergraph, Part

STARTS = 6
"""The number of windows from which a sweep is started."""
MANY_WINDOWS = 2000
"""Above, only the plain orders and two sweeps are tried."""
NARROW = 5
"""An order is good enough if its frontiers hold this many elements on average; a search for others would cost more."""
HOPELESS = 80
"""A greedy order is abandoned if a frontier holds more elements."""
MEASURED = 200
"""Larger widths count as this one."""
HUB = 64
"""An element in more windows does not make them neighbors."""

Windows = Sequence[Sequence[int]]
Orders = Iterable[Sequence[int]]
"""Orders of the windows, as permutations of their numbers."""


def best_order(hypergraph: Hypergraph, candidates: Orders = ()) -> tuple[int, ...]:
    """Return an order of the windows with a narrow frontier.

    Args:
        hypergraph: the windows.
        candidates: orders to try besides that of the windows. If none of these is narrow, others are tried: by least
            elements, and sweeps.

    >>> windows = [(i, i + 1, i + 2) for i in (0, 5, 3, 1, 7, 6, 2, 4)]
    >>> best_order(Hypergraph.of(windows))
    (0, 3, 6, 2, 7, 1, 5, 4)
    """
    return _best(hypergraph, tuple(tuple(order) for order in candidates))


@lru_cache(maxsize=256)
def _best(hypergraph: Hypergraph, candidates: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    windows = _in_atoms(hypergraph)
    plain = range(len(windows))
    orders = {order: measure(windows, order) for order in (*candidates, tuple(plain))}
    best = min(orders, key=orders.__getitem__)
    if orders[best] <= len(windows) << NARROW:
        return best
    others = [tuple(sorted(plain, key=lambda j: hypergraph.windows[j])), *_sweeps(windows)]
    if len(windows) <= MANY_WINDOWS:
        others += _transposed(len(windows))
    return min(dict.fromkeys([*orders, *others]), key=lambda order: measure(windows, order))


def local_orders(part: Part, orders: Orders) -> list[list[int]]:
    """Return the orders of all windows as orders of those of a part."""
    place = {j: i for i, j in enumerate(part.windows)}
    return [[place[j] for j in order if j in place] for order in orders]


def measure(windows: Windows, order: Sequence[int]) -> int:
    """Return the sum over the steps of 2 to the number of elements that are held then."""
    return sum(1 << min(width, MEASURED) for width in _widths(windows, order))


@lru_cache(maxsize=256)
def widest(hypergraph: Hypergraph, order: tuple[int, ...]) -> int:
    """Return the largest number of atoms that are held at a time."""
    return max(_widths(_in_atoms(hypergraph), order), default=0)


@lru_cache(maxsize=4)
def _in_atoms(hypergraph: Hypergraph) -> list[tuple[int, ...]]:
    number = {element: i for i, atom in enumerate(split_atoms(hypergraph)) for element in atom}
    return [tuple({number[element] for element in window}) for window in hypergraph.windows]


def _widths(windows: Windows, order: Sequence[int]) -> Iterator[int]:
    last = {element: i for i, j in enumerate(order) for element in windows[j]}
    held: set[int] = set()
    for i, j in enumerate(order):
        held.update(windows[j])
        yield len(held)
        held.difference_update([element for element in windows[j] if last[element] == i])


def _sweeps(windows: Windows) -> list[tuple[int, ...]]:
    """Return orders by distance and greedy orders from some windows at the rim."""
    degree: dict[int, int] = {}
    for window in windows:
        for element in window:
            degree[element] = degree.get(element, 0) + 1
    rim = sorted(range(len(windows)), key=lambda j: (sum(degree[element] for element in windows[j]), j))
    neighbors = _neighbors(windows)
    starts = [*(rim[:STARTS] if len(windows) <= MANY_WINDOWS else ()), _farthest(neighbors, rim[0])]
    orders = []
    for start in dict.fromkeys(starts):
        orders.append(_levels(neighbors, start))
        greedy = _greedy(windows, neighbors, start)
        if greedy is not None:
            orders.append(greedy)
    return orders


def _transposed(n: int) -> Iterator[tuple[int, ...]]:
    """Yield the orders that read windows numbered along the axes of some box along other axes first."""
    numbers = np.arange(n)
    divisors = [a for a in range(2, n // 2 + 1) if n % a == 0]
    for a in divisors:
        yield tuple(numbers.reshape(a, -1).T.ravel().tolist())
        for b in divisors:
            if n // a % b == 0 and n // a > b:
                box = numbers.reshape(a, b, -1)
                for axes in ((0, 2, 1), (1, 0, 2), (2, 1, 0)):
                    yield tuple(box.transpose(axes).ravel().tolist())


def _neighbors(windows: Windows) -> list[set[int]]:
    inside: dict[int, list[int]] = {}
    for j, window in enumerate(windows):
        for element in window:
            inside.setdefault(element, []).append(j)
    return [{k for element in window if len(inside[element]) <= HUB for k in inside[element]} for window in windows]


def _levels(neighbors: Sequence[set[int]], start: int) -> tuple[int, ...]:
    """Return the windows by their distance from one; those out of reach come last."""
    found = {start: True}
    for j in (queue := [start]):
        new = sorted(k for k in neighbors[j] if k not in found)
        found.update(dict.fromkeys(new, True))
        queue += new
    return (*queue, *(j for j in range(len(neighbors)) if j not in found))


def _farthest(neighbors: Sequence[set[int]], start: int) -> int:
    """Return a window at the largest distance from one, among those within reach."""
    last, reached = [start], {start}
    while last:
        farthest = min(last)
        last = list({k for j in last for k in neighbors[j]} - reached)
        reached.update(last)
    return farthest


def _greedy(windows: Windows, neighbors: Sequence[set[int]], start: int) -> tuple[int, ...] | None:
    """Return the order that always takes the window that leaves the narrowest frontier.

    Ties are broken in favor of elements that have waited longest. Return None if the frontier becomes too wide.
    """
    left: dict[int, int] = {}
    for window in windows:
        for element in window:
            left[element] = left.get(element, 0) + 1
    arrived: dict[int, int] = {}
    near, order, held = {start}, list[int](), 0
    done, plain = [False] * len(windows), iter(range(len(windows)))

    def price(j: int) -> tuple[int, list[int], int]:
        opened = sum(element not in arrived for element in windows[j])
        closed = sum(left[element] == 1 for element in windows[j])
        waits = sorted(arrived.get(element, len(order)) for element in windows[j])
        return opened - closed, waits, j

    while len(order) < len(windows):
        change, _, j = min(map(price, near or [next(j for j in plain if not done[j])]))
        held += change
        if held > HOPELESS:
            return None
        order.append(j)
        done[j] = True
        for element in windows[j]:
            arrived.setdefault(element, len(order))
            left[element] -= 1
        near.discard(j)
        near.update(k for k in neighbors[j] if not done[k])
    return tuple(order)
