"""The first members of a family of growing layers, counted one by one: what its generating function is held against."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from math import prod
from typing import Any

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import LimitReached, VerificationFailed
from polytopes.minkowski_sums.acyclic_choices import Order, mask_of, raised
from polytopes.minkowski_sums.hypergraph import Window
from tropical.pooling.counts import PoolingCounts
from tropical.pooling.growing_layers import Growing

FEWEST, MOST = 4, 8
"""How many members are counted: two more than there are classes of windows, but within these numbers."""
LARGEST = 60
"""Positions of all windows of a member whose regions are listed, too."""
LISTED = 300
"""Regions that are listed."""
FACES = 10
"""Dimensions up to which all faces are counted for the sake of the facets."""


def checked_members(series: RationalSeries, growing: Growing, facets: bool, limits: dict[str, Any]) -> tuple[int, ...]:
    """Return for which numbers of windows a series was found to be right, by two counts of the layer itself.

    Neither count knows of families: the first one takes the windows of the layer apart, or goes along the frontier;
    the second one lists the regions, or counts all faces. Members that are large have the first count only.

    Raises:
        VerificationFailed: if a count is another one.
    """
    checked: list[int] = []
    wanted = min(max(FEWEST, growing.period + 2), MOST)
    for n in islice(count(1), growing.layer.output_shape[-1] + wanted):
        layer = growing.member(n)
        if layer is None:
            continue
        counts = PoolingCounts(layer, growing.activation)
        try:
            found = [counts.n_facets(**limits) if facets else counts.n_vertices(**limits)]
            found += _facets_of_faces(counts, limits) if facets else _listed(counts)
        except LimitReached:
            break
        if any(number != series.term(n) for number in found):
            raise VerificationFailed(f"a generating function gives {series.term(n)} for {n} windows, counts {found}")
        checked.append(n)
        if len(checked) == wanted:
            break
    return tuple(checked)


def _facets_of_faces(counts: PoolingCounts, limits: dict[str, Any]) -> list[int]:
    if counts.dimension > FACES:
        return []
    vector = counts.f_vector(**limits)
    return [vector[-2] if len(vector) > 1 else 0]


def _listed(counts: PoolingCounts) -> list[int]:
    """Return the number of regions as a list has it; none if that would be long."""
    graph = counts.hypergraph
    if prod(map(len, graph.windows)) > LISTED and sum(map(len, graph.windows)) > LARGEST:
        return []
    star = graph.size if counts.zero is None else counts.zero
    number = sum(1 for _ in islice(_regions(graph.windows, star, counts.activation), LISTED + 1))
    return [] if number > LISTED else [number]


def _regions(windows: tuple[Window, ...], star: int, activation: str | None) -> Iterator[Order]:
    """Yield a partial order of the inputs and the constant 0, the element ``star``, for every region.

    >>> len(list(_regions(((0, 1), (1, 2)), 3, "relu"))), len(list(_regions(((0, 1),), 2, "leaky")))
    (7, 4)
    """
    orders: list[tuple[int, Order]] = [(0, (0,) * (star + 1))]
    while orders:
        depth, below = orders.pop()
        if depth == len(windows):
            yield below
        else:
            orders += [(depth + 1, order) for order in _winners(windows[depth], star, activation, below)]


def _winners(window: Window, star: int, activation: str | None, below: Order) -> Iterator[Order]:
    """Yield the partial orders that go on with a winner of a window, and with its sign if that matters."""
    own = window if activation != "relu" or star in window else (*window, star)
    mask = mask_of(own)
    for winner in own:
        order = raised(below, winner, mask & ~(1 << winner))
        if order is None:
            continue
        if activation != "leaky" or star in own:
            yield order
        else:
            signed = (raised(order, winner, 1 << star), raised(order, star, mask))
            yield from (each for each in signed if each is not None)
