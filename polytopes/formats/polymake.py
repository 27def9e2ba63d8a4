"""JSON files of polymake: polytopes over the rationals, their rows homogeneous with the constant first as here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import Vector, as_fraction, as_vector, exact_text
from polytopes.errors import FileFormatError, NumberError
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import PER_ENTRY, charge, charge_dimension
from polytopes.messages import shortened
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.representation import unit_row

TYPE = "polytope::Polytope<Rational>"
NAMESPACE = {"polymake": ["https://polymake.org", "4.0"]}
INEQUALITIES, EQUATIONS = ("FACETS", "INEQUALITIES"), ("AFFINE_HULL", "EQUATIONS")
GENERATORS, LINES = ("VERTICES", "POINTS"), ("LINEALITY_SPACE", "INPUT_LINEALITY")


def parse(text: str) -> Polyhedron:
    """Return the polyhedron of a polymake file, from its generators if it has any, else from its inequalities.

    Generators without any point stand for the cone with apex 0, as in :meth:`Polyhedron.from_generators`.

    Raises:
        FileFormatError: if this is not JSON, or not a rational polytope with rows to build it from.
    """
    return polyhedron_of(json_of(text))


def polyhedron_of(content: Any) -> Polyhedron:
    """Return the polyhedron of an object of polymake, whose properties are by their names.

    Raises:
        FileFormatError: as :func:`parse`.
    """
    document = checked(content, TYPE, " (a cone has other coordinates)")
    if any(name in document for name in GENERATORS):
        return from_homogeneous(rows_of(document, GENERATORS), rows_of(document, LINES), _dim(document))
    if any(name in document for name in INEQUALITIES):
        dim = _dim(document)
        width = None if dim is None else dim + 1
        return Polyhedron.from_rows(rows_of(document, INEQUALITIES, width), rows_of(document, EQUATIONS, width), dim)
    raise FileFormatError(f"none of {', '.join((*GENERATORS, *INEQUALITIES))} is there to build the polytope from")


def document_of(text: str, kind: str, hint: str = "") -> dict[str, Any]:
    """Return the object in a polymake file of a certain type.

    Raises:
        FileFormatError: if this is not JSON, or of another type.
    """
    return checked(json_of(text), kind, hint)


def json_of(text: str) -> Any:
    """Return what is in JSON; integers may have any number of digits, and decimals are texts.

    Raises:
        FileFormatError: if this is not JSON.
    """
    try:
        return json.loads(text, parse_float=str, parse_int=_integer, object_pairs_hook=unrepeated)
    except json.JSONDecodeError as error:
        raise FileFormatError(f"line {error.lineno}: not JSON ({error.msg})") from None
    except RecursionError:
        raise FileFormatError("brackets are nested too deeply for an object of polymake") from None


def checked(document: Any, kind: str, hint: str = "") -> dict[str, Any]:
    """Return an object of polymake, after checking its type."""
    found = document.get("_type") if isinstance(document, dict) else None
    if found != kind:
        raise FileFormatError(f"the '_type' is {shortened(found)}; needed is {kind!r}{hint}")
    content: dict[str, Any] = document
    return content


def from_homogeneous(rows: Sequence[Vector], lines: Sequence[Vector], dim: int | None) -> Polyhedron:
    """Return the polyhedron with these points, rays and lines in homogeneous coordinates.

    Raises:
        FileFormatError: if a row is neither a point nor a ray, or a line is a point.
    """
    if any(row[0] < 0 for row in rows) or any(line[0] for line in lines):
        raise FileFormatError("homogeneous coordinates start with a number > 0 for points, 0 for rays and lines")
    points = [tuple(entry / row[0] for entry in row[1:]) for row in rows if row[0]]
    return Polyhedron.from_generators(points, [r[1:] for r in rows if not r[0]], [line[1:] for line in lines], dim)


def _dim(document: dict[str, Any]) -> int | None:
    """Return the dimension of the space, from CONE_AMBIENT_DIM or the first matrix that tells."""
    known = document.get("CONE_AMBIENT_DIM")
    if isinstance(known, int) and known >= 1:
        charge_dimension(known - 1)
        return known - 1
    width = width_of(document, (*GENERATORS, *LINES, *INEQUALITIES, *EQUATIONS))
    if not width:
        return None
    charge_dimension(width - 1)
    return width - 1


def width_of(document: dict[str, Any], names: Sequence[str]) -> int | None:
    """Return the number of columns of the first matrix that tells it, None if none does."""
    for name in names:
        matrix = document.get(name)
        if isinstance(matrix, list) and matrix:
            first = matrix[0]
            said = next((row["cols"] for row in (first, matrix[-1]) if isinstance(row, dict) and "cols" in row), None)
            width = len(first) if isinstance(first, list) else said
            if type(width) is int and width >= 0:
                return width
    return None


def rows_of(document: dict[str, Any], names: Sequence[str], width: int | None = None) -> list[Vector]:
    """Return the first matrix there is; sparse rows are ``{"index": value}``, empty matrices end in ``{"cols": k}``."""
    name = next((name for name in names if name in document), None)
    matrix = document[name] if name else []
    if isinstance(matrix, dict):
        matrix = matrix.get("matrix", [])
    if not isinstance(matrix, list):
        raise FileFormatError(f"{name} is not a matrix")
    columns = next((row["cols"] for row in matrix if isinstance(row, dict) and "cols" in row), width)
    rows = [row for row in matrix if not (isinstance(row, dict) and "cols" in row)]
    table = [_row(row, columns, f"{name}, row {i}") for i, row in enumerate(rows)]
    for i, row in enumerate(table):
        if len(row) != len(table[0]):
            raise FileFormatError(f"{name}, row {i} has {len(row)} entries, row 0 has {len(table[0])}")
    return table


def _row(row: Any, columns: Any, where: str) -> Vector:
    if isinstance(row, dict) and isinstance(columns, int):
        row = _dense(row, columns, where)
    if not isinstance(row, list) or not row:
        raise FileFormatError(f"{where}: {shortened(row)} is not a row of numbers")
    try:
        return as_vector(row)
    except NumberError as error:
        raise FileFormatError(f"{where}: {error}") from None


def _dense(row: dict[str, Any], columns: int, where: str) -> list[Any]:
    charge(PER_ENTRY * max(0, columns), f"the entries of {where}")
    numbers = set(map(str, range(columns)))
    for key in row:
        if key not in numbers:
            raise FileFormatError(f"{where}: {shortened(key)} is no column; they are numbered from 0 to {columns - 1}")
    return [row.get(str(j), 0) for j in range(columns)]


def _integer(text: str) -> int:
    """Return an integer of JSON, which may have more digits than ``int`` takes."""
    return as_fraction(text).numerator


def text(polyhedron: Polyhedron) -> str:
    """Return a polymake file with whichever representation is known, the generators if there is a choice."""
    return text_of(document(polyhedron))


def text_of(document: dict[str, Any]) -> str:
    """Return the text of the file of an object of polymake."""
    return json.dumps(document, indent=1) + "\n"


def document(polyhedron: Polyhedron) -> dict[str, Any]:
    """Return the object of polymake that a polyhedron is, as for :func:`text`."""
    cone, columns = polyhedron.homogenization, polyhedron.ambient_dim + 1
    entries: dict[str, Any] = {"_ns": NAMESPACE, "_type": TYPE, "CONE_AMBIENT_DIM": columns}
    if cone.known_generators is not None or cone.given_generators is not None:
        points = [(Fraction(1), *vertex) for vertex in polyhedron.vertices]
        rays = [(0, *ray) for ray in polyhedron.rays]
        entries["VERTICES"] = matrix([*points, *rays], columns)
        entries["LINEALITY_SPACE"] = matrix([(0, *line) for line in polyhedron.lines], columns)
    else:
        # FACETS would need to tell whether the hyperplane at infinity is one of the cone over the polyhedron.
        entries["INEQUALITIES"] = matrix([*polyhedron.inequalities, unit_row(polyhedron.ambient_dim)], columns)
        entries["EQUATIONS"] = matrix(polyhedron.equations, columns)
    return entries


def matrix(rows: Sequence[Sequence[int | Fraction]], columns: int) -> list[Any]:
    """Return rows as polymake writes them, numbers as text."""
    table: list[Any] = [[exact_text(Fraction(entry)) for entry in row] for row in rows]
    return table or [{"cols": columns}]
