"""A count of regions in progress; a count that is stopped still tells what was found."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from polytopes.enumeration.limits import UNLIMITED, Limits
from tropical.regions.activation_regions import ActivationRegion
from tropical.regions.linear_regions import MapGroups, add_to_groups, join_groups

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_walk import Block
    from polytopes.enumeration.parallel.slices import Slice


@frozen
class RegionCount:
    """The numbers of regions of a network in a domain.

    ``linear_regions`` and ``distinct_affine_maps`` are None unless asked for, ``bounded_activation_regions`` is
    None where bounded regions were not counted. If ``complete`` is False they count what was found.
    """

    activation_regions: int
    linear_regions: int | None
    distinct_affine_maps: int | None
    bounded_activation_regions: int | None
    complete: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the counts that were asked for, by name; linear regions that were not joined are None."""
        counts: dict[str, Any] = {"activation_regions": self.activation_regions}
        if self.distinct_affine_maps is not None:
            counts["linear_regions"] = self.linear_regions
            counts["distinct_affine_maps"] = self.distinct_affine_maps
        if self.bounded_activation_regions is not None:
            counts["bounded_activation_regions"] = self.bounded_activation_regions
        return {**counts, "complete": self.complete, "seconds": self.seconds}


@define
class Tally:
    """A count in progress: regions are added one by one, and :meth:`result` may be called at any time.

    An interrupt at any moment leaves it consistent; at most the region just being added is not counted.
    """

    linear: bool = False
    bounded: bool = False
    n_regions: int = 0
    n_bounded: int = 0
    started: float = field(factory=time.perf_counter)
    _by_map: MapGroups = field(factory=dict)

    @property
    def seconds(self) -> float:
        """The time since the count began."""
        return time.perf_counter() - self.started

    def add(self, region: ActivationRegion) -> None:
        """Count one more region."""
        is_bounded = self.bounded and region.is_bounded
        if self.linear:
            add_to_groups(region, self._by_map)
        self.n_regions += 1
        self.n_bounded += is_bounded

    def add_all(self, regions: Iterable[ActivationRegion], limits: Limits[Tally] = UNLIMITED) -> None:
        """Count all regions of a stream.

        Raises:
            LimitReached: with the counts so far as ``partial``.
        """
        for region in regions:
            limits.check(self.n_regions + 1, self.seconds, self._stopped, "activation regions")
            self.add(region)
            limits.report(self)

    def add_blocks(self, blocks: Iterable[Block | Slice], limits: Limits[Tally] = UNLIMITED) -> None:
        """Count all regions of a stream of blocks, as :meth:`add_all`; they do not tell linear regions."""
        for block in blocks:
            found = self.n_regions + block.count
            if limits.limit is not None and found > limits.limit:
                # Which regions of the block come first is not known, so bounded ones are counted up to here only.
                self.n_regions = limits.limit
            else:
                self.n_regions, self.n_bounded = found, self.n_bounded + block.n_bounded
            limits.check(found, self.seconds, self._stopped, "activation regions")
            limits.report(self)

    def _stopped(self) -> RegionCount:
        return self.result(complete=False)

    def result(self, complete: bool, joined: bool = True) -> RegionCount:
        """Return the counts of what was added; linear regions are those among the regions added.

        With ``joined=False`` the linear regions, which take time to find, are left out.
        """
        kept = sum(map(len, self._by_map.values()))
        return RegionCount(
            kept if self.linear else self.n_regions,
            len(join_groups(self._by_map)) if self.linear and joined else None,
            len(self._by_map) if self.linear else None,
            self.n_bounded if self.bounded else None,
            complete,
            self.seconds,
        )
