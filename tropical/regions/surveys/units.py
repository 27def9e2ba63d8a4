"""The units of a network by name, and the ranks of its matrices.

A unit is a gate of the program; the preactivation of a gate with two selectors is the second minus the first: z for
ReLU, leaky ReLU and absolute value, y - x for max(x, y).
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.linalg import rank
from tropical.networks.layers import Affine, Conv
from tropical.networks.layers.base import LinearLayer
from tropical.networks.sources import NetworkLike, as_network
from tropical.networks.tensor import size

if TYPE_CHECKING:
    from tropical.networks.network import Network
    from tropical.networks.node import Node

MAX_ENTRIES = 4_000_000
"""Ranks of matrices with more entries, such as those of wide convolutions, are not computed."""


@frozen(order=True)
class Unit:
    """A gate of a layer, counted from 0 within the layer."""

    layer: str
    index: int

    def __str__(self) -> str:
        return f"{self.layer}[{self.index}]"

    def as_dict(self) -> dict[str, Any]:
        """Return the unit as it is written in documents."""
        return {"layer": self.layer, "unit": self.index}


@frozen
class WeightRank:
    """The rank of the matrix of an affine or convolution layer; None if the matrix is too large."""

    layer: str
    shape: tuple[int, int]
    rank: int | None

    @property
    def drops(self) -> bool:
        """Whether the rank is less than the shape allows."""
        return self.rank is not None and self.rank < min(self.shape)

    def as_dict(self) -> dict[str, Any]:
        """Return the rank as it is written in documents."""
        return {"layer": self.layer, "shape": list(self.shape), "rank": self.rank, "drops": self.drops}


def units(network: Network) -> tuple[Unit, ...]:
    """Return the units in the order of a pattern.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1], [2]], [0, 0]), ([[1, 1]], [0])])
    >>> [str(unit) for unit in units(net)]
    ['relu0[0]', 'relu0[1]']
    """
    found = tuple(Unit(layer.name, k) for layer in network.layers for k in range(layer.n_gates))
    assert len(found) == network.program.n_gates, "every layer counts the gates it emits"
    return found


def weight_ranks(network: NetworkLike) -> tuple[WeightRank, ...]:
    """Return the rank of the matrix of every affine and convolution layer."""
    network = as_network(network)
    return tuple(_weight_rank(network, node) for node in network.nodes if isinstance(node.layer, Affine | Conv))


def _weight_rank(network: Network, node: Node) -> WeightRank:
    if isinstance(node.layer, Affine):
        weight, width = node.layer.weight, node.layer.weight.shape[1]
        table = [weight.numerators[start : start + width] for start in range(0, len(weight.numerators), width)]
        return WeightRank(node.name, (len(table), width), rank(table))
    assert isinstance(node.layer, LinearLayer)
    shapes = [network.shapes[i] for i in node.inputs]
    shape = (size(node.layer.output_shape(*shapes)), sum(map(size, shapes)))
    if prod(shape) > MAX_ENTRIES:
        return WeightRank(node.name, shape, None)
    dense = [[row.get(1 + j, Fraction(0)) for j in range(shape[1])] for row in node.layer.rows(*shapes)]
    return WeightRank(node.name, shape, rank(dense))
