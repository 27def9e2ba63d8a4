"""Which lemmas a certificate needs: those on which a refutation depends, through the substitutions that lead to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field

from tropical.verification.kernels.arrays import EMPTY, PREFIX
from tropical.verification.nets import FloatNet, State
from tropical.verification.search import Branch, FloatSearch

Array = np.ndarray[Any, Any]
Key = tuple[int, int]
"""A round of work at a node, and 2 unit + side of a bound."""


@define(eq=False)
class _Frame:
    """A node whose parts are still to be looked at: the bounds found, with what they use, and what is needed there."""

    branch: Branch
    state: State
    bounds: list[tuple[Key, int]] = field(factory=list)
    need: int = 0
    parts: list[tuple[int, State]] = field(factory=list)


def needed(case: FloatSearch, tree: Branch) -> dict[int, set[Key]]:
    """Return for each node of a tree (by its id) the bounds that something below depends on.

    The tree is walked once more. A set of bounds is an integer with bit 2 unit + side.
    """
    found: dict[int, set[Key]] = {}
    stack = [_frame(case, tree, case.net.root, is_root=True)]
    while stack:
        frame = stack[-1]
        if frame.parts:
            side, state = frame.parts.pop()
            assert frame.branch.below is not None, "only a node that was split has parts"
            stack.append(_frame(case, frame.branch.below[side], state))
            continue
        stack.pop()
        need, kept = frame.need, set[Key]()
        for key, used in reversed(frame.bounds):
            if need >> key[1] & 1:
                need = need & ~(1 << key[1]) | used
                kept.add(key)
        found[id(frame.branch)] = kept
        if stack:
            above = stack[-1]
            # the split itself gives the bound 0 on the side of the part: 1 - side is the upper, side 1 the lower
            assert above.branch.below is not None, "it has this part"
            side, unit = int(frame.branch is above.branch.below[1]), above.branch.unit
            above.need |= need & ~(1 << 2 * unit + 1 - side) if unit < len(above.state.lower) else need
    return found


def _frame(case: FloatSearch, branch: Branch, state: State, is_root: bool = False) -> _Frame:
    """Work at a node once more, and note on what its bounds, refutations and its wall depend."""
    net, frame = case.net, _Frame(branch, state)
    for round_, exact in enumerate([*branch.lemmas, None]):
        if net.visit(state, is_root, recording=True) == EMPTY:
            frame.bounds.clear()
            return frame
        node, marks = net.node, _Marks(net)
        for place in np.flatnonzero(node.improved).tolist():
            frame.bounds.append(((round_, place), marks.bounds(node.bound_used[place])))
        for c in np.flatnonzero((state.alive != 0) & (node.alive == 0)).tolist():
            frame.need |= marks.bounds(node.refutation_used[c])
        state = net.found(state)
        if exact is not None:
            frame.need |= marks.bounds(_all_before(net, exact[0]))
            (state.upper if exact[1] else state.lower)[exact[0]] = 0.0
    for _ in branch.proofs:
        frame.need |= _Marks(net).bounds(np.ones(len(state.lower), dtype=np.uint8))
    if branch.below is not None:
        frame.parts = [(side, net.child(state, branch.unit, side)) for side in (0, 1)]
        frame.need |= _Marks(net).bounds(net.node.used[0])
    return frame


def _all_before(net: FloatNet, unit: int) -> Array:
    """Return marks of the units that come before the level of a unit."""
    return np.asarray(net.net.level < net.net.level[unit], dtype=np.uint8)


class _Marks:
    """The closed units of the node that was just worked at, and on which bounds a substitution depends."""

    def __init__(self, net: FloatNet) -> None:
        node = net.node
        self.below = net.net.level < node.state[PREFIX]
        self.known_used = node.known_used
        self.no_lower = node.upper <= 0
        self.no_upper = (node.lower >= 0) & ~self.no_lower

    def bounds(self, used: Array) -> int:
        """Return the bounds of the units that are used, also by the kept forms of others."""
        marks = used.astype(bool)
        while True:
            inner = np.flatnonzero(marks & self.below)
            more = marks | self.known_used[inner].any(axis=0) if len(inner) else marks
            if (more == marks).all():
                break
            marks = more
        both = np.empty(2 * len(marks), dtype=np.uint8)
        both[0::2], both[1::2] = marks & ~self.no_lower, marks & ~self.no_upper
        return int.from_bytes(np.packbits(both, bitorder="little").tobytes(), "little")
