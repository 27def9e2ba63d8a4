"""Where a walk stops: the count before the clock, with the partial result made only then."""

from __future__ import annotations

import pytest

from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import LimitReached


def test_nothing_stops_a_walk_without_limits() -> None:
    assert not UNLIMITED.can_stop
    UNLIMITED.check(10**100, 1e100, lambda: pytest.fail("no partial result is needed"))
    UNLIMITED.report("state")


def test_the_limit_itself_is_allowed() -> None:
    limits: Limits[int] = Limits(limit=5)
    assert limits.can_stop
    limits.check(5, 1e9, lambda: pytest.fail("no partial result is needed"))
    with pytest.raises(LimitReached, match="more than 5 chambers") as stop:
        limits.check(6, 0.0, lambda: "partial", "chambers")
    assert stop.value.partial == "partial"


def test_the_clock_stops_after_the_limit() -> None:
    limits: Limits[int] = Limits(limit=5, timeout=0.5)
    with pytest.raises(LimitReached, match=r"not finished after 0\.5 s"):
        limits.check(5, 0.6, lambda: None)
    with pytest.raises(LimitReached, match="more than 5"):
        limits.check(6, 0.6, lambda: None)


def test_progress_is_given_the_state() -> None:
    seen: list[int] = []
    limits = Limits(progress=seen.append)
    assert not limits.can_stop
    limits.report(3)
    assert seen == [3]
