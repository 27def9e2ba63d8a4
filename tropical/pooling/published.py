"""The published counts for max-pooling layers, each with the regime in which it holds.

Source: L. Escobar, P. Gallardo, J. González-Anaya, J. L. González, G. Montúfar, A. H. Morales, *Enumeration of
max-pooling responses with generalized permutohedra*, arXiv 2209.14978; the statements as restated in the authors'
public worksheets. There P_{n,k,s} belongs to n WINDOWS of k inputs with stride s, so to s (n - 1) + k inputs, and Q_n
to the 2 x 2 windows with stride 1 on a grid of 3 x n INPUTS.

Every function refuses arguments outside the regime of its statement, unless ``anywhere`` is set: then the formula is
evaluated anyway, to see where it fails.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpz_mat, fmpz_poly

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import InputError

CITATION = "Escobar, Gallardo, González-Anaya, González, Montúfar, Morales, arXiv 2209.14978"


def _need(holds: bool, statement: str, regime: str, given: str) -> None:
    if not holds:
        raise InputError(f"{statement} is about {regime}, and {given} is given; use tropical.pooling.counts instead")


def large_strides(window: int, stride: int) -> bool:
    """Whether ceil(k/2) <= s <= k - 2, the regime of Theorem 4.2."""
    return -(-window // 2) <= stride <= window - 2


def proportional(window: int, stride: int) -> bool:
    """Whether k = s (r + 1) for an r >= 1, the regime of Theorem 4.3 and Lemma 4.11."""
    return window % stride == 0 and window > stride


def theorem_4_2(window: int, stride: int, anywhere: bool = False) -> RationalSeries:
    """Return 1 + sum of b_n x^n for large strides: 1 / (1 - k x + (k - s)(k - s - 1) x^2).

    The proof also covers s = k - 1 and s = k. For k = 2 s + 1, one stride below the regime, it fails from n = 3 on.

    >>> theorem_4_2(4, 2).terms(6)
    [1, 4, 14, 48, 164, 560]
    """
    k, s = window, stride
    _need(anywhere or large_strides(k, s), "Theorem 4.2", "ceil(k/2) <= s <= k - 2", f"k = {k}, s = {s}")
    return RationalSeries((1,), (1, -k, (k - s) * (k - s - 1)))


def theorem_4_3(window: int, stride: int, anywhere: bool = False) -> RationalSeries:
    """Return 1 + sum of b_n x^n for strides that divide the window, k = s (r + 1).

    Outside the regime r = floor(k / s) - 1 is taken.

    >>> theorem_4_3(3, 1).terms(6)
    [1, 3, 7, 16, 36, 81]
    """
    k, s = window, stride
    _need(anywhere or proportional(k, s), "Theorem 4.3", "strides that divide the window", f"k = {k}, s = {s}")
    r = k // s - 1
    x = fmpz_poly([0, 1])
    top = 1 + (r * s - s - 2) * x - (r * s - 1) * x**2 + s * x ** (r + 1)
    bottom = 1 - 2 * (s + 1) * x + (s + 1) ** 2 * x**2 + s * x ** (r + 1)
    bottom += -(s**2) * (r + 1) * x ** (r + 2) + s * (r * s - 1) * x ** (r + 3)
    return RationalSeries(top, bottom)


def transfer_matrix(window: int, stride: int) -> list[list[int]]:
    """Return the matrix A of Theorem 4.5: entry (i, j) says whether a window may choose place j after place i.

    >>> transfer_matrix(3, 1)
    [[1, 1, 1], [1, 0, 1], [0, 1, 1]]
    """
    k, s = window, stride
    return [[int(i - s == j) if i >= s and j <= k - s - 1 else 1 for j in range(k)] for i in range(k)]


def theorem_4_5(window: int, stride: int) -> RationalSeries:
    """Return the sum of b_{n+1} x^n, n >= 0, for any window and stride: 1^T (I - x A)^{-1} 1. NB shifted by one.

    >>> theorem_4_5(3, 1)
    RationalSeries(numerator=(3, 1, -1), denominator=(1, -2, -1, 1))
    """
    A = fmpz_mat(transfer_matrix(window, stride))
    # det(I - x A) is the characteristic polynomial of A read backwards; it annihilates the series.
    denominator = fmpz_poly(list(reversed(A.charpoly().coeffs())))
    vector, terms = fmpz_mat([[1]] * window), []
    for _ in range(window):
        terms.append(sum(vector.entries()))
        vector = A * vector
    product = fmpz_poly(terms) * denominator
    return RationalSeries(fmpz_poly(product.coeffs()[:window]), denominator)


def lemma_4_11(window: int, stride: int, anywhere: bool = False) -> tuple[int, ...]:
    """Return det(A - x I) of the transfer matrix for k = s (r + 1), coefficients from the constant on.

    The public worksheet says k = r (s + 1); its formula is right for k = s (r + 1).

    >>> lemma_4_11(3, 1)
    (-1, 1, 2, -1)
    """
    k, s = window, stride
    _need(anywhere or proportional(k, s), "Lemma 4.11", "strides that divide the window", f"k = {k}, s = {s}")
    r = k // s - 1
    x = fmpz_poly([0, 1])
    S = s + (r + 1) * s**2 * x - r * s**2 - s * x**2
    S += (2 * (s + 1) * x**2 - x**3 - (s + 1) ** 2 * x) * x**r
    determinant = (-1) ** (s * (r + 1) + 1) * x ** ((s - 1) * (r + 1)) * (S // fmpz_poly([1, -2, 1]))
    return tuple(map(int, determinant.coeffs()))


def theorem_4_19(n_windows: int, window: int, stride: int, anywhere: bool = False) -> int:
    """Return the number of facets of P_{n,k,s}: (s + 2)(n - 1) + k if k > s + 1, and k n if 1 < k <= s + 1.

    >>> theorem_4_19(2, 3, 1)
    6
    """
    n, k, s = n_windows, window, stride
    _need(anywhere or (n >= 1 and k > 1), "Theorem 4.19", "windows of two or more inputs", f"n = {n}, k = {k}")
    return (s + 2) * (n - 1) + k if k > s + 1 else k * n


def theorem_5_3() -> RationalSeries:
    """Return the sum of V_n x^n, V_n the number of vertices of Q_n, n >= 1 the columns of INPUTS (OEIS A357484).

    >>> theorem_5_3().terms(6)
    [0, 1, 14, 150, 1536, 15594]
    """
    return RationalSeries((0, 1, 1, -1), (1, -13, 31, -20, 4))


TABLE_2 = (3, 11, 34, 96, 260)
"""Edges of P_{n,3,1} for n = 1, ..., 5."""
TABLE_3 = (8, 26, 88, 298, 1016)
"""All faces of P_{n,3,1} for n = 1, ..., 5, the empty one and the polytope included."""


def first_failure(
    formula: Callable[[int, int, bool], RationalSeries], window: int, stride: int, n_windows: int
) -> tuple[int, int, int] | None:
    """Return the least n where a formula for b_n fails, what it gives, and b_n by Theorem 4.5; None if not up to n.

    >>> first_failure(theorem_4_2, 3, 1, 10), first_failure(theorem_4_2, 5, 4, 10)
    ((3, 15, 16), None)
    """
    claimed = formula(window, stride, True).terms(n_windows + 1)[1:]
    actual = theorem_4_5(window, stride).terms(n_windows)
    for n, (claim, value) in enumerate(zip(claimed, actual, strict=True), start=1):
        if claim != value:
            return n, claim, value
    return None
