"""Exact linear programming: every answer comes with its certificate.

A float solver guesses the basis, an exact simplex method started there decides; see
:mod:`polytopes.optimization.feasibility` for the question whether an open cone is empty, and
:mod:`polytopes.optimization.redundancy` for what follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from attrs import frozen

from polytopes.arithmetic.linalg import kernel, solve
from polytopes.arithmetic.rationals import MatrixLike, Row, Vector, VectorLike, as_vector, dehomogeneous, dot, primitive
from polytopes.errors import ShapeError
from polytopes.optimization import cddlib, highs
from polytopes.optimization.certificates import Farkas, Infeasible, Optimal, StrictPoint, Unbounded, combination
from polytopes.optimization.feasibility import descend, restrict, strictly_feasible
from polytopes.optimization.integer_rows import IntegerRows, as_integers
from polytopes.optimization.redundancy import redundant_rows, relative_interior
from polytopes.optimization.simplex import Empty, Escape, Vertex, maximize_from

__all__ = [
    "Farkas",
    "Infeasible",
    "Optimal",
    "StrictPoint",
    "Unbounded",
    "maximize",
    "minimize",
    "redundant_rows",
    "relative_interior",
    "strictly_feasible",
]


def maximize(
    objective: VectorLike,
    inequalities: MatrixLike,
    equations: MatrixLike = (),
    ambient_dim: int | None = None,
) -> Optimal | Infeasible | Unbounded:
    """Maximize a linear function over ``{x in Q^n : r . (1, x) >= 0, e . (1, x) = 0}``.

    Args:
        objective: n numbers, or n + 1 with the constant first.
        inequalities, equations: rows of n + 1 rationals, constant first.
        ambient_dim: n; needed when there are no rows.

    Returns:
        The optimum with dual multipliers of the rows as they are given, or a certificate that there is no feasible
        point or no bound.

    Raises:
        ShapeError: if lengths do not fit, or n is not known.
        NumberError: if an entry is not a rational number.

    >>> maximize([1, 1], [(1, -1, 0), (1, 0, -2)])   # x <= 1, y <= 1/2
    Optimal(point=(Fraction(1, 1), Fraction(1, 2)), value=Fraction(3, 2),
            multipliers=(Fraction(1, 1), Fraction(1, 2)), equation_multipliers=(), maximum=True)
    >>> maximize([1], [(0, 1)]).ray
    (1,)
    >>> maximize([1], [(-1, 1), (0, -1)]).multipliers   # x >= 1 and x <= 0
    (1, 1)
    """
    weak, linear = IntegerRows.of(inequalities), IntegerRows.of(equations)
    row = _objective_row(objective, weak.rows, linear.rows, ambient_dim)
    return _as_given(_Program(row, weak.rows, linear.rows).maximum(), weak, linear)


def minimize(
    objective: VectorLike,
    inequalities: MatrixLike,
    equations: MatrixLike = (),
    ambient_dim: int | None = None,
) -> Optimal | Infeasible | Unbounded:
    """Minimize a linear function; arguments, result and errors are those of :func:`maximize`.

    >>> minimize([1], [(-1, 2)]).value
    Fraction(1, 2)
    """
    weak, linear = IntegerRows.of(inequalities), IntegerRows.of(equations)
    row = _objective_row(objective, weak.rows, linear.rows, ambient_dim)
    answer = _Program(tuple(-entry for entry in row), weak.rows, linear.rows).maximum()
    match _as_given(answer, weak, linear):
        case Optimal(point, value, multipliers, equation_multipliers):
            return Optimal(point, -value, multipliers, equation_multipliers, maximum=False)
        case Unbounded(point, ray):
            return Unbounded(point, ray, maximum=False)
        case Infeasible() as certificate:
            return certificate


def _as_given(
    answer: Optimal | Infeasible | Unbounded, weak: IntegerRows, linear: IntegerRows
) -> Optimal | Infeasible | Unbounded:
    """Return the answer with multipliers of the rows that the integer rows were made from."""
    match answer:
        case Optimal(point, value, multipliers, equation_multipliers) if weak.factors or linear.factors:
            return Optimal(point, value, weak.as_given(multipliers), linear.as_given(equation_multipliers))
        case Infeasible(multipliers, equation_multipliers) if weak.factors or linear.factors:
            return Infeasible(*as_integers(weak.as_given(multipliers), linear.as_given(equation_multipliers)))
    return answer


def _objective_row(
    objective: VectorLike, inequalities: Sequence[Row], equations: Sequence[Row], ambient_dim: int | None
) -> Vector:
    entries = as_vector(objective)
    lengths = {len(row) for rows in (inequalities, equations) for row in rows}
    if ambient_dim is not None:
        lengths.add(ambient_dim + 1)
    if len(lengths) != 1:
        given = f"row lengths {sorted(lengths)}" if lengths else "no rows"
        raise ShapeError(f"{given}: the dimension is not known; give rows of one length, or ambient_dim")
    width = lengths.pop()
    if len(entries) not in (width - 1, width):
        raise ShapeError(f"an objective of {len(entries)} numbers for rows of length {width}")
    return entries if len(entries) == width else (Fraction(0), *entries)


@frozen
class _Program:
    """A maximization problem, and the same with its equations solved.

    The homogeneous solutions of the equations are ``w B`` for the rows of the echelon basis ``B``. Only the first row
    of B has an entry in column 0, unless none has and there is no feasible point.
    """

    objective: Vector
    inequalities: Sequence[Row]
    equations: Sequence[Row]

    @cached_property
    def goal(self) -> Row:
        """The objective times a positive number."""
        return primitive(self.objective)

    @cached_property
    def basis(self) -> tuple[Row, ...]:
        return kernel(self.equations, len(self.objective))

    def restricted(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return rows as functions of ``w``."""
        return restrict(rows, self.basis) if self.equations else rows

    def lifted(self, vector: Row) -> Row:
        return tuple(combination(vector, self.basis)) if self.equations else vector

    def completion(self, multipliers: Sequence[Fraction], target: Sequence[Fraction]) -> Vector:
        """Return equation multipliers that bring a combination of the inequalities to ``target``."""
        if not self.equations:
            return ()
        total = combination(multipliers, self.inequalities) or [Fraction(0)] * len(target)
        rest = [a - b for a, b in zip(target, total, strict=True)]
        found = solve(list(zip(*self.equations, strict=True)), rest)
        assert found is not None, "the difference vanishes on the solutions of the equations"
        return found

    def maximum(self) -> Optimal | Infeasible | Unbounded:
        """Ask the float solver, then the exact simplex method from where it stopped, then cddlib."""
        if self.equations and not (self.basis and self.basis[0][0]):
            return self.by_cdd()
        rows = self.restricted(self.inequalities)
        goal = self.restricted([self.goal])[0][1:]
        status, order = highs.optimum(rows, goal)
        answer = None if status == "optimal" else self.without_optimum()
        return answer or self.by_simplex(rows, goal, order) or self.by_cdd()

    def without_optimum(self) -> Infeasible | Unbounded | None:
        """Return the certificate that there is no feasible point or no bound, or None if there is an optimum."""
        positive = (1,) + (0,) * (len(self.objective) - 1)
        point, _ = descend([positive], self.inequalities, self.equations)
        if isinstance(point, Farkas):
            return Infeasible(point.weak_multipliers, point.equation_multipliers)
        recession = [row[1:] for row in self.inequalities]
        ray, _ = descend([self.goal[1:]], recession, [row[1:] for row in self.equations])
        return Unbounded(dehomogeneous(point.point), ray.point) if isinstance(ray, StrictPoint) else None

    def by_simplex(
        self, rows: Sequence[Row], goal: Row, order: Sequence[int]
    ) -> Optimal | Infeasible | Unbounded | None:
        match maximize_from(rows, goal, order):
            case Vertex(point, multipliers, scale):
                # The simplex method maximized restricted(goal) = size * restricted(objective).
                size = next((a / b for a, b in zip(self.goal, self.objective, strict=True) if b), Fraction(1))
                dual = tuple(multipliers.get(i, 0) / (scale * size) for i in range(len(rows)))
                return self.optimal(dehomogeneous(self.lifted(point)), dual)
            case Empty(multipliers):
                return self.infeasible(tuple(Fraction(multipliers.get(i, 0)) for i in range(len(rows))))
            case Escape(point, direction):
                ray = primitive(self.lifted((0, *direction))[1:])
                return Unbounded(dehomogeneous(self.lifted(point)), ray)
        return None

    def optimal(self, point: Vector, dual: Vector) -> Optimal:
        value = Fraction(dot(self.objective, (1, *point)))
        target = [(value if j == 0 else 0) - entry for j, entry in enumerate(self.objective)]
        return Optimal(point, value, dual, self.completion(dual, target))

    def infeasible(self, multipliers: Vector) -> Infeasible:
        """The combination of the inequalities is a negative constant on the solutions of the equations."""
        first = dot(combination(multipliers, self.inequalities), self.lifted((1,) + (0,) * (len(self.basis) - 1)))
        target = [first / self.basis[0][0]] + [Fraction(0)] * (len(self.objective) - 1)
        integers = primitive((*multipliers, *self.completion(multipliers, target)))
        return Infeasible(integers[: len(multipliers)], integers[len(multipliers) :])

    def by_cdd(self) -> Optimal | Infeasible | Unbounded:
        """Take the optimal point from cddlib, and its multipliers from the certificate that no point is better."""
        answer = self.without_optimum()
        if answer is not None:
            return answer
        _, point = cddlib.maximum(self.objective, self.inequalities, self.equations)
        value = Fraction(dot(self.objective, (1, *point)))
        better = (self.objective[0] - value, *self.objective[1:])
        scaled = primitive(better)
        size = next((a / b for a, b in zip(scaled, better, strict=True) if b), Fraction(1))
        positive = (1,) + (0,) * len(point)
        certificate, _ = descend([scaled], [positive, *self.inequalities], self.equations)
        assert isinstance(certificate, Farkas), "no point is better than the optimum"
        # The multiplier of the positive row is 0, as all other terms vanish at the optimal point.
        factor = certificate.multipliers[0] * size
        dual = tuple(entry / factor for entry in certificate.weak_multipliers[1:])
        return Optimal(point, value, dual, tuple(entry / factor for entry in certificate.equation_multipliers))
