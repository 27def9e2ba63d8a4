"""What the commands of tropical algebra share: sources that are functions or networks, complexes in documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from rich.console import Console

from polytopes.errors import FileFormatError, InputError, ShapeError
from tropical.cli.arguments import ReadingOptions, is_expression, read_network, refuse_unused
from tropical.cli.options import FunctionPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polytopes.complexes.polyhedral_complex import PolyhedralComplex
    from tropical.algebra.files import TropicalFunction
    from tropical.algebra.rational_function import TropicalMap
    from tropical.networks.network import Network
    from tropical.representations.expansion import Progress


def read_function(source: Path) -> TropicalFunction:
    """Return the tropical function in a ``.json`` or ``.txt`` file, or that an expression denotes.

    Raises:
        FileFormatError: if the file cannot be read or is not of its format.
        InputError: if the expression is none; the message says where.
    """
    from tropical.algebra.files import from_text, load_function

    if not is_expression(source):
        return load_function(source)
    try:
        return from_text(str(source))
    except InputError as error:
        raise InputError(f"{source}: {error}") from None


def is_function_file(path: Path) -> bool:
    """Return whether a source is a tropical function rather than a network; an expression is.

    Raises:
        FileFormatError: for JSON that is neither.
    """
    if is_expression(path):
        return True
    if path.suffix.lower() != ".json":
        return path.suffix.lower() == ".txt"
    from polytopes.formats.files import read_text
    from tropical.algebra.files import FORMAT
    from tropical.networks.readers.json import FORMAT as NETWORK

    try:
        document = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return False
    found = document.get("format") if isinstance(document, dict) else None
    if found not in (FORMAT, NETWORK):
        known = f'"format": "{FORMAT}" or "format": "{NETWORK}"'
        raise FileFormatError(f"{path}: neither a function nor a network, which have {known} at their top")
    return bool(found == FORMAT)


@frozen
class FunctionFile(ReadingOptions):
    """A tropical function, or a network and what is said of it beside its file."""

    source: FunctionPath

    def read(self) -> TropicalFunction | Network:
        """Return the function or the network in the file.

        Raises:
            FileFormatError: if it can be read as neither.
        """
        if is_function_file(self.source):
            refuse_unused("is about networks; leave it out for a function", **self.given)
            return read_function(self.source)
        return read_network(self.source, self)

    def chosen(self, component: int | None) -> TropicalMap | Network:
        """Return what is in the file as a map or a network, with one output only if that is asked for."""
        return _chosen_output(self.read(), component)


@contextmanager
def terms_progress() -> Iterator[Progress | None]:
    """Show the numbers of cells and terms while the block runs, if standard error is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("converting") as status:
        yield lambda cells, terms: status.update(f"{cells:,} cells, {terms:,} terms")


def _chosen_output(source: TropicalFunction | Network, component: int | None) -> TropicalMap | Network:
    """Return a source as a map or a network, with one output only if that is asked for."""
    from tropical.networks.network import Network

    if isinstance(source, Network):
        return source if component is None else source.output(component)
    map_ = _as_map(source)
    if component is None:
        return map_
    if not 0 <= component < map_.output_dim:
        raise ShapeError(f"output {component} of a map with outputs 0 to {map_.output_dim - 1}")
    return type(map_)((map_.components[component],))


def _as_map(function: TropicalFunction) -> TropicalMap:
    """Return a function as a map; a boundary of two classes is their difference."""
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.algebra.rational_function import TropicalMap, TropicalRational

    if isinstance(function, DecisionBoundary):
        if function.n_classes != 2:
            raise InputError(f"a boundary of {function.n_classes} classes is not a function; give one of two classes")
        function = TropicalRational(*function.classes)
    return function if isinstance(function, TropicalMap) else TropicalMap.of([function])


def input_dim(function: TropicalFunction | Network) -> int:
    """Return the number of variables."""
    from tropical.networks.network import Network

    return function.input_dim if isinstance(function, Network) else function.ambient_dim


def many(number: int, one: str, more: str | None = None) -> str:
    """Return a number of things.

    >>> many(1, "vertex", "vertices"), many(1200, "ray")
    ('1 vertex', '1,200 rays')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def form_text(form: Sequence[str]) -> str:
    """Return an affine form of a document, constant first, as text.

    >>> form_text(["-1", "1/2", "0"])
    '1/2 x - 1'
    """
    from tropical.algebra.polynomial import TropicalPolynomial

    return str(TropicalPolynomial.from_forms([form]))


def texts(row: Sequence[int | Fraction]) -> list[str]:
    """Return numbers as they are written in documents.

    >>> texts((Fraction(1, 2), 3))
    ['1/2', '3']
    """
    from polytopes.arithmetic.rationals import exact_text

    return [exact_text(Fraction(entry)) for entry in row]


def complex_document(complex: PolyhedralComplex) -> dict[str, Any]:
    """Return a complex as it is written in documents: cells are index sets of vertices and of rays, with lines."""
    n_vertices = len(complex.vertices)
    order = [i for i, row in enumerate(complex.generators) if row[0]]
    order += [i for i, row in enumerate(complex.generators) if not row[0]]
    place = {complex.generators[i]: k for k, i in enumerate(order)}
    cells = []
    for cell in complex.maximal_cells:
        own = sorted(place[row] for row in cell.generators)
        cells.append(
            {
                "dim": cell.dim,
                "vertices": [k for k in own if k < n_vertices],
                "rays": [k - n_vertices for k in own if k >= n_vertices],
                "lines": [texts(line) for line in cell.lines],
            }
        )
    return {
        "vertices": [texts(vertex) for vertex in complex.vertices],
        "rays": [texts(ray) for ray in complex.rays],
        "maximal_cells": cells,
    }
