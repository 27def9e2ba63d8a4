"""Shattering: how many dichotomies the subsets of a data set have, and point sets that have all of them.

Every dichotomy of a subset is the restriction of one of the whole set: a parameter off the walls of the subset can be
moved off those of the other points. So the dichotomies of the whole set are found once.

In one dimension the points at which a term is largest are consecutive, and any composition into intervals is realized.
So signs are attained iff they have at most n blocks of + and at most m blocks of -. Hence any 2 min(n, m) points are
shattered, and 2 min(n, m) + 1 points, with signs that alternate and begin on the side of fewer terms, are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from random import Random
from typing import Any

from attrs import frozen

from polytopes.errors import InputError
from tropical.fans.classification.dichotomies import sign_vectors
from tropical.fans.classification.fan import ClassificationFan, checked_fan
from tropical.fans.data_set import DataSet


@frozen
class Growth:
    """For each size the most dichotomies that a subset of this size has, and the first subset that has them.

    ``most[s]`` and ``subsets[s]`` are for s points, s = 0, ..., M.
    """

    most: tuple[int, ...]
    subsets: tuple[tuple[int, ...], ...]

    @property
    def vc_dimension(self) -> int:
        """The size of the largest subset that is shattered: all of its sign vectors are attained."""
        return max(size for size, number in enumerate(self.most) if number == 1 << size)

    @property
    def shattered(self) -> tuple[int, ...]:
        """The first of the largest subsets that are shattered."""
        return self.subsets[self.vc_dimension]


def growth(fan: ClassificationFan, most_size: int | None = None) -> Growth:
    """Return the growth function of n terms less m on the subsets of a data set.

    Args:
        fan: a classification fan; its labels do not matter.
        most_size: the largest size of subsets to look at; all if None.

    >>> growth(ClassificationFan.of([[0], [1], [2], [3]], (2, 1))).most
    (1, 2, 4, 7, 11)
    """
    checked_fan(fan)
    size = fan.data.n_points if most_size is None else min(most_size, fan.data.n_points)
    vectors = {sum(1 << p for p, sign in enumerate(signs) if sign > 0) for signs, _ in sign_vectors(fan)}
    most, subsets = [], []
    for k in range(size + 1):
        best: tuple[int, tuple[int, ...]] = (0, ())
        for subset in combinations(range(fan.data.n_points), k):
            mask = sum(1 << p for p in subset)
            number = len({vector & mask for vector in vectors})
            if number > best[0]:
                best = number, subset
            if number == 1 << k:
                break
        most.append(best[0])
        subsets.append(best[1])
    return Growth(tuple(most), tuple(subsets))


def is_shattered(data: Any, terms: Sequence[int]) -> bool:
    """Return whether all 2^M sign vectors of the points are attained by n terms less m.

    >>> is_shattered([(0, 0), (1, 0), (0, 1), (1, 1)], (2, 1))
    True
    """
    fan = ClassificationFan.of(data, terms)
    if len(fan.data.rows) < fan.data.n_points:
        return False
    return sum(1 for _ in sign_vectors(fan)) == 1 << fan.data.n_points


def shattered_sets(
    sets: Iterable[DataSet | Sequence[Sequence[Any]]], terms: Sequence[int]
) -> Iterator[DataSet | Sequence[Sequence[Any]]]:
    """Yield those of some point sets that are shattered by n terms less m."""
    return (points for points in sets if is_shattered(points, terms))


def search_shattered(
    dim: int, size: int, terms: Sequence[int], tries: int = 100, seed: int = 0, width: int = 50
) -> DataSet | None:
    """Look for ``size`` points of Q^dim that n terms less m shatter; None if no try succeeds, which proves nothing.

    Args:
        dim: d.
        size: the number of points.
        terms: (n, m).
        tries: the number of random sets of integer points.
        seed: of the random numbers.
        width: the largest absolute value of a coordinate.

    >>> search_shattered(2, 4, (2, 1), seed=1).n_points
    4
    >>> search_shattered(1, 3, (2, 1)) is None     # the VC dimension on the line is 2 min(n, m)
    True
    """
    if dim < 0 or size < 0:
        raise InputError(f"{size} points in dimension {dim}; give numbers that are not negative")
    random = Random(seed)

    def candidates() -> Iterator[DataSet]:
        while True:
            points = [[random.randint(-width, width) for _ in range(dim)] for _ in range(size)]
            yield DataSet.of(points, dim=dim)

    return next((data for data in shattered_sets(islice(candidates(), tries), terms)), None)  # type: ignore[return-value]
