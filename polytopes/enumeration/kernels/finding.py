"""Compiled search for the signs of forms on a cell, and for the gates that one form wins on all of it."""

from __future__ import annotations

import numpy as np

from polytopes.enumeration.kernels.arrays import (
    ASK,
    ASKED,
    BOTH,
    COUNT,
    CURSOR,
    DONE,
    FIRST,
    GIVEN,
    NEGATIVE,
    OPEN,
    PAIR,
    POINTS,
    POSITIVE,
    QUESTION_GATE,
    QUESTION_HIGH,
    QUESTION_LOW,
    RANK,
    REFUSE,
    RIVAL,
    SEED,
    Array,
    Probe,
    Program,
    Walk,
)
from polytopes.enumeration.kernels.cuts import put_ray
from polytopes.enumeration.kernels.modular_rows import is_in_span
from polytopes.enumeration.kernels.probes import UNSURE, is_wall, is_zero, probe
from polytopes.enumeration.kernels.signs import SLACK, TINY, UNDECIDED, UNIT, lowest, sign_at
from polytopes.enumeration.kernels.stages import load_form
from polytopes.enumeration.kernels.zeros import vanish
from polytopes.jit.compilation import compiled


@compiled
def is_refused(state: Array) -> bool:
    """Whether the tests want a certain sign refused: 0 never, 1 always, 2 at random."""
    if state[REFUSE] == 1:
        return True
    state[SEED] = (state[SEED] * 1103515245 + 12345) % 2147483648
    return (state[SEED] >> 16) % 4 == 0


@compiled
def measure(rays: Array, first: int, count: int, reach: Array, n: int) -> None:
    """Put what :func:`glance` needs to know of all rays of a cell at once into rows 0 and 1 of ``reach``.

    For every entry these are the largest e + (n + 2) u abs(v) and abs(v) + e, where v has the error e.
    """
    for k in range(n):
        size, error = 0.0, 0.0
        for i in range(first, first + count):
            size = max(size, abs(rays[i, k]))
            error = max(error, rays[i, n + k])
        reach[0, k] = error + (n + 2) * UNIT * size
        reach[1, k] = size + error


@compiled
def glance(
    form: Array, tape: Array, rays: Array, reach: Array, a: int, b: int, first: int, count: int, n: int
) -> int:  # fmt: skip
    """Return which signs slot b - slot a takes on a cell, or on some of it if both, plus 4 if unsure.

    Few arguments make it cheap to call, and one bound for all rays of the cell does for most of them.
    """
    forms, row = tape, b
    if tape[a, 2 * n + 1] == 0.0:
        load_form(form, tape, a, b, n)
        forms, row = form, 0
    bound = 0.0
    for k in range(n):
        bound += abs(forms[row, k]) * reach[0, k] + forms[row, n + k] * reach[1, k]
    bound = bound * SLACK + TINY
    bits, unsure = 0, 0
    for i in range(first, first + count):
        value = 0.0
        for k in range(n):
            value += forms[row, k] * rays[i, k]
        if value > bound:
            sign = 1
        elif value < -bound:
            sign = -1
        else:
            sign = sign_at(forms, row, rays, i, n)
        if sign == UNDECIDED:
            unsure = 4
        elif sign > 0:
            bits |= POSITIVE
        elif sign < 0:
            bits |= NEGATIVE
        if bits == BOTH:
            return BOTH
    return bits | unsure


@compiled
def find_signs(w: Walk, q: Probe | None, p: Program, node: int, a: int, b: int, n: int, early: bool) -> int:
    """Fill ``signs`` for the form slot b - slot a on the rays of a node; return which signs occur, plus 4 if unsure.

    With ``early`` it stops as soon as both signs have occurred. Answers given from outside are taken as they are.
    """
    state, form, rays, signs = w.state, w.form, w.rays, w.signs
    first, count = w.nodes[node, FIRST], w.nodes[node, COUNT]
    load_form(form, w.tape, a, b, n)
    if q is not None:
        return find_by_point(w, q, p, node, a, b, n)
    bits, unsure = 0, 0
    for i in range(count):
        if state[GIVEN] == 0:
            sign = sign_at(form, 0, rays, first + i, n)
            if sign == UNDECIDED and (is_in_span(w, first + i, n) or vanish(w, p, node, a, b, first + i, n)):
                sign = 0
            if state[REFUSE] != 0 and is_refused(state):
                sign = UNDECIDED
            signs[i] = sign
        sign = signs[i]
        if sign == UNDECIDED:
            unsure = 4
        elif sign > 0:
            bits |= POSITIVE
        elif sign < 0:
            bits |= NEGATIVE
        if early and bits == BOTH:
            unsure = 0
            break
    state[GIVEN] = 0
    return bits | unsure


@compiled
def find_by_point(w: Walk, q: Probe, p: Program, node: int, a: int, b: int, n: int) -> int:
    """Fill ``signs`` on the points of a cell, with a new one if all lie on one side; return which signs occur.

    An answer from outside is in ``signs[0]``, with points in rows 0 and 1 of ``new_rays`` if both signs occur.
    """
    state, signs, first = w.state, w.signs, w.nodes[node, FIRST]
    given, answer = state[GIVEN], signs[0]
    state[GIVEN] = 0
    if given and answer != BOTH:
        return answer
    bits, start = 0, -1
    for i in range(w.nodes[node, COUNT]):
        signs[i] = sign_at(w.form, 0, w.rays, first + i, n)
        if signs[i] == 1 or signs[i] == -1:
            bits |= POSITIVE if signs[i] > 0 else NEGATIVE
            start = i
    if given:
        keep_point(w, node, 0)
        keep_point(w, node, 1)
        return BOTH
    if start < 0:
        bits = 0 if is_zero(w.form, n) else UNSURE
    elif bits != BOTH:
        single = w.tape[a, 2 * n + 1] == 1.0
        if not (single and is_wall(w, p, node, b, n)):
            here = signs[start]
            bits = probe(w, q, p, node, b if single else min(a, b), first + start, here, n)
            if bits == BOTH:
                keep_point(w, node, 0 if here > 0 else 1)
    if state[REFUSE] != 0 and is_refused(state):
        return UNSURE
    return bits


@compiled
def keep_point(w: Walk, node: int, side: int) -> None:
    """Add the new point where the form is negative (row 0) or positive (row 1) to those of the cell.

    Beyond POINTS the last but one is given up, so that two points added in turn are both kept.
    """
    count = w.nodes[node, COUNT]
    place = w.nodes[node, FIRST] + count
    if count == POINTS:
        place -= 1
        put_ray(w.rays, w.tight, place - 1, w.rays, w.tight, place)
        w.signs[count - 2] = w.signs[count - 1]
        count -= 1
    put_ray(w.rays, w.tight, place, w.new_rays, w.new_tight, side)
    w.signs[count] = 2 * side - 1
    w.nodes[node, COUNT] = count + 1


@compiled
def ask(state: Array, gate: int, low: int, high: int) -> int:
    """Note the question to be answered exactly: the undecided signs of one form on the rays of the top node."""
    state[QUESTION_GATE], state[QUESTION_LOW], state[QUESTION_HIGH] = gate, low, high
    state[ASKED] += 1
    return ASK


@compiled
def classify(w: Walk, q: Probe | None, p: Program, node: int, n: int) -> int:
    """Close the open gates of a node that one form wins on the whole cell, from the cursor on."""
    state, nodes, beaten, open_gates, open_rivals = w.state, w.nodes, w.beaten, w.open_gates, w.open_rivals
    gates, rival_slots = p.gates, p.rivals
    one = np.uint64(1)
    kept = nodes[node, CURSOR]
    place = kept
    total = nodes[node, OPEN]
    first, count = nodes[node, FIRST], nodes[node, COUNT]
    if q is None:
        measure(w.rays, first, count, w.reach, n)
    while place < total:
        gate, rivals = open_gates[node, place], open_rivals[node, place]
        base, rank = gates[gate, RIVAL], gates[gate, RANK]
        pair = 0
        for low in range(rank):
            if rivals >> np.uint64(low) & one == 0:
                continue
            for high in range(low + 1, rank):
                if rivals >> np.uint64(high) & one == 0:
                    continue
                pair += 1
                if pair <= nodes[node, PAIR]:
                    continue
                a, b = rival_slots[base + low, 0], rival_slots[base + high, 0]
                if q is None and state[GIVEN] == 0 and state[REFUSE] == 0:
                    bits = glance(w.form, w.tape, w.rays, w.reach, a, b, first, count, n)
                else:
                    bits = 4
                if bits & 4:
                    bits = find_signs(w, q, p, node, a, b, n, True)
                if bits & 4:
                    # Close the gap that closed gates have left, so that the cursor can start here again.
                    for k in range(place, total):
                        open_gates[node, kept + k - place] = open_gates[node, k]
                        open_rivals[node, kept + k - place] = open_rivals[node, k]
                    nodes[node, OPEN] = total - (place - kept)
                    nodes[node, CURSOR] = kept
                    return ask(state, gate, low, high)
                if bits & POSITIVE == 0:
                    beaten[node] |= one << np.uint64(high)
                elif bits & NEGATIVE == 0:
                    beaten[node] |= one << np.uint64(low)
                nodes[node, PAIR] = pair
        left = rivals & ~beaten[node]
        if left & (left - one) == 0:
            w.winners[node, gate] = lowest(left)
        else:
            open_gates[node, kept], open_rivals[node, kept] = gate, left
            kept += 1
        place += 1
        nodes[node, PAIR] = 0
        beaten[node] = np.uint64(0)
    nodes[node, OPEN] = kept
    nodes[node, CURSOR] = kept
    return DONE
