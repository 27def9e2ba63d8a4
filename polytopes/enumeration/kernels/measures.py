"""Compiled measures of cells in dimension 1 to 3: volumes, and areas of facets, as pairs of floats with error bounds.

A vertex is refined from d of its facets: let H be their normals, C an approximate inverse, ``alpha`` the largest row
sum of ``|I - C H|`` and r the residual at x. Then ``|x - x*| <= max(|C| |r|) / (1 - alpha)`` in every coordinate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    RIVAL,
    Array,
    ByteRows,
    FloatRows,
    IntegerRows,
    Integers,
    Program,
    Words,
)
from polytopes.enumeration.kernels.double_double import EPS, TINY, add, multiply, root
from polytopes.enumeration.kernels.precise_tape import SLACK, PreciseTape, load
from polytopes.enumeration.kernels.signs import UNIT, lowest
from polytopes.enumeration.kernels.walk import PROGRAM, as_program
from polytopes.jit.bundles import Bundle, reference
from polytopes.jit.compilation import compiled, entry

PASSES = 3
"""Corrections of a vertex before its error is bounded."""


class Cells(NamedTuple):
    """Cells as :class:`polytopes.enumeration.records.Records` has them, with their vertices in homogeneous coordinates.

    Bit v of ``incidence`` says that the v-th vertex of its cell lies on a facet.
    A row of ``inequalities`` is (gate, losing form, row of the domain), the last -1 for a gate. ``domain_high`` and
    ``domain_low`` are the rows of the domain, with an error of at most EPS times their size.
    """

    patterns: ByteRows
    n_facets: Integers
    n_vertices: Integers
    inequalities: IntegerRows
    vertices: FloatRows
    incidence: Words
    domain_high: FloatRows
    domain_low: FloatRows


class Wanted(NamedTuple):
    """What is asked of the forms: lists of slots, one after the other, each from one of ``starts`` to the next.

    For every layer the slots compared, the outputs, then pairs of slots whose difference is a preactivation; ``shared``
    says for every list of slots compared whether they depend on the outputs of the layer before only.
    """

    outputs: Integers
    before: Integers
    before_starts: Integers
    after: Integers
    after_starts: Integers
    pairs: IntegerRows
    pair_starts: Integers
    shared: Integers


class Measures(NamedTuple):
    """What is found. Rows of three are high, low, error; ``ranks`` (before, after by layer) are -1 where not certain.

    ``cells``: by cell the volume, then its products with the norms l2, l1, max of the Jacobian and the sums of the
    lengths of the gradients of preactivations by layer. ``facets``: the areas. ``failed`` counts vertices not certain.
    """

    cells: FloatRows
    facets: FloatRows
    ranks: IntegerRows
    failed: Integers
    points: FloatRows
    forms: FloatRows
    masses: FloatRows
    work: FloatRows


CELLS, WANTED, MEASURES, TAPE = Bundle(Cells), Bundle(Wanted), Bundle(Measures), Bundle(PreciseTape)
as_cells, as_wanted, as_measures, as_tape = map(reference, (CELLS, WANTED, MEASURES, TAPE))


@compiled
def put_forms(c: Cells, t: PreciseTape, p: Program, m: Measures, cell: int, start: int, n: int) -> None:
    """Write the forms of the facets of a cell: the entries, their low parts, a bound on all errors."""
    for f in range(c.n_facets[cell]):
        gate, loser, row = c.inequalities[start + f, 0], c.inequalities[start + f, 1], c.inequalities[start + f, 2]
        if row >= 0:
            size = 0.0
            for k in range(n):
                m.forms[f, k], m.forms[f, n + k] = c.domain_high[row, k], c.domain_low[row, k]
                size += abs(c.domain_high[row, k])
            m.forms[f, 2 * n] = EPS * size
            continue
        base = p.gates[gate, RIVAL]
        a, b = p.rivals[base + c.patterns[cell, gate], 0], p.rivals[base + loser, 0]
        size = 0.0
        for k in range(n):
            m.forms[f, k], m.forms[f, n + k] = add(t.high[k, a], t.low[k, a], -t.high[k, b], -t.low[k, b])
            size += abs(t.high[k, a]) + abs(t.high[k, b])
        m.forms[f, 2 * n] = (t.error[a] + t.error[b] + EPS * size) * SLACK


@compiled
def choose(c: Cells, m: Measures, v: int, start: int, count: int, d: int) -> bool:
    """Choose d independent facets of those through a vertex, into the first places of ``work[0]``, and invert them.

    Rows 1 to d of ``work`` are the inverse C; ``work[0, d]`` is alpha.
    """
    work, forms, n = m.work, m.forms, d + 1
    for step in range(d):
        best, chosen = 0.0, -1
        for f in range(count):
            if c.incidence[start + f] >> np.uint64(v) & np.uint64(1):
                size = independence(forms, work, f, step, d)
                if size > best:
                    best, chosen = size, f
        if chosen < 0:
            return False
        work[0, step] = chosen
    i, j, k = int(work[0, 0]), int(work[0, min(1, d - 1)]), int(work[0, d - 1])
    if d == 1:
        work[1, 0] = 1.0 / forms[i, 1]
    elif d == 2:
        det = forms[i, 1] * forms[j, 2] - forms[i, 2] * forms[j, 1]
        work[1, 0], work[1, 1] = forms[j, 2] / det, -forms[i, 2] / det
        work[2, 0], work[2, 1] = -forms[j, 1] / det, forms[i, 1] / det
    else:
        invert(forms, work, i, j, k)
    alpha = 0.0
    for row in range(1, d + 1):
        total = 0.0
        for column in range(d):
            value = 1.0 if row == column + 1 else 0.0
            size, error = value, 0.0
            for s in range(d):
                f = int(work[0, s])
                a = work[row, s]
                value -= a * forms[f, 1 + column]
                size += abs(a * forms[f, 1 + column])
                error += abs(a) * (abs(forms[f, n + 1 + column]) + forms[f, 2 * n])
            total += abs(value) + error + (d + 3) * UNIT * size
        # Written so that a NaN is not certain either.
        if not total * SLACK < 0.5:
            return False
        alpha = max(alpha, total * SLACK)
    work[0, d] = alpha
    return True


@compiled
def independence(forms: Array, work: Array, f: int, step: int, d: int) -> float:
    """Return how far a normal is from those chosen, in parts of its length."""
    length = 0.0
    for k in range(1, d + 1):
        length = max(length, abs(forms[f, k]))
    if length == 0.0:
        return 0.0
    if step == 0 or d == 1:
        return 1.0
    i = int(work[0, 0])
    if d == 2:
        return abs(forms[i, 1] * forms[f, 2] - forms[i, 2] * forms[f, 1]) / length
    x = forms[i, 2] * forms[f, 3] - forms[i, 3] * forms[f, 2]
    y = forms[i, 3] * forms[f, 1] - forms[i, 1] * forms[f, 3]
    z = forms[i, 1] * forms[f, 2] - forms[i, 2] * forms[f, 1]
    if step == 1:
        return (abs(x) + abs(y) + abs(z)) / length
    j = int(work[0, 1])
    return abs(x * forms[j, 1] + y * forms[j, 2] + z * forms[j, 3]) / length


@compiled
def invert(forms: Array, work: Array, i: int, j: int, k: int) -> None:
    """Write the inverse of three normals into rows 1 to 3 of ``work``."""
    det = 0.0
    for r in range(3):
        a, b = (r + 1) % 3 + 1, (r + 2) % 3 + 1
        work[r + 1, 0] = forms[j, a] * forms[k, b] - forms[j, b] * forms[k, a]
        work[r + 1, 1] = forms[k, a] * forms[i, b] - forms[k, b] * forms[i, a]
        work[r + 1, 2] = forms[i, a] * forms[j, b] - forms[i, b] * forms[j, a]
        det += forms[i, r + 1] * work[r + 1, 0]
    for r in range(1, 4):
        for s in range(3):
            work[r, s] /= det


@compiled
def residuals(m: Measures, v: int, d: int) -> None:
    """Write the values of the chosen forms at a point into row 4 of ``work``, and bounds on their errors into row 5."""
    n = d + 1
    for s in range(d):
        f = int(m.work[0, s])
        high, low = m.forms[f, 0], m.forms[f, n]
        size, extent = abs(high), 1.0
        for k in range(d):
            a, b = multiply(m.forms[f, 1 + k], m.forms[f, n + 1 + k], m.points[v, k], m.points[v, d + k])
            high, low = add(high, low, a, b)
            size += abs(a)
            extent += abs(m.points[v, k])
        m.work[4, s] = high + low
        m.work[5, s] = (extent * m.forms[f, 2 * n] + EPS * (d + 2) * size) * SLACK + TINY


@compiled
def refine(c: Cells, m: Measures, place: int, v: int, start: int, count: int, d: int) -> bool:
    """Write a vertex of a cell as pairs of floats, with a bound on the error of its coordinates."""
    if not choose(c, m, v, start, count, d):
        return False
    for k in range(d):
        x = c.vertices[place, 1 + k] / c.vertices[place, 0]
        m.points[v, k], m.points[v, d + k] = x if abs(x) < np.inf else 0.0, 0.0
    for turn in range(PASSES + 1):
        residuals(m, v, d)
        largest = 0.0
        for k in range(d):
            step, reach = 0.0, 0.0
            for s in range(d):
                step += m.work[1 + k, s] * m.work[4, s]
                reach += abs(m.work[1 + k, s]) * (abs(m.work[4, s]) * SLACK + m.work[5, s])
            if not reach < np.inf:
                return False
            largest = max(largest, reach)
            if turn < PASSES:
                m.points[v, k], m.points[v, d + k] = add(m.points[v, k], m.points[v, d + k], -step, 0.0)
        m.points[v, 2 * d] = largest / (1.0 - m.work[0, d]) * SLACK + TINY
    return m.points[v, 2 * d] < np.inf


@compiled
def edge(m: Measures, a: int, b: int, row: int, d: int) -> None:
    """Write the vector from a vertex to another into a row of ``work``: entries, low parts, error, size."""
    size = 0.0
    for k in range(d):
        high, low = add(m.points[b, k], m.points[b, d + k], -m.points[a, k], -m.points[a, d + k])
        m.work[row, k], m.work[row, d + k] = high, low
        size += abs(m.points[a, k]) + abs(m.points[b, k])
    m.work[row, 2 * d] = (m.points[a, 2 * d] + m.points[b, 2 * d] + EPS * size) * SLACK
    m.work[row, 2 * d + 1] = size


@compiled
def cross(m: Measures, a: int, b: int, k: int, d: int) -> tuple[float, float]:
    """Return an entry of the cross product of two rows of ``work``."""
    i, j = (k + 1) % 3, (k + 2) % 3
    w = m.work
    x, y = multiply(w[a, i], w[a, d + i], w[b, j], w[b, d + j])
    z, u = multiply(w[a, j], w[a, d + j], w[b, i], w[b, d + i])
    return add(x, y, -z, -u)


@compiled
def accumulate(out: Array, row: int, place: int, high: float, low: float, error: float) -> None:
    """Add a number with its error to the three places of a sum."""
    x, y = add(out[row, place], out[row, place + 1], high, low)
    out[row, place + 2] = (out[row, place + 2] + error + EPS * (abs(x) + abs(high))) * SLACK
    out[row, place], out[row, place + 1] = x, y


@compiled
def add_triangle(m: Measures, cell: int, facet: int, apex: int, a: int, b: int, e: int, d: int) -> None:
    """Add the triangle a, b, e to the area of a facet, and the tetrahedron over it to the volume of the cell."""
    w = m.work
    edge(m, a, b, 6, d)
    edge(m, a, e, 7, d)
    high, low = 0.0, 0.0
    error = 2.0 * (w[6, 6] * (w[7, 7] + w[7, 6]) + w[7, 6] * w[6, 7]) + 8.0 * EPS * w[6, 7] * w[7, 7]
    for k in range(3):
        x, y = cross(m, 6, 7, k, d)
        w[8, k], w[8, d + k] = x, y
        x, y = multiply(x, y, x, y)
        high, low = add(high, low, x, y)
    x, y = root(high, low)
    accumulate(m.facets, facet, 0, 0.5 * x, 0.5 * y, error + EPS * x)
    if apex in (a, b, e):
        return
    edge(m, apex, a, 7, d)
    high, low = 0.0, 0.0
    size = 0.0
    for k in range(3):
        x, y = multiply(w[8, k], w[8, d + k], w[7, k], w[7, d + k])
        size += abs(w[8, k]) * w[7, 6] + error * (abs(w[7, k]) + w[7, 6]) + 4.0 * EPS * abs(x)
        high, low = add(high, low, x, y)
    sign = -1.0 if high < 0.0 else 1.0
    # A sixth of the sum, in pairs of floats.
    x, y = multiply(high * sign, low * sign, 0.16666666666666666, 9.25185853854297e-18)
    accumulate(m.cells, cell, 0, x, y, (size + EPS * abs(x)) * SLACK)


@compiled
def measure_polygon_or_segment(c: Cells, m: Measures, cell: int, start: int, d: int) -> None:
    """Measure a cell in dimension 1 or 2 and its facets."""
    w = m.work
    if d == 1:
        edge(m, 0, 1, 6, d)
        sign = -1.0 if w[6, 0] < 0.0 else 1.0
        accumulate(m.cells, cell, 0, sign * w[6, 0], sign * w[6, 1], w[6, 2])
        for f in range(c.n_facets[cell]):
            accumulate(m.facets, start + f, 0, 1.0, 0.0, 0.0)
        return
    for f in range(c.n_facets[cell]):
        a, b = -1, -1
        for v in range(c.n_vertices[cell]):
            if c.incidence[start + f] >> np.uint64(v) & np.uint64(1):
                a, b = b, v
        edge(m, a, b, 6, d)
        x, y = multiply(w[6, 0], w[6, 2], w[6, 0], w[6, 2])
        z, u = multiply(w[6, 1], w[6, 3], w[6, 1], w[6, 3])
        x, y = add(x, y, z, u)
        x, y = root(x, y)
        accumulate(m.facets, start + f, 0, x, y, 2.0 * w[6, 4] + 8.0 * EPS * x)
        if a == 0 or b == 0:
            continue
        edge(m, 0, a, 7, d)
        x, y = multiply(w[6, 0], w[6, 2], w[7, 1], w[7, 3])
        z, u = multiply(w[6, 1], w[6, 3], w[7, 0], w[7, 2])
        x, y = add(x, y, -z, -u)
        sign = -0.5 if x < 0.0 else 0.5
        error = w[6, 4] * (w[7, 5] + w[7, 4]) + w[7, 4] * w[6, 5] + 8.0 * EPS * w[6, 5] * w[7, 5]
        accumulate(m.cells, cell, 0, sign * x, sign * y, error)


@compiled
def measure_polytope(c: Cells, m: Measures, cell: int, start: int) -> None:
    """Measure a cell in dimension 3 and its facets: triangles from the first vertex of a facet over its edges."""
    for f in range(c.n_facets[cell]):
        top = lowest(c.incidence[start + f])
        for g in range(c.n_facets[cell]):
            both = c.incidence[start + f] & c.incidence[start + g]
            rest = both & (both - np.uint64(1))
            if g == f or rest == 0 or rest & (rest - np.uint64(1)):
                continue
            a, b = lowest(both), lowest(rest)
            if a != top:
                add_triangle(m, cell, start + f, 0, top, a, b, 3)


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


@compiled
def measure_all(c: Cells, t: PreciseTape, p: Program, q: Wanted, m: Measures) -> None:
    """Measure all cells of a block."""
    n = t.high.shape[0]
    d, start, place = n - 1, 0, 0
    for cell in range(c.patterns.shape[0]):
        load(t, p, c.patterns, cell)
        put_forms(c, t, p, m, cell, start, n)
        for v in range(c.n_vertices[cell]):
            if not refine(c, m, place + v, v, start, c.n_facets[cell], d):
                m.failed[0] += 1
                m.points[v, 2 * d] = np.inf
        if d == 3:
            measure_polytope(c, m, cell, start)
        else:
            measure_polygon_or_segment(c, m, cell, start, d)
        norm(t, m, q.outputs, 0, q.outputs.shape[0], 6)
        put_product(m, cell, 3, m.work[6, 0], m.work[6, 1], m.work[6, 2])
        if q.outputs.shape[0] == 1:
            other_norms(t, m, q.outputs[0])
            put_product(m, cell, 6, m.work[7, 0], m.work[7, 1], m.work[7, 2])
            put_product(m, cell, 9, m.work[8, 0], m.work[8, 1], m.work[8, 2])
        for layer in range(q.shared.shape[0]):
            put_mass(t, q, m, layer)
            put_product(m, cell, 12 + 3 * layer, m.masses[layer, 0], m.masses[layer, 1], m.masses[layer, 2])
        put_ranks(t, q, m, cell)
        start += c.n_facets[cell]
        place += c.n_vertices[cell]


@entry
def measure(c: int, t: int, p: int, q: int, m: int) -> None:
    """Measure all cells of a block, on bundles at these addresses."""
    measure_all(as_cells(c), as_tape(t), as_program(p), as_wanted(q), as_measures(m))


__all__ = ["CELLS", "MEASURES", "PROGRAM", "TAPE", "WANTED", "Cells", "Measures", "PreciseTape", "Wanted", "measure"]
