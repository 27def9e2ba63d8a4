"""Counts the parts into which hyperplanes in general position cut a cell of a cube, without visiting the parts.

Let K be convex and relatively open, and f a form whose hyperplane H meets K and differs there from those of R. Adding
H to the arrangement of R cuts in two exactly the parts that it meets, and these are the parts of its section (T.
Zaslavsky, Memoirs AMS 154, 1975):

    parts(K, R + f) = parts(K, R) + parts(K and H, R).

The recursion ends early. If all forms of R vanish at one point of K and are independent on its hull, every pattern of
signs is taken near this point: there are 2^|R| parts. Forms that do not vanish in K are left out. So the count is as
long as the list of sets of forms with a common zero can be described shortly, not as long as the list of parts.

Unrolled over the forms f_1, ..., f_r of R up to the first one from which on all of them vanish together:

    parts(K, R) = 2^(r - q + 1) + sum over i < q, f_i vanishing in K, of parts(K and H_i, {f_(i+1), ..., f_r}),

where each term on the right has only forms that vanish in K. If some of them do not vanish together in K, they do not
in a part of K; so in a section q is no smaller than before.

K is the cell and the hyperplanes of a set S of forms; all sets are asked of :func:`common_zeros.ask`, which proves that
forms with a common zero are independent. What floats leave open is one form f on a K that is not empty. The count then
stops with this question, and goes on with its exact answer; if f is 0 on all of K, forms with a common zero are
dependent, and the count is given up.
"""

from __future__ import annotations

import numpy as np
from numba.core import config

from polytopes.enumeration.kernels.arrays import Array
from polytopes.enumeration.kernels.common_zeros import all_vanish, ask, invert_all, known, learn
from polytopes.enumeration.kernels.signs import lowest, popcount
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
OWN, LAST, REST, FITTING, CHILDREN, TOGETHER_BEFORE, IS_NEW = range(7)
NOT_PROVEN, TOO_LONG, OPEN, PAUSED, TOGETHER = -1, -2, -3, -4, -5


@compiled
def begin_at(z: Zeros, k: int, i: int) -> None:
    """Let a search begin at the multipliers that were found for k forms, the last of which is form i."""
    for a in range(z.shares.shape[0]):
        z.shares[a] = z.found[(k - 1) * z.state[FORMS] + i, a] if k else 0.0


@compiled
def answer_about(z: Zeros, k: int, members: int) -> int:
    """Return what :func:`ask` does of a set of forms, k of which are those of a plan, unless that is known."""
    begin_at(z, k, z.plan[k, LAST])
    answer = known(z, members)
    return ask(z, members) if answer == UNSURE else answer


@compiled
def keep(z: Zeros, k: int, i: int) -> None:
    """Keep the multipliers of k forms and form i."""
    row = z.found[k * z.state[FORMS] + i]
    for a in range(row.shape[0]):
        row[a] = z.shares[a]


@compiled
def look_for_children(z: Zeros, k: int) -> int:
    """Find the forms that vanish in the part of the cell where k do, up to where all that are left vanish together.

    Return OPEN where one is unsure, else 0. The parts that need no further sections are counted.
    """
    z, plan = z, z.plan[k]
    while plan[REST]:
        rest = plan[REST]
        size = popcount(np.uint64(rest))
        may_vanish = size > 1 and rest & ~plan[TOGETHER_BEFORE] == 0
        if may_vanish and answer_about(z, k, plan[OWN] | rest) == MET:
            z.state[TOTAL] += (1 << np.int64(size)) - 1
            plan[FITTING] |= rest
            break
        lowest_one = rest & -rest
        i = lowest(np.uint64(lowest_one))
        answer = answer_about(z, k, plan[OWN] | lowest_one)
        keep(z, k, i)
        if answer == UNSURE:
            z.state[WITHIN], z.state[MEMBER] = plan[OWN], i
            return OPEN
        if answer == MET:
            plan[FITTING] |= lowest_one
            plan[CHILDREN] |= lowest_one
        plan[REST] = rest ^ lowest_one
    z.state[TOTAL] += 1
    plan[TOGETHER_BEFORE] = plan[REST]
    return 0


@compiled
def go_on(z: Zeros, most: int) -> int:
    """Go on with a count; return the number of parts, or OPEN at a question, or PAUSED after so many programs."""
    z.state[ASKED] = 0
    while z.state[TOP]:
        if z.state[ASKED] > most:
            return PAUSED
        k = z.state[TOP] - 1
        plan = z.plan[k]
        if plan[IS_NEW]:
            if look_for_children(z, k) == OPEN:
                return OPEN
            plan[IS_NEW] = 0
        if plan[CHILDREN] == 0:
            z.state[TOP] = k
            continue
        child = plan[CHILDREN] & -plan[CHILDREN]
        plan[CHILDREN] ^= child
        rest = plan[FITTING] & ~(2 * child - 1)
        if rest == 0:
            z.state[TOTAL] += 1
            continue
        begin(z, k + 1, plan[OWN] | child, lowest(np.uint64(child)), rest, plan[TOGETHER_BEFORE])
    return z.state[TOTAL]


@compiled
def begin(z: Zeros, k: int, own: int, last: int, rest: int, before: int) -> None:
    """Plan to count the parts, under the forms of a set, of the cell where k forms vanish, the last one after all."""
    plan = z.plan[k]
    plan[OWN], plan[LAST], plan[REST], plan[TOGETHER_BEFORE] = own, last, rest, before
    plan[FITTING], plan[CHILDREN], plan[IS_NEW] = 0, 0, 1
    z.state[TOP] = k + 1


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
        rest = (1 << z.state[FORMS]) - 1
        z.state[TOTAL] = 0
        invert_all(z)
        begin(z, 0, 0, 0, rest, rest)
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
