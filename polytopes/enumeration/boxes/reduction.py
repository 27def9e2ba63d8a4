"""A gate program over a box, reduced to the gates that are open on it and to the forms that these read.

Gates whose winner is proven on the whole box (:mod:`polytopes.enumeration.boxes.program_bounds`) pass on one slot, so
all that remains is linear between open gates: every form is an affine form of the inputs plus a combination of the
outputs of open gates. The affine forms that occur are the coordinates y of the reduced program, unless there are
more of them than inputs. Its cells over the image of the box, a zonotope, are those of the program over the box,
since the image of an open set under a linear map onto its span is open there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from math import gcd
from typing import Any

import numpy as np
from attrs import Factory, define, field, frozen
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.boxes.program_bounds import OPEN, bounds_from, hull_forms, restricted
from polytopes.enumeration.gate_program import Gate, GateProgram, Pattern, Stage
from polytopes.polyhedra.cut_boxes import CutBox

Combination = dict[int, int]
"""Coefficients by the number of an open gate, or of a coordinate."""


@frozen(eq=False)
class ReducedProgram:
    """A program in coordinates y, whose gates are the open ones of a larger program in coordinates (1, x).

    ``rows`` are the coordinates y as forms over (1, x), or None if y = (1, x); ``rivals`` are the forms of every gate
    of the larger program that may win, several where the reduced one decides among them. ``cuts`` are the rows that
    cut the box, as forms in y.
    """

    program: GateProgram
    rows: tuple[Row, ...] | None
    rivals: tuple[tuple[int, ...], ...]
    cuts: tuple[Row, ...] = ()

    @property
    def winners(self) -> tuple[int, ...]:
        """The winners of all gates of the larger program, OPEN where the reduced one decides."""
        return tuple(left[0] if len(left) == 1 else OPEN for left in self.rivals)

    def whole_pattern(self, pattern: Sequence[int]) -> Pattern:
        """Return the winners of all gates of the larger program."""
        decided = iter(pattern)
        return tuple(left[0] if len(left) == 1 else left[next(decided)] for left in self.rivals)

    def whole_patterns(self, patterns: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the patterns of the larger program, one a row, for patterns of the reduced one."""
        whole = np.tile(np.array([left[0] for left in self.rivals], dtype=np.uint8), (len(patterns), 1))
        for k, place in enumerate(place for place, left in enumerate(self.rivals) if len(left) > 1):
            whole[:, place] = np.array(self.rivals[place], dtype=np.uint8)[patterns[:, k]]
        return whole


def reduced_program(
    program: GateProgram,
    cut: CutBox,
    columns: Sequence[Combination],
    keep_outputs: bool = True,
    cuts: Sequence[Row] = (),
) -> ReducedProgram:
    """Return the reduced program of one over a box, which may be cut by rows.

    Args:
        program: a program on Q^d.
        cut: a set in Q^d that is not empty.
        columns: the slots 1, x_1, ..., x_d as forms in the coordinates of its hull, by their entries that are not 0.
        keep_outputs: whether the reduced program has the outputs of the program.
        cuts: the rows by which the box is cut, in these coordinates.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(2)
    >>> slots = build.relu(build.linear([{0: 1, 1: 1}, {0: -1, 1: 1, 2: 1}]))
    >>> program = build.finish(build.relu(build.linear([{slots[0]: Fraction(1), slots[1]: Fraction(-1)}])))
    >>> unit = [{0: 1}, {1: 1}, {2: 1}]
    >>> from polytopes.polyhedra.boxes import Box
    >>> square = CutBox.of_box(Box((Fraction(0),) * 2, (Fraction(1),) * 2))
    >>> reduced_program(program, square, unit).winners
    (1, -1, 1)
    """
    rivals = bounds_from(program, hull_forms(cut)).rivals
    return _Reduction(program, rivals, columns, 1 + cut.dim, keep_outputs, cuts).result()


@define(eq=False)
class _Reduction:
    """The forms of all slots that matter, as affine forms of the inputs and combinations of open gates."""

    program: GateProgram
    rivals: Sequence[tuple[int, ...]]
    columns: Sequence[Combination]
    width: int
    keep_outputs: bool
    cuts: Sequence[Row]
    pure: dict[int, list[Any]] = field(factory=dict)
    mixed: dict[int, Combination] = field(factory=dict)
    parts: list[tuple[list[int], list[Gate]]] = field(factory=list)
    """For every stage with open gates the slots that these read, and the gates."""
    gate_slots: list[int] = Factory(list)
    """The slots of the open gates."""

    def result(self) -> ReducedProgram:
        needed = self._needed()
        first_gate = 0
        for first, stage in zip(self.program.first_slots, self.program.stages, strict=True):
            rows = [i for i in range(len(stage.rows)) if first + i in needed]
            self._add_forms(stage, first, rows)
            self._add_gates(stage, first + len(stage.rows), first_gate, needed)
            first_gate += len(stage.gates)
        if self.keep_outputs:
            self.parts.append((list(dict.fromkeys(self.program.outputs)), []))
        return self._assembled()

    def _needed(self) -> set[int]:
        """Return the slots on which an open gate, or an output, depends."""
        needed = set(self.program.outputs) if self.keep_outputs else set()
        end = len(self.rivals)
        for first, stage in reversed(list(zip(self.program.first_slots, self.program.stages, strict=True))):
            start = end - len(stage.gates)
            for slot, gate, left in zip(
                range(first + len(stage.rows), first + len(stage.rows) + len(stage.gates)),
                stage.gates,
                self.rivals[start:end],
                strict=True,
            ):
                if len(left) > 1:
                    needed.update(*((gate.selectors[i], gate.outputs[i]) for i in left))
                elif slot in needed:
                    needed.add(gate.outputs[left[0]])
            end = start
            for i, row in enumerate(stage.rows):
                if first + i in needed:
                    needed.update(source for source, entry in zip(stage.sources, row, strict=True) if entry)
        return needed

    def _add_forms(self, stage: Stage, first: int, rows: Sequence[int]) -> None:
        if not rows:
            return
        width, dim = self.width, self.program.input_dim
        inputs = [(j, s) for j, s in enumerate(stage.sources) if s <= dim]
        others = [(j, s) for j, s in enumerate(stage.sources) if s > dim and s in self.pure]
        flat = [entry for _, s in others for entry in self.pure[s]]
        weights = fmpz_mat(len(rows), len(others), [stage.rows[i][j] for i in rows for j, _ in others])
        table: list[list[Any]] = [[0] * width for _ in rows]
        if others:
            table = (weights * fmpz_mat(len(others), width, flat)).tolist()
        sparse = [(j, self.columns[s].items()) for j, s in inputs]
        mixed = [(j, self.mixed[s]) for j, s in others if self.mixed[s]]
        for i, form in zip(rows, table, strict=True):
            row = stage.rows[i]
            for j, entries in sparse:
                if row[j]:
                    for k, entry in entries:
                        form[k] += row[j] * entry
            total: Combination = {}
            for j, combination in mixed:
                if row[j]:
                    for gate, entry in combination.items():
                        total[gate] = total.get(gate, 0) + row[j] * entry
            self.pure[first + i] = form
            self.mixed[first + i] = {gate: entry for gate, entry in total.items() if entry}

    def _form(self, slot: int) -> tuple[list[Any], Combination]:
        if slot <= self.program.input_dim:
            return [fmpz(self.columns[slot].get(k, 0)) for k in range(self.width)], {}
        return self.pure[slot], self.mixed[slot]

    def _add_gates(self, stage: Stage, first: int, first_gate: int, needed: set[int]) -> None:
        opened: list[Gate] = []
        for k, gate in enumerate(stage.gates):
            left, slot = self.rivals[first_gate + k], first + k
            if len(left) > 1:
                opened.append(restricted(gate, left))
                self.pure[slot], self.mixed[slot] = [0] * self.width, {len(self.gate_slots): 1}
                self.gate_slots.append(slot)
            elif slot in needed:
                self.pure[slot], self.mixed[slot] = self._form(gate.outputs[left[0]])
        if opened:
            read = dict.fromkeys(slot for gate in opened for slot in (*gate.selectors, *gate.outputs))
            self.parts.append((list(read), opened))

    def _assembled(self) -> ReducedProgram:
        read = [slot for slots, _ in self.parts for slot in slots]
        forms = chain(self.cuts, (self._form(slot)[0] for slot in read))
        lines = _Lines.of(forms, self.width)
        build = _Assembly(lines, self)
        for slots, gates in self.parts:
            build.add(slots, gates)
        outputs = [build.names[slot] for slot in self.program.outputs] if self.keep_outputs else []
        program = GateProgram(lines.size - 1, tuple(build.stages), tuple(outputs), tuple(build.scales))
        cuts = tuple(
            primitive([entries.get(k, 0) for k in range(lines.size)]) for entries in map(lines.coordinates, self.cuts)
        )
        return ReducedProgram(program, lines.rows, tuple(self.rivals), cuts)


@define(eq=False)
class _Lines:
    """The coordinates y: the constant, and affine forms none of which is a multiple of another; or None for (1, x)."""

    rows: tuple[Row, ...] | None
    places: dict[Row, int]
    size: int

    @classmethod
    def of(cls, forms: Iterable[Sequence[Any]], width: int) -> _Lines:
        places: dict[Row, int] = {}
        for form in forms:
            row, _ = _direction(form)
            if any(row[1:]):
                places.setdefault(row, len(places) + 1)
        if len(places) >= width - 1:
            return cls(None, {}, width)
        return cls(((1, *(0,) * (width - 1)), *places), places, len(places) + 1)

    def coordinates(self, form: Sequence[Any]) -> Combination:
        """Return an affine form as a combination of the coordinates."""
        if self.rows is None:
            return {k: int(entry) for k, entry in enumerate(form) if entry}
        row, factor = _direction(form)
        if not any(row[1:]):
            return {0: int(form[0])} if form[0] else {}
        return {self.places[row]: factor}


def _direction(form: Sequence[Any]) -> tuple[Row, int]:
    """Return a primitive row whose first coefficient of x is positive, and the factor that makes it the form."""
    entries = [int(entry) for entry in form]
    factor = gcd(*entries)
    if next((entry for entry in entries[1:] if entry), 1) < 0:
        factor = -factor
    return (tuple(entries), 1) if not factor else (tuple(entry // factor for entry in entries), factor)


@define(eq=False)
class _Assembly:
    """The stages of the reduced program so far; ``names`` are its slots by those of the larger program."""

    lines: _Lines
    whole: _Reduction
    stages: list[Stage] = field(factory=list)
    scales: list[Fraction] = field(factory=list)
    names: dict[int, int] = field(factory=dict)
    gates: list[int] = field(factory=list)
    """The slots of the open gates."""

    def __attrs_post_init__(self) -> None:
        # True values of size 1 keep the weights of the reduced program within the range of floats.
        rows = self.lines.rows or ()
        self.scales.extend([Fraction(1)] * (self.lines.size - len(rows)))
        self.scales.extend(Fraction(1, 1 << max(map(abs, row)).bit_length() - 1) for row in rows)

    def add(self, slots: Sequence[int], gates: Sequence[Gate]) -> None:
        """Append a stage with rows for these slots, read by these gates."""
        sources = [*range(self.lines.size), *self.gates]
        places = {source: place for place, source in enumerate(sources)}
        rows = []
        for slot in slots:
            pure, mixed = self.whole._form(slot)
            row = [0] * len(sources)
            for k, entry in self.lines.coordinates(pure).items():
                row[k] += entry
            for number, entry in mixed.items():
                row[places[self.gates[number]]] += entry
            self.names[slot] = len(self.scales)
            self.scales.append(self.whole.program.scales[slot])
            rows.append(tuple(row))
        renamed = []
        for gate in gates:
            selectors, outputs = (tuple(self.names[slot] for slot in part) for part in (gate.selectors, gate.outputs))
            renamed.append(Gate(selectors, outputs))
            slot = self.whole.gate_slots[len(self.gates)]
            self.names[slot] = len(self.scales)
            self.gates.append(len(self.scales))
            self.scales.append(self.whole.program.scales[slot])
        self.stages.append(Stage(tuple(sources), tuple(rows), tuple(renamed), ""))
