"""Counts the parts into which hyperplanes in general position cut a cell of a cube, without visiting the parts.

Let K be convex and relatively open, and f a form whose hyperplane H meets K and differs there from those of R. Adding
H to the arrangement of R cuts in two exactly the parts that it meets, and these are the parts of its section (T.
Zaslavsky, Memoirs AMS 154, 1975):

    parts(K, R + f) = parts(K, R) + parts(K and H, R).

The recursion ends early. If all forms of R vanish at one point of K and are independent on its hull, every pattern of
signs is taken near this point: there are 2^|R| parts. Forms that do not vanish in K are left out. So the count is as
long as the list of sets of forms with a common zero can be described shortly, not as long as the list of parts.

K is the cell and the hyperplanes of a set S of forms; all sets are asked of :func:`common_zeros.ask`, which proves that
forms with a common zero are independent. Two forms with one hyperplane on K would be asked of together, and no answer
would be proven: the count is given up then.
"""

from __future__ import annotations

import numpy as np
from numba.core import config

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.common_zeros import ask
from polytopes.enumeration.kernels.signs import popcount
from polytopes.enumeration.kernels.zero_search import ASKED, FORMS, MET, UNSURE, Zeros
from polytopes.jit.bundles import Bundle, address, reference
from polytopes.jit.compilation import compiled, entry

MOST_FORMS = 61
"""Sets of forms, and numbers of parts, are integers of 64 bits with a sign."""
NOT_PROVEN, TOO_LONG = -1, -2


@compiled
def members_met(z: Zeros, within: int, among: int) -> int:
    """Return the forms that vanish somewhere in the part of the cell where those of a set do; -1 if one is unsure."""
    kept = 0
    for i in range(z.state[FORMS]):
        if among >> i & 1:
            answer = ask(z, within | 1 << i)
            if answer == UNSURE:
                return -1
            if answer == MET:
                kept |= 1 << i
    return kept


@compiled
def parts(z: Zeros, most: int) -> int:
    """Return the number of parts, NOT_PROVEN, or TOO_LONG if more than so many programs would be needed."""
    z.state[ASKED] = 0
    z.stack[0], z.stack[1] = 0, (1 << z.state[FORMS]) - 1
    top, total = 1, 0
    while top:
        top -= 1
        within, among = z.stack[2 * top], z.stack[2 * top + 1]
        if z.state[ASKED] > most:
            return TOO_LONG
        if among == 0:
            total += 1
            continue
        answer = ask(z, within | among)
        if answer != MET:
            kept = members_met(z, within, among)
            if kept < 0:
                return NOT_PROVEN
            if kept == among:
                # the lowest form is the one that vanishes on the least part of the cell
                first = among & -among
                z.stack[2 * top], z.stack[2 * top + 1] = within, among ^ first
                z.stack[2 * top + 2], z.stack[2 * top + 3] = within | first, among ^ first
                top += 2
            else:
                z.stack[2 * top], z.stack[2 * top + 1] = within, kept
                top += 1
            continue
        total += 1 << popcount(np.uint64(among))
    return total


ZEROS = Bundle(Zeros)
as_zeros = reference(ZEROS)


@entry
def count_parts(place: int, most: int) -> int:
    """Return :func:`parts` of the bundle at an address."""
    return parts(as_zeros(place), most)


def number_of_parts(z: Zeros, most: int) -> int:
    """Return :func:`parts`."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return int(parts(z, most))
    tables: list[Array] = list(ZEROS.tables(z))
    return int(count_parts(address(tables[0]), most))
