"""Exact tensors against fractions taken entry by entry."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from polytopes.errors import NumberError, ShapeError
from tropical.networks.tensor import Tensor, contract

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=FINITE))
def test_floats_are_the_dyadic_rationals_they_are(array):
    tensor = Tensor.of(array)
    assert tensor.fractions.ravel().tolist() == [Fraction(entry) for entry in array.ravel().tolist()]
    assert np.array_equal(tensor.floats, array)
    assert tensor == Tensor.of(tensor.fractions) == Tensor.of(array.tolist())
    assert hash(tensor) == hash(Tensor.of(tensor.fractions))


@given(arrays(np.float32, 5, elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_single_precision(array):
    assert Tensor.of(array).fractions.tolist() == [Fraction(float(entry)) for entry in array]


@given(st.lists(st.fractions(max_denominator=99), min_size=1, max_size=6))
def test_fractions_are_in_lowest_terms(entries):
    tensor = Tensor.of(entries)
    assert tensor.fractions.tolist() == entries == tensor.nested()
    assert gcd(tensor.denominator, *tensor.numerators) == 1


def test_equal_values_of_every_kind_are_equal():
    expected = Tensor.of([[Fraction(1), Fraction(-2)]])
    for values in ([[1, -2]], [["1", "-4/2"]], np.array([[1, -2]], dtype=np.int8), np.array([[1.0, -2.0]], np.float16)):
        assert Tensor.of(values) == expected
    assert Tensor.of(np.array([[True, False]])) == Tensor.of([[1, 0]])
    assert Tensor.of("3/2").shape == () and Tensor.of("3/2").nested() == Fraction(3, 2)


@given(
    arrays(np.int64, (2, 3), elements=st.integers(-9, 9)),
    st.lists(st.fractions(max_denominator=20), min_size=12, max_size=12),
)
def test_contract_is_the_matrix_product(points, entries):
    weight = Tensor.of(np.array(entries, dtype=object).reshape(4, 3))
    exact = contract(np.array([[Fraction(int(x), 3) for x in row] for row in points], dtype=object), weight)
    for i, row in enumerate(points):
        for j in range(4):
            assert exact[i, j] == sum(Fraction(int(x), 3) * w for x, w in zip(row, weight.fractions[j], strict=True))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_finite(bad):
    with pytest.raises(NumberError, match=r"entry \[1, 0\]"):
        Tensor.of(np.array([[0.0, 1.0], [bad, 2.0]]))
    with pytest.raises(NumberError):
        Tensor.of([bad])


@pytest.mark.parametrize("ragged", [[[1, 2], [3]], [1, [2]], [[1], 2]])
def test_ragged(ragged):
    with pytest.raises((ShapeError, NumberError)):
        Tensor.of(ragged)


def test_too_large_for_a_float():
    tensor = Tensor.of([10**400])
    assert tensor.fractions[0] == 10**400
    with pytest.raises(NumberError, match="float64"):
        _ = tensor.floats
