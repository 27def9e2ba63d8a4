"""The characteristic polynomial of linear forms by deletion and restriction; no chamber is ever enumerated.

For hyperplanes ``H_1, ..., H_n`` of rank r in Q^r whose first r are independent,

    chi(A, t) = (t - 1)^r - sum_{i > r} chi(A_i, t),   A_i = restriction of {H_1, ..., H_{i-1}} to H_i,

which is deletion-restriction unrolled. Every restriction has rank r - 1, so the recursion has depth r - 2 and ends at
n lines through the origin of a plane, where chi = (t - 1)(t - n + 1). Polynomials are tuples of integers, highest
power first.

Three things save time. Forms in general position are recognized by a certificate and need no recursion. Restrictions
of small rank are computed with residues (:mod:`polytopes.arrangements.modular`). Above them restrictions that are equal
up to the order of the coordinates are computed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import comb, gcd

from flint import fmpz_poly

from polytopes.arithmetic.linalg import echelon
from polytopes.arithmetic.rationals import Row
from polytopes.arrangements.modular import are_generic, reduced_polynomial, steps

Coefficients = tuple[int, ...]
"""The integer coefficients of a polynomial, highest power first."""

FEW_STEPS = 100
"""Up to this many steps compiled code does not pay."""
T_MINUS_1 = fmpz_poly([-1, 1])


def central_characteristic_polynomial(forms: Iterable[Row], dim: int) -> Coefficients:
    """Return the characteristic polynomial of the central arrangement of the zero sets of linear forms on Q^dim.

    Args:
        forms: nonzero integer rows of length ``dim``; multiples of one another are one hyperplane.
        dim: the dimension of the space, and the degree of the answer.

    Algorithm:
        Essentialize; the formula for forms in general position if that is certified; else deletion-restriction with
        the restrictions remembered by their sets of rows.

    Source:
        Orlik, Terao: Arrangements of Hyperplanes (1992), Theorem 2.56; Stanley: An Introduction to Hyperplane
        Arrangements (2007), Lemma 2.2; Brysiewicz, Eble, Kühne: Computing characteristic polynomials of hyperplane
        arrangements with symmetries (2023), for the gain from recognizing restrictions.

    >>> central_characteristic_polynomial([(1, -1, 0), (1, 0, -1), (0, 1, -1)], 3)
    (1, -3, 2, 0)
    """
    points, rank = essential_points(forms)
    if rank and steps(len(points), rank) > FEW_STEPS and are_generic(points, rank):
        chi = uniform_characteristic_polynomial(len(points), rank)
    else:
        chi = _coefficients(_reduced(points, rank, {}) * T_MINUS_1, rank) if rank else (1,)
    return chi + (0,) * (dim - rank)


def essential_points(forms: Iterable[Row]) -> tuple[list[Row], int]:
    """Return the distinct linear forms, up to multiples, in coordinates of the space they span, and its dimension.

    >>> essential_points([(0, 1, 1), (0, -2, -2), (1, 1, 1)])
    ([(0, 1), (1, 1)], 2)
    """
    rows = list(forms)
    pivots = echelon(rows)[1]
    found = {_projective(tuple(row[j] for j in pivots)) for row in rows}
    return sorted(found), len(pivots)


def uniform_characteristic_polynomial(n: int, rank: int) -> Coefficients:
    """Return the characteristic polynomial of n generic linear forms of the given rank: the uniform matroid U(rank, n).

    >>> uniform_characteristic_polynomial(4, 3)
    (1, -4, 6, -3)
    """
    whitney = [(-1) ** k * comb(n, k) for k in range(rank)]
    return (*whitney, -sum(whitney)) if rank else (1,)


def _reduced(points: Collection[Row], rank: int, memo: dict[frozenset[Row], fmpz_poly]) -> fmpz_poly:
    """Return chi(t) / (t - 1) for distinct projective points that span a space of the given rank >= 1."""
    if rank <= 2:
        return fmpz_poly([1] if rank == 1 else [1 - len(points), 1])
    if steps(len(points), rank) > FEW_STEPS:
        chi = reduced_polynomial(list(points), rank)
        if chi is not None:
            return _polynomial(chi)
    chosen = _relabeled(points)
    if chosen not in memo:
        basis, rest = _basis_first(sorted(chosen, key=_dense_first))
        total = T_MINUS_1 ** (rank - 1)
        for i, form in enumerate(rest):
            total -= _reduced(restrict([*basis, *rest[:i]], form), rank - 1, memo)
        memo[chosen] = total
    return memo[chosen]


def restrict(forms: Iterable[Row], wall: Row) -> set[Row]:
    """Return the forms on the hyperplane ``wall = 0``, up to sign and scale, without the first variable of ``wall``.

    The forms must not be multiples of ``wall``.

    >>> sorted(restrict([(1, 0, 0), (0, 1, 0)], (1, 1, 1)))
    [(1, 0), (1, 1)]
    """
    pivot = next(j for j, entry in enumerate(wall) if entry)
    lead, rest = wall[pivot], wall[:pivot] + wall[pivot + 1 :]
    found = set()
    for form in forms:
        kept = form[:pivot] + form[pivot + 1 :]
        factor = form[pivot]
        if factor:
            kept = tuple(lead * a - factor * b for a, b in zip(kept, rest, strict=True))
        found.add(_projective(kept))
    return found


def _projective(row: Row) -> Row:
    """Return the primitive row on the same line with positive leading entry."""
    content = gcd(*row)
    if next(entry for entry in row if entry) < 0:
        content = -content
    return row if content == 1 else tuple(entry // content for entry in row)


def _relabeled(points: Collection[Row]) -> frozenset[Row]:
    """Return the points with the coordinates sorted, so that more restrictions are recognized."""
    columns = sorted(zip(*points, strict=True), key=lambda column: sorted(map(abs, column)))
    return frozenset(map(_projective, zip(*columns, strict=True)))


def _dense_first(row: Row) -> tuple[int, Row]:
    """Sort points so that few different restrictions arise (measured on resonance and threshold arrangements)."""
    return -sum(map(bool, row)), row


def _basis_first(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Split the rows into the first independent ones and the others."""
    independent = set(echelon(list(zip(*rows, strict=True)))[1])
    first = [row for i, row in enumerate(rows) if i in independent]
    return first, [row for i, row in enumerate(rows) if i not in independent]


def _polynomial(coefficients: Sequence[int]) -> fmpz_poly:
    return fmpz_poly(list(reversed(coefficients)))


def _coefficients(polynomial: fmpz_poly, degree: int) -> Coefficients:
    """Return the coefficients from that of t^degree down to the constant."""
    return tuple(int(polynomial[k]) for k in range(degree, -1, -1))


def multiply(left: Sequence[int], right: Sequence[int]) -> Coefficients:
    """Return the product of two polynomials.

    >>> multiply((1, -1), (1, -2))
    (1, -3, 2)
    """
    return _coefficients(_polynomial(left) * _polynomial(right), len(left) + len(right) - 2)


def divide_by_t_minus_1(polynomial: Sequence[int]) -> Coefficients:
    """Return the quotient by ``t - 1``.

    Raises:
        ValueError: if ``t - 1`` does not divide.

    >>> divide_by_t_minus_1((1, -3, 2))
    (1, -2)
    """
    quotient, rest = divmod(_polynomial(polynomial), T_MINUS_1)
    if rest:
        raise ValueError(f"t - 1 does not divide {tuple(polynomial)}")
    return _coefficients(quotient, len(polynomial) - 2)


def evaluate(polynomial: Sequence[int], t: int) -> int:
    """Return the value at an integer.

    >>> evaluate((1, -3, 2), -1)
    6
    """
    return int(_polynomial(polynomial)(t))
