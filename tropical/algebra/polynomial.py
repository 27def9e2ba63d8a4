"""Tropical polynomials in the max convention: maxima of finitely many affine forms, exactly.

``F(x) = max_i (c_i + s_i . x)`` has the terms ``c_i (.) x^{s_i}`` with coefficient c_i and exponent s_i, both rational.
As in any semiring of functions, ``+`` is the tropical sum (the maximum) and ``*`` the tropical product (the sum of the
values); ``F ** k`` is ``k F(x)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from polytopes.arithmetic.dimensions import checked_dimension, common_dimension
from polytopes.arithmetic.rationals import (
    MatrixLike,
    RationalLike,
    Row,
    Vector,
    VectorLike,
    as_fraction,
    as_matrix,
    as_vector,
)
from polytopes.complexes.regular_subdivision import RegularSubdivision, regular_subdivision
from polytopes.complexes.upper_hull import upper_vertices
from polytopes.errors import InputError, NoAnswerError
from polytopes.messages import made_by
from polytopes.polyhedra.polyhedron import Polyhedron
from tropical.algebra.notation import (
    LATEX_TERMS,
    SHORT_TERMS,
    count_of,
    polynomial_latex,
    polynomial_text,
    short_formula,
)
from tropical.algebra.terms import merged, multiplied, rows_of, substituted, sums, values


@made_by(
    "write TropicalPolynomial.from_terms({exponent: coefficient, ...}), or parse('max(x, y, 0)').as_polynomial()",
    tuple,
)
@frozen(repr=False, slots=False)
class TropicalPolynomial:
    """The maximum of finitely many affine forms on Q^d; without terms it is minus infinity everywhere.

    Make one with :meth:`from_terms` or :meth:`from_forms`. The terms have different exponents and are sorted,
    the lexicographically largest exponent first. ``==`` compares terms; :meth:`same_function` compares functions.

    Attributes:
        rows: integers ``(c, s_1, ..., s_d)``, one row for each term: the affine form times ``denominator``.
        denominator: the least positive integer that makes all rows integer.
        ambient_dim: d.
        all_essential: whether every term is known to be essential; False says nothing.
    """

    rows: tuple[Row, ...]
    denominator: int
    ambient_dim: int
    all_essential: bool = field(default=False, eq=False, kw_only=True)

    # Construction

    @classmethod
    def from_forms(cls, forms: MatrixLike, ambient_dim: int | None = None) -> TropicalPolynomial:
        """Return the maximum of affine forms, rows ``(c, s_1, ..., s_d)`` of rationals, constant first.

        Of forms with one exponent the largest is kept.

        >>> TropicalPolynomial.from_forms([(1, 2), (0, 0)])([3])
        Fraction(7, 1)
        """
        table = as_matrix(forms)
        dim = common_dimension((len(form) - 1 for form in table), ambient_dim, "forms")
        return cls.from_rows(*rows_of(table), dim)

    @classmethod
    def from_terms(
        cls, terms: Mapping[Any, RationalLike] | Iterable[tuple[Any, RationalLike]], ambient_dim: int | None = None
    ) -> TropicalPolynomial:
        """Return the polynomial with these terms, exponent -> coefficient.

        Args:
            terms: a mapping or pairs; an exponent is a sequence of d rationals, or one rational if d = 1.
            ambient_dim: d, needed only if there is no term.

        Raises:
            InputError: for terms that are no pairs.

        >>> TropicalPolynomial.from_terms({(2, 0): 1, (0, 1): 0, (0, 0): 0})([1, 5])
        Fraction(5, 1)
        """
        pairs = list(terms.items() if isinstance(terms, Mapping) else terms)
        if not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
            raise InputError("terms are a mapping or pairs (exponent, coefficient); for a text there is tropical.parse")
        return cls.from_forms([(coefficient, *_exponent(e)) for e, coefficient in pairs], ambient_dim)

    @classmethod
    def from_rows(
        cls, rows: Iterable[Row], denominator: int, ambient_dim: int, *, all_essential: bool = False
    ) -> TropicalPolynomial:
        """Return the maximum of the forms ``row / denominator`` for unchecked integer rows, constant first.

        With ``all_essential`` it is taken as known that every term is essential.
        """
        return cls(*merged(rows, denominator), ambient_dim, all_essential=all_essential)

    @classmethod
    def constant(cls, value: RationalLike, ambient_dim: int) -> TropicalPolynomial:
        """Return the constant polynomial; the value 0 gives the neutral element of the product."""
        number = as_fraction(value)
        row = (number.numerator, *(0,) * checked_dimension(ambient_dim))
        return cls.from_rows([row], number.denominator, ambient_dim)

    @classmethod
    def monomial(cls, exponent: VectorLike, coefficient: RationalLike = 0) -> TropicalPolynomial:
        """Return the polynomial with one term, the affine form ``coefficient + exponent . x``."""
        return cls.from_forms([(coefficient, *exponent)])

    @classmethod
    def zero(cls, ambient_dim: int) -> TropicalPolynomial:
        """Return the polynomial without terms, minus infinity: the neutral element of the tropical sum."""
        return cls((), 1, checked_dimension(ambient_dim))

    @classmethod
    def variables(cls, ambient_dim: int) -> tuple[TropicalPolynomial, ...]:
        """Return x_1, ..., x_d.

        >>> x, y = TropicalPolynomial.variables(2)
        >>> (x * y + x ** 2)([1, 2])
        Fraction(3, 1)
        """
        d = checked_dimension(ambient_dim)
        return tuple(cls(((0, *(int(i == j) for j in range(d))),), 1, d) for i in range(d))

    # Terms

    @property
    def n_terms(self) -> int:
        """The number of terms."""
        return len(self.rows)

    @cached_property
    def forms(self) -> tuple[Vector, ...]:
        """The affine forms (c, s_1, ..., s_d) of the terms."""
        return tuple(tuple(Fraction(entry, self.denominator) for entry in row) for row in self.rows)

    @property
    def exponents(self) -> tuple[Vector, ...]:
        """The exponents of the terms."""
        return tuple(form[1:] for form in self.forms)

    @property
    def coefficients(self) -> Vector:
        """The coefficients of the terms."""
        return tuple(form[0] for form in self.forms)

    @property
    def terms(self) -> dict[Vector, Fraction]:
        """The terms, exponent -> coefficient."""
        return {form[1:]: form[0] for form in self.forms}

    # Values

    def __call__(self, point: VectorLike) -> Fraction:
        """Return the exact value at a rational point.

        Raises:
            NoAnswerError: if there is no term.
        """
        found, scale = self._values(point)
        return Fraction(max(found), scale * self.denominator)

    def _values(self, point: VectorLike) -> tuple[list[int], int]:
        if not self.rows:
            raise NoAnswerError("a tropical polynomial without terms is minus infinity and has no rational value")
        return values(self.rows, as_vector(point, self.ambient_dim))

    def winners(self, point: VectorLike) -> tuple[int, ...]:
        """Return the indices of all terms that attain the maximum at a rational point.

        >>> TropicalPolynomial.from_forms([(0, 1), (0, 0)]).winners([0])
        (0, 1)
        """
        found, _ = self._values(point)
        top = max(found)
        return tuple(i for i, value in enumerate(found) if value == top)

    def evaluate(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the values at many points in floating point.

        Args:
            points: an array of shape (..., d).

        Returns:
            An array of shape (...); minus infinity if there is no term.
        """
        array = np.asarray(points, dtype=np.float64)
        if array.shape[-1:] != (self.ambient_dim,):
            raise InputError(f"points of shape {array.shape}; needed is (..., {self.ambient_dim})")
        if not self.rows:
            return np.full(array.shape[:-1], -np.inf)
        table = self._floats
        return np.asarray((array @ table[:, 1:].T + table[:, 0]).max(axis=-1))

    @cached_property
    def _floats(self) -> NDArray[np.float64]:
        return np.array([[float(entry) for entry in form] for form in self.forms])

    # Arithmetic

    def _scaled(self, denominator: int) -> Iterable[Row]:
        return multiplied(self.rows, denominator // self.denominator)

    def _coerced(self, other: object) -> TropicalPolynomial | None:
        if isinstance(other, TropicalPolynomial):
            common_dimension((self.ambient_dim, other.ambient_dim), None, "tropical polynomials")
            return other
        try:
            return self.constant(as_fraction(other), self.ambient_dim)
        except InputError:
            return None

    def __add__(self, other: object) -> TropicalPolynomial:
        """Return the tropical sum, the maximum of two polynomials; a number is a constant."""
        right = self._coerced(other)
        return NotImplemented if right is None else self.maximum((self, right))

    __radd__ = __add__

    @classmethod
    def maximum(cls, polynomials: Iterable[TropicalPolynomial]) -> TropicalPolynomial:
        """Return the tropical sum of one or more polynomials.

        >>> TropicalPolynomial.maximum(TropicalPolynomial.variables(3))([1, 5, 2])
        Fraction(5, 1)
        """
        parts = list(polynomials)
        dim = common_dimension((part.ambient_dim for part in parts), None, "tropical polynomials")
        scale = lcm(*(part.denominator for part in parts))
        return cls.from_rows((row for part in parts for row in part._scaled(scale)), scale, dim)

    def __mul__(self, other: object) -> TropicalPolynomial:
        """Return the tropical product, the sum of the values of two polynomials; a number is a constant."""
        right = self._coerced(other)
        if right is None:
            return NotImplemented
        scale = lcm(self.denominator, right.denominator)
        return self.from_rows(sums(self._scaled(scale), right._scaled(scale)), scale, self.ambient_dim)

    __rmul__ = __mul__

    def __pow__(self, power: RationalLike) -> TropicalPolynomial:
        """Return the tropical power, ``power`` times the function, for a rational power >= 0.

        It has the terms of F, their exponents and coefficients multiplied: the other terms of a product of k equal
        factors lie between these and are redundant.

        Raises:
            InputError: for a negative power; that is a :class:`tropical.algebra.rational_function.TropicalRational`.
        """
        k = as_fraction(power)
        if k < 0:
            raise InputError(f"the power {k} of a tropical polynomial is not a polynomial; take TropicalRational.of(F)")
        if k == 0:
            return self.constant(0, self.ambient_dim)
        rows, scale = multiplied(self.rows, k.numerator), self.denominator * k.denominator
        return self.from_rows(rows, scale, self.ambient_dim, all_essential=self.all_essential)

    def substitute(self, matrix: MatrixLike, shift: VectorLike | None = None) -> TropicalPolynomial:
        """Return ``y -> F(M y + s)``.

        Args:
            matrix: M, d x k rationals (at least one row).
            shift: s, d rationals; 0 if left out.

        >>> x, y = TropicalPolynomial.variables(2)
        >>> (x + y).substitute([[2], [0]], [0, 1])([3])
        Fraction(6, 1)
        """
        M = as_matrix(matrix)
        common_dimension((len(M), self.ambient_dim), None, "rows of the matrix and variables")
        s = as_vector(shift, len(M)) if shift is not None else (Fraction(0),) * len(M)
        return self.from_forms(substituted(self.forms, M, s), len(M[0]) if M else 0)

    # Essential terms

    @cached_property
    def essential_terms(self) -> tuple[int, ...]:
        """The indices of the terms that are strictly the largest at some point.

        They are the vertices of the upper hull of the lifted exponents
        (:func:`polytopes.complexes.upper_hull.upper_vertices`).
        """
        return tuple(range(self.n_terms)) if self.all_essential else upper_vertices(self.rows)

    def normal_form(self) -> TropicalPolynomial:
        """Return the polynomial of the essential terms: the same function without redundant terms, in a unique form.

        >>> len(TropicalPolynomial.from_terms({2: 0, 1: 0, 0: 0}).normal_form().rows)
        2
        """
        if len(self.essential_terms) == self.n_terms:
            return self
        rows = [self.rows[i] for i in self.essential_terms]
        return self.from_rows(rows, self.denominator, self.ambient_dim, all_essential=True)

    def same_function(self, other: TropicalPolynomial) -> bool:
        """Return whether two polynomials are equal as functions.

        >>> F = TropicalPolynomial.from_terms({2: 0, 1: 0, 0: 0})
        >>> G = TropicalPolynomial.from_terms({2: 0, 0: 0})
        >>> F == G, F.same_function(G)
        (False, True)
        """
        common_dimension((self.ambient_dim, other.ambient_dim), None, "tropical polynomials")
        return self.normal_form() == other.normal_form()

    # Polytope and subdivision

    @cached_property
    def newton_polytope(self) -> Polyhedron:
        """The convex hull of the exponents; empty if there is no term."""
        return Polyhedron.from_generators(self.exponents, ambient_dim=self.ambient_dim)

    @cached_property
    def dual_subdivision(self) -> RegularSubdivision:
        """The regular subdivision of the exponents by the coefficients, upper hull; point i is term i.

        >>> TropicalPolynomial.from_terms({2: 0, 1: 1, 0: 0}).dual_subdivision.maximal_cells
        ((0, 1), (1, 2))
        """
        if not self.rows:
            raise NoAnswerError("a tropical polynomial without terms has no subdivision; give at least one term")
        return regular_subdivision(self.exponents, self.coefficients, self.ambient_dim)

    def __repr__(self) -> str:
        formula = short_formula(str(self)) if self.n_terms <= SHORT_TERMS else None
        shown = count_of(self.n_terms, "term") if formula is None else formula
        return f"TropicalPolynomial in {count_of(self.ambient_dim, 'variable')}: {shown}"

    def __str__(self) -> str:
        return polynomial_text(self.forms)

    def _repr_latex_(self) -> str | None:
        """Return the formula for notebooks, None if it has too many terms to be read."""
        return f"${polynomial_latex(self.forms)}$" if self.n_terms <= LATEX_TERMS else None


def _exponent(value: Any) -> Vector:
    """Return the exponent of a term; a single number is an exponent of length 1."""
    try:
        return (as_fraction(value),)
    except InputError:
        return as_vector(value)
