"""Normal fans: which face of a polyhedron is maximal in a direction."""

from __future__ import annotations

from typing import Literal

from polytopes.complexes.fan import Fan
from polytopes.errors import InputError, NoAnswerError
from polytopes.polyhedra.incidence import bits, transpose
from polytopes.polyhedra.polyhedron import Polyhedron


def normal_fan(P: Polyhedron, direction: Literal["outer", "inner"] = "outer") -> Fan:
    """Return the fan of the cones N(F) = {y : y . x is maximal over P on F}, F running over the faces.

    Maximal cone i belongs to ``P.vertices[i]`` and ray j to ``P.inequalities[j]``. If P is lower-dimensional the
    lineality space of the fan is the orthogonal space of its affine hull; if P is unbounded the fan is not complete,
    its support is the polar of the recession cone. (If P has lines, vertices stand for minimal faces.)

    Args:
        P: a polyhedron, not empty.
        direction: "outer" as above; "inner" for the negative fan, on whose cones the minimum is attained.

    Raises:
        NoAnswerError: if P is empty.

    >>> fan = normal_fan(Polyhedron.box([0, 0], [1, 2]))
    >>> fan.rays, fan.maximal_cones
    (((0, -1), (-1, 0), (1, 0), (0, 1)), ((0, 1), (1, 3), (0, 2), (2, 3)))
    """
    if direction not in ("outer", "inner"):
        raise InputError(f"direction {direction!r}; it is 'outer' or 'inner'")
    if P.is_empty:
        raise NoAnswerError("the empty polyhedron has no normal fan; test is_empty first")
    sign = -1 if direction == "outer" else 1
    rays = tuple(tuple(sign * entry for entry in row[1:]) for row in P.inequalities)
    facets_at = transpose(P.incidence, len(P.generators))[: P.n_vertices]
    return Fan.from_rays(rays, map(bits, facets_at), [row[1:] for row in P.equations], P.ambient_dim)
