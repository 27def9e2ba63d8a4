"""Points in floating point: values of conditions, and a climb towards inputs that satisfy them. All of it guesses."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import FloatRows
from polytopes.enumeration.kernels.signs import Floats
from polytopes.jit.compilation import compiled
from tropical.verification.kernels.arrays import FIRST, INPUTS, LENGTH, OFFSET, UNITS, Net, Node
from tropical.verification.kernels.substitution import add_form, clear


@compiled
def value_at(net: Net, node: Node, number: int, point: Floats) -> float:
    """Return the value of a form at a point, where those of earlier units are known."""
    n = net.shape[INPUTS]
    total = 0.0
    for run in range(net.run_starts[number], net.run_starts[number + 1]):
        first, offset = net.runs[run, FIRST], net.runs[run, OFFSET]
        for k in range(net.runs[run, LENGTH]):
            variable = first + k
            if variable == 0:
                total += net.values[offset + k]
            elif variable <= n:
                total += net.values[offset + k] * point[variable - 1]
            else:
                total += net.values[offset + k] * node.unit_values[variable - n - 1]
    return total


@compiled
def run(net: Net, node: Node, point: Floats) -> None:
    """Compute the values of all units at a point."""
    for g in range(net.shape[UNITS]):
        node.unit_values[g] = max(0.0, value_at(net, node, g, point))


@compiled
def worst_condition(net: Net, node: Node, point: Floats, c: int) -> tuple[float, int]:
    """Return the least value of a condition, as a part of its size, and which one it is; the units are known."""
    units = net.shape[UNITS]
    least, worst = np.inf, -1
    for row in range(net.conjunctions[c], net.conjunctions[c + 1]):
        size = max(node.sizes[units + row], 1e-300)
        value = value_at(net, node, units + row, point) / size
        if value < least:
            least, worst = value, row
    return least, worst


@compiled
def least_slack(net: Net, node: Node, point: Floats, c: int) -> float:
    """Return by how much a conjunction holds at a point, as a part of the size of its worst condition."""
    run(net, node, point)
    least, _ = worst_condition(net, node, point, c)
    return least


@compiled
def height(net: Net, node: Node, point: Floats, c: int) -> float:
    """Return the value of the least condition of a conjunction at a point where the units are known."""
    least = np.inf
    for row in range(net.conjunctions[c], net.conjunctions[c + 1]):
        least = min(least, value_at(net, node, net.shape[UNITS] + row, point))
    return least


@compiled
def climb(net: Net, node: Node, point: Floats, c: int, steps: int, goal: float) -> float:
    """Move a point of the box towards where a conjunction holds, by signs of gradients; return the best slack."""
    n, units = net.shape[INPUTS], net.shape[UNITS]
    best = -np.inf
    length = 0.25
    for _ in range(steps):
        run(net, node, point)
        least, row = worst_condition(net, node, point, c)
        if least > best:
            best = least
            for k in range(n):
                node.point[k] = point[k]
        if best >= goal or row < 0:
            break
        clear(net, node)
        add_form(net, node.form, units + row, 1.0)
        for g in range(units - 1, -1, -1):
            factor = node.form[n + 1 + g]
            if factor != 0.0 and node.unit_values[g] > 0.0:
                add_form(net, node.form, g, factor)
        for k in range(n):
            step = length * (net.high[k] - net.low[k])
            if node.form[1 + k] > 0.0:
                point[k] = min(net.high[k], point[k] + step)
            elif node.form[1 + k] < 0.0:
                point[k] = max(net.low[k], point[k] - step)
        length *= 0.85
    return best


@compiled
def look(net: Net, node: Node, points: FloatRows, slacks: Floats, c: int) -> None:
    """Write by how much a conjunction holds at each of some points."""
    for i in range(points.shape[0]):
        slacks[i] = least_slack(net, node, points[i], c)


@compiled
def wander(net: Net, node: Node, point: Floats, steps: FloatRows, c: int, goal: float) -> float:
    """Take those of some steps, in parts of the widths of the box, after which a conjunction holds better.

    Return by how much it holds at the end, which is left in ``point``; the goal ends the way.
    """
    best = least_slack(net, node, point, c)
    for step in range(steps.shape[0]):
        if best >= goal:
            break
        for k in range(net.shape[INPUTS]):
            moved = point[k] + steps[step, k] * (net.high[k] - net.low[k])
            node.point[k] = min(net.high[k], max(net.low[k], moved))
        found = least_slack(net, node, node.point, c)
        if found > best:
            best = found
            for k in range(net.shape[INPUTS]):
                point[k] = node.point[k]
    return best
