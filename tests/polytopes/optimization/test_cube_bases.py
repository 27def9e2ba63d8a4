"""What bases prove of programs over the cube, against the simplex method; no basis proves what is not so."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from polytopes.optimization.cube_bases import Basis, answer_of
from polytopes.optimization.cube_maximum import is_positive_somewhere, maximum


@pytest.mark.parametrize("seed", range(30))
def test_every_basis_tells_the_truth_or_nothing(seed: int) -> None:
    """Rows that touch the cube or each other, and targets whose maximum is 0, among them."""
    random = Random(seed)
    n, m = random.randint(1, 4), random.randint(0, 3)
    rows = [tuple(random.randint(0 if j == 0 else -2, 2) for j in range(n + 1)) for _ in range(m)]
    target = tuple(random.randint(-2, 2) for _ in range(n + 1))
    expected = maximum(target, rows) > 0  # the center satisfies all rows
    answers = [
        answer_of(Basis(own, columns), target, rows)
        for k in range(min(m, n) + 1)
        for own in combinations(range(m), k)
        for columns in combinations(range(n), k)
    ]
    assert expected in answers and (not expected) not in answers
    assert is_positive_somewhere(target, (), rows) == expected


@pytest.mark.parametrize("seed", range(20))
def test_equations(seed: int) -> None:
    """An equation through the center is a pair of rows."""
    random = Random(seed)
    rows = [(random.randint(0, 2), *(random.randint(-2, 2) for _ in range(3))) for _ in range(2)]
    equation, target = (tuple([0, *(random.randint(-2, 2) for _ in range(3))]) for _ in range(2))
    both = [*rows, equation, tuple(-entry for entry in equation)]
    assert is_positive_somewhere(target, [equation], rows) in (maximum(target, both) > 0, None)
    assert answer_of(Basis((0,), ()), target, [equation]) is None
