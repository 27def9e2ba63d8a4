"""What floating point makes of a point that satisfies a property: the nearest float32 input, and onnxruntime there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from tropical.networks.network import Network
from tropical.networks.readers.comparison import CannotRun
from tropical.verification.case import Case
from tropical.verification.evaluation import Clause, Slack, slack
from tropical.verification.nets import nearest
from tropical.verification.property import Property

TOLERANCE = Fraction(1, 10_000)
"""The competition VNN-COMP accepts a counterexample that misses bounds and conditions by no more than this."""
Runtime = Callable[[Any], Any]
"""Takes a float32 point, and returns the outputs that a library computes there."""


@frozen
class FloatExecution:
    """The nearest float32 input to a point, the exact outputs there, and those that onnxruntime computes.

    ``slack`` is by how much the clause holds with exact outputs; ``runtime_slack`` with those of onnxruntime, which
    are None where it was not asked or did not answer.
    """

    point: Vector
    slack: Slack
    runtime_outputs: Vector | None
    runtime_slack: Slack | None


def nearest_float32(case: Case, point: Sequence[Fraction]) -> Vector:
    """Return the point with each coordinate at the nearest float32, inside its bounds where there is one.

    >>> case = Case((Fraction("0.1"),), (Fraction(1),), (), ())
    >>> [float(entry) for entry in nearest_float32(case, [Fraction("0.1")])]
    [0.10000000149011612]
    """
    found = []
    for value, low, high in zip(point, case.lower, case.upper, strict=True):
        with np.errstate(over="ignore"):
            first = np.float32(nearest(value))
        near = [first, np.nextafter(first, np.float32(-np.inf)), np.nextafter(first, np.float32(np.inf))]
        exact = sorted((Fraction(float(entry)) for entry in near if np.isfinite(entry)), key=lambda a: abs(a - value))
        inside = [a for a in exact if (low is None or low <= a) and (high is None or a <= high)]
        found.append((inside or exact or [value])[0])
    return tuple(found)


def float_execution(
    network: Network, prop: Property, clause: Clause, point: Vector, runtime: Runtime | None = None
) -> FloatExecution:
    """Return what becomes of a point in floating point."""
    near = nearest_float32(prop.cases[clause.case], point)
    exact = slack(prop, clause, near, network(near))
    outputs = None if runtime is None else _outputs(network, near, runtime)
    computed = None if outputs is None else slack(prop, clause, near, outputs)
    return FloatExecution(near, exact, outputs, computed)


def _outputs(network: Network, point: Vector, runtime: Runtime) -> Vector | None:
    try:
        found = runtime(np.array(list(map(float, point))).reshape(network.input_shape))
    except CannotRun:
        return None
    values = np.asarray(found, dtype=np.float64).ravel()
    return tuple(Fraction(float(entry)) for entry in values) if np.isfinite(values).all() else None
