"""Compiled evaluation of a gate program on a cell: linear forms with error bounds, stage by stage."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    CURSOR,
    GATE,
    GATES,
    INTEGRAL,
    LEAVES,
    OPEN,
    PAIR,
    RANK,
    RIVAL,
    ROWS,
    SLOT,
    SOURCE,
    SOURCES,
    STAGE,
    WEIGHT,
    Array,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNIT
from polytopes.jit.compilation import compiled


@compiled
def load_form(form: Array, tape: Array, a: int, b: int, n: int) -> None:
    """Put slot b minus slot a into row 0 of ``form``."""
    exact = tape[a, 2 * n] == 1.0 and tape[b, 2 * n] == 1.0
    if tape[a, 2 * n + 1] == 1.0:
        for k in range(2 * n + 1):
            form[0, k] = tape[b, k]
        return
    for k in range(n):
        x, y = tape[b, k], tape[a, k]
        error = tape[b, n + k] + tape[a, n + k]
        exact = exact and abs(x) + abs(y) < EXACT
        form[0, k] = x - y
        if x != 0.0 and y != 0.0:
            error = (error + UNIT * abs(form[0, k])) * SLACK + TINY
        form[0, n + k] = error
    form[0, 2 * n] = 1.0 if exact else 0.0
    if exact:
        for k in range(n):
            form[0, n + k] = 0.0


@compiled
def are_exact(w: Walk, p: Program, stage: int, n: int) -> bool:
    """Whether the weights of a stage and its sources are exact integers."""
    start = p.stages[stage, SOURCE]
    exact = p.stages[stage, INTEGRAL] == 1
    for j in range(start, start + p.stages[stage, SOURCES]):
        source = p.sources[j]
        exact = exact and (w.tape[source, 2 * n] == 1.0 or w.tape[source, 2 * n + 1] == 1.0)
    return exact


@compiled
def add_sources(w: Walk, p: Program, stage: int, exact: bool, rounding: float, n: int) -> None:
    """Sum the sources of a stage, times the weights of each row, into ``sums``.

    A row of ``sums`` is an entry of all linear slots. Then come the sizes of the products if all are exact integers,
    else bounds on the errors of the entries, where ``rounding`` bounds the relative error of sums and weights.
    """
    rows, columns, start = p.stages[stage, ROWS], p.stages[stage, SOURCES], p.stages[stage, SOURCE]
    for k in range(2 * n):
        for i in range(rows):
            w.sums[k, i] = 0.0
    for j in range(columns):
        source = p.sources[start + j]
        if w.tape[source, 2 * n + 1] == 1.0:
            continue
        for k in range(n):
            value, error = w.tape[source, k], w.tape[source, n + k]
            if value != 0.0 or error != 0.0:
                size = abs(value)
                extent = size if exact else error + rounding * (size + error)
                add_products(p.columns, p.stages[stage, WEIGHT] + j * rows, rows, w.sums, k, n, value, extent)


@compiled
def add_products(weights: Array, at: int, rows: int, sums: Array, k: int, n: int, value: float, extent: float) -> None:
    """Add one entry of a source and its extent, times its weights, stored from ``at`` on, to the sums of all rows."""
    for i in range(rows):
        weight = weights[at + i]
        sums[k, i] += weight * value
        sums[n + k, i] += abs(weight) * extent + (TINY if weight != 0.0 else 0.0)


@compiled
def put_slot(tape: Array, slot: int, sums: Array, i: int, exact: bool, rounding: float, n: int) -> None:
    """Write a linear slot with its error bounds; the arguments are those of :func:`add_sources`."""
    small = exact
    for k in range(n):
        small = small and sums[n + k, i] < EXACT
    zero = True
    for k in range(n):
        value, extent = sums[k, i], sums[n + k, i]
        error = rounding * extent if exact else extent
        tape[slot, k] = value
        tape[slot, n + k] = 0.0 if small or extent == 0.0 else error * SLACK + TINY
        zero = zero and value == 0.0 and (small or extent == 0.0)
    tape[slot, 2 * n] = 1.0 if small else 0.0
    tape[slot, 2 * n + 1] = 1.0 if zero else 0.0


@compiled
def put_linear_slots(w: Walk, p: Program, stage: int, n: int) -> None:
    """Compute the linear forms of a stage."""
    exact = are_exact(w, p, stage, n)
    rounding = (p.stages[stage, SOURCES] + 2) * UNIT + p.weight_errors[stage]
    add_sources(w, p, stage, exact, rounding, n)
    for i in range(p.stages[stage, ROWS]):
        put_slot(w.tape, p.stages[stage, SLOT] + i, w.sums, i, exact, rounding, n)


@compiled
def enter_stage(w: Walk, p: Program, node: int, n: int) -> None:
    """Compute the linear forms of the node's stage and open its gates."""
    stage = w.nodes[node, STAGE]
    put_linear_slots(w, p, stage, n)
    start = p.stages[stage, GATE]
    for k in range(p.stages[stage, GATES]):
        w.open_gates[node, k] = start + k
        w.open_rivals[node, k] = ~np.uint64(0) >> np.uint64(64 - p.gates[start + k, RANK])
    w.nodes[node, OPEN] = p.stages[stage, GATES]
    w.nodes[node, CURSOR], w.nodes[node, PAIR] = 0, 0
    w.beaten[node] = np.uint64(0)


@compiled
def leave_stage(w: Walk, p: Program, node: int) -> None:
    """Pass the outputs of the winners on."""
    stage = w.nodes[node, STAGE]
    pass_winners_on(w, p, node, stage)
    w.nodes[node, STAGE] = stage + 1


@compiled
def pass_winners_on(w: Walk, p: Program, node: int, stage: int) -> None:
    """Write the outputs of the gates of a stage to their slots."""
    start = p.stages[stage, GATE]
    slot = p.stages[stage, SLOT] + p.stages[stage, ROWS]
    for k in range(p.stages[stage, GATES]):
        source = p.rivals[p.gates[start + k, RIVAL] + w.winners[node, start + k], 1]
        for c in range(w.tape.shape[1]):
            w.tape[slot + k, c] = w.tape[source, c]


@compiled
def put_outputs(w: Walk, p: Program, node: int, n: int) -> None:
    """Compute the forms of the outputs on a cell all gates of which are closed, with those of the last stage."""
    records, size = w.records, w.records.outputs.shape[0]
    last = w.nodes[node, STAGE] - 1
    if last >= 0:
        pass_winners_on(w, p, node, last)
    for stage in range(last + 1, p.stages.shape[0]):
        put_linear_slots(w, p, stage, n)
    for i in range(size):
        for c in range(2 * n + 1):
            records.forms[w.state[LEAVES] * size + i, c] = w.tape[records.outputs[i], c]
