"""Cells of the engine over a box with many coordinates: kept by a point, decided by linear programs with few rows.

A cell is the part of a box where some forms are positive. Whether another form changes sign on it is seen from bounds
of that form over the whole box, from its value at a known point, or by one linear program in which the sides of the
box are bounds of variables (:mod:`polytopes.enumeration.kernels.bounded_simplex`). A float answer is proven by
multipliers or by a point, with bounds on all rounding errors; what is not is decided in integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property, partial
from math import lcm
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from flint import fmpz

from polytopes.arithmetic.rationals import Row, primitive
from polytopes.enumeration.boxes.box_programs import Point, Question, ask
from polytopes.enumeration.boxes.box_space import BoxSpace
from polytopes.enumeration.boxes.float_forms import UNIT, FloatForms, Floats
from polytopes.enumeration.stage_watch import current_watch
from polytopes.enumeration.vertex_cell import BOTH, NEGATIVE, POSITIVE, Form
from polytopes.optimization.cube_bases import value_at
from polytopes.optimization.cube_maximum import highest_point, maximum


@frozen(eq=False, slots=False)
class BoxCell:
    """The open set of points of a box where all ``rows`` are positive: primitive forms in the coordinates of ``space``.

    ``floats`` are the rows over the cube, ``point`` is a point of the cell.
    """

    space: BoxSpace
    rows: tuple[Row, ...]
    floats: FloatForms
    point: Point = field(repr=False)
    _known: dict[Row, Point | None] = field(factory=dict, repr=False)

    @classmethod
    def whole(cls, space: BoxSpace) -> BoxCell:
        """Return the whole box."""
        nothing = FloatForms(np.zeros((0, space.n + 1)), np.zeros(0), np.zeros(0))
        return cls(space, (), nothing, np.zeros(space.n))

    @property
    def size(self) -> int:
        """The number of homogeneous coordinates."""
        return self.space.size

    def signs(self, forms: Sequence[Form]) -> list[int]:
        """Return for each form which signs it takes on the cell, as NEGATIVE | POSITIVE bits; 0 for the zero form."""
        if not forms:
            return []
        floats = self.space.float_forms(forms)
        everywhere = floats.signs()
        here = self._signs_here(floats)
        found, watch = [], current_watch()
        for k, form in enumerate(forms):
            if watch is not None and k:
                watch.compared()
            if everywhere[k]:
                found.append(POSITIVE if everywhere[k] > 0 else NEGATIVE)
            else:
                found.append(self._signs(primitive([int(entry) for entry in form]), floats[[k]], int(here[k])))
        return found

    def _signs_here(self, floats: FloatForms) -> Floats:
        """Return the signs of forms at the point of the cell, 0 where floats do not tell."""
        if not isinstance(self.point, np.ndarray):
            return np.zeros(len(floats))
        values, errors = floats.values(self.point)
        signs: Floats = (values > errors).astype(np.float64) - (values < -errors)
        return signs

    def _signs(self, form: Row, floats: FloatForms, here: int) -> int:
        if not any(form) or floats.are_zero[0]:
            return 0
        if not here:
            exact = self.space.exact_forms([form])[0]
            if not any(exact):
                return 0
            if not any(exact[1:]):
                return POSITIVE if exact[0] > 0 else NEGATIVE
            value = value_at(exact, self._exact_point)
            if value == 0:
                return BOTH
            here = 1 if value > 0 else -1
        away = _negated(form) if here > 0 else form
        if self._witness(away, floats.times(-here)) is not None:
            return BOTH
        return POSITIVE if here > 0 else NEGATIVE

    def _witness(self, row: Row, floats: FloatForms) -> Point | None:
        """Return a point of the cell where ``row`` is positive, or None if there is proof that there is none."""
        if row not in self._known:
            if _negated(row) in self.rows:
                self._known[row] = None
            elif row in self.rows:
                self._known[row] = self.point
            else:
                self._known[row] = ask(self._question(row, floats))
        return self._known[row]

    def _question(self, row: Row, floats: FloatForms) -> Question:
        return Question(floats, self.floats, self.point, lambda: self.space.exact_forms([row, *self.rows]))

    @cached_property
    def _exact_point(self) -> tuple[Fraction, ...]:
        return tuple(map(Fraction, self.point))

    def split(self, form: Form) -> tuple[BoxCell, BoxCell]:
        """Return the parts where a form that takes both signs is negative and positive."""
        row = primitive([int(entry) for entry in form])
        return self._part(_negated(row)), self._part(row)

    def half(self, form: Form) -> BoxCell:
        """Return the part where a form that takes both signs is positive."""
        return self._part(primitive([int(entry) for entry in form]))

    def _part(self, row: Row) -> BoxCell:
        floats = self.space.float_forms([row])
        point: Point | None = self.point
        if self._signs_here(floats)[0] <= 0:
            [exact] = self.space.exact_forms([row])
            if value_at(exact, self._exact_point) <= 0:
                point = self._witness(row, floats)
        if point is None:
            raise ValueError("the form does not take this sign on the cell")
        return BoxCell(self.space, (*self.rows, row), FloatForms.joined([self.floats, floats]), point)

    def cut(self, forms: Sequence[Sequence[Any]], point: Point) -> BoxCell:
        """Return the part where some forms are positive, given a point of it."""
        if not forms:
            return evolve(self, point=point, known={})
        rows = tuple(primitive([int(entry) for entry in form]) for form in forms)
        floats = FloatForms.joined([self.floats, self.space.float_forms(forms)])
        return BoxCell(self.space, (*self.rows, *rows), floats, point)

    def interior(self) -> Row:
        """Return a vector in the interior of the cone."""
        ratios = [value.as_integer_ratio() for value in self._exact_point]
        return primitive(self.space.vector_at([1, *ratios]))

    def is_bounded_by(self, form: Form) -> bool:
        """Whether a form that is nonnegative on the cone vanishes only at its apex."""
        if not any(form[1:]):
            return bool(form[0] > 0)
        target, *rows = self.space.exact_forms([_negated(primitive([int(entry) for entry in form])), *self.rows])
        return maximum(target, rows) < 0

    def highest(self, form: Form) -> Row:
        """Return a vector of the closed cone, of height 1 or a multiple, where a form is largest for its height."""
        if not any(form[1:]):
            return self.interior()
        target, *rows = self.space.exact_forms([form, *self.rows])
        point = highest_point(target, rows)
        return primitive(self.space.vector_at([1, *(u.as_integer_ratio() for u in point)]))

    @cached_property
    def constraints(self) -> tuple[Form, ...]:
        """The constraints as forms; over (1, x) the hyperplane at infinity and the sides of the box come first."""
        rows = tuple(tuple(map(fmpz, row)) for row in self.rows)
        if self.space.rows is not None:
            return rows
        return (*(tuple(map(fmpz, row)) for row in self.space.sides), *rows)

    def lifted(self, space: BoxSpace) -> BoxCell:
        """Return the cell in the coordinates (1, x) of the same box."""
        if self.space.rows is None:
            return self
        return evolve(self, space=space, rows=self.space.over_box(self.rows), known={})

    def facets(self) -> list[tuple[int, Row]]:
        """Return the irredundant constraints, each with a vector in the relative interior of its facet.

        A constraint is irredundant iff all others hold strictly at a point where it fails; from there to the point of
        the cell a segment crosses its facet. Of equal rows the first is kept.
        """
        found = []
        if self.space.rows is None:
            near = {number: vector() for number, vector in self._near_sides().items()}
            for number in range(2 * self.space.n):
                vector = near.get(number) or self._on_side(number // 2, -1 if number % 2 == 0 else 1)
                found += [] if vector is None else [(number + 1, vector)]
        before = 0 if self.space.rows is not None else 2 * self.space.n + 1
        return found + [(before + i, vector) for i, vector in self._rows_with_points()]

    def facet_forms(self) -> list[Form]:
        """Return the irredundant constraints, as :meth:`facets` does without points; forms are over (1, x)."""
        near = self._near_sides()
        found = [
            self.space.sides[number + 1]
            for number in range(2 * self.space.n)
            if number in near or self._on_side(number // 2, -1 if number % 2 == 0 else 1) is not None
        ]
        return [tuple(map(fmpz, row)) for row in (*found, *self.facet_rows())]

    def facet_rows(self) -> list[Row]:
        """Return the rows that are facets, the first of equal ones."""
        return [row for row in dict.fromkeys(self.rows) if self._beyond_row(row) is not None]

    def _rows_with_points(self) -> list[tuple[int, Row]]:
        """Return the rows that are facets, by their numbers, each with a vector in the relative interior."""
        vectors = ((self.rows.index(row), self.facet_vector(row)) for row in dict.fromkeys(self.rows))
        return [(i, vector) for i, vector in vectors if vector is not None]

    def facet_vector(self, row: Row) -> Row | None:
        """Return a vector inside the facet of a row; None if it is no row of the cell, or redundant."""
        beyond = self._beyond_row(row) if row in self.rows else None
        return None if beyond is None else self._crossing(self.space.exact_forms([row])[0], beyond)

    def _near_sides(self) -> dict[int, Callable[[], Row]]:
        """Return what finds a vector on every side that the point can be moved to, along one coordinate, in the cell.

        Sides are numbered as in :meth:`facets`. Whether all rows stay positive on the way is seen from floats.
        """
        if not isinstance(self.point, np.ndarray):
            return {}
        values, errors = self.floats.values(self.point)
        doubt = (errors + 8 * UNIT * self.floats.sizes)[:, None]
        ratios = [float(entry).as_integer_ratio() for entry in self.point]
        scale = lcm(*(below for _, below in ratios))
        whole = [scale, *(above * (scale // below) for above, below in ratios)]

        def vector(j: int, side: int) -> Row:
            return primitive(self.space.vector_at([*whole[: j + 1], side * scale, *whole[j + 2 :]]))

        found: dict[int, Callable[[], Row]] = {}
        for end, side in enumerate((-1, 1)):
            moved = values[:, None] + self.floats.rows[:, 1:] * (side - self.point)[None, :]
            for j in np.flatnonzero((moved > doubt).all(axis=0)).tolist():
                found[2 * j + end] = partial(vector, j, side)
        return found

    def _beyond_row(self, row: Row) -> Point | None:
        """Return a point where one row fails and all others hold strictly; None if the row is redundant."""
        first = {other: j for j, other in reversed(list(enumerate(self.rows)))}
        i = first.pop(row)
        chosen = np.array([*first.values()], dtype=np.int64)
        wider = BoxCell(self.space, tuple(first), self.floats[chosen], self.point)
        return wider._witness(_negated(row), self.floats[[i]].times(-1))

    def _on_side(self, j: int, side: int) -> Row | None:
        """Return a point of the cell's facet on u_j = side, or None: the cube is widened there to twice its width."""
        n = self.space.n
        v = [Fraction(u) for u in self._exact_point]
        v[j] = (v[j] - side) / 2
        target = np.zeros((1, n + 1))
        target[0, j + 1] = side
        wide = FloatForms(self.floats.rows.copy(), 3 * self.floats.sizes, 3 * self.floats.errors)
        wide.rows[:, 0] += side * wide.rows[:, j + 1]
        wide.rows[:, j + 1] *= 2
        size = np.ones(1)
        wide = FloatForms(wide.rows, wide.sizes, wide.errors + 2 * UNIT * wide.sizes)

        def exact() -> list[list[int]]:
            unit = [0] * (n + 1)
            unit[j + 1] = side
            rows = self.space.exact_forms(self.rows)
            return [
                unit,
                *([row[0] + side * row[j + 1], *row[1 : j + 1], 2 * row[j + 1], *row[j + 2 :]] for row in rows),
            ]

        inside: Point = np.array([float(u) for u in v])
        if not isinstance(self.point, np.ndarray) or [Fraction(u) for u in inside] != v:
            inside = tuple(v)
        beyond = ask(Question(FloatForms(target, size, np.zeros(1)), wide, inside, exact))
        if beyond is None:
            return None
        point = [Fraction(u) for u in beyond]
        point[j] = side + 2 * point[j]
        wall: list[Any] = [-1, *[0] * n]
        wall[j + 1] = side
        return self._crossing(wall, tuple(point))

    def _crossing(self, form: Form, beyond: Point) -> Row:
        """Return the vector where the segment from the point of the cell to one beyond it meets a hyperplane."""
        there = tuple(map(Fraction, beyond))
        a, b = value_at(form, self._exact_point), value_at(form, there)
        part = a / (a - b)
        point = [u + part * (v - u) for u, v in zip(self._exact_point, there, strict=True)]
        return primitive(self.space.vector_at([1, *(u.as_integer_ratio() for u in point)]))


def _negated(row: Row) -> Row:
    return tuple(-entry for entry in row)
