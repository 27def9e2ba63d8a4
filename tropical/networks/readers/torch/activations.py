"""The functions of torch that act entry by entry and bend, and those that do nothing in inference.

Numbers that torch keeps as Python floats (slopes, eps) are taken as these float64 numbers, even where torch rounds them
to float32 to compute. Every function takes the graph and then the arguments of its namesake in torch.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import UnsupportedError
from tropical.networks.layers import Abs, LeakyReLU, ReLU, batch_norm
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant, needs_constant
from tropical.networks.readers.torch.tensors import ZERO, as_value, optional_constant
from tropical.networks.tensor import Tensor, size


def relu(graph: SourceGraph, x: Value, inplace: bool = False) -> Value:
    return graph.unary(ReLU(), x)


def leaky_relu(graph: SourceGraph, x: Value, negative_slope: float = 0.01, inplace: bool = False) -> Value:
    return graph.unary(LeakyReLU(negative_slope), x)


def rrelu(
    graph: SourceGraph,
    x: Value,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Value:
    """In inference the slope is the mean of the bounds, which torch computes in float64."""
    if training:
        raise UnsupportedError("training is True, so slopes are random; call eval() on the module")
    return graph.unary(LeakyReLU((lower + upper) / 2), x)


def prelu(graph: SourceGraph, x: Value, weight: Value) -> Value:
    """There is one slope, or one per channel (axis 1)."""
    slope = needs_constant(weight, "the slope")
    return graph.prelu(x, slope.reshape((size(slope.shape), *[1] * max(0, len(x.shape) - 2))))


def absolute(graph: SourceGraph, x: Value) -> Value:
    return graph.folded(lambda g, values: g.unary(Abs(), values[0]), [x])


def clamp(graph: SourceGraph, x: Value, min: Any = None, max: Any = None) -> Value:
    """The upper bound wins."""
    low = x if min is None else graph.extremum([x, as_value(min)])
    return low if max is None else graph.extremum([low, as_value(max)], smallest=True)


def clamp_max(graph: SourceGraph, x: Value, max: Any) -> Value:
    return clamp(graph, x, max=max)


def hardtanh(graph: SourceGraph, x: Value, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Value:
    return clamp(graph, x, min_val, max_val)


def relu6(graph: SourceGraph, x: Value, inplace: bool = False) -> Value:
    return clamp(graph, x, 0, 6)


def hardsigmoid(graph: SourceGraph, x: Value, inplace: bool = False) -> Value:
    """``min(max(0, x + 3), 6) / 6``."""
    shifted = graph.scale(x, Tensor.of(1), Tensor.of(3))
    return graph.scale(clamp(graph, shifted, 0, 6), Tensor.of(Fraction(1, 6)), ZERO)


def softshrink(graph: SourceGraph, x: Value, lambd: float = 0.5) -> Value:
    """``max(0, x - lambd) - max(0, -x - lambd)``."""
    shift = Tensor.of(-as_fraction(lambd))
    beyond = [graph.unary(ReLU(), graph.scale(x, Tensor.of(sign), shift)) for sign in (1, -1)]
    return graph.combine(beyond, [1, -1])


def hardshrink(graph: SourceGraph, x: Value, lambd: float = 0.5) -> Value:
    if lambd != 0:
        raise UnsupportedError("is not continuous: it jumps from 0 to its threshold lambd; use Softshrink")
    return x


def threshold(graph: SourceGraph, x: Value, threshold: float, value: float, inplace: bool = False) -> Value:
    """``x`` where it is above the threshold, ``value`` elsewhere."""
    if value != threshold:
        raise UnsupportedError(f"is not continuous: it jumps from {value} to its threshold {threshold}")
    return graph.extremum([x, constant(Tensor.of(threshold))])


def dropout(graph: SourceGraph, x: Value, p: float = 0.5, training: bool = True, inplace: bool = False) -> Value:
    """The identity in inference; torch's function, unlike its module, drops entries unless it is told not to."""
    if training and p != 0:
        raise UnsupportedError(
            "training is True (its default), so entries are dropped at random; pass training=self.training and call "
            "eval() on the module, or use torch.nn.Dropout"
        )
    return x


def rarer_dropout(graph: SourceGraph, x: Value, p: float = 0.5, training: bool = False, inplace: bool = False) -> Value:
    """The variants that drop nothing unless they are told to."""
    return dropout(graph, x, p, training, inplace)


def batch_normalized(
    graph: SourceGraph,
    x: Value,
    mean: Tensor,
    variance: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
) -> Value:
    """Apply batch normalization in inference form to axis 1."""
    gamma = np.ones(mean.shape, dtype=int) if weight is None else weight
    beta = np.zeros(mean.shape, dtype=int) if bias is None else bias
    return graph.channelwise(batch_norm(gamma, beta, mean, variance, eps, len(x.shape) - 2), x)


def batch_norm_function(
    graph: SourceGraph,
    x: Value,
    running_mean: Value | None,
    running_var: Value | None,
    weight: Value | None = None,
    bias: Value | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Value:
    if training or running_mean is None or running_var is None:
        raise UnsupportedError(
            "uses the statistics of the batch; call eval() on the module, and keep running statistics"
        )
    mean, variance = (needs_constant(v, "the statistics") for v in (running_mean, running_var))
    scale, shift = (optional_constant(v, "the scale and shift") for v in (weight, bias))
    return batch_normalized(graph, x, mean, variance, scale, shift, eps)


def cast(graph: SourceGraph, x: Value, *arguments: Any, **options: Any) -> Value:
    """Another type of floats or another device: rounding is not part of the exact network."""
    for given in (*arguments, *options.values()):
        if getattr(given, "is_floating_point", True) is False:
            raise UnsupportedError(f"a cast to {given}, which rounds, so that it is not continuous")
    return x


def unchanged(graph: SourceGraph, x: Value, *arguments: Any, **options: Any) -> Value:
    return x
