"""Coordinates on the linear hull of the cone over a domain, so that every domain is full-dimensional in them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from attrs import frozen
from flint import fmpz, fmpz_mat

from polytopes.arithmetic.linalg import integer_matrix
from polytopes.arithmetic.rationals import Row, primitive
from polytopes.polyhedra.unit_basis import UnitBasis


@frozen(eq=False)
class Frame:
    """Coordinates y on the linear hull of the cone over the domain: z = sum_i y_i basis[i] for z = (1, x).

    The basis is in reduced echelon form, so that y_i = z[pivot_i] / basis[i][pivot_i].
    """

    basis: Sequence[Row]
    ambient_dim: int

    @property
    def size(self) -> int:
        """The number of coordinates y, that is the dimension of the domain plus one."""
        return len(self.basis)

    @cached_property
    def columns(self) -> fmpz_mat:
        """The matrix with z = columns y: the tape on which a program starts."""
        return integer_matrix(self.basis, self.ambient_dim + 1).transpose()

    def sparse_columns(self) -> list[dict[int, int]]:
        """Return the rows of :attr:`columns` by their entries that are not 0."""
        if isinstance(self.basis, UnitBasis):
            return self.basis.columns()
        found: list[dict[int, int]] = [{} for _ in range(self.ambient_dim + 1)]
        for k, row in enumerate(self.basis):
            for j, entry in enumerate(row):
                if entry:
                    found[j][k] = entry
        return found

    def pull_back(self, row: Sequence[int]) -> tuple[fmpz, ...]:
        """Return a linear form in z as a form in y."""
        if self.is_identity:
            return tuple(fmpz(entry) for entry in row)
        return tuple((integer_matrix([row], self.ambient_dim + 1) * self.columns).entries())

    @cached_property
    def is_identity(self) -> bool:
        """Whether y is z itself."""
        if self.size != self.ambient_dim + 1:
            return False
        return all(row[k] == 1 and row.count(0) == self.ambient_dim for k, row in enumerate(self.basis))

    def coordinates(self, vector: Row) -> Row:
        """Return the coordinates y, up to a positive factor, of a vector z in the hull."""
        pivots = (next(j for j, value in enumerate(base) if value) for base in self.basis)
        return primitive([Fraction(vector[j], base[j]) for j, base in zip(pivots, self.basis, strict=True)])

    def lift(self, vector: Sequence[int]) -> Row:
        """Return the vector z of coordinates y, as a primitive row."""
        if self.is_identity:
            return primitive(vector)
        product = self.columns * integer_matrix([vector], self.size).transpose()
        return primitive([int(entry) for entry in product.entries()])

    def extend(self, form: Sequence[int]) -> Row:
        """Return a row in z that agrees on the hull with a form in y."""
        if self.is_identity:
            return primitive(form)
        row = [Fraction(0)] * (self.ambient_dim + 1)
        for entry, base in zip(form, self.basis, strict=True):
            pivot = next(j for j, value in enumerate(base) if value)
            row[pivot] = Fraction(int(entry), base[pivot])
        return primitive(row)
