"""Compiled count of the parts of a polygon that many units cross, by the order of their zeros on its edges.

Unit i cuts the polygon in a chord. Unit j crosses it if their ends alternate on the border, that is if j has opposite
signs at the ends of i; these follow from the order of the zeros of i and j on one edge. The chord adds one part, and
one for each distinct point at which earlier units cross it. All this is done for all units at once, in floats; a chord
about which something is not certain is left to the count by sections.
"""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import Floats
from polytopes.enumeration.kernels.finding import is_refused
from polytopes.enumeration.kernels.section_arrays import (
    BOUNDED_PARTS,
    CROSSING,
    EDGE,
    EDGES,
    ERROR,
    FIRST,
    LARGEST,
    NEGATIVE,
    ORIGIN,
    PARTS,
    POSITIVE,
    REFUSE,
    REST,
    SIZE,
    STEPS,
    UNBOUNDED,
    WALLS,
    WIDTH,
    Count,
)
from polytopes.enumeration.kernels.sign_words import larger
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNIT, lowest, popcount
from polytopes.enumeration.kernels.word_splits import slip
from polytopes.jit.compilation import indexed_from_start

MANY = 10
"""Units that cross a polygon, from which this is faster than sections (measured)."""
FAR, APART, LANES = 4.0, 2.0**-26, 16
"""Where no zero on a segment is near; how far apart two must be; and how many are compared at a time."""


@indexed_from_start
def has_many(w: Count, level: int) -> bool:
    """Whether the polygon of a level is crossed by many units, and has its edges in the table."""
    return popcount(w.bits[level, CROSSING]) >= MANY and w.levels[level, EDGES] < w.places.shape[0]


@indexed_from_start
def count_chords(w: Count, level: int) -> None:
    """Count the parts that are cut off by the units that are left in the polygon of a level, up to one in doubt."""
    crossing, rest = w.bits[level, CROSSING], w.bits[level, REST]
    if rest == crossing:
        list_places(w, level)
    touching = ends_at_vertices(w, level)
    while rest:
        bit = rest & (~rest + np.uint64(1))
        doubted = w.state[REFUSE] != 0 and is_refused(w.state)
        if doubted or touching & bit or not count_chord(w, level, lowest(rest), crossing & (bit - np.uint64(1))):
            break
        rest ^= bit
        w.state[STEPS] -= 1
    w.bits[level, REST] = rest


@indexed_from_start
def ends_at_vertices(w: Count, level: int) -> np.uint64:
    """Return the units that vanish at a vertex of the polygon."""
    strict = ~np.uint64(0)
    for v in range(w.levels[level, FIRST], w.levels[level, FIRST] + w.levels[level, SIZE]):
        strict &= w.tags[v, POSITIVE] | w.tags[v, NEGATIVE]
    return ~strict


@indexed_from_start
def through_origin(w: Count, level: int, i: int) -> np.uint64:
    """Return the units that meet the section of a level by unit i at the origin, if that lies on all units cut by."""
    origin = w.bits[level, ORIGIN]
    return origin if origin >> np.uint64(i) & np.uint64(1) else np.uint64(0)


@indexed_from_start
def one_of(units: np.uint64, same: np.uint64) -> np.uint64:
    """Return units with only one of those that have the same zero."""
    common = units & same
    return units & ~(common & (common - np.uint64(1)))


@indexed_from_start
def list_places(w: Count, level: int) -> None:
    """Write the places of the zeros of all units on each edge, from 0 to 1, and bounds on their errors.

    What is written for a unit without a zero between the ends has no meaning.
    """
    units = WIDTH
    while w.bits[level, CROSSING] >> np.uint64(units - 1) == 0:
        units -= 1
    for e in range(w.levels[level, EDGES]):
        u, v = w.edges[w.levels[level, EDGE] + e, 0], w.edges[w.levels[level, EDGE] + e, 1]
        put_places(w, w.values[u], w.values[v], w.values[u, ERROR], w.values[v, ERROR], e, units)


@indexed_from_start
def put_places(w: Count, x: Floats, y: Floats, d: float, e: float, row: int, units: int) -> None:
    """Write places and errors of the zeros of units with these values at the ends of a segment, which are d and e off.

    The errors are those of :func:`polytopes.enumeration.kernels.sections.count_zeros`.
    """
    places, errors = w.places[row], w.places[row, WIDTH:]
    for j in range(units):
        g, h = abs(x[j]), abs(y[j])
        places[j], errors[j] = g / (g + h), (slip(g, h, d, e) + 4.0 * UNIT) * SLACK


@indexed_from_start
def count_chord(w: Count, level: int, i: int, below: np.uint64) -> bool:
    """Count the parts that unit i cuts off among those of the units below it; False if they are not certain."""
    bit, walls, found = np.uint64(1) << np.uint64(i), np.uint64(0), 0
    firsts, seconds = (np.uint64(0), np.uint64(0)), (np.uint64(0), np.uint64(0))
    for e in range(w.levels[level, EDGES]):
        u, v = w.edges[w.levels[level, EDGE] + e, 0], w.edges[w.levels[level, EDGE] + e, 1]
        tags = w.tags
        if (tags[u, POSITIVE] & tags[v, NEGATIVE] | tags[u, NEGATIVE] & tags[v, POSITIVE]) & bit:
            if found == 2:
                return False
            walls |= tags[u, WALLS] & tags[v, WALLS]
            firsts, seconds = seconds, words_on_edge(w, u, v, e, i, below)
            put_end(w, u, v, i, found)
            found += 1
    (p, q), (r, s) = firsts, seconds
    if found != 2 or below & ~((p | q) & (r | s)):
        return False
    crossing = one_of(p & s | q & r, through_origin(w, level, i))
    zeros = popcount(crossing)
    if zeros > 1 and not are_apart(w, i, crossing):
        return False
    w.state[PARTS] += 1 + zeros
    w.state[BOUNDED_PARTS] += zeros + (1 - (np.int64(walls & np.uint64(1)) & w.levels[level, UNBOUNDED]))
    return True


@indexed_from_start
def words_on_edge(w: Count, u: int, v: int, e: int, i: int, below: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the positive and the negative ones of the units below i at its zero on edge e, from u to v.

    A unit has the sign of u before its zero and that of v behind it. Units in doubt are in neither word.
    """
    tags, places, errors = w.tags, w.places[e], w.places[e, WIDTH:]
    place, error = places[i], errors[i]
    before, behind = np.uint64(0), np.uint64(0)
    for j in range(i):
        gap, bound = places[j] - place, (errors[j] + error) * SLACK
        before |= np.uint64(gap > bound) << np.uint64(j)
        behind |= np.uint64(-gap > bound) << np.uint64(j)
    above, under = tags[u, POSITIVE] | tags[v, POSITIVE], tags[u, NEGATIVE] | tags[v, NEGATIVE]
    positive = above & ~under | above & under & (before & tags[u, POSITIVE] | behind & tags[v, POSITIVE])
    negative = under & ~above | above & under & (before & tags[u, NEGATIVE] | behind & tags[v, NEGATIVE])
    return positive & below, negative & below


@indexed_from_start
def put_end(w: Count, u: int, v: int, i: int, end: int) -> None:
    """Write the values of the units below i at its zero between u and v, and a bound on their errors.

    It is that of :func:`polytopes.enumeration.kernels.sections.put_values`, where no values are further apart than
    twice the largest.
    """
    x, y, out = w.values[u], w.values[v], w.chord[end]
    g, h, d, e = abs(x[i]), abs(y[i]), x[ERROR], y[ERROR]
    s, t, size = h / (g + h), g / (g + h), larger(x[LARGEST], y[LARGEST])
    for j in range(i):
        out[j] = s * x[j] + t * y[j]
    error = s * d + t * e + slip(g, h, d, e) * (d + e + 2.0 * size) + 6.0 * UNIT * size
    # Written so that a NaN is not certain either.
    out[WIDTH] = error * SLACK + TINY if error < np.inf else np.inf


@indexed_from_start
def are_apart(w: Count, i: int, units: np.uint64) -> bool:
    """Whether the zeros of these units on the chord of unit i, whose ends were written last, certainly differ.

    The bound on the error of each, by ``slip``, is at most ``max(d, e) / (s - 2 (d + e))`` with s = g + h. So for
    ``s > 2^29 max(d, e)`` two of them are less than APART.
    """
    x, y, places, one = w.chord[0], w.chord[1], w.places[w.places.shape[0] - 1], np.uint64(1)
    least, lanes, sure = larger(x[WIDTH], y[WIDTH]) * 2.0**29, (i + LANES - 1) & -LANES, np.int64(0)
    for j in range(lanes):
        g, h, is_met = abs(x[j]), abs(y[j]), units >> np.uint64(j) & one != 0
        # Written so that a NaN is not certain either.
        sure += np.int64((g + h > least) | (not is_met))
        places[j] = g / (g + h) if is_met else FAR + j
    if sure != lanes:
        return False
    count = popcount(units)
    if 2 * count > i:
        return are_far(places, i, lanes)
    m = 0
    while units:
        places[m] = places[lowest(units)]
        units &= units - one
        m += 1
    lanes = (count + LANES - 1) & -LANES
    for j in range(count, lanes):
        places[j] = FAR + j
    return are_far(places, count, lanes)


@indexed_from_start
def are_far(places: Floats, count: int, lanes: int) -> bool:
    """Whether the first numbers of a row lie apart, also from those behind them in their lanes."""
    far, wanted = np.int64(0), np.int64(0)
    for j in range(count):
        place, start = places[j], j & -LANES
        for k in range(start, lanes):
            far += np.int64(abs(place - places[k]) > APART)
        wanted += lanes - start - 1
    return far == wanted
