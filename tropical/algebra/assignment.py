"""The assignment problem: a permutation with the largest sum of entries of a square matrix."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def largest_assignment(table: Sequence[Sequence[Fraction]]) -> tuple[list[int], list[Fraction], list[Fraction]]:
    """Return a permutation p that maximizes the sum of ``table[i][p[i]]``, with an optimal dual solution.

    The dual solution u, v has ``u[i] + v[j] >= table[i][j]``, with equality where j = p[i].

    Args:
        table: n rows of n rationals.

    Algorithm:
        The Hungarian method: for one row after the other, a shortest augmenting path in the reduced costs, O(n^3)
        (Kuhn 1955, Munkres 1957).

    >>> permutation, u, v = largest_assignment([[Fraction(1), Fraction(3)], [Fraction(0), Fraction(4)]])
    >>> permutation, sum(u) + sum(v)
    ([0, 1], Fraction(5, 1))
    """
    size = len(table)
    u, v = [Fraction(0)] * size, [Fraction(0)] * (size + 1)
    row_of: list[int | None] = [None] * (size + 1)
    for start in range(size):
        row_of[size] = start
        column, used = size, [False] * (size + 1)
        least: list[Fraction | None] = [None] * size
        back = [size] * size
        while (row := row_of[column]) is not None:
            used[column] = True
            for j in range(size):
                slack = u[row] + v[j] - table[row][j]
                best = least[j]
                if not used[j] and (best is None or slack < best):
                    least[j], back[j] = slack, column
            step, following = min((d, j) for j, d in enumerate(least) if d is not None and not used[j])
            for j in range(size + 1):
                owner = row_of[j]
                if used[j] and owner is not None:
                    u[owner] -= step
                    v[j] += step
                elif j < size and (d := least[j]) is not None:
                    least[j] = d - step
            column = following
        while column != size:
            row_of[column] = row_of[back[column]]
            column = back[column]
    permutation = [0] * size
    for j, row in enumerate(row_of[:size]):
        assert row is not None, "every column is assigned"
        permutation[row] = j
    return permutation, u, v[:size]
