"""Mixed subdivisions: the cells of a matrix as Minkowski sums of faces of a simplex, and their volumes.

By the Cayley trick a covector T stands for the cell ``sum_i conv {f_k : k in T_i}`` of a mixed subdivision of the sum
of the simplices of the finite entries, which is n times the simplex if all are finite. Pseudovertices are its maximal
cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import factorial

from attrs import frozen

from polytopes.errors import VerificationFailed
from tropical.convexity.decomposition import Decomposition


@frozen
class MixedCell:
    """A maximal cell of a mixed subdivision; ``volume`` is normalized: the simplex of all columns has 1."""

    covector: tuple[tuple[int, ...], ...]
    volume: int


def mixed_volumes(cells: Decomposition) -> list[int]:
    """Return the normalized volumes of the cells of the pseudovertices, in their order.

    Raises:
        VerificationFailed: if their sum is not that of the whole, which is ``n^(d-1)`` for finite entries.
    """
    volumes = [sum_volume(graph, cells.n_columns) for _, graph in cells.pseudovertices]
    total = len(cells.rows) ** (cells.n_columns - 1) if cells.is_finite else sum_volume(cells.support, cells.n_columns)
    if sum(volumes) != total:
        raise VerificationFailed("the cells of a mixed subdivision do not fill it; please report this")
    return volumes


def sum_volume(parts: Iterable[int], n_columns: int) -> int:
    """Return the normalized volume of a sum of simplices ``conv {f_k : k in T_i}``.

    It is the sum of ``(d - 1)! / prod a_i!`` over all a >= 0 with sum d - 1 for which the union of the T_i over any
    nonempty set I of rows with positive a_i has at least ``1 + sum_I a_i`` columns. Rows with one T_i, m of them, are
    taken together: for their sum b the sum over a is ``m^b / b!``.

    Source: A. Postnikov, Permutohedra, associahedra, and beyond (2009).

    >>> sum_volume([3, 6, 2], 3), sum_volume([7, 7, 7], 3)
    (2, 9)
    """
    times = Counter(part for part in parts if part.bit_count() > 1)
    total = Fraction(0)
    for shares in _shares(sorted(times), n_columns - 1, {}):
        term = Fraction(factorial(n_columns - 1))
        for part, share in shares.items():
            term *= Fraction(times[part] ** share, factorial(share))
        total += term
    return int(total)


def _shares(parts: list[int], left: int, given: Mapping[int, int]) -> Iterator[Mapping[int, int]]:
    """Yield the shares of the sets of columns, of the given sum, that satisfy the condition on unions."""
    if not left:
        yield given
        return
    if not parts:
        return
    part, *others = parts
    for share in range(min(left, part.bit_count() - 1) + 1):
        more = {**given, part: share} if share else given
        if not share or _fits(more, part):
            yield from _shares(others, left - share, more)


def _fits(shares: Mapping[int, int], last: int) -> bool:
    """Whether the condition holds for all sets of rows with the last one."""
    unions = [(last, shares[last])]
    for part, share in shares.items():
        if part != last:
            unions += [(union | part, number + share) for union, number in unions]
    return all(union.bit_count() > number for union, number in unions)
