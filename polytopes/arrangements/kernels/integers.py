"""Restrictions of points with small integer coordinates, in a normal form."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from polytopes.arrangements.kernels.points import distinct

Array = np.ndarray[Any, Any]


@njit(cache=True, error_model="numpy")
def _primitive(row: Array) -> None:
    """Divide an integer row, not 0, by its content, and make its leading entry positive."""
    content, sign = 0, 0
    for entry in row:
        if entry:
            if sign == 0:
                sign = 1 if entry > 0 else -1
            a, b = content, abs(entry)
            while b:
                a, b = b, a % b
            content = a
            if content == 1:
                break
    content *= sign
    if content != 1:
        for j in range(row.size):
            row[j] //= content


@njit(cache=True, error_model="numpy")
def restrict_integers(points: Array, index: int) -> Array:
    """Return the distinct restrictions of the points before ``index`` to its hyperplane, as primitive integer rows.

    The columns are sorted by the absolute values in them, so that more restrictions come out equal; the rows by the
    number of zeros, then lexicographically.
    """
    size = points.shape[1]
    pivot = 0
    while points[index, pivot] == 0:
        pivot += 1
    out = np.empty((index, size - 1, 1), np.int64)
    lead = points[index, pivot]
    for i in range(index):
        factor = points[i, pivot]
        for j in range(size - 1):
            column = j + (j >= pivot)
            out[i, j, 0] = lead * points[i, column] - factor * points[index, column]
        _primitive(out[i, :, 0])
    found = distinct(out, index)
    return _sorted_rows(_sorted_columns(out[:found, :, 0]))


@njit(cache=True, error_model="numpy")
def _sorted_columns(points: Array) -> Array:
    signature = np.zeros(points.shape[1], np.int64)
    for j in range(points.shape[1]):
        for i in range(points.shape[0]):
            mixed = (abs(points[i, j]) + 1) * 0x9E3779B97F4A7C1
            signature[j] += (mixed ^ (mixed >> 29)) * (mixed >> 17)
    sorted_points = points[:, np.argsort(signature)]
    for i in range(points.shape[0]):
        _primitive(sorted_points[i])
    return sorted_points


@njit(cache=True, error_model="numpy")
def _sorted_rows(points: Array) -> Array:
    n, size = points.shape
    bits = 56 // size
    bound = (1 << bits) // 2 - 1
    weight = np.zeros(n, np.int64)
    for i in range(n):
        for j in range(size):
            clipped = min(max(points[i, j], -bound), bound)
            weight[i] = (weight[i] << bits) + clipped + bound
        for j in range(size):
            weight[i] += (points[i, j] == 0) << 57
    return points[np.argsort(weight)]
