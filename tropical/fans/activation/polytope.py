"""The activation polytope: the sum over the points p of the simplices conv{e_i (x) (1, p)}.

Its outer normal fan is the activation fan. A coloring c of a maximal cone is a vertex, whose block i is the number and
the sum of the points of color i. A ray of the fan is the normal of a facet. So both descriptions follow from the fan
without a convex hull; double description is a second way to each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from polytopes.arithmetic.long_numbers import text_of
from polytopes.arithmetic.rationals import Row, Vector, dot, exact_text, homogeneous, primitive
from polytopes.errors import LimitReached
from polytopes.minkowski_sums.minkowski_sum import MinkowskiSum
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.double_description import canonical
from polytopes.polyhedra.polyhedron import Polyhedron
from polytopes.polyhedra.systems import System
from tropical.fans.activation.faces import lineality_space, rays
from tropical.fans.activation.fan import ActivationFan


def polytope_vertex(fan: ActivationFan, colors: Sequence[int]) -> Vector:
    """Return the vertex of a coloring: block i is the number of points of color i and their sum, with multiplicity.

    >>> fan = ActivationFan.of([[0], [1], [5]], 2)
    >>> [str(entry) for entry in polytope_vertex(fan, (0, 0, 1))]
    ['2', '1', '1', '5']
    """
    width = fan.data.dim + 1
    entries = [Fraction(0)] * fan.dim
    for point, weight, color in zip(fan.data.points, fan.data.weights, colors, strict=True):
        for k, entry in enumerate((Fraction(1), *point)):
            entries[color * width + k] += weight * entry
    return tuple(entries)


def polytope_vertices(fan: ActivationFan) -> Iterator[tuple[tuple[int, ...], Vector]]:
    """Yield the colors of each maximal cone with the vertex of the activation polytope that is theirs."""
    for cone in fan.cones():
        yield cone.colors, polytope_vertex(fan, cone.colors)


def activation_polytope(fan: ActivationFan, limit: int | None = None) -> Polyhedron:
    """Return the activation polytope with its vertices, facets and the equations of its hull.

    Args:
        fan: an activation fan.
        limit: give up if there are more vertices than this.

    Raises:
        LimitReached: at the limit; only the number of vertices is computed then.

    >>> polytope = activation_polytope(ActivationFan.of([[0], [1], [2]], 2))
    >>> polytope.dim, polytope.f_vector()
    (2, (6, 6))
    """
    if limit is not None and fan.n_maximal_cones > limit:
        raise LimitReached(f"the polytope has {fan.n_maximal_cones} vertices, more than {limit}", fan.n_maximal_cones)
    points = [vertex for _, vertex in polytope_vertices(fan)]
    facets = [_facet(fan, tuple(chain.from_iterable(ray.parameter))) for ray in rays(fan)]
    if not facets:  # a point: nothing but the constant is positive on the cone over it
        facets = [(1,) + (0,) * fan.dim]
    equations = [_equation(points[0], line) for line in lineality_space(fan)]
    inequalities = System(*canonical(facets, equations), minimal=True)
    generators = System(tuple(sorted(map(homogeneous, points))), (), minimal=True)
    return Polyhedron(Cone(fan.dim + 1, inequalities, generators))


def polytope_document(fan: ActivationFan) -> dict[str, Any]:
    """Return the activation polytope with numbers as texts; rows of inequalities and equations are constant first."""
    polytope = activation_polytope(fan)
    return {
        "dim": polytope.dim,
        "ambient_dim": fan.dim,
        "vertices": [[exact_text(entry) for entry in vertex] for vertex in polytope.vertices],
        "inequalities": [[text_of(entry) for entry in row] for row in polytope.inequalities],
        "equations": [[text_of(entry) for entry in row] for row in polytope.equations],
    }


def _facet(fan: ActivationFan, normal: Row) -> Row:
    """Return the row of the inequality normal . x <= h(normal), h the support function."""
    width = fan.data.dim + 1
    forms = [normal[i : i + width] for i in range(0, fan.dim, width)]
    height: Fraction = sum(
        weight * max(dot(form, (Fraction(1), *point)) for form in forms)
        for point, weight in zip(fan.data.points, fan.data.weights, strict=True)
    )
    return primitive((height, *(-entry for entry in normal)))


def _equation(point: Vector, line: Row) -> Row:
    return primitive((-dot(line, point), *line))


def minkowski_sum(fan: ActivationFan) -> MinkowskiSum:
    """Return the activation polytope as a sum of simplices that is not expanded; one for each distinct point.

    >>> minkowski_sum(ActivationFan.of([[0], [1], [2]], 2)).n_vertices
    6
    """
    width = fan.data.dim + 1
    summands = []
    for copies in fan.data.copies:
        size = sum(fan.data.weights[p] for p in copies)
        point = [size * entry for entry in (Fraction(1), *fan.data.points[copies[0]])]
        before, after = range(0, fan.dim, width), range(fan.dim - width, -1, -width)
        summands.append([[*[0] * i, *point, *[0] * j] for i, j in zip(before, after, strict=True)])
    return MinkowskiSum.from_points(summands, fan.dim)
