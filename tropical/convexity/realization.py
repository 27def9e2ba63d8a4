"""Realization of tropical oriented matroids: a matrix with given types, or a proof that there is none.

The types of a matrix V are the covectors of all points. The connected ones are those of the pseudovertices, and all
others are refinements of them, so that V is looked for by its connected types alone. Let T be one. For a row i and a
column k follow edges of T from i to k: ``(i, k_1), (i_1, k_1), (i_1, k_2), ..., (i_m, k)``. T is the covector of a
point iff v_ik is the alternating sum ``v_(i k_1) - v_(i_1 k_1) + ... + v_(i_m k)`` for all edges of T, and less than it
for all other i and k. These are linear conditions on V.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.rationals import Matrix, Row, exact_text
from polytopes.errors import ShapeError, UnsupportedError, VerificationFailed
from polytopes.messages import exact_repr
from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from tropical.convexity.covectors import Covector, columns, n_components, refinements
from tropical.convexity.polytope import TropicalPolytope
from tropical.convexity.pseudovertices import MOST_COLUMNS
from tropical.fans.activation.axioms import OF_ARRANGEMENTS, Violation, first_violation
from tropical.fans.activation.patterns import ActivationPattern

Edge = tuple[int, int]
"""A row and a column."""
Type = Sequence[Iterable[int]]


@frozen
class Condition:
    """What a connected type asks of an entry: to be the alternating sum along a path of the type, or to be less.

    ``factor`` is a multiplier of ``(the alternating sum) - v_ik``, which is 0 or positive.
    """

    cell: Covector
    entry: Edge
    path: tuple[Edge, ...]
    factor: int = 1

    @property
    def is_strict(self) -> bool:
        """Whether the entry has to be less than the sum: whether it is no edge of the type."""
        i, k = self.entry
        return not self.cell[i] >> k & 1

    def holds_path(self) -> bool:
        """Whether the path leads along edges of the type from the row of the entry to its column."""
        joined = all(a[1 - m % 2] == b[1 - m % 2] for m, (a, b) in enumerate(pairwise(self.path)))
        ends = len(self.path) % 2 == 1 and (self.path[0][0], self.path[-1][1]) == self.entry
        return joined and ends and all(self.cell[i] >> k & 1 for i, k in self.path)

    def signed_entries(self) -> list[tuple[Edge, int]]:
        """Return the entries of V in the condition with their coefficients."""
        return [(self.entry, -1), *((edge, 1 - 2 * (m % 2)) for m, edge in enumerate(self.path))]

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is written in documents."""
        cell = list(map(list, map(columns, self.cell)))
        return {"cell": cell, "entry": list(self.entry), "path": list(map(list, self.path)), "factor": self.factor}


@frozen
class Realised:
    """A matrix with the given types. It is true."""

    matrix: Matrix = field(repr=exact_repr)

    def __bool__(self) -> bool:
        return True

    def check(self, types: Iterable[Type]) -> bool:
        """Verify that the covectors of the matrix are the given types, by listing its cells."""
        return _are_types_of(self.matrix, set(_covectors(types, len(self.matrix[0]))), len(self.matrix[0]))

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as it is written in documents."""
        return {"realised": True, "matrix": [list(map(exact_text, row)) for row in self.matrix], "proof": None}


@frozen
class Unrealisable:
    """A proof that no matrix has the given types, which satisfy the axioms: conditions whose sum is 0. It is false."""

    proof: tuple[Condition, ...]

    def __bool__(self) -> bool:
        return False

    def check(self, types: Iterable[Type]) -> bool:
        """Verify that the conditions are those of given types, that they cancel, and that one of them is strict."""
        given = set(_covectors(types, 0))
        total: dict[Edge, int] = {}
        for one in self.proof:
            if one.cell not in given or not one.holds_path() or (one.factor <= 0 and one.is_strict):
                return False
            for edge, sign in one.signed_entries():
                total[edge] = total.get(edge, 0) + sign * one.factor
        return any(one.is_strict for one in self.proof) and not any(total.values())

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as it is written in documents."""
        return {"realised": False, "matrix": None, "proof": [one.as_dict() for one in self.proof]}


@frozen
class NotMatroid:
    """The first violation of the axioms of a tropical oriented matroid by the given types. It is false."""

    violation: Violation

    def __bool__(self) -> bool:
        return False

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as it is written in documents; the violation stands in an entry of its own."""
        return {"realised": False, "matrix": None, "proof": None}


def realise(types: Iterable[Type], n_columns: int | None = None) -> Realised | Unrealisable | NotMatroid:
    """Return a matrix whose types are the given ones, or a proof that there is none, or a violated axiom.

    Args:
        types: all types, each a nonempty set of columns for every row; or, if all of them are connected as graphs on
            rows and columns, those of the pseudovertices, of which all others are refinements.
        n_columns: the number of columns; one more than the largest that occurs if None.

    Raises:
        ShapeError: if there is no type, or they differ in length.
        InputError: if a set is empty, or a column is out of range.
        UnsupportedError: if they have a matrix, or are all connected, and have more than 20 columns.
        VerificationFailed: if the answer is wrong, by an error of this program.

    Algorithm:
        Linear conditions on the entries for all connected types, decided with a certificate. What is found is checked
        by listing the cells of the matrix; a proof by adding up its conditions. Types that are realised satisfy the
        axioms; only for others the axioms are checked.

    Source: F. Ardila, M. Develin, Tropical hyperplane arrangements and oriented matroids, arXiv 0706.2920, for types
        and axioms.

    >>> found = realise([[[0, 1], [1]], [[0], [0, 1]]])
    >>> [list(map(int, row)) for row in found.matrix], found.check([[[0, 1], [1]], [[0], [0, 1]]])
    ([[0, 0], [0, 1]], True)
    >>> realise([[[0], [0]], [[1], [1]]]).violation.axiom
    'elimination'
    """
    given = [tuple(tuple(part) for part in one) for one in types]
    width = _width(given) if n_columns is None else n_columns
    members = set(_covectors(given, width))
    cells = sorted(graph for graph in members if n_components(graph, width) == 1)
    answer = _conditions_met(cells, width) if cells else None
    if isinstance(answer, Realised) and _are_types_of(answer.matrix, members, width):
        return answer
    whole = members
    if len(cells) == len(members):
        if width > MOST_COLUMNS:
            raise UnsupportedError(f"connected types are refined for up to {MOST_COLUMNS} columns, these have {width}")
        whole = refinements(members, width)
    violation = first_violation((ActivationPattern.from_masks(masks, width) for masks in whole), OF_ARRANGEMENTS)
    if violation is not None:
        return NotMatroid(violation)
    if not isinstance(answer, Unrealisable) or not answer.check(given):
        raise VerificationFailed("types that satisfy the axioms are neither realised nor refuted; please report this")
    return answer


def _width(types: Sequence[Sequence[Sequence[int]]]) -> int:
    return 1 + max((k for one in types for part in one for k in part), default=0)


def _covectors(types: Iterable[Type], n_columns: int) -> list[Covector]:
    """Return types by bits; any columns are allowed if their number is 0."""
    found = []
    for one in types:
        parts = [tuple(part) for part in one]
        found.append(ActivationPattern.of(parts, n_columns or _width([parts])).masks)
    if not found or len(set(map(len, found))) != 1 or not found[0]:
        raise ShapeError("give types of one length, at least one of them, with at least one row")
    return found


def _are_types_of(matrix: Matrix, members: set[Covector], n_columns: int) -> bool:
    """Whether the types of a matrix are the given ones; if all of these are connected, only such are compared."""
    found = TropicalPolytope.of(matrix).decomposition
    if all(n_components(graph, n_columns) == 1 for graph in members):
        return {graph for _, graph in found.pseudovertices} == members
    return {graph for graphs in found.cells for graph in graphs} == members


def _conditions_met(cells: Sequence[Covector], n_columns: int) -> Realised | Unrealisable:
    """Return a matrix that meets the conditions of all connected types, or some of them that contradict each other."""
    n_rows = len(cells[0])
    strict: dict[Row, Condition] = {}
    equal: dict[Row, Condition] = {}
    for cell in cells:
        for condition in conditions(cell, n_columns):
            (strict if condition.is_strict else equal).setdefault(_row(condition, n_rows, n_columns), condition)
    if not strict:
        return Realised(((Fraction(0),) * n_columns,) * n_rows)
    # Conditions do not change when a constant is added to a row or a column: the first ones are 0.
    answer = strictly_feasible(list(strict), equations=list(equal))
    if isinstance(answer, StrictPoint):
        entries = list(map(Fraction, answer.point))
        rest = [tuple(entries[i : i + n_columns - 1]) for i in range(0, len(entries), max(n_columns - 1, 1))]
        zero = Fraction(0)
        return Realised(((zero,) * n_columns, *((zero, *row) for row in rest)))
    weighted = [
        *zip(strict.values(), answer.multipliers, strict=True),
        *zip(equal.values(), answer.equation_multipliers or (0,) * len(equal), strict=True),
    ]
    return Unrealisable(tuple(Condition(c.cell, c.entry, c.path, factor) for c, factor in weighted if factor))


def conditions(cell: Covector, n_columns: int) -> list[Condition]:
    """Return what a connected type asks of the entries, but for those of a spanning tree of its edges."""
    found, tree = [], _spanning_tree(cell)
    for i, part in enumerate(cell):
        paths = _paths(tree, i)
        asked = (k for k in range(n_columns) if len(paths[k]) > 1 or not part >> k & 1)
        found += [Condition(cell, (i, k), paths[k]) for k in asked]
    return found


def _paths(tree: Covector, start: int) -> dict[int, tuple[Edge, ...]]:
    """Return paths from a row to all columns, along the edges of a spanning tree."""
    found: dict[int, tuple[Edge, ...]] = {}
    reached: dict[int, tuple[Edge, ...]] = {start: ()}
    waiting = [start]
    while waiting:
        i = waiting.pop()
        for k in columns(tree[i]):
            if k not in found:
                found[k] = (*reached[i], (i, k))
                for j, part in enumerate(tree):
                    if part >> k & 1 and j not in reached:
                        reached[j] = (*found[k], (j, k))
                        waiting.append(j)
    return found


def _spanning_tree(cell: Covector) -> Covector:
    """Return a connected graph without the edges that close a cycle with others, found from the first row on."""
    kept, seen, rows, waiting = [0] * len(cell), 0, {0}, [0]
    while waiting:
        i = waiting.pop()
        for k in columns(cell[i] & ~seen):
            kept[i], seen = kept[i] | 1 << k, seen | 1 << k
            for j, part in enumerate(cell):
                if part >> k & 1 and j not in rows:
                    kept[j] |= 1 << k
                    rows.add(j)
                    waiting.append(j)
    return tuple(kept)


def _row(condition: Condition, n_rows: int, n_columns: int) -> Row:
    """Return the coefficients of a condition in the entries that are in neither the first row nor the first column."""
    found = [0] * ((n_rows - 1) * (n_columns - 1))
    for (i, k), sign in condition.signed_entries():
        if i and k:
            found[(i - 1) * (n_columns - 1) + k - 1] += sign
    return tuple(found)
