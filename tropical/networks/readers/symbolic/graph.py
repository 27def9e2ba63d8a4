"""Graphs of other libraries, read at batch size 1.

Their tensors begin with a batch axis, which operations may move, merge or drop. At batch size 1 all operations keep
their meaning, and the flat entries of a tensor are those of a node of the network. So a value
(:mod:`tropical.networks.readers.symbolic.values`) is a node together with the shape that the tensor has in the source,
and a reshape costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

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
    Select,
    Sum,
    Transpose,
    expand,
)
from tropical.networks.network import GraphBuilder, Network
from tropical.networks.readers.common import charge_digits, charge_entries
from tropical.networks.readers.symbolic.batches import MixedBatch, of_one_point, reshaped, shape_of_all
from tropical.networks.readers.symbolic.values import Value, axis_of, bare, common_shape, constant, needs_constant
from tropical.networks.tensor import Array, Shape, Tensor, size

Operation: TypeAlias = Callable[["SourceGraph", Sequence[Value]], Value]


class SourceGraph:
    """Builds a network from operations on values; every method returns the value of one operation.

    ``name`` is the name of the operation being read; the nodes that it makes are named after it.

    Args:
        input_shape: the shape of the input, at batch size 1.
        input_name: its name.
        points: if the first axis is that of a batch, for how many points the source is written, 0 for any number;
            None if no axis is to be watched. Operations that mix the points raise MixedBatch; if their number may be
            any, it may be 1 for what asks for that.
    """

    def __init__(self, input_shape: Shape, input_name: str, points: int | None = None) -> None:
        self.builder = GraphBuilder(bare(input_shape), input_name)
        self.input = Value(input_shape, 0, batch=None if points is None else 0)
        self.points = points or 0
        self.name: str | None = None

    def finish(self, value: Value) -> Network:
        """Return the network that computes ``value``, under its shape without the batch axis."""
        if self.points and (value.batch != 0 or value.shape[0] != 1):
            raise MixedBatch(f"the output of shape {value.shape} does not begin with the axis of the batch")
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
        charge_entries(computed.shape, "a constant that is computed")
        charge_digits(computed, "a constant that is computed")
        return constant(computed)

    def full_shape(self, value: Value) -> Shape:
        """Return the shape that a value has in the source, for all points of its batch."""
        if value.batch is None or not self.points:
            return value.shape
        return shape_of_all(value.shape, value.batch, self.points)

    def keep_apart(self, value: Value, axes: Collection[int]) -> None:
        """Raise MixedBatch if the axis of the batch is among those along which entries are joined or chosen."""
        if value.batch is not None and value.batch in axes:
            raise MixedBatch("works along the axis of the batch, so it mixes its points")

    def place(self, value: Value, shape: Shape | None = None) -> int:
        """Return a node that holds the value under ``shape`` (by default without the batch axis)."""
        shape = bare(value.shape) if shape is None else shape
        if value.defect is not None:
            raise value.defect
        if value.condition is not None or value.jumping is not None:
            raise UnsupportedError("reads a value that jumps, so it is not continuous")
        if value.constant is not None:
            return self.builder.add(Constant(value.constant.reshape(shape)), [])
        if self.builder.shapes[value.node] == shape:
            return value.node
        return self.builder.add(Reshape(shape), [value.node], self.name)

    def alike(self) -> list[int]:
        """Return for every node the first one that computes the same: an equal layer of nodes that do."""
        found: list[int] = []
        known: dict[tuple[type[Layer], tuple[int, ...]], list[int]] = {}
        for index, node in enumerate(self.builder.nodes):
            others = known.setdefault((type(node.layer), tuple(found[i] for i in node.inputs)), [])
            equal = (other for other in others if index and self.builder.nodes[other].layer == node.layer)
            found.append(next(equal, index))
            if found[-1] == index:
                others.append(index)
        return found

    def unary(self, layer: Layer, value: Value) -> Value:
        """Apply a layer that keeps the shape."""
        return Value(value.shape, self.builder.add(layer, [self.place(value)], self.name), batch=value.batch)

    def channelwise(self, layer: Layer, value: Value) -> Value:
        """Apply a layer of tensors channels x lengths to every part of a tensor parts x channels x lengths."""
        if len(value.shape) < 2 or value.shape[0] < 1:
            raise ShapeError(f"expected a tensor batch x channels x lengths, got shape {value.shape}")
        self.keep_apart(value, range(1, len(value.shape)))
        if value.shape[0] > 1:
            parts = [self.channelwise(layer, self.take(value, 0, [i])) for i in range(value.shape[0])]
            return self.concat(parts, 0)
        node = self.builder.add(layer, [self.place(value, value.shape[1:])], self.name)
        return Value((1, *self.builder.shapes[node]), node, batch=value.batch)

    def reshape(self, value: Value, shape: Shape, batch: int | None = None) -> Value:
        """Give the entries another shape (one entry may be -1), that for all points of the batch.

        Args:
            value: the entries.
            shape: the new shape.
            batch: the axis of the batch there, if it is known. Otherwise it is found for a source that is written
                for a number of points, and given up for any number of them, unless it stays in front.
        """
        if value.constant is not None:
            return constant(value.constant.reshape(Reshape(shape).output_shape(value.shape)))
        full = Reshape(shape).output_shape(self.full_shape(value))
        if value.batch is None:
            return Value(full, self.place(Value(full, value.node)))
        if self.points:
            full, batch = reshaped(value.shape, value.batch, full, self.points)
        elif batch is None and value.batch == 0 and full[:1] == (1,):
            batch = 0
        return Value(full, self.place(Value(full, value.node)), batch=batch)

    def transpose(self, value: Value, axes: Sequence[int]) -> Value:
        """Put the axes in another order."""
        layer = Transpose([axis_of(axis, value.shape) for axis in axes])
        shape = layer.output_shape(value.shape)
        batch = None if value.batch is None else layer.axes.index(value.batch)
        if bare(value.shape) != value.shape and layer.axes[0] == 0:
            layer = Transpose([axis - 1 for axis in layer.axes[1:]])
            return Value(shape, self.builder.add(layer, [self.place(value)], self.name), batch=batch)
        return Value(shape, self.builder.add(layer, [self.place(value, value.shape)], self.name), batch=batch)

    def rearrange(self, value: Value, move: Callable[[Array], Array], batch: int | None = None) -> Value:
        """Move, repeat or leave out entries.

        Args:
            value: the tensor.
            move: does it to an array of the shape of the value, whatever its entries.
            batch: the axis of the batch afterwards.
        """
        if value.constant is not None:
            return constant(Tensor.over(move(value.constant.integers), value.constant.denominator))
        node, table = self.place(value), move(np.arange(size(value.shape)).reshape(value.shape))
        charge_entries(table.shape, "a tensor that is rearranged")
        layer = Select(table.ravel().tolist(), bare(table.shape))
        return Value(table.shape, self.builder.add(layer, [node], self.name), batch=batch)

    def take(self, value: Value, axis: int, chosen: Sequence[int]) -> Value:
        """Choose entries along an axis, by their places in the source, where all points of a batch have one."""
        axis = axis_of(axis, value.shape)
        if list(chosen) == list(range(self.full_shape(value)[axis])):
            return value
        self.keep_apart(value, [axis])
        return self.rearrange(value, lambda table: np.take(table, list(chosen), axis), value.batch)

    def concat(self, values: Sequence[Value], axis: int) -> Value:
        """Join tensors along an axis."""
        axis = axis_of(axis, values[0].shape)
        for value in values:
            self.keep_apart(value, [axis])
        values = self._of_one_point(values)
        shape = Concat(axis).output_shape(*(value.shape for value in values))
        inner = axis > 0 and values[0].shape[0] == 1
        nodes = [self.place(value, value.shape[1:] if inner else value.shape) for value in values]
        return Value(shape, self.builder.add(Concat(axis - inner), nodes, self.name), batch=_batch(values, len(shape)))

    def affine(self, value: Value, weight: Tensor, bias: Tensor | None = None) -> Value:
        """Apply ``x -> weight x + bias`` to the last axis."""
        if self.points:
            self.keep_apart(value, [len(value.shape) - 1])
        layer = Affine(weight) if bias is None else Affine(weight, bias)
        node = self.builder.add(layer, [self.place(value)], self.name)
        return Value((*value.shape[:-1], weight.shape[0]), node, batch=value.batch)

    def affine_along(self, value: Value, weight: Tensor, axis: int) -> Value:
        """Apply ``x -> weight x`` to an axis."""
        axis, last = axis_of(axis, value.shape), len(value.shape) - 1
        if axis == last:
            return self.affine(value, weight)
        swap = list(range(len(value.shape)))
        swap[axis], swap[last] = last, axis
        return self.transpose(self.affine(self.transpose(value, swap), weight), swap)

    def affine_columns(self, value: Value, weight: Tensor) -> Value:
        """Return ``weight @ value``: the weight applied to the last axis but one (or to a vector)."""
        return self.affine_along(value, weight, -2 if len(value.shape) > 1 else -1)

    def broadcast(self, value: Value, shape: Shape) -> Value:
        """Repeat entries until the tensor has this shape."""
        if value.shape == shape:
            return value
        charge_entries(shape, "a tensor that is repeated")
        if value.constant is not None:
            return constant(Tensor.over(np.broadcast_to(value.constant.integers, shape), value.constant.denominator))
        layer = expand(value.shape, shape)
        batch = None if value.batch is None else value.batch + len(shape) - len(value.shape)
        if value.batch is not None and batch is not None and shape[batch] != value.shape[value.batch]:
            if self.points:
                raise MixedBatch("repeats the points of the batch")
            batch = None
        layer = type(layer)(layer.chosen, bare(shape))
        return Value(shape, self.builder.add(layer, [self.place(value)], self.name), batch=batch)

    def scale(self, value: Value, factor: Tensor, shift: Tensor) -> Value:
        """Return ``factor * value + shift``, broadcast."""
        _, factors, shifts = self._of_one_point([value, constant(factor), constant(shift)])
        shape = common_shape([value.shape, factors.shape, shifts.shape])
        axes = len(bare(shape))
        layer = Scale(_last_axes(needs_constant(factors, ""), axes), _last_axes(needs_constant(shifts, ""), axes))
        return self.unary(layer, self.broadcast(value, shape))

    def prelu(self, value: Value, slope: Tensor) -> Value:
        """Apply a leaky ReLU whose slopes are broadcast to the value."""
        _, slopes = self._of_one_point([value, constant(slope)])
        return self.unary(LeakyReLU(_last_axes(needs_constant(slopes, ""), len(bare(value.shape)))), value)

    def combine(self, values: Sequence[Value], coefficients: Sequence[int | Fraction]) -> Value:
        """Return ``c_1 x_1 + c_2 x_2 + ...``, broadcast; constants become a shift."""
        values = self._of_one_point(values)
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
        values = self._of_one_point(values)
        return values[0] if len(values) == 1 else self._together(Min() if smallest else Max(), values)

    def _together(self, layer: Layer, values: Sequence[Value]) -> Value:
        shape = common_shape([value.shape for value in values])
        nodes = [self.place(self.broadcast(value, shape)) for value in values]
        return Value(shape, self.builder.add(layer, nodes, self.name), batch=_batch(values, len(shape)))

    def _of_one_point(self, values: Sequence[Value]) -> list[Value]:
        """Return values that meet entry by entry, of constants only the part for one point of the batch.

        Raises:
            MixedBatch: if the axes of the batch do not meet, or a constant is not the same for all points.
        """
        watched = {len(value.shape) - value.batch: value for value in values if value.batch is not None}
        if len(watched) > 1:
            raise MixedBatch("the axis of the batch meets another one")
        for from_end, other in watched.items():
            inner = other.shape[len(other.shape) - from_end]
            values = [
                constant(of_one_point(v.constant, len(v.shape) - from_end, self.points, inner))
                if v.constant is not None and len(v.shape) >= from_end
                else v
                for v in values
            ]
        return list(values)


def _batch(values: Sequence[Value], axes: int) -> int | None:
    """Return the axis of the batch among so many axes, if one of the values that meet has it."""
    found = [axes - len(value.shape) + value.batch for value in values if value.batch is not None]
    return found[0] if found else None


def _last_axes(tensor: Tensor, axes: int) -> Tensor:
    """Drop leading axes of length 1, such as the batch axis."""
    extra = max(0, len(tensor.shape) - axes)
    return tensor.reshape(tensor.shape[extra:]) if size(tensor.shape[:extra]) == 1 else tensor
