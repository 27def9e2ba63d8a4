"""Proven bounds on all forms of a gate program over a box, by one pass through the program in floating point.

Every slot is enclosed in a zonotope: an affine form of the box coordinates and of further ones, each in [-1, 1], one
for every gate that is open. So forms of later stages are bounded with the correlations that they have through open
gates (G. Singh et al., Fast and effective robustness certification, NeurIPS 2018), with all rounding errors included.
A gate whose winner is proven here is closed on the whole box.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import define, frozen

from polytopes.enumeration.boxes.float_forms import SLACK, TINY, UNIT, FloatForms, Floats
from polytopes.enumeration.gate_program import Gate, GateProgram
from polytopes.enumeration.kernels.arrays import INTEGRAL, ROWS, SOURCE, SOURCES, WEIGHT
from polytopes.enumeration.packed_program import packed_program, quotient
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.cut_boxes import CutBox

OPEN = -1


@frozen(eq=False)
class ProgramBounds:
    """The winners of gates that are proven on a whole box, OPEN for the others, and bounds of all slots.

    ``lower`` and ``upper`` are of true values, or of the integer forms on the tape if all weights are small integers:
    in either case of positive multiples of the forms, one multiple for all selectors of a gate.
    """

    winners: tuple[int, ...]
    lower: Floats
    upper: Floats

    @property
    def n_open(self) -> int:
        """The number of gates that may have several winners."""
        return sum(winner == OPEN for winner in self.winners)


def box_forms(box: Box) -> FloatForms:
    """Return the forms 1, x_1, ..., x_d over the box in coordinates u, one for each coordinate that is not fixed."""
    return hull_forms(CutBox.of_box(box))


def hull_forms(cut: CutBox) -> FloatForms:
    """Return the forms 1, x_1, ..., x_d on the hull of a set, over the box of its free coordinates.

    >>> from polytopes.polyhedra.cut_boxes import cut_box
    >>> cut = cut_box([(1, 1, 0), (3, -1, 0), (5, 0, 1), (5, 0, -1)], [(1, -1, -1)], 2)
    >>> hull_forms(cut).rows.tolist()
    [[1.0, 0.0], [1.0, 2.0], [0.0, -2.0]]
    """
    box, free = cut.box, cut.free
    rows = np.zeros((box.dim + 1, len(free) + 1))
    sides = list(zip(box.lower, box.upper, strict=True))
    middle = np.array([quotient(*((a + b) / 2).as_integer_ratio()) for a, b in sides])
    radius = np.array([quotient(*((b - a) / 2).as_integer_ratio()) for a, b in sides])
    rows[0, 0] = 1.0
    rows[1:, 0] = middle
    rows[np.array(free, dtype=np.int64) + 1, np.arange(1, len(free) + 1)] = radius[list(free)]
    for j, row in cut.solved.items():
        forms = [-Fraction(row[0]), *(-Fraction(row[k + 1]) for k in free)]
        over_cube = [forms[0] + sum(a * (sides[k][0] + sides[k][1]) / 2 for a, k in zip(forms[1:], free, strict=True))]
        over_cube += [a * (sides[k][1] - sides[k][0]) / 2 for a, k in zip(forms[1:], free, strict=True)]
        rows[j + 1] = [quotient(*(entry / row[j + 1]).as_integer_ratio()) for entry in over_cube]
    sizes = np.abs(rows).sum(axis=1) * SLACK
    errors = 2 * UNIT * sizes + TINY
    errors[0] = 0.0
    return FloatForms(rows, sizes, errors)


def program_bounds(program: GateProgram, box: Box) -> ProgramBounds:
    """Return proven bounds of the forms of a program on a box.

    >>> from fractions import Fraction
    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> program = build.finish(build.relu(build.linear([{0: 1, 1: 1}, {0: -3, 1: 1}, {1: 1}])))
    >>> program_bounds(program, Box((Fraction(0),), (Fraction(2),))).winners
    (1, 0, -1)
    """
    return bounds_from(program, box_forms(box))


def bounds_from(program: GateProgram, tape: FloatForms) -> ProgramBounds:
    """Return proven bounds of the forms of a program, given those of the constant and the coordinates.

    The constant may be a form as well: a program is a positively homogeneous map of it and the coordinates, where it
    is not negative.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _Pass(program, tape).run()


@define(eq=False)
class _Pass:
    """The tape of enclosures so far."""

    program: GateProgram
    tape: FloatForms

    def run(self) -> ProgramBounds:
        packed, winners = packed_program(self.program), list[int]()
        for number, stage in enumerate(self.program.stages):
            place = packed.stages[number]
            sources = packed.sources[place[SOURCE] : place[SOURCE] + place[SOURCES]]
            flat = packed.weights[place[WEIGHT] : place[WEIGHT] + place[ROWS] * place[SOURCES]]
            weights = flat.reshape(int(place[ROWS]), int(place[SOURCES]))
            read = self.tape[sources]
            self._append(read.combined(weights, 0.0 if place[INTEGRAL] else UNIT))
            winners += self._pass_gates(stage.gates)
        lower, upper = self.tape.bounds()
        return ProgramBounds(tuple(winners), lower, upper)

    def _append(self, forms: FloatForms) -> None:
        self.tape = FloatForms.joined([self.tape, forms])

    def _pass_gates(self, gates: Sequence[Gate]) -> list[int]:
        """Append the outputs of the gates of a stage, and return their winners."""
        if not gates:
            return []
        winners = [self._winner(gate) for gate in gates]
        passed = self.tape[np.array([gate.outputs[max(w, 0)] for gate, w in zip(gates, winners, strict=True)])]
        still_open = [k for k, winner in enumerate(winners) if winner == OPEN]
        rows = np.zeros((len(gates), passed.rows.shape[1] + len(still_open)))
        rows[:, : passed.rows.shape[1]] = passed.rows
        sizes, errors = passed.sizes.copy(), passed.errors.copy()
        for symbol, k in enumerate(still_open, passed.rows.shape[1]):
            center, radius, sizes[k], errors[k] = self._enclosed(gates[k])
            rows[k] = 0.0
            rows[k, : len(center)] = center
            rows[k, symbol] = radius
        wide = np.zeros((len(self.tape), len(still_open)))
        old = FloatForms(np.concatenate([self.tape.rows, wide], axis=1), self.tape.sizes, self.tape.errors)
        self.tape = FloatForms.joined([old, FloatForms(rows, sizes, errors)])
        return winners

    def _winner(self, gate: Gate) -> int:
        """Return the selector that is proven to be the largest one, or OPEN."""
        chosen = self.tape[np.array(gate.selectors)]
        for i in np.argsort(-chosen.rows[:, 0])[:1].tolist():
            others = [j for j in range(gate.rank) if j != i]
            if (_minus(chosen[[i] * len(others)], chosen[others]).signs() > 0).all():
                return int(i)
        return OPEN

    def _enclosed(self, gate: Gate) -> tuple[Floats, float, float, float]:
        """Return an affine form and a radius that enclose the output of an open gate, with its size and error.

        Where the output is ``o_0 + f max(0, z)``, z the difference of two selectors in [l, u], it is enclosed by
        ``o_0 + f (s z + t/2 (1 + e))`` with s = u / (u - l) and t = max(-s l, (1 - s) u): max(0, z) - s z is convex,
        nonnegative, and largest at an end. What the second output differs from that by is added to the radius.
        """
        passed = self.tape[np.array(gate.outputs)]
        low, high = passed.bounds()
        bottom, top = float(low.min()), float(high.max())
        hull = np.zeros(passed.rows.shape[1])
        hull[0] = (bottom + top) / 2
        radius = (top - bottom) / 2 + 4 * UNIT * (abs(bottom) + abs(top)) + TINY
        best = hull, radius, (abs(float(hull[0])) + radius) * SLACK, 0.0
        if gate.rank == 2 and np.isfinite(radius):
            other = self._relaxed(gate, passed)
            best = min(best, other, key=lambda enclosure: enclosure[1])
        return best

    def _relaxed(self, gate: Gate, passed: FloatForms) -> tuple[Floats, float, float, float]:
        first, second = (self.tape[[slot]] for slot in gate.selectors)
        z, step = _minus(second, first), _minus(passed[[1]], passed[[0]])
        [l], [u] = z.bounds()
        slope = float(u / (u - l))
        largest = int(np.argmax(np.abs(z.rows[0])))
        factor = float(step.rows[0, largest] / z.rows[0, largest]) if z.rows[0, largest] else 0.0
        [below], [above] = _sum(step, z, -factor).bounds()
        rest = max(-float(below), float(above), 0.0)
        height = abs(factor) * max(-slope * float(l), (1 - slope) * float(u)) * (1 + 8 * UNIT)
        center = _sum(passed[[0]], z, factor * slope)
        row = center.rows[0].copy()
        shift = height / 2 if factor > 0 else -height / 2
        row[0] += shift
        radius = (height / 2 + rest) * (1 + 4 * UNIT) + TINY
        size = (float(center.sizes[0]) + abs(shift) + radius) * SLACK
        return row, radius, size, (float(center.errors[0]) + 2 * UNIT * size) * SLACK + TINY


def _minus(left: FloatForms, right: FloatForms) -> FloatForms:
    return _sum(left, right, -1.0)


def _sum(left: FloatForms, right: FloatForms, factor: float) -> FloatForms:
    """Return ``left + factor right``, form by form."""
    sizes = (left.sizes + abs(factor) * right.sizes) * SLACK
    errors = (left.errors + abs(factor) * right.errors + 3 * UNIT * sizes) * SLACK
    return FloatForms(left.rows + factor * right.rows, sizes, np.where(sizes > 0, errors + TINY, 0.0))
