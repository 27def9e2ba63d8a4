"""Files of tropical functions, read and written: JSON with exact numbers, and expressions as text.

::

    {"format": "tropical-function", "version": 1, "kind": "rational", "variables": 2,
     "numerator": [["0", "1", "0"], ["0", "0", "1"]],
     "denominator": [["0", "0", "0"]]}

A term is its affine form: the coefficient, then the exponent. ``kind`` is ``polynomial`` with ``terms``, ``rational``
with ``numerator`` and ``denominator``, ``map`` with ``components`` (objects with numerator and denominator), or
``boundary`` with ``classes`` (lists of terms, for two classes the positive one first, unless ``"by_sign": false`` says
that they are two scores). Numbers are strings or integers.

A text file has an expression of :mod:`tropical.algebra.expressions` on each line; several are the components of a map.
Lines that start with # are comments; the comment ``# variables: a, b`` names the coordinates in their order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.arithmetic.rationals import as_matrix, exact_text
from polytopes.errors import FileFormatError, InputError
from polytopes.formats.files import read_text
from polytopes.formats.limits import reading
from polytopes.messages import shortened
from polytopes.output_files import write_text
from tropical.algebra.decision_boundary import DecisionBoundary
from tropical.algebra.expressions import MOST_VARIABLES, parse
from tropical.algebra.notation import variable_names
from tropical.algebra.polynomial import TropicalPolynomial
from tropical.algebra.rational_function import TropicalMap, TropicalRational

FORMAT, VERSION = "tropical-function", 1
_NAMES = re.compile(r"^\s*#\s*variables:(.*)$", re.MULTILINE)
TropicalFunction = TropicalPolynomial | TropicalRational | TropicalMap | DecisionBoundary
"""What a file may hold."""


def to_json(function: TropicalFunction) -> str:
    """Return the JSON text of a tropical function; reading it gives an equal one.

    >>> print(to_json(TropicalPolynomial.from_terms({1: 2, 0: "1/2"})), end="")
    {"format": "tropical-function", "version": 1, "kind": "polynomial", "variables": 1,
    "terms": [["2", "1"], ["1/2", "0"]]}
    """
    kind, content = _content(function)
    head = {"format": FORMAT, "version": VERSION, "kind": kind, "variables": function.ambient_dim}
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    return ",\n".join([json.dumps(head)[:-1], *parts]) + "}\n"


def _content(function: TropicalFunction) -> tuple[str, dict[str, Any]]:
    match function:
        case TropicalPolynomial():
            return "polynomial", {"terms": _terms(function)}
        case TropicalRational():
            return "rational", _fraction(function)
        case TropicalMap():
            return "map", {"components": [_fraction(component) for component in function.components]}
        case DecisionBoundary():
            scores = {} if function.by_sign == (function.n_classes == 2) else {"by_sign": function.by_sign}
            return "boundary", {"classes": [_terms(polynomial) for polynomial in function.classes], **scores}
    raise InputError(f"{shortened(function)} is not a tropical function")


def _fraction(function: TropicalRational) -> dict[str, Any]:
    return {"numerator": _terms(function.numerator), "denominator": _terms(function.denominator)}


def _terms(polynomial: TropicalPolynomial) -> list[list[str]]:
    return [[exact_text(entry) for entry in form] for form in polynomial.forms]


def from_json(text: str) -> TropicalFunction:
    """Return the tropical function in a JSON text.

    Raises:
        FileFormatError: if it is not of this format.
    """
    try:
        document = json.loads(text, parse_int=integer_of, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"not JSON, or cut short ({error})") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileFormatError(f'a JSON file of a tropical function has "format": "{FORMAT}" at its top')
    version, kind, dim = (document.get(key) for key in ("version", "kind", "variables"))
    if type(version) is not int or version != VERSION:
        raise FileFormatError(f"version {shortened(version)} of the format; this one reads {VERSION}")
    if type(dim) is not int or dim < 0:
        raise FileFormatError(f'"variables" is {shortened(dim)}; it should be the number of variables')
    if dim > MOST_VARIABLES:
        raise FileFormatError(f'"variables" is {shortened(dim)}; a function has at most {MOST_VARIABLES:,}')
    if not isinstance(kind, str) or kind not in _READERS:
        raise FileFormatError(f'"kind" is {shortened(kind)}; it should be one of {", ".join(_READERS)}')
    try:
        return _READERS[kind](document, dim)
    except FileFormatError:
        raise
    except InputError as error:
        raise FileFormatError(str(error)) from None


def _read_terms(rows: Any, dim: int, where: str) -> TropicalPolynomial:
    try:
        forms = as_matrix(_list(rows, where), dim + 1)
    except FileFormatError:
        raise
    except InputError as error:
        raise FileFormatError(f'"{where}": {error}; a term is the coefficient and {dim} exponents') from None
    return TropicalPolynomial.from_forms(forms, dim)


def _read_fraction(document: Any, dim: int) -> TropicalRational:
    if not isinstance(document, dict):
        raise FileFormatError(f'{shortened(document)} is not an object with "numerator" and "denominator"')
    parts = (_read_terms(document.get(key), dim, key) for key in ("numerator", "denominator"))
    return TropicalRational(*parts)


def _read_boundary(document: dict[str, Any], dim: int) -> DecisionBoundary:
    classes = tuple(_read_terms(part, dim, "classes") for part in _list(document.get("classes"), "classes"))
    by_sign = document.get("by_sign", len(classes) == 2)
    if not isinstance(by_sign, bool) or by_sign > (len(classes) == 2):
        raise FileFormatError(
            f'"by_sign" is {shortened(by_sign)}; it should be true or false, and true for two classes only'
        )
    return DecisionBoundary(classes, by_sign=by_sign)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise FileFormatError(f'"{where}" is {shortened(value)}; it should be a list')
    return value


_READERS: dict[Any, Callable[[dict[str, Any], int], TropicalFunction]] = {
    "polynomial": lambda document, dim: _read_terms(document.get("terms"), dim, "terms"),
    "rational": _read_fraction,
    "map": lambda document, dim: TropicalMap.of(
        _read_fraction(part, dim) for part in _list(document.get("components"), "components")
    ),
    "boundary": lambda document, dim: _read_boundary(document, dim),
}


def from_text(text: str, variables: Sequence[str] | None = None) -> TropicalPolynomial | TropicalRational | TropicalMap:
    """Return the function that is written in lines of expressions, as a polynomial if it is one.

    >>> print(from_text("# a comment\\nmax(2x + 1, y, 0)"))
    max(2 x + 1, y, 0)
    """
    lines, named = expressions_in(text)
    variables = named if variables is None else variables
    found = [parse(line, variables) for line in lines]
    dim = max(function.ambient_dim for function in found)
    if variables is None:
        found = [
            part if part.ambient_dim == dim else parse(line, ambient_dim=dim)
            for part, line in zip(found, lines, strict=True)
        ]
    if len(found) > 1:
        return TropicalMap(tuple(found))
    [function] = found
    return function.as_polynomial() if function.denominator.n_terms == 1 else function


def expressions_in(text: str) -> tuple[list[str], list[str] | None]:
    """Return the lines of a text that are expressions, and the names of the variables if a comment has them.

    Raises:
        FileFormatError: if no line is an expression.

    >>> expressions_in("# variables: a, b\\nmax(a, b)")
    (['max(a, b)'], ['a', 'b'])
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise FileFormatError("no line has an expression")
    named = _NAMES.search(text)
    return lines, [name for name in re.split(r"[,\s]+", named[1]) if name] if named else None


def to_text(function: TropicalFunction) -> str:
    """Return lines of expressions; :func:`from_text` reads them.

    Raises:
        InputError: for boundaries of more than two classes and polynomials without terms, which have no expression.
    """
    if isinstance(function, DecisionBoundary):
        if function.n_classes != 2:
            raise InputError(f"a boundary of {function.n_classes} classes has no expression; write it as .json")
        function = TropicalRational(*function.classes)
    if isinstance(function, TropicalPolynomial):
        function = TropicalRational.of(function)
    components = function.components if isinstance(function, TropicalMap) else (function,)
    if any(not part.numerator.n_terms for part in components):
        raise InputError("a polynomial without terms has no expression; write it as .json")
    lines = [str(component) for component in components]
    return "\n".join([f"# variables: {', '.join(variable_names(function.ambient_dim))}", *lines, ""])


def load_function(path: str | PathLike[str]) -> TropicalFunction:
    """Return the tropical function in a ``.json`` or ``.txt`` file.

    Raises:
        FileFormatError: if the file cannot be read or is not of its format.
    """
    file = Path(path)
    if file.suffix.lower() not in (".json", ".txt"):
        raise FileFormatError(f"{file}: unknown file type; functions are in .json or .txt files")
    content = read_text(file)
    try:
        with reading():
            return from_json(content) if file.suffix.lower() == ".json" else from_text(content)
    except InputError as error:
        raise FileFormatError(f"{file}: {error}") from None


def save_function(function: TropicalFunction, path: str | PathLike[str]) -> None:
    """Write a tropical function to a ``.json`` or ``.txt`` file, completely or not at all."""
    file = Path(path)
    if file.suffix.lower() not in (".json", ".txt"):
        raise FileFormatError(f"{file}: unknown file type; functions are written to .json or .txt files")
    write_text(file, to_json(function) if file.suffix.lower() == ".json" else to_text(function))
