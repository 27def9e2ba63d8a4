"""Whether an open polyhedral cone is empty: a strict point or a Farkas certificate.

The float solver guesses a point, or a set of rows with a positive relation. The point is verified in integers, the
relation is computed as an exact kernel. If both guesses fail, the exact simplex method starts from them; the last
resort is cddlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul

from polytopes.arithmetic.linalg import integer_matrix, kernel, solve
from polytopes.arithmetic.rationals import MatrixLike, Row, VectorLike, primitive
from polytopes.errors import ShapeError
from polytopes.optimization import cddlib, highs
from polytopes.optimization.certificates import Farkas, StrictPoint, combination
from polytopes.optimization.integer_rows import IntegerRows, as_integers
from polytopes.optimization.simplex import Vertex, maximize_from

_NEGLIGIBLE = 1e-9  # relative size below which a float multiplier is not taken for the support


def strictly_feasible(
    strict_rows: MatrixLike,
    weak_rows: MatrixLike = (),
    equations: MatrixLike = (),
    start: VectorLike | None = None,
) -> StrictPoint | Farkas:
    """Decide whether ``{z in Q^n : S z > 0, W z >= 0, E z = 0}`` is empty, with a certificate either way.

    Args:
        strict_rows, weak_rows, equations: rows of n rationals. There is no constant entry: for an affine question
            give homogeneous rows, and ``(1, 0, ..., 0)`` among the strict ones. Rows of ints are the quickest.
        start: a vector to try first.

    Returns:
        A point or Farkas multipliers of the rows as they are given.

    Raises:
        ShapeError: if the rows have different lengths.
        NumberError: if an entry is not a rational number.

    >>> strictly_feasible([(1, 0), (-1, 1)])
    StrictPoint(point=(1, 2))
    >>> strictly_feasible([(1, 0), (0, 1), (-1, -2)]).multipliers
    (1, 2, 1)
    >>> strictly_feasible([(1, 0)], weak_rows=[(-1, 1), (0, -1)])
    Farkas(multipliers=(1,), weak_multipliers=(1, 1), equation_multipliers=())
    """
    families = [IntegerRows.of(rows) for rows in (strict_rows, weak_rows, equations)]
    strict, weak, linear = (family.rows for family in families)
    if start is not None:
        given = StrictPoint(primitive(tuple(start)))
        if given.check(strict, weak, linear):
            return given
    answer = _open_cone(strict) if not weak and not linear else descend(strict, weak, linear, to_the_hull=False)[0]
    if isinstance(answer, StrictPoint) or not any(family.factors for family in families):
        return answer
    found = (answer.multipliers, answer.weak_multipliers, answer.equation_multipliers)
    return Farkas(*as_integers(*(family.as_given(part) for family, part in zip(families, found, strict=True))))


def _open_cone(rows: Sequence[Row]) -> StrictPoint | Farkas:
    if not rows:
        return StrictPoint(())
    _common_length(rows)
    for index, row in enumerate(rows):
        if not any(row):
            return Farkas(tuple(int(i == index) for i in range(len(rows))))
    guess = highs.widest_point(rows)
    if guess is None:
        return _by_simplex(rows, range(len(rows))) or _by_cdd(rows)
    return _verified(rows, guess) or _by_simplex(rows, guess.order) or _by_cdd(rows)


def _verified(rows: Sequence[Row], guess: highs.Guess) -> StrictPoint | Farkas | None:
    point = guess.integer_point()
    if point is not None and _is_strict(rows, point):
        return StrictPoint(point)
    return _circuit(rows, guess)


def _is_strict(rows: Sequence[Row], point: Row) -> bool:
    return all(sum(map(mul, row, point)) > 0 for row in rows)


def _circuit(rows: Sequence[Row], guess: highs.Guess) -> Farkas | None:
    """Return the relation among the rows in the support of the multipliers, if it is unique and positive."""
    multipliers = guess.multipliers
    support = [int(i) for i in (multipliers > _NEGLIGIBLE * multipliers.max(initial=0.0)).nonzero()[0]]
    if not support or len(support) > len(rows[0]) + 1:
        return None
    relation = positive_relation([rows[i] for i in support])
    if relation is None:
        return None
    found = [0] * len(rows)
    for index, entry in zip(support, relation, strict=True):
        found[index] = entry
    return Farkas(primitive(found))


def positive_relation(rows: Sequence[Row]) -> Row | None:
    """Return the coefficients of the one relation of integer rows if there is just one and none is negative.

    >>> positive_relation([(1, 1), (-2, 0), (0, -3)])
    (6, 3, 2)
    """
    null, nullity = integer_matrix(rows, len(rows[0])).transpose().nullspace()
    if nullity != 1:
        return None
    relation = [int(row[0]) for row in null.tolist()]
    if max(relation) <= 0:
        relation = [-entry for entry in relation]
    return None if min(relation) < 0 else primitive(relation)


def _by_simplex(
    rows: Sequence[Row], order: Sequence[int], weak_rows: Sequence[Row] = ()
) -> StrictPoint | Farkas | None:
    """Solve ``max {t : S z >= t, W z >= 0, t <= 1}``: the optimum is 1 or 0, and then its multipliers are a relation.

    ``order`` is that of all rows, strict ones before weak ones. The multipliers of both come in one vector.
    """
    n, m = len(rows[0]), len(rows) + len(weak_rows)
    program = [(0, *row, -1) for row in rows] + [(0, *row, 0) for row in weak_rows] + [(1, *[0] * n, -1)]
    vertex = maximize_from(program, (*[0] * n, 1), [*order, m])
    if not isinstance(vertex, Vertex):
        return None
    if vertex.point[-1] > 0:
        point = vertex.point[1:-1]
        return StrictPoint(primitive(point) if weak_rows else _shortened(rows, point))
    return Farkas(primitive([vertex.multipliers.get(i, 0) for i in range(m)]))


def _shortened(rows: Sequence[Row], point: Row) -> Row:
    """Return the point truncated to fewer bits if it stays strict: short points make later steps fast."""
    size = max(abs(entry).bit_length() for entry in point)
    bits = 16
    while bits < size:
        cut = primitive([entry >> (size - bits) for entry in point])
        if _is_strict(rows, cut):
            return cut
        bits *= 2
    return primitive(point)


def _by_cdd(rows: Sequence[Row]) -> StrictPoint | Farkas:
    """Ask for ``rows z >= 1``, then for non-negative multipliers of sum 1: one of the two exists."""
    status, point = cddlib.maximum([0] * (len(rows[0]) + 1), [(-1, *row) for row in rows])
    if status == "optimal":
        return StrictPoint(primitive(point))
    m = len(rows)
    signs = [(0, *(int(i == j) for j in range(m))) for i in range(m)]
    cancel = [(0, *column) for column in zip(*rows, strict=True)]
    _, multipliers = cddlib.maximum([0] * (m + 1), signs, [(-1, *[1] * m), *cancel])
    return Farkas(primitive(multipliers))


def restrict(rows: Sequence[Row], basis: Sequence[Row]) -> list[Row]:
    """Return the rows as functions of the coordinates in a basis: ``rows`` times the transpose of ``basis``.

    >>> restrict([(1, 2, 3)], [(1, 1, 0), (0, 0, 1)])
    [(3, 3)]
    """
    if not rows or not basis:
        return [() for _ in rows]
    n = len(basis[0])
    product = integer_matrix(rows, n) * integer_matrix(basis, n).transpose()
    return [tuple(map(int, row)) for row in product.tolist()]


def descend(
    strict_rows: Sequence[Row], weak_rows: Sequence[Row], equations: Sequence[Row], to_the_hull: bool = True
) -> tuple[StrictPoint | Farkas, tuple[int, ...]]:
    """Solve the mixed problem on the affine hull of its weak part; return also the weak rows that vanish there.

    At first all rows are taken as strict. If weak rows alone have a positive relation, they vanish on the whole cone:
    they join the equations, the dimension drops, and the problem is solved again. The point found is positive on the
    other weak rows. Without ``to_the_hull`` one exact program replaces these steps, and weak rows may vanish at the
    point.
    """
    n = _common_length(strict_rows, weak_rows, equations)
    rows = (*strict_rows, *weak_rows)
    strict = len(strict_rows)
    relations: list[Farkas] = []
    vanishing: list[int] = []
    while True:
        fixed = [*equations, *(weak_rows[i] for i in vanishing)]
        subspace = kernel(fixed, n)
        reduced = restrict(rows, subspace) if fixed else rows
        active = [i for i, row in enumerate(reduced) if i < strict or any(row)]
        answer = _open_cone([reduced[i] for i in active])
        if isinstance(answer, Farkas) and not to_the_hull and strict and not any(answer.multipliers[:strict]):
            answer = _in_one_step([reduced[i] for i in active], strict) or answer
        if isinstance(answer, StrictPoint):
            point = primitive(combination(answer.point, subspace)) if active else (0,) * n
            return StrictPoint(point), tuple(sorted(set(range(len(weak_rows))) - {i - strict for i in active}))
        found = dict(zip(active, answer.multipliers, strict=True))
        relation = _lifted(found, strict_rows, weak_rows, equations, vanishing, relations)
        if any(relation.multipliers):
            return relation, ()
        relations.append(relation)
        vanishing += [i - strict for i, entry in found.items() if entry and i >= strict]


def _in_one_step(rows: Sequence[Row], strict: int) -> StrictPoint | Farkas | None:
    program = [(0, *row, -1 if i < strict else 0) for i, row in enumerate(rows)]
    _, order = highs.optimum([*program, (1, *[0] * len(rows[0]), -1)], (*[0] * len(rows[0]), 1))
    return _by_simplex(rows[:strict], [i for i in order if i < len(rows)], rows[strict:])


def _common_length(*families: Sequence[Row]) -> int:
    lengths = {len(row) for rows in families for row in rows}
    if len(lengths) > 1:
        raise ShapeError(f"rows have different lengths {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def _lifted(
    found: dict[int, int],
    strict_rows: Sequence[Row],
    weak_rows: Sequence[Row],
    equations: Sequence[Row],
    vanishing: Sequence[int],
    relations: Sequence[Farkas],
) -> Farkas:
    """Complete a relation modulo the equations and the vanishing weak rows to one of all rows.

    The vanishing rows may get negative coefficients; adding the earlier relations, each positive on the rows it
    made vanish, makes them non-negative again.
    """
    rows = [*strict_rows, *weak_rows]
    fixed = [*equations, *(weak_rows[i] for i in vanishing)]
    rest = [-sum(entry * rows[i][k] for i, entry in found.items() if entry) for k in range(len(rows[0]))]
    completion = solve(list(zip(*fixed, strict=True)), rest) if any(rest) else (0,) * len(fixed)
    assert completion is not None, "the relation holds modulo the span of the fixed rows"
    whole: list[Fraction] = [Fraction(0)] * (len(rows) + len(equations))
    for i, entry in found.items():
        whole[i] += entry
    places = [*range(len(rows), len(whole)), *(len(strict_rows) + i for i in vanishing)]
    for i, value in zip(places, completion, strict=True):
        whole[i] += value
    for relation in relations:
        full = (*relation.multipliers, *relation.weak_multipliers, *relation.equation_multipliers)
        weak = range(len(strict_rows), len(rows))
        need = max((-whole[i] / full[i] for i in weak if full[i] and whole[i] < 0), default=Fraction(0))
        whole = [a + need * b for a, b in zip(whole, full, strict=True)]
    integers = primitive(whole)
    s, w = len(strict_rows), len(rows)
    return Farkas(integers[:s], integers[s:w], integers[w:])
