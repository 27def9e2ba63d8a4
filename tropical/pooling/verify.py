"""Published formula, count and convex hull side by side, and all ways to count one small layer.

Each method computes every number independently, with the time it took. A method that would take too long is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations, product
from math import factorial, prod

from attrs import frozen
from flint import fmpz_poly

from polytopes.minkowski_sums import frontier
from polytopes.minkowski_sums.acyclic_choices import mask_of
from polytopes.minkowski_sums.hypergraph import Hypergraph
from polytopes.minkowski_sums.simplex_sum import SimplexSum
from polytopes.minkowski_sums.simplex_sum_faces import components
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.pooling import published
from tropical.pooling.layer import MaxPooling

CANDIDATES = 800
"""A hull is taken of at most this many sums of unit vectors, one from each window."""
ORDERS = 8
"""The winners of all orders are listed for at most this many inputs."""
LONGEST = 60.0
"""Seconds for the faces of a layer that is to be counted in every way."""
LISTED = 20_000
"""Vertices and faces are listed up to this many."""


@frozen
class Answer:
    """A number and the seconds it took."""

    value: int
    seconds: float


@frozen
class Check:
    """A number by a published formula, if there is one, by a count without a hull, and by a convex hull."""

    layer: str
    quantity: str
    statement: str
    """The published statement that covers the case; empty if none does."""
    formula: Answer | None
    count: Answer
    hull: Answer | None

    @property
    def agrees(self) -> bool:
        """Whether all computed values are equal."""
        return len({answer.value for answer in (self.formula, self.count, self.hull) if answer is not None}) == 1


def timed(compute: Callable[[], int]) -> Answer:
    """Return what is computed and how long it took."""
    started = time.perf_counter()
    value = compute()
    return Answer(value, time.perf_counter() - started)


def hull_of(graph: Hypergraph) -> Polyhedron:
    """Return the hull of all sums of unit vectors, one from each window: the definition."""
    points = {tuple(map(choice.count, range(graph.size))) for choice in product(*graph.windows)}
    return Polyhedron.from_generators(sorted(points), ambient_dim=graph.size)


def _by_hull(graph: Hypergraph, number: Callable[[Polyhedron], int]) -> Answer | None:
    """Return a number of the hull, or None if there are too many points to take a hull of."""
    too_many = prod(map(len, graph.windows)) > CANDIDATES
    return None if too_many else timed(lambda: number(hull_of(graph)))


def _n_vertices(hull: Polyhedron) -> int:
    return hull.n_vertices


def _n_facets(hull: Polyhedron) -> int:
    return hull.n_facets if hull.dim else 0


def verify_published(most_windows: int = 4, largest_window: int = 5) -> Iterator[Check]:
    """Yield checks of all published formulas for a range of layers, and of layers without one."""
    for k in range(1, largest_window + 1):
        for s in range(1, k + 1):
            for n in range(1, most_windows + 1):
                yield from _line_checks(n, k, s)
    for height, width in ((2, 3), (3, 2), (3, 3), (3, 4), (3, 6), (4, 4)):
        yield from _grid_checks(height, width)


def _line_checks(n: int, k: int, s: int) -> Iterator[Check]:
    graph, name = MaxPooling(s * (n - 1) + k, k, s).hypergraph, f"P_{{{n},{k},{s}}}"
    statement, vertices = _vertex_statement(n, k, s)
    counted = timed(lambda: frontier.count_vertices(graph))
    yield Check(name, "vertices", statement, timed(vertices), counted, _by_hull(graph, _n_vertices))
    if k > 1:
        formula = timed(lambda: published.theorem_4_19(n, k, s))
        listed = timed(lambda: len(SimplexSum(graph).facets))
        yield Check(name, "facets", "Theorem 4.19", formula, listed, _by_hull(graph, _n_facets))


def _vertex_statement(n: int, k: int, s: int) -> tuple[str, Callable[[], int]]:
    """Return the most specific statement that covers P_{n,k,s}, and its number."""
    if published.large_strides(k, s):
        return "Theorem 4.2", lambda: published.theorem_4_2(k, s).terms(n + 1)[n]
    if published.proportional(k, s):
        return "Theorem 4.3", lambda: published.theorem_4_3(k, s).terms(n + 1)[n]
    return "Theorem 4.5", lambda: published.theorem_4_5(k, s).terms(n)[n - 1]


def _grid_checks(height: int, width: int) -> Iterator[Check]:
    graph, name = MaxPooling((height, width), 2, 1).hypergraph, f"2x2 on {height}x{width}"
    statement, vertices = "", None
    if height == 3:
        statement, vertices = "Theorem 5.3", timed(lambda: published.theorem_5_3().terms(width + 1)[width])
    elif height == 2:
        statement, vertices = "Theorem 4.2, k = 4", timed(lambda: published.theorem_4_2(4, 2).terms(width)[width - 1])
    counted = timed(lambda: frontier.count_vertices(graph))
    yield Check(name, "vertices", statement, vertices, counted, _by_hull(graph, _n_vertices))
    listed = timed(lambda: len(SimplexSum(graph).facets))
    yield Check(name, "facets", "", None, listed, _by_hull(graph, _n_facets))


@frozen
class Way:
    """What one method found for one layer: None for what it does not give, or not in reasonable time."""

    name: str
    vertices: int | None
    facets: int | None
    f_vector: tuple[int, ...] | None
    seconds: float


def every_way(graph: Hypergraph) -> Iterator[Way]:
    """Yield what each method finds for a hypergraph; those that would take too long are left out."""
    started = time.perf_counter()
    vector = frontier.f_vector(graph, seconds=LONGEST)
    facets = vector[-2] if len(vector) > 1 else 0
    yield Way("frontier, faces", vector[0], facets, vector, time.perf_counter() - started)
    for name, compute in _ways(graph, vector):
        started = time.perf_counter()
        vertices, facets_found, vector_found = compute()
        yield Way(name, vertices, facets_found, vector_found, time.perf_counter() - started)


def agree(ways: Iterable[Way]) -> bool:
    """Return whether no two ways contradict each other."""
    found = [(way.vertices, way.facets, way.f_vector) for way in ways]
    return all(len({number for number in column if number is not None}) <= 1 for column in zip(*found, strict=True))


Found = tuple[int | None, int | None, tuple[int, ...] | None]


def _ways(graph: Hypergraph, vector: tuple[int, ...]) -> Iterator[tuple[str, Callable[[], Found]]]:
    P = SimplexSum(graph)
    yield "frontier, vertices", lambda: (frontier.count_vertices(graph), None, None)
    if len(graph.windows) <= LISTED:
        yield "facets listed", lambda: (None, len(P.facets), None)
    if vector[0] <= LISTED:
        yield "vertices listed", lambda: (sum(1 for _ in P.vertices()), None, None)
        yield "cells of the engine", lambda: (P.as_minkowski_sum().n_vertices, None, None)
    if sum(vector) <= LISTED:
        yield "faces listed", lambda: _from_faces(P)
    if graph.size <= ORDERS:
        yield "signed sums over sets", lambda: _from_signs(graph)
        yield f"all {factorial(graph.size)} orders", lambda: (_orders(graph), None, None)
    if prod(map(len, graph.windows)) <= CANDIDATES:
        yield "hull of all sums", lambda: _from_hull(graph)


def by_signs(graph: Hypergraph) -> tuple[int, ...]:
    """Return the f-vector from Euler characteristics, by recursion over the sets of elements.

    Let F(S) be the f-polynomial of the windows inside S, and let the traces of these windows on a nonempty set B, the
    top, have p components. The signs make every face count once::

        F(S) = sum over B of (-1)^(p - 1) t^(|B| - p) F(S less B),   F(empty) = 1

    >>> by_signs(Hypergraph.of([(0, 1, 2), (1, 2, 3)]))
    (7, 11, 6, 1)
    """
    masks = [mask_of(window) for window in graph.windows]
    t = fmpz_poly([0, 1])
    found = [fmpz_poly([1])]
    for ground in range(1, 1 << graph.size):
        inside = [mask for mask in masks if not mask & ~ground]
        total, top = fmpz_poly(), ground
        while top:
            pieces = len(components(inside, top))
            total += (-1) ** (pieces - 1) * t ** (top.bit_count() - pieces) * found[ground & ~top]
            top = (top - 1) & ground
        found.append(total)
    return tuple(map(int, found[-1].coeffs()))


def _from_signs(graph: Hypergraph) -> Found:
    vector = by_signs(graph)
    return vector[0], vector[-2] if len(vector) > 1 else 0, vector


def _from_faces(P: SimplexSum) -> Found:
    counts = [0] * (P.dim + 1)
    for face in P.faces():
        counts[face.dim] += 1
    return counts[0], counts[-2] if P.dim else 0, tuple(counts)


def _orders(graph: Hypergraph) -> int:
    orders = permutations(range(graph.size))
    return len({tuple(max(window, key=order.__getitem__) for window in graph.windows) for order in orders})


def _from_hull(graph: Hypergraph) -> Found:
    hull = hull_of(graph)
    return hull.n_vertices, _n_facets(hull), (*hull.f_vector(), 1)
