"""The flats of a hyperplane arrangement, the poset that they form, and its Möbius function.

The flats are the nonempty intersections of hyperplanes. Ordered by reverse inclusion they form the intersection poset
(a geometric lattice if the arrangement is central), and chi(t) = sum over flats F of mu(F) t^dim F: a second way to
the characteristic polynomial, independent of deletion and restriction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

import networkx as nx
from attrs import field, frozen

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import Row, Vector, dot
from polytopes.arrangements.characteristic_polynomial import Coefficients


@frozen
class Flat:
    """A nonempty intersection of hyperplanes, with the indices of all hyperplanes that contain it."""

    hyperplanes: tuple[int, ...]
    equations: tuple[Row, ...] = field(repr=False)
    """Homogeneous rows, constant first, in reduced echelon form with the constant column last."""
    ambient_dim: int = field(repr=False)

    @property
    def codim(self) -> int:
        """The codimension, that is the rank in the intersection poset."""
        return len(self.equations)

    @property
    def dim(self) -> int:
        """The dimension."""
        return self.ambient_dim - self.codim

    @cached_property
    def pivots(self) -> tuple[int, ...]:
        """For each equation the variable (0 to d - 1) that it determines."""
        return tuple(next(j for j, entry in enumerate(row[1:]) if entry) for row in self.equations)

    def lift(self, point: Vector) -> Vector:
        """Return the point of the flat whose free variables are given.

        >>> Flat((0,), ((-1, 1, 2),), 2).lift((Fraction(3),))
        (Fraction(-5, 1), Fraction(3, 1))
        """
        free = iter(point)
        full = [Fraction(0) if j in self.pivots else next(free) for j in range(self.ambient_dim)]
        for row, pivot in zip(self.equations, self.pivots, strict=True):
            rest = row[0] + dot(row[1:], full) - row[1 + pivot] * full[pivot]
            full[pivot] = Fraction(-rest, row[1 + pivot])
        return tuple(full)


def flats(hyperplanes: Sequence[Row], ambient_dim: int) -> tuple[tuple[Flat, ...], ...]:
    """Return the flats by codimension 0, 1, ..., rank.

    Args:
        hyperplanes: distinct rows ``(c, a_1, ..., a_d)`` with nonzero normals.
        ambient_dim: d.

    Algorithm:
        Level by level: each flat is cut with every hyperplane that does not contain it; equal echelon forms are one
        flat.

    >>> [len(level) for level in flats([(0, 1, 0), (1, 1, 0), (0, 0, 1)], 2)]
    [1, 3, 2]
    """
    levels: list[tuple[Flat, ...]] = []
    level: tuple[Flat, ...] = (Flat((), (), ambient_dim),)
    while level:
        levels.append(level)
        found: dict[tuple[Row, ...], Flat] = {}
        for flat in level:
            for cut in _cuts(hyperplanes, flat):
                found.setdefault(cut.equations, cut)
        level = tuple(sorted(found.values(), key=lambda flat: flat.hyperplanes))
    return tuple(levels)


def _cuts(hyperplanes: Sequence[Row], flat: Flat) -> Iterator[Flat]:
    """Yield the flats one codimension up inside ``flat``, each once."""
    seen = set(flat.hyperplanes)
    for index, row in enumerate(hyperplanes):
        if index in seen:
            continue
        basis, pivots = echelon([(*r[1:], r[0]) for r in (*flat.equations, row)])
        if flat.ambient_dim in pivots:
            continue
        equations = tuple((r[-1], *r[:-1]) for r in basis)
        cut = Flat(_containing(hyperplanes, basis, pivots), equations, flat.ambient_dim)
        seen.update(cut.hyperplanes)
        yield cut


def _containing(hyperplanes: Sequence[Row], basis: Sequence[Row], pivots: Sequence[int]) -> tuple[int, ...]:
    """Return the hyperplanes whose row, with the constant moved last, is a combination of the basis."""
    free = [j for j in range(len(basis[0])) if j not in pivots]
    found = []
    for index, row in enumerate(hyperplanes):
        last = (*row[1:], row[0])
        combination = [Fraction(last[p], base[p]) for base, p in zip(basis, pivots, strict=True)]
        if all(last[j] == dot(combination, [base[j] for base in basis]) for j in free):
            found.append(index)
    return tuple(found)


def intersection_poset(hyperplanes: Sequence[Row], ambient_dim: int) -> nx.DiGraph:
    """Return the cover graph: nodes are the flats, edges go to the flats one codimension up inside them.

    Arguments as for :func:`flats`. Every node has the attribute ``mobius``, the value mu(whole space, F) of the Möbius
    function.

    >>> graph = intersection_poset([(0, 1, 0), (0, 0, 1), (0, 1, 1)], 2)
    >>> graph.number_of_nodes(), graph.number_of_edges()
    (5, 6)
    """
    graph = nx.DiGraph()
    above: list[tuple[Flat, frozenset[int], int]] = []
    previous: list[tuple[Flat, frozenset[int], int]] = []
    for level in flats(hyperplanes, ambient_dim):
        current = []
        for flat in level:
            own = frozenset(flat.hyperplanes)
            mobius = -sum(value for _, indices, value in above if indices < own) if above else 1
            graph.add_node(flat, mobius=mobius)
            graph.add_edges_from((larger, flat) for larger, indices, _ in previous if indices < own)
            current.append((flat, own, mobius))
        above += current
        previous = current
    return graph


def characteristic_polynomial_from_flats(hyperplanes: Sequence[Row], ambient_dim: int) -> Coefficients:
    """Return chi as the sum of mu(F) t^dim F over all flats (highest power first).

    Slower than :mod:`polytopes.arrangements.characteristic_polynomial` and independent of it.

    >>> characteristic_polynomial_from_flats([(0, 1, 0), (0, 0, 1), (0, 1, 1)], 2)
    (1, -3, 2)
    """
    chi = [0] * (ambient_dim + 1)
    for flat, mobius in intersection_poset(hyperplanes, ambient_dim).nodes(data="mobius"):
        chi[flat.codim] += mobius
    return tuple(chi)
