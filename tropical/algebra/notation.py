"""Tropical polynomials and rational functions as text and in LaTeX.

A polynomial is given by the affine forms ``(c, s_1, ..., s_d)`` of its terms, a rational function by those of its
numerator and of its denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import Matrix, Vector, exact_text
from polytopes.errors import ShapeError

FEW = "xyz"
MINUS_INFINITY = "-oo"
SHORT_FORMULA, SHORT_TERMS = 60, 8
"""Formulas with more characters, or of more terms, are not shown where an object is named."""
LATEX_TERMS = 24
"""Formulas of more terms are not shown in notebooks."""
MOST_CHARACTERS = 6
"""Longer numbers are rounded where there is little room."""


def variable_names(dim: int) -> tuple[str, ...]:
    """Return x, y, z for up to three variables, x1, x2, ... for more.

    >>> variable_names(2), variable_names(4)
    (('x', 'y'), ('x1', 'x2', 'x3', 'x4'))
    """
    return tuple(FEW[:dim]) if dim <= len(FEW) else tuple(f"x{i}" for i in range(1, dim + 1))


def polynomial_text(forms: Matrix, variables: Sequence[str] | None = None) -> str:
    """Return a maximum of affine forms in the conventional notation, which
    :func:`tropical.algebra.expressions.parse` reads.

    Args:
        forms: the affine forms, constant first.
        variables: a name for each coordinate; those of :func:`variable_names` if left out.

    >>> from tropical import TropicalPolynomial
    >>> F = TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0, (0, 0): "-1/2"})
    >>> polynomial_text(F.forms, ["u", "v"])
    'max(2 u + 1, v, -1/2)'
    """
    return _maximum(forms, variables, _TEXT)


def rational_text(numerator: Matrix, denominator: Matrix, variables: Sequence[str] | None = None) -> str:
    """Return a difference of two maxima of affine forms in the conventional notation.

    >>> from tropical import TropicalPolynomial
    >>> x, y = TropicalPolynomial.variables(2)
    >>> rational_text((x + y).forms, (x * y + 0).forms)
    'max(x, y) - max(x + y, 0)'
    """
    return _difference(numerator, denominator, variables, _TEXT)


def polynomial_latex(forms: Matrix, variables: Sequence[str] | None = None) -> str:
    r"""Return a maximum of affine forms in LaTeX; arguments as for :func:`polynomial_text`.

    >>> from tropical import TropicalPolynomial
    >>> print(polynomial_latex(TropicalPolynomial.from_terms({2: "1/2", 0: 0}).forms))
    \max\left(2 x + \frac{1}{2},\, 0\right)
    """
    return _maximum(forms, variables, _LATEX)


def rational_latex(numerator: Matrix, denominator: Matrix, variables: Sequence[str] | None = None) -> str:
    """Return a difference of two maxima of affine forms in LaTeX."""
    return _difference(numerator, denominator, variables, _LATEX)


def short_formula(text: str) -> str | None:
    """Return a formula that fits on a line beside other words, None if it is longer.

    >>> short_formula("max(x, y, 0)"), short_formula("max(x, y, 0)" * 9)
    ('max(x, y, 0)', None)
    """
    return text if len(text) <= SHORT_FORMULA else None


def count_of(number: int, name: str) -> str:
    """Return a number of things.

    >>> count_of(1, "term"), count_of(2, "term")
    ('1 term', '2 terms')
    """
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def short_term(form: Vector) -> tuple[str, str]:
    """Return an affine form as text and in LaTeX on one line; long numbers are rounded to three digits.

    >>> short_term((Fraction(1, 3), Fraction(2), Fraction(1, 1048576)))
    ('2 x + 9.54e-07 y + 1/3', '2 x + 9.54e-07 y + 1/3')
    """
    names = variable_names(len(form) - 1)
    return _form(form, names, _short_number), _form(form, [_subscripted(name) for name in names], _short_number)


def _short_number(value: Fraction) -> str:
    text = exact_text(value)
    return text if len(text) <= MOST_CHARACTERS else f"{float(value):.3g}"


def _same(name: str) -> str:
    return name


def _subscripted(name: str) -> str:
    letters = name.rstrip("0123456789")
    return name if letters == name else f"{letters.rstrip('_')}_{{{name[len(letters) :]}}}"


def _latex_number(value: Fraction) -> str:
    if value.denominator == 1:
        return text_of(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{text_of(abs(value.numerator))}}}{{{text_of(value.denominator)}}}"


@frozen
class _Style:
    """How the parts of a formula are spelled."""

    name: Callable[[str], str]
    number: Callable[[Fraction], str]
    maximum: str
    opening: str
    comma: str
    closing: str
    infinity: str


_TEXT = _Style(_same, exact_text, "max", "(", ", ", ")", MINUS_INFINITY)
_LATEX = _Style(_subscripted, _latex_number, r"\max", r"\left(", r",\, ", r"\right)", r"-\infty")


def _maximum(forms: Matrix, variables: Sequence[str] | None, style: _Style) -> str:
    if not forms:
        return style.infinity
    dim = len(forms[0]) - 1
    names = variable_names(dim) if variables is None else variables
    if len(names) != dim:
        raise ShapeError(f"{len(names)} names for {dim} variables; give one for each")
    spelled = [style.name(name) for name in names]
    texts = [_form(form, spelled, style.number) for form in forms]
    return texts[0] if len(texts) == 1 else style.maximum + style.opening + style.comma.join(texts) + style.closing


def _difference(numerator: Matrix, denominator: Matrix, variables: Sequence[str] | None, style: _Style) -> str:
    top = _maximum(numerator, variables, style)
    if _is_zero(denominator):
        return top
    below = _maximum(denominator, variables, style)
    if len(denominator) == 1:
        return f"{top} - {style.opening}{below}{style.closing}"
    return f"-{below}" if _is_zero(numerator) else f"{top} - {below}"


def _is_zero(forms: Matrix) -> bool:
    return len(forms) == 1 and not any(forms[0])


def _form(form: Vector, names: Sequence[str], number: Callable[[Fraction], str]) -> str:
    """Return an affine form, coordinates first."""
    text = ""
    for value, name in (*zip(form[1:], names, strict=True), (form[0], "")):
        if not value:
            continue
        size = number(abs(value))
        product = (name if abs(value) == 1 else f"{size} {name}") if name else size
        if text:
            text += f" {'-' if value < 0 else '+'} {product}"
        else:
            text = f"-{product}" if value < 0 else product
    return text or "0"
