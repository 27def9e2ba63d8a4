"""The functions of torch that move, choose, repeat and join entries, and ask for shapes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import MODES, pad
from tropical.networks.readers.symbolic.values import Value, axis_of, constant, needs_constant
from tropical.networks.readers.torch.tensors import Extreme, as_value, axes_of, listed
from tropical.networks.tensor import Array, Tensor, size


def cat(graph: SourceGraph, tensors: Any, dim: int = 0, *, axis: int | None = None) -> Value:
    """Parts without entries are left out, as torch does."""
    values = [as_value(value) for value in tensors if value.shape != (0,)]
    return graph.concat(values, dim if axis is None else axis)


def stack(graph: SourceGraph, tensors: Any, dim: int = 0) -> Value:
    values = [as_value(value) for value in tensors]
    return graph.concat([unsqueeze(graph, value, dim) for value in values], dim)


def hstack(graph: SourceGraph, tensors: Any) -> Value:
    return cat(graph, tensors, 1)


def flatten(graph: SourceGraph, x: Value, start_dim: int = 0, end_dim: int = -1) -> Value:
    start, end = axis_of(start_dim, x.shape), axis_of(end_dim, x.shape)
    return graph.reshape(x, (*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))


def unflatten(graph: SourceGraph, x: Value, dim: int, sizes: Any) -> Value:
    axis = axis_of(dim, x.shape)
    wanted = tuple(int(n) for n in sizes)
    if -1 in wanted:
        wanted = tuple(x.shape[axis] // -prod(wanted) if n == -1 else n for n in wanted)
    return graph.reshape(x, (*x.shape[:axis], *wanted, *x.shape[axis + 1 :]))


def reshape(graph: SourceGraph, x: Value, *shape: Any) -> Value:
    return graph.reshape(x, listed(shape))


def reshape_as(graph: SourceGraph, x: Value, other: Value) -> Value:
    return graph.reshape(x, other.shape)


def permute(graph: SourceGraph, x: Value, *dims: Any) -> Value:
    return _transposed(graph, x, listed(dims))


def transpose(graph: SourceGraph, x: Value, dim0: int, dim1: int) -> Value:
    axes = list(range(len(x.shape)))
    axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
    return _transposed(graph, x, axes)


def transpose_matrix(graph: SourceGraph, x: Value) -> Value:
    if len(x.shape) > 2:
        raise ShapeError(f"t of a tensor of shape {x.shape}; it takes at most two axes")
    return _transposed(graph, x, range(len(x.shape))[::-1])


def movedim(graph: SourceGraph, x: Value, source: Any, destination: Any) -> Value:
    moved = axes_of(x, source)
    by_place = dict(zip(axes_of(x, destination), moved, strict=True))
    rest = iter(axis for axis in range(len(x.shape)) if axis not in moved)
    return _transposed(graph, x, [by_place[i] if i in by_place else next(rest) for i in range(len(x.shape))])


def _transposed(graph: SourceGraph, x: Value, axes: Sequence[int]) -> Value:
    if x.constant is not None:
        return graph.rearrange(x, lambda table: table.transpose(axes))
    return graph.transpose(x, axes)


def unsqueeze(graph: SourceGraph, x: Value, dim: int) -> Value:
    place = axis_of(dim, (*x.shape, 1))
    return graph.reshape(x, (*x.shape[:place], 1, *x.shape[place:]))


def squeeze(graph: SourceGraph, x: Value, dim: int | tuple[int, ...] | None = None) -> Value:
    if dim is None:
        raise UnsupportedError("squeeze without dim also drops the batch axis; say which axis")
    axes = axes_of(x, dim)
    return graph.reshape(x, tuple(n for i, n in enumerate(x.shape) if i not in axes or n != 1))


def split(graph: SourceGraph, x: Value, split_size_or_sections: Any, dim: int = 0) -> list[Value]:
    length = x.shape[axis_of(dim, x.shape)]
    if isinstance(split_size_or_sections, int):
        return _parts(graph, x, [*range(0, length, split_size_or_sections), length], dim)
    ends = [0, *accumulate(int(n) for n in split_size_or_sections)]
    if ends[-1] != length:
        raise ShapeError(f"parts of lengths {list(split_size_or_sections)} do not fill axis {dim} of {x.shape}")
    return _parts(graph, x, ends, dim)


def chunk(graph: SourceGraph, x: Value, chunks: int, dim: int = 0) -> list[Value]:
    """All parts but the last have the same length, so that there may be fewer."""
    return split(graph, x, -(-x.shape[axis_of(dim, x.shape)] // chunks), dim)


def tensor_split(graph: SourceGraph, x: Value, indices_or_sections: Any, dim: int = 0) -> list[Value]:
    length = x.shape[axis_of(dim, x.shape)]
    if isinstance(indices_or_sections, int):
        each, rest = divmod(length, indices_or_sections)
        return _parts(graph, x, [i * each + min(i, rest) for i in range(indices_or_sections + 1)], dim)
    ends = [slice(index).indices(length)[1] for index in indices_or_sections]
    return _parts(graph, x, [0, *ends, length], dim)


def _parts(graph: SourceGraph, x: Value, ends: Sequence[int], dim: int) -> list[Value]:
    return [graph.take(x, dim, range(start, end)) for start, end in pairwise(ends)]


def unbind(graph: SourceGraph, x: Value, dim: int = 0) -> list[Value]:
    return [select(graph, x, dim, i) for i in range(x.shape[axis_of(dim, x.shape)])]


def select(graph: SourceGraph, x: Value, dim: int, index: int) -> Value:
    axis = axis_of(dim, x.shape)
    length = x.shape[axis]
    if not -length <= index < length:
        raise ShapeError(f"index {index} of an axis of length {length}")
    part = graph.take(x, axis, [index % length])
    return graph.reshape(part, (*x.shape[:axis], *x.shape[axis + 1 :]))


def narrow(graph: SourceGraph, x: Value, dim: int, start: int, length: int) -> Value:
    return graph.take(x, dim, range(start, start + length))


def index_select(graph: SourceGraph, x: Value, dim: int, index: Value) -> Value:
    return graph.take(x, dim, _integers(index))


def _integers(index: Value) -> list[int]:
    numbers = needs_constant(index, "an index")
    if numbers.denominator != 1:
        raise ShapeError("an index is no integer")
    return list(numbers.numerators)


def item(graph: SourceGraph, x: Any, index: Any) -> Any:
    """An entry of a shape or of a list of tensors, or a part of a tensor by slices and constant indices."""
    if not isinstance(x, Value):
        return x[index]
    parts = tuple(index) if isinstance(index, (tuple, list)) else (index,)
    places = tuple(_index(part) if isinstance(part, Value) else part for part in parts)
    try:
        return graph.rearrange(x, lambda table: np.asarray(table[places]))
    except IndexError as error:
        raise ShapeError(f"index {index} of a tensor of shape {x.shape} ({error})") from None


def _index(index: Value) -> Array:
    return np.array(_integers(index), dtype=np.int64).reshape(index.shape)


def expand(graph: SourceGraph, x: Value, *sizes: Any) -> Value:
    wanted = listed(sizes)
    padded = (1,) * (len(wanted) - len(x.shape)) + x.shape
    return graph.broadcast(x, tuple(have if n == -1 else n for n, have in zip(wanted, padded, strict=True)))


def expand_as(graph: SourceGraph, x: Value, other: Value) -> Value:
    return graph.broadcast(x, other.shape)


def repeat(graph: SourceGraph, x: Value, *repeats: Any) -> Value:
    counts = listed(repeats)
    charge_entries((size(x.shape), *counts), "a tensor that is repeated")
    return graph.rearrange(x, lambda table: np.tile(table, counts))


def repeat_interleave(graph: SourceGraph, x: Value, repeats: int, dim: int | None = None) -> Value:
    charge_entries((size(x.shape), repeats), "a tensor that is repeated")
    return graph.rearrange(x, lambda table: np.repeat(table, repeats, dim))


def flip(graph: SourceGraph, x: Value, *dims: Any) -> Value:
    return graph.rearrange(x, lambda table: np.flip(table, listed(dims)))


def roll(graph: SourceGraph, x: Value, shifts: Any, dims: Any = None) -> Value:
    return graph.rearrange(x, lambda table: np.roll(table, shifts, dims))


def padded(graph: SourceGraph, x: Value, pad_: Any, mode: str = "constant", value: Any = None) -> Value:
    """Pairs (before, after) are listed from the last axis on."""
    counts, axes = [int(n) for n in pad_], len(x.shape)
    if len(counts) % 2 or len(counts) > 2 * axes or mode not in MODES:
        raise ShapeError(f"padding {counts} in mode {mode!r} for a tensor of shape {x.shape}")
    before, after = [0] * axes, [0] * axes
    for i in range(len(counts) // 2):
        before[-1 - i], after[-1 - i] = counts[2 * i : 2 * i + 2]
    return pad(graph, x, before, after, as_fraction(value or 0), mode)


def pixel_shuffle(graph: SourceGraph, x: Value, upscale_factor: int) -> Value:
    """Channels C r r become C, and lengths h, w become h r, w r."""
    (*front, channels, h, w), r = x.shape, upscale_factor
    if channels % (r * r):
        raise ShapeError(f"{channels} channels are no multiple of {r * r}")
    n = len(front)
    order = [*range(n), n, n + 3, n + 1, n + 4, n + 2]
    shape = (*front, channels // (r * r), r, r, h, w)
    return graph.rearrange(
        x, lambda table: table.reshape(shape).transpose(order).reshape(*front, shape[n], h * r, w * r)
    )


def pixel_unshuffle(graph: SourceGraph, x: Value, downscale_factor: int) -> Value:
    (*front, channels, h, w), r = x.shape, downscale_factor
    if h % r or w % r:
        raise ShapeError(f"lengths {h}, {w} are no multiples of {r}")
    n = len(front)
    shape = (*front, channels, h // r, r, w // r, r)
    order = [*range(n), n, n + 2, n + 4, n + 1, n + 3]
    return graph.rearrange(
        x, lambda table: table.reshape(shape).transpose(order).reshape(*front, channels * r * r, h // r, w // r)
    )


def channel_shuffle(graph: SourceGraph, x: Value, groups: int) -> Value:
    batch, channels, *rest = x.shape
    shape = (batch, groups, channels // groups, *rest)
    return graph.rearrange(x, lambda table: table.reshape(shape).swapaxes(1, 2).reshape(x.shape))


def shape_of(graph: SourceGraph, x: Value, dim: int | None = None) -> Any:
    return x.shape if dim is None else x.shape[dim]


def count(graph: SourceGraph, x: Any) -> int:
    return prod(x.shape if isinstance(x, Value) else x)


def n_axes(graph: SourceGraph, x: Value) -> int:
    return len(x.shape)


def attribute(graph: SourceGraph, x: Any, name: str) -> Any:
    if isinstance(x, Extreme) and name in ("values", "indices"):
        return getattr(x, name)
    match name:
        case "shape":
            return x.shape
        case "ndim":
            return len(x.shape)
        case "T" | "mT" | "H" | "mH":
            axes = list(range(len(x.shape)))
            return _transposed(graph, x, axes[::-1] if name in "TH" else [*axes[:-2], *axes[:-3:-1]])
        case "device" | "dtype" | "requires_grad" | "data":
            return x if name == "data" else name
    raise UnsupportedError(f"the attribute {name!r} of a tensor")


def filled(number: int) -> Any:
    """Return the function that makes a constant tensor of a number, of the shape of a tensor or of given lengths."""

    def make(graph: SourceGraph, x: Any, *lengths: Any, **options: Any) -> Value:
        given = (x, *lengths) if not isinstance(x, Value) else lengths
        shape = listed(given) if given else x.shape
        charge_entries(shape, "a constant")
        return constant(Tensor.of(np.full(shape, number)))

    return make
