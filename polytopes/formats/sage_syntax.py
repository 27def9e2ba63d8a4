"""The part of Sage's language in which geometry is written: calls with lists of tuples of rationals.

Text is read by walking its syntax tree, and nothing in it is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from fractions import Fraction

from polytopes.arithmetic.rationals import Vector, exact_text
from polytopes.errors import FileFormatError
from polytopes.messages import shortened


def tuples_text(rows: Iterable[Sequence[int | Fraction]]) -> str:
    """Return rows as Sage reads them.

    >>> tuples_text([(Fraction(1, 2), 0), (1, 1)])
    '[(1/2, 0), (1, 1)]'
    """
    return "[" + ", ".join(tuple_text([exact_text(Fraction(entry)) for entry in row]) for row in rows) + "]"


def tuple_text(texts: Sequence[str]) -> str:
    """Return a tuple of texts.

    >>> tuple_text(["0"])
    '(0,)'
    """
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def tree(content: str) -> ast.expr:
    """Return the syntax tree of an expression.

    Raises:
        FileFormatError: if it is none.
    """
    try:
        return ast.parse(content.strip(), mode="eval").body
    except SyntaxError as error:
        raise FileFormatError(f"line {error.lineno}: no expression of Sage ({error.msg})") from None
    except (RecursionError, ValueError, MemoryError) as error:
        raise FileFormatError(f"no expression of Sage ({error})") from None


def checked_call(node: ast.expr, names: Sequence[str]) -> ast.Call:
    """Return the call of one of these functions that an expression is.

    Raises:
        FileFormatError: if it is none.
    """
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in names:
        raise FileFormatError(f"line {node.lineno}: needed is a call {' or '.join(f'{name}(...)' for name in names)}")
    return node


def name_of(call: ast.Call) -> str:
    """Return the name of the function that is called."""
    assert isinstance(call.func, ast.Name)
    return call.func.id


def arguments_of(call: ast.Call, known: Sequence[str], places: Sequence[str] = ()) -> dict[str, ast.expr]:
    """Return the arguments of a call by their names.

    Args:
        call: the call.
        known: the names that may occur.
        places: those that may be given by their place, in this order.

    Raises:
        FileFormatError: for others, for too many, and for two with one name.
    """
    named = [(str(keyword.arg), keyword.value) for keyword in call.keywords]
    unknown = [name for name, _ in named if name not in known]
    if unknown or len(call.args) > len(places):
        wrong = ", ".join(unknown) if unknown else "arguments without a name"
        raise FileFormatError(f"line {call.lineno}: {wrong}; known are {', '.join(known)}")
    given = [*zip(places, call.args, strict=False), *named]
    if len(dict(given)) < len(given):
        raise FileFormatError(f"line {call.lineno}: an argument of {name_of(call)} comes twice")
    return dict(given)


def rows(node: ast.expr | None) -> list[Vector]:
    """Return a list of rows of rationals, none if there is no list."""
    return [] if node is None else [tuple(number(entry) for entry in items(row)) for row in items(node)]


def items(node: ast.expr) -> list[ast.expr]:
    """Return the entries of a list or tuple.

    Raises:
        FileFormatError: if it is none.
    """
    if not isinstance(node, ast.List | ast.Tuple):
        raise FileFormatError(f"line {node.lineno}: needed is a list")
    return node.elts


def number(node: ast.expr) -> Fraction:
    """Return the rational that an integer, a quotient of integers, or their negative spells.

    Raises:
        FileFormatError: if it spells none.
    """
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -number(inner)
        case ast.BinOp(left=left, op=ast.Div(), right=right) if divisor := number(right):
            return number(left) / divisor
    raise FileFormatError(f"line {node.lineno}: {shortened(ast.unparse(node))} is no rational number")
