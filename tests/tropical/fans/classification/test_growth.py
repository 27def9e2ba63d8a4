"""Growth and shattering: the line in closed form, general position, subsets by brute force, searches."""

from __future__ import annotations

from itertools import combinations, groupby, product
from math import comb

import pytest
from hypothesis import given

from polytopes.errors import InputError
from tests.tropical.fans.activation.strategies import data_sets
from tests.tropical.fans.classification.strategies import terms
from tropical.fans.classification.dichotomies import dichotomies, sign_vectors
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.growth import growth, is_shattered, search_shattered
from tropical.fans.data_set import DataSet


def has_few_blocks(signs: tuple[int, ...], terms: tuple[int, int]) -> bool:
    blocks = [sign for sign, _ in groupby(signs)]
    return blocks.count(1) <= terms[0] and blocks.count(-1) <= terms[1]


@pytest.mark.parametrize("terms", [(1, 1), (2, 1), (1, 3), (2, 2), (3, 2)])
def test_on_the_line_signs_are_counted_by_their_blocks(terms: tuple[int, int]) -> None:
    fan = ClassificationFan.of([[x] for x in range(6)], terms)
    assert {signs for signs, _ in sign_vectors(fan)} == {
        signs for signs in product((1, -1), repeat=6) if has_few_blocks(signs, terms)
    }
    vc_dimension = 2 * min(terms)
    assert growth(fan).vc_dimension == vc_dimension
    assert is_shattered([[x] for x in range(vc_dimension)], terms)
    assert not is_shattered([[x] for x in range(vc_dimension + 1)], terms)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_linear_dichotomies_in_general_position(dim: int) -> None:
    """Cover's formula, on points of the moment curve."""
    fan = ClassificationFan.of([[t**k for k in range(1, dim + 1)] for t in range(6)], (1, 1))
    number = 2 * sum(comb(5, k) for k in range(dim + 1))
    found = growth(fan)
    assert len(dichotomies(fan)) == found.most[6] == number
    assert found.vc_dimension == dim + 1 == len(found.shattered)
    assert found.most == tuple(2 * sum(comb(s - 1, k) for k in range(dim + 1)) if s else 1 for s in range(7))


@given(data_sets(5, 2), terms)
def test_subsets_by_brute_force(data: DataSet, terms: tuple[int, int]) -> None:
    found = growth(ClassificationFan.of(data, terms))
    for size, (most, subset) in enumerate(zip(found.most, found.subsets, strict=True)):
        numbers = {}
        for chosen in combinations(range(data.n_points), size):
            part = DataSet.of([data.points[p] for p in chosen], dim=data.dim)
            numbers[chosen] = len(dichotomies(ClassificationFan.of(part, terms)))
            assert is_shattered(part, terms) == (numbers[chosen] == 1 << size)
        assert most == max(numbers.values()) == numbers[subset]


def test_searches() -> None:
    found = search_shattered(2, 5, (2, 1), seed=3)
    assert found is not None and is_shattered(found, (2, 1)) and found.n_points == 5
    assert search_shattered(1, 5, (2, 3), tries=20) is None
    assert search_shattered(2, 4, (1, 1), tries=20) is None  # Radon
    with pytest.raises(InputError, match="not negative"):
        search_shattered(-1, 2, (1, 1))
