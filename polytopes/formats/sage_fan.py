"""Text that Sage reads: fans and cones as calls of their constructors.

::

    Fan(cones=[(0, 1), (1, 2)], rays=[(1, 0), (0, 1), (-1, -1)], lattice=ToricLattice(2))
    Cone(rays=[(1, 0), (1, 2)], lattice=ToricLattice(2))

Cones of fans in Sage contain no line; a cone alone may, and then has the rays of the line in both directions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from polytopes.arithmetic.rationals import Row
from polytopes.complexes.fan import Fan
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.incidence import fan_of, index_set
from polytopes.formats.limits import charge_dimension
from polytopes.formats.sage_syntax import arguments_of, items, number, rows, tuple_text, tuples_text
from polytopes.polyhedra.cone import Cone


def fan_text(fan: Fan) -> str:
    """Return a fan as a call that Sage understands.

    Raises:
        InputError: for a fan with lines, or without any cone, which Sage has not.

    >>> print(fan_text(Fan.from_rays([(1, 0), (0, 1)], [(0,), (1,)])), end="")
    Fan(cones=[(0,), (1,)], rays=[(1, 0), (0, 1)], lattice=ToricLattice(2))
    """
    if fan.lineality_space:
        raise InputError("cones of a fan in Sage contain no line; write it for polymake (.json), OSCAR or gfan")
    if not fan.maximal_cones:
        raise InputError("a fan in Sage has a cone; write it for polymake (.json), OSCAR or gfan")
    cones = ", ".join(tuple_text(list(map(str, cone))) for cone in fan.maximal_cones)
    return f"Fan(cones=[{cones}], rays={tuples_text(fan.rays)}, {_lattice(fan.ambient_dim)})\n"


def cone_text(cone: Cone) -> str:
    """Return a cone as a call that Sage understands.

    >>> print(cone_text(Cone.from_rays([(1, 0)], [(0, 1)])), end="")
    Cone(rays=[(1, 0), (0, 1), (0, -1)], lattice=ToricLattice(2))
    """
    return f"Cone(rays={tuples_text([*cone.rays, *_both_ways(cone.lines)])}, {_lattice(cone.ambient_dim)})\n"


def _both_ways(lines: Iterable[Row]) -> Iterable[Row]:
    for line in lines:
        yield line
        yield tuple(-entry for entry in line)


def _lattice(dim: int) -> str:
    return f"lattice=ToricLattice({dim})"


def fan_from(call: ast.Call) -> Fan:
    """Return the fan of a call ``Fan(cones=..., rays=..., lattice=...)``.

    Raises:
        FileFormatError: with the number of the line that is wrong.
        InputError: if the cones are no fan.
    """
    arguments = arguments_of(call, ("cones", "rays", "lattice"), ("cones", "rays"))
    if "cones" not in arguments:
        raise FileFormatError(f"line {call.lineno}: needed is Fan(cones=[...], rays=[...], lattice=ToricLattice(n))")
    rays, dim = rows(arguments.get("rays")), _dimension(arguments)
    cones = [index_set([_integer(i) for i in items(cone)], len(rays), "cone") for cone in items(arguments["cones"])]
    return fan_of(rays, cones, [], dim)


def cone_from(call: ast.Call) -> Cone:
    """Return the cone of a call ``Cone(rays=..., lattice=...)``; errors as for :func:`fan_from`."""
    arguments = arguments_of(call, ("rays", "lattice"), ("rays",))
    return Cone.from_rays(rows(arguments.get("rays")), ambient_dim=_dimension(arguments))


def _dimension(arguments: dict[str, ast.expr]) -> int | None:
    """Return the n of ``ToricLattice(n)``, None if no lattice is named."""
    match arguments.get("lattice"):
        case None:
            return None
        case ast.Call(func=ast.Name(id="ToricLattice"), args=[size], keywords=[]):
            dim = _integer(size)
            charge_dimension(dim)
            return dim
        case node:
            raise FileFormatError(f"line {node.lineno}: a lattice is read as ToricLattice(n)")


def _integer(node: ast.expr) -> int:
    value = number(node)
    if value.denominator != 1 or value < 0:
        raise FileFormatError(f"line {node.lineno}: {value} is no number to count with")
    return value.numerator
