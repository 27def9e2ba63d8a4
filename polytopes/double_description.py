"""Conversion of polyhedral cones between inequalities and generators, exactly.

A cone in Q^n is given by a :class:`System` in one of two ways that mirror each other:

* by inequalities: ``{x : r . x >= 0 for r in rows, l . x = 0 for l in linear}``;
* by generators: all nonnegative combinations of ``rows`` plus all combinations of ``linear``.

Reading the generators of a cone as inequalities gives its dual cone, so one conversion serves both directions.
Two methods are available: ``"cdd"``, the double description of cddlib, and ``"own"``, the one written out below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cdd
import cdd.gmp
import numpy as np
from attrs import frozen

from polytopes.errors import InputError
from polytopes.linalg import echelon, identity, inverse, kernel, reduce_modulo
from polytopes.rationals import Row, dot, primitive

Array = np.ndarray[Any, Any]
Words = np.ndarray[Any, np.dtype[np.uint64]]
"""Bit sets as rows of 64-bit words."""

OWN_METHOD_FROM = 10
"""Number of inequalities from which the own method is preferred to cddlib."""


@frozen
class System:
    """Integer rows together with ``linear`` rows that count with both signs.

    ``minimal`` says that the system is in canonical form: linear rows in reduced echelon form, the others
    irredundant, primitive, reduced modulo the linear ones and sorted.
    """

    rows: tuple[Row, ...]
    linear: tuple[Row, ...] = ()
    minimal: bool = False


def dual_system(system: System, dim: int, method: str | None = None) -> System:
    """Return the canonical generators of the cone with these inequalities, or the reverse.

    >>> dual_system(System(((1, 0), (1, 1))), 2).rows
    ((0, 1), (1, -1))
    """
    rays, lines = dual_generators(system.rows, system.linear, dim, method)
    return System(rays, lines, minimal=True)


def dual_generators(
    inequalities: Iterable[Row], equations: Iterable[Row], dim: int, method: str | None = None
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the extreme rays and the lines of ``{x in Q^dim : inequalities x >= 0, equations x = 0}``.

    Read backwards it takes rays and lines to facet normals and equations of the cone they generate.

    Args:
        inequalities: integer rows of length ``dim``; repeated, redundant and zero rows are allowed.
        equations: integer rows of length ``dim``.
        dim: the dimension of the space.
        method: ``"cdd"``, ``"own"`` or None for the one expected to be faster.

    Returns:
        Primitive rays, reduced modulo the lines and sorted, and the lines in reduced echelon form.

    Algorithm:
        The subspace cut out by the equations is parametrised and the lineality space split off; there remains a
        pointed cone, on which the double description method of Motzkin et al. runs.

    >>> dual_generators([(0, 1), (1, 1)], [], 2)
    (((-1, 1), (1, 0)), ())
    >>> dual_generators([(1, 0, 0)], [], 3)
    (((1, 0, 0),), ((0, 1, 0), (0, 0, 1)))
    """
    rows = sorted({primitive(row) for row in inequalities if any(row)})
    fixed = [row for row in equations if any(row)]
    if method is None:
        method = "own" if len(rows) >= OWN_METHOD_FROM else "cdd"
    if method not in _METHODS:
        raise InputError(f"unknown method {method!r}; the methods are {', '.join(map(repr, _METHODS))}")
    rays, lines = _METHODS[method](rows, fixed, dim)
    return canonical(rays, lines)


def canonical(rows: Iterable[Sequence[Any]], linear: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows primitive, reduced modulo the linear ones, without zero rows or repetition and sorted.

    >>> canonical([(2, 4), (3, 1), (0, 5)], [(0, 2)])
    (((1, 0),), ((0, 1),))
    """
    basis, pivots = echelon(linear)
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
        Double description (Motzkin, Raiffa, Thompson, Thrall 1953; Fukuda, Prodon 1996). Starting from the
        simplicial cone of ``dim`` independent rows, halfspaces are added in the given order. A halfspace that cuts
        no ray is redundant and forgotten. Otherwise the new rays are where its hyperplane meets the 2-faces spanned
        by a violating and a satisfying ray. Of the orders tried, the lexicographic one keeps the intermediate cones
        smallest; a random one can be a thousand times slower (cubes).
    """
    if not dim:
        return []
    start = echelon(list(zip(*rows, strict=True)))[1]
    rays = [primitive(column) for column in zip(*inverse([rows[i] for i in start]), strict=True)]
    full = (1 << dim) - 1
    zero_sets = pack([full ^ (1 << i) for i in range(dim)], dim)
    used = dim
    for index in sorted(set(range(len(rows))) - set(start)):
        values = exact_product(_array(rays), _array(rows[index]))
        if (values < 0).any():
            rays, zero_sets = _cut(rays, zero_sets, values, dim, used)
            used += 1
        if not rays:
            break
    return rays


def _cut(rays: list[Row], zero_sets: Words, values: Array, dim: int, used: int) -> tuple[list[Row], Words]:
    """Return rays and zero sets of the part of a cone where a form with these values on the rays is >= 0.

    Zero sets have a bit for each halfspace used so far; the new one gets the bit ``used``.
    """
    below, above, numbers = (values < 0).nonzero()[0], (values > 0).nonzero()[0], values.tolist()
    few, sign = (below, 1) if len(below) <= len(above) else (above, -1)
    edges = [(i, j) for i in few.tolist() for j in neighbours(zero_sets, i, dim) if numbers[j] * sign > 0]
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


def neighbours(zero_sets: Words, index: int, dim: int) -> list[int]:
    """Return the rays of a pointed cone that span a 2-face with the ray ``index``.

    Args:
        zero_sets: for each extreme ray the inequalities that vanish on it, as :func:`pack` gives them.
        index: one of the rays.
        dim: the dimension of the cone.

    Two extreme rays are adjacent iff no third ray vanishes on all rows on which both do (Fukuda, Prodon 1996,
    proposition 7); such rows have rank ``dim - 2``, so there are at least so many.

    >>> sorted(neighbours(pack([0b0011, 0b0110, 0b1100, 0b1001], 4), 0, 3))
    [1, 3]
    """
    common = zero_sets & zero_sets[index]
    sizes = np.bitwise_count(common).sum(axis=1, dtype=np.int64)
    close = (sizes >= dim - 2).nonzero()[0]
    close = close[np.argsort(-sizes[close], kind="stable")]
    largest: dict[int, list[int]] = {}
    for j, words in zip(close.tolist(), common[close], strict=True):
        mask = int.from_bytes(words.tobytes(), "little")
        if j == index:
            continue
        if mask in largest:
            largest[mask].append(j)
        elif not any(mask & ~other == 0 for other in largest):
            largest[mask] = [j]
    return [rays[0] for rays in largest.values() if len(rays) == 1]


def pack(masks: Sequence[int], width: int) -> Words:
    """Return bit sets of at most ``width`` bits as rows of 64-bit words, the lowest word first."""
    size = 8 * max(1, -(-width // 64))
    data = b"".join(mask.to_bytes(size, "little") for mask in masks)
    return np.frombuffer(data, dtype="<u8").reshape(len(masks), size // 8).astype(np.uint64)


def exact_product(left: Array, right: Array) -> Array:
    """Return ``left @ right`` of integer arrays, in machine words where no sum can overflow."""
    if left.dtype == right.dtype == np.int64 and left.size and right.size:
        bound = int(np.abs(left).max()) * int(np.abs(right).max()) * right.shape[0]
        if bound < 2**62:
            return np.asarray(left @ right)
    return np.asarray(left.astype(object) @ right.astype(object))


def _array(rows: Any) -> Array:
    """Return integers as an array of machine words, or of Python integers if they are too long."""
    try:
        table = np.array(rows, dtype=np.int64)
    except OverflowError:
        return np.array(rows, dtype=object)
    return table if (table != np.iinfo(np.int64).min).all() else table.astype(object)


def minimal_system(system: System, dim: int) -> System:
    """Return the canonical form of a system of inequalities without computing a single generator.

    >>> minimal_system(System(((1, 0), (2, 0), (1, 1), (-1, -1))), 2)
    System(rows=((0, -1),), linear=((1, 1),), minimal=True)
    """
    if system.minimal:
        return system
    rows, linear = canonical(system.rows, [row for row in system.linear if any(row)])
    if not rows:
        return System(rows, linear, minimal=True)
    table = [(0, *row) for row in (*rows, *linear)]
    matrix = cdd.gmp.matrix_from_array(table, lin_set=range(len(rows), len(table)), rep_type=cdd.RepType.INEQUALITY)
    cdd.gmp.matrix_canonicalize(matrix)
    kept: tuple[list[Row], list[Row]] = [], []
    for index, row in enumerate(matrix.array):
        kept[index in matrix.lin_set].append(primitive(row[1:]))
    return System(*canonical(*kept), minimal=True)


def minimal_by_incidence(system: System, dual: System) -> System:
    """Return the canonical form of a system, read off its incidences with the ``dual`` system.

    A row is kept iff every row that vanishes wherever it does vanishes exactly there; rows that vanish everywhere
    are linear.
    """
    rows, linear = canonical(system.rows, system.linear)
    tight = incidences(rows, dual.rows)
    whole = (1 << len(dual.rows)) - 1
    linear = (*linear, *(row for row, mask in zip(rows, tight, strict=True) if mask == whole))
    rows, linear = canonical(rows, linear)
    tight = incidences(rows, dual.rows)
    columns = transpose(tight, len(dual.rows))
    kept = []
    for index, (row, mask) in enumerate(zip(rows, tight, strict=True)):
        above = (1 << len(rows)) - 1
        for j in bits(mask):
            above &= columns[j]
        if above == 1 << index:
            kept.append(row)
    return System(tuple(kept), linear, minimal=True)


def incidences(rows: Sequence[Row], others: Sequence[Row]) -> list[int]:
    """Return for each row the bit set of the other rows orthogonal to it.

    >>> incidences([(1, 0), (1, -1)], [(0, 1), (1, 1), (2, 2)])
    [1, 6]
    """
    if not rows or not others:
        return [0] * len(rows)
    products = exact_product(_array(rows), _array(others).T)
    return [int("".join("01"[entry] for entry in line), 2) for line in (products == 0)[:, ::-1].astype(int)]


def transpose(masks: Sequence[int], width: int) -> list[int]:
    """Return the columns of a 0/1 matrix whose rows are bit sets.

    >>> transpose([0b01, 0b11], 2)
    [3, 2]
    """
    columns = [0] * width
    for index, mask in enumerate(masks):
        for j in bits(mask):
            columns[j] |= 1 << index
    return columns


def bits(mask: int) -> list[int]:
    """Return the positions of the ones of a bit set, in increasing order.

    >>> bits(0b1011)
    [0, 1, 3]
    """
    positions = []
    while mask:
        low = mask & -mask
        positions.append(low.bit_length() - 1)
        mask ^= low
    return positions
