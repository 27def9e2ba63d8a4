"""Gate programs in the flat arrays of the compiled walk."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any
from weakref import finalize

import numpy as np

from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.chains import is_chain
from polytopes.enumeration.gate_program import GateProgram
from polytopes.enumeration.kernels.arrays import INTEGRAL, PRIME, ROWS, SOURCES, WEIGHT, Program
from polytopes.enumeration.kernels.signs import TINY, UNIT

Array = np.ndarray[Any, Any]
SMALL = 2**26
"""Programs with all integer coefficients up to this size are walked on integers, others on their true weights."""
FEW, EXACT, SHORT = 8, 2**53, 2**64
"""So are programs on few inputs, not chains, that have coefficients up to EXACT and forms with entries up to SHORT."""
_packed: dict[int, Program] = {}
_weighed: dict[int, Program] = {}
"""The arrays by the id of their program, without or with their columns, lines and residues; an entry is removed before
its id can be used again."""


def weighed_program(program: GateProgram) -> Program:
    """Return a program in flat arrays without columns, lines and residues, which only walks by rays or points need."""
    key = id(program)
    if key in _packed:
        return _packed[key]
    if key not in _weighed:
        _weighed[key] = _weigh(program)
        finalize(program, _weighed.pop, key, None)
    return _weighed[key]


def packed_program(program: GateProgram) -> Program:
    """Return a program in flat arrays; they are made once and kept as long as the program is."""
    key = id(program)
    if key not in _packed:
        p = weighed_program(program)
        _packed[key] = p._replace(
            columns=_columns(p), lines=_lines(program), residues=_residues(program, len(p.weights))
        )
        _weighed.pop(key, None)
        finalize(program, _packed.pop, key, None)
    return _packed[key]


def is_integral(program: GateProgram) -> bool:
    """Whether the arrays of a program have its integer forms, not the true ones."""
    return bool(weighed_program(program).stages[:, INTEGRAL].all())


def output_scales(program: GateProgram) -> Array:
    """Return factors that take the forms of the outputs, as arrays have them, to the true ones; nan beyond floats."""
    integral = is_integral(program)
    factors = (quotient(*program.scales[slot].as_integer_ratio()) if integral else 1.0 for slot in program.outputs)
    return np.array([factor if TINY < factor < 1 / TINY else np.nan for factor in factors])


def _weigh(program: GateProgram) -> Program:
    integral = _has_weights_up_to(program, SMALL) or _has_short_forms(program)
    stages: list[tuple[int, ...]] = []
    gates: list[tuple[int, int]] = []
    rivals: list[tuple[int, int]] = []
    sources: list[int] = []
    weights = np.empty(sum(len(stage.rows) * len(stage.sources) for stage in program.stages))
    n_weights = 0
    for slot, stage in zip(program.first_slots, program.stages, strict=True):
        shape = (slot, len(stage.rows), len(sources), len(stage.sources), n_weights, len(gates), len(stage.gates))
        stages.append((*shape, int(integral)))
        end = n_weights + len(stage.rows) * len(stage.sources)
        weights[n_weights:end] = _weights(program, stage.rows, stage.sources, slot, integral).ravel()
        n_weights = end
        sources.extend(stage.sources)
        for gate in stage.gates:
            gates.append((gate.rank, len(rivals)))
            rivals.extend(zip(gate.selectors, gate.outputs, strict=True))
    return Program(
        np.array(stages, dtype=np.int64).reshape(-1, 8),
        np.array(gates, dtype=np.int64).reshape(-1, 2),
        np.array(rivals, dtype=np.int64).reshape(-1, 2),
        np.array(sources, dtype=np.int64),
        weights,
        np.zeros(0),
        np.full(len(stages), 0.0 if integral else UNIT),
        np.zeros(0, dtype=np.int64),
        np.zeros(0, dtype=np.int64),
    )


def _columns(p: Program) -> Array:
    """Return the weights of every stage by source."""
    found = np.empty(len(p.weights))
    for place in p.stages:
        start, rows, sources = place[WEIGHT], place[ROWS], place[SOURCES]
        end = start + rows * sources
        found[start:end] = p.weights[start:end].reshape(rows, sources).T.ravel()
    return found


def _has_weights_up_to(program: GateProgram, most: int) -> bool:
    return all(abs(entry) <= most for stage in program.stages for row in stage.rows for entry in row)


def _has_short_forms(program: GateProgram) -> bool:
    """Whether a program has few inputs and is no chain, and its forms on the inputs are short on every cell."""
    if program.input_dim > FEW or is_chain(program) or not _has_weights_up_to(program, EXACT):
        return False
    bounds = [1] * (program.input_dim + 1)
    for stage in program.stages:
        own = [bounds[source] for source in stage.sources]
        bounds += [
            sum(abs(entry) * bound for entry, bound in zip(row, own, strict=True) if entry) for row in stage.rows
        ]
        bounds += [max(bounds[slot] for slot in gate.outputs) for gate in stage.gates]
        if max(bounds) > SHORT:
            return False
    return True


def _lines(program: GateProgram) -> Array:
    """For every slot the first linear slot of its stage whose row is a multiple of its own, else the slot itself."""
    lines = np.arange(len(program.scales), dtype=np.int64)
    for slot, stage in zip(program.first_slots, program.stages, strict=True):
        first: dict[Row, int] = {}
        for i, row in enumerate(stage.rows):
            content = gcd(*row)
            leading = next((entry for entry in row if entry), 1)
            content = -content if leading < 0 else content
            direction = row if content in (0, 1) else tuple(entry // content for entry in row)
            lines[slot + i] = first.setdefault(direction, slot + i)
    return lines


def _residues(program: GateProgram, count: int) -> Array:
    """Return so many integers, those of the rows of all stages, modulo a prime."""
    found, place = np.empty(count, dtype=np.int64), 0
    for stage in program.stages:
        for row in stage.rows:
            found[place : place + len(row)] = [entry % PRIME for entry in row]
            place += len(row)
    return found


def _weights(program: GateProgram, rows: Sequence[Row], sources: Sequence[int], slot: int, integral: bool) -> Array:
    """Return the weights of a stage: its integers, or the true weights correctly rounded.

    Below the range of the error model a weight becomes infinite: its forms are then always undecided.
    """
    table = np.empty((len(rows), len(sources)))
    if integral:
        for i, row in enumerate(rows):
            table[i] = row
        return table
    above = [program.scales[slot + i].as_integer_ratio() for i in range(len(rows))]
    below = [program.scales[source].as_integer_ratio() for source in sources]
    own, other = _numbered(above), _numbered(below)
    ratios = [[(a[0] * b[1], a[1] * b[0]) for b in other] for a in own]
    columns = [other[scale] for scale in below]
    for i, (scale, row) in enumerate(zip(above, rows, strict=True)):
        line = [ratios[own[scale]][column] for column in columns]
        try:
            table[i] = [entry * factor / divisor for entry, (factor, divisor) in zip(row, line, strict=True)]
        except OverflowError:
            table[i] = [quotient(entry * factor, divisor) for entry, (factor, divisor) in zip(row, line, strict=True)]
        for k in np.flatnonzero(np.abs(table[i]) <= TINY).tolist():
            table[i, k] = float("inf") if row[k] else 0.0
    return table


def _numbered(scales: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Number the different scales."""
    return {scale: number for number, scale in enumerate(dict.fromkeys(scales))}


def quotient(numerator: int, denominator: int) -> float:
    """Return the nearest float; infinity beyond the range, so that every sign that needs it is undecided."""
    try:
        return numerator / denominator
    except OverflowError:
        return float("inf")
