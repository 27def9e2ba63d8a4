"""Sums of square roots against sympy, and against numbers whose factors are known."""

from collections import Counter
from fractions import Fraction
from math import isqrt, prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polytopes.arithmetic.surds import RadicalSum
from polytopes.errors import InputError

PRIMES = (2, 3, 41, 43, 10007, 2**61 - 1, 2**89 - 1, 2**107 - 1)
NORMAL = sum(entry**2 for entry in (2**91 + 12345, 3 * 2**89 - 7, 2**90 + 1))
"""The squared length of a facet normal, of 184 bits."""
MERSENNE = 2**89 - 1

signs = st.integers(-3, 3)
fractions = st.fractions(-9, 9, max_denominator=4)
factored = st.tuples(fractions, st.lists(st.integers(0, 4), min_size=len(PRIMES), max_size=len(PRIMES)))


def number(powers: list[int]) -> int:
    return prod(p**e for p, e in zip(PRIMES, powers, strict=True))


def by_classes(terms: list[tuple[Fraction, list[int]]]) -> dict[tuple[int, ...], Fraction]:
    """The sum of c sqrt(n) by square-free parts, n given by its factors."""
    found: Counter[tuple[int, ...]] = Counter()
    for c, powers in terms:
        found[tuple(e % 2 for e in powers)] += c * number([e // 2 for e in powers])  # type: ignore[assignment]
    return {key: Fraction(value) for key, value in found.items() if value}


def of(terms: list[tuple[Fraction, list[int]]]) -> RadicalSum:
    roots = (RadicalSum.of(c) * RadicalSum.root(number(powers)) for c, powers in terms)
    return RadicalSum.total(roots)


def near(terms: list[tuple[Fraction, list[int]]], digits: int = 400) -> Fraction:
    """The sum to so many digits, by one long integer root each."""
    ten = 10**digits
    return sum((c * Fraction(isqrt(number(powers) * ten**2), ten) for c, powers in terms), Fraction(0))


def test_equal_sums_with_long_radicands() -> None:
    assert NORMAL.bit_length() > 170
    assert RadicalSum.root(NORMAL * MERSENNE**2) == RadicalSum.of(MERSENNE) * RadicalSum.root(NORMAL)
    assert not RadicalSum.root(NORMAL * MERSENNE**2) - RadicalSum.of(MERSENNE) * RadicalSum.root(NORMAL)
    assert hash(RadicalSum.root(NORMAL * MERSENNE**2)) == hash(RadicalSum.of(MERSENNE) * RadicalSum.root(NORMAL))
    assert RadicalSum.root(NORMAL * MERSENNE**2 + 1) != RadicalSum.of(MERSENNE) * RadicalSum.root(NORMAL)


def test_squares_are_found_between_two_radicands() -> None:
    """n q^2 and n r^2 have n in common, though neither is known to have a square in it."""
    n, q, r = NORMAL, 2**127 - 1, 2**107 - 1
    total = RadicalSum.root(n * q * q) + RadicalSum.root(n * r * r)
    assert total.terms == ((n, Fraction(q + r)),) and total == RadicalSum.of(q + r) * RadicalSum.root(n)
    assert RadicalSum.root(n * q * q) * RadicalSum.root(n * r * r) == RadicalSum.of(n * q * r)
    assert RadicalSum.root(Fraction(n * q * q, r)) == RadicalSum.of(Fraction(q, r)) * RadicalSum.root(n * r)


@given(st.lists(factored, max_size=5), st.lists(factored, max_size=5))
def test_sums_of_factored_radicands(left: list[tuple[Fraction, list[int]]], right: list) -> None:  # type: ignore[type-arg]
    one, two = of(left), of(right)
    assert (one == two) == (by_classes(left) == by_classes(right))
    assert len(one.terms) == len(by_classes(left))
    difference = near(left) - near(right)
    assert (one - two).sign == (0 if one == two else 1 if difference > 0 else -1)
    assert (one < two) == ((two - one).sign > 0) and (one <= two) == ((two - one).sign >= 0)
    if one == two:
        assert hash(one) == hash(two)
    products = [(c * e, [a + b for a, b in zip(p, q, strict=True)]) for c, p in left for e, q in right]
    assert one * two == of(products)
    assert float(one) == float(near(left)) or abs(float(one)) < 1e-290


@given(st.lists(st.tuples(fractions, st.integers(1, 60)), max_size=6))
def test_small_radicands_against_sympy(terms: list[tuple[Fraction, int]]) -> None:
    total = RadicalSum.total(RadicalSum.of(c) * RadicalSum.root(n) for c, n in terms)
    known = sympy.Add(*(sympy.Rational(c.numerator, c.denominator) * sympy.sqrt(n) for c, n in terms))
    assert sympy.expand(total.as_sympy() - known) == 0
    assert total.sign == sympy.sign(known) and bool(total) == bool(total.sign)
    assert all(n == 1 or max(sympy.factorint(n).values()) == 1 for n, _ in total.terms)
    assert float(total) == float(known.evalf(40))


@given(st.lists(st.fractions(min_value=0, max_value=30, max_denominator=12), min_size=1, max_size=4))
def test_radicals(values: list[Fraction]) -> None:
    total, product = RadicalSum(()), RadicalSum.of(1)
    for value in values:
        total, product = total + RadicalSum.root(value), product * RadicalSum.root(value)
    roots = [sympy.sqrt(sympy.Rational(v.numerator, v.denominator)) for v in values]
    assert sympy.simplify(total.as_sympy() - sympy.Add(*roots)) == 0
    assert sympy.simplify(product.as_sympy() - sympy.Mul(*roots)) == 0
    assert float(total) == pytest.approx(float(sympy.Add(*roots)))
    assert RadicalSum.root(values[0]) * RadicalSum.root(values[0]) == RadicalSum.of(values[0])


def test_numbers_that_nearly_agree() -> None:
    """sqrt(n + 1) - sqrt(n) is about 1 / (2 sqrt(n)); a sum of floats would lose it."""
    n = 10**60
    tiny = RadicalSum.root(n + 1) - RadicalSum.root(n)
    assert tiny.sign == 1 and float(tiny) == 5e-31 and (-tiny).sign == -1
    m = 10**400
    assert float(RadicalSum.root(m + 1) - RadicalSum.root(m)) == 5e-201
    assert RadicalSum.root(m + 1) > RadicalSum.root(m) and not RadicalSum.root(m) > RadicalSum.root(m)
    # of two sums of three roots that agree to many digits (Graham's problem)
    left, right = (RadicalSum.total(map(RadicalSum.root, each)) for each in ((1, 12, 29), (3, 6, 31)))
    assert (left < right) == (float(left) < float(right)) and left != right


def test_zero() -> None:
    zero = RadicalSum(())
    assert zero == RadicalSum.root(0) == RadicalSum.of(0) == RadicalSum.root(2) - RadicalSum.root(2)
    assert zero == RadicalSum.root(2) * zero == RadicalSum.root(8) - RadicalSum.of(2) * RadicalSum.root(2)
    assert not zero and zero.sign == 0 and float(zero) == 0 and str(zero) == "0" and zero.as_sympy() == 0
    assert not zero < zero and zero <= zero and zero < RadicalSum.of(1) and RadicalSum.of(-1) < zero


def test_terms_as_they_are_given() -> None:
    """The constructor puts square classes together, so that no sum has two terms of one class."""
    assert RadicalSum([(8, Fraction(1)), (2, Fraction(-2))]) == RadicalSum(())
    assert RadicalSum([(8, Fraction(1)), (18, Fraction(1))]).terms == ((2, Fraction(5)),)
    with pytest.raises(InputError, match="positive"):
        RadicalSum([(0, Fraction(1))])
    assert RadicalSum.of(2) != 2 and RadicalSum.root(2) != RadicalSum.of(Fraction(1.4142135623730951))
    with pytest.raises(TypeError):
        _ = RadicalSum.of(1) < 1


def test_numbers_too_large_for_floats() -> None:
    with pytest.raises(OverflowError):
        float(RadicalSum.root(10**1000))
    assert float(RadicalSum.root(10**600)) == 1e300 and float(RadicalSum.root(Fraction(2, 10**800))) == 0


def test_radicals_as_text() -> None:
    assert str(RadicalSum.root(12) + RadicalSum.of(-3)) == "-3 + 2 sqrt(3)" and str(RadicalSum.root(0)) == "0"
    assert str(RadicalSum(((2, Fraction(-1)), (3, Fraction(-1, 2))))) == "-sqrt(2) - 1/2 sqrt(3)"
    with pytest.raises(InputError, match="-2 is not real"):
        RadicalSum.root(-2)


def test_long_radicands() -> None:
    """They are not factored, but small and whole squares are found."""
    p, q = 2**521 - 1, 2**607 - 1
    assert RadicalSum.root(p * p) == RadicalSum.of(p)
    assert RadicalSum.root(49 * 2 * p * q).terms == ((2 * p * q, Fraction(7)),)
    assert float(RadicalSum.root(p * q)) == pytest.approx(2.0 ** ((521 + 607) / 2))


def test_many_terms() -> None:
    """Hundreds of long radicands, all classes twice."""
    radicands = [NORMAL + k for k in range(400)]
    roots = [RadicalSum.root(n) for n in radicands]
    squared = [RadicalSum.root(n * MERSENNE**2) for n in radicands]
    total = RadicalSum.total([*roots, *squared])
    assert total == RadicalSum.of(MERSENNE + 1) * RadicalSum.total(roots)
    assert len(total.terms) == len(radicands) and total.sign == 1
