"""The ONNX operators that give constants, and those that are carried out on constants only.

Integers and booleans are folded as numpy does, floats as the rational numbers that are stored, without rounding. Only a
Cast rounds, to the nearest number of its type, and a root is the float64 nearest to it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import ceil, floor, prod
from typing import Any

import numpy as np

from polytopes.arithmetic.long_numbers import count_digits
from polytopes.errors import NumberError, ShapeError, UnsupportedError
from tropical.networks.readers.common import charge_digits, charge_entries, root
from tropical.networks.readers.onnx.call import Call, integers
from tropical.networks.readers.onnx.checks import kind_of
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value, constant, needs_constant
from tropical.networks.tensor import Array, Tensor

MOST_POWERS = 64
"""The largest exponent that is carried out."""


def stored(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """A node Constant."""
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in call.attributes:
            found = call.attributes[name]
            return found if isinstance(found, Value) else constant(Tensor.of(found))
    raise UnsupportedError("a constant that is not a dense tensor of numbers")


def shape_of(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape = graph.full_shape(values[0])
    return constant(Tensor.of(np.array(shape[call.get("start", 0) : call.get("end", None)], dtype=np.int64)))


def size_of(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    return constant(Tensor.of(prod(graph.full_shape(values[0]))))


def filled(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    shape, number = tuple(integers(values[0], "the shape")), call.get("value", constant(Tensor.of(0)))
    if min(shape, default=0) < 0:
        raise ShapeError(f"the shape {shape} has negative lengths")
    charge_entries(shape, "a constant")
    entry = needs_constant(number, "the value")
    return constant(Tensor.over(np.full(shape, entry.numerators[0], dtype=object), entry.denominator))


def range_(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    start, limit, step = (needs_constant(v, "a bound").fractions.ravel().tolist()[0] for v in values)
    if not step:
        raise NumberError("the step is 0")
    count = max(0, ceil((limit - start) / step))
    charge_entries([count], "a range")
    return constant(Tensor.of(np.array([start + i * step for i in range(count)], dtype=object)))


def unit_matrix(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    if len(values[0].shape) != 2:
        raise ShapeError(f"a matrix is asked for with the shape {values[0].shape}")
    charge_entries(values[0].shape, "a constant")
    return constant(Tensor.of(np.eye(*values[0].shape, k=call.get("k", 0), dtype=np.int64)))


def cast(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """Constants are rounded; what depends on the input stays as it is, and may only become another type of floats."""
    [value] = values
    to = call.attributes["to"]
    if value.constant is not None:
        return constant(Tensor.of(_cast(value.constant.fractions, to)))
    if value.condition is not None and kind_of(to) == "b":
        return value
    if kind_of(to) != "f":
        raise UnsupportedError("makes integers or booleans of what depends on the input: it is not continuous")
    return value


def _cast(entries: Array, to: int) -> Array:
    import onnx

    kinds = onnx.TensorProto
    if kind_of(to) == "b":
        return np.asarray(entries != 0, dtype=bool)
    if kind_of(to) == "i":
        return np.array([int(entry) for entry in entries.ravel().tolist()], dtype=object).reshape(entries.shape)
    types: dict[int, Any] = {kinds.FLOAT: np.float32, kinds.DOUBLE: np.float64, kinds.FLOAT16: np.float16}
    if to not in types:
        raise UnsupportedError(f"to {kinds.DataType.Name(to)}; constants are cast to integers, float16, 32 and 64")
    with np.errstate(over="ignore"):
        return np.asarray(entries.astype(np.float64).astype(types[to]))


def dequantized(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """``(x - zero_point) * scale``, the latter for all entries, for each place along an axis, or for blocks of it."""
    x, zero = needs_constant(values[0], "the integers"), call.optional(values, 2)
    axis, block = call.get("axis", 1), call.get("block_size", 0)

    def spread(tensor: Tensor) -> Array:
        if block:
            repeated = np.repeat(tensor.fractions, block, axis)
            return np.take(repeated, range(x.shape[axis]), axis)
        shape = [1] * len(x.shape)
        if len(tensor.numerators) > 1:
            shape[axis] = -1
        return tensor.fractions.reshape(shape)

    if block and len(values[1].shape) != len(x.shape):
        raise ShapeError(f"scales of shape {values[1].shape} for blocks of the shape {x.shape}")
    if block:
        charge_entries((*values[1].shape, block), "the scales of blocks")
    shift = spread(needs_constant(zero, "the zero point")) if zero is not None else 0
    return constant(Tensor.of((x.fractions - shift) * spread(needs_constant(values[1], "the scale"))))


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent == Fraction(1, 2):
        return root(base)
    if exponent.denominator != 1 or abs(exponent) > MOST_POWERS:
        raise UnsupportedError(f"the power {exponent} of a constant; integers to {MOST_POWERS} and 1/2 are carried out")
    if not base and exponent < 0:
        raise NumberError("division by zero")
    count_digits(0, abs(int(exponent)) * max(base.numerator.bit_length(), base.denominator.bit_length()) // 4)
    return base ** int(exponent)


def _quotient(a: Fraction, b: Fraction) -> Fraction:
    if not b:
        raise NumberError("division by zero")
    return a / b


def _remainder(a: Fraction, b: Fraction) -> Fraction:
    if not b:
        raise NumberError("division by zero")
    return a % b


Folder = Callable[[Call, Sequence[Tensor]], Tensor]


def _entrywise(function: Callable[..., Any]) -> Folder:
    """Fold an operator of one or two tensors, broadcast, entry by entry."""

    def fold(call: Call, tensors: Sequence[Tensor]) -> Tensor:
        arrays = np.broadcast_arrays(*(tensor.fractions for tensor in tensors))
        charge_entries(arrays[0].shape, "a constant that is computed")
        entries = [function(*row) for row in zip(*(array.ravel().tolist() for array in arrays), strict=True)]
        return Tensor.of(np.array([Fraction(entry) for entry in entries], dtype=object)).reshape(arrays[0].shape)

    return fold


def _several(function: Callable[[Any, Any], Any]) -> Folder:
    """Fold an operator of any number of tensors, broadcast."""
    return lambda call, tensors: reduce(lambda a, b: _entrywise(function)(call, [a, b]), tensors)


def _chosen(condition: Fraction, first: Fraction, second: Fraction) -> Fraction:
    return first if condition else second


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


FOLDERS: dict[str, Folder] = {
    "Abs": _entrywise(abs),
    "Add": _entrywise(operator.add),
    "And": _entrywise(lambda a, b: bool(a) and bool(b)),
    "Ceil": _entrywise(ceil),
    "Div": _entrywise(_quotient),
    "Equal": _entrywise(operator.eq),
    "Floor": _entrywise(floor),
    "Greater": _entrywise(operator.gt),
    "GreaterOrEqual": _entrywise(operator.ge),
    "Less": _entrywise(operator.lt),
    "LessOrEqual": _entrywise(operator.le),
    "Max": _several(max),
    "Min": _several(min),
    "Mod": _entrywise(_remainder),
    "Mul": _entrywise(operator.mul),
    "Neg": _entrywise(operator.neg),
    "Not": _entrywise(operator.not_),
    "Or": _entrywise(lambda a, b: bool(a) or bool(b)),
    "Pow": _entrywise(_power),
    "Reciprocal": _entrywise(lambda a: _quotient(Fraction(1), a)),
    "Round": _entrywise(round),
    "Sign": _entrywise(_sign),
    "Sqrt": _entrywise(root),
    "Sub": _entrywise(operator.sub),
    "Sum": _several(operator.add),
    "Where": _entrywise(_chosen),
    "Xor": _entrywise(lambda a, b: bool(a) != bool(b)),
}
"""Operators on constants alone, entry by entry."""


def nonzero(call: Call, graph: SourceGraph, values: Sequence[Value]) -> Value:
    """The indices of the entries that are not 0, one column for each."""
    entries = needs_constant(values[0], "the tensor").integers
    return constant(Tensor.of(np.array(np.nonzero(entries), dtype=np.int64)))


def folded(call: Call, name: str, values: Sequence[Value]) -> Value:
    """Return the value of an operator in FOLDERS on constants."""
    if call.get("fmod", 0):
        raise UnsupportedError("fmod is set; remainders with the sign of the divisor are read")
    computed = FOLDERS[name](call, [needs_constant(value, "an input") for value in values])
    charge_digits(computed, "a constant that is computed")
    return constant(computed)
