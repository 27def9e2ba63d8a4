"""Boxes ``{x : lower <= x <= upper}``: canonical rows and an interior point, read off the bounds.

A coordinate with equal bounds is *fixed*: it has an equation and no facets. No row has more than three entries that
are not 0, so nothing here takes longer than to write the rows down, in thousands of coordinates too.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, repeat
from math import gcd

from attrs import frozen

from polytopes.arithmetic.rationals import Row, Vector
from polytopes.polyhedra.systems import System

Entries = tuple[tuple[int, int], ...]
"""The places and values of the entries of a row that are not 0, in order."""


@frozen
class Box:
    """The bounds of a box that is not empty."""

    lower: Vector
    upper: Vector

    @classmethod
    def of_rows(cls, inequalities: Iterable[Row], equations: Iterable[Row], dim: int) -> Box | None:
        """Return the box cut out by rows with one coordinate each; None if that is empty, or is no box.

        >>> Box.of_rows([(0, 1), (3, -2), (4, -2)], [], 1).upper
        (Fraction(3, 2),)
        """
        lower: list[Fraction | None] = [None] * dim
        upper: list[Fraction | None] = [None] * dim
        for row, is_equation in chain(zip(inequalities, repeat(False)), zip(equations, repeat(True))):
            if row.count(0) - (row[0] == 0) != dim - 1:
                return None
            place = next(j for j in range(1, dim + 1) if row[j])
            bound, low, high = Fraction(-row[0], row[place]), lower[place - 1], upper[place - 1]
            if is_equation or row[place] > 0:
                lower[place - 1] = bound if low is None else max(low, bound)
            if is_equation or row[place] < 0:
                upper[place - 1] = bound if high is None else min(high, bound)
        below, above = ([bound for bound in bounds if bound is not None] for bounds in (lower, upper))
        if not dim or not len(below) == len(above) == dim or any(a > b for a, b in zip(below, above, strict=True)):
            return None
        return cls(tuple(below), tuple(above))

    @property
    def dim(self) -> int:
        """The dimension of the space."""
        return len(self.lower)

    @property
    def fixed(self) -> list[int]:
        """The coordinates whose bounds are equal."""
        return [i for i, (a, b) in enumerate(zip(self.lower, self.upper, strict=True)) if a == b]

    @property
    def free(self) -> list[int]:
        """The coordinates that are not fixed."""
        return [i for i, (a, b) in enumerate(zip(self.lower, self.upper, strict=True)) if a != b]

    @property
    def center(self) -> Vector:
        """The point in the middle."""
        return tuple((a + b) / 2 for a, b in zip(self.lower, self.upper, strict=True))

    def contains(self, point: Vector) -> bool:
        """Whether a point lies in the box."""
        return all(a <= x <= b for a, x, b in zip(self.lower, point, self.upper, strict=True))

    def rows(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Return the inequalities, a pair for each free coordinate, and the equations, as a polyhedron gives them.

        >>> from fractions import Fraction
        >>> Box((Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))).rows()
        (((0, 1, 0), (1, -1, 0)), ((-1, 0, 2),))
        """
        equations = [_entries({0: -p, i + 1: q}) for i, (p, q) in self._fixed_values()]
        return _dense(sorted(self._facets(), key=_order), self.dim), _dense(equations, self.dim)

    def _fixed_values(self) -> list[tuple[int, tuple[int, int]]]:
        return [(i, self.lower[i].as_integer_ratio()) for i in self.fixed]

    def _facets(self) -> list[Entries]:
        found = []
        for i in self.free:
            (p, q), (r, s) = self.lower[i].as_integer_ratio(), self.upper[i].as_integer_ratio()
            found += [_entries({0: -p, i + 1: q}), _entries({0: r, i + 1: -s})]
        return found

    def cone(self) -> System:
        """Return the canonical system of the cone over the box, in which the constant is an entry like all others.

        Algorithm:
            Let k be the last coordinate that is fixed at a value p / q that is not 0. In reduced echelon form its
            equation has its pivot in the constant, and eliminates the constants of all other rows.
        """
        values = self._fixed_values()
        last = next(((i + 1, p, q) for i, (p, q) in reversed(values) if p), None)
        facets = self._facets() or [((0, 1),)]  # of a point the cone is a ray
        if last is None:
            return System(_dense(sorted(facets, key=_order), self.dim), _dense(_units(values), self.dim), minimal=True)
        k, p, q = last
        sign = 1 if p > 0 else -1
        equations = [_entries({0: abs(p), k: -sign * q})]
        for i, (a, b) in values:
            if i + 1 != k:
                equations.append(_entries({i + 1: b * abs(p), k: -sign * a * q} if a else {i + 1: 1}))
        reduced = []
        for facet in facets:
            entries = dict(facet)
            constant = entries.pop(0, 0)
            scaled = {place: entry * abs(p) for place, entry in entries.items()}
            reduced.append(_entries({**scaled, k: constant * sign * q}))
        return System(_dense(sorted(reduced, key=_order), self.dim), _dense(equations, self.dim), minimal=True)


def _units(values: Iterable[tuple[int, tuple[int, int]]]) -> list[Entries]:
    return [((i + 1, 1),) for i, _ in values]


def _entries(entries: dict[int, int]) -> Entries:
    """Return a primitive row by its entries that are not 0."""
    content = gcd(*entries.values())
    return tuple(sorted((place, entry // content) for place, entry in entries.items() if entry))


def _order(row: Entries) -> tuple[tuple[int, ...], ...]:
    """Return a key by which rows have the lexicographic order of all their entries."""
    return (*((1, -place, entry) if entry > 0 else (-1, place, entry) for place, entry in row), (0,))


def _dense(rows: Iterable[Entries], dim: int) -> tuple[Row, ...]:
    """Return rows with all their dim + 1 entries."""
    zeros = (0,) * (dim + 1)
    whole = []
    for row in rows:
        dense: Row = ()
        end = 0
        for place, entry in row:
            dense += (*zeros[end:place], entry)
            end = place + 1
        whole.append(dense + zeros[end:])
    return tuple(whole)
