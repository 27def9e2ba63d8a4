"""Compiled reasons for a form to vanish on a ray that need no arithmetic on the numbers themselves.

On cells with few active units later forms lie in the span of few normals, and rays on which all of these vanish are
common. Floating point cannot see an exact zero; these reasons can, and save most questions to exact arithmetic.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    GATE,
    GATES,
    HIGH,
    LOW,
    OF_GATE,
    PRIME,
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
from polytopes.enumeration.kernels.modular_rows import add_row
from polytopes.enumeration.kernels.signs import lowest
from polytopes.jit.compilation import compiled


@compiled
def sources_vanish(p: Program, tape: Array, zeros: Array, stage: int, row: int, n: int) -> bool:
    """Whether every source that a linear slot really uses vanishes."""
    columns = p.stages[stage, SOURCES]
    for j in range(columns):
        source = p.sources[p.stages[stage, SOURCE] + j]
        used = tape[source, 2 * n + 1] == 0.0 and p.weights[p.stages[stage, WEIGHT] + row * columns + j] != 0.0
        if used and not zeros[source]:
            return False
    return True


@compiled
def solve_sources(w: Walk, p: Program, stage: int, n: int) -> None:
    """Note that all sources of a stage vanish if its slots that do determine them.

    That holds if the rows of the vanishing slots have full column rank on the sources not known to vanish. Full rank
    modulo a prime implies full rank.
    """
    columns, first, weight = p.stages[stage, SOURCES], p.stages[stage, SOURCE], p.stages[stage, WEIGHT]
    unknown = 0
    for j in range(columns):
        source = p.sources[first + j]
        if not w.zeros[source] and w.tape[source, 2 * n + 1] == 0.0:
            if unknown == n:
                return
            w.unknown[unknown] = j
            unknown += 1
    rank = 0
    for row in range(p.stages[stage, ROWS]):
        if rank == unknown:
            break
        slot = p.stages[stage, SLOT] + row
        if w.zeros[p.lines[slot]]:
            for k in range(unknown):
                w.residues[rank, k] = p.residues[weight + row * columns + w.unknown[k]]
            rank += add_row(w.residues, rank, unknown, PRIME)
    if unknown and rank == unknown:
        for k in range(unknown):
            w.zeros[p.sources[first + w.unknown[k]]] = True


@compiled
def vanish(w: Walk, p: Program, node: int, a: int, b: int, ray: int, n: int) -> bool:
    """Whether slots a and b vanish on a ray for a reason seen without arithmetic.

    A slot vanishes on a ray if it is a multiple of a wall tight there, or if all slots that it is computed from vanish
    there: so do all later forms on a cell with few active units.
    """
    zeros, tape = w.zeros, w.tape
    stage = w.nodes[node, STAGE]
    for slot in range(p.stages[0, SLOT]):
        zeros[slot] = True
        for k in range(n):
            form_is_zero = tape[slot, k] == 0.0 and tape[slot, n + k] == 0.0
            if not form_is_zero and (w.rays[ray, k] != 0.0 or w.rays[ray, n + k] != 0.0):
                zeros[slot] = False
    last = p.stages[stage, SLOT] + p.stages[stage, ROWS]
    for slot in range(p.stages[0, SLOT], last):
        zeros[slot] = False
    for word in range(w.tight.shape[1]):
        bits = w.tight[ray, word]
        while bits:
            wall = (word << 6) + lowest(bits)
            bits &= bits - np.uint64(1)
            gate = w.origins[wall, OF_GATE]
            if gate >= 0:
                low = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, LOW], 0]
                high = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, HIGH], 0]
                if tape[low, 2 * n + 1] == 1.0:
                    zeros[p.lines[high]] = True
    for s in range(stage + 1):
        solve_sources(w, p, s, n)
        for row in range(p.stages[s, ROWS]):
            slot = p.stages[s, SLOT] + row
            zeros[slot] = zeros[p.lines[slot]] or sources_vanish(p, tape, zeros, s, row, n)
        if s < stage:
            outputs = p.stages[s, SLOT] + p.stages[s, ROWS]
            for k in range(p.stages[s, GATES]):
                gate = p.stages[s, GATE] + k
                zeros[outputs + k] = zeros[p.rivals[p.gates[gate, RIVAL] + w.winners[node, gate], 1]]
    return zeros[a] and zeros[b]
