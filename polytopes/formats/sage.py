"""Text that Sage reads: polyhedra, complexes, fans and cones as calls of their constructors, every number exact.

::

    Polyhedron(base_ring=QQ, vertices=[(0, 1/2), (1, 0)], rays=[(1, 1)], lines=[], ambient_dim=2)
    PolyhedralComplex([Polyhedron(...), ...], ambient_dim=2)

Such a file is loaded in Sage with ``load("name.sage")`` or assigned after ``sage_eval``. Here it is read by walking its
syntax tree, and nothing in it is run. Fans and cones are in :mod:`polytopes.formats.sage_fan`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from polytopes.arithmetic.rationals import Row, Vector
from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError
from polytopes.formats.limits import charge_dimension
from polytopes.formats.polymake_objects import Geometry
from polytopes.formats.sage_fan import cone_from, cone_text, fan_from, fan_text
from polytopes.formats.sage_syntax import arguments_of, checked_call, name_of, number, rows, tree, tuples_text
from polytopes.polyhedra.polyhedron import Polyhedron

FAMILIES = ("vertices", "rays", "lines")


def text(thing: Geometry) -> str:
    """Return a polyhedron, complex, fan or cone as a call that Sage understands; a complex has one cell a line.

    Raises:
        InputError: for a fan that Sage has not.

    >>> print(text(Polyhedron.from_generators([["1/2", 0]], rays=[[0, 1]])), end="")
    Polyhedron(base_ring=QQ, vertices=[(1/2, 0)], rays=[(0, 1)], lines=[], ambient_dim=2)
    """
    if isinstance(thing, Polyhedron):
        return _call(thing) + "\n"
    if isinstance(thing, PolyhedralComplex):
        cells = ",\n".join(f"    {_call(cell)}" for cell in thing.maximal_cells)
        return f"PolyhedralComplex([\n{cells}\n], ambient_dim={thing.ambient_dim})\n"
    return fan_text(thing) if isinstance(thing, Fan) else cone_text(thing)


def _call(polyhedron: Polyhedron) -> str:
    families: tuple[Sequence[Row | Vector], ...] = (polyhedron.vertices, polyhedron.rays, polyhedron.lines)
    lists = (f"{name}={tuples_text(rows)}" for name, rows in zip(FAMILIES, families, strict=True))
    return f"Polyhedron(base_ring=QQ, {', '.join(lists)}, ambient_dim={polyhedron.ambient_dim})"


def parse(content: str) -> Geometry:
    """Return what a call of one of Sage's constructors makes.

    Raises:
        FileFormatError: with the number of the line that is wrong.

    >>> parse("Polyhedron(vertices=[(0,), (3/2,)])").vertices
    ((Fraction(0, 1),), (Fraction(3, 2),))
    """
    call = checked_call(tree(content), tuple(READERS))
    return READERS[name_of(call)](call)


def complex_from(call: ast.Call) -> PolyhedralComplex:
    """Return the complex of a call ``PolyhedralComplex([...], ambient_dim=d)``."""
    arguments = arguments_of(call, ("maximal_cells", "ambient_dim"), ("maximal_cells",))
    cells = arguments.get("maximal_cells")
    if not isinstance(cells, ast.List):
        raise FileFormatError(f"line {call.lineno}: needed is PolyhedralComplex([cells], ambient_dim=d)")
    found = [polyhedron_from(checked_call(cell, ("Polyhedron",))) for cell in cells.elts]
    return PolyhedralComplex.from_polyhedra(found, _dimension(arguments))


def polyhedron_from(call: ast.Call) -> Polyhedron:
    """Return the polyhedron of a call ``Polyhedron(vertices=..., rays=..., lines=...)``."""
    arguments = arguments_of(call, (*FAMILIES, "base_ring", "ambient_dim"))
    vertices, rays, lines = (rows(arguments.get(name)) for name in FAMILIES)
    return Polyhedron.from_generators(vertices, rays, lines, _dimension(arguments))


def _dimension(arguments: dict[str, ast.expr]) -> int | None:
    if "ambient_dim" not in arguments:
        return None
    dim = number(arguments["ambient_dim"])
    if dim.denominator != 1:
        raise FileFormatError(f"line {arguments['ambient_dim'].lineno}: ambient_dim is an integer")
    charge_dimension(dim.numerator)
    return dim.numerator


READERS: dict[str, Callable[[ast.Call], Geometry]] = {
    "Polyhedron": polyhedron_from,
    "PolyhedralComplex": complex_from,
    "Fan": fan_from,
    "Cone": cone_from,
}
