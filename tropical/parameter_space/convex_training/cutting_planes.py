"""The dual program over atoms, by cutting planes: solved exactly over few of them, to which violated ones are added.

Over some of the atoms the optimum is an upper bound, and multipliers are the output weights of a network that attains
it. The dual point, divided by the greatest violation over all atoms, gives a lower bound. They meet when no atom is
violated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from attrs import define, field, frozen

from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.errors import VerificationFailed
from polytopes.optimization.certificates import Infeasible, Optimal, Unbounded
from polytopes.optimization.linear_program import maximize
from polytopes.optimization.quadratic_program import Nearest, nearest_point
from tropical.parameter_space.convex_training.atoms import Atoms
from tropical.parameter_space.convex_training.losses import Hinge, Loss, Squared

FEW = 300
"""So many atoms are all taken at once."""
Report = Callable[["Bounds"], None]


@frozen
class Master:
    """The optimum over some atoms: the dual point, and coefficients of atoms of units of norm 1 by their numbers.

    ``ray`` is set where the program over these atoms has no solution: it is orthogonal to them, not to the targets.
    """

    point: Vector = ()
    coefficients: Mapping[int, Fraction] = field(factory=dict)
    ray: Vector | None = None


@frozen
class Bounds:
    """What is known of the optimum: ``upper`` is attained by the coefficients, ``lower`` is shown by ``dual``."""

    lower: Fraction
    dual: Vector
    upper: Fraction | None = None
    coefficients: Mapping[int, Fraction] = field(factory=dict)
    ray: Vector | None = None
    n_taken: int = 0


def solve_over(loss: Loss, atoms: Atoms, taken: Sequence[int], guess: Sequence[int] = ()) -> Master:
    """Return the optimum over some atoms.

    Args:
        loss: the loss.
        atoms: all atoms.
        taken: the numbers of those that may be used.
        guess: numbers of atoms that are likely used, for the squared loss.
    """
    above, below = loss.bound.numerator, loss.bound.denominator
    rows: list[Row] = []
    for k in taken:
        size, image = above * atoms.sizes[k], atoms.images[k]
        rows += [(size, *(-below * entry for entry in image)), (size, *(below * entry for entry in image))]
    if isinstance(loss, Squared):
        return _projection(loss, atoms, taken, rows, guess)
    n = len(loss.targets)
    sides: list[tuple[int, ...]] = []
    if isinstance(loss, Hinge):
        for i, label in enumerate(map(int, loss.targets)):
            side = tuple(label if i == j else 0 for j in range(n))
            sides += [(0, *side), (1, *(-entry for entry in side))]
    match maximize(loss.targets, [*rows, *sides], (), n):
        case Optimal(point, _, multipliers):
            return Master(point, _coefficients(atoms, taken, below, multipliers))
        case Unbounded(_, ray):
            value = dot(ray, loss.targets)
            return Master(ray=tuple(Fraction(entry) / value for entry in ray))
        case Infeasible():
            raise VerificationFailed("zero does not satisfy the dual program")


def _projection(loss: Loss, atoms: Atoms, taken: Sequence[int], rows: Sequence[Row], guess: Sequence[int]) -> Master:
    """The dual point is the point nearest to the targets."""
    places = {k: i for i, k in enumerate(taken)}
    tight = [2 * places[k] + (dot(atoms.images[k], loss.targets) < 0) for k in guess if k in places]
    found = nearest_point(loss.targets, rows, (), tight)
    if not isinstance(found, Nearest):
        raise VerificationFailed("zero does not satisfy the dual program")
    return Master(found.point, _coefficients(atoms, taken, loss.bound.denominator, found.multipliers))


def _coefficients(
    atoms: Atoms, taken: Sequence[int], below: int, multipliers: Sequence[Fraction]
) -> dict[int, Fraction]:
    """Return the coefficients of atoms of norm 1: the rows were made of ``below`` times their images."""
    signed = {k: multipliers[2 * i] - multipliers[2 * i + 1] for i, k in enumerate(taken)}
    return {k: m * below * atoms.sizes[k] for k, m in signed.items() if m}


def combined(atoms: Atoms, coefficients: Mapping[int, Fraction]) -> Vector:
    """Return the sum of atoms of norm 1 with coefficients: the fit of the network."""
    total = [Fraction(0)] * atoms.n_samples
    for k, factor in coefficients.items():
        share = factor / atoms.sizes[k]
        total = [t + share * entry for t, entry in zip(total, atoms.images[k], strict=True)]
    return tuple(total)


@define
class CuttingPlanes:
    """The program over all atoms; ``bounds`` are what is known so far, whenever the work is stopped."""

    loss: Loss
    atoms: Atoms
    report: Report | None = None
    taken: list[int] = field(init=False)
    bounds: Bounds = field(init=False)

    def __attrs_post_init__(self) -> None:
        n = self.atoms.n_samples
        zero = (Fraction(0),) * n
        self.taken = self._best(zero if not any(self.loss.targets) else self.loss.targets, 2 * n)
        self.bounds = Bounds(Fraction(0), zero)

    def _best(self, vector: Vector, count: int) -> list[int]:
        """Return the numbers of atoms with the greatest products with a vector, as floats say."""
        if len(self.atoms) <= FEW:
            return list(range(len(self.atoms)))
        largest = max(map(abs, vector)) or 1
        values = np.abs(self.atoms.floats @ np.array([float(entry / largest) for entry in vector]))
        return [int(i) for i in np.argsort(-values, kind="stable")[:count]]

    def run(self) -> Bounds:
        """Return the exact optimum: bounds that are equal, or the ray that shows that there is none."""
        guess: Sequence[int] = ()
        while True:
            found = solve_over(self.loss, self.atoms, self.taken, guess)
            is_done = self._ray(found.ray) if found.ray is not None else self._point(found)
            if self.report is not None:
                self.report(self.bounds)
            if is_done:
                return self.bounds
            guess = [*found.coefficients]
            vector = found.point if found.ray is None else found.ray
            self._add(vector)

    def _add(self, vector: Vector) -> None:
        known = set(self.taken)
        fresh = [k for k in self._best(vector, 2 * len(vector) + len(known)) if k not in known][: len(vector)]
        _, worst = self.atoms.support(vector)
        if worst is not None and worst not in known and worst not in fresh:
            fresh.append(worst)
        if not fresh:
            raise VerificationFailed("an atom is violated though the program has its row")
        self.taken += fresh

    def _ray(self, ray: Vector) -> bool:
        """Whether a ray is orthogonal to all atoms."""
        support, _ = self.atoms.support(ray)
        if not support:
            self.bounds = Bounds(self.bounds.lower, ray, None, {}, ray, len(self.taken))
        return not support

    def _point(self, found: Master) -> bool:
        """Take the bounds that an optimum over some atoms gives; whether they are equal."""
        support, _ = self.atoms.support(found.point)
        dual = self.loss.shrink(found.point, support)
        lower = self.loss.dual(dual)
        if lower < self.bounds.lower:
            lower, dual = self.bounds.lower, self.bounds.dual
        fit = combined(self.atoms, found.coefficients)
        upper = self.loss.primal(fit, sum(map(abs, found.coefficients.values()), Fraction(0)))
        self.bounds = Bounds(lower, dual, upper, found.coefficients, None, len(self.taken))
        if support <= self.loss.bound and lower != upper:
            raise VerificationFailed("the loss of the network is not the dual value")
        return lower == upper
