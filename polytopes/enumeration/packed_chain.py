"""Programs that are chains of layers, in the flat arrays of the count by sections."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from weakref import finalize

import numpy as np

from polytopes.enumeration.chains import is_chain, multiples
from polytopes.enumeration.gate_program import GateProgram, Stage
from polytopes.enumeration.kernels import arrays
from polytopes.enumeration.kernels.section_arrays import LIMIT, WIDTH, Chain
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.enumeration.packed_program import packed_program, quotient

Array = np.ndarray[Any, Any]
_packed: dict[int, Chain | None] = {}
"""The arrays by the id of their program; an entry is removed before its id can be used again."""


def packed_chain(program: GateProgram) -> Chain | None:
    """Return a program as a chain, or None if it is none; the arrays are kept as long as the program is."""
    key = id(program)
    if key not in _packed:
        _packed[key] = _pack(program) if is_chain(program) else None
        finalize(program, _packed.pop, key, None)
    return _packed[key]


def _pack(program: GateProgram) -> Chain | None:
    p = packed_program(program)
    stages = program.stages[: program.last_gated_stage + 1]
    widths = [len(stage.gates) for stage in stages]
    widest = max(widths)
    blocks = [
        (number, start, units, sum(widths[:number]) + start)
        for number, width in enumerate(widths)
        for start, units in _parted(width)
    ]
    tables, leaks, places = [np.zeros((0, widest))], [np.zeros((0, widest))], []
    rounding, passed = p.weight_errors[: len(stages)].copy(), _factors(program, p)
    if passed is None:
        return None
    uses = np.zeros((len(stages), widest), dtype=np.uint64)
    lines: list[int] = []
    for number, stage in enumerate(stages):
        units = [gate.selectors[1] for gate in stage.gates]
        places.append((sum(map(len, tables)), len(units), int(p.stages[number, arrays.INTEGRAL])))
        first_gates: dict[int, int] = {}
        alone = _single_rows(stage, program.first_slots[number])
        for slot in units:
            lines.append(first_gates.setdefault(int(p.lines[alone.get(slot, slot)]), len(lines)))
        if number:
            before = program.first_slots[number] - widths[number - 1]
            table = _weights(p, number, units, before, widths[number - 1], widest)
            uses[number] = _uses(table[1:])
            always, more = passed[number - 1]
            leaks.append(times(table, np.concatenate([[0.0], always])))
            tables.append(times(table, np.concatenate([[1.0], more])))
            if rounding[number] and always.any():
                rounding[number] = 4 * UNIT  # the weight, the factor and their product are rounded
    return Chain(
        blocks=np.array(blocks, dtype=np.int64),
        stages=np.array(places, dtype=np.int64),
        weights=np.concatenate(tables),
        start=_start(p, [gate.selectors[1] for gate in stages[0].gates], program.input_dim + 1),
        leaks=np.concatenate(leaks),
        leaking=np.array([leaking_units(passed[block[0]][0], block) for block in blocks], dtype=np.uint64),
        rounding=rounding,
        places=np.array([(s, k) for s, width in enumerate(widths) for k in range(width)], dtype=np.int64),
        lines=np.array(lines, dtype=np.int64),
        uses=uses,
        mates=_mates(blocks, lines),
        copies=np.array([_copies(lines, block) for block in blocks], dtype=np.uint64),
    )


def _parted(width: int) -> list[tuple[int, int]]:
    """Return the starts and lengths of the blocks of a stage; the last, whose parts may be counted, is the largest."""
    first = width % WIDTH
    return [(0, first)] * (first > 0) + [(start, WIDTH) for start in range(first, width, WIDTH)]


def _factors(program: GateProgram, p: arrays.Program) -> list[tuple[Array, Array]] | None:
    """Return for every stage what a unit always passes on of its form, and how much more where it is on.

    They are on the scale of the weights; None if these are integers and the factors are not.
    """
    found = []
    for number in range(program.last_gated_stage):
        passed = passed_on(program, number, bool(p.stages[number, arrays.INTEGRAL]))
        if passed is None:
            return None
        found.append(passed)
    width = len(program.stages[program.last_gated_stage].gates)
    return [*found, (np.zeros(width), np.ones(width))]


def passed_on(program: GateProgram, number: int, integral: bool) -> tuple[Array, Array] | None:
    """Return what the units of a stage always pass on of their forms, and how much more where they are on.

    Each passes on multiples of its form; None if the weights are integers and the factors are not.
    """
    stage, pairs = program.stages[number], []
    if all(gate.outputs == gate.selectors for gate in stage.gates):  # 0, or the form itself
        return np.zeros(len(stage.gates)), np.ones(len(stage.gates))
    for gate in stage.gates:
        factors = multiples(stage, program.first_slots[number], gate)
        assert factors is not None
        if not integral:
            scale = program.scales[gate.selectors[1]]
            off, on = (k * program.scales[s] / scale for k, s in zip(factors, gate.outputs, strict=True))
        elif factors[0].denominator == factors[1].denominator == 1:
            off, on = factors
        else:
            return None
        pairs.append((nearest_float(off), nearest_float(on - off)))
    leaks, more = np.array(pairs).T
    return leaks, more


def nearest_float(value: Fraction) -> float:
    """Return the nearest float, infinity outside the range of the error model."""
    nearest = quotient(*value.as_integer_ratio())
    return nearest if abs(nearest) > TINY or not value else float("inf")


def times(table: Array, factors: Array) -> Array:
    """Return a table with its rows multiplied; what becomes too small for the error model becomes infinite."""
    with np.errstate(invalid="ignore", over="ignore"):
        product: Array = table * factors[:, None]
    small = (np.abs(product) <= TINY) & (table != 0.0) & (factors[:, None] != 0.0)
    product[small] = np.inf
    return product


def leaking_units(off: Array, block: Sequence[int]) -> int:
    """Return the word of the units of a block that always pass something on."""
    _, start, units, _ = block
    return sum(1 << k for k, factor in enumerate(off[start : start + units]) if factor)


def _weights(p: arrays.Program, number: int, units: list[int], before: int, n_before: int, widest: int) -> Array:
    """Return the weights of the forms of a stage: constants, then one row for every unit before."""
    slot, rows, source, sources, weight = (int(entry) for entry in p.stages[number, :5])
    own = p.columns[weight : weight + rows * sources].reshape(sources, rows)
    table = np.zeros((1 + n_before, widest))
    columns = np.array([unit - slot for unit in units])
    inside = columns >= 0  # a form that is zero may stand in an earlier stage
    for j in range(sources):
        other = int(p.sources[source + j])
        row = table[0 if other == 0 else 1 + other - before]
        row[: len(units)][inside] = own[j, columns[inside]]
    for k, unit in enumerate(units):
        if unit == 0 or before <= unit < before + n_before:
            table[0 if unit == 0 else 1 + unit - before, k] = 1.0
    return table


def _single_rows(stage: Stage, first: int) -> dict[int, int]:
    """Return the linear slots of a stage that are multiples of one slot that it reads, by that slot, if gates do."""
    found: dict[int, int] = {}
    if all(gate.selectors[1] >= first for gate in stage.gates):
        return found
    for i, row in enumerate(stage.rows):
        used = [source for source, entry in zip(stage.sources, row, strict=True) if entry]
        if len(used) == 1:
            found.setdefault(used[0], first + i)
    return found


def _start(p: arrays.Program, units: list[int], n: int) -> Array:
    """Return the forms of the first stage in the input, a column for each, as :func:`form_table` does."""
    table = np.zeros((n, len(units)))
    slot, rows, source, sources, weight = (int(entry) for entry in p.stages[0, :5])
    own = p.columns[weight : weight + rows * sources].reshape(sources, rows)
    linear = np.array([unit >= slot for unit in units])
    table[p.sources[source : source + sources, None], np.flatnonzero(linear)] = own[:, np.array(units)[linear] - slot]
    for k in np.flatnonzero(~linear):
        table[units[k], k] = 1.0
    integral = p.stages[0, arrays.INTEGRAL] == 1
    return form_table(table, np.zeros(len(units)) if integral else np.abs(table).max(axis=0) * 2 * UNIT + 2 * TINY)


def form_table(values: Array, errors: Array) -> Array:
    """Return the rows that a count has of a stage: coefficients, errors, bounds on sums, and largest coefficients.

    A form that is not finite is given up: all its signs are asked for.
    """
    sizes = np.abs(values)
    sums = sizes.sum(axis=0)
    table: Array = np.vstack([values, errors, sums * SLACK + TINY, sizes.max(axis=0)])
    lost = ~((sums < LIMIT) & (errors < LIMIT))
    if lost.any():
        n = len(values)
        table[:n, lost], table[n:, lost] = 0.0, [[np.inf], [TINY], [np.inf]]
    return table


def _uses(table: Array) -> Array:
    """Return for every unit the word of units before with a weight that is not zero; all if they are too many."""
    used = table != 0.0
    if len(table) > WIDTH:
        return np.where(used.any(axis=0), ~np.uint64(0), np.uint64(0))
    bits = np.uint64(1) << np.arange(len(table), dtype=np.uint64)
    words: Array = (used * bits[:, None]).sum(axis=0, dtype=np.uint64)
    return words


def _mates(blocks: list[tuple[int, int, int, int]], lines: list[int]) -> Array:
    mates = np.zeros((len(blocks), WIDTH), dtype=np.uint64)
    for row, (_, _, units, gate) in zip(mates, blocks, strict=True):
        own = lines[gate : gate + units]
        row[:units] = [sum(1 << k for k, other in enumerate(own) if other == line) for line in own]
    return mates


def _copies(lines: list[int], block: tuple[int, int, int, int]) -> int:
    _, _, units, gate = block
    return sum(1 << k for k in range(units) if lines[gate + k] != gate + k)
