"""Fans as other programs write them: rays, and the cones as sets of row numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytopes.arithmetic.linalg import rank
from polytopes.arithmetic.rationals import Vector
from polytopes.complexes.fan import Fan
from polytopes.errors import FileFormatError
from polytopes.formats.limits import charge_dimension
from polytopes.messages import shortened
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.systems import System


def index_set(entry: Any, n_rows: int, what: str) -> list[int]:
    """Return a list of row numbers from a file.

    Args:
        entry: what stands in the file.
        n_rows: the number of rows, which are counted from 0.
        what: what the list is, for the message.

    Raises:
        FileFormatError: if it is none.

    >>> index_set([0, 2], 3, "cone")
    [0, 2]
    """
    if not isinstance(entry, list) or not all(type(i) is int and 0 <= i < n_rows for i in entry):
        raise FileFormatError(f"the {what} {shortened(entry)} is no list of row numbers from 0 to {n_rows - 1}")
    return entry


def fan_of(rays: Sequence[Vector], cones: Sequence[Sequence[int]], lines: Sequence[Vector], dim: int | None) -> Fan:
    """Return the fan with these rays and maximal cones, after looking whether every ray is a ray of its cones.

    That two cones meet in a common face is not looked at; :meth:`Fan.is_fan` does.

    Raises:
        InputError: if a ray is 0, repeated, in no cone, or in a cone that the others span.
    """
    charge_dimension(dim or 0)
    fan = Fan.from_rays(rays, cones, lines, dim)
    lineality = len(fan.lineality_space)
    for cone in fan.maximal_cones:
        rows = tuple(sorted(fan.rays[i] for i in cone))
        if rank((*rows, *fan.lineality_space)) == len(rows) + lineality:
            continue
        again = Cone(fan.ambient_dim, given_generators=System(rows, fan.lineality_space))
        if again.rays != rows or again.lines != fan.lineality_space:
            raise FileFormatError(
                f"the cone {shortened(list(cone))} is spanned by fewer rays; give the extreme rays only"
            )
    return fan
