"""Networks, domains and planes as they are named on the command line; every number is read exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import Vector, as_vector, exact_text
from polytopes.errors import InputError, NumberError
from polytopes.messages import shortened
from tropical.cli.documents import check_one_domain

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.planes import Plane


def numbers(text: str, option: str) -> Vector:
    """Return the numbers in a list separated by commas.

    >>> numbers("-1,2/3, 0.1", "--box")
    (Fraction(-1, 1), Fraction(2, 3), Fraction(1, 10))
    """
    with naming(option, text):
        return as_vector(text.split(","))


def integers(text: str, option: str) -> tuple[int, ...]:
    """Return the integers in a list separated by commas."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise NumberError(f"{option} {shortened(text)}: give integers separated by commas") from None


@contextmanager
def naming(option: str, text: str) -> Iterator[None]:
    """Let errors of input say which option was spelled wrongly."""
    try:
        yield
    except InputError as error:
        raise type(error)(f"{option} {shortened(text)}: {error}") from None


def chosen_domain(box: str | None, path: Path | None, dim: int) -> tuple[Polyhedron | None, dict[str, Any]]:
    """Return the domain that ``--box`` or ``--domain`` gives, None for the whole space, and what a document says of it.

    Raises:
        FileFormatError: if the file cannot be read or is not of the format its ending says.
        ShapeError: if the box lies in another space.
        DomainError: if the box is empty.
    """
    from polytopes.formats import load_domain
    from polytopes.formats.plain import Bounds, parse_box

    check_one_domain(box, path)
    found: Polyhedron | Bounds
    if box is not None:
        with naming("--box", box):
            found, source = parse_box(box, dim), {}
    elif path is not None:
        found, source = load_domain(path), {"source": str(path)}
    else:
        return None, {"kind": "space", "dim": dim}
    if isinstance(found, Bounds):
        bounds = {"lower": list(map(exact_text, found.lower)), "upper": list(map(exact_text, found.upper))}
        return found.polyhedron, {"kind": "box", **bounds, **source}
    return found, {"kind": "polyhedron", "dim": found.ambient_dim, **source}


def read_network(path: Path, input_shape: str | None) -> Network:
    """Return the network in a file; ``input_shape`` is spelled ``'3,32,32'``."""
    from tropical.representations.loading import load

    return load(path, input_shape=None if input_shape is None else integers(input_shape, "--input-shape"))


def chosen_plane(text: str, dim: int, domain: Polyhedron | None) -> Plane:
    """Return the plane that ``--slice`` spells; see :func:`tropical.pictures.planes.parse_plane`."""
    from tropical.pictures.planes import parse_plane

    with naming("--slice", text):
        return parse_plane(text, dim, domain)
