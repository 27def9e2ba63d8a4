"""Tropical half-spaces: where one of some coordinates less an apex is at least all others."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, exact_text
from tropical.convexity.covectors import Covector, columns, minimal_transversals


@frozen
class HalfSpace:
    """``{x : max_{k in I} (x_k - p_k) >= max_{k not in I} (x_k - p_k)}`` for an apex p and sectors I."""

    apex: Vector
    sectors: tuple[int, ...]

    def contains(self, point: Vector) -> bool:
        """Whether a point lies in it."""
        less = [x - p for x, p in zip(point, self.apex, strict=True)]
        return any(less[k] == max(less) for k in self.sectors)

    def is_contained_in(self, other: HalfSpace) -> bool:
        """Whether it lies in another: ``I`` in ``J`` and ``a_i - b_i >= a_j - b_j`` for i in I and j outside J."""
        if not set(self.sectors) <= set(other.sectors):
            return False
        apart = [a - b for a, b in zip(self.apex, other.apex, strict=True)]
        outside = [apart[j] for j in range(len(apart)) if j not in other.sectors]
        return min(apart[i] for i in self.sectors) >= max(outside)

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
    return sorted(kept, key=lambda half: (half.apex, half.sectors))
