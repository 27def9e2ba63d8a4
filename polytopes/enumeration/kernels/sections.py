"""Compiled count of the parts of a cell by sections, without visiting them.

K is a polyhedron without lines, of dimension k, and H_1, ..., H_m are zero sets of forms with both signs on K. The
number of parts of K without all H_i is 1 plus the sum, over those H_i that differ from all before, of the number of
parts of the section of K by H_i under H_1, ..., H_(i-1): for H_i cuts in two exactly the parts that it meets. (Add the
hyperplanes one at a time; the parts that H_i meets, which are open and convex, are met in the parts of the section.)
A form without both signs on the section meets no part of it. An H_j equals H_i if it vanishes on the whole section.
Of a segment the parts are one more than the distinct zeros. If all units that cut a segment out of the cell vanish at
the origin, the line of the segment goes through it, and is met there by all others that vanish there.

Bounded parts are counted by the same sums, of bounded sections only: H_i cuts a bounded part into two such; an
unbounded one, which has no lines, into a bounded and an unbounded part if the section is bounded, for the directions of
a pointed cone that avoid a hyperplane lie on one side of it; and else into two unbounded ones.

A section has as vertices those of K on H_i and one on each edge of K whose ends lie on opposite sides, with the walls
common to the ends. It is kept by the values of the forms at its vertices, not by coordinates. A value is at most the
error of its vertex off the true one. (Zaslavsky, Facing up to arrangements, 1975, has the identity for arrangements.)
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.chords import count_chords, has_many, one_of, through_origin
from polytopes.enumeration.kernels.finding import is_refused
from polytopes.enumeration.kernels.section_arrays import (
    ANSWER,
    ASK,
    BOUNDED_PARTS,
    CROSSING,
    CUT,
    DONE,
    EDGE,
    EDGES,
    ERROR,
    FIRST,
    GROW_EDGES,
    GROW_SECTIONS,
    LARGEST,
    LEVEL,
    NEGATIVE,
    NOTHING,
    ORIGIN,
    PARTS,
    PAUSE,
    POSITIVE,
    QUESTION,
    REFUSE,
    REST,
    SIGNS_OF_SECTION,
    SIZE,
    STEPS,
    UNBOUNDED,
    UNSURE,
    WALLS,
    ZEROS_OF_SEGMENT,
    Count,
)
from polytopes.enumeration.kernels.sign_words import larger
from polytopes.enumeration.kernels.signs import EXACT, SLACK, TINY, UNDECIDED, UNIT, lowest, popcount
from polytopes.enumeration.kernels.word_splits import gcd, slip
from polytopes.jit.compilation import indexed_from_start

LONG = 2.0**20
"""Integer values at a vertex from which on they are divided by what they have in common."""


@indexed_from_start
def add_parts(w: Count, level: int, count: int) -> None:
    """Count parts of the polyhedron of a level."""
    w.state[PARTS] += count
    if w.levels[level, UNBOUNDED] == 0:
        w.state[BOUNDED_PARTS] += count


@indexed_from_start
def count_parts(w: Count, n: int) -> int:
    """Go on counting the parts of the cell at level 0, whose edges are known, until done; or say why not."""
    state, levels, bits = w.state, w.levels, w.bits
    one = np.uint64(1)
    while True:
        level = state[LEVEL]
        if state[QUESTION] == NOTHING:
            rest = bits[level, REST]
            if rest == 0:
                if level == 0:
                    return DONE
                state[LEVEL] = level - 1
                continue
            if state[STEPS] <= 0:
                return PAUSE
            if n - 1 - level == 2 and has_many(w, level):
                count_chords(w, level)
                rest = bits[level, REST]
                if rest == 0:
                    continue
            i = lowest(rest)
            below = bits[level, CROSSING] & ((one << np.uint64(i)) - one)
            if below == 0 and levels[level, UNBOUNDED] == 0:
                add_parts(w, level, 1)
                bits[level, REST] = rest & (rest - one)
                continue
            state[STEPS] -= 1
            unsure = cut_section(w, level, i, below)
            if unsure < 0:
                return GROW_SECTIONS
            bits[level, REST] = rest & (rest - one)
            bits[level + 1, CROSSING] = below
            bits[level + 1, ORIGIN] = through_origin(w, level, i)
            levels[level + 1, CUT] = i
            if unsure > 0:
                state[QUESTION] = SIGNS_OF_SECTION
                return ASK
        status = count_section(w, level + 1, n)
        if status != DONE:
            return status


@indexed_from_start
def count_section(w: Count, level: int, n: int) -> int:
    """Count the parts of a section whose words are known, or make it the level at hand."""
    state, levels, bits = w.state, w.levels, w.bits
    first, size, dim = levels[level, FIRST], levels[level, SIZE], n - 1 - level
    one, zero = np.uint64(1), np.uint64(0)
    if state[QUESTION] != ZEROS_OF_SEGMENT:
        positive, negative, walls = zero, zero, zero
        for v in range(first, first + size):
            positive |= w.tags[v, POSITIVE]
            negative |= w.tags[v, NEGATIVE]
            walls |= w.tags[v, WALLS]
        below = bits[level, CROSSING]
        state[QUESTION] = NOTHING
        if below & ~(positive | negative):
            return DONE  # the hyperplane of an earlier unit
        below &= positive & negative
        if dim == 1:
            below = one_of(below, bits[level, ORIGIN])
        levels[level, UNBOUNDED] = np.int64(walls & one) & levels[level - 1, UNBOUNDED]
        single = below & (below - one) == 0
        if below == 0 or (single and (dim == 1 or levels[level, UNBOUNDED] == 0)):
            add_parts(w, level, 1)
            if below:
                levels[level, UNBOUNDED] = 0  # a point on a segment is bounded
                add_parts(w, level, 1)
            return DONE
        interpolate(w, level, below)
        bits[level, CROSSING] = bits[level, REST] = below
        if dim > 1:
            if not list_edges(w, level, dim):
                state[QUESTION] = SIGNS_OF_SECTION  # they are known, and it is asked no more
                return GROW_EDGES
            add_parts(w, level, 1)
            state[LEVEL] = level
            return DONE
    zeros = state[ANSWER] if state[QUESTION] == ZEROS_OF_SEGMENT else count_zeros(w, first, bits[level, CROSSING])
    if zeros < 0:
        state[QUESTION] = ZEROS_OF_SEGMENT
        return ASK
    state[QUESTION] = NOTHING
    add_parts(w, level, 1)
    levels[level, UNBOUNDED] = 0
    add_parts(w, level, zeros)
    return DONE


@indexed_from_start
def cut_section(w: Count, level: int, i: int, below: np.uint64) -> int:
    """Write the vertices of the section by unit i, with their words; return how many are unsure, -1 without room."""
    levels, tags, ends, edges = w.levels, w.tags, w.ends, w.edges
    first, size, edge = levels[level, FIRST], levels[level, SIZE], levels[level, EDGE]
    bit = np.uint64(1) << np.uint64(i)
    start = place = first + size
    if start + size + levels[level, EDGES] > w.values.shape[0]:
        return -1
    unsure = 0
    for v in range(first, start):
        if (tags[v, POSITIVE] | tags[v, NEGATIVE]) & bit == 0:
            tags[place, WALLS] = tags[v, WALLS]
            tags[place, POSITIVE], tags[place, NEGATIVE] = tags[v, POSITIVE] & below, tags[v, NEGATIVE] & below
            tags[place, UNSURE] = np.uint64(0)
            ends[place, 0], ends[place, 1] = v, -1
            place += 1
    for e in range(edge, edge + levels[level, EDGES]):
        u, v = edges[e, 0], edges[e, 1]
        if (tags[u, POSITIVE] & tags[v, NEGATIVE] | tags[u, NEGATIVE] & tags[v, POSITIVE]) & bit:
            tags[place, WALLS] = tags[u, WALLS] & tags[v, WALLS]
            ends[place, 0], ends[place, 1] = u, v
            if put_tags(w, u, v, place, i, below):
                unsure += 1
            place += 1
    levels[level + 1, FIRST], levels[level + 1, SIZE] = start, place - start
    return unsure


@indexed_from_start
def put_tags(w: Count, u: int, v: int, place: int, i: int, below: np.uint64) -> np.uint64:
    """Write the words of the vertex between u and v on unit i; return its unsure units."""
    tags = w.tags
    above, under = tags[u, POSITIVE] | tags[v, POSITIVE], tags[u, NEGATIVE] | tags[v, NEGATIVE]
    positive, negative, unsure = above & ~under & below, under & ~above & below, np.uint64(0)
    open_bits = above & under & below
    while open_bits:
        j = lowest(open_bits)
        bit = np.uint64(1) << np.uint64(j)
        open_bits ^= bit
        sign = sign_between(w, u, v, i, j)
        if w.state[REFUSE] != 0 and is_refused(w.state):
            sign = UNDECIDED
        if sign == UNDECIDED:
            unsure |= bit
        elif sign > 0:
            positive |= bit
        elif sign < 0:
            negative |= bit
    tags[place, POSITIVE], tags[place, NEGATIVE], tags[place, UNSURE] = positive, negative, unsure
    return unsure


@indexed_from_start
def sign_between(w: Count, u: int, v: int, i: int, j: int) -> int:
    """Return the certain sign of unit j at the point between u and v on unit i, or UNDECIDED.

    It is that of ``|i(v)| j(u) + |i(u)| j(v)``.
    """
    values = w.values
    g, h, x, y = abs(values[u, i]), abs(values[v, i]), values[u, j], values[v, j]
    d, e = values[u, ERROR], values[v, ERROR]
    value, size = h * x + g * y, h * abs(x) + g * abs(y)
    bound = (h * d + e * (abs(x) + d) + g * e + d * (abs(y) + e) + 4.0 * UNIT * size) * SLACK + TINY
    if value > bound:
        return 1
    if value < -bound:
        return -1
    if d == 0.0 and e == 0.0 and size < EXACT:
        return 1 if value > 0.0 else (-1 if value < 0.0 else 0)
    return UNDECIDED


@indexed_from_start
def interpolate(w: Count, level: int, units: np.uint64) -> None:
    """Write the values of these units at all vertices of a section, with their errors and largest values."""
    i, first = w.levels[level, CUT], w.levels[level, FIRST]
    for place in range(first, first + w.levels[level, SIZE]):
        if w.ends[place, 1] >= 0:
            put_values(w, w.ends[place, 0], w.ends[place, 1], place, i, units)
        elif w.ends[place, 0] >= 0:
            source, bits = w.ends[place, 0], units
            for k in range(ERROR, LARGEST + 1):
                w.values[place, k] = w.values[source, k]
            while bits:
                j = lowest(bits)
                bits &= bits - np.uint64(1)
                w.values[place, j] = w.values[source, j]


@indexed_from_start
def put_values(w: Count, u: int, v: int, place: int, i: int, units: np.uint64) -> None:
    """Write the values of these units at the point between u and v on unit i: integers if they are short enough.

    Else their error is bounded like that of a vertex (:func:`polytopes.enumeration.kernels.word_splits.put_vertex`).
    """
    values = w.values
    g, h, d, e = abs(values[u, i]), abs(values[v, i]), values[u, ERROR], values[v, ERROR]
    large, apart, size = 0.0, 0.0, larger(values[u, LARGEST], values[v, LARGEST])
    exact = d == 0.0 and e == 0.0
    if exact:
        common = gcd(g, h)
        g, h = g / common, h / common
        exact = (g + h) * size < EXACT
    s, t = (h, g) if exact else (h / (g + h), g / (g + h))
    bits = units
    while bits:
        j = lowest(bits)
        bits &= bits - np.uint64(1)
        x, y = values[u, j], values[v, j]
        value = s * x + t * y
        large, apart = larger(large, abs(value)), larger(apart, abs(x - y))
        values[place, j] = value
    values[place, LARGEST], values[place, ERROR] = large, 0.0
    if exact and large > LONG:
        shorten(w, place, units)
    if not exact:
        error = s * d + t * e + slip(g, h, d, e) * (d + e + apart) + 6.0 * UNIT * size
        # Written so that a NaN is not certain either.
        values[place, ERROR] = error * SLACK + TINY if error < np.inf else np.inf


@indexed_from_start
def shorten(w: Count, place: int, units: np.uint64) -> None:
    """Divide integer values at a vertex by their greatest common divisor."""
    content, bits = 0.0, units
    while bits and content != 1.0:
        content = gcd(content, abs(w.values[place, lowest(bits)]))
        bits &= bits - np.uint64(1)
    if content <= 1.0:
        return
    bits = units
    while bits:
        w.values[place, lowest(bits)] /= content
        bits &= bits - np.uint64(1)
    w.values[place, LARGEST] /= content


@indexed_from_start
def list_edges(w: Count, level: int, dim: int) -> bool:
    """List the edges of the polyhedron of a level, of this dimension; False if there is no room.

    Two vertices are joined iff no third is on all walls that they share, of which an edge has at least dim - 1; if one
    of them is on just dim, any dim - 1 of these leave an edge.
    """
    tags, edges = w.tags, w.edges
    first, size = w.levels[level, FIRST], w.levels[level, SIZE]
    end = start = w.levels[level - 1, EDGE] + w.levels[level - 1, EDGES] if level else 0
    for u in range(first, first + size - 1):
        walls = tags[u, WALLS]
        simple = popcount(walls) == dim
        for v in range(u + 1, first + size):
            common = walls & tags[v, WALLS]
            shared = popcount(common)
            if shared < dim - 1:
                continue
            joined = shared == dim - 1 and (simple or popcount(tags[v, WALLS]) == dim)
            if not joined:
                joined = True
                for other in range(first, first + size):
                    if tags[other, WALLS] & common == common and other != u and other != v:
                        joined = False
                        break
            if joined:
                if end == edges.shape[0]:
                    return False
                edges[end, 0], edges[end, 1] = u, v
                end += 1
    w.levels[level, EDGE], w.levels[level, EDGES] = start, end - start
    return True


@indexed_from_start
def count_zeros(w: Count, u: int, units: np.uint64) -> int:
    """Return the number of distinct zeros of these units on the segment from row u to the next; -1 if not certain.

    The units take opposite signs at the ends. Where the intervals around the places of two zeros on the segment
    overlap, they are compared in integers.
    """
    values, places, errors = w.values, w.zeros[0], w.zeros[1]
    v, m = u + 1, 0
    bits = units
    while bits:
        j = lowest(bits)
        bits &= bits - np.uint64(1)
        places[m], errors[m] = abs(values[u, j]), abs(values[v, j])
        m += 1
    d, e = values[u, ERROR], values[v, ERROR]
    for k in range(m):
        g, h = places[k], errors[k]
        places[k], errors[k] = g / (g + h), (slip(g, h, d, e) + 4.0 * UNIT) * SLACK
    apart = True
    for k in range(1, m):
        place, error = places[k], errors[k]
        for other in range(k):
            # Written so that a NaN is not certain either.
            apart &= abs(place - places[other]) > (error + errors[other]) * SLACK
    if w.state[REFUSE] != 0 and is_refused(w.state):
        return -1
    if apart:
        return m
    if d == 0.0 and e == 0.0:
        return count_integer_zeros(w, u, units)
    return -1


@indexed_from_start
def count_integer_zeros(w: Count, u: int, units: np.uint64) -> int:
    """Return the number of distinct zeros of units with exact integer values at the ends; -1 if these are too long."""
    values, v, zeros, rest = w.values, u + 1, 0, units
    while rest:
        j = lowest(rest)
        rest &= rest - np.uint64(1)
        is_new, others = 1, rest
        while others:
            k = lowest(others)
            others &= others - np.uint64(1)
            x, y = values[u, j] * values[v, k], values[v, j] * values[u, k]
            if not abs(x) + abs(y) < EXACT:
                return -1
            if x == y:
                is_new = 0
        zeros += is_new
    return zeros
