"""Rational tensors, the weights of a network: exact, hashable, and quickly turned into integers or floats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from functools import cached_property
from itertools import cycle
from math import gcd, lcm, prod
from typing import Any

import numpy as np
from attrs import frozen
from flint import fmpz_mat

from polytopes.arithmetic.rationals import as_fraction, common_denominator
from polytopes.errors import NumberError, ShapeError

Shape = tuple[int, ...]
Array = np.ndarray[Any, Any]
"""A batch of values: axis 0 counts the points; the entries are float64, or Fractions (dtype object)."""

MAX_SIZE = 10**8
"""The largest number of entries of a tensor; more would exhaust the memory."""
MAX_AXES = 30
"""The largest number of axes; numpy has at most 64, and windows double them."""

_fraction = np.frompyfunc(Fraction, 2, 1)


@frozen(repr=False)
class Tensor:
    """A rational tensor ``numerators / denominator``, in C order and lowest terms: equal tensors compare equal.

    >>> Tensor.of([[1, "1/2"], [0.25, 3]])
    Tensor of shape (2, 2)
    >>> Tensor.of([0.5, 0.25]) == Tensor.of(["1/2", "1/4"])
    True
    """

    shape: Shape
    numerators: tuple[int, ...]
    denominator: int

    @classmethod
    def of(cls, values: Any) -> Tensor:
        """Return ``values`` (a tensor, number, array or nested sequence of numbers) as an exact tensor.

        Raises:
            NumberError: for nan, inf and anything that is not a rational number.
            ShapeError: for nested sequences of different lengths.
        """
        if isinstance(values, Tensor):
            return values
        array = values if isinstance(values, np.ndarray) else _nested(values)
        _check_axes(array)
        if array.dtype.kind in "iub":
            return cls._reduced(array.shape, [int(entry) for entry in array.ravel().tolist()], 1)
        if array.dtype.kind == "f" and array.dtype.itemsize <= 8:
            return cls._of_floats(array.astype(np.float64))
        return cls._of_fractions(array.shape, [as_fraction(entry) for entry in array.ravel().tolist()])

    @classmethod
    def over(cls, numerators: Array, denominator: int) -> Tensor:
        """Return an array of Python ints divided by a positive integer.

        >>> Tensor.over(np.array([2, 4]), 6) == Tensor.of(["1/3", "2/3"])
        True
        """
        return cls._reduced(numerators.shape, [int(entry) for entry in numerators.ravel().tolist()], denominator)

    @classmethod
    def _of_floats(cls, array: Array) -> Tensor:
        """A finite float is mantissa * 2**exponent with a 53-bit integer mantissa: only shifts are needed."""
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            where = tuple(int(i) for i in bad[0])
            raise NumberError(f"entry {list(where)} is {array[where]}; give finite numbers only")
        fractions, exponents = np.frexp(array.ravel())
        mantissas = (fractions * 2.0**53).astype(np.int64)
        shifts = exponents.astype(np.int64) - 53
        least = min(0, int(shifts[mantissas != 0].min(initial=0)))
        shifts[mantissas == 0] = least
        entries = [m << (s - least) for m, s in zip(mantissas.tolist(), shifts.tolist(), strict=True)]
        return cls._reduced(array.shape, entries, 1 << -least)

    @classmethod
    def _of_fractions(cls, shape: Shape, entries: Sequence[Fraction]) -> Tensor:
        denominator = common_denominator(entries)
        return cls(shape, tuple(e.numerator * (denominator // e.denominator) for e in entries), denominator)

    @classmethod
    def _reduced(cls, shape: Shape, entries: Sequence[int], denominator: int) -> Tensor:
        content = gcd(denominator, *entries)
        if content == 1:
            return cls(shape, tuple(entries), denominator)
        return cls(shape, tuple(entry // content for entry in entries), denominator // content)

    @cached_property
    def integers(self) -> Array:
        """The numerators as an array of Python ints."""
        return _objects(self.numerators).reshape(self.shape)

    @cached_property
    def columns(self) -> fmpz_mat:
        """The numerators of a tensor with two axes as a flint matrix, transposed."""
        rows, columns = self.shape
        return fmpz_mat(rows, columns, self.numerators).transpose()

    @cached_property
    def fractions(self) -> Array:
        """The entries as an array of Fractions."""
        return exact_quotient(self.integers, self.denominator)

    @cached_property
    def floats(self) -> Array:
        """The entries, each rounded to the nearest float64.

        Raises:
            NumberError: if an entry is too large for a float.
        """
        try:
            entries = [entry / self.denominator for entry in self.numerators]
        except OverflowError:
            raise NumberError("a weight exceeds the range of float64; use the exact call") from None
        return np.array(entries, dtype=np.float64).reshape(self.shape)

    def like(self, array: Array) -> Array:
        """Return the entries in the arithmetic of ``array``: Fractions or floats."""
        return self.fractions if array.dtype == object else self.floats

    def reshape(self, shape: Shape) -> Tensor:
        """Return the tensor with the same entries in C order and another shape."""
        return Tensor(shape, self.numerators, self.denominator)

    def nested(self) -> Any:
        """Return the entries as nested lists of Fractions, or one Fraction for shape ``()``."""
        return self.fractions.tolist() if self.shape else Fraction(self.numerators[0], self.denominator)

    def __repr__(self) -> str:
        return f"Tensor of shape {self.shape}"


def as_tensor(values: Any) -> Tensor:
    """Return ``Tensor.of(values)``."""
    return Tensor.of(values)


def _objects(entries: Sequence[Any]) -> Array:
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


def _nested(values: Any) -> Array:
    """Nested sequences as an object array; those of different lengths leave sequences among its entries."""
    if isinstance(values, (bytes, Mapping, Set)):
        raise ShapeError(f"a {type(values).__name__} is not a tensor; give nested lists of numbers")
    if isinstance(values, Iterable) and not isinstance(values, (str, list, tuple)):
        values = list(values)
    try:
        array = np.array(values, dtype=object)
    except ValueError:
        raise ShapeError("rows of different lengths do not make a tensor") from None
    _check_axes(array)
    if any(isinstance(entry, (list, tuple, np.ndarray)) for entry in array.flat):
        raise ShapeError("rows of different lengths do not make a tensor")
    return array


def _check_axes(array: Array) -> None:
    if array.ndim > MAX_AXES:
        raise ShapeError(f"a tensor of {array.ndim} axes; {MAX_AXES} are the most")


def exact_quotient(numerators: Array, denominator: int) -> Array:
    """Return an array of Fractions from an array of ints and one denominator."""
    return np.asarray(_fraction(numerators, denominator), dtype=object).reshape(numerators.shape)


def exact_array(values: Sequence[Fraction]) -> Array:
    """Return fractions as a one-dimensional array of objects."""
    return _objects(values)


def contract(array: Array, weight: Tensor, rows: slice = slice(None)) -> Array:
    """Return ``array @ weight[rows].T``, exact on Fractions (as integers over one denominator)."""
    if array.dtype != object:
        return np.asarray(array @ weight.floats[rows].T)
    entries = array.ravel().tolist()
    denominator = common_denominator(entries)
    scaled = _objects([e.numerator * (denominator // e.denominator) for e in entries]).reshape(array.shape)
    product = np.asarray(scaled @ weight.integers[rows].T, dtype=object)
    return exact_quotient(product, denominator * weight.denominator)


def affine(array: Array, weight: Tensor, bias: Tensor) -> Array:
    """Return ``array @ weight.T + bias``, exact on Fractions (as integers over one denominator).

    >>> weight, bias = Tensor.of([["1/2", 1]]), Tensor.of(["1/3"])
    >>> affine(exact_array([Fraction(1), Fraction(1, 6)]).reshape(1, 2), weight, bias).tolist()
    [[Fraction(1, 1)]]
    """
    if array.dtype != object:
        return np.asarray(array @ weight.floats.T + bias.floats)
    entries = array.ravel().tolist()
    denominator = common_denominator(entries)
    scaled = [e.numerator * (denominator // e.denominator) for e in entries]
    sums, common = affine_sums(scaled, denominator, weight, bias)
    return exact_quotient(_objects(sums).reshape(*array.shape[:-1], weight.shape[0]), common)


def affine_sums(entries: Sequence[int], denominator: int, weight: Tensor, bias: Tensor) -> tuple[list[int], int]:
    """Return ``weight x + bias`` for vectors ``x``, one after the other, as integers over one denominator.

    >>> affine_sums([3, 4], 6, Tensor.of([["1/2", 1]]), Tensor.of(["1/4"]))
    ([14], 12)
    """
    n_in = weight.shape[1]
    product = (fmpz_mat(len(entries) // n_in, n_in, entries) * weight.columns).entries()
    denominator *= weight.denominator
    common = lcm(denominator, bias.denominator)
    stretch, shift = common // denominator, common // bias.denominator
    shifts = [shift * entry for entry in bias.numerators]
    return [stretch * int(entry) + own for entry, own in zip(product, cycle(shifts), strict=False)], common


def size(shape: Shape) -> int:
    """Return the number of entries of a tensor of this shape."""
    return prod(shape)
