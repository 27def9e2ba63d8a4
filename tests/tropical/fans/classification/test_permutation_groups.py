"""Permutation groups: orders against closures by brute force."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tropical.fans.classification.permutation_groups import PermutationGroup, compose, inverse


@st.composite
def generators(draw: Any) -> tuple[int, list[tuple[int, ...]]]:
    degree = draw(st.integers(1, 5))
    return degree, draw(st.lists(st.permutations(range(degree)).map(tuple), max_size=3))


@given(generators())
def test_orders_and_members_are_those_of_the_closure(given: tuple[int, list[tuple[int, ...]]]) -> None:
    degree, chosen = given
    group, identity = PermutationGroup(degree), tuple(range(degree))
    for k, p in enumerate(chosen):
        assert group.add(p) == (p not in closure(degree, chosen[:k]))
        assert compose(p, inverse(p)) == identity
    elements = closure(degree, chosen)
    assert group.order == len(elements) and all(p in group for p in elements)


def closure(degree: int, chosen: list[tuple[int, ...]]) -> set[tuple[int, ...]]:
    found = {tuple(range(degree))}
    waiting = list(found)
    while waiting:
        p = waiting.pop()
        for q in (compose(g, p) for g in chosen):
            if q not in found:
                found.add(q)
                waiting.append(q)
    return found


def test_large_groups_are_not_listed() -> None:
    group = PermutationGroup(12)
    group.add((1, 0, *range(2, 12)))
    group.add((*range(1, 12), 0))
    assert group.order == 479001600
