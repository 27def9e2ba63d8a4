"""Tropical polynomials and rational functions as text, in LaTeX and in sympy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import ShapeError
from tropical.algebra.polynomial import TropicalPolynomial

if TYPE_CHECKING:
    from tropical.algebra.rational_function import TropicalRational

FEW = "xyz"
MINUS_INFINITY = "-oo"


def variable_names(dim: int) -> tuple[str, ...]:
    """Return x, y, z for up to three variables, x1, x2, ... for more.

    >>> variable_names(2), variable_names(4)
    (('x', 'y'), ('x1', 'x2', 'x3', 'x4'))
    """
    return tuple(FEW[:dim]) if dim <= len(FEW) else tuple(f"x{i}" for i in range(1, dim + 1))


def polynomial_text(polynomial: TropicalPolynomial, variables: Sequence[str] | None = None) -> str:
    """Return a tropical polynomial in the conventional notation, which :func:`tropical.algebra.expressions.parse`
    reads.

    >>> from tropical.algebra.polynomial import TropicalPolynomial
    >>> polynomial_text(TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0, (0, 0): "-1/2"}))
    'max(2 x + 1, y, -1/2)'
    """
    names = _names(polynomial.ambient_dim, variables)
    forms = [_form(form, names, exact_text, " ") for form in polynomial.forms]
    return forms[0] if len(forms) == 1 else f"max({', '.join(forms)})" if forms else MINUS_INFINITY


def rational_text(function: TropicalRational, variables: Sequence[str] | None = None) -> str:
    """Return a tropical rational function as a difference of maxima.

    >>> from tropical.algebra.polynomial import TropicalPolynomial
    >>> x, y = TropicalPolynomial.variables(2)
    >>> from tropical.algebra.rational_function import TropicalRational
    >>> rational_text(TropicalRational(x + y, x * y + 0))
    'max(x, y) - max(x + y, 0)'
    """
    g, h = function.numerator, function.denominator
    top = polynomial_text(g, variables)
    if h.n_terms == 1 and not any(h.rows[0]):
        return top
    below = polynomial_text(h, variables)
    if h.n_terms > 1 and g == TropicalPolynomial.constant(0, g.ambient_dim):
        return f"-{below}"
    return f"{top} - {below if h.n_terms > 1 else f'({below})'}"


def polynomial_latex(polynomial: TropicalPolynomial, variables: Sequence[str] | None = None) -> str:
    r"""Return a tropical polynomial in LaTeX.

    >>> from tropical.algebra.polynomial import TropicalPolynomial
    >>> print(polynomial_latex(TropicalPolynomial.from_terms({2: "1/2", 0: 0})))
    \max\left(2 x + \frac{1}{2},\, 0\right)
    """
    names = [_subscripted(name) for name in _names(polynomial.ambient_dim, variables)]
    forms = [_form(form, names, _latex_number, " ") for form in polynomial.forms]
    if len(forms) == 1:
        return forms[0]
    return r"\max\left(" + r",\, ".join(forms) + r"\right)" if forms else r"-\infty"


def rational_latex(function: TropicalRational, variables: Sequence[str] | None = None) -> str:
    """Return a tropical rational function in LaTeX, as a difference of maxima."""
    g, h = function.numerator, function.denominator
    top = polynomial_latex(g, variables)
    if h.n_terms == 1 and not any(h.rows[0]):
        return top
    below = polynomial_latex(h, variables)
    if h.n_terms > 1 and g == TropicalPolynomial.constant(0, g.ambient_dim):
        return f"-{below}"
    return f"{top} - {below}" if h.n_terms > 1 else rf"{top} - \left({below}\right)"


def polynomial_sympy(polynomial: TropicalPolynomial, variables: Sequence[Any] | None = None) -> Any:
    """Return a tropical polynomial as a sympy expression; one without terms is ``-oo``.

    Args:
        polynomial: a tropical polynomial in d variables.
        variables: d sympy expressions; real symbols with the names of :func:`variable_names` if left out.

    >>> from tropical.algebra.polynomial import TropicalPolynomial
    >>> polynomial_sympy(TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0}))
    Max(y, 2*x + 1)
    """
    import sympy

    if variables is None:
        variables = [sympy.Symbol(name, real=True) for name in variable_names(polynomial.ambient_dim)]
    if len(variables) != polynomial.ambient_dim:
        raise ShapeError(f"{len(variables)} variables for a polynomial in {polynomial.ambient_dim}")
    forms = [
        sum((_rational(a) * x for a, x in zip(form[1:], variables, strict=True)), start=_rational(form[0]))
        for form in polynomial.forms
    ]
    return sympy.Max(*forms)


def rational_sympy(function: TropicalRational, variables: Sequence[Any] | None = None) -> Any:
    """Return a tropical rational function as a sympy expression; arguments as for :func:`polynomial_sympy`."""
    return polynomial_sympy(function.numerator, variables) - polynomial_sympy(function.denominator, variables)


def _rational(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _names(dim: int, variables: Sequence[str] | None) -> Sequence[str]:
    if variables is None:
        return variable_names(dim)
    if len(variables) != dim:
        raise ShapeError(f"{len(variables)} names for {dim} variables; give one for each")
    return variables


def _subscripted(name: str) -> str:
    letters = name.rstrip("0123456789")
    return name if letters == name else f"{letters.rstrip('_')}_{{{name[len(letters) :]}}}"


def _latex_number(value: Fraction) -> str:
    if value.denominator == 1:
        return text_of(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{text_of(abs(value.numerator))}}}{{{text_of(value.denominator)}}}"


def _form(form: Vector, names: Sequence[str], number: Callable[[Fraction], str], times: str) -> str:
    """Return an affine form, coordinates first."""
    text = ""
    for value, name in (*zip(form[1:], names, strict=True), (form[0], "")):
        if not value:
            continue
        size = number(abs(value))
        product = (name if abs(value) == 1 else f"{size}{times}{name}") if name else size
        if text:
            text += f" {'-' if value < 0 else '+'} {product}"
        else:
            text = f"-{product}" if value < 0 else product
    return text or "0"
