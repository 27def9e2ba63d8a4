"""Random maxout networks: weights and biases drawn by a scheme, as the dyadic rationals that the floats are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any, Literal, get_args

import numpy as np

from polytopes.arithmetic.rationals import RationalLike, as_fraction
from polytopes.errors import InputError
from tropical.initialization.gradients import checked_widths
from tropical.initialization.moments import checked_rank, maxout_gain
from tropical.networks.layers import Affine, Maxout
from tropical.networks.network import Network

Array = np.ndarray[Any, Any]
Scheme = Literal["he", "maxout-he", "sphere", "many-regions"]
LARGEST_SEED = 2**32 - 1
MOST_WEIGHTS = 10**7
WIGGLE = 0.01
"""Deviation of the angles of the scheme "many-regions"."""


def random_maxout(
    widths: Sequence[int],
    rank: int,
    seed: int = 0,
    scheme: Scheme = "maxout-he",
    *,
    gain: RationalLike | None = None,
    output_gain: RationalLike = 2,
    zero_bias: bool = False,
) -> Network:
    """Return a maxout network with random weights, each the exact number that the float drawn for it is.

    Args:
        widths: ``n_0, ..., n_L``: inputs, hidden layers of maxout units, outputs.
        rank: the number K of forms of each hidden unit; 1 for linear layers.
        seed: of ``numpy.random.RandomState``, whose numbers are the same in all versions.
        scheme: ``"he"`` has weights and biases of variance 2 / fan-in; ``"maxout-he"`` of variance gain / fan-in with
            the gain 1 / M(K); ``"sphere"`` draws (w, b) uniformly from the unit sphere and takes the bias
            ``|b| - 1 / sqrt(K n)``; ``"many-regions"`` has one normal direction v for each unit, with the forms
            ``cos(pi k / K + e) v . x + sin(pi k / K + e')`` for k = 1, ..., K and small normal e, e'.
        gain: another gain for ``"maxout-he"``, ``"sphere"`` and ``"many-regions"``.
        output_gain: weights and biases of the last layer have this variance over fan-in; 2 in the published code.
        zero_bias: leave out all biases, for ``"he"`` and ``"maxout-he"``.

    Raises:
        InputError: for widths, a rank, a seed, a scheme or a gain that are none.

    Algorithm:
        The order of the draws is that of the published code, which with the widths 2, 7, 7, 6, 2, rank 2, seed 123
        and ``"maxout-he"`` draws the network whose 216 regions are published.

    >>> net = random_maxout([2, 7, 7, 6, 2], rank=2, seed=123)
    >>> [layer.n_gates for layer in net.layers if layer.n_gates]
    [7, 7, 6]

    Sources: Tseran, Montúfar, On the expected complexity of maxout networks, NeurIPS 2021, arXiv 2107.00379, and its
    code, github.com/hanna-tseran/maxout_complexity.
    """
    sizes, k = checked_widths(widths), checked_rank(rank)
    _check(sizes, k, seed, scheme)
    if zero_bias and scheme not in ("he", "maxout-he"):
        raise InputError(f"the scheme {scheme} is about its biases; leave zero_bias out")
    own = 2.0 if scheme == "he" else float(maxout_gain(k)) if gain is None else _positive(gain, "gain")
    if scheme == "he" and gain is not None:
        raise InputError('the scheme "he" has the gain 2; leave the gain out or take "maxout-he"')
    draw = _Draws(np.random.RandomState(seed), zero_bias)
    layers: list[tuple[str, Affine | Maxout]] = []
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes[:-1])):
        weight, bias = draw.layer(scheme, (fan_out, k, fan_in), sqrt(own / fan_in))
        layers.append((f"affine{number}", Affine(weight.reshape(-1, fan_in), bias.reshape(-1))))
        layers.append((f"maxout{number}", Maxout(k)))
    fan_in, fan_out = sizes[-2:]
    deviation = sqrt(_positive(output_gain, "output_gain") / fan_in)
    weight, bias = draw.normal((fan_out, fan_in), deviation)
    layers.append((f"affine{len(sizes) - 2}", Affine(weight, bias)))
    return Network.chain(sizes[0], layers)


def _check(sizes: Sequence[int], rank: int, seed: int, scheme: str) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"seed {seed}; give an integer from 0 to {LARGEST_SEED}")
    if scheme not in get_args(Scheme):
        raise InputError(f"scheme {scheme!r}; give one of {', '.join(get_args(Scheme))}")
    weights = sum(a * b for a, b in pairwise(sizes)) * rank
    if weights > MOST_WEIGHTS:
        raise InputError(f"a network of up to {weights:,} weights; give one of at most {MOST_WEIGHTS:,}")


def _positive(value: RationalLike, name: str) -> float:
    number = as_fraction(value)
    if number <= 0:
        raise InputError(f"{name} {value}; give a positive number")
    return float(number)


class _Draws:
    """Draws layers one after the other from one stream of numbers."""

    def __init__(self, numbers: np.random.RandomState, zero_bias: bool) -> None:
        self._numbers = numbers
        self._zero_bias = zero_bias

    def layer(self, scheme: Scheme, shape: tuple[int, int, int], deviation: float) -> tuple[Array, Array]:
        """Return the weights (units x rank x inputs) and biases (units x rank) of a hidden layer."""
        others: dict[str, Callable[[tuple[int, int, int], float], tuple[Array, Array]]] = {
            "sphere": self._sphere,
            "many-regions": self._many_regions,
        }
        return others.get(scheme, self.normal)(shape, deviation)

    def normal(self, shape: tuple[int, ...], deviation: float) -> tuple[Array, Array]:
        """Return normal weights, and biases for all axes but the last."""
        weight = self._numbers.normal(0.0, deviation, shape)
        if self._zero_bias:
            return weight, np.zeros(shape[:-1])
        return weight, self._numbers.normal(0.0, deviation, shape[:-1])

    def _sphere(self, shape: tuple[int, int, int], deviation: float) -> tuple[Array, Array]:
        _, rank, fan_in = shape
        weight, bias = self.normal(shape, deviation)
        length = np.sqrt((weight**2).sum(axis=2) + bias**2)
        return weight / length[:, :, None], np.abs(bias / length) - 1 / sqrt(rank * fan_in)

    def _many_regions(self, shape: tuple[int, int, int], deviation: float) -> tuple[Array, Array]:
        weight, bias = np.zeros(shape), np.zeros(shape[:2])
        for i in range(shape[0]):
            direction = self._numbers.normal(0.0, deviation, shape[2])
            for j in range(shape[1]):
                angle = np.pi * (j + 1) / shape[1]
                weight[i, j] = direction * np.cos(angle + WIGGLE * self._numbers.normal())
                bias[i, j] = np.sin(angle + WIGGLE * self._numbers.normal())
        return weight, bias
