"""Compiled reasons for forms to lie in the span of few slots: what the stages of a program really read."""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import (
    GATE,
    GATES,
    HIGH,
    LOW,
    OF_GATE,
    RANK,
    RIVAL,
    ROWS,
    SLOT,
    SOURCE,
    SOURCES,
    STAGE,
    TOP,
    WEIGHT,
    Probe,
    Program,
    Walk,
)
from polytopes.jit.compilation import compiled


@compiled
def spans(w: Walk, q: Probe, p: Program, node: int, slot: int, size: int, n: int) -> bool:
    """Whether the form and the passive walls lie in the span of ``size`` slots that some stage reads; slot -1 never."""
    if slot < 0:
        return False
    now = w.nodes[node, STAGE]
    for stage in range(now + 1):
        if slot < p.stages[stage, SLOT] or n_read(w, p, stage, n) != size:
            continue
        inside = True
        for later in range(stage, now + 1):
            inside = inside and reads_nothing_else(w, p, stage, later, n)
        for c in range(size):
            inside = inside and in_span(w, p, stage, q.passive[c], n)
        if inside:
            return True
    return False


@compiled
def is_read(w: Walk, p: Program, stage: int, column: int, n: int) -> bool:
    """Whether a source of a stage is not zero and some row uses it."""
    if w.tape[p.sources[p.stages[stage, SOURCE] + column], 2 * n + 1] == 1.0:
        return False
    for row in range(p.stages[stage, ROWS]):
        if p.weights[p.stages[stage, WEIGHT] + row * p.stages[stage, SOURCES] + column] != 0.0:
            return True
    return False


@compiled
def n_read(w: Walk, p: Program, stage: int, n: int) -> int:
    """Return the number of slots that a stage really reads, counting multiples of one form once."""
    count = 0
    for column in range(p.stages[stage, SOURCES]):
        line = read_line(w, p, stage, column, n)
        if line >= 0 and not w.zeros[line]:
            w.zeros[line] = True
            count += 1
    for column in range(p.stages[stage, SOURCES]):
        line = read_line(w, p, stage, column, n)
        if line >= 0:
            w.zeros[line] = False
    return count


@compiled
def read_line(w: Walk, p: Program, stage: int, column: int, n: int) -> int:
    """Return a slot of which the source of a stage is a multiple, the same for multiples; -1 if it is not read."""
    if not is_read(w, p, stage, column, n):
        return -1
    source = p.sources[p.stages[stage, SOURCE] + column]
    slot = passed_on(w, p, source)
    return p.lines[slot] if slot >= 0 else source


@compiled
def reads(w: Walk, p: Program, stage: int, slot: int, n: int) -> bool:
    """Whether a stage really reads a slot, or the output of a gate that passes this slot or a multiple of it on."""
    for column in range(p.stages[stage, SOURCES]):
        source = p.sources[p.stages[stage, SOURCE] + column]
        if source == slot or read_line(w, p, stage, column, n) == p.lines[slot]:
            return is_read(w, p, stage, column, n)
    return False


@compiled
def reads_nothing_else(w: Walk, p: Program, stage: int, later: int, n: int) -> bool:
    """Whether all that a later stage and its gates read was computed from ``stage`` on, or is read by ``stage`` too."""
    for column in range(p.stages[later, SOURCES]):
        source = p.sources[p.stages[later, SOURCE] + column]
        if source < p.stages[stage, SLOT] and is_read(w, p, later, column, n) and not reads(w, p, stage, source, n):
            return False
    for k in range(p.stages[later, GATES]):
        gate = p.stages[later, GATE] + k
        for rival in range(p.gates[gate, RIVAL], p.gates[gate, RIVAL] + p.gates[gate, RANK]):
            for side in range(2):
                slot = p.rivals[rival, side]
                if slot < p.stages[stage, SLOT] and w.tape[slot, 2 * n + 1] == 0.0:
                    return False
    return True


@compiled
def in_span(w: Walk, p: Program, stage: int, wall: int, n: int) -> bool:
    """Whether a wall is a form of this stage or a later one, or a slot that the stage reads, up to a factor."""
    gate = w.origins[wall, OF_GATE]
    if gate < 0:
        return wall == 0 and reads(w, p, stage, 0, n)
    if gate >= p.stages[stage, GATE]:
        return True
    low = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, LOW], 0]
    high = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, HIGH], 0]
    return w.tape[low, 2 * n + 1] == 1.0 and reads(w, p, stage, high, n)


@compiled
def passed_on(w: Walk, p: Program, slot: int) -> int:
    """Return the linear slot that a gate's output slot passes on in the cell on top, or -1 for other slots."""
    node = w.state[TOP]
    for stage in range(p.stages.shape[0]):
        first = p.stages[stage, SLOT] + p.stages[stage, ROWS]
        if first <= slot < first + p.stages[stage, GATES]:
            gate = p.stages[stage, GATE] + slot - first
            return p.rivals[p.gates[gate, RIVAL] + w.winners[node, gate], 1]
    return -1
