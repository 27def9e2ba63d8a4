"""The range of an affine function on every cell of a complex, exactly; values are compared once, then ranks are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import gcd

from attrs import field, frozen

from polytopes.arithmetic.rationals import Row, dot
from tropical.topology.region_complex import RegionComplex

Ranks = tuple[tuple[int, ...], ...]


@frozen(eq=False)
class ValueRanges:
    """The ends of the range of a function on every cell.

    ``values`` are the values at vertices, in increasing order. An end is its index among them; -1 stands for minus
    infinity and ``len(values)`` for infinity. Finite ends are attained.
    """

    values: tuple[Fraction, ...]
    of_vertex: dict[int, int] = field(repr=False)
    low: Ranks = field(repr=False)
    high: Ranks = field(repr=False)

    @classmethod
    def of(cls, complex_: RegionComplex, output: int = 0) -> ValueRanges:
        """Return the ranges of an output."""
        poset, generators = complex_.poset, complex_.generators
        ratios: dict[int, tuple[int, int]] = {}
        falling: list[dict[int, int]] = []
        for face, forms in zip(poset.faces[-1], complex_.forms, strict=True):
            form, signs = forms[output], dict[int, int]()
            for label in face:
                row = generators[label]
                if not row[0]:
                    signs[label] = dot(form, row)
                elif label not in ratios:
                    ratios[label] = _ratio(form, row)
            falling.append(signs)
        order = sorted_ratios(ratios.values())
        rank = {ratio: i for i, ratio in enumerate(order)}
        scale = complex_.network.program.scales[complex_.network.program.outputs[output]]
        values = tuple(scale * Fraction(*ratio) for ratio in order)
        of_vertex = {label: rank[ratio] for label, ratio in ratios.items()}
        if any(complex_.slopes[output]):
            return cls(values, of_vertex, _all(complex_, -1), _all(complex_, len(values)))
        low, high = [], []
        for faces, owners in zip(poset.faces, poset.owners, strict=True):
            pairs = zip(faces, owners, strict=True)
            ends = [_ends(face, of_vertex, falling[owner], len(values)) for face, owner in pairs]
            low.append(tuple(below for below, _ in ends))
            high.append(tuple(above for _, above in ends))
        return cls(values, of_vertex, tuple(low), tuple(high))

    @cached_property
    def negated(self) -> ValueRanges:
        """The ranges of the negative of the function."""
        last = len(self.values) - 1
        return ValueRanges(
            tuple(-value for value in reversed(self.values)),
            {label: last - rank for label, rank in self.of_vertex.items()},
            tuple(tuple(last - rank for rank in level) for level in self.high),
            tuple(tuple(last - rank for rank in level) for level in self.low),
        )

    def end(self, rank: int) -> Fraction | None:
        """Return the value of an end, None for an infinite one."""
        return self.values[rank] if 0 <= rank < len(self.values) else None

    def place(self, value: Fraction) -> tuple[int, int]:
        """Return the numbers of values below, and of values not above, a value."""
        return bisect_left(self.values, value), bisect_right(self.values, value)


def _ratio(form: Row, row: Row) -> tuple[int, int]:
    above, below = dot(form, row), row[0]
    content = gcd(above, below)
    return above // content, below // content


def _ends(face: Sequence[int], rank: dict[int, int], slopes: dict[int, int], top: int) -> tuple[int, int]:
    """Return the ends of the range on a face; vertices have a rank, rays a slope."""
    ranks = [rank[label] for label in face if label in rank]
    low, high = min(ranks), max(ranks)
    if len(ranks) < len(face):
        along = [slopes[label] for label in face if label not in rank]
        if min(along) < 0:
            low = -1
        if max(along) > 0:
            high = top
    return low, high


def _all(complex_: RegionComplex, rank: int) -> Ranks:
    return tuple((rank,) * len(faces) for faces in complex_.poset.faces)


def sorted_ratios(ratios: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return different ratios of coprime integers, the second positive, in the order of their values.

    Algorithm:
        Division of integers is rounded correctly, so it keeps their order, and only ratios with one quotient need to be
        compared as fractions.

    >>> sorted_ratios([(1, 2), (1, 3), (3**60, 2 * 3**60 - 1), (1, 2)])
    [(1, 3), (1, 2), (42391158275216203514294433201, 84782316550432407028588866401)]
    """
    distinct = set(ratios)
    try:
        keyed = sorted((above / below, (above, below)) for above, below in distinct)
    except OverflowError:
        return sorted(distinct, key=lambda ratio: Fraction(*ratio))
    found: list[tuple[int, int]] = []
    for _, group in groupby(keyed, key=lambda pair: pair[0]):
        same = [ratio for _, ratio in group]
        found += same if len(same) == 1 else sorted(same, key=lambda ratio: Fraction(*ratio))
    return found
