"""Reading and writing polyhedra, cones, fans and complexes: files of cddlib and lrs, polymake, OSCAR, Sage and gfan.

What a file holds is told by the file; its ending tells the format.
Numbers are exact in both directions; a decimal in a file is the decimal fraction it spells.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from polytopes.complexes.fan import Fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.errors import FileFormatError, InputError
from polytopes.formats import cdd, gfan, mrdi, plain, polymake_objects, polymake_xml, sage
from polytopes.formats.files import read_text
from polytopes.formats.limits import reading
from polytopes.formats.polymake_objects import Geometry
from polytopes.messages import shortened
from polytopes.output_files import write_text
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron

__all__ = [
    "endings",
    "load",
    "load_complex",
    "load_domain",
    "load_fan",
    "load_polyhedron",
    "save",
    "save_complex",
    "save_fan",
]

Content = TypeVar("Content")
Writer = Callable[[Any], str]

READERS: dict[str, Callable[[str], Geometry]] = {
    ".ine": cdd.parse,
    ".ext": cdd.parse,
    ".json": polymake_objects.parse,
    ".mrdi": mrdi.parse,
    ".sage": sage.parse,
    ".gfan": gfan.parse,
    **dict.fromkeys((".poly", ".cone", ".fan", ".pcom", ".xml"), polymake_xml.parse),
}
DOMAIN_READERS: dict[str, Callable[[str], Geometry | plain.Bounds]] = {**READERS, ".json": plain.parse}
EVERYWHERE: dict[str, Writer] = {".json": polymake_objects.text, ".mrdi": mrdi.text, ".sage": sage.text}
"""Formats that hold all kinds of objects."""
WRITERS: dict[type[Geometry], dict[str, Writer]] = {
    Polyhedron: {".ine": cdd.inequalities_text, ".ext": cdd.generators_text, **EVERYWHERE},
    Cone: EVERYWHERE,
    Fan: {**EVERYWHERE, ".gfan": gfan.text},
    PolyhedralComplex: EVERYWHERE,
}
NAMES: dict[type[Geometry], str] = {
    Polyhedron: "a polyhedron",
    Cone: "a cone",
    Fan: "a fan",
    PolyhedralComplex: "a polyhedral complex",
}
STANDS_FOR = ("as_polyhedron", "polyhedron", "complex")
"""Attributes or methods by which something tells the object of geometry that it stands for."""
LOADERS: dict[type[Geometry], str] = {Polyhedron: "load_polyhedron", Fan: "load_fan", PolyhedralComplex: "load_complex"}


def endings(kind: type[Geometry]) -> tuple[str, ...]:
    """Return the endings of the files that hold objects of a kind.

    >>> endings(Fan)
    ('.json', '.mrdi', '.sage', '.gfan')
    """
    return tuple(WRITERS[kind])


def load(path: str | PathLike[str]) -> Geometry:
    """Return the polyhedron, cone, fan or polyhedral complex in a file.

    Its ending says the format: ``.ine`` and ``.ext`` (cddlib, lrs), ``.json`` (polymake, or by hand), ``.poly``,
    ``.cone``, ``.fan``, ``.pcom`` and ``.xml`` (polymake), ``.mrdi`` (OSCAR), ``.sage``, ``.gfan``.

    Raises:
        FileFormatError: if the file cannot be read or is not of its format; the message names file and line.
    """
    return _loaded(Path(path), READERS)


def load_polyhedron(path: str | PathLike[str]) -> Polyhedron:
    """Return the polyhedron in a file, as :func:`load` does.

    Raises:
        FileFormatError: as for :func:`load`, and if something else is in it.
    """
    return _of_kind(Polyhedron, load(path), Path(path))


def load_fan(path: str | PathLike[str]) -> Fan:
    """Return the fan in a file, as :func:`load` does.

    Raises:
        FileFormatError: as for :func:`load`, and if something else is in it.
    """
    return _of_kind(Fan, load(path), Path(path))


def load_complex(path: str | PathLike[str]) -> PolyhedralComplex:
    """Return the polyhedral complex in a file, as :func:`load` does.

    Raises:
        FileFormatError: as for :func:`load`, and if something else is in it.
    """
    return _of_kind(PolyhedralComplex, load(path), Path(path))


def load_domain(path: str | PathLike[str]) -> Polyhedron | plain.Bounds:
    """Return the polyhedron in a file, but one that is written as a box by its bounds.

    Raises:
        FileFormatError: as :func:`load_polyhedron`.
    """
    found = _loaded(Path(path), DOMAIN_READERS)
    return found if isinstance(found, plain.Bounds) else _of_kind(Polyhedron, found, Path(path))


def save(thing: object, path: str | PathLike[str]) -> None:
    """Write a polyhedron, cone, fan or polyhedral complex, or what stands for one, so that :func:`load` gives it back.

    ============  ===============  ==================================================================
    ending        program          holds
    ============  ===============  ==================================================================
    ``.ine``      cddlib, lrs      a polyhedron by its facets
    ``.ext``      cddlib, lrs      a polyhedron by its vertices and rays
    ``.json``     polymake         all of them; a polyhedron and a cone by what is known of it
    ``.mrdi``     OSCAR            the same
    ``.sage``     Sage             all of them, but no fan with lines
    ``.gfan``     gfan             a fan
    ============  ===============  ==================================================================

    A sum of simplices, and any Minkowski sum, is written as the polytope that it is; a hypersurface and a decision
    boundary as complexes. The file is complete or untouched: it is written under another
    name and then renamed.

    Raises:
        FileFormatError: if files with this ending do not hold such an object.
        InputError: for what is no such object, and for what the other program has no place for: in polymake and OSCAR
            cells with different lineality spaces, in Sage fans with lines.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from polytopes import SimplexSum
    >>> with TemporaryDirectory() as folder:
    ...     save(SimplexSum.of([(0, 1), (1, 2)]), Path(folder) / "square.ext")
    ...     load(Path(folder) / "square.ext").n_vertices
    4
    """
    file = Path(path)
    made = _geometry(thing, file.suffix.lower())
    writers = WRITERS[type(made)]
    if file.suffix.lower() not in writers:
        raise FileFormatError(f"{file}: {NAMES[type(made)]} goes to files whose names end in {', '.join(writers)}")
    write_text(file, writers[file.suffix.lower()](made))


def save_complex(complex: PolyhedralComplex, path: str | PathLike[str]) -> None:
    """Write a polyhedral complex, as :func:`save` does."""
    save(complex, path)


def save_fan(fan: Fan, path: str | PathLike[str]) -> None:
    """Write a fan, as :func:`save` does."""
    save(fan, path)


def _geometry(thing: object, suffix: str) -> Geometry:
    """Return an object of geometry, or the one that something stands for."""
    if isinstance(thing, Geometry):
        return thing
    by_facets = ("from_facets",) if suffix == ".ine" else ()  # sums know them without their vertices
    for name in (*by_facets, *STANDS_FOR):
        found = getattr(thing, name, None)
        made = found() if callable(found) else found
        if isinstance(made, Geometry):
            return made
    raise InputError(f"{shortened(thing)} cannot be written; give a polyhedron, cone, fan or complex, or a sum")


def _of_kind(kind: type[Content], found: Geometry, file: Path) -> Content:
    if isinstance(found, kind):
        return found
    way_out = LOADERS.get(type(found), "load")
    wanted = next(name for known, name in NAMES.items() if known is kind)
    raise FileFormatError(f"{file}: {NAMES[type(found)]} is in it, not {wanted}; polytopes.formats.{way_out} reads it")


def _loaded(file: Path, readers: dict[str, Callable[[str], Content]]) -> Content:
    parse = readers.get(file.suffix.lower())
    if parse is None:
        raise FileFormatError(f"{file}: unknown file type; the names end in {', '.join(readers)}")
    content = read_text(file)
    try:
        with reading():
            return parse(content)
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None
