"""Rays of cells from their facets and from which rays lie on each, in integers."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from operator import mul

from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row
from polytopes.enumeration.vertex_cell import BOTH, VertexCell


def by_rays(rows: Sequence[Row], size: int) -> VertexCell:
    """Return the cell with these constraints."""
    cell = VertexCell.whole_space(size)
    for form in integer_matrix(rows, size).tolist():
        if cell.signs([form]) == [BOTH]:
            cell = cell.half(form)
    return cell


def by_incidence(rows: Sequence[Row], incidence: Sequence[int], n_rays: int, size: int) -> VertexCell:
    """Return the cell with these constraints, given the bits of the rays tight on each."""
    constraints = tuple([tuple(map(fmpz, row)) for row in rows])
    rays = tuple(tuple(map(fmpz, ray_on(rows, incidence, i))) for i in range(n_rays))
    tight = tuple(sum([1 << k for k, on in enumerate(incidence) if on >> i & 1]) for i in range(n_rays))
    return VertexCell(size, rays, (), tight, constraints)


def ray_on(rows: Sequence[Row], incidence: Sequence[int], index: int) -> Row:
    """Return the primitive ray ``index`` of a cone without lines, given its facets and the rays on each as bits.

    >>> ray_on([(1, 0), (0, 1)], [0b01, 0b10], 0)
    (0, 1)
    """
    vector = null_vector([row for row, on in zip(rows, incidence, strict=True) if on >> index & 1], len(rows[0]))
    off = next(row for row, on in zip(rows, incidence, strict=True) if not on >> index & 1)
    side = sum(map(mul, off, vector))
    if not side:
        raise AssertionError("a facet contains a ray that is not recorded there")
    return vector if side > 0 else tuple([-entry for entry in vector])


def null_vector(rows: Sequence[Row], size: int) -> Row:
    """Return the primitive vector, up to sign, on which rows vanish whose rank is one less than their length."""
    if size == 2:
        return primitive_row((-rows[0][1], rows[0][0]))
    if size == 3:
        (a, b, c), (d, e, f) = rows[0], rows[1]
        return primitive_row((b * f - c * e, c * d - a * f, a * e - b * d))
    if size == 4:
        for i in range(2, len(rows)):
            found = _of_three(rows[0], rows[1], rows[i])
            if any(found):
                return primitive_row(found)
    null, nullity = fmpz_mat(len(rows), size, [entry for row in rows for entry in row]).nullspace()
    if nullity != 1:
        raise AssertionError("the facets at a ray leave more than one direction")
    return primitive_row([int(row[0]) for row in null.tolist()])


def _of_three(first: Row, second: Row, third: Row) -> Row:
    """Return the vector of the minors of three rows, 0 if they are dependent."""
    (a, b, c, d), (e, f, g, h), (i, j, k, m) = first, second, third
    ab, ac, ad, bc, bd, cd = a * f - b * e, a * g - c * e, a * h - d * e, b * g - c * f, b * h - d * f, c * h - d * g
    return (
        j * cd - k * bd + m * bc,
        -(i * cd - k * ad + m * ac),
        i * bd - j * ad + m * ab,
        -(i * bc - j * ac + k * ab),
    )


def primitive_row(row: Sequence[int]) -> Row:
    """Return the primitive row of integers that are not all 0."""
    content = gcd(*row)
    return tuple(row) if content == 1 else tuple([entry // content for entry in row])
