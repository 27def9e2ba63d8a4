"""Upper bounds of an affine form over a cell: a small linear program guesses multipliers of the walls.

For multipliers mu >= 0 of the walls, the form is on the cell at most its sum with the multiples of the walls, and that
is at most its greatest value over the box. So whatever multipliers come out of the program, the bound holds. The
program is solved by the dual simplex method for variables with bounds, from the corner of the box on; in the ratio test
variables pass to their other bounds as long as that makes the program better.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.signs import SLACK, UNIT, Floats
from polytopes.jit.compilation import compiled
from tropical.verification.kernels.arrays import INPUTS, WALLS, Net, Node
from tropical.verification.ranges import TINY, TOO_LARGE

FEASIBLE, PIVOT = 1e-9, 1e-10
"""By how much rows may be violated at the optimum, and the least pivot: guesses of the program, no bounds."""
SOLVED, INFEASIBLE = 0, 1
FEW, HALVINGS = 16, 24
"""In more than FEW variables, those that pass to their other bounds are found by halving the interval of ratios."""


@compiled
def solve(node: Node, m: int, d: int) -> int:
    """Maximize ``reduced . x`` where ``widths`` bound x and ``slack + table x >= 0``; return how it ended.

    At the end ``columns`` are the variables at a bound (x first, then slacks) with their ``reduced`` costs, ``basics``
    the others with their values in ``slack``. If there is no point, ``factors`` are multipliers that show it.
    """
    table, slack, reduced, places = node.table, node.slack, node.reduced, node.places
    for i in range(d):
        node.columns[i] = i
        node.at_upper[i] = 1 if reduced[i] > 0.0 else 0
        places[i] = node.widths[node.at_upper[i], i]
    for j in range(m):
        node.basics[j] = d + j
        for i in range(d):
            slack[j] += table[j, i] * places[i]
    for _ in range(8 * (m + d) + 20):
        worst, row, side = FEASIBLE, -1, 0
        for j in range(m):
            b = node.basics[j]
            under = (node.widths[0, b] if b < d else 0.0) - slack[j]
            if under > worst:
                worst, row, side = under, j, 0
            if b < d and slack[j] - node.widths[1, b] > worst:
                worst, row, side = slack[j] - node.widths[1, b], j, 1
        if row < 0:
            return SOLVED
        if d > FEW:
            worst -= _flip_many(node, m, d, row, side, worst)
        column = _entering(node, d, row, side)
        while column >= 0 and _other_bound(node, d, row, column, worst) > 0.0:
            worst -= _other_bound(node, d, row, column, worst)
            _flip(node, m, column)
            column = _entering(node, d, row, side)
        if column < 0:
            _show_emptiness(node, m, d, row, side)
            return INFEASIBLE
        _pivot(node, m, d, row, column, side)
    return SOLVED


@compiled
def _entering(node: Node, d: int, row: int, side: int) -> int:
    """Return the column whose variable should enter the basis, by the ratio test; -1 if there is none."""
    best, column = np.inf, -1
    for i in range(d):
        ratio = _ratio(node, d, row, side, i)
        if ratio < best or (ratio == best < np.inf and abs(node.table[row, i]) > abs(node.table[row, column])):
            best, column = ratio, i
    return column


@compiled
def _ratio(node: Node, d: int, row: int, side: int, i: int) -> float:
    """Return the ratio of a column that may enter, infinity for others."""
    entry = node.table[row, i] if side == 0 else -node.table[row, i]
    c = node.columns[i]
    if c < d and node.widths[0, c] == node.widths[1, c]:
        return np.inf
    if (entry > PIVOT and node.at_upper[i] == 0) or (entry < -PIVOT and node.at_upper[i] == 1):
        return abs(node.reduced[i]) / abs(entry)
    return np.inf


@compiled
def _flip_many(node: Node, m: int, d: int, row: int, side: int, violation: float) -> float:
    """Move variables of small ratio to their other bounds while a row stays violated; return by how much less it is."""
    low, high = -1.0, 0.0
    for i in range(d):
        ratio = _ratio(node, d, row, side, i)
        node.affine[i] = ratio
        if ratio < np.inf:
            high = max(high, ratio)
    for i in range(d):
        if node.columns[i] >= d:
            high = min(high, node.affine[i])
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        total = 0.0
        for i in range(d):
            if node.affine[i] <= middle:
                total += _other_bound(node, d, row, i, np.inf)
        if total < violation:
            low = middle
        else:
            high = middle
    total = 0.0
    for i in range(d):
        if node.affine[i] <= low:
            total += _other_bound(node, d, row, i, np.inf)
            _flip(node, m, i)
    return total


@compiled
def _other_bound(node: Node, d: int, row: int, column: int, violation: float) -> float:
    """Return by how much the violation of a row falls when a variable goes to its other bound; 0 if that is too far."""
    c = node.columns[column]
    if c >= d:
        return 0.0
    change: float = abs(node.table[row, column]) * (node.widths[1, c] - node.widths[0, c])
    return change if change < violation else 0.0


@compiled
def _flip(node: Node, m: int, column: int) -> None:
    """Move a variable to its other bound."""
    c = node.columns[column]
    node.at_upper[column] = 1 - node.at_upper[column]
    bound = node.widths[node.at_upper[column], c]
    for j in range(m):
        node.slack[j] += node.table[j, column] * (bound - node.places[column])
    node.places[column] = bound


@compiled
def _pivot(node: Node, m: int, d: int, row: int, column: int, side: int) -> None:
    table, slack, reduced = node.table, node.slack, node.reduced
    leaving = node.basics[row]
    bound = node.widths[side, leaving] if leaving < d else 0.0
    entry = table[row, column]
    step = (bound - slack[row]) / entry
    for j in range(m):
        if j != row:
            slack[j] += table[j, column] * step
    for i in range(d):
        table[row, i] = 1.0 / entry if i == column else -table[row, i] / entry
    for j in range(m):
        factor = table[j, column]
        if j != row and factor != 0.0:
            table[j, column] = 0.0
            for i in range(d):
                table[j, i] += factor * table[row, i]
    factor = reduced[column]
    reduced[column] = 0.0
    for i in range(d):
        reduced[i] += factor * table[row, i]
    node.basics[row] = node.columns[column]
    slack[row] = node.places[column] + step
    node.columns[column] = leaving
    node.places[column] = bound
    node.at_upper[column] = side


@compiled
def _show_emptiness(node: Node, m: int, d: int, row: int, side: int) -> None:
    for j in range(m):
        node.factors[j] = 0.0
    if node.basics[row] >= d:
        node.factors[node.basics[row] - d] = 1.0
    for i in range(d):
        if node.columns[i] >= d:
            entry = node.table[row, i] if side else -node.table[row, i]
            node.factors[node.columns[i] - d] = max(entry, 0.0)


@compiled
def read_factors(node: Node, m: int, d: int) -> None:
    """Write the multipliers of the rows at the end of a program that was solved."""
    for j in range(m):
        node.factors[j] = 0.0
    for i in range(d):
        if node.columns[i] >= d:
            node.factors[node.columns[i] - d] = max(-node.reduced[i], 0.0)


@compiled
def read_point(node: Node, m: int, d: int) -> None:
    """Write the point at the end of a program, moved into its bounds."""
    for i in range(d):
        if node.columns[i] < d:
            node.point[node.columns[i]] = node.places[i]
    for j in range(m):
        if node.basics[j] < d:
            node.point[node.basics[j]] = node.slack[j]
    for k in range(d):
        node.point[k] = min(max(node.point[k], node.widths[0, k]), node.widths[1, k])


@compiled
def load_walls(net: Net, node: Node) -> None:
    """Begin a program with the walls of the cell and the box."""
    n = net.shape[INPUTS]
    for k in range(n):
        node.widths[0, k], node.widths[1, k] = net.low[k], net.high[k]
    for j in range(node.state[WALLS]):
        node.slack[j] = node.walls[j, 0]
        for k in range(n):
            node.table[j, k] = node.walls[j, 1 + k]


@compiled
def proven_bound(net: Net, node: Node, affine: Floats, error: float) -> float:
    """Return an upper bound over the cell of what is at most ``affine`` plus the error, with ``factors`` of walls."""
    n, m = net.shape[INPUTS], node.state[WALLS]
    size = abs(affine[0])
    for k in range(n + 1):
        node.affine[k] = affine[k]
    for k in range(n):
        size += abs(affine[1 + k]) * net.reach[k]
    for j in range(m):
        factor = node.factors[j]
        if factor != 0.0:
            for k in range(n + 1):
                node.affine[k] += factor * node.walls[j, k]
            size += factor * node.wall_sizes[j]
            error += factor * node.wall_errors[j]
    if not (size < TOO_LARGE and error < TOO_LARGE):
        return np.inf
    total = node.affine[0]
    for k in range(n):
        total += max(node.affine[1 + k] * net.low[k], node.affine[1 + k] * net.high[k])
    return total + (error + (n + m + 16) * UNIT * size) * SLACK + TINY


@compiled
def bound(net: Net, node: Node, affine: Floats, error: float) -> float:
    """Return an upper bound over the cell of what is at most ``affine`` plus the error; -inf if the cell is empty.

    The multipliers of the walls are left in ``factors``, those that show emptiness too.
    """
    n, m = net.shape[INPUTS], node.state[WALLS]
    load_walls(net, node)
    for k in range(n):
        node.reduced[k] = affine[1 + k]
    ended = solve(node, m, n)
    if ended == INFEASIBLE:
        for k in range(n + 1):
            node.known[node.known.shape[0] - 1, k] = 0.0
        if proven_bound(net, node, node.known[node.known.shape[0] - 1], 0.0) < 0.0:
            return -np.inf
    read_factors(node, m, n)
    return proven_bound(net, node, affine, error)
