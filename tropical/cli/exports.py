"""The options by which commands write objects of geometry for polymake, OSCAR, Sage, gfan, cddlib and lrs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polytopes.errors import InputError
from tropical.cli.tables import note, working

if TYPE_CHECKING:
    from polytopes.formats.polymake_objects import Geometry

FOR = {
    ".json": "polymake",
    ".mrdi": "OSCAR",
    ".sage": "Sage",
    ".gfan": "gfan",
    ".ine": "cddlib and lrs, by facets",
    ".ext": "cddlib and lrs, by vertices",
}
"""For what program a file is, by the ending of its name."""

ComplexFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Write the complex: .json for polymake, .mrdi for OSCAR, .sage.", show_default=False
    ),
]
FanFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the fan: .json for polymake, .mrdi for OSCAR, .gfan.", show_default=False),
]
PolytopeFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the polytope: .ine, .ext, .json for polymake, .mrdi for OSCAR, .sage.",
        show_default=False,
    ),
]


def check_export(path: Path | None, kind: type[Geometry], but: tuple[str, ...] = ()) -> None:
    """Refuse the name of a file that ends in no way that is known for such an object.

    Args:
        path: the file, if one is named.
        kind: what it is to hold.
        but: endings of files that have no place for the object of this command.
    """
    if path is None:
        return
    from polytopes.formats import endings

    known = [ending for ending in endings(kind) if ending not in but]
    if path.suffix.lower() not in known:
        named = ", ".join(f"{ending} ({FOR[ending]})" for ending in known)
        raise InputError(f"{path}: the name of the file to write must end in one of {named}")


def check_complex_file(path: Path | None) -> None:
    """Refuse the name of a file that no polyhedral complex can be written to."""
    if path is not None:
        from polytopes.complexes.polyhedral_complex import PolyhedralComplex

        check_export(path, PolyhedralComplex)


def export(thing: object, path: Path | None, what: str) -> None:
    """Write an object to a file, if one is named, and say so."""
    if path is None:
        return
    from polytopes.formats import save

    with working(f"writing {path}"):
        save(thing, path)
    note(f"{what} is in {path}")
