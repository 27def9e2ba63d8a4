"""Terms of tropical polynomials as integer rows ``(c, s_1, ..., s_d)``: affine forms times a common denominator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from polytopes.arithmetic.long_numbers import common_multiple
from polytopes.arithmetic.rationals import Matrix, Row, Vector, common_denominator


def rows_of(forms: Matrix) -> tuple[list[Row], int]:
    """Return affine forms as integer rows and their least common denominator.

    >>> rows_of(((Fraction(1, 2), Fraction(2)), (Fraction(0), Fraction(1, 3))))
    ([(3, 12), (0, 2)], 6)
    """
    scale = common_multiple([common_denominator(form) for form in forms], sum(map(len, forms)))
    return [tuple(entry.numerator * (scale // entry.denominator) for entry in form) for form in forms], scale


def merged(rows: Iterable[Row], denominator: int) -> tuple[tuple[Row, ...], int]:
    """Return the rows of a maximum in their standard form, and the least denominator.

    Of rows with one exponent the largest is kept. The lexicographically largest exponent comes first.

    >>> merged([(4, 0), (2, 2), (6, 2)], 4)
    (((3, 1), (2, 0)), 2)
    """
    best: dict[Row, int] = {}
    for row in rows:
        exponent, value = row[1:], row[0]
        if value > best.get(exponent, value - 1):
            best[exponent] = value
    kept = [(best[exponent], *exponent) for exponent in sorted(best, reverse=True)]
    content = denominator
    for row in kept:
        if content == 1:
            break
        content = gcd(content, *row)
    if content > 1:
        kept = [tuple(entry // content for entry in row) for row in kept]
    return tuple(kept), denominator // content


def multiplied(rows: Iterable[Row], factor: int) -> Iterable[Row]:
    """Return multiples of rows."""
    return rows if factor == 1 else (tuple(factor * entry for entry in row) for row in rows)


def sums(left: Iterable[Row], right: Iterable[Row]) -> Iterable[Row]:
    """Return the sums of a row of each side, the terms of a tropical product."""
    others = list(right)
    return (tuple(map(int.__add__, p, q)) for p in left for q in others)


def values(rows: Iterable[Row], point: Vector) -> tuple[list[int], int]:
    """Return the values of integer rows at a rational point, over their common denominator, which comes second.

    >>> values([(1, 2), (0, 1)], (Fraction(1, 3),))
    ([5, 1], 3)
    """
    scale = common_denominator(point)
    lifted = [scale, *(entry.numerator * (scale // entry.denominator) for entry in point)]
    return [sum(a * b for a, b in zip(row, lifted, strict=True)) for row in rows], scale


def substituted(forms: Matrix, matrix: Matrix, shift: Vector) -> list[Vector]:
    """Return the affine forms ``y -> f(M y + s)``.

    >>> substituted(((Fraction(1), Fraction(2)),), ((Fraction(3), Fraction(5)),), (Fraction(7),))
    [(Fraction(15, 1), Fraction(6, 1), Fraction(10, 1))]
    """
    columns = list(zip(*matrix, strict=True))
    return [
        (form[0] + _product(form[1:], shift), *(_product(form[1:], column) for column in columns)) for form in forms
    ]


def _product(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), start=Fraction(0))
