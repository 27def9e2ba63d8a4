"""Back substitution in floating point: affine forms that bound forms in units from above, with a proven error.

Every step replaces the float coefficient c of a unit r by that of its z. The coefficients at hand are taken as exact
numbers; what rounding makes of them in one step is bounded by UNIT times the number of operations times the sum of the
absolute values of the terms, for which ``sizes`` has a bound that holds everywhere on the box.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.enumeration.kernels.signs import SLACK, UNIT, Floats
from polytopes.jit.compilation import compiled
from tropical.verification.kernels.arrays import (
    FIRST,
    INPUTS,
    LENGTH,
    OFFSET,
    PREFIX,
    RECORDING,
    ROWS,
    UNITS,
    Net,
    Node,
)
from tropical.verification.ranges import TINY

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@compiled
def add_form(net: Net, form: Floats, number: int, factor: float) -> None:
    """Add a multiple of a form to the vector ``form``."""
    for run in range(net.run_starts[number], net.run_starts[number + 1]):
        first, offset = net.runs[run, FIRST], net.runs[run, OFFSET]
        for k in range(net.runs[run, LENGTH]):
            form[first + k] += factor * net.values[offset + k]


@compiled
def measure(net: Net, node: Node, number: int) -> None:
    """Bound the sum of the absolute values of the terms of a form, with the bounds of earlier units at hand."""
    n = net.shape[INPUTS]
    total = 0.0
    for run in range(net.run_starts[number], net.run_starts[number + 1]):
        first, offset = net.runs[run, FIRST], net.runs[run, OFFSET]
        for k in range(net.runs[run, LENGTH]):
            variable = first + k
            if variable == 0:
                most = 1.0
            elif variable <= n:
                most = net.reach[variable - 1]
            else:
                most = max(node.upper[variable - n - 1], 0.0)
            if net.values[offset + k] != 0.0:
                total += abs(net.values[offset + k]) * most
    node.sizes[number] = total * SLACK


@compiled
def substitute(net: Net, node: Node, size: float, scored: bool) -> float:
    """Replace the units in ``node.form`` one after the other; return the error of what is left, a form in the inputs.

    On the cell the value of the form before is at most that of the form after plus the error. ``size`` bounds the sum
    of the absolute values of the terms at first. If ``scored``, what each open unit costs is added to its score.
    """
    n, units = net.shape[INPUTS], net.shape[UNITS]
    form = node.form
    error = 0.0
    for g in range(units - 1, -1, -1):
        c = form[n + 1 + g]
        if c == 0.0:
            continue
        if node.state[RECORDING]:
            node.used[0, g] = 1
        low, high = node.lower[g], node.upper[g]
        if high <= 0.0:
            continue
        if low >= 0.0:
            if net.level[g] < node.state[PREFIX]:
                for k in range(n + 1):
                    form[k] += c * node.known[g, k]
                size += abs(c) * node.known_sizes[g]
                error += abs(c) * node.known_errors[g]
                continue
            passed = c
        elif c > 0.0:
            # c r - q z is convex in z for every q from 0 to c, so largest at an end
            passed = min(c, c * (high / (high - low)))
            constant = max(-passed * low, (c - passed) * high)
            form[0] += constant
            size += constant
            if scored:
                node.scores[g] += constant
        else:
            passed = c if high > -low else 0.0
            if scored:
                node.scores[g] -= c * min(high, -low)
        if passed != 0.0:
            add_form(net, form, g, passed)
            size += abs(passed) * node.sizes[g]
    terms = units + net.shape[ROWS] + n + 16
    return (error + terms * UNIT * size) * SLACK + TINY


@compiled
def unit_form(net: Net, node: Node, g: int, sign: float) -> float:
    """Leave in ``node.form`` an affine form at least sign * z of a unit on the cell, up to the error returned."""
    clear(net, node)
    add_form(net, node.form, g, sign)
    return substitute(net, node, node.sizes[g], False)


@compiled
def clear(net: Net, node: Node) -> None:
    """Make the form 0."""
    for k in range(net.shape[INPUTS] + 1 + net.shape[UNITS]):
        node.form[k] = 0.0
    if node.state[RECORDING]:
        for g in range(net.shape[UNITS]):
            node.used[0, g] = 0


@compiled
def keep_marks(net: Net, node: Node, marks: Bytes, row: int) -> None:
    """Keep which units were used in the last substitution."""
    if node.state[RECORDING]:
        for g in range(net.shape[UNITS]):
            marks[row, g] = node.used[0, g]


@compiled
def size_on_box(net: Net, affine: Floats) -> float:
    """Bound the sum of the absolute values of the terms of an affine form."""
    total = abs(affine[0])
    for k in range(net.shape[INPUTS]):
        total += abs(affine[1 + k]) * net.reach[k]
    return total * SLACK
