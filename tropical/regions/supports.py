"""Bounds for layers whose units see parts of the input only, such as convolutions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import comb

MOST_PLACES = 20_000
"""Ways to choose numbers of units, support by support, that are looked at: a fraction of a second."""

Matching = dict[int, tuple[int, ...]]
"""To which support a coordinate is given."""


def regions_by_supports(supports: Iterable[Iterable[int]]) -> int | None:
    """Return an upper bound of the chambers of hyperplanes whose normals have these supports; None if it takes long.

    Args:
        supports: for each hyperplane the indices of the coordinates where its normal may be other than 0.

    Algorithm:
        An arrangement has as many chambers as sets of hyperplanes without broken circuit that meet (Whitney). The
        normals of such a set are independent. So by Hall's theorem each of them can be given a coordinate of its
        support, all different, and there are at most as many chambers as sets for which this is possible.
        For one convolution it is the sum of Theorem 2 in Xiong, Huang, Yu, Liu, Zhu, Shao, On the number of linear
        regions of convolutional neural networks (ICML 2020). It need not be attained, however general the weights:
        two filters commute, f * g = g * f, so that 2 x 2 filters on 3 x 3 inputs make 255 regions where it is 256.

    >>> regions_by_supports([(0, 1), (0, 1), (0, 1)])       # three lines in general position
    7
    >>> regions_by_supports([(0,), (0,), (1,)])     # a grid of 3 x 2 fields
    6
    """
    counted = Counter(tuple(sorted(set(support))) for support in supports)
    groups = sorted(counted.items())
    places = 0

    def count(k: int, matching: Matching) -> int:
        nonlocal places
        places += 1
        if places > MOST_PLACES:
            raise _TooMany
        if k == len(groups):
            return 1
        support, size = groups[k]
        chosen = enumerate(_extensions(matching, support, size))
        return sum(comb(size, n) * count(k + 1, larger) for n, larger in chosen)

    try:
        return count(0, {})
    except _TooMany:
        return None


class _TooMany(Exception):
    """There are more choices than are looked at."""


def _extensions(matching: Matching, support: tuple[int, ...], size: int) -> Iterator[Matching]:
    """Yield matchings with 0, 1, 2, ... more units of a support, as long as there is one, at most ``size`` more."""
    yield matching
    for _ in range(size):
        matching = dict(matching)
        if not _augment(matching, support, set()):
            return
        yield matching


def _augment(matching: Matching, support: tuple[int, ...], seen: set[int]) -> bool:
    """Give a coordinate to one more unit, moving others if need be."""
    for coordinate in support:
        if coordinate not in seen:
            seen.add(coordinate)
            if coordinate not in matching or _augment(matching, matching[coordinate], seen):
                matching[coordinate] = support
                return True
    return False
