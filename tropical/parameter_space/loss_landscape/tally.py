"""The pairs of sets of patterns of a layer, block by block, and what is counted along them."""

from __future__ import annotations

from collections.abc import Generator
from fractions import Fraction
from math import comb

import numpy as np
from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Vector
from tropical.parameter_space.loss_landscape.blocks import Array, Joins, SetBlock, Side, as_mask
from tropical.parameter_space.loss_landscape.deciding import Decider
from tropical.parameter_space.loss_landscape.patterns import Bits, UnitPatterns
from tropical.parameter_space.loss_landscape.regions import StationaryRegion, stationary_region
from tropical.parameter_space.loss_landscape.spans import Spans

MOST_SECOND, MOST_PAIRS, FEWEST_PAIRS = 2**12, 2**17, 2**8
"""The largest number of sets of the second side in a block, and about those of its pairs."""
FEW_PATTERNS = 32
"""Patterns up to which blocks are large; of more patterns pairs span more spaces, and a block takes longer."""


def surjections(size: int, onto: int) -> int:
    """Return the number of maps of a set of one size onto a set of another.

    >>> [surjections(3, onto) for onto in range(5)], surjections(0, 0)
    ([0, 1, 6, 6, 0], 1)
    """
    return sum((-1) ** k * comb(onto, k) * (onto - k) ** size for k in range(onto + 1))


@frozen
class LayerProblem:
    """A layer on data: the patterns of its units, the targets, and the outer weights, none of which is 0."""

    patterns: UnitPatterns
    targets: Vector
    outer: Vector

    @property
    def sides(self) -> tuple[Side, Side]:
        """The units with positive and with negative outer weights; first those that can use more sets of patterns."""
        n_positive, size = sum(v > 0 for v in self.outer), len(self.patterns)
        first, second = Side(0, n_positive, size), Side(size, len(self.outer) - n_positive, size)
        return (first, second) if first.units >= second.units else (second, first)

    @property
    def n_pairs(self) -> int:
        """The number of pairs of sets."""
        first, second = self.sides
        return first.n_sets * second.n_sets

    @property
    def shape(self) -> tuple[int, int]:
        """The number of sets of the first and of the second side in a block."""
        many = max(len(self.patterns), FEW_PATTERNS)
        pairs = max(MOST_PAIRS * FEW_PATTERNS**2 // many**2, FEWEST_PAIRS)
        second = min(self.sides[1].n_sets, MOST_SECOND, pairs)
        return max(pairs // second, 1), second

    @property
    def n_blocks(self) -> int:
        """The number of blocks into which the pairs are divided."""
        (first, second), (rows, columns) = self.sides, self.shape
        return -(-first.n_sets // rows) * -(-second.n_sets // columns)

    def block(self, number: int) -> tuple[SetBlock, SetBlock]:
        """Return the sets of both sides in a block; small sets come first."""
        (first, second), (rows, columns) = self.sides, self.shape
        column, row = divmod(number, -(-first.n_sets // rows))
        return first.sets(row * rows, (row + 1) * rows), second.sets(column * columns, (column + 1) * columns)


@define
class Tally:
    """What was counted: numbers of regions, among them by the loss of their stationary points, and an example each."""

    pairs: int = 0
    regions: int = 0
    full_rank: int = 0
    zero_loss_full_rank: int = 0
    by_loss: dict[Fraction, int] = field(factory=dict)
    examples: dict[Fraction, StationaryRegion] = field(factory=dict)

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        for loss, region in other.examples.items():
            self.examples.setdefault(loss, region)
        for loss, number in other.by_loss.items():
            self.by_loss[loss] = self.by_loss.get(loss, 0) + number
        self.zero_loss_full_rank += other.zero_loss_full_rank
        self.full_rank += other.full_rank
        self.regions += other.regions
        self.pairs += other.pairs


class Walk:
    """Goes through the pairs and keeps what decides them."""

    def __init__(self, problem: LayerProblem) -> None:
        self.problem = problem
        self.spans = Spans(problem.patterns)
        self.joins = Joins(self.spans)
        self.decider = Decider(problem.patterns, problem.targets, self.spans)
        first, second = problem.sides
        self._numbers = [
            [surjections(first.units, i) * surjections(second.units, k) for k in range(second.units + 1)]
            for i in range(first.units + 1)
        ]

    def steps(self, tally: Tally, limit: int | None = None) -> Generator[None, None, None]:
        """Count all pairs, and yield after each block; the last one ends with the pair that exceeds the limit."""
        for number in range(self.problem.n_blocks):
            self.visit(number, tally, None if limit is None else limit + 1 - tally.pairs)
            yield

    def visit(self, number: int, tally: Tally, most: int | None = None) -> None:
        """Count the pairs of a block, or the first ones of them."""
        first, second = self.problem.block(number)
        spaces = self.joins.span(first, second).ravel()[:most]
        order = np.argsort(spaces, kind="stable")
        found, starts = np.unique(spaces[order], return_index=True)
        for space, places in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
            rows, columns = np.divmod(places, len(second.sizes))
            words = first.words[rows] | second.words[columns]
            self._count(space, words, first.sizes[rows], second.sizes[columns], tally)
        tally.pairs += len(spaces)

    def _count(self, space: int, words: Array, rows: Array, columns: Array, tally: Tally) -> None:
        """Count pairs that span one space; ``rows`` and ``columns`` are the sizes of their sets."""
        is_full = self.spans.found[space].dim == self.spans.n_points
        holding = self.decider.holding(space, words)
        if holding.any():
            loss = self.decider.target(space).loss
            if loss not in tally.examples:
                tally.examples[loss] = self._example(as_mask(words[holding.argmax()]), space)
            number = self._regions(rows[holding], columns[holding])
            tally.by_loss[loss] = tally.by_loss.get(loss, 0) + number
            tally.zero_loss_full_rank += number if is_full and not loss else 0
        number = self._regions(rows, columns)
        tally.full_rank += number if is_full else 0
        tally.regions += number

    def _regions(self, rows: Array, columns: Array) -> int:
        """Return how many regions pairs of sets of these sizes stand for."""
        width = self.problem.sides[1].units + 1
        counts = np.bincount(rows * width + columns).tolist()
        return sum(count * self._numbers[k // width][k % width] for k, count in enumerate(counts) if count)

    def _example(self, mask: int, space: int) -> StationaryRegion:
        """Return a region with these patterns, each at the first unit that may have it and shared by the others."""
        problem, size = self.problem, len(self.problem.patterns)
        elements = [e for e in range(2 * size) if mask >> e & 1]
        target = self.decider.target(space)
        units = self.decider.units(target, elements)
        sides = [[e for e in elements if e < size], [e for e in elements if e >= size]]
        used, chosen = [0, 0], []
        for v in problem.outer:
            own = sides[v < 0]
            chosen.append(own[used[v < 0] % len(own)])
            used[v < 0] += 1
        weights = tuple(
            tuple(entry / (chosen.count(e) * abs(v)) for entry in units[e])
            for e, v in zip(chosen, problem.outer, strict=True)
        )
        bits: tuple[Bits, ...] = tuple(problem.patterns[e % size].bits for e in chosen)
        points = problem.patterns.points
        return stationary_region(points, problem.targets, problem.outer, weights, bits, target.loss)
