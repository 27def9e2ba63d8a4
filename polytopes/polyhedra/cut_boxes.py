"""Boxes cut by further rows: ``{x : lower <= x <= upper, r . (1, x) >= 0, e . (1, x) = 0}``, in many coordinates.

A row that the bounds imply is dropped, one that holds in a face of the box only fixes coordinates at their bounds, and
rows that hold with equality only are equations; these are solved for their last coordinates. In the coordinates that
are left, the *free* ones, the set is a box cut by rows that are all positive at some point. So a set is seen to be
empty, or its dimension is found, by linear programs that have a row for each cut and none for a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

from attrs import define, evolve, frozen
from flint import fmpz_mat

from polytopes.arithmetic.rationals import Row, Vector, homogeneous, primitive
from polytopes.optimization.cube_bases import value_at
from polytopes.optimization.cube_maximum import Tight, positive_everywhere
from polytopes.polyhedra.boxes import Box
from polytopes.polyhedra.unit_basis import UnitBasis


@frozen(eq=False, slots=False)
class CutBox:
    """The part of a box where some rows are nonnegative, in coordinates of its affine hull.

    ``solved`` has for some coordinates an equation over (1, x) in which they are the only one that is not free;
    ``rows`` are over (1, x) as well, have entries at free coordinates only, and are positive at the point ``inside``,
    which lies strictly between the bounds of the free coordinates. ``inside`` is None if the set is empty.
    """

    box: Box
    solved: dict[int, Row]
    rows: tuple[Row, ...]
    inside: Vector | None

    @classmethod
    def of_box(cls, box: Box) -> CutBox:
        """Return a box that nothing cuts."""
        return cls(box, {}, (), box.center)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The coordinates of the hull."""
        return tuple(j for j in self.box.free if j not in self.solved)

    @property
    def dim(self) -> int:
        """The dimension; -1 for the empty set."""
        return -1 if self.inside is None else len(self.free)

    @property
    def inner_box(self) -> Box:
        """The bounds of the free coordinates."""
        return Box(tuple(self.box.lower[j] for j in self.free), tuple(self.box.upper[j] for j in self.free))

    @cached_property
    def inner_rows(self) -> tuple[Row, ...]:
        """The rows over (1, y), y the free coordinates."""
        return tuple((row[0], *(row[j + 1] for j in self.free)) for row in self.rows)

    def contains(self, point: Vector) -> bool:
        """Whether a point lies in the set.

        >>> square = Box((Fraction(0),) * 2, (Fraction(1),) * 2)
        >>> CutBox.of_box(square).contains((Fraction(1), Fraction(1, 2)))
        True
        """
        ends = enumerate(zip(self.box.lower, self.box.upper, strict=True))
        if self.inside is None or not all(a <= point[j] <= b for j, (a, b) in ends if j not in self.solved):
            return False
        return all(_value(row, point) >= 0 for row in self.rows) and not any(
            _value(row, point) for row in self.solved.values()
        )

    def facet_rows(self) -> tuple[Row, ...]:
        """Return the bounds and rows, over (1, x) with entries at free coordinates, that are facets of the set.

        A bound or row is a facet iff all others are positive at some point where it is negative.
        """
        if not self.free:
            return ()
        inner = self.inner_box
        rows, point = over_cube(inner, self.inner_rows), cube_point(inner, self._inner_point)
        values = [value_at(row, point) for row in rows]
        found = []
        for k, j in enumerate(self.free):
            sides = _bounds(j, self.box.lower[j], self.box.upper[j], self.box.dim)
            for side, bound in zip((-1, 1), sides, strict=True):
                # along this coordinate the way to the side may be free
                shift = side - point[k]
                is_near = all(v + row[k + 1] * shift > 0 for v, row in zip(values, rows, strict=True))
                if is_near or _is_facet(beyond_side(rows, k, side)):
                    found.append(bound)
        for i, (row, given) in enumerate(zip(rows, self.rows, strict=True)):
            if _is_facet([*rows[:i], *rows[i + 1 :], [-entry for entry in row]]):
                found.append(given)
        return tuple(found)

    @property
    def _inner_point(self) -> Vector:
        assert self.inside is not None, "the set is not empty"
        return tuple(self.inside[j] for j in self.free)

    def equations(self) -> tuple[Row, ...]:
        """Return equations of the hull, one for each coordinate that is not free."""
        return (*self.box.rows()[1], *self.solved.values())

    def system(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Return inequalities and equations of the set, which is not empty; the bounds that cut nothing are there too.

        >>> cut_box([(0, 1, 0), (1, -1, 0), (0, 0, 1), (1, 0, -1)], [(1, -1, -1)], 2).system()
        (((0, 1, 0), (1, -1, 0)), ((-1, 1, 1),))
        """
        mine = (row for j in self.free for row in _bounds(j, self.box.lower[j], self.box.upper[j], self.box.dim))
        return (*mine, *self.rows), self.equations()

    @property
    def hull_basis(self) -> Sequence[Row]:
        """The basis of the linear hull of the cone over the set, in reduced echelon form.

        >>> cut_box([(0, 1, 0), (1, -1, 0), (0, 0, 1), (1, 0, -1)], [(1, -1, -1)], 2).hull_basis
        ((1, 0, 1), (0, 1, -1))
        """
        fixed = [a if a == b else Fraction(0) for a, b in zip(self.box.lower, self.box.upper, strict=True)]
        for j, row in self.solved.items():
            fixed[j] = Fraction(-row[0], row[j + 1])
        if not self.solved:
            return UnitBasis(homogeneous(fixed), tuple(j + 1 for j in self.free))
        basis, zeros = [homogeneous(fixed)], [0] * (self.box.dim + 1)
        for j in self.free:
            entries: dict[int, Fraction] = {
                k + 1: Fraction(-row[j + 1], row[k + 1]) for k, row in self.solved.items() if row[j + 1]
            }
            scale = lcm(*(entry.denominator for entry in entries.values()))
            base = zeros.copy()
            base[j + 1] = scale
            for k, entry in entries.items():
                base[k] = int(entry * scale)
            basis.append(tuple(base))
        return tuple(basis)


def cut_box(inequalities: Iterable[Row], equations: Iterable[Row], dim: int) -> CutBox | None:
    """Return the set cut out by primitive rows; None if these do not bound every coordinate by rows of its own.

    >>> found = cut_box([(0, 1, 0), (1, -1, 0), (0, 0, 1), (1, 0, -1), (-2, 1, 1)], [], 2)
    >>> found.dim, list(map(str, found.inside))
    (0, ['1', '1'])
    >>> cut_box([(0, 1, 0), (1, -1, 0), (0, 0, 1), (1, 0, -1), (-3, 1, 1)], [], 2).dim
    -1
    >>> cut_box([(0, 1, 0), (1, -1, 0), (0, 0, 1), (1, -1, -1)], [], 2) is None
    True
    """
    bounds: list[list[Fraction | None]] = [[None] * dim, [None] * dim]
    rows, linear = list[Row](), list[Row]()
    for family, is_equation, kept in ((inequalities, False, rows), (equations, True, linear)):
        for row in family:
            if row.count(0) - (row[0] == 0) != dim - 1:
                kept.append(row)
                continue
            place = next(j for j in range(1, dim + 1) if row[j])
            bound = Fraction(-row[0], row[place])
            for side, better, sign in ((0, max, 1), (1, min, -1)):
                if is_equation or row[place] * sign > 0:
                    old = bounds[side][place - 1]
                    bounds[side][place - 1] = bound if old is None else better(old, bound)
    lower, upper = ([bound for bound in side if bound is not None] for side in bounds)
    if not dim or not len(lower) == len(upper) == dim:
        return None
    return _Cuts(lower, upper, rows, linear).result()


def part_of_box(box: Box, rows: Iterable[Row], equations: Iterable[Row]) -> CutBox:
    """Return the part of a box where primitive rows are nonnegative and equations hold.

    >>> square = Box((Fraction(0),) * 2, (Fraction(1),) * 2)
    >>> part_of_box(square, [(0, 1, -1)], [(-1, 1, 1)]).dim
    1
    """
    return _Cuts(list(box.lower), list(box.upper), list(rows), list(equations)).result()


@define
class _Cuts:
    """Bounds, rows and equations; coordinates are fixed, and equations added, where it is seen that these hold."""

    lower: list[Fraction]
    upper: list[Fraction]
    rows: list[Row]
    equations: list[Row]
    is_empty: bool = False

    def result(self) -> CutBox:
        """Return the set. In every round but the last its hull is seen to be smaller than it was known to be."""
        while not self.is_empty and all(a <= b for a, b in zip(self.lower, self.upper, strict=True)):
            solved = self._solved()
            rows = None if solved is None else self._cutting(solved)
            if solved is None or rows is None:
                continue
            found = CutBox(Box(tuple(self.lower), tuple(self.upper)), solved, tuple(rows), None)
            inner = found.inner_box
            if not rows:
                return evolve(found, inside=_completed(found, inner.center))
            answer = positive_everywhere(over_cube(inner, found.inner_rows))
            if not isinstance(answer, Tight):
                return evolve(found, inside=_completed(found, point_of_cube(inner, answer)))
            self.is_empty = answer.is_empty
            self.equations += [rows[i] for i in answer.rows]
            for place, side in answer.sides.items():
                self._fix(found.free[place], side)
        return CutBox(Box((), ()), {}, (), None)

    def _fix(self, j: int, side: int) -> None:
        """Fix a coordinate at its upper or lower bound."""
        self.lower[j] = self.upper[j] = self.upper[j] if side > 0 else self.lower[j]

    def _without_fixed(self, row: Row) -> Row:
        """Return a row with the values of the coordinates that are fixed put in."""
        constant, rest = Fraction(row[0]), list(row)
        for j, (a, b) in enumerate(zip(self.lower, self.upper, strict=True)):
            if a == b and row[j + 1]:
                constant += row[j + 1] * a
                rest[j + 1] = 0
        p, q = constant.as_integer_ratio()
        return primitive([p, *(q * entry for entry in rest[1:])])

    def _solved(self) -> dict[int, Row] | None:
        """Return the equations solved for their last coordinates; None if they are contradictory, or fix one."""
        rows = [row for row in map(self._without_fixed, self.equations) if any(row)]
        solved = {}
        for row in _reduced(rows) if rows else ():
            used = [j for j, entry in enumerate(row[1:]) if entry]
            if not used:
                self.is_empty = True
                return None
            if len(used) == 1:
                [j] = used
                value = Fraction(-row[0], row[j + 1])
                self.lower[j], self.upper[j] = max(self.lower[j], value), min(self.upper[j], value)
                return None
            solved[used[-1]] = row
        return solved

    def _cutting(self, solved: dict[int, Row]) -> list[Row] | None:
        """Return the rows, over the free coordinates, that take both signs in the box.

        None if a row is negative in all of it, or holds in a face of it only, which is then taken instead.
        """
        dim = len(self.lower)
        given = [*self.rows, *(row for j in solved for row in _bounds(j, self.lower[j], self.upper[j], dim))]
        kept = dict.fromkeys(primitive(_eliminated(self._without_fixed(row), solved)) for row in given)
        cutting = []
        for row in kept:
            low, high = self._range(row)
            if high < 0:
                self.is_empty = True
                return None
            if low >= 0:
                continue
            if high == 0:
                for j, entry in enumerate(row[1:]):
                    if entry:
                        self._fix(j, entry)
                return None
            cutting.append(row)
        return cutting

    def _range(self, row: Row) -> tuple[Fraction, Fraction]:
        """Return the least and the greatest value of a row in the box."""
        ends = [Fraction(row[0]), Fraction(row[0])]
        for entry, a, b in zip(row[1:], self.lower, self.upper, strict=True):
            if entry:
                ends[0] += entry * (a if entry > 0 else b)
                ends[1] += entry * (b if entry > 0 else a)
        return ends[0], ends[1]


def _bounds(j: int, lower: Fraction, upper: Fraction, dim: int) -> Iterator[Row]:
    """Yield the rows of the bounds of a coordinate."""
    for bound, sign in ((lower, 1), (upper, -1)):
        p, q = bound.as_integer_ratio()
        row = [0] * (dim + 1)
        row[0], row[j + 1] = -sign * p, sign * q
        yield tuple(row)


def _is_facet(rows: Sequence[Sequence[int]]) -> bool:
    """Whether all rows are positive somewhere in the cube."""
    return not isinstance(positive_everywhere(rows), Tight)


def beyond_side(rows: Sequence[Sequence[int]], k: int, side: int) -> list[list[int]]:
    """Return rows over a cube that is twice as wide on one side of a coordinate, and that of what lies beyond the side.

    Positive multiples are taken: with ``u_k = 2 v_k + side`` a row ``a + b u_k`` is ``a + side b + 2 b v_k``, and
    beyond the side is ``side v_k > 0``.
    """
    beyond = [0] * len(rows[0])
    beyond[k + 1] = side
    wide = [[row[0] + side * row[k + 1], *row[1 : k + 1], 2 * row[k + 1], *row[k + 2 :]] for row in rows]
    return [*wide, beyond]


def _reduced(equations: Sequence[Row]) -> list[Row]:
    """Return equations with the same solutions, each with a positive entry at the last coordinate it has.

    No other equation has this coordinate.
    """
    width = len(equations[0])
    turned = [entry for row in equations for entry in (*reversed(row[1:]), row[0])]
    table, _, size = fmpz_mat(len(equations), width, turned).rref()
    found = []
    for row in table.tolist()[:size]:
        entries = [int(entry) for entry in row]
        lead = next(entry for entry in entries if entry)
        found.append(primitive([(1 if lead > 0 else -1) * entry for entry in (entries[-1], *reversed(entries[:-1]))]))
    return found


def _eliminated(row: Row, solved: dict[int, Row]) -> Row:
    """Return a positive multiple of a row that agrees with it where the equations hold, without their coordinates."""
    for j, equation in solved.items():
        if row[j + 1]:
            a, b = equation[j + 1], row[j + 1]
            row = tuple(a * x - b * y for x, y in zip(row, equation, strict=True))
    return row


def _value(row: Row, point: Vector) -> Fraction:
    """Return ``row . (1, x)``."""
    return row[0] + sum((entry * x for entry, x in zip(row[1:], point, strict=True) if entry), Fraction(0))


def _completed(cut: CutBox, values: Sequence[Fraction]) -> Vector:
    """Return the point of the hull with these free coordinates."""
    point = [a if a == b else Fraction(0) for a, b in zip(cut.box.lower, cut.box.upper, strict=True)]
    for j, value in zip(cut.free, values, strict=True):
        point[j] = value
    for j, row in cut.solved.items():
        point[j] = -(row[0] + sum(row[k + 1] * point[k] for k in cut.free if row[k + 1])) / Fraction(row[j + 1])
    return tuple(point)


def over_cube(box: Box, rows: Sequence[Row]) -> list[list[int]]:
    """Return rows over (1, x) as integer rows over (1, u), u in [-1, 1]^n, each times a positive number."""
    pairs = [((a + b) / 2, (b - a) / 2) for a, b in zip(box.lower, box.upper, strict=True)]
    scale = lcm(*(value.denominator for pair in pairs for value in pair))
    middle, radius = ([int(value * scale) for value in side] for side in zip(*pairs, strict=True))
    return [
        [
            scale * row[0] + sum(a * m for a, m in zip(row[1:], middle, strict=True) if a),
            *(a * r for a, r in zip(row[1:], radius, strict=True)),
        ]
        for row in rows
    ]


def cube_point(box: Box, point: Sequence[Fraction]) -> Vector:
    """Return the point of the cube that stands for a point of a box with an interior."""
    sides = zip(box.lower, box.upper, point, strict=True)
    return tuple((2 * x - a - b) / (b - a) for a, b, x in sides)


def point_of_cube(box: Box, point: Sequence[Fraction]) -> Vector:
    """Return the point of a box that stands for a point of the cube."""
    sides = zip(box.lower, box.upper, point, strict=True)
    return tuple((a + b) / 2 + (b - a) / 2 * u for a, b, u in sides)
