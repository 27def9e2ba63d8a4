"""What each ONNX operator means, in terms of :class:`tropical.networks.readers.graph.SourceGraph`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Abs, AvgPool, Conv, GlobalAvgPool, LeakyReLU, MaxPool, ReLU, batch_norm
from tropical.networks.readers.graph import SourceGraph, Value, common_shape, constant, needs_constant
from tropical.networks.tensor import Shape, Tensor


@frozen
class Call:
    """What a node says besides its inputs: attributes, which inputs are given, the batch size of the file."""

    attributes: dict[str, Any]
    given: list[bool]
    batch: int

    def get(self, name: str, default: Any) -> Any:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def optional(self, values: Sequence[Value], place: int) -> Value | None:
        """Return the input at this place, None if it is left out (then the later ones move up)."""
        if place >= len(self.given) or not self.given[place]:
            return None
        return values[sum(self.given[:place])]


Operator: TypeAlias = Callable[[Call, SourceGraph, Sequence[Value]], Value]

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
    """Bounds are inputs, attributes in old files; the upper one wins."""
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


def _pads(
    call: Call, shape: Shape, kernel: Shape, stride: Shape, dilation: Shape, clamped: bool
) -> list[tuple[int, int]]:
    """Return (before, after) for each axis; SAME keeps ceil(length / stride) windows, the odd one on its side.

    Where that number is negative a convolution pads nothing (``clamped``).
    """
    mode, axes = call.get("auto_pad", "NOTSET"), len(kernel)
    if mode not in ("", "NOTSET") and "pads" in call.attributes:
        raise ShapeError(f"auto_pad {mode!r} and pads are both given; give one of them")
    if mode == "VALID":
        return [(0, 0)] * axes
    if mode in ("", "NOTSET"):
        pads = call.get("pads", [0] * (2 * axes))
        if len(pads) != 2 * axes:
            raise ShapeError(f"pads {list(pads)} should be {2 * axes} numbers, two an axis")
        return list(zip(pads[:axes], pads[axes:], strict=True))
    if mode not in ("SAME_UPPER", "SAME_LOWER"):
        raise UnsupportedError(f"auto_pad {mode!r}; NOTSET, VALID, SAME_UPPER and SAME_LOWER are read")
    if set(dilation) != {1}:
        raise UnsupportedError(f"auto_pad {mode} with dilations {dilation}, where runtimes disagree; use pads")
    pairs = []
    for length, k, s, d in zip(shape[2:], kernel, stride, dilation, strict=True):
        total = (-(-length // s) - 1) * s + d * (k - 1) + 1 - length
        if total < 0 and not clamped:
            raise UnsupportedError(
                f"auto_pad {mode} with a stride beyond the window, where runtimes disagree; use pads"
            )
        small, large = max(0, total) // 2, max(0, total) - max(0, total) // 2
        pairs.append((small, large) if mode == "SAME_UPPER" else (large, small))
    return pairs


def _window_arguments(call: Call, value: Value, kernel: Shape, clamped: bool = False) -> dict[str, Any]:
    if len(value.shape) != len(kernel) + 2:
        raise ShapeError(f"a kernel of {len(kernel)} axes on a tensor of shape {value.shape}")
    stride = tuple(call.get("strides", [1] * len(kernel)))
    dilation = tuple(call.get("dilations", [1] * len(kernel)))
    for name, numbers in (("strides", stride), ("dilations", dilation)):
        if len(numbers) != len(kernel) or min(numbers) < 1:
            raise ShapeError(f"{name} {list(numbers)} should be {len(kernel)} positive numbers, one an axis")
    padding = _pads(call, value.shape, kernel, stride, dilation, clamped)
    return {"stride": stride, "padding": padding, "dilation": dilation}


def _conv(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    weight = needs_constant(values[1], "the kernel")
    bias = call.optional(values, 2)
    if tuple(call.get("kernel_shape", weight.shape[2:])) != weight.shape[2:]:
        raise ShapeError(f"kernel_shape {call.attributes['kernel_shape']} of a kernel of shape {weight.shape}")
    arguments = _window_arguments(call, values[0], weight.shape[2:], clamped=True)
    if bias is not None:
        arguments["bias"] = needs_constant(bias, "the bias")
    return graph.channelwise(Conv(weight, groups=call.get("group", 1), **arguments), values[0])


def _max_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    kernel = tuple(call.attributes["kernel_shape"])
    arguments = _window_arguments(call, values[0], kernel)
    return graph.channelwise(MaxPool(kernel, ceil_mode=bool(call.get("ceil_mode", 0)), **arguments), values[0])


def _average_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    kernel = tuple(call.attributes["kernel_shape"])
    arguments = _window_arguments(call, values[0], kernel)
    counted = bool(call.get("count_include_pad", 0))
    ceil = bool(call.get("ceil_mode", 0))
    return graph.channelwise(AvgPool(kernel, ceil_mode=ceil, count_include_pad=counted, **arguments), values[0])


def _global_average_pool(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.channelwise(GlobalAvgPool(), values[0])


def _batch_normalization(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    if call.get("training_mode", 0):
        raise UnsupportedError("training_mode is set; export the network in inference mode")
    if not call.get("spatial", 1):
        raise UnsupportedError("spatial is 0; only one mean and variance a channel are read")
    if any(len(value.shape) != 1 for value in values[1:]):
        raise ShapeError("the scale, shift, mean and variance should be vectors, one number a channel")
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
    """0 keeps a length; a batch size fixed in the file stands for the 1 at which it is read."""
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
        raise ShapeError(f"perm {list(perm)} is no order of the axes of a tensor of shape {values[0].shape}")
    return graph.transpose(values[0], perm)


def _axes(call: Call, values: Sequence[Value], total: int) -> list[int] | None:
    """Axes are an input, an attribute in old files."""
    given = call.optional(values, 1)
    axes = call.get("axes", None) if given is None else _integers(given, "the axes")
    if axes is not None and not all(-total <= axis < total for axis in axes):
        raise ShapeError(f"axes {list(axes)} of a tensor with {total} axes")
    if axes is not None and len({axis % total for axis in axes}) != len(axes):
        raise ShapeError(f"axes {list(axes)} name one axis twice")
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
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_normalization,
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "Conv": _conv,
    "Div": _div,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average_pool,
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MatMul": _matmul,
    "Max": _max,
    "MaxPool": _max_pool,
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
