"""Operations of several steps on the values of a :class:`~tropical.networks.readers.symbolic.graph.SourceGraph`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from polytopes.arithmetic.rationals import RationalLike
from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.layers import Conv, Maxout
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant
from tropical.networks.tensor import Array, Shape, Tensor, size


def _axes_last(graph: SourceGraph, value: Value, axes: Collection[int]) -> tuple[Value, Shape]:
    """Return the tensor kept axes x (the given axes as one), and the shape of the kept ones."""
    graph.keep_apart(value, axes)
    kept = [axis for axis in range(len(value.shape)) if axis not in axes]
    last = sorted(axes)
    length = prod(value.shape[axis] for axis in last)
    shape = tuple(value.shape[axis] for axis in kept)
    moved = graph.transpose(value, [*kept, *last]) if [*kept, *last] != list(range(len(value.shape))) else value
    return graph.reshape(moved, (*graph.full_shape(moved)[: len(kept)], length), moved.batch), shape


def _axes_back(graph: SourceGraph, value: Value, shape: Shape, axes: Collection[int], keep: bool) -> Value:
    """Return the reduced tensor under its shape; ``keep`` leaves axes of length 1 where there were others."""
    full = list(graph.full_shape(value)[: len(value.shape) - 1])
    batch = value.batch
    for axis in sorted(axes) if keep else []:
        full.insert(axis, 1)
        batch = batch + 1 if batch is not None and axis <= batch else batch
    return graph.reshape(value, tuple(full), batch)


def sum_over(graph: SourceGraph, value: Value, axes: Collection[int], keep: bool, mean: bool = False) -> Value:
    """Return the sum (or mean) over axes."""
    if value.constant is not None:
        axes, count = tuple(axes), prod(value.shape[axis] for axis in axes)
        total = np.asarray(value.constant.integers.sum(axis=axes, keepdims=keep), dtype=object)
        return constant(Tensor.over(total, value.constant.denominator * (count if mean else 1)))
    rows, shape = _axes_last(graph, value, axes)
    length = rows.shape[-1]
    weight = Tensor.of([[Fraction(1, length) if mean else 1] * length])
    return _axes_back(graph, graph.affine(rows, weight), shape, axes, keep)


def max_over(graph: SourceGraph, value: Value, axes: Collection[int], keep: bool, smallest: bool = False) -> Value:
    """Return the maximum (or minimum) over axes."""
    if value.constant is not None:
        extreme = (np.min if smallest else np.max)(value.constant.integers, axis=tuple(axes), keepdims=keep)
        return constant(Tensor.over(np.asarray(extreme, dtype=object), value.constant.denominator))
    sign = Tensor.of(-1)
    rows, shape = _axes_last(graph, graph.scale(value, sign, ZERO) if smallest else value, axes)
    flat = graph.place(rows, (size(rows.shape),))
    units = graph.builder.add(Maxout(rows.shape[-1]), [flat], graph.name)
    largest = _axes_back(graph, Value((*rows.shape[:-1], 1), units, batch=rows.batch), shape, axes, keep)
    return graph.scale(largest, sign, ZERO) if smallest else largest


ZERO = Tensor.of(0)


Move: TypeAlias = Callable[[Array], Array]

Mode: TypeAlias = Literal["constant", "edge", "reflect", "wrap"]
MODES: dict[str, Mode] = {
    "constant": "constant",
    "zeros": "constant",
    "edge": "edge",
    "replicate": "edge",
    "reflect": "reflect",
    "wrap": "wrap",
    "circular": "wrap",
}
"""The ways to pad by their names in ONNX and torch, and what numpy calls them."""


def pad(
    graph: SourceGraph,
    value: Value,
    before: Sequence[int],
    after: Sequence[int],
    fill: RationalLike | None = None,
    mode: str = "constant",
) -> Value:
    """Add entries in front of and behind every axis; negative numbers leave entries out.

    Args:
        graph: the graph.
        value: the tensor.
        before, after: how many, for each axis.
        fill: the number that is added in the mode "constant", by default 0.
        mode: "constant", or another of ``MODES``, where entries are left out first.

    Raises:
        ShapeError: if no entry is left.
        UnsupportedError: for another mode.
    """
    if mode not in MODES:
        raise UnsupportedError(f"pads in the mode {mode!r}; {', '.join(MODES)} are read")
    way = MODES[mode]
    graph.keep_apart(value, [i for i, (front, back) in enumerate(zip(before, after, strict=True)) if front or back])
    if way != "constant":
        value = _cropped(graph, value, before, after)
    pairs = [(max(0, front), max(0, back)) for front, back in zip(before, after, strict=True)]
    shape = tuple(front + n + back for n, (front, back) in zip(value.shape, pairs, strict=True))
    charge_entries(shape, "a tensor that is padded")
    if way != "constant":
        return graph.rearrange(value, lambda table: np.pad(table, pairs, way), value.batch)
    if shape != value.shape:
        last = size(value.shape)
        value = _with_filler(
            graph, value, Tensor.of(fill or 0), lambda table: np.pad(table, pairs, constant_values=last)
        )
    return _cropped(graph, value, before, after)


def _cropped(graph: SourceGraph, value: Value, before: Sequence[int], after: Sequence[int]) -> Value:
    """Leave out as many entries at the ends of every axis as the negative numbers say."""
    for axis, (front, back) in enumerate(zip(before, after, strict=True)):
        if front < 0 or back < 0:
            kept = range(max(0, -front), value.shape[axis] - max(0, -back))
            if not kept:
                raise ShapeError(f"no entry of axis {axis} of the shape {value.shape} is left")
            value = graph.take(value, axis, kept)
    return value


def _with_filler(graph: SourceGraph, value: Value, filler: Tensor, move: Move) -> Value:
    """Rearrange the entries of a tensor and of one number more, whose index is the last."""
    table = move(np.arange(size(value.shape)).reshape(value.shape))
    flat = graph.reshape(Value(value.shape, value.node, value.constant), (size(value.shape),))
    joined = graph.folded(lambda g, values: g.concat(values, 0), [flat, constant(filler.reshape((1,)))])
    moved = graph.rearrange(joined, lambda entries: entries[table])
    return Value(moved.shape, moved.node, moved.constant, batch=value.batch)


def contract(graph: SourceGraph, value: Value, weight: Tensor, names: tuple[str, str, str]) -> Value:
    """Return the product of a tensor and a constant, summed over all indices that the result does not have.

    Args:
        graph: the graph.
        value: the tensor.
        weight: the constant.
        names: the names of the indices of the tensor, of the constant and of the result, one letter each.

    Raises:
        UnsupportedError: if an index occurs twice in one of them.
    """
    moving, fixed, result = names
    if any(len(set(part)) < len(part) for part in names):
        raise UnsupportedError(f"an index occurs twice in {','.join(names[:2])}->{result}; take diagonals before")
    single = [i for i, name in enumerate(fixed) if name in moving and weight.shape[i] == 1]
    weight = weight.reshape(tuple(n for i, n in enumerate(weight.shape) if i not in single))
    fixed = "".join(name for i, name in enumerate(fixed) if i not in single)
    lengths = dict(zip(fixed, weight.shape, strict=True)) | {
        name: n for name, n in zip(moving, value.shape, strict=True) if n != 1 or name not in fixed
    }
    alone = [i for i, name in enumerate(moving) if name not in fixed + result]
    value = sum_over(graph, value, alone, keep=False) if alone else value
    moving = "".join(name for name in moving if name in fixed + result)
    numbers = weight.integers.sum(axis=tuple(i for i, name in enumerate(fixed) if name not in moving + result))
    numbers, fixed = np.asarray(numbers, dtype=object), "".join(name for name in fixed if name in moving + result)
    shared = "".join(name for name in moving if name in fixed and name in result)
    summed = "".join(name for name in moving if name in fixed and name not in result)
    free, new = [n for n in moving if n not in fixed], [n for n in fixed if n not in moving]
    for i, name in enumerate(moving):
        if name in fixed and (value.shape[i] > 1 or lengths[name] > 1):
            graph.keep_apart(value, [i])
    target = tuple(lengths[name] for name in moving)
    value = graph.broadcast(value, target)
    numbers = np.broadcast_to(numbers, tuple(lengths[name] for name in fixed))
    value = graph.transpose(value, [moving.index(name) for name in (*shared, *free, *summed)])
    numbers = numbers.transpose([fixed.index(name) for name in (*shared, *new, *summed)])
    parts = [
        _slice_product(
            graph, value, Tensor.over(np.asarray(numbers[place], dtype=object), weight.denominator), place, len(free)
        )
        for place in product(*(range(lengths[name]) for name in shared))
    ]
    joined = parts[0] if len(parts) == 1 else graph.concat(parts, 0)
    batch = None if joined.batch is None else joined.batch - 1 + len(shared)
    order = (*shared, *free, *new)
    shape = tuple(lengths[name] for name in order)
    if batch is not None and graph.points:
        shape = (*shape[:batch], shape[batch] * graph.points, *shape[batch + 1 :])
    stacked = graph.reshape(joined, shape, batch)
    return graph.transpose(stacked, [order.index(name) for name in result])


def _slice_product(graph: SourceGraph, value: Value, weight: Tensor, place: tuple[int, ...], free: int) -> Value:
    """Return one part, 1 x free axes x new entries, of a product with shared axes, which come first."""
    part = value
    for i in place:
        part = graph.take(part, 0, [i])
        part = graph.reshape(part, graph.full_shape(part)[1:], None if part.batch is None else part.batch - 1)
    n_summed = len(part.shape) - free
    length = prod(part.shape[free:])
    full = graph.full_shape(part)
    rows = graph.reshape(part, (1, *full[:free], length), None if part.batch is None else part.batch + 1)
    new = weight.shape[: len(weight.shape) - n_summed]
    return graph.affine(rows, weight.reshape((size(new), length)))


def conv_transpose(
    graph: SourceGraph,
    value: Value,
    weight: Tensor,
    bias: Tensor | None,
    *,
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    output_padding: Sequence[int],
    dilation: Sequence[int],
    groups: int,
) -> Value:
    """Return the transposed convolution of a tensor parts x channels x lengths.

    Zeros are put between the entries, and what comes out is convolved with the mirrored kernel.

    Args:
        graph: the graph.
        value: the tensor.
        weight: in_channels x (out_channels / groups) x kernel lengths.
        bias: one number for each output channel.
        stride, dilation: one number for each axis.
        padding: pairs (before, after): what is cut off the result at both ends of each axis.
        output_padding: what is added behind the result, for each axis.
        groups: the number of groups of channels.
    """
    axes = len(stride)
    if len(value.shape) != axes + 2 or len(weight.shape) != axes + 2 or value.shape[1] != weight.shape[0]:
        raise ShapeError(f"a transposed convolution of weight {weight.shape} does not take the shape {value.shape}")
    if groups < 1 or weight.shape[0] % groups:
        raise ShapeError(f"{weight.shape[0]} channels cannot be divided into {groups} groups")
    spread = _spread(graph, value, stride)
    reach = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:], strict=True)]
    before = [r - p[0] for r, p in zip(reach, padding, strict=True)]
    after = [r - p[1] + extra for r, p, extra in zip(reach, padding, output_padding, strict=True)]
    padded = pad(graph, spread, [0, 0, *before], [0, 0, *after])
    kernel = weight.integers[(slice(None), slice(None), *[slice(None, None, -1)] * axes)]
    inner = weight.shape[0] // groups
    kernel = kernel.reshape(groups, inner, *weight.shape[1:]).swapaxes(1, 2)
    kernel = kernel.reshape(groups * weight.shape[1], inner, *weight.shape[2:])
    mirrored = Tensor.over(kernel, weight.denominator)
    shift = Tensor.of([0] * (groups * weight.shape[1])) if bias is None else bias
    return graph.channelwise(Conv(mirrored, shift, dilation=tuple(dilation), groups=groups), padded)


def _spread(graph: SourceGraph, value: Value, stride: Sequence[int]) -> Value:
    """Put ``stride - 1`` zeros between neighbors along the last axes."""
    if set(stride) <= {1}:
        return value
    lengths = [(n - 1) * s + 1 for n, s in zip(value.shape[2:], stride, strict=True)]
    charge_entries((*value.shape[:2], *lengths), "a tensor that is spread")

    def move(table: Array) -> Array:
        wide = np.full((*value.shape[:2], *lengths), size(value.shape))
        wide[(slice(None), slice(None), *(slice(None, None, s) for s in stride))] = table
        return wide

    return _with_filler(graph, value, ZERO, move)
