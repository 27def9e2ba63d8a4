"""Certified signs in floating point, and the bit sets of tight walls.

Everything here is floating point with a rigorous bound. A vector of n entries is kept as 2 n + 1 floats: the entries,
a bound on the error of each, and a flag that is 1 if the entries are exact integers below 2^53. The sign of f . v is
*certain* if its floating-point value exceeds a bound on its whole error. What is not certain is called undecided and
left to exact arithmetic. Rounding never decides: an exact zero is certain only on exact integers or if every product
has a factor that is exactly zero.

The error model is ``fl(a op b) = (a op b)(1 + t)``, ``|t| <= u = 2^-53``, barring underflow, for which TINY stands in
(Higham, Accuracy and Stability of Numerical Algorithms, chapters 2 and 3). Bounds are computed in floating point too
and enlarged by SLACK, which covers their own rounding for sums of up to 2^20 terms.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytopes.jit.compilation import compiled, entry

UNIT = 2.0**-53
SLACK = 1.0 + 2.0**-30
TINY = 2.0**-960
EXACT = 2.0**53
LARGE = 2.0**62
UNDECIDED = 2

Floats = np.ndarray[Any, np.dtype[np.float64]]
Words = np.ndarray[Any, np.dtype[np.uint64]]


@entry
def sign_at(forms: Floats, f: int, rays: Floats, r: int, n: int) -> int:
    """Return the certain sign (-1, 0, 1) of row ``f`` of forms on row ``r`` of rays, or UNDECIDED."""
    value, size, error = 0.0, 0.0, 0.0
    for k in range(n):
        a, b = forms[f, k], rays[r, k]
        product = a * b
        value += product
        size += abs(product)
        error += abs(a) * rays[r, n + k] + forms[f, n + k] * (abs(b) + rays[r, n + k])
    bound = (error + (n + 2) * UNIT * size) * SLACK + TINY
    if value > bound:
        return 1
    if value < -bound:
        return -1
    if forms[f, 2 * n] == 1.0 and rays[r, 2 * n] == 1.0 and bound < LARGE:
        if size >= EXACT:
            value = np.float64(integer_value(forms, f, rays, r, n))
        return 1 if value > 0.0 else (-1 if value < 0.0 else 0)
    for k in range(n):
        form_is_zero = forms[f, k] == 0.0 and forms[f, n + k] == 0.0
        if not form_is_zero and (rays[r, k] != 0.0 or rays[r, n + k] != 0.0):
            return UNDECIDED
    return 0


@compiled
def integer_value(forms: Floats, f: int, rays: Floats, r: int, n: int) -> int:
    """Return the value of row ``f`` of forms on row ``r`` of rays, exact integers below 2^53, if it is below 2^63.

    It is found modulo 2^64.
    """
    total = np.uint64(0)
    for k in range(n):
        total += np.uint64(np.int64(forms[f, k])) * np.uint64(np.int64(rays[r, k]))
    return int(np.int64(total))


@compiled
def popcount(word: np.uint64) -> int:
    """Return the number of bits set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56)))


@compiled
def lowest(word: np.uint64) -> int:
    """Return the index of the lowest bit set."""
    return popcount((word & (~word + np.uint64(1))) - np.uint64(1))


@compiled
def tighten(tight: Words, row: int, wall: int) -> None:
    """Note that a wall is tight on a ray."""
    tight[row, wall >> 6] |= np.uint64(1) << np.uint64(wall & 63)


@compiled
def n_common(tight: Words, i: int, j: int) -> int:
    """Return the number of walls tight on both rays."""
    count = 0
    for word in range(tight.shape[1]):
        count += popcount(tight[i, word] & tight[j, word])
    return count


@compiled
def are_adjacent(tight: Words, first: int, last: int, i: int, j: int) -> bool:
    """Whether no third ray among first..last-1 is tight on all walls that i and j share."""
    for other in range(first, last):
        if other in (i, j):
            continue
        inside = True
        for word in range(tight.shape[1]):
            common = tight[i, word] & tight[j, word]
            if tight[other, word] & common != common:
                inside = False
                break
        if inside:
            return False
    return True
