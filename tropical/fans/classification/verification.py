"""Parameters and paths of classifiers, checked by the values of their forms at the data before they are given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import mul
from typing import Any

from polytopes.arithmetic.rationals import MatrixLike, Row
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical.fans.activation.parameters import Parameter, arc_row, parameter_rows
from tropical.fans.classification.fan import ClassificationFan, Signs

Values = list[list[Any]]
"""For each distinct point the values of all forms, times a positive number."""


def verify_signs(fan: ClassificationFan, parameter: Parameter, signs: Signs) -> Parameter:
    """Return a parameter after a check that g - h has these signs at the points, none of them 0.

    Raises:
        VerificationFailed: if it has not.
    """
    n = fan.terms[0]
    gaps = [max(values[:n]) - max(values[n:]) for values in _values(fan, parameter)]
    if tuple((gaps[place] > 0) - (gaps[place] < 0) for place in fan.data.position) != signs or 0 in signs:
        raise VerificationFailed(f"a parameter has other signs at the data than {signs}")
    return parameter


def verify_path(
    fan: ClassificationFan,
    cones: Sequence[tuple[Sequence[int], Parameter]],
    losses: Sequence[int] | None,
    start: Any,
    end: Any,
) -> None:
    """Check a path from cone to cone, by parameters in the cones and on the walls between them.

    Args:
        fan: a classification fan.
        cones: the terms that are the largest at the points, and a parameter, of each cone.
        losses: of cones and walls in turn, or None.
        start, end: parameters or signs of the points.

    Raises:
        VerificationFailed: if a parameter is in another cone, if two cones share no wall, or if losses or ends differ.

    Algorithm:
        Two cones share a wall if they differ at one point, and some parameter has the two terms as the largest there
        and one largest at all others. The parameter on the segment between those of the cones is tried first, then a
        linear program finds one.
    """
    for colors, parameter in cones:
        _verify_cone(fan, colors, parameter)
    for end_, (colors, parameter) in ((start, cones[0]), (end, cones[-1])):
        _verify_end(fan, end_, colors, parameter)
    between = [_wall(fan, here, there) for here, there in pairwise(cones)]
    if losses is not None:
        own = [fan.loss(parameter) for _, parameter in cones]
        found = own[:1]
        for wall, after in zip(between, own[1:], strict=True):
            found += [fan.loss(wall), after]
        if found != list(losses):
            raise VerificationFailed(f"a path has the losses {found}, not {list(losses)}")


def _values(fan: ClassificationFan, parameter: MatrixLike) -> Values:
    forms = [tuple(form) for form in parameter]
    return [[sum(map(mul, form, row)) for form in forms] for row in fan.data.rows]


def _verify_cone(fan: ClassificationFan, colors: Sequence[int], parameter: MatrixLike) -> None:
    values = _values(fan, parameter)
    for place, color in zip(fan.data.position, colors, strict=True):
        own = values[place]
        if any(value >= own[color] for k, value in enumerate(own) if k != color):
            raise VerificationFailed("a parameter is not in the cone that it is given for")


def _verify_end(fan: ClassificationFan, end: Any, colors: Sequence[int], parameter: Parameter) -> None:
    """Check an end of a path, a parameter or signs."""
    given = list(end)
    if given and not isinstance(given[0], int):
        _verify_cone(fan, colors, parameter_rows(given, fan.data))
    else:
        verify_signs(fan, parameter, tuple(given))


def _wall(
    fan: ClassificationFan, here: tuple[Sequence[int], Parameter], there: tuple[Sequence[int], Parameter]
) -> tuple[Row, ...]:
    """Return a parameter on the wall between two cones."""
    before, after = ([colors[copies[0]] for copies in fan.data.copies] for colors, _ in (here, there))
    changed = [place for place, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    if len(changed) != 1:
        raise VerificationFailed("two cones of a path differ at more than one point")
    [place] = changed
    strict = [
        arc_row(fan.data.rows[q], color, k, fan.n_terms)
        for q, color in enumerate(before)
        for k in range(fan.n_terms)
        if k != color and (q != place or k != after[place])
    ]
    tie = arc_row(fan.data.rows[place], before[place], after[place], fan.n_terms)
    first, second = ([entry for form in parameter for entry in form] for _, parameter in (here, there))
    ahead, behind = sum(map(mul, tie, first)), -sum(map(mul, tie, second))
    middle = [behind * a + ahead * b for a, b in zip(first, second, strict=True)]
    answer = strictly_feasible(strict, (), [tie], start=middle)
    if not isinstance(answer, StrictPoint) or not answer.check(strict, (), [tie]):
        raise VerificationFailed("two cones of a path share no wall")
    width = fan.data.dim + 1
    return tuple(tuple(answer.point[i : i + width]) for i in range(0, len(answer.point), width))
