"""Exact evaluation of properties at points: which clause holds, and by how much its conditions hold or fail."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polytopes.arithmetic.rationals import Vector, dot
from tropical.verification.case import Case
from tropical.verification.property import Property


@frozen
class Clause:
    """A clause of a property: a case, and one of its conjunctions of conditions on the outputs."""

    case: int
    conjunction: int


@frozen
class Slack:
    """By how much a point satisfies a clause.

    ``inputs`` is the largest violation of a bound or a row of the inputs, 0 if they hold; ``rows`` are the values of
    the conditions with an output, as they are written in the file: negative where they fail.
    """

    inputs: Fraction
    rows: Vector

    @property
    def holds(self) -> bool:
        """Whether the clause holds."""
        return not self.inputs and min(self.rows, default=Fraction(0)) >= 0

    @property
    def miss(self) -> Fraction:
        """By how much the clause is missed, 0 if it holds."""
        return max(self.inputs, -min(self.rows, default=Fraction(0)), Fraction(0))


def slack(prop: Property, clause: Clause, point: Sequence[Fraction], outputs: Sequence[Fraction]) -> Slack:
    """Return by how much a clause holds at a point and the outputs there."""
    case = prop.cases[clause.case]
    return Slack(outside(case, point), condition_values(case, clause.conjunction, point, outputs))


def condition_values(
    case: Case, conjunction: int, point: Sequence[Fraction], outputs: Sequence[Fraction]
) -> tuple[Fraction, ...]:
    """Return the values of the conditions of a conjunction, as they are written in the file."""
    pair = (Fraction(1), *point, *outputs)
    found = []
    for row, factor in zip(case.outputs[conjunction], case.factors[conjunction], strict=True):
        terms = (entry * value for entry, value in zip(row, pair, strict=True) if entry)
        found.append(factor * sum(terms, Fraction(0)))
    return tuple(found)


def outside(case: Case, point: Sequence[Fraction]) -> Fraction:
    """Return the largest amount by which a point violates a bound or a row of the inputs of a case, 0 if none.

    >>> outside(Case((Fraction(0),), (Fraction(1),), (), ()), [Fraction(3, 2)])
    Fraction(1, 2)
    """
    amounts = [Fraction(0)]
    for value, low, high in zip(point, case.lower, case.upper, strict=True):
        amounts += [low - value] if low is not None and value < low else []
        amounts += [value - high] if high is not None and value > high else []
    amounts += [-Fraction(dot(row, (Fraction(1), *point))) for row in case.rows]
    return max(amounts)


def clauses(prop: Property) -> list[Clause]:
    """Return all clauses, case by case."""
    return [Clause(k, i) for k, case in enumerate(prop.cases) for i in range(len(case.outputs))]


def satisfied_clause(prop: Property, point: Sequence[Fraction], outputs: Sequence[Fraction]) -> Clause | None:
    """Return the first clause that holds, None if none does.

    >>> from tropical.verification import parse_property
    >>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (or (>= Y_0 2) (<= Y_0 X_0)))"
    >>> satisfied_clause(parse_property(text), [Fraction(1)], [Fraction(1)])
    Clause(case=0, conjunction=1)
    """
    for number, case in enumerate(prop.cases):
        for i in range(len(case.outputs)) if not outside(case, point) else ():
            if min(condition_values(case, i, point, outputs), default=Fraction(0)) >= 0:
                return Clause(number, i)
    return None


def nearest_clause(prop: Property, point: Sequence[Fraction], outputs: Sequence[Fraction]) -> Clause | None:
    """Return the clause that is missed by least, None if there is no clause."""
    return min(clauses(prop), key=lambda own: slack(prop, own, point, outputs).miss, default=None)
