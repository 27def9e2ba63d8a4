"""The subspaces of Q^n that sets of patterns span: sums of the spaces U(a), each found once.

A space S is kept as the matrix A of a basis of its orthogonal complement, together with the products A u with the
generators u of all U(a): U(a) lies in S iff its products vanish. The set of all a with U(a) in S determines S, so it is
the key. To add U(a), products with its generators are eliminated; all is done in integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import define, field

from polytopes.arithmetic.rationals import Row
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns

Products = np.ndarray[Any, Any]
LARGEST = 2**30
"""Integers up to which products are computed by the processor: a difference of two of them has less than 63 bits."""


@define(eq=False)
class Span:
    """A subspace: its place, dimension, the set of the kinds of patterns in it, and the products with generators."""

    index: int
    dim: int
    mask: int
    products: Products = field(repr=False)
    joins: dict[int, int] = field(factory=dict, repr=False)


class Spans:
    """The sums of the spaces U(a), made as they are asked for; 0 is the zero space, 1 the largest (if it is another).

    Patterns with the same U(a) are of one *kind*.

    Attributes:
        kinds: the kind of every pattern.
        largest_rank: the dimension of the sum of all U(a).
        found: the spaces in the order in which they were made.

    >>> from tropical.parameter_space.loss_landscape import unit_patterns
    >>> spans = Spans(unit_patterns([[0], [1]]))
    >>> spans.kinds, spans.largest_rank, spans.found[spans.join(0, 1)].dim
    ((0, 1, 2, 3), 2, 1)
    """

    def __init__(self, patterns: UnitPatterns, on_new: Callable[[int], None] | None = None) -> None:
        """Begin with the zero space and the largest; ``on_new`` is called with the number of spaces at each new one."""
        self._on_new = on_new
        places = {basis: k for k, basis in enumerate(dict.fromkeys(patterns.spans))}
        self.kinds = tuple(places[basis] for basis in patterns.spans)
        self.n_points = patterns.points.n_points
        columns = [row for basis in places for row in basis]
        ends = np.cumsum([len(basis) for basis in places]).tolist()
        self._blocks = [range(end - len(basis), end) for end, basis in zip(ends, places, strict=True)]
        self._owner = np.array([k for k, block in enumerate(self._blocks) for _ in block], dtype=np.intp)
        self.n_generators = len(columns)
        self.found: list[Span] = []
        self._place: dict[int, int] = {}
        self._make(_columns(columns, self.n_points))
        whole = self.found[0].products
        for column in range(self.n_generators):
            whole = _without(whole, column)
        self.largest = self._make(whole)
        self.largest_rank = self.found[self.largest].dim

    def join(self, space: int, kind: int) -> int:
        """Return the place of the sum of a space and the U(a) of a kind."""
        own = self.found[space]
        if own.mask >> kind & 1:
            return space
        if kind not in own.joins:
            if own.dim == self.largest_rank - 1:
                return self.largest
            self._add(own, kind)
        return own.joins[kind]

    def _add(self, own: Span, kind: int) -> None:
        products = own.products
        for column in self._blocks[kind]:
            products = _without(products, column)
        place = self._make(products)
        own.joins[kind] = place
        found = self.found[place]
        if found.dim == own.dim + 1:  # what is in the sum and not in the space spans the sum with it
            new = found.mask & ~own.mask
            while new:
                low = new & -new
                own.joins[low.bit_length() - 1] = place
                new ^= low

    def _make(self, products: Products) -> int:
        nonzero = np.zeros(len(self._blocks), dtype=bool)
        nonzero[self._owner[(products[:, : self.n_generators] != 0).any(axis=0)]] = True
        mask = int.from_bytes(np.packbits(~nonzero, bitorder="little").tobytes(), "little")
        place = self._place.get(mask)
        if place is None:
            place = self._place[mask] = len(self.found)
            self.found.append(Span(place, self.n_points - len(products), mask, products))
            if self._on_new is not None:
                self._on_new(len(self.found))
        return place

    def complement(self, space: int) -> list[list[int]]:
        """Return a basis of the orthogonal complement of a space, as rows of integers."""
        rows: list[list[int]] = self.found[space].products[:, self.n_generators :].tolist()
        return rows


def _columns(generators: Sequence[Row], n: int) -> Products:
    """Return the products of the unit vectors with the generators and with one another."""
    rows = [[*(row[i] for row in generators), *(int(i == j) for j in range(n))] for i in range(n)]
    return _small(np.array(rows, dtype=object).reshape(n, len(generators) + n))


def _without(products: Products, column: int) -> Products:
    """Return the rows of a basis of those combinations of rows that vanish in a column."""
    entries = products[:, column]
    places = entries.nonzero()[0]
    if not len(places):
        return products
    pivot = int(places[abs(entries[places]).argmin()])
    rest = np.delete(products, pivot, axis=0)
    found = rest * entries[pivot] - np.delete(entries, pivot)[:, None] * products[pivot]
    divisors = np.gcd.reduce(found, axis=1, keepdims=True)
    return _small(found // np.maximum(divisors, 1))


def _small(products: Products) -> Products:
    """Return integers as those of the processor, if products of them are too, or else as integers of any size."""
    if products.size and int(abs(products).max()) > LARGEST:
        return products.astype(object)
    return products.astype(np.int64)
