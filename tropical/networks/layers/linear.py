"""Layers that are affine maps: dense, elementwise, sums and constants."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from itertools import cycle, product
from math import isqrt, lcm
from typing import Any

import numpy as np
from attrs import field, frozen

from polytopes.arithmetic.rationals import RationalLike, Vector, as_fraction, as_vector, exact_text
from polytopes.errors import NumberError, ShapeError
from tropical.networks.layers.base import (
    IntegerRows,
    Layer,
    LinearLayer,
    Rows,
    broadcasts_to,
    ints,
    offsets,
    same_shape,
)
from tropical.networks.tensor import Array, Shape, Tensor, affine, as_tensor, size


@frozen
class Input(Layer):
    """The input of a network, a tensor of the given shape."""

    shape: Shape = field(converter=ints)
    n_inputs = 0

    def __attrs_post_init__(self) -> None:
        if not all(n > 0 for n in self.shape):
            raise ShapeError(f"input shape {self.shape}: give positive integers")

    def output_shape(self, *shapes: Shape) -> Shape:
        return self.shape

    def forward(self, *arrays: Array) -> Array:
        return arrays[0]


@frozen
class Constant(LinearLayer):
    """A constant tensor."""

    value: Tensor = field(converter=as_tensor)
    n_inputs = 0

    def output_shape(self, *shapes: Shape) -> Shape:
        return self.value.shape

    def forward(self, *arrays: Array) -> Array:
        return np.broadcast_to(self.value.like(arrays[0]), (len(arrays[0]), *self.value.shape))

    def rows(self, *shapes: Shape) -> Rows:
        return [{0: entry} for entry in self.value.fractions.ravel()]


@frozen
class Affine(LinearLayer):
    """``x -> weight x + bias`` on the last axis; ``weight`` is out x in, ``bias`` defaults to zero.

    >>> Affine([[1, 2], ["1/2", 0]], [0, 1]).output_shape((2,))
    (2,)
    """

    weight: Tensor = field(converter=as_tensor)
    bias: Tensor = field(converter=as_tensor)

    @bias.default
    def _zero_bias(self) -> Tensor:
        return Tensor.of(np.zeros(self.weight.shape[:1], dtype=int))

    def __attrs_post_init__(self) -> None:
        if len(self.weight.shape) != 2 or 0 in self.weight.shape:
            raise ShapeError(f"an affine layer needs a matrix out x in, got shape {self.weight.shape}")
        if self.bias.shape != self.weight.shape[:1]:
            raise ShapeError(f"{self.weight.shape} weights need {self.weight.shape[0]} biases, got {self.bias.shape}")

    def output_shape(self, *shapes: Shape) -> Shape:
        shape, (n_out, n_in) = shapes[0], self.weight.shape
        if not shape or shape[-1] != n_in:
            raise ShapeError(f"weights {n_out} x {n_in} need inputs of length {n_in}, got shape {shape}")
        return (*shape[:-1], n_out)

    def forward(self, *arrays: Array) -> Array:
        return affine(arrays[0], self.weight, self.bias)

    def rows(self, *shapes: Shape) -> Rows:
        (n_out, n_in), bias = self.weight.shape, self.bias.fractions
        sparse = [[(j, w) for j, w in enumerate(row) if w] for row in self.weight.fractions]
        return [
            {0: bias[i]} | {1 + start + j: w for j, w in sparse[i]}
            for start, i in product(range(0, size(shapes[0]), n_in), range(n_out))
        ]

    def integer_rows(self, *shapes: Shape) -> IntegerRows:
        (n_out, n_in), weight, bias = self.weight.shape, self.weight, self.bias
        denominator = lcm(weight.denominator, bias.denominator)
        scale, shift = denominator // weight.denominator, denominator // bias.denominator
        flat = weight.numerators if scale == 1 else [scale * entry for entry in weight.numerators]
        table = [flat[i * n_in : (i + 1) * n_in] for i in range(n_out)]
        rows = [
            {key: entry for key, entry in zip(range(start, start + n_in), row, strict=True) if entry}
            for start in range(1, 1 + size(shapes[0]), n_in)
            for row in table
        ]
        for row, constant in zip(rows, cycle(bias.numerators), strict=False):
            if constant:
                row[0] = shift * constant
        return IntegerRows(rows, denominator)


@frozen
class Scale(LinearLayer):
    """``x -> factor x + shift``, entry by entry; both are broadcast to the shape of x."""

    factor: Tensor = field(converter=as_tensor)
    shift: Tensor = field(converter=as_tensor, default=Tensor.of(0))

    def output_shape(self, *shapes: Shape) -> Shape:
        for part in (self.factor.shape, self.shift.shape):
            if not broadcasts_to(part, shapes[0]):
                raise ShapeError(f"a constant of shape {part} does not broadcast to the shape {shapes[0]}")
        return shapes[0]

    def forward(self, *arrays: Array) -> Array:
        return np.asarray(arrays[0] * self.factor.like(arrays[0]) + self.shift.like(arrays[0]))

    def rows(self, *shapes: Shape) -> Rows:
        factors = np.broadcast_to(self.factor.fractions, shapes[0]).ravel()
        shifts = np.broadcast_to(self.shift.fractions, shapes[0]).ravel()
        return [{0: b, 1 + j: a} for j, (a, b) in enumerate(zip(factors, shifts, strict=True))]


def _coefficients(values: Iterable[RationalLike]) -> Vector:
    return as_vector(values)


@frozen
class Sum(LinearLayer):
    """``c_1 x_1 + ... + c_k x_k`` of k tensors of one shape: residual addition, subtraction."""

    coefficients: Vector = field(converter=_coefficients)
    n_inputs = None

    def output_shape(self, *shapes: Shape) -> Shape:
        if len(shapes) != len(self.coefficients):
            raise ShapeError(f"a sum of {len(self.coefficients)} tensors was given {len(shapes)}")
        return same_shape("a sum", shapes)

    def forward(self, *arrays: Array) -> Array:
        scalars: list[Any] = list(self.coefficients)
        if arrays[0].dtype != object:
            scalars = [float(c) for c in scalars]
        return np.asarray(reduce(np.add, (c * x for c, x in zip(scalars, arrays, strict=True))))

    def rows(self, *shapes: Shape) -> Rows:
        terms = list(zip(offsets(shapes), self.coefficients, strict=False))
        return [{1 + start + j: c for start, c in terms} for j in range(size(shapes[0]))]


def batch_norm(gamma: Any, beta: Any, mean: Any, variance: Any, epsilon: RationalLike, spatial_axes: int = 0) -> Scale:
    """Return batch normalization in inference form, ``gamma (x - mean) / sqrt(variance + epsilon) + beta``.

    The reciprocal square root is irrational in general. It is replaced by the float64 nearest to it, a dyadic rational,
    rounded once from the exact ``variance + epsilon``; everything else is exact. Frameworks compute it in float32, so
    their values differ by their own rounding.

    Args:
        gamma, beta, mean, variance: one number per channel.
        epsilon: the number added to the variance.
        spatial_axes: how many axes follow the channel axis.

    Raises:
        NumberError: if ``variance + epsilon`` is not positive.
        ShapeError: if the numbers of channels differ.

    >>> batch_norm([1], [0], [3], ["1/4"], 0).factor == Tensor.of([2])
    True
    """
    parts = [Tensor.of(part) for part in (gamma, beta, mean, variance)]
    if len({size(part.shape) for part in parts}) > 1:
        lengths = ", ".join(str(size(part.shape)) for part in parts)
        raise ShapeError(f"gamma, beta, mean and variance have {lengths} entries; give one for each channel")
    g, b, m, v = (part.fractions.ravel() for part in parts)
    factor = g * [_reciprocal_root(entry + as_fraction(epsilon)) for entry in v]
    shape = (len(factor),) + (1,) * spatial_axes
    return Scale(factor.reshape(shape), (b - m * factor).reshape(shape))


def _reciprocal_root(value: Fraction) -> Fraction:
    """Return the float64 nearest to 1/sqrt(value); 64 bits and a sticky bit decide the rounding."""
    if value <= 0:
        raise NumberError(f"batch normalization needs a positive variance + epsilon, got {exact_text(value)}")
    shift = max(0, 64 + (value.numerator.bit_length() - value.denominator.bit_length()) // 2 + 1)
    square, rest = divmod(value.denominator << (2 * shift), value.numerator)
    root = isqrt(square)
    sticky = int(root * root != square or rest != 0)
    return as_fraction(float(Fraction(2 * root + sticky, 1 << (shift + 1))))
