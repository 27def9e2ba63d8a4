"""Orders of the windows that keep the frontier narrow.

The number of states grows exponentially with the width of the frontier, so the measure of an order is the sum of
2**width over its steps. Nothing is lost but time if an order is not the best one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from polytopes.frontier.schedule import split_atoms
from polytopes.hypergraph import Hypergraph

STARTS = 6
"""The number of windows that a sweep is started from."""
MANY_WINDOWS = 2000
"""Above, only the orders given and the plain ones are looked at."""

Windows = Sequence[Sequence[int]]


def best_order(hypergraph: Hypergraph, candidates: Iterable[Sequence[int]] = ()) -> tuple[int, ...]:
    """Return an order of the windows with a narrow frontier.

    Args:
        hypergraph: the windows.
        candidates: orders to be looked at besides the order of the windows, by least elements, and sweeps.

    >>> windows = [(i, i + 1, i + 2) for i in (3, 0, 2, 1)]
    >>> best_order(Hypergraph.of(windows))
    (1, 3, 2, 0)
    """
    return _best(hypergraph, tuple(tuple(order) for order in candidates))


@lru_cache(maxsize=256)
def _best(hypergraph: Hypergraph, candidates: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    windows = _in_atoms(hypergraph)
    plain = range(len(windows))
    orders = [*candidates]
    orders += [tuple(plain), tuple(sorted(plain, key=lambda j: hypergraph.windows[j]))]
    if len(windows) <= MANY_WINDOWS:
        orders += [*_sweeps(windows), *_transposed(len(windows))]
    return min(dict.fromkeys(orders), key=lambda order: measure(windows, order))


def measure(windows: Windows, order: Sequence[int]) -> int:
    """Return the sum over the steps of 2 to the number of elements that are held then."""
    return sum(1 << width for width in _widths(windows, order))


def widest(hypergraph: Hypergraph, order: Sequence[int]) -> int:
    """Return the largest number of atoms that are held at a time."""
    return max(_widths(_in_atoms(hypergraph), order), default=0)


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
    """Return the greedy orders from some windows at the rim."""
    degree: dict[int, int] = {}
    for window in windows:
        for element in window:
            degree[element] = degree.get(element, 0) + 1
    rim = sorted(range(len(windows)), key=lambda j: (sum(degree[element] for element in windows[j]), j))
    starts = rim[:STARTS]
    if starts:
        starts.append(_farthest(windows, starts[0]))
    return [order for start in dict.fromkeys(starts) for order in (_greedy(windows, start), _levels(windows, start))]


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


def _neighbours(windows: Windows) -> list[set[int]]:
    inside: dict[int, list[int]] = {}
    for j, window in enumerate(windows):
        for element in window:
            inside.setdefault(element, []).append(j)
    return [{k for element in window for k in inside[element]} for window in windows]


def _distances(windows: Windows, start: int) -> dict[int, int]:
    """The distance of every window from one, in the order they are reached."""
    neighbours = _neighbours(windows)
    distance = {start: 0}
    for j in (queue := [start]):
        for k in sorted(neighbours[j]):
            if k not in distance:
                distance[k] = distance[j] + 1
                queue.append(k)
    return distance


def _farthest(windows: Windows, start: int) -> int:
    distance = _distances(windows, start)
    return max(distance, key=lambda j: (distance[j], -j))


def _levels(windows: Windows, start: int) -> tuple[int, ...]:
    """Windows by their distance from one."""
    distance = _distances(windows, start)
    rest = (j for j in range(len(windows)) if j not in distance)
    return (*distance, *rest)


def _greedy(windows: Windows, start: int) -> tuple[int, ...]:
    """Take always the window that leaves the narrowest frontier, of these the one whose elements wait longest."""
    left: dict[int, int] = {}
    for window in windows:
        for element in window:
            left[element] = left.get(element, 0) + 1
    arrived: dict[int, int] = {}
    neighbours = _neighbours(windows)
    rest, near = set(range(len(windows))), {start}
    order: list[int] = []

    def price(j: int) -> tuple[int, list[int], int]:
        opened = sum(element not in arrived for element in windows[j])
        closed = sum(left[element] == 1 for element in windows[j])
        waits = sorted(arrived.get(element, len(order)) for element in windows[j])
        return opened - closed, waits, j

    while rest:
        j = min(near or rest, key=price)
        order.append(j)
        rest.discard(j)
        for element in windows[j]:
            arrived.setdefault(element, len(order))
            left[element] -= 1
        near = (near | neighbours[j]) & rest
    return tuple(order)
