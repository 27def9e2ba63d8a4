"""What is tried before a linear program over a box: points on the way to a known one, and multipliers that once did.

For every gate and sign the last points where its form had this sign are kept, and the last multipliers that proved that
it has it nowhere. In cells of the same subtree they often serve again, and spare six linear programs out of ten; what
they show is proven as after a linear program.
"""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.box_arrays import OF_KEY, BoxWalk
from polytopes.enumeration.kernels.cube_proofs import dot, is_inside, is_negative
from polytopes.jit.compilation import compiled


@compiled
def is_on_the_way(w: BoxWalk, m: int, size: float, error: float, inside: Array, goal: Array) -> bool:
    """Whether a point of the cell where ``form`` is positive is found between one inside and a goal."""
    target, point, n = w.form[0], w.point[0], inside.shape[0]
    here, there = target[0] + dot(target, inside, n), target[0] + dot(target, goal, n)
    if not here < 0.0 < there:
        return False
    low, high = here / (here - there), 1.0
    for i in range(m):
        row = w.walls[i]
        beyond = row[0] + dot(row, goal, n)
        if beyond < 0.0:
            value = row[0] + dot(row, inside, n)
            high = min(high, value / (value - beyond))
            if not low < high:
                return False
    part = 0.5 * (low + high)
    for j in range(n):
        point[j] = inside[j] + part * (goal[j] - inside[j])
    return is_inside(target, size, error, w.walls, w.wall_measures[0], w.wall_measures[1], m, point)


@compiled
def set_corner(target: Array, goal: Array) -> None:
    """Write the corner of the cube where a form is largest."""
    for j in range(target.shape[0] - 1):
        goal[j] = 1.0 if target[j + 1] >= 0.0 else -1.0


@compiled
def is_still_negative(w: BoxWalk, m: int, size: float, error: float, hint: Array) -> bool:
    """Whether multipliers of earlier walls, of which all are walls now, prove that ``form`` is negative on the cell.

    ``hint`` has them by the keys of walls, and their number at the end.
    """
    missing = hint[hint.shape[0] - 1]
    if missing <= 0.0:
        return False
    for i in range(m):
        w.multipliers[i] = hint[w.decisions[i, OF_KEY]]
        w.shares[i] = 0.0
        if w.multipliers[i] > 0.0:
            missing -= 1.0
    if missing != 0.0:
        return False
    sizes, errors = w.wall_measures[0], w.wall_measures[1]
    return is_negative(w.form[0], size, error, w.walls, sizes, errors, w.shares, m, w.multipliers, w.total)


@compiled
def keep_multipliers(w: BoxWalk, m: int, hint: Array) -> None:
    """Remember multipliers that proved that a form is negative on a cell."""
    weight, count = 1.0, 0.0
    for i in range(m):
        weight -= w.multipliers[i] * w.shares[i]
    for k in range(hint.shape[0]):
        hint[k] = 0.0
    for i in range(m):
        if w.multipliers[i] > 0.0:
            hint[w.decisions[i, OF_KEY]] = w.multipliers[i] / weight
            count += 1.0
    hint[hint.shape[0] - 1] = count
