"""Secondary fans: all regular triangulations of a point configuration, by flips.

The heights that induce one regular subdivision, or a coarser one, form its secondary cone. These cones are a complete
fan, whose maximal cones belong to the regular triangulations (Gelfand, Kapranov, Zelevinsky 1990; De Loera, Rambau,
Santos, Triangulations, 2010, chapter 5). Across a wall the triangulation changes by a flip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from random import Random

from attrs import field, frozen

from polytopes.arithmetic.linalg import kernel
from polytopes.arithmetic.rationals import MatrixLike, Row, as_matrix, dot
from polytopes.complexes.fan import Fan
from polytopes.complexes.regular_subdivision import Cell, RegularSubdivision, regular_subdivision
from polytopes.errors import LimitReached, VerificationFailed
from polytopes.messages import exact_repr
from polytopes.polyhedra.cone import Cone


@frozen(eq=False)
class SecondaryCone:
    """A regular triangulation and its maximal cells, heights that induce it, and the closed cone of all such heights.

    ``neighbors`` are the maximal cells of the triangulations across the walls of the cone, in the order of its
    inequalities.
    """

    maximal_cells: tuple[Cell, ...]
    triangulation: RegularSubdivision
    cone: Cone = field(repr=exact_repr)
    neighbors: tuple[tuple[Cell, ...], ...] = field(repr=False)


def secondary_cones(points: MatrixLike, limit: int | None = None) -> Iterator[SecondaryCone]:
    """Yield the maximal cones of the secondary fan of points in Q^d, one for each regular triangulation.

    Args:
        points: n x d rationals, at least one; repeated ones are told apart. Not all need be used by a triangulation.
        limit: stop when there are more triangulations than this.

    Raises:
        ShapeError: if there is no point, or lengths differ.
        LimitReached: beyond the limit.

    >>> pentagon = [(0, 0), (2, 0), (3, 2), (1, 3), (-1, 2)]
    >>> [len(cone.maximal_cells) for cone in secondary_cones(pentagon)]
    [3, 3, 3, 3, 3]
    """
    walk = FlipWalk(points)
    waiting = [walk.start]
    seen = {walk.start}
    while waiting:
        found = walk.cone_of(waiting.pop())
        yield found
        for cells in found.neighbors:
            if cells not in seen:
                seen.add(cells)
                if limit is not None and len(seen) > limit:
                    raise LimitReached(f"more than {limit} regular triangulations; raise the limit", len(seen))
                waiting.append(cells)


class FlipWalk:
    """Regular triangulations of points: one to start from, and what is known of each that flips lead to."""

    def __init__(self, points: MatrixLike) -> None:
        self._first, self._folds = _start(points), _Folds(points)

    @property
    def start(self) -> tuple[Cell, ...]:
        """The maximal cells of a regular triangulation."""
        return self._first.maximal_cells

    def cone_of(self, cells: tuple[Cell, ...]) -> SecondaryCone:
        """Return the secondary cone of a regular triangulation, with its neighbors.

        Raises:
            VerificationFailed: if the triangulation is not regular.
        """
        cone, heights = _cone_of(self._folds.rows(cells), self._first.n_points)
        beyond = tuple(flipped(cells, row) for row in cone.inequalities)
        induced = regular_subdivision(self._first.points, heights, self._first.ambient_dim)
        return SecondaryCone(cells, induced, cone, beyond)


class _Folds:
    """The inequalities of secondary cones, each the affine dependence of the d + 2 points of two neighboring simplices.

    A dependence is computed once for all triangulations in which it occurs.
    """

    def __init__(self, points: MatrixLike) -> None:
        self.points = as_matrix(points)
        self._dependences: dict[Cell, tuple[int, ...]] = {}

    def rows(self, cells: tuple[Cell, ...]) -> set[Row]:
        """Return rows that are all positive exactly at the heights that induce a triangulation with these cells.

        Algorithm:
            Heights that are concave across every interior ridge are concave (De Loera, Rambau, Santos, section 2.3);
            a point that no cell uses must be below the simplex in which it lies.
        """
        apexes: dict[Cell, list[int]] = {}
        for cell in cells:
            for k, apex in enumerate(cell):
                apexes.setdefault(cell[:k] + cell[k + 1 :], []).append(apex)
        found = {self.row((*ridge, pair[0]), pair[1]) for ridge, pair in apexes.items() if len(pair) == 2}
        for j in set(range(len(self.points))).difference(*cells):
            found.add(
                next(row for row in (self.row(cell, j) for cell in cells) if sum(entry < 0 for entry in row) == 1)
            )
        return found

    def row(self, cell: Iterable[int], other: int) -> Row:
        """Return the form in the heights that is positive if a point is below the simplex of a cell, continued."""
        union = tuple(sorted((*cell, other)))
        if union not in self._dependences:
            columns = [(1, *self.points[i]) for i in union]
            (self._dependences[union],) = kernel(list(zip(*columns, strict=True)), len(union))
        dependence = self._dependences[union]
        sign = -1 if dependence[union.index(other)] > 0 else 1
        row = [0] * len(self.points)
        for i, entry in zip(union, dependence, strict=True):
            row[i] = sign * entry
        return tuple(row)


def _cone_of(rows: set[Row], n_points: int) -> tuple[Cone, Row]:
    """Return the closed cone where rows are nonnegative, and heights at which they are positive.

    Raises:
        VerificationFailed: if there are none, so that the triangulation would not be regular.
    """
    cone = Cone.from_rows(rows, ambient_dim=n_points)
    heights = tuple(map(sum, zip(*cone.rays, strict=True))) or (0,) * n_points
    if any(dot(row, heights) <= 0 for row in rows):
        raise VerificationFailed("a flip across a wall of a secondary cone led to a triangulation that is not regular")
    return cone, heights


def flipped(cells: tuple[Cell, ...], row: Row) -> tuple[Cell, ...]:
    """Return the triangulation after the flip at a wall of the secondary cone of one.

    Args:
        cells: the maximal cells of a triangulation.
        row: the inequality of the wall on heights, at least 0 for those of the triangulation.

    Algorithm:
        The row is an affine dependence with minimal support Z. The triangulation has the faces Z less a point whose
        coefficient is negative, each with the same link, and they are exchanged for Z less one that is positive.

    >>> flipped(((0, 1, 2), (1, 2, 3)), (-1, 1, 1, -1))
    ((0, 1, 3), (0, 2, 3))
    """
    circuit = frozenset(i for i, entry in enumerate(row) if entry)
    lost = {cell: frozenset(cell) & circuit for cell in cells}
    removed = [cell for cell, part in lost.items() if len(part) == len(circuit) - 1 and row[min(circuit - part)] < 0]
    links = {frozenset(cell) - circuit for cell in removed}
    added = {tuple(sorted(link | circuit - {i})) for link in links for i in circuit if row[i] > 0}
    return tuple(sorted({*cells, *added} - set(removed)))


def _start(points: MatrixLike) -> RegularSubdivision:
    """Return a triangulation: random heights of growing length are generic sooner or later."""
    random = Random(0)
    for bits in count(8):
        found = regular_subdivision(points, [random.getrandbits(bits) for _ in range(len(tuple(points)))])
        if found.secondary_cone().is_full_dimensional:
            break
    return found


def secondary_fan(points: MatrixLike, limit: int | None = None) -> Fan:
    """Return the secondary fan of points; arguments and errors are those of :func:`secondary_cones`.

    Its lineality space consists of the restrictions of affine functions.

    >>> fan = secondary_fan([[0], [1], [2], [3]])
    >>> fan, fan.f_vector()
    (Fan in Q^4, 4 rays, 4 maximal cones, lineality of dimension 2, (4, 4))
    """
    table = tuple(tuple(point) for point in points)
    return Fan.from_cones([found.cone for found in secondary_cones(table, limit)], len(table))
