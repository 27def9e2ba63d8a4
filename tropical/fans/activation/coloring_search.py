"""Whether forms exist that give points their colors: floats guess, a certified bound or integers decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from polytopes.arithmetic.rationals import Row
from polytopes.optimization.certificates import Farkas
from polytopes.optimization.feasibility import positive_relation, strictly_feasible
from tropical.fans.activation.float_coordinates import Frame
from tropical.fans.activation.kernels import CANCELS, CERTAIN, decide
from tropical.fans.activation.parameters import Parameter, from_pivots, reduced_arc_row
from tropical.fans.data_set import DataSet

Arc = tuple[int, ...]
"""A condition sign (theta_i - theta_j) . q_p > 0 as (p, i, j, sign)."""
MOST_KEPT = 1 << 18
"""Cancellations that are remembered."""


class Search:
    """Decides colorings of the distinct points of one data set, one after the other; holds the workspace.

    After a refusal the vectors of ``arcs`` times ``multipliers`` cancel, those of an arc being (e_i - e_j) (x) q_p with
    the primitive integer row q_p of the point; the multipliers are not negative.
    """

    def __init__(self, data: DataSet) -> None:
        self.data = data
        self.frame = Frame.of(data)
        self._points = self.frame.floats
        rank = data.rank
        self._sizes = np.sqrt((self._points[:, :rank] ** 2).sum(axis=1))
        unit = self._points[:, :rank] / self._sizes[:, np.newaxis]
        self._dots = unit @ unit.T
        self._colors = np.zeros(len(data.rows), dtype=np.int64)
        self._exact: Parameter | None = None
        self._cancelling: dict[tuple[Arc, ...], Row | None] = {}
        self.arcs: list[Arc] = []
        self.multipliers: Row = ()
        self._grow(2)

    def _grow(self, n_terms: int) -> None:
        size = n_terms * self.data.rank + 2
        self._theta = np.zeros((n_terms, self.data.rank))
        self._arcs = np.zeros((size, 4), dtype=np.int64)
        self._weights, self._work = np.zeros((2, size)), np.zeros((size, size))

    def is_realized(self, colors: Sequence[int], n_terms: int, flip: int = -1, rival: int = -1) -> bool:
        """Return whether forms theta_0, ..., theta_{n-1} exist of which that of its color is largest at each point.

        Args:
            colors: terms of the first distinct points, as many as given.
            n_terms: n.
            flip, rival: if given, theta_rival must be the largest at point ``flip`` and that of its color second.
        """
        if n_terms > len(self._theta):
            self._grow(n_terms)
        n_points = len(colors)
        self._colors[:n_points] = colors
        self._exact = None
        status, size = decide(
            self._points, self._sizes, self._dots, self._colors, n_points, n_terms, flip, rival,
            self._theta, self._arcs, self._weights, self._work,
        )  # fmt: skip
        if status == CERTAIN:
            self._n_terms = n_terms
            return True
        if status == CANCELS:
            self.arcs = sorted(map(tuple, self._arcs[:size].tolist()))
            if self._cancel():
                return False
        return self._decide_exactly(n_points, n_terms, flip, rival)

    @property
    def parameter(self) -> Parameter:
        """The forms found last."""
        if self._exact is not None:
            return self._exact
        return self.frame.forms([list(map(int, row)) for row in self._theta[: self._n_terms].tolist()])

    def _cancel(self) -> bool:
        """Whether the arcs cancel with positive weights; answers are kept, since the same arcs come up often."""
        key = _up_to_names(self.arcs)
        if key not in self._cancelling:
            if len(self._cancelling) >= MOST_KEPT:
                self._cancelling.clear()
            self._cancelling[key] = positive_relation(self._vectors(self.arcs))
        found = self._cancelling[key]
        self.multipliers = found or ()
        return found is not None

    def _decide_exactly(self, n_points: int, n_terms: int, flip: int, rival: int) -> bool:
        arcs = self._all_arcs(n_points, n_terms, flip, rival)
        answer = strictly_feasible(self._vectors(arcs))
        if isinstance(answer, Farkas):
            self.arcs, self.multipliers = arcs, answer.multipliers
            return False
        self._exact = from_pivots(answer.point, self.data, n_terms)
        return True

    def _all_arcs(self, n_points: int, n_terms: int, flip: int, rival: int) -> list[Arc]:
        return [
            (p, i, j, -1 if (p, j) == (flip, rival) else 1)
            for p, i in enumerate(self._colors[:n_points].tolist())
            for j in range(n_terms)
            if j != i
        ]

    def _vectors(self, arcs: Sequence[Arc]) -> list[Row]:
        """Return the integer vectors of arcs, over the terms that occur in them."""
        place = {i: k for k, i in enumerate(sorted({i for arc in arcs for i in arc[1:3]}))}
        rows = self.data.pivot_rows
        found = []
        for p, i, j, sign in arcs:
            winner, loser = (i, j) if sign > 0 else (j, i)
            found.append(reduced_arc_row(rows[p], place[winner], place[loser], len(place)))
        return found


def _up_to_names(arcs: Sequence[Arc]) -> tuple[Arc, ...]:
    """Return arcs with terms numbered by first appearance.

    >>> _up_to_names([(3, 7, 2, 1), (5, 2, 7, 1)])
    ((3, 0, 1, 1), (5, 1, 0, 1))
    """
    names: dict[int, int] = {}
    return tuple((p, names.setdefault(i, len(names)), names.setdefault(j, len(names)), sign) for p, i, j, sign in arcs)
