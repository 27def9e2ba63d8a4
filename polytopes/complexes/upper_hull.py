"""Upper hulls of lifted points: which affine forms of a maximum are the largest ones somewhere.

The maximum of the affine forms ``c_i + s_i . x`` and the convex hull of the lifted points ``(s_i, c_i)`` are dual to
each other: form i is strictly the largest at some x iff ``(s_i, c_i)`` is a vertex of the upper hull, the set
``conv {(s_j, c_j)} - R_{>=0} (0, 1)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import mul
from typing import Any

import numpy as np

from polytopes.arithmetic.linalg import echelon, integer_matrix
from polytopes.arithmetic.rationals import Row, dot
from polytopes.optimization.certificates import Farkas
from polytopes.optimization.feasibility import strictly_feasible
from polytopes.polyhedra.incidence import Array, integer_array

MANY = 200
"""Number of forms from which a certificate is tried on all open forms, and a linear program has few rows."""
SAMPLES = 1024


def upper_vertices(forms: Sequence[Row]) -> tuple[int, ...]:
    """Return the indices of the affine forms that are strictly the largest of all at some point.

    Args:
        forms: integer rows (c, s_1, ..., s_d). Of equal forms the first counts.

    Algorithm:
        Forms known to win somewhere are collected, first those that win at sampled points by more than the rounding
        error. For any other a linear program looks for a point x where it beats all of these. If there is none, the
        certificate is a simplex of known lifted points on or below which its lifted point lies, and often lie others;
        if there is one, then of the forms that are largest at x the one with the lexicographically largest exponent
        wins somewhere (K. L. Clarkson, More output-sensitive geometric algorithms, FOCS 1994).

    >>> upper_vertices([(0, 0), (0, 1), (0, 2), (1, 1)])
    (0, 2, 3)
    """
    first = dict(reversed([(tuple(form), i) for i, form in enumerate(forms)]))
    distinct = _projected(list(first))
    origin = list(first.values())
    if not distinct or len(distinct[0]) == 1:
        return tuple(origin[i] for i in _largest(distinct))
    found = _chain(distinct) if len(distinct[0]) == 2 else _Search(distinct).run()
    return tuple(sorted(origin[i] for i in found))


def _projected(forms: list[Row]) -> list[Row]:
    """Drop coordinates that depend on the others on the affine hull of the exponents."""
    if not forms:
        return forms
    base = forms[0]
    pivots = echelon([tuple(a - b for a, b in zip(form[1:], base[1:], strict=True)) for form in forms])[1]
    if len(pivots) == len(base) - 1:
        return forms
    return [(form[0], *(form[1 + j] for j in pivots)) for form in forms]


def _largest(forms: Sequence[Row]) -> list[int]:
    return [max(range(len(forms)), key=lambda i: forms[i])] if forms else []


def _chain(forms: Sequence[Row]) -> list[int]:
    """Return the vertices of the upper hull of points in the plane from left to right (Andrew 1979).

    >>> _chain([(0, 0), (0, 1), (0, 2), (5, 2)])
    [0, 3]
    """
    chain: list[int] = []
    for i in sorted(range(len(forms)), key=lambda i: (forms[i][1], forms[i][0])):
        c, s = forms[i]
        if chain and forms[chain[-1]][1] == s:
            chain.pop()
        while len(chain) > 1:
            (a, p), (b, q) = forms[chain[-2]], forms[chain[-1]]
            if (b - a) * (s - p) > (c - a) * (q - p):
                break
            chain.pop()
        chain.append(i)
    return chain


class _Search:
    """The forms known to win somewhere, and those still open; the exponents span the space."""

    def __init__(self, forms: Sequence[Row]) -> None:
        self.forms = forms
        self.table = _table(forms)
        self.open = set(range(len(forms)))
        self.known: dict[int, None] = {}
        self.floats = _floats(forms) if len(forms) >= MANY else None

    def run(self) -> list[int]:
        """Decide every form and return the winners."""
        self._learn(_largest(self.forms)[0])
        if self.floats is not None:
            for i in _sampled_winners(self.floats):
                self._learn(i)
        for i in range(len(self.forms)):
            if i in self.open:
                self._decide(i)
        return list(self.known)

    def _learn(self, i: int) -> None:
        self.known[i] = None
        self.open.discard(i)

    def _decide(self, i: int) -> None:
        """Look for points where form i beats a few known ones, adding what beats it there, until it wins or cannot."""
        few = self._near(i)
        while i in self.open:
            answer = strictly_feasible(self._better(i, few))
            if isinstance(answer, Farkas):
                self.open.discard(i)
                self._drop_beneath([j for j, m in zip(few, answer.multipliers[1:], strict=True) if m])
                return
            winner = self._winner(answer.point)
            self._learn(winner)
            few.append(winner)

    def _better(self, i: int, others: Sequence[int]) -> list[Row]:
        """Return the rows that say of (t, t x) that t > 0 and form i is larger than the others at x."""
        rows = (self.table[i] - self.table[others]).tolist()
        return [(1, *(0,) * (len(self.forms[i]) - 1)), *map(tuple, rows)]

    def _winner(self, point: Row) -> int:
        """Return the form that is largest at (t, t x), of several the one with the largest exponent."""
        likely = self._likely(point)
        values = [sum(map(mul, self.forms[i], point)) for i in likely]
        top = max(values)
        largest = (i for i, value in zip(likely, values, strict=True) if value == top)
        return max(largest, key=lambda i: self.forms[i][1:])

    def _likely(self, point: Row) -> Sequence[int]:
        """Return all forms but those that are smaller at a point than another one by more than the rounding error."""
        rounded = None if self.floats is None else _floats([point])
        if self.floats is None or rounded is None:
            return range(len(self.forms))
        values = _product(self.floats, rounded.T)[:, 0]
        found: list[int] = np.flatnonzero(values >= values.max() - 2 * _errors(self.floats, rounded)).tolist()
        return found

    def _near(self, i: int) -> list[int]:
        """Return the known forms, of many those whose exponents are near that of form i."""
        if self.floats is None or len(self.known) < MANY:
            return list(self.known)
        known = np.fromiter(self.known, dtype=np.intp)
        distance = np.abs(self.floats[known, 1:] - self.floats[i, 1:]).max(axis=1)
        return [int(k) for k in known[np.argpartition(distance, 30)[:30]]]

    def _drop_beneath(self, corners: Sequence[int]) -> None:
        """Drop the open forms that lie on or below the simplex spanned by d + 1 known ones."""
        size = len(self.forms[0])
        if self.floats is None or len(corners) != size or len(self.open) < MANY:
            return
        candidates = np.fromiter(self.open, dtype=np.intp)
        guess = _weights(self.floats[corners], self.floats[candidates])
        if guess is None:
            return
        likely = candidates[guess].tolist()
        for i in _exactly_beneath([self.forms[j] for j in corners], [self.forms[i] for i in likely]) if likely else ():
            self.open.discard(likely[i])


def _weights(corners: Array, candidates: Array) -> Array | None:
    """Guess which candidates lie on or below the simplex."""
    lift, height = np.ones_like(corners), corners[:, 0]
    lift[:, 1:] = corners[:, 1:]
    points = np.ones_like(candidates)
    points[:, 1:] = candidates[:, 1:]
    try:
        inverse = np.linalg.inv(lift)
    except np.linalg.LinAlgError:
        return None
    weights = _product(points, inverse)
    return np.asarray((weights >= 0).all(axis=1) & (_product(weights, height[:, None])[:, 0] >= candidates[:, 0]))


def _product(left: Array, right: Array) -> Array:
    """Return a matrix product without the threads of BLAS, which wait for one another on a busy machine."""
    return np.asarray(np.einsum("ij,jk->ik", left, right))


def _exactly_beneath(corners: Sequence[Row], forms: Sequence[Row]) -> Iterator[int]:
    """Yield the indices of the forms on or below the simplex, by barycentric coordinates in integers."""
    size = len(corners[0])
    lifted = integer_matrix([(1, *corner[1:]) for corner in corners], size)
    if not lifted.det():
        return
    rational: Any = lifted.inv()
    inverse, denominator = rational.numer_denom()
    weights = integer_matrix([(1, *form[1:]) for form in forms], size) * inverse
    heights = [corner[0] for corner in corners]
    for i, row in enumerate(weights.tolist()):
        scaled = [int(entry) for entry in row]
        if min(scaled) >= 0 and dot(scaled, heights) >= forms[i][0] * int(denominator):
            yield i


def _floats(forms: Sequence[Row]) -> Array | None:
    """Return the forms rounded, all scaled by one power of two; None if they are too long."""
    bits = max(abs(entry).bit_length() for form in forms for entry in form)
    if bits > 1000:
        return None
    return np.ldexp(np.array(forms, dtype=np.float64), -bits)


def _table(forms: Sequence[Row]) -> Array:
    """Return the forms as an array whose rows can be subtracted without overflow."""
    table = integer_array(forms)
    return table if table.dtype == object or np.abs(table).max() < 2**62 else table.astype(object)


def _errors(floats: Array, points: Array) -> Array:
    """Return for every point a bound on the rounding error of the values of all forms there.

    With unit roundoff u, entries of forms and points rounded once, and d + 1 products summed, a value is wrong by less
    than ``(d + 3) 2 u`` times the value of the absolute form at the absolute point, and by products that underflow.
    """
    size = floats.shape[1]
    largest = _product(np.abs(points), np.abs(floats).max(axis=0)[:, None])[:, 0]
    return np.asarray(largest * ((size + 2) * 2.0**-51) + 1e-280)


def _sampled_winners(floats: Array) -> set[int]:
    """Return forms that beat all others at some of many random points by more than the rounding error."""
    n, size = floats.shape
    spread = floats.std(axis=0)
    spread[spread == 0] = 1
    scale = spread[0] / spread[1:]
    source = np.random.default_rng(0)
    batch = max(32, min(SAMPLES, 4_000_000 // n))
    found: set[int] = set()
    for _ in range(0, 8 * n, batch):
        directions = source.standard_normal((batch, size - 1)) * np.exp(1.5 * source.standard_normal((batch, 1)))
        with np.errstate(over="ignore", invalid="ignore"):
            points = np.hstack([np.ones((batch, 1)), directions * scale])
        points = points[np.isfinite(points).all(axis=1)]
        with np.errstate(over="ignore", invalid="ignore"):
            values = _product(points, floats.T)
        best = values.argmax(axis=1)
        lines = np.arange(len(points))
        top = values[lines, best]
        values[lines, best] = -np.inf
        fresh = set(best[top - values.max(axis=1) > 2 * _errors(floats, points)].tolist()) - found
        found |= fresh
        if 50 * len(fresh) < batch:
            break
    return found
