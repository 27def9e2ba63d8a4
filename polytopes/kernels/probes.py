"""Compiled decisions on cells kept by one interior point: which signs does a form take?

One sign is that at the point. For the other the form f, turned so that it is positive at the point, is compared with
the cone of the walls by the active-set method of Lawson and Hanson (Solving Least Squares Problems, chapter 23): the
residual r of the nearest combination is either zero, and then f is a nonnegative combination of independent walls, or
-r is a direction in which f falls and no wall does, and then a second point is found on the way. The method only
guesses; both outcomes are made certain before they count:

* a second point, by the certain signs of all walls and of f there;
* a combination, by error bounds on its coefficients, which must all be strictly positive. If it has fewer walls than
  there are coordinates it must also be exact for a reason: all forms from some stage on lie in the span of the slots
  that the stage reads, so a form and as many independent walls as there are such slots are dependent. Or the form and
  the walls have small integer entries, and the combination is found in integers.
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
from polytopes.kernels.compilation import compiled
from polytopes.kernels.rays import null_vector
from polytopes.kernels.signs import sign_at

UNSURE = 4
ACROSS, LOST = -1, -2
RESIDUAL = 2.0**-40
"""Relative size of a residual that is guessed to be zero."""
IDLE = 2.0**-36
"""Relative size of a coefficient that is guessed to be zero."""
DEPENDENT = 2.0**-46
"""Relative square of a distance that is guessed to be zero."""
LONGEST = 2.0**62
"""Integers are multiplied if the result is certainly shorter."""


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
    """Whether a form is certainly zero; entries that are no numbers, after an overflow, are not."""
    for k in range(2 * n):  # noqa: SIM110
        if form[0, k] != 0.0:
            return False
    return True


@compiled
def seek(w: Walk, q: Probe, p: Program, node: int, slot: int, point: int, here: int, start: int, n: int) -> int:
    """Return 1 if the form keeps its sign on the cell, 2 if a point of the other sign was found, 0 if neither is sure.

    ``here`` is its sign at the point in row ``point`` of ``rays``. Only walls from number ``start`` on count.
    """
    size = descend(q, w.form, w.walls, w.rays, w.new_rays, point, here, start, w.nodes[node, WALLS], n)
    if size < 0:
        return 2 if size == ACROSS else 0
    return 1 if is_combination(w, q, p, node, slot, here, drop_idle(q, size), n) else 0


@compiled
def descend(
    q: Probe, form: Array, walls: Array, rays: Array, new_rays: Array, point: int, here: int, start: int, m: int, n: int
) -> int:
    """Return the number of passive walls whose combination the form is guessed to be, ACROSS or LOST.

    Few arrays are handed to what is called here often: each costs as much as some multiplications.
    """
    target, residual, rooms, passive = q.target, q.residual, q.rooms, q.passive
    norm, height = 0.0, 0.0
    for k in range(n):
        target[k] = here * form[0, k]
        residual[k] = target[k]
        norm += target[k] * target[k]
        height += target[k] * rays[point, k]
    for i in range(start, m):
        rooms[i] = times(walls, i, rays, point, n)
    size = 0
    for _ in range(3 * n + 10):
        length, fall = 0.0, 0.0
        for k in range(n):
            length += residual[k] * residual[k]
            fall += target[k] * residual[k]
        if not length > norm * RESIDUAL * RESIDUAL:
            return size
        entering = turn(walls, residual, q.slopes, passive, size, start, m, n)
        step = stride(q.slopes, rooms, height, fall, start, m)
        if step > 0.0:
            place = 0 if here > 0 else 1
            for k in range(n):
                new_rays[place, k] = rays[point, k] - step * residual[k]
            if is_inside(form, walls, new_rays, place, -here, start, m, n):
                return ACROSS
        if entering < 0 or size == n:
            return LOST
        passive[size] = entering
        q.coefficients[size] = 0.0
        size = fit(walls, target, passive, q.coefficients, q.solution, q.half, q.system, size, n)
        if size < 0:
            return LOST
        for k in range(n):
            residual[k] = target[k]
        for c in range(size):
            for k in range(n):
                residual[k] -= q.coefficients[c] * walls[passive[c], k]
    return LOST


@compiled
def times(a: Array, i: int, b: Array, j: int, n: int) -> float:
    """Return the product of two rows, rounded."""
    value = 0.0
    for k in range(n):
        value += a[i, k] * b[j, k]
    return value


@compiled
def turn(
    walls: Array, residual: Array, slopes: Array, passive: Array, size: int, start: int, m: int, n: int
) -> int:  # fmt: skip
    """Find how fast the way against the residual nears each wall; return the one not passive that it nears fastest."""
    entering, best = -1, 0.0
    for i in range(start, m):
        slope = 0.0
        for k in range(n):
            slope += walls[i, k] * residual[k]
        slopes[i] = slope
        if slope > best and not is_member(passive, size, i):
            best, entering = slope, i
    return entering


@compiled
def stride(slopes: Array, rooms: Array, height: float, fall: float, start: int, m: int) -> float:
    """Return a step against the residual past the form's zero, before the first wall; 0 if there is none."""
    if not fall > 0.0:
        return 0.0
    near, far = height / fall, np.inf
    for i in range(start, m):
        if slopes[i] > 0.0 and rooms[i] < far * slopes[i]:
            far = rooms[i] / slopes[i]
    return min(2.0 * near, 0.5 * (near + far)) if near < far else 0.0


@compiled
def is_member(passive: Array, size: int, wall: int) -> bool:
    """Whether a wall is in the passive set."""
    found = False
    for c in range(size):
        found = found or passive[c] == wall
    return found


@compiled
def fit(
    walls: Array, target: Array, passive: Array, coefficients: Array, solution: Array, half: Array, system: Array,
    factored: int, n: int,
) -> int:  # fmt: skip
    """Fit the coefficients of the passive walls, the last of which is new, dropping those that would turn negative.

    Return their number; -1 if the walls are numerically dependent. Of the Cholesky factor of their products
    ``factored`` rows are known.
    """
    size = factored + 1
    while size > 0:
        for row in range(factored, size):
            if not extend(walls, target, passive, half, system, row, n):
                return -1
        for i in range(size - 1, -1, -1):
            value = half[i]
            for k in range(i + 1, size):
                value -= system[k, i] * solution[k]
            solution[i] = value / system[i, i]
        ratio, leaving = 1.0, -1
        for c in range(size):
            if solution[c] <= 0.0:
                gap = coefficients[c] - solution[c]
                part = coefficients[c] / gap if gap > 0.0 else 0.0
                if part < ratio or leaving < 0:
                    ratio, leaving = part, c
        if leaving < 0:
            for c in range(size):
                coefficients[c] = solution[c]
            return size
        for c in range(size):
            coefficients[c] += ratio * (solution[c] - coefficients[c])
        drop(passive, coefficients, leaving, size)
        size -= 1
        factored = leaving
    return 0


@compiled
def drop(passive: Array, coefficients: Array, leaving: int, size: int) -> None:
    """Take a wall out of the passive set."""
    for c in range(leaving, size - 1):
        passive[c] = passive[c + 1]
        coefficients[c] = coefficients[c + 1]


@compiled
def drop_idle(q: Probe, size: int) -> int:
    """Drop the passive walls whose coefficients are guessed to be zero; return how many are left."""
    largest = 0.0
    for c in range(size):
        largest = max(largest, q.coefficients[c])
    kept = size
    for c in range(size - 1, -1, -1):
        if q.coefficients[c] <= largest * IDLE:
            drop(q.passive, q.coefficients, c, kept)
            kept -= 1
    return kept


@compiled
def extend(walls: Array, target: Array, passive: Array, half: Array, system: Array, row: int, n: int) -> bool:
    """Add a row to the Cholesky factor of the products of the passive walls, and to the half-solved right-hand side."""
    wall = passive[row]
    right = 0.0
    for k in range(n):
        right += walls[wall, k] * target[k]
    square = 0.0
    for j in range(row):
        value = times(walls, wall, walls, passive[j], n)
        for k in range(j):
            value -= system[row, k] * system[j, k]
        value /= system[j, j]
        system[row, j] = value
        square += value * value
        right -= value * half[j]
    length = times(walls, wall, walls, wall, n)
    rest = length - square
    if not rest > length * DEPENDENT:
        return False
    system[row, row] = np.sqrt(rest)
    half[row] = right / system[row, row]
    return True


@compiled
def is_inside(form: Array, walls: Array, points: Array, place: int, side: int, start: int, m: int, n: int) -> bool:
    """Scale a new point, and say whether it is certainly off all walls and on this side of the form."""
    largest = 0.0
    for k in range(n):
        largest = max(largest, abs(points[place, k]))
    if not (0.0 < largest < np.inf):
        return False
    scale = 2.0 ** -np.floor(np.log2(largest))
    for k in range(n):
        points[place, k] *= scale
        points[place, n + k] = 0.0
    points[place, 2 * n] = 0.0
    if sign_at(form, 0, points, place, n) != side:
        return False
    for i in range(start, m):  # noqa: SIM110
        if sign_at(walls, i, points, place, n) != 1:
            return False
    return True


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
def is_wall(w: Walk, p: Program, node: int, slot: int, n: int) -> bool:
    """Whether some wall of the node is a multiple of a slot's form because their rows are."""
    for wall in range(w.nodes[node, WALLS]):
        gate = w.origins[wall, OF_GATE]
        if gate >= 0:
            low = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, LOW], 0]
            high = p.rivals[p.gates[gate, RIVAL] + w.origins[wall, HIGH], 0]
            if w.tape[low, 2 * n + 1] == 1.0 and p.lines[high] == p.lines[slot]:
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


@compiled
def spans(w: Walk, q: Probe, p: Program, node: int, slot: int, size: int, n: int) -> bool:
    """Whether the form and the passive walls lie in the span of ``size`` slots that some stage reads; slot -1 never."""
    if slot < 0:
        return False
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
    """Return the number of slots that a stage really reads, counting multiples of one form once."""
    count = 0
    for column in range(p.stages[stage, SOURCES]):
        line = read_line(w, p, stage, column, n)
        if line >= 0 and not w.zeros[line]:
            w.zeros[line] = True
            count += 1
    for column in range(p.stages[stage, SOURCES]):
        line = read_line(w, p, stage, column, n)
        if line >= 0:
            w.zeros[line] = False
    return count


@compiled
def read_line(w: Walk, p: Program, stage: int, column: int, n: int) -> int:
    """Return a slot of which the source of a stage is a multiple, the same for multiples; -1 if it is not read."""
    if not is_read(w, p, stage, column, n):
        return -1
    source = p.sources[p.stages[stage, SOURCE] + column]
    slot = passed_on(w, p, source)
    return p.lines[slot] if slot >= 0 else source


@compiled
def reads(w: Walk, p: Program, stage: int, slot: int, n: int) -> bool:
    """Whether a stage really reads a slot, or the output of a gate that passes this slot or a multiple of it on."""
    for column in range(p.stages[stage, SOURCES]):
        source = p.sources[p.stages[stage, SOURCE] + column]
        if source == slot or read_line(w, p, stage, column, n) == p.lines[slot]:
            return is_read(w, p, stage, column, n)
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
    only. A point, a cone of one coordinate, is bounded although that wall cuts the line.
    """
    if n == 1:
        return 1
    for k in range(2 * n + 1):
        w.form[0, k] = w.walls[0, k]
    return seek(w, q, p, node, -1, w.nodes[node, FIRST], 1, 1, n)
