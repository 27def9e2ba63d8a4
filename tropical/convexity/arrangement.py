"""Arrangements of tropical hyperplanes: sectors, cells, sign vectors of cells and components of their signs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, VectorLike, as_vector
from polytopes.errors import InputError, ShapeError
from tropical.convexity.covectors import Covector, columns, refined
from tropical.convexity.polytope import TropicalPolytope, named

SIGNS: dict[int | str, bool] = {1: False, -1: True, "+": False, "-": True}
"""What may stand for a sign, and whether it is negative."""
Signs = Sequence[int | str] | Sequence[Sequence[int | str]]
"""Signs of all columns, for all hyperplanes or for each: 1 and -1, or "+" and "-"."""
SignVector = tuple[int, ...]
Cell = tuple[tuple[int, ...], ...]


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
        return HyperplaneArrangement(TropicalPolytope.of([[-entry for entry in as_vector(row)] for row in apices]))

    def covector(self, point: VectorLike) -> Cell:
        """Return for every hyperplane the closed sectors that contain a point."""
        return self.negative.covector([-x for x in as_vector(point)])

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells by dimension."""
        return self.negative.torus_f_vector

    def sign_vectors(self, signs: Signs) -> set[SignVector]:
        """Return the sign vectors of all cells: of a hyperplane 1 or -1 if all sectors of the cell have it, else 0.

        Args:
            signs: 1 or -1 for every hyperplane and every coordinate, or "+" or "-"; or one row, for all hyperplanes.

        >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
        >>> sorted(vector for vector in lines.sign_vectors("++-") if all(vector))
        [(-1, -1, -1), (-1, -1, 1), (1, -1, -1), (1, -1, 1), (1, 1, 1)]
        """
        negative = self._negative_columns(signs)
        return {_sign_vector(graph, negative) for graphs in self.negative.decomposition.cells for graph in graphs}

    def sign_components(self, signs: Signs) -> dict[SignVector, tuple[tuple[Cell, ...], ...]]:
        """Return for each sign vector without 0 the components of its region, each by the cells of full dimension.

        Cells are joined through walls that carry no 0. A sign vector may have several components, and they need not be
        convex.

        Args:
            signs: as for :meth:`sign_vectors`.

        >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
        >>> {vector: [len(cells) for cells in parts] for vector, parts in lines.sign_components("+++").items()}
        {(1, 1, 1): [10]}
        """
        negative = self._negative_columns(signs)
        found = self.negative.decomposition.cells
        graph = nx.Graph()
        graph.add_nodes_from(found[-1])
        if self.negative.n_columns > 1:
            graph.add_edges_from(_sides(wall) for wall in found[-2] if all(_sign_vector(wall, negative)))
        parts: dict[SignVector, list[tuple[Cell, ...]]] = {}
        for component in nx.connected_components(graph):
            cells = sorted(component)
            parts.setdefault(_sign_vector(cells[0], negative), []).append(tuple(map(named, cells)))
        return {vector: tuple(sorted(parts[vector])) for vector in sorted(parts, reverse=True)}

    def sign_walls(self, signs: Signs) -> tuple[Cell, ...]:
        """Return the cells of codimension 1 that carry a 0, where the sign of a hyperplane changes.

        Args:
            signs: as for :meth:`sign_vectors`.
        """
        negative, cells = self._negative_columns(signs), self.negative.decomposition.cells
        walls = cells[-2] if len(cells) > 1 else ()
        return tuple(named(wall) for wall in walls if not all(_sign_vector(wall, negative)))

    def _negative_columns(self, signs: Signs) -> Covector:
        """Return for every hyperplane the columns with the sign -1, as bits."""
        height, width = len(self.negative.points), self.negative.n_columns
        rows: Sequence[Any] = [signs] * height if len(signs) and all(map(_is_sign, signs)) else signs
        table = [list(row) if isinstance(row, Sequence) else [row] for row in rows]
        if [len(row) for row in table] != [width] * height:
            raise ShapeError("give a sign for every hyperplane and every coordinate, or one row of signs for all")
        if not all(map(_is_sign, chain(*table))):
            raise InputError("signs are 1 or -1, or '+' or '-'")
        return tuple(sum(SIGNS[sign] << k for k, sign in enumerate(row)) for row in table)


def _is_sign(given: object) -> bool:
    return isinstance(given, (int, str)) and given in SIGNS


def sign_text(vector: SignVector) -> str:
    """Return a sign vector as it is written.

    >>> sign_text((1, -1, 0))
    '+-0'
    """
    return "".join("0+-"[sign] for sign in vector)


def _sign_vector(graph: Covector, negative: Covector) -> SignVector:
    return tuple(1 if not part & own else 0 if part & ~own else -1 for part, own in zip(graph, negative, strict=True))


def _sides(wall: Covector) -> tuple[Covector, ...]:
    """Return the two cells beside a wall; the columns of its only tie are the same in all rows that have it."""
    tie = next(part for part in wall if part.bit_count() == 2)
    return tuple(refined(wall, 1 << k) for k in columns(tie))
