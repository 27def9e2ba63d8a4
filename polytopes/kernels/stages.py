"""Compiled evaluation of a gate program on a cell: linear forms with error bounds, stage by stage."""

from __future__ import annotations

import numpy as np

from polytopes.kernels.arrays import (
    CURSOR,
    GATE,
    GATES,
    INTEGRAL,
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
from polytopes.kernels.compilation import compiled
from polytopes.kernels.signs import EXACT, SLACK, TINY, UNIT


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
def linear_slot(p: Program, tape: Array, work: Array, stage: int, row: int, n: int) -> None:
    """Compute one linear slot of a stage with its error bounds; only sources that are not zero count."""
    slot = p.stages[stage, SLOT] + row
    columns = p.stages[stage, SOURCES]
    weight_error = p.weight_errors[stage]
    exact = p.stages[stage, INTEGRAL] == 1
    terms = 0
    for k in range(n):
        tape[slot, k], tape[slot, n + k], work[0, k] = 0.0, 0.0, 0.0
    for j in range(columns):
        weight = p.weights[p.stages[stage, WEIGHT] + row * columns + j]
        source = p.sources[p.stages[stage, SOURCE] + j]
        if weight == 0.0 or tape[source, 2 * n + 1] == 1.0:
            continue
        terms += 1
        exact = exact and tape[source, 2 * n] == 1.0
        for k in range(n):
            value = weight * tape[source, k]
            tape[slot, k] += value
            work[0, k] += abs(value)
            if tape[source, k] != 0.0 or tape[source, n + k] != 0.0:
                work[0, k] += TINY
            tape[slot, n + k] += abs(weight) * tape[source, n + k]
    zero = True
    for k in range(n):
        size, error = work[0, k], tape[slot, n + k]
        exact = exact and size < EXACT
        if size != 0.0 or error != 0.0 or tape[slot, k] != 0.0:
            zero = False
            tape[slot, n + k] = (error + ((terms + 2) * UNIT + weight_error) * (size + error)) * SLACK + TINY
    if exact:
        zero = True
        for k in range(n):
            tape[slot, n + k] = 0.0
            zero = zero and tape[slot, k] == 0.0
    tape[slot, 2 * n] = 1.0 if exact else 0.0
    tape[slot, 2 * n + 1] = 1.0 if zero else 0.0


@compiled
def enter_stage(w: Walk, p: Program, node: int, n: int) -> None:
    """Compute the linear forms of the node's stage and open its gates."""
    stage = w.nodes[node, STAGE]
    for row in range(p.stages[stage, ROWS]):
        linear_slot(p, w.tape, w.work, stage, row, n)
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
    start = p.stages[stage, GATE]
    slot = p.stages[stage, SLOT] + p.stages[stage, ROWS]
    for k in range(p.stages[stage, GATES]):
        source = p.rivals[p.gates[start + k, RIVAL] + w.winners[node, start + k], 1]
        for c in range(w.tape.shape[1]):
            w.tape[slot + k, c] = w.tape[source, c]
    w.nodes[node, STAGE] = stage + 1
