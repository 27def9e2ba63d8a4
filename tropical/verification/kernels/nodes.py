"""What is done at a node of the search: bound units, refute conjunctions, choose the unit to split."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import FloatRows
from polytopes.enumeration.kernels.signs import Floats
from polytopes.jit.bundles import Bundle, address, reference
from polytopes.jit.compilation import compiled, entry
from tropical.verification.kernels.arrays import (
    EMPTY,
    FOUND,
    INPUTS,
    LEVELS,
    OPEN,
    PREFIX,
    RECORDING,
    ROOT,
    SPLIT,
    UNITS,
    WALLS,
    Net,
    Node,
)
from tropical.verification.kernels.ascent import (
    SOLVED,
    bound,
    load_walls,
    read_factors,
    read_point,
    solve,
)
from tropical.verification.kernels.climbing import climb, height, least_slack, look, wander
from tropical.verification.kernels.substitution import (
    add_form,
    clear,
    keep_marks,
    measure,
    size_on_box,
    substitute,
    unit_form,
)

NET, NODE = Bundle(Net), Bundle(Node)
as_net, as_node = reference(NET), reference(NODE)
CAUTION = 2.0**-36
"""Bounds closer to 0 than this part of the size of a form decide nothing, so that coarser arithmetic confirms them."""
GAIN = 0.95
"""A bound is replaced where the new one is smaller than this part of the old one."""
PROMISING = 1e-9
"""A point whose conditions fail by no more than this part of their sizes is looked at in exact arithmetic."""


@compiled
def _note_bound(net: Net, node: Node, g: int, is_upper: bool, value: float, walls: int) -> None:
    """Improve a bound of z of a unit; ``value`` bounds z or -z from above."""
    margin = CAUTION * node.sizes[g]
    if -margin < value <= 0.0:
        value = margin
    old = node.upper[g] if is_upper else -node.lower[g]
    if value <= 0.0 or value < GAIN * old:
        if not value < old:
            return
        if is_upper:
            node.upper[g] = value
        else:
            node.lower[g] = -value
        if node.state[RECORDING]:
            place = 2 * g + (1 if is_upper else 0)
            node.improved[place] = 1
            for j in range(walls):
                node.bound_factors[place, j] = node.factors[j]
            keep_marks(net, node, node.bound_used, place)


@compiled
def bound_units(net: Net, node: Node) -> int:
    """Bound the units that are open, level by level; return whether the cell was seen to be empty."""
    n = net.shape[INPUTS]
    keep = node.known.shape[0] > 1
    node.state[PREFIX] = 0
    prefix = 0
    for level in range(net.shape[LEVELS]):
        closed = True
        for g in range(net.level_starts[level], net.level_starts[level + 1]):
            if node.state[ROOT]:
                measure(net, node, g)
            is_open = node.lower[g] < 0.0 < node.upper[g]
            exact = keep and prefix == level
            if not (is_open or exact):
                continue
            error = unit_form(net, node, g, 1.0)
            if exact:
                for k in range(n + 1):
                    node.known[g, k] = node.form[k]
                node.known_errors[g] = error
                node.known_sizes[g] = size_on_box(net, node.form)
                keep_marks(net, node, node.known_used, g)
            if not is_open:
                continue
            value = bound(net, node, node.form, error)
            if value == -np.inf:
                return EMPTY
            _note_bound(net, node, g, True, value, node.state[WALLS])
            if node.upper[g] <= 0.0:
                continue
            if exact:
                for k in range(n + 1):
                    node.form[k] = -node.form[k]
            else:
                error = unit_form(net, node, g, -1.0)
            value = bound(net, node, node.form, error)
            if value == -np.inf:
                return EMPTY
            _note_bound(net, node, g, False, value, node.state[WALLS])
            if node.lower[g] < 0.0:
                closed = False
        if closed:
            for g in range(net.level_starts[level], net.level_starts[level + 1]):
                closed = closed and not node.lower[g] < 0.0 < node.upper[g]
        if closed and prefix == level:
            prefix += 1
            if keep:
                node.state[PREFIX] = prefix
    node.state[PREFIX] = prefix if keep else 0
    return OPEN


@compiled
def _condition(net: Net, node: Node, first: int, count: int, weights: Floats, scored: bool) -> float:
    """Leave in the form an affine bound of a combination of conditions; return its error."""
    clear(net, node)
    size = 0.0
    for i in range(count):
        if weights[i] != 0.0:
            add_form(net, node.form, net.shape[UNITS] + first + i, weights[i])
            size += weights[i] * node.sizes[net.shape[UNITS] + first + i]
    return substitute(net, node, size, scored)


@compiled
def _refuted(net: Net, node: Node, c: int, value: float, size: float) -> bool:
    """Note that a conjunction has no solution, if a bound of the combination of its conditions says so."""
    total = 0.0
    for i in range(net.conjunctions[c + 1] - net.conjunctions[c]):
        total += node.row_factors[c, i]
    node.bounds[c] = min(node.bounds[c], value / total)
    if not value < node.goal[0] * total - node.goal[1] * size:
        return False
    node.alive[c] = 0
    node.margins[c] = -value / total * (1.0 - 2.0 * CAUTION)
    for j in range(node.state[WALLS]):
        node.wall_factors[c, j] = node.factors[j]
    keep_marks(net, node, node.refutation_used, c)
    return True


@compiled
def _weights(net: Net, node: Node, first: int, count: int, weights: Floats) -> None:
    """Find weights of conditions for which the greatest value of their sum is least, by a program in (x, t)."""
    n, m = net.shape[INPUTS], node.state[WALLS]
    load_walls(net, node)
    least, most = np.inf, -np.inf
    for i in range(count):
        size = size_on_box(net, node.condition_forms[i])
        least, most = min(least, -size), max(most, size)
    for j in range(m):
        node.table[j, n] = 0.0
    for i in range(count):
        node.slack[m + i] = node.condition_forms[i, 0]
        for k in range(n):
            node.table[m + i, k] = node.condition_forms[i, 1 + k]
        node.table[m + i, n] = -1.0
    node.widths[0, n], node.widths[1, n] = 2.0 * least - 1.0, most + 1.0
    for k in range(n):
        node.reduced[k] = 0.0
    node.reduced[n] = 1.0
    if solve(node, m + count, n + 1) == SOLVED:
        read_factors(node, m + count, n + 1)
        read_point(node, m + count, n + 1)
        total = 0.0
        for i in range(count):
            weights[i] = node.factors[m + i]
            total += weights[i]
        if total > 0.0:
            return
    for i in range(count):
        weights[i] = 1.0


@compiled
def refute(net: Net, node: Node, c: int) -> bool:
    """Try to show that a conjunction has no solution on the cell; else look at a point where it is nearest to one."""
    n, units = net.shape[INPUTS], net.shape[UNITS]
    first = net.conjunctions[c]
    count = net.conjunctions[c + 1] - first
    weights = node.row_factors[c]
    for i in range(count):
        if node.state[ROOT]:
            measure(net, node, units + first + i)
        for other in range(count):
            weights[other] = 1.0 if other == i else 0.0
        error = _condition(net, node, first, count, weights, count == 1)
        for k in range(n + 1):
            node.condition_forms[i, k] = node.form[k]
        value = bound(net, node, node.form, error)
        if _refuted(net, node, c, value, node.sizes[units + first + i]):
            return True
    if count == 0:
        for k in range(n):
            node.point[k] = net.low[k]
        return False
    if count == 1:
        read_point(node, node.state[WALLS], n)
        return False
    _weights(net, node, first, count, weights)
    size = 0.0
    for i in range(count):
        size += weights[i] * node.sizes[units + first + i]
    error = _condition(net, node, first, count, weights, True)
    for k in range(n):
        node.points[c, k] = node.point[k]
    value = bound(net, node, node.form, error)
    for k in range(n):
        node.point[k] = node.points[c, k]
    return _refuted(net, node, c, value, size)


@compiled
def work(net: Net, node: Node) -> int:
    """Bound units, refute conjunctions, look at points; return EMPTY or OPEN, and leave what was found in the state."""
    n = net.shape[INPUTS]
    node.state[FOUND] = 0
    node.state[SPLIT] = -1
    for g in range(net.shape[UNITS]):
        node.scores[g] = 0.0
    for c in range(node.alive.shape[0]):
        node.margins[c] = np.inf
        node.bounds[c] = np.inf
    if bound_units(net, node) == EMPTY:
        return EMPTY
    for c in range(node.alive.shape[0]):
        node.hits[c] = 0
        if node.alive[c] and not refute(net, node, c):
            node.promises[c] = least_slack(net, node, node.point, c)
            node.heights[c] = height(net, node, node.point, c)
            node.hits[c] = 1 if node.promises[c] >= -PROMISING else 0
            node.state[FOUND] += node.hits[c]
            for k in range(n):
                node.points[c, k] = node.point[k]
    best = -1.0
    for level in range(net.shape[LEVELS]):
        for g in range(net.level_starts[level], net.level_starts[level + 1]):
            if node.lower[g] < 0.0 < node.upper[g]:
                score = node.scores[g] + 1e-6 * min(-node.lower[g], node.upper[g])
                if best < 0.0 or score > best:
                    best = score if score > 0.0 else 0.0  # it may be no number
                    node.state[SPLIT] = g
        if best >= 0.0:
            break
    return OPEN


@entry
def visit(net_table: int, node_table: int) -> int:
    """Work at a node, on bundles at these addresses."""
    return work(as_net(net_table), as_node(node_table))


@entry
def wall(net_table: int, node_table: int, g: int, sign: float) -> float:
    """Leave in the form an affine form at least sign * z of a unit on the cell; return its error."""
    return unit_form(as_net(net_table), as_node(node_table), g, sign)


@entry
def attempt(net_table: int, node_table: int, point: Floats, c: int, steps: int) -> float:
    """Move a point towards where a conjunction holds; the best one is left in ``point`` of the node."""
    net, node = as_net(net_table), as_node(node_table)
    return climb(net, node, point, c, steps, PROMISING)


@entry
def look_at_points(net_table: int, node_table: int, points: FloatRows, slacks: Floats, c: int) -> None:
    """Write by how much a conjunction holds at each of some points, as a part of the size of its worst condition."""
    look(as_net(net_table), as_node(node_table), points, slacks, c)


@entry
def take_steps(net_table: int, node_table: int, point: Floats, steps: FloatRows, c: int) -> float:
    """Take those of some steps from a point after which a conjunction holds better; return by how much it then does."""
    return wander(as_net(net_table), as_node(node_table), point, steps, c, PROMISING)


class Bundles:
    """The tables of a net and of a node, which stay alive as long as they are used."""

    def __init__(self, net: Net, node: Node) -> None:
        self._net, self._node = NET.tables(net), NODE.tables(node)
        self.places = address(self._net[0]), address(self._node[0])
