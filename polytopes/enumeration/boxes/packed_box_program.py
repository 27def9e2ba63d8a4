"""Reduced gate programs, and the workspace, in the flat arrays of the compiled walk over boxes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.boxes.box_cells import BoxProblem
from polytopes.enumeration.boxes.float_forms import FloatForms
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import SOURCE, WEIGHT
from polytopes.enumeration.kernels.box_arrays import REMEMBERED, BoxProgram, BoxWalk
from polytopes.enumeration.kernels.signs import UNIT
from polytopes.enumeration.packed_program import is_integral, weighed_program

Array = NDArray[Any]
MOST_REMEMBERED = 1 << 22
"""Entries of points and multipliers that are remembered."""


def packed_box_program(program: GateProgram) -> BoxProgram:
    """Return a program in sparse rows."""
    packed, last = weighed_program(program), program.last_gated_stage + 1
    stages, starts = [], [0]
    sources: list[Array] = [np.zeros(0, dtype=np.int64)]
    weights: list[Array] = [np.zeros(0)]
    first_gate = 0
    for number, stage in enumerate(program.stages[:last]):
        stages.append((program.first_slots[number], len(stage.rows), first_gate, len(stage.gates)))
        first_gate += len(stage.gates)
        place, width = packed.stages[number], len(stage.sources)
        slots = packed.sources[place[SOURCE] : place[SOURCE] + width]
        flat = packed.weights[place[WEIGHT] : place[WEIGHT] + len(stage.rows) * width].reshape(-1, width)
        for row in flat:
            used = np.flatnonzero(row)
            sources.append(slots[used])
            weights.append(row[used])
            starts.append(starts[-1] + len(used))
    gates = [(*gate.selectors[:2], *gate.outputs[:2]) for gate in program.gates]
    forms = [pair for gate in program.gates for pair in zip(gate.selectors, gate.outputs, strict=True)]
    return BoxProgram(
        np.array(stages, dtype=np.int64).reshape(-1, 4),
        np.array(gates, dtype=np.int64).reshape(-1, 4),
        np.array(_lines(program), dtype=np.int64).reshape(-1, 2),
        np.array(starts, dtype=np.int64),
        np.concatenate(sources),
        np.concatenate(weights),
        np.array([0.0 if is_integral(program) else UNIT]),
        np.array([0, *accumulate(program.gate_ranks)], dtype=np.int64),
        np.array(forms, dtype=np.int64).reshape(-1, 2),
        np.array(_keys(program), dtype=np.int64),
        np.array(_copies(program), dtype=np.int64),
    )


def _keys(program: GateProgram) -> list[int]:
    """Return where what is remembered of every gate begins, and how much there is in all."""
    return [0, *accumulate(2 if rank == 2 else rank * rank for rank in program.gate_ranks)]


def _copies(program: GateProgram) -> list[int]:
    """Return for every row the slot of which it is a copy, or -1."""
    found = []
    for first, stage in zip(program.first_slots, program.stages[: program.last_gated_stage + 1], strict=False):
        for i, row in enumerate(stage.rows):
            used = [(source, entry) for source, entry in zip(stage.sources, row, strict=True) if entry]
            is_copy = len(used) == 1 and used[0][1] == 1 and program.scales[first + i] == program.scales[used[0][0]]
            found.append(used[0][0] if is_copy else -1)
    return found


def _lines(program: GateProgram) -> list[tuple[int, int]]:
    """For every gate a number, one for all gates of a stage whose forms are proportional, and the sign."""
    lines: list[tuple[int, int]] = []
    for first, stage in zip(program.first_slots, program.stages, strict=True):
        numbers: dict[Row, int] = {}
        for gate in stage.gates:
            if gate.rank > 2:
                lines.append((len(lines), 1))
                continue
            row = _difference(stage.rows, stage.sources, first, gate.selectors)
            lead = next((entry for entry in row if entry), 1)
            line = row if lead > 0 else tuple(-entry for entry in row)
            lines.append((numbers.setdefault(line, len(lines)), 1 if lead > 0 else -1))
    return lines


def _difference(rows: Sequence[Row], sources: Sequence[int], first: int, selectors: Sequence[int]) -> Row:
    """Return the second selector minus the first over the slots before the stage, as a primitive row."""
    total = [0] * first
    for slot, sign in zip(selectors, (-1, 1), strict=True):
        if slot < first:
            total[slot] += sign
        else:
            for source, entry in zip(sources, rows[slot - first], strict=True):
                total[source] += sign * entry
    return primitive(total)


def box_workspace(problem: BoxProblem, leaves: int) -> BoxWalk:
    """Return the arrays that a walk over the box of a problem works on, with room for so many patterns."""
    program, n = problem.reduced.program, problem.space.n
    n_gates, n_slots, n_cuts = program.n_gates, len(program.scales), len(problem.start.rows)
    n_keys, most = _keys(program)[-1], max(program.gate_ranks, default=2)
    depth, width = sum(program.gate_ranks) - n_gates + n_cuts + 1, n_keys + n_cuts + 1
    hinted = REMEMBERED * min(n_keys, MOST_REMEMBERED // (REMEMBERED * (n + width)))
    inputs = _inputs(problem)
    w = BoxWalk(
        state=np.zeros(9, dtype=np.int64),
        nodes=np.zeros((depth + 1, 10), dtype=np.int64),
        points=np.zeros((depth + 1, n)),
        winners=np.zeros((depth + 1, n_gates), dtype=np.uint8),
        tape=np.zeros((n_slots, n + 1)),
        measures=np.zeros((2, n_slots)),
        walls=np.zeros((depth, n + 1)),
        wall_measures=np.zeros((2, depth)),
        decisions=np.zeros((depth, 3), dtype=np.int64),
        order=np.zeros(n_gates, dtype=np.int64),
        rarity=np.zeros(n_gates),
        given=np.zeros((most, n)),
        form=np.zeros((1, n + 1)),
        form_measures=np.zeros((2, 1)),
        table=np.zeros((depth, n + 1)),
        line=np.zeros((3, n + 1)),
        names=np.zeros(n + depth, dtype=np.int64),
        columns=np.zeros(n + 1, dtype=np.int64),
        point=np.zeros((1, n)),
        multipliers=np.zeros(depth),
        total=np.zeros(n + 1),
        shares=np.zeros(depth),
        leaves=np.zeros((leaves, n_gates), dtype=np.uint8),
        origins=np.full((depth, 2), -2, dtype=np.int64),
        first_slots=np.arange(n_slots),
        parts=np.zeros(1, dtype=np.int64),
        hints=np.zeros((hinted, width)),
        goals=np.zeros((hinted, n)),
    )
    w.tape[: len(inputs)] = inputs.rows
    w.measures[0, : len(inputs)], w.measures[1, : len(inputs)] = inputs.sizes, inputs.errors
    return w


def _inputs(problem: BoxProblem) -> FloatForms:
    """Return the input slots over the cube, on the scale of the packed weights."""
    program, size = problem.reduced.program, problem.space.size
    scales = [Fraction(1)] * size if is_integral(program) else list(program.scales[:size])
    return problem.space.true_forms(identity(size), scales)
