"""Two-sided tropical systems A x <= B x and A x = B x: extreme rays by tropical double description.

Entries may be minus infinity, which is None here. The solutions are a tropical cone with finitely many extreme rays. It
begins with the unit vectors; a row (a, b) keeps the rays g with a g <= b g, adds ``(a h) g + (b g) h`` for a kept ray g
and one h that is dropped, and what is in the span of others is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from polytopes.arithmetic.rationals import Vector
from polytopes.errors import InputError, LimitReached, ShapeError, VerificationFailed
from tropical.convexity.entries import Entries, Number, Whole, as_entries, common_scale, value, whole

Ray = Entries
Progress = Callable[[int], None]


def solve_two_sided(
    A: Iterable[Iterable[Any]],
    B: Iterable[Iterable[Any]],
    relation: str = "<=",
    *,
    separate: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
) -> tuple[Ray, ...]:
    """Return the extreme rays of the solutions of ``A x <= B x``, or of ``A x = B x``, with greatest entry 0.

    Args:
        A, B: m x n rationals, or None for minus infinity.
        relation: "<=" or "=".
        separate: solve for x and y in ``A x <= B y`` or ``A x = B y``; rays have x first.
        limit: the most rays at any time.
        progress: called after every row with the number of rays.

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
    scale = common_scale(chain(*left, *right))
    whole_pairs = [(whole(a, scale), whole(b, scale)) for a, b in pairs]
    rays = tuple(_scaled(ray, scale) for ray in _rays(whole_pairs, limit, progress))
    if not all(_holds(a, b, ray) for a, b in pairs for ray in rays):
        raise VerificationFailed("a ray does not solve the system; please report this")
    return tuple(sorted(rays, key=lambda ray: [(entry is not None, entry or 0) for entry in ray], reverse=True))


def finite_solution(rays: Iterable[Ray]) -> Vector | None:
    """Return a solution without minus infinity, the sum of all rays; None if there is none.

    >>> finite_solution(solve_two_sided([[0, 1]], [[1, 0]]))
    (Fraction(0, 1), Fraction(0, 1))
    >>> finite_solution(solve_two_sided([[1]], [[0]])) is None
    True
    """
    given = list(rays)
    columns = [[entry for entry in column if entry is not None] for column in zip(*given, strict=True)]
    return tuple(map(max, columns)) if columns and all(columns) else None


def _scaled(ray: Whole, scale: int) -> Ray:
    return tuple(None if entry is None else Fraction(entry, scale) for entry in ray)


def _rays(pairs: list[tuple[Whole, Whole]], limit: int | None, progress: Progress | None) -> list[Whole]:
    """Return the extreme rays where all rows hold, one row after the other."""
    n = len(pairs[0][0])
    rays: list[Whole] = [tuple(0 if j == k else None for j in range(n)) for k in range(n)]
    for a, b in pairs:
        rays = _cut(rays, a, b)
        if limit is not None and len(rays) > limit:
            raise LimitReached(f"more than {limit} rays", len(rays))
        if progress is not None:
            progress(len(rays))
    return rays


def _holds(a: Sequence[Number | None], b: Sequence[Number | None], ray: Sequence[Number | None]) -> bool:
    left, right = value(a, ray), value(b, ray)
    return left is None or (right is not None and left <= right)


def _cut(rays: list[Whole], a: Whole, b: Whole) -> list[Whole]:
    """Return the extreme rays of the part of a cone where a row holds."""
    kept = [ray for ray in rays if _holds(a, b, ray)]
    dropped = [(ray, up) for ray in rays if (up := value(a, ray)) is not None and not _holds(a, b, ray)]
    downs = [(ray, down) for ray in kept if (down := value(b, ray)) is not None]
    new = [_sum(_raised(g, up), _raised(h, down)) for h, up in dropped for g, down in downs]
    return _extreme(list(dict.fromkeys(map(_normalized, [*kept, *new]))))


def _raised(ray: Whole, by: int) -> Whole:
    return tuple(None if entry is None else entry + by for entry in ray)


def _sum(left: Whole, right: Whole) -> Whole:
    return tuple(b if a is None else a if b is None or a > b else b for a, b in zip(left, right, strict=True))


def _normalized(ray: Whole) -> Whole:
    return _raised(ray, -max(entry for entry in ray if entry is not None))


def _extreme(rays: list[Whole]) -> list[Whole]:
    """Leave out what the other rays span; rays are different and have greatest entry 0."""
    return [ray for ray in rays if not _is_spanned(rays, ray)]


def _is_spanned(rays: list[Whole], target: Whole) -> bool:
    """Whether a ray is a combination of others: whether below it they reach it in every column that is finite."""
    finite = [(k, x) for k, x in enumerate(target) if x is not None]
    never = {k for k, x in enumerate(target) if x is None}
    open_columns = {k for k, _ in finite}
    for ray in rays:
        if ray is not target and all(ray[k] is None for k in never):
            gaps = [(x - entry, k) for k, x in finite if (entry := ray[k]) is not None]
            least = min(gaps)[0]
            open_columns.difference_update(k for gap, k in gaps if gap == least)
            if not open_columns:
                return True
    return False
