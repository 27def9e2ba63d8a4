"""Two-sided tropical systems A x <= B x and A x = B x: extreme rays by tropical double description.

Entries may be minus infinity, which is None here. The solutions are a tropical cone with finitely many extreme rays. It
begins with the unit vectors; a row (a, b) keeps the rays g with a g <= b g, adds ``(a h) g + (b g) h`` for a kept ray g
and one h that is dropped, and what is in the span of others is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from polytopes.errors import InputError, LimitReached, ShapeError, VerificationFailed
from tropical.convexity.entries import Entries, Entry, as_entries, value

Ray = Entries


def solve_two_sided(
    A: Iterable[Iterable[Any]],
    B: Iterable[Iterable[Any]],
    relation: str = "<=",
    *,
    separate: bool = False,
    limit: int | None = None,
) -> tuple[Ray, ...]:
    """Return the extreme rays of the solutions of ``A x <= B x``, or of ``A x = B x``, with greatest entry 0.

    Args:
        A, B: m x n rationals, or None for minus infinity.
        relation: "<=" or "=".
        separate: solve for x and y in ``A x <= B y`` or ``A x = B y``; rays have x first.
        limit: the most rays at any time.

    Raises:
        ShapeError: if shapes differ.
        InputError: for another relation.
        LimitReached: if there are more rays.
        VerificationFailed: if a ray is no solution, by an error of this program.

    Source: Allamigeon, Gaubert, Goubault, The tropical double description method (2010).

    >>> [tuple(map(str, ray)) for ray in solve_two_sided([[0, 1]], [[1, 0]])]
    [('0', '0'), ('0', 'None')]
    """
    left, right = as_entries(A), as_entries(B)
    if separate and left and right:
        n, m = len(left[0]), len(right[0])
        left, right = [(*row, *[None] * m) for row in left], [(*[None] * n, *row) for row in right]
    if len(left) != len(right) or not left or len({len(row) for row in (*left, *right)}) != 1 or not left[0]:
        raise ShapeError("both sides of a system have one shape, with a row and a column at least")
    if relation not in ("<=", "="):
        raise InputError(f"the relation {relation!r} is neither '<=' nor '='")
    pairs = list(zip(left, right, strict=True))
    if relation == "=":
        pairs += [(b, a) for a, b in pairs]
    n = len(left[0])
    rays: list[Ray] = [tuple(Fraction(0) if j == k else None for j in range(n)) for k in range(n)]
    for a, b in pairs:
        rays = _cut(rays, a, b)
        if limit is not None and len(rays) > limit:
            raise LimitReached(f"more than {limit} rays", len(rays))
    if not all(_holds(a, b, ray) for a, b in pairs for ray in rays):
        raise VerificationFailed("a ray does not solve the system; please report this")
    return tuple(sorted(rays, key=lambda ray: [(entry is not None, entry or 0) for entry in ray], reverse=True))


def _holds(a: Ray, b: Ray, ray: Ray) -> bool:
    return _at_most(value(a, ray), value(b, ray))


def _at_most(left: Entry, right: Entry) -> bool:
    return left is None or (right is not None and left <= right)


def _cut(rays: list[Ray], a: Ray, b: Ray) -> list[Ray]:
    """Return the extreme rays of the part of a cone where a row holds."""
    kept = [ray for ray in rays if _holds(a, b, ray)]
    new = list(kept)
    for h in rays:
        up = value(a, h)
        if _holds(a, b, h) or up is None:
            continue
        for g in kept:
            down = value(b, g)
            if down is not None:
                new.append(_sum(_raised(g, up), _raised(h, down)))
    return _extreme(list(dict.fromkeys(map(_normalized, new))))


def _raised(ray: Ray, by: Fraction) -> Ray:
    return tuple(None if entry is None else entry + by for entry in ray)


def _sum(left: Ray, right: Ray) -> Ray:
    pairs = zip(left, right, strict=True)
    return tuple(max((entry for entry in pair if entry is not None), default=None) for pair in pairs)


def _normalized(ray: Ray) -> Ray:
    return _raised(ray, -max(entry for entry in ray if entry is not None))


def _extreme(rays: list[Ray]) -> list[Ray]:
    """Leave out, one by one, what the other rays span; rays are different and have greatest entry 0."""
    kept = list(rays)
    for ray in rays:
        others = [other for other in kept if other != ray]
        if _spans(others, ray):
            kept = others
    return kept


def _spans(rays: list[Ray], target: Ray) -> bool:
    """Whether a ray is a combination: whether the greatest combination below it is the ray itself."""
    total: Ray = (None,) * len(target)
    for ray in rays:
        if all(x is not None for r, x in zip(ray, target, strict=True) if r is not None):
            pairs = zip(ray, target, strict=True)
            total = _sum(total, _raised(ray, min(x - r for r, x in pairs if r is not None and x is not None)))
    return total == target
