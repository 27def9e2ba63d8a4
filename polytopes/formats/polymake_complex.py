"""JSON files of polymake for polyhedral complexes over the rationals: ``fan::PolyhedralComplex<Rational>``."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import Row, Vector, dehomogeneous, primitive
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.limits import charge_dimension
from polytopes.formats.polymake import NAMESPACE, document_of, matrix, rows_of
from polytopes.messages import shortened
from polytopes.polyhedra.polyhedron import Polyhedron

TYPE = "fan::PolyhedralComplex<Rational>"
POINTS, CELLS, LINES = ("VERTICES", "POINTS"), ("MAXIMAL_POLYTOPES", "INPUT_POLYTOPES"), ("LINEALITY_SPACE",)


def text(complex: PolyhedralComplex) -> str:
    """Return a polymake file with the vertices and rays of all cells, and the maximal cells as index sets.

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
    document = {
        "_ns": NAMESPACE,
        "_type": TYPE,
        "FAN_AMBIENT_DIM": columns,
        "VERTICES": matrix(points, columns),
        "MAXIMAL_POLYTOPES": [*cells, {"cols": len(points)}],
        "LINEALITY_SPACE": matrix([(0, *line) for space in spaces for line in space], columns),
    }
    return json.dumps(document, indent=1) + "\n"


def parse(content: str) -> PolyhedralComplex:
    """Return the polyhedral complex of a polymake file.

    Raises:
        FileFormatError: if this is not JSON, or not a rational complex given by vertices and maximal cells.
    """
    document = document_of(content, TYPE)
    rows, lines = rows_of(document, POINTS), rows_of(document, LINES)
    cells = next((document[name] for name in CELLS if name in document), None)
    if not isinstance(cells, list):
        raise FileFormatError(f"none of {', '.join(CELLS)} is there to build the complex from")
    known = document.get("FAN_AMBIENT_DIM")
    dim = len(rows[0]) - 1 if rows else known - 1 if isinstance(known, int) and known else None
    charge_dimension(dim or 0)
    generators = [primitive(row) for row in rows]
    polyhedra = []
    for cell in cells:
        if isinstance(cell, dict):
            continue
        if not isinstance(cell, list) or not all(type(i) is int and 0 <= i < len(rows) for i in cell):
            raise FileFormatError(f"the cell {shortened(cell)} is no list of row numbers from 0 to {len(rows) - 1}")
        own = [generators[i] for i in cell]
        points = [dehomogeneous(row) for row in own if row[0]]
        rays = [row[1:] for row in own if not row[0]]
        polyhedra.append(Polyhedron.from_generators(points, rays, [line[1:] for line in lines], dim))
    return PolyhedralComplex.from_polyhedra(polyhedra, dim)
