"""Compiled patterns beyond facets; residues prove that no other gate changes.

Two forms that are multiples of each other have equal ratios of their values at two vectors, modulo every prime. So
beyond a facet only those gates may change of which a form, less that of the winner, has the ratio of the facet's
hyperplane or, in later stages, is zero. Of those of the facet's own stage whose rows are multiples of each other it is
known that they change.
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
NONE = np.uint64(0xFFFFFFFDFFFFFFFD)
"""In place of the ratio of a winner to itself; both halves exceed all residues."""
KNOWN, UNKNOWN = 1, 2


@compiled
def put_ratios(
    q: Lanes, p: Program, places: Array, winners: Array, changed: Array, ratios: Array, tops: Array, bottoms: Array,
    partial: Array,
) -> None:  # fmt: skip
    """Bring the ratios of the forms that are compared up to date with the tape; ``winners`` were those of them."""
    now, count = q.clock[0], 0
    for gate in range(winners.shape[0]):
        base, winner, size = p.gates[gate, RIVAL], q.winners[gate], places[gate + 1] - places[gate]
        slot = p.rivals[base if size == 1 else base + winner, 0]
        anew = now == 1 or q.stamp[slot] == now or (size > 1 and winners[gate] != winner)
        winners[gate] = winner
        for i in range(size):
            other = p.rivals[base + i + (size == 1), 0]
            if size > 1 and i == winner:
                ratios[places[gate] + i] = NONE
            elif anew or q.stamp[other] == now:
                changed[count] = places[gate] + i
                for k in range(2):
                    tops[k, count] = difference(q.tape[2 * k + 1, other], q.tape[2 * k + 1, slot], q.primes[k])
                    bottoms[k, count] = difference(q.tape[2 * k, other], q.tape[2 * k, slot], q.primes[k])
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
    domain: Array, stages: Array, lines: Array, places: Array, gate_of: Array, winners: Array, ratios: Array,
    changed: Array, tops: Array, bottoms: Array, partial: Array, found: Array, known: Array,
) -> None:  # fmt: skip
    """Write the pattern beyond every facet into a row of ``found``, and whether it is KNOWN or UNKNOWN.

    ``domain`` has the ratios of the rows of the domain, ``stages`` the stage of every gate, and ``lines`` a number for
    every gate, the same for gates of one stage whose forms are multiples of each other on every cell. A gate of two
    forms has one ratio, another one for each form; those of a gate begin at ``places``, and ``gate_of`` has the gates.
    """
    q, p = as_lanes(lanes), as_program(program)
    facet = 0
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        put_ratios(q, p, places, winners, changed, ratios, tops, bottoms, partial)
        for _ in range(n_facets[row]):
            gate, loser = inequalities[facets[facet], 0], inequalities[facets[facet], 1]
            own = np.int64(-1)
            if gate >= 0:
                own = places[gate] if places[gate + 1] - places[gate] == 1 else places[gate] + loser
            ratio = ratios[own] if gate >= 0 else domain[facets[facet]]
            stage = stages[gate] if gate >= 0 else np.int64(-1)
            known[facet] = UNKNOWN if ratio == ANY else KNOWN
            for other in range(found.shape[1]):
                found[facet, other] = patterns[row, other]
            if gate >= 0:
                found[facet, gate] = loser
            for i in range(ratios.shape[0]):
                if i != own and (ratios[i] == ratio or (ratios[i] == ANY and gate >= 0 and stages[gate_of[i]] > stage)):
                    other = gate_of[i]
                    if gate >= 0 and lines[other] == lines[gate] and other != gate:
                        found[facet, other] = 1 - patterns[row, other]
                    else:
                        known[facet] = UNKNOWN
            facet += 1


@entry
def coincident(
    lanes: int, program: int, patterns: Array, n_facets: Array, facets: Array, inequalities: Array, places: Array,
    winners: Array, ratios: Array, changed: Array, tops: Array, bottoms: Array, partial: Array, found: Array,
) -> int:  # fmt: skip
    """Write rows (facet, its ratio, another of the same value) for facets inside the domain, numbers as in `beyond`.

    Return how many there are; those that do not fit are left out.
    """
    q, p = as_lanes(lanes), as_program(program)
    facet, count = 0, 0
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        put_ratios(q, p, places, winners, changed, ratios, tops, bottoms, partial)
        for _ in range(n_facets[row]):
            gate, loser = inequalities[facets[facet], 0], inequalities[facets[facet], 1]
            if gate >= 0:
                own = places[gate] if places[gate + 1] - places[gate] == 1 else places[gate] + loser
                for i in range(ratios.shape[0]):
                    if i != own and ratios[i] == ratios[own] and ratios[own] != ANY:
                        if count < found.shape[0]:
                            found[count, 0], found[count, 1], found[count, 2] = facet, own, i
                        count += 1
            facet += 1
    return count
