"""The cones of all dimensions of an activation fan, as the faces of its maximal cones.

All cones contain the lineality space, so they are taken modulo it: the form of the last term is made 0, and only
the pivot columns of the data are kept. There a maximal cone is pointed, its rays are found from its walls by double
description, and its faces from the incidences. The pattern of a face is the intersection of the patterns of its rays,
because on the sum of parameters of one maximal cone a term is largest iff it is for each. One cone of each orbit under
renaming the terms is examined; a pattern is canonical if the point sets of its terms (its *columns*) are sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, groupby, permutations
from math import factorial, prod
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from polytopes.arithmetic.linalg import echelon, identity, kernel
from polytopes.arithmetic.rationals import Row, dot
from polytopes.errors import LimitReached
from polytopes.messages import exact_repr
from polytopes.polyhedra.double_description import dual_generators
from polytopes.polyhedra.face_lattice import face_levels
from polytopes.polyhedra.incidence import bits, incidences
from tropical.fans.activation.adjacency import Colors, Flip, flips
from tropical.fans.activation.fan import ActivationFan, term_order
from tropical.fans.activation.parameters import Parameter, from_pivots, parameter_texts, reduced_arc_row
from tropical.fans.activation.patterns import ActivationPattern

if TYPE_CHECKING:
    from polytopes.complexes.fan import Fan

Columns = tuple[int, ...]
"""For each term the bit set of the distinct points at which it is largest."""


@frozen
class PatternCone:
    """A cone of an activation fan: its pattern, its dimension and a parameter in its relative interior."""

    pattern: ActivationPattern
    dim: int
    parameter: Parameter = field(eq=False, repr=exact_repr)

    def as_dict(self) -> dict[str, Any]:
        """Return the cone with numbers as texts."""
        sets = [list(terms) for terms in self.pattern.sets]
        return {"sets": sets, "dim": self.dim, "parameter": parameter_texts(self.parameter)}


@frozen(eq=False, slots=False)
class MaximalCone:
    """A maximal cone with canonical colors of the distinct points: its rays, their columns, and the rays of its walls.

    ``walls`` are bit sets of rays.
    """

    colors: Colors
    rays: tuple[Row, ...] = field(repr=False)
    columns: tuple[Columns, ...] = field(repr=False)
    walls: tuple[int, ...] = field(repr=False)

    @cached_property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """The faces by level, as bit sets of rays; without a wall the cone is the whole space."""
        return face_levels(self.walls, len(self.rays)) if self.walls else ((0,),)

    def columns_of(self, face: int, whole: Columns) -> Columns:
        """Return the columns of a face, a bit set of rays."""
        found = whole
        for ray in bits(face):
            found = tuple(a & b for a, b in zip(found, self.columns[ray], strict=True))
        return found


def maximal_cones(fan: ActivationFan) -> Iterator[MaximalCone]:
    """Yield one maximal cone of each orbit under renaming the terms, with its rays modulo the lineality space."""
    with_walls = set()
    known: dict[Row, Columns] = {}
    for colors, group in groupby(flips(fan), key=lambda flip: flip.colors):
        with_walls.add(colors)
        yield _with_rays(fan, colors, tuple(group), known)
    for colors in fan.class_parameters:
        if colors not in with_walls:  # one term or no data: the cone is the whole space
            yield MaximalCone(colors, (), (), ())


def _with_rays(fan: ActivationFan, colors: Colors, walls: tuple[Flip, ...], known: dict[Row, Columns]) -> MaximalCone:
    """Return a maximal cone; ``known`` are the columns of rays of other cones, and those of its own are added."""
    n_terms, points = fan.n_terms, fan.data.pivot_rows
    n_classes = len(set(colors))
    rows = [
        reduced_arc_row(points[flip.place], colors[flip.place], rival, n_terms)
        for flip in walls
        for rival in (range(n_classes, n_terms) if flip.rival == n_classes else (flip.rival,))
    ]
    rays, _ = dual_generators(rows, (), fan.data.rank * (n_terms - 1))
    for ray in rays:
        if ray not in known:
            known[ray] = _columns(fan, ray)
    return MaximalCone(colors, rays, tuple(known[ray] for ray in rays), tuple(incidences(rows, rays)))


def _columns(fan: ActivationFan, ray: Row) -> Columns:
    """Return the columns of a parameter in reduced coordinates."""
    rank = fan.data.rank
    forms = [*(ray[i : i + rank] for i in range(0, len(ray), rank)), (0,) * rank]
    found = [0] * len(forms)
    for p, point in enumerate(fan.data.pivot_rows):
        values = [dot(point, form) for form in forms]
        best = max(values)
        for i, value in enumerate(values):
            if value == best:
                found[i] |= 1 << p
    return tuple(found)


def _whole(fan: ActivationFan) -> Columns:
    return ((1 << len(fan.data.rows)) - 1,) * fan.n_terms


def _orbits(fan: ActivationFan, limit: int | None) -> Iterator[tuple[int, Columns, MaximalCone, int]]:
    """Yield (level, columns, cone, face) for one face of each orbit of cones, the smallest cone at level 0."""
    seen: set[Columns] = set()
    whole = _whole(fan)
    for cone in maximal_cones(fan):
        for level, faces in enumerate(cone.levels):
            for face in faces:
                columns = cone.columns_of(face, whole)
                key = tuple(sorted(columns))
                if key not in seen:
                    if limit is not None and len(seen) >= limit:
                        raise LimitReached(f"more than {limit} orbits of patterns; raise the limit", len(seen))
                    seen.add(key)
                    yield level, columns, cone, face


def f_vector(fan: ActivationFan, limit: int | None = None) -> tuple[int, ...]:
    """Return the numbers of cones by codimension: maximal cones, walls, ..., rays modulo the lineality space.

    These are the numbers of vertices, edges, ..., facets of the activation polytope.

    Args:
        fan: an activation fan.
        limit: give up if there are more orbits of cones under renaming the terms than this.

    Raises:
        LimitReached: at the limit.

    >>> f_vector(ActivationFan.of([[0], [1], [2]], 3))
    (21, 48, 39, 12)
    """
    counts: dict[int, int] = {}
    for level, columns, _, _ in _orbits(fan, limit):
        counts[level] = counts.get(level, 0) + orbit_size(columns)
    top = max(counts)
    return tuple(counts[level] for level in range(top, 0, -1)) or (1,)


def orbit_size(columns: Columns) -> int:
    """Return in how many ways columns can be ordered.

    >>> orbit_size((3, 5, 3))
    3
    """
    return factorial(len(columns)) // prod(map(factorial, Counter(columns).values()))


def pattern_cones(fan: ActivationFan, limit: int | None = None) -> Iterator[PatternCone]:
    """Yield the cones of all dimensions, the lineality space too, each with a parameter in its relative interior.

    Arguments and errors are those of :func:`f_vector`.

    >>> fan = ActivationFan.of([[0], [1], [2]], 2)
    >>> sorted((cone.dim, cone.pattern.sets) for cone in pattern_cones(fan))[:2]
    [(2, ((0, 1), (0, 1), (0, 1))), (3, ((0,), (0,), (0, 1)))]
    """
    for level, columns, cone, face in _orbits(fan, limit):
        entries = [sum(entry) for entry in zip(*(cone.rays[i] for i in bits(face)), strict=True)]
        parameter = from_pivots(entries, fan.data, fan.n_terms)
        yield from _images(fan, columns, parameter, fan.lineality_dim + level)


def _images(fan: ActivationFan, columns: Columns, parameter: Parameter, dim: int) -> Iterator[PatternCone]:
    """Yield the different images of a cone under renaming the terms."""
    for order in distinct_orders(columns):
        pattern = _pattern(fan, [columns[i] for i in order])
        yield PatternCone(pattern, dim, tuple(parameter[i] for i in order))


def distinct_orders(columns: Columns, chosen: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Yield the permutations of the terms that give different columns, once each; ``chosen`` are the first terms.

    >>> list(distinct_orders((3, 5, 3)))
    [(0, 1, 2), (0, 2, 1), (1, 0, 2)]
    """
    if len(chosen) == len(columns):
        yield chosen
    tried = set()
    for term, column in enumerate(columns):
        if term not in chosen and column not in tried:
            tried.add(column)
            yield from distinct_orders(columns, (*chosen, term))


def _pattern(fan: ActivationFan, columns: list[int]) -> ActivationPattern:
    sets = [tuple(i for i, column in enumerate(columns) if column >> p & 1) for p in range(len(fan.data.rows))]
    return ActivationPattern(tuple(sets[place] for place in fan.data.position), fan.n_terms)


def n_patterns(counts: tuple[int, ...]) -> int:
    """Return the number of all patterns from the f-vector: the lineality space is one more cone, if it is not all.

    >>> n_patterns((21, 48, 39, 12)), n_patterns((1,))
    (121, 1)
    """
    return sum(counts) + (len(counts) > 1 or counts[0] > 1)


def rays(fan: ActivationFan) -> Iterator[PatternCone]:
    """Yield the rays modulo the lineality space: the cones that are larger by one dimension.

    >>> [cone.parameter for cone in rays(ActivationFan.of([[0], [0]], 2))]
    [((1, 0), (0, 0)), ((0, 0), (1, 0))]
    """
    seen: set[Columns] = set()
    for cone in maximal_cones(fan):
        for ray, columns in zip(cone.rays, cone.columns, strict=True):
            key = tuple(sorted(columns))
            if key not in seen:
                seen.add(key)
                yield from _images(fan, columns, from_pivots(ray, fan.data, fan.n_terms), fan.lineality_dim + 1)


def polyhedral_fan(fan: ActivationFan) -> Fan:
    """Return the activation fan as a :class:`polytopes.complexes.fan.Fan`, with rays and lineality space; for small
    ones.

    >>> polyhedral_fan(ActivationFan.of([[0], [1], [2]], 2))
    Fan in Q^4, 6 rays, 6 maximal cones, lineality of dimension 2
    """
    from polytopes.complexes.fan import Fan

    found = list(rays(fan))
    index = {ray.pattern: i for i, ray in enumerate(found)}
    cones = []
    for cone in maximal_cones(fan):
        for names in permutations(range(fan.n_terms), len(set(cone.colors))):
            order = term_order(names, fan.n_terms)
            cones.append([index[_pattern(fan, [columns[i] for i in order])] for columns in cone.columns])
    return Fan.from_rays([chain.from_iterable(ray.parameter) for ray in found], cones, lineality_space(fan), fan.dim)


def lineality_space(fan: ActivationFan) -> tuple[Row, ...]:
    """Return a basis of the parameters whose forms are all equal on the data, in echelon form."""
    width = fan.data.dim + 1
    on_data = kernel(fan.data.rows, width)
    rows = [tuple(entry for _ in range(fan.n_terms) for entry in unit) for unit in identity(width)]
    for term in range(fan.n_terms - 1):
        rows += [(*[0] * (term * width), *form, *[0] * ((fan.n_terms - term - 1) * width)) for form in on_data]
    return echelon(rows)[0]
