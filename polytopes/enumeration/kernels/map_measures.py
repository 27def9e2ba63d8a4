"""Compiled norms of gradients, masses and ranks of layers on a cell, times its volume, with error bounds."""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.double_double import EPS, add, multiply, root
from polytopes.enumeration.kernels.measured_cells import Measures, Wanted, accumulate
from polytopes.enumeration.kernels.precise_tape import SLACK, PreciseTape
from polytopes.enumeration.kernels.signs import UNIT
from polytopes.jit.compilation import compiled


@compiled
def norm(t: PreciseTape, m: Measures, slots: Array, begin: int, end: int, row: int) -> None:
    """Write the Euclidean norm of the gradients of some slots into a row of ``work``: high, low, error."""
    high, low, error, count = 0.0, 0.0, 0.0, 0
    for i in range(begin, end):
        for k in range(1, t.high.shape[0]):
            x, y = multiply(t.high[k, slots[i]], t.low[k, slots[i]], t.high[k, slots[i]], t.low[k, slots[i]])
            high, low = add(high, low, x, y)
            error += t.error[slots[i]]
            count += 1
    x, y = root(high, low)
    m.work[row, 0], m.work[row, 1], m.work[row, 2] = x, y, (error + EPS * (count + 4) * x) * SLACK


@compiled
def other_norms(t: PreciseTape, m: Measures, slot: int) -> None:
    """Write the sum and the largest of the absolute values of a gradient into rows 7 and 8 of ``work``."""
    high, low, n = 0.0, 0.0, t.high.shape[0]
    best, other = 0.0, 0.0
    for k in range(1, n):
        sign = -1.0 if t.high[k, slot] < 0.0 else 1.0
        x, y = sign * t.high[k, slot], sign * t.low[k, slot]
        high, low = add(high, low, x, y)
        if x > best or (x == best and y > other):
            best, other = x, y
    m.work[7, 0], m.work[7, 1], m.work[7, 2] = high, low, (n * t.error[slot] + EPS * n * high) * SLACK
    m.work[8, 0], m.work[8, 1], m.work[8, 2] = best, other, t.error[slot] * SLACK


@compiled
def put_mass(t: PreciseTape, q: Wanted, m: Measures, layer: int) -> None:
    """Write the sum of the lengths of the gradients of a layer's preactivations, unless none has changed."""
    now, n = t.clock[0], t.high.shape[0]
    changed = m.masses[layer, 3] == 0.0
    for i in range(q.pair_starts[layer], q.pair_starts[layer + 1]):
        changed = changed or t.stamp[q.pairs[i, 0]] == now or t.stamp[q.pairs[i, 1]] == now
    if not changed:
        return
    for k in range(3):
        m.masses[layer, k] = 0.0
    m.masses[layer, 3] = 1.0
    for i in range(q.pair_starts[layer], q.pair_starts[layer + 1]):
        a, b = q.pairs[i, 0], q.pairs[i, 1]
        high, low, size = 0.0, 0.0, 0.0
        for k in range(1, n):
            x, y = add(t.high[k, b], t.low[k, b], -t.high[k, a], -t.low[k, a])
            size += abs(t.high[k, a]) + abs(t.high[k, b])
            x, y = multiply(x, y, x, y)
            high, low = add(high, low, x, y)
        x, y = root(high, low)
        error = (n - 1) * (t.error[a] + t.error[b] + EPS * size) + EPS * (n + 4) * x
        accumulate(m.masses, layer, 0, x, y, error * SLACK)


@compiled
def rank_of(t: PreciseTape, m: Measures, slots: Array, begin: int, end: int, bound: int) -> int:
    """Return the rank of the gradients of some slots, at most ``bound``, or -1 if it is not certain.

    Gradients that are not certainly zero bound it from above, a minor that is certainly not zero from below.
    """
    d, w = t.high.shape[0] - 1, m.work
    alive, first, best = 0, -1, 0.0
    for i in range(begin, end):
        size = 0.0
        for k in range(1, d + 1):
            size = max(size, abs(t.high[k, slots[i]]))
        alive += size != 0.0 or t.error[slots[i]] != 0.0
        if size > best:
            first, best = slots[i], size
    upper = min(min(d, bound), alive)
    if upper == 0:
        return 0
    if first < 0 or not best > 2.0 * t.error[first]:
        return -1
    if upper == 1:
        return 1
    second, largest = -1, 0.0
    for i in range(begin, end):
        s = slots[i]
        for k in range(d):
            a, b = 1 + k, 1 + (k + 1) % d
            minor = abs(t.high[a, first] * t.high[b, s] - t.high[b, first] * t.high[a, s])
            sizes = (best + t.error[first]) * (abs(t.high[a, s]) + abs(t.high[b, s]) + t.error[s])
            doubt = 8.0 * UNIT * sizes + 4.0 * (best * t.error[s] + sizes / best * t.error[first])
            if minor > doubt and minor > largest:
                second, largest = s, minor
    if second < 0:
        return -1
    if upper == 2:
        return 2
    for k in range(3):
        a, b = 1 + (k + 1) % 3, 1 + (k + 2) % 3
        w[8, k] = t.high[a, first] * t.high[b, second] - t.high[b, first] * t.high[a, second]
    size = 0.0
    for k in range(1, 4):
        size = max(size, abs(t.high[k, second]))
    for i in range(begin, end):
        s = slots[i]
        value, extent = 0.0, 0.0
        for k in range(3):
            value += w[8, k] * t.high[1 + k, s]
            extent += abs(t.high[1 + k, s])
        doubt = best * size * (extent + t.error[s])
        errors = best * size * t.error[s] + (extent + t.error[s]) * (best * t.error[second] + size * t.error[first])
        if abs(value) > 64.0 * UNIT * doubt + 16.0 * (errors + extent * t.error[first] * t.error[second]):
            return 3
    return -1


@compiled
def put_ranks(t: PreciseTape, q: Wanted, m: Measures, cell: int) -> None:
    """Write the ranks of all layers on a cell, those of the cell before where nothing has changed."""
    now, n = t.clock[0], t.high.shape[0]
    previous = n
    for layer in range(q.shared.shape[0]):
        begin, end = q.before_starts[layer], q.before_starts[layer + 1]
        changed = cell == 0
        for i in range(begin, end):
            changed = changed or t.stamp[q.before[i]] == now
        bound = previous if q.shared[layer] and previous >= 0 else n
        before = rank_of(t, m, q.before, begin, end, bound) if changed else m.ranks[cell - 1, 2 * layer]
        begin, end = q.after_starts[layer], q.after_starts[layer + 1]
        changed = cell == 0
        for i in range(begin, end):
            changed = changed or t.stamp[q.after[i]] == now
        bound = before if before >= 0 else n
        after = rank_of(t, m, q.after, begin, end, bound) if changed else m.ranks[cell - 1, 2 * layer + 1]
        m.ranks[cell, 2 * layer], m.ranks[cell, 2 * layer + 1] = before, after
        previous = after


@compiled
def put_product(m: Measures, cell: int, place: int, high: float, low: float, error: float) -> None:
    """Write the product of the volume of a cell with a number."""
    x, y = multiply(m.cells[cell, 0], m.cells[cell, 1], high, low)
    doubt = m.cells[cell, 2] * (abs(high) + error) + m.cells[cell, 0] * error + EPS * abs(x)
    m.cells[cell, place], m.cells[cell, place + 1], m.cells[cell, place + 2] = x, y, doubt * SLACK
