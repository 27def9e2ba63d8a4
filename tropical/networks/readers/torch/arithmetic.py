"""The functions of torch that add, scale and multiply; a product has a constant factor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from string import ascii_letters
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.readers.symbolic import conditions, jumps
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.operations import contract, sum_over
from tropical.networks.readers.symbolic.values import Value, axis_of, constant, needs_constant
from tropical.networks.readers.torch.tensors import ZERO, as_value, optional_constant
from tropical.networks.tensor import Tensor, size


def add(graph: SourceGraph, x: Any, y: Any, *, alpha: float = 1) -> Any:
    return _combined(graph, x, y, 1, alpha)


def sub(graph: SourceGraph, x: Any, y: Any, *, alpha: float = 1) -> Any:
    return _combined(graph, x, y, 1, -alpha)


def rsub(graph: SourceGraph, x: Any, y: Any, *, alpha: float = 1) -> Any:
    return _combined(graph, y, x, 1, -alpha)


def _combined(graph: SourceGraph, x: Any, y: Any, a: float, b: float) -> Any:
    if not isinstance(x, Value) and not isinstance(y, Value):
        return a * x + b * y
    factors = [as_fraction(a), as_fraction(b)]
    if any(isinstance(value, Value) and value.jumping is not None for value in (x, y)):
        return jumps.combination(graph, [as_value(x), as_value(y)], factors)
    return graph.folded(lambda g, values: g.combine(values, factors), [as_value(x), as_value(y)])


def mul(graph: SourceGraph, x: Any, y: Any) -> Any:
    if not isinstance(x, Value) and not isinstance(y, Value):
        return x * y
    left, right = as_value(x), as_value(y)
    for condition, other in ((left, right), (right, left)):
        if condition.condition is not None:
            return conditions.where(graph, condition, other, constant(ZERO))
    if left.jumping is not None or right.jumping is not None:
        return jumps.product(graph, [left, right])
    moving, factor = (left, right) if left.constant is None else (right, left)
    weight = needs_constant(factor, "the second factor of a product")
    return graph.folded(lambda g, values: g.scale(values[0], weight, ZERO), [moving])


def div(graph: SourceGraph, x: Any, y: Any, *, rounding_mode: str | None = None) -> Value:
    if rounding_mode is not None:
        raise UnsupportedError("rounds the quotient, so that it is not continuous")
    divisor = needs_constant(as_value(y), "the divisor")
    if 0 in divisor.numerators:
        raise NumberError("division by zero")
    inverse = Tensor.of(1 / divisor.fractions)
    return graph.folded(lambda g, values: g.scale(values[0], inverse, ZERO), [as_value(x)])


def neg(graph: SourceGraph, x: Value) -> Value:
    return graph.folded(lambda g, values: g.scale(values[0], Tensor.of(-1), ZERO), [x])


def power(graph: SourceGraph, x: Value, exponent: Any) -> Value:
    if exponent != 1:
        raise UnsupportedError("a power of the input is not piecewise linear")
    return x


def linear(graph: SourceGraph, x: Value, weight: Value, bias: Value | None = None) -> Value:
    matrix, shift = needs_constant(weight, "the weight"), optional_constant(bias, "the bias")
    if shift is not None and size(shift.shape) == 1:
        shift = Tensor.of(np.broadcast_to(shift.fractions.ravel(), matrix.shape[:1]))
    return graph.affine(x, matrix, shift)


def comparison(holds: Callable[[Any, Any], Any], is_less: bool) -> Callable[..., Value]:
    """Return a function that compares; strict or not does not matter where a choice by it is continuous."""

    def compare(graph: SourceGraph, x: Any, y: Any) -> Value:
        left, right = as_value(x), as_value(y)
        if left.constant is not None and right.constant is not None:
            return constant(Tensor.of(1 * np.asarray(holds(left.constant.fractions, right.constant.fractions))))
        return conditions.greater(graph, right, left) if is_less else conditions.greater(graph, left, right)

    return compare


def where(graph: SourceGraph, condition: Value, x: Any, y: Any) -> Value:
    return conditions.where(graph, condition, as_value(x), as_value(y))


def masked_fill(graph: SourceGraph, x: Value, mask: Value, value: Any) -> Value:
    return conditions.where(graph, mask, as_value(value), x)


def matmul(graph: SourceGraph, x: Value, y: Value) -> Value:
    """Axes in front of the matrices are broadcast; one factor is constant."""
    if y.constant is None:
        return _product(graph, y, needs_constant(x, "the product's first factor"), False)
    return _product(graph, x, y.constant, True)


def _product(graph: SourceGraph, moving: Value, fixed: Tensor, in_front: bool) -> Value:
    """Return ``moving @ fixed``, or if it is not in front ``fixed @ moving``."""
    if len(fixed.shape) == 2 and len(moving.shape) > 1:
        if in_front:
            return graph.affine(moving, Tensor.of(fixed.fractions.T))
        return graph.affine_columns(moving, fixed)
    if not fixed.shape or not moving.shape:
        raise ShapeError("a matrix product needs tensors with axes")
    names = iter(ascii_letters)
    summed, row, column = next(names), next(names), next(names)
    outer = [next(names) for _ in range(max(len(moving.shape), len(fixed.shape), 2) - 2)]
    left, right = (moving.shape, fixed.shape) if in_front else (fixed.shape, moving.shape)
    first = _outer(outer, left) + (row if len(left) > 1 else "") + summed
    second = _outer(outer, right) + summed + (column if len(right) > 1 else "")
    wanted = _outer(outer, max(left, right, key=len))
    result = wanted + (row if len(left) > 1 else "") + (column if len(right) > 1 else "")
    return contract(graph, moving, fixed, (first, second, result) if in_front else (second, first, result))


def _outer(names: Sequence[str], shape: Sequence[int]) -> str:
    count = max(0, len(shape) - 2)
    return "".join(names[len(names) - count :])


def addmm(graph: SourceGraph, x: Value, y: Value, z: Value, *, beta: float = 1, alpha: float = 1) -> Any:
    """``beta x + alpha y z``."""
    return _combined(graph, x, matmul(graph, y, z), beta, alpha)


def einsum(graph: SourceGraph, equation: str, *operands: Any) -> Value:
    """Of one tensor, or of one and a constant; the indices are single letters."""
    values = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else list(operands)
    terms, arrow, result = equation.replace(" ", "").partition("->")
    names = terms.split(",")
    if len(names) != len(values) or len(values) > 2 or "." in equation:
        raise UnsupportedError(f"the equation {equation!r}; one or two operands without ellipses are read")
    if not arrow:
        result = "".join(sorted(name for name in set("".join(names)) if "".join(names).count(name) == 1))
    if len(values) == 1:
        [own] = names
        if len(set(own)) < len(own) or not set(result) <= set(own):
            raise UnsupportedError(f"the equation {equation!r}; diagonals are not read")
        summed = [i for i, name in enumerate(own) if name not in result]
        kept = [name for name in own if name in result]
        value = sum_over(graph, values[0], summed, keep=False) if summed else values[0]
        return graph.transpose(value, [kept.index(name) for name in result])
    place = 1 if values[0].constant is None else 0
    weight = needs_constant(values[place], "the second factor of a product")
    return contract(graph, values[1 - place], weight, (names[1 - place], names[place], result))


def cumsum(graph: SourceGraph, x: Value, dim: int, *, dtype: Any = None) -> Value:
    length = x.shape[axis_of(dim, x.shape)]
    return graph.affine_along(x, Tensor.of(np.tri(length, dtype=int)), dim)


def lerp(graph: SourceGraph, x: Value, end: Value, weight: Any) -> Any:
    """``(1 - weight) x + weight end``."""
    factor = needs_constant(as_value(weight), "the weight")
    rest = constant(Tensor.of(Fraction(1) - factor.fractions))
    return add(graph, mul(graph, x, rest), mul(graph, end, constant(factor)))
