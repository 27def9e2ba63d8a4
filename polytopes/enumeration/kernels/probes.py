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

from polytopes.enumeration.kernels.arrays import (
    BOTH,
    FIRST,
    HIGH,
    LOW,
    NEGATIVE,
    OF_GATE,
    POSITIVE,
    RIVAL,
    WALLS,
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.combinations import is_combination
from polytopes.enumeration.kernels.descent import ACROSS, descend, drop_idle
from polytopes.jit.compilation import compiled

UNSURE = 4


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
