"""What a basis proves of a linear program over the cube [-1, 1]^n with few rows, in exact arithmetic.

A float solver guesses which rows are tight at an optimum, and as many coordinates that are off their bounds. The
multipliers of these rows, and the point, are the solutions of two systems of that size. A form t is positive nowhere
in the cube where rows r_i are nonnegative if ``max (t + sum k_i r_i) <= 0`` over the cube with multipliers
``k_i >= 0``, the maximum being ``c + sum |a_j|`` of the combination; of rows that are 0 multipliers may be negative.
And it is positive somewhere if it is at a point where the rows are as they should be. Either is a proof whatever the
basis is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen
from flint import fmpq, fmpq_mat, fmpz_mat

Form = Sequence[Any]


@frozen
class Basis:
    """What a float solver guesses: the rows whose multipliers are not 0, and the coordinates off their bounds."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


def value_at(form: Form, point: Sequence[Fraction]) -> Fraction:
    """Return ``form . (1, u)``."""
    return Fraction(int(form[0])) + sum(int(a) * u for a, u in zip(form[1:], point, strict=True) if a and u)


def largest(form: Form) -> Any:
    """Return the greatest value of a form on the cube."""
    return form[0] + sum(map(abs, form[1:]))


def answer_of(basis: Basis, target: Form, rows: Sequence[Form], fixed: int = 0) -> bool | None:
    """Return whether a form is positive somewhere in the closed cube where rows are nonnegative, if a basis proves it.

    The first ``fixed`` rows are 0 there. All are integer forms over (1, u).

    >>> answer_of(Basis((0,), (0,)), (-1, 1), [(1, -1)])
    False
    >>> answer_of(Basis((0,), (0,)), (-1, 1, 1), [(1, -2, 0)])
    True
    """
    k = len(basis.rows)
    if k != len(basis.columns):
        return None
    table = fmpz_mat(k, len(target), [int(entry) for i in basis.rows for entry in rows[i]])
    own = fmpq_mat(k, k, [fmpq(table[a, j + 1]) for a in range(k) for j in basis.columns])
    if k and own.det() == 0:
        return None
    total = _combined(basis, target, table, own, fixed)
    if total is not None and largest(total) <= 0:
        return False
    costs = target if total is None else total
    point = [fmpq(1 if cost >= 0 else -1) for cost in costs[1:]]
    for j in basis.columns:
        point[j] = fmpq(0)
    if k:
        away = fmpq_mat(table) * fmpq_mat(len(target), 1, [fmpq(1), *point])
        for j, [value] in zip(basis.columns, own.solve(away).tolist(), strict=True):
            point[j] = -value
    return True if _is_in(point, rows, fixed) and _value(target, point) > 0 else None


def _combined(basis: Basis, target: Form, table: fmpz_mat, own: fmpq_mat, fixed: int) -> list[fmpq] | None:
    """Return the target plus multiples of the rows of a basis that is 0 in its columns; None if one is negative."""
    k = len(basis.rows)
    if not k:
        return [fmpq(int(entry)) for entry in target]
    right = fmpq_mat(k, 1, [fmpq(-int(target[j + 1])) for j in basis.columns])
    multipliers = own.transpose().solve(right).transpose()
    if any(factor < 0 for factor, i in zip(multipliers.tolist()[0], basis.rows, strict=True) if i >= fixed):
        return None
    [weighted] = (multipliers * fmpq_mat(table)).tolist()
    return [int(a) + b for a, b in zip(target, weighted, strict=True)]


def _is_in(point: Sequence[fmpq], rows: Sequence[Form], fixed: int) -> bool:
    """Whether a point of the closed cube has nonnegative rows, the first ones 0."""
    in_cube = all(-1 <= u <= 1 for u in point)
    return (
        in_cube
        and not any(_value(row, point) for row in rows[:fixed])
        and all(_value(row, point) >= 0 for row in rows[fixed:])
    )


def _value(form: Form, point: Sequence[fmpq]) -> fmpq:
    return int(form[0]) + sum((int(a) * u for a, u in zip(form[1:], point, strict=True) if a and u), fmpq(0))
