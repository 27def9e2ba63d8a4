"""The number of parts of a polytope by hyperplanes, in rational arithmetic, by plain splitting and by sections."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

Vector = tuple[Fraction, ...]


def box_corners(dim: int, side: int = 1) -> list[tuple[Vector, frozenset[int]]]:
    """Return the vertices (1, x) of a box, each with the numbers of the facets it is on."""
    corners = product((-1, 1), repeat=dim)
    return [
        ((Fraction(1), *(Fraction(side * s) for s in signs)), frozenset(2 * k + (s > 0) for k, s in enumerate(signs)))
        for signs in corners
    ]


def value(form: Sequence[int], x: Vector) -> Fraction:
    """Return the value of a form (constant first) at (1, x)."""
    return sum((a * b for a, b in zip(form, x, strict=True)), Fraction(0))


def section(vertices, form):
    """Return the vertices of a polytope on a hyperplane, with the facets of the polytope that they are on."""
    found = [(x, walls) for x, walls in vertices if value(form, x) == 0]
    for (x, p), (y, q) in combinations(vertices, 2):
        g, h = value(form, x), value(form, y)
        if g * h < 0 and not any(p & q <= walls for z, walls in vertices if z not in (x, y)):
            found.append(
                (tuple((abs(h) * a + abs(g) * b) / (abs(g) + abs(h)) for a, b in zip(x, y, strict=True)), p & q)
            )
    return found


def parts(forms, vertices) -> int:
    """Return the number of parts of the relative interior of a polytope without the hyperplanes of some forms."""
    crossing = [f for f in forms if min(value(f, x) for x, _ in vertices) < 0 < max(value(f, x) for x, _ in vertices)]
    total = 1
    for i, form in enumerate(crossing):
        cut = section(vertices, form)
        if all(any(value(other, x) for x, _ in cut) for other in crossing[:i]):
            total += parts(crossing[:i], cut)
    return total
