"""Files of gfan for fans: rays, a lineality space, and maximal cones as index sets of rays.

::

    _application fan
    _version 2.2
    _type SymmetricFan

    AMBIENT_DIM
    2

A section is its name on a line, then lines up to an empty one; what follows a # is a comment. The sections AMBIENT_DIM,
RAYS, LINEALITY_SPACE and MAXIMAL_CONES are read, the others are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import Vector, as_vector, exact_text
from polytopes.complexes.fan import Fan
from polytopes.errors import FileFormatError, ShapeError
from polytopes.formats.incidence import fan_of, index_set
from polytopes.formats.limits import charge_dimension

HEAD = "_application fan\n_version 2.2\n_type SymmetricFan\n"


def text(fan: Fan, multiplicities: Sequence[int] | None = None) -> str:
    """Return a fan as gfan writes it, with as many multiplicities as maximal cones if they are given.

    Raises:
        ShapeError: for another number of multiplicities.

    >>> line = Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0,), (1,), (2,)])
    >>> text(line, [1, 1, 1]).split()[-4:], parse(text(line)) == line
    (['MULTIPLICITIES', '1', '1', '1'], True)
    """
    if multiplicities is not None and len(multiplicities) != fan.n_maximal_cones:
        raise ShapeError(f"{len(multiplicities)} multiplicities for {fan.n_maximal_cones} maximal cones")
    order = sorted(range(fan.n_maximal_cones), key=lambda i: (fan.maximal[i].dim, fan.maximal_cones[i]))
    dims = [fan.maximal[i].dim for i in order]
    cones = ["{" + " ".join(map(str, fan.maximal_cones[i])) + "}" for i in order]
    starts = [not k or dims[k - 1] != dim for k, dim in enumerate(dims)]
    sections = {
        "AMBIENT_DIM": [str(fan.ambient_dim)],
        "DIM": [str(fan.dim)],
        "LINEALITY_DIM": [str(fan.lineality_dim)],
        "RAYS": [f"{_row(ray)}\t# {i}" for i, ray in enumerate(fan.rays)],
        "N_RAYS": [str(fan.n_rays)],
        "LINEALITY_SPACE": list(map(_row, fan.lineality_space)),
        "ORTH_LINEALITY_SPACE": list(map(_row, kernel(fan.lineality_space, fan.ambient_dim))),
        "F_VECTOR": [_row(fan.f_vector(with_trivial=True))],
        "SIMPLICIAL": [str(int(fan.is_simplicial))],
        "PURE": [str(int(fan.is_pure))],
        "MAXIMAL_CONES": [
            f"{cone}\t# Dimension {dim}" if first else cone
            for cone, dim, first in zip(cones, dims, starts, strict=True)
        ],
    }
    if multiplicities is not None:
        sections["MULTIPLICITIES"] = [str(multiplicities[i]) for i in order]
    return HEAD + "".join("\n" + "\n".join([name, *lines, ""]) for name, lines in sections.items())


def _row(entries: Sequence[int]) -> str:
    return " ".join(exact_text(entry) for entry in entries)


def parse(content: str) -> Fan:
    """Return the fan of a file of gfan; multiplicities are not kept.

    Raises:
        FileFormatError: if a section is missing or wrong.
    """
    sections = _sections(content)
    [number] = _numbers(sections, "AMBIENT_DIM", 1)
    dim = int(number)
    charge_dimension(dim)
    rays = [as_vector(line.split(), dim) for line in sections.get("RAYS", [])]
    lines = [as_vector(line.split(), dim) for line in sections.get("LINEALITY_SPACE", [])]
    if "MAXIMAL_CONES" not in sections:
        raise FileFormatError("there is no section MAXIMAL_CONES")
    cones = [index_set(_indices(line), len(rays), "cone") for line in sections["MAXIMAL_CONES"]]
    return fan_of(rays, cones, lines, dim)


def _sections(content: str) -> dict[str, list[str]]:
    """Return the lines of every section, without comments."""
    found: dict[str, list[str]] = {}
    own: list[str] | None = None
    for raw in content.splitlines():
        line = raw.partition("#")[0].strip()
        if not line:
            own = None if not raw.strip() else own
        elif own is None and re.fullmatch(r"[A-Z][A-Z_]*", line):
            own = found.setdefault(line, [])
        elif own is not None:
            own.append(line)
        elif not line.startswith("_"):
            raise FileFormatError(f"{line[:40]!r} stands in no section; a section begins with its name in capitals")
    return found


def _numbers(sections: dict[str, list[str]], name: str, count: int) -> Vector:
    words = " ".join(sections.get(name, [])).split()
    if len(words) != count or not all(re.fullmatch(r"\d+", word) for word in words):
        raise FileFormatError(f"section {name} is missing, or not {count} number")
    return as_vector(words)


def _indices(line: str) -> list[int]:
    words = line[1:-1].split()
    if (line[:1], line[-1:]) != ("{", "}") or not all(re.fullmatch("[0-9]{1,18}", word) for word in words):
        raise FileFormatError(f"{line[:40]!r} is no set of rays such as {{0 2}}")
    return list(map(int, words))
