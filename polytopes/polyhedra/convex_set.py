"""What polyhedra and cones do alike: inclusion, intersection, sums written with operators."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Self

from polytopes.arithmetic.rationals import VectorLike
from polytopes.errors import InputError, ShapeError


class ConvexSet(ABC):
    """A closed convex set in Q^n that is compared, intersected and added by operators."""

    @abstractmethod
    def contains(self, other: Any) -> bool:
        """Return whether a point, or every point of another such set, lies in this one."""

    @abstractmethod
    def intersection(self, *others: Self) -> Self:
        """Return the intersection with other sets of the same space."""

    def __contains__(self, point: VectorLike) -> bool:
        return self.contains(point)

    def __le__(self, other: Self) -> bool:
        return other.contains(self) if isinstance(other, type(self)) else NotImplemented

    def __ge__(self, other: Self) -> bool:
        return self.contains(other) if isinstance(other, type(self)) else NotImplemented

    def __and__(self, other: Self) -> Self:
        return self.intersection(other) if isinstance(other, type(self)) else NotImplemented

    def __radd__(self, other: Any) -> Self:
        """Let ``sum`` start from 0."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __sub__(self, other: Any) -> Self:
        if not isinstance(other, type(self)):
            return NotImplemented
        raise InputError(
            "a difference of two sets has two meanings; write P + -Q for {x - y}, and for the erosion {z : z + Q in P} "
            "shift each inequality of P by the support function of Q"
        )


def same_space(left: int, right: int, what: str) -> None:
    """Check that two objects lie in spaces of one dimension.

    Raises:
        ShapeError: if the dimensions differ.
    """
    if left != right:
        raise ShapeError(f"{what} in Q^{left} and Q^{right}; give {what} of one space")
