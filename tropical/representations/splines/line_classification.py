"""Classifiers of points on the line with the least total variation of the slope, or the least norm of weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, VectorLike
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import Optimal
from polytopes.optimization.linear_program import minimize
from tropical.fans.labels import signs_of_labels
from tropical.representations.splines.interpolation import LineData
from tropical.representations.splines.line_points import sorted_points
from tropical.representations.splines.linear_spline import LinearSpline


@frozen
class LineClassifier:
    """A function with ``label f(x) >= 1`` at all points, of least cost; ``multipliers`` prove that none is cheaper.

    There is a multiplier for each point. ``with_linear_term`` says whether the cost is the total variation of the
    slope, or the norm without a linear term.
    """

    x: Vector
    labels: tuple[int, ...]
    function: LinearSpline
    value: Fraction
    multipliers: Vector
    with_linear_term: bool

    @property
    def support(self) -> tuple[int, ...]:
        """The indices of points, in their order on the line, with a multiplier that is not 0."""
        return tuple(i for i, entry in enumerate(self.multipliers) if entry)


def classify_line(x: VectorLike, labels: Iterable[Any], *, linear_term: bool = True) -> LineClassifier:
    """Return a function of least cost with ``label f(x) >= 1`` at all points.

    Args:
        x: points of the line, in any order.
        labels: 1 or -1 for each, or any two values, as for :func:`tropical.fans.labels.signs_of_labels`: of two numbers
            the greater is 1, of two texts the last in alphabetical order.
        linear_term: whether the cost is the total variation of the slope (a linear term is free); else it is the norm
            without a linear term.

    Raises:
        InputError: if there is no point, the lengths differ, labels are not of two values, or one point has two labels.
        VerificationFailed: if the function or its certificate is wrong, by an error of this program.

    Algorithm:
        Between two points of one label a polygon that satisfies both satisfies all between them, so that the ends of
        blocks of equal labels suffice. The values there are found by an exact linear program, whose cost is that of
        the polygon through them; dual multipliers prove that it is least.

    >>> classify_line([-2, -1, 0, 1, 2], [1, -1, -1, 1, -1]).value
    Fraction(8, 1)
    >>> str(classify_line([0, 1, 4, 5], [-1, -1, 1, 1], linear_term=False).value)
    '2/3'
    """
    points, given = sorted_points(x, signs_of_labels(labels), "label")
    signs = tuple(map(int, given))
    kept = _block_ends(signs)
    values, value, duals = _solved([points[i] for i in kept], [signs[i] for i in kept], linear_term)
    data = LineData.of([points[i] for i in kept], values)
    function = data.polygon() if linear_term else data.least_norm()
    multipliers = [Fraction(0)] * len(points)
    for i, dual in zip(kept, duals, strict=True):
        multipliers[i] = dual
    found = LineClassifier(points, signs, function, value, tuple(multipliers), linear_term)
    _check(found)
    return found


def _block_ends(signs: Sequence[int]) -> list[int]:
    """Return the first and the last point of every block of equal labels."""
    kept: list[int] = []
    for _, block in groupby(range(len(signs)), key=signs.__getitem__):
        own = list(block)
        kept += [own[0]] if len(own) == 1 else [own[0], own[-1]]
    return kept


def _solved(x: Sequence[Fraction], signs: Sequence[int], linear_term: bool) -> tuple[Vector, Fraction, Vector]:
    """Return optimal values at points, the cost, and the multipliers of ``label value >= 1``.

    The variables are the values, a bound u_i of each jump, and with the norm a bound t of it.
    """
    n = len(x)
    if len(set(signs)) == 1:
        return tuple(map(Fraction, signs)), Fraction(0), (Fraction(0),) * n
    inner = max(n - 2, 0)
    width = n + inner + (0 if linear_term else 1)
    chords = [_chord(x, i, width) for i in range(n - 1)]
    rows = []
    for i, sign in enumerate(signs):
        rows.append(_row(width, -1, {i: sign}))
    for k in range(inner):
        jump = [b - a for a, b in zip(chords[k], chords[k + 1], strict=True)]
        rows += [_bounding(jump, {n + k: 1}, sign) for sign in (1, -1)]
    cost = {n + k: 1 for k in range(inner)}
    if not linear_term:
        outer = [a + b for a, b in zip(chords[0], chords[-1], strict=True)]
        last = {width - 1: 1}
        rows.append(_row(width, 0, last | {n + k: -1 for k in range(inner)}))
        half = {width - 1: 2} | {n + k: -1 for k in range(inner)}
        rows += [_bounding(outer, half, sign) for sign in (1, -1)]
        cost = last
    found = minimize(_row(width, 0, cost)[1:], rows)
    if not isinstance(found, Optimal):
        raise VerificationFailed("a linear program that has an optimum was answered otherwise")
    return found.point[:n], found.value, found.multipliers[:n]


def _row(width: int, constant: int, entries: dict[int, int]) -> list[Fraction]:
    row = [Fraction(constant)] + [Fraction(0)] * width
    for i, entry in entries.items():
        row[i + 1] = Fraction(entry)
    return row


def _chord(x: Sequence[Fraction], i: int, width: int) -> list[Fraction]:
    """Return the slope between points i and i + 1 as a linear form of the variables."""
    row = [Fraction(0)] * (width + 1)
    row[i + 2] = 1 / (x[i + 1] - x[i])
    row[i + 1] = -row[i + 2]
    return row


def _bounding(form: Sequence[Fraction], bound: dict[int, int], sign: int) -> list[Fraction]:
    """Return the row of ``bound >= sign form``."""
    row = [-sign * entry for entry in form]
    for i, entry in bound.items():
        row[i + 1] += entry
    return row


def _check(found: LineClassifier) -> None:
    """Check the labels, the cost, and the dual: ``g = sum label multiplier delta_x`` annihilates what is free.

    With the multipliers z, every f with ``label f >= 1`` has ``sum z label f >= sum z``. If the sum of z label is 0
    and the second integral G of ``sum z label delta`` stays in [-1, 1], then ``sum z label f`` is at most the cost.
    """
    values = found.function.values(found.x)
    if any(label * value < 1 for label, value in zip(found.labels, values, strict=True)):
        raise VerificationFailed("the classifier that was found does not classify the points")
    cost = found.function.total_variation if found.with_linear_term else found.function.norm
    if cost != found.value or sum(found.multipliers) != found.value or min(found.multipliers, default=0) < 0:
        raise VerificationFailed("the cost of the classifier is not the optimum that was found")
    weights = [label * entry for label, entry in zip(found.labels, found.multipliers, strict=True)]
    _check_dual(found, weights)


def _check_dual(found: LineClassifier, weights: Sequence[Fraction]) -> None:
    """Check ``sum w f(x) <= cost(f)`` for all f: for the units ``max(+-(x - c), 0)``, at all data c, and constants.

    The sum is affine in c between data, and beyond them it is constant at most if it is 0.
    """
    first = sum((w * x for w, x in zip(weights, found.x, strict=True)), Fraction(0))
    total, at = sum(weights, Fraction(0)), found.x[0]
    right, slope, sums = first - at * total, -total, []
    for x, w in zip(found.x, weights, strict=True):
        right += slope * (x - at)
        sums.append(right)
        slope += w
        at = x
    # sum w max(c - x, 0) differs from sum w max(x - c, 0) by the sum of w (x - c), which is `first` as sum w = 0.
    allowed = not first if found.with_linear_term else all(abs(right - first) <= 1 for right in sums)
    if total or not allowed or any(abs(right) > 1 for right in sums):
        raise VerificationFailed("the multipliers do not prove that the classifier is the cheapest")
