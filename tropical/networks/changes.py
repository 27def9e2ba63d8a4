"""Networks in which single weights are other numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import attrs

from polytopes.arithmetic.rationals import RationalLike, as_fraction
from polytopes.errors import InputError
from polytopes.messages import shortened
from tropical.networks.layers.base import Layer
from tropical.networks.network import Network
from tropical.networks.node import Node
from tropical.networks.tensor import Tensor


class Change(NamedTuple):
    """One number of a layer: the name of its node, of the tensor, the place in it (C order), and the new value."""

    node: str
    tensor: str
    place: int
    value: RationalLike


def tensors(layer: Layer) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors of a layer, such as its weight and its bias, with their names."""
    kind: Any = type(layer)
    for argument in attrs.fields(kind):
        value = getattr(layer, argument.name)
        if isinstance(value, Tensor):
            yield argument.name, value


def with_changes(network: Network, changes: Iterable[Change | tuple[str, str, int, RationalLike]]) -> Network:
    """Return the network with some weights changed; later changes of a number replace earlier ones.

    Raises:
        InputError: if there is no such node, tensor or place.
        NumberError: if a value is not a rational number.

    >>> net = Network.from_weights([([[1, 2]], [0])])
    >>> with_changes(net, [("affine0", "weight", 1, "1/3"), ("affine0", "bias", 0, 5)])([0, 3])
    (Fraction(6, 1),)
    """
    nodes = {node.name: node for node in network.nodes}
    changed: dict[tuple[str, str], dict[int, RationalLike]] = {}
    for name, tensor, place, value in changes:
        node = nodes.get(name)
        own = {} if node is None else dict(tensors(node.layer))
        if tensor not in own:
            raise InputError(f"no {shortened(tensor)} of a layer {shortened(name)} in the network")
        if not 0 <= place < len(own[tensor].numerators):
            count = len(own[tensor].numerators)
            raise InputError(f"place {shortened(place)} of the {tensor} of layer {name}, which has {count} numbers")
        changed.setdefault((name, tensor), {})[place] = value
    for (name, tensor), values in changed.items():
        layer: Any = nodes[name].layer
        layer = attrs.evolve(layer, **{tensor: _with_values(getattr(layer, tensor), values)})
        nodes[name] = Node(name, layer, nodes[name].inputs)
    return Network(tuple(nodes[node.name] for node in network.nodes))


def _with_values(tensor: Tensor, values: dict[int, RationalLike]) -> Tensor:
    entries = tensor.fractions.ravel().tolist() if tensor.shape else [tensor.nested()]
    for place, value in values.items():
        entries[place] = as_fraction(value)
    return Tensor.of(entries).reshape(tensor.shape)
