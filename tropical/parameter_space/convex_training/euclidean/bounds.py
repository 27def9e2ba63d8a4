"""The work for the Euclidean norm: units by columns, a lower bound by a proof, an upper one by a network."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain

import numpy as np
from attrs import define, evolve, field, frozen

from polytopes.arithmetic.linalg import echelon, kernel
from polytopes.arithmetic.rationals import Row, Vector, dot, primitive
from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError, VerificationFailed
from polytopes.optimization.certificates import Optimal
from polytopes.optimization.linear_program import maximize
from tropical.parameter_space.convex_training.atoms import Atoms, is_orthogonal
from tropical.parameter_space.convex_training.checker import root_above
from tropical.parameter_space.convex_training.cutting_planes import Bounds, Report
from tropical.parameter_space.convex_training.euclidean.conic_program import Block, ConicGuess, solve_conic
from tropical.parameter_space.convex_training.euclidean.patterns import Floats, Patterns, exponent, rounded
from tropical.parameter_space.convex_training.euclidean.radical_values import radical_optimum
from tropical.parameter_space.convex_training.euclidean.splits import Bounded, bounded
from tropical.parameter_space.convex_training.losses import Hinge, Interpolation, Squared
from tropical.parameter_space.convex_training.orthogonal_data import whitened_optimum
from tropical.parameter_space.convex_training.problem import Problem
from tropical.parameter_space.convex_training.trained import Proof, Trained, Unit, penalty_of

MOST_EXACT = 30
"""Samples in the plane up to which the optimum is tried to be found exactly."""
ROUNDS = 60
"""Most rounds of adding blocks; the proof decides how good the bounds are."""
VIOLATED = 1e-11
"""Relative violation below which no block is added."""
NEGLIGIBLE = 1e-9
"""Weights of blocks below this, relative to the largest, are left out of the network."""
UNIT_BITS = 60
SCALE_BITS = 64


@frozen(eq=False)
class Columns:
    """What was found over some blocks, and units whose images span all."""

    patterns: Patterns
    blocks: tuple[Block, ...]
    guess: ConicGuess
    start: tuple[Row, ...]


@define
class EuclideanTraining:
    """Bounds of the optimum for the norm 2; needs Clarabel, whose word counts for nothing.

    Args:
        program: the problem.
        limit: raise LimitReached if there are more patterns.
        progress: called with the number of blocks that are in use, now and then.
    """

    program: Problem
    limit: int | None = None
    progress: Report | None = None
    columns: Columns | None = field(init=False, default=None)

    def run(self) -> Trained:
        """Return bounds, or the proof that no network fits."""
        data, loss = self.program.data, self.program.dual_loss
        try:
            _ = [float(entry) for entry in (*data.targets, *chain.from_iterable(data.rows), loss.bound)]
        except OverflowError:
            raise InputError(
                "the data are too large for floating point, which guesses for the norm 2; scale them"
            ) from None
        atoms = Atoms.of(data, 1)
        basis, missed = spanning_atoms(atoms)
        if isinstance(loss, Interpolation):
            for vector in missed:
                value = dot(vector, loss.targets)
                if value:
                    ray = tuple(Fraction(entry) / value for entry in vector)
                    return Trained(self.program, False, Fraction(0), None, (), ray, len(atoms))
        if not any(loss.targets):
            zero = (Fraction(0),) * data.n_samples
            proof = _nothing(len(data.rows))
            return Trained(self.program, True, Fraction(0), Fraction(0), (), zero, None, True, proof)
        patterns = Patterns.of(data, self.limit)
        columns = self._by_columns(patterns, [atoms.units[k] for k in basis])
        return self._with_exact_value(self._proven(columns, True), patterns, columns.guess.dual)

    def partial(self) -> Trained | None:
        """Return bounds from the last program over blocks, None before there was one; this takes some seconds."""
        return None if self.columns is None else self._proven(self.columns, False)

    def _proven(self, columns: Columns, complete: bool) -> Trained:
        """Return bounds with their proofs from a guess."""
        loss, z = self.program.dual_loss, columns.guess.dual
        if isinstance(loss, Hinge):
            labels = np.array([float(y) for y in loss.targets])
            z = labels * np.clip(labels * z, 0, 1)
        dual, proof, lower = self._lower(bounded(columns.patterns, z))
        units, upper = self._upper(columns)
        return Trained(self.program, True, lower, upper, units, dual, None, complete, proof)

    def _with_exact_value(self, found: Trained, patterns: Patterns, z: Floats) -> Trained:
        """Return the answer with the optimum as a sum of square roots, if one of two ways finds it."""
        data, loss = self.program.data, self.program.dual_loss
        exact, units = _closed_form(self.program), found.units
        if data.dim == 2 and data.n_samples <= MOST_EXACT and not isinstance(loss, Hinge):
            optimum = radical_optimum(loss, patterns, z)
            if optimum is not None:
                if exact is not None and exact != optimum.value:
                    raise VerificationFailed("two ways to the optimum disagree")
                exact, units = optimum.value, optimum.units or units
        if exact is None:
            return found
        upper = loss.primal(evolve(found, units=units).fit, penalty_of(units, 2))
        if not RadicalSum.of(found.lower) <= exact <= RadicalSum.of(upper):
            raise VerificationFailed("the optimum does not lie between its bounds")
        return evolve(found, units=units, upper=upper, exact=exact)

    def _by_columns(self, patterns: Patterns, start: Sequence[Row]) -> Columns:
        """Return weights of blocks and a dual vector; blocks are added until none is violated, as floats say."""
        loss, bound = self.program.dual_loss, float(self.program.dual_loss.bound)
        chambers = {patterns.of_direction(unit) for unit in start}
        blocks = [(place, sign) for place in sorted(chambers) for sign in (1, -1)]
        for _ in range(ROUNDS):
            guess = solve_conic(loss, patterns, blocks)
            self.columns = Columns(patterns, tuple(blocks), guess, tuple(start))
            if self.progress is not None:
                zero = (Fraction(0),) * patterns.data.n_samples
                self.progress(Bounds(Fraction(0), zero, n_taken=len(blocks)))
            known = set(blocks)
            worse = patterns.greatest(guess.dual, bound * (1 + VIOLATED))
            fresh = [(place, sign) for _, place, sign in worse if (place, sign) not in known]
            if not fresh:
                break
            used = np.linalg.norm(guess.weights, axis=1)
            kept = used > NEGLIGIBLE * used.max(initial=0)
            kept[: 2 * len(chambers)] = True
            blocks = [block for block, keep in zip(blocks, kept, strict=True) if keep]
            blocks += fresh[: 4 * patterns.data.n_samples + 20]
        assert self.columns is not None, "there was a round"
        return self.columns

    def _lower(self, found: Bounded) -> tuple[Vector, Proof, Fraction]:
        """Return the best multiple of a dual vector under the bound, its proof, and the lower bound that it gives."""
        loss = self.program.dual_loss
        size = root_above(found.square)
        factor = loss.bound / size if size else Fraction(1)
        if isinstance(loss, Squared):
            square = dot(found.dual, found.dual)
            best = dot(found.dual, loss.targets) / square if square else factor
            factor = max(Fraction(0), min(factor, best))
        if isinstance(loss, Hinge):
            return self._lower_of_hinge(found, factor)
        factor = _below(factor)
        dual, proof = found.scaled(factor)
        return dual, proof, loss.dual(dual)

    def _lower_of_hinge(self, found: Bounded, factor: Fraction) -> tuple[Vector, Proof, Fraction]:
        """The dual vector was made to lie in the domain before its bound was found."""
        loss = self.program.dual_loss
        most = max((abs(entry) for entry in found.dual), default=Fraction(0))
        factor = _below(min(factor, 1 / most) if most else factor)
        dual, proof = found.scaled(factor)
        return dual, proof, loss.dual(dual)

    def _upper(self, columns: Columns) -> tuple[tuple[Unit, ...], Fraction]:
        """Return a network near the guess, and its loss with square roots rounded up."""
        loss = self.program.dual_loss
        weights = columns.guess.weights
        sizes = np.linalg.norm(weights, axis=1)
        units, bits = [], UNIT_BITS - exponent(sizes)
        for (_, sign), own, size in zip(columns.blocks, weights, sizes, strict=True):
            if size > NEGLIGIBLE * sizes.max():
                units.append(Unit(sign, tuple(rounded(float(entry), bits) for entry in own)))
        target = loss.targets
        if not isinstance(loss, Interpolation):
            target = Trained(self.program, True, Fraction(0), None, tuple(units), ()).fit
        found = tuple(self._fitted(units, columns.start, target))
        if not isinstance(loss, Interpolation) and found:
            lengths = np.array([np.linalg.norm([float(entry) for entry in unit.weights]) for unit in found])
            kept = lengths > NEGLIGIBLE * lengths.max()
            found = tuple(unit for unit, keep in zip(found, kept, strict=True) if keep)
        trained = Trained(self.program, True, Fraction(0), None, found, ())
        return found, loss.primal(trained.fit, penalty_of(found, 2))

    def _fitted(self, units: Sequence[Unit], others: Sequence[Row], target: Vector) -> list[Unit]:
        """Return units in the directions of some, and of a few others, that fit a target exactly; no more than samples.

        The weights solve a linear program whose costs are nearly the lengths of units.
        """
        data = self.program.data
        directions = list(dict.fromkeys([primitive(unit.weights) for unit in units] + list(others)))
        rows: list[Row] = []
        for direction in directions:
            image = [int(entry * data.scale) for entry in data.response(direction)]
            size = max(1, round(root_above(Fraction(dot(direction, direction))) * data.scale * (1 << UNIT_BITS)))
            rows += [(size, *(s * entry << UNIT_BITS for entry in image)) for s in (-1, 1)]
        found = maximize(target, rows, (), len(target))
        if not isinstance(found, Optimal):
            raise VerificationFailed("atoms that span all fits cannot fit the targets")
        fitted = []
        for k, direction in enumerate(directions):
            factor = (found.multipliers[2 * k] - found.multipliers[2 * k + 1]) * (data.scale << UNIT_BITS)
            if factor:
                fitted.append(Unit(1 if factor > 0 else -1, tuple(abs(factor) * entry for entry in direction)))
        return fitted


def _closed_form(program: Problem) -> RadicalSum | None:
    """Return the optimum of orthogonal data, if there is a closed form."""
    data = program.data
    if len(data.places) > 1 or not is_orthogonal(data.integer_rows) or program.loss == "hinge":
        return None
    if program.loss == "squared" and any(dot(row, row) != 1 for row in data.rows):
        return None
    return whitened_optimum(data.rows, data.targets, program.beta)


def _below(number: Fraction) -> Fraction:
    """Return a number a little below a positive one, with few digits."""
    shift = SCALE_BITS - number.numerator.bit_length() + number.denominator.bit_length()
    if shift <= 0:
        return Fraction(number.numerator // number.denominator)
    return Fraction((number.numerator << shift) // number.denominator, 1 << shift)


def _nothing(n_rows: int) -> Proof:
    """Return the proof that the dual vector 0 is below any bound."""
    return Proof("splits", 1, ([[0] * n_rows], [[0] * n_rows]))


def spanning_atoms(atoms: Atoms) -> tuple[list[int], tuple[Row, ...]]:
    """Return the numbers of atoms that are a basis of the span of all, and a basis of what is orthogonal to them."""
    n = atoms.n_samples
    candidates = list(range(0, len(atoms), max(1, len(atoms) // (4 * n))))
    while True:
        _, pivots = echelon(list(zip(*(atoms.images[k] for k in candidates), strict=True)))
        chosen = [candidates[j] for j in pivots]
        missed = kernel([atoms.images[k] for k in chosen], n)
        fresh = []
        for vector in missed:
            support, place = atoms.support([Fraction(entry) for entry in vector])
            if support and place is not None:
                fresh.append(place)
        if not fresh:
            return chosen, missed
        candidates = [*chosen, *dict.fromkeys(fresh)]
