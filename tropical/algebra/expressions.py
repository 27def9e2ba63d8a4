"""Piecewise linear expressions as text or in sympy: ``max(2x + 1, y, 0) - 2 relu(x - y)``.

::

    sum      = [+|-] product {(+|-) product}
    product  = factor {[*] factor | / factor}      at most one factor is not constant; divisors are constants
    factor   = number | name | (sum) | function(sum, ...) | (+|-) factor
    function = max | min | relu | abs

Numbers are integers or decimals and are taken as the fractions they spell. The text is never evaluated as Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any

from polytopes.arithmetic.dimensions import checked_dimension
from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, NumberError, ShapeError, UnsupportedError
from polytopes.messages import shortened
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational

MOST_TERMS = 1_000_000
"""Products that may have more terms are refused."""
MOST_VARIABLES = 100_000
"""Functions of more variables are not read: every term has an exponent for each."""
NAME = re.compile(r"[A-Za-z][A-Za-z_]*\d*")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>" + NAME.pattern + ")"
    r"|(?P<symbol>[-+*/(),])|(?P<other>\S))"
)
_NUMBERED = re.compile(r"x_?([1-9]\d{0,5})")
_LETTERS = ("x", "y", "z")


def parse(text: str, variables: Sequence[str] | None = None, ambient_dim: int | None = None) -> TropicalRational:
    """Return the tropical rational function that an expression spells.

    Args:
        text: the expression.
        variables: names of the coordinates in their order. If left out they are x, y, z or x1, x2, ..., up to the last
            one used.
        ambient_dim: the number of variables, if it is not that.

    Raises:
        InputError: if the text is no such expression; the message says where.

    >>> parse("max(2x + 1, y, 0) - 1/2 abs(x)")([2, 1])
    Fraction(4, 1)
    """
    tokens = _tokens(text)
    names, dim = _variables([token for kind, token, _ in tokens if kind == "name"], variables, ambient_dim)
    try:
        return _Parser(tokens, names, dim).run()
    except RecursionError:
        raise InputError("the brackets of the expression are nested too deeply") from None


def parse_polynomial(
    text: str, variables: Sequence[str] | None = None, ambient_dim: int | None = None
) -> TropicalPolynomial:
    """Return the tropical polynomial that an expression spells; arguments as for :func:`parse`.

    Raises:
        InputError: if the text is no expression, or is no maximum of affine forms.

    >>> print(parse_polynomial("max(2x+1, y, 0)"))
    max(2 x + 1, y, 0)
    """
    return parse(text, variables, ambient_dim).as_polynomial()


Token = tuple[str, str, int]
"""Kind, text and place of a word of an expression."""


def _tokens(text: str) -> list[Token]:
    if not isinstance(text, str):
        raise InputError(f"an expression is a text, not {shortened(text)}")
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "other":
            raise InputError(f"{shortened(match[kind])} at place {match.start(kind) + 1} has no meaning here")
        found.append((kind, match[kind], match.start(kind)))
    return [*found, ("end", "", len(text))]


def _variables(used: Sequence[str], given: Sequence[str] | None, ambient_dim: int | None) -> tuple[dict[str, int], int]:
    """Return the position of every name that may be used, and the number of variables."""
    used = [name for name in used if name.lower() not in _FUNCTIONS]
    numbers = [int(match[1]) for name in used if (match := _NUMBERED.fullmatch(name))]
    names: dict[str, int] = {}
    dim = 0
    if given is not None:
        names, dim = {name: i for i, name in enumerate(given)}, len(given)
        if len(names) < dim or ambient_dim not in (None, dim):
            raise ShapeError(f"variables {shortened(list(given))}; give one name for each coordinate, each once")
        if wrong := next((name for name in given if not NAME.fullmatch(name)), None):
            raise InputError(f"{shortened(wrong)} is no name of a variable; take letters and then digits, such as x1")
    elif set(used) <= set(_LETTERS):
        dim = _dim(max((_LETTERS.index(name) + 1 for name in used), default=0), ambient_dim)
        names = {name: i for i, name in enumerate(_LETTERS[:dim])}
    elif len(numbers) == len(used):
        dim = _dim(max(numbers), ambient_dim)
        names = {f"x{separator}{i + 1}": i for i in range(dim) for separator in ("", "_")}
    missing = [name for name in used if name not in names]
    if missing:
        raise InputError(_strange(missing, names if given is not None else None))
    return names, dim


def _strange(missing: Sequence[str], listed: Iterable[str] | None) -> str:
    """Return what is wrong with names that are no variables, those listed being some others."""
    if listed is not None:
        known = ", ".join(listed)
        return f"{shortened(missing[0])} is no variable; " + (f"they are {known}" if known else "none is listed")
    usual, listing = "x, y, z or x1, x2, ...", ", in a file by a line '# variables: a, b'"
    strange = [name for name in missing if name not in _LETTERS and not _NUMBERED.fullmatch(name)]
    if strange:
        return f"{shortened(strange[0])} is no variable; they are {usual}, others are to be listed{listing}"
    letter = next(name for name in missing if name in _LETTERS)
    number = next(name for name in missing if name not in _LETTERS)
    return f"{letter} and {number} are mixed; name variables {usual}, or list their names in order{listing}"


def _dim(least: int, given: int | None) -> int:
    """Return the number of variables, which are not fewer than those used."""
    if least > MOST_VARIABLES:
        raise InputError(f"variable {least:,} is used; a function has at most {MOST_VARIABLES:,}")
    if given is None:
        return least
    if checked_dimension(given) < least:
        raise ShapeError(f"the expression uses {least} variables, and {given} are given")
    return given


class _Parser:
    """Recursive descent over the tokens; ``place`` is the next one."""

    def __init__(self, tokens: Sequence[Token], names: dict[str, int], dim: int) -> None:
        self.tokens = tokens
        self.place = 0
        self.names = names
        self.dim = dim

    def run(self) -> TropicalRational:
        value = self.sum()
        if self.next[0] != "end":
            raise self.unexpected()
        return value

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> str | None:
        """Move on if the next token is one of these symbols, and return it."""
        kind, text, _ = self.next
        if kind != "symbol" or text not in texts:
            return None
        self.place += 1
        return text

    def unexpected(self, needed: str = "an operator or the end") -> InputError:
        kind, text, start = self.next
        found = "the end" if kind == "end" else f"{shortened(text)} at place {start + 1}"
        return InputError(f"found {found} where {needed} is needed")

    def sum(self) -> TropicalRational:
        value = self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = _times(value, term if sign == "+" else term.inverse())
        return value

    def product(self) -> TropicalRational:
        value = self.factor()
        while True:
            start = self.next[2]
            if self.take("/"):
                divisor = _constant(self.factor())
                if not divisor:
                    raise InputError(f"the divisor after place {start + 1} is no constant other than 0")
                value = _multiple(value, 1 / divisor)
            elif self.take("*") or self.next[0] == "name" or self.next[1] == "(":
                value = self.multiplied(value, self.factor(), start)
            else:
                return value

    def multiplied(self, left: TropicalRational, right: TropicalRational, start: int) -> TropicalRational:
        factor = _constant(left)
        if factor is not None:
            return _multiple(right, factor)
        factor = _constant(right)
        if factor is None:
            raise InputError(f"at place {start + 1} two functions are multiplied; one of them must be a number")
        return _multiple(left, factor)

    def factor(self) -> TropicalRational:
        kind, text, start = self.next
        if sign := self.take("+", "-"):
            value = self.factor()
            return value if sign == "+" else _multiple(value, Fraction(-1))
        if self.take("("):
            value = self.sum()
            self.close()
            return value
        if kind not in ("number", "name"):
            raise self.unexpected("a number, a variable or a function")
        self.place += 1
        if kind == "number":
            return self.number(text, start)
        return self.coordinate(self.names[text]) if text in self.names else self.function(text, start)

    def coordinate(self, index: int) -> TropicalRational:
        exponent = [0] * self.dim
        exponent[index] = 1
        return TropicalRational.of(TropicalPolynomial.monomial(exponent))

    def number(self, text: str, start: int) -> TropicalRational:
        try:
            return TropicalRational.of(TropicalPolynomial.constant(as_fraction(text), self.dim))
        except NumberError as error:
            raise InputError(f"at place {start + 1}: {error}") from None

    def function(self, name: str, start: int) -> TropicalRational:
        if not self.take("("):
            raise self.unexpected(f"'(' after {name}")
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.close()
        if name.lower() in _OF_ONE and len(arguments) > 1:
            raise InputError(f"{name} at place {start + 1} has {len(arguments)} arguments; it takes one")
        return _FUNCTIONS[name.lower()](arguments)

    def close(self) -> None:
        if not self.take(")"):
            raise self.unexpected("')'")


def _constant(value: TropicalRational) -> Fraction | None:
    """Return the number that a function is, or None."""
    g, h = value.numerator, value.denominator
    if g.n_terms == h.n_terms == 1 and g.rows[0][1:] == h.rows[0][1:] == (0,) * g.ambient_dim:
        return g.coefficients[0] - h.coefficients[0]
    return None


def _multiple(value: TropicalRational, factor: Fraction) -> TropicalRational:
    return (value**factor).cleared()


def _times(left: TropicalRational, right: TropicalRational) -> TropicalRational:
    """Return the sum of two functions."""
    for f, g in ((left.numerator, right.numerator), (left.denominator, right.denominator)):
        if f.n_terms * g.n_terms > MOST_TERMS:
            raise InputError(f"a sum of maxima with {f.n_terms} times {g.n_terms} terms; write a network instead")
    return (left * right).cleared()


def _maximum(arguments: Sequence[TropicalRational]) -> TropicalRational:
    below = {argument.denominator for argument in arguments}
    terms = max(argument.numerator.n_terms for argument in arguments) * prod(h.n_terms for h in below)
    if terms > MOST_TERMS:
        raise InputError(f"a maximum of rational functions with up to {terms} terms; write a network instead")
    return TropicalRational.maximum(arguments).cleared()


def _minimum(arguments: Sequence[TropicalRational]) -> TropicalRational:
    return _maximum([argument.inverse().cleared() for argument in arguments]).inverse().cleared()


_FUNCTIONS: dict[str, Callable[[Sequence[TropicalRational]], TropicalRational]] = {
    "max": _maximum,
    "min": _minimum,
    "relu": lambda arguments: arguments[0] + 0,
    "abs": lambda arguments: _maximum([arguments[0], arguments[0].inverse().cleared()]),
}
_OF_ONE = ("relu", "abs")


def from_sympy(expression: Any, variables: Sequence[Any] | None = None) -> TropicalRational:
    """Return the tropical rational function of a sympy expression in Max, Min, Abs, sums and rational multiples.

    Args:
        expression: a sympy expression.
        variables: the symbols in the order of the coordinates; sorted by name if left out.

    Raises:
        UnsupportedError: for anything else in the expression.

    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> from_sympy(sympy.Max(x, 2 * y + 1, 0) - sympy.Min(x, y))([1, 3])
    Fraction(6, 1)
    """
    import sympy

    expression = sympy.sympify(expression)
    symbols = sorted(expression.free_symbols, key=str) if variables is None else list(variables)
    coordinates = map(TropicalRational.of, TropicalPolynomial.variables(len(symbols)))
    return _from_sympy(expression, dict(zip(symbols, coordinates, strict=True)), len(symbols))


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
            return _multiple(_from_sympy(rest, values, dim), factor)
    operations: dict[str, Callable[[Sequence[TropicalRational]], TropicalRational]] = {
        "Add": lambda arguments: reduce(_times, arguments),
        "Max": _FUNCTIONS["max"],
        "Min": _FUNCTIONS["min"],
        "Abs": _FUNCTIONS["abs"],
    }
    if kind not in operations:
        raise UnsupportedError(
            f"{shortened(str(expression))} in the expression; Max, Min, Abs, sums and rational multiples are taken"
        )
    return operations[kind]([_from_sympy(argument, values, dim) for argument in expression.args])
