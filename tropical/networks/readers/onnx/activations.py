"""The ONNX operators that act entry by entry, maxima of tensors, and batch normalization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Abs, LeakyReLU, ReLU, batch_norm
from tropical.networks.readers.onnx.call import Call
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant, needs_constant
from tropical.networks.tensor import Tensor

ZERO, ONE = Tensor.of(0), Tensor.of(1)
LEAKY_SLOPE = float(np.float32(0.01))
EPSILON = float(np.float32(1e-5))
HARD_SLOPE = float(np.float32(0.2))
TRAINING = "is set to training, where its value is random or depends on the batch; export the network in inference mode"


def relu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(ReLU(), values[0])


def leaky_relu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(LeakyReLU(call.get("alpha", LEAKY_SLOPE)), values[0])


def prelu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Until operator set 6 a vector of slopes belongs to the channels, axis 1."""
    slope = needs_constant(values[1], "the slope")
    if call.version <= 6 and len(slope.shape) == 1:
        slope = slope.reshape((*slope.shape, *[1] * max(0, len(values[0].shape) - 2)))
    return graph.prelu(values[0], slope)


def absolute(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(Abs(), values[0])


def maximum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.extremum(_bounded(values, -1))


def minimum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.extremum(_bounded(values, 1), smallest=True)


def _bounded(values: Sequence[Value], neutral: int) -> Sequence[Value]:
    """Leave out constants that never decide: minus infinity in a maximum, infinity in a minimum."""
    kept = [value for value in values if value.infinite != neutral]
    return kept if kept and all(value.shape in ((), (1,)) for value in values if value.infinite) else values


def clip(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Bounds are inputs (attributes in old files); where they cross, the upper one wins.

    A bound that is infinite, or the last number of its type, is none.
    """
    value = values[0]
    for place, name, sign in ((1, "min", -1), (2, "max", 1)):
        bound = call.optional(values, place)
        if bound is None and name in call.attributes:
            bound = _attribute(call.attributes[name])
        if bound is None or (bound.shape in ((), (1,)) and bound.infinite == sign):
            continue
        number = needs_constant(bound, f"the bound {name}")
        if len(number.numerators) != 1:
            raise ShapeError(f"the bound {name} should be one number, got shape {bound.shape}")
        if sign * number.numerators[0] < number.denominator * _largest(call.types[0]):
            value = graph.extremum([value, constant(number.reshape(()))], smallest=name == "max")
    return value


def _attribute(number: float) -> Value:
    if np.isfinite(number):
        return constant(Tensor.of(number))
    return Value((), defect=NumberError(f"a bound is {number}"), infinite=int(np.sign(number)))


def _largest(element_type: int) -> int:
    """Return the largest number of a type of floats."""
    import onnx

    kinds = onnx.TensorProto
    types: dict[int, Any] = {kinds.DOUBLE: np.float64, kinds.FLOAT16: np.float16}
    return int(np.finfo(types.get(element_type, np.float32)).max)


def hard_sigmoid(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``max(0, min(1, alpha x + beta))``."""
    slope, shift = Tensor.of(call.get("alpha", HARD_SLOPE)), Tensor.of(call.get("beta", 0.5))
    below = graph.extremum([graph.scale(values[0], slope, shift), constant(ONE)], smallest=True)
    return graph.unary(ReLU(), below)


def thresholded_relu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``x`` where x > alpha, 0 elsewhere."""
    if call.get("alpha", 1.0) != 0:
        raise UnsupportedError("is not continuous: it jumps from 0 to its threshold alpha")
    return graph.unary(ReLU(), values[0])


def shrink(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``x + bias`` where x < -lambd, ``x - bias`` where x > lambd, 0 between."""
    bias, threshold = call.get("bias", 0.0), call.get("lambd", 0.5)
    if bias != threshold or threshold < 0:
        raise UnsupportedError("is not continuous: it jumps at the threshold lambd, which differs from its bias")
    shift = Tensor.of(-threshold)
    beyond = [graph.unary(ReLU(), graph.scale(values[0], Tensor.of(sign), shift)) for sign in (1, -1)]
    return graph.combine(beyond, [1, -1])


def batch_normalization(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """With further outputs, the statistics of the batch, before operator set 14 it is set to training."""
    in_training = call.get("training_mode", 0) or (call.version < 14 and any(call.named[1:]))
    if in_training or (call.version < 7 and not call.get("is_test", 0)):
        raise UnsupportedError(f"a batch normalization that {TRAINING}")
    if not call.get("spatial", 1):
        raise UnsupportedError("spatial is 0; only one mean and variance per channel are read")
    if any(len(value.shape) != 1 for value in values[1:]):
        raise ShapeError("the scale, shift, mean and variance should be vectors, one number per channel")
    roles = ("the scale", "the shift", "the mean", "the variance")
    gamma, beta, mean, var = (needs_constant(v, role) for v, role in zip(values[1:], roles, strict=True))
    axes = len(values[0].shape) - 2
    return graph.channelwise(batch_norm(gamma, beta, mean, var, call.get("epsilon", EPSILON), axes), values[0])


def dropout(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    training = call.optional(values, 2)
    if training is not None and any(needs_constant(training, "training_mode").numerators):
        raise UnsupportedError(f"a dropout that {TRAINING}")
    if call.version < 7 and not call.get("is_test", 0):
        raise UnsupportedError(f"a dropout that {TRAINING}")
    return values[0]
