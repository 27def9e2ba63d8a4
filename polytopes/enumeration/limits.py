"""Limits of a walk over cells: when it stops before its end, and a function that is told of its progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from attrs import frozen

from polytopes.errors import LimitReached

State = TypeVar("State")


@frozen
class Limits(Generic[State]):
    """The largest number of cells, the seconds that a walk may take, and a function that is called with its state.

    >>> limits: Limits[int] = Limits(limit=3)
    >>> limits.check(3, seconds=0.5, partial=lambda: "three cells")
    >>> limits.check(4, seconds=0.5, partial=lambda: "three cells")
    Traceback (most recent call last):
        ...
    polytopes.errors.LimitReached: more than 3 cells
    """

    limit: int | None = None
    timeout: float | None = None
    progress: Callable[[State], None] | None = None

    @property
    def can_stop(self) -> bool:
        """Whether there is a limit or a timeout."""
        return self.limit is not None or self.timeout is not None

    def check(self, count: int, seconds: float, partial: Callable[[], Any], noun: str = "cells") -> None:
        """Stop a walk that is at its ``count``-th cell after so many seconds, if that is too many or too late.

        Raises:
            LimitReached: with what ``partial`` returns as the partial result.
        """
        if self.limit is not None and count > self.limit:
            raise LimitReached(f"more than {self.limit} {noun}", partial())
        if self.timeout is not None and seconds > self.timeout:
            raise LimitReached(f"not finished after {self.timeout:g} s", partial())

    def report(self, state: State) -> None:
        """Tell how far the walk is."""
        if self.progress is not None:
            self.progress(state)


UNLIMITED: Limits[Any] = Limits()
