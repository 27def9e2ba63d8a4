"""Exact values of chains of affine maps and ReLUs in integers over one denominator, without a fraction in between."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import Vector, common_denominator
from tropical.networks.layers import Affine, ReLU
from tropical.networks.layers.base import Layer
from tropical.networks.node import Node
from tropical.networks.tensor import affine_sums


def chain_of_integers(nodes: Sequence[Node]) -> tuple[Layer, ...] | None:
    """Return the layers of a network if they are affine maps and ReLUs of vectors, each of the layer before."""
    layers = tuple(node.layer for node in nodes[1:])
    in_order = all(node.inputs == (number,) for number, node in enumerate(nodes[1:]))
    return layers if layers and in_order and all(type(layer) in (Affine, ReLU) for layer in layers) else None


def integer_value(layers: Sequence[Layer], point: Sequence[Fraction]) -> Vector:
    """Return the value of such layers at a point.

    >>> from tropical import Network
    >>> net = Network.from_weights([([[1, -1], [1, 1]], [0, "1/2"]), ([[1, 1]], [0])])
    >>> integer_value(chain_of_integers(net.nodes), (Fraction(1), Fraction(1, 3)))
    (Fraction(5, 2),)
    """
    denominator = common_denominator(point)
    entries = [value.numerator * (denominator // value.denominator) for value in point]
    for layer in layers:
        if isinstance(layer, Affine):
            entries, denominator = affine_sums(entries, denominator, layer.weight, layer.bias)
        else:
            entries = [entry if entry > 0 else 0 for entry in entries]
    return tuple(Fraction(entry, denominator) for entry in entries)
