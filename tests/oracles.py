"""Slow independent ways to the same numbers: they share no code with the engine, only cddlib's exact LP."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import cdd.gmp

Rows = list[list[Fraction]]


def has_interior(rows: Rows, size: int) -> bool:
    """Whether some x has r . (1, x) > 0 for every row: scale (1, x) until each row is at least 1."""
    table = [[Fraction(-1), *row] for row in rows]
    table.append([Fraction(-1), Fraction(1)] + [Fraction(0)] * (size - 1))
    table.append([Fraction(0)] * (size + 1))
    system = cdd.gmp.matrix_from_array(table, rep_type=cdd.RepType.INEQUALITY, obj_type=cdd.LPObjType.MAX)
    program = cdd.gmp.linprog_from_matrix(system)
    cdd.gmp.linprog_solve(program)
    return bool(program.status == cdd.LPStatusType.OPTIMAL)


def affine(weights: Sequence[Sequence[Fraction]], bias: Sequence[Fraction], forms: Rows) -> Rows:
    """Compose an affine layer with affine forms (constant first)."""
    size = len(forms[0])
    out = []
    for row, shift in zip(weights, bias, strict=True):
        form = [sum((w * f[k] for w, f in zip(row, forms, strict=True)), Fraction(0)) for k in range(size)]
        form[0] += shift
        out.append(form)
    return out


def slow_patterns(layers: Sequence[tuple[Rows, list[Fraction]]], domain: Rows, dim: int) -> set[tuple[int, ...]]:
    """Activation patterns with interior of a ReLU network, unit by unit, two exact LPs a unit."""
    start = [[Fraction(int(k == j + 1)) for k in range(dim + 1)] for j in range(dim)]
    found: set[tuple[int, ...]] = set()

    def visit(k: int, forms: Rows, rows: Rows, pattern: tuple[int, ...]) -> None:
        if k == len(layers) - 1:
            found.add(pattern)
            return
        branch(k, affine(*layers[k], forms), 0, rows, pattern, [])

    def branch(k: int, z: Rows, unit: int, rows: Rows, pattern: tuple[int, ...], passed: Rows) -> None:
        if unit == len(z):
            visit(k + 1, passed, rows, pattern)
            return
        form, zero = z[unit], [Fraction(0)] * (dim + 1)
        if not any(form):
            branch(k, z, unit + 1, rows, (*pattern, 0), [*passed, zero])
            return
        for winner, side in ((0, [-c for c in form]), (1, form)):
            if has_interior([*rows, side], dim + 1):
                branch(k, z, unit + 1, [*rows, side], (*pattern, winner), [*passed, form if winner else zero])

    visit(0, start, domain, ())
    return found


def brute_force_argmax_patterns(windows: Sequence[Rows], dim: int) -> set[tuple[int, ...]]:
    """Patterns with interior of one layer of maxima: every tuple of winners is tried."""
    found = set()
    for pattern in product(*(range(len(forms)) for forms in windows)):
        rows, tied = [], False
        for winner, forms in zip(pattern, windows, strict=True):
            for index, form in enumerate(forms):
                gap = [a - b for a, b in zip(forms[winner], form, strict=True)]
                if any(gap):
                    rows.append(gap)
                elif index < winner:
                    tied = True
        if not tied and has_interior(rows, dim + 1):
            found.add(pattern)
    return found


def box_rows(dim: int, low: int = -1, high: int = 1) -> Rows:
    """The inequalities of a cube."""
    rows = []
    for j in range(dim):
        unit = [Fraction(int(k == j + 1)) for k in range(dim + 1)]
        rows.append([Fraction(-low) if k == 0 else value for k, value in enumerate(unit)])
        rows.append([Fraction(high) if k == 0 else -value for k, value in enumerate(unit)])
    return rows
