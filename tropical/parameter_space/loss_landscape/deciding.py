"""Which pairs of sets of patterns hold stationary points: certificates, each of which decides many pairs.

Units with v_j > 0 that use the patterns I, and units with v_j < 0 that use K, reach the relatively open cone
sum of a * X C(a) over I minus that over K. It has the span S of all U(a), so it holds the projection p of the targets
to S unless a vector c has c . g >= 0 on the cone and c . p <= 0, not all of them 0. Such a c decides every pair in its
half-space. A pair whose cone holds p decides every larger one with the same span: cones with one span that contain each
other have relative interiors that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, field, frozen

from polytopes.arithmetic.linalg import solve
from polytopes.arithmetic.rationals import Row, Vector, common_denominator, dot, primitive
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import Farkas, StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns
from tropical.parameter_space.loss_landscape.spans import Spans

Elements = tuple[int, ...]
"""Pairs of a sign and a pattern, numbered: a for + and P + a for -, P the number of patterns."""


@frozen
class Separator:
    """A vector c with c . g >= 0 for all generators g of elements in ``half``; in ``strict`` if they are not all 0."""

    vector: Row
    half: int
    strict: int


@define(eq=False)
class Target:
    """What is known of the projection of the targets to a span: which elements hold it, and which do not.

    ``below`` are half-spaces with c . p < 0, ``on`` those with c . p = 0; ``known`` separators were looked at.
    """

    point: Vector
    loss: Fraction
    holding: list[int] = field(factory=list)
    below: list[int] = field(factory=list)
    on: list[tuple[int, int]] = field(factory=list)
    known: int = 0


class Decider:
    """Decides which pairs of sets of patterns hold stationary points of the squared loss with these targets.

    Attributes:
        n_programs: how many linear programs were solved.
    """

    def __init__(self, patterns: UnitPatterns, targets: Vector, spans: Spans) -> None:
        self.patterns, self.targets, self.spans = patterns, targets, spans
        self.n_programs = 0
        self._separators: list[Separator] = []
        self._targets: dict[int, Target] = {}
        idle = sum(1 << a for a, own in enumerate(patterns) if not any(own.bits))
        self._moving = ~(idle | idle << len(patterns))

    def target(self, space: int) -> Target:
        """Return the projection of the targets to a span, with its loss and what is known of it."""
        found = self._targets.get(space)
        if found is None:
            point = self._projection(space)
            distance = sum((a - b) ** 2 for a, b in zip(self.targets, point, strict=True))
            found = self._targets[space] = Target(point, Fraction(distance) / 2)
        return found

    def _projection(self, space: int) -> Vector:
        """Return y - A' (A A')^-1 A y, where the rows of A are a basis of the orthogonal complement."""
        rows = self.spans.complement(space)
        if not rows:
            return self.targets
        gram = [[dot(left, right) for right in rows] for left in rows]
        factors = solve(gram, [dot(row, self.targets) for row in rows])
        assert factors is not None, "the rows of a basis have an invertible Gram matrix"
        return tuple(y - dot(factors, column) for y, column in zip(self.targets, zip(*rows, strict=True), strict=True))

    def holds(self, space: int, mask: int) -> bool:
        """Return whether the elements in a mask, whose span is this one, hold stationary points.

        Raises:
            VerificationFailed: if a certificate is not one.
        """
        target, mask = self.target(space), mask & self._moving
        if not mask or any(own & mask == own for own in target.holding):
            return True
        if self._is_separated(target, mask):
            return False
        elements = tuple(e for e in range(2 * len(self.patterns)) if mask >> e & 1)
        if self._program(target, elements) is None:
            return False
        target.holding.append(mask)
        return True

    def _is_separated(self, target: Target, mask: int) -> bool:
        for separator in self._separators[target.known :]:
            sign = dot(separator.vector, target.point)
            if sign < 0:
                target.below.append(~separator.half)
            elif not sign:
                target.on.append((~separator.half, separator.strict))
        target.known = len(self._separators)
        return any(not mask & outside for outside in target.below) or any(
            not mask & outside and mask & strict for outside, strict in target.on
        )

    def units(self, target: Target, elements: Sequence[int]) -> dict[int, Vector]:
        """Return a unit for each of some elements that hold stationary points; the sum of their values is the target.

        Raises:
            VerificationFailed: if there are no such units.
        """
        moving = tuple(e for e in elements if self._moving >> e & 1)
        found = self._program(target, moving) if moving else {}
        if found is None:
            raise VerificationFailed("a region that was found to hold a stationary point holds none")
        return {e: found[e] if e in found else self.patterns[e % len(self.patterns)].witness for e in elements}

    def _program(self, target: Target, elements: Elements) -> dict[int, Vector] | None:
        """Return units for the elements whose values have the projection as their sum, None if there are none.

        The values of the unit w of an element are a * X w with its sign; w has the pattern a.
        """
        self.n_programs += 1
        strict, equations = self._rows(target, elements)
        found = strictly_feasible(strict, equations=equations)
        if not found.check(strict, (), equations):
            raise VerificationFailed("the certificate of a linear program does not hold")
        if isinstance(found, Farkas):
            self._separate(found, target, elements)
            return None
        return self._units(found, elements)

    def _rows(self, target: Target, elements: Elements) -> tuple[list[Row], list[Row]]:
        """Return the strict rows and the equations of the unknowns: the units, and a factor of the projection."""
        points, size = self.patterns.points, len(self.patterns)
        width = points.rank
        scale = common_denominator(target.point)
        n_unknowns = width * len(elements) + 1
        strict: list[Row] = [(*(0,) * (n_unknowns - 1), 1)]
        for place, e in enumerate(elements):
            before, after = (0,) * (place * width), (0,) * (n_unknowns - (place + 1) * width)
            strict += [(*before, *row, *after) for row in self.patterns.cones[e % size].inequalities]
        equations = []
        for i, row in enumerate(points.matrix):
            found: list[int] = []
            for e in elements:
                factor = scale * self.patterns[e % size].bits[i] * (1 if e < size else -1)
                found += [factor * entry for entry in row]
            equations.append((*found, int(-target.point[i] * scale * points.denominator)))
        return strict, equations

    def _units(self, found: StrictPoint, elements: Elements) -> dict[int, Vector]:
        points = self.patterns.points
        *entries, factor = found.point
        width = points.rank
        return {
            e: points.lift([Fraction(entry, factor) for entry in entries[k * width : (k + 1) * width]])
            for k, e in enumerate(elements)
        }

    @cached_property
    def _generators(self) -> tuple[Any, Any]:
        """The values a * X r of the rays r of all patterns, one in each column, and the first column of each."""
        columns: list[list[int]] = []
        first: list[int] = []
        for own, cone in zip(self.patterns, self.patterns.cones, strict=True):
            first.append(len(columns))
            rows = zip(self.patterns.points.matrix, own.bits, strict=True)
            kept = [row if bit else (0,) * len(row) for row, bit in rows]
            columns += [[dot(row, ray) for row in kept] for ray in cone.rays]
        return np.array(columns, dtype=object).T, np.array(first)

    def _separate(self, found: Farkas, target: Target, elements: Elements) -> None:
        """Keep the half-space of a certificate, with all elements in it."""
        vector = primitive([-entry for entry in found.equation_multipliers])
        generators, first = self._generators
        values = np.array(vector, dtype=object) @ generators
        least, most = np.minimum.reduceat(values, first), np.maximum.reduceat(values, first)
        half = _mask([*(least >= 0), *(most <= 0)])
        strict = half & _mask([*(most > 0), *(least < 0)])
        mask, sign = sum(1 << e for e in elements), dot(vector, target.point)
        if mask & ~half or sign > 0 or not (sign or mask & strict):
            raise VerificationFailed("a certificate does not separate what it was found for")
        self._separators.append(Separator(vector, half, strict))


def _mask(bits: Sequence[Any]) -> int:
    return sum(1 << k for k, bit in enumerate(bits) if bit)
