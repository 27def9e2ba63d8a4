"""Tropical half-spaces: where one of some coordinates less an apex is at least all others."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.polyhedra.transversals import minimal_transversals
from tropical.convexity.covectors import Covector, columns
from tropical.convexity.entries import Convention, Entry, as_point


@frozen
class HalfSpace:
    """``{x : max_{k in I} (x_k - p_k) >= max_{k not in I} (x_k - p_k)}`` for an apex p and sectors I.

    In the min convention it is where the minimum over I is at most that over the others.

    >>> half = HalfSpace((Fraction(0), Fraction(0)), (1,))
    >>> half.contains([0, 2]), half.contains([0, "-oo"])
    (True, False)
    """

    apex: Vector
    sectors: tuple[int, ...]
    convention: Convention = field(default="max", kw_only=True)

    def contains(self, point: Iterable[Any]) -> bool:
        """Whether a point lies in it; coordinates may be tropical zeros."""
        less = self._less(as_point(point, len(self.apex), self.convention))
        most = max((entry for entry in less if entry is not None), default=None)
        return any(less[k] == most for k in self.sectors)

    def _less(self, point: Iterable[Entry]) -> list[Entry]:
        sign = 1 if self.convention == "max" else -1
        return [None if x is None else sign * (x - p) for x, p in zip(point, self.apex, strict=True)]

    def is_contained_in(self, other: HalfSpace) -> bool:
        """Whether it lies in another: ``I`` in ``J`` and ``a_i - b_i >= a_j - b_j`` for i in I and j outside J.

        With min the inequality is the opposite one.
        """
        if not set(self.sectors) <= set(other.sectors):
            return False
        sign = 1 if self.convention == "max" else -1
        apart = [sign * (a - b) for a, b in zip(self.apex, other.apex, strict=True)]
        outside = [apart[j] for j in range(len(apart)) if j not in other.sectors]
        return min(apart[i] for i in self.sectors) >= max(outside)

    def negated(self) -> HalfSpace:
        """Return the half-space of the opposite points, in the other convention."""
        other: Convention = "min" if self.convention == "max" else "max"
        return HalfSpace(tuple([Fraction(-p) for p in self.apex]), self.sectors, convention=other)

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written in documents."""
        return {"apex": list(map(exact_text, self.apex)), "sectors": list(self.sectors)}


def halfspaces(pseudovertices: Iterable[tuple[Vector, Covector]]) -> list[HalfSpace]:
    """Return half-spaces whose intersection is the polytope: the minimal ones at its pseudovertices.

    At each apex p the sectors I are the minimal sets that meet all rows of the covector of p; of two half-spaces of
    which one contains the other, only the smaller is kept.
    """
    found: list[HalfSpace] = []
    for apex, graph in pseudovertices:
        for part in minimal_transversals(graph):
            if part != (1 << len(apex)) - 1:
                found.append(HalfSpace(apex, columns(part)))
    kept: list[HalfSpace] = []
    for half in found:
        if any(other.is_contained_in(half) for other in kept):
            continue
        kept = [other for other in kept if not half.is_contained_in(other)]
        kept.append(half)
    return by_apex(kept)


def by_apex(found: Iterable[HalfSpace]) -> list[HalfSpace]:
    """Return half-spaces in order."""
    return sorted(found, key=lambda half: (half.apex, half.sectors))
