"""Sharp and expected numbers of regions."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from polytopes import Polyhedron
from polytopes.errors import InputError
from tropical import count_regions
from tropical.initialization import random_maxout
from tropical.networks.layers import Affine, Maxout
from tropical.networks.network import Network
from tropical.regions import (
    expected_boundary_bound,
    expected_growth,
    expected_region_bound,
    single_layer_maximum,
)

SHARP = [(2, [3, 3, 3], 19), (3, [2, 2, 2], 8), (2, [2, 3, 4], 18), (4, [3, 2, 3], 18), (1, [5, 2], 6), (3, [], 1)]


@pytest.mark.parametrize(("dim", "ranks", "value"), SHARP)
def test_sharp_maximum(dim: int, ranks: list[int], value: int) -> None:
    """The formula by choices of units and of their breakpoints; e_j sums products over sets of j units."""
    choices = product(*(range(rank) for rank in ranks))
    assert single_layer_maximum(dim, ranks) == value == sum(sum(map(bool, one)) <= dim for one in choices)


def test_sharp_maximum_is_attained() -> None:
    """Units max_k (k t - k (k - 1) / 2) of a form t: their forms change along parallel lines, three units cross."""
    forms, shifts = [], []
    for a, b, c in ((1, 0, 0), (0, 1, 0), (1, 1, "1/3")):
        for k in range(3):
            forms.append([k * a, k * b])
            shifts.append(k * Fraction(c) - Fraction(k * (k - 1), 2))
    layer = Network.chain(2, [Affine(forms, shifts), Maxout(3)])
    assert count_regions(layer).activation_regions == single_layer_maximum(2, [3, 3, 3])


def test_published_formulas() -> None:
    growth = expected_growth(20, 2, 2)
    assert (growth.regions, growth.regions_without_rank) == (800, 200)
    assert (growth.boundary, growth.boundary_without_rank) == (40, 20)
    assert expected_growth(5, 3, 1).boundary == 1


def test_expected_bounds() -> None:
    n, k, units, volume, b, g = 3, 4, 6, Fraction(8), Fraction(1, 3), Fraction(2)
    regions = (32 * b * g * k * units) ** n * comb(k * n, 2 * n) * volume / 6
    pieces = (16 * b * g) ** n * (2 * k * units) ** (n - 1) * comb(k * (n - 1), 2 * (n - 1)) * volume / 2
    assert expected_region_bound(units, k, n, volume, b, g) == regions
    assert expected_boundary_bound(units, k, n, volume, b, g) == pieces


def test_expected_breakpoints_of_a_layer() -> None:
    """On a line a layer of n units has 1 + n B expected regions: here the mean of 200 counts, within four errors."""
    counts = [
        count_regions(
            random_maxout([1, 3, 1], 4, seed, gain=1), Polyhedron.from_rows([], ambient_dim=1)
        ).activation_regions
        for seed in range(200)
    ]
    mean = sum(counts) / len(counts)
    error = (sum((own - mean) ** 2 for own in counts) / len(counts) / (len(counts) - 1)) ** 0.5
    assert abs(mean - (1 + 3 * 1.824520343908178)) < 4 * error


@pytest.mark.parametrize("given", [{"units": 0}, {"rank": -1}, {"inputs": True}, {"volume": 0}, {"c_bias": "-1"}])
def test_refused(given: dict[str, object]) -> None:
    arguments = {"units": 3, "rank": 2, "inputs": 2, "volume": 1, "c_bias": 1, "c_grad": 1, **given}
    with pytest.raises(InputError, match="positive"):
        expected_region_bound(**arguments)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="positive"):
        expected_boundary_bound(**arguments)  # type: ignore[arg-type]


def test_ranks_are_checked() -> None:
    with pytest.raises(InputError, match="rank 0"):
        single_layer_maximum(2, [3, 0])
    with pytest.raises(InputError, match="inputs 0"):
        single_layer_maximum(0, [3])
