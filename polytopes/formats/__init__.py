"""Reading and writing polyhedra: .ine and .ext files of cddlib and lrs, JSON files of polymake.

Numbers are exact in both directions; a decimal in a file is the decimal fraction it spells.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TypeVar

from polytopes.errors import FileFormatError, InputError
from polytopes.formats import cdd, polymake
from polytopes.formats.files import read_text, write_text
from polytopes.polyhedron import Polyhedron

__all__ = ["load", "save"]

Handler = TypeVar("Handler")

READERS: dict[str, Callable[[str], Polyhedron]] = {".ine": cdd.parse, ".ext": cdd.parse, ".json": polymake.parse}
WRITERS: dict[str, Callable[[Polyhedron], str]] = {
    ".ine": cdd.inequalities_text,
    ".ext": cdd.generators_text,
    ".json": polymake.text,
}


def load(path: str | PathLike[str]) -> Polyhedron:
    """Return the polyhedron in a file: ``.ine`` or ``.ext`` (cddlib, lrs), ``.json`` (polymake).

    Raises:
        FileFormatError: if the file cannot be read or is not of its format; the message names file and line.
    """
    file = Path(path)
    parse = _for_suffix(file, READERS)
    content = read_text(file)
    try:
        return parse(content)
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None


def save(polyhedron: Polyhedron, path: str | PathLike[str]) -> None:
    """Write a polyhedron: its facets to ``.ine``, its vertices and rays to ``.ext``, polymake JSON to ``.json``.

    The file is complete or untouched: it is written under another name and then renamed.

    Raises:
        FileFormatError: if the suffix is none of these.
    """
    file = Path(path)
    write_text(file, _for_suffix(file, WRITERS)(polyhedron))


def _for_suffix(file: Path, handlers: dict[str, Handler]) -> Handler:
    try:
        return handlers[file.suffix.lower()]
    except KeyError:
        raise FileFormatError(f"{file}: unknown file type; the names end in {', '.join(handlers)}") from None
