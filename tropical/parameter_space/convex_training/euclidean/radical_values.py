"""Exact values for the Euclidean norm: sums of square roots of rational numbers, where the optimum is one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import frozen

from polytopes.arithmetic.linalg import echelon, solve
from polytopes.arithmetic.rationals import Row, Vector, dot, primitive
from polytopes.arithmetic.surds import RadicalSum
from polytopes.optimization.certificates import Optimal
from polytopes.optimization.linear_program import maximize
from polytopes.optimization.quadratic_program import Nearest, nearest_point
from tropical.parameter_space.convex_training.atoms import lines_cut_out
from tropical.parameter_space.convex_training.checker import root_above
from tropical.parameter_space.convex_training.euclidean.patterns import (
    Floats,
    Patterns,
    exponent,
    nonnegative_least_squares,
    rounded,
)
from tropical.parameter_space.convex_training.losses import Interpolation, Loss, Squared
from tropical.parameter_space.convex_training.trained import Unit
from tropical.parameter_space.convex_training.training_data import TrainingData

NEARLY = 1 - Fraction(1, 10**6)
"""The part of the bound above which a unit is taken for one at which the dual vector attains it."""
ENCLOSURE_BITS = 160
START_BITS = 40
COST_BITS = 60


def greatest_support(data: TrainingData, z: Vector) -> RadicalSum:
    """Return the greatest ``|z . (X u)_+|`` over units of length 1, exactly: the root of a rational number.

    Algorithm:
        In a chamber it is the length of the projection of the gradient onto the closed chamber. Floats say where it is
        likely greatest, and that is looked at first; multipliers, rounded, show that it is smaller elsewhere, or else
        the projection is computed there too.
    """
    patterns = Patterns.of(data)
    best = Fraction(0)
    for place, sign in _likely_first(patterns, z):
        signs = patterns.signs[place]
        gradient = [sign * entry for entry in _gradient(data, signs, z)]
        if dot(gradient, gradient) <= best or _is_below(data, signs, gradient, best):
            continue
        walls = [(0, *(int(s) * entry for entry in row)) for s, row in zip(signs, data.integer_rows, strict=True) if s]
        found = nearest_point(gradient, walls)
        assert isinstance(found, Nearest), "0 lies in every cone"
        best = max(best, Fraction(dot(found.point, found.point)))
    return RadicalSum.root(best)


def _likely_first(patterns: Patterns, z: Vector) -> list[tuple[int, int]]:
    """Return all chambers with both signs, first those where floats say that the support is greatest."""
    try:
        likely = patterns.greatest(np.array([float(entry) for entry in z]), 0.0)
    except OverflowError:
        likely = []
    every = [(place, sign) for place in range(len(patterns)) for sign in (1, -1)]
    return list(dict.fromkeys([*((place, sign) for _, place, sign in likely), *every]))


def _gradient(data: TrainingData, signs: Sequence[int], z: Vector) -> list[Fraction]:
    k = len(data.places)
    active = [(z[i // k], data.rows[i]) for i, sign in enumerate(signs) if sign > 0]
    return [sum((weight * row[j] for weight, row in active), Fraction(0)) for j in range(data.dim)]


def _is_below(data: TrainingData, signs: Sequence[int], gradient: Sequence[Fraction], best: Fraction) -> bool:
    """Whether rounded multipliers show that the square of the maximum in a chamber is at most ``best``."""
    if not best:
        return False
    try:
        walls = np.array([[int(s) * float(entry) for entry in row] for s, row in zip(signs, data.rows, strict=True)]).T
        multipliers, _ = nonnegative_least_squares(walls, -np.array([float(entry) for entry in gradient]))
    except OverflowError:
        return False
    total, bits = list(gradient), COST_BITS - exponent(multipliers)
    for s, row, factor in zip(signs, data.rows, map(float, multipliers), strict=True):
        if factor:
            total = [a + rounded(factor, bits) * int(s) * b for a, b in zip(total, row, strict=True)]
    return bool(dot(total, total) <= best)


@frozen
class RadicalOptimum:
    """An optimum that is a sum of square roots; for interpolation with a network of rational weights, which has it."""

    value: RadicalSum
    units: tuple[Unit, ...] | None


def radical_optimum(loss: Loss, patterns: Patterns, guess: Floats) -> RadicalOptimum | None:
    """Return the optimum in the plane if units on lines that the data cut out, or along points, attain it, or None.

    Args:
        loss: interpolation or the squared loss.
        patterns: the chambers of data in Q^2.
        guess: a dual vector that is nearly optimal.

    Algorithm:
        Units at which the guess nearly attains the bound are made to attain it: z is moved by the least amount. Its
        entries are then sums of square roots, and whether ``h(z) <= bound`` is decided exactly in every chamber: on
        its two rays, and inside if the gradient lies there. A network of these units with the loss that z shows is
        found by a linear program, or it is the one that belongs to the projection.
    """
    data, bound, near = patterns.data, loss.bound, [Fraction(float(entry)) for entry in guess]
    images: list[list[int]] = []
    directions: list[tuple[Row, int]] = []
    along_rows = {max(own, tuple(-entry for entry in own)) for own in map(primitive, data.integer_rows) if any(own)}
    for line in sorted(lines_cut_out(data.integer_rows, data.dim) | along_rows):
        for unit in (line, tuple(-entry for entry in line)):
            image = [int(entry * data.scale) for entry in data.response(unit)]
            value = dot(near, image) / data.scale
            if value**2 > (bound * NEARLY) ** 2 * dot(unit, unit):
                directions.append((unit, 1 if value > 0 else -1))
                images.append(image)
    if not images:
        return None
    wanted = [
        (image, _times(RadicalSum.root(Fraction(dot(unit, unit))), sign * bound * data.scale))
        for image, (unit, sign) in zip(images, directions, strict=True)
    ]
    is_squared = isinstance(loss, Squared)
    if not is_squared:
        wanted += [(turning, RadicalSum(())) for unit, _ in directions if (turning := _turning(data, unit)) is not None]
    _, kept = echelon([list(column) for column in zip(*(image for image, _ in wanted), strict=True)])
    chosen = [wanted[k] for k in kept]
    bits = START_BITS - exponent(guess)
    start = loss.targets if is_squared else tuple(rounded(float(entry), bits) for entry in guess)
    moves = _moves(chosen, start)
    if moves is None:
        return None
    z = [
        RadicalSum.total([RadicalSum.of(entry), *(_times(move, Fraction(image[i])) for move, image in moves)])
        for i, entry in enumerate(start)
    ]
    if not _is_within(patterns, z, bound):
        return None
    if is_squared:
        if any(directions[k][1] * move.sign > 0 for k, (move, _) in zip(kept, moves, strict=True)):
            return None
        square = RadicalSum.total(entry * entry for entry in z)
        return RadicalOptimum(_product(z, loss.targets) - _times(square, Fraction(1, 2)), None)
    return _attained(loss, data, images, [unit for unit, _ in directions], _product(z, loss.targets))


def _turning(data: TrainingData, unit: Row) -> list[int] | None:
    """Return the change of the image of a unit as it turns; None if it lies on a wall, where that has two sides.

    A dual vector whose bound is attained at a unit inside a chamber is orthogonal to it.
    """
    products = [dot(row, unit) for row in data.integer_rows]
    if any(any(row) and not product for row, product in zip(data.integer_rows, products, strict=True)):
        return None
    turned = (-unit[1], unit[0])
    changes = [dot(row, turned) if product > 0 else 0 for row, product in zip(data.integer_rows, products, strict=True)]
    k = len(data.places)
    found = [sum(changes[i : i + k]) for i in range(0, len(changes), k)]
    return found if any(found) else None


def _moves(
    chosen: Sequence[tuple[Sequence[int], RadicalSum]], start: Vector
) -> list[tuple[RadicalSum, Sequence[int]]] | None:
    """Return coefficients of vectors whose sum moves ``start`` to where its products with them are given numbers."""
    gram = [[dot(a, b) for b, _ in chosen] for a, _ in chosen]
    size = len(chosen)
    columns = [solve(gram, [int(i == k) for i in range(size)]) for k in range(size)]
    gaps = [value - RadicalSum.of(Fraction(dot(vector, start))) for vector, value in chosen]
    found = []
    for i, (vector, _) in enumerate(chosen):
        terms = []
        for column, gap in zip(columns, gaps, strict=True):
            if column is None:
                return None
            terms.append(_times(gap, column[i]))
        found.append((RadicalSum.total(terms), vector))
    return found


def _times(number: RadicalSum, factor: Fraction) -> RadicalSum:
    return RadicalSum((n, c * factor) for n, c in number.terms)


def _product(numbers: Sequence[RadicalSum], factors: Sequence[Fraction]) -> RadicalSum:
    return RadicalSum.total(_times(number, factor) for number, factor in zip(numbers, factors, strict=True))


def _is_within(patterns: Patterns, z: Sequence[RadicalSum], bound: Fraction) -> bool:
    """Whether ``|z . (X u)_+| <= bound |u|`` for all u in the plane, exactly."""
    data, k = patterns.data, len(patterns.data.places)
    lines = lines_cut_out(data.integer_rows, data.dim)
    rays = [tuple(sign * entry for entry in line) for line in lines for sign in (1, -1)]
    for signs in patterns.signs:
        active = [i for i, sign in enumerate(signs) if sign > 0]
        if not active:
            continue
        gradient = [RadicalSum.total(_times(z[i // k], data.rows[i][j]) for i in active) for j in range(data.dim)]
        if _is_surely_short(gradient, bound):
            continue
        sided = [tuple(int(s) * entry for entry in row) for s, row in zip(signs, data.integer_rows, strict=True) if s]
        for ray in rays:
            if all(dot(row, ray) >= 0 for row in sided):
                length = _times(RadicalSum.root(Fraction(dot(ray, ray))), bound)
                value = _product(gradient, [Fraction(entry) for entry in ray])
                if (length - value).sign < 0 or (length + value).sign < 0:
                    return False
        for sign in (1, -1):
            inward = [_product(gradient, [Fraction(sign * entry) for entry in row]).sign for row in sided]
            if min(inward) > 0:
                square = RadicalSum.total(entry * entry for entry in gradient)
                if (RadicalSum.of(bound * bound) - square).sign < 0:
                    return False
    return True


def _is_surely_short(gradient: Sequence[RadicalSum], bound: Fraction) -> bool:
    square = Fraction(0)
    for entry in gradient:
        low, high = entry.enclosure(ENCLOSURE_BITS)
        square += max(low * low, high * high)
    return square <= bound * bound


def _attained(
    loss: Loss, data: TrainingData, images: Sequence[Sequence[int]], directions: Sequence[Row], value: RadicalSum
) -> RadicalOptimum | None:
    """Return the optimum if a network of units in some directions fits, and has this penalty exactly."""
    assert isinstance(loss, Interpolation), "the fit is exact"
    rows: list[Row] = []
    for image, unit in zip(images, directions, strict=True):
        size = round(root_above(Fraction(dot(unit, unit))) * (1 << COST_BITS))
        rows += [(size, *(s * entry << COST_BITS for entry in image)) for s in (-1, 1)]
    found = maximize(loss.targets, rows, (), data.n_samples)
    if not isinstance(found, Optimal):
        return None
    units, terms = [], []
    for k, unit in enumerate(directions):
        factor = (found.multipliers[2 * k] - found.multipliers[2 * k + 1]) * (data.scale << COST_BITS)
        if factor:
            units.append(Unit(1 if factor > 0 else -1, tuple(abs(factor) * entry for entry in unit)))
            terms.append(_times(RadicalSum.root(Fraction(dot(unit, unit))), abs(factor)))
    return RadicalOptimum(value, tuple(units)) if RadicalSum.total(terms) == value else None
