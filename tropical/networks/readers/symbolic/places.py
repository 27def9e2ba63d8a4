"""Entries that are put at constant places of a tensor, and entries in order of their size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polytopes.errors import ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_entries
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import max_over
from tropical.networks.readers.symbolic.values import Value, axis_of, constant
from tropical.networks.tensor import Array, Tensor, size


def scattered(graph: SourceGraph, value: Value, places: Array, updates: Value, add: bool = False) -> Value:
    """Return a tensor in which other entries stand at some places, or are added there.

    Args:
        graph: the graph.
        value: the tensor.
        places: where, as indices of the flat tensor, in the order of the flat ``updates``.
        updates: the other entries.
        add: whether they are added; then places may occur several times.

    Raises:
        UnsupportedError: if two entries should replace the same one.
    """
    if graph.points:
        graph.keep_apart(value, range(len(value.shape)))
    chosen = [int(place) for place in places.ravel()]
    if len(chosen) != size(updates.shape):
        raise ShapeError(f"{size(updates.shape)} entries for {len(chosen)} places")
    if len(set(chosen)) == len(chosen):
        return _replaced(graph, value, chosen, updates, add)
    if not add:
        raise UnsupportedError("puts several entries at the same place, where runtimes may choose either")
    entries = _flat(graph, updates)
    for i, place in enumerate(chosen):
        value = _replaced(graph, value, [place], graph.take(entries, 0, [i]), add=True)
    return value


def _replaced(graph: SourceGraph, value: Value, places: Sequence[int], updates: Value, add: bool) -> Value:
    """Put entries at places that differ."""
    charge_entries((size(value.shape) + len(places),), "a tensor that is put together")
    base = constant(Tensor.of(np.zeros(size(value.shape), dtype=np.int64))) if add else _flat(graph, value)
    joined = graph.folded(lambda g, parts: g.concat(parts, 0), [base, _flat(graph, updates)])
    table = np.arange(size(value.shape))
    table[list(places)] = size(value.shape) + np.arange(len(places))
    moved = graph.rearrange(joined, lambda entries: entries[table.reshape(value.shape)])
    result = moved if moved.constant is not None else Value(moved.shape, moved.node, batch=value.batch)
    return graph.folded(lambda g, parts: g.combine(parts, [1, 1]), [value, result]) if add else result


def _flat(graph: SourceGraph, value: Value) -> Value:
    return graph.reshape(Value(value.shape, value.node, value.constant), (size(value.shape),))


def largest_entries(graph: SourceGraph, value: Value, axis: int, count: int, smallest: bool = False) -> Value:
    """Return the largest (or smallest) entries along an axis, in order, which are continuous functions of all of them.

    Args:
        graph: the graph.
        value: the tensor.
        axis: the axis.
        count: how many.
        smallest: whether the smallest ones are asked for.
    """
    axis = axis_of(axis, value.shape)
    length = value.shape[axis]
    if not 0 < count <= length:
        raise ShapeError(f"{count} entries of an axis of length {length}")
    graph.keep_apart(value, [axis])
    if value.constant is not None:
        ordered = np.sort(value.constant.integers, axis=axis)
        ordered = ordered if smallest else np.flip(ordered, axis)
        return constant(Tensor.over(np.take(ordered, range(count), axis), value.constant.denominator))
    if count == 1:
        return max_over(graph, value, [axis], keep=True, smallest=smallest)
    charge_entries((count, size(value.shape)), "entries that are put in order")
    rest = [graph.take(value, axis, [i]) for i in range(length)]
    found: list[Value] = []
    while len(found) < count:
        first, others = rest[0], list[Value]()
        for other in rest[1:]:
            pair = [first, other]
            others.append(graph.extremum(pair, not smallest))
            first = graph.extremum(pair, smallest)
        found.append(first)
        rest = others
    return graph.concat(found, axis)
