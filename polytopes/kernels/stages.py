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
def add_sources(w: Walk, p: Program, stage: int, n: int) -> int:
    """Sum the sources of a stage, times the weights of each row, into ``sums``; return how many are not zero.

    A row of ``sums`` is an entry of all linear slots; then come the sizes of the products, then their errors.
    """
    rows, columns = p.stages[stage, ROWS], p.stages[stage, SOURCES]
    sums, terms = w.sums, 0
    for k in range(3 * n):
        for i in range(rows):
            sums[k, i] = 0.0
    for j in range(columns):
        source = p.sources[p.stages[stage, SOURCE] + j]
        if w.tape[source, 2 * n + 1] == 1.0:
            continue
        terms += 1
        at = p.stages[stage, WEIGHT] + j * rows
        for k in range(n):
            value, error = w.tape[source, k], w.tape[source, n + k]
            if value != 0.0 or error != 0.0:
                add_products(p.columns, at, rows, sums, k, n, value, error)
    return terms


@compiled
def add_products(weights: Array, at: int, rows: int, sums: Array, k: int, n: int, value: float, error: float) -> None:
    """Add one entry of a source times its weights, stored from ``at`` on, to the sums of all rows."""
    size = abs(value)
    for i in range(rows):
        weight = weights[at + i]
        sums[k, i] += weight * value
        sums[n + k, i] += abs(weight) * size + (TINY if weight != 0.0 else 0.0)
        sums[2 * n + k, i] += abs(weight) * error


@compiled
def put_slot(tape: Array, slot: int, sums: Array, i: int, factor: float, exact: bool, n: int) -> None:
    """Write a linear slot with its error bounds; ``factor`` bounds the relative rounding unless all is ``exact``."""
    zero = True
    for k in range(n):
        value, size, error = sums[k, i], sums[n + k, i], sums[2 * n + k, i]
        exact = exact and size < EXACT
        used = size != 0.0 or error != 0.0 or value != 0.0
        zero = zero and not used
        tape[slot, k] = value
        tape[slot, n + k] = (error + factor * (size + error)) * SLACK + TINY if used else 0.0
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
    terms = add_sources(w, p, stage, n)
    exact = p.stages[stage, INTEGRAL] == 1
    for j in range(p.stages[stage, SOURCES]):
        source = p.sources[p.stages[stage, SOURCE] + j]
        exact = exact and (w.tape[source, 2 * n] == 1.0 or w.tape[source, 2 * n + 1] == 1.0)
    factor = (terms + 2) * UNIT + p.weight_errors[stage]
    for i in range(p.stages[stage, ROWS]):
        put_slot(w.tape, p.stages[stage, SLOT] + i, w.sums, i, factor, exact, n)
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
