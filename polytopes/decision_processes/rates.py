"""The rates at which Fisher-Rao gradient flows of linear programs converge, exactly, for any polytope.

Let c.mu be maximized over a polytope P of probability vectors, with optimal face F*. The flow
``d/dt log mu = c - A^T lambda`` is the entropic central path ``mu_t = argmax c.mu - D(mu, mu_0)/t``, and approaches F*
at the exponential rate Delta: the least quotient of the gap c.mu* - c.mu and the distance ``|mu* - mu|`` in total
variation, half the l1 norm, over all edges of P with one end mu* in F* and the other end mu outside. The least
gap on the same edges, delta <= Delta, is an older rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row, Vector, VectorLike, as_vector, dot, exact_text
from polytopes.errors import DomainError, InputError, NoAnswerError, VerificationFailed
from polytopes.optimization.certificates import Optimal
from polytopes.optimization.linear_program import maximize
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron


@frozen
class Edge:
    """An edge that leaves the optimal face: its end in it, the other end, the loss of value and the length."""

    optimum: Vector
    other: Vector
    gap: Fraction
    length: Fraction

    @property
    def slope(self) -> Fraction:
        """The gap for each unit of total variation."""
        return self.gap / self.length

    def as_dict(self) -> dict[str, object]:
        """Return the edge as it is written in documents."""
        ends = {"from": list(map(exact_text, self.optimum)), "to": list(map(exact_text, self.other))}
        return {**ends, "gap": exact_text(self.gap), "length": exact_text(self.length)}


@frozen
class LPRates:
    """The rates of a linear program: Delta (``delta_tv``), delta (``delta_gap``), and the edges they come from.

    Both are None if every point is optimal: no edge leaves the optimal face, and there is no rate.
    """

    optimum: Fraction
    optimal_face: Polyhedron
    edges: tuple[Edge, ...]

    @property
    def slowest_edge(self) -> Edge | None:
        """The first edge of least slope."""
        return min(self.edges, key=lambda edge: edge.slope, default=None)

    @property
    def delta_tv(self) -> Fraction | None:
        """Delta: the least gap for each unit of total variation over the edges that leave the optimal face."""
        return min((edge.slope for edge in self.edges), default=None)

    @property
    def delta_gap(self) -> Fraction | None:
        """delta: the least gap over the edges that leave the optimal face."""
        return min((edge.gap for edge in self.edges), default=None)

    def as_dict(self) -> dict[str, object]:
        """Return the rates as they are written in documents."""
        slowest, corners = self.slowest_edge, self.optimal_face.vertices
        return {
            "optimum": exact_text(self.optimum),
            "optimal_vertices": [list(map(exact_text, vertex)) for vertex in corners],
            "optimal_face_dim": self.optimal_face.dim,
            "Delta": _text(self.delta_tv),
            "delta": _text(self.delta_gap),
            "outgoing_edges": len(self.edges),
            "slowest": None if slowest is None else slowest.as_dict(),
        }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)


def lp_rates(polytope: Polyhedron, objective: VectorLike) -> LPRates:
    """Return the rates at which the gradient flow of ``objective`` on a polytope converges to the optimal face.

    Args:
        polytope: a polytope in Q^N that is not empty; of probability vectors, for the flow to be one of them.
        objective: N rationals c; c.mu is maximized.

    Raises:
        DomainError: if the polytope is empty.
        NoAnswerError: if it is unbounded.
        VerificationFailed: if an edge is none, by an error of this program.

    Algorithm:
        The optimum has a dual certificate. The edges at a vertex of the optimal face are the extreme rays of the cone
        of the rows that are tight there, each followed to the nearest row that stops it, so that vertices elsewhere are
        not listed. Each end is looked up in the polytope again, and the rows tight on an edge have rank N - 1.

    Source: Mueller, Cayci, Montufar, arXiv 2403.19448, Theorems 3.2 and 3.13.

    >>> simplex = Polyhedron.from_rows([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)], [(1, -1, -1, -1)])
    >>> found = lp_rates(simplex, [3, 1, 2])
    >>> found.optimum, found.delta_tv, found.delta_gap
    (Fraction(3, 1), Fraction(1, 1), Fraction(1, 1))
    """
    costs = as_vector(objective, polytope.ambient_dim)
    if polytope.is_empty:
        raise DomainError("the polyhedron is empty; give one with a point")
    if not polytope.is_bounded:
        raise NoAnswerError("the polyhedron is unbounded; rates are those of polytopes")
    answer = maximize(costs, polytope.inequalities, polytope.equations, polytope.ambient_dim)
    assert isinstance(answer, Optimal)
    optimal = polytope & Polyhedron.from_rows([], [(-answer.value, *costs)])
    edges = [edge for vertex in optimal.vertices for edge in _leaving(polytope, costs, vertex)]
    for edge in edges:
        _verify(polytope, edge)
    return LPRates(answer.value, optimal, tuple(edges))


def _leaving(polytope: Polyhedron, costs: Vector, vertex: Vector) -> Iterator[Edge]:
    """Yield the edges at an optimal vertex along which the objective falls."""
    point = (Fraction(1), *vertex)
    slack = [(row, dot(row, point)) for row in polytope.inequalities]
    tight = [row[1:] for row, value in slack if not value]
    for ray in Cone.from_rows(tight, [row[1:] for row in polytope.equations], polytope.ambient_dim).rays:
        fall = -dot(costs, ray)
        if fall > 0:
            step = min(value / -dot(row[1:], ray) for row, value in slack if value and dot(row[1:], ray) < 0)
            other = tuple(a + step * r for a, r in zip(vertex, ray, strict=True))
            yield Edge(vertex, other, fall * step, total_variation(vertex, other))


def total_variation(left: Vector, right: Vector) -> Fraction:
    """Return half the l1 norm of the difference.

    >>> total_variation((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    Fraction(1, 1)
    """
    return sum((abs(a - b) for a, b in zip(left, right, strict=True)), Fraction(0)) / 2


def _verify(polytope: Polyhedron, edge: Edge) -> None:
    ends = (Fraction(1), *edge.optimum), (Fraction(1), *edge.other)
    common = [row for row in polytope.inequalities if not any(dot(row, end) for end in ends)]
    rows: list[Row] = [*common, *polytope.equations]
    inside = edge.optimum in polytope and edge.other in polytope
    if not inside or edge.length <= 0 or rank([row[1:] for row in rows]) != polytope.ambient_dim - 1:
        raise VerificationFailed("an edge that was found is no edge of the polytope; please report this")


def transportation_polytope(row_sums: VectorLike, column_sums: VectorLike) -> Polyhedron:
    """Return the nonnegative matrices with given sums of rows and columns, row by row.

    Args:
        row_sums, column_sums: rationals >= 0 with one total.

    Raises:
        InputError: if a sum is negative, or the totals differ.

    >>> transportation_polytope(["1/2", "1/2"], ["1/2", "1/2"]).n_vertices
    2
    """
    rows, columns = as_vector(row_sums), as_vector(column_sums)
    if not rows or not columns or min(*rows, *columns, Fraction(0)) < 0 or sum(rows) != sum(columns):
        raise InputError("sums of rows and columns must be numbers >= 0 with the same total")
    places = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    units = [(0, *(int(place == other) for other in places)) for place in places]
    equations = [(-total, *(int(i == k) for i, _ in places)) for k, total in enumerate(rows)]
    equations += [(-total, *(int(j == k) for _, j in places)) for k, total in enumerate(columns)]
    return Polyhedron.from_rows(units, equations, ambient_dim=len(places))
