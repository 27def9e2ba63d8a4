"""Compiled patterns beyond facets, for gates of two forms; residues prove that no other gate changes.

Two forms that are multiples of each other have equal ratios of their values at two vectors, modulo every prime. So
beyond a facet only those gates may change whose form has the ratio of the facet's hyperplane, or, in later stages, is
zero. Of those of the facet's own stage whose rows are multiples of each other it is known that they change.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import RIVAL, Array, Program
from polytopes.enumeration.kernels.residues import (
    HALF,
    Lanes,
    as_lanes,
    as_program,
    difference,
    divide,
    follow,
)
from polytopes.jit.compilation import compiled, entry

ZERO, INFINITE = np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFE)
"""In place of a ratio: of a form that vanishes at both vectors, and of one that vanishes at the first."""
ANY = np.uint64(0xFFFFFFFFFFFFFFFF)
KNOWN, UNKNOWN = 1, 2


@compiled
def put_ratios(
    q: Lanes, p: Program, changed: Array, ratios: Array, tops: Array, bottoms: Array, partial: Array
) -> None:
    """Bring the ratios of the gates' forms up to date with the tape."""
    now, count = q.clock[0], 0
    for gate in range(ratios.shape[0]):
        low, high = p.rivals[p.gates[gate, RIVAL], 0], p.rivals[p.gates[gate, RIVAL] + 1, 0]
        if now == 1 or q.stamp[low] == now or q.stamp[high] == now:
            changed[count] = gate
            for k in range(2):
                tops[k, count] = difference(q.tape[2 * k + 1, high], q.tape[2 * k + 1, low], q.primes[k])
                bottoms[k, count] = difference(q.tape[2 * k, high], q.tape[2 * k, low], q.primes[k])
            count += 1
    for k in range(2):
        divide(tops, bottoms, partial, k, count, q.primes[k], q.negated_inverses[k])
    for i in range(count):
        halves = ratio_half(tops, bottoms, 0, i), ratio_half(tops, bottoms, 1, i)
        ratios[changed[i]] = ANY if halves[0] == ZERO or halves[1] == ZERO else halves[0] << HALF | halves[1]


@compiled
def ratio_half(tops: Array, bottoms: Array, k: int, i: int) -> np.uint64:
    """Return a ratio modulo one prime."""
    if bottoms[k, i] != 0:
        return np.uint64(tops[k, i])
    return INFINITE if tops[k, i] != 0 else ZERO


@entry
def beyond(
    lanes: int, program: int, patterns: Array, n_facets: Array, facets: Array, inequalities: Array,
    domain: Array, stages: Array, lines: Array, ratios: Array, changed: Array, tops: Array, bottoms: Array,
    partial: Array, found: Array, known: Array,
) -> None:  # fmt: skip
    """Write the pattern beyond every facet into a row of ``found``, and whether it is KNOWN or UNKNOWN.

    ``domain`` has the ratios of the rows of the domain, ``stages`` the stage of every gate, and ``lines`` a number for
    every gate, the same for gates of one stage whose forms are multiples of each other on every cell.
    """
    q, p = as_lanes(lanes), as_program(program)
    place = 0
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        put_ratios(q, p, changed, ratios, tops, bottoms, partial)
        for _ in range(n_facets[row]):
            gate = inequalities[facets[place], 0]
            ratio = ratios[gate] if gate >= 0 else domain[facets[place]]
            stage = stages[gate] if gate >= 0 else np.int64(-1)
            known[place] = UNKNOWN if ratio == ANY else KNOWN
            for other in range(ratios.shape[0]):
                found[place, other] = patterns[row, other]
                if other == gate:
                    found[place, other] = 1 - patterns[row, other]
                elif ratios[other] == ratio or (ratios[other] == ANY and gate >= 0 and stages[other] > stage):
                    if gate >= 0 and lines[other] == lines[gate]:
                        found[place, other] = 1 - patterns[row, other]
                    else:
                        known[place] = UNKNOWN
            place += 1
