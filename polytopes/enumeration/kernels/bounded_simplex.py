"""Linear programs over the cube [-1, 1]^n with few rows: the dual simplex method, in floating point.

The program is ``max t(u)`` over ``-1 <= u <= 1``, ``r_i(u) >= k_i t(u)`` for m rows, m much smaller than n. Of the
basis only m coordinates are away from their bounds; at the start none is, which is the bound of t by itself. In each
step one row is satisfied, and every coordinate that has passed the point where it is better at its other bound goes
there at once (bound flipping; I. Maros, Computational Techniques of the Simplex Method, 2003, section 10.2.5), so few
steps are needed. The factors k_i keep the optimum away from the rows: if it is positive, all rows are positive there.

Nothing here is certain; what the multipliers and the point show is proven by
:mod:`polytopes.enumeration.kernels.cube_proofs`.
"""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.cube_proofs import dot, is_inside, is_negative
from polytopes.jit.compilation import compiled, entry

OPTIMAL, BOUNDED, STUCK = 0, 1, 2
"""At an optimum; stopped when t was seen to be negative everywhere; given up."""
FEASIBLE, PIVOT, NEGATIVE_ENOUGH = 1e-9, 1e-11, 1e-9


@compiled
def square_sum(row: Array, n: int) -> float:
    """Return the sum of the squares of n entries, in eight parts that can be added at once."""
    a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    whole = n - n % 8
    for j in range(0, whole, 8):
        a += row[j] * row[j]
        b += row[j + 1] * row[j + 1]
        c += row[j + 2] * row[j + 2]
        d += row[j + 3] * row[j + 3]
        e += row[j + 4] * row[j + 4]
        f += row[j + 5] * row[j + 5]
        g += row[j + 6] * row[j + 6]
        h += row[j + 7] * row[j + 7]
    for j in range(whole, n):
        a += row[j] * row[j]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@compiled
def start(
    target: Array, rows: Array, shares: Array, m: int, table: Array, line: Array, names: Array, norms: Array
) -> float:
    """Fill the table with every row at the bounds that are best for the target, and return the target there.

    ``line`` has three rows over the coordinates: reduced costs, values, scratch. Column n of the table is the value
    of the basic variables. Names below n are coordinates, n + i is the slack of row i.
    """
    n = target.shape[0] - 1
    value = target[0]
    for j in range(n):
        cost = target[j + 1]
        line[0, j] = cost
        line[1, j] = 1.0 if cost >= 0.0 else -1.0
        value += abs(cost)
        names[j] = j
    for i in range(m):
        share = shares[i]
        total = rows[i, 0] - share * target[0]
        for j in range(n):
            entry_ = rows[i, j + 1] - share * target[j + 1]
            table[i, j] = entry_
            total += entry_ * line[1, j]
        norms[i] = square_sum(table[i], n)
        table[i, n] = total
        names[n + i] = n + i
    return value


@compiled
def leaving(table: Array, names: Array, m: int, n: int, norms: Array) -> int:
    """Return the row whose basic variable is farthest from its bounds, measured by the norm of the row; or -1."""
    best, worst = -1, 0.0
    for i in range(m):
        value = table[i, n]
        excess = -value if names[n + i] >= n else abs(value) - 1.0
        if excess > FEASIBLE and excess * excess > worst * norms[i]:
            best, worst = i, excess * excess / norms[i]
    return best


@compiled
def candidates(table: Array, line: Array, names: Array, r: int, sign: float, n: int, order: Array) -> int:
    """List the columns that move basic variable r the way of ``sign``, with their ratios; return how many."""
    count = 0
    for j in range(n):
        step = sign * table[r, j]
        if line[1, j] == 1.0 and names[j] < n:
            step = -step
        if step > PIVOT:
            line[2, j] = abs(line[0, j]) / step
            order[count] = j
            count += 1
    return count


@compiled
def capacity(table: Array, names: Array, r: int, j: int, n: int) -> float:
    """Return how far a column can move basic variable r before it is at its other bound."""
    return 2.0 * abs(table[r, j]) if names[j] < n else 1e300


@compiled
def entering(table: Array, line: Array, names: Array, r: int, needed: float, n: int, order: Array, count: int) -> int:
    """Put the columns in front that are to change bounds, and return the place of the one that enters; -1 if none.

    It is the first by ratio up to which the capacities reach what is needed; found as a quickselect does.
    """
    low, high = 0, count
    while high - low > 1:
        middle = line[2, order[(low + high) // 2]]
        split, equal = low, low
        reached = 0.0
        for k in range(low, high):
            j = order[k]
            if line[2, j] < middle:
                reached += capacity(table, names, r, j, n)
                order[k] = order[equal]
                order[equal] = order[split]
                order[split] = j
                split += 1
                equal += 1
            elif line[2, j] == middle:
                order[k] = order[equal]
                order[equal] = j
                equal += 1
        if equal == low:
            return -1  # a ratio that is no number: rounding errors have taken over
        if reached >= needed:
            high = split
            continue
        needed -= reached
        for k in range(split, equal):
            reached = capacity(table, names, r, order[k], n)
            if reached >= needed:
                return k
            needed -= reached
        low = equal
    if low < high and capacity(table, names, r, order[low], n) >= needed:
        return low
    return -1


@compiled
def shift(table: Array, m: int, n: int, j: int, step: float) -> None:
    """Move the nonbasic variable of column j."""
    for i in range(m):
        table[i, n] += step * table[i, j]


@compiled
def exchange(table: Array, line: Array, names: Array, m: int, n: int, r: int, e: int, norms: Array) -> None:
    """Let the variable of column e take the place of basic variable r; column n is not changed."""
    inverse = 1.0 / table[r, e]
    for j in range(n):
        table[r, j] *= -inverse
    table[r, e] = inverse
    norms[r] = square_sum(table[r], n)
    for i in range(m):
        factor = table[i, e]
        if i != r and factor != 0.0:
            table[i, e] = 0.0
            for j in range(n):
                table[i, j] += factor * table[r, j]
            norms[i] = square_sum(table[i], n)
    factor = line[0, e]
    for j in range(n):
        line[0, j] += factor * table[r, j]
    line[0, e] = factor * inverse
    names[e], names[n + r] = names[n + r], names[e]


@compiled
def descend(
    target: Array,
    rows: Array,
    shares: Array,
    m: int,
    scale: float,
    table: Array,
    line: Array,
    names: Array,
    order: Array,
    norms: Array,
) -> int:
    """Run the method; ``scale`` is a size of the target, against which it is seen to be negative."""
    n = target.shape[0] - 1
    value = start(target, rows, shares, m, table, line, names, norms)
    for _ in range(20 * (m + 5)):
        if value < -NEGATIVE_ENOUGH * scale:
            return BOUNDED
        r = leaving(table, names, m, n, norms)
        if r < 0:
            return OPTIMAL
        is_slack = names[n + r] >= n
        bound = 0.0 if is_slack else (1.0 if table[r, n] > 0.0 else -1.0)
        sign = 1.0 if table[r, n] < bound else -1.0
        count = candidates(table, line, names, r, sign, n, order)
        place = entering(table, line, names, r, abs(bound - table[r, n]), n, order, count)
        if place < 0:
            return STUCK
        for k in range(place):
            j = order[k]
            step = -2.0 * line[1, j]
            value += step * line[0, j]
            line[1, j] = -line[1, j]
            shift(table, m, n, j, step)
        e = order[place]
        step = (bound - table[r, n]) / table[r, e]
        value += step * line[0, e]
        shift(table, m, n, e, step)
        table[r, n] = line[1, e] + step
        line[1, e] = bound
        exchange(table, line, names, m, n, r, e, norms)
    return STUCK


@compiled
def read_off(line: Array, table: Array, names: Array, m: int, n: int, point: Array, multipliers: Array) -> None:
    """Write the point and the multipliers of a basis."""
    for i in range(m):
        multipliers[i] = 0.0
    for j in range(n):
        if names[j] < n:
            point[names[j]] = line[1, j]
        else:
            multipliers[names[j] - n] = max(0.0, -line[0, j])
    for i in range(m):
        if names[n + i] < n:
            point[names[n + i]] = min(1.0, max(-1.0, table[i, n]))


@compiled
def draw_inside(target: Array, rows: Array, m: int, point: Array) -> None:
    """Move a point where the target and all rows are positive into the open cube: towards its center, a little."""
    part = 0.0625
    for i in range(m + 1):
        row = rows[i] if i < m else target
        value = row[0] + dot(row, point, point.shape[0])
        if row[0] < value:
            part = min(part, 0.25 * value / (value - row[0]))
    for j in range(point.shape[0]):
        point[j] -= part * point[j]


@compiled
def decide(
    target: Array,
    size: float,
    error: float,
    rows: Array,
    sizes: Array,
    errors: Array,
    shares: Array,
    m: int,
    table: Array,
    line: Array,
    names: Array,
    order: Array,
    point: Array,
    multipliers: Array,
    total: Array,
) -> int:
    """Return 1 if the target is positive somewhere in the cell, at ``point``; -1 if it is negative; 0 if not sure.

    The cell is the part of the open cube where all m rows are positive.
    """
    n = target.shape[0] - 1
    status = descend(target, rows, shares, m, size, table, line, names, order, multipliers)
    read_off(line, table, names, m, n, point, multipliers)
    if is_negative(target, size, error, rows, sizes, errors, shares, m, multipliers, total):
        return -1
    if status == OPTIMAL:
        draw_inside(target, rows, m, point)
        if is_inside(target, size, error, rows, sizes, errors, m, point):
            return 1
    return 0


@entry
def decide_sign(
    target: Array,
    size: float,
    error: float,
    rows: Array,
    sizes: Array,
    errors: Array,
    shares: Array,
    table: Array,
    line: Array,
    names: Array,
    order: Array,
    point: Array,
    multipliers: Array,
    total: Array,
) -> int:
    """Answer :func:`decide` for a cell with all of the rows, from Python."""
    return decide(
        target, size, error, rows, sizes, errors, shares, rows.shape[0],
        table, line, names, order, point, multipliers, total,
    )  # fmt: skip
