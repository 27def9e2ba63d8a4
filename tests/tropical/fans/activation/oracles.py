"""Slow second ways to what the activation fan is: all colorings, one exact linear program each."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from polytopes.optimization import cddlib
from tropical.fans.data_set import DataSet


def is_realized(data: DataSet, colors: tuple[int, ...], n_terms: int) -> bool:
    """Whether (theta_i - theta_j) . (1, p) >= 1 has a solution, i the color of p and j any other; by cddlib."""
    width = data.dim + 1
    rows = []
    for point, i in zip(data.points, colors, strict=True):
        for j in range(n_terms):
            if j != i:
                row = [Fraction(0)] * (n_terms * width)
                row[i * width : (i + 1) * width] = [Fraction(1), *point]
                row[j * width : (j + 1) * width] = [Fraction(-1), *(-entry for entry in point)]
                rows.append((Fraction(-1), *row))
    if not rows:
        return True
    return cddlib.maximum([0] * (n_terms * width + 1), rows)[0] == "optimal"


def colorings(data: DataSet, n_terms: int) -> set[tuple[int, ...]]:
    """All colorings that are realized."""
    every = product(range(n_terms), repeat=data.n_points)
    return {colors for colors in every if is_realized(data, colors, n_terms)}
