"""Compiled certificates that a form is a combination of walls with positive coefficients."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.rays import null_vector
from polytopes.enumeration.kernels.spans import spans
from polytopes.jit.compilation import compiled

LONGEST = 2.0**62
"""Integers are multiplied if the result is certainly shorter."""


@compiled
def is_combination(w: Walk, q: Probe, p: Program, node: int, slot: int, here: int, size: int, n: int) -> bool:
    """Whether the form is certainly a combination of the passive walls with positive coefficients.

    The coefficients and the form's own, 1, are the null vector of a matrix whose columns are the walls and minus the
    form; with fewer walls than coordinates as many rows of it are chosen, and the rest holds by dependence.
    """
    if size < n and not spans(w, q, p, node, slot, size, n):
        return slot >= 0 and is_integer_combination(w, q, here, size, n)
    if not choose_coordinates(w, q, size, n):
        return False
    for r in range(size):
        k = q.chosen[r]
        for c in range(size):
            q.table[r, c] = w.walls[q.passive[c], k]
            q.table[r, size + 1 + c] = w.walls[q.passive[c], n + k]
        q.table[r, size] = -here * w.form[0, k]
        q.table[r, 2 * size + 1] = w.form[0, n + k]
    if not null_vector(q.table, q.table_work, q.null, 0, size):
        return False
    positive, negative = 0, 0
    for c in range(size + 1):
        if q.null[0, c] > q.null[0, size + 1 + c]:
            positive += 1
        elif q.null[0, c] < -q.null[0, size + 1 + c]:
            negative += 1
    return positive == size + 1 or negative == size + 1


@compiled
def is_integer_combination(w: Walk, q: Probe, here: int, size: int, n: int) -> bool:
    """Whether a form with integer entries is a nonnegative combination of passive walls with integer entries.

    Solved by fraction-free elimination (Bareiss, Mathematics of Computation 22, 1968, section 5) within 63 bits.
    """
    m = q.integers
    exact = w.form[0, 2 * n] == 1.0
    for c in range(size):
        exact = exact and w.walls[q.passive[c], 2 * n] == 1.0
    if not exact:
        return False
    for k in range(n):
        for c in range(size):
            m[k, c] = np.int64(w.walls[q.passive[c], k])
        m[k, size] = np.int64(here * w.form[0, k])
    before = np.int64(1)
    for step in range(size):
        if not pivot_integers(m, step, n, size):
            return False
        pivot = m[step, step]
        for k in range(n):
            factor = m[k, step]
            if k == step:
                continue
            for c in range(size + 1):
                if abs(float(m[k, c])) * abs(float(pivot)) + abs(float(factor)) * abs(float(m[step, c])) > LONGEST:
                    return False
                m[k, c] = (m[k, c] * pivot - factor * m[step, c]) // before
        before = pivot
    for k in range(n):
        if k < size and (m[k, size] < 0) != (before < 0) and m[k, size] != 0:
            return False
        if k >= size and m[k, size] != 0:
            return False
    return True


@compiled
def pivot_integers(m: Array, step: int, n: int, size: int) -> bool:
    """Swap a row with a nonzero entry in column ``step`` up to there."""
    for k in range(step, n):
        if m[k, step] != 0:
            for c in range(size + 1):
                m[step, c], m[k, c] = m[k, c], m[step, c]
            return True
    return False


@compiled
def choose_coordinates(w: Walk, q: Probe, size: int, n: int) -> bool:
    """Choose as many coordinates as there are passive walls, on which these are guessed independent."""
    if size == n:
        for k in range(n):
            q.chosen[k] = k
        return True
    for c in range(size):
        for k in range(n):
            q.system[c, k] = w.walls[q.passive[c], k]
    for c in range(size):
        best, pivot = 0.0, -1
        for k in range(n):
            if abs(q.system[c, k]) > best:
                best, pivot = abs(q.system[c, k]), k
        if pivot < 0:
            return False
        q.chosen[c] = pivot
        for other in range(c + 1, size):
            factor = q.system[other, pivot] / q.system[c, pivot]
            for k in range(n):
                q.system[other, k] -= factor * q.system[c, k]
            q.system[other, pivot] = 0.0
    return True
