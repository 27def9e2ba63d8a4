"""Local complexity at many points of large networks: winners and values exactly, gradients with proven errors.

Values of all slots at a block of points are integers, found by products of matrices; so every winner and every point
on a wall is certain. Lengths of gradients come from :mod:`tropical.regions.complexity.extended_floats`.
"""

from __future__ import annotations

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
class ManyPoints:
    """Sums over points, as balls; what floats do not decide is handed back."""

    layers: GateLayers
    noises: Sequence[Noise]
    n_points: int = 0
    on_walls: int = 0
    l2: arb = field(factory=arb)
    l1: arb = field(factory=arb)
    largest: arb = field(factory=arb)
    ranks: list[tuple[dict[int, int], dict[int, int]]] = field(init=False)
    sums: list[list[arb]] = field(init=False)
    _floats: FloatProgram = field(init=False)
    _ranks: FloatRanks = field(init=False)
    _pairs: Array = field(init=False)
    _factors: list[fmpq] = field(init=False)

    def __attrs_post_init__(self) -> None:
        program = self.layers.program
        self._floats = FloatProgram(program, plain=len(program.outputs) == 1)
        self.ranks = [({}, {}) for _ in self.layers.layers]
        self.sums = [[arb(0)] * program.n_gates for _ in self.noises]
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

    def add(self, points: Sequence[Vector]) -> list[Vector]:
        """Add a block of points, and return those that are left to exact arithmetic."""
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
            self._add_norms(gradients, norm)
            self._add_point(gradients, own, steps, tape, p, scales[p])
            self.on_walls += known
            self.n_points += 1
        return left

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

    def _add_point(
        self, gradients: Gradients, winners: Sequence[int], steps: tuple[Any, Any], tape: Tape, p: int, scale: int
    ) -> None:
        for own, pair in zip(self.ranks, self._ranks.of(gradients, winners), strict=True):
            for counts, rank in zip(own, pair, strict=True):
                counts[rank] = counts.get(rank, 0) + 1
        if not self.noises:
            return
        lengths, errors = steps
        with ctx.workprec(PRECISE):
            for g in np.flatnonzero(lengths).tolist():
                low, high = self._pairs[g].tolist()
                value = self._factors[g] * (tape[high][p] - tape[low][p]) / scale
                length = _ball(lengths[g], errors[g])
                for noise, sums in zip(self.noises, self.sums, strict=True):
                    density = noise.density(value)
                    sums[g] += (arb(rational(density)) if noise.is_rational else density) * length

    def _norm(self, gradients: Gradients) -> tuple[Any, Any]:
        """Return the norm of the Jacobian, and a bound of its error."""
        outputs = list(self.layers.program.outputs)
        rows = gradients.rows[outputs]
        total = np.sqrt((rows * rows).sum())
        error = np.sqrt((gradients.errors[outputs] ** 2).sum())
        return total, (error + float(total) * (rows.size + 8) * UNIT) * ROUND

    def _add_norms(self, gradients: Gradients, norm: tuple[Any, Any]) -> None:
        outputs = list(self.layers.program.outputs)
        with ctx.workprec(PRECISE):
            self.l2 += _ball(*norm)
            if len(outputs) == 1:
                sizes, error = np.abs(gradients.rows[outputs]), float(gradients.errors[outputs][0])
                whole = sizes.sum()
                self.l1 += _ball(whole, error * sqrt(sizes.size) * ROUND + float(whole) * sizes.size * UNIT)
                self.largest += _ball(sizes.max(), error)


def _is_precise(numbers: Any, errors: Any) -> bool:
    """Whether errors are small beside the numbers, and 0 where these are 0; not so where gradients cancel."""
    return bool((np.isfinite(errors) & (errors <= numbers * LARGEST_ERROR)).all())


def _ball(middle: Any, radius: float) -> arb:
    """Return a ball around a number in extended precision."""
    high = float(middle)
    return arb(high) + arb(float(middle - high), radius * ROUND)
