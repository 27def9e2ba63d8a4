"""The nodes of a network: named layers and the nodes they read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import field, frozen

from polytopes.errors import InputError, ShapeError
from tropical.networks.layers import Layer
from tropical.networks.layers.base import ints
from tropical.networks.tensor import MAX_SIZE, Shape, size


@frozen
class Node:
    """A named layer, applied to the values of earlier nodes, which are given by their indices in the network."""

    name: str
    layer: Layer
    inputs: tuple[int, ...] = field(converter=ints, default=())


def output_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    """Return the shape of the value of a node that reads values of these shapes.

    Raises:
        InputError: if its layer is not a layer.
        ShapeError: if the layer does not take these shapes, or the value is too large; the node is named.
    """
    if not isinstance(node.layer, Layer):
        raise InputError(f"layer {node.name!r} is {node.layer!r}; give a layer of tropical.networks.layers")
    try:
        shape = node.layer.output_shape(*shapes)
    except ShapeError as error:
        raise ShapeError(f"layer {node.name!r}: {error}") from None
    if size(shape) > MAX_SIZE:
        raise ShapeError(f"layer {node.name!r} has more than {MAX_SIZE} entries, with the shape {shape}")
    return shape


def unused_name(name: str, taken: Iterable[str]) -> str:
    """Return ``name``, or ``name_1``, ``name_2``, ... if it is taken."""
    names, candidate, count = set(taken), name, 0
    while candidate in names:
        count += 1
        candidate = f"{name}_{count}"
    return candidate
