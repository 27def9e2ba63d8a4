"""Regions of the space of weights that hold stationary points, each with weights that are checked by definition."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Matrix, Vector, dot, exact_text
from polytopes.errors import VerificationFailed
from polytopes.messages import exact_repr
from tropical.parameter_space.loss_landscape.patterns import Bits
from tropical.parameter_space.loss_landscape.points import LayerPoints


@frozen
class StationaryRegion:
    """An activation region with a stationary point of the squared loss: weights ``w_j`` of the units, biases last."""

    patterns: tuple[Bits, ...]
    weights: Matrix = field(repr=exact_repr)
    loss: Fraction
    rank: int
    n_parameters: int

    @property
    def dimension(self) -> int:
        """The dimension of the set of stationary points in the region, which is open in an affine space."""
        return self.n_parameters - self.rank

    def as_dict(self) -> dict[str, Any]:
        """Return the region as it is written in documents."""
        return {
            "loss": exact_text(self.loss),
            "rank": self.rank,
            "dimension": self.dimension,
            "patterns": ["".join(map(str, bits)) for bits in self.patterns],
            "weights": [list(map(exact_text, row)) for row in self.weights],
        }


def outputs(points: LayerPoints, weights: Matrix, outer: Sequence[Fraction]) -> Vector:
    """Return f(x_i) = sum of v_j max(0, w_j . x_i) at the points.

    >>> points = LayerPoints.of([[0], [2]])
    >>> list(map(str, outputs(points, ((Fraction(1), Fraction(-1)),), [Fraction(3)])))
    ['0', '3']
    """
    zero = Fraction(0)
    return tuple(
        sum((v * max(zero, dot(row, unit)) for v, unit in zip(outer, weights, strict=True)), zero)
        for row in points.rows
    )


def stationary_region(
    points: LayerPoints, targets: Vector, outer: Vector, weights: Matrix, patterns: tuple[Bits, ...], loss: Fraction
) -> StationaryRegion:
    """Return the region of some weights, after a check of all that is said of it, from the definitions.

    Raises:
        VerificationFailed: if a unit has another pattern or lies on a wall, the loss is another, or its gradient is
            not 0.
    """
    for unit, bits in zip(weights, patterns, strict=True):
        if points.pattern_at(unit) != bits:
            raise VerificationFailed("the weights of an example do not have the patterns of its region")
    residuals = [f - y for f, y in zip(outputs(points, weights, outer), targets, strict=True)]
    if sum(r * r for r in residuals) / 2 != loss:
        raise VerificationFailed(f"the weights of an example do not have the loss {loss}")
    gradients = [_gradient(points, v, bits, residuals) for v, bits in zip(outer, patterns, strict=True)]
    if any(map(any, gradients)):
        raise VerificationFailed("the gradient of the loss is not 0 at the weights of an example")
    units = list(zip(outer, patterns, strict=True))
    own = rank([_derivatives(points, v, bits, k) for v, bits in units for k in range(points.dim)])
    return StationaryRegion(patterns, weights, Fraction(loss), own, len(weights) * points.dim)


def _derivatives(points: LayerPoints, v: Fraction, bits: Bits, k: int) -> Vector:
    """Return the derivatives of the outputs by entry k of a unit."""
    return tuple(v * bit * row[k] for row, bit in zip(points.rows, bits, strict=True))


def _gradient(points: LayerPoints, v: Fraction, bits: Bits, residuals: Sequence[Fraction]) -> Vector:
    """Return the derivatives of the loss by the entries of a unit."""
    return tuple(dot(residuals, _derivatives(points, v, bits, k)) for k in range(points.dim))
