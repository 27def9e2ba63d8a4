"""Boxes of so many coordinates that nothing is done with their vertices."""

from __future__ import annotations

from polytopes.errors import DomainError
from polytopes.polyhedra.polyhedron import Polyhedron

MOST_COORDINATES = 16
"""Coordinates that are not fixed of boxes whose vertices are listed."""


def refuse_many_vertices(domain: Polyhedron | None, way_out: str) -> None:
    """Refuse a box of too many coordinates, since regions in it have too many vertices.

    Args:
        domain: a domain; only boxes are looked at.
        way_out: what to do instead, after a semicolon.

    Raises:
        DomainError: if more than 16 coordinates are not fixed.

    >>> refuse_many_vertices(Polyhedron.box([0] * 16, [1] * 16), "fix some")
    >>> refuse_many_vertices(Polyhedron.box([0] * 40, [1] * 40), "fix some")
    Traceback (most recent call last):
    polytopes.errors.DomainError: the regions in a box with 40 free coordinates have too many vertices to list ...
    """
    if domain is not None and has_many_vertices(domain):
        size = domain.dim
        raise DomainError(
            f"the regions in a box with {size} free coordinates have too many vertices to list "
            f"(the box has 2^{size}); {way_out}"
        )


def has_many_vertices(domain: Polyhedron | None) -> bool:
    """Whether a domain is a box, perhaps cut by rows, of more than 16 dimensions.

    >>> has_many_vertices(Polyhedron.box([0] * 20, [1] * 16 + [0] * 4)), has_many_vertices(Polyhedron.whole_space(20))
    (False, False)
    """
    return domain is not None and domain.dim > MOST_COORDINATES and domain.cut_box is not None
