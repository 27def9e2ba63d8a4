"""The nodes of a network: named layers and the nodes they read."""

from __future__ import annotations

from collections.abc import Container, Sequence

from attrs import field, frozen

from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from tropical.networks.layers import Layer
from tropical.networks.layers.base import ints
from tropical.networks.tensor import MAX_AXES, MAX_SIZE, Shape, size


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
        given = shortened(node.layer)
        raise InputError(f"layer {shortened(node.name)} is {given}; give a layer of tropical.networks.layers")
    try:
        shape = node.layer.output_shape(*shapes)
    except ShapeError as error:
        raise ShapeError(f"layer {shortened(node.name)}: {error}") from None
    if size(shape) > MAX_SIZE or len(shape) > MAX_AXES:
        raise ShapeError(
            f"layer {shortened(node.name)} has the shape {shortened(shape)}; "
            f"{MAX_SIZE} entries and {MAX_AXES} axes are the most"
        )
    return shape


def unused_name(name: str, taken: Container[str], first: int = 1) -> str:
    """Return ``name``, or if it is taken ``name_1``, ``name_2``, ..., where ``first`` is the first number tried."""
    candidate, count = name, first
    while candidate in taken:
        candidate = f"{name}_{count}"
        count += 1
    return candidate
