"""Files of OSCAR (``.mrdi``) over Q: each has the object of polymake that a polyhedron, cone, fan or complex has.

::

    {"_ns": {"Oscar": ["https://github.com/oscar-system/Oscar.jl", "1.3.0"]},
     "_type": {"name": "PolyhedralFan", "params": {"_type": "QQField"}},
     "data": {"_type": "fan::PolyhedralFan<Rational>", ...}}
"""

from __future__ import annotations

from polytopes.errors import FileFormatError
from polytopes.formats import polymake, polymake_complex, polymake_fan
from polytopes.formats.polymake_objects import Geometry, document, geometry_from
from polytopes.messages import shortened

NAMESPACE = {"Oscar": ["https://github.com/oscar-system/Oscar.jl", "1.3.0"]}
"""The version of OSCAR whose files look so; later ones read them."""
NAMES = {
    polymake.TYPE: "Polyhedron",
    polymake_fan.CONE: "Cone",
    polymake_fan.FAN: "PolyhedralFan",
    polymake_complex.TYPE: "PolyhedralComplex",
}
"""The type in OSCAR for each type of polymake."""


def text(thing: Geometry) -> str:
    """Return the text of a file that OSCAR loads.

    Raises:
        InputError: for a complex that polymake has no place for.
    """
    data = document(thing)
    kind = {"name": NAMES[data["_type"]], "params": {"_type": "QQField"}}
    return polymake.text_of({"_ns": NAMESPACE, "_type": kind, "data": data})


def parse(content: str) -> Geometry:
    """Return the polyhedron, cone, fan or complex in a file that OSCAR saved.

    Raises:
        FileFormatError: for anything else, and for other than rational coordinates.

    >>> parse('''{"_type": {"name": "Polyhedron", "params": {"_type": "QQField"}},
    ...     "data": {"_type": "polytope::Polytope<Rational>", "VERTICES": [["1", "0"], ["1", "3/2"]]}}''').volume()
    Fraction(3, 2)
    """
    found = polymake.json_of(content)
    kind = found.get("_type") if isinstance(found, dict) else None
    name = kind.get("name") if isinstance(kind, dict) else kind
    if name not in NAMES.values():
        raise FileFormatError(f"the '_type' is {shortened(kind)}; read are {', '.join(NAMES.values())}")
    data = found.get("data")
    if not isinstance(data, dict) or "_type" not in data:
        raise FileFormatError(
            f"there is no object of polymake in it; a {name} with rational coordinates has it as 'data'"
        )
    if NAMES.get(data["_type"]) != name:
        raise FileFormatError(f"a {name} whose 'data' are of the type {shortened(data['_type'])} is not read")
    return geometry_from(data)
