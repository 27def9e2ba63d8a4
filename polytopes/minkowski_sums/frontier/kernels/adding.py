"""Compiled sums along moves, in integers of any length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from polytopes.jit.compilation import entry
from polytopes.minkowski_sums.frontier.kernels.states import NONE, ONE

Array = np.ndarray[Any, Any]

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@njit(inline="always")  # arrays of three axes are slow to hand over
def _add_scaled(sums: Array, target: int, j: int, values: Array, source: int, i: int, weight: Any) -> None:
    """Add a number below 2**32 times a number to a number with enough digits."""
    carry, digits = NONE, values.shape[2]
    if weight == ONE:
        for d in range(digits):
            more = values[source, i, d] + carry
            total = sums[target, j, d] + more
            carry = np.uint64(more < carry) | np.uint64(total < more)
            sums[target, j, d] = total
    else:
        for d in range(digits):
            low = (values[source, i, d] & LOW) * weight + (carry & LOW)
            high = (values[source, i, d] >> HALF) * weight + (carry >> HALF) + (low >> HALF)
            more = (high << HALF) | (low & LOW)
            total = sums[target, j, d] + more
            carry = (high >> HALF) + np.uint64(total < more)
            sums[target, j, d] = total
    while carry != NONE:
        total = sums[target, j, digits] + carry
        carry = np.uint64(total < carry)
        sums[target, j, digits] = total
        digits += 1


@entry
def accumulate(values: Array, sums: Array, moves: Array, n_moves: int, weights: Array) -> None:
    """Add to the polynomial of each target that of the source times t^degree times the weight of the kind.

    ``values[s, i]`` is coefficient i of source s in base 2**64, lowest digit first; ``weights[kind, i]`` is below
    2**32. The digits of ``sums`` must be enough.
    """
    for m in range(n_moves):
        source, target, degree, kind = moves[m, 0], moves[m, 1], moves[m, 2], moves[m, 3]
        for w in range(weights.shape[1]):
            weight = weights[kind, w]
            if weight != NONE:
                for i in range(min(values.shape[1], sums.shape[1] - degree - w)):
                    _add_scaled(sums, target, i + degree + w, values, source, i, weight)
