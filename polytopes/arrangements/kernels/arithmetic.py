"""Residues: inverses, products, and the first entry of a vector that is not 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]

MIXED = -1
"""A divisor vanishes modulo some of the primes only."""


@njit(cache=True, error_model="numpy")
def inverse_of(value: int, prime: int) -> int:
    old, new, old_factor, factor = prime, value, 0, 1
    while new:
        quotient = old // new
        old, new = new, old - quotient * new
        old_factor, factor = factor, old_factor - quotient * factor
    return int(old_factor % prime)


@njit(cache=True, error_model="numpy")
def product(a: int, b: int, prime: int, reciprocal: float) -> int:
    """Return a b modulo a prime below 2**31."""
    return int(rest_of(a * b, prime, reciprocal))


@njit(cache=True, error_model="numpy")
def rest_of(value: int, prime: int, reciprocal: float) -> int:
    """Return what division by a prime leaves of a value from 0 to prime**2; the quotient is guessed, at most 1 off."""
    rest = value - int(value * reciprocal) * prime
    if rest < 0:
        return rest + prime
    return rest - prime if rest >= prime else rest


@njit(cache=True, error_model="numpy")
def leading(vector: Array, start: int) -> int:
    """Return the first column from ``start`` that is not 0, the number of columns if none, or MIXED."""
    columns, n_primes = vector.shape
    for j in range(start, columns):
        zeros = 0
        for k in range(n_primes):
            zeros += vector[j, k] == 0
        if zeros == 0:
            return j
        if zeros < n_primes:
            return MIXED
    return int(columns)
