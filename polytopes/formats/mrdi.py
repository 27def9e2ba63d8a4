"""Polyhedra over Q in ``.mrdi`` files, in which OSCAR saves the object of polymake that a polyhedron has."""

from __future__ import annotations

from polytopes.errors import FileFormatError
from polytopes.formats import polymake
from polytopes.messages import shortened
from polytopes.polyhedra.polyhedron import Polyhedron

TYPE = "Polyhedron"


def parse(text: str) -> Polyhedron:
    """Return the polyhedron in a file that OSCAR saved.

    Raises:
        FileFormatError: for anything but a polyhedron with rational coordinates.

    >>> parse('''{"_type": {"name": "Polyhedron", "params": {"_type": "QQField"}},
    ...     "data": {"_type": "polytope::Polytope<Rational>", "VERTICES": [["1", "0"], ["1", "3/2"]]}}''').volume()
    Fraction(3, 2)
    """
    content = polymake.json_of(text)
    kind = content.get("_type") if isinstance(content, dict) else None
    name = kind.get("name") if isinstance(kind, dict) else kind
    if name != TYPE:
        raise FileFormatError(f"the '_type' is {shortened(kind)}; a {TYPE} is needed")
    data = content.get("data")
    if not isinstance(data, dict) or "_type" not in data:
        raise FileFormatError("there is no polytope of polymake in it; one with rational coordinates has it as 'data'")
    return polymake.polyhedron_of(data)
