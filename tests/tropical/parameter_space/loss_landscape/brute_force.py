"""Landscapes by their definition: every tuple of patterns, one rank and one linear program each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from flint import fmpq, fmpq_mat

from polytopes.optimization.certificates import StrictPoint
from polytopes.optimization.feasibility import strictly_feasible

Points = Sequence[Sequence[Any]]
Bits = tuple[int, ...]


def with_bias(points: Points, bias: bool) -> list[list[Fraction]]:
    return [[*map(Fraction, point), *([Fraction(1)] if bias else [])] for point in points]


def rows_of(rows: Points, bits: Bits) -> list[list[Fraction]]:
    """The rows that are positive on the open cone of a pattern."""
    return [[x if bit else -x for x in row] for row, bit in zip(rows, bits, strict=True) if any(row)]


def patterns_of(rows: Points) -> list[Bits]:
    """All sign vectors of open cells, one linear program for each candidate."""
    found = []
    for bits in product((0, 1), repeat=len(rows)):
        if any(bit and not any(row) for row, bit in zip(rows, bits, strict=True)):
            continue
        strict = rows_of(rows, bits)
        if not strict or isinstance(strictly_feasible(strict), StrictPoint):
            found.append(bits)
    return found


def jacobian_columns(rows: Points, patterns: Sequence[Bits], outer: Sequence[Fraction]) -> list[list[Fraction]]:
    """The derivatives of the outputs by every weight."""
    width = len(rows[0])
    return [
        [v * bit * row[k] for row, bit in zip(rows, bits, strict=True)]
        for bits, v in zip(patterns, outer, strict=True)
        for k in range(width)
    ]


def matrix(rows: Points) -> fmpq_mat:
    return fmpq_mat([[fmpq(Fraction(x).numerator, Fraction(x).denominator) for x in row] for row in rows])


def rank_of(columns: Points) -> int:
    return int(matrix(columns).rank()) if columns else 0


def ranks_by_tuples(points: Points, units: int, bias: bool) -> dict[int, int]:
    rows = with_bias(points, bias)
    ones = [Fraction(1)] * units
    tuples = product(patterns_of(rows), repeat=units)
    return dict(sorted(Counter(rank_of(jacobian_columns(rows, own, ones)) for own in tuples).items()))


def projection(columns: Points, targets: Sequence[Fraction]) -> list[Fraction]:
    """The orthogonal projection to the span of the columns, by a maximal independent set of them."""
    basis: list[Sequence[Fraction]] = []
    for column in columns:
        if rank_of([*basis, column]) > len(basis):
            basis.append(column)
    if not basis:
        return [Fraction(0)] * len(targets)
    a = matrix(basis).transpose()
    y = matrix([[t] for t in targets])
    p = a * (a.transpose() * a).solve(a.transpose() * y)
    return [Fraction(int(x.p), int(x.q)) for [x] in p.tolist()]


def landscape_by_regions(points: Points, targets: Points, outer: Points, bias: bool) -> dict[str, Any]:
    """Every region by itself."""
    rows, y, v = with_bias(points, bias), list(map(Fraction, targets)), list(map(Fraction, outer))
    width, size = len(rows[0]), len(v)
    by_loss: Counter[Fraction] = Counter()
    full = zero_full = regions = 0
    for own in product(patterns_of(rows), repeat=size):
        regions += 1
        columns = jacobian_columns(rows, own, v)
        is_full = rank_of(columns) == len(rows)
        full += is_full
        p = projection(columns, y)
        strict: list[list[Fraction]] = [[Fraction(0)] * (width * size) + [Fraction(1)]]
        for j, bits in enumerate(own):
            for row in rows_of(rows, bits):
                strict.append([Fraction(0)] * (width * j) + row + [Fraction(0)] * (width * (size - 1 - j) + 1))
        equations = [[*(column[i] for column in columns), -p[i]] for i in range(len(rows))]
        if isinstance(strictly_feasible(strict, equations=equations), StrictPoint):
            loss = sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / Fraction(2)
            by_loss[loss] += 1
            zero_full += is_full and not loss
    return {"regions": regions, "full_rank": full, "zero_loss_full_rank": zero_full, "by_loss": dict(by_loss)}


def n_cells(points: Points) -> int:
    """Zaslavsky's count from the subsets of distinct hyperplanes: the sum of (-1)^(|S| - rank S) over all S."""
    lines: list[Sequence[Fraction]] = []
    for point in points:
        if any(point) and not any(rank_of([point, line]) == 1 for line in lines):
            lines.append(point)
    return sum((-1) ** (k - rank_of(own)) for k in range(len(lines) + 1) for own in combinations(lines, k))
