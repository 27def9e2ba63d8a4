"""The functions of torch that reduce axes: sums, means, maxima, minima, and norms that are piecewise linear."""

from __future__ import annotations

from math import inf
from typing import Any

from polytopes.errors import UnsupportedError
from tropical.networks.layers import Abs, GlobalAvgPool
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import max_over, sum_over
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.readers.torch.tensors import Extreme, axes_of


def total(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Value:
    return sum_over(graph, x, axes_of(x, dim), keepdim)


def mean(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Value:
    axes = axes_of(x, dim)
    if x.constant is None and len(x.shape) > 2 and sorted(axes) == list(range(2, len(x.shape))):
        pooled = graph.channelwise(GlobalAvgPool(), x)
        return pooled if keepdim else graph.reshape(pooled, x.shape[:2])
    return sum_over(graph, x, axes, keepdim, mean=True)


def amax(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False) -> Value:
    return max_over(graph, x, axes_of(x, dim), keepdim)


def amin(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False) -> Value:
    return max_over(graph, x, axes_of(x, dim), keepdim, smallest=True)


def maximum(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The maximum of two tensors, over all entries, or over an axis."""
    return _extremum(graph, x, dim if other is None else other, keepdim, False)


def minimum(graph: SourceGraph, x: Value, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    return _extremum(graph, x, dim if other is None else other, keepdim, True)


def _extremum(graph: SourceGraph, x: Value, dim: Any, keep: bool, smallest: bool) -> Any:
    if isinstance(dim, Value):
        return graph.extremum([x, dim], smallest=smallest)
    found = max_over(graph, x, axes_of(x, dim), keep, smallest=smallest)
    return found if dim is None else Extreme(found)


def norm(
    graph: SourceGraph,
    x: Value,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    out: Any = None,
    dtype: Any = None,
) -> Value:
    """The sum and the maximum of absolute values; other norms are not piecewise linear."""
    if p not in (1, inf):
        raise UnsupportedError(f"the norm of exponent {p} is not piecewise linear; 1 and inf are")
    sizes, axes = graph.unary(Abs(), x), axes_of(x, dim)
    return sum_over(graph, sizes, axes, keepdim) if p == 1 else max_over(graph, sizes, axes, keepdim)


def vector_norm(
    graph: SourceGraph, x: Value, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Value:
    return norm(graph, x, ord, dim, keepdim)
