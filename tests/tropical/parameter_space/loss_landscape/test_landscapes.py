"""Landscapes against their definition, on data of all kinds: repeated points, zeros, points on a line."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError, VerificationFailed
from polytopes.optimization.certificates import Farkas, StrictPoint
from tests.tropical.parameter_space.loss_landscape.brute_force import (
    landscape_by_regions,
    n_cells,
    patterns_of,
    ranks_by_tuples,
    with_bias,
)
from tropical import DataSet, Network
from tropical.parameter_space import jacobian
from tropical.parameter_space.loss_landscape import (
    SquaresLandscape,
    deciding,
    rank_probabilities,
    rank_table,
    squares_landscape,
    unit_patterns,
)
from tropical.parameter_space.loss_landscape import squares as squares_module
from tropical.parameter_space.loss_landscape.deciding import Decider
from tropical.parameter_space.loss_landscape.rank_table import RankCounts
from tropical.parameter_space.loss_landscape.tally import surjections

LINE = [[0], [1], [3]]
small = st.integers(-2, 2)


@st.composite
def point_sets(draw: Any, most: int = 4) -> list[list[int]]:
    """Points of Q^1 to Q^4, among them repeated ones, zeros, and points on a line."""
    dim = draw(st.integers(1, 4))
    points = draw(st.lists(st.lists(small, min_size=dim, max_size=dim), min_size=1, max_size=most))
    if draw(st.booleans()):
        first = draw(st.sampled_from(points))
        points[-1] = [draw(st.sampled_from([-2, -1, 0, 1, 2])) * x for x in first]
    return list(points)


@given(point_sets(), st.booleans())
def test_patterns_by_definition(points: list[list[int]], bias: bool) -> None:
    rows = with_bias(points, bias)
    found = unit_patterns(points, bias)
    assert [own.bits for own in found] == sorted(patterns_of(rows))
    assert len(found) == n_cells(rows)
    assert all(found.points.pattern_at(own.witness) == own.bits for own in found)


@settings(max_examples=30)
@given(point_sets(3), st.booleans(), st.integers(0, 2))
def test_ranks_by_definition(points: list[list[int]], bias: bool, units: int) -> None:
    assert rank_table(points, units, bias)[units].by_rank == ranks_by_tuples(points, units, bias)


@settings(max_examples=25)
@given(point_sets(3), st.booleans(), st.lists(st.sampled_from([1, -1, 3, "-1/2"]), max_size=2), st.data())
def test_landscapes_by_definition(points: list[list[int]], bias: bool, outer: list[Any], data: st.DataObject) -> None:
    targets = data.draw(st.lists(small, min_size=len(points), max_size=len(points)))
    assert_by_definition(points, targets, outer, bias)


def assert_by_definition(points: Any, targets: Any, outer: Any, bias: bool) -> None:
    expected = landscape_by_regions(points, targets, outer, bias)
    found = squares_landscape(points, targets, outer, bias)
    assert found.complete and found.regions == expected["regions"]
    assert found.full_rank == expected["full_rank"]
    assert found.stationary_by_loss == expected["by_loss"]
    assert found.zero_loss_full_rank == expected["zero_loss_full_rank"]
    assert found.examples.keys() == expected["by_loss"].keys()
    assert_examples(found, with_bias(points, bias), list(map(Fraction, targets)))


def assert_examples(found: SquaresLandscape, rows: list[list[Fraction]], targets: list[Fraction]) -> None:
    """Every example has its patterns, its loss, and the gradient 0."""
    for loss, region in found.examples.items():
        values = [[sum(a * b for a, b in zip(row, unit, strict=True)) for unit in region.weights] for row in rows]
        assert all((value > 0) == region.patterns[j][i] for i, own in enumerate(values) for j, value in enumerate(own))
        assert all(all(own) for row, own in zip(rows, values, strict=True) if any(row))
        outputs = [sum(v * max(z, 0) for v, z in zip(found.outer, own, strict=True)) for own in values]
        residuals = [f - y for f, y in zip(outputs, targets, strict=True)]
        assert sum(r * r for r in residuals) / Fraction(2) == loss
        for j, k in product(range(len(found.outer)), range(len(rows[0]))):
            assert not sum(r * row[k] for r, row, own in zip(residuals, rows, values, strict=True) if own[j] > 0)


def test_larger_landscape_by_definition() -> None:
    assert_by_definition(LINE, [1, -1, 2], [1, -1, 1], bias=True)
    assert_by_definition([[1, 0], [1, 0], [0, 0], [0, 1]], [1, 2, 0, "1/2"], [2, -1, -3], bias=False)


@pytest.mark.parametrize("bias", [True, False])
def test_only_signs_of_outer_weights_and_their_numbers_matter(bias: bool) -> None:
    points, targets = [[0, 1], [1, 2], [-1, 1]], [1, -1, 2]
    found = squares_landscape(points, targets, [1, -1, 1], bias)
    for outer in ([5, "1/3", -7], [-1, 1, 1]):
        assert squares_landscape(points, targets, outer, bias).stationary_by_loss == found.stationary_by_loss


def test_invariance() -> None:
    points, targets, outer = [[1, 2], [-1, 1], [2, 1], [0, 3]], [1, -1, 2, 0], [1, -1]
    found = squares_landscape(points, targets, outer, bias=False)
    mapped = [[2 * x + y, x - 3 * y] for x, y in points]
    permuted = [points[i] for i in (2, 0, 3, 1)], [targets[i] for i in (2, 0, 3, 1)]
    for other in ((mapped, targets), permuted):
        same = squares_landscape(*other, outer, bias=False)
        assert same.stationary_by_loss == found.stationary_by_loss
    scaled = [
        [factor * x for x in point]
        for factor, point in zip((1, 2, "1/3", 5), points, strict=True)
        for factor in [Fraction(factor)]
    ]
    tables = [rank_table(own, 5, bias=False) for own in (points, mapped, permuted[0], scaled)]
    assert all(table == tables[0] for table in tables)
    moved = [[x + 7, y - 2] for x, y in points]
    assert rank_table(moved, 4)[1:] == rank_table(points, 4)[1:]


def test_independent_points() -> None:
    points = [[1, 2, 0, 1], [0, 1, 1, -1], [3, 0, 1, 0]]
    assert len(unit_patterns(points, bias=False)) == 8
    assert [row.full for row in rank_table(points, 5, bias=False)] == [(2**m - 1) ** 3 for m in range(6)]


def test_patterns_in_general_position() -> None:
    random = Random(1)
    points = [[random.randint(-99, 99) for _ in range(3)] for _ in range(7)]
    assert len(unit_patterns(points, bias=False)) == 2 * sum(comb(6, k) for k in range(3))
    assert len(unit_patterns(points)) == 2 * sum(comb(6, k) for k in range(4))


def test_random_units_have_no_other_pattern() -> None:
    random = Random(2)
    points = [[random.randint(-3, 3), random.randint(-3, 3)] for _ in range(6)]
    found = unit_patterns(points)
    known = {own.bits for own in found}
    for _ in range(2000):
        bits = found.points.pattern_at([Fraction(random.randint(-50, 50), random.randint(1, 9)) for _ in range(3)])
        assert bits is None or bits in known


def test_ranks_are_those_of_the_jacobian_of_networks() -> None:
    found = squares_landscape([[0], [1], [3]], [1, -1, 2], outer=[1, -2, "1/3"])
    for region in found.examples.values():
        weights = [list(unit[:-1]) for unit in region.weights]
        net = Network.from_weights([(weights, [unit[-1] for unit in region.weights]), ([found.outer], [0])])
        assert rank([row[:6] for row in jacobian(net, LINE)]) == region.rank


def test_probabilities_have_sum_1_and_are_those_of_samples() -> None:
    random = Random(3)
    points = [[1, 0], [2, 1], [0, 3], [-1, 1]]
    table = rank_probabilities(points, 2)
    for row in table:
        assert sum(own.lower for own in row.by_rank.values()) <= 1 <= sum(own.upper for own in row.by_rank.values())
    ranks = {}
    patterns = unit_patterns(points)
    size = 1000
    hits = 0
    for _ in range(size):
        own = [patterns.points.pattern_at([Fraction(random.gauss(0, 1)) for _ in range(3)]) for _ in range(2)]
        key = frozenset(own)
        if key not in ranks:
            rows = patterns.points.rows
            ranks[key] = rank(
                [[bit * row[k] for bit, row in zip(bits, rows, strict=True)] for bits in own if bits for k in range(3)]
            )
        hits += ranks[key] == 4
    assert abs(hits / size - float(table[2].full)) < 0.07


def test_probabilities_depend_on_the_span_of_the_data_only() -> None:
    """An isometry of Q^2 into Q^4 changes no angle; nor do positive factors."""
    plane = [[1, 2], [-1, 1], [3, 1]]
    embedded = [[Fraction(c, 2) for c in (x + y, x - y, x + y, x - y)] for x, y in plane]
    first, second = (rank_probabilities(own, 3, bias=False, digits=30)[3].full for own in (plane, embedded))
    assert max(first.lower, second.lower) <= min(first.upper, second.upper)


def test_probabilities_of_one_point() -> None:
    assert [own.full.value for own in rank_probabilities([[3]], 3, bias=False)] == ["0", "0.5", "0.75", "0.875"]


def test_degenerate_data() -> None:
    nothing = unit_patterns([[0, 0], [0, 0]], bias=False)
    assert [own.bits for own in nothing] == [(0, 0)]
    assert rank_table(nothing, 3)[3].by_rank == {0: 1}
    found = squares_landscape(nothing, [1, 0], [1, -1])
    assert (found.stationary_by_loss, found.regions, found.least_loss_found) == ({Fraction(1, 2): 1}, 1, Fraction(1, 2))
    repeated = squares_landscape([[1], [1], [2]], [1, 2, 0], [1, -1])
    assert (repeated.full_rank, repeated.zero_loss) == (0, 0)
    assert min(repeated.stationary_by_loss) == Fraction(1, 4)


def test_no_units() -> None:
    found = squares_landscape(LINE, [1, 0, 2], [])
    assert (found.regions, found.stationary_by_loss, found.complete) == (1, {Fraction(5, 2): 1}, True)
    assert rank_table(LINE, 0)[0].by_rank == {0: 1}


def test_targets_zero_need_open_cones() -> None:
    """W = 0 lies on every wall: with positive outer weights only the region without active units holds a zero."""
    found = squares_landscape(LINE, [0, 0, 0], [1, 1])
    assert found.stationary_by_loss == {Fraction(0): 1}
    assert squares_landscape(LINE, [0, 0, 0], [1, -1]).zero_loss > 1


def test_limits_give_lower_bounds() -> None:
    whole = squares_landscape(LINE, [1, -1, 2], [1, 1, -1])
    with pytest.raises(LimitReached, match="more than 20 pairs") as stop:
        squares_landscape(LINE, [1, -1, 2], [1, 1, -1], limit=20)
    part = stop.value.partial
    assert not part.complete and part.pairs == 21
    assert all(number <= whole.stationary_by_loss[loss] for loss, number in part.stationary_by_loss.items())
    with pytest.raises(LimitReached, match="not finished"):
        squares_landscape(LINE, [1, -1, 2], [1, 1, -1], timeout=1e-9)


def test_refusals() -> None:
    with pytest.raises(InputError, match="outer weight 1 is 0; leave the unit out"):
        squares_landscape(LINE, [1, 2, 3], [1, 0])
    with pytest.raises(ShapeError, match="2 targets for 3 points"):
        squares_landscape(LINE, [1, 2], [1])
    with pytest.raises(InputError, match="no point"):
        unit_patterns([])
    with pytest.raises(InputError, match="units; give a number"):
        rank_table(LINE, -1)
    with pytest.raises(InputError, match="rank 4"):
        rank_probabilities([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    with pytest.raises(NoAnswerError, match="the losses: 1/2, 1"):
        squares_landscape([[0], [1]], [1, -1], [1]).example(0)


def test_data_sets_are_taken() -> None:
    assert len(unit_patterns(DataSet.of(LINE))) == 6


def test_surjections() -> None:
    for size, onto in product(range(5), repeat=2):
        maps = product(range(onto), repeat=size)
        assert surjections(size, onto) == sum(len(set(own)) == onto for own in maps)


def test_what_does_not_hold_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong units for an example, wrong patterns, and certificates that are none are seen before they are returned."""
    find = Decider.units

    def doubled(self: Decider, target: Any, elements: Any) -> Any:
        return {e: tuple(2 * entry for entry in unit) for e, unit in find(self, target, elements).items()}

    def mirrored(self: Decider, target: Any, elements: Any) -> Any:
        return {e: tuple(-entry for entry in unit) for e, unit in find(self, target, elements).items()}

    for wrong, reason in ((doubled, "do not have the loss"), (mirrored, "do not have the patterns")):
        with monkeypatch.context() as patch:
            patch.setattr(Decider, "units", wrong)
            with pytest.raises(VerificationFailed, match=reason):
                squares_landscape(LINE, [1, -1, 2], [1, -1])
    for answer in (
        lambda strict, equations: StrictPoint((0,) * len(strict[0])),
        lambda strict, equations: Farkas((1,) * len(strict), (), (0,) * len(equations)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(deciding, "strictly_feasible", answer)
            with pytest.raises(VerificationFailed, match="certificate of a linear program"):
                squares_landscape(LINE, [1, -1, 2], [1, -1])
    with monkeypatch.context() as patch:
        patch.setattr(
            squares_module, "rank_rows", lambda patterns, spans, units: [RankCounts(units, 3, {0: 22, 3: 14})]
        )
        assert squares_landscape(LINE, [1, -1, 2], [1, -1]).full_rank == 14
        patch.setattr(
            squares_module, "rank_rows", lambda patterns, spans, units: [RankCounts(units, 3, {0: 23, 3: 13})]
        )
        with pytest.raises(VerificationFailed, match="by ranks"):
            squares_landscape(LINE, [1, -1, 2], [1, -1])
