"""Whether a pattern is that of some parameter: a parameter, or arcs whose vectors cancel (Farkas).

A pattern G is realized iff its *arcs* (p, i, j), i in G(p) and j any other term, can be satisfied together:
(theta_i - theta_j) . (1, p) = 0 if j is in G(p) and > 0 if not. If they cannot, positive multiples of some vectors
(e_i - e_j) (x) (1, p), at least one of them strict, add up to 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import field, frozen

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Row, exact_text
from polytopes.errors import ShapeError
from polytopes.messages import exact_repr
from polytopes.optimization.certificates import Farkas, StrictPoint
from polytopes.optimization.feasibility import strictly_feasible
from polytopes.polyhedra.cone import Cone
from tropical.fans.activation.parameters import Parameter, arc_row, from_pivots, parameter_texts, reduced_arc_row
from tropical.fans.activation.patterns import ActivationPattern
from tropical.fans.data_set import DataSet

Triple = tuple[int, int, int]
"""An arc (p, i, j): term i is largest at the point p, and j is another term."""


@frozen
class Realized:
    """A parameter with the given pattern."""

    parameter: Parameter = field(repr=exact_repr)

    def check(self, data: DataSet, pattern: ActivationPattern) -> bool:
        """Verify it by evaluating the forms at all points."""
        return ActivationPattern.of_parameter(data, self.parameter) == pattern

    def as_dict(self) -> dict[str, Any]:
        """Return the answer with numbers as texts."""
        return {"realized": True, "parameter": parameter_texts(self.parameter)}


@frozen
class Unrealizable:
    """Multipliers of arcs that prove a pattern unrealizable; those of strict arcs are positive.

    The sum of multiplier (e_i - e_j) (x) (1, p) is 0, and at least one arc is strict: j is not a term of the point.
    """

    multipliers: tuple[tuple[Triple, Fraction], ...]

    def check(self, data: DataSet, pattern: ActivationPattern) -> bool:
        """Verify that the vectors cancel, and which arcs are strict."""
        total = [Fraction(0)] * (pattern.n_terms * (data.dim + 1))
        strict = False
        for (p, i, j), factor in self.multipliers:
            is_tie = j in pattern.sets[p]
            if i not in pattern.sets[p] or i == j or (factor <= 0 and not is_tie):
                return False
            strict = strict or not is_tie
            for k, entry in enumerate((Fraction(1), *data.points[p])):
                total[i * (data.dim + 1) + k] += factor * entry
                total[j * (data.dim + 1) + k] -= factor * entry
        return strict and not any(total)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer with numbers as texts."""
        arcs = [{"point": p, "term": i, "rival": j, "multiplier": exact_text(f)} for (p, i, j), f in self.multipliers]
        return {"realized": False, "arcs": arcs}


def realize(data: DataSet, pattern: ActivationPattern) -> Realized | Unrealizable:
    """Decide whether the pattern is that of some parameter, with a certificate either way.

    >>> data = DataSet.of([[0], [1], [2]])
    >>> realize(data, ActivationPattern.of_colors([0, 1, 1], 2)).parameter
    ((1, -2), (0, 0))
    >>> certificate = realize(data, ActivationPattern.of_colors([0, 1, 0], 2))
    >>> [(arc, str(factor)) for arc, factor in certificate.multipliers]
    [((0, 0, 1), '1'), ((1, 1, 0), '2'), ((2, 0, 1), '1')]
    """
    _check_size(data, pattern)
    ties, strict = _arcs(pattern)
    if not strict:
        return Realized(((0,) * (data.dim + 1),) * pattern.n_terms)
    rows, equations = ([_vector(data, arc, pattern.n_terms) for arc in arcs] for arcs in (strict, ties))
    answer = strictly_feasible(rows, equations=equations)
    if isinstance(answer, StrictPoint):
        return Realized(from_pivots(answer.point, data, pattern.n_terms))
    return _certificate(answer, data, strict, ties)


def cone_dimension(data: DataSet, pattern: ActivationPattern) -> int:
    """Return the dimension of the cone of a realized pattern: N (d + 1) less the rank of its ties.

    >>> cone_dimension(DataSet.of([[0], [1], [2]]), ActivationPattern.of([{0}, {0, 1}, {1}], 2))
    3
    """
    _check_size(data, pattern)
    ties = [_vector(data, arc, pattern.n_terms) for arc in _arcs(pattern)[0]]
    return pattern.n_terms * (data.dim + 1) - (rank(ties) if ties else 0)


def activation_cone(data: DataSet, pattern: ActivationPattern) -> Cone:
    """Return the closed cone of a pattern, the Theta (row by row) whose pattern contains it, as a polyhedral cone.

    >>> cone = activation_cone(DataSet.of([[0], [1], [2]]), ActivationPattern.of_colors([0, 1, 1], 2))
    >>> cone.dim, cone.n_rays, cone.n_facets, cone.lineality_dim
    (4, 2, 2, 2)
    """
    _check_size(data, pattern)
    ties, strict = (
        [arc_row(data.rows[data.position[p]], i, j, pattern.n_terms) for p, i, j in arcs] for arcs in _arcs(pattern)
    )
    return Cone.from_rows(strict, ties, pattern.n_terms * (data.dim + 1))


def _check_size(data: DataSet, pattern: ActivationPattern) -> None:
    if pattern.n_points != data.n_points:
        raise ShapeError(f"a pattern on {pattern.n_points} points for data of {data.n_points} points")


def _arcs(pattern: ActivationPattern) -> tuple[list[Triple], list[Triple]]:
    """Return a basis of the ties, and the strict arcs; one term of each point stands for all of its own."""
    ties: list[Triple] = []
    strict: list[Triple] = []
    for p, terms in enumerate(pattern.sets):
        first = terms[0]
        ties += [(p, first, j) for j in terms[1:]]
        strict += [(p, first, j) for j in range(pattern.n_terms) if j not in terms]
    return ties, strict


def _vector(data: DataSet, arc: Triple, n_terms: int) -> Row:
    p, i, j = arc
    return reduced_arc_row(data.pivot_rows[data.position[p]], i, j, n_terms)


def _certificate(answer: Farkas, data: DataSet, strict: list[Triple], ties: list[Triple]) -> Unrealizable:
    """Return the multipliers of (1, p), from those of the integer rows t (1, p)."""
    found = []
    for arcs, factors in ((strict, answer.multipliers), (ties, answer.equation_multipliers)):
        for arc, factor in zip(arcs, factors, strict=True):
            if factor:
                found.append((arc, Fraction(factor * data.rows[data.position[arc[0]]][0])))
    return Unrealizable(tuple(sorted(found)))
