"""Compiled evaluation of a gate program with prescribed winners, modulo several primes at once.

A *lane* is a prime p below 2^31 and a vector at which every form of the tape is evaluated modulo p. Numbers are kept in
Montgomery form (P. L. Montgomery, Modular multiplication without trial division, 1985): a stands for a / 2^32.
From one pattern to the next only what changes is computed again.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    GATE,
    GATES,
    RIVAL,
    ROWS,
    SLOT,
    SOURCE,
    SOURCES,
    WEIGHT,
    Array,
    Integers,
    Program,
    Words,
)
from polytopes.jit.bundles import Bundle, reference
from polytopes.jit.compilation import compiled, entry

HalfWords: TypeAlias = Annotated[np.ndarray[Any, Any], "uint32", 1]
HalfWordRows: TypeAlias = Annotated[np.ndarray[Any, Any], "uint32", 2]
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class Lanes(NamedTuple):
    """The tape of every lane and what it is computed with.

    ``weights`` and ``mixers`` (one for each gate) are by prime, ``tape`` and what follows it by lane: ``delta`` is the
    last change of a slot, ``held`` the form of each gate's winner, ``total`` their sum with the mixers. A slot changed
    for the present pattern if its ``stamp`` is ``clock[0]``.
    """

    primes: Words
    negated_inverses: Words
    prime_of: Integers
    weights: HalfWordRows
    mixers: HalfWordRows
    tape: HalfWordRows
    delta: HalfWordRows
    held: HalfWordRows
    total: HalfWords
    stamp: Integers
    clock: Integers
    sums: Words
    winners: Integers


@compiled
def reduced(x: np.uint64, p: np.uint64, negated_inverse: np.uint64) -> np.uint64:
    """Return x / 2^32 modulo p, below p, for x below 2^32 p."""
    m = ((x & LOW) * negated_inverse) & LOW
    t = (x + m * p) >> HALF
    return t - p if t >= p else t


@compiled
def product(a: np.uint64, b: np.uint64, p: np.uint64, negated_inverse: np.uint64) -> np.uint64:
    """Return the product of two residues."""
    return reduced(np.uint64(a) * np.uint64(b), p, negated_inverse)


@compiled
def difference(a: np.uint64, b: np.uint64, p: np.uint64) -> np.uint64:
    """Return a - b modulo p."""
    return np.uint64(a) - np.uint64(b) if a >= b else np.uint64(a) + p - np.uint64(b)


@compiled
def inverse(a: np.uint64, p: np.uint64, negated_inverse: np.uint64) -> np.uint64:
    """Return the inverse of a residue that is not 0, by Fermat's theorem."""
    power, result, started = np.uint64(a), np.uint64(a), False
    exponent = p - np.uint64(2)
    while exponent:
        if exponent & np.uint64(1):
            result = product(result, power, p, negated_inverse) if started else power
            started = True
        power = product(power, power, p, negated_inverse)
        exponent >>= np.uint64(1)
    return result


@compiled
def add_column(weights: Array, prime: int, at: int, rows: int, value: np.uint64, sums: Array, bound: np.uint64) -> None:
    """Add one source's change, times its weights, to the sums, which stay below ``bound``."""
    for i in range(rows):
        total = sums[i] + np.uint64(weights[prime, at + i]) * value
        sums[i] = total - bound if total >= bound else total


@compiled
def update_rows(q: Lanes, p: Program, stage: int, slot: int) -> None:
    """Bring the linear slots of a stage, the first of which is ``slot``, up to date with its sources."""
    rows, start = p.stages[stage, ROWS], p.stages[stage, SOURCE]
    now, changed = q.clock[0], False
    for j in range(p.stages[stage, SOURCES]):
        changed = changed or q.stamp[p.sources[start + j]] == now
    if not changed:
        return
    for lane in range(q.tape.shape[0]):
        k = q.prime_of[lane]
        prime, other = q.primes[k], q.negated_inverses[k]
        for i in range(rows):
            q.sums[i] = np.uint64(0)
        for j in range(p.stages[stage, SOURCES]):
            source = p.sources[start + j]
            if q.stamp[source] == now and q.delta[lane, source] != 0:
                at = p.stages[stage, WEIGHT] + j * rows
                add_column(q.weights, k, at, rows, np.uint64(q.delta[lane, source]), q.sums, prime << HALF)
        for i in range(rows):
            step = reduced(q.sums[i], prime, other)
            value = np.uint64(q.tape[lane, slot + i]) + step
            q.delta[lane, slot + i] = step
            q.tape[lane, slot + i] = value - prime if value >= prime else value
            if step != 0:
                q.stamp[slot + i] = now


@compiled
def pass_on(q: Lanes, p: Program, gate: int, winner: int, slot: int) -> None:
    """Bring the output of a gate, in ``slot``, and its share of the totals up to date."""
    now, rival = q.clock[0], p.gates[gate, RIVAL] + winner
    selector, source = p.rivals[rival, 0], p.rivals[rival, 1]
    if q.winners[gate] == winner and q.stamp[selector] != now and q.stamp[source] != now:
        return
    q.winners[gate] = winner
    for lane in range(q.tape.shape[0]):
        k = q.prime_of[lane]
        prime = q.primes[k]
        step = difference(q.tape[lane, source], q.tape[lane, slot], prime)
        q.delta[lane, slot] = step
        q.tape[lane, slot] = q.tape[lane, source]
        if step != 0:
            q.stamp[slot] = now
        step = difference(q.tape[lane, selector], q.held[lane, gate], prime)
        q.held[lane, gate] = q.tape[lane, selector]
        total = np.uint64(q.total[lane]) + product(q.mixers[k, gate], step, prime, q.negated_inverses[k])
        q.total[lane] = total - prime if total >= prime else total


@compiled
def follow(q: Lanes, p: Program, patterns: Array, row: int) -> None:
    """Bring the tapes to a pattern."""
    q.clock[0] += 1
    for stage in range(p.stages.shape[0]):
        slot, gate = p.stages[stage, SLOT], p.stages[stage, GATE]
        update_rows(q, p, stage, slot)
        slot += p.stages[stage, ROWS]
        for k in range(p.stages[stage, GATES]):
            pass_on(q, p, gate + k, patterns[row, gate + k], slot + k)


as_lanes, as_program = reference(LANES := Bundle(Lanes)), reference(PROGRAM := Bundle(Program))


@entry
def values(lanes: int, program: int, patterns: Array, outputs: Array, found: Array) -> None:
    """Write the residue of every output on the cell of every pattern, lane by lane, into a row of ``found``."""
    q, p = as_lanes(lanes), as_program(program)
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        place = 0
        for lane in range(q.tape.shape[0]):
            for output in outputs:
                found[row, place] = q.tape[lane, output]
                place += 1


@entry
def exact_values(
    lanes: int, program: int, patterns: Array, outputs: Array, n_facets: Array, facets: Array, inequalities: Array,
    of_outputs: Array, of_facets: Array,
) -> None:  # fmt: skip
    """Write residues, not in Montgomery form, of the outputs and of the inequalities of facets of gates, by lane.

    Row k of ``of_facets`` is the k-th facet, row m c + o of ``of_outputs`` the o-th of m outputs on the c-th cell.
    """
    q, p = as_lanes(lanes), as_program(program)
    place = 0
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        for lane in range(q.tape.shape[0]):
            k = q.prime_of[lane]
            prime, other = q.primes[k], q.negated_inverses[k]
            for o in range(outputs.shape[0]):
                value = np.uint64(q.tape[lane, outputs[o]])
                of_outputs[row * outputs.shape[0] + o, lane] = reduced(value, prime, other)
            for i in range(place, place + n_facets[row]):
                gate = inequalities[facets[i], 0]
                if gate >= 0:
                    slot = p.rivals[p.gates[gate, RIVAL] + inequalities[facets[i], 1], 0]
                    value = difference(q.held[lane, gate], q.tape[lane, slot], prime)
                    of_facets[i, lane] = reduced(value, prime, other)
        place += n_facets[row]


@entry
def keys(
    lanes: int, program: int, patterns: Array, outputs: Array, factors: Array, maps: Array, n_facets: Array,
    facets: Array, inequalities: Array, owners: Array, tops: Array, bottoms: Array, partial: Array,
) -> int:  # fmt: skip
    """Write a key of the map of every cell and of every facet inside the domain; return how many of these there are.

    Lanes 2 k and 2 k + 1 have prime k; the second is where maps are evaluated. Without facets there is only the second
    one of each prime. ``inequalities`` has the gate and the
    losing form of every number of a facet; the gate is -1 for a facet of the domain. The key of facet f modulo prime k
    comes to ``tops[k, f]``, that of map m to the k-th half of ``maps[m]``; ``owners`` are the cells of facets.
    """
    q, p = as_lanes(lanes), as_program(program)
    seen = count = 0
    step = q.tape.shape[0] // 2
    for row in range(patterns.shape[0]):
        follow(q, p, patterns, row)
        for k in range(2):
            prime, other = q.primes[k], q.negated_inverses[k]
            total = np.uint64(0)
            for o in range(outputs.shape[0]):
                total += product(factors[k, o], q.tape[step * (k + 1) - 1, outputs[o]], prime, other)
                total = total - prime if total >= prime else total
            maps[row] = (maps[row] << HALF) | total
        for _ in range(n_facets[row]):
            gate, loser = inequalities[facets[seen], 0], inequalities[facets[seen], 1]
            seen += 1
            if gate >= 0:
                owners[count] = row
                put_facet(q, p, 0, gate, loser, tops, bottoms, count)
                put_facet(q, p, 1, gate, loser, tops, bottoms, count)
                count += 1
    for k in range(2):
        divide(tops, bottoms, partial, k, count, q.primes[k], q.negated_inverses[k])
    return count


@compiled
def put_facet(q: Lanes, p: Program, k: int, gate: int, loser: int, tops: Array, bottoms: Array, place: int) -> None:
    """Write the fraction that is the key of a facet modulo prime k.

    With the hyperplane h, the total S and the two vectors v and w it is (S(w) h(v) - S(v) h(w) + m h(w)) / h(v), where
    m is the last mixer. On the other side of the facet h is multiplied by a number and S differs by a multiple of h.
    """
    prime, other = q.primes[k], q.negated_inverses[k]
    slot, v, w = p.rivals[p.gates[gate, RIVAL] + loser, 0], 2 * k, 2 * k + 1
    at_v = difference(q.held[v, gate], q.tape[v, slot], prime)
    at_w = difference(q.held[w, gate], q.tape[w, slot], prime)
    if at_v == 0:
        tops[k, place], bottoms[k, place] = q.total[v], 0
        return
    top = difference(product(q.total[w], at_v, prime, other), product(q.total[v], at_w, prime, other), prime)
    top += product(q.mixers[k, q.mixers.shape[1] - 1], at_w, prime, other)
    tops[k, place], bottoms[k, place] = top - prime if top >= prime else top, at_v


@compiled
def divide(tops: Array, bottoms: Array, partial: Array, k: int, count: int, prime: np.uint64, other: np.uint64) -> None:
    """Replace tops by quotients where the bottom is not 0, with one inverse for all."""
    total = np.uint64(0)
    for place in range(count):
        bottom = np.uint64(bottoms[k, place])
        if bottom != 0:
            partial[k, place] = total
            total = product(total, bottom, prime, other) if total != 0 else bottom
    if total == 0:
        return
    total = inverse(total, prime, other)
    for place in range(count - 1, -1, -1):
        bottom, before = np.uint64(bottoms[k, place]), np.uint64(partial[k, place])
        if bottom != 0:
            own = product(total, before, prime, other) if before != 0 else total
            tops[k, place] = product(tops[k, place], own, prime, other)
            total = product(total, bottom, prime, other)


@entry
def unite(pairs: Array, parents: Array) -> int:
    """Unite the sets of the two members of every pair in a forest of parents; return how many sets vanished."""
    vanished = 0
    for k in range(pairs.shape[0]):
        a, b = pairs[k, 0], pairs[k, 1]
        while parents[a] != a:
            parents[a] = parents[parents[a]]
            a = parents[a]
        while parents[b] != b:
            parents[b] = parents[parents[b]]
            b = parents[b]
        if a != b:
            parents[max(a, b)] = min(a, b)
            vanished += 1
    return vanished
