"""The functions and methods of torch in terms of :class:`tropical.networks.readers.graph.SourceGraph`.

Numbers that torch keeps as Python floats (slopes, eps) are taken as these float64 numbers, even where torch rounds them
to float32 to compute. Every function takes the graph and then the arguments of its namesake in torch.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Abs, LeakyReLU, ReLU, Select
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.readers.graph import SourceGraph, Value, bare, constant, needs_constant
from tropical.networks.readers.torch_windows import adaptive_avg_pool, avg_pool, conv, max_pool, mean
from tropical.networks.tensor import Tensor, size

ZERO = Tensor.of(0)


def exact(parameter: Any, where: str) -> Tensor:
    """Return a torch tensor as an exact one; every real torch number is exact in float64."""
    if parameter.is_complex() or parameter.is_quantized:
        raise NumberError(f"{where} is {parameter.dtype}; give real numbers")
    if parameter.is_meta or parameter.is_nested or "strided" not in str(parameter.layout):
        kind = "meta, without entries" if parameter.is_meta else f"stored as {parameter.layout}"
        raise UnsupportedError(f"{where} is {kind}; give a dense tensor (to_dense())")
    charge_entries(parameter.shape, where)
    plain = parameter.detach().cpu()
    return tensor((plain.double() if plain.is_floating_point() else plain).numpy(), where)


def optional(parameter: Any, where: str) -> Tensor | None:
    """Return a torch tensor as an exact one, None if there is none."""
    return None if parameter is None else exact(parameter, where)


def _value(operand: Any) -> Value:
    return operand if isinstance(operand, Value) else constant(Tensor.of(operand))


def linear(graph: SourceGraph, x: Value, weight: Value, bias: Value | None = None) -> Value:
    return graph.affine(
        x, needs_constant(weight, "the weight"), None if bias is None else needs_constant(bias, "the bias")
    )


def matmul(graph: SourceGraph, x: Value, weight: Value) -> Value:
    if x.constant is not None and len(x.shape) == 2:
        return graph.affine_columns(weight, x.constant)
    matrix = needs_constant(weight, "the product's second factor")
    if len(matrix.shape) != 2:
        raise UnsupportedError(f"a factor of shape {matrix.shape}; give a matrix")
    return graph.affine(x, Tensor.of(matrix.fractions.T))


def relu(graph: SourceGraph, x: Value, inplace: bool = False) -> Value:
    return graph.unary(ReLU(), x)


def leaky_relu(graph: SourceGraph, x: Value, negative_slope: float = 0.01, inplace: bool = False) -> Value:
    return graph.unary(LeakyReLU(negative_slope), x)


def prelu(graph: SourceGraph, x: Value, weight: Value) -> Value:
    """There is one slope, or one per channel (axis 1)."""
    slope = needs_constant(weight, "the slope")
    return graph.prelu(x, slope.reshape((size(slope.shape), *[1] * max(0, len(x.shape) - 2))))


def absolute(graph: SourceGraph, x: Value) -> Value:
    return graph.unary(Abs(), x)


def clamp(graph: SourceGraph, x: Value, min: Any = None, max: Any = None) -> Value:
    """The upper bound wins."""
    low = x if min is None else graph.extremum([x, _value(min)])
    return low if max is None else graph.extremum([low, _value(max)], smallest=True)


def hardtanh(graph: SourceGraph, x: Value, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Value:
    return clamp(graph, x, min_val, max_val)


def relu6(graph: SourceGraph, x: Value, inplace: bool = False) -> Value:
    return clamp(graph, x, 0, 6)


def add(graph: SourceGraph, x: Any, y: Any, *, alpha: float = 1) -> Any:
    return _combined(graph, x, y, 1, alpha)


def sub(graph: SourceGraph, x: Any, y: Any, *, alpha: float = 1) -> Any:
    return _combined(graph, x, y, 1, -alpha)


def _combined(graph: SourceGraph, x: Any, y: Any, a: float, b: float) -> Any:
    if not isinstance(x, Value) and not isinstance(y, Value):
        return a * x + b * y
    factors = [as_fraction(a), as_fraction(b)]
    return graph.folded(lambda g, values: g.combine(values, factors), [_value(x), _value(y)])


def mul(graph: SourceGraph, x: Any, y: Any) -> Any:
    if not isinstance(x, Value) and not isinstance(y, Value):
        return x * y
    left, right = _value(x), _value(y)
    moving, factor = (left, right) if left.constant is None else (right, left)
    weight = needs_constant(factor, "the second factor of a product")
    return graph.folded(lambda g, values: g.scale(values[0], weight, ZERO), [moving])


def div(graph: SourceGraph, x: Any, y: Any) -> Value:
    divisor = needs_constant(_value(y), "the divisor")
    if 0 in divisor.numerators:
        raise NumberError("division by zero")
    inverse = Tensor.of(1 / divisor.fractions)
    return graph.folded(lambda g, values: g.scale(values[0], inverse, ZERO), [_value(x)])


def neg(graph: SourceGraph, x: Value) -> Value:
    return graph.scale(x, Tensor.of(-1), ZERO)


def maximum(graph: SourceGraph, x: Value, other: Any) -> Value:
    if not isinstance(other, Value):
        raise UnsupportedError("a maximum along an axis; use a max pooling layer, or the maximum of two tensors")
    return graph.extremum([x, other])


def minimum(graph: SourceGraph, x: Value, other: Any) -> Value:
    if not isinstance(other, Value):
        raise UnsupportedError("a minimum along an axis; use the minimum of two tensors")
    return graph.extremum([x, other], smallest=True)


def cat(graph: SourceGraph, tensors: Any, dim: int = 0) -> Value:
    return graph.concat(list(tensors), dim)


def flatten(graph: SourceGraph, x: Value, start_dim: int = 0, end_dim: int = -1) -> Value:
    axes = len(x.shape)
    start, end = start_dim % axes, end_dim % axes
    return graph.reshape(x, (*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]))


def reshape(graph: SourceGraph, x: Value, *shape: Any) -> Value:
    return graph.reshape(x, _listed(shape))


def permute(graph: SourceGraph, x: Value, *dims: Any) -> Value:
    return graph.transpose(x, _listed(dims))


def _listed(arguments: Any) -> tuple[int, ...]:
    """Methods take numbers as separate arguments or as one tuple."""
    [*numbers] = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], (tuple, list)) else arguments
    return tuple(int(n) for n in numbers)


def transpose(graph: SourceGraph, x: Value, dim0: int, dim1: int) -> Value:
    axes = list(range(len(x.shape)))
    axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
    return graph.transpose(x, axes)


def unsqueeze(graph: SourceGraph, x: Value, dim: int) -> Value:
    place = dim % (len(x.shape) + 1)
    return graph.reshape(x, (*x.shape[:place], 1, *x.shape[place:]))


def squeeze(graph: SourceGraph, x: Value, dim: int | tuple[int, ...] | None = None) -> Value:
    if dim is None:
        raise UnsupportedError("squeeze without dim also drops the batch axis; say which axis")
    axes = {d % len(x.shape) for d in ((dim,) if isinstance(dim, int) else dim)}
    return graph.reshape(x, tuple(n for i, n in enumerate(x.shape) if i not in axes or n != 1))


def shape_of(graph: SourceGraph, x: Value, dim: int | None = None) -> Any:
    return x.shape if dim is None else x.shape[dim]


def attribute(graph: SourceGraph, x: Value, name: str) -> Any:
    if name != "shape":
        raise UnsupportedError(f"the attribute {name!r} of a tensor")
    return x.shape


def item(graph: SourceGraph, x: Any, index: Any) -> Any:
    """An entry of a shape, or a part of a tensor by slices."""
    if not isinstance(x, Value):
        return x[index]
    try:
        table = np.arange(size(x.shape)).reshape(x.shape)[index]
    except IndexError as error:
        raise ShapeError(f"index {index} of a tensor of shape {x.shape} ({error})") from None
    layer = Select(table.ravel().tolist(), bare(table.shape))
    return Value(table.shape, graph.builder.add(layer, [graph.place(x)], graph.name))


def dropout(graph: SourceGraph, x: Value, p: float = 0.5, training: bool = True, inplace: bool = False) -> Value:
    """The identity in inference; torch's function, unlike its module, drops entries unless it is told not to."""
    if training and p != 0:
        raise UnsupportedError(
            "training is True (its default), so entries are dropped at random; pass training=self.training and call "
            "eval() on the module, or use torch.nn.Dropout"
        )
    return x


def unchanged(graph: SourceGraph, x: Value, *arguments: Any, **options: Any) -> Value:
    return x


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": absolute,
    "absolute": absolute,
    "adaptive_avg_pool1d": adaptive_avg_pool,
    "adaptive_avg_pool2d": adaptive_avg_pool,
    "add": add,
    "avg_pool1d": avg_pool,
    "avg_pool2d": avg_pool,
    "cat": cat,
    "clamp": clamp,
    "concat": cat,
    "contiguous": unchanged,
    "conv1d": conv,
    "conv2d": conv,
    "div": div,
    "dropout": dropout,
    "flatten": flatten,
    "getattr": attribute,
    "getitem": item,
    "hardtanh": hardtanh,
    "iadd": add,
    "imul": mul,
    "isub": sub,
    "itruediv": div,
    "leaky_relu": leaky_relu,
    "linear": linear,
    "matmul": matmul,
    "max": maximum,
    "max_pool1d": max_pool,
    "max_pool2d": max_pool,
    "maximum": maximum,
    "mean": mean,
    "min": minimum,
    "minimum": minimum,
    "mul": mul,
    "neg": neg,
    "permute": permute,
    "prelu": prelu,
    "relu": relu,
    "relu6": relu6,
    "reshape": reshape,
    "size": shape_of,
    "squeeze": squeeze,
    "sub": sub,
    "transpose": transpose,
    "truediv": div,
    "unsqueeze": unsqueeze,
    "view": reshape,
}
