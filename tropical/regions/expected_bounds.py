"""Sharp and expected numbers of regions of maxout networks, from their sizes alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import InputError
from tropical.regions.bounds import bound_by_sizes


def single_layer_maximum(input_dim: int, ranks: Sequence[int]) -> int:
    """Return the largest number of regions of one layer of maxout units with these ranks.

    It is ``sum_(j <= n) e_j(K_1 - 1, K_2 - 1, ...)`` with the elementary symmetric functions e_j of degree at most the
    number n of inputs, and is attained by units whose forms change along parallel hyperplanes, in general position.

    Args:
        input_dim: the number n of inputs.
        ranks: the rank of each unit; they may differ.

    Raises:
        InputError: if one is not a positive integer.

    >>> single_layer_maximum(2, [3, 3, 3]), single_layer_maximum(2, [2, 3, 4])
    (19, 18)

    Sources: Montúfar, Ren, Zhang, Sharp bounds for the number of regions of maxout networks and vertices of Minkowski
    sums, arXiv 2104.08135.
    """
    _check_counts(inputs=input_dim)
    for rank in ranks:
        _check_counts(rank=rank)
    return bound_by_sizes([list(ranks)], input_dim).value


@frozen
class ExpectedGrowth:
    """How expected numbers grow with the number N of units, up to constants: of regions, and of boundary pieces.

    They are ``(K N)^n C(K n, 2 n) / n!`` and ``N^n / n!`` for n inputs, and the same with n - 1 for pieces of a
    decision boundary.
    """

    regions: Fraction
    regions_without_rank: Fraction
    boundary: Fraction
    boundary_without_rank: Fraction

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as they are written in documents."""
        names = ("regions", "regions_without_rank", "boundary", "boundary_without_rank")
        return {name: exact_text(getattr(self, name)) for name in names}


def expected_growth(units: int, rank: int, input_dim: int) -> ExpectedGrowth:
    """Return how expected numbers of regions grow, without the constants that depend on the weights.

    Raises:
        InputError: if a number is not a positive integer.

    >>> expected_growth(20, 2, 2).as_dict()
    {'regions': '800', 'regions_without_rank': '200', 'boundary': '40', 'boundary_without_rank': '20'}

    Sources: Tseran, Montúfar, On the expected complexity of maxout networks, arXiv 2107.00379.
    """
    _check_counts(units=units, rank=rank, inputs=input_dim)
    numbers = []
    for n in (input_dim, input_dim - 1):
        with_rank = (rank * units) ** n * comb(rank * n, 2 * n)
        numbers += [Fraction(with_rank, factorial(n)), Fraction(units**n, factorial(n))]
    return ExpectedGrowth(*numbers)


def expected_region_bound(
    units: int, rank: int, inputs: int, volume: RationalLike, c_bias: RationalLike, c_grad: RationalLike
) -> Fraction:
    """Return a bound of the expected number of regions in a cube.

    It is ``(T K N)^n C(K n, 2 n) vol / n!`` with T = 2^5 c_bias c_grad. For at least as many units as inputs.

    Args:
        units: the number N of units in all layers.
        rank: the number K of forms of each.
        inputs: the number n of inputs.
        volume: of the cube.
        c_bias: a bound of the densities of the biases; ``1 / (sqrt(2 pi) deviation)`` for normal ones.
        c_grad: a bound of the mean sizes of the gradients of the forms of all units, as the paper defines it. Neither
            constant is computed from weights.

    Raises:
        InputError: if a number is not positive, or the first three are not integers.

    >>> expected_region_bound(20, 2, 2, 36, 1, 1)
    Fraction(29491200, 1)

    Sources: Tseran, Montúfar, On the expected complexity of maxout networks, arXiv 2107.00379, and its code.
    """
    _check_counts(units=units, rank=rank, inputs=inputs)
    size, bias, gradient = _positive(volume=volume, c_bias=c_bias, c_grad=c_grad)
    choices = comb(rank * inputs, 2 * inputs) * Fraction(1, factorial(inputs))
    found: Fraction = (32 * bias * gradient * rank * units) ** inputs * choices * size
    return found


def expected_boundary_bound(
    units: int, rank: int, inputs: int, volume: RationalLike, c_bias: RationalLike, c_grad: RationalLike
) -> Fraction:
    """Return a bound of the expected number of pieces of the decision boundary of two classes in a cube.

    It is ``T^n (2 K N)^(n-1) C(K (n-1), 2 (n-1)) vol / (n-1)!`` with T = 2^4 c_bias c_grad; arguments and errors as
    for :func:`expected_region_bound`.

    >>> expected_boundary_bound(20, 2, 2, 36, 1, 1)
    Fraction(737280, 1)
    """
    _check_counts(units=units, rank=rank, inputs=inputs)
    size, bias, gradient = _positive(volume=volume, c_bias=c_bias, c_grad=c_grad)
    m = inputs - 1
    choices = (2 * rank * units) ** m * comb(rank * m, 2 * m) * Fraction(1, factorial(m))
    found: Fraction = (16 * bias * gradient) ** inputs * choices * size
    return found


def _check_counts(**counts: int) -> None:
    for name, number in counts.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"{name} {number}; give a positive integer")


def _positive(**given: RationalLike) -> list[Fraction]:
    found = []
    for name, value in given.items():
        number = as_fraction(value)
        if number <= 0:
            raise InputError(f"{name} {exact_text(number)}; give a positive number")
        found.append(number)
    return found
