"""Matrices over the tropical semiring (max, +) of the rationals and minus infinity.

Minus infinity, the tropical zero, is written ``None``. Cycles are those of the directed graph with an edge from i to j
of weight ``A[i][j]`` for every finite entry (Butkovic, Max-linear Systems, 2010; Maclagan, Sturmfels, section 5.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import networkx as nx
from attrs import frozen

from polytopes.arithmetic.dimensions import checked_dimension
from polytopes.arithmetic.rationals import RationalLike, as_fraction, exact_text
from polytopes.errors import NoAnswerError, ShapeError
from polytopes.messages import made_by, shortened
from tropical.algebra.assignment import largest_assignment
from tropical.algebra.notation import MINUS_INFINITY

Entry = Fraction | None


@made_by("write TropicalMatrix.of(rows)", tuple)
@frozen(repr=False, slots=False)
class TropicalMatrix:
    """A matrix with entries in the rationals and minus infinity; ``+`` is the maximum, ``@`` the tropical product.

    >>> A = TropicalMatrix.of([[0, 2], [1, None]])
    >>> print(A @ A)
    3 2
    1 3
    >>> A.eigenvalue(), A.determinant()
    (Fraction(3, 2), Fraction(3, 1))
    """

    entries: tuple[tuple[Entry, ...], ...]
    n_columns: int

    @classmethod
    def of(cls, rows: Iterable[Iterable[RationalLike | None]], n_columns: int | None = None) -> TropicalMatrix:
        """Return the matrix with these rows; None, "-oo" and the float minus infinity are minus infinity.

        Raises:
            ShapeError: if rows have different lengths, or there are no rows and ``n_columns`` is left out.
        """
        try:
            table = tuple(tuple(map(_entry, _row(row))) for row in _row(rows))
        except TypeError:
            raise ShapeError(f"a tropical matrix is made from rows of numbers, not from {shortened(rows)}") from None
        widths = {len(row) for row in table} | (set() if n_columns is None else {checked_dimension(n_columns)})
        if len(widths) != 1:
            raise ShapeError(f"rows of lengths {sorted(widths)}; give rows of one length, or n_columns")
        return cls(table, widths.pop())

    @classmethod
    def from_text(cls, text: str) -> TropicalMatrix:
        """Return the matrix in a text as ``str`` writes it: one row per line, blanks between entries, -oo for None.

        >>> A = TropicalMatrix.of([["1/2", None], [-3, 0]])
        >>> TropicalMatrix.from_text(str(A)) == A
        True
        """
        lines = [line.split() for line in text.splitlines() if line.strip()]
        return cls.of(lines, None if lines else 0)

    @classmethod
    def identity(cls, size: int) -> TropicalMatrix:
        """Return the neutral matrix of the product: 0 on the diagonal, minus infinity elsewhere."""
        checked_dimension(size)
        return cls(tuple(tuple(Fraction(0) if i == j else None for j in range(size)) for i in range(size)), size)

    def __repr__(self) -> str:
        return f"TropicalMatrix, {self.n_rows} x {self.n_columns}"

    def __str__(self) -> str:
        texts = [[MINUS_INFINITY if entry is None else exact_text(entry) for entry in row] for row in self.entries]
        width = max((len(text) for row in texts for text in row), default=0)
        return "\n".join(" ".join(text.rjust(width) for text in row) for row in texts)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.entries)

    def __getitem__(self, place: tuple[int, int]) -> Entry:
        return self.entries[place[0]][place[1]]

    def transpose(self) -> TropicalMatrix:
        """Return the matrix with rows and columns exchanged."""
        columns = tuple(tuple(row[j] for row in self.entries) for j in range(self.n_columns))
        return TropicalMatrix(columns, self.n_rows)

    # Arithmetic

    def __add__(self, other: object) -> TropicalMatrix:
        """Return the entrywise maximum."""
        if not isinstance(other, TropicalMatrix):
            return NotImplemented
        if (self.n_rows, self.n_columns) != (other.n_rows, other.n_columns):
            raise ShapeError(f"a tropical sum of {self!r} and {other!r}; the shapes must agree")
        pairs = zip(self.entries, other.entries, strict=True)
        return TropicalMatrix(tuple(tuple(map(_larger, a, b)) for a, b in pairs), self.n_columns)

    def __matmul__(self, other: object) -> TropicalMatrix:
        """Return the tropical product, ``max_k (A[i][k] + B[k][j])``."""
        if not isinstance(other, TropicalMatrix):
            return NotImplemented
        if self.n_columns != other.n_rows:
            raise ShapeError(f"a tropical product of {self!r} and {other!r}; the inner sizes must agree")
        columns = other.transpose().entries
        rows = tuple(tuple(_dot(row, column) for column in columns) for row in self.entries)
        return TropicalMatrix(rows, other.n_columns)

    def __pow__(self, power: int) -> TropicalMatrix:
        """Return the tropical power for an integer power >= 0."""
        if not isinstance(power, int) or power < 0:
            raise ShapeError(f"the power {power} of a tropical matrix; give an integer from 0")
        result, square = self.identity(self._size), self
        while power:
            if power & 1:
                result = result @ square
            square = square @ square
            power >>= 1
        return result

    def scaled(self, number: RationalLike) -> TropicalMatrix:
        """Return the tropical multiple: the number is added to every finite entry."""
        shift = as_fraction(number)
        rows = (tuple(None if e is None else e + shift for e in row) for row in self.entries)
        return TropicalMatrix(tuple(rows), self.n_columns)

    @property
    def _size(self) -> int:
        if self.n_rows != self.n_columns:
            raise ShapeError(f"{self!r} is not square")
        return self.n_rows

    # Determinant

    def determinant(self) -> Entry:
        """Return the tropical determinant, the largest sum of one entry in each row and column; None for -oo.

        It is also the tropical permanent; see :meth:`is_singular`.
        """
        found = self._assignment
        return None if found is None else found[0]

    def best_permutation(self) -> tuple[int, ...]:
        """Return a permutation p with the largest sum of entries ``A[i][p[i]]``.

        Raises:
            NoAnswerError: if every such sum is minus infinity.
        """
        if self._assignment is None:
            raise NoAnswerError("the tropical determinant is minus infinity, so no permutation has a finite sum")
        return self._assignment[1]

    def is_singular(self) -> bool:
        """Return whether the maximum in the determinant is minus infinity or attained by two permutations.

        Algorithm:
            With an optimal dual solution, permutations of the largest sum are the perfect matchings of the tight
            entries; a second one differs from the first by a directed cycle.

        >>> TropicalMatrix.of([[0, 0], [0, 0]]).is_singular(), TropicalMatrix.identity(2).is_singular()
        (True, False)
        """
        found = self._assignment
        if found is None:
            return True
        _, permutation, u, v = found
        graph = nx.DiGraph()
        row_of = {j: i for i, j in enumerate(permutation)}
        for i, row in enumerate(self.entries):
            for j, entry in enumerate(row):
                if entry is not None and row_of[j] != i and u[i] + v[j] == entry:
                    graph.add_edge(i, row_of[j])
        return not nx.is_directed_acyclic_graph(graph)

    @cached_property
    def _assignment(self) -> tuple[Fraction, tuple[int, ...], list[Fraction], list[Fraction]] | None:
        size = self._size
        finite = [abs(entry) for row in self.entries for entry in row if entry is not None]
        never = -(2 * size + 1) * (max(finite, default=Fraction(0)) + 1)
        table = [[never if entry is None else entry for entry in row] for row in self.entries]
        permutation, u, v = largest_assignment(table)
        chosen = [self.entries[i][j] for i, j in enumerate(permutation)]
        if any(entry is None for entry in chosen):
            return None
        return sum((entry for entry in chosen if entry is not None), Fraction(0)), tuple(permutation), u, v

    # Cycles

    def eigenvalue(self) -> Entry:
        """Return the largest mean weight of a cycle, the largest eigenvalue; None if there is no cycle.

        Algorithm:
            With D_k(j) the largest weight of a walk of k edges to j, it is the maximum over j of the minimum over
            k < n of (D_n(j) - D_k(j)) / (n - k) (Karp 1978).
        """
        size = self._size
        walks: list[list[Entry]] = [[Fraction(0)] * size]
        columns = self.transpose().entries
        for _ in range(size):
            walks.append([_dot(walks[-1], column) for column in columns])
        means = []
        for j, longest in enumerate(walks[-1]):
            if longest is not None:
                shorter = ((k, walk[j]) for k, walk in enumerate(walks[:-1]))
                means.append(min((longest - weight) / (size - k) for k, weight in shorter if weight is not None))
        return max(means, default=None)

    def kleene_plus(self) -> TropicalMatrix:
        """Return ``A (+) A^2 (+) A^3 (+) ...``: the largest weights of walks with at least one edge.

        Raises:
            NoAnswerError: if there is a cycle of positive weight.

        Algorithm: Floyd, Warshall 1962.
        """
        size = self._size
        table = [list(row) for row in self.entries]
        for k in range(size):
            through = table[k][k]
            if through is not None and through > 0:
                raise NoAnswerError(f"a cycle through {k} has positive weight, so the weights of walks are unbounded")
            for row in table:
                if row[k] is not None:
                    row[:] = [_larger(old, _plus(row[k], new)) for old, new in zip(row, table[k], strict=True)]
        return TropicalMatrix(tuple(map(tuple, table)), size)

    def kleene_star(self) -> TropicalMatrix:
        """Return ``I (+) A (+) A^2 (+) ...``; errors as for :meth:`kleene_plus`.

        >>> print(TropicalMatrix.of([[-1, 1], [-2, -1]]).kleene_star())
         0  1
        -2  0
        """
        return self.kleene_plus() + self.identity(self._size)

    def eigenvectors(self) -> tuple[tuple[Entry, ...], ...]:
        """Return vectors that generate the eigenspace of :meth:`eigenvalue`, one for each class of critical cycles.

        Raises:
            NoAnswerError: if there is no cycle.

        Algorithm:
            Of ``(A - lambda)^+`` the columns j with 0 on the diagonal; columns j and k are multiples of each other
            iff j and k lie on one critical cycle (Butkovic, theorem 4.3.5).

        >>> TropicalMatrix.of([[0, 2], [1, None]]).eigenvectors()
        ((Fraction(0, 1), Fraction(-1, 2)),)
        """
        value = self.eigenvalue()
        if value is None:
            raise NoAnswerError("the matrix has no cycle, so its only eigenvalue is minus infinity")
        plus = self.scaled(-value).kleene_plus()
        found: list[tuple[Entry, ...]] = []
        seen: set[int] = set()
        for j, column in enumerate(plus.transpose().entries):
            if column[j] == 0 and j not in seen:
                seen |= {k for k in range(self.n_rows) if _plus(plus[j, k], plus[k, j]) == 0}
                found.append(column)
        return tuple(found)


def _entry(value: Any) -> Entry:
    if value is None or (isinstance(value, (str, float)) and str(value).strip() in (MINUS_INFINITY, "-inf")):
        return None
    return as_fraction(value)


def _row(entries: Any) -> Iterable[Any]:
    """Return an iterator over entries that are not a string.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(entries, (str, bytes)):
        raise TypeError
    found: Iterable[Any] = iter(entries)
    return found


def _larger(a: Entry, b: Entry) -> Entry:
    return b if a is None else a if b is None else max(a, b)


def _plus(a: Entry, b: Entry) -> Entry:
    return None if a is None or b is None else a + b


def _dot(left: Sequence[Entry], right: Sequence[Entry]) -> Entry:
    return max((a + b for a, b in zip(left, right, strict=True) if a is not None and b is not None), default=None)
