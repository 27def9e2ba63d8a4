"""What counts as a number, a vector, a matrix and a dimension, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from flint import fmpq

from polytopes.arithmetic.rationals import as_fraction, as_matrix, as_vector, constant_first, constant_last
from polytopes.arrangements.arrangement import Arrangement
from polytopes.errors import NumberError, ShapeError
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron


@pytest.mark.parametrize(
    "value", [Decimal("0.1"), Decimal("1E-1"), "0.1", "1/10", Fraction(1, 10), fmpq(1, 10), sympy.Rational(1, 10)]
)
def test_one_tenth(value: Any) -> None:
    assert as_fraction(value) == Fraction(1, 10)


def test_booleans_are_zero_and_one() -> None:
    assert [as_fraction(value) for value in (True, False, np.True_, np.False_)] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "value",
    [Decimal("nan"), Decimal("inf"), Decimal("1e1000000"), np.timedelta64(3, "s"), 1j, None, [1]],
)
def test_values_that_are_no_numbers(value: Any) -> None:
    with pytest.raises(NumberError):
        as_fraction(value)


@pytest.mark.parametrize("values", ["12", b"12", bytearray(b"1"), {1, 2}, frozenset([1]), {1: 2}, 5, None, np.array(5)])
def test_values_that_are_no_vectors(values: Any) -> None:
    with pytest.raises(ShapeError, match="sequence of numbers"):
        as_vector(values)


@pytest.mark.parametrize("rows", [5, None, "12", b"12", {(1, 2): 3}, np.array(5)])
def test_values_that_are_no_matrices(rows: Any) -> None:
    with pytest.raises(ShapeError, match="rows of numbers"):
        as_matrix(rows)
    with pytest.raises(ShapeError):
        Polyhedron.from_rows(rows)


@pytest.mark.parametrize("dim", [-1, 1.0, "2"])
@pytest.mark.parametrize(
    "make",
    [
        Polyhedron.empty,
        Polyhedron.whole_space,
        lambda dim: Polyhedron.from_rows(ambient_dim=dim),
        lambda dim: Polyhedron.from_generators(ambient_dim=dim),
        lambda dim: Polyhedron.from_inequalities([], [], ambient_dim=dim),
        lambda dim: Cone.from_rays(ambient_dim=dim),
        lambda dim: Cone.from_rows(ambient_dim=dim),
        lambda dim: Arrangement.from_rows([], dim),
        lambda dim: Arrangement.central([], dim),
    ],
)
def test_dimensions_are_integers_from_zero(make: Callable[[Any], object], dim: Any) -> None:
    with pytest.raises(ShapeError, match="integer from 0"):
        make(dim)
    assert make(np.int64(0)) == make(0)


def test_no_inequality_needs_a_dimension() -> None:
    assert Polyhedron.from_inequalities([], [], ambient_dim=2) == Polyhedron.whole_space(2)
    with pytest.raises(ShapeError, match="give ambient_dim"):
        Polyhedron.from_inequalities([], [])
    for make in (Polyhedron.from_rows, Arrangement.from_rows):
        with pytest.raises(ShapeError, match="constant first"):
            make([()])


def test_restriction_to_rows_of_another_length() -> None:
    arrangement = Arrangement.from_rows([[0, 1, 0], [0, 0, 1]])
    assert arrangement.restrict([["0", "1/2", 0]]).hyperplanes == ((0, 1),)
    cases: list[Any] = [[[0, 1]], [[0, 1, 0, 0]], [5]]
    for rows in cases:
        with pytest.raises(ShapeError):
            arrangement.restrict(rows)


def test_moving_the_constant() -> None:
    assert constant_last((1, 2, 3)) == (2, 3, 1)
    assert constant_first((2, 3, 1)) == (1, 2, 3)
