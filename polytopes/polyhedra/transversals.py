"""Minimal transversals of a family of sets: the inclusion-minimal sets that meet all of them.

Sets are bits of an integer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from polytopes.polyhedra.incidence import bits, transpose


def minimal_transversals(sets: Iterable[int]) -> Iterator[int]:
    """Yield the inclusion-minimal sets that meet all of the given ones; none if one of these is empty.

    There may be exponentially many. They come one by one, and only the sets on the way to the next are kept.

    Algorithm:
        An element is added only if every element of the transversal keeps a set that no other one meets, which holds
        of minimal ones and their subsets; elements that were tried at a node are left out further on (K. Murakami,
        T. Uno, Efficient algorithms for dualizing large-scale hypergraphs, 2014).

    >>> sorted(minimal_transversals([3, 6]))
    [2, 5]
    >>> list(minimal_transversals([])), list(minimal_transversals([0, 3]))
    ([0], [])
    """
    family = sorted(set(sets), key=int.bit_count)
    minimal: list[int] = []
    for own in family:
        if not any(other & own == other for other in minimal):
            minimal.append(own)
    everything = 0
    for own in minimal:
        everything |= own
    meeting = transpose(minimal, everything.bit_length())
    waiting = [_children(minimal, meeting, _Node({}, everything, (1 << len(minimal)) - 1))]
    if not minimal:
        yield 0
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.open_sets:
            waiting.append(_children(minimal, meeting, node))
        else:
            yield sum(1 << element for element in node.critical)


class _Node(NamedTuple):
    """Sets with some elements, and others out of the candidates only.

    ``critical`` has for each chosen element the sets that it alone meets; ``open_sets`` are met by none.
    """

    critical: dict[int, int]
    candidates: int
    open_sets: int


def _children(family: list[int], meeting: list[int], node: _Node) -> Iterator[_Node]:
    """Yield the nodes with one element more, out of the open set with the fewest candidates."""
    choices = min((family[i] & node.candidates for i in bits(node.open_sets)), key=int.bit_count, default=0)
    candidates = node.candidates & ~choices
    for element in bits(choices):
        met = meeting[element]
        left = {other: sets & ~met for other, sets in node.critical.items()}
        if all(left.values()):
            left[element] = node.open_sets & met
            yield _Node(left, candidates, node.open_sets & ~met)
            candidates |= 1 << element
