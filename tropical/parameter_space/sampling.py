"""Dichotomies of random networks: floats guess the values, exact arithmetic confirms every dichotomy that is new."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from polytopes.arithmetic.rationals import dot
from tropical.fans.classification.fan import Signs
from tropical.fans.data_set import DataSet
from tropical.parameter_space.sign_changes import Layer

LARGEST = 9
"""The largest absolute value of the integers that are weights and biases."""
BATCH = 1000
"""Networks that are evaluated at once."""


def sampled_dichotomies(
    data: DataSet, hidden: Sequence[int], tries: int, known: Container[Signs], seed: int = 0
) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield dichotomies of random networks with these hidden widths, and a network with each; ``known`` are left out.

    The data is moved and scaled into a cube around 0, and weights are small integers there. The last constant takes
    each value that changes the signs at the data.
    """
    if not data.rows:
        return
    rng = np.random.default_rng(seed)
    centers, scale = _frame(data)
    places = [data.points[copies[0]] for copies in data.copies]
    points = np.array([[float((x - c) / scale) for x, c in zip(point, centers, strict=True)] for point in places])
    widths = (data.dim, *hidden, 1)
    seen: set[bytes] = set()
    for start in range(0, tries, BATCH):
        size = min(BATCH, tries - start)
        tables = [rng.integers(-LARGEST, LARGEST + 1, (size, b, a + 1)) for a, b in pairwise(widths)]
        values = _float_values(tables, points)
        for k, cut in _new_cuts(values, seen):
            layers = _in_place([table[k].tolist() for table in tables], centers, scale)
            yield from _exactly(data, layers, values[k] > cut, known)


def _new_cuts(values: Any, seen: set[bytes]) -> Iterator[tuple[int, float]]:
    """Yield (network, value) for each new set of points above the value; ``seen`` are those up to complements."""
    levels = np.sort(values, axis=1)
    levels[:, 1:], levels[:, 0] = levels[:, :-1].copy(), -np.inf
    above = values[:, :, np.newaxis] > levels[:, np.newaxis, :]
    above ^= above[:, :1, :]
    codes = np.packbits(above, axis=1).transpose(0, 2, 1)
    _, first = np.unique(codes.reshape(-1, codes.shape[2]), axis=0, return_index=True)
    for place in sorted(first.tolist()):
        k, level = divmod(place, levels.shape[1])
        code = codes[k, level].tobytes()
        if code not in seen:
            seen.add(code)
            yield k, levels[k, level]


def _exactly(
    data: DataSet, layers: list[Layer], above: Any, known: Container[Signs]
) -> Iterator[tuple[Signs, list[Layer]]]:
    """Yield the signs, and their opposites, if some last constant separates the points exactly as floats say."""
    own = above.tolist()
    values = exact_values(layers, data)
    high = [value for value, place in zip(values, data.position, strict=True) if own[place]]
    low = [value for value, place in zip(values, data.position, strict=True) if not own[place]]
    bottom, top = max(low, default=min(values) - 1), min(high, default=max(values) + 1)
    if bottom >= top:
        return
    middle = (bottom + top) / 2
    [row], [bias] = layers[-1]
    for sign in (1, -1):
        signs = tuple(sign if value > middle else -sign for value in values)
        if signs not in known:
            last = ([[sign * entry for entry in row]], [sign * (bias - middle)])
            yield signs, [*layers[:-1], last]


def _frame(data: DataSet) -> tuple[list[Fraction], Fraction]:
    """Return the center of the bounding box of the data, and half of its longest side."""
    columns = list(zip(*data.points, strict=True))
    widest = max((max(column) - min(column) for column in columns), default=Fraction(0))
    return [(max(column) + min(column)) / 2 for column in columns], widest / 2 or Fraction(1)


def _float_values(tables: Sequence[Any], points: Any) -> Any:
    """Return the values of all networks at all points."""
    values = points.T[np.newaxis]
    for k, table in enumerate(tables):
        values = table[:, :, 1:] @ values + table[:, :, :1]
        if k < len(tables) - 1:
            values = np.maximum(values, 0)
    return values[:, 0, :]


def _in_place(tables: Sequence[Any], centers: Sequence[Fraction], scale: Fraction) -> list[Layer]:
    """Return the layers as functions of the data."""
    layers: list[Layer] = [
        ([[Fraction(x) for x in row[1:]] for row in table], [Fraction(row[0]) for row in table]) for table in tables
    ]
    weights, biases = layers[0]
    scaled = [[entry / scale for entry in row] for row in weights]
    moved = [bias - dot(row, centers) for row, bias in zip(scaled, biases, strict=True)]
    return [(scaled, moved), *layers[1:]]


def exact_values(layers: Sequence[Layer], data: DataSet) -> list[Fraction]:
    """Return the value of a network with one output at every point.

    >>> layer = [[Fraction(1)]], [Fraction(-1)]
    >>> [str(value) for value in exact_values([layer, layer], DataSet.of([[0], [3]]))]
    ['-1', '1']
    """
    found = []
    for point in data.points:
        values = list(point)
        for k, (weights, biases) in enumerate(layers):
            values = [dot(row, values) + bias for row, bias in zip(weights, biases, strict=True)]
            if k < len(layers) - 1:
                values = [max(Fraction(0), value) for value in values]
        found.append(Fraction(values[0]))
    return found
