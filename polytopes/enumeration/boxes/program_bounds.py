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
from attrs import define, field, frozen
from numpy.typing import NDArray

from polytopes.enumeration.boxes.float_forms import SLACK, TINY, UNIT, FloatForms, Floats, absolute_sums
from polytopes.enumeration.gate_program import Gate, GateProgram
from polytopes.enumeration.kernels.arrays import INTEGRAL, ROWS, SOURCE, SOURCES, WEIGHT
from polytopes.enumeration.packed_program import quotient, weighed_program
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.cut_boxes import CutBox

OPEN = -1


@frozen(eq=False)
class ProgramBounds:
    """The winners of gates that are proven on a whole box, OPEN for the others, and bounds of all slots.

    ``rivals`` are the forms of every gate that may win. ``lower`` and ``upper`` are of true values, or of the integer
    forms on the tape if all weights are small integers: in either case of positive multiples of the forms, one multiple
    for all selectors of a gate.
    """

    rivals: tuple[tuple[int, ...], ...]
    lower: Floats
    upper: Floats

    @property
    def winners(self) -> tuple[int, ...]:
        """The winner of every gate, OPEN where several forms may win."""
        return tuple(rivals[0] if len(rivals) == 1 else OPEN for rivals in self.rivals)

    @property
    def n_open(self) -> int:
        """The number of gates that may have several winners."""
        return sum(len(rivals) > 1 for rivals in self.rivals)


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
    sizes = absolute_sums(rows) * SLACK
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
    """The enclosures of those slots that will still be read, and the bounds of all so far.

    Slot i is row ``places[i]`` of the tape.
    """

    program: GateProgram
    tape: FloatForms
    places: NDArray[np.int64] = field(init=False)
    bounds: list[tuple[Floats, Floats]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.places = np.arange(len(self.tape))
        self.bounds.append(self.tape.bounds())

    def run(self) -> ProgramBounds:
        packed, rivals = weighed_program(self.program), list[tuple[int, ...]]()
        by_gates, by_all = _last_uses(self.program)
        for number, stage in enumerate(self.program.stages):
            place = packed.stages[number]
            sources = packed.sources[place[SOURCE] : place[SOURCE] + place[SOURCES]]
            flat = packed.weights[place[WEIGHT] : place[WEIGHT] + place[ROWS] * place[SOURCES]]
            weights = flat.reshape(int(place[ROWS]), int(place[SOURCES]))
            forms = self._at(sources).combined(weights, 0.0 if place[INTEGRAL] else UNIT)
            self._keep((by_gates >= number) | (by_all > number))
            self._append(forms)
            rivals += self._pass_gates(stage.gates, by_all > number)
        lower, upper = (np.concatenate(part) for part in zip(*self.bounds, strict=True))
        return ProgramBounds(tuple(rivals), lower, upper)

    def _at(self, slots: Sequence[int] | NDArray[np.int64]) -> FloatForms:
        """Return the forms of some slots; as they are in the tape if they stand there one after the other."""
        rows = self.places[np.asarray(slots)]
        if len(rows) and (np.diff(rows) == 1).all():
            return self.tape[int(rows[0]) : int(rows[-1]) + 1]
        return self.tape[rows]

    def _keep(self, is_read: NDArray[np.bool_]) -> None:
        """Leave out the forms of slots that are not read any more."""
        kept = np.flatnonzero(is_read[: len(self.places)] & (self.places >= 0))
        if len(kept) < len(self.tape):
            self.tape = self._at(kept)
            self.places[:] = -1
            self.places[kept] = np.arange(len(kept))

    def _append(self, forms: FloatForms) -> None:
        self.places = np.concatenate([self.places, len(self.tape) + np.arange(len(forms))])
        self.tape = FloatForms.joined([self.tape, forms]) if len(self.tape) else forms
        self.bounds.append(forms.bounds())

    def _pass_gates(self, gates: Sequence[Gate], is_read: NDArray[np.bool_]) -> list[tuple[int, ...]]:
        """Append the outputs of the gates of a stage, and return the forms of each that may win.

        Only slots are kept that will be read.
        """
        if not gates:
            self._keep(is_read)
            return []
        rivals = [self._rivals(gate) for gate in gates]
        passed = self._at([gate.outputs[left[0]] for gate, left in zip(gates, rivals, strict=True)])
        still_open = [k for k, left in enumerate(rivals) if len(left) > 1]
        enclosed = [self._enclosed(restricted(gates[k], rivals[k])) for k in still_open]
        self._keep(is_read)
        if still_open:
            wide = np.zeros((len(self.tape), len(still_open)))
            old = FloatForms(np.concatenate([self.tape.rows, wide], axis=1), self.tape.sizes, self.tape.errors)
            self.tape = old
            passed = FloatForms(
                np.concatenate([passed.rows, np.zeros((len(gates), len(still_open)))], axis=1),
                passed.sizes.copy(),
                passed.errors.copy(),
            )
        for symbol, (k, enclosure) in enumerate(zip(still_open, enclosed, strict=True), -len(enclosed)):
            center, radius, size, error = enclosure
            passed.rows[k] = 0.0
            passed.rows[k, : len(center)] = center
            passed.rows[k, symbol] = radius
            passed.sizes[k], passed.errors[k] = size, error
        self._append(passed)
        return rivals

    def _rivals(self, gate: Gate) -> tuple[int, ...]:
        """Return the selectors that may win: not those proven to be less than another, or 0 as an earlier one is."""
        chosen = self._at(gate.selectors)
        best = int(np.argmax(chosen.rows[:, 0]))
        is_less = _minus(chosen[[best] * gate.rank], chosen).signs() > 0
        is_less[np.flatnonzero(chosen.are_zero)[1:]] = True
        return tuple(np.flatnonzero(~is_less).tolist())

    def _enclosed(self, gate: Gate) -> tuple[Floats, float, float, float]:
        """Return an affine form and a radius that enclose the output of an open gate, with its size and error.

        Where the output is ``o_0 + f max(0, z)``, z the difference of two selectors in [l, u], it is enclosed by
        ``o_0 + f (s z + t/2 (1 + e))`` with s = u / (u - l) and t = max(-s l, (1 - s) u): max(0, z) - s z is convex,
        nonnegative, and largest at an end. What the second output differs from that by is added to the radius.
        """
        passed = self._at(gate.outputs)
        low, high = passed.bounds()
        bottom, top = float(low.min()), float(high.max())
        hull = np.zeros(passed.rows.shape[1])
        hull[0] = (bottom + top) / 2
        radius = (top - bottom) / 2 + 4 * UNIT * (abs(bottom) + abs(top)) + TINY
        best = hull, radius, (abs(float(hull[0])) + radius) * SLACK, 0.0
        if np.isfinite(radius):
            other = self._relaxed(gate, passed) if gate.rank == 2 else self._above_one(gate, passed)
            best = best if other is None else min(best, other, key=lambda enclosure: enclosure[1])
        return best

    def _above_one(self, gate: Gate, passed: FloatForms) -> tuple[Floats, float, float, float] | None:
        """Return an enclosure of a maximum of forms between the one that is largest in the middle and that plus h.

        None if other forms are passed on than are compared.
        """
        if gate.outputs != gate.selectors:
            return None
        best = int(np.argmax(passed.rows[:, 0]))
        _, above = _minus(passed, passed[[best] * gate.rank]).bounds()
        height = max(float(above.max()), 0.0) * (1 + 2 * UNIT)
        row = passed.rows[best].copy()
        row[0] += height / 2
        radius = height / 2 * (1 + 4 * UNIT) + TINY
        size = (float(passed.sizes[best]) + height) * SLACK
        return row, radius, size, (float(passed.errors[best]) + 2 * UNIT * size) * SLACK + TINY

    def _relaxed(self, gate: Gate, passed: FloatForms) -> tuple[Floats, float, float, float]:
        first, second = (self._at([slot]) for slot in gate.selectors)
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


def _last_uses(program: GateProgram) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the last stage in which gates read every slot, and the last one in which anything does; -1 if none."""
    by_gates, by_all = (np.full(len(program.scales), -1, dtype=np.int64) for _ in range(2))
    for number, stage in enumerate(program.stages):
        by_all[np.array(stage.sources, dtype=np.int64)] = number
        read = [slot for gate in stage.gates for slot in (*gate.selectors, *gate.outputs)]
        by_gates[np.array(read, dtype=np.int64)] = by_all[np.array(read, dtype=np.int64)] = number
    return by_gates, by_all


def restricted(gate: Gate, left: Sequence[int]) -> Gate:
    """Return a gate with some of its forms only."""
    return Gate(tuple(gate.selectors[i] for i in left), tuple(gate.outputs[i] for i in left))


def _minus(left: FloatForms, right: FloatForms) -> FloatForms:
    return _sum(left, right, -1.0)


def _sum(left: FloatForms, right: FloatForms, factor: float) -> FloatForms:
    """Return ``left + factor right``, form by form."""
    sizes = (left.sizes + abs(factor) * right.sizes) * SLACK
    errors = (left.errors + abs(factor) * right.errors + 3 * UNIT * sizes) * SLACK
    errors = np.where(left.are_zero & right.are_zero, 0.0, errors + TINY)
    return FloatForms(left.rows + factor * right.rows, sizes, errors)
