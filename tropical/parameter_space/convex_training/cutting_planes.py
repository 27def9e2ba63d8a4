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
from polytopes.errors import InputError, VerificationFailed
from polytopes.optimization.certificates import Infeasible, Optimal, Unbounded
from polytopes.optimization.linear_program import maximize
from polytopes.optimization.quadratic_program import Nearest, nearest_point
from tropical.parameter_space.convex_training.atoms import Atoms
from tropical.parameter_space.convex_training.float_projection import likely_used
from tropical.parameter_space.convex_training.losses import Hinge, Interpolation, Loss, Squared

FEW = 300
"""So many atoms are all taken at once."""
SURE = 1e-9
"""Atoms that are violated by more, relative to the bound, are taken without an exact look."""
ZERO = Fraction(0)
TOO_LARGE = "the data or their quotients are too large for floating point, which chooses among many atoms; scale them"
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


def solve_over(loss: Loss, atoms: Atoms, taken: Sequence[int], guess: Mapping[int, int] | None = None) -> Master:
    """Return the optimum over some atoms.

    Args:
        loss: the loss.
        atoms: all atoms.
        taken: the numbers of those that may be used.
        guess: numbers of atoms that are likely used, with the signs of their coefficients, for the squared loss.
    """
    above, below = loss.bound.numerator, loss.bound.denominator
    rows: list[Row] = []
    for k in taken:
        size, image = above * atoms.sizes[k], atoms.images[k]
        rows += [(size, *(-below * entry for entry in image)), (size, *(below * entry for entry in image))]
    if isinstance(loss, Squared):
        return _projection(loss, atoms, taken, rows, guess or {})
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


def _projection(
    loss: Loss, atoms: Atoms, taken: Sequence[int], rows: Sequence[Row], guess: Mapping[int, int]
) -> Master:
    """The dual point is the point nearest to the targets."""
    places = {k: i for i, k in enumerate(taken)}
    tight = [2 * places[k] + (sign < 0) for k, sign in guess.items() if k in places]
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
    """The program over all atoms; ``settle`` says what is known so far, whenever the work is stopped."""

    loss: Loss
    atoms: Atoms
    report: Report | None = None
    taken: list[int] = field(init=False)
    last: Master | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        n = self.atoms.n_samples
        if len(self.atoms) <= FEW:
            self.taken = list(range(len(self.atoms)))
            return
        spread = range(0, len(self.atoms), max(1, len(self.atoms) // (3 * n)))
        first = self._greatest(self.loss.targets)[: 2 * n] if any(self.loss.targets) else []
        self.taken = [*dict.fromkeys([*first, *spread])]

    def _greatest(self, vector: Vector, above: Fraction = ZERO) -> list[int]:
        """Return the numbers of atoms with products above a bound, the greatest first, as floats say.

        Raises:
            InputError: if there are numbers that are too large for floats.
        """
        largest = max(map(abs, vector)) or Fraction(1)
        try:
            values = np.abs(self.atoms.floats @ np.array([float(entry / largest) for entry in vector]))
            least = float(above / largest) * (1 + SURE)
        except OverflowError:
            raise InputError(TOO_LARGE) from None
        order = np.argsort(-values, kind="stable")
        return [int(i) for i in order[: int((values > least).sum())]]

    def run(self) -> Bounds:
        """Return the exact optimum: bounds that are equal, or the ray that shows that there is none."""
        while True:
            self.last = solve_over(self.loss, self.atoms, self.taken, self._guess())
            if self.report is not None:
                self.report(self._rough())
            if not self._add():
                return self.settle()

    def _guess(self) -> dict[int, int]:
        """Return atoms that are likely used, with signs; for the squared loss floats are asked, and they are taken."""
        if not isinstance(self.loss, Squared):
            return {}
        if self.last is not None:
            return {k: 1 if factor > 0 else -1 for k, factor in self.last.coefficients.items()}
        try:
            targets = np.array([float(y) for y in self.loss.targets])
            found = likely_used(targets, self.atoms.floats, float(self.loss.bound))
        except (OverflowError, np.linalg.LinAlgError):
            return {}
        self.taken = [*dict.fromkeys([*found, *self.taken])]
        return found

    def _rough(self) -> Bounds:
        """Return bounds for a person who waits; only the upper one is proven."""
        assert self.last is not None, "some optimum was found"
        zero = (Fraction(0),) * self.atoms.n_samples
        if self.last.ray is not None:
            return Bounds(Fraction(0), zero, n_taken=len(self.taken))
        try:
            point = [float(entry) for entry in self.last.point]
            support = Fraction(float(np.abs(self.atoms.floats @ np.array(point)).max(initial=0)))
        except (OverflowError, ValueError):
            return Bounds(Fraction(0), zero, n_taken=len(self.taken))
        lower = self.loss.dual(self.loss.shrink(self.last.point, support))
        return Bounds(lower, zero, self.loss.dual(self.last.point), n_taken=len(self.taken))

    def _add(self) -> bool:
        """Take more atoms that are violated; False if there is none, which is exact."""
        assert self.last is not None, "some optimum was found"
        ray, known = self.last.ray, set(self.taken)
        if len(known) == len(self.atoms):
            return False
        vector, bound = (self.last.point, self.loss.bound) if ray is None else (ray, Fraction(0))
        fresh = [k for k in self._greatest(vector, bound) if k not in known] if any(vector) else []
        if not fresh:
            support, worst = self.atoms.support(vector)
            if support <= bound or worst is None:
                return False
            if worst in known:
                raise VerificationFailed("an atom is violated though the program has its row")
            fresh = [worst]
        self.taken += fresh[: 2 * len(vector)]
        return True

    def _first(self) -> Bounds:
        """Return the bounds that a multiple of the targets and the network 0 give."""
        targets = self.loss.targets
        dual = self.loss.shrink(targets, self.atoms.support(targets)[0])
        zero = (Fraction(0),) * self.atoms.n_samples
        fits = any(targets) and isinstance(self.loss, Interpolation)
        upper = None if fits else self.loss.primal(zero, Fraction(0))
        return Bounds(self.loss.dual(dual), dual, upper)

    def settle(self) -> Bounds:
        """Return exact bounds from the last optimum over some atoms.

        Raises:
            VerificationFailed: if no atom is violated, but the bounds differ.
        """
        if self.last is None:
            return self._first()
        if self.last.ray is not None:
            is_proof = not self.atoms.support(self.last.ray)[0]
            known = Bounds(Fraction(0), self.last.ray, None, {}, self.last.ray, len(self.taken))
            return known if is_proof else self._first()
        support, _ = self.atoms.support(self.last.point)
        dual = self.loss.shrink(self.last.point, support)
        fit = combined(self.atoms, self.last.coefficients)
        penalty = sum(map(abs, self.last.coefficients.values()), Fraction(0))
        upper, lower = self.loss.primal(fit, penalty), self.loss.dual(dual)
        if support <= self.loss.bound and lower != upper:
            raise VerificationFailed("the loss of the network is not the dual value")
        return Bounds(lower, dual, upper, self.last.coefficients, None, len(self.taken))
