"""The ONNX operators that reduce axes."""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.errors import ShapeError
from tropical.networks.layers import Abs
from tropical.networks.readers.onnx.call import Call, checked_axes
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import max_over, sum_over
from tropical.networks.readers.symbolic.values import Value


def _axes(call: Call, values: Sequence[Value]) -> tuple[list[int], bool]:
    """Return the axes, all of them if none are named, and whether they are kept with length 1."""
    total = len(values[0].shape)
    named = call.numbers(values, 1, "axes")
    if not named:
        named = [] if call.get("noop_with_empty_axes", 0) else list(range(total))
    return checked_axes(named, total), bool(call.get("keepdims", 1))


def reduce_sum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes, keep = _axes(call, values)
    return sum_over(graph, values[0], axes, keep) if axes else values[0]


def reduce_mean(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes, keep = _axes(call, values)
    return sum_over(graph, values[0], axes, keep, mean=True) if axes else values[0]


def reduce_l1(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes, keep = _axes(call, values)
    sizes = graph.folded(lambda g, parts: g.unary(Abs(), parts[0]), values[:1])
    return sum_over(graph, sizes, axes, keep) if axes else sizes


def reduce_max(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes, keep = _axes(call, values)
    return max_over(graph, values[0], axes, keep) if axes else values[0]


def reduce_min(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes, keep = _axes(call, values)
    return max_over(graph, values[0], axes, keep, smallest=True) if axes else values[0]


def _positions(value: Value) -> range:
    if len(value.shape) < 3:
        raise ShapeError(f"a tensor of shape {value.shape} has no positions behind its channels")
    return range(2, len(value.shape))


def global_max_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return max_over(graph, values[0], _positions(values[0]), keep=True)
