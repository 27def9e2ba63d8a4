"""The operations of piecewise linear expressions, carried out on tropical rational functions up to a size.

:class:`Operations` says what an expression needs of its values, whichever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from math import prod
from typing import Protocol, TypeVar

from polytopes.errors import InputError, LimitReached
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational

MOST_TERMS = 1_000_000
"""Results that may have more terms are refused."""

Value = TypeVar("Value")


class Operations(Protocol[Value]):
    """What expressions are evaluated with: numbers, coordinates, linear combinations and the functions max, min, ..."""

    def number(self, value: Fraction) -> Value:
        """Return a constant."""

    def coordinate(self, index: int) -> Value:
        """Return a variable by its index."""

    def total(self, left: Value, right: Value) -> Value:
        """Return a sum."""

    def multiple(self, value: Value, factor: Fraction) -> Value:
        """Return a multiple."""

    def constant_of(self, value: Value) -> Fraction | None:
        """Return the number that a value is as it is written, else None."""

    def apply(self, function: str, arguments: Sequence[Value]) -> Value:
        """Return the value of one of FUNCTIONS, of one argument if it is in UNARY."""


_most: ContextVar[int | None] = ContextVar("_most", default=None)


@contextmanager
def terms_up_to(most: int) -> Iterator[None]:
    """Raise LimitReached in the block, and no InputError, at results that may have more terms than this."""
    token = _most.set(most)
    try:
        yield
    finally:
        _most.reset(token)


def _check_terms(number: int, what: str) -> None:
    most = _most.get()
    if most is not None and number > most:
        raise LimitReached(f"{what}, which may be more than {most:,}")
    if most is None and number > MOST_TERMS:
        raise InputError(f"{what}; write a network instead")


def constant_of(value: TropicalRational) -> Fraction | None:
    """Return the value of a function that is constant as it is written, else None."""
    g, h = value.numerator, value.denominator
    if g.n_terms == h.n_terms == 1 and g.rows[0][1:] == h.rows[0][1:] == (0,) * g.ambient_dim:
        return g.coefficients[0] - h.coefficients[0]
    return None


def multiple(value: TropicalRational, factor: Fraction) -> TropicalRational:
    """Return a multiple of a function."""
    return (value**factor).cleared()


def total(left: TropicalRational, right: TropicalRational) -> TropicalRational:
    """Return the sum of two functions.

    Raises:
        InputError: if it may have more than MOST_TERMS terms.
        LimitReached: if it may have more than a block of :func:`terms_up_to` allows.
    """
    for f, g in ((left.numerator, right.numerator), (left.denominator, right.denominator)):
        _check_terms(f.n_terms * g.n_terms, f"a sum of maxima with {f.n_terms} times {g.n_terms} terms")
    return (left * right).cleared()


def maximum(arguments: Sequence[TropicalRational]) -> TropicalRational:
    """Return the maximum of one or more functions.

    Raises:
        InputError, LimitReached: as :func:`total`.
    """
    below = {argument.denominator for argument in arguments}
    terms = max(argument.numerator.n_terms for argument in arguments) * prod(h.n_terms for h in below)
    _check_terms(terms, f"a maximum of rational functions with up to {terms} terms")
    return TropicalRational.maximum(arguments).cleared()


def minimum(arguments: Sequence[TropicalRational]) -> TropicalRational:
    """Return the minimum of one or more functions; errors as for :func:`maximum`."""
    return maximum([argument.inverse().cleared() for argument in arguments]).inverse().cleared()


FUNCTIONS: dict[str, Callable[[Sequence[TropicalRational]], TropicalRational]] = {
    "max": maximum,
    "min": minimum,
    "relu": lambda arguments: arguments[0] + 0,
    "abs": lambda arguments: maximum([arguments[0], arguments[0].inverse().cleared()]),
}
UNARY = ("relu", "abs")
"""The functions of one argument."""


class RationalOperations:
    """Operations on tropical rational functions in some number of variables."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def number(self, value: Fraction) -> TropicalRational:
        """Return a constant."""
        return TropicalRational.of(TropicalPolynomial.constant(value, self.dim))

    def coordinate(self, index: int) -> TropicalRational:
        """Return a variable by its index."""
        row = (0,) * (index + 1) + (1,) + (0,) * (self.dim - index - 1)
        return TropicalRational.of(TropicalPolynomial.from_rows([row], 1, self.dim))

    def total(self, left: TropicalRational, right: TropicalRational) -> TropicalRational:
        """Return a sum; errors as of :func:`total`."""
        return total(left, right)

    def multiple(self, value: TropicalRational, factor: Fraction) -> TropicalRational:
        """Return a multiple."""
        return multiple(value, factor)

    def constant_of(self, value: TropicalRational) -> Fraction | None:
        """Return the number that a function is as it is written, else None."""
        return constant_of(value)

    def apply(self, function: str, arguments: Sequence[TropicalRational]) -> TropicalRational:
        """Return the value of one of FUNCTIONS; errors as of :func:`maximum`."""
        return FUNCTIONS[function](arguments)
