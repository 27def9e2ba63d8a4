"""A count of regions in progress; a count that is stopped still tells what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.tables import html_table

if TYPE_CHECKING:
    from polytopes.enumeration.compiled_walk import Block
    from polytopes.enumeration.linear_pieces import PieceCounter
    from polytopes.enumeration.parallel.slices import Slice
    from polytopes.enumeration.records import Records
    from polytopes.enumeration.separate_maps import MapSeparator
    from tropical.regions.activation_regions import Walk


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

    def _repr_html_(self) -> str:
        counts = self.as_dict()
        numbers = {name: counts[name] for name in counts if name not in ("complete", "seconds")}
        rows = [(name.replace("_", " "), "unknown" if n is None else f"{n:,}") for name, n in numbers.items()]
        return html_table(("count", "number"), rows, "" if self.complete else "stopped: so many were found")


@define
class Tally:
    """A count in progress: blocks of regions are added, and :meth:`result` may be called at any time.

    An interrupt at any moment leaves it consistent; at most the block just being added is not counted.
    """

    linear: bool = False
    bounded: bool = False
    n_regions: int = 0
    n_bounded: int = 0
    started: float = field(factory=time.perf_counter)
    pieces: PieceCounter | MapSeparator | None = None
    """Counts affine maps and linear regions from the records of the blocks."""

    @property
    def seconds(self) -> float:
        """The time since the count began."""
        return time.perf_counter() - self.started

    def add_blocks(self, blocks: Iterable[Block | Slice], limits: Limits[Tally] = UNLIMITED) -> None:
        """Count all regions of a stream of blocks; for linear regions they need records.

        Raises:
            LimitReached: with the counts so far as ``partial``.
        """
        for block in blocks:
            found, wanted = self.n_regions + block.count, block.count
            if limits.limit is not None and found > limits.limit:
                wanted = limits.limit - self.n_regions
            if self.pieces is not None:
                _add_pieces(self.pieces, block, wanted)
            self.n_regions += wanted
            if wanted == block.count:
                # Which regions of a longer block come first is not known, so its bounded ones are not counted.
                self.n_bounded += block.n_bounded
            limits.check(found, self.seconds, self._stopped, "activation regions")
            limits.report(self)

    def count_pieces(self, walk: Walk, again: Callable[[], Iterator[Records]] | None = None) -> None:
        """Make ready for the regions of a walk with records or keys, to count affine maps and linear regions.

        Records without facets may be followed by those of ``again``, with facets.
        """
        from polytopes.enumeration.domain_cell import choose_method, domain_frame
        from polytopes.enumeration.linear_pieces import PieceCounter
        from polytopes.enumeration.records import Numbering

        frame = domain_frame(walk.network.program, walk.domain, walk.method, walk.relative)
        numbering = Numbering(walk.network.program, frame, walk.domain)
        faceted = again is None and choose_method(frame.size - 1, walk.method) == "vertices"
        self.pieces = PieceCounter(numbering, faceted, again=again)

    def separate_maps(self) -> None:
        """Make ready for records of forms of outputs, which prove of most maps that they differ."""
        from polytopes.enumeration.linear_pieces import PieceCounter
        from polytopes.enumeration.separate_maps import MapSeparator

        if isinstance(self.pieces, PieceCounter):
            self.pieces = MapSeparator(self.pieces)

    def _stopped(self) -> RegionCount:
        return self.result(complete=False)

    def result(self, complete: bool, joined: bool = True) -> RegionCount:
        """Return the counts of what was added; linear regions are those among the regions added.

        With ``joined=False`` the linear regions, which take time to find, are left out.
        """
        pieces, kept = self.pieces, self.n_regions
        if self.linear:
            kept = 0 if pieces is None else pieces.n_cells
        return RegionCount(
            kept,
            (0 if pieces is None else pieces.n_pieces(complete)) if self.linear and joined else None,
            (0 if pieces is None else pieces.n_maps) if self.linear else None,
            self.n_bounded if self.bounded else None,
            complete,
            self.seconds,
        )


def _add_pieces(pieces: PieceCounter | MapSeparator, block: Block | Slice, wanted: int) -> None:
    """Hand the first regions of a block to what counts linear regions."""
    records = getattr(block, "records", None)
    if records is not None:
        pieces.add(records if wanted == len(records.patterns) else records.first(wanted))
    for cells in getattr(block, "cells", ()):
        if len(cells) <= wanted:
            pieces.add_keyed(cells)
        else:
            pieces.add_kept(cells.kept.first(wanted))
        wanted -= min(len(cells), wanted)
