"""Intersections of tropical half-spaces, by the system of inequalities that they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from polytopes.errors import DomainError, InputError, ShapeError
from tropical.convexity.entries import Entries, opposite, value
from tropical.convexity.halfspaces import HalfSpace
from tropical.convexity.two_sided import Progress, solve_two_sided


def system_of(halfspaces: Iterable[HalfSpace]) -> tuple[list[Entries], list[Entries]]:
    """Return A and B for which the intersection of half-spaces is ``{x : A x <= B x}``, a row for each.

    >>> from fractions import Fraction
    >>> half = HalfSpace((Fraction(0), Fraction(1)), (0,))
    >>> system_of([half])
    ([(None, Fraction(-1, 1))], [(Fraction(0, 1), None)])
    """
    left, right = [], []
    for half in halfspaces:
        left.append(tuple(None if k in half.sectors else -p for k, p in enumerate(half.apex)))
        right.append(tuple(-p if k in half.sectors else None for k, p in enumerate(half.apex)))
    return left, right


def intersection_generators(
    halfspaces: Sequence[HalfSpace], limit: int | None = None, progress: Progress | None = None
) -> tuple[Entries, ...]:
    """Return the extreme points of an intersection of half-spaces, with greatest coordinate 0; with min the least.

    Raises:
        ShapeError: if there is no half-space, or the lengths of apices differ.
        InputError: if half-spaces are of both conventions.
        DomainError: if no point with finite coordinates is common to all.
        LimitReached: if there are more rays than the limit at any time.
    """
    if not halfspaces or len({len(half.apex) for half in halfspaces}) != 1:
        raise ShapeError("give half-spaces with apices of one length, at least one")
    if len({half.convention for half in halfspaces}) != 1:
        raise InputError("half-spaces for max and for min do not go together; give those of one convention")
    is_max = halfspaces[0].convention == "max"
    given = halfspaces if is_max else [half.negated() for half in halfspaces]
    rays = solve_two_sided(*system_of(given), limit=limit, progress=progress)
    return _with_finite_points(rays if is_max else tuple(map(opposite, rays)))


def irredundant(
    halfspaces: Sequence[HalfSpace], limit: int | None = None, progress: Progress | None = None
) -> list[HalfSpace]:
    """Return half-spaces of one convention with the same intersection, none of which can be left out.

    One after the other is left out if it contains the extreme rays of the intersection of those that are left. Which
    ones stay depends on the order. Some point with finite coordinates must be common to all.

    Raises:
        LimitReached: if there are more rays than the limit at any time.
    """
    kept = list(halfspaces)
    for half in halfspaces:
        others = [other for other in kept if other != half]
        if not others:
            continue
        system = system_of(others if half.convention == "max" else [other.negated() for other in others])
        rays = solve_two_sided(*system, limit=limit, progress=progress)
        if all(half.contains(ray if half.convention == "max" else opposite(ray)) for ray in rays):
            kept = others
    return kept


def common_generators(
    left: Sequence[Entries], right: Sequence[Entries], limit: int | None = None, progress: Progress | None = None
) -> tuple[Entries, ...]:
    """Return points that span what two hulls for max have in common: the combinations ``V^T x = W^T y`` of both.

    Raises:
        DomainError: if no point with finite coordinates is common to both.
        LimitReached: if there are more rays than the limit at any time.
    """
    A, B = (list(zip(*rows, strict=True)) for rows in (left, right))
    rays = solve_two_sided(A, B, "=", separate=True, limit=limit, progress=progress)
    points = [tuple(value(column, ray[: len(left)]) for column in A) for ray in rays]
    return _with_finite_points(tuple(dict.fromkeys(points)))


def _with_finite_points(rays: tuple[Entries, ...]) -> tuple[Entries, ...]:
    if not rays or any(all(entry is None for entry in column) for column in zip(*rays, strict=True)):
        raise DomainError("the intersection has no point with finite coordinates")
    return rays
