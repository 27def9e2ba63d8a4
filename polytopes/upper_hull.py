"""Upper hulls of lifted points: which affine forms of a maximum are the largest ones somewhere.

The maximum of the affine forms ``c_i + s_i . x`` and the convex hull of the lifted points ``(s_i, c_i)`` are two sides
of one thing: form i is strictly the largest at some x iff ``(s_i, c_i)`` is a vertex of the upper hull, the set
``conv {(s_j, c_j)} - R_{>=0} (0, 1)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from polytopes.certificates import Farkas
from polytopes.feasibility import strictly_feasible
from polytopes.incidence import exact_product, integer_array
from polytopes.rationals import Row


def upper_vertices(forms: Sequence[Row]) -> tuple[int, ...]:
    """Return the indices of the affine forms that are strictly the largest of all at some point.

    Args:
        forms: integer rows (c, s_1, ..., s_d). Of equal forms the first counts.

    Algorithm:
        Forms known to win somewhere are collected. Any other is asked to beat all of these at once: if it cannot, the
        certificate writes it as a convex combination of forms that are nowhere smaller; if it can at x, then of the
        forms that are largest at x the one with the lexicographically largest exponent wins somewhere
        (K. L. Clarkson, More output-sensitive geometric algorithms, FOCS 1994).

    >>> upper_vertices([(0, 0), (0, 1), (0, 2), (1, 1)])
    (0, 2, 3)
    """
    first = dict(reversed([(form, i) for i, form in enumerate(forms)]))
    distinct = list(first)
    if not distinct:
        return ()
    table = integer_array(distinct)
    known: list[int] = [_winner(distinct, table, (1, *(0,) * (len(distinct[0]) - 1)))]
    for i in range(len(distinct)):
        while i not in known:
            better = [(1, *(0,) * (len(distinct[0]) - 1))]
            better += [tuple(a - b for a, b in zip(distinct[i], distinct[j], strict=True)) for j in known]
            answer = strictly_feasible(better)
            if isinstance(answer, Farkas):
                break
            known.append(_winner(distinct, table, answer.point))
    return tuple(sorted(first[distinct[i]] for i in known))


def _winner(forms: Sequence[Row], table: object, point: Row) -> int:
    """Return the form that is largest at (t, t x), of several the one with the largest exponent."""
    values = exact_product(table, integer_array(point)).tolist()  # type: ignore[arg-type]
    top = max(values)
    return max((i for i, value in enumerate(values) if value == top), key=lambda i: forms[i][1:])
