"""Compiled decisions on cells kept by one interior point: which signs does a form take?

One sign is that at the point. For the other the form f, turned so that it is positive at the point, is compared with
the cone of the walls by the active-set method of Lawson and Hanson (Solving Least Squares Problems, chapter 23): the
residual r of the nearest combination is either zero, and then f is a nonnegative combination of independent walls, or
-r is a direction in which f falls and no wall does, and then a second point is found on the way. The method only
guesses; both outcomes are made certain before they count:

* a second point, by the certain signs of all walls and of f there;
* a combination, by error bounds on its coefficients, which must all be strictly positive. If it has fewer walls than
  there are coordinates it must also be exact for a reason: all forms from some stage on lie in the span of the slots
  that the stage reads, so a form and as many independent walls as there are such slots are dependent.
"""

from __future__ import annotations

import numpy as np

from polytopes.kernels.arrays import (
    BOTH,
    FIRST,
    GATE,
    GATES,
    HIGH,
    LOW,
    NEGATIVE,
    OF_GATE,
    POSITIVE,
    RANK,
    RIVAL,
    ROWS,
    SLOT,
    SOURCE,
    SOURCES,
    STAGE,
    TOP,
    WALLS,
    WEIGHT,
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.kernels.rays import null_vector
from polytopes.kernels.signs import compiled, sign_at

UNSURE = 4
RESIDUAL = 2.0**-40
"""Relative size of a residual that is guessed to be zero."""
IDLE = 2.0**-36
"""Relative size of a coefficient that is guessed to be zero."""
DEPENDENT = 2.0**-46
"""Relative square of a distance that is guessed to be zero."""


@compiled
def probe(w: Walk, q: Probe, p: Program, node: int, slot: int, start: int, here: int, n: int) -> int:
    """Return which signs the form in the workspace takes on a cell, or UNSURE if that is not certain.

    ``slot`` is the slot whose form it is; its sign at the point of the cell in row ``start`` of ``rays`` is ``here``.
    If both signs occur, row 0 or 1 of ``new_rays`` is a point of the cell where it is negative or positive instead.
    """
    outcome = seek(w, q, p, node, slot, start, here, 0, n)
    if outcome == 1:
        return POSITIVE if here > 0 else NEGATIVE
    return BOTH if outcome == 2 else UNSURE


@compiled
def is_zero(form: Array, n: int) -> bool:
    """Whether a form is certainly zero."""
    largest = 0.0
    for k in range(2 * n):
        largest = max(largest, abs(form[0, k]))
    return largest == 0.0


@compiled
def seek(w: Walk, q: Probe, p: Program, node: int, slot: int, point: int, here: int, start: int, n: int) -> int:
    """Return 1 if the form keeps its sign on the cell, 2 if a point of the other sign was found, 0 if neither is sure.

    ``here`` is its sign at the point in row ``point`` of ``rays``. Only walls from number ``start`` on count. The
    passive set holds the walls of the combination.
    """
    m = w.nodes[node, WALLS]
    target, residual = q.target, q.residual
    norm, height = 0.0, 0.0
    for k in range(n):
        target[k] = here * w.form[0, k]
        residual[k] = target[k]
        norm += target[k] * target[k]
        height += target[k] * w.rays[point, k]
    for i in range(start, m):
        q.rooms[i] = times(w.walls, i, w.rays, point, n)
    size = 0
    for _ in range(3 * n + 10):
        length = 0.0
        for k in range(n):
            length += residual[k] * residual[k]
        if not length > norm * RESIDUAL * RESIDUAL:
            size = drop_idle(w, q, size, n)
            return 1 if is_combination(w, q, p, node, slot, here, size, n) else 0
        entering = turn(w, q, size, start, m, n)
        if step_across(w, q, point, here, height, start, m, n):
            return 2
        if entering < 0 or size == n:
            return 0
        q.passive[size] = entering
        q.coefficients[size] = 0.0
        size = fit(w, q, size, n)
        if size < 0:
            return 0
        for k in range(n):
            residual[k] = target[k]
        for c in range(size):
            for k in range(n):
                residual[k] -= q.coefficients[c] * w.walls[q.passive[c], k]
    return 0


@compiled
def times(a: Array, i: int, b: Array, j: int, n: int) -> float:
    """Return the product of two rows, rounded."""
    value = 0.0
    for k in range(n):
        value += a[i, k] * b[j, k]
    return value


@compiled
def turn(w: Walk, q: Probe, size: int, start: int, m: int, n: int) -> int:
    """Find how fast the way against the residual nears each wall; return the one not passive that it nears fastest."""
    entering, best = -1, 0.0
    for i in range(start, m):
        slope = 0.0
        for k in range(n):
            slope += w.walls[i, k] * q.residual[k]
        q.slopes[i] = slope
        if slope > best and not is_member(q.passive, size, i):
            best, entering = slope, i
    return entering


@compiled
def is_member(passive: Array, size: int, wall: int) -> bool:
    """Whether a wall is in the passive set."""
    found = False
    for c in range(size):
        found = found or passive[c] == wall
    return found


@compiled
def fit(w: Walk, q: Probe, factored: int, n: int) -> int:
    """Fit the coefficients of the passive walls, the last of which is new, dropping those that would turn negative.

    Return their number; -1 if the walls are numerically dependent. Of the Cholesky factor of their products
    ``factored`` rows are known.
    """
    size = factored + 1
    while size > 0:
        for row in range(factored, size):
            if not extend(w, q, row, n):
                return -1
        solve(q, size)
        ratio, leaving = 1.0, -1
        for c in range(size):
            if q.solution[c] <= 0.0:
                gap = q.coefficients[c] - q.solution[c]
                part = q.coefficients[c] / gap if gap > 0.0 else 0.0
                if part < ratio or leaving < 0:
                    ratio, leaving = part, c
        if leaving < 0:
            for c in range(size):
                q.coefficients[c] = q.solution[c]
            return size
        for c in range(size):
            q.coefficients[c] += ratio * (q.solution[c] - q.coefficients[c])
        size = drop(q, leaving, size)
        factored = leaving
    return 0


@compiled
def drop(q: Probe, leaving: int, size: int) -> int:
    """Take a wall out of the passive set; return how many are left."""
    for c in range(leaving, size - 1):
        q.passive[c] = q.passive[c + 1]
        q.coefficients[c] = q.coefficients[c + 1]
    return size - 1


@compiled
def drop_idle(w: Walk, q: Probe, size: int, n: int) -> int:
    """Drop the passive walls whose coefficients are guessed to be zero; return how many are left."""
    largest = 0.0
    for c in range(size):
        largest = max(largest, q.coefficients[c])
    kept = size
    for c in range(size - 1, -1, -1):
        if q.coefficients[c] <= largest * IDLE:
            kept = drop(q, c, kept)
    return kept


@compiled
def extend(w: Walk, q: Probe, row: int, n: int) -> bool:
    """Add a row to the Cholesky factor of the products of the passive walls, and to the half-solved right-hand side."""
    system, wall = q.system, q.passive[row]
    right = 0.0
    for k in range(n):
        right += w.walls[wall, k] * q.target[k]
    square = 0.0
    for j in range(row):
        value = times(w.walls, wall, w.walls, q.passive[j], n)
        for k in range(j):
            value -= system[row, k] * system[j, k]
        value /= system[j, j]
        system[row, j] = value
        square += value * value
        right -= value * q.half[j]
    length = times(w.walls, wall, w.walls, wall, n)
    rest = length - square
    if not rest > length * DEPENDENT:
        return False
    system[row, row] = np.sqrt(rest)
    q.half[row] = right / system[row, row]
    return True


@compiled
def solve(q: Probe, size: int) -> None:
    """Solve the normal equations of the passive walls, half of which is done."""
    for i in range(size - 1, -1, -1):
        value = q.half[i]
        for k in range(i + 1, size):
            value -= q.system[k, i] * q.solution[k]
        q.solution[i] = value / q.system[i, i]


@compiled
def step_across(w: Walk, q: Probe, point: int, here: int, height: float, start: int, m: int, n: int) -> bool:
    """Try the way from the point against the residual: past the form's zero, before the first wall."""
    fall = 0.0
    for k in range(n):
        fall += q.target[k] * q.residual[k]
    if not fall > 0.0:
        return False
    near, far = height / fall, np.inf
    for i in range(start, m):
        if q.slopes[i] > 0.0 and q.rooms[i] < far * q.slopes[i]:
            far = q.rooms[i] / q.slopes[i]
    if not near < far:
        return False
    step = min(2.0 * near, 0.5 * (near + far))
    place = 0 if here > 0 else 1
    for k in range(n):
        w.new_rays[place, k] = w.rays[point, k] - step * q.residual[k]
    return is_inside(w, place, -here, start, m, n)


@compiled
def is_inside(w: Walk, place: int, side: int, start: int, m: int, n: int) -> bool:
    """Scale a new point, and say whether it is certainly off all walls and on this side of the form."""
    largest = 0.0
    for k in range(n):
        largest = max(largest, abs(w.new_rays[place, k]))
    if not (0.0 < largest < np.inf):
        return False
    scale = 2.0 ** -np.floor(np.log2(largest))
    for k in range(n):
        w.new_rays[place, k] *= scale
        w.new_rays[place, n + k] = 0.0
    w.new_rays[place, 2 * n] = 0.0
    if sign_at(w.form, 0, w.new_rays, place, n) != side:
        return False
    inside = True
    for i in range(start, m):
        inside = inside and sign_at(w.walls, i, w.new_rays, place, n) == 1
    return inside


@compiled
def is_combination(w: Walk, q: Probe, p: Program, node: int, slot: int, here: int, size: int, n: int) -> bool:
    """Whether the form is certainly a combination of the passive walls with positive coefficients.

    The coefficients and the form's own, 1, are the null vector of a matrix whose columns are the walls and minus the
    form; with fewer walls than coordinates as many rows of it are chosen, and the rest holds by dependence.
    """
    if size < n and not spans(w, q, p, node, slot, size, n):
        return False
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


@compiled
def spans(w: Walk, q: Probe, p: Program, node: int, slot: int, size: int, n: int) -> bool:
    """Whether the form and the passive walls lie in the span of ``size`` slots that some stage reads."""
    now = w.nodes[node, STAGE]
    for stage in range(now + 1):
        if slot < p.stages[stage, SLOT] or n_read(w, p, stage, n) != size:
            continue
        inside = True
        for later in range(stage, now + 1):
            inside = inside and reads_nothing_else(w, p, stage, later, n)
        for c in range(size):
            inside = inside and in_span(w, p, stage, q.passive[c], n)
        if inside:
            return True
    return False


@compiled
def is_read(w: Walk, p: Program, stage: int, column: int, n: int) -> bool:
    """Whether a source of a stage is not zero and some row uses it."""
    if w.tape[p.sources[p.stages[stage, SOURCE] + column], 2 * n + 1] == 1.0:
        return False
    for row in range(p.stages[stage, ROWS]):
        if p.weights[p.stages[stage, WEIGHT] + row * p.stages[stage, SOURCES] + column] != 0.0:
            return True
    return False


@compiled
def n_read(w: Walk, p: Program, stage: int, n: int) -> int:
    """Return the number of slots that a stage really reads."""
    count = 0
    for column in range(p.stages[stage, SOURCES]):
        count += is_read(w, p, stage, column, n)
    return count


@compiled
def reads(w: Walk, p: Program, stage: int, slot: int, n: int) -> bool:
    """Whether a stage really reads a slot, or the output of a gate that passes this slot on."""
    for column in range(p.stages[stage, SOURCES]):
        source = p.sources[p.stages[stage, SOURCE] + column]
        if (source == slot or passed_on(w, p, source) == slot) and is_read(w, p, stage, column, n):
            return True
    return False


@compiled
def reads_nothing_else(w: Walk, p: Program, stage: int, later: int, n: int) -> bool:
    """Whether all that a later stage and its gates read was computed from ``stage`` on, or is read by ``stage`` too."""
    for column in range(p.stages[later, SOURCES]):
        source = p.sources[p.stages[later, SOURCE] + column]
        if source < p.stages[stage, SLOT] and is_read(w, p, later, column, n) and not reads(w, p, stage, source, n):
            return False
    for k in range(p.stages[later, GATES]):
        gate = p.stages[later, GATE] + k
        for rival in range(p.gates[gate, RIVAL], p.gates[gate, RIVAL] + p.gates[gate, RANK]):
            for side in range(2):
                slot = p.rivals[rival, side]
                if slot < p.stages[stage, SLOT] and w.tape[slot, 2 * n + 1] == 0.0:
                    return False
    return True


@compiled
def in_span(w: Walk, p: Program, stage: int, wall: int, n: int) -> bool:
    """Whether a wall is a form of this stage or a later one, or a slot that the stage reads, up to a factor."""
    gate = w.origins[wall, OF_GATE]
    if gate < 0:
        return wall == 0 and reads(w, p, stage, 0, n)
    if gate >= p.stages[stage, GATE]:
        return True
    low = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, LOW], 0]
    high = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, HIGH], 0]
    return w.tape[low, 2 * n + 1] == 1.0 and reads(w, p, stage, high, n)


@compiled
def passed_on(w: Walk, p: Program, slot: int) -> int:
    """Return the linear slot that a gate's output slot passes on in the cell on top, or -1 for other slots."""
    node = w.state[TOP]
    for stage in range(p.stages.shape[0]):
        first = p.stages[stage, SLOT] + p.stages[stage, ROWS]
        if first <= slot < first + p.stages[stage, GATES]:
            gate = p.stages[stage, GATE] + slot - first
            return p.rivals[p.gates[gate, RIVAL] + w.winners[node, gate], 1]
    return -1


@compiled
def probe_infinity(w: Walk, q: Probe, p: Program, node: int, n: int) -> int:
    """Return 1 if the cell is certainly bounded, 2 if certainly not, 0 if neither is sure.

    It is unbounded if wall 0, the hyperplane at infinity, cuts the cone of the other walls. It is bounded if wall 0 is
    a positive combination of as many independent walls as there are coordinates: these vanish together at the apex
    only.
    """
    for k in range(2 * n + 1):
        w.form[0, k] = w.walls[0, k]
    return seek(w, q, p, node, -1, w.nodes[node, FIRST], 1, 1, n)
