"""A fan whose quotient by the lineality space has dimension three, as a tiling of the sphere: floats for the eye.

The rays of the cones are exact (:mod:`tropical.activation.faces`); a cell is drawn as the polygon of great arcs through
them. Coordinates are such that the length of a parameter is that of its values on the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tropical.activation.faces import MaximalCone, maximal_cones
from tropical.activation.fan import ActivationFan, term_order

Floats = NDArray[np.float64]
ARC = 0.12
"""The longest straight piece of an arc, in radians."""


def sphere(fan: ActivationFan, colours: Sequence[tuple[int, ...]]) -> dict[str, Any] | None:
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
        for names in permutations(range(fan.n_terms), len(set(cone.colours))):
            own = tuple(names[cone.colours[place]] for place in fan.data.position)
            found[own] = chart.corners(cone, names)
    cells = [_in_order(found[own]) for own in colours]
    return {
        "centres": [_rounded(_centre(cell)) for cell in cells],
        "cells": [[_rounded(point) for point in _outline(cell)] for cell in cells],
    }


class _Chart:
    """Coordinates of the quotient: differences of the forms by their values on the data."""

    def __init__(self, fan: ActivationFan) -> None:
        self.n_terms, self.rank = fan.n_terms, fan.data.rank
        points = np.array([[entry / row[0] for entry in row] for row in fan.data.pivot_rows], dtype=float)
        self.frame: Floats = np.linalg.qr(points)[1]
        ones = np.ones((self.n_terms, 1))
        self.contrasts: Floats = np.linalg.qr(np.hstack([ones, np.eye(self.n_terms)[:, 1:]]))[0][:, 1:]

    def corners(self, cone: MaximalCone, names: Sequence[int]) -> Floats:
        """Return the unit vectors of the rays of a cone whose colours get other names."""
        order = list(term_order(names, self.n_terms))
        found = []
        for ray in cone.rays:
            largest = max(map(abs, ray))
            entries = [entry / largest for entry in ray] + [0.0] * self.rank
            forms = np.array(entries).reshape(self.n_terms, self.rank)[order]
            flat = (self.contrasts.T @ forms @ self.frame.T).ravel()
            found.append(flat / np.linalg.norm(flat))
        return np.array(found)


def _centre(corners: Floats) -> Floats:
    total = corners.sum(axis=0)
    centre: Floats = total / np.linalg.norm(total)
    return centre


def _in_order(corners: Floats) -> Floats:
    """Return corners in their order around the centre."""
    centre = _centre(corners)
    first = np.cross(centre, np.eye(3)[int(np.abs(centre).argmin())])
    angles = np.arctan2(corners @ np.cross(centre, first), corners @ first)
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
