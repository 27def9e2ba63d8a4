"""Looks for a point of a cell of a cube where some affine forms vanish, or for multipliers that speak against one.

The cell is the part of the open cube (-1, 1)^n where some forms, its walls, are positive. Rows of :class:`Zeros` are
the forms in question, then the walls, all divided by their norms; sets of forms are the bits of an integer.

A point is looked for by the dual of ``min |u|^2 / 2`` under ``f(u) = 0``, ``g(u) >= DEPTH`` and ``|u_j| <= 1 - DEPTH``:
a concave function of one multiplier for each form and wall, climbed by Newton's method (J. Nocedal and S. Wright,
Numerical Optimization, 2006, section 11.2; with bounds, D. Bertsekas, SIAM J. Control Optim. 20, 1982). What it finds
proves nothing by itself; see :mod:`polytopes.enumeration.kernels.common_zeros`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polytopes.enumeration.kernels.arrays import Array, FloatRows, Floats, IntegerRows, Integers
from polytopes.enumeration.kernels.cube_proofs import dot
from polytopes.jit.compilation import compiled, summed_in_any_order

MET, APART, UNSURE = 1, -1, 0
DEPTH = 1e-9
"""How far from the sides of the cube and from the walls a point is looked for."""
CLOSE, CLOSE_ENOUGH, MOST_STEPS, NOISE = 1e-12, 2e-9, 100, 1e-13
LEAST_DAMPING, MOST_DAMPING = 1e-10, 1e3
FORMS, WALLS, FACES, GAPS, ASKED, TOP, TOTAL, WITHIN, MEMBER = range(9)


class Zeros(NamedTuple):
    """Forms and walls over the cube with their sizes and errors; what is known of sets of forms; scratch.

    ``faces`` and ``gaps`` are sets of forms that do, or do not, vanish together in the cell. ``plan[k]`` is what is to
    be counted where k forms vanish, and ``found[k m + i]`` has the multipliers of all rows where form i of m does as
    well. TOTAL is what was counted, WITHIN and MEMBER are the set and the form that floats left open. ``all_reach`` and
    ``all_defect`` are of a matrix that nearly inverts all forms at once.
    """

    state: Integers
    rows: FloatRows
    measures: FloatRows
    faces: Integers
    gaps: Integers
    used: Integers
    shares: Floats
    duals: Floats
    trial: Floats
    step: Floats
    gradient: Floats
    fixed: Integers
    matrix: FloatRows
    inverse: FloatRows
    residues: Floats
    values: Floats
    point: Floats
    scratch: Floats
    reach: Floats
    free: Integers
    entries: FloatRows
    found: FloatRows
    plan: IntegerRows
    all_reach: Floats
    all_defect: Floats


@compiled
def choose(z: Zeros, members: int) -> int:
    """Write the numbers of the forms of a set, then of all walls, into ``used``; return how many forms there are."""
    count = 0
    for i in range(z.state[FORMS]):
        if members >> i & 1:
            z.used[count] = i
            count += 1
    for i in range(z.state[WALLS]):
        z.used[count + i] = z.state[FORMS] + i
    return count


@summed_in_any_order
def size_of(values: Array) -> float:
    """Return the sum of absolute values."""
    total = 0.0
    for j in range(values.shape[0]):
        total += abs(values[j])
    return total


@summed_in_any_order
def combine(z: Zeros, m: int, duals: Array) -> float:
    """Write the combination of the rows with these multipliers into ``values``; return that of their constants."""
    n = z.values.shape[0]
    for j in range(n):
        z.values[j] = 0.0
    constant = 0.0
    for a in range(m):
        factor, row = duals[a], z.rows[z.used[a]]
        if factor != 0.0:
            constant += factor * row[0]
            for j in range(n):
                z.values[j] += factor * row[j + 1]
    return constant


@summed_in_any_order
def height(z: Zeros, k: int, m: int, duals: Array, constant: float) -> float:
    """Return the value of the dual function, with the combination in ``values``; the point is left in ``point``."""
    n, most = z.values.shape[0], 1.0 - DEPTH
    total = -constant
    for a in range(k, m):
        total += DEPTH * duals[a]
    for j in range(n):
        value = z.values[j]
        u = min(most, max(-most, value))
        z.point[j] = u
        total -= u * (value - 0.5 * u)
    return total


@summed_in_any_order
def violation(z: Zeros, k: int, m: int) -> float:
    """Write the gradient of the dual function, and say which walls stay out of the next step; return the worst row."""
    n, worst = z.values.shape[0], 0.0
    for a in range(m):
        row = z.rows[z.used[a]]
        missing = (DEPTH if a >= k else 0.0) - row[0] - dot(row, z.point, n)
        z.gradient[a] = missing
        z.fixed[a] = 1 if a >= k and z.duals[a] <= 0.0 and missing <= 0.0 else 0
        if z.fixed[a] == 0:
            worst = max(worst, abs(missing) if a < k or z.duals[a] > 0.0 else missing)
    return worst


@compiled
def collect(z: Zeros, most: float) -> int:
    """List the coordinates whose value is less than ``most``; return how many there are."""
    count = 0
    for j in range(z.values.shape[0]):
        if abs(z.values[j]) < most:
            z.free[count] = j
            count += 1
    return count


@summed_in_any_order
def gram(z: Zeros, m: int, most: float) -> None:
    """Write the inner products of rows, over the coordinates whose value is less than ``most``, into ``matrix``."""
    count = collect(z, most)
    for a in range(m):
        row, own = z.rows[z.used[a]], z.entries[a]
        for c in range(count):
            own[c] = row[z.free[c] + 1]
        for b in range(a + 1):
            other, total = z.entries[b], 0.0
            for c in range(count):
                total += own[c] * other[c]
            z.matrix[a, b] = z.matrix[b, a] = total


@summed_in_any_order
def direction(z: Zeros, m: int, damping: float) -> None:
    """Write Newton's step, damped, for the multipliers that are not fixed, by Cholesky's factors of the matrix."""
    h, p = z.matrix, z.step
    for a in range(m):
        if z.fixed[a]:
            for b in range(m):
                h[a, b] = h[b, a] = 0.0
            h[a, a] = 1.0
        else:
            h[a, a] += damping
        p[a] = 0.0 if z.fixed[a] else z.gradient[a]
    for a in range(m):
        for b in range(a + 1):
            total = h[a, b]
            for c in range(b):
                total -= h[a, c] * h[b, c]
            h[a, b] = np.sqrt(max(total, 1e-12)) if a == b else total / h[b, b]
    for a in range(m):
        for c in range(a):
            p[a] -= h[a, c] * p[c]
        p[a] /= h[a, a]
    for a in range(m - 1, -1, -1):
        for c in range(a + 1, m):
            p[a] -= h[c, a] * p[c]
        p[a] /= h[a, a]


@summed_in_any_order
def add(row: Array, target: Array, factor: float) -> None:
    """Add a multiple of a row to another."""
    for j in range(target.shape[0]):
        target[j] += factor * row[j]


@compiled
def try_step(z: Zeros, k: int, m: int, length: float) -> float:
    """Write the multipliers after a part of the step into ``trial``; return by how much the function is to grow."""
    gain = 0.0
    for a in range(m):
        goal = z.duals[a] + length * z.step[a]
        z.trial[a] = max(0.0, goal) if a >= k else goal
        gain += (z.trial[a] - z.duals[a]) * z.gradient[a]
    return gain


@compiled
def climb(z: Zeros, k: int, m: int) -> int:
    """Climb the dual function from the multipliers; return what seems to hold of k rows: MET, APART or UNSURE."""
    constant = combine(z, m, z.duals)
    value = height(z, k, m, z.duals, constant)
    damping = LEAST_DAMPING
    for _ in range(MOST_STEPS):
        if constant + size_of(z.values) < 0.0:
            return APART
        if violation(z, k, m) < CLOSE:
            return MET
        gram(z, m, 1.0 - DEPTH)
        direction(z, m, damping)
        length, found, enough = 1.0, value, 0.0
        for _ in range(4):
            gain = try_step(z, k, m, length)
            constant = combine(z, m, z.trial)
            found = height(z, k, m, z.trial, constant)
            enough = value + 1e-4 * gain - NOISE * (1.0 + abs(value))
            if found >= enough:
                break
            length *= 0.5
        if found >= enough:
            damping = max(LEAST_DAMPING, damping / 16.0)
            for a in range(m):
                z.duals[a] = z.trial[a]
            value = found
        elif damping < MOST_DAMPING:
            damping *= 256.0
            constant = combine(z, m, z.duals)
            value = height(z, k, m, z.duals, constant)
        else:
            break
    return MET if violation(z, k, m) < CLOSE_ENOUGH else UNSURE
