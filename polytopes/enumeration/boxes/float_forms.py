"""Affine forms over a box in floating point, each with a bound on its error that holds on the whole box.

A box is taken in coordinates u with ``-1 <= u <= 1``. A form is a row ``(c, a_1, ..., a_n)`` of floats with a *size*,
at least ``|c| + sum |a_i|``, and an *error* e: the true form differs from ``c + a . u`` by at most e everywhere on the
box. So the errors of combinations of forms are combinations of their errors, whatever the number of coordinates.

The model is ``fl(a op b) = (a op b)(1 + t)``, ``|t| <= UNIT``; a sum of n products, in any order, is wrong by at most
``n UNIT`` times the sum of their absolute values, to first order, and SLACK covers the rest (Higham, Accuracy and
Stability of Numerical Algorithms, chapter 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

UNIT, SLACK, TINY = 2.0**-53, 1.0 + 2.0**-30, 2.0**-960
Floats = NDArray[np.float64]
BLOCK = 1 << 18
"""Entries of blocks of rows."""


def blocks_of_rows(table: Floats) -> Iterator[slice]:
    """Yield slices of the rows of a table, so that what is computed from one of them at a time takes little memory."""
    step = max(1, BLOCK // max(1, table.shape[1]))
    for start in range(0, len(table), step):
        yield slice(start, start + step)


def absolute_sums(table: Floats) -> Floats:
    """Return the sums of the absolute values of each row.

    >>> absolute_sums(np.array([[1.0, -2.0]]))
    array([3.])
    """
    sums = np.empty(len(table))
    for part in blocks_of_rows(table):
        sums[part] = np.abs(table[part]).sum(axis=1)
    return sums


@frozen(eq=False)
class FloatForms:
    """Forms over a box: ``rows`` is k x (1 + n), ``sizes`` and ``errors`` have k entries."""

    rows: Floats
    sizes: Floats
    errors: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: Any) -> FloatForms:
        """Return the forms at the places of an array or slice."""
        return FloatForms(self.rows[chosen], self.sizes[chosen], self.errors[chosen])

    @classmethod
    def joined(cls, parts: Sequence[FloatForms]) -> FloatForms:
        """Return the forms of several families as one."""
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.sizes for part in parts]),
            np.concatenate([part.errors for part in parts]),
        )

    def combined(self, weights: Floats, weight_error: float = 0.0) -> FloatForms:
        """Return the combinations with these weights (m x k), which have the relative error given.

        >>> forms = FloatForms(np.array([[0.0, 1.0], [1.0, 2.0]]), np.array([1.0, 3.0]), np.zeros(2))
        >>> forms.combined(np.array([[1.0, -1.0]])).rows
        array([[-1., -1.]])
        """
        sizes, errors = np.empty(len(weights)), np.empty(len(weights))
        for part in blocks_of_rows(weights):
            absolute = np.abs(weights[part])
            sizes[part], errors[part] = absolute @ self.sizes, absolute @ self.errors
        rounding = (weights.shape[1] + 4) * UNIT + 2 * weight_error
        errors = (errors * (1 + weight_error) + rounding * sizes) * SLACK
        small = np.flatnonzero(~(sizes > 0))
        if len(small):
            # What is below the range of floats is not 0.
            small = small[~((weights[small] != 0) & ~self.are_zero).any(axis=1)]
        blurs = np.full(len(errors), TINY)
        blurs[small] = 0.0
        return FloatForms(weights @ self.rows, sizes * SLACK, errors + blurs)

    def times(self, sign: int) -> FloatForms:
        """Return the forms times 1 or -1."""
        return FloatForms(sign * self.rows, self.sizes, self.errors)

    @property
    def are_zero(self) -> NDArray[np.bool_]:
        """Whether forms are 0 without any error."""
        found: NDArray[np.bool_] = (self.sizes == 0) & (self.errors == 0)
        return found

    @property
    def spreads(self) -> Floats:
        """How far a form may be from its value at the center, its errors included."""
        n = self.rows.shape[1]
        sums: Floats = absolute_sums(self.rows[:, 1:]) + (self.errors + n * UNIT * self.sizes) * SLACK
        return sums

    @np.errstate(invalid="ignore")
    def bounds(self) -> tuple[Floats, Floats]:
        """Return proven lower and upper bounds of the true forms on the box; infinite or NaN if floats tell nothing.

        >>> forms = FloatForms(np.array([[0.0, 1.0]]), np.array([1.0]), np.zeros(1))
        >>> [round(float(bound[0]), 6) for bound in forms.bounds()]
        [-1.0, 1.0]
        """
        spreads, centers = self.spreads, self.rows[:, 0]
        rounding = 2 * UNIT * (spreads + np.abs(centers)) + TINY
        return centers - spreads - rounding, centers + spreads + rounding

    def signs(self) -> Floats:
        """Return 1 or -1 for forms that are proven to have that sign on the whole box, 0 for all others."""
        low, high = self.bounds()
        found: Floats = (low > 0).astype(np.float64) - (high < 0)
        return found

    def values(self, point: Floats) -> tuple[Floats, Floats]:
        """Return the values at a point of the box, given as floats u, and bounds on their errors."""
        n = self.rows.shape[1]
        values: Floats = self.rows[:, 0] + self.rows[:, 1:] @ point
        return values, (self.errors + (n + 2) * UNIT * self.sizes) * SLACK + np.where(self.are_zero, 0.0, TINY)
