"""Bases of lattices, Bezout's identity."""

from itertools import combinations
from math import gcd

from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.lattice import bezout, saturated
from polytopes.arithmetic.linalg import determinant, rank
from polytopes.arithmetic.rationals import dot


@given(st.lists(st.tuples(*[st.integers(-6, 6)] * 4), min_size=1, max_size=3))
def test_saturated(vectors):
    """As many vectors as the rank, spanning the same space; their maximal minors have no common divisor."""
    basis = saturated(vectors, 4)
    assert len(basis) == rank(vectors) == rank([*vectors, *basis])
    assert not basis or lattice_index(basis) == 1


def lattice_index(basis):
    """The index of the lattice spanned in the integer points of its span: the gcd of the maximal minors."""
    columns = combinations(range(len(basis[0])), len(basis))
    return gcd(*(int(determinant([[row[j] for j in chosen] for row in basis])) for chosen in columns))


@given(st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=5))
def test_bezout(numbers):
    divisor, coefficients = bezout(numbers)
    assert divisor == gcd(*numbers) == dot(coefficients, numbers)
