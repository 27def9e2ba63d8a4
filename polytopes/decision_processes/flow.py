"""The flow of a linear program in floating point, and beside each point a rational one whose gap is exact.

The flow at time t is the maximum of ``c.mu - D(mu, mu_0)/t`` over P, that is ``mu = mu_0 exp(t (c - A^T lambda))`` for
the equations A mu = b of P: a smooth convex problem in lambda, for which Newton's method is used. The entries are kept
as logarithms, so that they do not vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import RationalLike, Vector, VectorLike, as_fraction, as_vector, dot
from polytopes.errors import InputError, NoAnswerError
from polytopes.polyhedra.polyhedron import Polyhedron

STEPS = 200
"""Newton steps for one time."""
SHORTEST = 2.0**-20
"""Shortest part of a Newton step that is tried."""
NEAR = 1e-9
"""Newton decrement from which on full steps are taken."""

Floats = NDArray[np.float64]


@frozen
class FlowPoint:
    """The flow at a time in floating point, and a rational point of the polytope close to it with its exact gap."""

    time: float
    point: tuple[float, ...]
    log_point: tuple[float, ...]
    rational: Vector
    gap: Fraction


def central_path(
    polytope: Polyhedron, objective: VectorLike, start: VectorLike, optimum: Fraction, times: Sequence[RationalLike]
) -> Iterator[FlowPoint]:
    """Yield the flow at some times.

    Args:
        polytope: P, in the simplex.
        objective: c.
        start: mu_0, a point of P with positive entries.
        optimum: the greatest value of c.mu on P.
        times: numbers >= 0, in their order.

    Raises:
        InputError: if the start is not such a point.
        NoAnswerError: if Newton's method does not converge in floating point.
    """
    first, costs = as_vector(start, polytope.ambient_dim), as_vector(objective, polytope.ambient_dim)
    if first not in polytope or not all(entry > 0 for entry in first):
        raise InputError("the start must lie in the polytope and have positive entries")
    rows, _ = echelon(polytope.equations)
    matrix = np.array([[float(entry) for entry in row[1:]] for row in rows]).reshape(len(rows), len(first))
    lengths = np.linalg.norm(matrix, axis=1)
    matrix, right = matrix / lengths[:, None], -np.array([float(row[0]) for row in rows]) / lengths
    logs, c = np.log([float(entry) for entry in first]), np.array([float(entry) for entry in costs])
    dual = np.zeros(len(rows))
    reached = 0.0
    for time in times:
        t = float(as_fraction(time))
        for now in np.linspace(reached, t, 1 + ceil(abs(t - reached) * np.ptp(c)))[1:]:
            dual = _newton(matrix, right, logs + now * c, dual)
        reached = t
        log_point = logs + t * c - matrix.T @ dual
        rational = _rounded(polytope, first, log_point)
        yield FlowPoint(
            t, tuple(np.exp(log_point).tolist()), tuple(log_point.tolist()), rational, optimum - dot(costs, rational)
        )


def _newton(matrix: Floats, right: Floats, logs: Floats, dual: Floats) -> Floats:
    """Return the minimum of ``sum exp(logs - A^T lambda) + b.lambda``, from a guess that is not far off."""

    def value(at: Floats) -> float:
        with np.errstate(over="ignore"):
            return float(np.exp(logs - matrix.T @ at).sum() + right @ at)

    before = np.inf
    for _ in range(STEPS):
        masses = np.exp(logs - matrix.T @ dual)
        slope = right - matrix @ masses
        scaled = matrix * np.sqrt(masses)
        step = np.linalg.lstsq(scaled @ scaled.T, slope, rcond=None)[0]
        decrement, length, best = float(slope @ step), 1.0, value(dual)
        if decrement < NEAR:
            # Values no longer tell steps apart, but the method converges quadratically from here on.
            if not decrement < before / 2:
                return dual
            before = decrement
        else:
            while length > SHORTEST and not value(dual - length * step) < best:
                length /= 2
        dual = dual - length * step
    raise NoAnswerError("the flow was not found in floating point; give smaller times")


def _rounded(polytope: Polyhedron, center: Vector, log_point: Floats) -> Vector:
    """Return an exact point of a polytope near floats.

    Small entries are kept as they are, and the equations are solved for large ones, so that a small gap is not lost in
    the rounding of large entries. A point that is then outside is moved towards one with positive entries.
    """
    order = sorted(range(len(center)), key=lambda i: log_point[i], reverse=True)
    basis, pivots = echelon([[*(row[1 + i] for i in order), -row[0]] for row in polytope.equations])
    entries = [Fraction(float(np.exp(log_point[i]))) for i in order]
    for row, pivot in zip(basis, pivots, strict=True):
        others = sum(
            (row[j] * entries[j] for j in range(pivot + 1, len(order)) if row[j] and j not in pivots), Fraction(0)
        )
        entries[pivot] = (row[-1] - others) / row[pivot]
    point = [Fraction(0)] * len(order)
    for place, entry in zip(order, entries, strict=True):
        point[place] = entry
    slacks = [(dot(row, (Fraction(1), *point)), dot(row, (Fraction(1), *center))) for row in polytope.inequalities]
    part = max((-low / (high - low) for low, high in slacks if low < 0), default=Fraction(0))
    return tuple((1 - part) * p + part * q for p, q in zip(point, center, strict=True))
