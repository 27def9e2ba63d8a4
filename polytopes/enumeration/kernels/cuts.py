"""Compiled cutting of a cell by a wall: the rays on it and the rays on its two sides."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.rays import float_ray, integer_ray
from polytopes.enumeration.kernels.signs import are_adjacent, n_common, tighten
from polytopes.jit.compilation import compiled


@compiled
def put_ray(rays: Array, tight: Array, place: int, source: Array, source_tight: Array, i: int) -> None:
    """Copy a ray with its tight walls."""
    for k in range(rays.shape[1]):
        rays[place, k] = source[i, k]
    for word in range(tight.shape[1]):
        tight[place, word] = source_tight[i, word]


@compiled
def put_part(
    rays: Array, tight: Array, signs: Array, first: int, count: int, side: int, new: Array, new_tight: Array,
    found: int, place: int,
) -> int:  # fmt: skip
    """Write the rays of a cell on one side of a wall, then those on it; return the next free place.

    ``place`` is ``first`` (rays move down in order) or beyond the rays of the cell.
    """
    for i in range(count):
        if signs[i] == side:
            put_ray(rays, tight, place, rays, tight, first + i)
            place += 1
    for i in range(found):
        put_ray(rays, tight, place, new, new_tight, i)
        place += 1
    return place


@compiled
def cut_rays(
    form: Array, walls: Array, rays: Array, tight: Array, signs: Array, first: int, count: int, wall: int,
    out: Array, out_tight: Array, rows: Array, work: Array, n: int,
) -> int:  # fmt: skip
    """Write the rays of the cell on a new wall to ``out``; all signs are known. Return their number, -1 if no room.

    First come the rays of the cell that lie on the wall, then those between adjacent rays on its two sides. Two rays
    are adjacent iff no third is tight on all walls they share, of which there are at least d - 1; if one of them is
    tight on just d walls, any d - 1 of these leave an edge, and nothing more need be looked at.
    """
    found, need = 0, n - 2
    for i in range(first, first + count):
        if found == out.shape[0]:
            return -1
        if signs[i - first] == 0:
            put_ray(out, out_tight, found, rays, tight, i)
            tighten(out_tight, found, wall)
            found += 1
    for i in range(first, first + count):
        if signs[i - first] >= 0:
            continue
        simple = n_common(tight, i, i) == need + 1
        for j in range(first, first + count):
            if signs[j - first] <= 0:
                continue
            shared = n_common(tight, i, j)
            if shared < need:
                continue
            known = shared == need and (simple or n_common(tight, j, j) == need + 1)
            if not known and not are_adjacent(tight, first, first + count, i, j):
                continue
            if found == out.shape[0]:
                return -1
            exact = form[0, 2 * n] == 1.0 and rays[i, 2 * n] == 1.0 and rays[j, 2 * n] == 1.0
            known = exact and integer_ray(form, rays, i, j, out, found, n)
            if not known and not float_ray(form, walls, rays, tight, i, j, out, found, rows, work, n):
                # Known by its walls only: with infinite errors every sign on it is found exactly.
                for k in range(n):
                    out[found, k], out[found, n + k] = 1.0, np.inf
                out[found, 2 * n] = 0.0
            for word in range(tight.shape[1]):
                out_tight[found, word] = tight[i, word] & tight[j, word]
            tighten(out_tight, found, wall)
            found += 1
    return found
