"""Named hyperplane arrangements with their known answers.

>>> example = shi(3)
>>> example.arrangement.n_chambers, example.facts["n_chambers"]
(16, 16)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations, product
from math import comb, factorial
from operator import index
from random import Random
from typing import Any

from attrs import frozen

from polytopes.arithmetic.linalg import identity
from polytopes.arithmetic.rationals import Row
from polytopes.arrangements.arrangement import Arrangement
from polytopes.arrangements.characteristic_polynomial import (
    Coefficients,
    divide_by_t_minus_1,
    multiply,
    uniform_characteristic_polynomial,
)
from polytopes.errors import InputError
from polytopes.library.known_answers import Example, check_size, surjections

STANLEY = "R. P. Stanley, An Introduction to Hyperplane Arrangements, IAS/Park City Math. Ser. 13 (2007)"


@frozen(repr=False)
class ArrangementExample(Example[Arrangement]):
    """A named arrangement with known answers."""

    @property
    def arrangement(self) -> Arrangement:
        """The arrangement."""
        return self.object


def coordinate(n: int) -> ArrangementExample:
    """Return the coordinate (Boolean) arrangement x_i = 0 in Q^n: chi = (t - 1)^n, the orthants."""
    check_size(n)
    facts = {"characteristic_polynomial": _from_roots([1] * n), "n_chambers": 2**n, "is_generic": True}
    return ArrangementExample(f"coordinate_{n}", Arrangement.central(identity(n), n), facts, STANLEY)


def braid(n: int) -> ArrangementExample:
    """Return the braid arrangement x_i = x_j in Q^n: chi = t (t - 1) ... (t - n + 1), n! chambers."""
    check_size(n)
    facts = {"characteristic_polynomial": _from_roots(range(n)), "n_chambers": factorial(n)}
    return ArrangementExample(f"braid_{n}", _deformation(n, lambda i, j: [0]), facts, STANLEY)


def type_b(n: int) -> ArrangementExample:
    """Return the reflection arrangement B_n, x_i = 0 and x_i = +-x_j: chi = (t - 1)(t - 3) ... (t - 2n + 1)."""
    check_size(n)
    normals = [*identity(n), *_signed_pairs(n)]
    facts = {
        "characteristic_polynomial": _from_roots(range(1, 2 * n, 2)),
        "n_chambers": 2**n * factorial(n),
    }
    return ArrangementExample(f"type_b_{n}", Arrangement.central(normals, n), facts, STANLEY)


def type_d(n: int) -> ArrangementExample:
    """Return the reflection arrangement D_n, x_i = +-x_j: exponents 1, 3, ..., 2n - 3, n - 1 (n >= 2)."""
    check_size(n, 2)
    facts = {
        "characteristic_polynomial": _from_roots([*range(1, 2 * n - 2, 2), n - 1]),
        "n_chambers": 2 ** (n - 1) * factorial(n),
    }
    return ArrangementExample(f"type_d_{n}", Arrangement.central(_signed_pairs(n), n), facts, STANLEY)


def graphical(n: int, edges: Iterable[tuple[int, int]]) -> ArrangementExample:
    """Return the arrangement x_i = x_j for the edges ij of a graph on n vertices; chi is its chromatic polynomial.

    Vertices are numbered from 0; loops are refused.
    """
    check_size(n)
    pairs = [(index(i), index(j)) for i, j in edges]
    for i, j in pairs:
        if i == j or not (0 <= i < n and 0 <= j < n):
            raise InputError(f"edge {i, j} of a graph on {n} vertices; vertices are numbered 0 to {n - 1}, no loops")
    normals = [_difference(n, i, j)[1:] for i, j in pairs]
    return ArrangementExample("graphical", Arrangement.central(normals, n), {}, STANLEY)


def resonance(n: int) -> ArrangementExample:
    """Return the resonance arrangement in Q^n: the normals are all nonzero 0/1 vectors."""
    check_size(n)
    known = (2, 6, 32, 370, 11292, 1066044, 347326352, 419172756930)
    normals = [normal for normal in product((0, 1), repeat=n) if any(normal)]
    facts: dict[str, Any] = {"n_chambers": known[n - 1]} if n <= len(known) else {}
    source = (
        "H. Kamiya, A. Takemura, H. Terao, Ranking patterns of unfolding models of codimension one, Adv. Appl. Math. "
        "47 (2011); OEIS A034997"
    )
    return ArrangementExample(f"resonance_{n}", Arrangement.central(normals, n), facts, source)


def threshold(n: int) -> ArrangementExample:
    """Return the threshold arrangement in Q^(n+1), normals (1, +-1, ..., +-1): its chambers are threshold functions.

    A chamber is a weight vector (with bias) up to the linear threshold function of n Boolean variables it computes.
    """
    known = (2, 4, 14, 104, 1882, 94572, 15028134, 8378070864)
    check_size(n, 0)
    normals = [(1, *signs) for signs in product((-1, 1), repeat=n)]
    facts: dict[str, Any] = {"n_chambers": known[n]} if n < len(known) else {}
    source = "R. O. Winder, Partitions of N-space by hyperplanes, SIAM J. Appl. Math. 14 (1966); OEIS A000609"
    return ArrangementExample(f"threshold_{n}", Arrangement.central(normals, n + 1), facts, source)


def shi(n: int) -> ArrangementExample:
    """Return the Shi arrangement x_i - x_j = 0, 1 for i < j in Q^n: chi = t (t - n)^(n - 1)."""
    check_size(n)
    facts = {
        "characteristic_polynomial": _from_roots([0] + [n] * (n - 1)),
        "n_chambers": (n + 1) ** (n - 1),
        "n_relatively_bounded_chambers": (n - 1) ** (n - 1),
    }
    source = "J.-Y. Shi, The Kazhdan-Lusztig cells in certain affine Weyl groups, LNM 1179 (1986); " + STANLEY
    return ArrangementExample(f"shi_{n}", _deformation(n, lambda i, j: [0, 1]), facts, source)


def catalan(n: int) -> ArrangementExample:
    """Return the Catalan arrangement x_i - x_j = -1, 0, 1 in Q^n: n! times the n-th Catalan number of chambers."""
    check_size(n)
    facts = {
        "characteristic_polynomial": _from_roots([0, *range(n + 1, 2 * n)]),
        "n_chambers": factorial(n) * _catalan(n),
        "n_relatively_bounded_chambers": factorial(n) * _catalan(n - 1),
    }
    return ArrangementExample(f"catalan_{n}", _deformation(n, lambda i, j: [-1, 0, 1]), facts, STANLEY)


def linial(n: int) -> ArrangementExample:
    """Return the Linial arrangement x_i - x_j = 1 for i < j in Q^n: chi = t / 2^n sum_k C(n, k) (t - k)^(n - 1)."""
    check_size(n)
    powers = [[comb(n, k) * value for value in _from_roots([k] * (n - 1))] for k in range(n + 1)]
    chi = tuple(sum(column) // 2**n for column in zip(*powers, strict=True))
    facts = {
        "characteristic_polynomial": (*chi, 0),
        "n_chambers": sum(comb(n, k) * (k + 1) ** (n - 1) for k in range(n + 1)) // 2**n,
    }
    source = (
        "A. Postnikov, R. P. Stanley, Deformations of Coxeter hyperplane arrangements, JCTA 91 (2000); OEIS A007889"
    )
    return ArrangementExample(f"linial_{n}", _deformation(n, lambda i, j: [1]), facts, source)


def semiorder(n: int) -> ArrangementExample:
    """Return the semiorder arrangement x_i - x_j = -1, 1 in Q^n; chambers are the semiorders on n labeled points."""
    check_size(n)
    # The exponential generating function is C(1 - exp(-x)) with C the generating function of the Catalan numbers.
    chambers = sum((-1) ** (n - k) * surjections(n, k) * _catalan(k) for k in range(n + 1))
    source = "OEIS A006531; " + STANLEY
    arrangement = _deformation(n, lambda i, j: [-1, 1])
    return ArrangementExample(f"semiorder_{n}", arrangement, {"n_chambers": chambers}, source)


def generic(n: int, dim: int, *, central: bool = False) -> ArrangementExample:
    """Return n hyperplanes in general position in Q^dim (or n generic ones through 0), on the moment curve.

    The rows are (1, t, t^2, ...) for t = 1, ..., n: all their maximal minors are Vandermonde determinants.
    """
    check_size(n, 0)
    check_size(dim)
    length = dim if central else dim + 1
    rows = [tuple(t**k for k in range(length)) for t in range(1, n + 1)]
    arrangement = Arrangement.central(rows, dim) if central else Arrangement.from_rows(rows, dim)
    chi = _generic_polynomial(n, dim, central)
    facts = {
        "is_generic": True,
        "characteristic_polynomial": chi,
        "n_chambers": sum(map(abs, chi)),
        "n_bounded_chambers": 0 if central else comb(n - 1, dim) if n else 0,
    }
    source = "L. Schläfli, Theorie der vielfachen Kontinuität (1901); T. Zaslavsky, Facing up to arrangements (1975)"
    return ArrangementExample(f"generic_{n}_in_{dim}", arrangement, facts, source)


def random_arrangement(n: int, dim: int, seed: int = 0, *, bound: int = 100, central: bool = False) -> Arrangement:
    """Return n random hyperplanes with integer entries in [-bound, bound] (fewer if some coincide).

    A small bound makes degenerate arrangements, a large one almost surely generic ones.
    """
    check_size(n, 0)
    check_size(dim)
    check_size(bound)
    random = Random(seed)
    rows: list[Row] = []
    while len(rows) < n:
        row = tuple(random.randint(-bound, bound) for _ in range(dim + 1))
        if any(row[1:]):
            rows.append((0, *row[1:]) if central else row)
    return Arrangement.from_rows(rows, dim)


def _generic_polynomial(n: int, dim: int, central: bool) -> Coefficients:
    """Return chi from the uniform matroid of the forms, or of the cone."""
    if central:
        rank = min(n, dim)
        return uniform_characteristic_polynomial(n, rank) + (0,) * (dim - rank)
    rank = min(n, dim) + 1
    cone = uniform_characteristic_polynomial(n + 1, rank)
    return divide_by_t_minus_1(cone) + (0,) * (dim + 1 - rank)


def _deformation(n: int, offsets: Callable[[int, int], list[int]]) -> Arrangement:
    """Return the arrangement x_i - x_j = c for i < j and the given offsets c."""
    rows = [_difference(n, i, j, -c) for i, j in combinations(range(n), 2) for c in offsets(i, j)]
    return Arrangement.from_rows(rows, n)


def _difference(n: int, i: int, j: int, constant: int = 0) -> Row:
    return (constant, *((k == i) - (k == j) for k in range(n)))


def _signed_pairs(n: int) -> list[Row]:
    return [
        tuple((k == i) + sign * (k == j) for k in range(n)) for i, j in combinations(range(n), 2) for sign in (1, -1)
    ]


def _from_roots(roots: Iterable[int]) -> Coefficients:
    """Return the product of t - r."""
    polynomial: Coefficients = (1,)
    for root in roots:
        polynomial = multiply(polynomial, (1, -root))
    return polynomial


def _catalan(n: int) -> int:
    return comb(2 * n, n) // (n + 1)
