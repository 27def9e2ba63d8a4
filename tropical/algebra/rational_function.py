"""Tropical rational functions ``g (/) h``, the differences of two tropical polynomials, and maps made of them.

They are the continuous piecewise linear functions with finitely many pieces and rational coefficients, and so the
functions of ReLU and maxout networks with rational weights (Zhang, Naitzat, Lim, Tropical geometry of deep neural
networks, ICML 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from polytopes.arithmetic.dimensions import common_dimension
from polytopes.arithmetic.rationals import MatrixLike, RationalLike, Vector, VectorLike, as_fraction
from polytopes.errors import InputError, ShapeError
from polytopes.messages import made_by, shortened
from tropical.algebra.notation import LATEX_TERMS, SHORT_TERMS, count_of, rational_latex, rational_text, short_formula
from tropical.algebra.polynomial import TropicalPolynomial


@made_by(
    "give two tropical polynomials, or write parse('max(x, y) - max(x, 0)')",
    TropicalPolynomial,
    TropicalPolynomial,
)
@frozen(repr=False, slots=False)
class TropicalRational:
    """The function ``x -> g(x) - h(x)`` of two tropical polynomials in d variables.

    ``+`` is the maximum, ``*`` the sum and ``/`` the difference of functions; ``F ** c`` is ``c F`` for any rational c.
    ``==`` compares numerators and denominators; :meth:`same_function` compares functions.

    >>> x, y = map(TropicalRational.of, TropicalPolynomial.variables(2))
    >>> smaller = x * y / (x + y)                # x + y - max(x, y)
    >>> smaller([2, 5])
    Fraction(2, 1)
    """

    numerator: TropicalPolynomial
    denominator: TropicalPolynomial

    def __attrs_post_init__(self) -> None:
        g, h = self.numerator, self.denominator
        common_dimension((g.ambient_dim, h.ambient_dim), None, "numerator and denominator")
        if not h.n_terms:
            raise InputError("a denominator without terms is minus infinity; divide by a polynomial with terms")

    @classmethod
    def of(cls, polynomial: TropicalPolynomial) -> TropicalRational:
        """Return a polynomial as a rational function, with the denominator 0."""
        return cls(polynomial, TropicalPolynomial.constant(0, polynomial.ambient_dim))

    @property
    def ambient_dim(self) -> int:
        """The number d of variables."""
        return self.numerator.ambient_dim

    # Values

    def __call__(self, point: VectorLike) -> Fraction:
        """Return the exact value at a rational point.

        Raises:
            NoAnswerError: if the numerator has no term, so that the function is minus infinity.
        """
        x = tuple(point)
        return self.numerator(x) - self.denominator(x)

    def evaluate(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the values at points of shape (..., d) in floating point."""
        return np.asarray(self.numerator.evaluate(points) - self.denominator.evaluate(points))

    # Arithmetic

    def _coerced(self, other: object) -> TropicalRational | None:
        if isinstance(other, TropicalRational):
            return other
        if isinstance(other, TropicalPolynomial):
            return TropicalRational.of(other)
        try:
            return TropicalRational.of(TropicalPolynomial.constant(as_fraction(other), self.ambient_dim))
        except InputError:
            return None

    def __add__(self, other: object) -> TropicalRational:
        """Return the tropical sum, the maximum of the functions."""
        right = self._coerced(other)
        if right is None:
            return NotImplemented
        if self.denominator == right.denominator:
            return TropicalRational(self.numerator + right.numerator, self.denominator)
        top = self.numerator * right.denominator + right.numerator * self.denominator
        return TropicalRational(top, self.denominator * right.denominator)

    __radd__ = __add__

    @classmethod
    def maximum(cls, functions: Iterable[TropicalRational]) -> TropicalRational:
        """Return the tropical sum of one or more functions; those with the same denominator are joined first."""
        groups: dict[TropicalPolynomial, list[TropicalPolynomial]] = {}
        for function in functions:
            groups.setdefault(function.denominator, []).append(function.numerator)
        if not groups:
            raise ShapeError("a maximum of no functions; give at least one")
        parts = (cls(TropicalPolynomial.maximum(numerators), h) for h, numerators in groups.items())
        return reduce(cls.__add__, parts)

    def __mul__(self, other: object) -> TropicalRational:
        """Return the tropical product, the sum of the functions."""
        right = self._coerced(other)
        if right is None:
            return NotImplemented
        return TropicalRational(self.numerator * right.numerator, self.denominator * right.denominator)

    __rmul__ = __mul__

    def inverse(self) -> TropicalRational:
        """Return the function with the opposite sign, ``h (/) g``."""
        return TropicalRational(self.denominator, self.numerator)

    def __truediv__(self, other: object) -> TropicalRational:
        """Return the tropical quotient, the difference of the functions."""
        right = self._coerced(other)
        return NotImplemented if right is None else self * right.inverse()

    def __rtruediv__(self, other: object) -> TropicalRational:
        left = self._coerced(other)
        return NotImplemented if left is None else left * self.inverse()

    def __pow__(self, power: RationalLike) -> TropicalRational:
        """Return the tropical power, ``power`` times the function, for any rational number."""
        k = as_fraction(power)
        base = self if k >= 0 else self.inverse()
        return TropicalRational(base.numerator ** abs(k), base.denominator ** abs(k))

    def substitute(self, matrix: MatrixLike, shift: VectorLike | None = None) -> TropicalRational:
        """Return ``y -> F(M y + s)`` for a d x k matrix M and d numbers s, 0 if left out."""
        M = tuple(tuple(row) for row in matrix)
        s = None if shift is None else tuple(shift)
        return TropicalRational(self.numerator.substitute(M, s), self.denominator.substitute(M, s))

    # Forms

    def cleared(self) -> TropicalRational:
        """Return the same function with a denominator of one term moved into the numerator.

        >>> x, y = TropicalPolynomial.variables(2)
        >>> TropicalRational(x + y, x).cleared() == TropicalRational.of(y * TropicalPolynomial.monomial([-1, 0]) + 0)
        True
        """
        if self.denominator.n_terms != 1 or not any(self.denominator.rows[0]):
            return self
        [form] = self.denominator.forms
        factor = TropicalPolynomial.monomial([-entry for entry in form[1:]], -form[0])
        return TropicalRational.of(self.numerator * factor)

    def as_polynomial(self) -> TropicalPolynomial:
        """Return the numerator, if the denominator has one essential term; this is moved into it.

        Raises:
            InputError: if the denominator has more essential terms.
        """
        found = self.cleared() if self.denominator.n_terms == 1 else self.pruned().cleared()
        if found.denominator.n_terms > 1:
            raise InputError(f"a denominator of {found.denominator.n_terms} essential terms; a polynomial has one")
        return found.numerator

    def pruned(self) -> TropicalRational:
        """Return the same function with the essential terms of numerator and denominator only."""
        return TropicalRational(self.numerator.normal_form(), self.denominator.normal_form())

    def normal_form(self) -> TropicalRational:
        """Return the same function, pruned, with 0 as the last term of the denominator.

        Numerator and denominator are divided by the term of the denominator with the lexicographically smallest
        exponent. Common factors other than monomials are kept.

        >>> x, y = TropicalPolynomial.variables(2)
        >>> print(TropicalRational(x * y, x ** 2 + y).normal_form())
        x - max(2 x - y, 0)
        """
        pruned = self.pruned()
        last = pruned.denominator.forms[-1]
        factor = TropicalPolynomial.monomial([-entry for entry in last[1:]], -last[0])
        return TropicalRational(pruned.numerator * factor, pruned.denominator * factor)

    def same_function(self, other: TropicalRational) -> bool:
        """Return whether two rational functions are equal as functions: ``g h'`` and ``g' h`` are.

        >>> x, y = map(TropicalRational.of, TropicalPolynomial.variables(2))
        >>> (x * y / (x + y)).same_function((x ** -1 + y ** -1) ** -1)
        True
        """
        f, g = self.pruned(), other.pruned()
        return (f.numerator * g.denominator).same_function(g.numerator * f.denominator)

    def __str__(self) -> str:
        return rational_text(self.numerator.forms, self.denominator.forms)

    def _repr_latex_(self) -> str | None:
        """Return the formula for notebooks, None if it has too many terms to be read."""
        if self._n_terms > LATEX_TERMS:
            return None
        return f"${rational_latex(self.numerator.forms, self.denominator.forms)}$"

    @property
    def _n_terms(self) -> int:
        return self.numerator.n_terms + self.denominator.n_terms

    def __repr__(self) -> str:
        formula = short_formula(str(self)) if self._n_terms <= SHORT_TERMS else None
        shown = f"{self.numerator.n_terms} (/) {self.denominator.n_terms} terms" if formula is None else formula
        return f"TropicalRational in {count_of(self.ambient_dim, 'variable')}: {shown}"


@made_by("write TropicalMap.of([function, ...]) with tropical functions, such as parse('max(x, 0)')", tuple)
@frozen(repr=False, slots=False)
class TropicalMap:
    """A piecewise linear map from Q^d to Q^m: one tropical rational function for each of its m >= 1 outputs.

    >>> x, y = map(TropicalRational.of, TropicalPolynomial.variables(2))
    >>> TropicalMap.of([x + y, x * y])([1, 2])
    (Fraction(2, 1), Fraction(3, 1))
    """

    components: tuple[TropicalRational, ...]

    def __attrs_post_init__(self) -> None:
        for part in self.components:
            if not isinstance(part, TropicalRational):
                raise InputError(f"a component is {shortened(part)}; write TropicalMap.of([function, ...])")
        if not self.components:
            raise ShapeError("a map without outputs; give at least one component")
        common_dimension((part.ambient_dim for part in self.components), None, "components")

    @classmethod
    def of(cls, components: Iterable[TropicalRational | TropicalPolynomial]) -> TropicalMap:
        """Return the map with these components; polynomials become rational functions."""
        return cls(tuple(c if isinstance(c, TropicalRational) else TropicalRational.of(c) for c in components))

    @classmethod
    def identity(cls, dim: int) -> TropicalMap:
        """Return the map ``x -> x`` on Q^dim, dim >= 1."""
        return cls.of(TropicalPolynomial.variables(dim))

    @property
    def ambient_dim(self) -> int:
        """The number d of variables."""
        return self.components[0].ambient_dim

    @property
    def output_dim(self) -> int:
        """The number m of components."""
        return len(self.components)

    def __call__(self, point: VectorLike) -> Vector:
        """Return the exact value at a rational point."""
        x = tuple(point)
        return tuple(part(x) for part in self.components)

    def evaluate(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the values at points of shape (..., d) in floating point, of shape (..., m)."""
        return np.stack([part.evaluate(points) for part in self.components], axis=-1)

    def substitute(self, matrix: MatrixLike, shift: VectorLike | None = None) -> TropicalMap:
        """Return ``y -> F(M y + s)`` for a d x k matrix M and d numbers s, 0 if left out."""
        M = tuple(tuple(row) for row in matrix)
        s = None if shift is None else tuple(shift)
        return TropicalMap(tuple(part.substitute(M, s) for part in self.components))

    def pruned(self) -> TropicalMap:
        """Return the same map with essential terms only."""
        return TropicalMap(tuple(part.pruned() for part in self.components))

    def common_denominator(self) -> tuple[tuple[TropicalPolynomial, ...], TropicalPolynomial]:
        """Return polynomials ``(g_1, ..., g_m), h`` such that component k is ``g_k (/) h``, with essential terms only.

        >>> x, y = TropicalPolynomial.variables(2)
        >>> numerators, h = TropicalMap.of([x, TropicalRational(y, x + y)]).common_denominator()
        >>> [g.n_terms for g in numerators], h.n_terms
        ([2, 1], 2)
        """
        numerators = self.common_numerators()
        whole = TropicalPolynomial.constant(0, self.ambient_dim)
        for h in dict.fromkeys(part.denominator for part in self.pruned().components):
            whole = (whole * h).normal_form()
        return numerators, whole

    def common_numerators(self) -> tuple[TropicalPolynomial, ...]:
        """Return the numerators of :meth:`common_denominator` alone; their differences are those of the components."""
        missing = [TropicalPolynomial.constant(0, self.ambient_dim)] * self.output_dim
        parts = self.pruned().components
        for h in dict.fromkeys(part.denominator for part in parts):
            others = (part.denominator != h for part in parts)
            missing = [(m * h).normal_form() if other else m for m, other in zip(missing, others, strict=True)]
        return tuple((part.numerator * m).normal_form() for part, m in zip(parts, missing, strict=True))

    def same_function(self, other: TropicalMap) -> bool:
        """Return whether two maps are equal as functions."""
        if self.output_dim != other.output_dim:
            return False
        pairs: Sequence[Any] = list(zip(self.components, other.components, strict=True))
        return all(f.same_function(g) for f, g in pairs)

    def __repr__(self) -> str:
        return f"TropicalMap from Q^{self.ambient_dim} to Q^{self.output_dim}"

    def _repr_latex_(self) -> str | None:
        """Return the components one above the other for notebooks, None if they have too many terms to be read."""
        pairs = [(part.numerator.forms, part.denominator.forms) for part in self.components]
        if sum(len(above) + len(below) for above, below in pairs) > LATEX_TERMS:
            return None
        lines = r" \\ ".join(rational_latex(above, below) for above, below in pairs)
        return rf"$\begin{{pmatrix}} {lines} \end{{pmatrix}}$"
