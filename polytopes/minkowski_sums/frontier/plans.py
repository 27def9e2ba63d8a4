"""The arguments of the kernels for a step: masks and tables, made once for all steps of one shape."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from polytopes.minkowski_sums.frontier.kernels.arrays import ColoringPlan, OrderPlan, PreorderPlan
from polytopes.minkowski_sums.frontier.schedule import Shape


@lru_cache(maxsize=1 << 12)
def plan_of_relations(shape: Shape, width: int, remembers: bool, words: int, faces: bool) -> OrderPlan | PreorderPlan:
    """Return the arguments of the kernels for orders and preorders.

    Args:
        shape: that of the step.
        width, words: the bits of a row of a state, and the words of a state.
        remembers: whether states tell which atoms were chosen.
        faces: whether states are preorders.
    """
    before, total, window, _, keep, rivals, fixed, private = shape
    runs: list[list[int]] = []
    for position, slot in enumerate(keep):
        if runs and slot == keep[position - 1] + 1:
            runs[-1][1] = (runs[-1][1] << 1) | 1
        else:
            runs.append([slot, 1, position])
    kept = dict(zip(keep, rivals, strict=True))
    by_slot = [kept.get(slot, ()) for slot in range(total)]  # none for those that go
    listed = [mask for masks in by_slot for mask in masks]
    private = -1 if faces else private
    most = window.bit_count()
    window = window & ~(1 << private) if private >= 0 else window
    per_word = 64 // width
    place = [(row // per_word, row % per_word * width) for row in range(width + 1)]
    starts, diagonal, spread = [0] * words, [0] * words, [[0] * words for _ in listed]
    for row in range(width):
        word, shift = place[row]
        starts[word] |= 1 << shift
        diagonal[word] |= 1 << shift + row
        for mask, out in zip(listed, spread, strict=True):
            out[word] |= (mask >> row & 1) << shift
    numbers = [before, total, window, len(keep), sum(1 << slot for slot in keep), fixed]
    numbers += [most, width, width if remembers else -1, private]
    shared = np.array(numbers, np.int64), np.array(keep, np.int64), np.array(runs, np.uint64).reshape(len(runs), 3)
    first_rival = np.cumsum([0, *map(len, by_slot)]).astype(np.int64)
    if faces:
        return PreorderPlan(*shared, np.array(listed, np.uint64), first_rival)
    return OrderPlan(
        *shared,
        np.array(spread, np.uint64).reshape(len(listed), words),
        first_rival,
        np.array(starts, np.uint64),
        np.array(diagonal, np.uint64),
        np.array(place, np.int64),
    )


@lru_cache(maxsize=1 << 12)
def plan_of_colorings(shape: Shape) -> ColoringPlan:
    """Return the arguments of the kernel for colorings. A window of one element connects nothing."""
    before, total, window, sizes, keep, *_ = shape
    slots = range(total)
    joined = [slot for slot in slots if window >> slot & 1]
    return ColoringPlan(
        before,
        total,
        np.array(joined if sum(sizes[slot] for slot in joined) > 1 else [], np.int64),
        np.array(keep, np.int64),
        np.array([slot for slot in slots if slot not in keep], np.int64),
    )
