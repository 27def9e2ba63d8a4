"""What a report of degeneracy says: claims about units, walls between regions, and ranks."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import exact_text
from tropical.regions.surveys.units import Unit, WeightRank


@frozen
class DeadUnit:
    """A unit of which one form wins on the whole domain; ``always_zero`` says that its output is 0 there."""

    unit: Unit
    winner: int
    always_zero: bool


@frozen
class ConstantUnit:
    """A unit whose selectors differ by constants on the domain; ``value`` is the preactivation if there are two."""

    unit: Unit
    value: Fraction | None


@frozen
class Multiples:
    """Functions of units of one layer that are multiples of each other: f_k = factors[k] f_0.

    Factors 1 are duplicates, -1 opposites. ``everywhere`` says that the weights alone make it so.
    """

    units: tuple[Unit, ...]
    factors: tuple[Fraction, ...]
    everywhere: bool


@frozen
class SharedWall:
    """Units that bend along one wall of a region: a facet inside the domain on which two selectors of each are equal.

    ``sides`` counts pairs of a region and a wall where this is so, seen from the region: a form may vanish on a wall as
    a nonzero form on one side and be zero on the other.
    """

    units: tuple[Unit, ...]
    sides: int


@frozen
class DegeneracyReport:
    """What is degenerate about a network on a domain.

    ``proportional`` compares preactivations, so the units of a class bend along one hyperplane; ``mergeable`` compares
    outputs, so that all but one unit of a class can be removed. ``jacobian_ranks[r]`` is the number of activation
    regions whose Jacobian has rank r. If ``complete`` is False, every claim that is made is proven, and the numbers of
    regions are those of the regions seen.
    """

    n_units: int
    dead: tuple[DeadUnit, ...]
    constant: tuple[ConstantUnit, ...]
    proportional: tuple[Multiples, ...]
    mergeable: tuple[Multiples, ...]
    unread: tuple[Unit, ...]
    shared_walls: tuple[SharedWall, ...]
    weight_ranks: tuple[WeightRank, ...]
    jacobian_shape: tuple[int, int]
    jacobian_ranks: dict[int, int]
    n_regions: int
    complete: bool
    seconds: float

    @cached_property
    def redundant(self) -> tuple[Unit, ...]:
        """Units that can be removed, one after the other, without a change of the function on the domain.

        They are dead (replaced by the form that wins), unread, or merged into another unit of their class.
        """
        gone = {*self.unread, *(dead.unit for dead in self.dead)}
        for group in self.mergeable:
            gone.update([unit for unit in group.units if unit not in gone][1:])
        return tuple(sorted(gone))

    @property
    def n_full_rank(self) -> int:
        """The number of activation regions whose Jacobian has full rank."""
        return self.jacobian_ranks.get(min(self.jacobian_shape), 0)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as it is written in documents."""
        return {
            "units": self.n_units,
            "dead": [{**d.unit.as_dict(), "winner": d.winner, "always_zero": d.always_zero} for d in self.dead],
            "constant": [
                {**c.unit.as_dict(), "value": None if c.value is None else exact_text(c.value)} for c in self.constant
            ],
            "proportional": [_multiples(group) for group in self.proportional],
            "mergeable": [_multiples(group) for group in self.mergeable],
            "unread": [unit.as_dict() for unit in self.unread],
            "redundant": [unit.as_dict() for unit in self.redundant],
            "shared_walls": [
                {"units": [unit.as_dict() for unit in wall.units], "sides": wall.sides} for wall in self.shared_walls
            ],
            "weight_ranks": [weight.as_dict() for weight in self.weight_ranks],
            "jacobian": {
                "shape": list(self.jacobian_shape),
                "regions_by_rank": {str(r): n for r, n in sorted(self.jacobian_ranks.items())},
                "full_rank_regions": self.n_full_rank,
            },
            "activation_regions": self.n_regions,
            "complete": self.complete,
            "seconds": self.seconds,
        }


def _multiples(group: Multiples) -> dict[str, Any]:
    return {
        "layer": group.units[0].layer,
        "units": [unit.index for unit in group.units],
        "factors": list(map(exact_text, group.factors)),
        "everywhere": group.everywhere,
    }
