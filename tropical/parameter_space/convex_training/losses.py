"""The losses of training, each as a pair of programs that bound one another.

With q the images of units of norm 1 and ``h(z) = max |q . z|``, the least loss plus beta times the penalty is the
greatest value of a concave function of z under ``h(z) <= bound``; Fenchel's duality has no gap here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, dot

HALF = Fraction(1, 2)


@frozen
class Loss(ABC):
    """A loss of targets, with the factor beta of the penalty."""

    targets: Vector
    beta: Fraction

    @property
    def bound(self) -> Fraction:
        """The bound of h(z)."""
        return self.beta

    @abstractmethod
    def primal(self, fit: Sequence[Fraction], penalty: Fraction) -> Fraction:
        """Return the loss of a fit plus beta times a penalty: an upper bound of the optimum."""

    @abstractmethod
    def dual(self, z: Sequence[Fraction]) -> Fraction:
        """Return the lower bound of the optimum that z gives if ``h(z) <= bound``."""

    def shrink(self, z: Sequence[Fraction], support: Fraction) -> Vector:
        """Return a multiple of z under the bound, given ``support >= h(z)``; the best of them, or nearly."""
        if support <= self.bound:
            return tuple(z)
        return tuple(entry * self.bound / support for entry in z)


class Interpolation(Loss):
    """The least penalty of a network that fits all targets; beta is 1."""

    def primal(self, fit: Sequence[Fraction], penalty: Fraction) -> Fraction:
        assert tuple(fit) == self.targets, "the fit is exact"
        return penalty

    def dual(self, z: Sequence[Fraction]) -> Fraction:
        return Fraction(dot(z, self.targets))


class Squared(Loss):
    """Half the sum of squared errors."""

    def primal(self, fit: Sequence[Fraction], penalty: Fraction) -> Fraction:
        errors = [y - f for y, f in zip(self.targets, fit, strict=True)]
        return Fraction(HALF * dot(errors, errors) + self.beta * penalty)

    def dual(self, z: Sequence[Fraction]) -> Fraction:
        return Fraction(dot(z, self.targets) - HALF * dot(z, z))


class Hinge(Loss):
    """The sum of ``max(0, 1 - y f(x))``, for targets +1 and -1."""

    def primal(self, fit: Sequence[Fraction], penalty: Fraction) -> Fraction:
        losses = (max(Fraction(0), 1 - y * f) for y, f in zip(self.targets, fit, strict=True))
        return sum(losses, Fraction(0)) + self.beta * penalty

    def dual(self, z: Sequence[Fraction]) -> Fraction:
        assert all(0 <= y * entry <= 1 for y, entry in zip(self.targets, z, strict=True)), "in the domain"
        return Fraction(dot(z, self.targets))


LOSSES: dict[str, type[Loss]] = {"interpolate": Interpolation, "squared": Squared, "hinge": Hinge}
