"""Regular triangulations up to symmetry: the walk along flips, with one triangulation of each class.

A permutation of the points that comes from an affine map, or from any symmetry of all affine dependences, takes regular
triangulations to regular ones and flips to flips. So the classes are connected by flips of one member of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from attrs import frozen

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Matrix, MatrixLike, as_matrix
from polytopes.complexes.regular_subdivision import Cell
from polytopes.complexes.secondary_fan import FlipWalk, SecondaryCone
from polytopes.errors import InputError, LimitReached
from polytopes.polyhedra.incidence import bits

Permutation = Sequence[int]
Cells = tuple[Cell, ...]


@frozen(eq=False)
class TriangulationClass:
    """A regular triangulation with its secondary cone, and the number of those that are its images."""

    representative: SecondaryCone
    size: int


def triangulation_classes(
    points: MatrixLike, symmetries: Sequence[Permutation], limit: int | None = None
) -> Iterator[TriangulationClass]:
    """Yield one regular triangulation of each class under the group that some permutations of the points generate.

    Args:
        points: n x d rationals.
        symmetries: permutations, each by the images of the points 0, ..., n - 1.
        limit: stop when there are more classes than this.

    Raises:
        ShapeError: if there is no point, or lengths differ.
        InputError: if a symmetry is no permutation of the points, or changes their affine dependences.
        LimitReached: beyond the limit.

    Algorithm:
        The representative is the image whose cells, as bit sets in order, come first. Its neighbors across the walls of
        its secondary cone are replaced by their representatives.

    >>> square = [(0, 0), (1, 0), (0, 1), (1, 1)]
    >>> [(one.representative.maximal_cells, one.size) for one in triangulation_classes(square, [(1, 3, 0, 2)])]
    [(((0, 1, 2), (1, 2, 3)), 2)]
    """
    table = as_matrix(points)
    walk = FlipWalk(table)
    group = _Group(table, symmetries)
    first, _ = group.canonical(walk.start)
    waiting, seen = [first], {first}
    while waiting:
        found = walk.cone_of(waiting.pop())
        yield TriangulationClass(found, group.canonical(found.maximal_cells)[1])
        for cells in found.neighbors:
            least, _ = group.canonical(cells)
            if least not in seen:
                seen.add(least)
                if limit is not None and len(seen) > limit:
                    raise LimitReached(f"more than {limit} classes of triangulations; raise the limit", len(seen))
                waiting.append(least)


def simplex_product(n: int, d: int) -> list[tuple[int, ...]]:
    """Return the vertices ``(e_i, f_k)`` of a product of simplices, row by row, without the coordinates of e_0, f_0.

    >>> simplex_product(2, 2)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    pairs = product(range(n), range(d))
    return [(*(int(i == m) for m in range(1, n)), *(int(k == m) for m in range(1, d))) for i, k in pairs]


def simplex_product_symmetries(n: int, d: int, exchange: bool = False) -> list[Permutation]:
    """Return generators of the permutations of rows and of columns, as permutations of :func:`simplex_product`.

    Args:
        n, d: numbers of vertices of the simplices.
        exchange: also exchange the simplices, if n = d.

    Raises:
        InputError: if simplices of different dimensions are to be exchanged.

    >>> simplex_product_symmetries(2, 2, exchange=True)
    [(2, 3, 0, 1), (1, 0, 3, 2), (0, 2, 1, 3)]
    """
    if exchange and n != d:
        raise InputError(f"simplices with {n} and {d} vertices cannot be exchanged")
    pairs = list(product(range(n), range(d)))
    rows = [[(_swapped(i, m), k) for i, k in pairs] for m in range(n - 1)]
    columns = [[(i, _swapped(k, m)) for i, k in pairs] for m in range(d - 1)]
    turned = [[(k, i) for i, k in pairs]] if exchange else []
    return [tuple(i * d + k for i, k in images) for images in (*rows, *columns, *turned)]


def _swapped(i: int, m: int) -> int:
    return {m: m + 1, m + 1: m}.get(i, i)


class _Group:
    """The group that permutations of points generate, by the bit of the image of every point."""

    def __init__(self, points: Matrix, generators: Sequence[Permutation]) -> None:
        n = len(points)
        rows = list(zip(*((1, *point) for point in points), strict=True))
        for own in generators:
            if sorted(own) != list(range(n)):
                raise InputError(f"{tuple(own)} is no permutation of the {n} points")
            if rank([*rows, *([row[image] for image in own] for row in rows)]) != rank(rows):
                raise InputError(f"{tuple(own)} does not keep the affine dependences of the points")
        members = _generated([tuple(own) for own in generators], n)
        dtype = np.int64 if n < 63 else object
        self._bits = np.array([[1 << image for image in own] for own in members], dtype=dtype)

    def canonical(self, cells: Cells) -> tuple[Cells, int]:
        """Return the least image of a triangulation, and the number of its images."""
        images = self._bits[:, np.array(cells)].sum(axis=2)
        images.sort(axis=1)
        rows = set(map(tuple, images.tolist()))
        return tuple(sorted(tuple(bits(code)) for code in min(rows))), len(rows)


def _generated(generators: Sequence[tuple[int, ...]], n: int) -> list[tuple[int, ...]]:
    """Return all products of permutations."""
    identity = tuple(range(n))
    members, waiting = {identity}, [identity]
    while waiting:
        own = waiting.pop()
        for generator in generators:
            image = tuple(generator[i] for i in own)
            if image not in members:
                members.add(image)
                waiting.append(image)
    return sorted(members)
