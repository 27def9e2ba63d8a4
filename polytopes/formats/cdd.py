"""The .ine and .ext text format of cddlib and lrs.

::

    H-representation              or V-representation
    linearity 1 3                 k, then the 1-based numbers of the rows that are equations (or lines)
    begin
    3 3 rational                  rows, columns, and integer, rational or real
    0 1 0                         b a1 ... ad:  b + a . x >= 0   (V: 1 v, a point, or 0 r, a ray)
    0 0 1
    1 -1 -1
    end

Lines that start with ``*`` or ``#`` are comments, and so is what precedes ``begin`` apart from these keywords. Two more
keywords, also allowed after ``end``, change the polyhedron: ``nonnegative`` (x >= 0, H only) and ``hull`` (the rows
are generators). Other options, such as ``maximize`` with an objective, are instructions to the programs and are
ignored. What would be ambiguous (two ``linearity`` lines, rows after ``end``) is refused. The first keyword may also
begin with a lower-case letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import Row, Vector, as_fraction, exact_text
from polytopes.errors import FileFormatError, NumberError
from polytopes.formats.limits import charge_dimension
from polytopes.messages import shortened, shortened_row
from polytopes.polyhedra.polyhedron import Polyhedron

H, V = "h-representation", "v-representation"
LINEARITY = ("linearity", "equality")
OBJECTIVES = ("maximize", "minimize")
NUMBER_TYPES = ("integer", "rational", "real")

Line = tuple[int, list[str]]
"""The number of a line and its words."""


def parse(text: str) -> Polyhedron:
    r"""Return the polyhedron of a .ine or .ext file.

    Generators without any point stand for the cone with apex 0, as in cddlib and in
    :meth:`Polyhedron.from_generators`.

    Raises:
        FileFormatError: with the number of the line that is wrong.

    >>> parse("H-representation\nbegin\n2 2 rational\n0 1\n3/2 -1\nend\n").vertices
    ((Fraction(0, 1),), (Fraction(3, 2),))
    """
    head, body, options = _sections(text)
    columns, rows, numbers = _matrix(body)
    _refuse_rows(options)
    keywords = _keywords([*head, *options])
    linear = _linearity(keywords, len(rows))
    weak = [i for i in range(len(rows)) if i not in linear]
    charge_dimension(columns - 1)
    if V in keywords or "hull" in keywords:
        if "nonnegative" in keywords:
            number = keywords["nonnegative"][0]
            raise FileFormatError(f"line {number}: 'nonnegative' is for inequalities, and these rows are generators")
        return _from_generators(rows, numbers, weak, sorted(linear), columns - 1)
    bounds = [(0, *unit) for unit in identity(columns - 1)] if "nonnegative" in keywords else []
    return Polyhedron.from_rows([*(rows[i] for i in weak), *bounds], [rows[i] for i in sorted(linear)], columns - 1)


def _refuse_rows(options: Sequence[Line]) -> None:
    """Refuse lines after ``end`` that belong to a matrix; numbers after an objective keyword are the objective."""
    objective = False
    for number, words in options:
        first = words[0]
        if first in ("begin", "end") or (_is_number(first) and not objective):
            raise FileFormatError(f"line {number}: {' '.join(words)[:80]!r} after 'end'; a file holds one matrix")
        objective = first in OBJECTIVES or (objective and _is_number(first))


def _keywords(lines: Sequence[Line]) -> dict[str, Line]:
    """Return the lines of keywords by the keyword."""
    found: dict[str, Line] = {}
    for number, words in lines:
        keyword = words[0].lower() if words[0].lower() in (H, V) else words[0]
        if keyword in LINEARITY and keyword in found:
            raise FileFormatError(
                f"line {number}: a second line '{keyword}' (the first is line {found[keyword][0]}); "
                "name all the rows in one"
            )
        found[keyword] = number, words
    if H in found and V in found:
        number = max(found[H][0], found[V][0])
        raise FileFormatError(f"line {number}: the file says both H-representation and V-representation; keep one")
    return found


def _is_number(word: str) -> bool:
    return word.lstrip("+-").replace("/", "", 1).replace(".", "", 1).partition("e")[0].isdecimal()


def _is_count(word: str) -> bool:
    """Whether a word is a number of rows or columns that fits into a machine word."""
    return word.isdecimal() and len(word) <= 18


def _sections(text: str) -> tuple[list[Line], list[Line], list[Line]]:
    """Return the lines before ``begin``, those up to ``end``, and those after it, without comments."""
    lines: list[Line] = []
    for number, words in ((number, line.split()) for number, line in enumerate(text.splitlines(), 1)):
        announces_size = lines and lines[-1][1] == ["begin"]  # lrs writes '*****' for a number of rows it does not know
        if words and (words[0][0] not in "*#" or (announces_size and words[0].strip("*") == "" and len(words) == 3)):
            lines.append((number, words))
    firsts = [words[0] for _, words in lines]
    if "begin" not in firsts:
        raise FileFormatError("no line 'begin'; a .ine or .ext file has its rows between 'begin' and 'end'")
    start = firsts.index("begin")
    if "end" not in firsts[start:]:
        raise FileFormatError(f"line {lines[-1][0]}: the file stops before 'end'")
    stop = firsts.index("end", start)
    if stop == start + 1:
        raise FileFormatError(f"line {lines[stop][0]}: needed is a line 'rows columns type' after 'begin'")
    return lines[:start], lines[start + 1 : stop], lines[stop + 1 :]


def _matrix(body: Sequence[Line]) -> tuple[int, list[Vector], list[int]]:
    """Return the number of columns, the rows and the numbers of the lines where they start."""
    first, size = body[0]
    match size:
        case [height, width, kind] if _is_count(width) and int(width) and kind in NUMBER_TYPES:
            columns = int(width)
        case _:
            raise FileFormatError(f"line {first}: {' '.join(size)!r}; needed is 'rows columns integer|rational|real'")
    entries = [(number, _entry(word, kind, number)) for number, words in body[1:] for word in words]
    if len(entries) % columns or (set(height) != {"*"} and height != str(len(entries) // columns)):
        raise FileFormatError(
            f"line {body[-1][0]}: {len(entries)} numbers, but line {first} announces {height} rows of {width}"
        )
    starts = range(0, len(entries), columns)
    rows = [tuple(value for _, value in entries[i : i + columns]) for i in starts]
    return columns, rows, [entries[i][0] for i in starts]


def _entry(word: str, kind: str, number: int) -> Fraction:
    try:
        value = as_fraction(word)
    except NumberError:
        raise FileFormatError(f"line {number}: {shortened(word)} is not a number") from None
    if kind == "integer" and value.denominator != 1:
        raise FileFormatError(
            f"line {number}: {shortened(word)} in a matrix of type integer; write 'rational' after 'begin'"
        )
    return value


def _linearity(keywords: dict[str, tuple[int, list[str]]], n_rows: int) -> set[int]:
    """Return the 0-based indices of the rows named by ``linearity k i1 ... ik`` (``equality`` in old files)."""
    linear: set[int] = set()
    for keyword in LINEARITY:
        number, words = keywords.get(keyword, (0, [keyword, "0"]))
        if not all(map(_is_count, words[1:])) or len(words) < 2 or int(words[1]) != len(words) - 2:
            raise FileFormatError(f"line {number}: {' '.join(words)!r}; needed is '{keyword} k i1 ... ik'")
        for word in words[2:]:
            if not 1 <= int(word) <= n_rows:
                raise FileFormatError(f"line {number}: there is no row {word}; rows are numbered from 1 to {n_rows}")
            linear.add(int(word) - 1)
    return linear


def _from_generators(
    rows: Sequence[Vector], numbers: Sequence[int], weak: Sequence[int], linear: Sequence[int], dim: int
) -> Polyhedron:
    for i, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        if row[0] not in ((0,) if i in linear else (0, 1)):
            need = "0, for a line" if i in linear else "1 for a point or 0 for a ray"
            raise FileFormatError(f"line {number}: a generator starts with {shortened_row(row[:1])}; needed is {need}")
    points = [rows[i][1:] for i in weak if rows[i][0]]
    rays = [rows[i][1:] for i in weak if not rows[i][0]]
    return Polyhedron.from_generators(points, rays, [rows[i][1:] for i in linear], dim)


def inequalities_text(polyhedron: Polyhedron) -> str:
    """Return the facets and equations as the text of a .ine file.

    >>> print(inequalities_text(Polyhedron.box([0], ["1/2"])))
    H-representation
    begin
    2 2 integer
    0 1
    1 -2
    end
    <BLANKLINE>
    """
    return _text("H-representation", polyhedron.equations, polyhedron.inequalities, polyhedron.ambient_dim + 1)


def generators_text(polyhedron: Polyhedron) -> str:
    """Return the vertices, rays and lines as the text of a .ext file.

    >>> print(generators_text(Polyhedron.from_generators([["1/2", 0]], lines=[[0, 1]])))
    V-representation
    linearity 1 1
    begin
    2 3 rational
    0 0 1
    1 1/2 0
    end
    <BLANKLINE>
    """
    points = [(Fraction(1), *vertex) for vertex in polyhedron.vertices]
    directions = [(0, *ray) for ray in polyhedron.rays]
    lines = [(0, *line) for line in polyhedron.lines]
    return _text("V-representation", lines, [*points, *directions], polyhedron.ambient_dim + 1)


def _text(title: str, linear: Sequence[Row | Vector], rows: Iterable[Sequence[int | Fraction]], columns: int) -> str:
    table = [[Fraction(entry) for entry in row] for row in (*linear, *rows)]
    kind = "integer" if all(entry.denominator == 1 for row in table for entry in row) else "rational"
    lines = [title]
    if linear:
        lines.append(" ".join(map(str, ("linearity", len(linear), *range(1, len(linear) + 1)))))
    lines += ["begin", f"{len(table)} {columns} {kind}"]
    lines += [" ".join(map(exact_text, row)) for row in table]
    return "\n".join([*lines, "end", ""])
