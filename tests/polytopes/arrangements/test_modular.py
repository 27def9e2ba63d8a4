"""Characteristic polynomials through residues, against recursion in plain integers and against determinants."""

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import determinant, rank
from polytopes.arrangements import characteristic_polynomial, modular
from polytopes.arrangements.arrangement import Arrangement
from polytopes.arrangements.characteristic_polynomial import (
    central_characteristic_polynomial,
    divide_by_t_minus_1,
    essential_points,
)
from polytopes.arrangements.modular import Residues, are_generic, deciding_primes, reduced_polynomial
from polytopes.library.arrangements import braid, generic, random_arrangement, resonance, threshold, type_b

forms = st.lists(st.tuples(*[st.integers(-2, 2)] * 4).filter(any), min_size=5, max_size=11)


@pytest.fixture
def slow_way(monkeypatch):
    """Deletion-restriction in plain integers, with no residue."""

    def way(rows, dim):
        with monkeypatch.context() as patch:
            patch.setattr(characteristic_polynomial, "FEW_STEPS", 10**30)
            return central_characteristic_polynomial(rows, dim)

    return way


@given(forms)
def test_equals_recursion_in_integers(rows):
    points, size = essential_points(rows)
    found = reduced_polynomial(points, size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characteristic_polynomial, "FEW_STEPS", 10**30)
        assert found == divide_by_t_minus_1(central_characteristic_polynomial(points, size))


@given(forms, st.integers(0, 2**32))
@settings(max_examples=30)
def test_huge_entries_take_many_primes(rows, seed):
    random = Random(seed)
    change = [[random.randint(-(10**30), 10**30) for _ in range(4)] for _ in range(4)]
    if rank(change) < 4:
        return
    moved = [
        tuple(sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*change, strict=True))
        for row in rows
    ]
    points, size = essential_points(moved)
    if size > 2:
        assert len(deciding_primes(points, size)) > 5
    assert central_characteristic_polynomial(moved, 4) == central_characteristic_polynomial(rows, 4)


@given(st.lists(st.tuples(*[st.integers(-9, 9)] * 3).filter(any), min_size=3, max_size=8))
def test_certificate_says_what_the_determinants_say(rows):
    points, size = essential_points(rows)
    if size == 3:
        independent = all(determinant(chosen) for chosen in combinations(points, 3))
        assert are_generic(points, 3) == independent


@pytest.mark.parametrize("example", [resonance(5), threshold(4), threshold(5), braid(6), type_b(4)])
@pytest.mark.parametrize("many", [0, 10**9])
def test_remembering_changes_nothing(example, many, monkeypatch, slow_way):
    monkeypatch.setattr(modular, "MANY_STEPS", many)
    arrangement = example.arrangement
    points, size = essential_points(arrangement.normals)
    plain = slow_way(arrangement.normals, size)
    assert reduced_polynomial(points, size) == divide_by_t_minus_1(plain)


def test_primes_exceed_every_minor():
    points = [(3, 1, 4), (1, 5, 9), (2, 6, 5), (3, 5, 8)]
    largest = max(abs(determinant(chosen)) for chosen in combinations(points, 3))
    [prime] = deciding_primes(points, 3)
    assert prime > largest


def test_a_prime_that_divides_a_pivot_is_noticed():
    first, second = 2147483647, 2147483629
    points = [(first, 1, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]
    mixed = Residues((first, second))
    assert mixed.polynomial(mixed.reduce(points)) is None
    # The public way falls back on plain integers.
    assert central_characteristic_polynomial(points, 3) == (1, -4, 6, -3)


def test_too_large_coefficients_are_refused():
    huge = Residues((2147483647,))
    assert huge.polynomial(huge.reduce([(1,) + (0,) * 79] * 80)) is None


def test_generic_floats_are_certified_without_recursion(monkeypatch):
    random = Random(1)
    rows = [[Fraction(random.gauss(0, 1)) for _ in range(5)] for _ in range(50)]
    monkeypatch.setattr(characteristic_polynomial, "_reduced", None)
    arrangement = Arrangement.from_rows(rows)
    known = generic(50, 4)
    assert arrangement.n_chambers == known.facts["n_chambers"]
    assert arrangement.n_bounded_chambers == known.facts["n_bounded_chambers"]
    assert arrangement.is_generic


def test_one_dependency_among_floats_is_seen():
    random = Random(2)
    rows = [[Fraction(random.gauss(0, 1)) for _ in range(4)] for _ in range(30)]
    rows[29] = [a + b for a, b in zip(rows[3], rows[17], strict=True)]
    arrangement = Arrangement.from_rows(rows)
    assert not arrangement.is_generic
    assert arrangement.n_chambers == sum(1 for _ in arrangement.chambers())


@pytest.mark.parametrize("seed", range(3))
def test_degenerate_arrangements_by_enumeration(seed):
    arrangement = random_arrangement(14, 3, seed=seed, bound=1)
    assert arrangement.n_chambers == sum(1 for _ in arrangement.chambers())


@pytest.mark.slow
def test_resonance_arrangement_in_dimension_seven():
    example = resonance(7)
    assert example.arrangement.n_chambers == example.facts["n_chambers"] == 347_326_352
