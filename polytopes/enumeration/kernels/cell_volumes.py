"""Compiled volumes of cells in dimension 1 to 3, and areas of facets, as pairs of floats with error bounds.

A vertex is refined from d of its facets: let H be their normals, C an approximate inverse, ``alpha`` the largest row
sum of ``|I - C H|`` and r the residual at x. Then ``|x - x*| <= max(|C| |r|) / (1 - alpha)`` in every coordinate.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    RIVAL,
    Array,
    Program,
)
from polytopes.enumeration.kernels.double_double import EPS, TINY, add, multiply, root
from polytopes.enumeration.kernels.measured_cells import Cells, Measures, accumulate
from polytopes.enumeration.kernels.precise_tape import SLACK, PreciseTape
from polytopes.enumeration.kernels.signs import UNIT, lowest
from polytopes.jit.compilation import compiled

PASSES = 3
"""Corrections of a vertex before its error is bounded."""


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
