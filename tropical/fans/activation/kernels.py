"""The compiled guess of the search for activation cones: a widest parameter, or arcs that seem to cancel.

A coloring of points q_p asks for forms theta_i with (theta_i - theta_j) . q_p > 0 on all *arcs* (p, i, j), i the
color of p. Those are the open conditions <a, theta> > 0 for the vectors a = (e_i - e_j) (x) q_p. The shortest point of
their convex hull (P. Wolfe, Finding the nearest point in a polytope, 1976) is the widest parameter, or 0, and then the
vectors that carry it cancel with positive weights. A parameter is rounded to short integers and certified with the
error bound of :mod:`polytopes.enumeration.kernels.signs`; a cancellation is only a guess, to be verified in integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT
from polytopes.jit.compilation import compiled, entry

Array = np.ndarray[Any, Any]

CANCELS, UNKNOWN, CERTAIN = -1, 0, 1
VANISHING = 1e-20
"""A hull whose squared distance from 0 is below this is guessed to contain 0."""
WIDE = 0.5
"""A parameter as wide as this, relative to the widest, is good enough."""
NEGLIGIBLE = 1e-12
MOST_BITS = 50.0


@entry
def decide(
    points: Array, sizes: Array, dots: Array, colors: Array, n_points: int, n_terms: int, flip: int, rival: int,
    theta: Array, arcs: Array, weights: Array, work: Array,
) -> tuple[int, int]:  # fmt: skip
    """Look for forms that give the points their colors; the arc from ``flip`` to term ``rival`` is reversed.

    Args:
        points: M x (2 r): coordinates and bounds on their errors.
        sizes: M norms, by which points are divided.
        dots: M x M products of the divided points.
        colors: the term of each point; only the first ``n_points`` matter.
        theta: n_terms x r, output: the parameter, in integers.
        arcs: (n_terms r + 2) x 4, output: the arcs that cancel, as point, color, rival and sign.
        weights, work: scratch.

    Returns:
        CERTAIN with ``theta`` written, CANCELS with the number of arcs, or UNKNOWN.
    """
    n_arcs = _first_arc(colors, n_points, n_terms, flip, rival, arcs)
    if n_arcs == 0:
        theta[:n_terms, :] = 0.0
        return CERTAIN, 0
    weights[0, 0] = 1.0
    for _ in range(100 + 20 * arcs.shape[0]):
        _sum(points, sizes, n_terms, theta, arcs, weights, n_arcs)
        length = 0.0
        for i in range(n_terms):
            for k in range(theta.shape[1]):
                length += theta[i, k] * theta[i, k]
        if length < VANISHING:
            return CANCELS, n_arcs
        if n_arcs == arcs.shape[0]:
            return UNKNOWN, 0
        least = _least(points, sizes, colors, n_points, n_terms, flip, rival, theta, arcs, n_arcs)
        if least > WIDE * length:
            sure = _round(theta, n_terms, least) and _is_certain(points, colors, n_points, n_terms, flip, rival, theta)
            return (CERTAIN if sure else UNKNOWN), 0
        weights[0, n_arcs] = 0.0
        n_arcs = _nearest(dots, arcs, weights, work, n_arcs + 1)
        if n_arcs == 0:
            return UNKNOWN, 0
    return UNKNOWN, 0


@compiled
def _first_arc(colors: Array, n_points: int, n_terms: int, flip: int, rival: int, arcs: Array) -> int:
    """Write some arc and return 1; 0 if there is none."""
    if n_points == 0 or n_terms < 2:
        return 0
    p = max(flip, 0)
    j = rival if flip >= 0 else (0 if colors[p] != 0 else 1)
    arcs[0, 0], arcs[0, 1], arcs[0, 2] = p, colors[p], j
    arcs[0, 3] = -1 if flip >= 0 else 1
    return 1


@compiled
def _sum(points: Array, sizes: Array, n_terms: int, theta: Array, arcs: Array, weights: Array, n_arcs: int) -> None:
    """Write the weighted sum of the arcs."""
    theta[:n_terms, :] = 0.0
    for a in range(n_arcs):
        p = arcs[a, 0]
        factor = weights[0, a] * arcs[a, 3] / sizes[p]
        for k in range(theta.shape[1]):
            theta[arcs[a, 1], k] += factor * points[p, k]
            theta[arcs[a, 2], k] -= factor * points[p, k]


@compiled
def _least(
    points: Array, sizes: Array, colors: Array, n_points: int, n_terms: int, flip: int, rival: int,
    theta: Array, arcs: Array, place: int,
) -> float:  # fmt: skip
    """Write the arc on which the parameter is smallest, and return its value."""
    least = np.inf
    for p in range(n_points):
        i = colors[p]
        for j in range(n_terms):
            if j == i:
                continue
            value = 0.0
            for k in range(theta.shape[1]):
                value += (theta[i, k] - theta[j, k]) * points[p, k]
            value /= sizes[p]
            sign = 1
            if p == flip and j == rival:
                value, sign = -value, -1
            if value < least:
                least = value
                arcs[place, 0], arcs[place, 1], arcs[place, 2], arcs[place, 3] = p, i, j, sign
    return least


@compiled
def _nearest(dots: Array, arcs: Array, weights: Array, work: Array, n_arcs: int) -> int:
    """Move to the shortest point of the hull of the arcs, or to that of fewer of them; 0 if it breaks down."""
    while True:
        if not _affine_minimum(dots, arcs, weights, work, n_arcs):
            return 0
        step = 1.0
        for a in range(n_arcs):
            old, new = weights[0, a], weights[1, a]
            if new <= NEGLIGIBLE and old > new:
                step = min(step, old / (old - new))
        kept = 0
        for a in range(n_arcs):
            value = weights[0, a] + step * (weights[1, a] - weights[0, a])
            if value > NEGLIGIBLE:
                weights[0, kept] = value
                for column in range(4):
                    arcs[kept, column] = arcs[a, column]
                kept += 1
        if kept == n_arcs or kept == 0:
            return kept
        n_arcs = kept


@compiled
def _affine_minimum(dots: Array, arcs: Array, weights: Array, work: Array, n_arcs: int) -> bool:
    """Write the weights of sum 1 that make the sum of the arcs shortest, by Cholesky; False if they are dependent."""
    for a in range(n_arcs):
        for b in range(a + 1):
            value = 1.0 + _product(dots, arcs, a, b)
            for c in range(b):
                value -= work[a, c] * work[b, c]
            if a > b:
                work[a, b] = value / work[b, b]
            elif value > NEGLIGIBLE:
                work[a, a] = np.sqrt(value)
            else:
                return False
    total = 0.0
    for a in range(n_arcs):
        value = 1.0
        for c in range(a):
            value -= work[a, c] * weights[1, c]
        weights[1, a] = value / work[a, a]
    for a in range(n_arcs - 1, -1, -1):
        value = weights[1, a]
        for c in range(a + 1, n_arcs):
            value -= work[c, a] * weights[1, c]
        weights[1, a] = value / work[a, a]
        total += weights[1, a]
    for a in range(n_arcs):
        weights[1, a] /= total
    return total > 0.0


@compiled
def _product(dots: Array, arcs: Array, a: int, b: int) -> float:
    """Return the scalar product of two arcs."""
    i, j, k, l = arcs[a, 1], arcs[a, 2], arcs[b, 1], arcs[b, 2]
    common = (1.0 if i == k else 0.0) + (1.0 if j == l else 0.0)
    common -= (1.0 if i == l else 0.0) + (1.0 if j == k else 0.0)
    return float(common * arcs[a, 3] * arcs[b, 3] * dots[arcs[a, 0], arcs[b, 0]])


@compiled
def _round(theta: Array, n_terms: int, least: float) -> bool:
    """Scale the parameter to integers, with enough bits for it to stay inside as far as floats can tell."""
    bits = np.ceil(np.log2((2.0 + np.sqrt(float(theta.shape[1]))) / least))
    for i in range(n_terms):
        for k in range(theta.shape[1]):
            theta[i, k] = np.rint(theta[i, k] * 2.0**bits)
    return bool(bits <= MOST_BITS)


@compiled
def _is_certain(points: Array, colors: Array, n_points: int, n_terms: int, flip: int, rival: int, theta: Array) -> bool:
    """Whether integer forms certainly satisfy all conditions: differences of their entries are exact."""
    r = theta.shape[1]
    for p in range(n_points):
        i = colors[p]
        for j in range(n_terms):
            value, size, error = 0.0, 0.0, 0.0
            for k in range(r):
                entry = theta[i, k] - theta[j, k]
                value += entry * points[p, k]
                size += abs(entry * points[p, k])
                error += abs(entry) * points[p, r + k]
            if p == flip and j == rival:
                value = -value
            if j != i and not value > (error + (r + 2) * UNIT * size) * SLACK + TINY:
                return False
    return True
