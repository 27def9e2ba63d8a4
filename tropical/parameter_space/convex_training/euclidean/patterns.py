"""The chambers of the data, and in which of them units exceed a dual vector, as floats say."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, dot
from polytopes.errors import LimitReached, MissingExtraError
from tropical.parameter_space.convex_training.training_data import TrainingData

Floats = NDArray[np.float64]
Signs = tuple[int, ...]


def nonnegative_least_squares(matrix: Floats, right: Floats) -> tuple[Floats, float]:
    """Return ``lam >= 0`` for which ``|matrix lam - right|`` is least, and that distance.

    Raises:
        MissingExtraError: without scipy.
    """
    try:
        from scipy.optimize import nnls
    except ModuleNotFoundError:
        raise MissingExtraError("scipy", "train", "training in the Euclidean norm") from None
    large, far = (float(np.abs(own).max(initial=0)) or 1.0 for own in (matrix, right))
    try:
        with np.errstate(invalid="ignore"):
            scaled = matrix / large, right / far
        solution, distance = nnls(*scaled)
    except (RuntimeError, ValueError):  # too many steps, or no finite floats: any multipliers are a valid guess
        return np.zeros(matrix.shape[1]), float(np.linalg.norm(right))
    return solution * (far / large), float(distance) * far


@frozen(eq=False)
class Patterns:
    """The signs of all chambers of the data, chambers by rows of the data."""

    data: TrainingData
    signs: NDArray[np.int8]

    @classmethod
    def of(cls, data: TrainingData, limit: int | None = None) -> Patterns:
        """Return all chambers.

        Raises:
            LimitReached: if there are more than ``limit``.
        """
        found: list[Signs] = []
        for signs in data.chamber_signs():
            found.append(signs)
            if limit is not None and len(found) > limit:
                raise LimitReached(f"more than {limit} patterns; raise the limit, or give fewer points")
        return cls(data, np.array(found, dtype=np.int8).reshape(len(found), len(data.rows)))

    def __len__(self) -> int:
        return len(self.signs)

    @cached_property
    def rows(self) -> Floats:
        """The rows of the data, rounded."""
        return np.array([[float(entry) for entry in row] for row in self.data.rows])

    def spread(self, z: Floats) -> Floats:
        """Return the entry of a dual vector for each row."""
        return np.repeat(z, len(self.data.places))

    def gradients(self, z: Floats) -> Floats:
        """Return the gradient of ``z . (X u)_+`` in each chamber."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray((self.signs > 0) @ (self.spread(z)[:, np.newaxis] * self.rows))

    def greatest(self, z: Floats, least: float) -> list[tuple[float, int, int]]:
        """Return where ``s z . (X u)_+`` exceeds a value for u of length 1, as (maximum, chamber, s), falling."""
        gradients, found = self.gradients(z), []
        sizes = np.linalg.norm(gradients, axis=1)
        for place in np.flatnonzero(sizes > least):
            walls = (self.signs[place][:, np.newaxis] * self.rows).T
            for sign in (1, -1):
                _, size = nonnegative_least_squares(walls, -sign * gradients[place])
                if size > least:
                    found.append((size, int(place), sign))
        return sorted(found, reverse=True)

    def of_direction(self, unit: Row) -> int:
        """Return a chamber whose closure contains a vector."""
        values = np.array([np.sign(dot(row, unit)) for row in self.data.integer_rows], dtype=np.int8)
        return int(np.flatnonzero((self.signs * values >= 0).all(axis=1))[0])


def exponent(values: Floats) -> int:
    """Return the least e for which all absolute values are below ``2^e``; 0 if there is none but 0.

    >>> exponent(np.array([0.3, -5.0])), exponent(np.zeros(2))
    (3, 0)
    """
    return int(np.frexp(np.abs(values).max(initial=0))[1])


def rounded(number: float, bits: int) -> Fraction:
    """Return a float rounded to a multiple of ``2^-bits``.

    >>> rounded(0.3, 2), rounded(30.0, -3)
    (Fraction(1, 4), Fraction(32, 1))
    """
    step = Fraction(2) ** -bits
    return round(Fraction(number) / step) * step
