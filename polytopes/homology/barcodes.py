"""Barcodes: how the homology of a filtered chain complex is born and dies, over a field.

A column of the boundary is reduced by earlier ones until the last generator in it, its *low*, is that of no earlier
column; then low and column are a pair, born with the one and dead with the other (Edelsbrunner, Letscher, Zomorodian
2002). Degrees are taken from above, so that the columns of lows need no reduction (Chen, Kerber 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import gcd
from typing import TypeVar

from attrs import frozen

from polytopes.homology.elimination import Column

Entries = TypeVar("Entries", bound=Collection[int])
"""The rows of a column that are not 0, perhaps with their values."""


@frozen(order=True)
class Bar:
    """A class of a degree that is there from the value ``birth`` on and up to ``death``, which is not included.

    Values are those of a filtration, as integers in their order; ``death`` is None for a class that never dies.
    """

    degree: int
    birth: int
    death: int | None


Pairs = dict[int, int]
"""From the place of a low to that of its column."""


def barcode(
    boundaries: Sequence[Sequence[Mapping[int, int]]], values: Sequence[Sequence[int]], field: int = 2
) -> list[Bar]:
    """Return the bars of positive length, sorted by degree, birth and death.

    Args:
        boundaries: for every degree the boundary of each generator, from generators of one degree less.
        values: for every degree the value of each generator; the boundary of one has no larger values than itself.
        field: the characteristic, 0 or a prime.

    >>> barcode([[{}, {}], [{0: 1, 1: -1}, {0: 1, 1: -1}]], [[0, 1], [2, 5]])
    [Bar(degree=0, birth=0, death=None), Bar(degree=0, birth=1, death=2), Bar(degree=1, birth=5, death=None)]
    """
    orders = [sorted(range(len(own)), key=own.__getitem__) for own in values]
    places = [_inverse(order) for order in orders]
    bars: list[Bar] = []
    lows: Pairs = {}
    for degree in range(len(values) - 1, -1, -1):
        columns = boundaries[degree]
        cleared, lows = lows, {}
        if degree:
            place = places[degree - 1]
            live = [(k, columns[i]) for k, i in enumerate(orders[degree]) if k not in cleared]
            lows = _pairs_mod_2(live, place) if field == 2 else _pairs(live, place, field)
        dead = set(lows.values())
        for k, i in enumerate(orders[degree]):
            if k not in cleared and k not in dead:
                bars.append(Bar(degree, values[degree][i], None))
        for low, column in lows.items():
            birth = values[degree - 1][orders[degree - 1][low]]
            death = values[degree][orders[degree][column]]
            if birth != death:
                bars.append(Bar(degree - 1, birth, death))
    return sorted(bars, key=lambda bar: (bar.degree, bar.birth, bar.death is None, bar.death or 0))


def _inverse(order: Sequence[int]) -> list[int]:
    place = [0] * len(order)
    for k, i in enumerate(order):
        place[i] = k
    return place


def _pairs_mod_2(columns: Sequence[tuple[int, Mapping[int, int]]], place: Sequence[int]) -> Pairs:
    """Return the pairs over the field of two elements; columns are sets."""
    sets = ((k, {place[row] for row, value in boundary.items() if value & 1}) for k, boundary in columns)
    return _reduced_pairs(sets, _sum_mod_2)


def _sum_mod_2(column: set[int], earlier: set[int], _: int) -> set[int]:
    column ^= earlier  # in place: it is nobody else's yet
    return column


def _pairs(columns: Sequence[tuple[int, Mapping[int, int]]], place: Sequence[int], field: int) -> Pairs:
    """Return the pairs over any field."""
    own = ((k, in_field({place[row]: value for row, value in boundary.items()}, field)) for k, boundary in columns)
    return _reduced_pairs(own, lambda column, earlier, low: without(column, earlier, low, field))


def _reduced_pairs(
    columns: Iterable[tuple[int, Entries]], subtract: Callable[[Entries, Entries, int], Entries]
) -> Pairs:
    """Return the pairs; ``subtract`` removes the low of a column by an earlier one with the same low."""
    reduced: dict[int, Entries] = {}
    pairs: Pairs = {}
    for k, given in columns:
        column = given
        while column:
            low = max(column)
            earlier = reduced.get(low)
            if earlier is None:
                reduced[low], pairs[low] = column, k
                break
            column = subtract(column, earlier, low)
    return pairs


def in_field(column: Mapping[int, int], field: int) -> Column:
    """Return a column with its entries in a field, without zeros.

    >>> in_field({0: 3, 1: 4}, 3), in_field({0: 3, 1: 4}, 0)
    ({1: 1}, {0: 3, 1: 4})
    """
    return {row: value % field for row, value in column.items() if value % field} if field else dict(column)


def without(column: Column, other: Column, row: int, field: int) -> Column:
    """Return the combination of a column and another one that vanishes in a row, a nonzero multiple of the first.

    Over the rationals columns are integers without a common factor.

    >>> without({0: 1, 1: 2}, {1: 3, 2: 1}, 1, 0), without({0: 1, 1: 2}, {1: 3, 2: 1}, 1, 5)
    ({0: 3, 2: -2}, {0: 1, 2: 1})
    """
    if field:
        left, right = 1, column[row] * pow(other[row], -1, field) % field
    else:
        common = gcd(column[row], other[row])
        left, right = other[row] // common, column[row] // common
    found = {i: left * value for i, value in column.items()}
    for i, value in other.items():
        entry = found.get(i, 0) - right * value
        found[i] = entry % field if field else entry
    found = {i: value for i, value in found.items() if value}
    if not field:
        content = gcd(*found.values())
        if content > 1:
            found = {i: value // content for i, value in found.items()}
    return found
