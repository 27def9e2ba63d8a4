"""Compiled values of forms at the rays of recorded cells, with bounds on their errors."""

from __future__ import annotations

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNIT
from polytopes.jit.compilation import entry


@entry
def values_at_rays(
    n_rays: Array, rays: Array, ray_errors: Array, forms: Array, form_errors: Array, values: Array, bounds: Array
) -> None:
    """Write the value of every form of a cell at each of its rays, a ray a row, and a bound on its error.

    The error model is that of :mod:`polytopes.enumeration.kernels.signs`. There is no error if the form is zero, or if
    all entries are exact integers and the sum is below 2^53.
    """
    first, n = 0, rays.shape[1]
    for cell in range(n_rays.shape[0]):
        for ray in range(first, first + n_rays[cell]):
            for m in range(forms.shape[1]):
                value, size, error = 0.0, 0.0, 0.0
                zero, whole = True, True
                for k in range(n):
                    a, b, c, d = forms[cell, m, k], rays[ray, k], form_errors[cell, m, k], ray_errors[ray, k]
                    value += a * b
                    size += abs(a * b)
                    error += abs(a) * d + c * (abs(b) + d)
                    zero = zero and a == 0.0 and c == 0.0
                    whole = whole and c == 0.0 and d == 0.0 and abs(a) < EXACT and abs(b) < EXACT
                    whole = whole and a == float(int(a)) and b == float(int(b))
                exact = zero or (whole and size < EXACT)
                values[ray, m] = value
                bounds[ray, m] = 0.0 if exact else (error + (n + 2) * UNIT * size) * SLACK + TINY
        first += n_rays[cell]
