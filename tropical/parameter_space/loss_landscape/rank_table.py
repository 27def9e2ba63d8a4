"""How many activation regions of a layer have a Jacobian of each rank: a dynamic program over spans of patterns.

The Jacobian of a region with patterns a_1, ..., a_m has the rank of U(a_1) + ... + U(a_m). So the number of tuples of
patterns that span each subspace tells all, and those of m + 1 units come from those of m by adding one pattern.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, exact_text
from polytopes.enumeration.limits import UNLIMITED, Limits
from polytopes.errors import InputError, VerificationFailed
from polytopes.messages import shortened
from tropical.fans.data_set import DataSet
from tropical.parameter_space.loss_landscape.patterns import UnitPatterns, unit_patterns
from tropical.parameter_space.loss_landscape.points import LayerPoints
from tropical.parameter_space.loss_landscape.spans import Spans


class _Number(Protocol):
    def __add__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...


Weight = TypeVar("Weight", bound=_Number)
"""What a pattern counts: 1, or the ball of its probability."""


@frozen
class RankCounts:
    """The numbers of activation regions of a layer with some units by the rank of the Jacobian.

    >>> table = rank_table([[0], [1], [3]], units=2)
    >>> table[2].by_rank, table[2].full, table[2].regions, str(table[2].fraction)
    ({0: 1, 1: 6, 2: 15, 3: 14}, 14, 36, '7/18')
    """

    units: int
    n_points: int
    by_rank: Mapping[int, int]

    @property
    def regions(self) -> int:
        """The number of regions."""
        return sum(self.by_rank.values())

    @property
    def full(self) -> int:
        """The number of regions of full rank: the number of points."""
        return self.by_rank.get(self.n_points, 0)

    @property
    def largest_rank(self) -> int:
        """The largest rank that occurs."""
        return max(self.by_rank)

    @property
    def fraction(self) -> Fraction:
        """The part of the regions that have full rank."""
        return Fraction(self.full, self.regions)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as they are written in documents."""
        return {
            "units": self.units,
            "regions": self.regions,
            "by_rank": {str(rank): count for rank, count in self.by_rank.items()},
            "full_rank": self.full,
            "largest_rank": self.largest_rank,
            "regions_of_largest_rank": self.by_rank[self.largest_rank],
            "fraction": exact_text(self.fraction),
        }


@frozen
class RankProgram(Generic[Weight]):
    """The dynamic program: how much the tuples of patterns weigh that span each subspace.

    ``weights`` are those of the patterns; the weight of a tuple is their product.
    """

    spans: Spans
    weights: Sequence[Weight]
    _steps: dict[int, list[tuple[int, Weight]]] = field(factory=dict, init=False, repr=False)

    def rows(self, one: Weight, units: int) -> Iterator[dict[int, Weight]]:
        """Yield for 0, 1, ..., ``units`` units the weights of the tuples by the rank of their span."""
        found = {0: one}
        yield self._by_rank(found)
        for m in range(1, units + 1):
            if m == units:
                yield self._last(found)
            else:
                found = self._advanced(found)
                yield self._by_rank(found)

    def _last(self, found: Mapping[int, Weight]) -> dict[int, Weight]:
        """Return the weights by rank with one pattern more, without making spaces that nothing else needs."""
        by_rank: dict[int, Weight] = {}
        for place, weight in found.items():
            for rank, factor in self._ranks(place).items():
                product = weight * factor
                by_rank[rank] = by_rank[rank] + product if rank in by_rank else product
        return dict(sorted(by_rank.items()))

    def _ranks(self, place: int) -> dict[int, Weight]:
        """Return the weights of the patterns by the rank that they lead to from a space."""
        if place in self._steps:
            return self._by_rank(dict(self._steps[place]))
        ranks, found = self.spans.ranks(place), dict[int, Weight]()
        for kind, weight in zip(self.spans.kinds, self.weights, strict=True):
            rank = ranks[kind]
            found[rank] = found[rank] + weight if rank in found else weight
        return found

    def _by_rank(self, found: Mapping[int, Weight]) -> dict[int, Weight]:
        by_rank: dict[int, Weight] = {}
        for place, weight in found.items():
            rank = self.spans.found[place].dim
            by_rank[rank] = by_rank[rank] + weight if rank in by_rank else weight
        return dict(sorted(by_rank.items()))

    def _advanced(self, found: Mapping[int, Weight]) -> dict[int, Weight]:
        after: dict[int, Weight] = {}
        for place, weight in found.items():
            if place not in self._steps:
                self._steps[place] = self._step(place)
            for target, factor in self._steps[place]:
                product = weight * factor
                after[target] = after[target] + product if target in after else product
        return after

    def _step(self, place: int) -> list[tuple[int, Weight]]:
        """Return the spaces that one more pattern leads to, each with the weight of the patterns that do."""
        targets: dict[int, Weight] = {}
        for kind, weight in zip(self.spans.kinds, self.weights, strict=True):
            target = self.spans.join(place, kind)
            targets[target] = targets[target] + weight if target in targets else weight
        return list(targets.items())


def rank_rows(patterns: UnitPatterns, spans: Spans, units: int) -> Iterator[RankCounts]:
    """Yield the counts for 0, 1, ..., ``units`` units.

    Raises:
        VerificationFailed: if the counts of a row do not add up to the number of regions.
    """
    program: RankProgram[int] = RankProgram(spans, [1] * len(patterns))
    for m, by_rank in enumerate(program.rows(1, units)):
        row = RankCounts(m, patterns.points.n_points, by_rank)
        if row.regions != len(patterns) ** m:
            raise VerificationFailed(f"the ranks of {row.regions} regions were counted, but there are others")
        yield row


def rank_table(
    data: DataSet | MatrixLike | LayerPoints | UnitPatterns,
    units: int = 8,
    bias: bool = True,
    limits: Limits[int] = UNLIMITED,
) -> list[RankCounts]:
    """Return the numbers of activation regions by the rank of the Jacobian, for 0, 1, ..., ``units`` hidden units.

    Args:
        data: n points of Q^d, or their patterns.
        units: the largest number of units; entry m of the table is that of m units.
        bias: whether units have a bias.
        limits: ``limit`` is the largest number of subspaces that are looked at, which the work is proportional to;
            ``progress`` is called with their number.

    Raises:
        InputError: if there is no point, or the number of units is negative.
        LimitReached: at a limit; ``partial`` is the table up to the last number of units that is complete.
        VerificationFailed: if the counts of a row do not add up to the number of regions.

    Source:
        Karhadkar, Murray, Tseran, Montúfar, Mildly overparameterized ReLU networks have a favorable loss landscape,
        TMLR 2024 (arXiv 2305.19510), who sample these numbers.

    >>> [row.full for row in rank_table([[0], [1]], units=4)]
    [0, 1, 9, 49, 225]
    """
    check_units(units)
    patterns = data if isinstance(data, UnitPatterns) else unit_patterns(data, bias)
    table: list[RankCounts] = []
    for row in rank_rows(patterns, limited_spans(patterns, limits, table), units):
        table.append(row)
    return table


def limited_spans(patterns: UnitPatterns, limits: Limits[int], partial: Any) -> Spans:
    """Return spans that stop at limits of their number and of the time from now on, with this partial result."""
    started = time.monotonic()

    def watch(count: int) -> None:
        limits.report(count)
        limits.check(count, time.monotonic() - started, lambda: partial, "subspaces")

    return Spans(patterns, watch)


def check_units(units: int) -> None:
    """Refuse what is no number of units.

    Raises:
        InputError: if it is not an integer or negative.
    """
    if not isinstance(units, int) or isinstance(units, bool) or units < 0:
        raise InputError(f"{shortened(units)} units; give a number that is not negative")
