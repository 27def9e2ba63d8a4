"""Ranks and torsion of sparse integer matrices: columns with a unit are eliminated first, the rest by the Smith form.

The boundary matrices of cell complexes have entries 0, 1 and -1, and nearly all of their rank is found by pivots that
are units. What is left is small, most often empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from attrs import field, frozen
from flint import fmpz_mat

Column = dict[int, int]
"""The entries of a column that are not 0, by their row."""


@frozen
class Elimination:
    """The rank of a matrix, its invariant factors greater than 1 in their order, and the rows with a unit pivot."""

    rank: int
    torsion: tuple[int, ...]
    pivots: Mapping[int, int] = field(repr=False)


@frozen
class _Pivot:
    row: int
    inverse: int
    column: Column


class Pivots:
    """Unit pivots of columns seen so far.

    A column that becomes a pivot has been reduced by all earlier ones, so it vanishes in their rows. Reducing a column
    by pivots in the order of their making therefore never brings back an entry that was removed.
    """

    def __init__(self, modulus: int = 0) -> None:
        self.modulus = modulus
        self.of_row: dict[int, int] = {}
        self._pivots: list[_Pivot] = []

    def __len__(self) -> int:
        return len(self._pivots)

    def reduce(self, column: Column) -> None:
        """Remove the entries of a column in rows of pivots, in place, by adding multiples of pivot columns."""
        place = self.of_row
        due = [place[row] for row in column if row in place]
        heapify(due)
        while due:
            time = heappop(due)
            pivot = self._pivots[time]
            if pivot.row in column:
                for row in self._subtract(column, column[pivot.row] * pivot.inverse, pivot.column):
                    if row in place and place[row] > time:
                        heappush(due, place[row])

    def _subtract(self, column: Column, factor: int, other: Column) -> list[int]:
        """Subtract a multiple of a column from another one, in place; return the rows that are new."""
        new, modulus = [], self.modulus
        for row, value in other.items():
            before = column.get(row, 0)
            after = before - factor * value
            if modulus:
                after %= modulus
            if not after:
                del column[row]
                continue
            column[row] = after
            if not before:
                new.append(row)
        return new

    def accept(self, column: Column) -> bool:
        """Make a reduced column a pivot if one of its entries is a unit; return whether it did."""
        if self.modulus:
            row = max(column)
            inverse = pow(column[row], -1, self.modulus)
        else:
            row = max((row for row, value in column.items() if value in (1, -1)), default=-1)
            if row < 0:
                return False
            inverse = column[row]
        self.of_row[row] = len(self._pivots)
        self._pivots.append(_Pivot(row, inverse, column))
        return True


def eliminate(columns: Iterable[Mapping[int, int]], modulus: int = 0, torsion: bool = True) -> Elimination:
    """Return the rank of a matrix and its torsion.

    Args:
        columns: the entries of each column by their row.
        modulus: a prime to work modulo, or 0 for integers.
        torsion: whether invariant factors are wanted; without a modulus.

    Algorithm:
        Columns are reduced by the pivots found before; one with a unit left becomes a pivot. At the end the columns
        without units are reduced again. Up to unimodular operations the matrix is then the sum of an identity matrix
        and what is left of these columns, whose Smith form is taken.

        In a chain complex every pivot column of the boundary of degree k + 1 is a relation between the columns of the
        boundary of degree k with a unit at the pivot's row. So the columns of these rows are combinations of the
        others: they may be left out and neither rank nor torsion changes ("clearing"; Chen, Kerber 2011 for fields).

    >>> eliminate([{0: 1, 1: 1}, {0: 1, 1: -1}])
    Elimination(rank=2, torsion=(2,))
    >>> eliminate([{0: 1, 1: 1}, {0: 1, 1: -1}], modulus=2).rank
    1
    """
    pivots, left = Pivots(modulus), list[Column]()
    for given in columns:
        column = {row: value % modulus for row, value in given.items() if value % modulus} if modulus else dict(given)
        pivots.reduce(column)
        if column and not pivots.accept(column):
            left.append(column)
    rank, factors = len(pivots), tuple[int, ...]()
    if left:
        for column in left:
            pivots.reduce(column)
        more, factors = _smith([column for column in left if column], torsion)
        rank += more
    return Elimination(rank, factors, pivots.of_row)


def _smith(columns: Sequence[Column], torsion: bool) -> tuple[int, tuple[int, ...]]:
    """Return the rank of columns, and their invariant factors greater than 1 if they are wanted."""
    rows = {row: i for i, row in enumerate(sorted({row for column in columns for row in column}))}
    if not rows:
        return 0, ()
    entries = [0] * (len(columns) * len(rows))
    for j, column in enumerate(columns):
        for row, value in column.items():
            entries[j * len(rows) + rows[row]] = value
    matrix = fmpz_mat(len(columns), len(rows), entries)
    if not torsion:
        return int(matrix.rank()), ()
    form = matrix.snf()
    diagonal = [abs(int(form[i, i])) for i in range(min(len(columns), len(rows)))]
    return sum(map(bool, diagonal)), tuple(entry for entry in diagonal if entry > 1)
