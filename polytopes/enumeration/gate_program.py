"""Gate programs: continuous piecewise linear maps as straight-line programs of affine forms and argmax gates.

A *gate* has k selector forms and k output forms. On the set where selector i is the largest, i is the *winner* and
the gate passes output i on. A ReLU has selectors ``(0, z)`` and outputs ``(0, z)``; a leaky ReLU outputs ``(a z, z)``;
an absolute value ``(-z, z)``; a maxout unit or pooling window uses its forms as both; a hyperplane is a ReLU whose
output is not read. So layers, arrangements and activation fans are one kind of object, cut up by one engine
(:mod:`polytopes.enumeration.cells`).

A program runs on a *tape* of affine forms, one a slot. Slot 0 is the constant 1, slots 1..d are the coordinates.
Everything is scaled to integers once, when the program is built: the true form of slot s is ``scales[s]`` (a positive
rational) times the integer form on the tape, so that signs and winners never need a fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from attrs import field, frozen
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, Vector, as_vector, common_denominator

Pattern = tuple[int, ...]
"""The winner of every gate of a program, in the order of the gates."""
Tape = list[list[fmpz]]
"""The integer affine form in every slot."""
SPARSE = 32
"""Rows with at most one entry in so many are multiplied entry by entry."""


@frozen
class Gate:
    """An argmax among the ``selectors``; the output of the winner goes to the next free slot.

    Both are slot numbers, of one length k >= 2; ties go to the smallest index.
    """

    selectors: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of forms that compete."""
        return len(self.selectors)


@frozen
class Stage:
    """Linear forms followed by gates that read them.

    ``rows[i][j]`` is the coefficient of slot ``sources[j]`` in the i-th new slot. The new slots come first, then one
    slot for each gate.
    """

    sources: tuple[int, ...]
    rows: tuple[Row, ...]
    gates: tuple[Gate, ...]
    name: str

    @cached_property
    def matrix(self) -> fmpz_mat:
        """The rows as a flint matrix (workspace of the engine)."""
        return integer_matrix(self.rows, len(self.sources))

    @cached_property
    def entries(self) -> tuple[tuple[tuple[int, int], ...], ...] | None:
        """The sources and coefficients of every row that are not 0; None unless almost all are 0."""
        n_entries = sum(len(row) - row.count(0) for row in self.rows)
        if SPARSE * n_entries > len(self.rows) * len(self.sources):
            return None
        return tuple(
            tuple((source, entry) for source, entry in zip(self.sources, row, strict=True) if entry)
            for row in self.rows
        )

    @cached_property
    def open_gates(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """The gates of the stage while all of their forms may win: (index, forms)."""
        return tuple((g, tuple(range(gate.rank))) for g, gate in enumerate(self.gates))


@frozen
class GateProgram:
    """A piecewise linear map from Q^input_dim as stages of integer forms and gates.

    ``outputs`` are the slots of the map's value and may be empty (an arrangement has gates only).
    """

    input_dim: int
    stages: tuple[Stage, ...]
    outputs: tuple[int, ...]
    scales: tuple[Fraction, ...] = field(repr=False)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """All gates, in the order of a pattern."""
        return tuple(gate for stage in self.stages for gate in stage.gates)

    @property
    def n_gates(self) -> int:
        """The number of gates, that is the length of a pattern."""
        return len(self.gates)

    @cached_property
    def last_gated_stage(self) -> int:
        """The number of the last stage that has gates; -1 if there is none."""
        return max((k for k, stage in enumerate(self.stages) if stage.gates), default=-1)

    @cached_property
    def gate_ranks(self) -> tuple[int, ...]:
        """The rank of every gate, in the order of a pattern."""
        return tuple(gate.rank for gate in self.gates)

    @cached_property
    def first_slots(self) -> tuple[int, ...]:
        """The first new slot of every stage."""
        new = [self.input_dim + 1, *(len(stage.rows) + len(stage.gates) for stage in self.stages)]
        return tuple(accumulate(new))[:-1]

    @cached_property
    def gate_slots(self) -> tuple[int, ...]:
        """The slot of the output of every gate."""
        stages = zip(self.first_slots, self.stages, strict=True)
        return tuple(first + len(stage.rows) + k for first, stage in stages for k in range(len(stage.gates)))

    def run(self, start: fmpz_mat, pattern: Sequence[int]) -> Tape:
        """Return the tape that begins with the rows of ``start`` when the winners are prescribed by ``pattern``."""
        return self.resume(start.tolist(), 0, pattern)

    def resume(self, tape: Tape, first_stage: int, pattern: Sequence[int]) -> Tape:
        """Return the whole tape, given its beginning before stage ``first_stage``."""
        tape, width = list(tape), len(tape[0])
        position = sum(len(stage.gates) for stage in self.stages[:first_stage])
        for stage in self.stages[first_stage:]:
            tape.extend(apply_rows(stage, tape, width))
            for gate in stage.gates:
                tape.append(tape[gate.outputs[pattern[position]]])
                position += 1
        return tape

    def forms(self, pattern: Sequence[int]) -> tuple[Vector, ...]:
        """Return the affine forms ``(c, a_1, ..., a_d)`` of the outputs on the cell with this pattern."""
        unit = fmpz_mat(self.input_dim + 1, self.input_dim + 1)
        for i in range(self.input_dim + 1):
            unit[i, i] = 1
        tape = self.run(unit, pattern)
        return tuple(self.true_form(slot, tape[slot]) for slot in self.outputs)

    def true_form(self, slot: int, form: Iterable[fmpz]) -> Vector:
        """Return the rational form of a slot from the integers on the tape."""
        return tuple(self.scales[slot] * int(entry) for entry in form)

    def pattern_at(self, point: Sequence[Fraction], direction: Sequence[Fraction] | None = None) -> Pattern:
        """Return the winners at ``point``, or an infinitesimal step from it along ``direction``.

        Ties (also those that persist along the direction) go to the smallest index, as on full-dimensional cells.
        At a point in the relative interior of a facet, with a direction that leaves through it, the answer is the
        pattern of the cell on the other side: a form that vanishes at the point and along the direction vanishes on
        that whole cell.

        Raises:
            ShapeError: if the lengths do not fit ``input_dim``.
        """
        return self._trace(point, direction)[1]

    def winners_at(self, point: Sequence[Fraction]) -> tuple[int, ...]:
        """Return for every gate, as bits, the forms that are the largest at a point.

        A cell contains a point iff each of its winners is among them: stage by stage its forms then have the values of
        the program there, and those of its winners are the largest.

        Raises:
            ShapeError: if the length does not fit ``input_dim``.
        """
        tape = self._trace(point, None)[0]
        found = []
        for gate in self.gates:
            values = [tape[slot][0] for slot in gate.selectors]
            largest = max(values)
            found.append(sum(1 << i for i, value in enumerate(values) if value == largest))
        return tuple(found)

    def beyond(self, point: Sequence[Fraction], direction: Sequence[Fraction]) -> tuple[Pattern, Vector]:
        """Return the pattern an infinitesimal step from ``point`` along ``direction``, and the slopes of the outputs.

        Arguments and errors as for :meth:`pattern_at`.
        """
        tape, pattern, _ = self._trace(point, direction)
        stretch = common_denominator(as_vector(direction, self.input_dim))
        return pattern, tuple(self.scales[slot] * Fraction(int(tape[slot][1]), stretch) for slot in self.outputs)

    def __call__(self, point: Sequence[Fraction]) -> Vector:
        """Return the exact value of the outputs at a rational point."""
        tape, _, scale = self._trace(point, None)
        return tuple(self.scales[slot] * Fraction(int(tape[slot][0]), scale) for slot in self.outputs)

    def _trace(self, point: Sequence[Fraction], direction: Sequence[Fraction] | None) -> tuple[Tape, Pattern, int]:
        """Run on the columns ``(1, point)`` and ``(0, direction)``; the first gives signs, the second breaks ties."""
        start = as_vector(point, self.input_dim)
        scale = common_denominator(start)
        columns = [[scale, *(int(value * scale) for value in start)]]
        if direction is not None:
            step = as_vector(direction, self.input_dim)
            stretch = common_denominator(step)
            columns.append([0, *(int(value * stretch) for value in step)])
        tape: Tape = integer_matrix(columns, self.input_dim + 1).transpose().tolist()
        winners: list[int] = []
        for stage in self.stages:
            tape.extend(apply_rows(stage, tape, len(columns)))
            for gate in stage.gates:
                winner = max(range(gate.rank), key=lambda i: (tape[gate.selectors[i]], -i))
                winners.append(winner)
                tape.append(tape[gate.outputs[winner]])
        return tape, tuple(winners), scale


def apply_rows(stage: Stage, tape: Tape, width: int) -> Tape:
    """Return the new linear slots of a stage from the tape so far (``width`` entries a slot)."""
    if not stage.rows:
        return []
    if stage.entries is not None:
        return [_combination(entries, tape, width) for entries in stage.entries]
    flat = [entry for slot in stage.sources for entry in tape[slot]]
    product = stage.matrix * fmpz_mat(len(stage.sources), width, flat)
    return product.tolist()


def _combination(entries: Sequence[tuple[int, int]], tape: Tape, width: int) -> list[fmpz]:
    """Return a combination of slots of the tape."""
    total = [fmpz(0)] * width
    for slot, entry in entries:
        total = [a + entry * b for a, b in zip(total, tape[slot], strict=True)]
    return total
