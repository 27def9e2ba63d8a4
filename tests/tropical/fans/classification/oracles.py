"""Slow second ways to classification: colorings by exact programs, walls by exact programs, plain graphs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

import networkx as nx

from polytopes.optimization import cddlib
from tests.tropical.fans.activation.oracles import colorings
from tropical.fans.data_set import DataSet


def wall_exists(data: DataSet, here: tuple[int, ...], there: tuple[int, ...], n_terms: int) -> bool:
    """Whether some parameter ties exactly the two colors at the points that change, all else strict; by cddlib."""
    width = data.dim + 1
    rows, equations = [], []
    for point, i, rival in zip(data.points, here, there, strict=True):
        for j in range(n_terms):
            if j in (i, rival) and not (j == rival != i):
                continue
            row = [Fraction(0)] * (n_terms * width)
            row[i * width : (i + 1) * width] = [Fraction(1), *point]
            row[j * width : (j + 1) * width] = [Fraction(-1), *(-entry for entry in point)]
            if j == rival:
                equations.append((Fraction(0), *row))
            else:
                rows.append((Fraction(-1), *row))
    rows += equations + [tuple(-entry for entry in row) for row in equations]
    return cddlib.maximum([0] * (n_terms * width + 1), rows)[0] == "optimal"


def dual_graph(data: DataSet, n_terms: int) -> nx.Graph:
    """The maximal cones as colors of all points, joined if they share a wall."""
    cones = sorted(colorings(data, n_terms))
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(cones)
    for k, here in enumerate(cones):
        for there in cones[k + 1 :]:
            changed = {data.points[p] for p in range(data.n_points) if here[p] != there[p]}
            if len(changed) == 1 and wall_exists(data, here, there, n_terms):
                graph.add_edge(here, there)
    return graph


def signs(colors: tuple[int, ...], terms: tuple[int, int]) -> tuple[int, ...]:
    """The signs of a coloring."""
    return tuple(1 if color < terms[0] else -1 for color in colors)


def loss(data: DataSet, here: tuple[int, ...], there: tuple[int, ...]) -> int:
    """The loss where both sign vectors hold, ties as errors."""
    total = 0
    for a, b, label, weight in zip(here, there, data.labels, data.weights, strict=True):
        total += weight * (a != label or b != label)
    return total


def sublevel(graph: nx.Graph, data: DataSet, terms: tuple[int, int], most: int) -> nx.Graph:
    """The cones and walls with at most this loss."""
    found: nx.Graph = nx.Graph()
    found.add_nodes_from(c for c in graph if loss(data, signs(c, terms), signs(c, terms)) <= most)
    for here, there in graph.edges:
        if loss(data, signs(here, terms), signs(there, terms)) <= most:
            found.add_edge(here, there)
    return found


def renamings(terms: tuple[int, int]) -> Iterator[tuple[int, ...]]:
    """All renamings of the terms of g among themselves and those of h among themselves."""
    n, m = terms
    for first in permutations(range(n)):
        for last in permutations(range(n, n + m)):
            yield (*first, *last)


def modulo(components: list[set[tuple[int, ...]]], terms: tuple[int, int]) -> int:
    """The number of components up to renaming."""
    keys = {
        min(tuple(sorted(tuple(names[c] for c in cone) for cone in component)) for names in renamings(terms))
        for component in components
    }
    return len(keys)
