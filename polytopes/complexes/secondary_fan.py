"""Secondary fans: all regular triangulations of a point configuration, by flips.

The heights that induce one regular subdivision, or a coarser one, form its secondary cone. These cones are a complete
fan, whose maximal cones belong to the regular triangulations (Gelfand, Kapranov, Zelevinsky 1990; De Loera, Rambau,
Santos, Triangulations, 2010, chapter 5). Across a wall the triangulation changes by a flip.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from random import Random

from attrs import field, frozen

from polytopes.arithmetic.rationals import MatrixLike, Row, dot
from polytopes.complexes.fan import Fan
from polytopes.complexes.regular_subdivision import Cell, RegularSubdivision, regular_subdivision
from polytopes.errors import LimitReached
from polytopes.messages import exact_repr
from polytopes.polyhedra.cone import Cone


@frozen(eq=False)
class SecondaryCone:
    """A regular triangulation, some heights that induce it, and the closed cone of all these heights.

    ``neighbors`` are the maximal cells of the triangulations across the walls of the cone, in the order of its
    inequalities.
    """

    triangulation: RegularSubdivision
    cone: Cone = field(repr=exact_repr)
    neighbors: tuple[tuple[Cell, ...], ...] = field(repr=False)

    @property
    def maximal_cells(self) -> tuple[Cell, ...]:
        """The maximal cells of the triangulation."""
        return self.triangulation.maximal_cells


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
    start = _start(points)
    waiting = [start]
    seen = {start.maximal_cells}
    while waiting:
        here = waiting.pop()
        cone = here.secondary_cone()
        beyond = {row: flipped(here.maximal_cells, row) for row in cone.inequalities}
        yield SecondaryCone(here, cone, tuple(beyond.values()))
        for row, cells in beyond.items():
            if cells not in seen:
                seen.add(cells)
                if limit is not None and len(seen) > limit:
                    raise LimitReached(f"more than {limit} regular triangulations; raise the limit", len(seen))
                waiting.append(_beyond(here, cone, row, cells))


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


def _beyond(here: RegularSubdivision, cone: Cone, row: Row, cells: tuple[Cell, ...]) -> RegularSubdivision:
    """Return the triangulation with these cells, across a wall.

    Near a point in the relative interior of the wall there are only the two cones that share it, so a short enough step
    out of the first one ends in the second.
    """
    on_wall = [ray for ray in cone.rays if not dot(row, ray)]
    point = [sum(entries) for entries in zip(*on_wall, strict=True)] or [0] * here.n_points
    for bits in count():
        heights = [Fraction(value) - Fraction(entry, 2**bits) for value, entry in zip(point, row, strict=True)]
        found = regular_subdivision(here.points, heights)
        if found.maximal_cells == cells:
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
