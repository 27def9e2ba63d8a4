"""Minimal transversals against all subsets."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from polytopes.polyhedra.transversals import minimal_transversals


@given(st.lists(st.integers(0, 31), max_size=7))
def test_all_subsets(sets: list[int]) -> None:
    meeting = [part for part in range(32) if all(part & own for own in sets)]
    minimal = {part for part in meeting if not any(other != part and other & part == other for other in meeting)}
    found = list(minimal_transversals(sets))
    assert set(found) == minimal
    assert len(found) == len(minimal)


def test_they_come_one_by_one() -> None:
    """A thousand disjoint pairs have 2^1000 transversals."""
    pairs = [3 << 2 * k for k in range(1000)]
    found = list(islice(minimal_transversals(pairs), 3))
    assert len(set(found)) == 3
    assert all(part.bit_count() == 1000 and all(part & pair for pair in pairs) for part in found)
