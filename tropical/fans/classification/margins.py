"""Margins of classifiers sign(g - h): how far from 0 the function is at the points of the data."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Vector
from polytopes.errors import InputError, NoAnswerError, ShapeError, VerificationFailed
from polytopes.messages import exact_repr
from polytopes.optimization.linear_program import Optimal, maximize
from tropical.fans.classification.fan import ClassificationFan, Signs
from tropical.fans.classification.orbits import SignedOrbit, signed_orbits


@frozen
class WidestParameter:
    """The largest margin for given signs among parameters with entries in [-1, 1], and a parameter that attains it."""

    margin: Fraction
    parameter: tuple[Vector, ...] = field(repr=exact_repr)


def margins(fan: ClassificationFan, theta: MatrixLike) -> tuple[Fraction, ...]:
    """Return label times (g - h) at every point: positive where the classifier is right.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> [str(margin) for margin in margins(fan, [(0, 1), (2, -1), ("3/2", 0)])]
    ['1/2', '1/2', '1/2']
    """
    return tuple(label * gap for label, gap in zip(fan.labels, fan.gaps(theta), strict=True))


def widest_parameter(fan: ClassificationFan, signs: Sequence[int] | None = None) -> WidestParameter:
    """Return the largest t for which a parameter with entries in [-1, 1] has sign times (g - h) >= t at all points.

    Args:
        fan: a classification fan.
        signs: M signs 1 and -1; the labels of the data if None.

    Raises:
        NoAnswerError: if no parameter has these signs, or there is no point, so that nothing bounds the margin.
        VerificationFailed: if the parameter has another margin.

    Algorithm:
        An exact linear program for each way to divide the points of + among the terms of g and those of - among the
        terms of h: each point's own term must exceed all terms of the other side by t.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1), labels=[1, -1, 1])
    >>> widest_parameter(fan).margin
    Fraction(1, 2)
    """
    wanted = fan.labels if signs is None else tuple(signs)
    places = _of_distinct(fan, wanted)
    if not places:
        raise NoAnswerError("no point bounds the margin; give at least one")
    best: WidestParameter | None = None
    for orbit, _ in signed_orbits(fan):
        if orbit.signs == places:
            found = _widest(fan, orbit)
            if best is None or found.margin > best.margin:
                best = found
    if best is None:
        raise NoAnswerError("no parameter has these signs; dichotomies lists those that are attained")
    narrowest = min(sign * gap for sign, gap in zip(wanted, fan.gaps(best.parameter), strict=True))
    if narrowest != best.margin or any(abs(entry) > 1 for form in best.parameter for entry in form):
        raise VerificationFailed(f"a parameter has not the margin {best.margin}")
    return best


def _of_distinct(fan: ClassificationFan, signs: Signs) -> Signs:
    """Return the signs of the distinct points."""
    if len(signs) != fan.data.n_points:
        raise ShapeError(f"{len(signs)} signs for {fan.data.n_points} points; give one each")
    if not set(signs) <= {1, -1}:
        raise InputError("signs other than 1 and -1")
    places = tuple(signs[copies[0]] for copies in fan.data.copies)
    if tuple(places[place] for place in fan.data.position) != signs:
        raise NoAnswerError("equal points with different signs have no common classifier")
    return places


def _widest(fan: ClassificationFan, orbit: SignedOrbit) -> WidestParameter:
    names, width, n = orbit.names(fan.terms), fan.data.dim + 1, fan.terms[0]
    size = fan.n_terms * width
    rows: list[list[Fraction]] = []
    for color, copies in zip(orbit.colors, fan.data.copies, strict=True):
        own, point = names[color], (Fraction(1), *fan.data.points[copies[0]])
        for rival in range(n, fan.n_terms) if own < n else range(n):
            row = [Fraction(0)] * size
            row[own * width : (own + 1) * width] = point
            row[rival * width : (rival + 1) * width] = [-entry for entry in point]
            rows.append([Fraction(0), *row, Fraction(-1)])
    for k in range(size):
        for sign in (1, -1):
            rows.append([Fraction(1), *(Fraction(sign * (i == k)) for i in range(size)), Fraction(0)])
    answer = maximize([0] * size + [1], rows)
    assert isinstance(answer, Optimal), "Theta = 0 is feasible, and entries are bounded"
    theta = [tuple(answer.point[i : i + width]) for i in range(0, size, width)]
    return WidestParameter(answer.value, tuple(theta))
