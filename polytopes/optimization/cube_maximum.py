"""Linear programs over the cube [-1, 1]^n with few rows, in exact arithmetic: bounds of coordinates are no rows.

The cell is the part of the open cube ``-1 < u < 1`` where m integer forms r_i are positive, and a point of it is known.
A form t is positive nowhere in it iff there are multipliers ``k_i >= 0`` with ``max (t + sum k_i r_i) <= 0`` over the
cube, the maximum being ``c + sum |a_j|`` of the combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import define, frozen
from flint import fmpq

from polytopes.arithmetic.rationals import Vector
from polytopes.optimization.cube_bases import Basis, Form, answer_of, value_at
from polytopes.optimization.highs import over_cube

MOST_PIVOTS = 64
"""So many pivots are worth an answer that saves a split."""


def maximum(target: Form, rows: Sequence[Form]) -> Fraction:
    """Return the greatest value of a form on a closed cell, which is not empty.

    >>> maximum((0, 1), [(1, -2)])
    Fraction(1, 2)
    """
    dictionary = _Dictionary.at_start(target, rows)
    dictionary.solve()
    value = dictionary.value()
    return Fraction(int(value.p), int(value.q))


def is_positive_somewhere(target: Form, equations: Sequence[Form], rows: Sequence[Form]) -> bool | None:
    """Whether a form is positive somewhere on the closed cell where equations hold, which is not empty.

    None if the method would need more than some pivots, since it cannot begin near its end.

    All are integer forms over (1, u); rows are nonnegative on the cell. The exact method begins where HiGHS ends.

    >>> is_positive_somewhere((-1, 1, 1), [(0, 1, -1)], [(2, -3, 0)])
    True
    """
    every, fixed = [*equations, *rows], len(equations)
    basis = _guess(target, equations, rows)
    answer = answer_of(basis, target, every, fixed)
    if answer is not None:
        return answer
    dictionary = _Dictionary.at_start(target, every, fixed)
    if not dictionary.jump(basis):
        dictionary = _Dictionary.at_start(target, every, fixed)
    return bool(dictionary.value() > 0) if dictionary.solve(MOST_PIVOTS) else None


@frozen
class Tight:
    """Rows and coordinates that are fixed on the closed cell: rows at 0, and coordinates at a side, 1 or -1.

    The rows cannot all be positive, for a combination of them with positive factors, 1 in all, is nowhere larger than
    ``value``, which is at most 0. If it is less, the closed cell is empty.
    """

    rows: tuple[int, ...]
    sides: dict[int, int]
    value: Fraction

    @property
    def is_empty(self) -> bool:
        """Whether no point of the cube satisfies all rows."""
        return self.value < 0


def positive_everywhere(rows: Sequence[Form]) -> Vector | Tight:
    """Return a point of the open cube where all integer rows are positive, or what is fixed if none is negative.

    Algorithm:
        ``max t`` over ``r_i(u) >= s_i t``, t in [-1, 1], where -s_i is at most the least value of r_i on the cube, so
        that t = -1 is possible. If the maximum is 0, the multipliers and reduced costs that are not 0 belong to rows
        and coordinates that are fixed wherever t can be 0, by complementary slackness.

    >>> positive_everywhere([(1, -2), (1, 1)])
    (Fraction(0, 1),)
    >>> positive_everywhere([(-1, 1, 0), (1, -1, 0)])
    Tight(rows=(0,), sides={0: 1}, value=Fraction(0, 1))
    """
    n = len(rows[0]) - 1
    if all(row[0] > 0 for row in rows):
        return (Fraction(0),) * n
    sizes = [int(sum(map(abs, row))) for row in rows]
    lifted = [(*row, -size) for row, size in zip(rows, sizes, strict=True)]
    target = (*[0] * (n + 1), 1)
    guess = over_cube(lifted, target)
    near = _drawn_inside(rows, [Fraction(u) for u in guess.point[:n]])
    if near is not None:
        return near
    dictionary = _Dictionary.at_start(target, lifted)
    if not dictionary.jump(Basis(guess.rows, guess.columns)):
        dictionary = _Dictionary.at_start(target, lifted)
    dictionary.solve()
    value = dictionary.value()
    if value > 0:
        inside = _drawn_inside(rows, dictionary.point()[:n])
        assert inside is not None, "all rows are positive at the optimum"
        return inside
    fixed = [(name, at) for name, cost, at in dictionary.nonbasic_costs() if cost]
    found = tuple(sorted(name - n - 1 for name, _ in fixed if name > n))
    return Tight(found, {name: at for name, at in fixed if name < n}, Fraction(int(value.p), int(value.q)))


def _drawn_inside(rows: Sequence[Form], point: Sequence[Fraction]) -> Vector | None:
    """Return a point of the open cube between one of the closed cube and the center, where all rows are positive.

    None if some row is not positive at the point given.
    """
    part = Fraction(1, 4)
    for row in rows:
        value = value_at(row, point)
        if value <= 0:
            return None
        if value > row[0]:
            part = min(part, value / (value - int(row[0])) / 2)
    moved = tuple(u - part * u for u in point)
    for bits in (4, 20):
        short = tuple(Fraction(round(u * 2**bits), 2**bits) for u in moved)
        if all(abs(u) < 1 for u in short) and all(value_at(row, short) > 0 for row in rows):
            return short
    return moved


def highest_point(target: Form, rows: Sequence[Form]) -> Vector:
    """Return a point of a closed cell, which is not empty, where a form is largest.

    >>> highest_point((0, 1), [(1, -2)])
    (Fraction(1, 2),)
    """
    dictionary = _Dictionary.at_start(target, rows)
    if rows and not dictionary.jump(_guess(target, (), rows)):
        dictionary = _Dictionary.at_start(target, rows)
    dictionary.solve()
    return dictionary.point()


def _guess(target: Form, equations: Sequence[Form], rows: Sequence[Form]) -> Basis:
    """Return the basis of all equations, of the rows that HiGHS takes for tight, and of as many coordinates."""
    k, m = len(equations), len(rows)
    mirrored = [tuple(-int(entry) for entry in row) for row in equations]
    table = [tuple(map(int, row)) for row in (*equations, *rows)] + mirrored
    if not table:
        return Basis((), ())
    guess = over_cube(table, [int(entry) for entry in target])
    tight = [*range(k), *(i for i in guess.rows if k <= i < k + m)]
    off = list(guess.columns)
    if len(off) != len(tight):  # some equation follows from bounds
        off = np.argsort(np.abs(guess.point), kind="stable")[: len(tight)].tolist()
    return Basis(tuple(tight), tuple(sorted(off)))


def positive_point(
    target: Form, rows: Sequence[Form], inside: Sequence[Fraction], basis: Basis | None = None
) -> Vector | None:
    """Return a point of the cell where the target is positive, or None if there is none.

    Args:
        target, rows: integer forms over (1, u).
        inside: a point of the open cube where all rows are positive.
        basis: a guess of where the method ends.

    Algorithm:
        The dual simplex method on the dictionary of ``max t`` over ``r_i >= 0`` in the closed cube, by Bland's rule,
        which ends. From an optimum with t > 0 a step towards the point inside leaves all walls.

    >>> positive_point((-1, 2, 0), [(1, -3, 1)], (0, 0))
    (Fraction(5, 8), Fraction(15, 16))
    """
    dictionary = _Dictionary.at_start(target, rows)
    if basis is not None and not dictionary.jump(basis):
        dictionary = _Dictionary.at_start(target, rows)
    dictionary.solve()
    if dictionary.value() <= 0:
        return None
    point = dictionary.point()
    top, low = value_at(target, point), value_at(target, inside)
    part = Fraction(1, 6) if low >= 0 else min(Fraction(1, 6), top / (top - low) / 4)
    return tuple(a + part * (b - a) for a, b in zip(point, inside, strict=True))


@define
class _Dictionary:
    """Basic variables and the target as affine functions of the nonbasic ones, which stand at a bound.

    Names below n are the coordinates; n + i is row i, and the first ``fixed`` rows are 0. ``rows[i]`` and ``costs``
    have the constant first.
    """

    n: int
    rows: list[list[fmpq]]
    costs: list[fmpq]
    basic: list[int]
    nonbasic: list[int]
    at: list[int]
    fixed: int = 0

    @classmethod
    def at_start(cls, target: Form, rows: Sequence[Form], fixed: int = 0) -> _Dictionary:
        n = len(target) - 1
        table = [[fmpq(int(entry)) for entry in row] for row in rows]
        costs = [fmpq(int(entry)) for entry in target]
        at = [1 if cost >= 0 else -1 for cost in costs[1:]]
        return cls(n, table, costs, [n + i for i in range(len(rows))], list(range(n)), at, fixed)

    def jump(self, basis: Basis) -> bool:
        """Go to a basis, and to the best bounds there; return whether these are dual feasible."""
        for i in basis.rows:
            columns = [e for e, name in enumerate(self.nonbasic) if name in basis.columns and self.rows[i][e + 1]]
            if not columns:
                return False
            self._exchange(i, columns[0], 0)
        for e, (name, cost) in enumerate(zip(self.nonbasic, self.costs[1:], strict=True)):
            if name < self.n:
                self.at[e] = 1 if cost >= 0 else -1
            elif cost > 0 and name >= self.n + self.fixed:
                return False
        return True

    def nonbasic_costs(self) -> list[tuple[int, fmpq, int]]:
        """Return the names of the nonbasic variables, their reduced costs, and the bounds they are at."""
        return list(zip(self.nonbasic, self.costs[1:], self.at, strict=True))

    def _total(self, row: list[fmpq]) -> fmpq:
        return row[0] + sum((a * at for a, at in zip(row[1:], self.at, strict=True) if at and a), fmpq(0))

    def value(self) -> fmpq:
        return self._total(self.costs)

    def solve(self, most: int | None = None) -> bool:
        """Pivot until every basic variable is within its bounds; False after so many pivots."""
        number = 0
        while True:
            wrong = [(name, i, bound) for i, name in enumerate(self.basic) if (bound := self._missed(i)) is not None]
            if not wrong or number == most:
                return not wrong
            _, r, bound = min(wrong)
            self._exchange(r, self._entering(r, bound), bound)
            number += 1

    def _missed(self, i: int) -> int | None:
        """Return the bound that basic variable i violates."""
        value = self._total(self.rows[i])
        if self.basic[i] >= self.n:
            return 0 if value < 0 or (value and self.basic[i] < self.n + self.fixed) else None
        return None if -1 <= value <= 1 else (1 if value > 1 else -1)

    def _entering(self, r: int, bound: int) -> int:
        rising = self._total(self.rows[r]) < bound
        best: tuple[fmpq, int, int] | None = None
        for j, (entry, at, name) in enumerate(zip(self.rows[r][1:], self.at, self.nonbasic, strict=True)):
            inward = entry if at < 1 else -entry
            if self.n <= name < self.n + self.fixed:
                continue
            if (inward > 0) if rising else (inward < 0):
                candidate = (abs(self.costs[j + 1]) / abs(entry), name, j)
                best = candidate if best is None else min(best, candidate)
        assert best is not None, "the closed cell is not empty"
        return best[2]

    def _exchange(self, r: int, e: int, bound: int) -> None:
        pivot = self.rows[r][e + 1]
        row = [-entry / pivot for entry in self.rows[r]]
        row[e + 1] = 1 / pivot
        for other in (*(other for i, other in enumerate(self.rows) if i != r), self.costs):
            factor = other[e + 1]
            if factor:
                other[e + 1] = fmpq(0)
                other[:] = [a + factor * b for a, b in zip(other, row, strict=True)]
        self.rows[r] = row
        self.basic[r], self.nonbasic[e] = self.nonbasic[e], self.basic[r]
        self.at[e] = bound

    def point(self) -> Vector:
        values = dict(zip(self.nonbasic, map(fmpq, self.at), strict=True))
        values |= {name: self._total(row) for name, row in zip(self.basic, self.rows, strict=True)}
        return tuple(Fraction(int(values[j].p), int(values[j].q)) for j in range(self.n))
