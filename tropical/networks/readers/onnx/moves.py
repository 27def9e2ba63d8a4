"""The ONNX operators that move, repeat, choose and join entries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod

import numpy as np

from polytopes.errors import ShapeError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.onnx.call import Call, checked_axes, integers
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import pad
from tropical.networks.readers.symbolic.values import Value, axis_of, common_shape, needs_constant
from tropical.networks.tensor import Shape, Tensor, size


def identity(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return values[0]


def flatten(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, axis = graph.full_shape(values[0]), call.get("axis", 1)
    if not -len(shape) <= axis <= len(shape):
        raise ShapeError(f"axis {axis} of a tensor of shape {shape}")
    axis = axis + len(shape) if axis < 0 else axis
    return graph.reshape(values[0], (prod(shape[:axis]), prod(shape[axis:])))


def reshape(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """A length 0 keeps that of the input; before operator set 5 the shape is an attribute."""
    target, shape = call.numbers(values, 1, "shape"), graph.full_shape(values[0])
    if target is None:
        raise ShapeError("there is no new shape")
    if not call.get("allowzero", 0):
        target = [shape[i] if n == 0 and i < len(shape) else n for i, n in enumerate(target)]
    return graph.reshape(values[0], tuple(target))


def transpose(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes = range(len(values[0].shape))
    perm = call.get("perm", list(reversed(axes)))
    if sorted(perm) != list(axes):
        raise ShapeError(f"perm {list(perm)} is not a permutation of the axes of a tensor of shape {values[0].shape}")
    if values[0].constant is not None:
        return graph.rearrange(values[0], lambda table: table.transpose(perm))
    return graph.transpose(values[0], perm)


def squeeze(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, batch = graph.full_shape(values[0]), values[0].batch
    axes = call.numbers(values, 1, "axes")
    dropped = [i for i, n in enumerate(shape) if n == 1] if axes is None else checked_axes(axes, len(shape))
    if any(shape[axis] != 1 for axis in dropped):
        raise ShapeError(f"axes {dropped} of the shape {shape} do not all have length 1")
    place = None if batch is None or batch in dropped else batch - sum(axis < batch for axis in dropped)
    return graph.reshape(values[0], tuple(n for i, n in enumerate(shape) if i not in dropped), place)


def unsqueeze(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, batch = list(graph.full_shape(values[0])), values[0].batch
    axes = call.numbers(values, 1, "axes")
    if axes is None:
        raise ShapeError("there are no axes")
    for axis in sorted(checked_axes(axes, len(shape) + len(axes))):
        shape.insert(axis, 1)
        batch = None if batch is None else batch + (axis <= batch)
    return graph.reshape(values[0], tuple(shape), batch)


def concat(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Parts without entries, of lists that are put together, are left out."""
    axis = call.get("axis", 1)
    filled = [value for value in values if 0 not in value.shape] or values[:1]
    if all(value.constant is not None for value in filled):
        tensors = [needs_constant(value, "a part") for value in filled]
        entries = np.concatenate([tensor.fractions for tensor in tensors], axis=axis_of(axis, tensors[0].shape))
        return Value(entries.shape, constant=type(tensors[0]).of(entries))
    return graph.concat(filled, axis) if len(filled) > 1 else filled[0]


def slice_(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Starts, ends, axes and steps are inputs (attributes in old files); ends may lie beyond the tensor."""
    value, (starts, ends) = values[0], (call.numbers(values, i, name) for i, name in ((1, "starts"), (2, "ends")))
    if starts is None or ends is None:
        raise ShapeError("there are no starts or no ends")
    axes = call.numbers(values, 3, "axes") or list(range(len(starts)))
    steps = call.numbers(values, 4, "steps") or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise ShapeError(f"starts {starts}, ends {ends}, axes {axes} and steps {steps} do not fit")
    full = graph.full_shape(value)
    for axis, start, end, step in zip(checked_axes(axes, len(full)), starts, ends, steps, strict=True):
        stop: int | None = end
        if step < 0 and end < -full[axis]:
            stop = None
        value = graph.take(value, axis, range(full[axis])[start:stop:step])
    return value


def split(call: Call, graph: SourceGraph, values: Sequence[Value]) -> list[Value]:
    """Parts of given lengths, or as many of one length (the last may be shorter) as there are outputs."""
    axis = axis_of(call.get("axis", 0), values[0].shape)
    length, count = graph.full_shape(values[0])[axis], call.get("num_outputs", len(call.named))
    sizes = call.numbers(values, 1, "split")
    if sizes is None:
        part = -(-length // count)
        sizes = [part] * (count - 1) + [length - part * (count - 1)]
    if sum(sizes) != length or min(sizes) < 0 or len(sizes) != len(call.named):
        raise ShapeError(f"parts of lengths {sizes} of an axis of length {length}, for {len(call.named)} outputs")
    ends = list(accumulate(sizes, initial=0))
    return [
        graph.take(values[0], axis, range(start, end)) if name else values[0]
        for start, end, name in zip(ends, ends[1:], call.named, strict=False)
    ]


def tile(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    repeats = integers(values[1], "the repeats")
    if len(repeats) != len(values[0].shape) or min(repeats, default=1) < 1:
        raise ShapeError(f"repeats {repeats} should be positive numbers, one for each axis of {values[0].shape}")
    graph.keep_apart(values[0], [axis for axis, n in enumerate(repeats) if n > 1])
    charge_entries((size(values[0].shape), *repeats), "a tensor that is repeated")
    return graph.rearrange(values[0], lambda table: np.tile(table, repeats), values[0].batch)


def expand(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Repeat along axes of length 1; a length 1 of the new shape keeps that of the tensor."""
    value, target = values[0], tuple(integers(values[1], "the new shape"))
    full = common_shape([graph.full_shape(value), target])
    charge_entries(full, "a tensor that is repeated")
    if value.batch is None or not graph.points:
        return graph.broadcast(value, full)
    place = value.batch + len(full) - len(value.shape)
    return graph.broadcast(value, (*full[:place], value.shape[value.batch], *full[place + 1 :]))


def padding(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Pads, the number that is added, and axes are inputs (attributes in old files)."""
    value, axes_count = values[0], len(values[0].shape)
    pads, axes = call.numbers(values, 1, "pads"), None
    if pads is None:
        pads = list(call.get("paddings", []))
    if call.optional(values, 3) is not None:
        axes = call.numbers(values, 3, "axes")
    places = list(range(axes_count)) if axes is None else checked_axes(axes, axes_count)
    if len(pads) != 2 * len(places):
        raise ShapeError(f"pads {pads} should be {2 * len(places)} numbers, two per axis")
    before, after = [0] * axes_count, [0] * axes_count
    for i, axis in enumerate(places):
        before[axis], after[axis] = pads[i], pads[len(places) + i]
    filler, mode = call.optional(values, 2), call.get("mode", "constant")
    number = (
        call.get("value", 0.0) if filler is None else needs_constant(filler, "the number added").fractions.ravel()[0]
    )
    return pad(graph, value, before, after, number, mode)


def depth_to_space(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Channels become blocks of positions; DCR counts the block first, CRD the channel."""
    block = call.attributes["blocksize"]
    (n, c, h, w), first = _image(values[0], block, divided_channels=True), call.get("mode", "DCR") == "DCR"
    shape = (n, block, block, c // block**2, h, w) if first else (n, c // block**2, block, block, h, w)
    order = (0, 3, 4, 1, 5, 2) if first else (0, 1, 4, 2, 5, 3)
    result = (n, c // block**2, h * block, w * block)
    return _moved_blocks(graph, values[0], shape, order, result)


def space_to_depth(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Blocks of positions become channels, the block counted first."""
    block = call.attributes["blocksize"]
    n, c, h, w = _image(values[0], block, divided_channels=False)
    shape = (n, c, h // block, block, w // block, block)
    return _moved_blocks(graph, values[0], shape, (0, 3, 5, 1, 2, 4), (n, c * block**2, h // block, w // block))


def _image(value: Value, block: int, divided_channels: bool) -> Shape:
    shape = value.shape
    parts = [] if len(shape) != 4 else [shape[1]] if divided_channels else [*shape[2:]]
    if not parts or block < 1 or any(n % (block**2 if divided_channels else block) for n in parts):
        raise ShapeError(f"a tensor of shape {shape} cannot be cut into blocks of {block} x {block}")
    return shape


def _moved_blocks(graph: SourceGraph, value: Value, shape: Shape, order: Sequence[int], result: Shape) -> Value:
    graph.keep_apart(value, [1, 2, 3])
    return graph.rearrange(value, lambda table: table.reshape(shape).transpose(order).reshape(result), value.batch)


def triangle(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Entries on one side of a diagonal of the last two axes; the others become 0."""
    offset = call.optional(values, 1)
    k = 0 if offset is None else integers(graph.reshape(offset, (1,)), "the diagonal")[0]
    if len(values[0].shape) < 2:
        raise ShapeError(f"a tensor of shape {values[0].shape} has no diagonal")
    ones = np.ones(values[0].shape[-2:], dtype=int)
    mask = np.triu(ones, k) if call.get("upper", 1) else np.tril(ones, k)
    return graph.scale(values[0], Tensor.of(mask), Tensor.of(0))
