"""Reading and writing polyhedra, complexes and fans: files of cddlib and lrs, polymake, OSCAR, Sage (text) and gfan.

Numbers are exact in both directions; a decimal in a file is the decimal fraction it spells.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TypeVar

from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import cdd, gfan, mrdi, plain, polymake, polymake_complex, polymake_xml, sage
from polytopes.formats.files import read_text
from polytopes.formats.limits import reading
from polytopes.output_files import write_text
from polytopes.polyhedra.polyhedron import Polyhedron

__all__ = ["load", "load_complex", "load_domain", "load_fan", "save", "save_complex", "save_fan"]

Handler = TypeVar("Handler")
Content = TypeVar("Content")

READERS: dict[str, Callable[[str], Polyhedron]] = {
    ".ine": cdd.parse,
    ".ext": cdd.parse,
    ".json": plain.parse_polyhedron,
    ".mrdi": mrdi.parse,
    ".poly": polymake_xml.parse,
    ".sage": sage.parse,
    ".xml": polymake_xml.parse,
}
WRITERS: dict[str, Callable[[Polyhedron], str]] = {
    ".ine": cdd.inequalities_text,
    ".ext": cdd.generators_text,
    ".json": polymake.text,
    ".sage": sage.text,
}
COMPLEX_READERS: dict[str, Callable[[str], PolyhedralComplex]] = {
    ".json": polymake_complex.parse,
    ".sage": sage.parse_complex,
}
COMPLEX_WRITERS: dict[str, Callable[[PolyhedralComplex], str]] = {
    ".json": polymake_complex.text,
    ".sage": sage.complex_text,
}

FAN_READERS: dict[str, Callable[[str], Fan]] = {".gfan": gfan.parse}
FAN_WRITERS: dict[str, Callable[[Fan], str]] = {".gfan": gfan.text}


def load(path: str | PathLike[str]) -> Polyhedron:
    """Return the polyhedron in a file.

    Its ending says the format: ``.ine`` and ``.ext`` (cddlib, lrs), ``.json`` (polymake, or by hand), ``.poly`` and
    ``.xml`` (polymake), ``.mrdi`` (OSCAR), ``.sage``.

    Raises:
        FileFormatError: if the file cannot be read or is not of its format; the message names file and line.
    """
    return _loaded(Path(path), READERS)


def load_domain(path: str | PathLike[str]) -> Polyhedron | plain.Bounds:
    """Return the polyhedron in a file as :func:`load` does, but one that is written as a box by its bounds.

    Raises:
        FileFormatError: as :func:`load`.
    """
    return _loaded(Path(path), {**READERS, ".json": plain.parse})


def save(polyhedron: Polyhedron, path: str | PathLike[str]) -> None:
    """Write a polyhedron: its facets to ``.ine``, its vertices and rays to ``.ext``, ``.sage``, either to ``.json``.

    The file is complete or untouched: it is written under another name and then renamed.

    Raises:
        FileFormatError: if the suffix is none of these.
    """
    file = Path(path)
    write_text(file, _for_suffix(file, WRITERS)(polyhedron))


def load_complex(path: str | PathLike[str]) -> PolyhedralComplex:
    """Return the polyhedral complex in a file: ``.json`` (polymake) or ``.sage`` (Sage).

    Raises:
        FileFormatError: if the file cannot be read or is not of its format; the message names file and line.
    """
    return _loaded(Path(path), COMPLEX_READERS)


def save_complex(complex: PolyhedralComplex, path: str | PathLike[str]) -> None:
    """Write a polyhedral complex to a ``.json`` (polymake) or ``.sage`` (Sage) file, completely or not at all.

    Raises:
        FileFormatError: if the suffix is none of these.
        InputError: for cells with different lineality spaces, if the file is polymake's.
    """
    file = Path(path)
    write_text(file, _for_suffix(file, COMPLEX_WRITERS)(complex))


def load_fan(path: str | PathLike[str]) -> Fan:
    """Return the fan in a ``.gfan`` file.

    Raises:
        FileFormatError: if the file cannot be read or is not of its format.
    """
    return _loaded(Path(path), FAN_READERS)


def save_fan(fan: Fan, path: str | PathLike[str]) -> None:
    """Write a fan to a ``.gfan`` file as gfan does, completely or not at all.

    Raises:
        FileFormatError: for another suffix.
    """
    file = Path(path)
    write_text(file, _for_suffix(file, FAN_WRITERS)(fan))


def _loaded(file: Path, readers: dict[str, Callable[[str], Content]]) -> Content:
    parse = _for_suffix(file, readers)
    content = read_text(file)
    try:
        with reading():
            return parse(content)
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None


def _for_suffix(file: Path, handlers: dict[str, Handler]) -> Handler:
    try:
        return handlers[file.suffix.lower()]
    except KeyError:
        raise FileFormatError(f"{file}: unknown file type; the names end in {', '.join(handlers)}") from None
