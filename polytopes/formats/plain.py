"""Polyhedra written by hand: a box spelled on one line, and JSON with the bounds of a box or with rows."""

from __future__ import annotations

import json
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, as_vector, exact_text
from polytopes.errors import DomainError, FileFormatError, NumberError, ShapeError
from polytopes.formats import polymake
from polytopes.formats.files import unrepeated
from polytopes.formats.limits import charge_dimension
from polytopes.polyhedra.polyhedron import Polyhedron

BOX, ROWS = {"lower", "upper"}, {"inequalities", "equations"}
NEEDED = '"lower" and "upper", or "inequalities" and "equations", or the "_type" of polymake, is needed'
POLYMAKE = {"_type", "_ns", "_info"}
"""Keys at the top of the files of polymake."""


@frozen
class Bounds:
    """The lower and the upper bounds of a box, one of each for a coordinate.

    >>> Bounds(as_vector([0, 0]), as_vector([1, 2])).polyhedron.volume()
    Fraction(2, 1)
    """

    lower: Vector
    upper: Vector

    @property
    def polyhedron(self) -> Polyhedron:
        """The box.

        Raises:
            ShapeError: if the numbers of lower and upper bounds differ.
        """
        if len(self.lower) != len(self.upper):
            counts = f"{len(self.lower)} lower and {len(self.upper)} upper bounds"
            raise ShapeError(f"there are {counts}; give one of each for every coordinate")
        return Polyhedron.box(self.lower, self.upper)


def parse_box(text: str, dim: int) -> Bounds:
    """Return the bounds in ``'lo,hi'`` (for every coordinate) or ``'lo1,hi1;lo2,hi2;...'``.

    Raises:
        NumberError: if a bound is no rational number.
        ShapeError: if the intervals are not pairs, or their number is not ``dim``.
        DomainError: if an interval is empty.

    >>> parse_box("-1,1/2", 2).upper
    (Fraction(1, 2), Fraction(1, 2))
    """
    pairs = [as_vector(part.split(",")) for part in text.split(";")]
    for pair in pairs:
        if len(pair) != 2:
            raise ShapeError(f"{len(pair)} numbers where an interval LO,HI is needed")
    if len(pairs) == 1:
        pairs *= dim
    if len(pairs) != dim:
        raise ShapeError(f"{len(pairs)} intervals for {dim} coordinates; give one interval, or one for each")
    for index, (low, high) in enumerate(pairs):
        if low > high:
            bounds = f"the lower bound {exact_text(low)} exceeds the upper {exact_text(high)}"
            raise DomainError(f"the box is empty: in coordinate {index} {bounds}")
    return Bounds(tuple(low for low, _ in pairs), tuple(high for _, high in pairs))


def parse(text: str) -> Bounds | Polyhedron:
    """Return what is in JSON written by hand or by polymake; a box by its bounds.

    By hand, ``"lower"`` and ``"upper"`` are the bounds of a box, ``"inequalities"`` and ``"equations"`` are rows,
    constant first. Numbers are exact, as integers, decimals or strings such as ``"3/2"``; other keys are ignored.

    Raises:
        FileFormatError: if this is not JSON, or the JSON of neither.
        NumberError, ShapeError: if a number or a row is wrong.
    """
    content = _content(text)
    if content.keys() & BOX and content.keys() & ROWS:
        raise ShapeError('"lower" and "upper", or "inequalities" and "equations", are needed, not both')
    if content.keys() & BOX:
        lower, upper = _numbers(content, "lower"), _numbers(content, "upper")
        charge_dimension(max(len(lower), len(upper)))
        return Bounds(lower, upper)
    if content.keys() & ROWS:
        inequalities, equations = _rows(content, "inequalities"), _rows(content, "equations")
        if not inequalities and not equations:
            raise ShapeError("no row says the dimension; give a row, such as [0, 0, 0] in dimension 2")
        return Polyhedron.from_rows(inequalities, equations)
    if content.keys() & POLYMAKE:
        return polymake.parse(text)
    raise ShapeError(NEEDED)


def parse_polyhedron(text: str) -> Polyhedron:
    """Return the polyhedron in JSON written by hand or by polymake, as :func:`parse` reads it.

    >>> parse_polyhedron('{"lower": [0, "1/2"], "upper": [1, 2.5]}').volume()
    Fraction(2, 1)
    """
    found = parse(text)
    return found.polyhedron if isinstance(found, Bounds) else found


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=unrepeated)
    except json.JSONDecodeError as error:
        raise FileFormatError(f"line {error.lineno}: not JSON ({error.msg})") from None
    except RecursionError:
        raise FileFormatError("not JSON (brackets are nested too deeply)") from None
    if not isinstance(content, dict):
        raise FileFormatError(f"an object with {NEEDED}")
    return content


def _rows(content: dict[str, Any], key: str) -> list[Vector]:
    rows = [_vector(row, f'a row of "{key}"') for row in _list(content.get(key, []), f'"{key}"')]
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1 or lengths == [0]:
        named = " and ".join(map(str, lengths))
        raise ShapeError(
            f'rows of "{key}" have {named} entries; a row has the constant and one entry for every coordinate'
        )
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
