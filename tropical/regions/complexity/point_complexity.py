"""What is known of the local complexity of a network at data points."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from polytopes.arithmetic.enclosures import Enclosure
from tropical.regions.complexity.answer import Document, LocalRank, MeanGradient, NoisyComplexity


@frozen(kw_only=True)
class PointComplexity:
    """Means over data points: of the norm of the Jacobian, of ranks, and of local complexity with noise on one bias."""

    n_points: int
    mean_gradient: MeanGradient | None
    local_rank: Mapping[str, LocalRank]
    noisy: tuple[NoisyComplexity, ...]
    points_on_walls: int
    complete: bool
    seconds: float
    exactly: bool = False

    def numbers(self) -> list[Enclosure]:
        """Return all means, in one order for all points of one network."""
        gradient, found = self.mean_gradient, list[Enclosure]()
        if gradient is not None:
            found += [own for own in (gradient.l2, gradient.l1, gradient.max) if own is not None]
        for rank in self.local_rank.values():
            found += [rank.before, rank.after]
        for noisy in self.noisy:
            found += [noisy.value, *noisy.per_unit.values()]
        return found

    def as_dict(self, per_unit: bool = True) -> Document:
        """Return the numbers as they are written in documents."""
        exactly = self.exactly
        return {
            "points": self.n_points,
            "mean_gradient": None if self.mean_gradient is None else self.mean_gradient.as_dict(exactly),
            "local_rank": [own.as_dict(exactly) for own in self.local_rank.values()],
            "local_complexity": [own.as_dict(exactly, per_unit) for own in self.noisy],
            "points_on_walls": self.points_on_walls,
            "complete": self.complete,
            "seconds": self.seconds,
        }
