"""Chains with one stage more, which has the forms of the outputs of a program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from weakref import finalize

import numpy as np

from polytopes.enumeration.chains import multiples
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.section_arrays import STAGE, WEIGHT, Chain
from polytopes.enumeration.kernels.signs import UNIT
from polytopes.enumeration.packed_chain import leaking_units, nearest_float, packed_chain, passed_on, times
from polytopes.enumeration.packed_program import SMALL, is_integral

Array = np.ndarray[Any, Any]
_known: dict[int, Chain | None] = {}
"""The chains by the id of their program; an entry is removed before its id can be used again."""


def chain_of_outputs(program: GateProgram) -> Chain | None:
    """Return a chain that has the forms of the outputs as those of one stage more, after its last gates.

    None if the program is no chain, or if its outputs are no sums of constants, of what the last gates compare with 0
    and of multiples of that which they pass on; it is kept as long as the program is.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> hidden = build.relu(build.linear([{1: 1}, {0: -1, 1: 1}]))
    >>> chain_of_outputs(build.finish(build.linear([{hidden[0]: 2, hidden[1]: -3, 0: 5}]))).weights[-3:, 0]
    array([ 5.,  2., -3.])
    """
    key = id(program)
    if key not in _known:
        _known[key] = _with_outputs(program)
        finalize(program, _known.pop, key, None)
    return _known[key]


def constant_outputs(program: GateProgram) -> Array:
    """Return for every output whether it is known to be constant: no gate has a weight in it.

    >>> from polytopes import ProgramBuilder
    >>> build = ProgramBuilder(1)
    >>> [hidden] = build.relu([1])
    >>> constant_outputs(build.finish(build.linear([{hidden: 2}, {0: 5}]))).tolist()
    [False, True]
    """
    c, count = chain_of_outputs(program), len(program.outputs)
    if c is None:
        return np.zeros(count, dtype=bool)
    first = int(c.stages[-1, WEIGHT]) + 1
    found: Array = (c.weights[first:, :count] == 0).all(axis=0) & (c.leaks[first:, :count] == 0).all(axis=0)
    return found


def _with_outputs(program: GateProgram) -> Chain | None:
    c = packed_chain(program)
    sums = None if c is None else _sums_of_gates(program)
    if c is None or sums is None:
        return None
    last, integral = program.last_gated_stage, is_integral(program)
    stage = program.stages[last]
    if any(multiples(stage, program.first_slots[last], gate) is None for gate in stage.gates):
        return None
    passed = passed_on(program, last, integral)
    if passed is None or (integral and any(abs(entry) > SMALL for row in sums for entry in row)):
        return None
    gates = [program.first_slots[last] + len(stage.rows) + k for k in range(len(stage.gates))]
    sources = [0, *gates, *(gate.selectors[1] for gate in stage.gates)]
    wide = max(c.weights.shape[1], len(sums))
    both = np.zeros((2 * len(stage.gates) + 1, wide))
    for i, (slot, row) in enumerate(zip(program.outputs, sums, strict=True)):
        for j, (source, entry) in enumerate(zip(sources, row, strict=True)):
            ratio = 1 if integral else program.scales[slot] / program.scales[source]
            both[j, i] = nearest_float(entry * ratio)
    table, direct = both[: 1 + len(stage.gates)], both[1 + len(stage.gates) :]
    always, more = passed
    weights = times(table, np.concatenate([[1.0], more]))
    leaks = times(table, np.concatenate([[0.0], always]))
    if ((leaks[1:] != 0.0) & (direct != 0.0)).any():
        return None  # their sum would be rounded
    leaks[1:] += direct
    leaking, passes = c.leaking.copy(), (leaks[1:] != 0.0).any(axis=1)
    for number, block in enumerate(c.blocks.tolist()):
        if block[STAGE] == last:
            leaking[number] = leaking_units(passes, block)
    return c._replace(
        stages=np.vstack([c.stages, [[len(c.weights), len(sums), int(integral)]]]),
        weights=np.vstack([_widened(c.weights, wide), weights]),
        leaks=np.vstack([_widened(c.leaks, wide), leaks]),
        leaking=leaking,
        rounding=np.append(c.rounding, 0.0 if integral else 4 * UNIT),
    )


def _widened(table: Array, wide: int) -> Array:
    return np.hstack([table, np.zeros((len(table), wide - table.shape[1]))])


def _sums_of_gates(program: GateProgram) -> list[list[Fraction]] | None:
    """Return the integer forms of the outputs over the constant, the last gates and what these compare with 0.

    None if they use more.
    """
    last = program.last_gated_stage
    stage = program.stages[last]
    first, n_gates = program.first_slots[last] + len(stage.rows), len(stage.gates)
    zero = [Fraction(0)] * (1 + 2 * n_gates)
    sums = {program.first_slots[last] + i: zero for i, row in enumerate(stage.rows) if not any(row)}
    for k, gate in reversed(list(enumerate(stage.gates))):
        sums.setdefault(gate.selectors[1], _unit(zero, 1 + n_gates + k))
        sums[first + k] = _unit(zero, 1 + k)
    sums[0] = _unit(zero, 0)
    for slot, stage in zip(program.first_slots[last + 1 :], program.stages[last + 1 :], strict=True):
        for i, row in enumerate(stage.rows):
            used = [(source, entry) for source, entry in zip(stage.sources, row, strict=True) if entry]
            if all(source in sums for source, _ in used):
                total = zero.copy()
                for source, entry in used:
                    for k, other in enumerate(sums[source]):
                        if other:
                            total[k] += entry * other
                sums[slot + i] = total
    return [sums[slot] for slot in program.outputs] if all(slot in sums for slot in program.outputs) else None


def _unit(zero: list[Fraction], place: int) -> list[Fraction]:
    found = zero.copy()
    found[place] = Fraction(1)
    return found
