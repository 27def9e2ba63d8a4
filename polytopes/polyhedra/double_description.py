"""Conversion of polyhedral cones between inequalities and generators, exactly.

Reading the generators of a cone as inequalities gives its dual cone, so one conversion serves both directions.
Two methods are available: ``"cdd"``, the double description of cddlib, and ``"own"``, the one written out below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import cdd
import cdd.gmp
import numpy as np

from polytopes.arithmetic.linalg import echelon, identity, inverse, kernel, rank, reduce_modulo
from polytopes.arithmetic.rationals import Row, dot, primitive
from polytopes.errors import InputError
from polytopes.optimization.linear_program import Optimal, minimize
from polytopes.polyhedra.incidence import Array, Words, exact_product, integer_array, neighbors, pack

OWN_METHOD_FROM = 10
"""Number of inequalities from which our own method is preferred to cddlib."""
FEW_RAYS = 700
"""Rays of a cone on the way that are never too many."""
BITS_FOR_FLOATS = 24
"""Longest entries of rows with which linear programs in floats are asked for rays: longer ones mislead them."""
BITS_FOR_PROGRAMS = 64
"""Longest entries of rows with which linear programs are asked for rays."""
BITS_FOR_CDD = 10_000
"""Longest determinants that are left to cddlib."""


def dual_generators(
    inequalities: Iterable[Row], equations: Iterable[Row], dim: int, method: str | None = None
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the extreme rays and the lines of ``{x in Q^dim : inequalities x >= 0, equations x = 0}``.

    By duality the same function takes rays and lines to the facet normals and equations of the cone that they generate.

    Args:
        inequalities: integer rows of length ``dim``; repeated, redundant and zero rows are allowed.
        equations: integer rows of length ``dim``.
        dim: the dimension of the space.
        method: ``"cdd"``, ``"own"`` or None for the one expected to be faster.

    Returns:
        Primitive rays, reduced modulo the lines and sorted, and the lines in reduced echelon form.

    Algorithm:
        The subspace cut out by the equations is parametrized and the lineality space split off; there remains a
        pointed cone, on which the double description method of Motzkin et al. runs.

    >>> dual_generators([(0, 1), (1, 1)], [], 2)
    (((-1, 1), (1, 0)), ())
    >>> dual_generators([(1, 0, 0)], [], 3)
    (((1, 0, 0),), ((0, 1, 0), (0, 0, 1)))
    """
    rows = sorted({primitive(row) for row in inequalities if any(row)})
    fixed = [row for row in equations if any(row)]
    if method is None:
        method = "own" if len(rows) >= OWN_METHOD_FROM or _are_long([*rows, *fixed], dim) else "cdd"
    if method not in _METHODS:
        raise InputError(f"unknown method {method!r}; the methods are {', '.join(map(repr, _METHODS))}")
    rays, lines = _METHODS[method](rows, fixed, dim)
    return canonical(rays, lines)


def _are_long(rows: Sequence[Row], dim: int) -> bool:
    """Whether determinants of the rows may be too long for cddlib's Python interface, which passes them as decimals."""
    longest = max((abs(entry).bit_length() for row in rows for entry in row), default=0)
    return longest * dim > BITS_FOR_CDD


def canonical(rows: Iterable[Sequence[Any]], linear: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows primitive, reduced modulo the linear ones, without zero rows or repetition and sorted.

    >>> canonical([(2, 4), (3, 1), (0, 5)], [(0, 2)])
    (((1, 0),), ((0, 1),))
    """
    basis, pivots = echelon([row for row in linear if any(row)])
    reduced = {reduce_modulo(row, basis, pivots) for row in rows}
    return tuple(sorted(row for row in reduced if any(row))), basis


def _dual_by_cdd(rows: Sequence[Row], equations: Sequence[Row], dim: int) -> tuple[list[Row], list[Row]]:
    if not rows and not equations:
        return [], list(identity(dim))
    table = [(0, *row) for row in (*rows, *equations)]
    matrix = cdd.gmp.matrix_from_array(table, lin_set=range(len(rows), len(table)), rep_type=cdd.RepType.INEQUALITY)
    generators = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(matrix))
    found: tuple[list[Row], list[Row]] = [], []
    for index, (height, *direction) in enumerate(generators.array):
        if not height:
            found[index in generators.lin_set].append(primitive(direction))
    return found


def _dual_by_own(rows: Sequence[Row], equations: Sequence[Row], dim: int) -> tuple[list[Row], list[Row]]:
    """Split off the equations and the lineality space, then run the double description on what is pointed."""
    space = kernel(equations, dim)
    inner = [[dot(row, base) for base in space] for row in rows] if equations else rows
    pivots = echelon(inner)[1]
    pointed = sorted({primitive([row[j] for j in pivots]) for row in inner} - {(0,) * len(pivots)})
    rays = extreme_rays(pointed, len(pivots))
    complement = [space[j] for j in pivots]
    lifted = [[sum(c * base[k] for c, base in zip(ray, complement, strict=True)) for k in range(dim)] for ray in rays]
    return [primitive(ray) for ray in lifted], list(kernel((*rows, *equations), dim))


_METHODS = {"cdd": _dual_by_cdd, "own": _dual_by_own}


def extreme_rays(rows: Sequence[Row], dim: int) -> list[Row]:
    """Return the extreme rays of the pointed cone ``{x in Q^dim : rows x >= 0}``; the rows have rank ``dim``.

    Algorithm:
        By halfspaces; if cones on the way have more rays than there are rows, by rays; and on with more patience. The
        one is fast for few halfspaces, as of cubes, the other for few rays, as of random points.
    """
    if not dim:
        return []
    is_short = max((abs(entry) for row in rows for entry in row), default=0) >> BITS_FOR_PROGRAMS == 0
    most = max(FEW_RAYS, len(rows))
    while True:
        found = _by_halfspaces(rows, dim, most if is_short else None)
        if found is None:
            found = _by_rays(rows, dim, most)
        if found is not None:
            return found
        most *= 8


def _by_halfspaces(rows: Sequence[Row], dim: int, most: int | None) -> list[Row] | None:
    """Return the extreme rays; None if a cone on the way has more rays than ``most``.

    Algorithm:
        Double description (Motzkin, Raiffa, Thompson, Thrall 1953; Fukuda, Prodon 1996). Starting from the
        simplicial cone of ``dim`` independent rows, halfspaces are added in the given order. A halfspace that cuts
        no ray is redundant and forgotten. Otherwise the new rays are where its hyperplane meets the 2-faces spanned
        by a violating and a satisfying ray. Of the orders tried, the lexicographic one keeps the intermediate cones
        smallest; a random one can be a thousand times slower (cubes).
    """
    start = echelon(list(zip(*rows, strict=True)))[1]
    rays, zero_sets = _simplicial([rows[i] for i in start], dim)
    used = dim
    for index in sorted(set(range(len(rows))) - set(start)):
        values = exact_product(integer_array(rays), integer_array(rows[index]))
        if (values < 0).any():
            rays, zero_sets = _cut(rays, zero_sets, values, dim, used)
            used += 1
        if not rays:
            break
        if most is not None and len(rays) > most:
            return None
    return rays


def _simplicial(rows: Sequence[Row], dim: int) -> tuple[list[Row], Words]:
    """Return the rays of the cone of ``dim`` independent rows, and their zero sets."""
    full = (1 << dim) - 1
    rays = [primitive(column) for column in zip(*inverse(rows), strict=True)]
    return rays, pack([full ^ (1 << i) for i in range(dim)], dim)


def _by_rays(rows: Sequence[Row], dim: int, most: int) -> list[Row] | None:
    """Return the extreme rays; None if a cone on the way has more facets than ``most``, or this one no interior.

    Algorithm:
        The primal-dual method (Bremner, Fukuda, Marzetta 1998): the double description of the cone of the rays known so
        far, which needs their facets only. A facet that is none of the rows is not valid on the whole cone, and a
        linear program finds a ray on its other side. If all are rows, all rays are known.
    """
    known, found = set(rows), list[Row]()
    while len(found) < dim:
        (normal, *_) = kernel(found, dim)
        beyond = _lowest_ray(rows, normal) or _lowest_ray(rows, tuple(-entry for entry in normal))
        if beyond is None:
            return None
        found.append(beyond)
    facets, zero_sets = _simplicial(found, dim)
    while (facet := next((facet for facet in facets if facet not in known), None)) is not None:
        beyond = _lowest_ray(rows, facet)
        if beyond is None or len(facets) > most:
            return None
        values = exact_product(integer_array(facets), integer_array(beyond))
        facets, zero_sets = _cut(facets, zero_sets, values, dim, len(found))
        found.append(beyond)
    return found


def _lowest_ray(rows: Sequence[Row], form: Row) -> Row | None:
    """Return an extreme ray of a pointed cone on which a form is negative; None if there is none, or none is found."""
    scale = (-1, *map(sum, zip(*rows, strict=True)))
    if max(abs(entry) for row in rows for entry in row) >> BITS_FOR_FLOATS:
        point = _lowest_by_cdd(rows, form, scale)
    else:
        answer = minimize(form, [(0, *row) for row in rows], [scale], len(form))
        point = answer.point if isinstance(answer, Optimal) else None
    if point is None or dot(form, point) >= 0:
        return None
    tight = [row for row in rows if not dot(row, point)]
    return primitive(point) if rank(tight) == len(form) - 1 and min(dot(row, point) for row in rows) >= 0 else None


def _lowest_by_cdd(rows: Sequence[Row], form: Row, scale: Row) -> Sequence[Fraction] | None:
    """Return where a form is least on a slice of a cone, by the exact simplex method of cddlib."""
    table = [*((0, *row) for row in rows), scale]
    matrix = cdd.gmp.matrix_from_array(table, lin_set=[len(rows)], rep_type=cdd.RepType.INEQUALITY)
    matrix.obj_type, matrix.obj_func = cdd.LPObjType.MIN, [Fraction(entry) for entry in (0, *form)]
    program = cdd.gmp.linprog_from_matrix(matrix)
    cdd.gmp.linprog_solve(program)
    return list(program.primal_solution) if program.status == cdd.LPStatusType.OPTIMAL else None


def _cut(rays: list[Row], zero_sets: Words, values: Array, dim: int, used: int) -> tuple[list[Row], Words]:
    """Return rays and zero sets of the part of a cone where a form with these values on the rays is >= 0.

    Zero sets have a bit for each halfspace used so far; the new one gets the bit ``used``.
    """
    below, above, numbers = (values < 0).nonzero()[0], (values > 0).nonzero()[0], values.tolist()
    few, sign = (below, 1) if len(below) <= len(above) else (above, -1)
    edges = [(i, j) for i in few.tolist() for j in neighbors(zero_sets, i, dim) if numbers[j] * sign > 0]
    crossings = [_crossing(rays[i], numbers[i], rays[j], numbers[j]) for i, j in edges]
    kept = (values >= 0).nonzero()[0]
    ends = np.array(edges, dtype=np.intp).reshape(-1, 2)
    zero_sets = np.concatenate([zero_sets[kept], zero_sets[ends[:, 0]] & zero_sets[ends[:, 1]]])
    word, place = divmod(used, 64)
    if word == zero_sets.shape[1]:
        zero_sets = np.hstack([zero_sets, np.zeros_like(zero_sets[:, :1])])
    on_plane = np.concatenate([values[kept] == 0, np.ones(len(edges), dtype=bool)])
    zero_sets[on_plane, word] |= np.uint64(1 << place)
    return [rays[i] for i in kept.tolist()] + crossings, zero_sets


def _crossing(left: Row, left_value: int, right: Row, right_value: int) -> Row:
    """Return the ray between two rays on which a form vanishes that has values of opposite signs there."""
    a, b = abs(right_value), abs(left_value)
    return primitive([a * x + b * y for x, y in zip(left, right, strict=True)])
