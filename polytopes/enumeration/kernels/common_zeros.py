"""Whether affine forms vanish together in a cell of a cube, proven in floating point.

The cell is the part of the open cube (-1, 1)^n where some forms, its walls, are positive. Rows of :class:`Zeros` are
the forms in question, then the walls, all divided by their norms; sets of forms are the bits of an integer.

A point is looked for by the dual of ``min |u|^2 / 2`` under ``f(u) = 0``, ``g(u) >= DEPTH`` and ``|u_j| <= 1 - DEPTH``:
a concave function of one multiplier for each form and wall, climbed by Newton's method (J. Nocedal and S. Wright,
Numerical Optimization, 2006, section 11.2; with bounds, D. Bertsekas, SIAM J. Control Optim. 20, 1982). What it finds
proves nothing by itself:

* :func:`is_apart` proves from the multipliers that there is no common zero: a combination of the forms, and of the
  walls with multipliers that are not negative, is negative on the whole cube;
* :func:`is_met` proves from a point u and a matrix B that there is one, and that the forms are linearly independent.
  If ``|I - A B| <= q < 1`` in the norm of row sums, where A has the coefficients of the forms, then A B is invertible,
  so the rows of A are independent; and f(u + B t) = 0 for some t with ``|t| <= |f(u)| / (1 - q)``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from polytopes.enumeration.kernels.arrays import Array, FloatRows, Floats, Integers
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.jit.compilation import compiled

MET, APART, UNSURE = 1, -1, 0
DEPTH = 1e-9
"""How far from the sides of the cube and from the walls a point is looked for."""
CLOSE, CLOSE_ENOUGH, MOST_STEPS, NOISE = 1e-12, 2e-9, 100, 1e-13
POLISHED = 2
LEAST_DAMPING, MOST_DAMPING = 1e-10, 1e3
FORMS, WALLS, FACES, GAPS, ASKED = range(5)


class Zeros(NamedTuple):
    """Forms and walls over the cube with their sizes and errors; what is known of sets of forms; scratch.

    ``faces`` and ``gaps`` are sets of forms that do, or do not, vanish together in the cell.
    """

    state: Integers
    rows: FloatRows
    measures: FloatRows
    faces: Integers
    gaps: Integers
    stack: Integers
    used: Integers
    memory: Floats
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


@compiled
def dot(row: Array, point: Array, n: int) -> float:
    """Return the sum of ``row[1 + j] point[j]``, in four parts that can be added at once."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = n - n % 4
    for j in range(0, whole, 4):
        a += row[j + 1] * point[j]
        b += row[j + 2] * point[j + 1]
        c += row[j + 3] * point[j + 2]
        d += row[j + 4] * point[j + 3]
    for j in range(whole, n):
        a += row[j + 1] * point[j]
    return (a + b) + (c + d)


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


@compiled
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


@compiled
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


@compiled
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
def gram(z: Zeros, count: int, most: float) -> None:
    """Write the inner products of rows, over the coordinates whose value is less than ``most``, into ``matrix``."""
    n = z.values.shape[0]
    for a in range(count):
        row = z.rows[z.used[a]]
        for j in range(n):
            z.scratch[j] = row[j + 1] if abs(z.values[j]) < most else 0.0
        for b in range(a + 1):
            z.matrix[a, b] = z.matrix[b, a] = dot(z.rows[z.used[b]], z.scratch, n)


@compiled
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


@compiled
def climb(z: Zeros, k: int, m: int) -> int:
    """Climb the dual function; return what seems to hold of the first k rows: MET, APART or UNSURE."""
    n = z.values.shape[0]
    for a in range(m):
        z.duals[a] = z.memory[z.used[a]]
    constant = combine(z, m, z.duals)
    value = height(z, k, m, z.duals, constant)
    damping = LEAST_DAMPING
    for _ in range(MOST_STEPS):
        reach = constant
        for j in range(n):
            reach += abs(z.values[j])
        if reach < 0.0:
            return APART
        if violation(z, k, m) < CLOSE:
            return MET
        gram(z, m, 1.0 - DEPTH)
        direction(z, m, damping)
        length, found, enough = 1.0, value, 0.0
        for _ in range(4):
            gain = 0.0
            for a in range(m):
                trial = z.duals[a] + length * z.step[a]
                z.trial[a] = max(0.0, trial) if a >= k else trial
                gain += (z.trial[a] - z.duals[a]) * z.gradient[a]
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


@compiled
def shorten(z: Zeros, m: int) -> None:
    """Leave out multipliers, the smallest first, without which there is still no common zero."""
    n = z.values.shape[0]
    constant = combine(z, m, z.duals)
    for a in range(m):
        z.fixed[a] = 0
    for _ in range(m):
        least = -1
        for a in range(m):
            if not z.fixed[a] and (least < 0 or abs(z.duals[a]) < abs(z.duals[least])):
                least = a
        z.fixed[least] = 1
        factor, row = z.duals[least], z.rows[z.used[least]]
        reach, largest = constant - factor * row[0], 0.0
        for j in range(n):
            reach += abs(z.values[j] - factor * row[j + 1])
            largest = max(largest, abs(z.values[j]))
        if reach < -1e-9 * largest:
            constant -= factor * row[0]
            for j in range(n):
                z.values[j] -= factor * row[j + 1]
            z.duals[least] = 0.0


@compiled
def is_apart(z: Zeros, m: int) -> bool:
    """Whether the multipliers prove that the rows have no common zero in the cell."""
    n = z.values.shape[0]
    bound = combine(z, m, z.duals)
    size, error = 0.0, 0.0
    for a in range(m):
        size += abs(z.duals[a]) * z.measures[0, z.used[a]]
        error += abs(z.duals[a]) * z.measures[1, z.used[a]]
    for j in range(n):
        bound += abs(z.values[j])
    return bound + (error + (n + m + 8) * UNIT * size) * SLACK + TINY < 0.0


@compiled
def invert(z: Zeros, k: int) -> bool:
    """Write the inverse of the first k rows and columns of ``matrix``, by elimination; return whether it was found."""
    h, inverse = z.matrix, z.inverse
    for a in range(k):
        for b in range(k):
            inverse[a, b] = 1.0 if a == b else 0.0
    for a in range(k):
        if not h[a, a] > 1e-12:
            return False
        pivot = h[a, a]
        for b in range(k):
            h[a, b] /= pivot
            inverse[a, b] /= pivot
        for c in range(k):
            factor = h[c, a]
            if c != a and factor != 0.0:
                for b in range(k):
                    h[c, b] -= factor * h[a, b]
                    inverse[c, b] -= factor * inverse[a, b]
    return True


@compiled
def defect(z: Zeros, k: int) -> float:
    """Return a bound q of ``|I - A B|``; the sums of absolute values in the rows of B are left in ``reach``."""
    n = z.values.shape[0]
    for j in range(n):
        z.reach[j] = 0.0
    for a in range(k):
        z.residues[a] = 0.0
    for c in range(k):
        for j in range(n):
            z.scratch[j] = 0.0
        for b in range(k):
            factor, row = z.inverse[b, c], z.rows[z.used[b]]
            for j in range(n):
                z.scratch[j] += factor * row[j + 1]
        for j in range(n):
            z.reach[j] += abs(z.scratch[j])
        for a in range(k):
            z.residues[a] += abs((1.0 if a == c else 0.0) - dot(z.rows[z.used[a]], z.scratch, n))
    widest = 0.0
    for j in range(n):
        widest = max(widest, z.reach[j])
    q = 0.0
    for a in range(k):
        size, error = z.measures[0, z.used[a]], z.measures[1, z.used[a]]
        # every product in A B is at most size times an entry of B; those of one row of B add up to its sum
        rounding = (n + 8) * UNIT * (size * widest * SLACK + k)
        q = max(q, (z.residues[a] + error * widest + rounding) * SLACK)
    return q


@compiled
def polish(z: Zeros, k: int) -> None:
    """Move the point by least squares to where the first k rows nearly vanish; their inverse is known."""
    n = z.values.shape[0]
    for a in range(k):
        row = z.rows[z.used[a]]
        z.residues[a] = row[0] + dot(row, z.point, n)
    for a in range(k):
        factor, row = 0.0, z.rows[z.used[a]]
        for b in range(k):
            factor += z.inverse[a, b] * z.residues[b]
        for j in range(n):
            z.point[j] -= factor * row[j + 1]


@compiled
def is_met(z: Zeros, k: int, m: int) -> bool:
    """Whether the point and the multipliers' matrix prove a common zero of the first k rows, which are independent."""
    n = z.values.shape[0]
    gram(z, k, np.inf)
    if not invert(z, k):
        return False
    for _ in range(POLISHED):
        polish(z, k)
    q = defect(z, k)
    if not q < 0.5:
        return False
    far = 0.0
    for a in range(k):
        row, r = z.rows[z.used[a]], z.used[a]
        value = abs(row[0] + dot(row, z.point, n))
        far = max(far, value + (z.measures[1, r] + (n + 4) * UNIT * z.measures[0, r]) * SLACK)
    far = (far / (1.0 - q)) * SLACK + TINY
    moved = 0.0
    for j in range(n):
        own = z.reach[j] * far * SLACK
        moved = max(moved, own)
        if not abs(z.point[j]) + own < 1.0 - UNIT:
            return False
    for a in range(k, m):
        row, r = z.rows[z.used[a]], z.used[a]
        value = row[0] + dot(row, z.point, n)
        bound = z.measures[1, r] + ((n + 4) * UNIT + moved) * z.measures[0, r]
        if not value > bound * SLACK + TINY:
            return False
    return True


@compiled
def ask(z: Zeros, members: int) -> int:
    """Return MET if the forms of a set are independent and vanish together in the cell, APART if they nowhere do.

    UNSURE if neither is proven. What is proven is remembered.
    """
    for i in range(z.state[FACES]):
        if members & ~z.faces[i] == 0:
            return MET
    for i in range(z.state[GAPS]):
        if z.gaps[i] & ~members == 0:
            return APART
    z.state[ASKED] += 1
    k = choose(z, members)
    m = k + z.state[WALLS]
    found = climb(z, k, m)
    if found == MET and is_met(z, k, m):
        for a in range(m):
            z.memory[z.used[a]] = z.duals[a]
        if z.state[FACES] < z.faces.shape[0]:
            z.faces[z.state[FACES]] = members
            z.state[FACES] += 1
        return MET
    if found != APART:
        return UNSURE
    if is_apart(z, m):
        shorten(z, m)
        if is_apart(z, m):
            needed = 0
            for a in range(k):
                if z.duals[a] != 0.0:
                    needed |= 1 << z.used[a]
            if z.state[GAPS] < z.gaps.shape[0]:
                z.gaps[z.state[GAPS]] = needed
                z.state[GAPS] += 1
        return APART
    return UNSURE
