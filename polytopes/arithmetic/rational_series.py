"""Power series that are quotients of integer polynomials: terms far out, recurrences, exact rates of growth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen
from flint import fmpq, fmpq_poly, fmpz_mod_ctx, fmpz_mod_poly_ctx, fmpz_poly

from polytopes.arithmetic.algebraic_numbers import LargestRoot, is_dominant, largest_root
from polytopes.arithmetic.long_numbers import text_of
from polytopes.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    import sympy

Coefficients = tuple[int, ...]
PRIME_BITS = (2203, 4253, 9689, 19937)
"""Recurrences are guessed modulo the Mersenne primes 2^b - 1, the next one where a coefficient does not fit."""
FIRST_TERMS, MOST_SHOWN = 7, 30
"""Terms of a series, and coefficients of the fraction, that notebooks show at most."""
SURPLUS = 3
"""Terms that a guess must predict besides those that determine it."""


def _coefficients(polynomial: fmpz_poly | Sequence[int]) -> Coefficients:
    listed = polynomial.coeffs() if isinstance(polynomial, fmpz_poly) else list(polynomial)
    while listed and not listed[-1]:
        listed.pop()
    return tuple(int(c) for c in listed)


def polynomial_text(coefficients: Sequence[int], falling: bool = False) -> str:
    """Return a polynomial in x, given with the constant first, as sympy and Python read it.

    >>> polynomial_text((1, -2, 0, 1)), polynomial_text((1, -1), falling=True), polynomial_text(())
    ('1 - 2*x + x**3', '-x + 1', '0')
    """
    terms = []
    for power, value in list(enumerate(coefficients))[:: -1 if falling else 1]:
        if value:
            variable = "" if not power else "x" if power == 1 else f"x**{power}"
            size = text_of(abs(value)) if abs(value) != 1 or not power else ""
            sign = "-" if value < 0 else "+"
            terms.append(f"{sign} {size}{'*' if size and variable else ''}{variable}")
    text = " ".join(terms) or "0"
    return text.removeprefix("+ ") if text[0] != "-" else f"-{text[2:]}"


def polynomial_latex(coefficients: Sequence[int]) -> str:
    """Return a polynomial in x, given with the constant first, in LaTeX.

    >>> polynomial_latex((1, -2, 0, 1))
    '1 - 2 x + x^{3}'
    """
    return re.sub(r"\*\*(\d+)", r"^{\1}", polynomial_text(coefficients)).replace("*", " ")


@frozen
class RationalSeries:
    """The series numerator / denominator in lowest terms, whose terms are integers; denominator(0) = 1.

    Args:
        numerator, denominator: coefficients, constant first; common factors are divided out.

    Raises:
        InputError: if the series has terms that are not integers, or a pole at 0.

    >>> fibonacci = RationalSeries((1, 0), (1, -1, -1))
    >>> fibonacci.terms(8), fibonacci.term(100)
    ([1, 1, 2, 3, 5, 8, 13, 21], 573147844013817084101)
    >>> fibonacci
    RationalSeries(numerator=(1,), denominator=(1, -1, -1))
    """

    numerator: Coefficients = field(converter=_coefficients)
    denominator: Coefficients = field(converter=_coefficients)

    def __attrs_post_init__(self) -> None:
        above, below = fmpz_poly(list(self.numerator)), fmpz_poly(list(self.denominator))
        if not below or not below[0]:
            raise InputError(f"the denominator {self.denominator} must not vanish at 0")
        common = above.gcd(below)
        above, below = above // common, below // common
        if abs(below[0]) != 1:
            raise InputError(f"a series with denominator {_coefficients(below)} has terms that are not integers")
        object.__setattr__(self, "numerator", _coefficients(above * below[0]))
        object.__setattr__(self, "denominator", _coefficients(below * below[0]))

    def _repr_latex_(self) -> str | None:
        """Return the fraction and the first terms for notebooks, None if they are too long to be read."""
        if len(self.numerator) + len(self.denominator) > MOST_SHOWN:
            return None
        above, below = polynomial_latex(self.numerator), polynomial_latex(self.denominator)
        if not self.order:
            return f"${above}$"
        return rf"$\frac{{{above}}}{{{below}}} = {polynomial_latex(self.terms(FIRST_TERMS))} + \cdots$"

    @property
    def order(self) -> int:
        """The order of the shortest linear recurrence that the terms satisfy from some term on."""
        return len(self.denominator) - 1

    @property
    def reversed_denominator(self) -> fmpz_poly:
        """The polynomial whose roots are 1 over the poles: the characteristic polynomial of the recurrence."""
        return fmpz_poly(list(reversed(self.denominator)))

    @property
    def recurrence(self) -> Coefficients:
        """c_1, ..., c_r with a_n = c_1 a_(n-1) + ... + c_r a_(n-r) for n >= r and n > degree of the numerator."""
        return tuple(-c for c in self.denominator[1:])

    def terms(self, n: int) -> list[int]:
        """Return the first n terms."""
        terms: list[int] = []
        for i in range(n):
            value = self.numerator[i] if i < len(self.numerator) else 0
            terms.append(value + sum(c * terms[i - 1 - j] for j, c in enumerate(self.recurrence[:i])))
        return terms

    def term(self, n: int) -> int:
        """Return term n >= 0 by halving n (Bostan and Mori): O(log n) products of polynomials."""
        if n < 0:
            raise InputError(f"terms are numbered from 0, so there is no term {n}")
        above, below = fmpz_poly(list(self.numerator)), fmpz_poly(list(self.denominator))
        while n:
            mirrored = fmpz_poly([-c if i & 1 else c for i, c in enumerate(below.coeffs())])
            if n == 1:
                return int(above[0] * mirrored[1] + above[1])
            above = fmpz_poly(above.mul_low(mirrored, n + 1).coeffs()[n & 1 :: 2])
            below = fmpz_poly(below.mul_low(mirrored, n + 1).coeffs()[::2])
            n >>= 1
        return int(above[0])

    @cached_property
    def growth(self) -> GrowthRate:
        """The limit superior of the n-th roots of the terms, which must not be negative.

        Raises:
            NoAnswerError: if only finitely many terms are not zero.
        """
        return growth_rate(self)

    def as_sympy(self, variable: str = "x") -> sympy.Expr:
        """Return the quotient as an expression in sympy."""
        import sympy

        x = sympy.Symbol(variable)
        above, below = (sympy.Poly(list(reversed(p)) or [0], x).as_expr() for p in (self.numerator, self.denominator))
        return above / below


def fitted_series(terms: Sequence[int]) -> RationalSeries | None:
    """Guess the series with these first terms, of an order less than half their number; None if they suggest none.

    The recurrence is found modulo a Mersenne prime (Berlekamp and Massey) and then satisfied by all terms given; none
    is found if its coefficients have more than 19,935 bits.

    >>> fitted_series([3, 7, 16, 36, 81, 182, 409, 919, 2065])
    RationalSeries(numerator=(3, 1, -1), denominator=(1, -2, -1, 1))
    """
    for bits in PRIME_BITS:
        prime = (1 << bits) - 1
        minimal = fmpz_mod_poly_ctx(fmpz_mod_ctx(prime)).minpoly([term % prime for term in terms])
        if 2 * minimal.degree() + SURPLUS > len(terms):
            return None
        residues = [int(c) for c in reversed(minimal.coeffs())]
        below = fmpz_poly([c - prime if c > prime >> 1 else c for c in residues])
        above = fmpz_poly(list(terms)).mul_low(below, len(terms))
        if above.degree() < minimal.degree():
            return RationalSeries(above, below)
    return None


def satisfies(series: RationalSeries, terms: Sequence[int]) -> bool:
    """Whether these are the first terms of the series.

    >>> satisfies(RationalSeries((1,), (1, -2)), [1, 2, 4, 9])
    False
    """
    product = fmpz_poly(list(terms)).mul_low(fmpz_poly(list(series.denominator)), len(terms))
    return bool(product == fmpz_poly(list(series.numerator[: len(terms)])))


def delayed(series: RationalSeries, first: Sequence[int]) -> RationalSeries:
    """Return the series with the terms ``first`` put before those of a series.

    >>> delayed(RationalSeries((1,), (1, -2)), [5, 0]).terms(5)
    [5, 0, 1, 2, 4]
    """
    above, below = fmpz_poly(list(series.numerator)), fmpz_poly(list(series.denominator))
    return RationalSeries(fmpz_poly(list(first)) * below + fmpz_poly([0, 1]) ** len(first) * above, below)


@frozen
class GrowthRate:
    """The growth of the terms of a series: like n^(multiplicity - 1) times the n-th power of a number.

    >>> rate = RationalSeries((1, 1, 0, -1), (1, -2, -1, 1)).growth
    >>> rate.minimal_polynomial, round(float(rate), 9)
    ((1, -1, -2, 1), 2.246979604)
    """

    number: LargestRoot
    """The largest positive zero of the reversed denominator."""
    multiplicity: int = 1
    """The order of the pole."""
    series: RationalSeries | None = field(default=None, repr=False, eq=False)
    """The series that grows so."""

    @property
    def minimal_polynomial(self) -> Coefficients:
        """The coefficients of the minimal polynomial of the number, constant first."""
        return self.number.coefficients

    @property
    def degree(self) -> int:
        """The degree of the number over Q."""
        return self.number.degree

    def __float__(self) -> float:
        return float(self.number)

    def as_sympy(self) -> sympy.Expr:
        """Return the number in sympy."""
        return self.number.as_sympy()

    @cached_property
    def constant(self) -> tuple[fmpq, ...] | None:
        """The C such that term n is asymptotic to C times the n-th power: a polynomial in the number, constant first.

        None if other poles have the same modulus, or the pole is multiple.
        """
        if self.series is None or self.multiplicity > 1:
            return None
        if not is_dominant(self.number, self.series.reversed_denominator):
            return None
        return _constant(self.series, self.number.polynomial)

    @cached_property
    def asymptotic_constant(self) -> float | None:
        """The number C, to floating-point accuracy."""
        if self.constant is None:
            return None
        low, high = self.number.enclosure(400 + 40 * self.degree)
        value = fmpq_poly(list(self.constant))((low + high) / 2)
        return int((value * (1 << 80)).floor()) / (1 << 80)


def growth_rate(series: RationalSeries) -> GrowthRate:
    """Return the growth rate of a series with terms that are not negative.

    By Pringsheim's theorem the radius of convergence is itself a pole, so the rate is the largest positive zero of the
    reversed denominator.

    Raises:
        NoAnswerError: if the series is a polynomial.
    """
    found = largest_root(series.reversed_denominator)
    if found is None:
        raise NoAnswerError("the series is a polynomial: its terms end, so there is no rate of growth")
    return GrowthRate(*found, series)


def _constant(series: RationalSeries, factor: fmpz_poly) -> tuple[fmpq, ...]:
    """Return the residue at the simple pole 1 / z, z a zero of the factor: -numerator(1/z) z / denominator'(1/z)."""
    modulus = fmpq_poly(factor)

    def at_inverse(polynomial: fmpz_poly, degree: int) -> fmpq_poly:
        """z^degree p(1/z), reduced."""
        padded = polynomial.coeffs() + [0] * (degree + 1 - len(polynomial.coeffs()))
        return fmpq_poly(list(reversed(padded))) % modulus

    above, below = fmpz_poly(list(series.numerator)), fmpz_poly(list(series.denominator)).derivative()
    degree = max(above.degree(), below.degree())
    divisor, _, inverse = modulus.xgcd(at_inverse(below, degree))
    value = (fmpq_poly([0, -1]) * at_inverse(above, degree) * inverse / divisor[0]) % modulus
    return tuple(value.coeffs())
