"""Graphs of other libraries, read at batch size 1.

Their tensors begin with a batch axis, which operations may move, merge or drop. At batch size 1 all operations keep
their meaning, and the flat entries of a tensor are those of a node of the network. So a value is a node together with
the shape that the tensor has in the source, and a reshape costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from attrs import field, frozen

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.layers import (
    Affine,
    Concat,
    Constant,
    Layer,
    LeakyReLU,
    Max,
    Min,
    Reshape,
    Scale,
    Sum,
    Transpose,
    expand,
)
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers.common import charge_digits, charge_entries
from tropical.networks.tensor import Shape, Tensor, size


@frozen
class Value:
    """A tensor of the source: its shape there, and a constant or the node that holds its entries."""

    shape: Shape
    node: int = -1
    constant: Tensor | None = field(default=None, repr=False)


Operation: TypeAlias = Callable[["SourceGraph", Sequence[Value]], Value]


def constant(tensor: Tensor) -> Value:
    """Return a constant value."""
    return Value(tensor.shape, constant=tensor)


def bare(shape: Shape) -> Shape:
    """Return the shape without its batch axis of length 1, if there is one."""
    return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape


def needs_constant(value: Value, role: str) -> Tensor:
    """Return the tensor of a constant value.

    Raises:
        UnsupportedError: for another value, with which the operation would not be piecewise linear.
    """
    if value.constant is None:
        raise UnsupportedError(f"{role} depends on the input, so it is not piecewise linear; it must be constant")
    return value.constant


class SourceGraph:
    """Builds a network from operations on values; every method returns the value of one operation.

    ``name`` is the name of the operation being read; the nodes that it makes are named after it.
    """

    def __init__(self, input_shape: Shape, input_name: str) -> None:
        self.builder = GraphBuilder(bare(input_shape), input_name)
        self.input = Value(input_shape, 0)
        self.name: str | None = None

    def finish(self, value: Value) -> Network:
        """Return the network that computes ``value``, under its shape without the batch axis."""
        return self.builder.finish(self.place(value))

    def folded(self, operation: Operation, values: Sequence[Value]) -> Value:
        """Return the value of an operation; an operation on constants alone gives a constant."""
        if not values or any(value.constant is None for value in values):
            return operation(self, values)
        side = SourceGraph((1,), "")
        first = Value(values[0].shape, side.place(values[0], values[0].shape))
        result = operation(side, [first, *values[1:]])
        if result.constant is not None:
            return result
        computed = Tensor.of(np.array(side.finish(result)([0]), dtype=object)).reshape(result.shape)
        charge_digits(computed, "a constant that is computed")
        return constant(computed)

    def place(self, value: Value, shape: Shape | None = None) -> int:
        """Return a node that holds the value under ``shape`` (by default without the batch axis)."""
        shape = bare(value.shape) if shape is None else shape
        if value.constant is not None:
            return self.builder.add(Constant(value.constant.reshape(shape)), [])
        if self.builder.shapes[value.node] == shape:
            return value.node
        return self.builder.add(Reshape(shape), [value.node], self.name)

    def unary(self, layer: Layer, value: Value) -> Value:
        """Apply a layer that keeps the shape."""
        return Value(value.shape, self.builder.add(layer, [self.place(value)], self.name))

    def channelwise(self, layer: Layer, value: Value) -> Value:
        """Apply a layer of tensors channels x lengths to a tensor batch x channels x lengths."""
        if len(value.shape) < 2 or value.shape[0] != 1:
            raise ShapeError(f"expected a tensor batch x channels x lengths, got shape {value.shape}")
        node = self.builder.add(layer, [self.place(value, value.shape[1:])], self.name)
        return Value((1, *self.builder.shapes[node]), node)

    def reshape(self, value: Value, shape: Shape) -> Value:
        """Give the entries another shape (one entry may be -1)."""
        shape = Reshape(shape).output_shape(value.shape)
        if value.constant is not None:
            return constant(value.constant.reshape(shape))
        return Value(shape, self.place(Value(shape, value.node)))

    def transpose(self, value: Value, axes: Sequence[int]) -> Value:
        """Put the axes in another order."""
        layer = Transpose([axis_of(axis, value.shape) for axis in axes])
        shape = layer.output_shape(value.shape)
        if bare(value.shape) != value.shape and layer.axes[0] == 0:
            layer = Transpose([axis - 1 for axis in layer.axes[1:]])
            return Value(shape, self.builder.add(layer, [self.place(value)], self.name))
        return Value(shape, self.builder.add(layer, [self.place(value, value.shape)], self.name))

    def concat(self, values: Sequence[Value], axis: int) -> Value:
        """Join tensors along an axis."""
        axis = axis_of(axis, values[0].shape)
        shape = Concat(axis).output_shape(*(value.shape for value in values))
        inner = axis > 0 and values[0].shape[0] == 1
        nodes = [self.place(value, value.shape[1:] if inner else value.shape) for value in values]
        return Value(shape, self.builder.add(Concat(axis - inner), nodes, self.name))

    def affine(self, value: Value, weight: Tensor, bias: Tensor | None = None) -> Value:
        """Apply ``x -> weight x + bias`` to the last axis."""
        layer = Affine(weight) if bias is None else Affine(weight, bias)
        node = self.builder.add(layer, [self.place(value)], self.name)
        return Value((*value.shape[:-1], weight.shape[0]), node)

    def affine_columns(self, value: Value, weight: Tensor) -> Value:
        """Return ``weight @ value``: the weight applied to the last axis but one (or to a vector)."""
        if len(value.shape) == 1:
            return self.affine(value, weight)
        swap = [*range(len(value.shape) - 2), -1, -2]
        return self.transpose(self.affine(self.transpose(value, swap), weight), swap)

    def broadcast(self, value: Value, shape: Shape) -> Value:
        """Repeat entries until the tensor has this shape."""
        if value.shape == shape:
            return value
        charge_entries(shape, "a tensor that is repeated")
        if value.constant is not None:
            return constant(Tensor.of(np.broadcast_to(value.constant.fractions, shape)))
        layer = expand(value.shape, shape)
        layer = type(layer)(layer.chosen, bare(shape))
        return Value(shape, self.builder.add(layer, [self.place(value)], self.name))

    def scale(self, value: Value, factor: Tensor, shift: Tensor) -> Value:
        """Return ``factor * value + shift``, broadcast."""
        shape = common_shape([value.shape, factor.shape, shift.shape])
        axes = len(bare(shape))
        layer = Scale(_last_axes(factor, axes), _last_axes(shift, axes))
        return self.unary(layer, self.broadcast(value, shape))

    def prelu(self, value: Value, slope: Tensor) -> Value:
        """Apply a leaky ReLU whose slopes are broadcast to the value."""
        return self.unary(LeakyReLU(_last_axes(slope, len(bare(value.shape)))), value)

    def combine(self, values: Sequence[Value], coefficients: Sequence[int | Fraction]) -> Value:
        """Return ``c_1 x_1 + c_2 x_2 + ...``, broadcast; constants become a shift."""
        moving = [(v, c) for v, c in zip(values, coefficients, strict=True) if v.constant is None]
        shift = sum(c * v.constant.fractions for v, c in zip(values, coefficients, strict=True) if v.constant)
        shift = Tensor.of(np.asarray(shift, dtype=object))
        if len(moving) == 1:
            [(value, factor)] = moving
            return self.scale(value, Tensor.of(factor), shift)
        total = self._together(Sum([c for _, c in moving]), [v for v, _ in moving])
        return total if shift == Tensor.of(0) else self.scale(total, Tensor.of(1), shift)

    def extremum(self, values: Sequence[Value], smallest: bool = False) -> Value:
        """Return the maximum (or minimum) of tensors, broadcast."""
        return values[0] if len(values) == 1 else self._together(Min() if smallest else Max(), values)

    def _together(self, layer: Layer, values: Sequence[Value]) -> Value:
        shape = common_shape([value.shape for value in values])
        nodes = [self.place(self.broadcast(value, shape)) for value in values]
        return Value(shape, self.builder.add(layer, nodes, self.name))


def axis_of(axis: int, shape: Shape) -> int:
    """Return an axis that may be counted from the end, -1 being the last, counted from the front."""
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(f"axis {axis} of a tensor of shape {shape}")
    return axis % len(shape)


def common_shape(shapes: Sequence[Shape]) -> Shape:
    """Return the shape to which numpy broadcasts tensors of these shapes."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(f"shapes {', '.join(map(str, shapes))} do not broadcast to one") from None


def _last_axes(tensor: Tensor, axes: int) -> Tensor:
    """Drop leading axes of length 1, such as the batch axis."""
    extra = max(0, len(tensor.shape) - axes)
    return tensor.reshape(tensor.shape[extra:]) if size(tensor.shape[:extra]) == 1 else tensor
