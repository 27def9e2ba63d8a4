"""Sublevel, superlevel and level sets of an output."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import gcd

from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, dot
from polytopes.errors import InputError, VerificationFailed
from polytopes.homology.chain_complex import ChainComplex
from polytopes.messages import shortened
from tropical.topology.cell_sets import CellSet
from tropical.topology.chains import CutCells, NamedCells
from tropical.topology.region_complex import RegionComplex
from tropical.topology.value_ranges import ValueRanges


class Relation(StrEnum):
    """How the values of a function compare with a level."""

    below = "<"
    at_most = "<="
    at = "="
    at_least = ">="
    above = ">"


def checked_relation(relation: str) -> Relation:
    """Return a relation by its sign.

    Raises:
        InputError: if it is none of <, <=, =, >=, >.
    """
    try:
        return Relation(relation)
    except ValueError:
        raise InputError(f"{shortened(relation)} is no relation; there are {', '.join(Relation)}") from None


@frozen(eq=False, slots=False)
class LevelSet(CellSet):
    """The points of the domain where an output is less than, at most, equal to, at least or more than a level."""

    complex: RegionComplex
    ranges: ValueRanges = field(repr=False)
    relation: Relation
    level: Fraction
    output: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether the relation is not strict."""
        return self.relation in (Relation.at_most, Relation.at, Relation.at_least)

    @cached_property
    def _place(self) -> tuple[int, int]:
        return self.ranges.place(self.level)

    def meets(self, k: int, index: int) -> bool:
        """Whether the set meets a cell of dimension ``lineality + k``."""
        below, upto = self._place
        low, high = self.ranges.low[k][index], self.ranges.high[k][index]
        match self.relation:
            case Relation.below:
                return low < below
            case Relation.at_most:
                return low < upto
            case Relation.at:
                return low < upto and high >= below
            case Relation.at_least:
                return high >= below
            case Relation.above:
                return high >= upto

    @property
    def _is_upper(self) -> bool:
        return self.relation in (Relation.at_least, Relation.above)

    @cached_property
    def _cut(self) -> CutCells:
        """The cells at the level, from below; of the negative for a set of large values."""
        ranges = self.ranges.negated if self._is_upper else self.ranges
        return CutCells(self.complex, ranges, ranges.place(-self.level if self._is_upper else self.level))

    @cached_property
    def level_cells(self) -> NamedCells:
        """All cells where the function has the level, with their boundaries."""
        return self._cut.level()

    def _closed_chains(self) -> ChainComplex:
        return self.level_cells.chains if self.relation is Relation.at else self._cut.sublevel().chains

    @property
    def euler_compact(self) -> int:
        """The Euler characteristic with compact support, which adds up over disjoint sets."""
        if self.relation is Relation.at:
            return self._cut.euler_of_level
        lower = self._cut.euler_of_sublevel
        return lower if self.is_closed else lower - self._cut.euler_of_level

    @property
    def is_bounded(self) -> bool:
        """Whether the set is bounded; the empty set is."""
        if self.complex.is_domain_bounded:
            return True
        return all(row[0] for region in self._chosen[-1] for row in self.piece(region))

    def _heights(self, k: int, index: int) -> list[tuple[Row, int]]:
        """Return the homogeneous generators of a cell, lines in both ways, with positive multiples of f - c."""
        complex_ = self.complex
        outputs = complex_.network.program.outputs
        level = self.level / complex_.network.program.scales[outputs[self.output]]
        first, *rest = complex_.forms[complex_.poset.owners[k][index]][self.output]
        form = (first * level.denominator - level.numerator, *(entry * level.denominator for entry in rest))
        rows = complex_.rows(k, index)
        rows += [tuple(sign * entry for entry in line) for line in complex_.lines for sign in (1, -1)]
        return [(row, dot(form, row)) for row in rows]

    def piece(self, region: int) -> Sequence[Row]:
        """Return generators of the closure of the part in a region that the set meets, as rows; lines in both ways.

        Algorithm:
            A cone is cut by a hyperplane in the generators on it, and in the points on it between any two generators on
            its two sides (the double description method, without a test of adjacency).
        """
        rows = self._heights(self.complex.depth, region)
        below, above = [(r, -h) for r, h in rows if h < 0], [(r, h) for r, h in rows if h > 0]
        on = [row for row, height in rows if not height]
        on += [_between(row, depth, other, height) for row, depth in below for other, height in above]
        if self.relation is Relation.at:
            return [row for row in on if any(row)]
        kept = above if self._is_upper else below
        return [row for row in (*on, *(row for row, _ in kept)) if any(row)]

    def point_in(self, k: int, index: int) -> Vector:
        """Return a point of the set in a cell of dimension ``lineality + k`` that it meets.

        Raises:
            VerificationFailed: if the network has another value there than it should.
        """
        rows = self._heights(k, index)
        points = [(dehomogeneous(row), Fraction(height, row[0])) for row, height in rows if row[0]]
        low, high = min(points, key=lambda pair: pair[1]), max(points, key=lambda pair: pair[1])
        rays = [(row, height) for row, height in rows if not row[0]]
        if low[1] >= 0:
            low = _moved(low, [(row, height) for row, height in rays if height < 0])
        if high[1] <= 0:
            high = _moved(high, [(row, height) for row, height in rays if height > 0])
        found = _at_zero(low, high) if self.relation is Relation.at else (high if self._is_upper else low)[0]
        self._verify(found)
        return found

    def _verify(self, point: Vector) -> None:
        value = self.complex.network(point)[self.output]
        held = {
            Relation.below: value < self.level,
            Relation.at_most: value <= self.level,
            Relation.at: value == self.level,
            Relation.at_least: value >= self.level,
            Relation.above: value > self.level,
        }
        if not held[self.relation]:
            raise VerificationFailed(f"a point found with f {self.relation} {self.level} has f = {value}")


Placed = tuple[Vector, Fraction]


def _between(row: Row, depth: int, other: Row, height: int) -> Row:
    """Return the primitive combination of generators of heights -depth and height that has height 0."""
    entries = [height * a + depth * b for a, b in zip(row, other, strict=True)]
    content = gcd(*entries) or 1
    return tuple(entry // content for entry in entries)


def _moved(start: Placed, directions: Sequence[tuple[Row, int]]) -> Placed:
    """Move along the first direction until the height has the sign of its slope, if there is a direction."""
    for (_, *step), slope in directions:
        factor = abs(start[1] / slope) + 1
        return tuple(a + factor * b for a, b in zip(start[0], step, strict=True)), start[1] + factor * slope
    return start


def _at_zero(low: Placed, high: Placed) -> Vector:
    """Return the point between two of heights at most and at least 0 where the height is 0."""
    span = high[1] - low[1]
    weight = -low[1] / span if span else Fraction(0)
    return tuple(a + weight * (b - a) for a, b in zip(low[0], high[0], strict=True))
