"""Linear forms in few coordinates y that are affine images of a box: in floating point and in integers over the cube.

A point of a box is ``x = middle + radius u`` with u in the cube [-1, 1]^n. Coordinates y are integer linear forms of
(1, x), so a form in y is an affine form of u: n + 1 numbers, from which its bounds on the box are read off. Which y
are chosen does not matter for what forms do on the box; no inequality of the image of the box in y, a zonotope with
far too many facets, is ever needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from attrs import frozen
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, Vector, primitive
from polytopes.enumeration.boxes.float_forms import SLACK, TINY, UNIT, FloatForms, Floats
from polytopes.enumeration.packed_program import quotient

Forms = Sequence[Sequence[Any]]


@frozen(eq=False, slots=False)
class BoxSpace:
    """Coordinates y over a box with bounds ``lower < upper`` in every coordinate.

    ``rows`` has a row over (1, x) for each y, or is None if y = (1, x).
    """

    lower: Vector
    upper: Vector
    rows: tuple[Row, ...] | None = None

    @property
    def n(self) -> int:
        """The number of coordinates of the cube."""
        return len(self.lower)

    @property
    def size(self) -> int:
        """The number of coordinates y, the constant among them."""
        return self.n + 1 if self.rows is None else len(self.rows)

    @cached_property
    def sides(self) -> tuple[Row, ...]:
        """The hyperplane at infinity, then the lower and the upper side of every coordinate, over (1, x)."""
        zeros = (0,) * self.n
        found: list[Row] = [(1, *zeros)]
        for j, (low, high) in enumerate(zip(self.lower, self.upper, strict=True)):
            for bound, sign in ((low, 1), (high, -1)):
                p, q = bound.as_integer_ratio()
                found.append((-sign * p, *zeros[:j], sign * q, *zeros[j + 1 :]))
        return tuple(found)

    @cached_property
    def _scaled(self) -> tuple[int, list[int], list[int]]:
        """A number D > 0, D times the middle and D times the radius."""
        pairs = [((a + b) / 2, (b - a) / 2) for a, b in zip(self.lower, self.upper, strict=True)]
        scale = lcm(*(value.denominator for pair in pairs for value in pair))
        return scale, [int(middle * scale) for middle, _ in pairs], [int(radius * scale) for _, radius in pairs]

    def _over_cube(self, table: list[list[Any]]) -> list[list[Any]]:
        """Return forms over (1, x) as forms over (1, u), all times one positive number."""
        scale, middle, radius = self._scaled
        return [
            [
                scale * row[0] + sum(a * m for a, m in zip(row[1:], middle, strict=True) if a),
                *(a * r for a, r in zip(row[1:], radius, strict=True)),
            ]
            for row in table
        ]

    def integer_forms(self, forms: Forms) -> tuple[Row, ...]:
        """Return integer forms in y as the same forms over (1, x)."""
        if self.rows is None or not forms:
            return tuple(tuple(map(int, form)) for form in forms)
        flat = [entry for form in forms for entry in form]
        product = fmpz_mat(len(forms), self.size, flat) * integer_matrix(self.rows, self.n + 1)
        return tuple(tuple(map(int, row)) for row in product.tolist())

    def over_box(self, forms: Forms) -> tuple[Row, ...]:
        """Return forms in y as primitive forms over (1, x)."""
        return tuple(map(primitive, self.integer_forms(forms)))

    @cached_property
    def _matrix(self) -> fmpz_mat:
        """The coordinates y as forms over (1, u), times one positive number."""
        assert self.rows is not None
        return integer_matrix(self._over_cube([list(row) for row in self.rows]), self.n + 1)

    def exact_forms(self, forms: Forms) -> list[list[Any]]:
        """Return forms in y as integer forms over (1, u), all times one positive number."""
        if self.rows is None:
            return self._over_cube([list(form) for form in forms])
        flat = [entry for form in forms for entry in form]
        table: list[list[Any]] = (fmpz_mat(len(forms), self.size, flat) * self._matrix).tolist()
        return table

    @cached_property
    def _floats(self) -> tuple[FloatForms, list[int]]:
        """The coordinates y over the cube as floats, each divided by a power of two, with the exponents."""
        table = self._matrix.tolist()
        exponents = [max(int(abs(entry)).bit_length() for entry in row) for row in table]
        rows = np.array([_divided(row, e) for row, e in zip(table, exponents, strict=True)]).reshape(len(table), -1)
        sizes = np.abs(rows).sum(axis=1) * SLACK
        return FloatForms(rows, sizes, UNIT * sizes * SLACK + TINY), exponents

    def float_forms(self, forms: Forms) -> FloatForms:
        """Return forms in y as forms over the cube, each times a positive number.

        >>> from fractions import Fraction
        >>> space = BoxSpace((Fraction(0),), (Fraction(2),))
        >>> space.float_forms([(-1, 1)]).rows.tolist()
        [[0.0, 0.5]]
        """
        if self.rows is None:
            exact = self.exact_forms(forms)
            tops = [max(int(abs(entry)).bit_length() for entry in row) for row in exact]
            rows = np.array([_divided(row, top) for row, top in zip(exact, tops, strict=True)]).reshape(len(exact), -1)
            sizes = np.abs(rows).sum(axis=1) * SLACK
            return FloatForms(rows, sizes, np.where(sizes > 0, UNIT * sizes * SLACK + TINY, 0.0))
        base, exponents = self._floats
        weights = np.array([_weights(form, exponents) for form in forms]).reshape(len(forms), -1)
        return base.combined(weights, UNIT)

    def true_forms(self, forms: Forms, factors: Sequence[Fraction]) -> FloatForms:
        """Return integer forms in y times these factors as forms over the cube, on one scale for all."""
        one = [1, *[0] * (self.size - 1)]
        [unit], table = self.exact_forms([one]), self.exact_forms(forms)
        scale = int(unit[0])
        pairs = [(factor.numerator, factor.denominator * scale) for factor in factors]
        rows = np.array(
            [[quotient(int(e) * a, b) for e in row] for row, (a, b) in zip(table, pairs, strict=True)]
        ).reshape(len(table), -1)
        sizes = np.abs(rows).sum(axis=1) * SLACK
        blurs = np.array([TINY if any(row) else 0.0 for row in table])
        return FloatForms(rows, sizes, UNIT * sizes * SLACK + blurs)

    def vector(self, point: Floats) -> list[int]:
        """Return a positive multiple of the coordinates y at a point u, which is taken exactly."""
        ratios = [float(entry).as_integer_ratio() for entry in point]
        return self.vector_at([1, *ratios])

    def vector_at(self, entries: Sequence[Any]) -> list[int]:
        """Return a positive multiple of y at (t, t u), given as integers or as pairs numerator and denominator."""
        pairs = [entry if isinstance(entry, tuple) else (int(entry), 1) for entry in entries]
        scale = lcm(*(below for _, below in pairs))
        whole = [above * (scale // below) for above, below in pairs]
        if self.rows is None:
            common, middle, radius = self._scaled
            return [
                common * whole[0],
                *(m * whole[0] + r * u for m, r, u in zip(middle, radius, whole[1:], strict=True)),
            ]
        product = self._matrix * fmpz_mat(len(whole), 1, whole)
        return [int(entry) for entry in product.entries()]


def _divided(row: Sequence[Any], exponent: int) -> list[float]:
    """Return the entries divided by a power of two, correctly rounded; what is too small is 0."""
    below = 1 << exponent
    return [int(entry) / below for entry in row]


def _weights(form: Sequence[fmpz], exponents: Sequence[int]) -> list[float]:
    """Return the entries times powers of two, all divided by one more, with relative errors of at most UNIT."""
    entries = [int(entry) for entry in form]
    bits = [abs(entry).bit_length() + e if entry else 0 for entry, e in zip(entries, exponents, strict=True)]
    top = max(bits)
    # An entry is shorter than the places it is moved down, so no quotient is larger than 1.
    return [x / (1 << (top - e)) if x else 0.0 for x, e in zip(entries, exponents, strict=True)]
