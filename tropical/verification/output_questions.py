"""Questions about functionals of the outputs of a network on a bounded domain, as properties."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import MatrixLike, as_matrix, primitive
from polytopes.errors import DomainError
from polytopes.optimization.linear_program import Optimal, maximize
from polytopes.polyhedra.domains import DomainLike, as_domain
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.networks.network import Network
from tropical.verification.case import Case, factor_of
from tropical.verification.property import Property


def output_property(network: Network, domain: Case, clauses: Sequence[MatrixLike]) -> Property:
    """Return the property with the greatest value ``max over clauses of min over rows of row . (1, y)`` on a domain.

    Args:
        network: an exact network with outputs y.
        domain: a case, of which only the conditions on inputs count.
        clauses: for each clause a matrix of rows, constant first.

    >>> from tropical.verification import maximum
    >>> absolute = Network.from_weights([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> box = Case((Fraction(-3),), (Fraction(1),), (), ())
    >>> str(maximum(absolute, output_property(absolute, box, [[(0, 1)]])).value)
    '3'
    """
    zeros = (Fraction(0),) * network.input_dim
    given = [[(row[0], *zeros, *row[1:]) for row in as_matrix(rows, 1 + network.output_dim)] for rows in clauses]
    conditions = tuple(tuple(map(primitive, rows)) for rows in given)
    factors = tuple(tuple(map(factor_of, rows)) for rows in given)
    case = Case(domain.lower, domain.upper, domain.rows, conditions, factors)
    return Property(network.input_dim, network.output_dim, (case,))


def least_of(network: Network, rows: MatrixLike, domain: DomainLike) -> Property:
    """Return the property whose greatest value is that of the least of some rows ``row . (1, y)`` on a domain.

    Raises:
        DomainError: if the domain is not bounded.
        ShapeError: if a row has another length than 1 and the number of outputs.
    """
    found = bounded_case(as_domain(domain, network.input_dim))
    if found is None:
        raise DomainError("a greatest value by bounds needs a bounded domain; give bounds, or a bounded polyhedron")
    return output_property(network, found, [rows])


def bounded_case(domain: Polyhedron | None) -> Case | None:
    """Return a domain as the inputs of a case: its bounding box and its rows; None if it is not bounded.

    >>> bounded_case(Polyhedron.from_rows([(1, -1, -1), (0, 1, 0), (0, 0, 1)])).upper
    (Fraction(1, 1), Fraction(1, 1))
    """
    if domain is None:
        return None
    if domain.given_box is not None:
        return Case(domain.given_box.lower, domain.given_box.upper, (), ())
    ends: list[list[Any]] = [[], []]
    for k in range(domain.ambient_dim):
        for sign, side in ((-1, 0), (1, 1)):
            goal = [sign * int(i == k) for i in range(domain.ambient_dim)]
            found = maximize(goal, domain.inequalities, domain.equations, ambient_dim=domain.ambient_dim)
            if not isinstance(found, Optimal):
                return None
            ends[side].append(sign * found.value)
    units = {row for row in domain.inequalities if sum(map(bool, row[1:])) == 1}
    rows = [row for row in domain.inequalities if row not in units]
    rows += [tuple(sign * entry for entry in row) for row in domain.equations for sign in (1, -1)]
    return Case(tuple(ends[0]), tuple(ends[1]), tuple(rows), ())
