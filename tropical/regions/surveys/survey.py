"""Surveys: answers put together region by region, so that a stopped walk still says what is proven."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from attrs import define, field

from polytopes.errors import LimitReached
from tropical.regions.activation_regions import ActivationRegion, activation_regions

if TYPE_CHECKING:
    from polytopes.enumeration.domain_cell import Method
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network

Answer = TypeVar("Answer")


class Limits(TypedDict, total=False):
    """How a walk is done and where it stops: those arguments of :meth:`Survey.fill` that all its users pass on."""

    limit: int | None
    timeout: float | None
    method: Method | None
    progress: Callable[[Survey[Any]], None] | None


@define(kw_only=True)
class Survey(ABC, Generic[Answer]):
    """A question about all activation regions of a network, answered while they stream by.

    :meth:`add` may be interrupted anywhere: what it leaves behind holds for the regions seen before.
    """

    n_regions: int = 0
    started: float = field(factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """The time since the survey began."""
        return time.perf_counter() - self.started

    @abstractmethod
    def add(self, region: ActivationRegion) -> None:
        """Look at one more region."""

    @abstractmethod
    def answer(self, complete: bool) -> Answer:
        """Return what is proven by the regions that were added; ``complete`` says that these are all."""

    def fill(
        self,
        network: Network,
        domain: Polyhedron | None = None,
        *,
        limit: int | None = None,
        timeout: float | None = None,
        method: Method | None = None,
        relative: bool = False,
        progress: Callable[[Survey[Answer]], None] | None = None,
    ) -> Answer:
        """Look at every activation region of ``network`` in ``domain`` and return the answer.

        Args:
            network: an exact network.
            domain: a polyhedron in its input space; the whole space if None.
            limit: stop when there are more than this many activation regions.
            timeout: stop at the first region found after this many seconds.
            method: "vertices" or "witness"; chosen by dimension if None.
            relative: take regions of full dimension within a lower-dimensional domain.
            progress: called with the survey after every region.

        Raises:
            LimitReached: with the answer so far as ``partial``.
            DomainError, ShapeError: as :func:`tropical.regions.activation_regions.activation_regions`.
        """
        for region in activation_regions(network, domain, method=method, relative=relative):
            if limit is not None and self.n_regions >= limit:
                raise LimitReached(f"more than {limit} activation regions", self.answer(complete=False))
            if timeout is not None and self.seconds > timeout:
                raise LimitReached(f"not finished after {timeout:g} s", self.answer(complete=False))
            self.add(region)
            self.n_regions += 1
            if progress is not None:
                progress(self)
        return self.answer(complete=True)
