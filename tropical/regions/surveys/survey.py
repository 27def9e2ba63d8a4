"""Surveys: answers assembled region by region; a walk that is stopped still tells what is proven."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import define, field

from polytopes.enumeration.limits import UNLIMITED, Limits
from tropical.regions.activation_regions import ActivationRegion, Walk

if TYPE_CHECKING:
    from polytopes.enumeration.recorded_cells import BlockOfCells
    from polytopes.enumeration.records import Only

Answer = TypeVar("Answer")


@define(kw_only=True)
class Survey(ABC, Generic[Answer]):
    """A question about all activation regions of a network, answered while the regions stream by.

    :meth:`add` may be interrupted anywhere: what it leaves holds for the regions added before.
    """

    n_regions: int = 0
    started: float = field(factory=time.perf_counter)
    walk: Walk | None = None
    """Where the regions are from, so that an answer can be checked."""

    @property
    def seconds(self) -> float:
        """The time since the survey began."""
        return time.perf_counter() - self.started

    @abstractmethod
    def add(self, region: ActivationRegion) -> None:
        """Take one more region into account."""

    @abstractmethod
    def answer(self, complete: bool) -> Answer:
        """Return what is proven by the regions that were added; ``complete`` says that these are all.

        Raises:
            VerificationFailed: if the network has other values than the answer says.
        """

    def is_settled(self, limits: Limits[Any]) -> bool:
        """Whether the answer is known without the regions that are left; asked before more of them are added."""
        return False

    def fill(self, walk: Walk, limits: Limits[Survey[Any]] = UNLIMITED) -> Answer:
        """Add every activation region of a walk and return the answer.

        Raises:
            LimitReached: with the answer so far as ``partial``.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        self.walk = walk
        so_far = partial(self.answer, complete=False)
        for region in walk.regions():
            if self.is_settled(limits):
                break
            limits.check(self.n_regions + 1, self.seconds, so_far, "activation regions")
            self.add(region)
            self.n_regions += 1
            limits.report(self)
        return self.answer(complete=True)


@define(kw_only=True)
class BlockSurvey(Survey[Answer]):
    """A survey that takes many regions at once where the compiled walk records them; elsewhere one by one."""

    only: ClassVar[Only | None] = None
    """What alone is asked of regions, their affine maps or their facets."""

    def blocks(self, walk: Walk) -> Iterator[tuple[int, BlockOfCells]] | None:
        """Return numbers of regions, with the cells among them that matter; None if they are not recorded."""
        return walk.promising(self.only)

    @abstractmethod
    def add_block(self, walk: Walk, cells: BlockOfCells) -> None:
        """Take all cells of a block into account; may be interrupted as :meth:`add` may."""

    def within(self, cells: BlockOfCells, room: int) -> BlockOfCells:
        """Return the cells of a block that are added where a limit leaves room for so many."""
        return cells if room >= len(cells) else cells.part(0, room)

    def fill(self, walk: Walk, limits: Limits[Survey[Any]] = UNLIMITED) -> Answer:
        """Add all regions of a walk and return the answer; arguments as for :meth:`Survey.fill`.

        Raises:
            LimitReached: with the answer so far as ``partial``.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        blocks = self.blocks(walk)
        if blocks is None:
            return super().fill(walk, limits)
        self.walk = walk
        so_far = partial(self.answer, complete=False)
        for count, cells in blocks:
            if self.is_settled(limits):
                break
            room = count if limits.limit is None else min(count, limits.limit - self.n_regions)
            if room:
                self.add_block(walk, self.within(cells, room))
            self.n_regions += room
            limits.check(self.n_regions + count - room, self.seconds, so_far, "activation regions")
            limits.report(self)
        return self.answer(complete=True)
