"""The spelling of domains and planes on the command line; every number is read exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polytopes.arithmetic.rationals import Vector, as_vector, exact_text
from polytopes.errors import DomainError, FileFormatError, NumberError, ShapeError
from tropical.cli.documents import check_one_domain

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network
    from tropical.pictures.planes import Plane

BOX, ROWS = {"lower", "upper"}, {"inequalities", "equations"}
KEYS = '"lower" and "upper", or "inequalities" and "equations",'
POLYMAKE = {"_type", "_ns", "_info"}
"""Keys at the top of the files of polymake."""


def numbers(text: str, option: str) -> Vector:
    """Return the numbers in a list separated by commas.

    >>> numbers("-1,2/3, 0.1", "--box")
    (Fraction(-1, 1), Fraction(2, 3), Fraction(1, 10))
    """
    try:
        return as_vector(text.split(","))
    except NumberError as error:
        raise NumberError(f"{option} {text!r}: {error}") from None


def integers(text: str, option: str) -> tuple[int, ...]:
    """Return the integers in a list separated by commas."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise NumberError(f"{option} {text!r}: give integers separated by commas") from None


def parse_box(text: str, dim: int) -> tuple[Vector, Vector]:
    """Return the lower and upper bounds in ``'lo,hi'`` (for every coordinate) or ``'lo1,hi1;lo2,hi2;...'``.

    Raises:
        ShapeError: if the intervals are not pairs, or their number is not ``dim``.
        DomainError: if an interval is empty.

    >>> parse_box("-1,1/2", 2)
    ((Fraction(-1, 1), Fraction(-1, 1)), (Fraction(1, 2), Fraction(1, 2)))
    """
    pairs = [numbers(part, "--box") for part in text.split(";")]
    for pair in pairs:
        if len(pair) != 2:
            raise ShapeError(f"--box {text!r}: {len(pair)} numbers where an interval LO,HI is needed")
    if len(pairs) == 1:
        pairs *= dim
    if len(pairs) != dim:
        raise ShapeError(
            f"--box gives {len(pairs)} intervals, the network has {dim} inputs; give one interval, or one an input"
        )
    lower, upper = tuple(low for low, _ in pairs), tuple(high for _, high in pairs)
    for index, (low, high) in enumerate(pairs):
        if low > high:
            bounds = f"the lower bound {exact_text(low)} exceeds the upper {exact_text(high)}"
            raise DomainError(f"--box is empty: in coordinate {index} {bounds}")
    return lower, upper


def read_domain(path: Path) -> tuple[Polyhedron, dict[str, Any]]:
    """Return the polyhedron in a file, and what a document says of it.

    A file is ``.ine`` or ``.ext`` of cddlib and lrs, or ``.json``: there ``"lower"`` and ``"upper"`` are the bounds of
    a box, or ``"inequalities"`` and ``"equations"`` are rows with the constant first. Numbers are exact, as integers,
    decimals or strings such as ``"3/2"``; other keys are left to people. Other JSON is read as polymake's.

    Raises:
        FileFormatError: if the file cannot be read or is not of the format its ending says.
    """
    is_json = path.suffix.lower() == ".json"
    content = _json_content(path) if is_json else {}
    try:
        if content.keys() & BOX and content.keys() & ROWS:
            raise ShapeError(f"{KEYS} are needed, not both")
        if content.keys() & BOX:
            domain, read = _box(_numbers(content, "lower"), _numbers(content, "upper"))
            return domain, {**read, "source": str(path)}
        if content.keys() & ROWS:
            from polytopes.polyhedra.polyhedron import Polyhedron

            inequalities, equations = _rows(content, "inequalities"), _rows(content, "equations")
            if not inequalities and not equations:
                raise ShapeError("no row says the dimension; for the whole space leave --domain out")
            domain = Polyhedron.from_rows(inequalities, equations)
        elif is_json and not content.keys() & POLYMAKE:
            raise ShapeError(f"{KEYS} are needed")
        else:
            from polytopes.formats import load

            domain = load(path)
    except (NumberError, ShapeError) as error:
        raise FileFormatError(f"{path}: {error}") from None
    return domain, {"kind": "polyhedron", "dim": domain.ambient_dim, "source": str(path)}


def _json_content(path: Path) -> dict[str, Any]:
    from polytopes.formats.files import read_text, unrepeated

    text = read_text(path)
    try:
        content = json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=unrepeated)
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{path}: not JSON ({error})") from None
    if not isinstance(content, dict):
        raise FileFormatError(f"{path}: an object with {KEYS} is needed")
    return content


def _box(lower: Vector, upper: Vector) -> tuple[Polyhedron, dict[str, Any]]:
    from polytopes.polyhedra.polyhedron import Polyhedron

    if len(lower) != len(upper):
        raise ShapeError(f"there are {len(lower)} lower and {len(upper)} upper bounds; give one of each an input")
    bounds = {"lower": list(map(exact_text, lower)), "upper": list(map(exact_text, upper))}
    return Polyhedron.box(lower, upper), {"kind": "box", **bounds}


def box_domain(text: str, dim: int) -> tuple[Polyhedron, dict[str, Any]]:
    """Return the box that the option ``--box`` spells, and what a document says of it."""
    return _box(*parse_box(text, dim))


def chosen_domain(box: str | None, path: Path | None, dim: int) -> tuple[Polyhedron | None, dict[str, Any]]:
    """Return the domain that ``--box`` or ``--domain`` gives, None for the whole space, and what a document says."""
    check_one_domain(box, path)
    if box is not None:
        return box_domain(box, dim)
    if path is not None:
        return read_domain(path)
    return None, {"kind": "space", "dim": dim}


def _rows(content: dict[str, Any], key: str) -> list[Vector]:
    rows = [_vector(row, f'a row of "{key}"') for row in _list(content.get(key, []), f'"{key}"')]
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1 or lengths == [0]:
        named = " and ".join(map(str, lengths))
        raise ShapeError(f'rows of "{key}" have {named} entries; a row has the constant and one entry an input')
    return rows


def _numbers(content: dict[str, Any], key: str) -> Vector:
    if key not in content:
        raise ShapeError(f'"{key}" is missing; a box has "lower" and "upper"')
    return _vector(content[key], f'"{key}"')


def _vector(value: Any, name: str) -> Vector:
    for entry in _list(value, name):
        if not isinstance(entry, str):
            raise NumberError(f'{name}: {json.dumps(entry)} is not a number; write 3, 1.5 or "3/2"')
    return as_vector(value)


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ShapeError(f"{name} is not a list")
    return value


def read_network(path: Path, input_shape: str | None) -> Network:
    """Return the network in a file; ``input_shape`` is spelled ``'3,32,32'``."""
    from tropical.representations.loading import load

    return load(path, input_shape=None if input_shape is None else integers(input_shape, "--input-shape"))


def parse_plane(text: str, dim: int, domain: Polyhedron | None) -> Plane:
    """Return the plane in ``'I,J'``, ``'I,J;x1,...,xd'`` or ``'p1,...,pd;q1,...,qd;r1,...,rd'``.

    The first two lie along coordinate axes (counted from 0), through an interior point of the domain (the origin of
    the whole space) or the point that is given; the last is the plane through three points.

    Raises:
        ShapeError: if indices or lengths do not fit ``dim``, or the points lie on a line.
    """
    from tropical.pictures.planes import Plane

    parts = text.split(";")
    if len(parts) == 3:
        return Plane.through(*(_point(part, dim) for part in parts))
    axes = integers(parts[0], "--slice")
    if len(axes) != 2 or len(parts) > 3:
        raise ShapeError(
            f"--slice {text!r}: give two axes 'I,J', axes and a point 'I,J;x1,...,xd', or three points 'p;q;r'"
        )
    if len(parts) == 2:
        base = _point(parts[1], dim)
    else:
        base = as_vector([0] * dim) if domain is None else domain.interior_point()
    return Plane.along_axes(axes[0], axes[1], base)


def _point(text: str, dim: int) -> Vector:
    values = numbers(text, "--slice")
    if len(values) != dim:
        raise ShapeError(f"--slice gives a point with {len(values)} coordinates, the network has {dim} inputs")
    return values
