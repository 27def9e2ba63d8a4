"""The characteristic polynomial of linear forms, against definitions that share no code with it."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.linalg import rank
from polytopes.arrangements.characteristic_polynomial import (
    central_characteristic_polynomial,
    divide_by_t_minus_1,
    evaluate,
    multiply,
    restrict,
    uniform_characteristic_polynomial,
)

small_forms = st.lists(st.tuples(*[st.integers(-2, 2)] * 3).filter(any), min_size=0, max_size=7)


def whitney(forms, dim):
    """Whitney's theorem: the sum over all subsets B of (-1)^|B| t^(dim - rank B)."""
    lines = []
    for form in forms:
        if all(rank([form, other]) == 2 for other in lines):
            lines.append(form)
    chi = [0] * (dim + 1)
    for size in range(len(lines) + 1):
        for chosen in combinations(lines, size):
            chi[rank(chosen)] += (-1) ** size
    return tuple(chi)


def test_three_lines_in_a_plane():
    assert central_characteristic_polynomial([(1, 0), (0, 1), (1, 1)], 2) == (1, -3, 2)


def test_no_form_and_no_dimension():
    assert central_characteristic_polynomial([], 3) == (1, 0, 0, 0)
    assert central_characteristic_polynomial([], 0) == (1,)


def test_rank_below_dimension():
    assert central_characteristic_polynomial([(0, 2, 0, -2)], 4) == (1, -1, 0, 0, 0)


@given(small_forms)
def test_equals_whitneys_sum_over_subsets(forms):
    assert central_characteristic_polynomial(forms, 3) == whitney(forms, 3)


@given(small_forms, st.randoms(use_true_random=False), st.tuples(*[st.sampled_from([-3, -1, 1, 2])] * 7))
def test_order_scale_and_repetition_do_not_matter(forms, random, scales):
    other = [tuple(scale * entry for entry in form) for form, scale in zip(forms, scales, strict=False)]
    other += other[:2]
    random.shuffle(other)
    assert central_characteristic_polynomial(other, 3) == central_characteristic_polynomial(forms, 3)


@pytest.mark.parametrize(("n", "r"), [(0, 0), (1, 1), (3, 3), (5, 2), (6, 4), (9, 3)])
def test_uniform_formula_is_what_deletion_restriction_gives_on_the_moment_curve(n, r):
    forms = [tuple(t**k for k in range(r)) for t in range(1, n + 1)]
    assert central_characteristic_polynomial(forms, r) == uniform_characteristic_polynomial(n, r)


def test_restriction_merges_what_coincides_on_the_wall():
    assert restrict([(1, 0, 0), (0, 1, 0)], (1, -1, 0)) == {(1, 0)}


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=5))
def test_division_undoes_multiplication(quotient):
    assert divide_by_t_minus_1(multiply(quotient, (1, -1))) == tuple(quotient)


def test_division_with_a_remainder_is_refused():
    with pytest.raises(ValueError, match="does not divide"):
        divide_by_t_minus_1((1, 1))


def test_evaluation():
    assert evaluate((2, 0, -1), 3) == 17
