"""Compiled evaluation of the true forms of a program on cells, as pairs of floats with error bounds.

From one pattern to the next only what changes is computed again; all is computed anew now and then, so that errors do
not grow.
"""

from __future__ import annotations

from typing import NamedTuple

from polytopes.enumeration.kernels.arrays import (
    GATE,
    GATES,
    RIVAL,
    ROWS,
    SLOT,
    SOURCE,
    SOURCES,
    WEIGHT,
    Array,
    FloatRows,
    Floats,
    Integers,
    Program,
)
from polytopes.enumeration.kernels.double_double import EPS, SPLITTER, TINY, add
from polytopes.jit.compilation import compiled

SLACK = 1.0 + 2.0**-20
ANEW = 256
"""Cells after which all is computed anew."""


class PreciseTape(NamedTuple):
    """The forms in all slots. Rows of ``high`` and ``low`` are entries of the forms, the constants first.

    ``error`` bounds the error of every entry of a slot, ``change_high``, ``change_low`` and ``change_error`` are the
    last change. A slot changed for the present cell if its ``stamp`` is ``clock[0]``. ``weights_high`` and
    ``weights_low`` are the true weights, in the order of ``Program.columns``; ``sizes`` is scratch.
    """

    high: FloatRows
    low: FloatRows
    error: Floats
    change_high: FloatRows
    change_low: FloatRows
    change_error: Floats
    stamp: Integers
    clock: Integers
    winners: Integers
    weights_high: Floats
    weights_low: Floats
    sizes: Floats


@compiled
def load(t: PreciseTape, p: Program, patterns: Array, cell: int) -> None:
    """Bring the tape up to date with the pattern of a cell."""
    t.clock[0] += 1
    anew = t.clock[0] % ANEW == 0
    for stage in range(p.stages.shape[0]):
        slot, rows = p.stages[stage, SLOT], p.stages[stage, ROWS]
        update_rows(t, p, stage, slot, anew)
        for k in range(p.stages[stage, GATES]):
            gate = p.stages[stage, GATE] + k
            pass_on(t, p, gate, int(patterns[cell, gate]), slot + rows + k)


@compiled
def update_rows(t: PreciseTape, p: Program, stage: int, slot: int, anew: bool) -> None:
    """Bring the linear slots of a stage up to date with its sources, by their changes or from all of them."""
    rows, start, now, n = p.stages[stage, ROWS], p.stages[stage, SOURCE], t.clock[0], t.high.shape[0]
    changed, alive = 0, 0
    for j in range(p.stages[stage, SOURCES]):
        source = p.sources[start + j]
        changed += t.stamp[source] == now
        alive += not is_zero(t, source, n)
    if changed == 0 and not anew:
        return
    whole = anew or alive <= changed
    for k in range(n):
        for i in range(slot, slot + rows):
            t.change_high[k, i], t.change_low[k, i] = t.high[k, i], t.low[k, i]
            if whole:
                t.high[k, i], t.low[k, i] = 0.0, 0.0
    for i in range(slot, slot + rows):
        t.change_error[i], t.sizes[i] = t.error[i], 0.0
        if whole:
            t.error[i] = 0.0
        else:
            for k in range(n):
                t.sizes[i] += abs(t.high[k, i])
    count = 0
    for j in range(p.stages[stage, SOURCES]):
        source, at = p.sources[start + j], p.stages[stage, WEIGHT] + j * rows
        if whole and not is_zero(t, source, n):
            add_source(t, t.high, t.low, t.error[source], source, at, slot, rows, n)
            count += 1
        elif not whole and t.stamp[source] == now:
            add_source(t, t.change_high, t.change_low, t.change_error[source], source, at, slot, rows, n)
            count += 1
    for i in range(slot, slot + rows):
        t.error[i] = (t.error[i] + EPS * count * t.sizes[i]) * SLACK + (TINY if t.sizes[i] != 0.0 else 0.0)
        finish_change(t, i, n)
        t.stamp[i] = now


@compiled
def is_zero(t: PreciseTape, slot: int, n: int) -> bool:
    """Whether a form is certainly zero."""
    zero = t.error[slot] == 0.0
    for k in range(n):
        zero = zero and t.high[k, slot] == 0.0
    return zero


@compiled
def add_source(
    t: PreciseTape, high: Array, low: Array, error: float, source: int, at: int, slot: int, rows: int, n: int
) -> None:
    """Add a source, times its weights, to all rows; ``sizes`` bounds the sizes of all that was added to a row."""
    extent = error * n
    for k in range(n):
        a, b = high[k, source], low[k, source]
        extent += abs(a)
        if a != 0.0:
            add_entry(t.high, t.low, t.weights_high, t.weights_low, k, at, slot, rows, a, b)
    for i in range(rows):
        size = abs(t.weights_high[at + i])
        t.error[slot + i] += size * error * SLACK
        t.sizes[slot + i] += size * extent * SLACK + (TINY if size != 0.0 and extent != 0.0 else 0.0)


@compiled
def add_entry(
    high: Array, low: Array, weights: Array, small: Array, k: int, at: int, slot: int, rows: int, a: float, b: float
) -> None:
    """Add an entry a + b, times the weights of each row, to entry k of all rows."""
    c = SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    for i in range(rows):
        w = weights[at + i]
        q = a * w
        d = SPLITTER * w
        w_high = d - (d - w)
        w_low = w - w_high
        e = ((a_high * w_high - q) + a_high * w_low + a_low * w_high) + a_low * w_low
        e += a * small[at + i] + b * w
        x = high[k, slot + i]
        s = x + q
        r = s - x
        e += ((x - (s - r)) + (q - r)) + low[k, slot + i]
        total = s + e
        high[k, slot + i], low[k, slot + i] = total, e - (total - s)


@compiled
def finish_change(t: PreciseTape, slot: int, n: int) -> None:
    """Replace the old form in the places for the change by the change."""
    size = 0.0
    for k in range(n):
        high, low = add(t.high[k, slot], t.low[k, slot], -t.change_high[k, slot], -t.change_low[k, slot])
        size += abs(t.high[k, slot]) + abs(t.change_high[k, slot])
        t.change_high[k, slot], t.change_low[k, slot] = high, low
    t.change_error[slot] = (t.change_error[slot] + t.error[slot] + EPS * size) * SLACK


@compiled
def pass_on(t: PreciseTape, p: Program, gate: int, winner: int, slot: int) -> None:
    """Bring the output of a gate, in ``slot``, up to date."""
    now, n = t.clock[0], t.high.shape[0]
    source = p.rivals[p.gates[gate, RIVAL] + winner, 1]
    if t.winners[gate] == winner and t.stamp[source] != now:
        return
    t.winners[gate] = winner
    t.change_error[slot] = t.error[slot]
    for k in range(n):
        t.change_high[k, slot], t.change_low[k, slot] = t.high[k, slot], t.low[k, slot]
        t.high[k, slot], t.low[k, slot] = t.high[k, source], t.low[k, source]
    t.error[slot] = t.error[source]
    finish_change(t, slot, n)
    t.stamp[slot] = now
