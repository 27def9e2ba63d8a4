"""The pairs of sets of patterns of a layer, and what is counted along them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from fractions import Fraction
from itertools import combinations
from math import comb

from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Vector
from tropical.parameter_space.loss_landscape.deciding import Decider
from tropical.parameter_space.loss_landscape.patterns import Bits, UnitPatterns
from tropical.parameter_space.loss_landscape.regions import StationaryRegion, stationary_region
from tropical.parameter_space.loss_landscape.spans import Spans

Set = tuple[int, ...]


def surjections(size: int, onto: int) -> int:
    """Return the number of maps of a set of one size onto a set of another.

    >>> [surjections(3, onto) for onto in range(5)], surjections(0, 0)
    ([0, 1, 6, 6, 0], 1)
    """
    return sum((-1) ** k * comb(onto, k) * (onto - k) ** size for k in range(onto + 1))


def set_sizes(units: int, patterns: int) -> range:
    """Return how many patterns so many units can use."""
    return range(1, min(units, patterns) + 1) if units else range(1)


@frozen
class LayerProblem:
    """A layer on data: the patterns of its units, the targets, and the outer weights, none of which is 0."""

    patterns: UnitPatterns
    targets: Vector
    outer: Vector

    @property
    def sides(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """For both signs the number of their first element and of their units; the first has units if there are any."""
        n_positive, size = sum(v > 0 for v in self.outer), len(self.patterns)
        positive, negative = (0, n_positive), (size, len(self.outer) - n_positive)
        return (positive, negative) if n_positive else (negative, positive)

    def n_sets(self, units: int) -> int:
        """Return how many sets of patterns so many units can use."""
        size = len(self.patterns)
        return sum(comb(size, k) for k in set_sizes(units, size))

    @property
    def n_first(self) -> int:
        """The number of sets of patterns of the units of the first side."""
        return self.n_sets(self.sides[0][1])

    @property
    def n_pairs(self) -> int:
        """The number of pairs of sets."""
        return self.n_first * self.n_sets(self.sides[1][1])

    def first_sets(self) -> Iterator[Set]:
        """Yield the sets of patterns of the units of the first side, by size."""
        for size in set_sizes(self.sides[0][1], len(self.patterns)):
            yield from combinations(range(len(self.patterns)), size)


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
        self.decider = Decider(problem.patterns, problem.targets, self.spans)

    def steps(self, tally: Tally) -> Generator[None, None, None]:
        """Count all pairs, and yield after each."""
        for first in self.problem.first_sets():
            yield from self.visit(first, tally)

    def visit(self, first: Set, tally: Tally) -> Iterator[None]:
        """Count all pairs with this first set, and yield after each."""
        size = len(self.problem.patterns)
        (begin, units), (other, others) = self.problem.sides
        kinds, join = self.spans.kinds, self.spans.join
        space, mask = 0, 0
        for a in first:
            space, mask = join(space, kinds[a]), mask | 1 << (begin + a)
        factor = surjections(units, len(first))
        level = [(0, mask, space)]
        for k in set_sizes(others, size):
            if k:
                level = [
                    (a + 1, mask | 1 << (other + a), join(space, kinds[a]))
                    for start, mask, space in level
                    for a in range(start, size)
                ]
            number = factor * surjections(others, k)
            for _, mask, space in level:
                self._count(mask, space, number, tally)
                yield

    def _count(self, mask: int, space: int, number: int, tally: Tally) -> None:
        decider, is_full = self.decider, self.spans.found[space].dim == self.spans.n_points
        if decider.holds(space, mask):
            loss = decider.target(space).loss
            if loss not in tally.examples:
                tally.examples[loss] = self._example(mask, space)
            tally.by_loss[loss] = tally.by_loss.get(loss, 0) + number
            if is_full and not loss:
                tally.zero_loss_full_rank += number
        if is_full:
            tally.full_rank += number
        tally.regions += number
        tally.pairs += 1

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
