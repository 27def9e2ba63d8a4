"""Arrangements of tropical hyperplanes: sectors, cells, sign vectors of cells and components of their signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike, VectorLike
from polytopes.errors import InputError, ShapeError
from tropical.convexity.covectors import Covector, columns, refined
from tropical.convexity.decomposition import Progress
from tropical.convexity.point_hull import Graph, named
from tropical.convexity.polytope import TropicalPolytope

SIGNS: dict[int | str, bool] = {1: False, -1: True, "+": False, "-": True}
"""What may stand for a sign, and whether it is negative."""
Signs = Sequence[int | str] | Sequence[Sequence[int | str]]
"""Signs of all columns, for all hyperplanes or for each: 1 and -1, or "+" and "-"."""
SignVector = tuple[int, ...]


@frozen
class HyperplaneArrangement:
    """Max-hyperplanes ``{x : max_k (x_k - w_ik) is attained twice}`` with the rows of a matrix as apices.

    The closed sector k of one is where ``x_k - w_ik`` is greatest, that is ``w_ik - x_k`` least: the sectors of x are
    its covector for the *min*-polytope of the apices, which is the union of the bounded cells. So ``polytope`` is the
    hull of the apices in the other convention. By :meth:`min` the hyperplanes are those of minima, which divide the
    max-polytope of their apices.

    >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
    >>> lines.f_vector, lines.covector([0, 0, 0])
    ((6, 15, 10), ((0, 1, 2), (2,), (1,)))
    """

    polytope: TropicalPolytope

    @classmethod
    def of(
        cls, apices: MatrixLike, limit: int | None = None, progress: Progress | None = None
    ) -> HyperplaneArrangement:
        """Return the arrangement of max-hyperplanes; other arguments are those of ``TropicalPolytope.of``."""
        return HyperplaneArrangement(TropicalPolytope.min(apices, limit, progress))

    @classmethod
    def min(
        cls, apices: MatrixLike, limit: int | None = None, progress: Progress | None = None
    ) -> HyperplaneArrangement:
        """Return the arrangement of min-hyperplanes ``{x : min_k (x_k - w_ik) is attained twice}``.

        >>> HyperplaneArrangement.min([[0, 0, 0], [0, 1, 3]]).covector([0, 0, 2])
        ((0, 1), (1, 2))
        """
        return HyperplaneArrangement(TropicalPolytope.of(apices, limit, progress))

    def covector(self, point: VectorLike) -> Graph:
        """Return for every hyperplane the closed sectors that contain a point."""
        return self.polytope.covector(point)

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of cells by dimension."""
        return self.polytope.torus_f_vector

    def sign_vectors(self, signs: Signs) -> set[SignVector]:
        """Return the sign vectors of all cells: of a hyperplane 1 or -1 if all sectors of the cell have it, else 0.

        Args:
            signs: 1 or -1 for every hyperplane and every coordinate, or "+" or "-"; or one row, for all hyperplanes.

        >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
        >>> sorted(vector for vector in lines.sign_vectors("++-") if all(vector))
        [(-1, -1, -1), (-1, -1, 1), (1, -1, -1), (1, -1, 1), (1, 1, 1)]
        """
        negative = self._negative_columns(signs)
        return {_sign_vector(graph, negative) for graphs in self.polytope.decomposition.cells for graph in graphs}

    def signs_of(self, graphs: Iterable[Graph], signs: Signs) -> list[SignVector]:
        """Return the sign vectors of some cells, given by their sectors.

        Args:
            graphs: for each cell the sectors of every hyperplane that contain it.
            signs: as for :meth:`sign_vectors`.

        >>> HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3]]).signs_of([((1,), (1, 2)), ((0,), (0, 1))], "++-")
        [(1, 0), (1, 1)]
        """
        negative = self._negative_columns(signs)
        packed = (tuple(sum(1 << k for k in part) for part in graph) for graph in graphs)
        return [_sign_vector(graph, negative) for graph in packed]

    def sign_components(self, signs: Signs) -> dict[SignVector, tuple[tuple[Graph, ...], ...]]:
        """Return for each sign vector without 0 the components of its region, each by the cells of full dimension.

        Graphs are joined through walls that carry no 0. There is one component for each vector: the region is an
        intersection of open tropical half-spaces, so it is tropically convex. It need not be convex.

        Args:
            signs: as for :meth:`sign_vectors`.

        >>> lines = HyperplaneArrangement.of([[0, 0, 0], [0, -1, -3], [0, -4, -2]])
        >>> {vector: [len(cells) for cells in parts] for vector, parts in lines.sign_components("+++").items()}
        {(1, 1, 1): [10]}
        """
        negative = self._negative_columns(signs)
        found = self.polytope.decomposition.cells
        graph = nx.Graph()
        graph.add_nodes_from(found[-1])
        if self.polytope.n_columns > 1:
            graph.add_edges_from(_sides(wall) for wall in found[-2] if all(_sign_vector(wall, negative)))
        parts: dict[SignVector, list[tuple[Graph, ...]]] = {}
        for component in nx.connected_components(graph):
            cells = sorted(component)
            parts.setdefault(_sign_vector(cells[0], negative), []).append(tuple(map(named, cells)))
        return {vector: tuple(sorted(parts[vector])) for vector in sorted(parts, reverse=True)}

    def sign_walls(self, signs: Signs) -> tuple[Graph, ...]:
        """Return the cells of codimension 1 that carry a 0, where the sign of a hyperplane changes.

        Args:
            signs: as for :meth:`sign_vectors`.
        """
        negative, cells = self._negative_columns(signs), self.polytope.decomposition.cells
        walls = cells[-2] if len(cells) > 1 else ()
        return tuple(named(wall) for wall in walls if not all(_sign_vector(wall, negative)))

    def _negative_columns(self, signs: Signs) -> Covector:
        """Return for every hyperplane the columns with the sign -1, as bits."""
        height, width = len(self.polytope.points), self.polytope.n_columns
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
