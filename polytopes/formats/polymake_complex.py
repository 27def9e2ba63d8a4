"""JSON files of polymake for polyhedral complexes over the rationals: ``fan::PolyhedralComplex<Rational>``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.incidence import index_set
from polytopes.formats.limits import charge_dimension
from polytopes.formats.polymake import NAMESPACE, document_of, from_homogeneous, matrix, rows_of, text_of

TYPE = "fan::PolyhedralComplex<Rational>"
POINTS, CELLS, LINES = ("VERTICES", "POINTS"), ("MAXIMAL_POLYTOPES", "INPUT_POLYTOPES"), ("LINEALITY_SPACE",)


def text(complex: PolyhedralComplex) -> str:
    """Return a polymake file with the vertices and rays of all cells, and the maximal cells as index sets.

    Raises:
        InputError: as :func:`document`.
    """
    return text_of(document(complex))


def document(complex: PolyhedralComplex) -> dict[str, Any]:
    """Return the object of polymake that a polyhedral complex is.

    Raises:
        InputError: if cells have different lineality spaces, for which polymake has no place.
    """
    spaces = {cell.lines for cell in complex.maximal_cells}
    if len(spaces) > 1:
        raise InputError("cells with different lineality spaces; a complex in polymake has one, write it for Sage")
    columns = complex.ambient_dim + 1
    index = {row: i for i, row in enumerate(complex.generators)}
    cells: list[Any] = [sorted(index[row] for row in cell.generators) for cell in complex.maximal_cells]
    points: list[Row | Vector] = [(Fraction(1), *dehomogeneous(r)) if r[0] else r for r in complex.generators]
    return {
        "_ns": NAMESPACE,
        "_type": TYPE,
        "FAN_AMBIENT_DIM": columns,
        "VERTICES": matrix(points, columns),
        "MAXIMAL_POLYTOPES": [*cells, {"cols": len(points)}],
        "LINEALITY_SPACE": matrix([(0, *line) for space in spaces for line in space], columns),
    }


def parse(content: str) -> PolyhedralComplex:
    """Return the polyhedral complex of a polymake file.

    Raises:
        FileFormatError: if this is not JSON, or not a rational complex given by vertices and maximal cells.
    """
    return complex_from(document_of(content, TYPE))


def complex_from(document: dict[str, Any]) -> PolyhedralComplex:
    """Return the polyhedral complex of an object of polymake; errors as for :func:`parse`."""
    rows, lines = rows_of(document, POINTS), rows_of(document, LINES)
    cells = next((document[name] for name in CELLS if name in document), None)
    if not isinstance(cells, list):
        raise FileFormatError(f"none of {', '.join(CELLS)} is there to build the complex from")
    known = document.get("FAN_AMBIENT_DIM")
    dim = len(rows[0]) - 1 if rows else known - 1 if type(known) is int and known > 0 else None
    charge_dimension(dim or 0)
    given = [index_set(cell, len(rows), "cell") for cell in cells if not isinstance(cell, dict)]
    polyhedra = [from_homogeneous([rows[i] for i in cell], lines, dim) for cell in given]
    return PolyhedralComplex.from_polyhedra(polyhedra, dim)
