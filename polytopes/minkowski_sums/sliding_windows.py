"""Windows that slide along a line: sums of simplices in closed form, for all windows, strides and dimensions of faces.

Let n windows of size k slide by s < k, and let the chosen maximum stay in the window for tau more strides. If tau > 0
the next window keeps the maximum or jumps to one of its s new elements; if tau = 0 its choice is free. So the choices
are counted by a transfer matrix of size at most ceil(k/s). With k = Q s + r, u = 1 + t and [m] = (u^m - 1) / t::

    w_i = u^(i s) [s] for i < Q,   w_Q = u^(Q s) [r],   v_(Q-1) = u [s - r],   v_Q = u^(s - r + 1) [r],
    a = sum w_i x^(i+1),   b = sum v_i x^(i+1),   c = sum w_i (x + .. + x^i),   d = sum v_i (x + .. + x^i),
    sum over n of (f_0 + f_1 t + f_2 t^2 + ..) x^n = (1 - d + c) / ((1 - a)(1 - d) - b c)

where w_i counts the ways to choose freely a maximum with tau = i, and v_i the ways to jump to one. For faces the next
window keeps the set of maxima, with any of its new elements joining, or starts afresh among the new ones. With an
element shared by all windows (the constant 0 of a ReLU) there is one more state. If s >= k the polytope is a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from flint import fmpz_mat, fmpz_mpoly_ctx, fmpz_poly

from polytopes.arithmetic.rational_series import RationalSeries
from polytopes.errors import InputError

Interval = tuple[int, int]
"""First element and the one after the last."""
Power = Callable[[int], Any]


def _checked(window: int, stride: int, n_windows: int = 0) -> None:
    if window < 1 or stride < 1 or n_windows < 0:
        raise InputError(f"{n_windows} windows of size {window} with stride {stride}; sizes and strides are at least 1")


def _jumps(window: int, stride: int, u: Power, bracket: Power) -> tuple[list[Any], list[Any]]:
    """Return w and v; ``u(m)`` is the power u^m, ``bracket(m)`` is [m]."""
    turns, rest = divmod(window, stride)
    w = [u(i * stride) * bracket(stride) for i in range(turns)] + [u(turns * stride) * bracket(rest)]
    v = [bracket(0)] * (turns + 1)
    v[turns - 1] = u(1) * bracket(stride - rest)
    v[turns] = u(stride - rest + 1) * bracket(rest)
    return w, v


def _quotient(window: int, stride: int, x: Any, u: Power, bracket: Power) -> tuple[Any, Any]:
    """Return numerator and denominator of the series; x and the values of the functions are polynomials."""
    if stride >= window:
        return 1 + 0 * x, 1 - bracket(window) * x
    w, v = _jumps(window, stride, u, bracket)
    steps = [0 * x]
    for _ in range(len(w)):
        steps.append(x + x * steps[-1])
    a, b = (sum((weight * x ** (i + 1) for i, weight in enumerate(each)), 0 * x) for each in (w, v))
    c, d = (sum((weight * steps[i] for i, weight in enumerate(each)), 0 * x) for each in (w, v))
    return 1 - d + c, (1 - a) * (1 - d) - b * c


def vertex_series(window: int, stride: int) -> RationalSeries:
    """Return the series sum V_n x^n of the numbers of vertices for n = 0, 1, 2, ... windows.

    >>> vertex_series(3, 1)
    RationalSeries(numerator=(1, 1), denominator=(1, -2, -1, 1))
    """
    _checked(window, stride)
    return RationalSeries(*_quotient(window, stride, fmpz_poly([0, 1]), lambda m: 1, lambda m: m))


def relu_series(window: int, stride: int) -> RationalSeries:
    """Return the series of the numbers of vertices if one more element, the constant 0, lies in all windows.

    >>> relu_series(3, 2)
    RationalSeries(numerator=(1,), denominator=(1, -4, 2, -1))
    """
    _checked(window, stride)
    if stride >= window:
        return RationalSeries((1,), (1, -window - 1))
    x = fmpz_poly([0, 1])
    w, v = _jumps(window, stride, lambda m: 1, lambda m: m)
    rest = [(1 - x**i) // (1 - x) * x for i in range(len(w))]
    a, b = (sum((weight * x ** (i + 1) for i, weight in enumerate(each)), 0 * x) for each in (w, v))
    c, d = (sum((weight * rest[i] for i, weight in enumerate(each)), 0 * x) for each in (w, v))
    # y = x / (1 - x) for the shared element, which stays the maximum; all is multiplied by 1 - x
    numerator = (1 - x) * (1 - d + c) + x
    return RationalSeries(numerator, (1 - x) * (1 - a) * (1 - d) - b * ((1 - x) * c + x))


def face_series(window: int, stride: int) -> tuple[tuple[fmpz_poly, ...], tuple[fmpz_poly, ...]]:
    """Return numerator and denominator of the series of the f-polynomials.

    Each is given by its coefficients of x^0, x^1, ..., which are polynomials in t.

    >>> face_series(3, 2)  # flint calls every variable x
    ((1,), (1, (-1)*x^2 + (-3)*x + (-3)))
    """
    _checked(window, stride)
    return _in_lowest_terms(window, stride, lambda t, m: (1 + t) ** m, lambda t, m: ((1 + t) ** m - 1) / t)


def selection_series(window: int, stride: int) -> tuple[tuple[fmpz_poly, ...], tuple[fmpz_poly, ...]]:
    """Return the series of sum over vertices of t^(number of different elements chosen), as :func:`face_series`."""
    _checked(window, stride)
    return _in_lowest_terms(window, stride, lambda t, m: 1 + 0 * t, lambda t, m: m * t)


def _in_lowest_terms(
    window: int, stride: int, u: Callable[[Any, int], Any], bracket: Callable[[Any, int], Any]
) -> tuple[tuple[fmpz_poly, ...], tuple[fmpz_poly, ...]]:
    x, t = fmpz_mpoly_ctx.get(["x", "t"], "lex").gens()
    above, below = _quotient(window, stride, x, lambda m: u(t, m), lambda m: bracket(t, m))
    common = above.gcd(below)
    above, below = above / common, below / common
    sign = 1 if below.to_dict()[(0, 0)] > 0 else -1
    return _by_powers(sign * above), _by_powers(sign * below)


def _by_powers(polynomial: Any) -> tuple[fmpz_poly, ...]:
    rows: list[list[int]] = [[] for _ in range(polynomial.degrees()[0] + 1)]
    for (i, j), coefficient in polynomial.to_dict().items():
        rows[i] += [0] * (j + 1 - len(rows[i]))
        rows[i][j] = coefficient
    return tuple(map(fmpz_poly, rows))


def _term(series: tuple[Sequence[fmpz_poly], Sequence[fmpz_poly]], n: int) -> tuple[int, ...]:
    numerator, denominator = series
    terms: list[fmpz_poly] = []
    for m in range(n + 1):
        value = numerator[m] if m < len(numerator) else fmpz_poly()
        for i in range(1, min(m, len(denominator) - 1) + 1):
            value -= denominator[i] * terms[m - i]
        terms.append(value)
    return tuple(map(int, terms[-1].coeffs()))


def f_vector(n_windows: int, window: int, stride: int) -> tuple[int, ...]:
    """Return f_0, ..., f_d: the numbers of faces of each dimension, the polytope included.

    >>> f_vector(2, 3, 1)
    (7, 11, 6, 1)
    """
    _checked(window, stride, n_windows)
    return _term(face_series(window, stride), n_windows)


def selections(n_windows: int, window: int, stride: int) -> tuple[int, ...]:
    """Return how many vertices choose 0, 1, 2, ... different elements.

    >>> selections(5, 3, 1)
    (0, 0, 4, 34, 32, 11)
    """
    _checked(window, stride, n_windows)
    return _term(selection_series(window, stride), n_windows)


def count_vertices(n_windows: int, window: int, stride: int) -> int:
    """Return the number of vertices for n windows, however many.

    >>> count_vertices(8, 3, 1)
    919
    """
    _checked(window, stride, n_windows)
    return window**n_windows if stride >= window else vertex_series(window, stride).term(n_windows)


def count_facets(n_windows: int, window: int, stride: int) -> int:
    """Return the number of facets: (s + 2)(n - 1) + k if k > s + 1, else k n; none for windows of one element.

    Source: Escobar, Gallardo, Gonzalez-Anaya, Gonzalez, Montufar, Morales, arXiv:2209.14978, theorem 4.19.

    >>> count_facets(2, 3, 1), count_facets(2, 3, 2)
    (6, 6)
    """
    _checked(window, stride, n_windows)
    if window == 1 or n_windows == 0:
        return 0
    return (stride + 2) * (n_windows - 1) + window if window > stride + 1 else window * n_windows


def count_vertices_of_intervals(intervals: Iterable[Interval], n_repeats: int = 0, at: int = 0) -> int:
    """Return the number of vertices for intervals whose left ends, and right ends, never decrease.

    A choice is a vertex iff no two consecutive windows choose different elements that lie in both of them.

    Args:
        intervals: the windows.
        n_repeats: the number of windows to insert between windows ``at`` and ``at + 1``, each moved by the same step;
            later windows are moved accordingly.
        at: the place where windows are inserted; both windows must have the same size.

    >>> count_vertices_of_intervals([(0, 2), (0, 3), (1, 4), (2, 4)])
    11
    >>> count_vertices_of_intervals([(0, 3), (1, 4)], n_repeats=10**3) == count_vertices(1002, 3, 1)
    True
    """
    listed = [(left, right) for left, right in intervals]
    for one, two in pairwise(listed):
        if two[0] < one[0] or two[1] < one[1]:
            raise InputError(f"the windows {one} and {two} slide back; neither end may decrease")
    if any(left >= right for left, right in listed):
        raise InputError("there is an empty window; leave it out")
    if not listed:
        return 1
    if not n_repeats:
        return sum(_onward(listed))
    (left, right), (next_left, next_right) = listed[at : at + 2]
    if next_right - next_left != right - left:
        raise InputError(f"the windows {listed[at]} and {listed[at + 1]} have different sizes, so they cannot repeat")
    return _repeated(_onward(listed[: at + 1]), _backward(listed[at + 1 :]), next_left - left).term(n_repeats)


def count_vertices_cut(n_windows: int, window: int, stride: int, low: int, high: int) -> int:
    """Return the number of vertices for the windows [s j, s j + k), j < n, cut to [low, high).

    Such are windows that reach into the padding of a layer. Empty windows are left out.

    >>> count_vertices_cut(5, 3, 2, 1, 10) == count_vertices_of_intervals([(1, 3), (2, 5), (4, 7), (6, 9), (8, 10)])
    True
    >>> count_vertices_cut(10**5, 3, 2, 1, 2 * 10**5).bit_length()
    158496
    """
    _checked(window, stride, n_windows)
    first = min(max(-(-low // stride), 0), n_windows)
    last = min(max((high - window) // stride, -1), n_windows - 1)
    repeats = max(last - first - 1, 0)
    numbers = [*range(first + 1), *range(first + 1 + repeats, n_windows)] if repeats else range(n_windows)
    cut = [(max(stride * j, low), min(stride * j + window, high)) for j in numbers]
    if not repeats:
        return count_vertices_of_intervals(interval for interval in cut if interval[0] < interval[1])
    shift = stride * repeats
    moved = [(a - shift, b - shift) if j > first else (a, b) for j, (a, b) in zip(numbers, cut, strict=True)]
    whole = [interval for interval in moved if interval[0] < interval[1]]
    return count_vertices_of_intervals(whole, repeats, whole.index((stride * first, stride * first + window)))


def _onward(intervals: Sequence[Interval]) -> list[int]:
    """Return for each element of the last window the number of choices that end with it."""
    counts = [1] * (intervals[0][1] - intervals[0][0])
    for (left, right), (next_left, next_right) in pairwise(intervals):
        gone, everything = sum(counts[: next_left - left]), sum(counts)
        stay = [count + gone for count in counts[next_left - left :]]
        counts = stay + [everything] * (next_right - max(right, next_left))
    return counts


def _backward(intervals: Sequence[Interval]) -> list[int]:
    """Return for each element of the first window the number of choices that start with it."""
    mirrored = [(-right, -left) for left, right in reversed(intervals)]
    return _onward(mirrored)[::-1]


def _repeated(ends: list[int], starts: list[int], stride: int) -> RationalSeries:
    """Return the series of the counts with n windows between: ends A^(n + 1) starts, with A the matrix of a stride."""
    size = len(ends)
    matrix = [[int(i < stride or j >= size - stride or i - stride == j) for j in range(size)] for i in range(size)]
    terms = []
    for _ in range(size):
        ends = _slide(ends, stride)
        terms.append(sum(a * b for a, b in zip(ends, starts, strict=True)))
    denominator = fmpz_poly(list(reversed(fmpz_mat(matrix).charpoly().coeffs())))
    return RationalSeries(fmpz_poly(terms).mul_low(denominator, size), denominator)


def _slide(counts: list[int], stride: int) -> list[int]:
    size = len(counts)
    gone, everything = sum(counts[:stride]), sum(counts)
    return [count + gone for count in counts[stride:]] + [everything] * min(stride, size)
