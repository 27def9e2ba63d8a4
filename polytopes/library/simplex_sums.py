"""Named sums of simplices with their known face numbers; for permutohedra see :mod:`polytopes.library.polytopes` too.

>>> example = graph_associahedron([(0, 1), (0, 2), (0, 3)])
>>> example.object.f_vector(), example.facts["f_vector"]
((16, 24, 10), (16, 24, 10))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb, factorial

from attrs import frozen

from polytopes.errors import InputError
from polytopes.library.known_answers import Example, check_size
from polytopes.minkowski_sums.simplex_sum import SimplexSum

POSTNIKOV = "A. Postnikov, Permutohedra, associahedra, and beyond, IMRN 2009"
REINER = "A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra (2008)"
MOST_TUBES = 32
"""The faces of a graph associahedron are listed, by definition, if it has at most this many facets."""

Tube = frozenset[int]


@frozen(repr=False)
class SimplexSumExample(Example[SimplexSum]):
    """A named sum of simplices; its facts are recomputed without a hull."""


def graph_associahedron(edges: Iterable[Sequence[int]], n: int | None = None) -> SimplexSumExample:
    """Return the sum over all *tubes*, the sets of vertices that induce a connected subgraph.

    Facets are the tubes other than whole components. Faces are the sets of such tubes of which any two are nested, or
    disjoint with no edge between. A path gives the associahedron, a cycle the cyclohedron, a complete graph the
    permutohedron, a star the stellohedron.

    Args:
        edges: pairs of the vertices 0, ..., n - 1.
        n: the number of vertices; one more than the largest one of an edge if not given.

    Raises:
        InputError: for loops and vertices out of range.
    """
    pairs = [tuple(edge) for edge in edges]
    size = 1 + max((max(pair) for pair in pairs), default=-1) if n is None else n
    if any(len(pair) != 2 or pair[0] == pair[1] or not 0 <= min(pair) <= max(pair) < size for pair in pairs):
        raise InputError(f"edges are pairs of different vertices from 0 to {size - 1}, got {pairs}")
    tubes = _tubes(pairs, size)
    proper = [tube for tube in tubes if any(tube < other for other in tubes)]
    facts: dict[str, object] = {"n_facets": len(proper)}
    if len(proper) <= MOST_TUBES:
        facts["f_vector"] = _tubings(proper, pairs)
    ordered = sorted(tuple(sorted(tube)) for tube in tubes)
    return SimplexSumExample(f"graph_associahedron_{size}", SimplexSum.of(ordered, size), facts, REINER)


def _tubes(pairs: Sequence[Sequence[int]], size: int) -> list[Tube]:
    neighbors = [{j for pair in pairs for j in pair if i in pair and j != i} for i in range(size)]
    found = [frozenset([i]) for i in range(size)]
    for own in found:
        around = set().union(*(neighbors[i] for i in own)) - own
        found += [larger for larger in (own | {other} for other in sorted(around)) if larger not in found]
    return list(dict.fromkeys(found))


def _tubings(tubes: Sequence[Tube], pairs: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return f_0, f_1, ... by the definition: the numbers of tubings of the largest size, one less, ..., one."""

    def fit(a: Tube, b: Tube) -> bool:
        return a < b or b < a or not (a & b or any(len({p, q} & a) == len({p, q} & b) == 1 for p, q in pairs))

    counts: Counter[int] = Counter()
    waiting: list[tuple[Tube, ...]] = [()]
    while waiting:
        tubing = waiting.pop()
        counts[len(tubing)] += 1
        start = tubes.index(tubing[-1]) + 1 if tubing else 0
        waiting += [(*tubing, tube) for tube in tubes[start:] if all(fit(tube, other) for other in tubing)]
    return tuple(counts[number] for number in range(max(counts), 0, -1))


def stellohedron(n: int) -> SimplexSumExample:
    """Return the graph associahedron of a star with n leaves; its vertices are their partial permutations."""
    check_size(n)
    facts = {"n_vertices": sum(factorial(n) // factorial(r) for r in range(n + 1)), "n_facets": 2**n + n - 1}
    example = graph_associahedron([(0, i) for i in range(1, n + 1)], n + 1)
    return SimplexSumExample(f"stellohedron_{n}", example.object, facts, REINER)


def pitman_stanley_sum(n: int) -> SimplexSumExample:
    """Return the sum over the sets {i, ..., n}, i < n, combinatorially a cube.

    Without its last coordinate it is the Pitman-Stanley polytope with the coordinates reversed.
    """
    check_size(n)
    facts = {"f_vector": tuple(2 ** (n - k) * comb(n, k) for k in range(n))}
    return SimplexSumExample(
        f"pitman_stanley_{n}", SimplexSum.of([range(i, n + 1) for i in range(n)]), facts, POSTNIKOV
    )


def all_subsets(n: int, k: int) -> SimplexSumExample:
    """Return the sum over all k-subsets of n elements, 2 <= k <= n.

    A vertex says which elements are the largest n - k + 1, and in which order.
    """
    if not 2 <= k <= n:
        raise InputError(f"subsets of {k} of {n} elements; 2 <= k <= n is needed")
    facts = {"n_vertices": factorial(n) // factorial(k - 1)}
    source = "G. Agnarsson, On a class of hypergraphic polytopes, arXiv 1611.05314"
    return SimplexSumExample(f"all_{k}_subsets_{n}", SimplexSum.of(combinations(range(n), k), n), facts, source)
