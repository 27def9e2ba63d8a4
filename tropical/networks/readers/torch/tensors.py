"""Torch's tensors and what else stands in a traced forward, as values of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from polytopes.errors import NumberError, UnsupportedError
from tropical.networks.readers.common import charge_entries, tensor
from tropical.networks.readers.symbolic.values import Value, axis_of, constant, needs_constant
from tropical.networks.tensor import Tensor

ZERO, ONE = Tensor.of(0), Tensor.of(1)


@frozen
class Unread:
    """A result that is not read; an operation that takes it is refused with the reason."""

    reason: str


INDICES = Unread("reads the indices of maxima, which jump, so that its value is not continuous")


@frozen
class Extreme:
    """What ``x.max(dim)`` returns."""

    values: Value
    indices: Unread = INDICES

    def __getitem__(self, index: int) -> Value | Unread:
        return (self.values, self.indices)[index]


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


def as_value(operand: Any) -> Value:
    """Return a value, or a number as a constant one."""
    return operand if isinstance(operand, Value) else constant(Tensor.of(operand))


def optional_constant(value: Value | None, role: str) -> Tensor | None:
    """Return the tensor of a constant value, None if there is none."""
    return None if value is None else needs_constant(value, role)


def axes_of(x: Value, dim: int | Sequence[int] | None) -> list[int]:
    """Return the axes that ``dim`` names, counted from the front; all of them for None or none."""
    named = [dim] if isinstance(dim, int) else list(dim or range(len(x.shape)))
    return [axis_of(axis, x.shape) for axis in named]


def listed(arguments: Any) -> tuple[int, ...]:
    """Return numbers that methods take as separate arguments or as one tuple."""
    [*numbers] = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], (tuple, list)) else arguments
    return tuple(int(n) for n in numbers)


def is_of_numbers(target: Any, arguments: Any) -> bool:
    """Whether a call is of an operator of Python on numbers, such as half of a length."""
    return getattr(target, "__module__", None) == "_operator" and all(isinstance(n, (int, float)) for n in arguments)


def refuse_unread(arguments: Any) -> None:
    """Refuse an operation with a result that is not read among its arguments, however deep in lists."""
    if isinstance(arguments, Unread):
        raise UnsupportedError(arguments.reason)
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    for part in arguments if isinstance(arguments, (list, tuple)) else ():
        refuse_unread(part)
