"""Where the cones of an activation fan are drawn, in floating point: nothing is decided here.

The dual graph of the fan is the graph of the activation polytope, so a cone is put at its vertex, projected to three
directions near those in which the vertices spread most; a small tilt keeps vertices of symmetric data from falling on
one another. The map is linear: parallel edges stay parallel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tropical.fans.data_set import DataSet

Floats = NDArray[np.float64]
Place = list[float]
TILT = 0.22
"""The share of the other directions in a projection."""


def polytope_places(data: DataSet, colors: Sequence[Sequence[int]], n_terms: int) -> Floats:
    """Return the vertex (class weight | class sum) of every colouring, in coordinates in which the data is round."""
    frame = round_frame(data)
    scaled = frame * np.sqrt(np.asarray(data.weights, dtype=float))[:, np.newaxis]
    found = np.zeros((len(colors), n_terms, frame.shape[1]))
    for i, own in enumerate(colors):
        np.add.at(found[i], list(own), scaled)
    return found.reshape(len(colors), -1)


def round_frame(data: DataSet) -> Floats:
    """Return [1 | X] in coordinates of its column space in which it has orthonormal columns.

    Differences are taken exactly, so that only the shape of the data matters, not its size or place.

    >>> abs(round_frame(DataSet.of([[10**30], [10**30 + 1], [10**30 + 2]]))).round(3).tolist()
    [[0.577, 0.707], [0.577, 0.0], [0.577, 0.707]]
    """
    rows = np.ones((data.n_points, data.dim + 1))
    for k, column in enumerate(zip(*data.points, strict=True), start=1):
        low, high = min(column), max(column)
        rows[:, k] = [2 * (entry - low) / (high - low) - 1 if low < high else 0 for entry in column]
    left, _, _ = np.linalg.svd(rows, full_matrices=False)
    found: Floats = left[:, : data.rank]
    return found


def folded_places(colors: Sequence[Sequence[int]], signs: Sequence[Sequence[int]]) -> Floats:
    """Return features that renaming the terms keeps: the signs, and which points have one term."""
    matrix = np.asarray(colors, dtype=np.int64).reshape(len(colors), -1)
    upper = np.triu_indices(matrix.shape[1], 1)
    equal = (matrix[:, upper[0]] == matrix[:, upper[1]]).astype(float)
    return np.hstack([np.asarray(signs, dtype=float).reshape(len(colors), -1), equal])


def three_directions(rows: Floats) -> list[Place]:
    """Return the rows projected to three directions of large spread, in a ball of radius 1.

    >>> three_directions(np.array([[1.0, 1.0], [1.0, 3.0]]))[0][1:]
    [0.0, 0.0]
    """
    if not len(rows):
        return []
    centered = rows - rows.mean(axis=0)
    sample = _sample(centered)
    right = np.linalg.eigh(sample.T @ sample)[1].T[::-1]
    flat = centered @ _tilted(right).T
    whole = np.zeros((len(rows), 3))
    whole[:, : flat.shape[1]] = flat
    largest = float(np.sqrt((whole**2).sum(axis=1)).max())
    scaled = whole / largest if largest > 0 else whole
    return [[round(float(entry), 5) + 0.0 for entry in row] for row in scaled]


def _tilted(directions: Floats) -> Floats:
    """Return the first three directions, each with a fixed generic share of the others."""
    oriented = np.array([_oriented(row) for row in directions]).reshape(-1, directions.shape[1])
    first, others = oriented[:3], oriented[3:]
    shares = np.sin(np.add.outer(np.arange(len(first)) * 2.399, np.arange(1, len(others) + 1) * 1.618))
    found: Floats = first + TILT * shares @ others
    return found


def _sample(rows: Floats) -> Floats:
    """Return enough rows for the directions of spread."""
    return rows[:: max(1, len(rows) // 3000)]


def _oriented(row: Floats) -> Floats:
    """Return a row or its negative: its largest entry is positive."""
    return row if row[int(np.abs(row).argmax())] >= 0 else -row
