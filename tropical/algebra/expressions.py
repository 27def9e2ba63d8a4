"""Piecewise linear expressions as text: ``max(2x + 1, y, 0) - 2 relu(x - y)``.

::

    sum      = [+|-] product {(+|-) product}
    product  = factor {[*] factor | / factor}      at most one factor is not constant; divisors are constants
    factor   = number | name | (sum) | function(sum, ...) | (+|-) factor
    function = max | min | relu | abs

Numbers are integers or decimals, taken as the fractions that they denote; ``0x10`` is refused, which is a number in
other languages and would be a product here. The text is never evaluated as Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Generic

from polytopes.arithmetic.dimensions import checked_dimension
from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, NumberError, ShapeError
from polytopes.messages import shortened
from tropical.algebra.operations import FUNCTIONS, UNARY, Operations, RationalOperations, Value
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalRational

MOST_VARIABLES = 100_000
"""Functions of more variables are refused: every term has an exponent for each."""
NAME = re.compile(r"[A-Za-z][A-Za-z_]*\d*")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>" + NAME.pattern + ")"
    r"|(?P<symbol>[-+*/(),])|(?P<other>\S))"
)
_PREFIXED = re.compile(r"(?<![\w.])0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
"""What other languages read as an integer in base 16, 8 or 2, and this grammar would as 0 times a variable."""
_NUMBERED = re.compile(r"x_?([1-9]\d{0,5})")
_LETTERS = ("x", "y", "z")


def parse(text: str, variables: Sequence[str] | None = None, ambient_dim: int | None = None) -> TropicalRational:
    """Return the tropical rational function that an expression denotes.

    Args:
        text: the expression.
        variables: names of the coordinates in their order; if left out x, y, z or x1, x2, ..., up to the last one used.
        ambient_dim: the number of variables, if it is another one.

    Raises:
        InputError: if the text is not an expression; the message says where.

    >>> parse("max(2x + 1, y, 0) - 1/2 abs(x)")([2, 1])
    Fraction(4, 1)
    """
    return evaluate(text, RationalOperations, variables, ambient_dim)


def evaluate(
    text: str,
    operations: Callable[[int], Operations[Value]],
    variables: Sequence[str] | None = None,
    ambient_dim: int | None = None,
) -> Value:
    """Return the value of an expression.

    Args:
        text, variables, ambient_dim: as for :func:`parse`.
        operations: from the number of variables, what the expression is evaluated with.

    Raises:
        InputError: if the text is not an expression; the message says where.
    """
    tokens = _tokens(text)
    names, dim = _variables([token for kind, token, _ in tokens if kind == "name"], variables, ambient_dim)
    try:
        return _Parser(tokens, names, operations(dim)).run()
    except RecursionError:
        raise InputError("the brackets of the expression are nested too deeply") from None


def parse_polynomial(
    text: str, variables: Sequence[str] | None = None, ambient_dim: int | None = None
) -> TropicalPolynomial:
    """Return the tropical polynomial that an expression denotes; arguments as for :func:`parse`.

    Raises:
        InputError: if the text is not an expression, or not a maximum of affine forms.

    >>> print(parse_polynomial("max(2x+1, y, 0)"))
    max(2 x + 1, y, 0)
    """
    return parse(text, variables, ambient_dim).as_polynomial()


Token = tuple[str, str, int]
"""Kind, text and position of a token."""


def _tokens(text: str) -> list[Token]:
    if not isinstance(text, str):
        raise InputError(f"an expression is a string, not {shortened(text)}")
    if prefixed := _PREFIXED.search(text):
        place, product = f"{shortened(prefixed[0])} at position {prefixed.start() + 1}", f"0*{prefixed[0][1:]}"
        raise InputError(f"{place}: numbers are decimal; write {shortened(product)} if a product is meant")
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "other":
            raise InputError(f"{shortened(match[kind])} at position {match.start(kind) + 1} has no meaning here")
        found.append((kind, match[kind], match.start(kind)))
    return [*found, ("end", "", len(text))]


def _variables(used: Sequence[str], given: Sequence[str] | None, ambient_dim: int | None) -> tuple[dict[str, int], int]:
    """Return the coordinate of every name that may be used, and the number of variables."""
    used = [name for name in used if name.lower() not in FUNCTIONS]
    numbers = [int(match[1]) for name in used if (match := _NUMBERED.fullmatch(name))]
    names: dict[str, int] = {}
    dim = 0
    if given is not None:
        names, dim = {name: i for i, name in enumerate(given)}, len(given)
        if len(names) < dim or ambient_dim not in (None, dim):
            raise ShapeError(f"variables {shortened(list(given))}; give one name for each coordinate, each once")
        if wrong := next((name for name in given if not NAME.fullmatch(name)), None):
            raise InputError(f"{shortened(wrong)} is not a variable name; use letters followed by digits, such as x1")
    elif set(used) <= set(_LETTERS):
        dim = _dim(max((_LETTERS.index(name) + 1 for name in used), default=0), ambient_dim)
        names = {name: i for i, name in enumerate(_LETTERS[:dim])}
    elif len(numbers) == len(used):
        dim = _dim(max(numbers), ambient_dim)
        names = {f"x{separator}{i + 1}": i for i in range(dim) for separator in ("", "_")}
    missing = [name for name in used if name not in names]
    if missing:
        raise InputError(_refusal(missing, names if given is not None else None))
    return names, dim


def _refusal(missing: Sequence[str], listed: Iterable[str] | None) -> str:
    """Return why names are not variables; ``listed`` are the names of the variables, if they were given."""
    if listed is not None:
        known = ", ".join(listed)
        return f"{shortened(missing[0])} is not a variable; " + (f"they are {known}" if known else "none is listed")
    usual, listing = "x, y, z or x1, x2, ...", ", in a file by a line '# variables: a, b'"
    strange = [name for name in missing if name not in _LETTERS and not _NUMBERED.fullmatch(name)]
    if strange:
        return f"{shortened(strange[0])} is not a variable; they are {usual}, others must be listed{listing}"
    letter = next(name for name in missing if name in _LETTERS)
    number = next(name for name in missing if name not in _LETTERS)
    return f"{letter} and {number} are mixed; name variables {usual}, or list their names in order{listing}"


def _dim(least: int, given: int | None) -> int:
    """Return the number of variables, given or by default the least possible; refuse too few and too many."""
    if least > MOST_VARIABLES:
        raise InputError(f"variable {least:,} is used; a function has at most {MOST_VARIABLES:,}")
    if given is None:
        return least
    if checked_dimension(given) < least:
        raise ShapeError(f"the expression uses {least} variables, and {given} are given")
    return given


class _Parser(Generic[Value]):
    """Recursive descent over the tokens; ``place`` is the index of the next one."""

    def __init__(self, tokens: Sequence[Token], names: dict[str, int], operations: Operations[Value]) -> None:
        self.tokens = tokens
        self.place = 0
        self.names = names
        self.operations = operations

    def run(self) -> Value:
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
        found = "the end" if kind == "end" else f"{shortened(text)} at position {start + 1}"
        return InputError(f"found {found} where {needed} is needed")

    def sum(self) -> Value:
        value = self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = self.operations.total(value, term if sign == "+" else self.negative(term))
        return value

    def product(self) -> Value:
        value = self.factor()
        while True:
            start = self.next[2]
            if self.take("/"):
                divisor = self.operations.constant_of(self.factor())
                if not divisor:
                    raise InputError(f"the divisor after position {start + 1} is not a nonzero constant")
                value = self.operations.multiple(value, 1 / divisor)
            elif self.take("*") or self.next[0] == "name" or self.next[1] == "(":
                value = self.multiplied(value, self.factor(), start)
            else:
                return value

    def multiplied(self, left: Value, right: Value, start: int) -> Value:
        factor = self.operations.constant_of(left)
        if factor is not None:
            return self.operations.multiple(right, factor)
        factor = self.operations.constant_of(right)
        if factor is None:
            raise InputError(f"at position {start + 1} two functions are multiplied; one of them must be a number")
        return self.operations.multiple(left, factor)

    def factor(self) -> Value:
        kind, text, start = self.next
        if sign := self.take("+", "-"):
            value = self.factor()
            return value if sign == "+" else self.negative(value)
        if self.take("("):
            value = self.sum()
            self.close()
            return value
        if kind not in ("number", "name"):
            raise self.unexpected("a number, a variable or a function")
        self.place += 1
        if kind == "number":
            return self.number(text, start)
        return self.operations.coordinate(self.names[text]) if text in self.names else self.function(text, start)

    def negative(self, value: Value) -> Value:
        return self.operations.multiple(value, Fraction(-1))

    def number(self, text: str, start: int) -> Value:
        try:
            return self.operations.number(as_fraction(text))
        except NumberError as error:
            raise InputError(f"at position {start + 1}: {error}") from None

    def function(self, name: str, start: int) -> Value:
        if not self.take("("):
            raise self.unexpected(f"'(' after {name}")
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.close()
        if name.lower() in UNARY and len(arguments) > 1:
            raise InputError(f"{name} at position {start + 1} has {len(arguments)} arguments; it takes one")
        return self.operations.apply(name.lower(), arguments)

    def close(self) -> None:
        if not self.take(")"):
            raise self.unexpected("')'")
