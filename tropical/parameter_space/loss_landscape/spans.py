"""The subspaces of Q^n that sets of patterns span: sums of the spaces U(a), each found once.

A space S is kept as the matrix A of a basis of its orthogonal complement. Let u be the generators of all U(a): such a
space lies in S iff its products A u vanish. The set of all a with U(a) in S determines S, so it is the key. To add
U(a), products with its generators are eliminated; all is done in integers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field

from polytopes.arithmetic.linalg import PRIME, rank
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns

Matrix = np.ndarray[Any, Any]
LARGEST = 2**30
"""Integers up to which products are computed by the processor: a difference of two of them has less than 63 bits."""


@define(eq=False)
class Span:
    """A subspace: its place, dimension, the set of the kinds of patterns in it, and a basis of its complement."""

    index: int
    dim: int
    mask: int
    complement: Matrix = field(repr=False)
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
        self._generators = _small(np.array(columns, dtype=object).reshape(len(columns), self.n_points).T)
        self._residues = (self._generators % PRIME).astype(np.int64)
        self.found: list[Span] = []
        self._place: dict[int, int] = {}
        everything = np.eye(self.n_points, dtype=np.int64)
        self._make(everything)
        self.largest = self._make(self._orthogonal(everything, range(self.n_generators)))
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
        place = self._make(self._orthogonal(own.complement, self._blocks[kind]))
        own.joins[kind] = place
        found = self.found[place]
        if found.dim == own.dim + 1:  # what is in the sum and not in the space spans the sum with it
            new = found.mask & ~own.mask
            while new:
                low = new & -new
                own.joins[low.bit_length() - 1] = place
                new ^= low

    def _orthogonal(self, complement: Matrix, generators: range) -> Matrix:
        """Return a basis of what is orthogonal to some generators in the span of some rows."""
        products = _product(complement, self._generators[:, generators.start : generators.stop])
        rows = _small(np.concatenate([products, complement], axis=1))
        for column in range(len(generators)):
            rows = _without(rows, column)
        return rows[:, len(generators) :]

    def _make(self, complement: Matrix) -> int:
        """Return the place of the space with a basis of its complement.

        Where products are long, those that do not vanish modulo a prime are not computed.
        """
        inside = np.ones(len(self._blocks), dtype=bool)
        likely = np.arange(self.n_generators)
        if _is_long(complement, self._generators):
            inside[self._owner[_modular_product(complement, self._residues).any(axis=0)]] = False
            likely = np.flatnonzero(inside[self._owner])
        inside[self._owner[likely[_product(complement, self._generators[:, likely]).any(axis=0)]]] = False
        mask = int.from_bytes(np.packbits(inside, bitorder="little").tobytes(), "little")
        place = self._place.get(mask)
        if place is None:
            place = self._place[mask] = len(self.found)
            self.found.append(Span(place, self.n_points - len(complement), mask, complement.copy()))
            if self._on_new is not None:
                self._on_new(len(self.found))
        return place

    def complement(self, space: int) -> list[list[int]]:
        """Return a basis of the orthogonal complement of a space, as rows of integers."""
        rows: list[list[int]] = self.found[space].complement.tolist()
        return rows

    def ranks(self, space: int) -> list[int]:
        """Return the dimensions of the sums of a space and the U(a) of all kinds, without making these sums.

        Algorithm:
            The ranks of products modulo a prime are lower bounds, and mostly all that is possible; others are computed.
        """
        own = self.found[space]
        residues = _modular_product(own.complement, self._residues)
        found = [own.dim] * len(self._blocks)
        for size in {len(block) for block in self._blocks}:
            kinds = [k for k, block in enumerate(self._blocks) if len(block) == size and not own.mask >> k & 1]
            if not kinds:
                continue
            columns = np.array([list(self._blocks[k]) for k in kinds])
            modular = _modular_ranks(residues[:, columns].transpose(1, 0, 2))
            most = min(size, self.largest_rank - own.dim)
            for k, least in zip(kinds, modular.tolist(), strict=True):
                found[k] = own.dim + (least if least == most else self._rank(own, k))
        return found

    def _rank(self, own: Span, kind: int) -> int:
        block = self._blocks[kind]
        return rank(_product(own.complement, self._generators[:, block.start : block.stop]).tolist())


def _product(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices of integers."""
    if _is_long(left, right):
        left, right = left.astype(object), right.astype(object)
    return np.asarray(left @ right)


def _is_long(left: Matrix, right: Matrix) -> bool:
    """Whether the product of two matrices is not certain to fit the processor's integers."""
    return _largest(left) * _largest(right) * len(right) > LARGEST**2


def _modular_product(left: Matrix, residues: Matrix) -> Matrix:
    """Return the product of two matrices modulo PRIME, the second given by its residues.

    The residues of the first are parted into 15 and 16 bits, so that sums of products have less than 63.
    """
    high, low = np.divmod((left % PRIME).astype(np.int64), 1 << 16)
    return np.asarray(((high @ residues % PRIME << 16) + low @ residues) % PRIME)


def _modular_ranks(blocks: Matrix) -> Matrix:
    """Return the ranks modulo PRIME of matrices with as many rows and columns each."""
    found = np.zeros(len(blocks), dtype=np.int64)
    for column in range(blocks.shape[2]):
        entries = blocks[:, :, column]
        rows = (entries != 0).argmax(axis=1)
        pivots = np.take_along_axis(entries, rows[:, None], axis=1)
        found += pivots[:, 0] != 0
        pivot_rows = np.take_along_axis(blocks, rows[:, None, None], axis=1)
        cleared = (blocks * pivots[:, :, None] - entries[:, :, None] * pivot_rows) % PRIME
        blocks = np.where(pivots[:, :, None] != 0, cleared, blocks)
    return found


def _without(matrix: Matrix, column: int) -> Matrix:
    """Return the rows of a basis of those combinations of rows that vanish in a column."""
    entries = matrix[:, column]
    places = entries.nonzero()[0]
    if not len(places):
        return matrix
    pivot = int(places[abs(entries[places]).argmin()])
    rest = np.delete(matrix, pivot, axis=0)
    found = rest * entries[pivot] - np.delete(entries, pivot)[:, None] * matrix[pivot]
    divisors = np.gcd.reduce(found, axis=1, keepdims=True)
    return _small(found // np.maximum(divisors, 1))


def _small(matrix: Matrix) -> Matrix:
    """Return integers as those of the processor, if products of them are too, or else as integers of any size."""
    return matrix.astype(object if _largest(matrix) > LARGEST else np.int64)


def _largest(matrix: Matrix) -> int:
    return int(abs(matrix).max()) if matrix.size else 0
