"""Relative interior points, implicit equations and redundant rows of systems of inequalities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, dehomogeneous, dot, primitive
from polytopes.errors import ShapeError
from polytopes.optimization.certificates import Farkas, StrictPoint
from polytopes.optimization.feasibility import descend, restrict, strictly_feasible
from polytopes.optimization.integer_rows import IntegerRows


def relative_interior(
    inequalities: MatrixLike, equations: MatrixLike = (), ambient_dim: int | None = None
) -> tuple[Vector, tuple[int, ...]] | None:
    """Return a relative interior point of ``{x : r . (1, x) >= 0, e . (1, x) = 0}`` and its implicit equations.

    Args:
        inequalities, equations: rows of n + 1 rationals, constant first.
        ambient_dim: n; needed when there are no rows.

    Returns:
        The point, and the indices of the inequalities that vanish on the whole polyhedron: the point is positive on
        all others. None if the polyhedron is empty. (No vertex is enumerated; n may be large.)

    >>> relative_interior([(0, 1, 0), (0, -1, 0), (1, 0, 1)])
    ((Fraction(0, 1), Fraction(1, 1)), (0, 1))
    """
    weak, linear = IntegerRows.of(inequalities).rows, IntegerRows.of(equations).rows
    positive = _positive_row(weak, linear, ambient_dim)
    answer, vanishing = descend([positive], weak, linear)
    return (dehomogeneous(answer.point), vanishing) if isinstance(answer, StrictPoint) else None


def redundant_rows(inequalities: MatrixLike, equations: MatrixLike = ()) -> tuple[int, ...]:
    """Return indices of inequalities (rational rows) that may be dropped together without changing the polyhedron.

    No further inequality may be dropped: of equal inequalities one is kept, of an empty polyhedron a minimal
    infeasible system. The polyhedron is ``{x : r . (1, x) >= 0, e . (1, x) = 0}``.

    Algorithm: the implicit equations are tested among themselves. The others are taken modulo all equations, where
    the polyhedron has interior points, and tested only against the rows known to be necessary; where these do not
    imply a row, a segment from an interior point to the counterexample leaves through a facet, which is necessary
    (K. L. Clarkson, More output-sensitive geometric algorithms, FOCS 1994).

    >>> redundant_rows([(0, 1), (1, 1), (0, 2), (3, -1)])   # x >= 0, x >= -1, 2x >= 0, x <= 3
    (1, 2)
    """
    rows, linear = IntegerRows.of(inequalities).rows, IntegerRows.of(equations).rows
    return _redundant(rows, linear) if rows else ()


def _redundant(inequalities: Sequence[Row], equations: Sequence[Row]) -> tuple[int, ...]:
    positive = _positive_row(inequalities, equations, None)
    answer, vanishing = descend([positive], inequalities, equations)
    if isinstance(answer, Farkas):
        return _one_by_one(inequalities, equations, range(len(inequalities)), [positive])
    dropped = _one_by_one(inequalities, equations, vanishing, [])
    subspace = kernel([*equations, *(inequalities[i] for i in vanishing)], len(positive))
    restricted = [primitive(row) for row in restrict([positive, *inequalities], subspace)]
    first: dict[Row, int] = {}
    for i, row in enumerate(restricted[1:]):
        if i not in vanishing and row != restricted[0]:
            first.setdefault(row, i)
    facets = _necessary(restricted[0], list(first), _inside([restricted[0], *first]))
    kept = {i for row, i in first.items() if row in facets} | set(vanishing).difference(dropped)
    return tuple(i for i in range(len(inequalities)) if i not in kept)


def _inside(rows: Sequence[Row]) -> Row:
    answer = strictly_feasible(rows)
    assert isinstance(answer, StrictPoint), "modulo its implicit equations a polyhedron has interior points"
    return answer.point


def _positive_row(inequalities: Sequence[Row], equations: Sequence[Row], ambient_dim: int | None) -> Row:
    """Return the row of ``1 > 0``, which tells points from directions."""
    if ambient_dim is None:
        if not inequalities and not equations:
            raise ShapeError("no rows: the dimension is not known; give ambient_dim")
        ambient_dim = len((*inequalities, *equations)[0]) - 1
    return (1,) + (0,) * ambient_dim


def _one_by_one(
    rows: Sequence[Row], equations: Sequence[Row], indices: Sequence[int], strict_rows: Sequence[Row]
) -> tuple[int, ...]:
    """Drop each row that is implied by those of ``indices`` still there, the last ones first."""
    kept = list(indices)
    dropped = []
    for i in reversed(indices):
        others = [j for j in kept if j != i]
        opposite = tuple(-entry for entry in rows[i])
        if isinstance(strictly_feasible([*strict_rows, opposite], [rows[j] for j in others], equations), Farkas):
            kept = others
            dropped.append(i)
    return tuple(reversed(dropped))


def _necessary(positive: Row, rows: Sequence[Row], inside: Row) -> set[Row]:
    """Return the rows that are facets of the cone ``{positive >= 0, rows >= 0}``, other than ``positive``.

    The rows are distinct and primitive, none equals ``positive``, and all are positive at ``inside``.
    """
    necessary: list[Row] = []
    undecided = dict.fromkeys(rows)
    for row in rows:
        while row in undecided:
            opposite = tuple(-entry for entry in row)
            answer = strictly_feasible([positive, *necessary, opposite])
            if isinstance(answer, Farkas):
                del undecided[row]
                continue
            hit = _first_hit(undecided, inside, answer.point)
            if hit is None:
                others = [other for other in undecided if other != row]
                del undecided[row]
                if isinstance(strictly_feasible([positive, *necessary, *others, opposite]), Farkas):
                    continue
                hit = row
            undecided.pop(hit, None)
            necessary.append(hit)
    return set(necessary)


def _first_hit(rows: Iterable[Row], inside: Row, outside: Row) -> Row | None:
    """Return the only row that vanishes first on the way from ``inside``, or None if there are several."""
    best: list[Row] = []
    least = Fraction(1)
    for row in rows:
        ahead = dot(row, outside)
        if ahead < 0:
            start = dot(row, inside)
            time = Fraction(start, start - ahead)
            if time < least:
                best, least = [row], time
            elif time == least:
                best.append(row)
    return best[0] if len(best) == 1 else None
