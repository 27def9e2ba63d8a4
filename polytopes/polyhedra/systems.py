"""Canonical forms of systems of inequalities, and the systems dual to them.

A cone in Q^n is given by a :class:`System` in one of two ways that mirror each other:

* by inequalities: ``{x : r . x >= 0 for r in rows, l . x = 0 for l in linear}``;
* by generators: all nonnegative combinations of ``rows`` plus all combinations of ``linear``.

Reading the generators of a cone as inequalities gives its dual cone, so every function here serves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from polytopes.arithmetic.rationals import Row, dot
from polytopes.optimization.certificates import Farkas, StrictPoint
from polytopes.optimization.feasibility import descend, strictly_feasible
from polytopes.optimization.redundancy import redundant_rows
from polytopes.polyhedra.double_description import canonical, dual_generators
from polytopes.polyhedra.incidence import bits, incidences, transpose


@frozen
class System:
    """Integer rows together with ``linear`` rows that count with both signs.

    ``minimal`` says that the system is in canonical form: linear rows in reduced echelon form, the others
    irredundant, primitive, reduced modulo the linear ones and sorted.
    """

    rows: tuple[Row, ...]
    linear: tuple[Row, ...] = ()
    minimal: bool = False

    def is_satisfied_by(self, vector: Sequence[Any]) -> bool:
        """Whether a vector lies in the cone with these inequalities."""
        return all(dot(row, vector) >= 0 for row in self.rows) and all(dot(row, vector) == 0 for row in self.linear)

    def __neg__(self) -> System:
        rows = tuple(tuple(-entry for entry in row) for row in self.rows)
        return System(tuple(sorted(rows)), self.linear, self.minimal)


def dual_system(system: System, dim: int, method: str | None = None) -> System:
    """Return the canonical generators of the cone with these inequalities, or the reverse.

    >>> dual_system(System(((1, 0), (1, 1))), 2).rows
    ((0, 1), (1, -1))
    """
    rays, lines = dual_generators(system.rows, system.linear, dim, method)
    return System(rays, lines, minimal=True)


def relative_interior(system: System, dim: int) -> tuple[Row, System]:
    """Return a relative interior point of a cone given by inequalities, and its system with all equations found.

    The rows of the new system are positive at the point.

    >>> relative_interior(System(((1, 0), (-1, 0), (1, 1))), 2)
    ((0, 1), System(rows=((0, 1),), linear=((1, 0),), minimal=False))
    """
    rows, linear = canonical(system.rows, system.linear)
    if not rows and not linear:
        return (0,) * dim, System((), ())
    answer, vanishing = descend([], rows, linear)
    assert isinstance(answer, StrictPoint), "without strict rows 0 is a solution"
    return answer.point, System(*canonical(rows, (*linear, *(rows[i] for i in vanishing))))


def minimal_system(system: System, dim: int) -> System:
    """Return the canonical form of a system of inequalities without computing a single generator.

    >>> minimal_system(System(((1, 0), (2, 0), (1, 1), (-1, -1))), 2)
    System(rows=((0, -1),), linear=((1, 1),), minimal=True)
    """
    if system.minimal:
        return system
    _, full = relative_interior(system, dim)
    dropped = set(redundant_rows([(0, *row) for row in full.rows], [(0, *row) for row in full.linear]))
    return System(tuple(row for i, row in enumerate(full.rows) if i not in dropped), full.linear, minimal=True)


def implies(system: System, row: Row) -> bool:
    """Return whether ``row . x >= 0`` on the cone given by these inequalities.

    >>> implies(System(((1, 0), (0, 1))), (1, 2))
    True
    """
    opposite = tuple(-entry for entry in row)
    return isinstance(strictly_feasible([opposite], system.rows, system.linear), Farkas)


def minimal_by_incidence(system: System, dual: System) -> System:
    """Return the canonical form of a system, read off its incidences with the ``dual`` system.

    A row is kept iff every row that vanishes wherever it does vanishes exactly there; rows that vanish everywhere
    are linear.
    """
    rows, linear = canonical(system.rows, system.linear)
    tight = incidences(rows, dual.rows)
    whole = (1 << len(dual.rows)) - 1
    linear = (*linear, *(row for row, mask in zip(rows, tight, strict=True) if mask == whole))
    rows, linear = canonical(rows, linear)
    tight = incidences(rows, dual.rows)
    columns = transpose(tight, len(dual.rows))
    kept = []
    for index, (row, mask) in enumerate(zip(rows, tight, strict=True)):
        above = (1 << len(rows)) - 1
        for j in bits(mask):
            above &= columns[j]
        if above == 1 << index:
            kept.append(row)
    return System(tuple(kept), linear, minimal=True)
