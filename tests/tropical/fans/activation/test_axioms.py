"""The axioms hold of the patterns of data, and each violation is found and named."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.errors import InputError, ShapeError
from tests.tropical.fans.activation.strategies import data_sets
from tropical.fans.activation.axioms import AXIOMS, OF_DATA, closure, first_violation
from tropical.fans.activation.faces import pattern_cones
from tropical.fans.activation.fan import ActivationFan
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.data_set import DataSet

LINE = DataSet.of([[0], [1], [2]])


def patterns_of(data: DataSet, n_terms: int) -> set[ActivationPattern]:
    return {cone.pattern for cone in pattern_cones(ActivationFan.of(data, n_terms))}


@settings(max_examples=15)
@given(data_sets(4, 2), st.integers(1, 2))
def test_the_patterns_of_data_satisfy_the_axioms(data: DataSet, n_terms: int) -> None:
    assert first_violation(patterns_of(data, n_terms)) is None


@pytest.mark.parametrize("points", [[[0], [1], [2]], [[0], [0], [1]], [[0, 0], [1, 0], [0, 1]]])
def test_they_hold_for_three_terms(points: list[list[int]]) -> None:
    assert first_violation(patterns_of(DataSet.of(points), 3)) is None


@settings(max_examples=10)
@given(data_sets(5, 2))
def test_for_two_terms_patterns_are_covectors(data: DataSet) -> None:
    assert first_violation(patterns_of(data, 2), ["composition", "elimination"]) is None


@pytest.mark.parametrize("axiom", ["composition", "elimination", "comparability"])
def test_axioms_that_fail_for_three_terms_on_a_line(axiom: str) -> None:
    patterns = patterns_of(LINE, 3)
    found = first_violation(patterns, [axiom])
    assert found is not None and found.axiom == axiom
    first, second = found.patterns
    assert {first, second} <= patterns
    if axiom == "composition":
        assert found.missing == first.compose(second)
    assert found.missing not in patterns


def test_every_set_that_lacks_one_pattern_is_refused() -> None:
    """Nothing can be left out of the patterns of three points on a line with two terms, and nothing added."""
    patterns = patterns_of(LINE, 2)
    every = {
        ActivationPattern(sets, 2)
        for sets in product(chain.from_iterable(combinations(range(2), k) for k in (1, 2)), repeat=3)
    }
    for pattern in patterns:
        assert first_violation(patterns - {pattern}) is not None
    for pattern in every - patterns:
        assert first_violation(patterns | {pattern}) is not None


def test_each_axiom_names_its_witnesses() -> None:
    full = patterns_of(LINE, 2)
    lacking = first_violation(full - {ActivationPattern.of_colors([0, 0, 0], 2)})
    assert lacking is not None and lacking.axiom == "constant" and lacking.missing is not None
    lacking = first_violation(full - {ActivationPattern.of_colors([0, 0, 1], 2)})
    assert lacking is not None and lacking.axiom == "symmetry"
    assert lacking.missing == ActivationPattern.of_colors([0, 0, 1], 2)
    pair = {ActivationPattern.of_colors(colors, 2) for colors in ([0, 0, 1], [1, 1, 0])}
    lacking = first_violation(full - pair)
    assert lacking is not None and lacking.axiom == "surrounding"
    assert lacking.missing in pair and lacking.patterns[0] in full


def test_weak_elimination_is_found_wanting() -> None:
    """Two points that are never told apart by a tie: all four colorings, and no way from one to the other."""
    colorings = {ActivationPattern.of_colors(colors, 2) for colors in product(range(2), repeat=2)}
    patterns = colorings | {ActivationPattern.of([{0, 1}, {0, 1}], 2)}
    found = first_violation(patterns)
    assert found is not None and found.axiom == "weak elimination" and found.point is not None
    first, second = found.patterns
    equal = [p for p in range(2) if first.sets[p] == second.sets[p]]
    union = set(first.sets[found.point]) | set(second.sets[found.point])
    for pattern in patterns:
        assert any(pattern.sets[p] != first.sets[p] for p in equal) or not union <= set(pattern.sets[found.point])


def test_weak_composition_is_found_wanting() -> None:
    patterns = closure([ActivationPattern.of([{0, 1}, {0}, {0, 1}], 2), ActivationPattern.of([{0}, {1}, {0, 1}], 2)])
    found = first_violation(patterns, ["weak composition"])
    assert found is not None
    first, second = found.patterns
    assert not any(
        all(
            set(f) == set(a) & set(b) if set(a) & set(b) else set(f) <= set(a)
            for f, a, b in zip(pattern.sets, first.sets, second.sets, strict=True)
        )
        for pattern in patterns
    )


def test_closure_is_within_the_patterns_of_data() -> None:
    patterns = patterns_of(LINE, 3)
    for pattern in list(patterns)[::10]:
        closed = closure([pattern])
        assert pattern in closed and closed <= patterns
        assert first_violation(closed, ["constant", "symmetry", "surrounding"]) is None


def test_refusals() -> None:
    with pytest.raises(ShapeError, match="0 different numbers"):
        first_violation([])
    with pytest.raises(ShapeError, match="2 different numbers"):
        first_violation([ActivationPattern.of([{0}], 2), ActivationPattern.of([{0}, {0}], 2)])
    with pytest.raises(InputError, match="no axiom 'other'"):
        first_violation(patterns_of(LINE, 1), ["other"])
    assert set(OF_DATA) < set(AXIOMS)
