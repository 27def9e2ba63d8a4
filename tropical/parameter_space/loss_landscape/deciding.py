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
from flint import fmpq_mat

from polytopes.arithmetic.linalg import integer_matrix, rational_matrix
from polytopes.arithmetic.rationals import Row, Vector, common_denominator, dot, primitive
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import Farkas, StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical.parameter_space.loss_landscape.blocks import Array, as_mask, as_words
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
    """What is known of the projection p of the targets to a span, with sets of elements in words.

    Every set that contains one of ``holding`` holds stationary points. A set that contains no element of the first of a
    pair in ``outside``, which is not in the half-space of some c with c . p <= 0, holds none if c . p < 0, and also if
    it contains one of the second, for which c is not 0. ``known`` separators were looked at; ``multiple`` is a positive
    multiple of p in integers.
    """

    point: Vector
    multiple: Row
    loss: Fraction
    holding: list[Array] = field(factory=list)
    outside: list[tuple[Array, Array | None]] = field(factory=list)
    known: int = 0


@define
class _Applied:
    """How many of the certificates of a target have been applied to sets."""

    n_holding: int = 0
    n_outside: int = 0

    def apply(self, target: Target, sets: Array) -> tuple[Array, Array]:
        """Return which sets are shown to hold stationary points by what is new, and which to hold none."""
        holds, lacks = np.zeros((2, len(sets)), dtype=bool)
        for own in target.holding[self.n_holding :]:
            holds |= ((sets & own) == own).all(axis=1)
        for outside, strict in target.outside[self.n_outside :]:
            separated = ~(sets & outside).any(axis=1)
            lacks |= separated if strict is None else separated & (sets & strict).any(axis=1)
        self.n_holding, self.n_outside = len(target.holding), len(target.outside)
        return holds, lacks


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
        self._bits = 2 * len(patterns)
        self._all = (1 << self._bits) - 1
        [self._moving] = as_words([self._all & ~(idle | idle << len(patterns))], self._bits)

    def target(self, space: int) -> Target:
        """Return the projection of the targets to a span, with its loss and what is known of it."""
        found = self._targets.get(space)
        if found is None:
            point = self._projection(space)
            distance = sum((a - b) ** 2 for a, b in zip(self.targets, point, strict=True))
            found = self._targets[space] = Target(point, primitive(point), Fraction(distance) / 2)
        return found

    def _projection(self, space: int) -> Vector:
        """Return y - A' (A A')^-1 A y, where the rows of A are a basis of the orthogonal complement."""
        rows = self.spans.complement(space)
        if not rows:
            return self.targets
        complement = integer_matrix(rows, len(self.targets))
        across = fmpq_mat(complement)
        column = rational_matrix([[y] for y in self.targets], 1)
        factors = fmpq_mat(complement * complement.transpose()).solve(across * column)
        found = column - across.transpose() * factors
        return tuple(Fraction(int(entry.p), int(entry.q)) for entry in found.entries())

    def holding(self, space: int, sets: Array) -> Array:
        """Return which sets of elements, whose span is this one, hold stationary points.

        Args:
            space: the place of the span.
            sets: the sets as rows of words.

        Raises:
            VerificationFailed: if a certificate is not one.
        """
        target, sets = self.target(space), sets & self._moving
        found: Array = np.logical_not(sets.any(axis=1))
        open_places = np.flatnonzero(~found)
        done = _Applied()
        while True:
            self._learn(target)
            holds, lacks = done.apply(target, sets[open_places])
            found[open_places[holds]] = True
            open_places = open_places[~(holds | lacks)]
            if not len(open_places):
                return found
            self._decide(target, as_mask(sets[open_places[0]]))

    def _learn(self, target: Target) -> None:
        """Find out on which side of the separators the projection is that it was not compared with."""
        for separator in self._separators[target.known :]:
            sign = dot(separator.vector, target.multiple)
            if sign <= 0:
                outside, strict = as_words([self._all & ~separator.half, separator.strict], self._bits)
                target.outside.append((outside, None if sign < 0 else strict))
        target.known = len(self._separators)

    def _decide(self, target: Target, mask: int) -> None:
        """Solve a linear program, and keep its certificate."""
        elements = tuple(e for e in range(self._bits) if mask >> e & 1)
        if self._program(target, elements) is not None:
            target.holding.append(as_words([mask], self._bits)[0])

    def units(self, target: Target, elements: Sequence[int]) -> dict[int, Vector]:
        """Return a unit for each of some elements that hold stationary points; the sum of their values is the target.

        Raises:
            VerificationFailed: if there are no such units.
        """
        moving = tuple(e for e in elements if any(self.patterns[e % len(self.patterns)].bits))
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
        mask, sign = sum(1 << e for e in elements), dot(vector, target.multiple)
        if mask & ~half or sign > 0 or not (sign or mask & strict):
            raise VerificationFailed("a certificate does not separate what it was found for")
        self._separators.append(Separator(vector, half, strict))


def _mask(bits: Sequence[Any]) -> int:
    return sum(1 << k for k, bit in enumerate(bits) if bit)
