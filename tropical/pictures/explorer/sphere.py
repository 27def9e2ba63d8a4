"""A fan whose quotient by the lineality space has dimension three, as a tiling of the sphere, in floating point.

The rays of the cones are exact (:mod:`tropical.fans.activation.faces`); a cell is drawn as the polygon of great arcs
through them. Coordinates are such that the length of a parameter is that of its values on the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polytopes.arithmetic.rationals import Row, dot
from tropical.fans.activation.faces import MaximalCone, maximal_cones
from tropical.fans.activation.fan import ActivationFan, term_order
from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.layout import round_frame

Floats = NDArray[np.float64]
ARC = 0.12
"""The longest straight piece of an arc, in radians."""


def sphere(fan: ActivationFan, colors: Sequence[tuple[int, ...]]) -> dict[str, Any] | None:
    """Return a centre and a polygon on the unit sphere for every cone, in their order; None in other dimensions.

    >>> tiling = sphere(ActivationFan.of([[0, 0], [1, 0], [0, 1]], 2), [(0, 0, 0), (0, 0, 1)])
    >>> len(tiling["cells"]), sphere(ActivationFan.of([[0], [1]], 2), [])
    (2, None)
    """
    if fan.dim - fan.lineality_dim != 3:
        return None
    chart = _Chart(fan)
    found: dict[tuple[int, ...], Floats] = {}
    for cone in maximal_cones(fan):
        for names in permutations(range(fan.n_terms), len(set(cone.colors))):
            own = tuple(names[cone.colors[place]] for place in fan.data.position)
            found[own] = chart.corners(cone, names)
    cells = [_in_order(found[own]) for own in colors]
    return {
        "centres": [_rounded(_center(cell)) for cell in cells],
        "cells": [[_rounded(point) for point in _outline(cell)] for cell in cells],
    }


class _Chart:
    """Coordinates of the quotient: differences of the forms by their values on the data."""

    def __init__(self, fan: ActivationFan) -> None:
        self.n_terms, self.rank = fan.n_terms, fan.data.rank
        self.rows = fan.data.pivot_rows
        self.frame: Floats = round_frame(DataSet.of(list(dict.fromkeys(fan.data.points))))
        ones = np.ones((self.n_terms, 1))
        self.contrasts: Floats = np.linalg.qr(np.hstack([ones, np.eye(self.n_terms)[:, 1:]]))[0][:, 1:]
        self.known: dict[Row, Floats] = {}

    def corners(self, cone: MaximalCone, names: Sequence[int]) -> Floats:
        """Return the unit vectors of the rays of a cone whose colours get other names."""
        order = list(term_order(names, self.n_terms))
        found = []
        for ray in cone.rays:
            flat = (self.contrasts.T @ self.values(ray)[order] @ self.frame).ravel()
            found.append(flat / np.linalg.norm(flat))
        return np.array(found)

    def values(self, ray: Row) -> Floats:
        """Return the values of the forms of a ray on the data, up to a factor; the last form is 0."""
        if ray not in self.known:
            parts = [ray[k : k + self.rank] for k in range(0, len(ray), self.rank)]
            exact = [[Fraction(dot(part, row), row[0]) for row in self.rows] for part in parts]
            largest = max(abs(value) for own in exact for value in own)
            floats = [[float(value / largest) for value in own] for own in exact]
            self.known[ray] = np.array([*floats, [0.0] * len(self.rows)])
        return self.known[ray]


def _center(corners: Floats) -> Floats:
    total = corners.sum(axis=0)
    center: Floats = total / np.linalg.norm(total)
    return center


def _in_order(corners: Floats) -> Floats:
    """Return corners in their order around the centre."""
    center = _center(corners)
    first = np.cross(center, np.eye(3)[int(np.abs(center).argmin())])
    angles = np.arctan2(corners @ np.cross(center, first), corners @ first)
    found: Floats = corners[np.argsort(angles)]
    return found


def _outline(corners: Floats) -> Floats:
    """Return the corners with points on the great arcs between them."""
    pieces = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        angle = float(np.arccos(np.clip(start @ end, -1, 1)))
        steps = np.linspace(0, 1, max(2, int(angle / ARC) + 2))[:-1, np.newaxis]
        chord = start * np.sin((1 - steps) * angle) + end * np.sin(steps * angle) if angle > 1e-9 else start[np.newaxis]
        pieces.append(chord / np.linalg.norm(chord, axis=1, keepdims=True))
    return np.vstack(pieces)


def _rounded(point: Floats) -> list[float]:
    return [round(float(entry), 5) + 0.0 for entry in point]
