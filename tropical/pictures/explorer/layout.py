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
Integers = NDArray[np.int64]
Place = list[float]
TILT = 0.22
"""The share of the other directions in a projection."""
MOST_ROWS, MOST_PRODUCTS = 3000, 1000
"""Rows from which directions are found, and those of which all scalar products are taken."""
SMALL = 1e-12
"""Directions in which the spread is so small beside the largest are not drawn longer than they are."""


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


def folded_directions(colors: Sequence[Sequence[int]], signs: Sequence[Sequence[int]]) -> list[Place]:
    """Return three directions of features that renaming the terms keeps: the signs, and which points have one term.

    >>> folded_directions([(0, 1), (1, 0), (0, 0)], [(1, 1), (1, 1), (1, 1)])
    [[-0.5, 0.0, 0.0], [-0.5, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    if not colors:
        return []
    matrix, sides = np.asarray(colors, dtype=np.int64), np.asarray(signs, dtype=float)
    n_features = matrix.shape[1] * (matrix.shape[1] + 1) // 2
    if n_features <= len(matrix[:: _step(len(matrix), MOST_ROWS)]):
        return three_directions(np.hstack([sides, _equal_pairs(matrix)]))
    sample = slice(None, None, _step(len(matrix), MOST_PRODUCTS))
    products = sides @ sides[sample].T + _common_pairs(matrix, sample)
    means = products.mean(axis=1)
    products += means[sample].mean() - means[:, np.newaxis] - means[sample]
    return _by_products(products, sample)


def _equal_pairs(matrix: Integers) -> Floats:
    """Return 1 for every pair of entries of a row that are equal, else 0."""
    first, second = np.triu_indices(matrix.shape[1], 1)
    found: Floats = (matrix[:, first] == matrix[:, second]).astype(float)
    return found


def _common_pairs(matrix: Integers, sample: slice) -> Floats:
    """Return how many pairs of entries are equal in a row and also in one of the sample.

    If n_ab entries are a in the one and b in the other, these are the sum of n_ab (n_ab - 1) / 2 over all a and b.
    """
    places = [(matrix == entry).astype(float) for entry in np.unique(matrix)]
    squares = sum((own @ other[sample].T) ** 2 for own in places for other in places)
    found: Floats = (squares - matrix.shape[1]) / 2
    return found


def three_directions(rows: Floats) -> list[Place]:
    """Return the rows projected to three directions of large spread, in a ball of radius 1.

    >>> three_directions(np.array([[1.0, 1.0], [1.0, 3.0]]))[0][1:]
    [0.0, 0.0]
    """
    if not len(rows):
        return []
    centered = rows - rows.mean(axis=0)
    sample = centered[:: _step(len(rows), MOST_ROWS)]
    if len(sample) < sample.shape[1]:
        part = slice(None, None, _step(len(rows), MOST_PRODUCTS))
        return _by_products(centered @ centered[part].T, part)
    right = np.linalg.eigh(sample.T @ sample)[1].T[::-1]
    return _in_ball(centered @ _tilted(right).T)


def _by_products(products: Floats, sample: slice) -> list[Place]:
    """Return projections of centered rows, from their scalar products with the rows of a sample.

    The eigenvectors of a matrix and of its transpose correspond: this is for rows that are longer than there are many.
    """
    values, left = np.linalg.eigh(products[sample])
    lengths = np.sqrt(np.maximum(values, SMALL * max(1.0, values[-1])))
    return _in_ball(products @ _tilted((left / lengths).T[::-1]).T)


def _in_ball(flat: Floats) -> list[Place]:
    """Return rows of at most three coordinates as rows of three, in a ball of radius 1."""
    whole = np.zeros((len(flat), 3))
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


def _step(n_rows: int, most: int) -> int:
    """Return the step by which about ``most`` rows are taken, which are enough for the directions of spread."""
    return max(1, n_rows // most)


def _oriented(row: Floats) -> Floats:
    """Return a row or its negative: its largest entry is positive."""
    return row if row[int(np.abs(row).argmax())] >= 0 else -row
