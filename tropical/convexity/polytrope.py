"""Polytropes: sets {x : x_j - x_k <= c_jk}, which are convex in the usual and in the tropical sense."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from polytopes.arithmetic.rationals import Matrix, MatrixLike, as_matrix
from polytopes.errors import DomainError, ShapeError
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.convexity.alcoved import alcoved_polyhedron
from tropical.convexity.polytope import TropicalPolytope


@frozen(slots=False)
class Polytrope:
    """A set ``{x : x_j - x_k <= c_jk}`` modulo (1, ..., 1), with the least possible bounds c.

    >>> hexagon = Polytrope.of([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    >>> hexagon.dim, hexagon.polyhedron.n_vertices, len(hexagon.tropical_polytope.extreme_points)
    (2, 6, 3)
    """

    bounds: Matrix

    @classmethod
    def of(cls, bounds: MatrixLike) -> Polytrope:
        """Return the polytrope with these bounds; they are replaced by the least ones, the lengths of shortest paths.

        Raises:
            ShapeError: if the matrix is not square, or empty.
            DomainError: if the set is empty: if the bounds around a cycle, which is named, have a negative sum.
        """
        rows = [list(row) for row in as_matrix(bounds)]
        n = len(rows)
        if not n or any(len(row) != n for row in rows):
            raise ShapeError("bounds of differences make up a square matrix")
        after = [[k for k in range(n)] for _ in range(n)]
        for m in range(n):
            for j in range(n):
                for k in range(n):
                    if rows[j][m] + rows[m][k] < rows[j][k]:
                        rows[j][k], after[j][k] = rows[j][m] + rows[m][k], after[j][m]
                        if j == k:
                            raise DomainError(
                                f"no point: the bounds around the cycle {_cycle(after, j)} have a negative sum"
                            )
        for j in range(n):
            rows[j][j] *= 0
        return cls(tuple(map(tuple, rows)))

    @property
    def dim(self) -> int:
        """The dimension: one less than the number of classes of coordinates whose differences are fixed."""
        n = range(len(self.bounds))
        return len([j for j in n if all(self.bounds[j][k] + self.bounds[k][j] for k in range(j))]) - 1

    @cached_property
    def tropical_polytope(self) -> TropicalPolytope:
        """The set as a tropical hull: of the rows of -c."""
        return TropicalPolytope.of([[-bound for bound in row] for row in self.bounds])

    @cached_property
    def polyhedron(self) -> Polyhedron:
        """The part with first coordinate 0, in the other coordinates."""
        return alcoved_polyhedron(self.bounds)


def _cycle(after: list[list[int]], start: int) -> list[int]:
    """Return a cycle on the paths of which the bounds are the lengths."""
    path, node = [start], after[start][start]
    while node not in path:
        path.append(node)
        node = after[node][start]
    return path[path.index(node) :]
