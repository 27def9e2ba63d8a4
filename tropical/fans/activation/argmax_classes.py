"""The unordered partitions of a data set into the argmax classes of affine forms.

Theorem (counting law). Let a_k be the number of partitions of the data into k nonempty classes that are those of k
affine forms. The activation fan of N terms has sum_k a_k N!/(N - k)! maximal cones.
Proof. A coloring with k colors is a partition and an injection of its classes into the terms. It is realized by N
forms iff its classes are by k: leave out the idle forms, or let them be one of the others less a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import comb, perm

from attrs import frozen

from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.fans.activation.coloring_search import Search
from tropical.fans.activation.parameters import Parameter
from tropical.fans.data_set import DataSet


@frozen
class ClassPartition:
    """A partition of the distinct points into argmax classes, numbered by first appearance, and forms that have them.

    ``parameter`` has one row of integers for each class; each is the strict maximum on its class.
    """

    colors: tuple[int, ...]
    parameter: Parameter

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return len(self.parameter)


def class_partitions(data: DataSet, most: int | None = None, search: Search | None = None) -> Iterator[ClassPartition]:
    """Yield the partitions into at most ``most`` argmax classes, each once, in lexicographic order of the colors.

    Algorithm:
        Restricted growth strings, point by point: the restriction of a realized partition is realized, so a prefix
        that is not realized is dropped with all its continuations.

    >>> data = DataSet.of([[0], [1], [2]])
    >>> [partition.colors for partition in class_partitions(data)]
    [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2)]
    """
    search = search or Search(data)
    for colors, n_classes in realized_colors(search, len(data.rows) if most is None else most):
        yield ClassPartition(colors, search.parameter if n_classes else ())


def realized_colors(
    search: Search, most: int, refused: Callable[[tuple[int, ...]], None] | None = None
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the colors and the number of classes of each partition; ``search`` then has its parameter.

    ``refused`` is called with each prefix that is not realized; ``search`` then has the refutation.
    """
    size = len(search.data.rows)
    if not size or most < 1:
        if not size:
            yield (), 0
        return
    used = [0] * size
    colors = [0] * size
    stack = [(0, 0)]
    while stack:
        p, color = stack.pop()
        colors[p] = color
        n_classes = max(used[p], color + 1)
        if not search.is_realized(colors[: p + 1], n_classes):
            if refused is not None:
                refused(tuple(colors[: p + 1]))
            continue
        if p + 1 == size:
            yield tuple(colors), n_classes
            continue
        used[p + 1] = n_classes
        stack.extend((p + 1, c) for c in range(min(n_classes, most - 1), -1, -1))


def class_counts(data: DataSet, most: int | None = None) -> tuple[int, ...]:
    """Return (a_1, a_2, ...): the numbers of partitions into k argmax classes, k up to ``most`` or as many as occur.

    >>> class_counts(DataSet.of([(0, 0), (1, 0), (0, 1), (1, 1)]))
    (1, 6, 6, 1)
    """
    counts: dict[int, int] = {}
    for _, n_classes in realized_colors(Search(data), len(data.rows) if most is None else most):
        counts[n_classes] = counts.get(n_classes, 0) + 1
    return tuple(counts.get(k, 0) for k in range(1, max(counts, default=0) + 1))


def n_colorings(counts: Sequence[int], n_terms: int) -> int:
    """Return the number of maximal cones for N terms from (a_1, a_2, ...), by the counting law; of no data it is 1.

    >>> n_colorings((1, 6, 6, 1), 3)
    75
    """
    check_terms(n_terms)
    return sum(count * perm(n_terms, k) for k, count in enumerate(counts, start=1)) if counts else 1


def most_colorings(data: DataSet, n_terms: int) -> int:
    """Return an upper bound on the number of maximal cones, without enumeration.

    Algorithm:
        There are at most N^M colorings of the M distinct points; and each cone contains a chamber of the central
        arrangement of the M N (N - 1) / 2 hyperplanes on which two forms agree at a point, in (N - 1) r dimensions.
        m hyperplanes through 0 in D dimensions have at most 2 sum_{i < D} C(m - 1, i) chambers (Schlaefli).

    >>> most_colorings(DataSet.of([[0], [1], [2], [3], [4]]), 2)
    10
    """
    check_terms(n_terms)
    size = len(data.rows)
    planes, dim = size * comb(n_terms, 2), (n_terms - 1) * data.rank
    colorings, chambers = n_terms**size, 0 if planes else 1
    for i in range(min(dim, planes)):
        if chambers >= colorings:
            break
        chambers += 2 * comb(planes - 1, i)
    return int(min(colorings, chambers))


def check_terms(n_terms: int) -> None:
    """Refuse a number of terms that is no integer, or below 1."""
    if type(n_terms) is not int:
        raise InputError(f"{shortened(n_terms)} is no number of terms; give a whole number from 1 on")
    if n_terms < 1:
        raise InputError(f"{n_terms} terms; give at least 1")
