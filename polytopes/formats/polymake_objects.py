"""Objects of polymake of every kind that is read here, in JSON files and inside the files of OSCAR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError
from polytopes.formats import plain, polymake, polymake_complex, polymake_fan
from polytopes.messages import shortened
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron

Geometry = Polyhedron | Cone | Fan | PolyhedralComplex
"""What a file may hold."""
READERS: dict[str, Callable[[dict[str, Any]], Geometry]] = {
    polymake.TYPE: polymake.polyhedron_of,
    polymake_fan.CONE: polymake_fan.cone_from,
    polymake_fan.FAN: polymake_fan.fan_from,
    polymake_complex.TYPE: polymake_complex.complex_from,
}


def document(thing: Geometry) -> dict[str, Any]:
    """Return the object of polymake that a polyhedron, cone, fan or complex is.

    >>> document(Cone.from_rays([(1, 0)]))["_type"]
    'polytope::Cone<Rational>'
    """
    if isinstance(thing, Polyhedron):
        return polymake.document(thing)
    if isinstance(thing, Cone):
        return polymake_fan.cone_document(thing)
    return polymake_fan.fan_document(thing) if isinstance(thing, Fan) else polymake_complex.document(thing)


def text(thing: Geometry) -> str:
    """Return the file of polymake with a polyhedron, cone, fan or complex."""
    return polymake.text_of(document(thing))


def geometry_from(content: Any) -> Geometry:
    """Return what an object of polymake is.

    Raises:
        FileFormatError: if it is no object, or of a type that is not read here.
    """
    kind = content.get("_type") if isinstance(content, dict) else None
    if not isinstance(kind, str) or kind not in READERS:
        raise FileFormatError(f"the '_type' is {shortened(kind)}; read are {', '.join(READERS)}")
    return READERS[kind](content)


def parse(content: str) -> Geometry:
    """Return what is in a JSON file, of polymake or written by hand (:mod:`polytopes.formats.plain`).

    Raises:
        FileFormatError: if this is not JSON, or none of these.

    >>> parse('{"lower": [0], "upper": ["1/2"]}') == parse(text(Polyhedron.box([0], ["1/2"])))
    True
    """
    found = polymake.json_of(content)
    if isinstance(found, dict) and found.keys() & plain.POLYMAKE and not found.keys() & (plain.BOX | plain.ROWS):
        return geometry_from(found)
    return plain.parse_polyhedron(content)
