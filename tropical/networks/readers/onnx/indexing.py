"""The ONNX operators that read and replace entries at constant places, and those that put entries in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.onnx.call import Call, integers
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.places import largest_entries, scattered
from tropical.networks.readers.symbolic.values import Value, axis_of, needs_constant
from tropical.networks.tensor import Array, Shape, size


def gather(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Entries along an axis at constant indices, whose axes take the place of this one."""
    value, indices = values[0], needs_constant(values[1], "the indices")
    full = graph.full_shape(value)
    axis = axis_of(call.get("axis", 0), full)
    chosen = _indices(indices.integers, full[axis])
    taken = graph.take(value, axis, chosen.ravel().tolist())
    shape = graph.full_shape(taken)
    batch = taken.batch
    if batch is not None and axis < batch:
        batch += chosen.ndim - 1
    return graph.reshape(taken, (*shape[:axis], *chosen.shape, *shape[axis + 1 :]), batch)


def _indices(given: Array, length: int) -> Array:
    """Return indices counted from the front."""
    if ((given < -length) | (given >= length)).any():
        raise ShapeError(f"an index is beyond an axis of length {length}")
    return np.asarray(given % length, dtype=np.int64)


def gather_elements(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """For each entry of the indices, the one at that place along an axis, at its own place along the others."""
    value, indices = values[0], needs_constant(values[1], "the indices")
    axis = axis_of(call.get("axis", 0), value.shape)
    near = _beside(indices.shape, value.shape, axis)
    graph.keep_apart(value, range(len(value.shape)) if graph.points else [axis])
    chosen = _indices(indices.integers, value.shape[axis])
    return graph.rearrange(value, lambda table: np.take_along_axis(table[near], chosen, axis), value.batch)


def _beside(indices: Shape, shape: Shape, axis: int) -> tuple[slice, ...]:
    """Return the part of a tensor in which indices along an axis lie."""
    fits = [n <= length or i == axis for i, (n, length) in enumerate(zip(indices, shape, strict=False))]
    if len(indices) != len(shape) or not all(fits):
        raise ShapeError(f"indices of shape {indices} for a tensor of shape {shape}")
    return tuple(slice(None) if i == axis else slice(n) for i, n in enumerate(indices))


def gather_nd(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Parts of a tensor, by constant indices of its first axes; the first of all may be common to both."""
    value, indices = values[0], needs_constant(values[1], "the indices").integers
    common, shape = call.get("batch_dims", 0), value.shape
    depth = indices.shape[-1] if indices.shape else 0
    if not 0 <= common < min(len(shape), indices.ndim) or common + depth > len(shape):
        raise ShapeError(f"indices of shape {indices.shape} for a tensor of shape {shape}")
    if indices.shape[:common] != shape[:common]:
        raise ShapeError(f"indices of shape {indices.shape} share no {common} axes with the shape {shape}")
    graph.keep_apart(value, range(len(shape)) if graph.points else range(common, common + depth))
    here = np.indices(indices.shape[:-1])[:common]
    places = tuple(_indices(indices[..., i], shape[common + i]) for i in range(depth))
    batch = value.batch if value.batch is not None and value.batch < common else None
    return graph.rearrange(value, lambda table: np.asarray(table[(*here, *places)]), batch)


def scatter_elements(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """For each entry of the indices, one that is put at that place along an axis, at its own place along the others."""
    value, indices, updates = values[0], needs_constant(values[1], "the indices"), values[2]
    axis = axis_of(call.get("axis", 0), value.shape)
    near = _beside(indices.shape, value.shape, axis)
    chosen = _indices(indices.integers, value.shape[axis])
    table = np.arange(size(value.shape)).reshape(value.shape)
    return scattered(graph, value, np.take_along_axis(table[near], chosen, axis), updates, _adds(call))


def scatter_nd(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Parts that are put into a tensor, by constant indices of its first axes."""
    value, indices, updates = values[0], needs_constant(values[1], "the indices").integers, values[2]
    depth = indices.shape[-1] if indices.shape else 0
    if depth > len(value.shape):
        raise ShapeError(f"indices of shape {indices.shape} for a tensor of shape {value.shape}")
    table = np.arange(size(value.shape)).reshape(value.shape)
    places = tuple(_indices(indices[..., i], value.shape[i]) for i in range(depth))
    return scattered(graph, value, np.asarray(table[places]), updates, _adds(call))


def _adds(call: Call) -> bool:
    reduction = call.get("reduction", "none")
    if reduction not in ("none", "add"):
        raise UnsupportedError(f"the reduction {reduction!r}; entries that replace others, or are added, are read")
    return bool(reduction == "add")


def compress(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """The entries along an axis at which a constant list is true; without an axis those of the flat tensor."""
    value, kept = values[0], needs_constant(values[1], "the condition")
    places = [i for i, entry in enumerate(kept.numerators) if entry]
    if "axis" not in call.attributes:
        value = graph.reshape(value, (-1,))
    axis = axis_of(call.get("axis", 0), value.shape)
    if not places or places[-1] >= graph.full_shape(value)[axis]:
        raise ShapeError(f"the condition chooses the places {places} of an axis of the shape {value.shape}")
    return graph.take(value, axis, places)


def top_k(call: Call, graph: SourceGraph, values: Sequence[Value]) -> list[Value | None]:
    """The largest or smallest entries along an axis; their indices, which jump, are not read."""
    count = call.get("k", None) if len(values) == 1 else integers(graph.reshape(values[1], (1,)), "their number")[0]
    if count is None:
        raise ShapeError("the number k of entries is missing")
    if not call.get("sorted", 1) and count > 1:
        raise UnsupportedError("sorted is 0, which leaves the order open; set it to 1")
    return [largest_entries(graph, values[0], call.get("axis", -1), count, smallest=not call.get("largest", 1)), None]
