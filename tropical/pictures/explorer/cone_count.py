"""How many maximal cones a fan has, as far as that is quickly known."""

from __future__ import annotations

from collections.abc import Callable
from math import perm
from typing import Any

from attrs import frozen

from tropical.fans.activation.argmax_classes import realized_colors
from tropical.fans.activation.fan import ActivationFan

Tick = Callable[[str, int], None]
"""Called with the name of a step and a count while a scene is computed."""

MOST_CHECKS = 60_000
"""Distinct points in the partitions that are counted, beyond the limit of a scene."""


def no_tick(step: str, count: int) -> None:
    """Report nothing."""


@frozen
class Count:
    """The numbers (a_1, a_2, ...) of classes and the number of maximal cones, or how far they were counted."""

    classes: tuple[int, ...]
    cones: int
    is_whole: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the number as ``maximal_cones``, or what it is ``more_than``."""
        return {"maximal_cones": self.cones} if self.is_whole else {"more_than": self.cones}


def count_cones(fan: ActivationFan, limit: int, tick: Tick = no_tick) -> Count:
    """Return the number of maximal cones, or more than ``limit`` of them if there are too many to count.

    >>> count_cones(ActivationFan.of([(0, 0), (1, 0), (0, 1), (1, 1)], 3), 10)
    Count(classes=(1, 6, 6), cones=75, is_whole=True)
    """
    found = [0] * fan.n_terms
    cones, left = 0, MOST_CHECKS // max(1, len(fan.data.rows))
    is_whole = True
    for _, n_classes in realized_colors(fan.search, fan.n_terms):
        if left <= 0 and cones > limit:
            is_whole = False
            break
        if n_classes:
            found[n_classes - 1] += 1
        cones += perm(fan.n_terms, n_classes)
        left -= 1
        tick("cones", cones)
    while found and not found[-1]:
        found.pop()
    return Count(tuple(found), cones, is_whole)
