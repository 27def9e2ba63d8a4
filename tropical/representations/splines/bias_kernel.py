"""The kernel of wide networks of one input, its linear systems, and the functions that it spans, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen
from flint import fmpq, fmpq_mat

from polytopes.arithmetic.linalg import kernel, solve
from polytopes.arithmetic.rationals import Vector, dot, exact_text
from polytopes.errors import InputError
from tropical.representations.splines.bias_density import BiasDensity
from tropical.representations.splines.cubic_piece import CubicPiece
from tropical.representations.splines.flint_rationals import as_flint, as_python

Unit = Literal["relu", "abs"]
"""The activation of a unit."""
Moments = tuple[fmpq, fmpq, fmpq]


@frozen
class BiasKernel:
    """The kernel at points of the line; ``moments`` has those of the density below each of them."""

    points: Vector
    density: BiasDensity
    activation: Unit
    at: tuple[fmpq, ...]
    moments: tuple[Moments, ...]
    second: fmpq

    @classmethod
    def of(cls, points: Vector, density: BiasDensity, activation: Unit) -> BiasKernel:
        at = tuple(map(as_flint, points))
        return cls(points, density, activation, at, _moments(points, density), as_flint(density.second_moment))

    def matrix(self) -> list[list[fmpq]]:
        """Return the values of the kernel at all pairs of points."""
        n = len(self.at)
        rows = [[fmpq(0)] * n for _ in range(n)]
        for i in range(n):
            for j in range(i, n):
                rows[i][j] = rows[j][i] = self.value(i, self.at[j], self.moments[j])
        return rows

    def value(self, i: int, z: fmpq, above: Moments) -> fmpq:
        """Return the kernel at point i and a point z, which has the moments ``above``."""
        x, below = self.at[i], self.moments[i]
        if x > z:
            x, z, below, above = z, x, above, below
        mass, mean, square = (a - b for a, b in zip(below, above, strict=True))
        # The integral over c <= x plus that over c >= z of p(c) (x - c) (z - c); the mean of c is 0.
        outside = x * z * (1 + mass) - (x + z) * mean + self.second + square
        return outside / 2 if self.activation == "relu" else 2 * outside - x * z - self.second

    def solved(self, values: Vector) -> Vector:
        """Return the solution c of ``K c = y``, of least norm if there are several."""
        rows = self.matrix()
        matrix, right = fmpq_mat(rows), fmpq_mat([[as_flint(value)] for value in values])
        try:
            return tuple(as_python(entry) for (entry,) in matrix.solve(right).tolist())
        except ZeroDivisionError:
            return self._least(rows, values)

    def _least(self, rows: list[list[fmpq]], values: Vector) -> Vector:
        table = [[as_python(entry) for entry in row] for row in rows]
        for combination in kernel(table, len(values)):
            if total := dot(combination, values):
                pairs = zip(combination, self.points, strict=True)
                terms = " ".join(f"{'-' if c < 0 else '+'} {abs(c)} f({exact_text(x)})" for c, x in pairs if c)
                raise InputError(
                    f"networks with biases from this density have {terms.removeprefix('+ ')} = 0, but the values give "
                    f"{exact_text(total)}; use a density whose support reaches the data"
                )
        square = fmpq_mat(rows) * fmpq_mat(rows)
        found = solve([[as_python(entry) for entry in row] for row in square.tolist()], values)
        assert found is not None, "the values are in the range of the kernel matrix"
        return tuple(sum((a * w for a, w in zip(row, found, strict=True)), Fraction(0)) for row in table)

    def right_slope(self, coefficients: Vector) -> Fraction:
        """Return the slope of the interpolant at plus infinity."""
        return as_python(self._slope(list(map(as_flint, coefficients)), 1))

    def _slope(self, coefficients: Sequence[fmpq], side: int) -> fmpq:
        """Return the slope of the interpolant at plus (1) or minus (-1) infinity."""
        total = fmpq(0)
        for c, x, (mass, mean, _) in zip(coefficients, self.at, self.moments, strict=True):
            below, above = x * mass - mean, -mean - x * (1 - mass)
            if self.activation == "abs":
                total += side * c * (below + above)
            else:
                total += c * (below if side > 0 else -above) / 2
        return total

    def _values(self, coefficients: Sequence[fmpq], at: Vector) -> list[fmpq]:
        """Return the values of the interpolant at other points, by the kernel."""
        moments = _moments(at, self.density)
        return [
            sum((c * self.value(i, as_flint(t), own) for i, c in enumerate(coefficients)), fmpq(0))
            for t, own in zip(at, moments, strict=True)
        ]

    def integrated(self, coefficients: Vector) -> tuple[CubicPiece, ...]:
        """Return the pieces of the interpolant, integrated twice from the left."""
        weights = list(map(as_flint, coefficients))
        ends = sorted({*self.points, *self.density.breaks})
        [value], slope = self._values(weights, (ends[0],)), self._slope(weights, -1)
        # Below all data, sum c_i |t - x_i| is constant + tilt t.
        constant, tilt = sum((c * x for c, x in zip(weights, self.at, strict=True)), fmpq(0)), -sum(weights, fmpq(0))
        turns = dict(zip(self.points, zip(weights, self.at, strict=True), strict=True))
        factor = fmpq(1, 2) if self.activation == "relu" else fmpq(2)
        pieces = [CubicPiece(None, ends[0], _polynomial(as_flint(ends[0]), value, slope, fmpq(0), fmpq(0)))]
        for k, start in enumerate(ends):
            if start in turns:
                c, x = turns[start]
                constant, tilt = constant - 2 * c * x, tilt + 2 * c
            end = ends[k + 1] if k + 1 < len(ends) else None
            height = factor * as_flint(self.density(start))
            at = as_flint(start)
            bend, growth = height * (constant + tilt * at), height * tilt
            pieces.append(CubicPiece(start, end, _polynomial(at, value, slope, bend, growth)))
            if end is not None:
                step = as_flint(end) - at
                value += step * (slope + step * (bend / 2 + step * growth / 6))
                slope += step * (bend + step * growth / 2)
        return tuple(pieces)


def _moments(points: Vector, density: BiasDensity) -> tuple[Moments, ...]:
    found = []
    for x in points:
        mass, mean, square = map(as_flint, density.moments_below(x))
        found.append((mass, mean, square))
    return tuple(found)


def _polynomial(at: fmpq, value: fmpq, slope: fmpq, bend: fmpq, growth: fmpq) -> Vector:
    """Return the coefficients in x of ``value + slope s + bend s^2 / 2 + growth s^3 / 6`` with ``s = x - at``."""
    quadratic, cubic = bend / 2, growth / 6
    expanded = (
        value - at * (slope - at * (quadratic - at * cubic)),
        slope - at * (2 * quadratic - 3 * at * cubic),
        quadratic - 3 * at * cubic,
        cubic,
    )
    return tuple(map(as_python, expanded))
