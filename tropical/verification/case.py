"""Cases of a property: inputs of one polyhedron, with what is asked of their outputs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import Row, primitive
from polytopes.formats.limits import charge_dimension
from polytopes.formats.plain import Bounds
from polytopes.polyhedra.polyhedron import Polyhedron

Limits = tuple[Fraction | None, ...]
"""A bound for each coordinate, None where there is none."""


@frozen
class Case:
    """The pairs (x, y) with x in one polyhedron and (x, y) in a union of others.

    Args:
        lower, upper: the bounds of every input.
        rows: the other inequalities ``r . (1, x) >= 0`` of the inputs.
        outputs: a disjunction of conjunctions of inequalities ``r . (1, x, y) >= 0``. An empty conjunction is always
            true, an empty disjunction never.
        factors: for each row of ``outputs`` the positive number by which it is multiplied in the file; 1 if none is
            given. Amounts by which a condition holds or fails are those of the rows as they are written.
    """

    lower: Limits
    upper: Limits
    rows: tuple[Row, ...]
    outputs: tuple[tuple[Row, ...], ...]
    factors: tuple[tuple[Fraction, ...], ...] = field(default=(), eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.factors:
            object.__setattr__(self, "factors", tuple((Fraction(1),) * len(rows) for rows in self.outputs))

    @cached_property
    def domain(self) -> Bounds | Polyhedron:
        """The inputs: a box by its bounds if nothing else is said of them, else a polyhedron.

        >>> Case((None,), (Fraction(3),), (), ()).domain
        Polyhedron in Q^1, 1 facet (vertices not computed)
        """
        low = [bound for bound in self.lower if bound is not None]
        high = [bound for bound in self.upper if bound is not None]
        dim = len(self.lower)
        charge_dimension(dim)
        if not self.rows and len(low) == len(high) == dim:
            return Bounds(tuple(low), tuple(high))
        unit = identity(dim)
        above = [(-bound, *unit[i]) for i, bound in enumerate(self.lower) if bound is not None]
        below = [(bound, *(-entry for entry in unit[i])) for i, bound in enumerate(self.upper) if bound is not None]
        return Polyhedron.from_rows([*map(primitive, [*above, *below]), *self.rows], ambient_dim=dim)


def factor_of(row: Sequence[Fraction]) -> Fraction:
    """Return the positive number by which the primitive multiple of a row is multiplied in it; 1 if it is 0.

    >>> str(factor_of([Fraction(3), Fraction(-9, 2)]))
    '3/2'
    """
    return next((a / b for a, b in zip(row, primitive(row), strict=True) if b), Fraction(1))
