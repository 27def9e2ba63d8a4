"""Local complexity at many points of large networks: winners and values exactly, gradients with proven errors.

Values of all slots at a block of points are integers, found by products of matrices; so every winner and every point
on a wall is certain. Lengths of gradients come from :mod:`tropical.regions.complexity.extended_floats`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from attrs import define, field
from flint import arb, ctx, fmpq

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Vector, common_denominator
from polytopes.enumeration.gate_program import Tape, apply_rows
from tropical.regions.complexity.extended_floats import ROUND, UNIT, FloatProgram, Gradients
from tropical.regions.complexity.float_ranks import FloatRanks
from tropical.regions.complexity.layers import GateLayers
from tropical.regions.complexity.noise import Noise, rational

Array = np.ndarray[Any, Any]
BLOCK = 64
"""Points whose values are computed together."""
LARGEST_ERROR = 2.0**-49
"""Of a length, relative to it."""
PRECISE = 100
"""Bits of sums."""


@define(kw_only=True)
class PointTotals:
    """Sums over points, as balls: norms of Jacobians, numbers of ranks by layer, and noise by unit."""

    ranks: list[tuple[Counter[int], Counter[int]]]
    sums: list[list[arb]]
    n_points: int = 0
    on_walls: int = 0
    l2: arb = field(factory=arb)
    l1: arb = field(factory=arb)
    largest: arb = field(factory=arb)

    @classmethod
    def none(cls, n_layers: int, n_gates: int, n_noises: int) -> PointTotals:
        """Return the sums over no points."""
        ranks = [(Counter[int](), Counter[int]()) for _ in range(n_layers)]
        return cls(ranks=ranks, sums=[[arb(0)] * n_gates for _ in range(n_noises)])

    def __add__(self, other: PointTotals) -> PointTotals:
        """Return the sums over the points of both."""
        with ctx.workprec(PRECISE):
            return PointTotals(
                ranks=[(a + c, b + d) for (a, b), (c, d) in zip(self.ranks, other.ranks, strict=True)],
                sums=[[a + b for a, b in zip(*own, strict=True)] for own in zip(self.sums, other.sums, strict=True)],
                n_points=self.n_points + other.n_points,
                on_walls=self.on_walls + other.on_walls,
                l2=self.l2 + other.l2,
                l1=self.l1 + other.l1,
                largest=self.largest + other.largest,
            )


@define(kw_only=True)
class ManyPoints:
    """What measures blocks of points of one network; what floats do not decide is handed back."""

    layers: GateLayers
    noises: Sequence[Noise]
    _floats: FloatProgram = field(init=False)
    _ranks: FloatRanks = field(init=False)
    _pairs: Array = field(init=False)
    _factors: list[fmpq] = field(init=False)

    def __attrs_post_init__(self) -> None:
        program = self.layers.program
        self._floats = FloatProgram(program, plain=len(program.outputs) == 1)
        if self.is_usable:
            self._ranks = FloatRanks(self.layers, self._floats)
            if self.noises:
                structure = self.layers.structure
                self._factors = [rational(structure.scale(g)) for g in range(program.n_gates)]
            pairs = [(gate.selectors[0], gate.selectors[-1]) for gate in program.gates]
            self._pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)

    @property
    def is_usable(self) -> bool:
        """Whether the network can be treated so."""
        return self._floats.is_usable

    def none(self) -> PointTotals:
        """Return the sums over no points."""
        return PointTotals.none(len(self.layers.layers), self.layers.program.n_gates, len(self.noises))

    def measure(self, points: Sequence[Vector]) -> tuple[PointTotals, list[Vector]]:
        """Return the sums over a block of points, and the points that are left to exact arithmetic."""
        totals = self.none()
        tape, winners, ties, scales = self._trace(points)
        left = []
        for p, point in enumerate(points):
            own = [winner[p] for winner in winners]
            gradients = self._floats.run(own)
            known = self._is_on_wall(gradients, tape, ties[p], p)
            steps = gradients.steps(self._pairs[:, 0], self._pairs[:, 1])
            norm = self._norm(gradients)
            if known is None or not (_is_precise(*steps) and _is_precise(*norm)):
                left.append(point)
                continue
            self._add_norms(totals, gradients, norm)
            for counts, pair in zip(totals.ranks, self._ranks.of(gradients, own), strict=True):
                for count, rank in zip(counts, pair, strict=True):
                    count[rank] += 1
            self._add_noise(totals, steps, tape, p, scales[p])
            totals.on_walls += known
            totals.n_points += 1
        return totals, left

    def _trace(self, points: Sequence[Vector]) -> tuple[Tape, list[list[int]], list[list[int]], list[int]]:
        """Return all slots in integers, the winners gate by gate, the gates with ties point by point, and scales."""
        program = self.layers.program
        scales = [common_denominator(point) for point in points]
        columns = [
            [scale, *(x.numerator * (scale // x.denominator) for x in point)]
            for scale, point in zip(scales, points, strict=True)
        ]
        tape: Tape = integer_matrix(columns, program.input_dim + 1).transpose().tolist()
        winners: list[list[int]] = []
        ties: list[list[int]] = [[] for _ in points]
        for stage in program.stages:
            tape.extend(apply_rows(stage, tape, len(points)))
            for gate in stage.gates:
                found, passed = [], []
                for p, values in enumerate(zip(*(tape[slot] for slot in gate.selectors), strict=True)):
                    largest = max(values)
                    winner = values.index(largest)
                    if values.count(largest) > 1:
                        ties[p].append(len(winners))
                    found.append(winner)
                    passed.append(tape[gate.outputs[winner]][p])
                winners.append(found)
                tape.append(passed)
        return tape, winners, ties, scales

    def _is_on_wall(self, gradients: Gradients, tape: Tape, ties: Sequence[int], p: int) -> bool | None:
        """Whether two different forms of a gate are largest; None if that is not certain."""
        unknown = False
        for g in ties:
            selectors = self.layers.program.gates[g].selectors
            largest = max(tape[slot][p] for slot in selectors)
            first, *others = [slot for slot in selectors if tape[slot][p] == largest]
            for slot in others:
                differs = gradients.differ(first, slot)
                if differs:
                    return True
                unknown |= differs is None
        return None if unknown else False

    def _add_noise(self, totals: PointTotals, steps: tuple[Any, Any], tape: Tape, p: int, scale: int) -> None:
        if not self.noises:
            return
        lengths, errors = steps
        with ctx.workprec(PRECISE):
            for g in np.flatnonzero(lengths).tolist():
                low, high = self._pairs[g].tolist()
                value = self._factors[g] * (tape[high][p] - tape[low][p]) / scale
                length = _ball(lengths[g], errors[g])
                for noise, sums in zip(self.noises, totals.sums, strict=True):
                    density = noise.density(value)
                    sums[g] += (arb(rational(density)) if noise.is_rational else density) * length

    def _norm(self, gradients: Gradients) -> tuple[Any, Any]:
        """Return the norm of the Jacobian, and a bound of its error."""
        outputs = list(self.layers.program.outputs)
        rows = gradients.rows[outputs]
        total = np.sqrt((rows * rows).sum())
        error = np.sqrt((gradients.errors[outputs] ** 2).sum())
        return total, (error + float(total) * (rows.size + 8) * UNIT) * ROUND

    def _add_norms(self, totals: PointTotals, gradients: Gradients, norm: tuple[Any, Any]) -> None:
        outputs = list(self.layers.program.outputs)
        with ctx.workprec(PRECISE):
            totals.l2 += _ball(*norm)
            if len(outputs) == 1:
                sizes, error = np.abs(gradients.rows[outputs]), float(gradients.errors[outputs][0])
                whole = sizes.sum()
                totals.l1 += _ball(whole, error * sqrt(sizes.size) * ROUND + float(whole) * sizes.size * UNIT)
                totals.largest += _ball(sizes.max(), error)


def _is_precise(numbers: Any, errors: Any) -> bool:
    """Whether errors are small beside the numbers, and 0 where these are 0; not so where gradients cancel."""
    return bool((np.isfinite(errors) & (errors <= numbers * LARGEST_ERROR)).all())


def _ball(middle: Any, radius: float) -> arb:
    """Return a ball around a number in extended precision."""
    high = float(middle)
    return arb(high) + arb(float(middle - high), radius * ROUND)
