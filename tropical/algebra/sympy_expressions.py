"""Tropical polynomials and rational functions as sympy expressions, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, NumberError, ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.algebra.notation import variable_names
from tropical.algebra.operations import FUNCTIONS, multiple, total
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational


def as_sympy(function: TropicalPolynomial | TropicalRational, variables: Sequence[Any] | None = None) -> Any:
    """Return a tropical polynomial or rational function as a sympy expression; a polynomial without terms is ``-oo``.

    Args:
        function: in d variables.
        variables: d sympy expressions; real symbols with the names of :func:`variable_names` if left out.

    >>> as_sympy(TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0}))
    Max(y, 2*x + 1)
    """
    import sympy

    dim = function.ambient_dim
    if variables is None:
        variables = [sympy.Symbol(name, real=True) for name in variable_names(dim)]
    if len(variables) != dim:
        raise ShapeError(f"{len(variables)} variables for a function of {dim}; give one expression for each")
    if isinstance(function, TropicalRational):
        return as_sympy(function.numerator, variables) - as_sympy(function.denominator, variables)
    forms = [
        sum((_rational(a) * x for a, x in zip(form[1:], variables, strict=True)), start=_rational(form[0]))
        for form in function.forms
    ]
    return sympy.Max(*forms)


def _rational(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def from_sympy(expression: Any, variables: Sequence[Any] | None = None) -> TropicalRational:
    """Return the tropical rational function of a sympy expression in Max, Min, Abs, sums and rational multiples.

    Args:
        expression: a sympy expression, or a number; texts are never evaluated, :func:`tropical.parse` reads them.
        variables: the symbols in the order of the coordinates; sorted by name if left out.

    Raises:
        InputError: for texts and other objects.
        UnsupportedError: for anything else in the expression, or one that is nested too deeply.

    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> from_sympy(sympy.Max(x, 2 * y + 1, 0) - sympy.Min(x, y))([1, 3])
    Fraction(6, 1)
    """
    import sympy

    if not isinstance(expression, sympy.Expr):
        expression = _number(expression)
    symbols = sorted(expression.free_symbols, key=str) if variables is None else list(variables)
    coordinates = map(TropicalRational.of, TropicalPolynomial.variables(len(symbols)))
    try:
        return _from_sympy(expression, dict(zip(symbols, coordinates, strict=True)), len(symbols))
    except RecursionError:
        raise UnsupportedError("the expression is nested too deeply") from None


def _number(value: Any) -> Any:
    """Return a number as an expression; sympy itself would evaluate a text, or the repr of an object, as Python."""
    if isinstance(value, str):
        raise InputError(f"{shortened(value)} is a text, no sympy expression; tropical.parse reads it")
    try:
        return _rational(as_fraction(value))
    except NumberError:
        raise InputError(f"{shortened(value)} is no sympy expression") from None


def _from_sympy(expression: Any, values: dict[Any, TropicalRational], dim: int) -> TropicalRational:
    if expression in values:
        return values[expression]
    if expression.is_Rational or expression.is_Float:
        number = as_fraction(expression) if expression.is_Rational else as_fraction(float(expression))
        return TropicalRational.of(TropicalPolynomial.constant(number, dim))
    kind = expression.func.__name__
    if kind == "Mul":
        number, rest = expression.as_coeff_Mul()
        if number != 1 and (number.is_Rational or number.is_Float):
            factor = as_fraction(number) if number.is_Rational else as_fraction(float(number))
            return multiple(_from_sympy(rest, values, dim), factor)
    operations: dict[str, Callable[[Sequence[TropicalRational]], TropicalRational]] = {
        "Add": lambda arguments: reduce(total, arguments),
        "Max": FUNCTIONS["max"],
        "Min": FUNCTIONS["min"],
        "Abs": FUNCTIONS["abs"],
    }
    if kind not in operations:
        raise UnsupportedError(
            f"{shortened(str(expression))} in the expression; Max, Min, Abs, sums and rational multiples are taken"
        )
    return operations[kind]([_from_sympy(argument, values, dim) for argument in expression.args])
