"""JSON of polymake for fans and cones over the rationals: ``fan::PolyhedralFan`` and ``polytope::Cone``.

Their rows have no constant. ``RAYS`` and ``MAXIMAL_CONES`` are what polymake has found, ``INPUT_RAYS`` and
``INPUT_CONES`` what was given to it, where rays may be repeated or lie within a cone.
"""

from __future__ import annotations

from typing import Any

from polytopes.arithmetic.rationals import Row
from polytopes.complexes.fan import Fan
from polytopes.errors import FileFormatError
from polytopes.formats.incidence import fan_of, index_set
from polytopes.formats.limits import charge_dimension
from polytopes.formats.polymake import LINES, NAMESPACE, matrix, rows_of, width_of
from polytopes.polyhedra.cone import Cone

FAN, CONE = "fan::PolyhedralFan<Rational>", "polytope::Cone<Rational>"
RAYS, INPUT_RAYS = ("RAYS",), ("INPUT_RAYS",)
NORMALS, SPAN = ("FACETS", "INEQUALITIES"), ("LINEAR_SPAN", "EQUATIONS")


def fan_document(fan: Fan) -> dict[str, Any]:
    """Return the object of polymake that a fan is.

    >>> fan_document(Fan.from_rays([(1, 0), (0, 1)], [(0, 1)]))["MAXIMAL_CONES"]
    [[0, 1], {'cols': 2}]
    """
    return {
        "_ns": NAMESPACE,
        "_type": FAN,
        "FAN_AMBIENT_DIM": fan.ambient_dim,
        "RAYS": matrix(fan.rays, fan.ambient_dim),
        "MAXIMAL_CONES": [*map(list, fan.maximal_cones), {"cols": fan.n_rays}],
        "LINEALITY_SPACE": matrix(fan.lineality_space, fan.ambient_dim),
    }


def cone_document(cone: Cone) -> dict[str, Any]:
    """Return the object of polymake that a cone is, by whichever representation is known, rays if there is a choice."""
    head = {"_ns": NAMESPACE, "_type": CONE, "CONE_AMBIENT_DIM": cone.ambient_dim}
    by_rays = cone.known_generators is not None or cone.given_generators is not None
    parts: dict[str, tuple[Row, ...]] = (
        {"RAYS": cone.rays, "LINEALITY_SPACE": cone.lines}
        if by_rays
        else {"FACETS": cone.inequalities, "LINEAR_SPAN": cone.equations}
    )
    return head | {name: matrix(rows, cone.ambient_dim) for name, rows in parts.items()}


def fan_from(document: dict[str, Any]) -> Fan:
    """Return the fan of an object of polymake.

    Raises:
        FileFormatError: if rays or maximal cones are missing or wrong.
        InputError: if the cones are no fan.
    """
    names, given = (RAYS, "MAXIMAL_CONES") if "MAXIMAL_CONES" in document else (INPUT_RAYS, "INPUT_CONES")
    if not isinstance(document.get(given), list):
        raise FileFormatError("neither MAXIMAL_CONES nor INPUT_CONES is there to build the fan from")
    dim = _dim(document, "FAN_AMBIENT_DIM", (*names, *LINES))
    rays, lines = rows_of(document, names, dim), rows_of(document, LINES, dim)
    cones = [index_set(cone, len(rays), "cone") for cone in document[given] if not isinstance(cone, dict)]
    if given == "MAXIMAL_CONES":
        return fan_of(rays, cones, lines, dim)
    return Fan.from_cones([Cone.from_rays([rays[i] for i in cone], lines, dim) for cone in cones], dim)


def cone_from(document: dict[str, Any]) -> Cone:
    """Return the cone of an object of polymake, from its rays if it has any, else from its inequalities.

    Raises:
        FileFormatError: if there are neither.
    """
    rays, normals = (*RAYS, *INPUT_RAYS), NORMALS
    dim = _dim(document, "CONE_AMBIENT_DIM", (*rays, *LINES, *normals, *SPAN))
    if any(name in document for name in (*rays, *LINES)):
        return Cone.from_rays(rows_of(document, rays, dim), rows_of(document, LINES, dim), dim)
    if any(name in document for name in (*normals, *SPAN)):
        return Cone.from_rows(rows_of(document, normals, dim), rows_of(document, SPAN, dim), dim)
    raise FileFormatError(f"none of {', '.join((*rays, *normals))} is there to build the cone from")


def _dim(document: dict[str, Any], name: str, matrices: tuple[str, ...]) -> int | None:
    known = document.get(name)
    dim = known if type(known) is int and known >= 0 else width_of(document, matrices)
    charge_dimension(dim or 0)
    return dim
