"""Edge subdivision, as a baseline: a fresh implementation from the description in the paper, in numpy, in 64 bits.

Berzins, Polyhedral complex extraction from ReLU networks using edge subdivision, ICML 2023. The program of the paper
is not in a package index. Like it, this one starts from a box, takes weights in general position for granted, and
keeps the vertices, their signs at every unit, and the edges; degenerate networks are counted wrongly.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Weights = list[tuple[Array, Array]]


class Skeleton:
    """Vertices, their sign vectors (sides of the box first) and edges of the complex in [-side, side]^d."""

    def __init__(self, dim: int, side: float) -> None:
        corners = np.array(list(product((0, 1), repeat=dim)))
        self.points = side * (2.0 * corners - 1)
        # A point of the box has sign 0 or 1 at each of its 2 d sides.
        self.signs = np.hstack([corners, 1 - corners]).astype(np.int8)
        apart = (corners[:, None] != corners[None]).sum(axis=2)
        self.edges = np.argwhere(np.triu(apart == 1))

    def layer(self, weights: Weights) -> None:
        """Cut by the units of the last layer of the network."""
        for unit in range(len(weights[-1][1])):
            self.cut(self.values(weights, unit))

    def values(self, weights: Weights, unit: int) -> Array:
        """Return the preactivation of a unit of the last layer at every vertex."""
        x = self.points
        for W, b in weights[:-1]:
            x = np.maximum(x @ W.T + b, 0)
        W, b = weights[-1]
        return x @ W[unit] + b[unit]

    def cut(self, values: Array) -> None:
        """Split the edges whose ends have opposite signs, and join the new vertices across the faces they cut."""
        new = np.sign(values).astype(np.int8)
        ends = new[self.edges]
        cut = ends[:, 0] * ends[:, 1] < 0
        split = self.edges[cut]
        self.signs = np.hstack([self.signs, new[:, None]])
        if not len(split):
            return
        a, b = split.T
        part = (values[a] / (values[a] - values[b]))[:, None]
        points = (1 - part) * self.points[a] + part * self.points[b]
        # On an edge the signs of its two ends agree wherever both are not zero.
        signs = np.where(self.signs[a] != 0, self.signs[a], self.signs[b])
        signs[:, -1] = 0
        numbers = len(self.points) + np.arange(len(split))
        across = numbers[self.pairs(signs[:, :-1])]
        halves = [np.column_stack([a, numbers]), np.column_stack([numbers, b])]
        self.points = np.vstack([self.points, points])
        self.signs = np.vstack([self.signs, signs])
        self.edges = np.vstack([self.edges[~cut], *halves, across])

    def pairs(self, signs: Array) -> Array:
        """Return the pairs of edges that lie in one face of dimension 2; an edge is given by its signs.

        Such a face has the signs of the edge but for one that is not zero there.
        """
        edge, column = np.nonzero(signs == 0)
        faces, owners = [], []
        for sign in (1, -1):
            inside = slice(None) if sign == 1 else column >= 2 * self.points.shape[1]
            chosen, changed = edge[inside], column[inside]
            face = signs[chosen]
            face[np.arange(len(chosen)), changed] = sign
            faces.append(face)
            owners.append(chosen)
        if not len(edge):
            return np.empty((0, 2), dtype=int)
        owner = np.concatenate(owners)
        _, face_of = np.unique(_packed(np.vstack(faces)), return_inverse=True)
        order = np.argsort(face_of, kind="stable")
        same = np.flatnonzero(np.diff(face_of[order]) == 0)
        return np.column_stack([owner[order[same]], owner[order[same + 1]]])

    def n_cells(self) -> int:
        """Count the cells of dimension d by their lowest vertices, lowest in a direction that no edge is level in.

        Where d walls meet, each leaves along one edge or two; a cell has one edge of each wall.
        """
        dim = self.points.shape[1]
        height = self.points @ np.sin(1 + np.arange(dim))
        low, high = self.edges.T
        swap = height[low] > height[high]
        low, high = np.where(swap, high, low), np.where(swap, low, high)
        left = np.zeros((len(self.points), self.signs.shape[1]), dtype=np.int8)
        leaves = (self.signs[low] == 0) & (self.signs[high] != 0)
        np.add.at(left, low, leaves.astype(np.int8))
        return int(np.where(self.signs == 0, left, 1).prod(axis=1, dtype=np.int64).sum())


def _packed(rows: Array) -> Array:
    """Return rows of signs as bytes, four signs in each, so that they compare fast."""
    n, width = rows.shape
    padded = np.zeros((n, -(-width // 4) * 4), dtype=np.uint8)
    padded[:, :width] = rows + 1
    packed = np.ascontiguousarray((padded.reshape(n, -1, 4) << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=2))
    packed = packed.astype(np.uint8)
    return packed.view(f"V{packed.shape[1]}").reshape(n)


def edge_subdivision(weights: Weights, side: float) -> int:
    """Return the number of cells of a ReLU network in [-side, side]^d."""
    skeleton = Skeleton(weights[0][0].shape[1], side)
    for depth in range(1, len(weights)):
        skeleton.layer(weights[:depth])
    return skeleton.n_cells()
