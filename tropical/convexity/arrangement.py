"""Arrangements of tropical hyperplanes: sectors, cells, and sign vectors of one-signed cells."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, VectorLike, as_vector
from polytopes.errors import InputError, ShapeError
from tropical.convexity.polytope import TropicalPolytope


@frozen
class HyperplaneArrangement:
    """Max-hyperplanes ``{x : max_k (x_k - w_ik) is attained twice}`` with the rows of a matrix as apices.

    The sectors of x are the covector of -x for the negative apices, so that the cells of ``negative``, a max-polytope,
    are those of the arrangement turned around. Its bounded cells make up the min-polytope of the apices.

    >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
    >>> lines.f_vector, lines.covector([0, 0, 0])
    ((6, 15, 10), ((0, 1, 2), (2,), (1,)))
    """

    negative: TropicalPolytope

    @classmethod
    def of(cls, apices: MatrixLike) -> HyperplaneArrangement:
        """Return the arrangement with these apices."""
        return cls(TropicalPolytope.of([[-entry for entry in as_vector(row)] for row in apices]))

    def covector(self, point: VectorLike) -> tuple[tuple[int, ...], ...]:
        """Return for every hyperplane the closed sectors that contain a point."""
        return self.negative.covector([-x for x in as_vector(point)])

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells by dimension."""
        return self.negative.torus_f_vector

    def sign_vectors(self, signs: Sequence[Sequence[int]]) -> set[tuple[int, ...]]:
        """Return the sign vectors of all cells: of a hyperplane 1 or -1 if all sectors of the cell have it, else 0.

        Args:
            signs: 1 or -1 for every hyperplane and every coordinate.
        """
        if [len(row) for row in signs] != [len(row) for row in self.negative.points]:
            raise ShapeError("give a sign for every hyperplane and every coordinate")
        if not all(sign in (1, -1) for row in signs for sign in row):
            raise InputError("signs are 1 or -1")
        return {
            tuple(_common({row[k] for k in part}) for row, part in zip(signs, graph, strict=True))
            for dim in range(self.negative.n_columns)
            for graph in self.negative.covectors(dim)
        }


def _common(signs: set[int]) -> int:
    return next(iter(signs)) if len(signs) == 1 else 0
