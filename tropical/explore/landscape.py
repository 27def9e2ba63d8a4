"""The 0/1 loss on the dual graph of an activation fan: levels, their components, dichotomies and chambers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

Colours = Sequence[int]


class Components:
    """Disjoint sets of the numbers 0, 1, ..., n - 1 that grow together.

    >>> parts = Components(3)
    >>> parts.join(0, 2)
    >>> parts.find(0) == parts.find(2), len({parts.find(i) for i in range(3)})
    (True, 2)
    """

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, i: int) -> int:
        """Return the representative of the set of i."""
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Unite the sets of i and j."""
        self._parent[self.find(i)] = self.find(j)


@frozen
class Landscape:
    """Maximal cones with their losses, and the pairs of them that share a wall.

    ``colours`` has the term of each point; the first ``n_positive`` terms are those of g, the others those of h.
    """

    colours: tuple[tuple[int, ...], ...]
    walls: tuple[tuple[int, int], ...]
    n_positive: int
    losses: tuple[int, ...]

    @property
    def dichotomies(self) -> tuple[tuple[int, ...], ...]:
        """The sign vector of every cone."""
        return tuple(signs(colours, self.n_positive) for colours in self.colours)

    def n_chambers(self) -> int:
        """Return the number of classification chambers: cones joined by walls at which no point changes its sign."""
        found = self.dichotomies
        parts = Components(len(self.colours))
        for i, j in self.walls:
            if found[i] == found[j]:
                parts.join(i, j)
        return len({parts.find(i) for i in range(len(self.colours))})

    def levels(self) -> list[dict[str, Any]]:
        """Return for every loss its cones and the components of the sublevel set, ties counted as errors.

        A component without a cone of smaller loss is a minimum; it is spurious if its loss is not the least of all.
        """
        orbit = [renamed_by_appearance(colours, self.n_positive) for colours in self.colours]
        found = []
        for level in sorted(set(self.losses)):
            members = [i for i, loss in enumerate(self.losses) if loss <= level]
            parts = self._sublevel(level)
            roots = {parts.find(i) for i in members}
            lower = {parts.find(i) for i in members if self.losses[i] < level}
            found.append(
                {
                    "loss": level,
                    "cones": sum(loss == level for loss in self.losses),
                    "components": len(roots),
                    "components_modulo_symmetry": self._modulo_symmetry(parts, members, orbit),
                    "spurious_minima": len(roots - lower) if level > min(self.losses) else 0,
                }
            )
        return found

    def _sublevel(self, level: int) -> Components:
        parts = Components(len(self.losses))
        for i, j in self.walls:
            if self.losses[i] <= level and self.losses[j] <= level:
                parts.join(i, j)
        return parts

    @staticmethod
    def _modulo_symmetry(parts: Components, members: Iterable[int], orbit: Sequence[Colours]) -> int:
        """Renaming terms permutes components, so two of them are one if they meet the same orbit."""
        joined: dict[Any, int] = {}
        names = Components(len(orbit))
        for i in members:
            root = parts.find(i)
            names.join(root, joined.setdefault(tuple(orbit[i]), root))
        return len({names.find(parts.find(i)) for i in members})


def signs(colours: Colours, n_positive: int) -> tuple[int, ...]:
    """Return the sign of each point: +1 where a term of g is the largest.

    >>> signs((0, 2, 1), 2)
    (1, -1, 1)
    """
    return tuple(1 if colour < n_positive else -1 for colour in colours)


def loss(colours: Colours, n_positive: int, labels: Sequence[int], weights: Sequence[int]) -> int:
    """Return the weighted number of points on the wrong side.

    >>> loss((0, 2, 1), 2, (1, 1, 1), (1, 5, 1))
    5
    """
    found = signs(colours, n_positive)
    return sum(weight for own, label, weight in zip(found, labels, weights, strict=True) if own != label)


def renamed_by_appearance(colours: Colours, n_positive: int) -> tuple[int, ...]:
    """Return the representative of a colouring under renaming the terms of g, and those of h.

    >>> renamed_by_appearance((1, 3, 0, 2), 2)
    (0, 2, 1, 3)
    """
    names: dict[int, int] = {}
    counts = [0, n_positive]
    for colour in colours:
        if colour not in names:
            side = int(colour >= n_positive)
            names[colour] = counts[side]
            counts[side] += 1
    return tuple(names[colour] for colour in colours)
