"""The functions of torch that put entries at constant places, keep one side of a diagonal, or put entries in order."""

from __future__ import annotations

from string import ascii_letters
from typing import Any

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import contract
from tropical.networks.readers.symbolic.places import largest_entries, scattered
from tropical.networks.readers.symbolic.values import Value, axis_of, constant, needs_constant
from tropical.networks.readers.torch.tensors import Extreme, as_value
from tropical.networks.tensor import Array, Tensor, size


def sort(graph: SourceGraph, x: Value, dim: int = -1, descending: bool = False, *, stable: Any = None) -> Extreme:
    return Extreme(largest_entries(graph, x, dim, x.shape[axis_of(dim, x.shape)], smallest=not descending))


def sort_first(graph: SourceGraph, x: Value) -> Value:
    return sort(graph, x, 0).values


def topk(graph: SourceGraph, x: Value, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Extreme:
    if k > 1 and not sorted:
        raise UnsupportedError("sorted is False, which leaves the order open")
    return Extreme(largest_entries(graph, x, dim, k, smallest=not largest))


def kthvalue(graph: SourceGraph, x: Value, k: int, dim: int = -1, keepdim: bool = False) -> Extreme:
    axis = axis_of(dim, x.shape)
    found = graph.take(largest_entries(graph, x, axis, k, smallest=True), axis, [k - 1])
    return Extreme(found if keepdim else graph.reshape(found, (*x.shape[:axis], *x.shape[axis + 1 :])))


def median(graph: SourceGraph, x: Value, dim: int | None = None, keepdim: bool = False) -> Any:
    """Of an even number of entries the lower one of the two in the middle."""
    if dim is None:
        return kthvalue(graph, graph.reshape(x, (size(x.shape),)), (size(x.shape) + 1) // 2, 0).values
    return kthvalue(graph, x, (x.shape[axis_of(dim, x.shape)] + 1) // 2, dim, keepdim)


def _table(x: Value) -> Array:
    return np.arange(size(x.shape)).reshape(x.shape)


def _index(index: Value) -> Array:
    numbers = needs_constant(index, "an index")
    if numbers.denominator != 1:
        raise ShapeError("an index is no integer")
    return np.asarray(numbers.integers, dtype=np.int64)


def scatter(graph: SourceGraph, x: Value, dim: int, index: Value, src: Any = None, *, value: Any = None) -> Value:
    return _scattered(graph, x, dim, index, value if src is None else src, add=False)


def scatter_add(graph: SourceGraph, x: Value, dim: int, index: Value, src: Any) -> Value:
    return _scattered(graph, x, dim, index, src, add=True)


def _scattered(graph: SourceGraph, x: Value, dim: int, index: Value, source: Any, add: bool) -> Value:
    """The source may be larger than the indices, and its entries beyond them are not used."""
    axis, places = axis_of(dim, x.shape), _index(index)
    near = tuple(slice(None) if i == axis else slice(n) for i, n in enumerate(places.shape))
    if places.ndim != len(x.shape) or (places < 0).any() or (places >= x.shape[axis]).any():
        raise ShapeError(f"indices of shape {places.shape} for a tensor of shape {x.shape}")
    updates = as_value(source)
    if not updates.shape:
        updates = graph.broadcast(updates, places.shape)
    whole = tuple(slice(n) for n in places.shape)
    updates = graph.rearrange(updates, lambda entries: entries[whole])
    return scattered(graph, x, np.take_along_axis(_table(x)[near], places, axis), updates, add)


def index_add(graph: SourceGraph, x: Value, dim: int, index: Value, source: Value, *, alpha: Any = 1) -> Value:
    multiple = graph.folded(lambda g, parts: g.combine(parts, [alpha]), [source]) if alpha != 1 else source
    return scattered(graph, x, np.take(_table(x), _index(index), axis_of(dim, x.shape)), multiple, add=True)


def index_copy(graph: SourceGraph, x: Value, dim: int, index: Value, source: Value) -> Value:
    return scattered(graph, x, np.take(_table(x), _index(index), axis_of(dim, x.shape)), source)


def index_fill(graph: SourceGraph, x: Value, dim: int, index: Value, value: Any) -> Value:
    places = np.take(_table(x), _index(index), axis_of(dim, x.shape))
    return scattered(graph, x, places, graph.broadcast(as_value(value), places.shape))


def set_item(graph: SourceGraph, x: Value, index: Any, value: Any) -> Value:
    """Return the tensor after an assignment to a part of it, by slices and constant indices."""
    parts = tuple(index) if isinstance(index, (tuple, list)) else (index,)
    try:
        places = np.asarray(_table(x)[tuple(_index(part) if isinstance(part, Value) else part for part in parts)])
    except IndexError as error:
        raise ShapeError(f"index {index} of a tensor of shape {x.shape} ({error})") from None
    return scattered(graph, x, places, graph.broadcast(as_value(value), places.shape))


def _triangle(keep: Any) -> Any:
    def read(graph: SourceGraph, x: Value, diagonal: int = 0) -> Value:
        mask = constant(Tensor.of(keep(np.ones(x.shape[-2:], dtype=int), diagonal)))
        if x.constant is not None:
            return constant(Tensor.of(x.constant.fractions * needs_constant(mask, "").fractions))
        return graph.scale(x, needs_constant(mask, ""), Tensor.of(0))

    return read


lower_triangle, upper_triangle = _triangle(np.tril), _triangle(np.triu)


def tensordot(graph: SourceGraph, a: Value, b: Value, dims: Any = 2, out: Any = None) -> Value:
    """One of the tensors is constant."""
    if isinstance(dims, int):
        dims = (range(len(a.shape) - dims, len(a.shape)), range(dims))
    left = list(ascii_letters[: len(a.shape)])
    right = list(ascii_letters[26 : 26 + len(b.shape)])
    for i, j in zip(*map(list, dims), strict=True):
        right[axis_of(j, b.shape)] = left[axis_of(i, a.shape)]
    result = "".join(n for n in left if n not in right) + "".join(n for n in right if n not in left)
    names, moving, fixed = (left, right), a, b
    if a.constant is not None:
        names, moving, fixed = (right, left), b, a
    weight = needs_constant(fixed, "the other tensor")
    return contract(graph, moving, weight, ("".join(names[0]), "".join(names[1]), result))


def axis_windows(graph: SourceGraph, x: Value, dimension: int, size: int, step: int) -> Value:
    """Windows along one axis, whose entries stand on a new axis at the end."""
    axis = axis_of(dimension, x.shape)
    count = (x.shape[axis] - size) // step + 1
    if count < 1:
        raise ShapeError(f"windows of {size} in an axis of length {x.shape[axis]}")
    places = step * np.arange(count)[:, None] + np.arange(size)
    return graph.rearrange(x, lambda table: np.moveaxis(np.take(table, places, axis), axis + 1, -1))
