"""The dual graph of a classification fan modulo renaming the terms of g among themselves and those of h.

An *orbit* is a partition of the distinct points into argmax classes together with the classes that belong to g. Its
representative gives the classes of g, in order, the terms 0, 1, ..., and those of h the terms n, n + 1, .... An edge
joins the representative of an orbit to an image of that of another under a renaming, the *voltage* of the edge; from
these the components of the dual graph itself are counted (Gross and Tucker, Topological graph theory, 1987, chapter 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import perm

from attrs import field, frozen

from polytopes.errors import LimitReached
from tropical.fans.activation.adjacency import Colors, Flip, first_appearance, flips
from tropical.fans.activation.fan import term_order, with_idle_terms
from tropical.fans.activation.parameters import Parameter
from tropical.fans.classification.fan import ClassificationFan, Signs, checked_fan
from tropical.fans.classification.permutation_groups import Permutation


@frozen
class SignedOrbit:
    """Classes of the distinct points, numbered by first appearance, and the bit set of those that belong to g."""

    colors: Colors
    positive: int

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return max(self.colors, default=-1) + 1

    def size(self, terms: tuple[int, int]) -> int:
        """Return the number of maximal cones in the orbit."""
        return perm(terms[0], self.used[0]) * perm(terms[1], self.used[1])

    @property
    def used(self) -> tuple[int, int]:
        """The numbers of terms of g and of h that are largest somewhere."""
        n_positive = self.positive.bit_count()
        return n_positive, self.n_classes - n_positive

    def names(self, terms: tuple[int, int]) -> tuple[int, ...]:
        """Return the term of each class in the representative."""
        found, unused = [], [0, terms[0]]
        for label in range(self.n_classes):
            side = 0 if self.positive >> label & 1 else 1
            found.append(unused[side])
            unused[side] += 1
        return tuple(found)

    @property
    def signs(self) -> Signs:
        """The signs of the distinct points."""
        return tuple(1 if self.positive >> color & 1 else -1 for color in self.colors)


@frozen
class Step:
    """A wall of an orbit's representative: ``flip`` with the rival in g or in h; ``here`` and ``there`` are indices."""

    here: int
    there: int
    flip: Flip
    rival_positive: bool
    crosses: bool
    """Whether the sign of the point changes."""


@frozen(slots=False, eq=False)
class SignedOrbits:
    """All orbits of maximal cones, and the walls between them."""

    fan: ClassificationFan
    orbits: tuple[SignedOrbit, ...] = field(repr=False)

    @classmethod
    def of(cls, fan: ClassificationFan, limit: int | None = None) -> SignedOrbits:
        """Enumerate the orbits of a fan.

        Raises:
            LimitReached: if there are more than ``limit`` maximal cones.
        """
        found, cones = [], 0
        for orbit, _ in signed_orbits(fan):
            found.append(orbit)
            cones += orbit.size(fan.terms)
            if limit is not None and cones > limit:
                raise LimitReached(f"more than {limit} maximal cones; raise the limit", cones)
        return cls(fan, tuple(found))

    @cached_property
    def index(self) -> dict[SignedOrbit, int]:
        """The place of every orbit."""
        return {orbit: i for i, orbit in enumerate(self.orbits)}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The walls, each once or from both sides; those to the same orbit may need both."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[Step]:
        n, m = self.fan.terms
        by_colors: dict[Colors, list[SignedOrbit]] = {}
        for orbit in self.orbits:
            by_colors.setdefault(orbit.colors, []).append(orbit)
        for flip in flips(self.fan.activation):
            names = first_appearance(flip.beyond)
            beyond = tuple(names[color] for color in flip.beyond)
            for orbit in by_colors[flip.colors]:
                n_positive, was = orbit.positive.bit_count(), bool(orbit.positive >> flip.colors[flip.place] & 1)
                idle = {True: n_positive < n, False: orbit.n_classes - n_positive < m}
                known = bool(orbit.positive >> flip.rival & 1)
                for side in (known,) if flip.rival < orbit.n_classes else (side for side in idle if idle[side]):
                    extended = orbit.positive | side << flip.rival
                    positive = sum(1 << new for old, new in names.items() if extended >> old & 1)
                    here, there = self.index[orbit], self.index[SignedOrbit(beyond, positive)]
                    if here <= there:
                        yield Step(here, there, flip, side, side != was)

    def voltage(self, step: Step) -> Permutation:
        """Return the renaming that takes the representative of ``there`` to the cone beyond that of ``here``."""
        terms = self.fan.terms
        here, there = self.orbits[step.here], self.orbits[step.there]
        names = list(here.names(terms))
        if step.flip.rival == len(names):
            n_positive = here.positive.bit_count()
            names.append(n_positive if step.rival_positive else terms[0] + len(names) - n_positive)
        old_of = {new: old for old, new in first_appearance(step.flip.beyond).items()}
        places = {term: names[old_of[new]] for new, term in enumerate(there.names(terms))}
        return _completed(places, terms)


def _completed(places: dict[int, int], terms: tuple[int, int]) -> Permutation:
    """Return a permutation with these values that keeps each side, free terms in order."""
    found = dict(places)
    for side in (range(terms[0]), range(terms[0], sum(terms))):
        taken = {found[term] for term in side if term in found}
        free = iter([term for term in side if term not in taken])
        found |= {term: next(free) for term in side if term not in found}
    return tuple(found[term] for term in range(sum(terms)))


def signed_orbits(fan: ClassificationFan) -> Iterator[tuple[SignedOrbit, Parameter]]:
    """Yield the orbits of maximal cones, each with the forms of its classes.

    >>> fan = ClassificationFan.of([[0], [1], [2]], (2, 1))
    >>> sum(orbit.size(fan.terms) for orbit, _ in signed_orbits(fan))
    21
    """
    checked_fan(fan)
    n, m = fan.terms
    for colors, parameter in fan.activation._partitions():
        for positive in range(1 << len(set(colors))):
            if positive.bit_count() <= n and len(set(colors)) - positive.bit_count() <= m:
                yield SignedOrbit(colors, positive), parameter


def representative(fan: ClassificationFan, orbit: SignedOrbit, parameter: Parameter) -> tuple[Colors, Parameter]:
    """Return the colors of all points in the representative of an orbit, and an interior parameter."""
    names = orbit.names(fan.terms)
    whole = with_idle_terms(parameter, fan.n_terms, fan.data.dim)
    order = term_order(names, fan.n_terms)
    colors = tuple(names[orbit.colors[place]] for place in fan.data.position)
    return colors, tuple(whole[i] for i in order)
