"""Counts the parts into which hyperplanes in general position cut a cell of a cube, without visiting the parts.

Let K be convex and relatively open, and f a form whose hyperplane H meets K and differs there from those of R. Adding
H to the arrangement of R cuts in two exactly the parts that it meets, and these are the parts of its section (T.
Zaslavsky, Memoirs AMS 154, 1975):

    parts(K, R + f) = parts(K, R) + parts(K and H, R).

The recursion ends early. If all forms of R vanish at one point of K and are independent on its hull, every pattern of
signs is taken near this point: there are 2^|R| parts. Forms that do not vanish in K are left out. So the count is as
long as the list of sets of forms with a common zero can be described shortly, not as long as the list of parts.

K is the cell and the hyperplanes of a set S of forms; all sets are asked of :func:`common_zeros.ask`, which proves that
forms with a common zero are independent. What floats leave open is one form f on a K that is not empty. The count then
stops with this question, and goes on with its exact answer; if f is 0 on all of K, forms with a common zero are
dependent, and the count is given up.
"""

from __future__ import annotations

import numpy as np
from numba.core import config

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.common_zeros import all_vanish, ask, learn
from polytopes.enumeration.kernels.signs import popcount
from polytopes.enumeration.kernels.zero_search import (
    ASKED,
    FORMS,
    MEMBER,
    MET,
    TOP,
    TOTAL,
    UNSURE,
    WITHIN,
    Zeros,
)
from polytopes.jit.bundles import Bundle, address, reference
from polytopes.jit.compilation import compiled, entry

MOST_FORMS = 61
"""Sets of forms, and numbers of parts, are integers of 64 bits with a sign."""
NOT_PROVEN, TOO_LONG, OPEN, PAUSED, TOGETHER = -1, -2, -3, -4, -5


@compiled
def members_met(z: Zeros, within: int, among: int) -> int:
    """Return the forms that vanish somewhere in the part of the cell where those of a set do; -1 if one is unsure."""
    kept = 0
    for i in range(z.state[FORMS]):
        if among >> i & 1:
            answer = ask(z, within | 1 << i)
            if answer == UNSURE:
                z.state[WITHIN], z.state[MEMBER] = within, i
                return -1
            if answer == MET:
                kept |= 1 << i
    return kept


@compiled
def go_on(z: Zeros, most: int) -> int:
    """Go on with a count; return the number of parts, or OPEN at a question, or PAUSED after so many programs."""
    z.state[ASKED] = 0
    while z.state[TOP]:
        if z.state[ASKED] > most:
            return PAUSED
        top = z.state[TOP] - 1
        within, among = z.stack[2 * top], z.stack[2 * top + 1]
        if among == 0:
            z.state[TOTAL], z.state[TOP] = z.state[TOTAL] + 1, top
            continue
        if ask(z, within | among) == MET:
            z.state[TOTAL], z.state[TOP] = z.state[TOTAL] + (1 << np.int64(popcount(np.uint64(among)))), top
            continue
        kept = members_met(z, within, among)
        if kept < 0:
            return OPEN
        if kept == among:
            # the lowest form is the one that vanishes on the least part of the cell
            first = among & -among
            z.stack[2 * top + 1] = among ^ first
            z.stack[2 * top + 2], z.stack[2 * top + 3] = within | first, among ^ first
            z.state[TOP] = top + 2
        else:
            z.stack[2 * top + 1] = kept
    return z.state[TOTAL]


ZEROS = Bundle(Zeros)
as_zeros = reference(ZEROS)


@compiled
def counted(z: Zeros, most: int, answer: int) -> int:
    """Begin a count if the answer is UNSURE, or go on with one, where ``answer`` is that to its question, or PAUSED.

    If it is TOGETHER only say so if all forms, of which there may be any number, are proven to vanish together.
    """
    if answer == TOGETHER:
        return TOGETHER if all_vanish(z) else NOT_PROVEN
    if answer == UNSURE:
        z.state[TOTAL], z.state[TOP] = 0, 1
        z.stack[0], z.stack[1] = 0, (1 << z.state[FORMS]) - 1
    elif answer != PAUSED:
        learn(z, z.state[WITHIN] | 1 << z.state[MEMBER], answer)
    return go_on(z, most)


@entry
def count_parts(place: int, most: int, answer: int) -> int:
    """Return :func:`counted` of the bundle at an address."""
    return counted(as_zeros(place), most, answer)


def number_of_parts(z: Zeros, most: int, answer: int = UNSURE) -> int:
    """Return :func:`counted`."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return int(counted(z, most, answer))
    tables: list[Array] = list(ZEROS.tables(z))
    return int(count_parts(address(tables[0]), most, answer))
