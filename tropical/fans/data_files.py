"""Data sets from text files: one point per line, numbers read exactly; a header, labels and weights are optional."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, overload

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, as_fraction, exact_text
from polytopes.errors import FileFormatError, InputError, NumberError
from polytopes.formats.files import read_text
from polytopes.formats.limits import charge, reading
from polytopes.messages import shortened
from tropical.fans.data_set import DataSet

T = TypeVar("T")
DELIMITERS = ",;\t"
NUMBER_LIKE = re.compile(r"[-+]?(\.?\d|nan$|inf$|oo$)", re.IGNORECASE)
LABEL_NAMES = ("label", "labels")
WEIGHT_NAMES = ("weight", "weights")
TARGET_NAMES = ("target", "targets")
PER_CELL = 64
"""Bytes that a number takes."""


@frozen
class _Table:
    """The cells of a file, the line numbers of its rows, and the names of the columns if it has a header."""

    path: Path
    header: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    @property
    def width(self) -> int:
        return len(self.header if self.header is not None else self.rows[0] if self.rows else ())

    def column(self, name: str | None, usual: Sequence[str]) -> int | None:
        """Return the index of a column by its name, or by its number counted from 0 (from the end if negative)."""
        names = self.header or ()
        if name is None:
            return next((i for i, own in enumerate(names) if own.lower() in usual), None)
        if name in names:
            return names.index(name)
        try:
            index = int(name)
        except ValueError:
            known = f"the columns are {shortened(', '.join(names))}" if names else "the file has no header"
            raise InputError(f"{self.path}: no column {shortened(name)}; {known}, or give a number from 0") from None
        if not -self.width <= index < self.width:
            raise InputError(f"{self.path}: no column {index}; there are {self.width}, counted from 0")
        return index % self.width


def read_data(path: Path, labels: str | None = None, weights: str | None = None) -> DataSet:
    """Return the data set of a text file with a point on each line; commas, semicolons, tabs or spaces separate.

    A number is the one it spells: ``0.1`` is 1/10, ``1/3`` a third, ``1e-3`` a thousandth. The first line is a header
    if none of its cells is a number, unless they all begin like numbers. Empty lines and lines that begin with ``#``
    are skipped.

    Args:
        path: the file, in UTF-8.
        labels: the column of the labels, by name or number from 0; the one named "label" if None.
        weights: the column of the multiplicities; the one named "weight" if None.

    Labels have at most two values: of two numbers the greater is +1, of two other texts the last in alphabetical
    order. A single value is -1 if it is a number below 1 or the text "-", and +1 otherwise.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column, there are more than two labels, or a weight is not a positive integer.
    """
    with _reading(path):
        return _data_set(path, labels, weights)


def _data_set(path: Path, labels: str | None, weights: str | None) -> DataSet:
    table = _read_table(path)
    signs, counts = table.column(labels, LABEL_NAMES), table.column(weights, WEIGHT_NAMES)
    if signs is not None and signs == counts:
        raise InputError(f"{path}: column {signs} cannot hold both labels and weights; name two columns")
    places = [i for i in range(table.width) if i not in (signs, counts)]
    return DataSet.of(
        [[_number(table, k, i) for i in places] for k in range(len(table.rows))],
        None if signs is None else _signs(table, signs),
        None if counts is None else [_weight(table, k, counts) for k in range(len(table.rows))],
        len(places),
    )


def read_points(path: Path, labels: str | None = None, weights: str | None = None) -> list[Vector]:
    """Return the points of a text file of :func:`read_data`, without its columns of labels and weights.

    Args:
        path: the file.
        labels, weights: columns that are left out, by name or number from 0; whatever is in them is not looked at.
            Those named as labels or weights are left out anyway.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column.
    """
    return read_rows(path, as_fraction, labels, weights)


def read_rows(
    path: Path, read: Callable[[str], T], labels: str | None = None, weights: str | None = None
) -> list[tuple[T, ...]]:
    """Return the rows of a text file as :func:`read_points` does, with another reading of cells as numbers.

    Args:
        path: the file.
        read: returns what a cell stands for, or raises NumberError.
        labels, weights: as for :func:`read_points`.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column.
    """
    with _reading(path):
        table = _read_table(path, read)
        names = table.header or ("",) * table.width
        left_out = {table.column(name, ()) for name in (labels, weights)}
        usual = (*LABEL_NAMES, *WEIGHT_NAMES)
        places = [i for i, name in enumerate(names) if name.lower() not in usual and i not in left_out]
        return [tuple([_number(table, k, i, read) for i in places]) for k in range(len(table.rows))]


@frozen
class LabeledPoints:
    """Points, a label of any kind for each or none, and the names of the coordinates if the file has a header."""

    points: list[Vector]
    labels: tuple[int | str, ...] | None
    names: tuple[str, ...] | None


def read_labeled(path: Path, labels: str | None = None) -> LabeledPoints:
    """Return the points of a text file of :func:`read_data` with labels as they stand there, of any number of kinds.

    Args:
        path: the file.
        labels: the column of the labels, by name or number from 0; the one named "label" if None. Integers,
            also ``1.0``, are returned as such, other labels as texts. A column named as weights is left out.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column.
    """
    with _reading(path):
        table = _read_table(path)
        column, counts = table.column(labels, LABEL_NAMES), table.column(None, WEIGHT_NAMES)
        places = [i for i in range(table.width) if i not in (column, counts)]
        points = [tuple(_number(table, k, i) for i in places) for k in range(len(table.rows))]
        texts = () if column is None else tuple(row[column] for row in table.rows)
        integers = [_short_integer(text) for text in texts]
        found = texts if None in integers else tuple(number for number in integers if number is not None)
        names = None if table.header is None else tuple(table.header[i] for i in places)
        return LabeledPoints(points, None if column is None else found, names)


def _short_integer(text: str) -> int | None:
    """The integer that a text stands for, also as numpy writes it, ``1.000000000000000000e+00``."""
    found = re.fullmatch(r"([-+]?[0-9]{1,9})(\.0*)?([eE][-+]?0+)?", text)
    return None if found is None else int(found[1])


def read_matrix(path: Path, read: Callable[[str], T]) -> list[tuple[T, ...]]:
    """Return the rows of a text file of :func:`read_data` with all of its columns, whatever a header calls them.

    Args:
        path: the file.
        read: returns what a cell stands for, or raises NumberError.

    Raises:
        FileFormatError: if the file cannot be read, has no row, or a line has another number of cells.
        NumberError: if a cell is not a number.
    """
    with _reading(path):
        table = _read_table(path, read)
        if not table.rows:
            raise FileFormatError(f"{path} has no rows: its only line is a header")
        return [tuple(map(read, row)) for row in table.rows]


def read_targets(path: Path, target: str) -> tuple[list[Vector], Vector]:
    """Return the points of a text file of :func:`read_data` and their targets.

    Args:
        path: the file.
        target: the column of the targets, by name or number from 0; all others are coordinates.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column, or none beside it.
    """
    with _reading(path):
        table = _read_table(path)
        column = table.column(target, ())
        assert column is not None, "a column that is named is found"
        return _coordinates(table, [i for i in range(table.width) if i != column]), _targets(table, column)


def read_layer_data(path: Path, target: str | None = None) -> tuple[list[Vector], Vector | None, list[str]]:
    """Return the points of a text file of :func:`read_data`, targets if there are any, and columns that are left out.

    Args:
        path: the file.
        target: the column of the targets, by name or number from 0; the one named "target" if None.

    Returns:
        The points, the targets or None without a column of them, and the names of other columns that are named as
        labels, weights or targets.

    Raises:
        FileFormatError: if the file cannot be read, a line has another number of cells, or a cell is not a number.
        InputError: if there is no such column, no point, or no coordinate.
    """
    with _reading(path):
        table = _read_table(path)
        if not table.rows:
            raise InputError(f"{path}: no point, only a header; give a point on each line")
        column = table.column(target, TARGET_NAMES)
        names = table.header or ("",) * table.width
        others = (*LABEL_NAMES, *WEIGHT_NAMES, *TARGET_NAMES)
        left_out = [i for i, name in enumerate(names) if i != column and name.lower() in others]
        points = _coordinates(table, [i for i in range(table.width) if i != column and i not in left_out])
        return points, None if column is None else _targets(table, column), [names[i] for i in left_out]


def _coordinates(table: _Table, places: Sequence[int]) -> list[Vector]:
    if not places:
        raise InputError(f"{table.path}: one column; coordinates are needed beside the targets")
    return [tuple(_number(table, k, i) for i in places) for k in range(len(table.rows))]


def _targets(table: _Table, column: int) -> Vector:
    texts = [row[column] for row in table.rows]
    if "" in texts:
        line = table.lines[texts.index("")]
        raise FileFormatError(f"{table.path}, line {line}: no target; give a number for every point")
    return tuple(_number(table, k, column) for k in range(len(texts)))


def label_names(path: Path, labels: str | None = None) -> dict[int, str]:
    """Return the texts that :func:`read_data` reads as +1 and -1, one of each; empty without a column of labels.

    Integers are shown as such, however they are written.

    Arguments and errors are those of :func:`read_data`.
    """
    with _reading(path):
        table = _read_table(path)
        column = table.column(labels, LABEL_NAMES)
        if column is None:
            return {}
        texts = [row[column] for row in table.rows]
        integers = [_short_integer(text) for text in texts]
        shown = texts if None in integers else map(str, integers)
        return dict(zip(_signs(table, column), shown, strict=True))


def column_names(path: Path, labels: str | None = None, weights: str | None = None) -> tuple[str, ...]:
    """Return the names of the coordinates of :func:`read_data`; none without a header.

    Arguments and errors are those of :func:`read_data`.
    """
    with _reading(path):
        table = _read_table(path)
        left_out = table.column(labels, LABEL_NAMES), table.column(weights, WEIGHT_NAMES)
        return tuple(name for i, name in enumerate(table.header or ()) if i not in left_out)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Bound what the file asks for; the error says which file it is."""
    try:
        with reading():
            yield
    except FileFormatError as error:
        raise error if str(error).startswith(str(path)) else FileFormatError(f"{path}: {error}") from None


def _read_table(path: Path, read: Callable[[str], object] = as_fraction) -> _Table:
    text = read_text(path)
    found = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"
    ]
    if not found:
        raise FileFormatError(f"{path}: no line with data; give a point on each line, such as 0.5,1/3")
    try:
        cells = [tuple(map(str.strip, row)) for row in _cells([line for _, line in found])]
    except csv.Error as error:
        raise FileFormatError(f"{path}: not a table ({error})") from None
    if len(cells) != len(found):
        raise FileFormatError(f"{path}: a quoted cell extends over several lines; write one point on each line")
    for (number, _), row in zip(found, cells, strict=True):
        if len(row) != len(cells[0]):
            raise FileFormatError(f"{path}, line {number}: {len(row)} cells, but {len(cells[0])} in the first line")
    charge(PER_CELL * len(cells) * len(cells[0]), "the numbers of the table")
    header = cells[0] if _is_header(cells[0], read) else None
    first = 0 if header is None else 1
    return _Table(path, header, tuple(cells[first:]), tuple(number for number, _ in found[first:]))


def _cells(lines: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return the cells of every line; spaces separate them if the last line, which is data, has no other delimiter."""
    marks = [mark for mark in DELIMITERS if mark in lines[0] or mark in lines[-1]]
    if not marks and len(lines[-1].split()) > 1 and '"' not in lines[-1]:
        return map(str.split, lines)
    delimiter = next((mark for mark in marks if mark in lines[0]), ",")
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _is_header(cells: Sequence[str], read: Callable[[str], object]) -> bool:
    """Whether the cells of the first line are names: none is a number, and not all begin like one."""
    return not any(_is_number(cell, read) for cell in cells) and not all(map(NUMBER_LIKE.match, cells))


def _is_number(cell: str, read: Callable[[str], object] = as_fraction) -> bool:
    try:
        read(cell)
    except NumberError:
        return False
    return True


@overload
def _number(table: _Table, row: int, column: int) -> Fraction: ...
@overload
def _number(table: _Table, row: int, column: int, read: Callable[[str], T]) -> T: ...
def _number(table: _Table, row: int, column: int, read: Callable[[str], Any] = as_fraction) -> Any:
    try:
        return read(table.rows[row][column])
    except NumberError as error:
        way_out = "; name the columns of labels and weights if there are any"
        raise FileFormatError(f"{table.path}, line {table.lines[row]}: {error}{way_out}") from None


def _weight(table: _Table, row: int, column: int) -> int:
    value = _number(table, row, column)
    if value.denominator != 1 or value < 1:
        given = f"weight {exact_text(value):.60}"
        raise InputError(f"{table.path}, line {table.lines[row]}: {given}; weights are positive integers")
    return int(value)


def _signs(table: _Table, column: int) -> list[int]:
    """Return the labels as +1 and -1."""
    path, texts = table.path, [row[column] for row in table.rows]
    if "" in texts:
        raise InputError(f"{path}, line {table.lines[texts.index('')]}: no label; every point needs one of two")
    numbers = all(map(_is_number, texts))
    values = [as_fraction(text) if numbers else text for text in texts]
    kinds = sorted(set(values), key=lambda value: (value != "-", value))
    if len(kinds) > 2:
        shown = ", ".join(list(dict.fromkeys(texts))[:3])
        raise InputError(f"{path}: {len(kinds)} different labels, such as {shown}; labels are two values")
    if len(kinds) == 2:
        return [1 if value == kinds[1] else -1 for value in values]
    return [-1 if value == "-" or (isinstance(value, Fraction) and value < 1) else 1 for value in values]
