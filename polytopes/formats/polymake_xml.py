"""XML files of polymake, its format before version 4: properties of an object, and matrices row by row.

::

    <object name="square" type="polytope::Polytope&lt;Rational&gt;" version="3.0" xmlns="...">
      <property name="CONE_AMBIENT_DIM" value="3" />
      <property name="POINTS"><m><v>1 0 0</v><v>1 1/2 0</v></m></property>
      <property name="FACETS"><m cols="3"><v><e i="1">1</e></v></m></property>
    </object>

They are translated to the JSON objects of :mod:`polytopes.formats.polymake`. Document types are refused, and with them
all entities, so nothing outside the file is read and nothing grows.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.errors import FileFormatError
from polytopes.formats import polymake, polymake_objects
from polytopes.formats.polymake_objects import Geometry
from polytopes.messages import shortened

OBJECT, PROPERTY, MATRIX, VECTOR, ENTRY = "object", "property", "m", "v", "e"
MATRIX_PATH = [OBJECT, PROPERTY, MATRIX]


def parse(text: str) -> Geometry:
    """Return the polyhedron in an XML file of polymake, or what is in a JSON file, which has the same endings.

    Raises:
        FileFormatError: if this is neither, or in XML not a rational polytope with rows to build it from.

    >>> parse('<object type="polytope::Polytope&lt;Rational&gt;"><property name="POINTS"><m><v>1 0 0</v>'
    ...     '<v>1 1 0</v><v>1 0 1/2</v></m></property></object>').volume()
    Fraction(1, 4)
    """
    if text.lstrip().startswith("{"):
        return polymake_objects.parse(text)
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise FileFormatError(f"line {error.lineno}: not XML ({expat.ErrorString(error.code)})") from None
    return polymake.polyhedron_of(reader.document)


def _refuse_doctype(*_: Any) -> None:
    raise FileFormatError("a document type, which may define entities; polymake writes none, remove it")


class _Reader:
    """Collects the properties directly below the outermost object that are integers or matrices."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.path: list[str] = []
        self.property = ""
        self.rows: list[Any] = []
        self.columns: int | None = None
        self.words: list[str] = []
        self.sparse: dict[str, str] = {}
        self.index = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.path.append(tag)
        if self.path == [OBJECT]:
            self.document["_type"] = attributes.get("type", "")
        elif self.path == [OBJECT, PROPERTY]:
            self.property = attributes.get("name", "")
            if attributes.get("value", "").isdecimal():
                self.document[self.property] = integer_of(attributes["value"])
        elif self.path == MATRIX_PATH:
            self.rows, self.columns = [], _columns(attributes, "cols")
        elif self.path == [*MATRIX_PATH, VECTOR]:
            self.words, self.sparse = [], {}
            self.columns = self.columns if self.columns is not None else _columns(attributes, "dim")
        elif self.path == [*MATRIX_PATH, VECTOR, ENTRY]:
            self.words, self.index = [], attributes.get("i", "")
            if self.index in self.sparse:
                raise FileFormatError(f"{self.property}: column {shortened(self.index)} comes twice in a row")

    def text(self, content: str) -> None:
        if self.path[:4] == [*MATRIX_PATH, VECTOR]:
            self.words.append(content)

    def end(self, tag: str) -> None:
        if self.path == [*MATRIX_PATH, VECTOR, ENTRY]:
            self.sparse[self.index] = "".join(self.words).strip()
            self.words = []
        elif self.path == [*MATRIX_PATH, VECTOR]:
            dense = "".join(self.words).split()
            self.rows.append(dense if dense or not (self.sparse or self.columns) else self.sparse)
        elif self.path == MATRIX_PATH:
            self.document[self.property] = [*self.rows, *([] if self.columns is None else [{"cols": self.columns}])]
        self.path.pop()


def _columns(attributes: dict[str, str], name: str) -> int | None:
    text = attributes.get(name, "")
    return integer_of(text) if text.isdecimal() else None
