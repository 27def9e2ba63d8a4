"""Axioms for the set of all activation patterns of a data set, checked on any set of patterns.

The patterns of any data set satisfy

* ``constant``: for every nonempty set S of terms the pattern that is S at every point (equal forms for S, lower ones
  for the rest);
* ``symmetry``: with a pattern its images under renaming the terms;
* ``surrounding``: with a pattern its refinement by any ordered partition of the terms (a small change of constants);
* ``weak composition``: for G and H some F that is G(p) & H(p) where this is not empty, and part of G(p) elsewhere (a
  small step from a parameter of G towards one of H).

For two terms, and for small data sets, they also satisfy

* ``weak elimination``: for G, H and a point p some F with F(p) containing G(p) and H(p), and F = G wherever G = H.
  It fails for three terms and seven points of Q^3 (in the tests, with certificates).

Patterns with fixed slopes are the types of an arrangement of tropical hyperplanes, and satisfy the axioms of a tropical
oriented matroid (Ardila and Develin, Tropical hyperplane arrangements and oriented matroids, 2009): ``surrounding`` and

* ``boundary``: for every term i the pattern that is {i} at every point (weaker than ``constant``);
* ``elimination``: for G, H and p some F with F(p) = G(p) | H(p), and F(q) one of G(q), H(q), G(q) | H(q) elsewhere;
* ``comparability``: the graph on the terms with an arc from i in G(p) to j in H(p), for every p, has no directed
  cycle; an undirected edge takes the place of the arc if i and j are both in G(p) & H(p).

With free slopes ``elimination`` and ``comparability`` fail, as does ``composition``: for G and H the pattern
G(p) & H(p) where this is not empty and G(p) elsewhere. Composition and elimination hold for two terms, where patterns
are covectors of a central arrangement, and fail for three terms already on three points of a line; comparability fails
for two terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations, combinations_with_replacement, permutations, product
from operator import or_

from attrs import field, frozen

from polytopes.errors import InputError, ShapeError
from polytopes.polyhedra.incidence import bits
from tropical.fans.activation.patterns import ActivationPattern

Masks = tuple[int, ...]
"""A pattern by the bit sets of its terms."""


@frozen
class Violation:
    """The first violation found: the axiom, the patterns that violate it, and what is missing.

    ``point`` is the point that the axiom names, if any; ``missing`` is the missing pattern, if it is determined.
    """

    axiom: str
    patterns: tuple[ActivationPattern, ...]
    point: int | None = None
    missing: ActivationPattern | None = None


@frozen(eq=False)
class PatternSet:
    """A set of patterns of the same numbers of points and terms."""

    n_points: int
    n_terms: int
    members: frozenset[Masks] = field(repr=False)

    @classmethod
    def of(cls, patterns: Iterable[ActivationPattern]) -> PatternSet:
        """Return the set of these patterns.

        Raises:
            ShapeError: if they differ in their numbers of points or terms, or there is none.
        """
        given = tuple(patterns)
        sizes = {(pattern.n_points, pattern.n_terms) for pattern in given}
        if len(sizes) != 1:
            raise ShapeError(f"patterns with {len(sizes)} different numbers of points and terms; give those of one")
        [(n_points, n_terms)] = sizes
        return cls(n_points, n_terms, frozenset(pattern.masks for pattern in given))

    def pattern(self, masks: Iterable[int]) -> ActivationPattern:
        """Return the pattern of these bit sets."""
        return ActivationPattern.from_masks(masks, self.n_terms)

    def violation(self, axiom: str, *given: Masks, point: int | None = None, missing: Masks | None = None) -> Violation:
        """Return a violation with its witnesses as patterns."""
        lacking = None if missing is None else self.pattern(missing)
        return Violation(axiom, tuple(map(self.pattern, given)), point, lacking)

    def pairs(self) -> Iterator[tuple[Masks, Masks]]:
        """Yield the pairs of members, in a fixed order."""
        ordered = sorted(self.members)
        return ((first, second) for first in ordered for second in ordered)


def first_violation(patterns: Iterable[ActivationPattern], axioms: Sequence[str] | None = None) -> Violation | None:
    """Return the first violation of the axioms, with its witnesses, or None if they hold.

    Args:
        patterns: patterns of the same numbers of points and terms.
        axioms: names out of :data:`AXIOMS`, checked in this order; :data:`OF_DATA` and weak elimination if None.

    >>> both, left, right = (ActivationPattern.of([terms] * 2, 2) for terms in ({0, 1}, {0}, {1}))
    >>> first_violation([both, left, right]) is None     # two equal points
    True
    >>> first_violation([both, left]).missing == right
    True
    >>> mixed = ActivationPattern.of([{0, 1}, {0}], 2)
    >>> first_violation([both, left, right, mixed]).axiom
    'symmetry'
    """
    given = PatternSet.of(patterns)
    for name in (*OF_DATA, "weak elimination") if axioms is None else axioms:
        if name not in AXIOMS:
            raise InputError(f"no axiom {name!r}; the axioms are {', '.join(AXIOMS)}")
        found = AXIOMS[name](given)
        if found is not None:
            return found
    return None


def _constant(given: PatternSet) -> Violation | None:
    for mask in range(1, 1 << given.n_terms):
        masks = (mask,) * given.n_points
        if masks not in given.members:
            return given.violation("constant", missing=masks)
    return None


def _boundary(given: PatternSet) -> Violation | None:
    for i in range(given.n_terms):
        masks = (1 << i,) * given.n_points
        if masks not in given.members:
            return given.violation("boundary", missing=masks)
    return None


def _symmetry(given: PatternSet) -> Violation | None:
    """Swaps of neighboring terms generate all renamings."""
    for masks in sorted(given.members):
        for i in range(given.n_terms - 1):
            image = tuple(_swapped(mask, i) for mask in masks)
            if image not in given.members:
                return given.violation("symmetry", masks, missing=image)
    return None


def _swapped(mask: int, i: int) -> int:
    """Return the bit set with bits i and i + 1 swapped."""
    return mask ^ (3 << i) if (mask >> i & 1) != (mask >> (i + 1) & 1) else mask


def _surrounding(given: PatternSet) -> Violation | None:
    """Partitions into two blocks suffice: others are made by B_1 before the rest, B_1 and B_2 before the rest, ...

    Terms that are in no tie change nothing. Of the others a refinement tells the block, except that in a component of
    the graph of a pattern all terms act as none: so one is missing before there are many more blocks than members.
    """
    for masks in sorted(given.members):
        tied = reduce(or_, (mask for mask in masks if mask & (mask - 1)), 0)
        for block in _parts(tied):
            refined = tuple(mask & block or mask for mask in masks)
            if refined not in given.members:
                return given.violation("surrounding", masks, missing=refined)
    return None


def _parts(mask: int) -> Iterator[int]:
    """Yield the nonempty subsets of a bit set, in increasing order.

    >>> list(_parts(0b1010))
    [2, 8, 10]
    """
    part = mask & -mask
    while part:
        yield part
        part = (part - mask) & mask


def _composition(given: PatternSet) -> Violation | None:
    for first, second in given.pairs():
        composed = tuple(a & b or a for a, b in zip(first, second, strict=True))
        if composed not in given.members:
            return given.violation("composition", first, second, missing=composed)
    return None


def _weak_composition(given: PatternSet) -> Violation | None:
    parts = {mask: [part for part in range(1, mask + 1) if part & ~mask == 0] for mask in range(1 << given.n_terms)}
    for first, second in given.pairs():
        if tuple(a & b or a for a, b in zip(first, second, strict=True)) in given.members:
            continue
        choices = ([a & b] if a & b else parts[a] for a, b in zip(first, second, strict=True))
        if not any(masks in given.members for masks in product(*choices)):
            return given.violation("weak composition", first, second)
    return None


def _weak_elimination(given: PatternSet) -> Violation | None:
    index: dict[Masks, dict[Masks, list[set[int]]]] = {}
    for first, second in combinations(sorted(given.members), 2):
        equal = tuple(p for p in range(given.n_points) if first[p] == second[p])
        if equal not in index:
            index[equal] = _by_values(given, equal)
        values = index[equal][tuple(first[p] for p in equal)]
        for p in range(given.n_points):
            union = first[p] | second[p]
            if union not in values[p] and not any(union & ~mask == 0 for mask in values[p]):
                return given.violation("weak elimination", first, second, point=p)
    return None


def _by_values(given: PatternSet, points: Masks) -> dict[Masks, list[set[int]]]:
    """Group the members by their values at some points; list the values that they have at every point."""
    found: dict[Masks, list[set[int]]] = {}
    for masks in given.members:
        values = found.setdefault(tuple(masks[p] for p in points), [set() for _ in masks])
        for own, mask in zip(values, masks, strict=True):
            own.add(mask)
    return found


def _elimination(given: PatternSet) -> Violation | None:
    """Sets of members are bit sets: those with a value at a point, and between two those with one of three at each."""
    ordered = sorted(given.members)
    having: list[dict[int, int]] = [{} for _ in range(given.n_points)]
    for number, masks in enumerate(ordered):
        for own, mask in zip(having, masks, strict=True):
            own[mask] = own.get(mask, 0) | 1 << number
    for first, second in combinations(ordered, 2):
        unions = tuple(a | b for a, b in zip(first, second, strict=True))
        if unions in given.members:
            continue
        between = -1
        for own, a, b, union in zip(having, first, second, unions, strict=True):
            between &= own[a] | own[b] | own.get(union, 0)
        for p, own in enumerate(having):
            if not between & own.get(unions[p], 0):
                return given.violation("elimination", first, second, point=p)
    return None


def _comparability(given: PatternSet) -> Violation | None:
    for first, second in combinations_with_replacement(sorted(given.members), 2):
        if _has_cycle(first, second):
            return given.violation("comparability", first, second)
    return None


def _has_cycle(first: Masks, second: Masks) -> bool:
    """Whether a cycle of the comparability graph contains an arc: its ends are then reached from one another."""
    terms = bits(reduce(or_, (*first, *second)))
    arcs, edges = dict.fromkeys(terms, 0), dict.fromkeys(terms, 0)
    for a, b in zip(first, second, strict=True):
        for i in bits(a):
            free = a & b if a & b & (1 << i) else 0
            arcs[i] |= b & ~free
            edges[i] |= free
    reach = {i: 1 << i | arcs[i] | edges[i] for i in terms}
    for k, i in product(terms, repeat=2):
        if reach[i] >> k & 1:
            reach[i] |= reach[k]
    return any(reach[j] >> i & 1 for i in terms for j in bits(arcs[i]))


AXIOMS: dict[str, Callable[[PatternSet], Violation | None]] = {
    "constant": _constant,
    "boundary": _boundary,
    "symmetry": _symmetry,
    "surrounding": _surrounding,
    "weak composition": _weak_composition,
    "weak elimination": _weak_elimination,
    "composition": _composition,
    "elimination": _elimination,
    "comparability": _comparability,
}
"""The axioms by name."""
OF_DATA = ("constant", "symmetry", "surrounding", "weak composition")
"""Those that the patterns of every data set satisfy."""
OF_ARRANGEMENTS = ("boundary", "elimination", "comparability", "surrounding")
"""Those of tropical oriented matroids, which the types of arrangements of tropical hyperplanes satisfy."""


def closure(patterns: Iterable[ActivationPattern]) -> set[ActivationPattern]:
    """Return the least set that contains the patterns and satisfies ``constant``, ``symmetry`` and ``surrounding``.

    >>> len(closure([ActivationPattern.of([{0, 1}, {0}], 2)]))
    7
    """
    given = PatternSet.of(patterns)
    members: set[Masks] = set()
    waiting = [*given.members, *((mask,) * given.n_points for mask in range(1, 1 << given.n_terms))]
    blocks = range(1, (1 << given.n_terms) - 1)
    while waiting:
        masks = waiting.pop()
        if masks not in members:
            members |= _images(masks, given.n_terms)
            waiting += [tuple(mask & block or mask for mask in masks) for block in blocks]
    return {given.pattern(masks) for masks in members}


def _images(masks: Masks, n_terms: int) -> set[Masks]:
    columns = [[mask >> i & 1 for mask in masks] for i in range(n_terms)]
    return {
        tuple(sum(bit << i for i, bit in enumerate(row)) for row in zip(*order, strict=True))
        for order in permutations(columns)
    }
