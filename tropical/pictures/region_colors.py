"""Colors of regions and walls: by affine map, class, value, gradient or layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

import networkx as nx
from networkx.algorithms.coloring.greedy_coloring import strategy_smallest_last

from polytopes.arithmetic.rationals import dot
from polytopes.drawing.figures import TINTS, floats
from tropical.pictures.planar_complex import PlanarComplex, Polygon

LINES = (
    ("#1A1A1A", "-", 1.3),
    ("#AA3377", (0, (4, 1.2)), 1.0),
    ("#225588", (0, (1, 1)), 1.1),
    ("#225522", (0, (5, 1, 1, 1)), 0.9),
    ("#663333", (0, (7, 1.5)), 0.8),
    ("#555555", (0, (1, 2.5)), 0.8),
)
"""Color, dashes and width of the boundaries of layer 1, 2, ...; each of the three tells the first layers apart."""
BRIGHT = ("#4477AA", "#EE6677", "#228833", "#B8A000", "#AA3377", "#0099BB")
"""Colors of the boundaries of layers where regions are white (after Paul Tol's scheme "bright")."""


def map_colors(complex: PlanarComplex) -> list[tuple[float, ...]]:
    """Return a color for every affine map: adjacent ones differ in tint, all of one tint differ a little in shade."""
    from matplotlib.colors import to_rgb

    tint_of = map_tints(complex.map_graph)
    sizes, ranks = Counter(tint_of), Counter[int]()
    colors = []
    for tint in tint_of:
        white = 0.15 + 0.4 * ranks[tint] / sizes[tint]
        ranks[tint] += 1
        colors.append(tuple(part + (1 - part) * white for part in to_rgb(TINTS[tint])))
    return colors


def map_tints(graph: nx.Graph) -> list[int]:
    """Return a tint for each node, no neighbor's, and of those the one least used nearby and so far.

    A planar graph has a node with at most five neighbors, and so have all its parts: in the order in which such
    nodes are put back there is always a tint left. A map whose parts touch many others may have to share one.
    """
    tints: dict[int, int] = {}
    uses: Counter[int] = Counter()
    for node in strategy_smallest_last(graph, {}):
        near = Counter(tints[n] for n in graph[node] if n in tints)
        around = Counter(tints[m] for n in graph[node] for m in graph[n] if m in tints)
        tints[node] = min(range(len(TINTS)), key=lambda tint: (near[tint], around[tint], uses[tint]))
        uses[tints[node]] += 1
    return [tints[node] for node in range(len(graph))]


def values(complex: PlanarComplex) -> list[float]:
    """Return the value of the only output at the mean of the vertices of every polygon."""
    found = []
    for polygon in complex.polygons:
        [form] = polygon.region.cell.forms
        middle = [sum(column, Fraction(0)) / len(polygon.vertices) for column in zip(*polygon.vertices, strict=True)]
        found.append(dot(form, (Fraction(1), *middle)))
    return list(floats([found])[0])


def gradients(complex: PlanarComplex) -> list[float]:
    """Return the norm of the Jacobian on every polygon: the square root of the sum of squares."""
    squares = [
        sum((entry**2 for form in polygon.region.cell.forms for entry in form[1:]), Fraction(0))
        for polygon in complex.polygons
    ]
    return [sqrt(square) for square in floats([squares])[0]]


def classes_on(polygon: Polygon) -> Sequence[int]:
    """Return the classes with the largest score on all of a region of a ``score_network``: its forms that are 0."""
    return [k for k, form in enumerate(polygon.region.cell.integer_forms) if not any(form)]
