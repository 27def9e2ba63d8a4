"""Text that Sage reads: polyhedra and polyhedral complexes as calls of their constructors, every number exact.

::

    Polyhedron(base_ring=QQ, vertices=[(0, 1/2), (1, 0)], rays=[(1, 1)], lines=[], ambient_dim=2)
    PolyhedralComplex([Polyhedron(...), ...], ambient_dim=2)

Such a file is loaded in Sage with ``load("name.sage")`` or assigned after ``sage_eval``. Here it is read by walking its
syntax tree, and nothing in it is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import Row, Vector, exact_text
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError
from polytopes.formats.limits import charge_dimension
from polytopes.messages import shortened
from polytopes.polyhedra.polyhedron import Polyhedron

FAMILIES = ("vertices", "rays", "lines")


def text(polyhedron: Polyhedron) -> str:
    """Return a polyhedron as a call that Sage understands.

    >>> print(text(Polyhedron.from_generators([["1/2", 0]], rays=[[0, 1]])), end="")
    Polyhedron(base_ring=QQ, vertices=[(1/2, 0)], rays=[(0, 1)], lines=[], ambient_dim=2)
    """
    return _call(polyhedron) + "\n"


def _call(polyhedron: Polyhedron) -> str:
    families: tuple[Sequence[Row | Vector], ...] = (polyhedron.vertices, polyhedron.rays, polyhedron.lines)
    lists = (f"{name}={_points(rows)}" for name, rows in zip(FAMILIES, families, strict=True))
    return f"Polyhedron(base_ring=QQ, {', '.join(lists)}, ambient_dim={polyhedron.ambient_dim})"


def _points(rows: Iterable[Sequence[int | Fraction]]) -> str:
    return "[" + ", ".join(_tuple([exact_text(Fraction(entry)) for entry in row]) for row in rows) + "]"


def _tuple(texts: Sequence[str]) -> str:
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def complex_text(complex: PolyhedralComplex) -> str:
    """Return a polyhedral complex as a call that Sage understands, one maximal cell a line."""
    cells = ",\n".join(f"    {_call(cell)}" for cell in complex.maximal_cells)
    return f"PolyhedralComplex([\n{cells}\n], ambient_dim={complex.ambient_dim})\n"


def parse(content: str) -> Polyhedron:
    """Return the polyhedron of a call ``Polyhedron(...)``.

    Raises:
        FileFormatError: with the number of the line that is wrong.

    >>> parse("Polyhedron(vertices=[(0,), (3/2,)])").vertices
    ((Fraction(0, 1),), (Fraction(3, 2),))
    """
    return _polyhedron(_tree(content))


def parse_complex(content: str) -> PolyhedralComplex:
    """Return the complex of a call ``PolyhedralComplex([...])``; errors as for :func:`parse`."""
    call = _checked_call(_tree(content), "PolyhedralComplex")
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    if len(call.args) != 1 or not isinstance(call.args[0], ast.List) or set(arguments) - {"ambient_dim"}:
        raise FileFormatError(f"line {call.lineno}: needed is PolyhedralComplex([cells], ambient_dim=d)")
    cells = [_polyhedron(cell) for cell in call.args[0].elts]
    return PolyhedralComplex.from_polyhedra(cells, _dimension(arguments))


def _tree(content: str) -> ast.expr:
    try:
        return ast.parse(content.strip(), mode="eval").body
    except SyntaxError as error:
        raise FileFormatError(f"line {error.lineno}: no expression of Sage ({error.msg})") from None
    except (RecursionError, ValueError, MemoryError) as error:
        raise FileFormatError(f"no expression of Sage ({error})") from None


def _checked_call(node: ast.expr, name: str) -> ast.Call:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != name:
        raise FileFormatError(f"line {node.lineno}: needed is a call {name}(...)")
    return node


def _polyhedron(node: ast.expr) -> Polyhedron:
    call = _checked_call(node, "Polyhedron")
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.args or (unknown := set(arguments) - {"base_ring", "ambient_dim", *FAMILIES}):
        found = "arguments without a name" if call.args else ", ".join(map(str, unknown))
        raise FileFormatError(f"line {call.lineno}: {found}; known are {', '.join(FAMILIES)}, base_ring, ambient_dim")
    vertices, rays, lines = (_rows(arguments.get(name)) for name in FAMILIES)
    return Polyhedron.from_generators(vertices, rays, lines, _dimension(arguments))


def _dimension(arguments: dict[str | None, ast.expr]) -> int | None:
    if "ambient_dim" not in arguments:
        return None
    number = _number(arguments["ambient_dim"])
    if number.denominator != 1:
        raise FileFormatError(f"line {arguments['ambient_dim'].lineno}: ambient_dim is an integer")
    charge_dimension(number.numerator)
    return number.numerator


def _rows(node: ast.expr | None) -> list[list[Fraction]]:
    return [] if node is None else [[_number(entry) for entry in _items(row)] for row in _items(node)]


def _items(node: ast.expr) -> list[ast.expr]:
    if not isinstance(node, ast.List | ast.Tuple):
        raise FileFormatError(f"line {node.lineno}: needed is a list")
    return node.elts


def _number(node: ast.expr) -> Fraction:
    """Return the rational that an integer, a quotient of integers, or their negative spells."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_number(inner)
        case ast.BinOp(left=left, op=ast.Div(), right=right) if divisor := _number(right):
            return _number(left) / divisor
    raise FileFormatError(f"line {node.lineno}: {shortened(_source(node))} is no rational number")


def _source(node: Any) -> str:
    return ast.unparse(node)
