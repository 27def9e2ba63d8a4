"""The forms of the next stage at the nodes of a count by sections, as sums of those of the units that pass them on.

Where a unit is on, its form times its weights is added once; what it passes on in any case is added at the beginning.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Floats
from polytopes.enumeration.kernels.section_arrays import (
    ADDED,
    BLOCK,
    FRESH,
    INTEGRAL,
    LIMIT,
    ROWS,
    STAGE,
    START,
    WEIGHT,
    Chain,
    Count,
)
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNIT, lowest
from polytopes.jit.compilation import indexed_from_start


@indexed_from_start
def start_sums(w: Count, c: Chain, node: int, stage: int, n: int) -> None:
    """Begin the forms of a stage, if there is one, with its constants and the leaks of all units before."""
    if stage >= c.stages.shape[0]:
        return
    base, row = node * (n + 2), c.stages[stage, WEIGHT]
    for i in range(c.stages[stage, ROWS]):
        weight = c.weights[row, i]
        for k in range(n):
            w.sums[base + k, i] = weight * w.constant[k]
        w.sums[base + n, i] = abs(weight) * w.constant[n]
        w.sums[base + n + 1, i] = abs(weight) * w.constant[n + 1]
    w.nodes[node, ADDED] = 1
    for block in range(c.blocks.shape[0]):
        bits, start = c.leaking[block], c.blocks[block, START]
        while c.blocks[block, STAGE] == stage - 1 and bits:
            unit = start + lowest(bits)
            bits &= bits - np.uint64(1)
            add_form(w, c, node, stage - 1, unit, c.leaks[row + 1 + unit], n)


@indexed_from_start
def add_form(w: Count, c: Chain, node: int, stage: int, unit: int, weights: Floats, n: int) -> None:
    """Add the form of a unit of a stage, times weights, to the forms of the next stage."""
    rows, source, target = c.stages[stage + 1, ROWS], stage * (n + 3), node * (n + 2)
    errors, sizes = w.sums[target + n], w.sums[target + n + 1]
    for k in range(n):
        coefficient, sums = w.forms[source + k, unit], w.sums[target + k]
        for i in range(rows):
            sums[i] += weights[i] * coefficient
    error, largest = w.forms[source + n, unit], w.forms[source + n + 2, unit]
    for i in range(rows):
        errors[i] += abs(weights[i]) * error
        sizes[i] += abs(weights[i]) * largest
    w.nodes[node, ADDED] += 1


@indexed_from_start
def add_fresh(w: Count, c: Chain, node: int, n: int) -> None:
    """Add the forms of units that were found on, times their weights, to the forms of the next stage."""
    fresh = w.words[node, FRESH]
    w.words[node, FRESH] = np.uint64(0)
    add_units(w, c, node, fresh, n)


@indexed_from_start
def add_units(w: Count, c: Chain, node: int, units: np.uint64, n: int) -> None:
    """Add the forms of these units of the block of a node, times their weights, to the forms of the next stage."""
    block = w.nodes[node, BLOCK]
    stage, start, bits = c.blocks[block, STAGE], c.blocks[block, START], units
    if stage + 1 >= c.stages.shape[0]:
        return
    while bits:
        unit = start + lowest(bits)
        bits &= bits - np.uint64(1)
        add_form(w, c, node, stage, unit, c.weights[c.stages[stage + 1, WEIGHT] + 1 + unit], n)


@indexed_from_start
def finish_forms(w: Count, c: Chain, node: int, stage: int, n: int) -> None:
    """Write the forms of a stage from the sums of a node.

    The sums of c terms are at most ``(c + 4) u`` times the sum of the largest entries off, and rounded weights cost
    ``rounding`` times that; to integers below 2^53 nothing happens.
    """
    source, target = node * (n + 2), stage * (n + 3)
    rounding = (w.nodes[node, ADDED] + 4) * UNIT + c.rounding[stage]
    rows = c.stages[stage, ROWS]
    errors, totals, largest = w.forms[target + n], w.forms[target + n + 1], w.forms[target + n + 2]
    sum_errors, sum_sizes = w.sums[source + n], w.sums[source + n + 1]
    for i in range(rows):
        totals[i], largest[i] = 0.0, 0.0
    for k in range(n):
        sums, form = w.sums[source + k], w.forms[target + k]
        for i in range(rows):
            size = abs(sums[i])
            form[i] = sums[i]
            totals[i] += size
            largest[i] = size if size > largest[i] else largest[i]
    exact, finite = c.stages[stage, INTEGRAL] == 1, True
    for i in range(rows):
        error, size, total = sum_errors[i], sum_sizes[i], totals[i]
        # Written so that a NaN is seen too.
        finite &= (total < LIMIT) & (error < LIMIT) & (size < LIMIT)
        errors[i] = (error + rounding * size) * SLACK + TINY
        totals[i] = total * SLACK + TINY
    if exact:
        for i in range(rows):
            errors[i] = 0.0 if sum_errors[i] == 0.0 and sum_sizes[i] < EXACT else errors[i]
    if not finite:
        for i in range(rows):
            if not (totals[i] < LIMIT and sum_errors[i] < LIMIT and sum_sizes[i] < LIMIT):
                lose_form(w, target, i, n)


@indexed_from_start
def lose_form(w: Count, base: int, unit: int, n: int) -> None:
    """Give a form that is not finite up: all its signs are asked for."""
    for k in range(n):
        w.forms[base + k, unit] = 0.0
    w.forms[base + n, unit], w.forms[base + n + 1, unit], w.forms[base + n + 2, unit] = np.inf, TINY, np.inf
