"""The program over patterns as Clarabel solves it, in floats: a guess, which is never trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen

from polytopes.errors import MissingExtraError
from tropical.parameter_space.convex_training.euclidean.patterns import Floats, Patterns, exponent
from tropical.parameter_space.convex_training.losses import Hinge, Interpolation, Loss

Block = tuple[int, int]
"""A chamber, and the sign of the units in it."""


@frozen(eq=False)
class ConicGuess:
    """The dual vector and the weight of each block."""

    dual: Floats
    weights: Floats


class _Matrix:
    """A sparse matrix that is filled with dense pieces."""

    def __init__(self) -> None:
        self.pieces: list[tuple[int, int, Floats]] = []

    def add(self, row: int, column: int, piece: Floats) -> None:
        self.pieces.append((row, column, np.atleast_2d(piece)))

    def build(self, shape: tuple[int, int]) -> Any:
        from scipy.sparse import csc_matrix

        places, columns, values = [], [], []
        for row, column, piece in self.pieces:
            i, j = np.nonzero(piece)
            places.append(row + i)
            columns.append(column + j)
            values.append(piece[i, j])
        entries = np.concatenate(values), (np.concatenate(places), np.concatenate(columns))
        return csc_matrix(entries, shape=shape)


def solve_conic(loss: Loss, patterns: Patterns, blocks: Sequence[Block]) -> ConicGuess:
    """Guess the optimum over units in some blocks.

    Raises:
        MissingExtraError: without Clarabel.
    """
    try:
        import clarabel
        from scipy.sparse import csc_matrix, diags
    except ModuleNotFoundError:
        raise MissingExtraError("clarabel", "train", "training in the Euclidean norm") from None
    n, d, k = patterns.data.n_samples, patterns.data.dim, len(patterns.data.places)
    width = len(blocks) * (d + 1)  # of each block its norm and its weight
    extra = {"Interpolation": 0, "Squared": n, "Hinge": 2 * n}[type(loss).__name__]
    # Clarabel sees rows and targets with entries up to 1; so its tolerances are relative.
    y, matrix, right = np.array([float(entry) for entry in loss.targets]), _Matrix(), []
    wide, high = exponent(patterns.rows), 0 if isinstance(loss, Hinge) else exponent(y)
    rows, y = np.ldexp(patterns.rows, -wide), np.ldexp(y, -high)
    cones: list[Any] = [clarabel.ZeroConeT(n)]
    cost, square = np.zeros(width + extra), np.zeros(width + extra)
    cost[: width : d + 1] = 1 if isinstance(loss, Interpolation) else np.ldexp(float(loss.bound), -wide - high)
    for b, (place, sign) in enumerate(blocks):
        active = (patterns.signs[place] > 0)[:, np.newaxis] * rows
        matrix.add(0, b * (d + 1) + 1, sign * active.reshape(n, k, d).sum(axis=1))
    if isinstance(loss, Hinge):  # the fit, then what is lost at each sample
        matrix.add(0, width, -np.eye(n))
        right.append(np.zeros(n))
        cost[width + n :] = 1
    else:
        right.append(y)
        if not isinstance(loss, Interpolation):
            matrix.add(0, width, np.eye(n))
            square[width:] = 1
    row = n
    for b, (place, _) in enumerate(blocks):
        walls = patterns.signs[place][:, np.newaxis] * rows
        walls = walls[np.any(walls, axis=1)]
        matrix.add(row, b * (d + 1) + 1, -walls)
        row += len(walls)
    if isinstance(loss, Hinge):
        matrix.add(row, width, -np.diag(y))
        matrix.add(row, width + n, -np.eye(n))
        matrix.add(row + n, width + n, -np.eye(n))
        right += [np.zeros(row - n), -np.ones(n), np.zeros(n)]
        row += 2 * n
    else:
        right.append(np.zeros(row - n))
    cones.append(clarabel.NonnegativeConeT(row - n))
    matrix.add(row, 0, -np.eye(width))
    right.append(np.zeros(width))
    cones += [clarabel.SecondOrderConeT(d + 1)] * len(blocks)
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_iter, settings.max_threads = False, 200, 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    built = matrix.build((row + width, width + extra))
    solver = clarabel.DefaultSolver(csc_matrix(diags(square)), cost, built, np.concatenate(right), cones, settings)
    solution = solver.solve()
    point, dual = (np.nan_to_num(np.array(own), posinf=0, neginf=0) for own in (solution.x, solution.z))
    weights = point[:width].reshape(len(blocks), d + 1)[:, 1:]
    return ConicGuess(
        np.ldexp(-dual[:n], -wide if isinstance(loss, Interpolation) else high), np.ldexp(weights, high - wide)
    )
