"""Domains as they are written: polyhedra, boxes by pairs of bounds, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes import Polyhedron
from polytopes.errors import InputError, NumberError, ShapeError
from polytopes.polyhedra.domains import as_domain

BOUNDS = st.tuples(st.fractions(-4, 4, max_denominator=3), st.fractions(-4, 4, max_denominator=3))


def test_domains_stay_what_they_are() -> None:
    box = Polyhedron.box([0], [1])
    assert as_domain(box, 1) is box
    assert as_domain(None, 3) is None


@given(st.lists(BOUNDS, min_size=1, max_size=3))
def test_pairs_are_a_box(pairs: list[tuple[Fraction, Fraction]]) -> None:
    box = Polyhedron.box([low for low, _ in pairs], [high for _, high in pairs])
    assert as_domain(pairs, len(pairs)) == box
    assert as_domain(np.array(pairs, dtype=object), len(pairs)) == box


def test_one_pair_is_for_all_coordinates() -> None:
    assert as_domain((-2, "7/2"), 3) == Polyhedron.box([-2] * 3, [Fraction(7, 2)] * 3)
    assert as_domain(np.array([-2, 3.5]), 2) == Polyhedron.box([-2] * 2, [3.5] * 2)


def test_two_pairs_in_the_plane_are_no_corners() -> None:
    assert as_domain([(-2, 3), (-1, 1)], 2) == Polyhedron.box([-2, -1], [3, 1])


def test_bounds_may_be_missing() -> None:
    half = Polyhedron.from_inequalities([[-1, 0], [0, 1], [0, -1]], [0, 1, 1])
    assert as_domain([(0, None), (-1, 1)], 2) == half
    assert as_domain([(0, inf), (-1, 1)], 2) == half
    assert as_domain((-inf, inf), 2) == Polyhedron.whole_space(2)


def test_crossed_bounds_are_the_empty_set() -> None:
    domain = as_domain([(1, 0), (0, None)], 2)
    assert domain is not None
    assert domain.is_empty


@pytest.mark.parametrize("given", ["box", b"box", 3, {1: 2}, [(1, 2, 3)], [], [1, 2, 3], [(0, 1), 2], object()])
def test_what_is_no_domain_is_named(given: object) -> None:
    with pytest.raises(InputError, match="pair"):
        as_domain(given, 2)


@pytest.mark.parametrize("pairs", [[(0, 1)] * 3, [(0, 1)]])
def test_pairs_for_other_spaces_are_refused(pairs: object) -> None:
    with pytest.raises(ShapeError, match="2 coordinates"):
        as_domain(pairs, 2)


@pytest.mark.parametrize("pair", [(inf, 1), (0, -inf), (nan, 1), (0, "one")])
def test_bounds_are_numbers(pair: object) -> None:
    with pytest.raises(NumberError):
        as_domain(pair, 2)
