"""Reduced gate programs in the flat arrays of the compiled walk over boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import SOURCE, WEIGHT
from polytopes.enumeration.kernels.box_walk import BoxProgram
from polytopes.enumeration.kernels.signs import UNIT
from polytopes.enumeration.packed_program import is_integral, packed_program

Array = NDArray[Any]


def packed_box_program(program: GateProgram) -> BoxProgram:
    """Return a program whose gates have two forms in sparse rows."""
    packed, last = packed_program(program), program.last_gated_stage + 1
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
    gates = [(*gate.selectors, *gate.outputs) for gate in program.gates]
    return BoxProgram(
        np.array(stages, dtype=np.int64).reshape(-1, 4),
        np.array(gates, dtype=np.int64).reshape(-1, 4),
        np.array(_lines(program), dtype=np.int64).reshape(-1, 2),
        np.array(starts, dtype=np.int64),
        np.concatenate(sources),
        np.concatenate(weights),
        np.array([0.0 if is_integral(program) else UNIT]),
    )


def _lines(program: GateProgram) -> list[tuple[int, int]]:
    """For every gate a number, one for all gates of a stage whose forms are proportional, and the sign."""
    lines: list[tuple[int, int]] = []
    for first, stage in zip(program.first_slots, program.stages, strict=True):
        numbers: dict[Row, int] = {}
        for gate in stage.gates:
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
