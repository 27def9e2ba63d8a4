"""The ONNX operators of sums and products."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from string import ascii_letters
from typing import Any

from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.readers.onnx.call import Call
from tropical.networks.readers.symbolic.conditions import where
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.jumps import combination, product
from tropical.networks.readers.symbolic.operations import contract, sum_over
from tropical.networks.readers.symbolic.values import Value, common_shape, needs_constant
from tropical.networks.tensor import Tensor

ZERO = Tensor.of(0)


def _transposed(weight: Tensor) -> Tensor:
    return Tensor.over(weight.integers.T, weight.denominator)


def _times(number: Any, weight: Tensor) -> Tensor:
    factor = Fraction(number)
    return (
        weight
        if factor == 1
        else Tensor.over(factor.numerator * weight.integers, factor.denominator * weight.denominator)
    )


def matmul(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Factors with more than two axes are stacks of matrices, a vector is a row on the left, a column on the right."""
    left, right = values
    moving_left = left.constant is None
    weight = needs_constant(right if moving_left else left, f"the {'second' if moving_left else 'first'} factor")
    moving = left if moving_left else right
    weight = _without_leading_ones(weight, len(moving.shape))
    if not weight.shape or not moving.shape:
        raise ShapeError("a factor without axes; use Mul for numbers")
    if moving_left and len(weight.shape) <= 2:
        if len(weight.shape) == 1:
            product = graph.affine(left, weight.reshape((1, *weight.shape)))
            return graph.reshape(product, graph.full_shape(product)[:-1], product.batch)
        return graph.affine(left, _transposed(weight))
    if not moving_left and len(weight.shape) == 2 and len(moving.shape) > 1:
        return graph.affine_columns(right, weight)
    if not moving_left and len(moving.shape) == 1 and len(weight.shape) == 2:
        return graph.affine(right, weight)
    return _stacks(graph, moving, weight, moving_left)


def _without_leading_ones(weight: Tensor, axes: int) -> Tensor:
    extra = len(weight.shape) - 2
    if extra > 0 and prod(weight.shape[:extra]) == 1 and axes >= len(weight.shape):
        return weight.reshape(weight.shape[extra:])
    return weight


def _stacks(graph: SourceGraph, moving: Value, weight: Tensor, moving_left: bool) -> Value:
    """Name the axes from the end: i and k those of the left matrix, k and j of the right one."""
    deepest = max(len(moving.shape), len(weight.shape)) - 2
    stack = ascii_letters[26 : 26 + max(0, deepest)]
    ends = ("ik", "kj") if moving_left else ("kj", "ik")
    vectors = ("k", "k")
    names = [
        stack[len(stack) - (axes - 2) :] + end if axes > 1 else vector
        for axes, end, vector in zip((len(moving.shape), len(weight.shape)), ends, vectors, strict=True)
    ]
    result = stack + "".join(n for n in ("i", "j") if n in names[0] + names[1])
    missing = [n for n in stack if n not in names[0]]
    if missing:
        raise UnsupportedError(f"a stack of matrices of shape {weight.shape} on a tensor of shape {moving.shape}")
    return contract(graph, moving, weight, (names[0], names[1], result))


def gemm(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
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
    if common_shape([graph.full_shape(product), graph.full_shape(added)]) != graph.full_shape(product):
        raise ShapeError(f"C of shape {added.shape} does not broadcast to the product's shape {product.shape}")
    return graph.combine([product, added], [1, Fraction(beta)])


def einsum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """One tensor that depends on the input, and at most one constant."""
    inputs, arrow, result = str(call.attributes["equation"]).replace(" ", "").partition("->")
    names = inputs.split(",")
    if "." in inputs or len(names) != len(values) or len(values) > 2:
        raise UnsupportedError(f"the equation {inputs + arrow + result!r}; one or two tensors without '...' are read")
    if not arrow:
        letters = "".join(names)
        result = "".join(sorted(n for n in set(letters) if letters.count(n) == 1))
    if not set(result) <= set(inputs) or any(len(n) != len(v.shape) for n, v in zip(names, values, strict=True)):
        raise ShapeError(f"the equation {inputs}->{result} does not fit the shapes of its tensors")
    if len(values) == 1:
        return contract(graph, values[0], Tensor.of(1), (names[0], "", result))
    moving = 0 if values[0].constant is None else 1
    weight = needs_constant(values[1 - moving], "the other tensor")
    return contract(graph, values[moving], weight, (names[moving], names[1 - moving], result))


def _old_broadcast(call: Call, graph: SourceGraph, values: Sequence[Value]) -> list[Value]:
    """Until operator set 6 the second tensor is lined up with the axes of the first from ``axis`` on."""
    first, second = values
    if call.version > 6 or not call.get("broadcast", 0) or "axis" not in call.attributes:
        return [first, second]
    axis = call.attributes["axis"] % len(first.shape)
    behind = len(first.shape) - axis - len(second.shape)
    if behind < 0:
        raise ShapeError(f"a tensor of shape {second.shape} does not fit {first.shape} from axis {axis} on")
    return [first, graph.reshape(second, (*graph.full_shape(second), *[1] * behind), second.batch)]


def _combined(graph: SourceGraph, values: Sequence[Value], coefficients: Sequence[int]) -> Value:
    if any(value.jumping is not None for value in values):
        return combination(graph, values, coefficients)
    return graph.combine(values, coefficients)


def add(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return _combined(graph, _old_broadcast(call, graph, values), [1, 1])


def sub(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return _combined(graph, _old_broadcast(call, graph, values), [1, -1])


def sum_of_several(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return _combined(graph, values, [1] * len(values))


def mean_of_several(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return graph.combine(values, [Fraction(1, len(values))] * len(values))


def mul(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """One factor is constant, or the value of a comparison."""
    pair = _old_broadcast(call, graph, values)
    for condition, other in (pair, pair[::-1]):
        if condition.condition is not None:
            nothing = Value((), constant=ZERO)
            return where(graph, condition, other, nothing)
    if any(value.jumping is not None for value in pair):
        return product(graph, pair)
    moving, factor = pair if pair[0].constant is None else pair[::-1]
    return graph.scale(moving, needs_constant(factor, "the second factor of a product"), ZERO)


def div(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    dividend, second = _old_broadcast(call, graph, values)
    divisor = needs_constant(second, "the divisor")
    if 0 in divisor.numerators:
        raise NumberError("division by zero")
    return graph.scale(dividend, Tensor.of(1 / divisor.fractions), ZERO)


def neg(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return _combined(graph, values, [-1])


def power(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    exponent = needs_constant(values[1], "the exponent")
    if set(exponent.numerators) != {1} or exponent.denominator != 1:
        raise UnsupportedError("a power of what depends on the input is not piecewise linear")
    return graph.broadcast(values[0], common_shape([values[0].shape, exponent.shape]))


def cumulative_sum(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """The sums of the entries before each one along an axis."""
    axis = needs_constant(values[1], "the axis")
    place = int(axis.fractions.ravel()[0]) % len(values[0].shape)
    n, strict = values[0].shape[place], int(bool(call.get("exclusive", 0)))
    rows = [[int(j + strict <= i) for j in range(n)] for i in range(n)]
    if call.get("reverse", 0):
        rows = [row[::-1] for row in rows[::-1]]
    graph.keep_apart(values[0], [place])
    return graph.affine_along(values[0], Tensor.of(rows), place)


def total(call: Call, graph: SourceGraph, value: Value, mean: bool = False) -> Value:
    """Return the sum over all axes behind the channels, which are kept with length 1."""
    return sum_over(graph, value, range(2, len(value.shape)), keep=True, mean=mean)
