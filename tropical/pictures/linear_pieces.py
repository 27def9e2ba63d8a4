"""The activation regions of a network with one input: the pieces of its graph."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import ShapeError
from tropical.networks.network import Network
from tropical.pictures.view import View
from tropical.regions.activation_regions import ActivationRegion


@frozen
class Piece:
    """An interval on which a network is one affine map, and its values at the two ends."""

    region: ActivationRegion
    ends: tuple[Fraction, Fraction]
    values: tuple[Vector, Vector]


def pieces(network: Network, view: View | None = None) -> tuple[Piece, ...]:
    """Return the activation regions of a network on Q as intervals in increasing order.

    >>> net = Network.from_weights([([[1], [1]], [0, -1]), ([[1, -2]], [0])])
    >>> [tuple(map(str, piece.ends)) for piece in pieces(net)]
    [('-1/8', '0'), ('0', '1'), ('1', '9/8')]
    """
    if network.input_dim != 1:
        raise ShapeError(f"a graph over a line needs a network with one input, this one has {network.input_dim}")
    found = []
    for region in (view or View()).regions(network)[0]:
        (low,), (high,) = region.vertices
        found.append(Piece(region, (low, high), (region.affine_map([low]), region.affine_map([high]))))
    return tuple(sorted(found, key=lambda piece: piece.ends))
