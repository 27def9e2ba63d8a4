"""The ONNX operators in terms of :class:`tropical.networks.readers.graph.SourceGraph`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Abs, LeakyReLU, ReLU, batch_norm
from tropical.networks.readers import onnx_windows
from tropical.networks.readers.graph import SourceGraph, Value, common_shape, constant, needs_constant
from tropical.networks.readers.onnx_call import Call, Operator
from tropical.networks.tensor import Shape, Tensor

ZERO = Tensor.of(0)
LEAKY_SLOPE = float(np.float32(0.01))
EPSILON = float(np.float32(1e-5))


def _transposed(weight: Tensor) -> Tensor:
    return Tensor.of(weight.fractions.T)


def _times(number: Any, weight: Tensor) -> Tensor:
    return weight if number == 1 else Tensor.of(Fraction(number) * weight.fractions)


def _matmul(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    left, right = values
    if left.constant is None:
        weight = _as_matrix(needs_constant(right, "the product's second factor"), left.shape)
        if len(right.shape) == 1:
            product = graph.affine(left, weight.reshape((1, weight.shape[0])))
            return graph.reshape(product, left.shape[:-1])
        return graph.affine(left, _transposed(weight))
    weight = _as_matrix(left.constant, right.shape)
    if len(weight.shape) == 1:
        raise UnsupportedError("a constant vector times a tensor; write it as a matrix of one row")
    return graph.affine_columns(right, weight)


def _as_matrix(weight: Tensor, other: Shape) -> Tensor:
    """Drop leading axes of length 1 where the other factor has at least as many axes."""
    extra = len(weight.shape) - 2
    if extra > 0 and (prod(weight.shape[:extra]) != 1 or len(other) < len(weight.shape)):
        raise UnsupportedError(f"a stack of matrices, of shape {weight.shape}; give one matrix")
    return weight.reshape(weight.shape[extra:]) if extra > 0 else weight


def _gemm(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``alpha A' B' + beta C``; with B constant it acts on the rows of A', with A constant on the columns of B'."""
    left, right, added = values[0], values[1], call.optional(values, 2)
    alpha, beta = call.get("alpha", 1.0), call.get("beta", 1.0)
    if len(left.shape) != 2 or len(right.shape) != 2:
        raise ShapeError(f"factors of shapes {left.shape} and {right.shape}; matrices are needed")
    if left.constant is None:
        weight = _times(alpha, needs_constant(right, "the product's second factor"))
        rows = graph.transpose(left, [1, 0]) if call.get("transA", 0) else left
        matrix = weight if call.get("transB", 0) else _transposed(weight)
        if added is not None and added.constant is not None and added.shape == matrix.shape[:1]:
            return graph.affine(rows, matrix, _times(beta, added.constant))
        product = graph.affine(rows, matrix)
    else:
        weight = _times(alpha, left.constant)
        columns = graph.transpose(right, [1, 0]) if call.get("transB", 0) else right
        product = graph.affine_columns(columns, _transposed(weight) if call.get("transA", 0) else weight)
    if added is None:
        return product
    if common_shape([product.shape, added.shape]) != product.shape:
        raise ShapeError(f"C of shape {added.shape} does not broadcast to the product's shape {product.shape}")
    return graph.combine([product, added], [1, Fraction(beta)])


def _sum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.combine(values, [1] * len(values))


def _sub(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.combine(values, [1, -1])


def _mul(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    moving, factor = values if values[0].constant is None else values[::-1]
    return graph.scale(moving, needs_constant(factor, "the second factor of a product"), ZERO)


def _div(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    divisor = needs_constant(values[1], "the divisor")
    if 0 in divisor.numerators:
        raise NumberError("division by zero")
    return graph.scale(values[0], Tensor.of(1 / divisor.fractions), ZERO)


def _neg(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.scale(values[0], Tensor.of(-1), ZERO)


def _relu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(ReLU(), values[0])


def _leaky_relu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(LeakyReLU(call.get("alpha", LEAKY_SLOPE)), values[0])


def _prelu(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.prelu(values[0], needs_constant(values[1], "the slope"))


def _abs(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.unary(Abs(), values[0])


def _max(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.extremum(values)


def _min(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.extremum(values, smallest=True)


def _clip(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Bounds are inputs (attributes in old files); where they cross, the upper one wins."""
    value = values[0]
    for place, name in ((1, "min"), (2, "max")):
        bound = call.optional(values, place)
        if bound is None and name in call.attributes:
            bound = constant(Tensor.of(call.attributes[name]))
        if bound is not None and len(needs_constant(bound, f"the bound {name}").numerators) != 1:
            raise ShapeError(f"the bound {name} should be one number, got shape {bound.shape}")
        if bound is not None:
            value = graph.extremum([value, bound], smallest=name == "max")
    return value


def _batch_normalization(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    if call.get("training_mode", 0):
        raise UnsupportedError("training_mode is set; export the network in inference mode")
    if not call.get("spatial", 1):
        raise UnsupportedError("spatial is 0; only one mean and variance per channel are read")
    if any(len(value.shape) != 1 for value in values[1:]):
        raise ShapeError("the scale, shift, mean and variance should be vectors, one number per channel")
    roles = ("the scale", "the shift", "the mean", "the variance")
    gamma, beta, mean, var = (needs_constant(v, role) for v, role in zip(values[1:], roles, strict=True))
    axes = len(values[0].shape) - 2
    return graph.channelwise(batch_norm(gamma, beta, mean, var, call.get("epsilon", EPSILON), axes), values[0])


def _flatten(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, axis = values[0].shape, call.get("axis", 1)
    if not -len(shape) <= axis <= len(shape):
        raise ShapeError(f"axis {axis} of a tensor of shape {shape}")
    axis = axis + len(shape) if axis < 0 else axis
    return graph.reshape(values[0], (prod(shape[:axis]), prod(shape[axis:])))


def _integers(value: Value, role: str) -> list[int]:
    tensor = needs_constant(value, role)
    if tensor.denominator != 1 or len(tensor.shape) > 1:
        raise NumberError(f"{role} should be a list of integers")
    return list(tensor.numerators)


def _reshape(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """A length 0 keeps that of the input; the batch size of the file becomes 1, at which it is read."""
    target, shape = _integers(values[1], "the new shape"), values[0].shape
    if not call.get("allowzero", 0):
        target = [shape[i] if n == 0 and i < len(shape) else n for i, n in enumerate(target)]
    if call.batch > 1 and target and target[0] == call.batch and shape[0] == 1:
        target[0] = 1
    return graph.reshape(values[0], tuple(target))


def _transpose(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    axes = range(len(values[0].shape))
    perm = call.get("perm", list(reversed(axes)))
    if sorted(perm) != list(axes):
        raise ShapeError(f"perm {list(perm)} is not a permutation of the axes of a tensor of shape {values[0].shape}")
    return graph.transpose(values[0], perm)


def _axes(call: Call, values: Sequence[Value], total: int) -> list[int] | None:
    """Axes are an input (an attribute in old files)."""
    given = call.optional(values, 1)
    axes = call.get("axes", None) if given is None else _integers(given, "the axes")
    if axes is not None and not all(-total <= axis < total for axis in axes):
        raise ShapeError(f"axes {list(axes)} of a tensor with {total} axes")
    if axes is not None and len({axis % total for axis in axes}) != len(axes):
        raise ShapeError(f"axes {list(axes)} name an axis twice")
    return None if axes is None else [axis % total for axis in axes]


def _squeeze(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape = values[0].shape
    axes = _axes(call, values, len(shape))
    dropped = [i for i, n in enumerate(shape) if n == 1] if axes is None else axes
    if any(shape[axis] != 1 for axis in dropped):
        raise ShapeError(f"axes {dropped} of the shape {shape} do not all have length 1")
    return graph.reshape(values[0], tuple(n for i, n in enumerate(shape) if i not in dropped))


def _unsqueeze(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, given = list(values[0].shape), call.optional(values, 1)
    count = len(call.attributes["axes"]) if given is None else len(_integers(given, "the axes"))
    for axis in sorted(_axes(call, values, len(shape) + count) or []):
        shape.insert(axis, 1)
    return graph.reshape(values[0], tuple(shape))


def _concat(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.concat(values, call.attributes["axis"])


def _constant(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in call.attributes:
            return constant(Tensor.of(call.attributes[name]))
    raise UnsupportedError("a constant that is not a dense tensor of numbers")


def _identity(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return values[0]


def _dropout(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    training = call.optional(values, 2)
    if training is not None and any(needs_constant(training, "training_mode").numerators):
        raise UnsupportedError("training_mode is set; export the network in inference mode")
    return values[0]


OPERATORS: dict[str, Operator] = {
    "Abs": _abs,
    "Add": _sum,
    "AveragePool": onnx_windows.average_pool,
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "Conv": onnx_windows.conv,
    "Div": _div,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": onnx_windows.global_average_pool,
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MatMul": _matmul,
    "Max": _max,
    "MaxPool": onnx_windows.max_pool,
    "Min": _min,
    "Mul": _mul,
    "Neg": _neg,
    "PRelu": _prelu,
    "Relu": _relu,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Sub": _sub,
    "Sum": _sum,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
