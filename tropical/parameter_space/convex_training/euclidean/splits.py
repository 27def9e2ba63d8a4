"""Proofs that a dual vector is below a bound on the images of all units of length 1: trees of splits.

For a sign s the space is split by the signs of those rows for which ``s z_i > 0``; the other terms are concave. On each
part the maximum of ``s z . (X u)_+`` is at most ``|X^T c|`` for coefficients c as the checker describes; the least such
length is found in floats, by projected gradients for all parts at once, and with care for the parts that decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import Farkas
from polytopes.optimization.feasibility import strictly_feasible
from tropical.parameter_space.convex_training.euclidean.patterns import Floats, Patterns, Signs, exponent
from tropical.parameter_space.convex_training.trained import Proof
from tropical.parameter_space.convex_training.training_data import TrainingData

STEPS = 300
BITS = 56
"""Coefficients are multiples of 2^-BITS of a power of two above the entries of the dual vector."""


@frozen(eq=False)
class Bounded:
    """A dual vector with ``h(z)^2 <= square``, and the trees that prove it: integers over ``below``."""

    dual: Vector
    square: Fraction
    below: int
    trees: tuple[list[Any], list[Any]]

    def scaled(self, factor: Fraction) -> tuple[Vector, Proof]:
        """Return a positive multiple of the dual vector and its proof."""
        above, below = factor.numerator, factor.denominator
        trees = tuple(
            [[above * entry for entry in node] if isinstance(node, list) else node for node in tree]
            for tree in self.trees
        )
        return tuple(factor * entry for entry in self.dual), Proof("splits", self.below * below, trees)


def bounded(patterns: Patterns, z: Floats) -> Bounded:
    """Return a dual vector, rounded, with a bound that is proven and nearly attained."""
    data = patterns.data
    below = 1 << max(0, BITS - exponent(z))
    whole = [round(Fraction(entry) * below) for entry in map(float, z)]
    by_row = [whole[i // len(data.places)] for i in range(len(data.rows))]
    trees: list[list[Any]] = []
    square = 0
    for sign in (1, -1):
        least = [sign * entry for entry in by_row]
        split = [i for i, row in enumerate(data.integer_rows) if least[i] > 0 and any(row)]
        nodes, leaves = tree_of(data, patterns.signs, split)
        table = np.array([signs for signs, _ in leaves], dtype=np.int8).reshape(len(leaves), len(by_row))
        for (_, place), c in zip(leaves, _coefficients(patterns.rows, table, least), strict=True):
            nodes[place] = c
            gradient = [dot(c, column) for column in zip(*data.integer_rows, strict=True)]
            square = max(square, dot(gradient, gradient))
        trees.append(nodes)
    dual = tuple(Fraction(entry, below) for entry in whole)
    return Bounded(dual, Fraction(square, (below * data.scale) ** 2), below, (trees[0], trees[1]))


def tree_of(
    data: TrainingData, chambers: NDArray[np.int8], split: Sequence[int]
) -> tuple[list[Any], list[tuple[Signs, int]]]:
    """Return the nodes of a tree that decides the signs of some rows; and its leaves, as signs and places among them.

    A row that has one sign on a part is a non-negative combination of the rows that cut the part out, with their signs;
    its node says so.
    """
    nodes: list[Any] = []
    leaves: list[tuple[Signs, int]] = []
    waiting = [(tuple([0] * len(data.rows)), np.unique(chambers[:, list(split)], axis=0), 0)]
    while waiting:
        signs, inside, depth = waiting.pop()
        if depth == len(split):
            leaves.append((signs, len(nodes)))
            nodes.append(None)
            continue
        row = split[depth]
        parts = {side: inside[inside[:, depth] == side] for side in (-1, 1)}
        is_split = all(map(len, parts.values()))
        if not is_split:
            nodes.append(_implied(data.integer_rows, signs, row, 1 if len(parts[1]) else -1))
        else:
            nodes.append(row)
        for side, part in parts.items():
            if len(part):
                waiting.append(((*signs[:row], side, *signs[row + 1 :]), part, depth + 1))
    return nodes, leaves


def _implied(rows: Sequence[Row], signs: Signs, row: int, side: int) -> dict[str, Any]:
    """Return the node that shows a row to have one sign where others have theirs."""
    known = [i for i, sign in enumerate(signs) if sign]
    walls = [tuple(signs[i] * entry for entry in rows[i]) for i in known]
    found = strictly_feasible([*walls, tuple(-side * entry for entry in rows[row])])
    if not isinstance(found, Farkas) or not found.multipliers[-1]:
        raise VerificationFailed("a chamber of the data was not found")
    of = [[i, m] for i, m in zip(known, found.multipliers[:-1], strict=True) if m]
    return {"row": row, "side": side, "times": found.multipliers[-1], "of": of}


def _coefficients(rows: Floats, signs: NDArray[np.int8], least: Sequence[int]) -> list[list[int]]:
    """Return for each leaf integer coefficients whose gradient is nearly as short as possible."""
    one = max(map(abs, least), default=0) or 1
    floats, rows = np.array([entry / one for entry in least]), np.ldexp(rows, -exponent(rows))
    low = np.where(signs >= 0, floats, -np.inf)
    high = np.where(signs > 0, np.inf, 0.0)
    high = np.maximum(low, high)  # rows that are 0 may have any coefficient
    c = _projected_gradients(rows, low, high)
    sizes = np.linalg.norm(c @ rows, axis=1)
    careful: set[int] = set()
    while len(sizes) and (worst := int(sizes.argmax())) not in careful:
        careful.add(worst)
        c[worst] = _least(rows, low[worst], high[worst], c[worst])
        sizes[worst] = np.linalg.norm(c[worst] @ rows)
    return [_whole(own, side, least, one) for own, side in zip(c, signs, strict=True)]


def _projected_gradients(rows: Floats, low: Floats, high: Floats) -> Floats:
    """Minimize ``|c rows|`` between bounds, for all leaves at once (Nesterov's accelerated method)."""
    rate = 1 / max(float(np.linalg.norm(rows, 2)) ** 2, 1e-300)
    c = ahead = np.clip(np.zeros_like(low), low, high)
    momentum = 1.0
    for _ in range(STEPS):
        following = np.clip(ahead - rate * (ahead @ rows) @ rows.T, low, high)
        after = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + (momentum - 1) / after * (following - c)
        c, momentum = following, after
    return np.asarray(c)


def _least(rows: Floats, low: Floats, high: Floats, start: Floats) -> Floats:
    """Minimize for one leaf by an active-set method; the better of the result and a start."""
    from scipy.optimize import lsq_linear

    free = low < high
    fixed = np.where(free, 0.0, low)
    found = lsq_linear(
        rows[free].T, -(fixed @ rows), bounds=(low[free], high[free]), method="bvls", tol=1e-15, max_iter=500
    )
    solution = fixed.copy()
    solution[free] = np.clip(found.x, low[free], high[free])
    is_better = np.linalg.norm(solution @ rows) < np.linalg.norm(start @ rows)
    return np.asarray(solution if is_better else start)


def _whole(c: Floats, signs: Signs, least: Sequence[int], one: int) -> list[int]:
    """Return coefficients, times the number ``one``, as integers that satisfy the bounds exactly."""
    found = []
    for value, side, low in zip(map(float, c), signs, least, strict=True):
        entry = round(Fraction(value) * one)
        if side >= 0:
            entry = max(entry, low)
        if side < 0 or (side == 0 and low <= 0):
            entry = min(entry, 0)
        found.append(entry)
    return found
