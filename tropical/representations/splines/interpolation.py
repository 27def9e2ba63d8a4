"""Interpolants of data on the line with the least total variation of the slope, or the least norm of weights.

The polygon through the data has the least total variation. Where jumps of one sign follow each other there are other
minimizers, one of them with the fewest knots.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen
from flint import fmpq

from polytopes.arithmetic.rationals import Vector, VectorLike, exact_text
from polytopes.errors import VerificationFailed
from tropical.representations.splines.flint_rationals import as_flint, as_python
from tropical.representations.splines.line_points import sorted_points
from tropical.representations.splines.linear_spline import Knot, LinearSpline, chord_slopes, knots_of, polygon

if TYPE_CHECKING:
    from tropical.networks.network import Network


@frozen
class Run:
    """Consecutive data ``first, ..., last`` at which the polygon bends to one side; ``sign`` is 1 for convex."""

    first: int
    last: int
    sign: int

    @property
    def length(self) -> int:
        """The number of its jumps."""
        return self.last - self.first + 1


@frozen
class Tube:
    """A triangle over an interval between two data, between the chord and the two outer lines.

    The minimizers reach all of its points: the chord is one, and another bends only at the ``apex``.
    """

    start: tuple[Fraction, Fraction]
    apex: tuple[Fraction, Fraction]
    end: tuple[Fraction, Fraction]

    def as_dict(self) -> dict[str, list[str]]:
        """Return the corners as they are written in documents."""
        corners = {"start": self.start, "apex": self.apex, "end": self.end}
        return {name: [exact_text(entry) for entry in corner] for name, corner in corners.items()}


@frozen
class LineData:
    """Data on the line, in order, with the facts on all interpolants; see :func:`all_minimizers`."""

    x: Vector
    y: Vector

    @classmethod
    def of(cls, x: VectorLike, y: VectorLike) -> LineData:
        """Return data from points in any order; errors are those of :func:`sorted_points`."""
        return cls(*sorted_points(x, y))

    @cached_property
    def slopes(self) -> Vector:
        """The slopes of the polygon."""
        return tuple(chord_slopes(self.x, self.y))

    @cached_property
    def jumps(self) -> Vector:
        """The jumps of the slope of the polygon at inner data."""
        return tuple(as_python(b - a) for a, b in pairwise(map(as_flint, self.slopes)))

    @cached_property
    def total_variation(self) -> Fraction:
        """The least total variation of the slope of an interpolant: ``sum |jump|``."""
        return as_python(sum((abs(as_flint(jump)) for jump in self.jumps), fmpq(0)))

    @property
    def end_slope_sum(self) -> Fraction:
        """``|first slope + last slope|`` of the polygon."""
        return abs(self.slopes[0] + self.slopes[-1]) if self.slopes else Fraction(0)

    @property
    def norm(self) -> Fraction:
        """The least norm of weights without a linear term: ``max(T, (T + S) / 2)``."""
        total = self.total_variation
        return max(total, (total + self.end_slope_sum) / 2)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The maximal rows of consecutive jumps of one sign."""
        places = list(enumerate(self.jumps, start=1))
        grouped = [(sign, [i for i, _ in own]) for sign, own in groupby(places, key=lambda own: _sign(own[1]))]
        return tuple(Run(own[0], own[-1], sign) for sign, own in grouped if sign)

    @property
    def is_unique(self) -> bool:
        """Whether the polygon is the only interpolant of least total variation."""
        return all(run.length == 1 for run in self.runs)

    @property
    def fewest_knots(self) -> int:
        """The least number of knots of an interpolant of least total variation."""
        return sum((run.length + 1) // 2 for run in self.runs)

    @cached_property
    def tubes(self) -> tuple[Tube, ...]:
        """The triangles in which minimizers may differ; elsewhere all are equal."""
        return tuple(
            Tube((self.x[i], self.y[i]), self._apex(i), (self.x[i + 1], self.y[i + 1]))
            for run in self.runs
            for i in range(run.first, run.last)
        )

    def _apex(self, i: int) -> tuple[Fraction, Fraction]:
        """Return the point where the chord before data point i meets the one after data point i + 1."""
        before, after = as_flint(self.slopes[i - 1]), as_flint(self.slopes[i + 1])
        (x, y), (end, last) = (map(as_flint, (self.x[k], self.y[k])) for k in (i, i + 1))
        step = (last - y - after * (end - x)) / (before - after)
        return as_python(x + step), as_python(y + before * step)

    def polygon(self) -> LinearSpline:
        """Return the polygon through the data."""
        return self._checked(polygon(self.x, self.y), self.total_variation)

    def sparsest(self) -> LinearSpline:
        """Return the minimizer of the total variation with the fewest knots; from the left, where there are several."""
        knots: list[tuple[Fraction, Fraction]] = []
        for run in self.runs:
            for i in range(run.first, run.last, 2):
                knots.append((self._apex(i)[0], self.slopes[i + 1] - self.slopes[i - 1]))
            if run.length % 2:
                knots.append((self.x[run.last], self.jumps[run.last - 1]))
        found = self._checked(self._from(knots_of(knots)), self.total_variation)
        if len(found.knots) != self.fewest_knots:
            raise VerificationFailed("the spline with the fewest knots has another number of them")
        return found

    def least_norm(self) -> LinearSpline:
        """Return an interpolant of least norm: the polygon, with one more knot at the last point if it is needed."""
        knots = polygon(self.x, self.y).knots
        excess = (self.end_slope_sum - self.total_variation) / 2
        if excess > 0:
            down = self.slopes[0] + self.slopes[-1] > 0
            knots = (*knots, Knot(self.x[-1], -excess if down else excess))
        found = self._checked(self._from(knots), self.total_variation + max(excess, Fraction(0)))
        if found.norm != self.norm:
            raise VerificationFailed("the spline of least norm has another norm")
        return found

    def _from(self, knots: tuple[Knot, ...]) -> LinearSpline:
        return LinearSpline(self.slopes[0] if self.slopes else Fraction(0), (self.x[0], self.y[0]), knots)

    def _checked(self, found: LinearSpline, variation: Fraction) -> LinearSpline:
        if found.total_variation != variation or not found.passes_through(self.x, self.y):
            raise VerificationFailed("a spline does not interpolate the data with the total variation that was found")
        return found

    def is_minimizer(self, function: LinearSpline) -> bool:
        """Return whether a function interpolates with the least total variation."""
        return function.passes_through(self.x, self.y) and function.total_variation == self.total_variation

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as they are written in documents."""
        return {
            "points": [[exact_text(a), exact_text(b)] for a, b in zip(self.x, self.y, strict=True)],
            "slopes": [exact_text(slope) for slope in self.slopes],
            "jumps": [exact_text(jump) for jump in self.jumps],
            "total_variation": exact_text(self.total_variation),
            "end_slope_sum": exact_text(self.end_slope_sum),
            "norm": exact_text(self.norm),
            "unique": self.is_unique,
            "fewest_knots": self.fewest_knots,
            "knots": [knot.as_dict() for knot in self.sparsest().knots],
            "runs": [
                {
                    "from": exact_text(self.x[run.first]),
                    "to": exact_text(self.x[run.last]),
                    "length": run.length,
                    "sign": run.sign,
                }
                for run in self.runs
            ],
            "tubes": [tube.as_dict() for tube in self.tubes],
        }


@frozen
class Interpolant:
    """An interpolant of data, with the facts on all of them."""

    data: LineData
    function: LinearSpline

    def __call__(self, x: Any) -> Fraction:
        """Return the value at a point."""
        return self.function(x)

    @property
    def knots(self) -> tuple[Knot, ...]:
        """The knots of the function."""
        return self.function.knots

    @property
    def total_variation(self) -> Fraction:
        """The total variation of the slope of the function."""
        return self.function.total_variation

    @property
    def norm(self) -> Fraction:
        """The norm of the function; see :attr:`LinearSpline.norm`."""
        return self.function.norm

    @property
    def unique(self) -> bool:
        """Whether only one interpolant has the least total variation."""
        return self.data.is_unique

    def network(self) -> Network:
        """Return a network of the norm of the function; see :meth:`LinearSpline.network`."""
        return self.function.network()


def least_variation(x: VectorLike, y: VectorLike) -> Interpolant:
    """Return the polygon through data, which has the least total variation of the slope.

    Args:
        x: distinct points of the line, in any order; repeated ones are merged.
        y: their values.

    Raises:
        InputError: if there is no point, the lengths differ, or one point has two values.
        NumberError: if an entry is not a rational number.
        VerificationFailed: if the function that was found is none, by an error of this program.

    >>> least_variation([0, 1, 2], [0, 10, 21]).total_variation
    Fraction(1, 1)
    """
    data = LineData.of(x, y)
    return Interpolant(data, data.polygon())


def least_norm(x: VectorLike, y: VectorLike) -> Interpolant:
    """Return an interpolant of least norm of weights, for networks without a linear term; biases are free.

    With the total variation T and the sum S of the outer slopes of the polygon, the least norm is
    ``max(T, (T + S) / 2)``. Arguments and errors are those of :func:`least_variation`.

    >>> found = least_norm([0, 1, 2], [0, 10, 21])
    >>> found.norm, found.knots[-1]
    (Fraction(11, 1), Knot(at=Fraction(2, 1), jump=Fraction(-10, 1)))
    """
    data = LineData.of(x, y)
    return Interpolant(data, data.least_norm())


def sparsest_interpolant(x: VectorLike, y: VectorLike) -> Interpolant:
    """Return the interpolant of least total variation with the fewest knots.

    A run of r jumps of one sign needs ``ceil(r / 2)`` knots (Debarre, Denoyelle, Unser, Fageot, 2022). Arguments and
    errors are those of :func:`least_variation`.

    >>> found = sparsest_interpolant([0, 1, 2, 3, 4, 5], [0, 0, 1, 3, 6, 6])
    >>> [(str(knot.at), str(knot.jump)) for knot in found.knots], found.unique
    ([('3/2', '2'), ('3', '1'), ('4', '-3')], False)
    """
    data = LineData.of(x, y)
    return Interpolant(data, data.sparsest())


def all_minimizers(x: VectorLike, y: VectorLike) -> LineData:
    """Return what is known of all interpolants of least total variation: where they may differ, and how.

    A minimizer is the polygon outside the tubes; over a run it is convex (or concave) with the outer slopes of the
    run. Arguments and errors are those of :func:`least_variation`.

    >>> found = all_minimizers([-2, -1, 0, 1, 3], [4, 1, 0, 1, 9])
    >>> found.is_unique, [tuple(map(str, tube.apex)) for tube in found.tubes]
    (False, [('-1/2', '-1/2'), ('3/5', '-3/5')])
    """
    return LineData.of(x, y)


def _sign(value: Fraction) -> int:
    return (value.numerator > 0) - (value.numerator < 0)
